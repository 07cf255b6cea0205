"""Finds days and lengths of time in running words, and figures that only look like a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from mailflow.intake.lines.dates import read_date
from mailflow.intake.lines.relative import COUNTS, Span, span
from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.words import MARKS, Word, until
from mailflow.phrases import Phrases, fold, tokens

LONGEST_DAY = 13
"""Words of the longest day: "trước 17 giờ thứ Năm, ngày 18 tháng 6 năm 2026"."""

HEADS = frozenset(
    ("cuoi", "giua", "dau", "het", "trong", "sau", "khoang", "mot", "hai", "ba", "nua", "tuan")
)
"""Words that a day told from another one begins with."""

_PARTS = (
    *("ngay", "lam", "viec", "lv", "tu", "hom", "nay", "thang", "thg", "t", "le", "nam", "quy"),
    *("i", "ii", "iii", "iv", "vong", "toi", "da", "khong", "qua", "ke", "mung", "mong", "tay"),
    *("h", "g", "gio", "phut"),
)
"""Words that can stand within a day, beside those of the tables: see `dates` and `relative`."""

_BAD_DAY = re.compile(
    r"(?:ngày |ngay )?\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?"
    r"|(?:ngày |ngay )?\d{1,2} (?:tháng|thang) \d{1,2}",
    re.IGNORECASE,
)
_DIGITS_GO_ON = re.compile(r"\s?[/.-]\s?\d")
_ANOTHER = re.compile(r"[\s,]{1,3}(?:ngày |ngay )?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b")
_MONTH_GOES_ON = re.compile(r" (?:tháng|thang) \d{1,2}\b", re.IGNORECASE)
_WEEK_GOES_ON = re.compile(r" (?:sau|tới|toi|trước|truoc|kia)\b", re.IGNORECASE)
_COUNTED = frozenset(COUNTS)

Found = tuple[int, tuple[tuple[str, Any], ...]]
"""How many words, and their tags: day (and limit), bad_day; none at all is (0, ())."""

NOTHING: Found = (0, ())


@lru_cache(maxsize=2)
def _limit_heads(phrases: Phrases) -> frozenset[str]:
    """Collect the folded words with which a day is a limit: "trước 15/6", "đến hết tháng"."""
    return frozenset(fold(tokens(word)[0]) for word in phrases.dates["limits"])


@lru_cache(maxsize=2)
def _day_heads(phrases: Phrases) -> frozenset[str]:
    """Collect the folded words that a day can begin with."""
    entries = (entry for words in phrases.dates.values() for entry in words)
    listed = (word for entry in entries for word in entry.split("|"))
    return frozenset({fold(tokens(word)[0]) for word in listed} | HEADS)


@lru_cache(maxsize=2)
def _day_words(phrases: Phrases) -> frozenset[str]:
    """Collect the folded words that can stand in or around a day."""
    entries = [entry for words in phrases.dates.values() for entry in words]
    listed = (word for entry in (*entries, *phrases.reading["polite"]) for word in entry.split("|"))
    told = (word for count in COUNTS for word in count.split())
    return frozenset(
        {fold(part) for word in listed for part in tokens(word)} | {*told} | {*_PARTS} | HEADS
    )


@dataclass(frozen=True)
class Days:
    """The days of one text."""

    text: str
    words: Sequence[Word]
    reader: Reader

    def at(self, place: int) -> Found:
        """Find the longest day that begins at a word; figures like a day that name none are bad."""
        if not self._may_begin(place):
            return NOTHING
        for length in range(self._most(place), 0, -1):
            day = self._read(place, length)
            if day is not None:
                return self._bounded(place, length, day)
        return self._bad(place)

    def span_at(self, place: int) -> tuple[int, Span | None]:
        """Read a length of time: "10 ngày", "hai tuần", "5 ngày làm việc"."""
        head = self.words[place].text
        if fold(head) not in _COUNTED and not head.isdigit():
            return 0, None
        for size in (4, 3, 2):
            counted = span(" ".join(fold(w.text) for w in self.words[place : place + size]))
            if counted is not None:
                return size, counted
        return 0, None

    def _may_begin(self, place: int) -> bool:
        """A mark behind one word ends it: "người kiểm tra: tôi, hạn 8/6" is no "tới 8/6"."""
        head = self.words[place].text
        behind = self.words[place + 1].text if place + 1 < len(self.words) else ""
        if head[0].isdigit():
            return True
        return fold(head) in _day_heads(self.reader.phrases) and behind not in MARKS | {""}

    def _most(self, place: int) -> int:
        """Count the words from a place on that can stand in a day, `LONGEST_DAY` at most."""
        known = _day_words(self.reader.phrases)
        length = 0
        for word in self.words[place : place + LONGEST_DAY]:
            typed = self.text[word.start : word.end]
            if typed.isalpha() and fold(word.text) not in known and fold(typed) not in known:
                break
            length += 1
        return length

    def _typed(self, place: int, length: int) -> str:
        return self.text[self.words[place].start : self.words[place + length - 1].end]

    def _read(self, place: int, length: int) -> date | None:
        last = self.words[place + length - 1]
        typed = self._typed(place, length)
        broken = last.text in MARKS or any(mark in typed for mark in "\n;!?")
        this = fold(typed.split()[0]) == "nay" if typed.strip() else True
        if broken or this or _DIGITS_GO_ON.match(self.text, last.end):
            return None
        calendar = self.reader.lookup.calendar
        return read_date(typed, self.reader.today, self.reader.phrases, calendar=calendar)

    def _bounded(self, place: int, length: int, day: date) -> Found:
        """Look at what stands behind a day: it may go on to one that does not exist."""
        typed, end = self._typed(place, length), self.words[place + length - 1].end
        if fold(typed.split()[-1]) in ("tuan", "thang") and _WEEK_GOES_ON.match(self.text, end):
            return NOTHING
        written = "/" in typed or sum(letter.isdigit() for letter in typed) > 1
        other = None if written else _ANOTHER.match(self.text, end)
        more = _MONTH_GOES_ON.match(self.text, end) or other
        if more:
            words = self.text[self.words[place].start : more.end()]
            return self._as_limit(place, until(self.words, place, more.end()), ("bad_day", words))
        return self._as_limit(place, self._without_end(place, length, day), ("day", day))

    def _as_limit(self, place: int, length: int, tag: tuple[str, Any]) -> Found:
        heads = {fold(word.text) for word in self.words[place : place + length]}
        limits = heads & _limit_heads(self.reader.phrases)
        return length, (tag, ("limit", "")) if limits else (tag,)

    def _without_end(self, place: int, length: int, day: date) -> int:
        """Give back what reading a day took off its end: "5/6, chị" is the day and "chị"."""
        shorter = length - 1
        while shorter > 0 and not self.words[place + shorter].text[0].isdigit():
            if self.words[place + shorter - 1].text not in MARKS:
                if self._read(place, shorter) != day:
                    break
                length = shorter
            shorter -= 1
        return length

    def _bad(self, place: int) -> Found:
        found = _BAD_DAY.match(self.text, self.words[place].start)
        if found and ("/" in found[0] or "ng " in found[0]):
            return until(self.words, place, found.end()), (("bad_day", found[0]),)
        return NOTHING
