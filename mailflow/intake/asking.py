"""Reads a letter that asks for what the record has: a list, a pack, a register, a digest; pure.

Every word of it must be known: one that is not makes the letter something else, so that no report
is taken for a wish.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.items import Unclear
from mailflow.intake.lines.matching import is_closing, longest_start
from mailflow.phrases import Phrases, Words, tokens, written_out
from mailflow.procedure.people import Roster

MOST_LINES, MOST_WORDS = 4, 50
_CODE = re.compile(r"\[?\b[A-Za-z]{2,8}[\s\-–]*\d{4}[\s\-–]+\d{4,6}[\s\-–]*[A-Za-z]\b\]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
NOUNS = ("list", "pack", "register", "digest")


@dataclass(frozen=True)
class Asking:
    """What is asked for; a list of open requests unless it is of a year, a pack of `codes`.

    `year` is 0 and `unit` empty where none is named.
    """

    what: Literal["list", "pack", "register", "digest"]
    overdue: bool = False
    open: bool = False
    unit: str = ""
    year: int = 0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Walked:
    """The words of a letter by what they are: lists of [asking], units, years, unknown ones."""

    said: frozenset[str]
    units: frozenset[str]
    years: tuple[int, ...]
    unknown: tuple[str, ...]
    first: str


@dataclass(frozen=True)
class Known:
    """What a letter is read with: who and what there is, the codes it types, those it answers."""

    phrases: Phrases
    roster: Roster
    today: date
    typed: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


def read_asking(subject: str, text: str, known: Known) -> Asking | Unclear | None:
    """Read what a letter asks for; None when it is about something else.

    It is Unclear when it asks, but says more than is understood, or not enough.
    """
    lines = [line for line in opening_lines(text, known.phrases) if line.strip()]
    lines = [line for line in lines if not is_closing(line, known.phrases)]
    if not _is_short(lines):
        return None
    walked = _walk(" ".join(lines), known)
    if not walked.said & {*NOUNS} and not walked.unknown:
        walked = _walk(subject, known)
    if "refusing" in walked.said or not walked.said & {*NOUNS}:
        return None
    if walked.unknown:
        said = " ".join(walked.unknown)
        asks = "please" in walked.said and walked.first in ("please", *NOUNS)
        return Unclear("", "asking", said) if asks else None
    if "please" not in walked.said and walked.first not in NOUNS:
        return None
    return _asked(walked, known)


def _is_short(lines: Sequence[str]) -> bool:
    return len(lines) <= MOST_LINES and sum(len(tokens(line)) for line in lines) <= MOST_WORDS


def _asked(walked: _Walked, known: Known) -> Asking | Unclear:
    nouns = [noun for noun in NOUNS if noun in walked.said]
    several = len(nouns) > 1 or len(walked.units) > 1 or len(walked.years) > 1
    if several or ("unit" in walked.said and not walked.units):
        return Unclear("", "asking", "")
    year = walked.years[0] if walked.years else 0
    if nouns == ["pack"]:
        return _pack(walked, year, known)
    unit = next(iter(walked.units), "")
    if nouns == ["digest"]:
        narrowed = unit or year or walked.said & {"open", "overdue"}
        return Unclear("", "asking", "") if narrowed else Asking("digest")
    if nouns == ["register"]:
        return Asking("register", unit=unit)
    overdue, still_open = "overdue" in walked.said, "open" in walked.said
    return Asking("list", overdue, still_open or not (year or overdue), unit, year)


def _pack(walked: _Walked, year: int, known: Known) -> Asking | Unclear:
    """Take the codes that are typed, else the year, else the one request that is answered."""
    codes = known.typed or (() if year else known.answered)
    narrowed = walked.units or walked.said & {"open", "overdue"}
    if narrowed or bool(codes) == bool(year) or (not known.typed and len(codes) > 1):
        return Unclear("", "asking", "")
    return Asking("pack", year=year, codes=codes)


def _walk(text: str, known: Known) -> _Walked:
    """Name each word by the longest entry it begins; marks and codes say nothing by themselves."""
    words = written_out(tokens(_CODE.sub(" ", text)), known.phrases.short)
    lists = _lists(known.phrases, known.roster)
    said: list[str] = []
    unknown: list[str] = []
    years: list[int] = []
    place = 0
    while place < len(words):
        sizes = {name: longest_start(words[place:], entries) for name, entries in lists.items()}
        name = max(sizes, key=lambda n: sizes[n])
        if sizes[name]:
            said.append(name)
        elif _YEAR.fullmatch(words[place]):
            years.append(int(words[place]))
        elif any(c.isalnum() or c == "?" for c in words[place]):
            unknown.append(words[place])
        place += sizes[name] or 1
    for back, name in enumerate(("now", "last")):
        years += [known.today.year - back] if name in said else []
    units = frozenset(name.removeprefix("of:") for name in said if name.startswith("of:"))
    first = next((name for name in said if name not in ("rest", "polite")), "")
    return _Walked(frozenset(said), units, tuple(dict.fromkeys(years)), tuple(unknown), first)


def _lists(phrases: Phrases, roster: Roster) -> Mapping[str, Words]:
    """Put the lists side by side; where two know a word as long, the first wins."""
    polite = (*phrases.reading["polite"], *phrases.reading["greetings"])
    units = {f"of:{unit.name}": (unit.name, *unit.aliases) for unit in roster.units}
    read = {"unit": phrases.reading["unit_kinds"], "refusing": phrases.reading["negations"]}
    return {**units, **phrases.asking, **read, "polite": polite}
