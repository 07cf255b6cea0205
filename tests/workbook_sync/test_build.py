"""New workbooks from a spec: what is built is what is read, and other programs open it."""

import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape

import pytest

from tests.workbook_sync.samples import parts_of
from workbook_sync.build import build
from workbook_sync.errors import WorkbookError
from workbook_sync.locate import locate
from workbook_sync.parts import open_book, properties
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.spec import (
    Chart,
    ChartKind,
    Column,
    ColumnKind,
    Formula,
    FreeSheet,
    Highlight,
    Line,
    LineStyle,
    ListSheet,
    WorkbookSpec,
)
from workbook_sync.values import Kind, Value

COLUMNS = (
    Column("Mã", 20, system=True, note="Chương trình tự ghi"),
    Column("Nội dung", 50, note="Gì, ở đâu, khi nào"),
    Column("Hạn", 12, ColumnKind.DATE),
    Column("Trạng thái", 16, ColumnKind.CHOICE, choices="Trạng thái", strict=False),
    Column("Tỷ lệ", 10, ColumnKind.PERCENT),
)
ROWS: tuple[dict[str, Value], ...] = (
    {"Mã": "P-1-K", "Nội dung": "=1+1", "Hạn": date(2026, 3, 5), "Tỷ lệ": 0.95},
    {"Mã": "P-2-M", "Nội dung": "#N/A\x01", "Hạn": None, "Trạng thái": "Mới"},
)
LIST = ListSheet(
    "Phiếu",
    COLUMNS,
    ROWS,
    table="tblPhieu",
    titles=("SỔ THEO DÕI", "Năm 2026"),
    highlights=(Highlight('AND({Hạn}<>"",{Hạn}<TODAY())', "FFC7CE", "9C0006"),),
)
SUMMARY = FreeSheet(
    "Tổng hợp",
    [
        Line(("Trạng thái", "Số phiếu"), LineStyle.HEADING),
        Line(("Mới", Formula("=COUNTIFS(tblPhieu[Trạng thái],A2)")), LineStyle.GRID),
    ],
    charts=tuple(Chart(kind, "Biểu đồ", "A2:A2", ("B1:B2",), "D2") for kind in ChartKind),
    protected=True,
)
SPEC = WorkbookSpec(
    (LIST, SUMMARY),
    lists={"Trạng thái": ["Mới", "Đóng"]},
    lists_sheet="Danh 'mục'",
    properties={"register_id": "sổ-1", "generation": 3, "ratio": 0.5, "kept": True},
    title="Sổ",
)


def test_what_is_built_is_what_is_read() -> None:
    """Text stays text, dates are dates, blanks are blank; nothing about it is a problem."""
    workbook = read(build(SPEC))
    assert workbook.problems == ()
    found = locate(workbook, [column.header for column in COLUMNS], table="tblPhieu")
    values = [[row.cells[c.header].value for c in COLUMNS] for row in found.rows]
    assert values == [
        ["P-1-K", "=1+1", date(2026, 3, 5), None, 0.95],
        ["P-2-M", "#N/A", None, "Mới", None],
    ]
    assert found.header_row == 3
    assert found.rows[0].cells["Nội dung"].kind is Kind.TEXT
    assert found.rows[0].cells["Tỷ lệ"].style in workbook.styles.percents


def test_a_register_without_rows_has_one_blank_row_with_the_columns_formats() -> None:
    """A table needs a row, and the first one typed or appended must look right."""
    data = build(WorkbookSpec((replace(LIST, rows=()),), lists=SPEC.lists))
    book = open_book(data)
    assert str(book.sheets[0].tables[0].ref) == "A3:E4"
    assert locate(read(data), ["Mã"], table="tblPhieu").rows == ()


def test_the_first_rows_of_an_empty_register_take_its_blank_row_and_its_formats() -> None:
    """Patched as a shared file is: the date shows as a date, the table grows from the second on."""
    data = build(WorkbookSpec((replace(LIST, rows=()),), lists=SPEC.lists))
    rows = tuple({"Mã": key, "Hạn": date(2026, 3, 5)} for key in ("P-1-K", "P-2-M"))
    new = patch(data, Plan(appends=(Append("Phiếu", rows, "tblPhieu"),)))
    assert str(open_book(new).sheets[0].tables[0].ref) == "A3:E5"
    found = locate(read(new), ["Mã", "Hạn"], table="tblPhieu")
    assert [row.text("Hạn") for row in found.rows] == ["05/03/2026", "05/03/2026"]
    first, second = (row.cells["Hạn"].style for row in found.rows)
    assert first == second


def test_custom_properties_come_back_with_their_types() -> None:
    """The identity and the generation of a register travel in them."""
    assert properties(build(SPEC)) == {
        "register_id": "sổ-1",
        "generation": 3,
        "ratio": 0.5,
        "kept": True,
    }
    assert properties(build(WorkbookSpec((LIST,), lists=SPEC.lists))) == {}


