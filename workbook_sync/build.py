"""Makes new workbooks from a plain spec; never used on a file that people already edit."""

import io
import re
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.custom import (
    BoolProperty,
    DateTimeProperty,
    FloatProperty,
    IntProperty,
    StringProperty,
)
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from workbook_sync.address import Range, cell_name, column_letters
from workbook_sync.charts import native_chart
from workbook_sync.errors import WorkbookError
from workbook_sync.form_sheet import form_sheet
from workbook_sync.parts import PropertyValue
from workbook_sync.pen import BOX, FORMATS, bold, fit, put, quoted, validation_of, written
from workbook_sync.spec import (
    Column,
    ColumnKind,
    FormSheet,
    Formula,
    FreeSheet,
    Highlight,
    Line,
    LineStyle,
    ListSheet,
    WorkbookSpec,
)
from workbook_sync.values import Value

_MOMENT = "dd/mm/yyyy hh:mm"
_LONGEST_NOTE = 255
_PAPERS = {"A4": 9, "A3": 8}
_GREY = PatternFill("solid", fgColor="EDEDED")
_HEADER = PatternFill("solid", fgColor="1F4E79")
_SYSTEM_HEADER = PatternFill("solid", fgColor="7F7F7F")
_TOP = Alignment(vertical="top", wrap_text=True)
_CENTRED = Alignment(horizontal="center", vertical="top", wrap_text=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def build(spec: WorkbookSpec) -> bytes:
    """The .xlsx file of a spec.

    Raises WorkbookError when the spec contradicts itself: a header twice, a row with an unknown
    header, an unknown list, a note over 255 characters.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    ranges = {name: _list_range(spec, name) for name in spec.lists}
    for sheet in spec.sheets:
        page = workbook.create_sheet(sheet.name)
        if isinstance(sheet, ListSheet):
            _list_sheet(page, sheet, ranges)
        elif isinstance(sheet, FormSheet):
            form_sheet(page, sheet, ranges)
        else:
            _free_sheet(page, sheet)
    if spec.lists:
        _lists_sheet(workbook.create_sheet(spec.lists_sheet), spec)
    for name, value in spec.properties.items():
        workbook.custom_doc_props.append(  # type: ignore[attr-defined] # the stubs lack it
            _property(name, value)
        )
    workbook.properties.title = written(spec.title) or None
    workbook.properties.creator = spec.creator
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _property(
    name: str, value: PropertyValue
) -> StringProperty | IntProperty | FloatProperty | BoolProperty | DateTimeProperty:
    if isinstance(value, bool):
        return BoolProperty(name=name, value=value)
    if isinstance(value, int):
        return IntProperty(name=name, value=value)
    if isinstance(value, float):
        return FloatProperty(name=name, value=value)
    if isinstance(value, datetime):
        return DateTimeProperty(name=name, value=value)
    return StringProperty(name=name, value=value)


# --- the hidden sheet with the lists -----------------------------------------------------------


def _list_range(spec: WorkbookSpec, name: str) -> str:
    column = column_letters(list(spec.lists).index(name) + 1)
    last = max(2, len(spec.lists[name]) + 1)
    return f"{quoted(spec.lists_sheet)}!${column}$2:${column}${last}"


def _lists_sheet(page: Worksheet, spec: WorkbookSpec) -> None:
    for column, (name, entries) in enumerate(spec.lists.items(), start=1):
        for row, text in enumerate([name, *entries], start=1):
            put(page, row, column, text)
        page.column_dimensions[column_letters(column)].width = 30
    page.sheet_state = "hidden"


# --- a list ------------------------------------------------------------------------------------


def _list_sheet(page: Worksheet, sheet: ListSheet, ranges: Mapping[str, str]) -> None:
    headers = [column.header for column in sheet.columns]
    _check(sheet, headers, ranges)
    top = len(sheet.titles) + 1
    first, last = top + 1, top + max(1, len(sheet.rows))
    beside = sheet.frozen_columns + 1 if _is_wide(sheet) else 1  # else it is cut on each page
    for row, title in enumerate(sheet.titles, start=1):
        put(page, row, beside, title).font = bold(14 if row == 1 else 11)
    for place, column in enumerate(sheet.columns, start=1):
        _column(page, place, column, top)
        cells = Range(first, place, last + sheet.spare_rows, place)
        if validation := validation_of(column, ranges):
            page.add_data_validation(validation)
            validation.add(str(cells))
        _data_cells(page, first, place, column, sheet.rows or [{}])
    fit(page, top, [(column.header, column.width - 1) for column in sheet.columns])
    for row, values in enumerate(sheet.rows, start=first):
        fit(page, row, [(values.get(column.header), column.width) for column in sheet.columns])
    for highlight in sheet.highlights:
        area = Range(first, 1, last + sheet.spare_rows, len(headers))
        _highlight(page, highlight, headers, area)
    _frame(page, sheet, top, Range(top, 1, last, len(headers)))


def _check(sheet: ListSheet, headers: list[str], ranges: Mapping[str, str]) -> None:
    """Raise WorkbookError at the first contradiction of a list's spec."""
    if len(set(map(str.casefold, headers))) != len(headers):
        raise WorkbookError(f"{sheet.name}: a header stands twice")
    for column in sheet.columns:
        if len(column.note) > _LONGEST_NOTE:
            raise WorkbookError(f"{sheet.name}: the note of {column.header} is too long")
        if column.kind is ColumnKind.CHOICE and column.choices not in ranges:
            raise WorkbookError(f"{sheet.name}: no list {column.choices!r}")
    for row in sheet.rows:
        if unknown := row.keys() - set(headers):
            raise WorkbookError(f"{sheet.name}: no column {sorted(unknown)}")


def _column(page: Worksheet, place: int, column: Column, top: int) -> None:
    """Width, default format for rows typed later, and the header cell."""
    letters = column_letters(place)
    page.column_dimensions[letters].width = column.width
    page.column_dimensions[letters].number_format = FORMATS[column.kind]
    header = put(page, top, place, column.header)
    header.font = bold(color="FFFFFF")
    header.fill = _SYSTEM_HEADER if column.system else _HEADER
    header.alignment, header.border = _MIDDLE, BOX
    header.number_format = "@"


def _data_cells(
    page: Worksheet, first: int, place: int, column: Column, rows: Sequence[Mapping[str, Value]]
) -> None:
    """Write a column's cells; each look is made once, as setting it costs more than the value."""
    looks: dict[bool, Any] = {}
    for row, values in enumerate(rows, start=first):
        value = values.get(column.header)
        cell, is_moment = put(page, row, place, value), isinstance(value, datetime)
        if is_moment not in looks:
            _look(cell, column, _MOMENT if is_moment else FORMATS[column.kind])
            looks[is_moment] = cell._style  # type: ignore[attr-defined] # the stubs know it not
        cell._style = copy(looks[is_moment])  # type: ignore[attr-defined] # as above


def _look(cell: Cell, column: Column, number_format: str) -> None:
    cell.number_format = number_format
    cell.alignment = _CENTRED if column.kind is ColumnKind.DATE else _TOP
    cell.border = BOX
    if column.system:
        cell.fill = _GREY


def _highlight(page: Worksheet, highlight: Highlight, headers: list[str], area: Range) -> None:
    """A conditional format over the whole row or over some of its columns."""

    def address(match: re.Match[str]) -> str:
        if match[1] not in headers:
            raise WorkbookError(f"{page.title}: no column {match[1]!r} to colour by")
        return f"${column_letters(headers.index(match[1]) + 1)}{area.top}"

    rule = FormulaRule(  # type: ignore[no-untyped-call] # the stubs leave it open
        formula=[re.sub(r"\{([^{}]+)\}", address, highlight.formula)],
        fill=PatternFill("solid", bgColor=highlight.fill) if highlight.fill else None,
        font=Font(color=highlight.font) if highlight.font else None,
    )
    places = [headers.index(name) + 1 for name in highlight.columns]
    areas = [area._replace(left=place, right=place) for place in places] or [area]
    page.conditional_formatting.add(" ".join(map(str, areas)), rule)


def _frame(page: Worksheet, sheet: ListSheet, top: int, area: Range) -> None:
    """Table or filter, frozen header, printing, protection."""
    if sheet.table:
        table = Table(displayName=sheet.table, ref=_span(area))
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
        page.add_table(table)
    else:
        page.auto_filter.ref = _span(area)
    page.freeze_panes = cell_name(top + 1, sheet.frozen_columns + 1)
    page.print_title_rows = f"{top}:{top}"
    _print_setup(page, landscape=True, paper=sheet.paper)
    if _is_wide(sheet):
        _several_pages(page, sheet)
    page.protection.sheet = sheet.protected


def _is_wide(sheet: ListSheet) -> bool:
    """Whether the list is printed on several pages side by side."""
    return any(column.ends_page for column in sheet.columns)


def _several_pages(page: Worksheet, sheet: ListSheet) -> None:
    """Print the list at a readable scale on pages side by side, each with the frozen columns."""
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    page.page_setup.scale = sheet.scale
    page.page_setup.pageOrder = "overThenDown"
    if sheet.frozen_columns:
        page.print_title_cols = f"A:{column_letters(sheet.frozen_columns)}"
    for place, column in enumerate(sheet.columns, start=1):
        if column.ends_page:
            page.col_breaks.append(Break(id=place))


def _span(area: Range) -> str:
    return f"{cell_name(area.top, area.left)}:{cell_name(area.bottom, area.right)}"


def _print_setup(page: Worksheet, landscape: bool, paper: str) -> None:
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = _PAPERS[paper]
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, footer=0.3)
    page.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text="&A"), center=_HeaderFooterPart(text="&P/&N")
    )


