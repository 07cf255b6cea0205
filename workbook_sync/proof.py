"""Proof after patching: a second reader finds the planned cells, and nothing else changed.

Bytes are compared first; only rows and parts that differ are parsed, so that the proof of a large
workbook costs little. It shares the cell reader with `read`, and nothing with the patcher.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from lxml import etree

from workbook_sync.address import Range, cell_name, parse_ranges
from workbook_sync.cells import CellReader
from workbook_sync.errors import Problem, Reason, Refusal
from workbook_sync.package import Package, parse_xml
from workbook_sync.parts import (
    CUSTOM,
    RELS,
    TYPES,
    Book,
    PropertyValue,
    SheetPart,
    book_properties,
    open_book,
)
from workbook_sync.values import Value, canon

Planned = Mapping[str, Mapping[tuple[int, int], Value]]
_NUMBER = re.compile(rb"""[^<>]*?\sr\s*=\s*["'](\d{1,7})["']""")
_DATA_START = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^<>]*)?>")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>")
_GROWING = frozenset(["dimension", "autoFilter", "conditionalFormatting", "dataValidation"])


@dataclass(frozen=True)
class Claims:
    """What a patched file is said to be.

    `parts` may differ; `cells` hold these values, by sheet; `looks` are all cells touched,
    those of new rows with only a style or a calculated formula too; `tables` have these ranges;
    `heights` in points are those of rows by sheet; `properties` are set beside the file's own.
    """

    parts: frozenset[str]
    cells: Planned
    looks: Mapping[str, frozenset[tuple[int, int]]]
    tables: Mapping[str, Range]
    heights: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)


def prove(before: Book, data: bytes, claims: Claims) -> None:
    """Raise Refusal(NOT_PROVEN) unless the new file is the old one but for the claims."""
    after = open_book(data)
    prove_parts(before.package, after.package, claims.parts)
    if after.problems != before.problems:
        raise _failed("", "", f"new problems: {after.problems[-1:]}")
    for sheet in after.sheets:
        if sheet.part in claims.parts:
            _SheetProof(before, after, sheet, claims).run()
        for table in sheet.tables:
            if table.ref != claims.tables.get(table.part, table.ref):
                raise _failed(sheet.name, str(table.ref), f"table {table.name}")
    missing = claims.cells.keys() - {sheet.name for sheet in after.sheets}
    if missing:
        raise _failed(missing.pop(), "", "the sheet is gone")
    _prove_skeletons(before, after, claims)


def _failed(sheet: str, cell: str, detail: str) -> Refusal:
    return Refusal(Reason.NOT_PROVEN, sheet, cell, detail)


def prove_parts(old: Package, new: Package, changed: frozenset[str]) -> None:
    """Same parts in the same order, new ones only if claimed; the others' packed bytes equal."""
    if new.names[: len(old.names)] != old.names or not set(new.names[len(old.names) :]) <= changed:
        raise _failed("", "", "the list of parts differs")
    for one, other in zip(old.infos, new.infos, strict=False):
        if one.filename in changed:
            continue
        if (one.CRC, old.raw(one)[1]) != (other.CRC, new.raw(other)[1]):
            raise _failed("", "", f"part {one.filename} differs")


class _Chunk(NamedTuple):
    """A row's place in the sheet's bytes, up to the next row."""

    number: int
    start: int
    end: int


def _chunks(xml: bytes) -> tuple[list[_Chunk], bytes]:
    """The rows of a sheet in their order, and the sheet without them."""
    opening = _DATA_START.search(xml)
    if opening is None or opening[0].endswith(b"/>"):
        return [], xml
    end = xml.find(b"</%ssheetData" % opening[1], opening.end())
    end = len(xml) if end < 0 else end
    row = re.compile(rb'<%srow(?=[\s/>])(?: r="(\d{1,7})")?' % re.escape(opening[1]))
    found = list(row.finditer(xml, opening.end(), end))
    bounds = [*(match.start() for match in found), end]
    chunks, last = [], 0
    for match, stop in zip(found, bounds[1:], strict=True):
        number = match[1] or _number(xml, match.end())
        last = int(number) if number else last + 1
        chunks.append(_Chunk(last, match.start(), stop))
    return chunks, xml[: opening.end()] + xml[end:]


def _number(xml: bytes, start: int) -> bytes | None:
    """The number that a row's tag gives further on."""
    found = _NUMBER.match(xml, start)
    return found[1] if found else None


