"""Streaming reader: typed cells row by row, every problem collected, none fatal."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from workbook_sync.address import (
    MAX_COLUMN,
    MAX_ROW,
    Range,
    cell_name,
    cell_place,
    column_number,
    parse_range,
    whole_number,
)
from workbook_sync.errors import Problem, Reason, Refusal
from workbook_sync.package import CAPS, Caps, Guarded, Package, Source
from workbook_sync.parts import Book, SheetPart, Styles, Table, open_book, unescape
from workbook_sync.values import Kind, Value, from_serial

MOST_PROBLEMS = 1_000  # of one sheet; a person reads no more, and a hostile file has millions


class Cell(NamedTuple):
    """One cell: `value` is typed, `raw` is as stored, `formula` None unless it has one.

    A formula without a stored result is BLANK; the child of a shared formula has formula "".
    An error's value is its text ("#N/A"). Dates carry no time zone, as Excel keeps none.
    """

    row: int
    column: int
    kind: Kind
    value: Value
    raw: str = ""
    formula: str | None = None
    style: int = 0

    @property
    def name(self) -> str:
        """The address, like "B3"."""
        return cell_name(self.row, self.column)


class SheetRow(NamedTuple):
    """A row with its cells that hold something, from left to right."""

    number: int
    hidden: bool
    cells: tuple[Cell, ...]


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
    """A snapshot of a workbook: its worksheets in order, and what reading met."""

    sheets: tuple[Sheet, ...]
    styles: Styles
    date1904: bool
    problems: tuple[Problem, ...]

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name, whatever its case; Refusal when there is none."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise Refusal(Reason.NO_SHEET, name)


def read(source: Source, caps: Caps = CAPS) -> Workbook:
    """Read a workbook whole.

    Raises Refusal when it is not a workbook that may be opened (too big, encrypted, DOCTYPE in
    its skeleton …); whatever is wrong further inside becomes a problem of the snapshot.
    """
    book = open_book(source, caps)
    strings = shared_strings(book)
    problems = list(book.problems)
    sheets = []
    for part in book.sheets:
        if not part.is_grid:
            continue
        notes = SheetNotes()
        rows = tuple(stream_rows(book, part, strings, notes))
        problems += notes.problems
        merges, hidden = tuple(notes.merges), frozenset(notes.hidden_columns)
        sheets.append(Sheet(part.name, part.state, part.tables, rows, merges, hidden))
    return Workbook(tuple(sheets), book.styles, book.date1904, tuple(problems))


def shared_strings(book: Book) -> list[str]:
    """The workbook's string table; what cannot be read of it becomes a problem of the book."""
    part = book.package.name_of(book.strings_part) if book.strings_part else None
    if part is None:
        return []
    strings: list[str] = []
    try:
        for item in _elements(book.package, part, "{*}si"):
            strings.append(rich_text(item))
            _forget(item)
    except Refusal as refusal:
        book.problems.append(Problem(refusal.reason, detail=refusal.detail))
    return strings


def stream_rows(
    book: Book, sheet: SheetPart, strings: list[str], notes: SheetNotes
) -> Iterator[SheetRow]:
    """The sheet's rows one by one in little memory; `notes` are filled on the way."""
    reader = CellReader(sheet.name, strings, book.styles, book.date1904, notes.problems)
    last = 0
    try:
        for element in _elements(book.package, sheet.part, "{*}row", "{*}mergeCell", "{*}col"):
            word = etree.QName(element).localname
            if word == "row":
                row = reader.row(element, last)
                last = row.number
                _forget(element)
                yield row
            elif word == "mergeCell":
                if area := parse_range(element.get("ref", "")):
                    notes.merges.append(area)
            elif element.get("hidden") in ("1", "true"):
                notes.hidden_columns |= _columns(element)
    except Refusal as refusal:
        notes.problems.append(Problem(refusal.reason, sheet.name, detail=refusal.detail))


def _elements(package: Package, part: str, *tags: str) -> Iterator[etree._Element]:
    """Finished elements of a part as the parser meets them; Refusal where it cannot go on."""
    stream: Guarded = package.stream(part)
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
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _columns(element: etree._Element) -> set[int]:
    first, last = whole_number(element.get("min")), whole_number(element.get("max"))
    return set(range(max(first, 1), min(last, MAX_COLUMN) + 1))


def rich_text(item: etree._Element) -> str:
    """The text of `si` or `is`: its own `t` and its runs' `t`, without phonetic hints."""
    words = []
    for child in item:
        kind = etree.QName(child).localname
        if kind == "t":
            words.append(child.text or "")
        elif kind == "r":
            words += [t.text or "" for t in child.iterfind("{*}t")]
    return unescape("".join(words))


