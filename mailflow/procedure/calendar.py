"""The agency's working days: weekends and holidays skipped, make-up days counted."""

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Days off (holidays, days in lieu, swapped days) and weekend days that are worked."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Say whether the agency works that day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, count: int) -> date:
        """Give the `count`-th working day after `day`, which itself does not count."""
        return self._walk(day, count, timedelta(days=1))

    def before(self, day: date, count: int) -> date:
        """Give the `count`-th working day before `day`, which itself does not count."""
        return self._walk(day, count, timedelta(days=-1))

    def between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; 0 when none."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_working(day))

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        while count > 0:
            day += step
            if self.is_working(day):
                count -= 1
        return day


def month_after(day: date) -> date:
    """Give the same day next month, or that month's last day when it is shorter."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    first_after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), first_after - timedelta(days=1))
