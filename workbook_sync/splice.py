"""A sheet's XML as bytes: where its rows and cells lie, and how single cells are replaced.

`<` never stands raw inside text or attributes, so tags can be found by pattern once CDATA,
comments and encodings other than UTF-8 are excluded; such sheets are refused. Everything that is
not replaced stays byte for byte.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape

from workbook_sync.address import MAX_ROW, cell_name, column_number, whole_number
from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import CAPS
from workbook_sync.values import Value

ATTRIBUTES = rb"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
_START_TAG = re.compile(rb"<[\w.:-]+(" + ATTRIBUTES + rb")>")
_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(" + ATTRIBUTES + rb")>")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_MOST_BESIDE = 6 * 2**20  # bytes of a sheet beside its rows: fifty thousand links and more
_LONGEST_TEXT = 32_767  # UTF-16 units a cell takes
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class CellSpan(NamedTuple):
    """Where a cell lies in its row's bytes, and its attributes and content."""

    column: int
    start: int
    end: int
    attributes: bytes
    body: bytes

    @property
    def style(self) -> int:
        """The style id (`s`)."""
        return whole_number(attribute(self.attributes, b"s"))

    @property
    def has_formula(self) -> bool:
        """Whether the cell has an `f`, also as a child of a shared formula."""
        return re.search(rb"<(?:[\w.-]+:)?f[\s/>]", self.body) is not None

    @property
    def has_value(self) -> bool:
        """Whether the cell holds a constant or a formula's result."""
        return re.search(rb"<(?:[\w.-]+:)?(?:v|t)(?:\s[^<>]*)?>[^<]", self.body) is not None


@dataclass(frozen=True)
class NewCell:
    """What a cell is to hold: a value (moments as serials) or a formula's text.

    None as `style` keeps the old one.
    """

    value: str | bool | int | float | None = None
    style: int | None = None
    formula: str | None = None


class SheetText:
    """One sheet's bytes with an index of its rows; `head` and `tail` may be replaced.

    `numbers` are those of its rows, in order.
    """

    def __init__(self, xml: bytes, sheet: str) -> None:
        _refuse_unusual(xml, sheet)
        opening = _DATA.search(xml)
        if opening is None:
            raise Refusal(Reason.UNUSUAL_XML, sheet, detail="no sheetData")
        self.sheet, self.xml, self.prefix = sheet, xml, opening[1]
        self.head = xml[: opening.start()]
        self.start = end = opening.end()
        self._empty = opening[2].endswith(b"/")
        if not self._empty:
            end = xml.find(b"</" + self.prefix + b"sheetData", self.start)
        if end < 0:
            raise Refusal(Reason.UNUSUAL_XML, sheet, detail="sheetData is not closed")
        self.end, self.tail = end, xml[end:]
        if len(self.head) + len(self.tail) > _MOST_BESIDE:
            raise Refusal(Reason.TOO_BIG, sheet, detail="too much beside the rows")
        self.opening = xml[opening.start() : opening.end()]
        self._starts = self._index()
        self.numbers = list(self._starts)

    def _index(self) -> dict[int, int]:
        """Where each row starts, by its number."""
        tag = re.compile(rb'<%srow(?=[\s/>])(?: r="([0-9]{1,7})")?' % self.prefix)
        starts: dict[int, int] = {}
        last = 0
        for match in tag.finditer(self.xml, self.start, self.end):
            start = match.start()
            number = int(match[1]) if match[1] else self._number(start, last)
            if not last < number <= MAX_ROW:
                raise Refusal(Reason.ROW_ORDER, self.sheet, detail=f"row {number}")
            starts[number] = start
            last = number
        if not starts and b"<" in self.xml[self.start : self.end]:
            raise Refusal(Reason.UNUSUAL_XML, self.sheet, detail="rows in another name space")
        return starts

    def _number(self, start: int, last: int) -> int:
        """The number of a row whose tag says it in another way, or not at all."""
        written = attribute(self._tag(start)[1], b"r")
        return last + 1 if written is None else whole_number(written)

    def _tag(self, start: int) -> re.Match[bytes]:
        tag = _START_TAG.match(self.xml, start)
        if tag is None:
            raise Refusal(Reason.UNUSUAL_XML, self.sheet, detail="a tag is not closed")
        return tag

    def _span(self, number: int) -> tuple[int, int]:
        """Where a row lies, or would be put in."""
        start = self._starts.get(number)
        if start is None:
            place = bisect_left(self.numbers, number)
            start = self._starts[self.numbers[place]] if place < len(self.numbers) else self.end
            return start, start
        tag = self._tag(start)
        if tag[1].endswith(b"/"):
            return start, tag.end()
        closing = b"</" + self.prefix + b"row>"
        return start, self.xml.find(closing, tag.end()) + len(closing)

    def row(self, number: int) -> bytes | None:
        """The bytes of a row, or None when the sheet does not have it."""
        if number not in self._starts:
            return None
        start, end = self._span(number)
        if end - start > CAPS.between:
            raise Refusal(Reason.TOO_BIG, self.sheet, detail=f"row {number}")
        return self.xml[start:end]

    def cells(self, number: int) -> dict[int, CellSpan]:
        """The cells of a row by column; {} when the sheet does not have the row."""
        row = self.row(number)
        return dict(split_row(row, self.prefix, self.sheet).cells) if row else {}

    def rendered(self, rows: Mapping[int, bytes]) -> bytes:
        """The sheet with these rows in place of, or between, its own."""
        pieces = [self.head, self.opening]
        if self._empty and rows:
            pieces[1] = b"<" + self.prefix + b"sheetData>"
        position = self.start
        for number in sorted(rows):
            start, end = self._span(number)
            pieces += [self.xml[position:start], rows[number]]
            position = end
        pieces.append(self.xml[position : self.end])
        if self._empty and rows:
            pieces.append(b"</" + self.prefix + b"sheetData>")
        return b"".join([*pieces, self.tail])


