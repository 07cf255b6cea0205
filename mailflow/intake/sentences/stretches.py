"""Reads from which day to which somebody is away or acts for another, in a letter's sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.intake.lines.dates import read_date
from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.pieces import Piece
from mailflow.procedure.folding import folded

_DAY = r"\d{1,2}\s?[/.]\s?\d{1,2}(?:\s?[/.]\s?(?:\d{4}|\d{2}))?"
_FROM = r"(?:\b(?:kể từ|từ|ke tu|tu)\s(?:ngày\s|ngay\s)?)?(?<![\d/.-])"
_TO = r"\s?(?:-|–|->|đến|tới|den|toi)\s?(?:hết\s|het\s)?(?:ngày\s|ngay\s)?"
_END = r"(?![\d/.-]{0,12}\d)"
_WITHIN_MONTH = re.compile(
    rf"{_FROM}(\d{{1,2}}){_TO}(\d{{1,2}})(\s?[/.]\s?|\stháng\s|\sthang\s)"
    rf"(\d{{1,2}})(?:\s?[/.]\s?(\d{{4}}|\d{{2}}))?{_END}",
    re.IGNORECASE,
)
_TWO_DAYS = re.compile(rf"{_FROM}({_DAY}){_TO}({_DAY}){_END}", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}$|[/.]\s?\d{1,2}\s?[/.]\s?\d{2}$")


@dataclass(frozen=True)
class Stretch:
    """The first and the last day, inclusive, as far as told; `fault` are words in doubt."""

    since: date | None = None
    until: date | None = None
    fault: str = ""


def written_out(text: str) -> str:
    """Write stretches of figures out: "10-20/6" becomes "từ ngày 10/6 đến ngày 20/6"."""
    text = _WITHIN_MONTH.sub(_month_said_twice, text)
    return _TWO_DAYS.sub(r"từ ngày \1 đến ngày \2", text)


def _month_said_twice(found: re.Match[str]) -> str:
    first, last, _, month, year = found.groups()
    end = f"/{month}/{year}" if year else f"/{month}"
    return f"từ ngày {first}{end} đến ngày {last}{end}"


def stretch(found: Sequence[Piece], reader: Reader) -> Stretch:
    """Read the stretch of days that pieces tell; one day alone is the first and the last.

    Days that contradict each other, or more than two, are a fault: they are asked about.
    """
    bad = next((p for p in found if p.has("bad_day") or _counted(p)), None)
    if bad:
        return Stretch(fault=bad.text)
    days = [(place, p) for place, p in enumerate(found) if p.has("day")]
    if len(days) > 2:
        return Stretch(fault=", ".join(p.text for _, p in days))
    ends = [p for _, p in days if p.has("limit")]
    starts = [(place, p) for place, p in days if not p.has("limit")]
    if len(ends) > 1 or len(starts) > 1:
        return Stretch(fault=", ".join(p.text for _, p in days))
    since = _day(starts[0][1]) if starts else None
    until = _last(ends[0], since, reader) if ends else None
    if since and not ends and not _from_here_on(found, starts[0][0]):
        until = since
    if since and until and until < since:
        return Stretch(fault=", ".join(p.text for _, p in days))
    return Stretch(since, until)


def _day(piece: Piece) -> date | None:
    return next((day for day in piece.all("day")), None)


def _counted(piece: Piece) -> bool:
    """ "Trong 5 ngày" counts from a day that nobody can be sure of."""
    return piece.has("day") and folded(piece.said).startswith("trong ")


def _from_here_on(found: Sequence[Piece], place: int) -> bool:
    return place > 0 and found[place - 1].cue("since")


def _last(piece: Piece, since: date | None, reader: Reader) -> date | None:
    """Read the last day; without a year it is the next such day after the first one."""
    day = _day(piece)
    if day is None or since is None or day >= since or _YEAR.search(folded(piece.text)):
        return day
    return read_date(piece.text, since, reader.phrases)
