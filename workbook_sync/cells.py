"""Turns `row` elements into typed cells: whole rows of usual cells at once, others one by one."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from workbook_sync.address import (
    MAX_COLUMN,
    MAX_ROW,
    cell_name,
    cell_place,
    column_number,
    whole_number,
)
from workbook_sync.errors import Problem, Reason
from workbook_sync.parts import Styles, unescape
from workbook_sync.values import Kind, Value, from_serial

Place = tuple[int, int]
Typed = tuple[Kind, Value]
Typing = Callable[[str, int, Place], Typed]
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


def rich_text(item: etree._Element) -> str:
    """The text of `si` or `is`: its own `t` and its runs' `t`, without phonetic hints."""
    if len(item) == 1 and str(item[0].tag).endswith("}t"):
        return unescape(item[0].text or "")
    words = []
    for child in item:
        tag = str(child.tag)
        if tag.endswith("}t"):
            words.append(child.text or "")
        elif tag.endswith("}r"):
            words += [t.text or "" for t in child.iterfind("{*}t")]
    return unescape("".join(words))


@lru_cache(maxsize=8)
def _cell_tags(tag: str) -> tuple[str, str, str]:
    """The tags of a value, a formula and inline text in the name space of a cell's tag."""
    space = tag[:-1]
    return f"{space}v", f"{space}f", f"{space}is"


@lru_cache(maxsize=8)
def _usual_cells(prefix: str | None) -> re.Pattern[str]:
    """A cell as programs write most of them: address, style, type, and a value or nothing."""
    p = f"{prefix}:" if prefix else ""
    address = r'r="([A-Z]{1,2}|[A-W][A-Z]{2})[0-9]{1,7}"'
    start = rf'<{p}c {address}(?: s="([0-9]{{1,9}})")?(?: t="([a-zA-Z]+)")?'
    return re.compile(rf"{start}(?:/>|><{p}v>([^<]*)</{p}v></{p}c>)\s*")