@lru_cache(maxsize=8)
def _cell_tags(tag: str) -> tuple[str, str, str]:
    """The tags of a value, a formula and inline text in the name space of a cell's tag."""
    space = tag[:-1]
    return f"{space}v", f"{space}f", f"{space}is"


class CellReader:
    """Turns `row` elements of one sheet into rows of typed cells."""

    def __init__(
        self,
        sheet: str,
        strings: list[str],
        styles: Styles,
        date1904: bool,
        problems: list[Problem],
    ) -> None:
        self._sheet, self._strings, self._dates = sheet, strings, styles.dates
        self._date1904, self._problems = date1904, problems

    def row(self, element: etree._Element, last: int) -> SheetRow:
        """The row of an element; one without a number follows row `last`."""
        index = whole_number(element.get("r", str(last + 1)))
        if not 0 < index <= MAX_ROW:
            self._note(Reason.OUTSIDE, "", f"row {element.get('r', '')[:20]}")
            return SheetRow(last, False, ())
        found = (self.cell(child, index, column) for column, child in self.elements(element))
        cells = tuple(cell for cell in found if cell is not None)
        return SheetRow(index, element.get("hidden") in ("1", "true"), cells)

    def elements(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        """The row's cell elements, each with its column; one without an address follows."""
        tag = str(row.tag)[:-3] + "c"
        column = 0
        for child in row:
            if child.tag == tag:
                column = self._column(child.get("r"), column)
                yield column, child

    def _column(self, ref: str | None, last: int) -> int:
        if ref is None:
            return last + 1
        letters = ref.rstrip("0123456789")
        if letters.isascii() and letters.isalpha() and len(letters) <= 3:
            return column_number(letters)
        place = cell_place(ref)
        return place[1] if place else last + 1

    def cell(self, element: etree._Element, row: int, column: int) -> Cell | None:
        """The typed cell, or None when it holds nothing but a style."""
        raw, formula, text = None, None, None
        value_tag, formula_tag, text_tag = _cell_tags(str(element.tag))
        for child in element:
            if child.tag == value_tag:
                raw = child.text or ""
            elif child.tag == formula_tag:
                formula = child.text or ""
            elif child.tag == text_tag:
                text = rich_text(child)
        if raw is None and formula is None and text is None:
            return None
        style = whole_number(element.get("s"))
        if text is not None:
            return Cell(row, column, Kind.TEXT, text, text, formula, style)
        if not raw:
            return Cell(row, column, Kind.BLANK, None, "", formula, style)
        kind, value = self._typed(element.get("t", "n"), raw, style, cell_name(row, column))
        return Cell(row, column, kind, value, raw, formula, style)

    def _typed(self, kind: str, raw: str, style: int, name: str) -> tuple[Kind, Value]:
        """What the stored text means by the cell's type; text as it stands when it cannot."""
        if kind == "s":
            return self._shared(raw, name)
        if kind == "n":
            return self._number(raw, style, name)
        if kind == "b":
            return Kind.BOOL, raw.strip() in ("1", "true")
        if kind == "e":
            return Kind.ERROR, raw
        if kind == "d":
            return self._iso(raw, name)
        return Kind.TEXT, unescape(raw)

    def _shared(self, raw: str, name: str) -> tuple[Kind, Value]:
        try:
            index = int(raw)
        except ValueError:
            index = -1
        if 0 <= index < len(self._strings):
            return Kind.TEXT, self._strings[index]
        self._note(Reason.BAD_CELL, name, f"no shared string {raw[:20]}")
        return Kind.ERROR, "#N/A"

    def _number(self, raw: str, style: int, name: str) -> tuple[Kind, Value]:
        try:
            number = int(raw) if raw.isdigit() and len(raw) < 400 else float(raw)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._note(Reason.BAD_CELL, name, f"not a number: {raw[:20]}")
            return Kind.ERROR, raw
        if style not in self._dates:
            return Kind.NUMBER, number
        moment = from_serial(number, self._date1904)
        if moment is None:
            self._note(Reason.BAD_DATE, name, raw)
            return Kind.NUMBER, number
        return Kind.DATE, moment

    def _iso(self, raw: str, name: str) -> tuple[Kind, Value]:
        try:
            if ":" in raw and "-" not in raw:
                return Kind.DATE, time.fromisoformat(raw.strip())
            moment = datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
        except ValueError:
            self._note(Reason.BAD_DATE, name, raw)
            return Kind.TEXT, raw
        return Kind.DATE, moment

    def _note(self, reason: Reason, name: str, detail: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(reason, self._sheet, name, detail))
