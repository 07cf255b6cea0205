"""What is to be written into a register so that it shows the record; pure."""

from collections.abc import Collection, Container, Iterator, Mapping, Set
from dataclasses import dataclass

from mailflow.registers.columns import CODE, KEEPER, SYSTEM
from mailflow.registers.lines import Line, line
from mailflow.registers.page import Page
from mailflow.registers.sides import Base, Sides
from workbook_sync.heights import fitting
from workbook_sync.merge import Entry, Fields, Merged
from workbook_sync.patch import Append
from workbook_sync.values import Value, canon, same

Cell = tuple[str, str]
Drafts = Set[tuple[str, str]]
"""Cells by (code, column) that hold the beginning of an act: they stay as they were typed."""


@dataclass(frozen=True)
class Wanted:
    """The cells of a sheet to set and the rows to add, and its base once that is written.

    `places` says of each cell which row, code and column it is; `heights` in points fit the rows
    of which cells are set.
    """

    sets: Mapping[Cell, Value]
    places: Mapping[Cell, tuple[int, str, str]]
    appends: tuple[Append, ...]
    added: tuple[str, ...]
    base: Base
    heights: Mapping[tuple[str, int], float]

    @property
    def nothing(self) -> bool:
        """Say whether the workbook is as it should be."""
        return not self.sets and not self.appends

    def without(self, cells: Collection[Cell], page: Page, *, additions: bool) -> "Wanted":
        """Leave out what may not be written: there the workbook's value is what is agreed on."""
        typed = {entry.row: entry.values for entry in page.entries}
        base = {code: dict(row) for code, row in self.base.items()}
        for row, code, header in (self.places[cell] for cell in cells):
            base[code][header] = typed[row].get(header)
        if not additions:
            base = {code: row for code, row in base.items() if code not in self.added}
        return Wanted(
            {cell: value for cell, value in self.sets.items() if cell not in cells},
            self.places,
            self.appends if additions else (),
            self.added if additions else (),
            {code: _said(row) for code, row in base.items()},
            self.heights,
        )


def wanted(page: Page, sides: Sides, rows: Mapping[int, str], drafts: Drafts) -> Wanted:
    """Compare every row of a sheet that has a code with the record; `rows` gives the codes."""
    sets: dict[Cell, Value] = {}
    places: dict[Cell, tuple[int, str, str]] = {}
    base: dict[str, Fields] = {}
    heights: dict[tuple[str, int], float] = {}
    for entry in page.entries:
        code = rows.get(entry.row, "")
        if code not in sides.ours:
            continue
        cells = _cells(page, sides, entry, code, drafts)
        for header, value in cells.items():
            cell = page.cell(entry.row, header)
            sets[cell], places[cell] = value, (entry.row, code, header)
        if cells:
            heights[page.grid.sheet, entry.row] = _height(page, {**entry.values, **cells})
        base[code] = _agreed(page, sides, entry, code, drafts)
    gone: dict[str, Fields] = {
        code: {} for code in sides.base if code not in base and code in sides.ours
    }
    added = _added(sides, set(rows.values()))
    base |= {code: _filled(sides.ours[code], page) for code in added}
    appends = _appends(page, sides, added, _last(page, rows))
    return Wanted(sets, places, appends, tuple(added), {**gone, **base}, heights)


def typed_over(page: Page, want: Wanted, merged: Merged) -> Iterator[Line]:
    """Tell what a new row said in columns of the program's own, where that is written over.

    In the rows of known requests the merge has found such words already.
    """
    known = {found.row for found in merged.restored_keys}
    entries = {e.row: e for e in page.entries if not e.key and e.row not in known}
    for cell in want.sets:
        row, code, header = want.places[cell]
        typed = entries[row].values.get(header) if row in entries else None
        if typed is not None and page.owners.get(header) is SYSTEM:
            yield line("system", row, code, header, typed)


def _height(page: Page, row: Fields) -> float:
    return fitting((row.get(header), width) for header, width in page.sheet.widths.items())


def _cells(page: Page, sides: Sides, entry: Entry, code: str, drafts: Drafts) -> dict[str, Value]:
    """Give the cells of a row that are to be written; a blank code is filled in."""
    cells: dict[str, Value] = {} if entry.key == code else {CODE: code}
    for header, value in _agreed_cells(page, sides, entry, code).items():
        open_to_us = header in entry.values and (code, header) not in drafts
        if open_to_us and not same(entry.values[header], value):
            cells[header] = value
    return cells


def _agreed_cells(page: Page, sides: Sides, entry: Entry, code: str) -> dict[str, Value]:
    """Give what each cell is to hold: the record's value, in the keeper's columns the keeper's.

    There ours counts only where an older file was put back and nobody typed since.
    """
    ours, agreed = sides.ours[code], sides.agreed.get(code, {})
    row = {header: ours.get(header) for header in page.owners}
    for header, owner in page.owners.items():
        typed = entry.values.get(header)
        if owner is KEEPER and header in entry.values and not same(typed, agreed.get(header)):
            row[header] = typed
    return row


def _agreed(page: Page, sides: Sides, entry: Entry, code: str, drafts: Drafts) -> Fields:
    """Give the row as both sides have it once it is written; a draft is not agreed on."""
    before = sides.base.get(code, {})
    row = _agreed_cells(page, sides, entry, code)
    return _said({h: before.get(h) if (code, h) in drafts else v for h, v in row.items()})


def _said(row: Fields) -> Fields:
    kept = {header: canon(value) for header, value in row.items()}
    return {header: value for header, value in kept.items() if value is not None}


def _added(sides: Sides, there: Set[str]) -> list[str]:
    """List the keys the workbook never had, oldest first."""
    return [code for code in sides.ours if code not in there and code not in sides.agreed]


def _filled(row: Fields, page: Page) -> Fields:
    return _said({header: row.get(header) for header in page.owners})


def _last(page: Page, rows: Container[int]) -> int:
    """Find the last row of the list: rows of requests belong to it also where a gap is above."""
    last = page.grid.last
    for entry in page.entries:
        if entry.row in rows or entry.row == last + 1:
            last = max(last, entry.row)
    return last


def _appends(page: Page, sides: Sides, codes: list[str], after: int) -> tuple[Append, ...]:
    if not codes:
        return ()
    headers = [*page.grid.columns, *page.names]
    rows = tuple({page.name(h): sides.ours[code].get(h) for h in headers} for code in codes)
    heights = tuple(_height(page, row) for row in rows)
    return (Append(page.grid.sheet, rows, page.grid.table, after, heights),)
