"""Days of an absence, as out-of-office answers write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.machines.absence import days_away
from mailflow.phrases import load
from mailflow.settings import data_root

TODAY = date(2026, 3, 2)
PHRASES = load(data_root() / "config" / "phrases.toml")
SECOND, SIXTH = date(2026, 3, 2), date(2026, 3, 6)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("Tôi đi công tác từ ngày 02/3/2026 đến hết ngày 06/3/2026.", SECOND, SIXTH),
        ("Tôi nghỉ phép từ 2/3 - 6/3, việc gấp gọi số 0912.345.678", SECOND, SIXTH),
        ("Vắng mặt đến 6/3", None, SIXTH),
        ("I am out of the office until 6/3/2026.", None, SIXTH),
        ("Tôi nghỉ kể từ ngày 2/3.", SECOND, None),
        ("Họp ngày 6/3 bị hoãn; tôi vắng.", None, None),
        ("Tôi vắng từ 6/3 đến 2/3.", None, None),
        ("Tôi vắng mặt.", None, None),
    ],
)
def test_the_ends_of_an_absence_are_read(text: str, since: date | None, until: date | None) -> None:
    """A day counts by the word before it; what contradicts itself is not told."""
    assert days_away(text, TODAY, PHRASES) == (since, until)


@given(st.text(max_size=300))
def test_any_words_are_read(text: str) -> None:
    """Whatever a program answers, at most the days are missing."""
    since, until = days_away(text, TODAY, PHRASES)
    assert not (since and until) or since <= until
