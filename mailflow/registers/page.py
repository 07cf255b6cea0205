"""Reads the sheet `Phiếu` of a register: its rows for the merge, and where each cell stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailflow.procedure import numbering
from mailflow.registers.cells import as_kind
from mailflow.registers.columns import (
    BY_HEADER,
    CODE,
    HEADERS,
    KEEPER,
    OWNERS,
    SHEET,
    SYNC_SHEET,
    SYNC_TABLE,
    TABLE,
)
from workbook_sync.address import cell_name
from workbook_sync.errors import Reason, Refusal
from workbook_sync.locate import Grid, Row, locate
from workbook_sync.merge import Entry, Owner
from workbook_sync.parts import properties
from workbook_sync.read import Cell, Workbook, read
from workbook_sync.spec import ColumnKind
from workbook_sync.values import Kind, Value, canon


@dataclass(frozen=True)
class Page:
    """The sheet as read; `owners` are its columns, the keeper's own ones among them.

    `register_id` is empty and `generation` None where another program lost the properties.
    `notes` is the sheet of what was not taken up, found by its table.
    """

    grid: Grid
    entries: tuple[Entry, ...]
    owners: Mapping[str, Owner]
    register_id: str
    generation: int | None
    notes: str

    def cell(self, row: int, header: str) -> tuple[str, str]:
        """Name a cell for a patch: sheet and address."""
        return self.grid.sheet, cell_name(row, self.grid.columns[header])


def read_page(data: bytes, prefix: str) -> Page:
    """Read a register's bytes; `prefix` is the one of the agency's codes.

    Raises Refusal when it is no workbook, or has no list with a column `Mã`.
    """
    workbook = read(data)
    grid = locate(workbook, HEADERS, TABLE, SHEET)
    if CODE in grid.missing:
        raise Refusal(Reason.NO_COLUMN, grid.sheet, detail=CODE)
    owners = {header: owner for header, owner in OWNERS.items() if header in grid.columns}
    owners |= dict.fromkeys(grid.others, KEEPER)
    said = properties(data)
    generation = said.get("generation")
    return Page(
        grid,
        tuple(_entry(row, prefix) for row in grid.rows),
        owners,
        str(said.get("register_id") or ""),
        generation if isinstance(generation, int) else None,
        _sheet_of(workbook, SYNC_TABLE) or SYNC_SHEET,
    )


def _sheet_of(workbook: Workbook, table: str) -> str:
    names = (
        sheet.name
        for sheet in workbook.sheets
        if any(found.name.casefold() == table.casefold() for found in sheet.tables)
    )
    return next(names, "")


def _entry(row: Row, prefix: str) -> Entry:
    """Take a row's cells; one with an error, or a formula without result, says nothing."""
    known = {
        header: as_kind(cell.value, BY_HEADER[header].kind)
        for header, cell in row.cells.items()
        if header != CODE and _speaks(cell)
    }
    others = {header: _as_typed(cell) for header, cell in row.others.items() if _speaks(cell)}
    return Entry(row.index, _key(row.text(CODE), prefix), {**others, **known})


def _speaks(cell: Cell) -> bool:
    return cell.kind is not Kind.ERROR and (cell.formula is None or cell.kind is not Kind.BLANK)


def _as_typed(cell: Cell) -> Value:
    return as_kind(cell.value, ColumnKind.TEXT) if cell.kind is Kind.TEXT else canon(cell.value)


def _key(text: str, prefix: str) -> str:
    """Give the code a cell holds as it is written properly, else the text itself."""
    code = numbering.parse(text, prefix)
    return code.right if code and code.valid else text
