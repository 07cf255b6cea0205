"""Reads a day as people write it in Vietnamese: 5/3/2026, ngày 5 tháng 3, hôm nay, mai."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from mailflow.intake.lines.relative import in_week, relative_day
from mailflow.phrases import Phrases, Words
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.folding import folded, nfc

JUST_PAST = 60
"""Days within which a day without a year is the one just past, not the one next year."""

LONGEST = 80
"""Letters beyond which words are no day."""

Stage = tuple[str, int | None]
"""A folded text, and the number (0 Monday) of the weekday that was taken off it."""

_TODAY = ("today", "tomorrow", "overmorrow", "yesterday")
_UNITS = ("ngay", "tuan", "thang", "quy", "nam", "mung", "mong")
"""Words of which one stands in every day told without a figure, beside those of the tables."""

_WEEKS = ("", "tuan nay", "tuan sau", "tuan toi", "nay", "toi", "tuan truoc", "tuan qua")
_WEEK_FIRST = re.compile(r"(tuan (?:nay|sau|toi)) (?!nay|sau|toi|tuan)(.{2,40})")
_FIGURES = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})(?:\s*\2\s*(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = re.compile(
    r"(\d{1,2})\s*(?:thang|thg)\s*(\d{1,2}|[a-z ]{2,9}?)\s*(?:[,/]?\s*(?:nam)?\s*(\d{4}|\d{2}))?"
)
_HOUR = re.compile(r"(?:\d{1,2}\s*(?:h|g|gio|:)\s*(?:\d{2}\s*(?:phut)?)?)\s*,?\s*")
_ANYWHERE = re.compile(
    r"(?<![\d./-])\d{1,2}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{2,4})?(?![\d./-]*\d)"
    r"|\b\d{1,2}\s+th[aá]ng\s+\d{1,2}\b",
    re.IGNORECASE,
)


def read_date(
    words: str,
    today: date,
    phrases: Phrases,
    *,
    past: bool = False,
    calendar: Calendar | None = None,
) -> date | None:
    """Read one day, day before month; None when it is no day or not the weekday that is named.

    Without a year: the next such day from `today` on, or the one just past when that is nearer
    than `JUST_PAST` days; with `past` (a day something was done) the latest such day. Working
    days are those of `calendar`.
    """
    text = folded(words)
    if len(text) > LONGEST or not _may_be(text, phrases):
        return None
    for bare, weekday in _stages(text, None, phrases):
        day = _told(bare, weekday, today, phrases, past=past, calendar=calendar or Calendar())
        if day is not None:
            return day if weekday is None or day.weekday() == weekday else None
    return None


def _may_be(text: str, phrases: Phrases) -> bool:
    """Tell whether a folded text holds anything by which a day is told: most words hold nothing."""
    return any(word in text for word in _telling(phrases)) or any(map(str.isdigit, text))


@lru_cache(maxsize=2)
def _telling(phrases: Phrases) -> Words:
    named = (word for name in _TODAY for word in _folded(phrases.dates[name]))
    weekdays = (name for names in _named(phrases.dates["weekdays"]) for name in names)
    return tuple(dict.fromkeys((*_UNITS, *named, *weekdays)))


def date_in(text: str) -> str:
    """Give the first words in a text that look like a day, empty if there are none."""
    found = _ANYWHERE.search(nfc(text))
    return found[0] if found else ""


def _stages(text: str, weekday: int | None, phrases: Phrases) -> Iterator[Stage]:
    """Take off, one after the other, what may stand around a day; with the weekday taken off.

    What is left is given once, whichever way it was come to.
    """
    waiting: list[Stage] = [(text, weekday)]
    seen: set[Stage] = set()
    while waiting:
        left, named = waiting.pop()
        stage = left.strip(" .,;:!()"), named
        if stage not in seen:
            seen.add(stage)
            yield stage
            waiting += reversed(list(_shorter(*stage, phrases)))


def _shorter(text: str, weekday: int | None, phrases: Phrases) -> Iterator[Stage]:
    """Give what is left of a text with each thing that may stand around a day taken off."""
    week = _WEEK_FIRST.fullmatch(text)
    if week:
        yield f"{week[2]} {week[1]}", weekday
    hour = _HOUR.match(text)
    if hour:
        yield text[hour.end() :], weekday
    for left in _without_start(text, _folded(phrases.dates["before"])):
        yield left, weekday
    yield _without_end(text, _folded(phrases.reading["polite"])), weekday
    for number, names in enumerate(_named(phrases.dates["weekdays"])):
        for left in (*_without_start(text, names), _without_end(text, names)):
            if left != text:
                yield left, number


def _without_start(text: str, entries: Words) -> list[str]:
    """Take each entry that a folded text starts with off it, the longest first."""
    if not text.startswith(entries):
        return []
    starts = sorted((e for e in entries if text.startswith(e)), key=len, reverse=True)
    return [text[len(e) :] for e in starts if not text[len(e) : len(e) + 1].isalnum()]


def _told(
    text: str,
    weekday: int | None,
    today: date,
    phrases: Phrases,
    *,
    past: bool,
    calendar: Calendar,
) -> date | None:
    """Read what is left of a day: in figures, in words, or told from today."""
    if weekday is not None and not past and text in _WEEKS:
        return in_week(weekday, text, today)
    return (
        _relative(text, today, phrases)
        or _written(text, today, phrases, past=past)
        or relative_day(text, today, calendar)
    )


def _without_end(text: str, entries: Words) -> str:
    if not text.endswith(entries):
        return text
    ends = [len(e) for e in entries if text.endswith(e) and text[: -len(e)].endswith((" ", "("))]
    return text[: -max(ends)] if ends else text


@lru_cache(maxsize=64)
def _folded(entries: Words) -> Words:
    """Fold one of the tables of phrases; kept, since every word of a letter may be a day."""
    return tuple(folded(entry) for entry in entries)


@lru_cache(maxsize=8)
def _named(listed: Words) -> tuple[Words, ...]:
    """Fold the names of each month, or weekday, in a table: "tư|4"."""
    return tuple(_folded(tuple(names.split("|"))) for names in listed)


def _relative(text: str, today: date, phrases: Phrases) -> date | None:
    for name, days in (("today", 0), ("tomorrow", 1), ("overmorrow", 2), ("yesterday", -1)):
        if text in _folded(phrases.dates[name]):
            return today + timedelta(days=days)
    return None


def _written(text: str, today: date, phrases: Phrases, *, past: bool) -> date | None:
    iso, figures, spelled = (p.fullmatch(text) for p in (_ISO, _FIGURES, _WORDS))
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if figures:
        return _dated(int(figures[1]), int(figures[3]), figures[4], today, past=past)
    if spelled:
        month = _month(spelled[2], phrases)
        return _dated(int(spelled[1]), month, spelled[3], today, past=past)
    return None


def _month(word: str, phrases: Phrases) -> int:
    if word.isdigit():
        return int(word)
    for number, names in enumerate(_named(phrases.dates["months"]), start=1):
        if word.strip() in names:
            return number
    return 0


def _dated(day: int, month: int, year: str | None, today: date, *, past: bool) -> date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = (_day(today.year + more, month, day) for more in range(-8, 9))
    days = [found for found in near if found]
    if past:
        return max((d for d in days if (d - today).days <= JUST_PAST), default=None)
    return min((d for d in days if (today - d).days <= JUST_PAST), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
