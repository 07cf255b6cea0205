"""Words of a length that no person writes are turned away before a pattern sees them."""

import pytest

from mailflow import phrases
from mailflow.demo import cast
from mailflow.intake.lines import parties
from mailflow.intake.reading.letter import content_hash
from mailflow.intake.senders.sender import strict_from
from mailflow.registers.names import people_named
from mailflow.settings import data_root

MANY = 300_000


@pytest.mark.threat("patterns kept busy")
def test_a_header_named_without_end_is_one_line_like_another() -> None:
    """No colon comes: the letter has its hash all the same."""
    raw = b"X-Spam" + b"-spam" * MANY + b"\nFrom: a@b.example\n\nbody\n"
    assert len(content_hash(raw)) == 64


@pytest.mark.threat("patterns kept busy")
def test_a_from_without_end_is_no_address() -> None:
    """Blanks and brackets without end, with an address behind them."""
    with pytest.raises(ValueError, match="address"):
        strict_from([" ()" * MANY + "<a@b.example>"])


@pytest.mark.threat("patterns kept busy")
def test_a_cell_without_end_names_nobody() -> None:
    """The longest cell that Excel takes, filled with blanks, then with brackets."""
    roster = cast.ROSTER
    for words in ("Lan" + " " * 32_000 + "x", "Lan" + " (" * 16_000):
        assert people_named(words, roster.people, roster.units) == ()


@pytest.mark.threat("patterns kept busy")
def test_a_line_without_end_names_nobody() -> None:
    """Neither an address without its sign nor a name without its unit keeps the reader busy."""
    table = phrases.load(data_root() / "config" / "phrases.toml")
    for words in ("a" * MANY, "Lan" + " " * MANY + "x", "Lan (" * MANY):
        assert parties.found(words, cast.ROSTER, cast.PLANNER.id, table) == ()
