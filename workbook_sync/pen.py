"""How a cell of a new workbook is written: its value, font, validation and row height."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from workbook_sync.heights import fitting
from workbook_sync.spec import Column, ColumnKind
from workbook_sync.values import Value

_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")

FORMATS = {
    ColumnKind.TEXT: "@",  # a text that starts with "=" stays text when it is edited
    ColumnKind.CHOICE: "@",
    ColumnKind.DATE: "dd/mm/yyyy",
    ColumnKind.NUMBER: "General",
    ColumnKind.PERCENT: "0.0%",
}
_HUGE = 10**12
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # read as one character (ECMA-376 ST_Xstring)
_THIN = Side(style="thin", color="BFBFBF")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def written(text: str) -> str:
    """Give a text without what no file of XML can hold, lone halves of characters too."""
    text = _NO_CHARACTER.sub("", unicodedata.normalize("NFC", text))
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def put(page: Worksheet, row: int, column: int, value: Value) -> Cell:
    """Write a value as what it is: text never becomes a formula or an error."""
    if isinstance(value, str):
        value = _ESCAPED.sub("_x005F_", written(value))
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    cell = cast(Cell, page.cell(row, column))  # nothing is merged in a new sheet
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def bold(size: int = 11, color: str | None = None) -> Font:
    """The one font of our workbooks, bold."""
    return Font(name="Calibri", bold=True, size=size, color=color)


def validation_of(column: Column, ranges: Mapping[str, str]) -> DataValidation | None:
    """The column's input message and what may be typed; None when there is neither."""
    validation = _rule(column, ranges)
    if validation is None and not column.note:
        return None
    if validation is None:
        validation = DataValidation()
    else:
        validation.showErrorMessage = True
        validation.errorStyle = "stop" if column.strict or column.system else "warning"
        validation.errorTitle, validation.error = column.header[:32], column.note or None
    validation.allow_blank = True
    if column.note:
        validation.showInputMessage = True
        validation.promptTitle, validation.prompt = column.header[:32], column.note
    return validation


def _rule(column: Column, ranges: Mapping[str, str]) -> DataValidation | None:
    if column.system:
        return DataValidation(type="custom", formula1="FALSE")
    if column.kind is ColumnKind.CHOICE:
        return DataValidation(type="list", formula1=ranges[column.choices])
    if column.kind is ColumnKind.DATE:
        return DataValidation(type="date", operator="greaterThan", formula1="1")
    if column.kind in (ColumnKind.NUMBER, ColumnKind.PERCENT):
        return DataValidation(type="decimal", formula1=str(-_HUGE), formula2=str(_HUGE))
    return None


class _Fitted(RowDimension):
    """A row whose height is a proposal: it grows with what people type into it."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 # openpyxl's name, after the format's
        """Nobody has set the height by hand."""
        return False


def fit(page: Worksheet, row: int, cells: Sequence[tuple[Value, float]], least: float = 0) -> None:
    """Propose a row's height in points: `least`, more where its wrapped texts need it."""
    page.row_dimensions[row] = _Fitted(page, index=row, ht=max(least, fitting(cells)))
