"""Reads the sheets of a register: their rows for the merge, and where each cell stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailflow.registers.cells import as_kind, figure
from mailflow.registers.columns import CODE, KEEPER, SYNC_SHEET, SYNC_TABLE, RegisterColumn, Sheet
from mailflow.registers.sheets import ALL, key_of
from workbook_sync.address import cell_name
from workbook_sync.errors import Reason, Refusal
from workbook_sync.locate import Grid, Row, locate, twins
from workbook_sync.merge import ALIKE, Entry, Fields, Owner
from workbook_sync.oldfonts import revived
from workbook_sync.parts import PropertyValue, Styles, properties
from workbook_sync.read import Cell, Workbook, read
from workbook_sync.spec import ColumnKind
from workbook_sync.values import Kind, Value, canon, same


@dataclass(frozen=True)
class Page:
    """A sheet as read; `owners` are its columns, the keeper's own ones among them.

    `register_id` is empty and `generation` None where another program lost the properties.
    `notes` is the sheet of what was not taken up, found by its table. `unread` are cells {(row,
    header): text} that say nothing: errors, formulas without a result. `names` are our headers by
    which columns that somebody renamed are known, with what stands there now. `twins` are other
    lists of the workbook that look like this one.
    """

    sheet: Sheet
    grid: Grid
    entries: tuple[Entry, ...]
    owners: Mapping[str, Owner]
    register_id: str
    generation: int | None
    notes: str
    unread: Mapping[tuple[int, str], str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    twins: tuple[str, ...] = ()

    def cell(self, row: int, header: str) -> tuple[str, str]:
        """Name a cell for a patch: sheet and address."""
        columns = self.grid.columns
        place = columns[header] if header in columns else self.grid.others[self.name(header)]
        return self.grid.sheet, cell_name(row, place)

    def name(self, header: str) -> str:
        """Give the words that stand in the file for one of our headers."""
        return self.names.get(header, header)

    def known_again(self, base: Mapping[str, Fields], names: Mapping[str, str]) -> "Page":
        """Find columns that were renamed: those known by `names` before, else by their cells.

        The cells of a column are those that were agreed on, or most of them.
        """
        before = {h: name for h, name in names.items() if name in self.grid.others}
        found = {h: before.get(h) or self._renamed(h, base) for h in self.grid.missing}
        claims = [name for name in found.values() if name]
        found = {header: name for header, name in found.items() if claims.count(name) == 1}
        return self._under(found) if found else self

    def _renamed(self, header: str, base: Mapping[str, Fields]) -> str:
        """Name the one unknown column whose cells are what was agreed on for a missing one."""
        if header == CODE:
            return ""
        agreed = {code: row[header] for code, row in base.items() if row.get(header) is not None}
        there = [entry for entry in self.entries if entry.key in agreed]
        column = self.sheet.by_header[header]

        def is_alike(name: str) -> bool:
            cells = ((as_kind(e.values.get(name), column.kind), agreed[e.key]) for e in there)
            return sum(same(*pair) for pair in cells) >= len(there) * ALIKE

        alike = list(filter(is_alike, self.grid.others)) if there else []
        return alike[0] if len(alike) == 1 else ""

    def _under(self, names: Mapping[str, str]) -> "Page":
        """Give the page with renamed columns under our own headers."""
        ours = {name: header for header, name in names.items()}
        known = self.sheet.owners
        entries = tuple(replace(e, values=self._read(e.values, ours)) for e in self.entries)
        owners = {ours.get(h, h): known.get(ours.get(h, h), o) for h, o in self.owners.items()}
        missing = tuple(header for header in self.grid.missing if header not in names)
        grid = replace(self.grid, missing=missing)
        return replace(self, grid=grid, entries=entries, owners=owners, names=names)

    def _read(self, values: Fields, ours: Mapping[str, str]) -> Fields:
        """Give a row's cells by our headers, read as what our columns hold."""
        kinds = {name: self.sheet.by_header[header].kind for name, header in ours.items()}
        return {
            ours.get(name, name): as_kind(value, kinds[name]) if name in ours else value
            for name, value in values.items()
        }