# --- a free sheet ------------------------------------------------------------------------------


def _free_sheet(page: Worksheet, sheet: FreeSheet) -> None:
    for place, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[column_letters(place)].width = width
    for row, line in enumerate(sheet.lines, start=1):
        _line(page, row, line)
        if line.style is not LineStyle.TITLE:
            texts = [None if isinstance(value, Formula) else value for value in line.cells]
            fit(page, row, list(zip(texts, sheet.widths, strict=False)))
    for chart in sheet.charts:
        page.add_chart(native_chart(page, chart), chart.anchor)
    _print_setup(page, landscape=sheet.landscape, paper=sheet.paper)
    page.page_setup.fitToHeight = 1 if sheet.single_page else 0
    page.protection.sheet = sheet.protected


def _line(page: Worksheet, row: int, line: Line) -> None:
    for place, value in enumerate(line.cells, start=1):
        if isinstance(value, Formula):
            cell = page.cell(row, place, value.text)
        else:
            cell = put(page, row, place, value)
        title = line.style is LineStyle.TITLE
        number = place > 1 and line.style in (LineStyle.HEADING, LineStyle.GRID)
        side = "right" if number else None
        cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=not title)
        if line.style is LineStyle.TITLE:
            cell.font = bold(14)
        elif line.style is LineStyle.HEADING:
            cell.font, cell.fill, cell.border = bold(), _GREY, BOX
        elif line.style is LineStyle.GRID:
            cell.border = BOX