_TEXT, _NUMBER = Kind.TEXT, Kind.NUMBER  # a look-up less for every cell
_PIECES = 5  # of a text split by it: what stands between two cells, and four groups
_MOST_LAYOUTS, _MOST_MOMENTS = 1_000, 100_000  # remembered of one sheet
_MOST_DIGITS = 300  # a longer number is past what a float holds


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
        self._moments: dict[str, Typed] = {}
        self._layouts: dict[tuple[str, ...], list[tuple[int, int, Typing]]] = {}
        self._types: dict[str, Typing] = {
            "s": self._shared,
            "b": self._boolean,
            "e": self._error,
            "d": self._iso,
        }

    def row(self, element: etree._Element, last: int) -> SheetRow:
        """The row of an element; one without a number follows row `last`."""
        index = whole_number(element.get("r", str(last + 1)))
        if not 0 < index <= MAX_ROW:
            self._note(Reason.OUTSIDE, None, f"row {element.get('r', '')[:20]}")
            return SheetRow(last, False, ())
        cells = self._usual(element, index)
        if cells is None:
            found = (self.cell(child, index, column) for column, child in self.elements(element))
            cells = tuple(cell for cell in found if cell is not None)
        return SheetRow(index, element.get("hidden") in ("1", "true"), cells)

    def _usual(self, element: etree._Element, row: int) -> tuple[Cell, ...] | None:
        """The cells of a row that consists of usual ones, in one go; None for any other."""
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        if "&" in text or "_x" in text:  # something is escaped
            return None
        pieces = _usual_cells(element.prefix).split(text)
        if pieces[0].rfind("<") + pieces[-1].rfind("<") or any(pieces[_PIECES:-1:_PIECES]):
            return None  # more than the row's own two tags is left
        cells: list[Cell] = []
        layout, new = self._layout(pieces), tuple.__new__
        for (column, style, typed), raw in zip(layout, pieces[4::_PIECES], strict=True):
            if raw:
                kind, value = typed(raw, style, (row, column))
                cells.append(new(Cell, (row, column, kind, value, raw, None, style)))
        return tuple(cells)

    def _layout(self, pieces: list[str]) -> list[tuple[int, int, Typing]]:
        """Column, style and reader of each cell; most rows of a sheet have the same."""
        groups = pieces[1::_PIECES], pieces[2::_PIECES], pieces[3::_PIECES]
        key = (*groups[0], *groups[1], *groups[2])
        known = self._layouts.get(key)
        if known is None:
            if len(self._layouts) == _MOST_LAYOUTS:
                self._layouts.clear()
            known = self._layouts[key] = [
                (column_number(letters), number, self._typing(kind, number))
                for letters, style, kind in zip(*groups, strict=True)
                for number in [int(style or 0)]
            ]
        return known

    def elements(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        """The row's cell elements, each with its column; one without an address follows."""
        tag = str(row.tag)[:-3] + "c"
        column = 0
        for child in row:
            if child.tag == tag:
                column = self._column(child.get("r"), column)
                if column > MAX_COLUMN:
                    self._note(Reason.OUTSIDE, None, f"column {column}")
                    continue
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
        formula, raw, text = None, None, None
        value_tag, formula_tag, text_tag = _cell_tags(str(element.tag))
        for child in element:
            if child.tag == value_tag:
                raw = child.text or ""
            elif child.tag == formula_tag:
                formula = child.text or ""
            elif child.tag == text_tag:
                text = rich_text(child)
        style = whole_number(element.get("s"))
        return self._content((row, column), style, element.get("t"), formula, raw, text)

    def _content(
        self,
        place: Place,
        style: int,
        kind: str | None,
        formula: str | None,
        raw: str | None,
        text: str | None,
    ) -> Cell | None:
        """The cell of a type with these three stored in it; None when none of them is there."""
        if raw and text is None:
            typed, value = self._typing(kind, style)(raw, style, place)
            return Cell(*place, typed, value, raw, formula, style)
        if text is not None:
            return Cell(*place, Kind.TEXT, text, text, formula, style)
        if raw is None and formula is None:
            return None
        return Cell(*place, Kind.BLANK, None, "", formula, style)

    def _typing(self, kind: str | None, style: int) -> Typing:
        """How the stored text of a cell of this type and style is read."""
        if kind is None or kind == "n":
            return self._moment if style in self._dates else self._number
        return self._types.get(kind, self._text)

    def _text(self, raw: str, style: int, place: Place) -> Typed:
        return Kind.TEXT, unescape(raw)

    def _boolean(self, raw: str, style: int, place: Place) -> Typed:
        return Kind.BOOL, raw.strip() in ("1", "true")

    def _error(self, raw: str, style: int, place: Place) -> Typed:
        return Kind.ERROR, raw

    def _shared(self, raw: str, style: int, place: Place) -> Typed:
        try:
            if raw.isdecimal():
                return _TEXT, self._strings[int(raw)]
        except (ValueError, IndexError):
            pass
        self._note(Reason.BAD_CELL, place, f"no shared string {raw[:20]}")
        return Kind.ERROR, "#N/A"

    def _number(self, raw: str, style: int, place: Place) -> Typed:
        if raw.isdecimal() and len(raw) < _MOST_DIGITS:
            return _NUMBER, int(raw)
        try:
            number = float(raw)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return _NUMBER, number
        self._note(Reason.BAD_CELL, place, f"not a number: {raw[:20]}")
        return Kind.ERROR, raw

    def _moment(self, raw: str, style: int, place: Place) -> Typed:
        known = self._moments.get(raw)
        if known is not None:
            return known
        kind, number = self._number(raw, style, place)
        if not isinstance(number, int | float):
            return kind, number
        moment = from_serial(number, self._date1904)
        if moment is None:
            self._note(Reason.BAD_DATE, place, raw)
            return kind, number
        if len(self._moments) < _MOST_MOMENTS:
            self._moments[raw] = Kind.DATE, moment
        return Kind.DATE, moment

    def _iso(self, raw: str, style: int, place: Place) -> Typed:
        try:
            if ":" in raw and "-" not in raw:
                return Kind.DATE, time.fromisoformat(raw.strip())
            moment = datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
        except ValueError:
            self._note(Reason.BAD_DATE, place, raw)
            return Kind.TEXT, raw
        return Kind.DATE, moment

    def _note(self, reason: Reason, place: Place | None, detail: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            name = cell_name(*place) if place else ""
            self._problems.append(Problem(reason, self._sheet, name, detail))