def _refuse_unusual(xml: bytes, sheet: str) -> None:
    declared = _DECLARED.match(xml.removeprefix(b"\xef\xbb\xbf"))
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4]:
        raise Refusal(Reason.BAD_ENCODING, sheet)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise Refusal(Reason.BAD_ENCODING, sheet, detail=declared[1].decode())
    if b"<!" in xml or xml.find(b"<?", 8) >= 0:
        raise Refusal(Reason.UNUSUAL_XML, sheet, detail="CDATA, comment or instruction")


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The value of one attribute inside a start tag's bytes, as written."""
    found = re.search(rb"(?:^|\s)" + name + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""", attributes)
    if found is None:
        return None
    return found[1] if found[1] is not None else found[2]


def without(attributes: bytes, *names: bytes) -> bytes:
    """A start tag's attribute bytes without some of them and without a closing slash."""
    attributes = attributes.removesuffix(b"/").rstrip()
    for name in names:
        pattern = rb"\s+" + name + rb"""\s*=\s*(?:"[^"]*"|'[^']*')"""
        attributes = re.sub(pattern, b"", attributes)
    return attributes


class RowText(NamedTuple):
    """A row's own attributes, its inner bytes, and its cells by column from left to right."""

    attributes: bytes
    inner: bytes
    cells: Mapping[int, CellSpan]


def split_row(row: bytes, prefix: bytes, sheet: str) -> RowText:
    """Take a row element apart; Refusal when its cells are out of order."""
    start = re.match(rb"<" + prefix + rb"row(" + ATTRIBUTES + rb")>", row)
    if start is None:
        raise Refusal(Reason.UNUSUAL_XML, sheet, detail="a row in another name space")
    if start[1].endswith(b"/"):
        return RowText(without(start[1]), b"", {})
    inner = row[start.end() : -len(b"</" + prefix + b"row>")]
    return RowText(start[1], inner, _split_cells(inner, prefix, sheet))


def _split_cells(inner: bytes, prefix: bytes, sheet: str) -> dict[int, CellSpan]:
    tag = re.compile(rb"<" + prefix + rb"c(?=[\s/>])(" + ATTRIBUTES + rb")>")
    closing = b"</" + prefix + b"c>"
    cells: dict[int, CellSpan] = {}
    last = 0
    for match in tag.finditer(inner):
        letters = re.match(rb"[A-Za-z]{1,3}", attribute(match[1], b"r") or b"")
        column = column_number(letters[0].decode()) if letters else last + 1
        if column <= last:
            raise Refusal(Reason.ROW_ORDER, sheet, detail=f"column {column}")
        last, end, body = column, match.end(), b""
        if not match[1].endswith(b"/"):
            stop = inner.find(closing, end)
            body, end = inner[end:stop], stop + len(closing)
        cells[column] = CellSpan(column, match.start(), end, match[1], body)
    return cells


def edit_row(
    text: SheetText,
    number: int,
    new: Mapping[int, NewCell],
    attributes: bytes,
    height: float | None = None,
) -> bytes:
    """A row with some cells replaced or put between its own, and another height in points.

    `attributes` serve a row that is not there yet.
    """
    row = text.row(number)
    if row is None:
        own = RowText(b' r="%d"' % number + attributes, b"", {})
    else:
        own = split_row(row, text.prefix, text.sheet)
    pieces, position = [], 0
    for column in sorted(new):
        old = own.cells.get(column)
        start = old.start if old else _place(own.cells, column)
        end = old.end if old else start
        pieces += [
            own.inner[position:start],
            cell_xml(text.prefix, number, column, new[column], old),
        ]
        position = end
    widened = new.keys() - own.cells.keys()
    kept = without(own.attributes, b"spans") if widened else own.attributes
    if height is not None:
        kept = without(kept, b"ht") + b' ht="%g"' % height
    name = text.prefix + b"row"
    return b"".join([b"<", name, kept, b">", *pieces, own.inner[position:], b"</", name, b">"])


def _place(cells: Mapping[int, CellSpan], column: int) -> int:
    """Where a cell of a column not yet in the row goes in."""
    later = [cell.start for cell in cells.values() if cell.column > column]
    return min(later) if later else max((cell.end for cell in cells.values()), default=0)


# --- values to bytes -----------------------------------------------------------------------------


def written(value: Value) -> Value:
    """The value as the file will give it back: text in NFC, cut to what a cell takes.

    Raises Refusal(BAD_VALUE) for what a cell cannot hold.
    """
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
        units = text.encode("utf-16-le", "replace")[: 2 * _LONGEST_TEXT]
        return units.decode("utf-16-le", "ignore") or None
    if isinstance(value, float) and not abs(value) < 1e308:
        raise Refusal(Reason.BAD_VALUE, detail=str(value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        raise Refusal(Reason.BAD_VALUE, detail="more than 15 digits: write it as text")
    return value


def cell_xml(prefix: bytes, row: int, column: int, cell: NewCell, old: CellSpan | None) -> bytes:
    """The bytes of one cell element; the old style stays unless a new one is given."""
    style = cell.style if cell.style is not None else (old.style if old else 0)
    start = b'<%sc r="%s"' % (prefix, cell_name(row, column).encode())
    if style:
        start += b' s="%d"' % style
    kind, body = _content(prefix, cell)
    if kind:
        start += b' t="%s"' % kind
    return start + (b">%s</%sc>" % (body, prefix) if body else b"/>")


def _content(prefix: bytes, cell: NewCell) -> tuple[bytes, bytes]:
    """The cell's type and inner elements."""
    if cell.formula is not None:
        return b"", b"<%sf>%s</%sf>" % (prefix, escape(cell.formula).encode(), prefix)
    if cell.value is None:
        return b"", b""
    if isinstance(cell.value, str):
        text = _legal(cell.value).encode()
        inner = b'<%st xml:space="preserve">%s</%st>' % (prefix, text, prefix)
        return b"inlineStr", b"<%sis>%s</%sis>" % (prefix, inner, prefix)
    if isinstance(cell.value, bool):
        return b"b", _v(prefix, str(int(cell.value)))
    return b"", _v(prefix, repr(cell.value))


def _v(prefix: bytes, text: str) -> bytes:
    return b"<%sv>%s</%sv>" % (prefix, text.encode(), prefix)


def _legal(text: str) -> str:
    """XML text in which what XML forbids, and what looks like such an escape, is escaped."""
    text = _ESCAPED.sub("_x005F_", text)
    return escape(_ILLEGAL.sub(lambda match: f"_x{ord(match[0]):04X}_", text))
