"""Which days are reminded and who above hears, for every calendar, day due and downtime."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.procedure.calendar import Calendar
from mailflow.reminders import rhythm
from mailflow.settings.sections import Reminders

START = date(2026, 1, 1)
USUAL = Reminders()


def _days(most: int = 60) -> st.SearchStrategy[date]:
    return st.integers(0, most).map(lambda n: START + timedelta(days=n))


calendars = st.builds(
    Calendar,
    off=st.frozensets(_days(), max_size=15),
    worked=st.frozensets(_days(), max_size=5),
)
rhythms = st.builds(
    lambda before, every, steps: Reminders(
        before=before,
        every=every,
        unit_head=steps[0],
        iso_lead=steps[1],
        agency_head=steps[2],
    ),
    st.integers(1, 3),
    st.integers(1, 5),
    st.lists(st.integers(1, 15), min_size=3, max_size=3).map(sorted),
)


def _rounds(calendar: Calendar, down: frozenset[date] = frozenset()) -> list[date]:
    days = (START + timedelta(days=n) for n in range(-10, 100))
    return [day for day in days if calendar.is_working(day) and day not in down]


def _reminded(due: date, rounds: list[date], calendar: Calendar, own: Reminders) -> list[date]:
    """The rounds at which a reminder goes out, each looking back to the one before."""
    rungs = [days for days, _ in rhythm.ladder(own)]
    return [
        now
        for then, now in pairwise(rounds)
        if rhythm.reminded(due, then, now, calendar, own, rungs)
    ]


@given(calendars, rhythms, _days())
def test_a_day_off_is_never_a_day_of_reminders(
    calendar: Calendar, own: Reminders, due: date
) -> None:
    """What is due on a day off is kept, and reminded, on working days before it."""
    last = rhythm.last_day(due, calendar)
    first = rhythm.first_day(due, calendar, own)
    assert first < last <= due
    assert calendar.is_working(first)
    assert calendar.is_working(last)
    assert calendar.between(last, due) == 0


@given(calendars, rhythms, _days(40))
def test_every_turn_is_reminded_once_and_nothing_else_is(
    calendar: Calendar, own: Reminders, due: date
) -> None:
    """Before, on the day, every so many working days late, and at each rung."""
    rungs = {own.unit_head, own.iso_lead, own.agency_head}
    days = _rounds(calendar)
    late = {day: calendar.between(due, day) for day in days}
    turns = {d for d, n in late.items() if n and (n % own.every == 0 or n in rungs)}
    turns |= {rhythm.first_day(due, calendar, own), rhythm.last_day(due, calendar)}
    assert _reminded(due, days, calendar, own) == sorted(turns & set(days[1:]))


@given(calendars, rhythms, _days(40), st.frozensets(_days(), max_size=40))
def test_after_downtime_one_reminder_makes_up_for_all_that_were_missed(
    calendar: Calendar, own: Reminders, due: date, down: frozenset[date]
) -> None:
    """Each turn is told at the first round on or after it; no round tells of nothing."""
    always, some = _rounds(calendar), _rounds(calendar, down)
    turns = _reminded(due, always, calendar, own)
    caught_up = {next((r for r in some if r >= turn), None) for turn in turns} - {None}
    assert set(_reminded(due, some, calendar, own)) == caught_up - {some[0]}


@pytest.mark.clause("5.9")
def test_before_30_january_means_by_the_29th() -> None:
    """Friday 30/01 is the limit: due the 29th; with the 29th off, the 28th is the last day."""
    due = date(2026, 1, 29)
    assert _reminded(due, _rounds(Calendar()), Calendar(), USUAL)[:2] == [date(2026, 1, 28), due]
    off = Calendar(off=frozenset({due}))
    assert _reminded(due, _rounds(off), off, USUAL)[:2] == [date(2026, 1, 27), date(2026, 1, 28)]


def test_tet_counts_for_nothing() -> None:
    """Due the day before a holiday of nine days: late by one working day on the first after it."""
    tet = Calendar(off=frozenset(date(2026, 2, 16) + timedelta(days=n) for n in range(5)))
    assert rhythm.late(date(2026, 2, 13), date(2026, 2, 23), tet) == 1
    reminded = _reminded(date(2026, 2, 13), _rounds(tet), tet, USUAL)
    assert reminded[:3] == [date(2026, 2, 12), date(2026, 2, 13), date(2026, 2, 24)]


def test_tet_across_the_months_end_moves_the_last_day_before_it() -> None:
    """Tết of 2028 is off from 25 January to 1 February: what is due on the 29th is due before."""
    tet = Calendar(off=frozenset(date(2028, 1, 25) + timedelta(days=n) for n in range(8)))
    due = date(2028, 1, 29)
    days = (date(2028, 1, 18) + timedelta(days=n) for n in range(25))
    reminded = _reminded(due, list(filter(tet.is_working, days)), tet, USUAL)
    assert reminded[:2] == [date(2028, 1, 21), date(2028, 1, 24)]
    assert rhythm.late(due, date(2028, 2, 2), tet) == 1


def test_a_swapped_saturday_is_a_working_day() -> None:
    """A Friday due is late by one on the Saturday that is worked."""
    swapped = Calendar(worked=frozenset({date(2026, 1, 10)}))
    assert rhythm.late(date(2026, 1, 9), date(2026, 1, 12), swapped) == 2
    assert rhythm.late(date(2026, 1, 9), date(2026, 1, 12), Calendar()) == 1
