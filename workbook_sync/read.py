"""Streaming reader: typed cells row by row, every problem collected, none fatal."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml import etree

from workbook_sync.address import MAX_COLUMN, Range, parse_range, whole_number
from workbook_sync.cells import Cell, CellReader, SheetRow, rich_text
from workbook_sync.errors import Problem, Reason, Refusal
from workbook_sync.package import CAPS, Caps, Guarded, Package, Source
from workbook_sync.parts import Book, SheetPart, Styles, Table, open_book

__all__ = [
    "Cell",
    "Sheet",
    "SheetNotes",
    "SheetRow",
    "Workbook",
    "read",
    "shared_strings",
    "stream_rows",
    "uncollected",
]


_PIECES = (
    *("{*}row", "{*}col", "{*}mergeCell"),
    *("{*}hyperlink", "{*}dataValidation", "{*}conditionalFormatting"),  # met only to be let go
)


@dataclass
class SheetNotes:
    """What stands beside the rows; filled while the rows stream by, whole only at their end."""

    merges: list[Range] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """One sheet read whole; `hidden_columns` are numbers from 1."""

    name: str
    state: str
    tables: tuple[Table, ...]
    rows: tuple[SheetRow, ...]
    merges: tuple[Range, ...]
    hidden_columns: frozenset[int]

    def cells(self) -> dict[tuple[int, int], Cell]:
        """Every cell that holds something, by (row, column)."""
        return {(cell.row, cell.column): cell for row in self.rows for cell in row.cells}


@dataclass(frozen=True)
class Workbook:
    """A snapshot of a workbook: its worksheets in order, and what reading met.

    `names` are its defined names, each with its formula ("'Sheet'!$B$3").
    """

    sheets: tuple[Sheet, ...]
    styles: Styles
    date1904: bool
    problems: tuple[Problem, ...]
    names: tuple[tuple[str, str], ...] = ()

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name, whatever its case; Refusal when there is none."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise Refusal(Reason.NO_SHEET, name)

    def named(self) -> dict[str, tuple[str, int, int]]:
        """The defined names that stand for one cell, each with its sheet, row and column."""
        found: dict[str, tuple[str, int, int]] = {}
        for name, text in self.names:
            sheet, _, ref = text.rpartition("!")
            area = parse_range(ref.replace("$", ""))
            if sheet and area and area[:2] == area[2:]:
                place = (sheet.strip("'").replace("''", "'"), area.top, area.left)
                found.setdefault(name, place)
        return found


def read(source: Source, caps: Caps = CAPS, table: str = "") -> Workbook:
    """Read a workbook whole, or only the sheets with a `table`; it takes some 250 bytes a cell.

    Raises Refusal when it is not a workbook that may be opened (too big, encrypted, DOCTYPE in
    its skeleton …); whatever is wrong further inside becomes a problem of the snapshot.
    """
    book = open_book(source, caps)
    _refuse_large(book, caps)
    strings = shared_strings(book)
    problems = list(book.problems)
    sheets = []
    cells = 0
    for part in book.sheets:
        if not part.is_grid or (table and table not in (found.name for found in part.tables)):
            continue
        notes = SheetNotes()
        with uncollected():
            rows = tuple(_counted(stream_rows(book, part, strings, notes), caps.cells - cells))
        cells += sum(len(row.cells) + 1 for row in rows)
        problems += notes.problems
        merges, hidden = tuple(notes.merges), frozenset(notes.hidden_columns)
        sheets.append(Sheet(part.name, part.state, part.tables, rows, merges, hidden))
    return Workbook(tuple(sheets), book.styles, book.date1904, tuple(problems), book.names)


def _refuse_large(book: Book, caps: Caps) -> None:
    """Refusal when sheets and strings are too large to be read whole, each as often as named."""
    parts = [book.strings_part or "", *(sheet.part for sheet in book.sheets if sheet.is_grid)]
    if sum(map(book.package.size_of, parts)) > caps.rows:
        raise Refusal(Reason.TOO_BIG, detail="too much to be read whole")


def _counted(rows: Iterator[SheetRow], most: int) -> Iterator[SheetRow]:
    """The same rows; Refusal once they and their cells are more than may be."""
    for row in rows:
        most -= len(row.cells) + 1
        if most < 0:
            raise Refusal(Reason.TOO_BIG, detail="too many cells")
        yield row


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from walking a million new cells over and over; no cycle is made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def shared_strings(book: Book) -> list[str]:
    """The workbook's string table; what cannot be read of it becomes a problem of the book."""
    part = book.package.name_of(book.strings_part) if book.strings_part else None
    if part is None:
        return []
    strings: list[str] = []
    try:
        for item in _elements(book.package, part, "{*}si"):
            strings.append(rich_text(item))
            if len(item) > 1 or len(strings) % 1_000 == 0:
                _forget(item)
    except Refusal as refusal:
        _raise_too_big(refusal)
        book.problems.append(Problem(refusal.reason, detail=refusal.detail))
    return strings


def _raise_too_big(refusal: Refusal) -> None:
    """A part that asks too much ends the reading; a damaged one is a problem beside others."""
    if refusal.reason is Reason.TOO_BIG:
        raise refusal


def stream_rows(
    book: Book, sheet: SheetPart, strings: list[str], notes: SheetNotes
) -> Iterator[SheetRow]:
    """The sheet's rows one by one in little memory; `notes` are filled on the way."""
    reader = CellReader(sheet.name, strings, book.styles, book.date1904, notes.problems)
    last = 0
    try:
        for element in _elements(book.package, sheet.part, *_PIECES):
            word = str(element.tag).rpartition("}")[2]
            if word == "row":
                row = reader.row(element, last)
                last = row.number
                _forget(element)
                yield row
            elif word == "mergeCell":
                if area := parse_range(element.get("ref", "")):
                    notes.merges.append(area)
                _forget(element)
            elif word == "col" and element.get("hidden") in ("1", "true"):
                notes.hidden_columns |= _columns(element)
            elif word != "col":
                _forget(element)
    except Refusal as refusal:
        _raise_too_big(refusal)
        notes.problems.append(Problem(refusal.reason, sheet.name, detail=refusal.detail))


def _elements(package: Package, part: str, *tags: str) -> Iterator[etree._Element]:
    """Finished elements of a part as the parser meets them; Refusal where it cannot go on."""
    stream: Guarded = package.stream(part, [tag.removeprefix("{*}") for tag in tags])
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    try:
        for _, element in events:
            if first and element.getroottree().docinfo.internalDTD is not None:
                raise Refusal(Reason.DOCTYPE, detail=part)
            first = False
            yield element
    except etree.XMLSyntaxError as error:
        raise Refusal(Reason.BAD_XML, detail=f"{part}: {error}") from error


def _forget(element: etree._Element) -> None:
    """Free a finished element and what stood before it, so that memory stays flat."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        del parent[: parent.index(element)]


def _columns(element: etree._Element) -> set[int]:
    first, last = whole_number(element.get("min")), whole_number(element.get("max"))
    return set(range(max(first, 1), min(last, MAX_COLUMN) + 1))
