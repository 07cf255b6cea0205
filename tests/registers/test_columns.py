"""Columns renamed, doubled or gone, cells that cannot be read, words in fonts of long ago."""

from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.registers.columns import NOTE, SHEET, TABLE
from tests.registers.keeping import REPORTED, Keeping

HEAD = cast.ONE_STOP_HEAD


def renamed(keeping: Keeping, header: str, words: str) -> None:
    """Rename a column as Excel does: its cell and the table's list of columns."""
    grid = keeping.grid()
    place = grid.columns[header]

    def change(book: Workbook) -> None:
        book[SHEET].cell(grid.header_row, place, words)
        book[SHEET].tables[TABLE].tableColumns[place - 1].name = words

    keeping.saves_elsewhere(change)


def changes(keeping: Keeping, code: str, header: str, do: Callable[[object], None]) -> None:
    """Do something to one cell in another program."""
    grid = keeping.grid()
    row = next(row.index for row in grid.rows if row.text("Mã") == code)
    keeping.saves_elsewhere(lambda book: do(book[SHEET].cell(row, grid.columns[header])))


def test_a_renamed_column_is_known_by_its_cells_and_goes_on(keeping: Keeping) -> None:
    """Told once; acts of others and new requests go on being written into it."""
    code = keeping.opens()
    renamed(keeping, "Trạng thái", "Tình trạng phiếu")

    keeping.sync()
    (line,) = keeping.told()
    assert (line["Cột"], line["Đã gõ"]) == ("Trạng thái", "Tình trạng phiếu")
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )
    other = keeping.opens(Nội_dung="Sau khi đổi tên cột")
    keeping.sync()
    assert keeping.row(code)["Tình trạng phiếu"] == "Chờ xác định nhu cầu khắc phục"
    assert keeping.row(other)["Tình trạng phiếu"] == "Chờ trưởng đơn vị xem xét"
    assert keeping.sync().outcome == "quiet"
    assert len(keeping.told()) == 1


def test_what_is_typed_under_a_new_name_is_an_act_still(keeping: Keeping) -> None:
    """Once known it stays known, whatever is typed: told like any other column."""
    code = keeping.opens()
    renamed(keeping, "Nội dung", "Sự việc")
    keeping.sync()
    keeping.types(code, Sự_việc="Viết lại nội dung")
    keeping.sync()
    assert keeping.row(code)["Sự việc"] == REPORTED["Nội dung"]
    assert "Viết lại nội dung" in [line["Đã gõ"] for line in keeping.told()]


def test_a_column_of_the_keepers_own_is_not_taken_for_a_lost_one(keeping: Keeping) -> None:
    """One of ours was overwritten by a new one with other things in it: both as they say."""
    code = keeping.opens()
    renamed(keeping, "Người phát hiện", "Tủ hồ sơ")
    keeping.types(code, Tủ_hồ_sơ="Tủ 3")
    keeping.sync()
    assert keeping.row(code)["Tủ hồ sơ"] == "Tủ 3"
    (line,) = keeping.told()
    assert line["Cột"] == "Người phát hiện"
    assert "không còn cột này" in line["Vì sao"]
    assert keeping.sync().outcome == "quiet"


def test_two_columns_of_one_name_are_told_and_neither_is_written(keeping: Keeping) -> None:
    """Which one is meant only the keeper can say."""
    keeping.opens()
    renamed(keeping, "Nguồn lực", "Nguyên nhân")
    keeping.sync()
    told = {line["Cột"]: line["Vì sao"] for line in keeping.told()}
    assert "hai cột cùng tên" in told["Nguyên nhân"]
    assert keeping.sync().outcome == "quiet"


@pytest.mark.parametrize("words", ["#N/A", "=VLOOKUP(1,A1:A2,9)"])
def test_an_error_says_nothing_and_is_told_once(keeping: Keeping, words: str) -> None:
    """Nothing counts as cleared or changed; the record's value stays the record's."""
    code = keeping.opens()
    changes(keeping, code, "Nội dung", lambda cell: setattr(cell, "value", words))
    assert keeping.sync().acts == 0
    assert keeping.request(code).values["content"] == REPORTED["Nội dung"]
    (line,) = keeping.told()
    assert (line["Mã"], line["Cột"]) == (code, "Nội dung")
    assert [keeping.sync().outcome for _ in range(2)] == ["quiet"] * 2


@pytest.mark.parametrize(
    ("font", "typed", "meant"),
    [
        (".VnTime", "Tr¶ hå s¬ chËm 2 ngµy", "Trả hồ sơ chậm 2 ngày"),
        (".VnTimeH", "Tr¶ hå s¬ chËm", "TRẢ HỒ SƠ CHẬM"),
        ("VNI-Times", "Traû hoà sô chaäm 2 ngaøy", "Trả hồ sơ chậm 2 ngày"),
        ("Times New Roman", "Tr¶ hå s¬", "Tr¶ hå s¬"),
        (".VnTime", "Trả hồ sơ chậm", "Trả hồ sơ chậm"),
    ],
)
def test_words_in_an_old_font_are_read_as_they_show(
    keeping: Keeping, font: str, typed: str, meant: str
) -> None:
    """By the font's name; the cell itself is left as it was typed."""
    keeping.sync()
    keeping.adds(REPORTED | {"Nội dung": typed, NOTE: "x"})
    grid = keeping.grid()
    row, place = grid.rows[-1].index, grid.columns["Nội dung"]

    def set_font(book: Workbook) -> None:
        book[SHEET].cell(row, place).font = Font(name=font)

    keeping.saves_elsewhere(set_font)
    (code,) = keeping.sync().opened
    assert keeping.request(code).values["content"] == meant
    assert keeping.row(code)["Nội dung"] == typed
    assert keeping.sync().outcome == "quiet"
