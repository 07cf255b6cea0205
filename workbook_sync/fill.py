"""Fills a workbook that has names in braces: {{ year }}, or {{ lines.what }} in a row for each.

What openpyxl would lose, or what would not follow rows that are added, is a fault of the template,
found before it is used.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import cast

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from workbook_sync.address import column_letters
from workbook_sync.errors import Reason, Refusal, WorkbookError
from workbook_sync.heights import fitting
from workbook_sync.package import Caps, open_package
from workbook_sync.pen import fit, put

Words = str | Mapping[str, str] | Sequence[Mapping[str, str]]
"""What a name stands for: words, words by a second name, or a line of words for each row."""

CAPS = Caps(packed=5 * 2**20, parts=200, total=20 * 2**20)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SAVED = re.compile(rb"<dcterms:modified[^>]*>[^<]*</dcterms:modified>")
_SIZE = 11  # points of the font that widths and heights are reckoned in
_NAME = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)(?:\.([a-z_][a-z0-9_]*))?\s*(\|\s*upper\s*)?\}\}")
_BRACES = re.compile(r"\{\{.*?(?:\}\}|$)|\{[%#].*?(?:[%#]\}|$)", re.DOTALL)
_LOST = {
    "xl/drawings/": "a picture or a drawing",
    "xl/media/": "a picture or a drawing",
    "xl/charts/": "a chart",
    "xl/tables/": "an Excel table",
    "xl/pivottables/": "a pivot table",
    "xl/externallinks/": "a link to another file",
    "xl/vbaproject": "macros",
    "xl/comments": "a comment",
}


def names_in(template: bytes) -> set[tuple[str, str]]:
    """Give the names of a template, each with its second name or "".

    Raises WorkbookError when the file is no sound workbook.
    """
    book = _opened(template)
    return {
        (found[1], found[2] or "")
        for sheet in book.worksheets
        for cell in _texts(sheet)
        for found in _names_of(cell.value)
    }


def template_faults(template: bytes) -> list[str]:
    """List what of a template would be lost or go wrong when it is filled, names aside.

    Raises WorkbookError when the file is no sound workbook.
    """
    parts = [name.lower() for name in open_package(template, CAPS).names]
    lost = {told for start, told in _LOST.items() if any(p.startswith(start) for p in parts)}
    faults = [f"holds {told}, which would be lost" for told in sorted(lost)]
    for sheet in _opened(template).worksheets:
        faults += [f"{sheet.title}: {fault}" for fault in _sheet_faults(sheet)]
    return faults


def _sheet_faults(sheet: Worksheet) -> Iterator[str]:
    if sheet.print_area:
        yield "has a print area, which would not follow the rows"
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield f"{cell.coordinate} holds a formula, which would not follow the rows"
            strange = [t for t in _braces(cell.value) if not _NAME.fullmatch(t)]
            yield from (f"{cell.coordinate}: cannot read {text}" for text in strange)


def _braces(value: object) -> list[str]:
    return _BRACES.findall(value) if isinstance(value, str) else []


def _names_of(value: object) -> list[re.Match[str]]:
    return list(_NAME.finditer(value)) if isinstance(value, str) else []


def fill(template: bytes, values: Mapping[str, Words]) -> bytes:
    """Fill a template: a row that names a list is written once for each of its lines.

    Words stay words, a formula's sign too. Raises WorkbookError when the file is no sound
    workbook or a row names two lists, KeyError when it names what `values` has not.
    """
    book = _opened(template)
    for sheet in book.worksheets:
        for row in range(sheet.max_row, 0, -1):
            _fill_row(sheet, row, values)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(saved: bytes) -> bytes:
    """Leave out the moment of saving, so that equal words are equal bytes and are kept once."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved)) as package, zipfile.ZipFile(out, "w") as timeless:
        for name in package.namelist():
            data = package.read(name)
            if name == "docProps/core.xml":
                data = _SAVED.sub(b"", data)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            timeless.writestr(entry, data)
    return out.getvalue()


