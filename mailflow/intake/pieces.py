"""Cuts sentences into pieces that are known (acts, people, days, cues, politeness) and words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from mailflow.intake.dates import read_date
from mailflow.intake.naming import Namebook
from mailflow.intake.relative import COUNTS, Span, span
from mailflow.intake.values import Reader
from mailflow.phrases import Phrases, fold, marks, meant, said, tokens, written_out
from mailflow.procedure.folding import nfc

MOST_WORDS = 1_500
"""Words of a letter that are read as sentences; a longer one is asked about."""

LONGEST_DAY = 13
MARKS = frozenset(",;.!?\n:()…–—")
_WORD = re.compile(r"[đĐ]/[cC]\b|[^\W_]+(?:@[\w.-]+\w)?|\n|[^\w\s]|_")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}")
_CODE = re.compile(r"[A-Za-z]{1,12}-\d{4}-\d{4,6}-[A-Za-z]\b")
_PERCENT = re.compile(r"(\d{1,3})\s?(?:%|phần trăm|phan tram)", re.IGNORECASE)
_BAD_DAY = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?")
_DIGITS_GO_ON = re.compile(r"\s?[/.-]\s?\d")
_ANOTHER = re.compile(r"[\s,]{1,3}(?:ngày |ngay )?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b")
_DOCUMENT = re.compile(r"\d{1,5}/[A-ZĐa-zđ][\w/-]{0,40}")
_GLUED = re.compile(r"[\w/.-]*\w")
HEADS = frozenset(
    ("cuoi", "giua", "dau", "het", "trong", "sau", "khoang", "mot", "hai", "ba", "nua", "tuan")
)
"""Words that a day told from another one begins with."""

_COUNTED = frozenset(COUNTS)
CHOSEN = ("disposition", "signs", "severity")
"""Fields whose options are found in sentences."""

Tag = tuple[str, Any]


@dataclass(frozen=True)
class Word:
    """A word with its marks, short forms written out, and where it stands in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A stretch of the text and what it can be; no tags where it is just words.

    `said` are its words with short forms written out. Tags: ("say", Saying) · ("choice", (field,
    option)) · ("cue", list of [spoken]) · ("party", ids) · ("day", date) · ("limit", "") beside a
    day · ("span", Span) · ("bad_day", words) · ("percent", int) · ("code", code) · ("polite", "")
    · ("mark", the mark).
    """

    text: str
    start: int
    end: int
    tags: tuple[Tag, ...] = ()
    said: str = ""

    def has(self, kind: str, value: object = None) -> bool:
        """Tell whether the piece can be this."""
        return any(k == kind and (value is None or v == value) for k, v in self.tags)

    def all(self, kind: str) -> tuple[Any, ...]:
        """List everything of one kind that the piece can be."""
        return tuple(v for k, v in self.tags if k == kind)

    def cue(self, *names: str) -> bool:
        """Tell whether the piece is a cue of one of these lists."""
        return any(k == "cue" and v in names for k, v in self.tags)


@dataclass(frozen=True)
class Lexicon:
    """Every known phrase by its folded first word: (words, tag)."""

    entries: dict[str, list[tuple[tuple[str, ...], Tag]]]

    def longest(
        self, words: Sequence[Word], place: int, *, marked: bool
    ) -> tuple[int, tuple[Tag, ...]]:
        """Give the number of words of the longest phrase at a place, and all that it can be.

        In a text written with its marks (`marked`) a bare word is just that: "cho" is no "chờ".
        """
        found: dict[int, list[tuple[bool, Tag]]] = {}
        for parts, tag in self.entries.get(fold(words[place].text), ()):
            typed = [w.text for w in words[place : place + len(parts)]]
            if len(typed) == len(parts) and all(map(_alike, typed, parts)):
                exact = all(marks(t) == marks(p) for t, p in zip(typed, parts, strict=True))
                if exact or not marked or _half_marked(typed, parts):
                    found.setdefault(len(parts), []).append((exact, tag))
        length = max(found, default=0)
        best = found.get(length, ())
        spelled = [tag for exact, tag in best if exact] or [tag for _, tag in best]
        return length, tuple(dict.fromkeys(spelled))


def _alike(typed: str, word: str) -> bool:
    """Tell whether a typed word is `word`, marks left out or some of them forgotten."""
    return said(typed, word) or (fold(typed) == fold(word) and set(marks(typed)) < set(marks(word)))


def _half_marked(typed: Sequence[str], parts: Sequence[str]) -> bool:
    """A phrase with a mark forgotten: "phê duyêt"; never a single word, "cân" is no "cần"."""
    return len(parts) > 1 and all(
        set(marks(t)) <= set(marks(p)) for t, p in zip(typed, parts, strict=True)
    )


@lru_cache(maxsize=2)
def lexicon(phrases: Phrases) -> Lexicon:
    """Give the lexicon of a table of phrases; made once."""
    entries: dict[str, list[tuple[tuple[str, ...], Tag]]] = {}
    for phrase, tag in dict.fromkeys(_listed(phrases)):
        parts = tuple(written_out(tokens(phrase), phrases.short))
        entries.setdefault(fold(parts[0]), []).append((parts, tag))
    return Lexicon(entries)


@lru_cache(maxsize=2)
def _limit_heads(phrases: Phrases) -> frozenset[str]:
    """Collect the folded words with which a day is a limit: "trước 15/6", "đến hết tháng"."""
    return frozenset(fold(tokens(word)[0]) for word in phrases.dates["limits"])


@lru_cache(maxsize=2)
def _day_heads(phrases: Phrases) -> frozenset[str]:
    """Collect the folded words that a day can begin with."""
    listed = (
        word for words in phrases.dates.values() for entry in words for word in entry.split("|")
    )
    return frozenset({fold(tokens(word)[0]) for word in listed} | HEADS)


def _listed(phrases: Phrases) -> Iterator[tuple[str, Tag]]:
    for saying, words in phrases.said_as.items():
        yield from ((_without_comma(word), ("say", saying)) for word in words)
    for field in CHOSEN:
        for option, words in phrases.options[field].items():
            yield from ((word, ("choice", (field, option))) for word in words)
    for name, words in phrases.spoken.items():
        yield from ((word, ("cue", name)) for word in words)
    for word in (*phrases.reading["polite"], *phrases.reading["greetings"]):
        yield word, ("polite", "")
    for word in phrases.reading["conditions"]:
        yield word, ("cue", "conditions")


def _without_comma(phrase: str) -> str:
    return phrase.replace(",", "")


def words_of(text: str, phrases: Phrases) -> list[Word]:
    """Split a text into words; short forms ("ko") stand as the words they mean.

    Capitals in a text not written in capitals ("Phòng KH") are initials, no short form.
    """
    found: list[Word] = []
    loud = text.isupper()
    for match in _WORD.finditer(text):
        whole = meant(match[0], phrases.short)
        if len(match[0]) > 1 and "/" in match[0]:
            whole = ("đồng", "chí")
        elif match[0].isupper() and len(match[0]) == 2 and not loud:
            whole = (match[0],)
        found.extend(Word(part, match.start(), match.end()) for part in whole)
    return found


def pieces(text: str, reader: Reader) -> list[Piece]:
    """Cut a text into pieces, the longest known phrase first; words unknown stand alone."""
    text = nfc(text)
    words = words_of(text, reader.phrases)[:MOST_WORDS]
    names = Namebook.of(reader.lookup.roster, reader.phrases)
    cutter = _Cutter(
        text,
        words,
        reader,
        lexicon(reader.phrases),
        names,
        _limit_heads(reader.phrases),
        _marked(words),
    )
    found: list[Piece] = []
    place = 0
    while place < len(words):
        more = bool(found) and found[-1].cue("more_time")
        length, tags = cutter.at(place, handed=_handed(found), more=more)
        taken = words[place : place + length]
        start, end = taken[0].start, taken[-1].end
        found.append(Piece(text[start:end], start, end, tags, " ".join(w.text for w in taken)))
        place += length
    return found


def _marked(words: Sequence[Word]) -> bool:
    """Tell whether a text is written with its marks: at least one word in four has some."""
    letters = [w.text for w in words if w.text.isalpha() and w.end - w.start == len(w.text)]
    return sum(bool(marks(text)) for text in letters) * 4 >= max(len(letters), 1)


def _has_date(typed: str) -> bool:
    return "/" in typed or sum(c.isdigit() for c in typed) > 1


def _this(typed: str) -> bool:
    """Tell "này" (this), alone or before politeness, from "nay" (today)."""
    return fold(typed.split()[0]) == "nay"


def _handed(found: Sequence[Piece]) -> bool:
    """Tell whether somebody to be given work may come next: "giao …", "giao yến với …"."""
    if not found:
        return False
    joins = found[-1].cue("coordinating", "and", "or") and len(found) > 1 and found[-2].has("party")
    return found[-1].cue("assign") or joins


@dataclass(frozen=True)
class _Cutter:
    """The words of one text with all that names what stands in them."""

    text: str
    words: list[Word]
    reader: Reader
    lexicon: Lexicon
    names: Namebook
    limits: frozenset[str]
    marked: bool

    def at(self, place: int, *, handed: bool, more: bool) -> tuple[int, tuple[Tag, ...]]:
        """Name what stands at a place and how many words it takes.

        `handed` tells that a word for giving work stands before: "giao mai" is a person;
        `more` that one for more time does: "thêm 5 ngày nữa" is a length, not a day.
        """
        for pattern, kind in ((_ADDRESS, "party"), (_CODE, "code"), (_PERCENT, "percent")):
            found = pattern.match(self.text, self.words[place].start)
            if found:
                return self._until(place, found.end()), ((kind, self._value(kind, found[0])),)
        length, tags = self.lexicon.longest(self.words, place, marked=self.marked)
        days, day = self._day(place)
        count, party = self.names.longest([w.text for w in self.words[place : place + 16]], handed)
        if count and (
            handed or (count >= max(length, days) and not self._plain(place, length, count))
        ):
            return count, (("party", party),)
        size, counted = self._span(place)
        if days and days >= length and not (more and size):
            typed = fold(self.words[place].text)
            return days, (day, ("limit", "")) if typed in self.limits else (day,)
        if size > length:
            return size, (("span", counted),)
        if length:
            return length, tags
        return self._unknown(place)

    def _plain(self, place: int, length: int, count: int) -> bool:
        """A bare word that is also a cue: "làm" typed small is no Lâm."""
        return length == count and self.words[place].text.islower()

    def _value(self, kind: str, words: str) -> Any:
        if kind == "party":
            return tuple(p.id for p in self.reader.lookup.roster.at(words))
        if kind == "percent":
            return int(re.findall(r"\d+", words)[0])
        return words.upper()

    def _until(self, place: int, end: int) -> int:
        length = 1
        while place + length < len(self.words) and self.words[place + length].start < end:
            length += 1
        return length

    def _unknown(self, place: int) -> tuple[int, tuple[Tag, ...]]:
        word = self.words[place]
        if word.text in MARKS:
            return 1, (("mark", word.text),)
        glued = _GLUED.match(self.text, word.start)
        if glued is None:
            return 1, ()
        document = _DOCUMENT.fullmatch(glued[0])
        return self._until(place, glued.end()), (("cue", "evidence"),) if document else ()

    def _day(self, place: int) -> tuple[int, Tag]:
        """Find the longest day that begins here; figures like a day that name none are bad."""
        head = self.words[place].text
        phrases = self.reader.phrases
        if not head[0].isdigit() and fold(head) not in _day_heads(phrases):
            return 0, ("", None)
        if head.isalpha() and self._breaks(place + 1):
            return 0, ("", None)
        reader, start = self.reader, self.words[place].start
        for length in range(min(LONGEST_DAY, len(self.words) - place), 0, -1):
            last = self.words[place + length - 1]
            typed = self.text[self.words[place].start : last.end]
            if last.text in MARKS or "\n" in typed or any(m in typed for m in ";!?"):
                continue
            if _DIGITS_GO_ON.match(self.text, last.end) or _this(typed):
                continue
            day = read_date(typed, reader.today, phrases, calendar=reader.lookup.calendar)
            if day is None or last.text.isspace():
                continue
            other = None if _has_date(typed) else _ANOTHER.match(self.text, last.end)
            if other:
                return self._until(place, other.end()), ("bad_day", self.text[start : other.end()])
            return self._without_politeness(place, length, day), ("day", day)
        return self._bad_day(place)

    def _breaks(self, place: int) -> bool:
        """A mark behind one word ends it: "người kiểm tra: tôi, hạn 8/6" is no "tới 8/6"."""
        return place < len(self.words) and self.words[place].text in MARKS

    def _without_politeness(self, place: int, length: int, day: date) -> int:
        """Give back what reading a day took off its end: "5/6, chị" is the day and "chị"."""
        reader = self.reader
        while length > 1:
            before = self.words[place + length - 2]
            typed = self.text[self.words[place].start : before.end]
            calendar = reader.lookup.calendar
            if read_date(typed, reader.today, reader.phrases, calendar=calendar) != day:
                return length
            if typed[-1:].isdigit() and self.words[place + length - 1].text[0].isdigit():
                return length
            length -= 1
        return length

    def _span(self, place: int) -> tuple[int, Span | None]:
        """Read a length of time: "10 ngày", "hai tuần", "5 ngày làm việc"."""
        if fold(self.words[place].text) not in _COUNTED and not self.words[place].text.isdigit():
            return 0, None
        for size in (4, 3, 2):
            counted = span(" ".join(fold(w.text) for w in self.words[place : place + size]))
            if counted is not None:
                return size, counted
        return 0, None

    def _bad_day(self, place: int) -> tuple[int, Tag]:
        found = _BAD_DAY.match(self.text, self.words[place].start)
        if found and "/" in found[0]:
            return self._until(place, found.end()), ("bad_day", found[0])
        return 0, ("", None)
