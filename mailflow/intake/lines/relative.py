"""Reads a day told from another one: "cuối tháng", "thứ Sáu tuần sau", "trong 5 ngày làm việc"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from mailflow.procedure.calendar import Calendar, month_after

COUNTS = {
    **dict.fromkeys(("mot", "1"), 1),
    "hai": 2,
    "ba": 3,
    **dict.fromkeys(("bon", "tu"), 4),
    "nam": 5,
    "sau": 6,
    **dict.fromkeys(("bay", "bay ngay"), 7),
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "muoi lam": 15,
    "hai muoi": 20,
    "ba muoi": 30,
    "nua": 0,
}
"""Folded number words before a unit of time."""
_COUNT = r"(\d{1,3}|" + "|".join(sorted(COUNTS, key=len, reverse=True)) + ")"
_UNIT = r"(ngay lam viec|ngay lv|ngay|tuan le|tuan|thang)"
_SPAN = re.compile(rf"{_COUNT}\s?{_UNIT}")
_IN_SPAN = re.compile(
    r"(?:trong vong|trong|sau|khoang|toi da|khong qua)\s(?:vong\s)?"
    rf"{_COUNT}\s?{_UNIT}(?: nua| toi)?"
    rf"|{_COUNT}\s?{_UNIT} (?:nua|toi|sau|ke tu hom nay|tu hom nay)"
    r"|(nua thang)(?: nua| toi)?"
)
_OF_MONTH = re.compile(
    r"(dau|giua|cuoi|het|trong) (?:thang|t(?=\d))"
    r"(?: ?(nay|sau|toi|(?:0?[1-9]|1[0-2])))?(?:\s?[/-]\s?(\d{4}))?"
)
_OF_WEEK = re.compile(r"(dau|giua|cuoi|het|trong) tuan(?: (nay|sau|toi))?")
_OF_YEAR = re.compile(r"(?:cuoi|het) (?:nam(?: nay)?|nam (\d{4}))")
_OF_QUARTER = re.compile(r"(?:cuoi|het) quy (iv|iii|ii|i|[1-4])(?:\s?[/-]\s?(\d{4}))?")
_DAY_ONLY = re.compile(r"(?:mung|mong|ngay)?\s?(\d{1,2})(?: tay)?(?: (?:thang nay|nay))?")
_DAY_NEXT_MONTH = re.compile(r"(?:mung|mong|ngay)?\s?(\d{1,2}) thang (?:sau|toi)")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAYS = {"day": 1, "working": 1, "week": 7, "month": 30}
MOST_DAYS = 400
"""Days beyond which nobody sets a limit by counting."""


@dataclass(frozen=True)
class Span:
    """A length of time: so many days, working days, weeks or months."""

    count: int
    unit: str

    def after(self, day: date, calendar: Calendar) -> date | None:
        """Give the day so long after `day`; None when nobody counts that far."""
        if not 0 < self.count * _DAYS[self.unit] <= MOST_DAYS:
            return None
        if self.unit == "working":
            return calendar.after(day, self.count)
        if self.unit == "month":
            for _ in range(self.count):
                day = month_after(day)
            return day
        return day + timedelta(days=self.count * _DAYS[self.unit])


def span(text: str) -> Span | None:
    """Read a folded length of time: "2 tuan", "5 ngay lam viec", "nua thang"."""
    if text == "nua thang":
        return Span(15, "day")
    found = _SPAN.fullmatch(text)
    return _span(found[1], found[2]) if found else None


def _span(count: str, unit: str) -> Span | None:
    number = int(count) if count.isdigit() else COUNTS[count]
    if unit.startswith("ngay l"):
        return Span(number, "working")
    return Span(number, {"ngay": "day", "thang": "month"}.get(unit, "week"))


def relative_day(text: str, today: date, calendar: Calendar) -> date | None:
    """Read a folded day that is told from `today`; None when it tells none."""
    for read in _READERS:
        day = read(text, today, calendar)
        if day is not None:
            return day
    return None


def in_week(weekday: int, week: str, today: date) -> date:
    """Give a weekday (0 Monday) of this week, the last, the next, or the nearest from today on."""
    monday = today - timedelta(days=today.weekday())
    if week in ("tuan sau", "tuan toi"):
        return monday + timedelta(days=7 + weekday)
    if week in ("tuan truoc", "tuan qua"):
        return monday + timedelta(days=weekday - 7)
    if week == "tuan nay":
        return monday + timedelta(days=weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _after_span(text: str, today: date, calendar: Calendar) -> date | None:
    found = _IN_SPAN.fullmatch(text)
    if not found:
        return None
    length = Span(15, "day") if found[5] else _span(found[1] or found[3], found[2] or found[4])
    return length.after(today, calendar) if length else None


def _of_month(text: str, today: date, _calendar: Calendar) -> date | None:
    found = _OF_MONTH.fullmatch(text)
    if not found:
        return None
    first = _month_named(found[2], found[3], today)
    last = month_after(first) - timedelta(days=1)
    if found[1] == "dau":
        return first if found[2] and first > today else None
    middle = first + timedelta(days=14)
    if found[1] == "giua":
        return middle if middle >= today or found[2] else None
    return last


def _month_named(word: str | None, year: str | None, today: date) -> date:
    """Give the first day of the month meant: this one, the next one, or the one by number."""
    first = today.replace(day=1)
    if word in ("sau", "toi"):
        return month_after(first)
    if not word or word == "nay":
        return first
    named = first.replace(month=int(word), year=int(year) if year else first.year)
    return named if year or named >= first else named.replace(year=named.year + 1)


def _of_week(text: str, today: date, _calendar: Calendar) -> date | None:
    found = _OF_WEEK.fullmatch(text)
    if not found or (found[1] == "trong" and found[2] in ("sau", "toi")):
        return None
    week = "tuan sau" if found[2] in ("sau", "toi") else "tuan nay"
    day = in_week({"dau": 0, "giua": 2}.get(found[1], 4), week, today)
    return day if day >= today else None


def _of_year(text: str, today: date, _calendar: Calendar) -> date | None:
    found = _OF_YEAR.fullmatch(text)
    return date(int(found[1] or today.year), 12, 31) if found else None


def _of_quarter(text: str, today: date, _calendar: Calendar) -> date | None:
    found = _OF_QUARTER.fullmatch(text)
    if not found:
        return None
    quarter = _QUARTERS.get(found[1]) or int(found[1])
    first_after = month_after(date(int(found[2] or today.year), quarter * 3, 1))
    return first_after - timedelta(days=1)


def _day_only(text: str, today: date, _calendar: Calendar) -> date | None:
    """Read "ngay 15", "mung 5": the next such day; "15" alone is a number, not a day."""
    coming = _DAY_NEXT_MONTH.fullmatch(text)
    found = coming or _DAY_ONLY.fullmatch(text)
    if not found or text.isdigit() or not 1 <= int(found[1]) <= 31:
        return None
    first = month_after(today.replace(day=1)) if coming else today.replace(day=1)
    for _ in range(2):
        day = first + timedelta(days=int(found[1]) - 1)
        if day.month == first.month and day >= today:
            return day
        first = month_after(first)
    return None


_Read = Callable[[str, date, Calendar], date | None]
_READERS: tuple[_Read, ...] = (
    _after_span,
    _of_month,
    _of_week,
    _of_year,
    _of_quarter,
    _day_only,
)
