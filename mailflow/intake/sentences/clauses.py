"""Cuts a letter's free sentences into clauses, and finds what makes them no decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.pieces import Piece, pieces
from mailflow.procedure.folding import nfc

LEADING = ("assign", "due", "checking", "why", "doing", "evidence", "objects", "fillers")
"""Cues behind which a colon only leads on to the value."""

SOFT = ("fillers", "objects", "assent")
BY = ("do",)
FAR = 6
"""Pieces between two negations that can still undo each other."""


@dataclass(frozen=True)
class Clause:
    """Pieces between two marks of `source`; `end` is the mark after them.

    `sentence` counts full stops and line ends.
    """

    pieces: tuple[Piece, ...]
    text: str
    end: str
    sentence: int
    source: str = ""

    @property
    def core(self) -> tuple[Piece, ...]:
        """The pieces that say something: politeness and filling words left out."""
        return tuple(p for p in self.pieces if not (p.has("polite") or p.cue("fillers")))

    def cue(self, *names: str) -> Piece | None:
        """Give the first cue of these lists."""
        return next((p for p in self.pieces if p.cue(*names)), None)

    def before_why(self) -> tuple[Piece, ...]:
        """The pieces before "vì": people and days behind it are only told of."""
        for place, piece in enumerate(self.pieces):
            first = place == 0 and piece.cue("why_first")
            if first or (piece.cue("why") and not piece.cue("assign", "why_weak")):
                return self.pieces[:place]
            if piece.cue("why_weak") and self._explains(place):
                return self.pieces[:place]
        return self.pieces

    def _explains(self, place: int) -> bool:
        """Tell "do thiếu người" (because) from "do đồng chí trình" (by) and "xem lý do"."""
        behind = self.pieces[place + 1] if place + 1 < len(self.pieces) else None
        if self.pieces[place].said.casefold() in BY:
            given = any(p.has("party") for p in self.pieces[place + 1 : place + 3])
            return behind is not None and not given and not behind.cue("fillers")
        return all(p.has("polite") for p in self.pieces[:place])

    def has(self, kind: str) -> bool:
        """Tell whether a piece can be this."""
        return any(p.has(kind) for p in self.pieces)


def clauses(text: str, reader: Reader) -> list[Clause]:
    """Cut free sentences into clauses at punctuation, line ends and "và" between clauses."""
    text = nfc(text)
    found: list[Clause] = []
    current: list[Piece] = []
    sentence = 0
    listed = pieces(text, reader)
    for place, piece in enumerate(listed):
        mark = _mark(piece, listed, place, current)
        if not mark:
            current.append(piece)
            continue
        if mark == ":" and _leads_on(current):
            continue
        if _speaks(current):
            found.append(_clause(current, text, mark, sentence))
        elif mark == "?" and found:
            found[-1] = replace(found[-1], end="?")
        current = [piece] if mark == "<" else []
        sentence += mark in ".!?\n"
    if _speaks(current):
        found.append(_clause(current, text, "", sentence))
    return found


def _clause(found: Sequence[Piece], text: str, mark: str, sentence: int) -> Clause:
    return Clause(tuple(found), text[found[0].start : found[-1].end], mark, sentence, text)


def _mark(piece: Piece, listed: Sequence[Piece], place: int, current: Sequence[Piece]) -> str:
    marks = piece.all("mark")
    if marks:
        return str(marks[0])
    if piece.cue("so") and current:
        return ","
    if piece.cue("contrasts") and current:
        return "<"
    if not piece.cue("and"):
        return ""
    after = listed[place + 1] if place + 1 < len(listed) else None
    between = current and current[-1].has("party") and after is not None and after.has("party")
    return "" if between or not current else ","


def _leads_on(current: Sequence[Piece]) -> bool:
    words = [p for p in current if any(c.isalnum() for c in p.text)]
    return all(p.has("polite") or p.cue(*LEADING) for p in words)


def _speaks(current: Sequence[Piece]) -> bool:
    """Bullets and item numbers alone say nothing."""
    words = [p.text.strip("-–*•+_ \t") for p in current]
    return any(word and not (word.isdigit() and len(word) < 3) for word in words)


def words_in(found: Sequence[Clause], chosen: Sequence[Clause]) -> str:
    """Give the words of chosen clauses as typed: those side by side with what stands between."""
    runs: list[list[Clause]] = []
    for place, clause in enumerate(found):
        if not any(clause is c for c in chosen):
            continue
        if runs and runs[-1][-1] is found[place - 1]:
            runs[-1].append(clause)
        else:
            runs.append([clause])
    stretches = ((run[0].pieces[0].start, run[-1].pieces[-1].end) for run in runs)
    source = found[0].source if found else ""
    return ". ".join(source[start:end].strip() for start, end in stretches)


def trouble(found: Sequence[Clause]) -> tuple[str, str] | None:
    """Find what makes the whole letter no decision: (why, words); None when there is nothing.

    A question, a condition, a decision put off, reported or handed on, a doubled negation,
    a word taken back, mockery.
    """
    for clause in found:
        for why, test in _TROUBLES:
            if test(clause):
                return why, clause.text
    return None


def _asks(clause: Clause) -> bool:
    if clause.end == "?" or clause.cue("questions"):
        return True
    if clause.end == ":":
        return False
    core = [p for p in clause.pieces if not (p.has("polite") or p.has("party"))]
    return len(core) > 1 and core[-1].cue("question_ends")


def _doubly_denied(clause: Clause) -> bool:
    why = next((i for i, p in enumerate(clause.pieces) if p.cue("why")), len(clause.pieces))
    pieces = clause.pieces[:why]
    places = [i for i, p in enumerate(pieces) if p.cue("negations") or _denies(p)]
    return any(b - a <= FAR for a, b in pairwise(places)) and any(
        p.has("say") or p.cue("assent") for p in clause.pieces
    )


def _denies(piece: Piece) -> bool:
    return piece.has("say") and piece.text.casefold().startswith(("không", "chưa", "khong", "chua"))


def _reports(clause: Clause) -> bool:
    """Somebody else, then a word of saying: "anh Thành bảo cho làm lại"; or hearsay."""
    if clause.cue("hearsay"):
        return True
    for place, piece in enumerate(clause.pieces):
        needed = place and clause.pieces[place - 1].cue("needs", "assign", "pleas", "transfer")
        if (
            piece.has("party")
            and not needed
            and any(p.cue("reported") for p in clause.pieces[place + 1 : place + 3])
        ):
            return True
    return False


def _either(clause: Clause) -> bool:
    """ "anh Nam hoặc chị Bích": nobody was chosen."""
    return any(
        piece.cue("or") and a.has("party") and b.has("party")
        for a, piece, b in zip(clause.pieces, clause.pieces[1:], clause.pieces[2:], strict=False)
    )


def _put_off(clause: Clause) -> bool:
    """ "để tôi xem", "chiều mai chị duyệt": a day, and behind it that an answer will come."""
    if clause.cue("defer"):
        return True
    day = next(
        (n for n, p in enumerate(clause.pieces) if p.has("day") and not p.has("limit")), None
    )
    return day is not None and any(p.cue("answering") for p in clause.pieces[day + 1 :])


_TROUBLES = (
    ("takeback", lambda c: c.cue("takeback")),
    ("question", _asks),
    ("quoted", _reports),
    ("postponed", _put_off),
    ("forward", lambda c: c.cue("forward") and not c.cue("transfer")),
    ("negation", _doubly_denied),
    ("irony", lambda c: c.cue("irony")),
    ("several_people", _either),
)
