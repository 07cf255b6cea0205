"""Copies beside the register: their news is taken up, what differs is told, they stay."""

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.table import Table

from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from mailflow.registers.columns import CODE, NOTE, SHEET
from tests.registers.keeping import REPORTED, Book, Keeping
from workbook_sync.address import cell_name, column_letters
from workbook_sync.patch import Plan

HEAD = cast.ONE_STOP_HEAD
NAMES = (
    "Sổ theo dõi (1).xlsx",
    "Sổ theo dõi - Copy.xlsx",
    "Sổ theo dõi - Bản sao.xlsx",
    "Sổ theo dõi-MAY-VP01.xlsx",
    "Sổ theo dõi (Hương's conflicted copy 2026-03-03).xlsx",
    "Sổ theo dõi (bản xung đột của Hương 2026-03-03 080500).xlsx",
    "Sổ theo dõi.sync-conflict-20260303-080500-ABCDEFG.xlsx",
    "Sổ theo dõi_Conflict.xlsx",
    "gửi chị Lan.xlsx",
)


class Copied(Book):
    """A copy of the register as it was when it was made."""

    def __init__(self, keeping: Keeping, name: str = NAMES[0]) -> None:
        self.path: Path = keeping.path.with_name(name)
        self.path.write_bytes(keeping.path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_under_any_name_is_read_once_and_left_alone(keeping: Keeping, name: str) -> None:
    """A note made in it goes into the register; one line names the file; nothing more comes."""
    code = keeping.opens()
    copy = Copied(keeping, name)
    copy.types(code, Ghi_chú="ghi ở bản sao")
    before = copy.path.read_bytes()

    keeping.sync()
    assert keeping.row(code)[NOTE] == "ghi ở bản sao"
    (line,) = keeping.told()
    assert (line["Trang"], "Thấy một bản sao" in line["Vì sao"]) == (name, True)
    assert copy.path.read_bytes() == before
    assert [keeping.sync().outcome for _ in range(2)] == ["quiet"] * 2
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1


def test_what_is_only_old_in_a_copy_is_nobodys_edit(keeping: Keeping) -> None:
    """Weeks later the request has moved on: the one new cell counts, the old ones do not."""
    code = keeping.opens()
    copy = Copied(keeping)
    for number in range(60):
        keeping.types(code, Ghi_chú=f"lần {number}", Số_phiếu=str(number))
        keeping.sync()
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )
    other = keeping.opens(Nội_dung="Sau bản sao")
    keeping.now += timedelta(days=21)
    copy.types(code, Nguyên_nhân="Thiếu biểu mẫu")
    told = len(keeping.told())

    keeping.sync()
    row = keeping.row(code)
    assert (row["Hình thức xử lý"], row[NOTE]) == ("Chấp nhận", "lần 59")
    assert keeping.row(other)["Nội dung"] == "Sau bản sao"
    lines = keeping.told()[told:]
    assert [line["Đã gõ"] for line in lines if line["Cột"]] == ["Thiếu biểu mẫu"]


def test_a_cell_that_differs_from_both_is_told_and_the_register_stands(keeping: Keeping) -> None:
    """A note typed in both, and a decision that a letter made in other words."""
    code = keeping.opens()
    copy = Copied(keeping)
    copy.types(code, Ghi_chú="bản sao", Hình_thức_xử_lý="Loại bỏ")
    keeping.types(code, Ghi_chú="sổ chính")
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )

    keeping.sync()
    row = keeping.row(code)
    assert (row[NOTE], row["Hình thức xử lý"]) == ("sổ chính", "Chấp nhận")
    told = {line["Cột"]: line["Đã gõ"] for line in keeping.told()}
    assert told[NOTE] == "bản sao"
    assert told["Hình thức xử lý"] == "Loại bỏ"
    assert keeping.sync().outcome == "quiet"


def test_the_keepers_act_in_a_copy_is_done(keeping: Keeping) -> None:
    """As typed into the register; what belongs to others is told, nobody is asked for a copy."""
    keeping.keeper, keeping.unit = HEAD.email, cast.ONE_STOP
    code, other = keeping.opens(), keeping.opens(Nội_dung="Việc khác")
    copy = Copied(keeping)
    decision = {"Hình thức xử lý": "Làm lại", "Người xử lý": cast.CLERK.name}
    copy.types_into(code, {**decision, "Hạn xử lý": keeping.day(3)})
    copy.types_into(other, {"Chỉ đạo": "Làm ngay"})

    report = keeping.sync()
    assert keeping.request(code).state is State.CORRECTING
    assert keeping.row(code)["Trạng thái"] == "Đang xử lý"
    assert [line.typed for line in report.lines if line.column == "Chỉ đạo"] == ["Làm ngay"]
    assert keeping.sync().outcome == "quiet"


def test_a_new_row_is_one_request_however_many_copies_have_it(keeping: Keeping) -> None:
    """Typed before the program gave it its code, then copied twice by a folder that syncs."""
    keeping.sync()
    keeping.adds(REPORTED)
    first, second = Copied(keeping), Copied(keeping, NAMES[3])
    keeping.sync()
    first.adds(REPORTED | {"Nội dung": "Chỉ ở bản sao"})
    second.adds(REPORTED | {"Nội dung": "Chỉ ở bản sao"})

    keeping.sync()
    keeping.sync()
    contents = sorted(str(keeping.row(code)["Nội dung"]) for code in keeping.codes())
    assert contents == ["Chỉ ở bản sao", "Trả hồ sơ chậm 2 ngày"]