def _opened(template: bytes) -> Workbook:
    package = open_package(template, CAPS)
    for part in package.names:
        if part.lower().endswith((".xml", ".rels")):
            package.xml(part)  # refuses what is no XML, or declares a DOCTYPE
    try:
        return load_workbook(io.BytesIO(template))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, SyntaxError) as error:
        raise Refusal(Reason.BAD_XML, detail=str(error)) from error


def _texts(sheet: Worksheet) -> Iterator[Cell | MergedCell]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if isinstance(cell.value, str))


def _fill_row(sheet: Worksheet, row: int, values: Mapping[str, Words]) -> None:
    found = [name for cell in sheet[row] for name in _names_of(cell.value)]
    if not found:
        return
    lines: Sequence[Mapping[str, str]] = [{}]
    repeated = ""
    for name in found:
        value = values[name[1]]
        if not value and not name[2]:
            continue  # no lines of words: nothing to say
        if not isinstance(value, str | Mapping) and repeated not in ("", name[1]):
            raise WorkbookError(f"row {row} names lines of {repeated} and of {name[1]}")
        if not isinstance(value, str | Mapping):
            lines, repeated = value or [dict.fromkeys(_inner(found, name[1]), "")], name[1]
    _make_room(sheet, row, len(lines) - 1)
    pattern = {c.column: c.value for c in sheet[row] if isinstance(c.value, str)}
    for place, line in enumerate(lines):
        _write(sheet, row + place, pattern, {**values, repeated: line} if repeated else values)


def _inner(found: Sequence[re.Match[str]], name: str) -> list[str]:
    return [match[2] for match in found if match[1] == name]


def _write(
    sheet: Worksheet, row: int, pattern: Mapping[int, str], values: Mapping[str, Words]
) -> None:
    spans = {r.min_col: r for r in sheet.merged_cells.ranges if r.min_row == row == r.max_row}
    told = []
    for column, text in pattern.items():
        words = _NAME.sub(lambda name: _said(name, values), text)
        cell = put(sheet, row, column, words)
        last = spans[column].max_col if column in spans else column
        width = sum(_width(sheet, place) for place in range(column, last + 1))
        told.append((words, width, (cell.font.sz or _SIZE) / _SIZE))
    needed = fitting((text, width / size) for text, width, size in told)
    size = max(size for _, _, size in told)
    fit(sheet, row, [], least=max(sheet.row_dimensions[row].height or 0, needed * size))


def _said(name: re.Match[str], values: Mapping[str, Words]) -> str:
    value = values[name[1]]
    if name[2]:
        value = cast(Mapping[str, str], value)[name[2]]
    words = str(value or "")
    return words.upper() if name[3] else words


def _width(sheet: Worksheet, column: int) -> float:
    letters = column_letters(column)
    return float(sheet.column_dimensions[letters].width)


def _make_room(sheet: Worksheet, row: int, count: int) -> None:
    """Add rows below one that look like it; what stands below moves down whole."""
    if not count:
        return
    ranges = list(sheet.merged_cells.ranges)
    heights = {r: d.height for r, d in sheet.row_dimensions.items() if r > row and d.height}
    sheet.insert_rows(row + 1, count)
    for number in heights:
        sheet.row_dimensions[number].height = None
    for number, height in heights.items():
        sheet.row_dimensions[number + count].height = height
    for merged in ranges:
        if merged.min_row > row:
            merged.shift(row_shift=count)
        elif merged.min_row == row == merged.max_row:
            _merge_alike(sheet, merged, count)
    _look_alike(sheet, row, count)


def _look_alike(sheet: Worksheet, row: int, count: int) -> None:
    """Give the rows below one its height and its cells' look."""
    for place in range(row + 1, row + count + 1):
        sheet.row_dimensions[place].height = sheet.row_dimensions[row].height
        for column, like in enumerate(sheet[row], start=1):
            sheet.cell(place, column)._style = copy(like._style)  # type: ignore[union-attr]  # both have one


def _merge_alike(sheet: Worksheet, merged: CellRange, count: int) -> None:
    for place in range(1, count + 1):
        sheet.merge_cells(
            start_row=merged.min_row + place,
            end_row=merged.max_row + place,
            start_column=merged.min_col,
            end_column=merged.max_col,
        )
