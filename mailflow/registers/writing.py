"""What of a round's changes may be written into a register, and lines for what may not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailflow.procedure.machine import World
from mailflow.registers import lines as said
from mailflow.registers.cells import as_text
from mailflow.registers.columns import CODE, SYNC_TABLE
from mailflow.registers.lines import Line
from mailflow.registers.page import Page
from mailflow.registers.planning import Wanted
from mailflow.registers.specs import SYNC_COLUMNS
from mailflow.registers.typed import RowEdit
from workbook_sync.errors import Refusal
from workbook_sync.files import Copy
from workbook_sync.heights import fitting
from workbook_sync.parts import PropertyValue
from workbook_sync.patch import Append, Plan, attempt
from workbook_sync.values import Value


@dataclass(frozen=True)
class Writing:
    """What a round writes: cells and rows of each sheet, and `notes` for what was `told`."""

    wants: tuple[Wanted, ...]
    notes: tuple[Append, ...]
    told: bool

    @property
    def nothing(self) -> bool:
        """Say whether the file stays as it is."""
        return not self.told and all(want.nothing for want in self.wants)

    def plan(self, properties: Mapping[str, PropertyValue]) -> Plan:
        """Give all of it as one plan."""
        sets = {cell: value for want in self.wants for cell, value in want.sets.items()}
        heights = {row: height for want in self.wants for row, height in want.heights.items()}
        appends = (added for want in self.wants for added in want.appends)
        return Plan(sets, (*appends, *self.notes), properties, heights)


def writable_rows(
    copy: Copy, page: Page, edits: Sequence[RowEdit]
) -> tuple[list[RowEdit], list[Line]]:
    """Give the edits that may be carried out: a new row needs a cell for its code.

    Raises Refusal when nothing may be written into this file at all.
    """
    if not edits:
        return [], []
    codes = {page.cell(row, CODE): "" for edit in edits for row in edit.new_rows}
    refused = _refused(attempt(copy.data, Plan(codes)).refusals)
    rows = {row for edit in edits for row in edit.new_rows if page.cell(row, CODE) in refused}
    good = [kept for edit in edits if (kept := edit.without(rows))]
    lines = [
        _not_writable(refused[page.cell(row, CODE)], row, "", CODE, "") for row in sorted(rows)
    ]
    return good, lines


def writable_cells(copy: Copy, page: Page, want: Wanted) -> tuple[Wanted, list[Line]]:
    """Leave out what may not be written, a line for each; it is tried again every round."""
    if want.nothing:
        return want, []
    tried = attempt(copy.data, Plan(want.sets, want.appends))
    refused = _refused(tried.refusals)
    cells = refused.keys() & want.sets.keys()
    others = [refusal for cell, refusal in refused.items() if cell not in cells]
    lines = [
        _not_writable(refused[cell], *want.places[cell], as_text(want.sets[cell]))
        for cell in sorted(cells)
    ]
    added = ", ".join(want.added)
    lines += [_not_writable(refusal, 0, added, CODE, added) for refusal in others]
    return want.without(cells, page, additions=not others), lines


def _refused(refusals: Iterable[Refusal]) -> dict[tuple[str, str], Refusal]:
    return {(refusal.sheet, refusal.cell): refusal for refusal in refusals}


def _not_writable(refusal: Refusal, row: int, code: str, header: str, ours: str) -> Line:
    why = said.why_not(refusal.reason)
    return replace(said.line("not_writable", row, code, header, ours=ours, why=why), once=True)


def unwritable_notes(copy: Copy, page: Page) -> list[Line]:
    """Say in a line, told once, that nothing can be added to the sheet of notes."""
    refusals = attempt(copy.data, Plan(appends=_notes(page, [{CODE: "?"}]))).refusals
    return [replace(said.line("no_notes", why=said.why_not(r.reason)), once=True) for r in refusals]


def notes_of(told: Sequence[Line], page: Page, world: World) -> tuple[Append, ...]:
    """Give the rows to be added to the sheet of notes."""
    return _notes(page, said.sheet_rows(told, page.grid.sheet, world)) if told else ()


def _notes(page: Page, rows: Sequence[Mapping[str, Value]]) -> tuple[Append, ...]:
    widths = {column.header: column.width for column in SYNC_COLUMNS}
    heights = tuple(fitting((row.get(h), width) for h, width in widths.items()) for row in rows)
    return (Append(page.notes, tuple(rows), SYNC_TABLE, heights=heights),)