def test_the_note_beside_a_new_row_comes_along_and_half_a_row_is_told_whole(
    keeping: Keeping,
) -> None:
    """What cannot be a request yet stays in no draft here: all of it is listed."""
    keeping.sync()
    copy = Copied(keeping)
    copy.adds(REPORTED | {NOTE: "hẹn thứ Sáu"})
    copy.adds({"Loại": "Cải tiến", "Nội dung": "Chưa xong", NOTE: "hỏi lại"})
    copy.adds({NOTE: "chỉ ghi chú"})

    keeping.sync()
    (code,) = keeping.codes()
    assert keeping.row(code)[NOTE] == "hẹn thứ Sáu"
    typed = [line["Đã gõ"] for line in keeping.told()]
    assert any("hỏi lại" in words and "Chưa xong" in words for words in typed)
    assert any("chỉ ghi chú" in words for words in typed)
    assert keeping.sync().outcome == "quiet"


def test_words_in_a_column_of_the_program_are_listed_from_a_copys_new_row(
    keeping: Keeping,
) -> None:
    """Whether the row opens a request, or one was opened from the same row of the register."""
    keeping.sync()
    keeping.adds(REPORTED)
    copy = Copied(keeping)
    row = copy.grid().rows[-1].index
    copy.saves(Plan({(SHEET, cell_name(row, copy.grid().columns["Trạng thái"])): "đã gọi"}))
    copy.adds(REPORTED | {"Nội dung": "Việc khác", "Số phiếu": "số 9"})

    keeping.sync()
    assert len(keeping.codes()) == 2
    typed = " ".join(line["Đã gõ"] for line in keeping.told())
    assert "đã gọi" in typed
    assert "số 9" in typed


def test_rows_a_copy_lacks_are_not_asked_about(keeping: Keeping) -> None:
    """A filtered copy of ten rows with one left: its one note is taken, nothing else is said."""
    codes = [keeping.opens(Nội_dung=f"Việc {number}") for number in range(4)]
    copy = Copied(keeping)
    copy.deletes(*codes[1:])
    copy.types(codes[0], Ghi_chú="còn lại")

    assert keeping.sync().outcome == "written"
    assert keeping.row(codes[0])[NOTE] == "còn lại"
    assert [row.text(CODE) for row in keeping.grid().rows] == codes
    assert len(keeping.told()) == 1


def test_a_copy_that_lost_its_generation_only_proposes(keeping: Keeping) -> None:
    """Nobody knows what its editor saw: the note and the decision are listed, nothing is done."""
    code = keeping.opens()
    copy = Copied(keeping)
    copy.types(code, Ghi_chú="từ máy khác", Hình_thức_xử_lý="Chấp nhận")
    book = load_workbook(copy.path)
    del book.custom_doc_props["generation"]  # type: ignore[attr-defined] # the stubs lack it
    book.save(copy.path)

    keeping.sync()
    assert keeping.row(code)[NOTE] is None
    told = {line["Cột"]: line["Đã gõ"] for line in keeping.told()}
    assert told[NOTE] == "từ máy khác"
    assert told["Hình thức xử lý"] == "Chấp nhận"
    assert keeping.request(code).state is State.REPORTED
    assert keeping.sync().outcome == "quiet"


def test_a_sheet_or_a_table_copied_inside_the_register_is_told_once(keeping: Keeping) -> None:
    """Somebody keeps the state of March beside it: what is typed there is read by nobody."""
    code = keeping.opens()
    columns = len(keeping.grid().columns)

    def copies(book: Workbook) -> None:
        book.copy_worksheet(book[SHEET]).title = "Phiếu tháng 3"
        for column in range(1, columns + 1):
            for row, below in ((3, 9), (4, 10)):
                book[SHEET].cell(below, column, book[SHEET].cell(row, column).value)
        area = f"A9:{column_letters(columns)}10"
        book[SHEET].add_table(Table(displayName="tblCu", ref=area))

    keeping.saves_elsewhere(copies)
    keeping.sync()
    told = [line["Vì sao"] for line in keeping.told()]
    assert len(told) == 2
    assert "“Phiếu tháng 3” cũng có các cột của sổ" in told[0]
    assert f"“Phiếu!A9:{column_letters(columns)}10” cũng có" in told[1]
    assert [row.text(CODE) for row in keeping.grid().rows] == [code]
    assert keeping.sync().outcome == "quiet"


def test_other_workbooks_in_the_folder_are_none_of_our_business(keeping: Keeping) -> None:
    """A list of holidays, a half-saved file, and a copy that somebody has open just now."""
    code = keeping.opens()
    keeping.path.with_name("Lương.xlsx").write_bytes(b"PK\x03\x04 torn")
    copy = Copied(keeping)
    copy.types(code, Ghi_chú="đang gõ")
    lock = copy.path.with_name(f".~lock.{copy.path.name}#")
    lock.write_text(",huong,may,03.03.2026 08:00,;")

    assert keeping.sync().outcome == "quiet"
    lock.unlink()
    keeping.sync()
    assert keeping.row(code)[NOTE] == "đang gõ"


def test_a_copy_edited_again_is_read_again(keeping: Keeping) -> None:
    """Its second note counts too."""
    code = keeping.opens()
    copy = Copied(keeping)
    copy.types(code, Ghi_chú="một")
    keeping.sync()
    copy.types(code, Nguyên_nhân="hai")
    keeping.sync()
    assert [line["Đã gõ"] for line in keeping.told() if line["Cột"]] == ["hai"]
