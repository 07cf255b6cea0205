"""Finding a list: by table, by header, in spite of how people lay out their sheets."""

import time

import pytest

from tests.workbook_sync.samples import parts_of, register, sheet, table, text, workbook
from workbook_sync.errors import Reason, Refusal
from workbook_sync.locate import Grid, locate
from workbook_sync.read import read
from workbook_sync.values import Kind

HEADERS = ["Mã", "Nội dung", "Hạn xử lý"]


def grid(rows: list[list[str]], after: str = "", headers: list[str] = HEADERS) -> Grid:
    """The list found in a sheet of these rows; "" leaves a cell out."""
    made = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(text(f"{'ABCDEFG'[n]}{number}", w) for n, w in enumerate(row) if w)
        made.append(f'<row r="{number}">{cells}</row>')
    return locate(read(workbook({"Sổ": sheet("".join(made), after=after)})), headers)


def test_a_table_is_found_by_its_name_whatever_the_sheet_is_called() -> None:
    """Sheets get renamed, tables hardly ever."""
    found = locate(read(register()), ["Mã", "Hạn"], table="TBLPHIEU", sheet="Đã đổi tên")
    assert (found.sheet, found.table, found.header_row) == ("Phiếu", "tblPhieu", 3)
    assert dict(found.columns) == {"Mã": 1, "Hạn": 3}
    assert dict(found.others) == {"Nội dung": 2}
    assert [row.text("Mã") for row in found.rows] == ["P-1-K", "P-2-M"]
    assert [row.hidden for row in found.rows] == [False, True]
    assert found.rows[1].cells["Hạn"].kind is Kind.BLANK
    assert found.rows[0].others["Nội dung"].name == "B4"


def test_headers_are_found_under_titles_without_marks_and_in_another_order() -> None:
    """Case, NFD, spaces, diacritics, đ, punctuation and order do not matter."""
    header = ["HAN  xu ly:", "Nô\u0323i dung", "mã *"]
    found = grid([["SỔ THEO DÕI"], [], header, ["1/2/26", "x", "P"]])
    assert dict(found.columns) == {"Hạn xử lý": 1, "Nội dung": 2, "Mã": 3}
    assert found.rows[0].text("Hạn xử lý") == "1/2/26"


def test_a_header_written_exactly_wins_over_one_written_alike() -> None:
    """ "Tiến độ %" and "Tiến độ" fold alike and are still two columns."""
    found = grid([["Tiến độ", "Tiến độ %"], ["a", "b"]], headers=["Tiến độ %", "Tiến độ"])
    assert dict(found.columns) == {"Tiến độ %": 2, "Tiến độ": 1}


def test_a_header_that_stands_twice_is_taken_for_neither() -> None:
    """It is named as a problem, so that nothing is written into the wrong column."""
    found = grid([["Mã", "Mã", "Nội dung", "Hạn xử lý"], ["1", "2", "x", "y"]])
    assert found.missing == ("Mã",)
    assert [(p.reason, p.detail) for p in found.problems] == [(Reason.SAME_HEADER_TWICE, "Mã")]


def test_a_two_row_header_with_merged_cells_is_read() -> None:
    """The upper name spreads over the columns below; a lone name may stand in either row."""
    rows = [["Mã", "Xử lý", "", "Ghi chú"], ["", "Người", "Hạn"], ["P", "Lan", "1/2/2026", "x"]]
    after = (
        '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/>'
        '<mergeCell ref="D1:D2"/></mergeCells>'
    )
    found = grid(rows, after, ["Mã", "Xử lý Người", "Hạn", "Ghi chú"])
    assert dict(found.columns) == {"Mã": 1, "Xử lý Người": 2, "Hạn": 3, "Ghi chú": 4}
    assert [row.index for row in found.rows] == [3]


def test_blank_rows_and_the_signature_block_are_left_out_and_told() -> None:
    """Place and date, who signs, and the names under it are no data."""
    rows = [HEADERS, ["P", "x"], [], ["", " "], ["Q", "y"]]
    rows += [["", "", "Hà Nội, ngày 05 tháng 3 năm 2026"], ["Người lập biểu", "", "THỦ TRƯỞNG"]]
    rows += [["(Ký, ghi rõ họ tên)"], ["Nguyễn A"]]
    found = grid(rows)
    assert [row.index for row in found.rows] == [2, 5]
    assert [row.index for row in found.signatures] == [6, 7, 8, 9]
    assert found.last == 5