def test_validation_colours_printing_and_protection_are_in_the_sheet() -> None:
    """Typing into system columns is stopped, choices only warn, the register stays sortable."""
    parts = {n: unescape(data.decode()) for n, data in parts_of(build(SPEC)).items()}
    sheet, summary = parts["xl/worksheets/sheet1.xml"], parts["xl/worksheets/sheet2.xml"]
    for wanted in (
        "<formula1>FALSE</formula1>",
        "'Danh ''mục'''!$A$2:$A$3",
        'errorStyle="warning"',
        'prompt="Gì, ở đâu, khi nào"',
        'AND($C4<>"",$C4<TODAY())',
        'sqref="A4:E305"',
        'topLeftCell="B4"',
        'orientation="landscape"',
        'fitToPage="1"',
    ):
        assert wanted in sheet
    assert "sheetProtection" not in sheet
    assert "<sheetProtection" in summary
    assert "password" not in summary
    assert "_xlnm.Print_Titles" in parts["xl/workbook.xml"]
    assert 'state="hidden"' in parts["xl/workbook.xml"]
    assert sum(name.startswith("xl/charts/chart") for name in parts) == len(ChartKind)


LABELS = ("numFmt", "showLegendKey", "showVal", "showCatName", "showSerName", "showPercent")
"""As the format wants them after each other: Excel repairs a file that has them otherwise."""


def test_bars_carry_their_numbers_and_no_zeros() -> None:
    """Read at a glance, without a scale; whoever counts nothing has no number."""
    charts = [
        xml for name, xml in parts_of(build(SPEC)).items() if name.startswith("xl/charts/chart")
    ]
    labels = [
        found[1] for xml in charts if (found := re.search(r"<dLbls>(.*?)</dLbls>", xml.decode()))
    ]
    assert len(labels) == 2  # bars and columns
    for xml in labels:
        assert '<numFmt formatCode="#,##0;-#,##0;;" sourceLinked="0"' in xml
        assert tuple(re.findall(r"<(\w+) ", xml))[: len(LABELS)] == LABELS


def test_a_moment_with_a_time_zone_keeps_its_clock() -> None:
    """A cell knows no zone; what the caller gives is what people read."""
    line = Line((datetime.fromisoformat("2026-03-05T09:12+07:00"),))
    (row,) = read(build(WorkbookSpec((FreeSheet("S", [line]),)))).sheets[0].rows
    assert row.cells[0].value == datetime.fromisoformat("2026-03-05T09:12")


@pytest.mark.parametrize(
    "sheet",
    [
        replace(LIST, columns=(*COLUMNS, Column("MÃ"))),
        replace(LIST, rows=({"Không có": 1},)),
        replace(LIST, columns=(Column("Mã", note="x" * 256),), rows=(), highlights=()),
        replace(LIST, columns=(Column("M", kind=ColumnKind.CHOICE, choices="?"),), rows=()),
        replace(LIST, highlights=(Highlight("{Không có}=1"),)),
    ],
)
def test_a_spec_that_contradicts_itself_is_refused(sheet: ListSheet) -> None:
    """Before a file is made that would open with a repair message."""
    with pytest.raises(WorkbookError):
        build(WorkbookSpec((sheet,), lists=SPEC.lists))


def test_a_wide_list_is_printed_on_pages_side_by_side() -> None:
    """At a readable scale, the frozen columns on each page, the title on the first alone."""
    columns = (COLUMNS[0], replace(COLUMNS[1], ends_page=True), *COLUMNS[2:])
    parts = parts_of(build(WorkbookSpec((replace(LIST, columns=columns),), lists=SPEC.lists)))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()

    assert 'scale="72"' in sheet
    assert 'fitToPage="1"' not in sheet
    assert '<brk id="2"' in sheet
    assert "$A:$A" in parts["xl/workbook.xml"].decode()
    assert 'r="B1"' in sheet


def test_rows_are_high_enough_for_their_wrapped_texts_and_may_still_grow() -> None:
    """Some programs do not look for themselves; none keeps to a height nobody set by hand."""
    rows: tuple[dict[str, Value], ...] = (
        {"Mã": "P-1-K", "Nội dung": "dài " * 40},
        {"Nội dung": "hai\ndòng"},
        {"Nội dung": "ngắn"},
    )
    data = build(WorkbookSpec((replace(LIST, rows=rows),), lists=SPEC.lists))
    sheet = parts_of(data)["xl/worksheets/sheet1.xml"].decode()

    found = re.findall(r'<row r="([456])" ht="(\d+)">', sheet)
    assert found == [("4", "60"), ("5", "30"), ("6", "15")]
    assert "customHeight" not in sheet
