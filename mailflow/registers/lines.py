"""What the program could not take up from a register: lines for its sheet and for the keeper."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailflow.actions import words
from mailflow.actions.context import Table
from mailflow.actions.house import House
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.request import Refused
from mailflow.registers import holding, specs
from mailflow.registers.cells import as_text
from mailflow.registers.columns import CODE
from mailflow.registers.edits import Denied, Lacking
from mailflow.registers.holding import Wish
from mailflow.registers.sentences import CLEARED, SENTENCES, WHY_NOT
from workbook_sync.errors import Reason
from workbook_sync.values import Value

LONGEST = 32_000
"""Characters of what was typed that a line repeats: all that fits into a cell."""


@dataclass(frozen=True)
class Line:
    """One thing that was not taken up; `once` ones are told a single time while they stand.

    `where` names the copy it stands in, empty for the register itself; `sheet` is empty for the
    sheet of requests.
    """

    row: int
    code: str
    column: str
    typed: str
    why: str
    do: str = ""
    once: bool = False
    where: str = ""
    sheet: str = ""

    def digest(self, register_id: str) -> str:
        """Give the line's identity; its row does not count, since rows get sorted."""
        said = [register_id, self.code, self.column, self.typed, self.why, self.where]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def why_not(reason: Reason) -> str:
    """Say in Vietnamese why a workbook or a cell could not be read or written."""
    return WHY_NOT[reason]


def line(
    key: str, row: int = 0, code: str = "", column: str = "", typed: Value = None, **said: str
) -> Line:
    """Make a line from one of SENTENCES."""
    why, do = SENTENCES[key]
    said = {name: words or "(trống)" for name, words in said.items()}
    text = as_text(typed)[:LONGEST]
    return Line(row, code, column, text, why.format(**said), do.format(**said))


def _typed(columns: Iterable[str], typed: Mapping[str, Value]) -> tuple[str, str]:
    """Name the columns of an act and what was typed into them."""
    said = {header: as_text(typed.get(header)) or CLEARED for header in columns}
    if len(said) == 1:
        return next(iter(said.items()))
    return "; ".join(said), "\n".join(f"{header}: {text}" for header, text in said.items())


def denied(
    row: int, code: str, found: Denied, typed: Mapping[str, Value], house: House, world: World
) -> Line:
    """Say why an edit was not taken up, and who could do it instead."""
    column, text = _typed(found.columns, typed)
    if found.table == "register":
        why, do = (sentence.format(**found.details) for sentence in SENTENCES[found.key])
        return Line(row, code, column, text[:LONGEST], why, do)
    if found.table == "asked":
        why = house.reasons.say("asked", found.key, found.details)
    else:
        why = house.reasons.refused(found.key, found.details, found.clause)
    names = ", ".join(world.everyone.name_of(person) for person in found.able)
    do = f"Người làm được việc này: {names}; xin trả lời thư của chương trình." if names else ""
    return Line(row, code, column, text[:LONGEST], why, do or "Sửa lại rồi lưu sổ.")


def refused(
    row: int,
    code: str,
    columns: Iterable[str],
    typed: Mapping[str, Value],
    problem: Refused,
    house: House,
) -> Line:
    """Say why the procedure refused an act."""
    column, text = _typed(columns, typed)
    why = house.reasons.refused(problem.reason, problem.details, problem.clause)
    return Line(row, code, column, text[:LONGEST], why, "Sửa lại rồi lưu sổ.")


def lacking(row: int, code: str, found: Lacking, typed: Mapping[str, Value]) -> Line:
    """Say what an act still lacks; what was typed stays."""
    column, text = _typed(found.columns, typed)
    why, do = SENTENCES["lacking"]
    said = {"act": labels.ACT[found.act], "missing": ", ".join(found.missing)}
    return Line(row, code, column, text[:LONGEST], why.format(**said), do.format(**said), once=True)


def waiting(standing: str, row: int, wish: Wish, person: str) -> Line:
    """Say that an act waits for the word of the person it belongs to, or did not get it."""
    column, text = _typed(wish.typed, wish.typed)
    why, do = SENTENCES[standing]
    said = {"act": labels.ACT[wish.command.act], "person": person}
    once = standing == holding.HELD
    return Line(row, wish.code, column, text[:LONGEST], why.format(**said), do.format(**said), once)


def belongs(row: int, wish: Wish, person: str) -> Line:
    """Say whose act was typed into a copy."""
    return replace(waiting("belongs", row, wish, person), once=False)


def sheet_rows(lines: Sequence[Line], sheet: str, world: World) -> tuple[dict[str, Value], ...]:
    """Write lines as rows of the sheet `Đồng bộ`."""
    return tuple(
        {
            specs.WHEN: words.moment(world.now),
            specs.WHERE: said.where or said.sheet or sheet,
            specs.ROW: said.row or None,
            CODE: said.code,
            specs.CELL: said.column,
            specs.TYPED: said.typed,
            specs.WHY: said.why,
            specs.DO: said.do,
        }
        for said in lines
    )


def mail_table(lines: Sequence[Line]) -> Table:
    """Write lines as the table of the mail to the keeper: narrow enough for a telephone."""
    return Table(
        columns=["Ở đâu", specs.TYPED, specs.WHY, specs.DO],
        rows=[[_place(said), said.typed or "–", said.why, said.do or "–"] for said in lines],
    )


def _place(said: Line) -> str:
    row = f"Dòng {said.row}" if said.row else ""
    place = ", ".join(filter(None, (row, said.column)))
    words = (said.where, said.sheet, said.code, place)
    return "\n".join(filter(None, words)) or "Cả sổ"