def read_pages(data: bytes, prefix: str) -> tuple[Page, ...]:
    """Read a register's bytes, its sheet of requests first; `prefix` is that of their codes.

    Of the other sheets those that are there. Raises Refusal when it is no workbook, or has no list
    of requests with a column `Mã`.
    """
    return pages_of(read(data), properties(data), prefix)


def pages_of(
    workbook: Workbook, said: Mapping[str, PropertyValue], prefix: str
) -> tuple[Page, ...]:
    """Give a workbook's pages, whatever kind of file it was; `said` are its properties.

    Raises Refusal as `read_pages` does.
    """
    first, *others = (_page(sheet, workbook, said, prefix) for sheet in ALL)
    if isinstance(first, Refusal):
        raise first
    return (first, *(page for page in others if isinstance(page, Page)))


def _page(
    sheet: Sheet, workbook: Workbook, said: Mapping[str, PropertyValue], prefix: str
) -> Page | Refusal:
    try:
        grid = locate(workbook, sheet.headers, sheet.table, sheet.name)
    except Refusal as refusal:
        return refusal
    if CODE in grid.missing:
        return Refusal(Reason.NO_COLUMN, grid.sheet, detail=CODE)
    owners = {header: owner for header, owner in sheet.owners.items() if header in grid.columns}
    owners |= dict.fromkeys(grid.others, KEEPER)
    generation = said.get("generation")
    return Page(
        sheet,
        grid,
        tuple(_entry(sheet, row, prefix, workbook.styles) for row in grid.rows),
        owners,
        str(said.get("register_id") or ""),
        generation if isinstance(generation, int) else None,
        _sheet_of(workbook, SYNC_TABLE) or SYNC_SHEET,
        dict(_unread(sheet, grid)),
        twins=twins(workbook, grid, sheet.headers),
    )


def _unread(sheet: Sheet, grid: Grid) -> Iterator[tuple[tuple[int, str], str]]:
    for row in grid.rows:
        for header, cell in row.cells.items():
            silent = cell.kind is Kind.ERROR or cell.formula is not None
            if silent and not _speaks(cell) and sheet.owners.get(header, KEEPER) is not KEEPER:
                yield (row.index, header), str(cell.value or f"={cell.formula or '…'}")


def _sheet_of(workbook: Workbook, table: str) -> str:
    names = (
        sheet.name
        for sheet in workbook.sheets
        if any(found.name.casefold() == table.casefold() for found in sheet.tables)
    )
    return next(names, "")


def _entry(sheet: Sheet, row: Row, prefix: str, styles: Styles) -> Entry:
    """Take a row's cells; one with an error, or a formula without result, says nothing."""
    old, columns = styles.old_fonts, sheet.by_header
    known = {
        header: as_kind(_said(columns[header], cell, styles), columns[header].kind)
        for header, cell in row.cells.items()
        if header != CODE and _speaks(cell)
    }
    others = {h: _as_typed(cell, old) for h, cell in row.others.items() if _speaks(cell)}
    return Entry(row.index, key_of(sheet, row.text(CODE), prefix), {**others, **known})


def _said(column: RegisterColumn, cell: Cell, styles: Styles) -> Value:
    if column.figures and cell.kind is Kind.NUMBER:
        return figure(cell.value, percent=cell.style in styles.percents)
    return _words(cell, styles.old_fonts) if styles.old_fonts else cell.value


def _speaks(cell: Cell) -> bool:
    return cell.kind is not Kind.ERROR and (cell.formula is None or cell.kind is not Kind.BLANK)


def _words(cell: Cell, old: Mapping[int, str]) -> Value:
    """Give a cell's content, words set in a font from before Unicode as what they show."""
    kind = old.get(cell.style, "")
    return revived(cell.value, kind) if kind and isinstance(cell.value, str) else cell.value


def _as_typed(cell: Cell, old: Mapping[int, str]) -> Value:
    said = _words(cell, old)
    return as_kind(said, ColumnKind.TEXT) if cell.kind is Kind.TEXT else canon(said)
