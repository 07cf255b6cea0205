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
from mailflow.registers.rows import RowEdit
from mailflow.registers.specs import SYNC_COLUMNS
from workbook_sync.errors import Refusal
from workbook_sync.files import Copy
from workbook_sync.heights import fitting
from workbook_sync.patch import Append, Plan, attempt
from workbook_sync.values import Value


@dataclass(frozen=True)
class Writing:
    """What a round writes: cells and rows of requests, and `notes` for what was `told`."""

    want: Wanted
    notes: tuple[Append, ...]
    told: bool


def writable_rows(
    copy: Copy, page: Page, edits: Sequence[RowEdit]
) -> tuple[list[RowEdit], list[Line]]:
    """Give the edits that may be carried out: a new row needs a cell for its code.

    Raises Refusal when nothing may be written into this file at all.
    """
    if not edits:
        return [], []
    codes = {page.cell(edit.row, CODE): "" for edit in edits if not edit.code}
    refused = _refused(attempt(copy.data, Plan(codes)).refusals)
    good = [e for e in edits if e.code or page.cell(e.row, CODE) not in refused]
    lines = [
        _not_writable(refused[cell], edit.row, "", CODE, "")
        for edit in edits
        if not edit.code and (cell := page.cell(edit.row, CODE)) in refused
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