class _SheetProof:
    """Compares one changed sheet with what it was."""

    def __init__(self, before: Book, after: Book, sheet: SheetPart, claims: Claims) -> None:
        self._name = sheet.name
        self._old = before.package.read(sheet.part)
        self._new = after.package.read(sheet.part)
        self._cells = dict(claims.cells.get(sheet.name, {}))
        self._rows = {row for row, _ in self._cells}
        self._looks = claims.looks.get(sheet.name, frozenset())
        self._heights = claims.heights.get(sheet.name, {})
        self._problems: list[Problem] = []
        self._reader = CellReader(sheet.name, [], after.styles, after.date1904, self._problems)

    def run(self) -> None:
        old, old_rest = _chunks(self._old)
        new, new_rest = _chunks(self._new)
        if old_rest != new_rest:
            self._beside(parse_xml(old_rest, self._name), parse_xml(new_rest, self._name))
        was = {chunk.number: chunk for chunk in old}
        if len(was) != len(old) or not was.keys() <= {chunk.number for chunk in new}:
            raise _failed(self._name, "", "rows are gone")
        last = 0
        for chunk in new:
            if chunk.number <= last:
                raise _failed(self._name, str(chunk.number), "rows out of order")
            last = chunk.number
            self._row(was.get(chunk.number), chunk)
        if self._cells:
            place = next(iter(self._cells))
            raise _failed(self._name, cell_name(*place), "planned and not there")

    def _beside(self, one: etree._Element, other: etree._Element) -> None:
        """What stands beside the rows may differ in ranges that follow the list."""
        most = max((row for row, _ in self._looks), default=0)
        if not _grown_rightly(_ranges(one), _ranges(other), most):
            raise _failed(self._name, "", "a range that does not follow the list")
        if _skeleton(one) != _skeleton(other):
            raise _failed(self._name, "", "something beside the rows differs")

    def _row(self, old: _Chunk | None, new: _Chunk) -> None:
        before = self._old[old.start : old.end] if old else b""
        after = self._new[new.start : new.end]
        if before == after and new.number not in self._rows:
            return
        had, was = self._parsed(before, self._old, new.number)
        has, now = self._parsed(after, self._new, new.number)
        if new.number in self._heights:
            had["ht"] = f"{self._heights[new.number]:g}"
        if old is not None and had != has:
            raise _failed(self._name, str(new.number), "the row's own attributes differ")
        for column in was.keys() | now.keys():
            self._cell((new.number, column), was.get(column), now.get(column))

    def _parsed(
        self, chunk: bytes, xml: bytes, number: int
    ) -> tuple[dict[str, str], dict[int, etree._Element]]:
        """A row's attributes (but its hint of columns) and its cell elements by column."""
        root = _ROOT.search(xml)
        if not chunk or root is None:
            return {}, {}
        wrapped = parse_xml(root[0] + chunk + b"</" + root[1] + b">", self._name)
        if len(wrapped) != 1:
            raise _failed(self._name, str(number), "more than a row")
        row = wrapped[0]
        attributes = {str(k): str(v) for k, v in row.items() if k not in ("spans", "r")}
        return attributes, dict(self._reader.elements(row))

    def _cell(
        self,
        place: tuple[int, int],
        old: etree._Element | None,
        new: etree._Element | None,
    ) -> None:
        if place in self._cells:
            self._planned(place, self._cells.pop(place), old, new)
        elif place in self._looks:
            if self._value(place, old) is not None or self._value(place, new) is not None:
                raise _failed(self._name, cell_name(*place), "a value that was not planned")
        elif not _same_cell(old, new):
            raise _failed(self._name, cell_name(*place), "not planned")

    def _planned(
        self,
        place: tuple[int, int],
        value: Value,
        old: etree._Element | None,
        new: etree._Element | None,
    ) -> None:
        found = self._value(place, new)
        if isinstance(value, int | float) and isinstance(found, date | time):
            found = self._serial(new)  # a number in a cell that shows dates
        alike = type(canon(found)) is type(canon(value)) and canon(found) == canon(value)
        if not alike or (isinstance(value, str) and found != value):
            raise _failed(self._name, cell_name(*place), f"{found!r} instead of {value!r}")
        restyled = old is not None and new is not None and old.get("s", "0") != new.get("s", "0")
        if restyled and isinstance(canon(value), str | bool | int | float | None):
            raise _failed(self._name, cell_name(*place), "its style differs")

    def _value(self, place: tuple[int, int], element: etree._Element | None) -> Value:
        cell = self._reader.cell(element, *place) if element is not None else None
        return cell.value if cell is not None else None

    def _serial(self, element: etree._Element | None) -> Value:
        raw = element.findtext("{*}v", "") if element is not None else ""
        return float(raw) if "." in raw or "e" in raw else int(raw)


def _same_cell(old: etree._Element | None, new: etree._Element | None) -> bool:
    """Whether a cell stayed; a formula may have lost its result, to be computed again."""
    if old is None or new is None:
        return old is new
    if _plain(old) == _plain(new):
        return True
    formula = old.find("{*}f")
    if formula is None:
        return False
    _drop(old, "t")
    for result in old.findall("{*}v"):
        old.remove(result)
    return _plain(old) == _plain(new)


