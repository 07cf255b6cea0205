"""Finds in clauses until when something is to be done, and how much longer it may take."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mailflow.intake.lines.relative import Span
from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.clauses import Clause
from mailflow.intake.sentences.pieces import Piece

NEAR = 3
"""Pieces between a day and the word that makes it a limit."""


@dataclass
class Limits:
    """The days named as limits, the length asked or given ("thêm 2 tuần"), what was wrong."""

    due: list[date] = field(default_factory=list)
    longer: Span | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    def until(self, current: date | None, reader: Reader) -> date | None:
        """Give the new limit: the day named, or so much longer than the one in force."""
        if self.due:
            return self.due[0]
        if self.longer is None:
            return None
        return self.longer.after(current or reader.today, reader.lookup.calendar)


@dataclass(frozen=True)
class _Clause:
    """The pieces of one clause that may hold a limit."""

    pieces: Sequence[Piece]
    text: str
    working: bool
    alone: bool


def limits(found: Sequence[Clause], reader: Reader, working: set[int], told: set[int]) -> Limits:
    """Collect the limits of clauses.

    `working` are places of clauses that give somebody work: a day in them is its limit; in those
    of `told` (reasons) days are only told of.
    """
    result = Limits()
    for place, clause in enumerate(found):
        pieces = [p for p in clause.before_why() if not p.has("polite")]
        if place in told and len(clause.before_why()) == len(clause.pieces):
            continue
        days_only = all(p.has("day") or p.has("span") or p.cue("fillers") for p in pieces)
        alone = days_only and bool(working)
        read = _Clause(pieces, clause.text, place in working, alone)
        for n in range(len(pieces)):
            _read(result, read, n, reader)
    return result


def _read(result: Limits, clause: _Clause, n: int, reader: Reader) -> None:
    piece = clause.pieces[n]
    more = bool(n) and clause.pieces[n - 1].cue("more_time", "gives_time")
    counted = next(iter(piece.all("span")), None)
    if counted is not None and more:
        result.longer = result.longer or counted
        result.words.setdefault("longer", piece.text)
        return
    after = counted.after(reader.today, reader.lookup.calendar) if counted else None
    for day in (*piece.all("day"), *([after] if after else [])):
        if _is_limit(clause, n, day, reader):
            _add(result, day, piece)
    if piece.has("bad_day") and _is_limit(clause, n, None, reader):
        result.faults.append(("bad_date", piece.text))
    if piece.cue("strict_due") and _dangles(clause.pieces[n + 1 :]):
        result.faults.append(("bad_date", clause.text))


def _add(result: Limits, day: date, piece: Piece) -> None:
    if result.due and day not in result.due:
        result.faults.append(("twice", piece.text))
    result.due.append(day)
    result.words.setdefault("due", piece.text)


def _dangles(behind: Sequence[Piece]) -> bool:
    """A word for a limit with other words than a day behind it: "hạn rằm tháng này"."""
    skipped = ("fillers", "due", "objects", "doing")
    words = [p for p in behind if not p.cue(*skipped)]
    return bool(words) and not any(p.has(k) for p in words for k in ("day", "span", "bad_day"))


def _is_limit(clause: _Clause, n: int, day: date | None, reader: Reader) -> bool:
    """Tell a limit from a day that is only told of: "hạn 15/6", "cuối tháng xong", "từ 20/5"."""
    before = [p for p in clause.pieces[max(0, n - NEAR) : n] if not p.cue("fillers")]
    if before and before[-1].cue("since"):
        return False
    if clause.pieces[n].has("limit") or any(p.cue("due", "done_by") for p in before):
        return True
    if any(p.cue("done_by") for p in clause.pieces[n + 1 : n + 1 + NEAR]):
        return True
    past = day is not None and day < reader.today
    return not past and (clause.working or clause.alone)
