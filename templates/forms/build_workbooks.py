"""Builds appendix 3's workbooks: python -m templates.forms.build_workbooks [folder].

As with the papers, they are written here so that a change of them can be read as text.
"""

import io
import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from mailflow.forms import objectives

from .paper import BUILT, FONT

MM_OF_A_CHARACTER = 2.2
TABLE, TEXT, HEAD = 9, 13, 14
"""Points, as in the papers: cells of the table; signers and country; type and subject."""

ROOM_TO_SIGN = 75
"""Points between a signer's title and name."""

LINE = Side(style="thin")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def appendix(subject: str, heads: objectives.Heads, name: str) -> Workbook:
    """Write one sheet: head, title, the table with its row of names, signers; A4 lying."""
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = name
    for place, (_, _, width) in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width / MM_OF_A_CHARACTER
    last, half = len(heads), len(heads) // 2
    _head(sheet, half, last)
    _across(sheet, 6, 1, last, "PHỤ LỤC 3", HEAD, bold=True)
    _across(sheet, 7, 1, last, subject.format(year="{{ year }}"), HEAD, bold=True)
    _across(sheet, 8, 1, last, "Đơn vị: {{ owner }}", 12, italic=True)
    _table(sheet, 9, heads)
    _across(sheet, 11, 1, last, "{{ notes }}", TABLE, italic=True)
    sheet.cell(11, 1).alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    _signers(sheet, 13, half, last)
    _page(sheet, 9)
    return book


def _head(sheet: Worksheet, half: int, last: int) -> None:
    """Write the agency's names left, the country and its motto right, place and day below."""
    _across(sheet, 1, 1, half, "{{ parent | upper }}", 12)
    _across(sheet, 2, 1, half, "{{ agency | upper }}", 12, bold=True)
    _across(sheet, 1, half + 1, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    _across(sheet, 2, half + 1, last, "Độc lập - Tự do - Hạnh phúc", TEXT, bold=True, line=True)
    _across(sheet, 4, half + 1, last, "{{ place_date }}", TEXT, italic=True)


def _across(
    sheet: Worksheet, row: int, first: int, last: int, text: str, size: int, **look: bool
) -> None:
    """Write a centred text over several columns; look: bold, italic, line (underlined)."""
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    cell = sheet.cell(row, first, text)
    bold, italic = look.get("bold"), look.get("italic")
    under: Literal["single", "none"] = "single" if look.get("line") else "none"
    cell.font = Font(name=FONT, size=size, bold=bold, italic=italic, underline=under)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or 0, size * 1.45)


def _table(sheet: Worksheet, row: int, heads: objectives.Heads) -> None:
    """Write the columns' heads, and below them the row that is repeated for each line."""
    grey = PatternFill("solid", fgColor="F2F2F2")
    for place, (head, name, width) in enumerate(heads, start=1):
        cell = sheet.cell(row, place, head)
        cell.font, cell.fill, cell.border = Font(name=FONT, size=TABLE, bold=True), grey, BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell = sheet.cell(row + 1, place, f"{{{{ objectives.{name} }}}}")
        cell.font, cell.border, cell.number_format = Font(name=FONT, size=TABLE), BOX, "@"
        side = "center" if width <= 16 else "left"
        cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True)
    longest = max(len(head) / width for head, _, width in heads)
    sheet.row_dimensions[row].height = TABLE * 1.25 * (1 + round(longest * MM_OF_A_CHARACTER))


def _signers(sheet: Worksheet, row: int, half: int, last: int) -> None:
    """Write who drew it up and who approves it, with room to sign between title and name."""
    for signer, first, end in (("drafter", 1, half), ("approver", half + 1, last)):
        _across(sheet, row, first, end, f"{{{{ {signer}.lines | upper }}}}", TEXT, bold=True)
        _across(sheet, row + 2, first, end, f"{{{{ {signer}.name }}}}", TEXT, bold=True)
    sheet.row_dimensions[row + 1].height = ROOM_TO_SIGN


def _page(sheet: Worksheet, heads: int) -> None:
    """Lie on A4 with the decree's margins, one page wide, the heads on every page, numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=1.18, right=0.59, top=0.79, bottom=0.79, header=0.39)
    sheet.print_title_rows = f"{heads}:{heads}"
    number = HeaderFooterItem(center=_HeaderFooterPart("&P", f"{FONT},Regular", TEXT))
    sheet.oddHeader = sheet.evenHeader = number
    sheet.HeaderFooter.differentFirst = True
    sheet.sheet_view.showGridLines = False


BOOKS: Mapping[str, tuple[str, objectives.Heads, str]] = {
    "PL3.KEHOACH.xlsx": (objectives.PLAN_TITLE, objectives.PLAN, "Kế hoạch"),
    "PL3.BAOCAO.xlsx": (objectives.REPORT_TITLE, objectives.REPORT, "Báo cáo"),
}
"""By the template's file name, its subject, its columns and the sheet's name."""


def build(name: str) -> bytes:
    """Build one template; the same bytes every time."""
    book = appendix(*BOOKS[name])
    book.properties.creator, book.properties.created = "", BUILT.replace(tzinfo=None)
    raw, target = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            entry = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, _same_each_time(old.read(part)))
    return target.getvalue()


def _same_each_time(part: bytes) -> bytes:
    """Put the day of the template's making in place of now."""
    day = BUILT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + day, part)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name in BOOKS:
        (folder / name).write_bytes(build(name))
