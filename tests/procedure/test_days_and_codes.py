"""Working days are counted as the agency works; a slip in a code is seen."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailflow.procedure import numbering, retention
from mailflow.procedure.calendar import Calendar, month_after
from mailflow.procedure.terms import REQUESTS, Kind

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.frozensets(DAYS, max_size=20),
    st.frozensets(DAYS.filter(lambda day: day.weekday() >= 5), max_size=5),
)


@given(CALENDARS, DAYS, st.integers(1, 30))
def test_the_day_counted_to_is_a_working_day_and_counts_back(
    calendar: Calendar, start: date, count: int
) -> None:
    """`count` working days lie after the start up to the day found, which is one of them."""
    found = calendar.after(start, count)
    assert calendar.is_working(found)
    assert calendar.between(start, found) == count
    assert calendar.after(calendar.before(found, count), count) == found


@given(CALENDARS, DAYS)
def test_no_days_lead_nowhere(calendar: Calendar, day: date) -> None:
    """Zero days is the day itself; between a day and an earlier one there is nothing."""
    assert calendar.after(day, 0) == calendar.before(day, 0) == day
    assert calendar.between(day, day) == calendar.between(day, day - timedelta(days=9)) == 0


def test_a_holiday_is_skipped_and_a_make_up_saturday_counts() -> None:
    """Thursday plus two days: Friday is off, Saturday is worked for it, then Monday."""
    calendar = Calendar(frozenset({date(2026, 5, 1)}), frozenset({date(2026, 5, 2)}))
    assert calendar.after(date(2026, 4, 30), 2) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 11, 30), date(2026, 12, 30)),
        (date(2026, 3, 5), date(2026, 4, 5)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day: date, after: date) -> None:
    """5.5: the monthly report of the 31st falls on the 30th where there is no 31st."""
    assert month_after(day) == after


NUMBERS = st.tuples(st.integers(2000, 2099), st.integers(1, 9999))


@given(NUMBERS, st.sampled_from(["{}", " {} ", "[{}]"]), st.booleans())
def test_a_code_is_read_however_it_is_typed(
    number: tuple[int, int], around: str, lower: bool
) -> None:
    """Case, brackets and what stands between its parts are free."""
    code = numbering.code("CTCL", *number)
    typed = around.format(code.replace("-", " ") if lower else code)
    found = numbering.parse(typed.lower() if lower else typed, "CTCL")
    assert found == numbering.Code(code, code)
    assert found.valid


@given(NUMBERS, st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_digit_changes_the_letter(number: tuple[int, int], place: int, more: int) -> None:
    """One digit mistyped is never another right code."""
    year, seq = number
    digits = f"{year:04d}{seq:04d}"
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    letter = numbering.check_letter(year, seq)
    found = numbering.parse(f"CTCL-{wrong[:4]}-{wrong[4:]}-{letter}", "CTCL")
    assert found
    assert not found.valid


@given(NUMBERS, st.integers(0, 6))
def test_two_neighbouring_digits_swapped_change_the_letter(
    number: tuple[int, int], place: int
) -> None:
    """The commonest slip of all is seen."""
    digits = f"{number[0]:04d}{number[1]:04d}"
    assume(digits[place] != digits[place + 1])
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    letter = numbering.check_letter(int(swapped[:4]), int(swapped[4:]))
    assert letter != numbering.check_letter(*number)


@pytest.mark.parametrize("text", ["", "CTCL", "CTCL-26-1-A", "KPH-2026-0001-A", "CTCL-2026-0001"])
def test_what_is_no_code_is_none(text: str) -> None:
    """Too short, another prefix, no letter."""
    assert numbering.parse(text, "CTCL") is None


def test_the_number_follows_the_agencys_own_pattern() -> None:
    """Số phiếu is written as the agency writes it."""
    assert numbering.number("{seq:02d}/{year}", 2026, 7) == "07/2026"


def test_every_series_begins_its_own_codes() -> None:
    """The agency's letters for requests, ours for reviews and objectives."""
    assert numbering.prefixes("CTCL") == ("CTCL", "MTCL", "XXLD")
    opened = (*REQUESTS, Kind.REVIEW, Kind.OBJECTIVES)
    assert {numbering.series(kind, "CTCL") for kind in opened} == set(numbering.prefixes("CTCL"))


@given(DAYS, st.integers(0, 20), DAYS)
def test_records_are_kept_for_whole_years(ended: date, years: int, today: date) -> None:
    """Up to the last day of the year that many years after; the day after they may go (VII)."""
    last = retention.kept_until(ended, years)
    assert (last.year - ended.year, last.month, last.day) == (years, 12, 31)
    assert not retention.is_due(ended, years, last)
    assert retention.is_due(ended, years, last + timedelta(days=1))
    assert not retention.is_due(ended, years + 1, today)
