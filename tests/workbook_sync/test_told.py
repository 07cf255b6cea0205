"""What a person is told about two versions of a workbook: rows by their key, headers, days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbook_sync.samples import REGISTER_ROWS, register, sheet, text, workbook
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.told import told
from workbook_sync.values import Value

HEAD = '<row r="3">' + text("A3", "Mã") + text("B3", "Nội dung") + text("C3", "Hạn") + "</row>"


def row(number: int, key: str, words: str, serial: int = 46086) -> str:
    """A line of the register: key, words, a day."""
    cells = text(f"A{number}", key) + text(f"B{number}", words)
    return f'<row r="{number}">{cells}<c r="C{number}" s="1"><v>{serial}</v></c></row>'


def said(before: str, after: str) -> list[str]:
    """The lines for two registers of these rows."""
    old, new = (register(HEAD + rows, ref="A3:C9") for rows in (before, after))
    return list(told(read(old), read(new)))


ONE, TWO = row(4, "P-1-K", "máy in"), row(5, "P-2-M", "thiếu ghế")


def test_a_changed_cell_is_told_by_key_and_header_with_its_address() -> None:
    """A day as it is written here."""
    assert said(ONE + TWO, row(4, "P-1-K", "máy quét", 46087) + TWO) == [
        "Phiếu",
        "  B4  P-1-K, Nội dung: máy in → máy quét",
        "  C4  P-1-K, Hạn: 05/03/2026 → 06/03/2026",
    ]


def test_sorting_changes_nothing_that_was_typed() -> None:
    """It is one line, however many rows; a change in a moved row says where it stood."""
    assert said(ONE + TWO, row(4, "P-2-M", "thiếu ghế") + row(5, "P-1-K", "máy in")) == [
        "Phiếu",
        "  2 dòng đổi chỗ, nội dung giữ nguyên",
    ]
    assert said(ONE + TWO, row(4, "P-2-M", "đủ ghế") + row(5, "P-1-K", "máy in")) == [
        "Phiếu",
        "  B4 (trước ở dòng 5)  P-2-M, Nội dung: thiếu ghế → đủ ghế",
        "  1 dòng đổi chỗ, nội dung giữ nguyên",
    ]


def test_new_and_missing_rows_are_told_whole() -> None:
    """With their headers."""
    assert said(ONE + TWO, TWO + row(6, "P-3-X", "mới")) == [
        "Phiếu",
        "  dòng 6 mới: Mã: P-3-X; Nội dung: mới; Hạn: 05/03/2026",
        "  mất dòng 4: Mã: P-1-K; Nội dung: máy in; Hạn: 05/03/2026",
    ]


def test_a_corrected_key_is_a_changed_cell() -> None:
    """The row is known by its place and its other cells."""
    assert said(ONE + TWO, row(4, "P-1-X", "máy in") + TWO) == [
        "Phiếu",
        "  A4  Mã: P-1-K → P-1-X",
    ]


def test_a_formula_that_moved_with_its_row_is_not_told() -> None:
    """Only what somebody did is."""
    computed = '<row r="{0}">{1}<c r="B{0}"><f>C{0}*2</f><v>4</v></c></row>'
    old = computed.format(4, text("A4", "P-1-K")) + row(5, "P-2-M", "x")
    new = row(4, "P-2-M", "x") + computed.format(5, text("A5", "P-1-K"))
    assert said(old, new) == ["Phiếu", "  2 dòng đổi chỗ, nội dung giữ nguyên"]


def test_long_texts_are_cut_and_lines_joined() -> None:
    """A change stays one line."""
    assert said(ONE, row(4, "P-1-K", "hàng một\nhàng hai"))[1].endswith("→ hàng một ⏎ hàng hai")
    assert said(ONE, row(4, "P-1-K", "x" * 500))[1].endswith("x" * 200 + "…")


def test_sheets_that_came_or_went_and_sheets_without_a_list() -> None:
    """Cells outside any list are told by their address."""
    one = workbook({"A": sheet('<row r="1"><c r="B1"><v>2</v></c></row>')})
    other = workbook(
        {
            "A": sheet('<row r="1"><c r="B1"><v>3.5</v></c></row>'),
            "B": sheet('<row r="1"><c r="A1"><v>9</v></c></row>'),
        }
    )
    assert list(told(read(one), read(other))) == ["A", "  B1  2 → 3.5", "Trang mới: B (1 ô)"]
    assert list(told(read(other), read(one)))[-1] == "Mất trang: B (1 ô)"


@pytest.mark.parametrize("rows", [REGISTER_ROWS, "", HEAD, HEAD + ONE + row(5, "P-1-K", "lại")])
def test_nothing_is_told_of_the_same_workbook(rows: str) -> None:
    """Also where the list is empty, or a key stands twice."""
    book = read(register(rows))
    assert list(told(book, book)) == []


values = st.text(max_size=20) | st.integers(-9, 10**6) | st.none()


@given(st.dictionaries(st.sampled_from(["B4", "C4", "B5", "A5", "F9"]), values), st.booleans())
def test_whatever_was_written_is_told(cells: dict[str, Value], more: bool) -> None:
    """A line names every cell that was really changed, or its row."""
    old = register()
    rows = (Append("Phiếu", ({"Mã": "P-9-Z"},)),) if more else ()
    new = patch(old, Plan({("Phiếu", cell): value for cell, value in cells.items()}, rows))
    lines = "\n".join(told(read(old), read(new)))
    before, after = read(old).sheet("Phiếu").cells(), read(new).sheet("Phiếu").cells()
    for place in before.keys() | after.keys():
        one, other = before.get(place), after.get(place)
        if (one and one.value) != (other and other.value):
            name = (other or one or before[place]).name
            assert name in lines or f"dòng {place[0]}" in lines
