"""Reads measures and steps of work told in sentences: what, who, with whom, by when."""

import re
from collections.abc import Sequence
from itertools import pairwise

from mailflow.intake.lines import work
from mailflow.intake.lines.dates import read_date
from mailflow.intake.lines.values import Problem, Reader, Unread
from mailflow.intake.sentences.clauses import clauses
from mailflow.intake.sentences.pieces import Piece
from mailflow.procedure.folding import folded
from mailflow.procedure.request import Json

SELF = ("em", "toi", "minh", "tui")
MOST_ITEMS = 50
_OUTPUT = re.compile(
    r"[\s,;(–-]{1,4}(?:đầu ra|dau ra|sản phẩm|kết quả|ket qua)\s?(?::|là|la)\s([^;)\n]{1,200})",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?<=[.;,)])\s+(?=\d{1,2}[.)]\s)|\n")
_APART = (
    re.compile(r";\s+|(?<=\)),\s+"),
    re.compile(r"(?<=\d),\s+(?=[^\W\d]{2,}\s+[^\W\d])"),
)


def measures(words: str, field: str, reader: Reader) -> tuple[list[dict[str, Json]], list[Problem]]:
    """Read measures (rows of `Type.WORK`) from labelled or free words; problems where unclear."""
    items: list[dict[str, Json]] = []
    problems: list[Problem] = []
    for item in _items(words, reader)[:MOST_ITEMS]:
        try:
            items.append(_item(item, field, reader))
        except Unread as unread:
            problems.append(unread.problem)
    return items, problems


def _items(words: str, reader: Reader) -> list[dict[str, str]]:
    lines = [part for part in _NEXT.split(words) if part.strip()]
    apart = "\n- ".join(part for line in lines for part in _apart(line, reader))
    return work.items(apart, reader.phrases)


def _apart(line: str, reader: Reader) -> list[str]:
    """Split "a, Nam, 08/06; b, Lan, 30/06" where each part names somebody and a day."""
    for pattern in _APART:
        parts = pattern.split(line)
        if len(parts) > 1 and all(_names_both(part, reader) for part in parts):
            return parts
    return [line]


def _names_both(words: str, reader: Reader) -> bool:
    pieces = [p for c in clauses(words, reader) for p in c.pieces]
    named = _oneself(pieces) or any(p.has("party") for p in pieces)
    return named and any(p.has("day") or p.has("bad_day") for p in pieces)


def _item(item: dict[str, str], field: str, reader: Reader) -> dict[str, Json]:
    what, output = _with_output(item.get(work.LEAD, ""))
    if not what:
        raise Unread(Problem(field, " ".join(item.values()), "bad_value"))
    pieces = [p for c in clauses(what, reader) for p in c.pieces]
    who = reader.value("assignees", item["who"]) if item.get("who") else _who(pieces, field, reader)
    by = _labelled_day(item["by"], field, reader) if item.get("by") else _by(pieces, field)
    with_whom = item.get("with") or _with(pieces)
    return {
        "what": what.strip(" ,;-–"),
        "who": who,
        "with": with_whom,
        "by": by,
        "output": item.get("output") or output,
    }


def _with_output(what: str) -> tuple[str, str]:
    """Cut "…, đầu ra là mẫu mới" off a measure: (the measure, its output)."""
    found = _OUTPUT.search(what)
    if not found:
        return what, ""
    rest = what[: found.start()] + ")" * (what[found.end() :].startswith(")"))
    return rest, found[1].strip(" .,;)")


def _labelled_day(words: str, field: str, reader: Reader) -> str:
    day = read_date(words, reader.today, reader.phrases, calendar=reader.lookup.calendar)
    if day is None:
        raise Unread(Problem(field, words, "bad_date"))
    return day.isoformat()


def _who(pieces: Sequence[Piece], field: str, reader: Reader) -> list[str]:
    """The people named, those to work with left out; "em" at the start is the writer."""
    found: list[str] = []
    if _oneself(pieces):
        found.append(reader.lookup.sender)
    for before, piece in pairwise((None, *pieces)):
        parties = piece.all("party") if piece else ()
        if not parties or piece is None:
            continue
        if before is not None and before.cue("coordinating") and _helps(before):
            continue
        if len(parties[0]) != 1:
            why = "several_people" if parties[0] else "unknown_person"
            raise Unread(Problem(field, piece.text, why))
        if parties[0][0] not in found:
            found.append(parties[0][0])
    return found


def _oneself(pieces: Sequence[Piece]) -> bool:
    """The writer does it: "em" as the first word, or before a word for doing."""
    first = bool(pieces) and folded(pieces[0].said) in SELF
    return first or any(folded(a.said) in SELF and b.cue("doing") for a, b in pairwise(pieces))


def _helps(piece: Piece) -> bool:
    """Tell "phối hợp với" (somebody helps) from "với" between two who do it together."""
    return folded(piece.said).startswith("phoi hop")


def _by(pieces: Sequence[Piece], field: str) -> str:
    bad = next((p for p in pieces if p.has("bad_day")), None)
    if bad is not None:
        raise Unread(Problem(field, bad.text, "bad_date"))
    days = [
        d
        for before, p in pairwise((None, *pieces))
        if p
        for d in p.all("day")
        if not (before and before.cue("since"))
    ]
    return max(days).isoformat() if days else ""


def _with(pieces: Sequence[Piece]) -> str:
    for before, piece in pairwise(pieces):
        if before.cue("coordinating") and _helps(before) and piece.has("party"):
            return piece.text
    return ""
