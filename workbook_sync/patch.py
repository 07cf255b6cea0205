"""Changes planned cells of a workbook and nothing else: every other byte of it is given back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import Source, rewrite
from workbook_sync.parts import Book, PropertyValue, open_book
from workbook_sync.patch_append import Append, Growth, append
from workbook_sync.patch_cells import SheetPatch
from workbook_sync.patch_properties import set_properties
from workbook_sync.patch_ranges import grow_filter_name, grow_sheet, grow_table
from workbook_sync.patch_styles import StyleBook
from workbook_sync.proof import Claims, Planned, prove
from workbook_sync.recalc import (
    ask_full_calculation,
    dependent_sheets,
    forget_all,
    forget_touched,
    has_formula,
)
from workbook_sync.values import Value

__all__ = ["Append", "Patched", "Plan", "attempt", "patch"]


@dataclass(frozen=True)
class Plan:
    """What is to change: `sets` of {(sheet, "B3"): value}, rows to add, custom properties.

    `heights` in points by (sheet, row) fit rows of which cells are set, where nobody has set
    one by hand.
    """

    sets: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    appends: tuple[Append, ...] = ()
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)
    heights: Mapping[tuple[str, int], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Patched:
    """The new file; the cells that were written; and what of the plan was left out, and why."""

    data: bytes
    cells: Planned
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Draft:
    """A new file not yet read again, what it is claimed to be, and what was left out."""

    data: bytes
    claims: Claims
    refusals: tuple[Refusal, ...]


def patch(source: Source, plan: Plan) -> bytes:
    """The workbook with the whole plan carried out; raises the first Refusal otherwise."""
    done = attempt(source, plan)
    if done.refusals:
        raise done.refusals[0]
    return done.data


def attempt(source: Source, plan: Plan) -> Patched:
    """Carry out what of the plan may be carried out; each cell or group of rows by itself.

    The result has been read again independently: only planned cells differ, and no other part.
    Raises Refusal when the workbook as a whole may not be written (signed, not openable), or
    NOT_PROVEN when the proof fails; then nothing of the result may be used.
    """
    book = open_book(source)
    if any(name.casefold().startswith("_xmlsignatures/") for name in book.package.names):
        raise Refusal(Reason.SIGNED)
    draft = carried_out(book, plan)
    if draft.claims.parts:
        prove(book, draft.data, draft.claims)
    return Patched(draft.data, draft.claims.cells, draft.refusals)


def carried_out(book: Book, plan: Plan) -> Draft:
    """The new file before its proof."""
    work = _Work(book)
    for (sheet, cell), value in plan.sets.items():
        work.try_set(sheet, cell, value)
    for wanted in plan.appends:
        work.try_append(wanted)
    work.fit(plan.heights)
    changed = work.changed() | set_properties(book.package, plan.properties)
    data = rewrite(book.package, changed) if changed else book.package.data
    claims = work.claims(frozenset(changed), plan.properties)
    return Draft(data, claims, tuple(work.refusals))


class _Work:
    """The sheets being patched, how their lists grew, and what was refused on the way."""

    def __init__(self, book: Book) -> None:
        self.book, self.package = book, book.package
        self.styles = StyleBook(book.package, book.styles)
        self.sheets: dict[str, SheetPatch] = {}
        self.growth: list[tuple[SheetPatch, Growth]] = []
        self.refusals: list[Refusal] = []

    def try_set(self, sheet: str, cell: str, value: Value) -> None:
        try:
            self._sheet(sheet).set(cell, value)
        except Refusal as refusal:
            self.refusals.append(
                Refusal(refusal.reason, refusal.sheet or sheet, cell, refusal.detail)
            )

    def try_append(self, wanted: Append) -> None:
        try:
            sheet = self._sheet(wanted.sheet)
            grown = append(sheet, self.package, wanted)
        except Refusal as refusal:
            self.refusals.append(refusal)
            return
        if grown is not None:
            self.growth.append((sheet, grown))

    def fit(self, heights: Mapping[tuple[str, int], float]) -> None:
        for (sheet, row), points in heights.items():
            if sheet in self.sheets:
                self.sheets[sheet].fit(row, points)

    def _sheet(self, name: str) -> SheetPatch:
        part = self.book.sheet(name)
        if part.name not in self.sheets:
            self.sheets[part.name] = SheetPatch(self.book, part, self.styles)
        return self.sheets[part.name]

    def changed(self) -> dict[str, bytes]:
        """The new content of every part that changes."""
        sheets = [sheet for sheet in self.sheets.values() if sheet.cells]
        if not sheets:
            return {}
        parts = self._grown_tables()
        for sheet, grown in self.growth:
            grow_sheet(sheet.text, grown.old, grown.bottom)
        for sheet in sheets:
            rows = set(sheet.cells)
            parts[sheet.part.part] = forget_touched(sheet.rendered(), rows)
        if self.styles.data is not None and self.styles.part is not None:
            parts[self.styles.part] = self.styles.data
        parts |= self._recalculated(sheets)
        workbook = self._workbook(parts)
        return parts | ({self.book.main: workbook} if workbook is not None else {})

    def claims(self, changed: frozenset[str], properties: Mapping[str, PropertyValue]) -> Claims:
        """What the new file is claimed to be, for the proof."""
        sheets = {name: sheet for name, sheet in self.sheets.items() if sheet.cells}
        return Claims(
            parts=changed,
            cells={name: sheet.planned for name, sheet in sheets.items()},
            looks={
                name: frozenset((row, column) for row in sheet.cells for column in sheet.cells[row])
                for name, sheet in sheets.items()
            },
            tables={
                table.part: sheet.lists[table.part]
                for sheet in sheets.values()
                for table in sheet.part.tables
            },
            heights={name: sheet.heights for name, sheet in sheets.items()},
            properties=properties,
        )

    def _grown_tables(self) -> dict[str, bytes]:
        parts: dict[str, bytes] = {}
        for _, grown in self.growth:
            if grown.table is not None:
                part = grown.table.part
                data = parts.get(part) or self.package.read(part)
                parts[part] = grow_table(data, grown.old, grown.bottom)
        return parts

    def _recalculated(self, sheets: list[SheetPatch]) -> dict[str, bytes]:
        """The other sheets whose formulas depend on the patched ones, results taken away."""
        parts = {}
        for sheet in dependent_sheets(self.book, [sheet.part for sheet in sheets]):
            old = self.package.read(sheet.part)
            new = forget_all(old)
            if new != old:
                parts[sheet.part] = new
        return parts

    def _workbook(self, parts: Mapping[str, bytes]) -> bytes | None:
        """The workbook part when it must change: the recalculation flag, a filter's hidden name."""
        old = new = self.package.read(self.book.main)
        for sheet, grown in self.growth:
            new = grow_filter_name(new, sheet.part.number, grown.old, grown.bottom)
        grids = (sheet.part for sheet in self.book.sheets if sheet.is_grid)
        if any(has_formula(parts.get(part) or self.package.read(part)) for part in grids):
            new = ask_full_calculation(new)
        return new if new != old else None