Plain = tuple[str, tuple[tuple[str, str], ...], str, tuple["Plain", ...]]


def _plain(element: etree._Element) -> Plain:
    """An element as comparable values: tag, attributes, text, children."""
    attributes = tuple(sorted((str(k), str(v)) for k, v in element.items()))
    children = tuple(_plain(child) for child in element)
    return str(element.tag), attributes, (element.text or "").strip(), children


def _drop(element: etree._Element, *names: str) -> None:
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def _ranges(root: etree._Element) -> list[tuple[str, str]]:
    """The ranges that may grow with a list, in order, each with what it is the range of."""
    found = []
    for element in root.iter():
        word = etree.QName(element).localname
        if word in _GROWING:
            found += [(word, element.get(name, "")) for name in ("ref", "sqref")]
        elif word == "sqref":
            found.append((word, element.text or ""))
    return found


def _grown_rightly(old: list[tuple[str, str]], new: list[tuple[str, str]], most: int) -> bool:
    """Whether ranges stayed, or reach further down and no further than row `most`."""
    return len(old) == len(new) and all(
        one == other or (one[0] == other[0] and _reaches(*one, other[1], most))
        for one, other in zip(old, new, strict=True)
    )


def _reaches(word: str, old: str, new: str, most: int) -> bool:
    olds, news = parse_ranges(old), parse_ranges(new)
    if word == "dimension":  # a hint of the used cells
        return len(news) == 1 and all(news[0].meets(area) for area in olds)
    return len(olds) == len(news) and all(
        one == other
        or (one.bottom < other.bottom <= most and one == other._replace(bottom=one.bottom))
        for one, other in zip(olds, news, strict=True)
    )


def _skeleton(root: etree._Element) -> Plain:
    """A sheet's element without rows and without the ranges that may grow with a list."""
    for element in root.iter():
        word = etree.QName(element).localname
        if word in _GROWING:
            _drop(element, "ref", "sqref")
        elif word in ("sqref", "sheetData"):
            element.text = None
    return _plain(root)


def _prove_skeletons(before: Book, after: Book, claims: Claims) -> None:
    """The small parts that may change did so only where they may; no other part changed."""
    tables = {table.part for sheet in after.sheets for table in sheet.tables}
    sheets = {sheet.part for sheet in after.sheets}
    old, new = before.package, after.package
    for part in claims.parts & set(old.names):
        if part in tables:
            rightly = _table(old.xml(part)) == _table(new.xml(part))
        elif part == before.main:
            rightly = _workbook(old.xml(part)) == _workbook(new.xml(part))
        elif part == before.styles.part:
            rightly = _extends(old.xml(part), new.xml(part))
        elif part in (old.name_of(TYPES), old.name_of(RELS)):
            rightly = _announces(old.xml(part), new.xml(part))
        else:
            rightly = part in sheets or part == old.name_of(CUSTOM)
        if not rightly:
            raise _failed("", "", f"{part}: more than what a patch changes differs")
    if _told(book_properties(new)) != _told({**book_properties(old), **claims.properties}):
        raise _failed("", "", "the properties differ")


def _announces(old: etree._Element, new: etree._Element) -> bool:
    """Whether at most one entry was added, for the part with the properties."""
    olds, news = [_plain(child) for child in old], [_plain(child) for child in new]
    return news[: len(olds)] == olds and all(
        any(CUSTOM in value for _, value in entry[1]) for entry in news[len(olds) :]
    )


def _told(properties: Mapping[str, PropertyValue]) -> dict[str, str]:
    """Properties as comparable texts; a file keeps whole seconds."""
    return {
        name: f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else repr(value)
        for name, value in properties.items()
    }


def _table(root: etree._Element) -> Plain:
    _drop(root, "ref", "insertRow", "insertRowShift")
    for element in root.iterfind("{*}autoFilter"):
        _drop(element, "ref")
    return _plain(root)


def _workbook(root: etree._Element) -> Plain:
    for element in root.findall("{*}calcPr"):
        _drop(element, "fullCalcOnLoad")
        if not element.attrib:
            root.remove(element)
    for name in root.iterfind("{*}definedNames/{*}definedName"):
        if name.get("name") == "_xlnm._FilterDatabase":
            name.text = None
    return _plain(root)


def _extends(old: etree._Element, new: etree._Element) -> bool:
    """Whether every old cell format kept its number and look, and all else but formats stayed."""
    olds, news = ([_plain(xf) for xf in root.iterfind("{*}cellXfs/{*}xf")] for root in (old, new))
    return news[: len(olds)] == olds and _beside_formats(old) == _beside_formats(new)


def _beside_formats(root: etree._Element) -> list[Plain]:
    formats = ("cellXfs", "numFmts")
    return [_plain(child) for child in root if etree.QName(child).localname not in formats]
