"""Cuts sentences into pieces that are known (acts, people, days, cues, politeness) and words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.daywords import Days
from mailflow.intake.sentences.naming import Namebook
from mailflow.intake.sentences.words import MARKS, Word, is_marked, until, words_of
from mailflow.phrases import Phrases, fold, marks, said, tokens, written_out
from mailflow.procedure.folding import nfc

MOST_WORDS = 1_500
"""Words of a letter that are read as sentences; a longer one is asked about."""

CHOSEN = ("disposition", "signs", "severity")
"""Fields whose options are found in sentences."""

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}")
_CODE = re.compile(r"[A-Za-z]{1,12}-\d{4}-\d{4,6}-[A-Za-z]\b")
_PERCENT = re.compile(r"(\d{1,3})\s?(?:%|phần trăm|phan tram)", re.IGNORECASE)
_DOCUMENT = re.compile(r"\d{1,5}/[A-ZĐa-zđ][\w/-]{0,40}")
_GLUED = re.compile(r"[\w/.-]*\w")

_WRITTEN = ((_ADDRESS, "party", "@"), (_CODE, "code", "-"), (_PERCENT, "percent", ""))
"""Each with what it means and a sign that a text with one has."""

Tag = tuple[str, Any]


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
    """Every known phrase by its folded words: (words, tag).

    `most` gives the number of words of the longest that begins with a folded word.
    """

    entries: dict[tuple[str, ...], list[tuple[tuple[str, ...], Tag]]]
    most: dict[str, int]

    def longest(
        self, words: Sequence[Word], place: int, *, marked: bool
    ) -> tuple[int, tuple[Tag, ...]]:
        """Give the number of words of the longest phrase at a place, and all that it can be.

        In a text written with its marks (`marked`) a bare word is just that: "cho" is no "chờ".
        """
        most = self.most.get(fold(words[place].text), 0)
        ahead = [w.text for w in words[place : place + most]]
        bare = tuple(map(fold, ahead))
        for length in range(len(ahead), 0, -1):
            listed = self.entries.get(bare[:length], ())
            tags = _readings(ahead[:length], listed, marked=marked) if listed else ()
            if tags:
                return length, tags
        return 0, ()


def _readings(
    typed: Sequence[str], listed: Sequence[tuple[tuple[str, ...], Tag]], *, marked: bool
) -> tuple[Tag, ...]:
    """List what typed words can be: as they are spelled, else with marks left out."""
    found: list[tuple[bool, Tag]] = []
    for parts, tag in listed:
        if all(map(_alike, typed, parts)):
            exact = all(marks(t) == marks(p) for t, p in zip(typed, parts, strict=True))
            if exact or not marked or _half_marked(typed, parts):
                found.append((exact, tag))
    spelled = [tag for exact, tag in found if exact] or [tag for _, tag in found]
    return tuple(dict.fromkeys(spelled))


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
    entries: dict[tuple[str, ...], list[tuple[tuple[str, ...], Tag]]] = {}
    most: dict[str, int] = {}
    for phrase, tag in dict.fromkeys(_listed(phrases)):
        parts = tuple(written_out(tokens(phrase), phrases.short))
        bare = tuple(map(fold, parts))
        entries.setdefault(bare, []).append((parts, tag))
        most[bare[0]] = max(most.get(bare[0], 0), len(bare))
    return Lexicon(entries, most)


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


def pieces(text: str, reader: Reader) -> list[Piece]:
    """Cut a text into pieces, the longest known phrase first; words unknown stand alone."""
    text = nfc(text)
    words = words_of(text, reader.phrases)[:MOST_WORDS]
    names = Namebook.of(reader.lookup.roster, reader.phrases)
    days = Days(text, words, reader)
    cutter = _Cutter(text, words, reader, days, names, marked=is_marked(words))
    found: list[Piece] = []
    place = 0
    while place < len(words):
        more = bool(found) and found[-1].cue("more_time", "gives_time")
        length, tags = cutter.at(place, handed=_handed(found), more=more)
        taken = words[place : place + length]
        start, end = taken[0].start, taken[-1].end
        found.append(Piece(text[start:end], start, end, tags, " ".join(w.text for w in taken)))
        place += length
    return found


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
    days: Days
    names: Namebook
    marked: bool

    def at(self, place: int, *, handed: bool, more: bool) -> tuple[int, tuple[Tag, ...]]:
        """Name what stands at a place and how many words it takes.

        `handed` tells that a word for giving work stands before: "giao mai" is a person;
        `more` that one for more time does: "thêm 5 ngày nữa" is a length, not a day.
        """
        written = self._written(place)
        if written:
            return written
        known = lexicon(self.reader.phrases)
        length, tags = known.longest(self.words, place, marked=self.marked)
        days, day = self.days.at(place)
        count, party = self._party(place, max(length, days), length, handed=handed)
        if count:
            return count, party
        size, counted = self.days.span_at(place)
        if days and days >= length and not (more and size):
            return days, day
        if size > length:
            return size, (("span", counted),)
        return (length, tags) if length else self._unknown(place)

    def _written(self, place: int) -> tuple[int, tuple[Tag, ...]] | None:
        """An address, a code, a share in per cent."""
        for pattern, kind, sign in _WRITTEN:
            found = sign in self.text and pattern.match(self.text, self.words[place].start)
            if found:
                tag = (kind, self._value(kind, found[0]))
                return until(self.words, place, found.end()), (tag,)
        return None

    def _value(self, kind: str, words: str) -> Any:
        if kind == "party":
            return tuple(p.id for p in self.reader.lookup.roster.at(words))
        if kind == "percent":
            return int(re.findall(r"\d+", words)[0])
        return words.upper()

    def _party(
        self, place: int, longest: int, phrase: int, *, handed: bool
    ) -> tuple[int, tuple[Tag, ...]]:
        """Somebody named here, unless a longer phrase or a small word ("làm") stands here."""
        count, party = self.names.longest([w.text for w in self.words[place : place + 16]], handed)
        plain = phrase == count and self.words[place].text.islower()
        plain = plain or (longest == count == 1 and self._speaks_of_oneself(place + 1))
        if count and (handed or (count >= longest and not plain)):
            return count, (("party", party),)
        return 0, ()

    def _speaks_of_oneself(self, place: int) -> bool:
        """ "Mai tôi trả lời": the day, not the colleague."""
        known = lexicon(self.reader.phrases)
        if place >= len(self.words):
            return False
        _, tags = known.longest(self.words, place, marked=self.marked)
        return ("cue", "pronouns") in tags

    def _unknown(self, place: int) -> tuple[int, tuple[Tag, ...]]:
        word = self.words[place]
        if word.text in MARKS:
            return 1, (("mark", word.text),)
        glued = _GLUED.match(self.text, word.start)
        if glued is None:
            return 1, ()
        document = _DOCUMENT.fullmatch(glued[0])
        length = until(self.words, place, glued.end())
        return length, (("cue", "evidence"),) if document else ()
