"""Reads a day as people write it in Vietnamese: 5/3/2026, ngày 5 tháng 3, hôm nay, mai."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from mailflow.phrases import Phrases
from mailflow.procedure.folding import folded, nfc

JUST_PAST = 60
"""Days within which a day without a year is the one just past, not the one next year."""

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


def read_date(words: str, today: date, phrases: Phrases, *, past: bool = False) -> date | None:
    """Read one day, day before month; None when it is no day or not the weekday that is named.

    Without a year: the next such day from `today` on, or the one just past when that is nearer
    than `JUST_PAST` days; with `past` (a day something was done) the latest such day.
    """
    text, weekday = _bare(folded(words), phrases)
    day = _relative(text, today, phrases) or _written(text, today, phrases, past=past)
    if day is None or (weekday is not None and day.weekday() != weekday):
        return None
    return day


def date_in(text: str) -> str:
    """Give the first words in a text that look like a day, empty if there are none."""
    found = _ANYWHERE.search(nfc(text))
    return found[0] if found else ""


def _bare(text: str, phrases: Phrases) -> tuple[str, int | None]:
    """Take off what may stand around a day: before, hour, weekday; give the weekday."""
    weekday = None
    names = [(n, listed.split("|")) for n, listed in enumerate(phrases.dates["weekdays"])]
    while True:
        text = text.strip(" .,;:!()")
        if text in _folded(phrases.dates["today"] + phrases.dates["tomorrow"]):
            return text, weekday
        left = _HOUR.sub("", text, count=1) if _HOUR.match(text) else text
        left = _without(left, phrases.dates["before"])
        left = _without_end(left, phrases.reading["polite"])
        for number, listed in names:
            bare = _without_end(_without(left, listed), listed)
            weekday = weekday if bare == left else number
            left = bare
        if left == text:
            return text, weekday
        text = left


def _without(text: str, entries: Iterable[str]) -> str:
    """Take the longest of the entries that a folded text starts with off it."""
    for entry in sorted(_folded(entries), key=len, reverse=True):
        if text.startswith(entry) and not text[len(entry) : len(entry) + 1].isalnum():
            return text[len(entry) :]
    return text


def _without_end(text: str, entries: Iterable[str]) -> str:
    ends = [len(e) for e in _folded(entries) if text.endswith((" " + e, "(" + e))]
    return text[: -max(ends)] if ends else text


def _folded(entries: Iterable[str]) -> list[str]:
    return [folded(entry) for entry in entries]


def _relative(text: str, today: date, phrases: Phrases) -> date | None:
    for name, days in (("today", 0), ("tomorrow", 1), ("yesterday", -1)):
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
    for number, names in enumerate(phrases.dates["months"], start=1):
        if word.strip() in _folded(names.split("|")):
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
