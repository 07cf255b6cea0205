"""On which days a day due is reminded, and who else hears how late it is; pure."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from mailflow.procedure.calendar import Calendar
from mailflow.procedure.terms import Role
from mailflow.settings.sections import Reminders


def last_day(due: date, calendar: Calendar) -> date:
    """Give the last working day on which a day due can be kept: itself, or one before it.

    A day that falls on a day off never rolls forward: "Trước 30/01" is kept by 29/01 at the latest.
    """
    return due if calendar.is_working(due) else calendar.before(due, 1)


def first_day(due: date, calendar: Calendar, rhythm: Reminders) -> date:
    """Give the day of the first reminder: working days before the last day to keep it."""
    return calendar.before(last_day(due, calendar), rhythm.before)


@lru_cache(maxsize=4096)
def late(due: date, today: date, calendar: Calendar) -> int:
    """Count the working days that a day due has passed by; 0 until it has."""
    return calendar.between(due, today)


def reminded(
    due: date,
    since: date,
    today: date,
    calendar: Calendar,
    rhythm: Reminders,
    rungs: Collection[int] = (),
) -> bool:
    """Say whether a reminder falls on a day after `since`, up to `today`.

    Before the day due, on it, then every so many working days, and on the `rungs`: the working
    days late at which somebody above is told.
    """
    ahead = (first_day(due, calendar, rhythm), last_day(due, calendar))
    if any(since < day <= today for day in ahead):
        return True
    passed = range(late(due, since, calendar) + 1, late(due, today, calendar) + 1)
    return any(days % rhythm.every == 0 or days in rungs for days in passed)


def ladder(rhythm: Reminders) -> tuple[tuple[int, Role], ...]:
    """List after how many working days late who above is told, lowest first."""
    return (
        (rhythm.unit_head, Role.UNIT_HEAD),
        (rhythm.iso_lead, Role.ISO_LEAD),
        (rhythm.agency_head, Role.AGENCY_HEAD),
    )