def test_a_data_row_that_speaks_of_signing_stays_data() -> None:
    """Only rows in which every cell is part of a signature block are."""
    found = grid([HEADERS, ["P", "Thủ trưởng chưa ký", "1/2/2026"], ["Q", "ký tên"]])
    assert [row.index for row in found.rows] == [2, 3]


def test_covered_cells_of_a_merge_say_nothing() -> None:
    """They must never be taken for cleared."""
    after = '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
    found = grid([HEADERS, ["P", "chung", "1/2/26"], ["Q", "", "2/2/26"]], after)
    assert "Nội dung" in found.rows[0].cells
    assert "Nội dung" not in found.rows[1].cells
    assert found.rows[1].text("Nội dung") == ""


def test_a_full_row_under_the_signature_block_is_data() -> None:
    """Nobody signs in four cells; a draft that reads like a signature swallows no row under it."""
    headers = [*HEADERS, "Ghi chú"]
    rows = [headers, ["P", "x"], ["", "Lãnh đạo chưa ký"], ["Q", "y", "1/2/26", "z"], ["R", "v"]]
    found = grid(rows, headers=headers)
    assert [row.index for row in found.rows] == [2, 4]
    assert [row.index for row in found.signatures] == [3, 5]
    assert found.last == 4


def under_the_table(*numbers: int) -> str:
    """Rows of a register: the header, its two, and more."""
    rows = '<row r="3">' + text("A3", "Mã") + text("B3", "Nội dung") + text("C3", "Hạn") + "</row>"
    return rows + "".join(f'<row r="{n}">{text(f"B{n}", "việc")}</row>' for n in (4, 5, *numbers))


def test_rows_typed_under_a_table_are_its_own_after_a_gap_too() -> None:
    """LibreOffice does not widen a table that is typed under; the end is where the gap begins."""
    data = register(under_the_table(6, 7, 9, 20))
    found = locate(read(data), ["Mã", "Nội dung"], table="tblPhieu")
    assert [row.index for row in found.rows] == [4, 5, 6, 7, 9, 20]
    assert found.last == 7


def test_another_table_under_a_table_is_a_list_of_its_own() -> None:
    """Its rows are left out; what is typed under both belongs to the first."""
    rows = under_the_table(8, 9, 12)
    first = parts_of(register(rows))["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    another = table("tblKhac", "B8:C9", ("việc", "số")).replace('id="1"', 'id="2"', 1)
    rels = first.replace('"t"', '"t2"').replace("table1.xml", "table2.xml")
    both = first.replace("</Relationships>", rels[rels.index("<Relationship ") :])
    extra = {"xl/tables/table2.xml": another, "xl/worksheets/_rels/sheet1.xml.rels": both}
    data = register(rows, extra=extra)
    found = locate(read(data), ["Mã", "Nội dung"], table="tblPhieu")
    assert [row.index for row in found.rows] == [4, 5, 12]


def test_the_sheet_with_the_best_header_is_taken() -> None:
    """When the sheet was renamed and the table turned into a range."""
    some = '<row r="1">' + text("A1", "Mã") + text("B1", "Nội dung") + "</row>"
    all_ = '<row r="2">' + text("A2", "Mã") + text("B2", "Nội dung") + text("C2", "Hạn xử lý")
    data = workbook({"Một": sheet(some), "Hai": sheet(all_ + "</row>")})
    assert locate(read(data), HEADERS, sheet="Không có").sheet == "Hai"


def test_too_little_of_the_header_is_no_list() -> None:
    """Under seventy per cent nothing is guessed."""
    with pytest.raises(Refusal) as refusal:
        grid([["Mã", "khác", "nữa"], ["1", "2", "3"]])
    assert refusal.value.reason is Reason.NO_TABLE


def test_a_sheet_merged_all_over_many_times_costs_little() -> None:
    """Overlapping merges of everything are no reason to work for minutes."""
    after = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 20_000 + "</mergeCells>"
    rows = [["Mã", "Nội dung", "Hạn xử lý"], *[["P", "x", "y"] for _ in range(500)]]
    start = time.monotonic()
    with pytest.raises(Refusal) as refusal:
        grid(rows, after)
    assert refusal.value.reason is Reason.TOO_BIG
    assert time.monotonic() - start < 5
