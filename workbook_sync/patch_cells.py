"""One sheet being patched: which cells may be written, with what style, and its new bytes."""

import re
from datetime import date, datetime, time

from workbook_sync.address import MAX_COLUMN, MAX_ROW, Range, cell_name, cell_place, parse_range
from workbook_sync.errors import Reason, Refusal
from workbook_sync.parts import Book, SheetPart, Table
from workbook_sync.patch_ranges import widen_dimension
from workbook_sync.patch_styles import StyleBook
from workbook_sync.recalc import has_formula
from workbook_sync.splice import ATTRIBUTES, NewCell, SheetText, attribute, edit_row, written
from workbook_sync.values import Value, to_serial

_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell(?=\s)(" + ATTRIBUTES + rb")>")
_SPREAD = re.compile(rb"<(?:[\w.-]+:)?f(?=\s)(" + ATTRIBUTES + rb")>")
_WHOLE_ROW = (b"s", b"customFormat", b"ht", b"customHeight")


Saved = tuple[dict[int, dict[int, NewCell]], dict[int, bytes], dict[tuple[int, int], Value]]


class SheetPatch:
    """Collects the new cells of one sheet; `planned` is what an independent reader must find."""

    def __init__(self, book: Book, part: SheetPart, styles: StyleBook) -> None:
        if not part.is_grid:
            raise Refusal(Reason.NO_SHEET, part.name, detail="it has no cells")
        self.book, self.part, self.styles = book, part, styles
        self.text = SheetText(book.package.read(part.part), part.name)
        self.merges = _ranges(_MERGE, self.text.tail)
        self.spreads = _spreads(self.text)
        self.lists: dict[str, Range] = {table.part: table.ref for table in part.tables}
        self.cells: dict[int, dict[int, NewCell]] = {}
        self.row_attributes: dict[int, bytes] = {}
        self.heights: dict[int, float] = {}
        self.planned: dict[tuple[int, int], Value] = {}

    def set(self, name: str, value: Value) -> None:
        """Plan one cell ("B3"); Refusal when it must not be written."""
        place = cell_place(name)
        if place is None:
            raise Refusal(Reason.OUTSIDE, self.part.name, name)
        self._refuse_table_edges(place)
        self.write(place, value)

    def write(self, place: tuple[int, int], value: Value, style: int | None = None) -> None:
        """Plan one cell wherever the sheet's own rules allow; `style` where it has none yet."""
        row, column = place
        name = cell_name(row, column)
        if place in self.planned:
            raise Refusal(Reason.TWICE, self.part.name, name)
        self.refuse_reserved(Range(row, column, row, column))
        old = self.text.cells(row).get(column)
        if old is not None and old.has_formula:
            raise Refusal(Reason.FORMULA, self.part.name, name)
        try:
            value = written(value)
            cell = self._cell(place, value, old.style if old else style)
        except Refusal as refusal:
            raise Refusal(refusal.reason, self.part.name, name, refusal.detail) from refusal
        self.cells.setdefault(row, {})[column] = cell
        self.planned[place] = value

    def _cell(self, place: tuple[int, int], value: Value, style: int | None) -> NewCell:
        if not isinstance(value, date | datetime | time):
            return NewCell(value, style)
        serial = to_serial(value, self.book.date1904)
        if serial is None:
            raise Refusal(Reason.BAD_VALUE, detail=f"{value} is before Excel's calendar")
        if style not in self.styles.dates:
            above = self.style_above(place)
            dated = above if above in self.styles.dates else None
            style = self.styles.dated(style or 0, value) if dated is None else dated
        return NewCell(serial, style)

    def style_above(self, place: tuple[int, int]) -> int:
        """The style of the same column in the row above, 0 when there is none."""
        cell = self.text.cells(place[0] - 1).get(place[1])
        return cell.style if cell else 0

    def formula(self, place: tuple[int, int], text: str, style: int | None) -> None:
        """Plan a formula without a result, as a calculated column wants it."""
        self.cells.setdefault(place[0], {})[place[1]] = NewCell(None, style, text)

    def styled(self, place: tuple[int, int], style: int) -> None:
        """Plan a cell that holds only a style."""
        self.cells.setdefault(place[0], {}).setdefault(place[1], NewCell(None, style))

    def copy_row_look(self, source: int, number: int) -> None:
        """Let a row that is not there yet look like row `source`: height and own format."""
        row = self.text.row(source)
        start = re.match(rb"<[\w.:-]+(" + ATTRIBUTES + rb")>", row) if row else None
        if start is None or self.text.row(number) is not None:
            return
        kept = [(name, attribute(start[1], name)) for name in _WHOLE_ROW]
        self.row_attributes[number] = b"".join(
            b' %s="%s"' % (name, value) for name, value in kept if value is not None
        )

    def fit(self, number: int, points: float) -> None:
        """Plan a row's height, unless somebody has set it by hand or no cell of it changes."""
        row = self.text.row(number)
        start = re.match(rb"<[\w.:-]+(" + ATTRIBUTES + rb")>", row) if row else None
        own = start[1] if start else self.row_attributes.get(number, b"")
        if number in self.cells and attribute(own, b"customHeight") not in (b"1", b"true"):
            self.heights[number] = points

    def refuse_reserved(self, area: Range) -> None:
        """Refusal when the cells lie in a merge (but for its top left), an array or a pivot."""
        name = str(area)
        for merge in self.merges:
            if merge.meets(area) and (merge.top, merge.left) != (area.top, area.left):
                raise Refusal(Reason.MERGED, self.part.name, name, str(merge))
        for spread in self.spreads:
            if spread.meets(area):
                raise Refusal(Reason.ARRAY, self.part.name, name, str(spread))
        for pivot in self.part.pivots:
            if pivot.meets(area):
                raise Refusal(Reason.PIVOT, self.part.name, name, str(pivot))

    def _refuse_table_edges(self, place: tuple[int, int]) -> None:
        for table in self.part.tables:
            reason = _edge(table, place) if table.ref.holds(*place) else None
            if reason:
                raise Refusal(reason, self.part.name, cell_name(*place), table.name)

    def saved(self) -> Saved:
        """What is planned so far, to return to when a group of cells is refused."""
        cells = {row: dict(columns) for row, columns in self.cells.items()}
        return cells, dict(self.row_attributes), dict(self.planned)

    def restore(self, before: Saved) -> None:
        """Forget what was planned since `saved`."""
        self.cells, self.row_attributes, self.planned = before

    def rendered(self) -> bytes:
        """The sheet's new bytes."""
        if self.cells:
            columns = [column for row in self.cells.values() for column in row]
            area = Range(min(self.cells), min(columns), max(self.cells), max(columns))
            widen_dimension(self.text, area)
        rows = {
            number: edit_row(
                self.text,
                number,
                cells,
                self.row_attributes.get(number, b""),
                self.heights.get(number),
            )
            for number, cells in self.cells.items()
        }
        return self.text.rendered(rows)

    def refuse_outside(self, row: int, column: int) -> None:
        """Refusal when the sheet ends before this cell."""
        if row > MAX_ROW or column > MAX_COLUMN:
            raise Refusal(Reason.OUTSIDE, self.part.name, f"row {row}, column {column}")


def _edge(table: Table, place: tuple[int, int]) -> Reason | None:
    """Why a cell of a table may not be set, if so."""
    if table.linked:
        return Reason.LINKED_TABLE
    if place[0] < table.ref.top + table.header_rows:
        return Reason.HEADER
    if place[0] > table.ref.bottom - table.totals_rows:
        return Reason.TOTALS
    return None


def _ranges(pattern: re.Pattern[bytes], data: bytes) -> list[Range]:
    found = (_range(match[1]) for match in pattern.finditer(data))
    return [area for area in found if area is not None]


def _spreads(text: SheetText) -> list[Range]:
    """The places that array formulas and data tables fill."""
    if not has_formula(text.xml):
        return []
    return [
        area
        for match in _SPREAD.finditer(text.xml, text.start, text.end)
        if attribute(match[1], b"t") in (b"array", b"dataTable")
        and (area := _range(match[1])) is not None
    ]


def _range(attributes: bytes) -> Range | None:
    return parse_range((attribute(attributes, b"ref") or b"").decode("utf-8", "replace"))
