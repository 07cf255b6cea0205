"""Writes a sheet to be filled in: locked text, and named open cells with their validation."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbook_sync.address import Range, column_letters
from workbook_sync.heights import LINE
from workbook_sync.pen import BOX, FORMATS, fit, put, quoted, validation_of
from workbook_sync.spec import Blank, Column, FormCell, FormRow, FormSheet, FormStyle
from workbook_sync.values import Value

_FONTS = {
    FormStyle.TITLE: Font(name="Calibri", size=15, bold=True, color="1F4E79"),
    FormStyle.HEADING: Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
    FormStyle.LABEL: Font(name="Calibri", size=11, bold=True),
    FormStyle.OPTION: Font(name="Calibri", size=11),
    FormStyle.PLAIN: Font(name="Calibri", size=11),
    FormStyle.NOTE: Font(name="Calibri", size=10, italic=True, color="595959"),
    FormStyle.HINT: Font(name="Calibri", size=10, italic=True, color="595959"),
    FormStyle.FAULT: Font(name="Calibri", size=10, bold=True, color="C00000"),
}
_HEADING = PatternFill("solid", fgColor="1F4E79")
_OPEN = PatternFill("solid", fgColor="FFF9E5")
_FAULTY = PatternFill("solid", fgColor="FFC7CE")
_RED = Side(style="medium", color="C00000")
_RED_BOX = Border(left=_RED, right=_RED, top=_RED, bottom=_RED)
_UNFRAMED = (FormStyle.TITLE, FormStyle.PLAIN, FormStyle.NOTE)
_TEXT = Alignment(vertical="top", wrap_text=True)
_FRAMED_TEXT = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_A4 = 9
_UPRIGHT = 130
"""Characters beside one another that can still be read on a page that stands."""


def form_sheet(page: Worksheet, sheet: FormSheet, ranges: Mapping[str, str]) -> None:
    """Write a form; `ranges` are where the lists of the workbook stand."""
    for place, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[column_letters(place)].width = width
    form = _Form(page, sheet.widths, ranges, _Looks())
    for number, row in enumerate(sheet.rows, start=1):
        form.row(number, row)
    page.protection.sheet = True
    page.protection.formatRows = page.protection.formatColumns = False  # may be made larger
    page.sheet_view.showGridLines = False
    lying = sum(sheet.widths) > _UPRIGHT
    page.page_setup.orientation = "landscape" if lying else "portrait"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)


class _Looks:
    """The looks of a sheet's cells: each is put together once, which costs more than writing."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], StyleArray] = {}

    def dress(self, page: Worksheet, area: Range, content: FormCell) -> None:
        """Give a cell, and those it is merged with, its look."""
        blank = content.content if isinstance(content.content, Blank) else None
        look = (blank.kind, blank.faulty) if blank else (content.style,)
        for column in range(area.left, area.right + 1):
            cell = cast(Cell, page.cell(area.top, column))
            if look in self._known:
                cell._style = copy(self._known[look])  # type: ignore[attr-defined]  # the stubs lack it
            else:
                _dress(cell, content.style, blank)
                self._known[look] = copy(cell._style)  # type: ignore[attr-defined]  # the stubs lack it


def _dress(cell: Cell, style: FormStyle, blank: Blank | None) -> None:
    cell.font = _FONTS[FormStyle.PLAIN if blank else style]
    cell.alignment = _TEXT if not blank and style in _UNFRAMED else _FRAMED_TEXT
    if blank:
        cell.number_format = FORMATS[blank.kind]
        cell.fill = _FAULTY if blank.faulty else _OPEN
        cell.border = _RED_BOX if blank.faulty else BOX
        cell.protection = Protection(locked=False)
    elif style not in _UNFRAMED:
        cell.border = BOX
    if not blank and style is FormStyle.HEADING:
        cell.fill = _HEADING


@dataclass(frozen=True)
class _Form:
    """A form while it is written."""

    page: Worksheet
    widths: tuple[float, ...]
    ranges: Mapping[str, str]
    looks: _Looks

    def row(self, number: int, row: FormRow) -> None:
        """Write one row."""
        starts = accumulate((cell.span for cell in row.cells), initial=1)
        sized: list[tuple[Value, float]] = []
        for cell, start in zip(row.cells, starts, strict=False):
            area = Range(number, start, number, start + cell.span - 1)
            text = cell.content.value if isinstance(cell.content, Blank) else cell.content
            sized.append((text, sum(self.widths[start - 1 : start - 1 + cell.span])))
            put(self.page, number, start, text)
            self.looks.dress(self.page, area, cell)
            if isinstance(cell.content, Blank):
                self._open(area, cell.content)
            if cell.span > 1:
                self.page.merged_cells.add(str(area))
        fit(self.page, number, sized, LINE * row.lines)

    def _open(self, area: Range, blank: Blank) -> None:
        column = Column(blank.title, 1, blank.kind, blank.choices, blank.note, strict=blank.strict)
        first = Range(area.top, area.left, area.top, area.left)
        if validation := validation_of(column, self.ranges):
            self.page.add_data_validation(validation)
            validation.add(str(first))
        place = f"{quoted(self.page.title)}!${column_letters(area.left)}${area.top}"
        workbook = cast(Workbook, self.page.parent)
        workbook.defined_names[blank.name] = DefinedName(blank.name, attr_text=place)
