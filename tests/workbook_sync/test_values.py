"""What cells mean: canonical text, dates as people write them, serials, numbers."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_sync.values import (
    Value,
    canon,
    clean,
    fold,
    from_serial,
    read_date,
    read_number,
    read_percent,
    same,
    shown,
    to_date,
    to_serial,
)


def test_the_same_words_in_nfd_with_odd_spaces_are_the_same_text() -> None:
    """NFD, non-breaking space, zero-width marks and CRLF do not make another text."""
    assert clean("\ufeffHo\u0300a\u00a0giải\u200b\r\nxong ") == "Hòa giải\nxong"


def test_folding_takes_tone_marks_and_both_kinds_of_d_away() -> None:
    """Đ and Ð are d, and punctuation is a space."""
    assert fold("  Đơn vị:  ÐÀO tạo* ") == "don vi dao tao"


at = datetime.fromisoformat  # cells know no time zone


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("", None, True),
        (5.0, 5, True),
        (0.1 + 0.2, 0.3, True),
        (at("2026-03-05T00:00"), date(2026, 3, 5), True),
        (at("2026-03-05T09:00"), date(2026, 3, 5), False),
        (True, 1, False),
        ("5", 5, False),
    ],
)
def test_values_are_the_same_when_people_see_the_same(
    one: str | float | datetime, other: str | float | date | None, alike: bool
) -> None:
    """Blank is None, 5.0 is 5, midnight is the day; TRUE is no number, text is no number."""
    assert same(one, other) is alike


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5/3/2026", date(2026, 3, 5)),
        ("05-03-26", date(2026, 3, 5)),
        ("5.3.2026", date(2026, 3, 5)),
        ("Ngày 5 tháng 3 năm 2026", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        ("05/3/2026 09:12", at("2026-03-05T09:12")),
        ("13/12/2026", date(2026, 12, 13)),
        ("12/13/2026", None),
        ("31/4/2026", None),
        ("5/3", None),
        ("nt", None),
        ("5/3/2026 25:00", None),
    ],
)
def test_dates_are_read_day_first_or_not_at_all(text: str, wanted: date | None) -> None:
    """Vietnamese write the day first; what is no day of the calendar is no date."""
    assert read_date(text) == wanted


def test_a_day_without_a_year_takes_the_year_given() -> None:
    """ "ngày 5 tháng 3" means that day of the year at hand."""
    assert read_date("ngày 5 tháng 3", year=2026) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("serial", "date1904", "wanted"),
    [
        (46086, False, date(2026, 3, 5)),
        (46086 - 1462, True, date(2026, 3, 5)),
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (60, False, None),
        (61, False, date(1900, 3, 1)),
        (0.5, False, time(12)),
        (46086.25, False, at("2026-03-05T06:00")),
        (-1, False, None),
        (2_958_466, False, None),
        (2_958_465, False, date(9999, 12, 31)),
    ],
)
def test_serials_follow_excels_two_calendars(
    serial: float, date1904: bool, wanted: date | time | None
) -> None:
    """The day that never was, 1904, and the calendar's ends."""
    assert from_serial(serial, date1904) == wanted


@given(st.datetimes(at("1904-01-02T00:00"), at("9999-12-31T00:00")), st.booleans())
def test_a_moment_survives_the_way_to_a_serial_and_back(moment: datetime, date1904: bool) -> None:
    """To the millisecond, in both calendars."""
    serial = to_serial(moment, date1904)
    assert serial is not None
    back = from_serial(serial, date1904)
    assert isinstance(back, date)
    whole = back if isinstance(back, datetime) else datetime.combine(back, time())
    assert abs(whole - moment) <= timedelta(milliseconds=1)


def test_a_day_before_the_calendar_has_no_serial() -> None:
    """1899 cannot be written as a date."""
    assert to_serial(date(1899, 5, 1)) is None
    assert to_serial(date(1903, 5, 1), date1904=True) is None


def test_a_time_of_day_is_a_part_of_a_day() -> None:
    """In both calendars alike."""
    assert to_serial(time(18, 0)) == to_serial(time(18, 0), date1904=True) == 0.75


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.250", 1250),
        ("98,5", 98.5),
        ("1.250,75", 1250.75),
        ("1,250.75", 1250.75),
        ("1,250,000", 1250000),
        ("0.125", 0.125),
        ("-3", -3),
        ("1 250", 1250),
        ("12a", None),
        ("1.2.3.4", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_numbers_are_read_as_vietnamese_write_them(text: str, wanted: float | None) -> None:
    """Comma for decimals, dots for thousands, and the other way where both stand."""
    assert read_number(text) == wanted


def test_percentages_are_points_with_or_without_the_sign() -> None:
    """98,5% and 98,5 are the same figure."""
    assert read_percent("98,5 %") == read_percent("98,5") == 98.5


@given(st.text())
def test_canonical_text_is_canonical(text: str) -> None:
    """Doing it twice changes nothing."""
    assert canon(canon(text)) == canon(text)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (date(2026, 3, 5), date(2026, 3, 5)),
        (at("2026-03-05T09:12"), date(2026, 3, 5)),
        ("ngày 5/3/2026", None),
        ("5/3/2026", date(2026, 3, 5)),
        (46086, date(2026, 3, 5)),
        (2026, None),
        (time(9), None),
        (None, None),
    ],
)
def test_a_date_column_takes_dates_text_and_serials_without_format(
    value: Value, wanted: date | None
) -> None:
    """A year, a time or words are no day."""
    assert to_date(value) == wanted


def test_values_are_shown_as_people_write_them() -> None:
    """Day first, whole numbers without a point."""
    values = [None, " x ", 5.0, 98.5, date(2026, 3, 5), at("2026-03-05T09:12")]
    assert list(map(shown, values)) == ["", "x", "5", "98.5", "05/03/2026", "05/03/2026 09:12"]
