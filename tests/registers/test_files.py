"""The file itself: open elsewhere, gone, another's, no register, sheets missing or renamed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from mailflow.demo import cast
from mailflow.errors import Temporary
from mailflow.procedure.terms import Act
from mailflow.record import Notice
from mailflow.registers.columns import SHEET, SYNC_SHEET, TABLE
from tests.registers.keeping import MINUTE, REPORTED, Keeping

OWNER_FILES = ("~$Sổ theo dõi.xlsx", ".~lock.Sổ theo dõi.xlsx#")


def notes(keeping: Keeping) -> list[Notice]:
    """List the mails about the register, newest first."""
    return keeping.mails(cast.SECRETARY.id, "register_notes")


def whys(notice: Notice) -> str:
    """Join what a mail says of its lines."""
    return " ".join(" ".join(row) for row in notice.context["table"]["rows"])


@pytest.mark.parametrize("name", OWNER_FILES)
def test_while_somebody_has_it_open_it_is_read_and_not_written(keeping: Keeping, name: str) -> None:
    """What they saved is carried out at once; the code goes to its row when the file is closed."""
    keeping.sync()
    keeping.adds(dict(REPORTED))
    before = keeping.path.read_bytes()
    lock = keeping.opened_by(name, b"")

    assert [keeping.sync().outcome for _ in range(3)] == ["waiting"] * 3
    assert keeping.path.read_bytes() == before
    (code,) = keeping.codes()

    lock.unlink()
    assert keeping.sync().outcome == "written"
    assert keeping.codes() == (code,)
    assert keeping.row(code)["Nội dung"] == REPORTED["Nội dung"]


def test_an_owner_file_left_behind_by_a_crash_does_not_stop_it_for_ever(keeping: Keeping) -> None:
    """After half a day it counts for nothing."""
    keeping.sync()
    keeping.adds(dict(REPORTED))
    keeping.opened_by(OWNER_FILES[0], b"")
    keeping.now += 13 * 60 * MINUTE

    assert len(keeping.sync().opened) == 1


def test_a_file_held_open_without_an_owner_file_is_not_written(keeping: Keeping) -> None:
    """What was carried out is known: once it is closed the code goes to the row, nothing twice."""
    keeping.sync()
    keeping.adds(dict(REPORTED))
    with keeping.path.open("rb"):
        assert keeping.sync().outcome == "waiting"
    (code,) = keeping.codes()

    assert keeping.sync().outcome == "written"
    assert keeping.codes() == (code,)
    assert keeping.row(code)["Nội dung"] == REPORTED["Nội dung"]
    assert len(keeping.mails(cast.CLERK.id, "report")) == 1


def test_a_row_saved_again_before_its_code_came_is_the_same_report(keeping: Keeping) -> None:
    """The keeper went on typing in it: one request; what came later is judged as an edit of it."""
    keeping.sync()
    keeping.adds(dict(REPORTED))
    with keeping.path.open("rb"):
        keeping.sync()
    (code,) = keeping.codes()
    keeping.types("", Ghi_chú="khách hẹn lại", Nội_dung="Trả hồ sơ chậm 3 ngày")

    keeping.sync()
    assert keeping.codes() == (code,)
    row = keeping.row(code)
    assert (row["Nội dung"], row["Ghi chú"]) == (REPORTED["Nội dung"], "khách hẹn lại")
    (line,) = keeping.told()
    assert line["Đã gõ"] == "Trả hồ sơ chậm 3 ngày"
    assert len(keeping.mails(cast.CLERK.id, "report")) == 1


def test_another_new_row_beside_one_without_its_code_is_its_own_report(keeping: Keeping) -> None:
    """Alike is not the same where each request has its own row."""
    keeping.sync()
    keeping.adds(dict(REPORTED))
    with keeping.path.open("rb"):
        keeping.sync()
    (first,) = keeping.codes()
    keeping.adds(REPORTED | {"Nội dung": "Trả hồ sơ chậm 3 ngày"})

    (second,) = keeping.sync().opened
    assert keeping.row(first)["Nội dung"] == REPORTED["Nội dung"]
    assert keeping.row(second)["Nội dung"] == "Trả hồ sơ chậm 3 ngày"
    assert len(keeping.codes()) == 2


def test_a_line_not_yet_in_the_sheet_is_written_once_the_file_is_free(keeping: Keeping) -> None:
    """What is told a single time is not lost when its first writing fails; one mail for it."""
    keeping.sync()
    keeping.adds({"Loại": "Cải tiến", "Nội dung": "Số thứ tự"})
    with keeping.path.open("rb"):
        assert keeping.sync().outcome == "waiting"

    keeping.sync()
    (line,) = keeping.told()
    assert "còn thiếu Người phát hiện" in line["Vì sao"]
    assert len(notes(keeping)) == 1
    assert keeping.sync().outcome == "quiet"


def test_a_register_that_is_gone_is_made_again_and_the_keeper_told(keeping: Keeping) -> None:
    """Not before a minute: programs save in two moves. Rows and notes come from the record."""
    code = keeping.opens(Ghi_chú="giữ lại")
    keeping.path.unlink()

    assert keeping.sync().outcome == "waiting"
    assert not keeping.path.exists()
    assert keeping.sync().outcome == "created"
    assert keeping.row(code)["Ghi chú"] == "giữ lại"
    assert len(notes(keeping)) == 1
    assert keeping.path.name in whys(notes(keeping)[0])
    assert keeping.sync().outcome == "quiet"


def test_a_file_that_is_away_for_a_moment_twice_is_not_gone(keeping: Keeping) -> None:
    """Each absence counts from its own beginning, however long ago the last one was."""
    code = keeping.opens()
    away = keeping.path.with_name("4CCA4100")
    for _ in range(2):
        keeping.path.rename(away)
        assert keeping.sync().outcome == "waiting"
        away.rename(keeping.path)
        assert keeping.sync().outcome == "quiet"
        keeping.now += 60 * MINUTE
    assert keeping.row(code)["Mã"] == code
    assert notes(keeping) == []


def test_an_empty_folder_is_a_share_that_is_not_mounted(keeping: Keeping, tmp_path: Path) -> None:
    """Nothing is made in the mount point, however long it lasts."""
    keeping.opens()
    elsewhere = keeping.path.parent.rename(keeping.home.with_name("moved"))
    keeping.home.mkdir()

    for _ in range(3):
        with pytest.raises(Temporary, match="is the share mounted"):
            keeping.sync()
    assert list(keeping.home.iterdir()) == []
    keeping.home.rmdir()
    elsewhere.rename(keeping.home)
    assert keeping.sync().outcome == "quiet"


def test_a_folder_that_is_not_there_is_for_later(keeping: Keeping) -> None:
    """A share that is not mounted is no reason to make a new register somewhere."""
    keeping.opens()
    elsewhere = keeping.path.parent.rename(keeping.home.with_name("moved"))

    with pytest.raises(Temporary):
        keeping.sync()
    elsewhere.rename(keeping.home)
    assert keeping.sync().outcome == "quiet"


def renamed(name: str) -> Callable[[Workbook], None]:
    """Rename a sheet."""

    def change(book: Workbook) -> None:
        book[name].title = "Trang khác"

    return change


def removed(name: str) -> Callable[[Workbook], None]:
    """Remove a sheet."""

    def change(book: Workbook) -> None:
        del book[name]

    return change


def test_a_renamed_sheet_of_requests_is_found_by_its_table(keeping: Keeping) -> None:
    """Acts and codes go where the list is."""
    code = keeping.opens()
    keeping.saves_elsewhere(renamed(SHEET))
    keeping.adds(REPORTED | {"Nội dung": "Sau khi đổi tên"})

    assert len(keeping.sync().opened) == 1
    assert keeping.row(code)["Nội dung"] == REPORTED["Nội dung"]


def test_a_renamed_sheet_of_notes_is_found_by_its_table(keeping: Keeping) -> None:
    """The lines go on being written there."""
    code = keeping.opens()
    keeping.saves_elsewhere(renamed(SYNC_SHEET))
    keeping.types(code, Số_phiếu="9")

    keeping.sync()
    assert [line["Đã gõ"] for line in keeping.told()] == ["9"]


def test_a_removed_sheet_of_notes_is_told_once_by_mail(keeping: Keeping) -> None:
    """What would stand there is in the mail; the cells are put right all the same."""
    code = keeping.opens()
    keeping.saves_elsewhere(removed(SYNC_SHEET))
    keeping.types(code, Số_phiếu="9")

    assert keeping.sync().outcome == "written"
    assert keeping.row(code)["Số phiếu"] == "01/2026"
    (mail,) = notes(keeping)
    assert SYNC_SHEET in whys(mail)
    assert "9" in whys(mail)
    assert keeping.sync().outcome == "quiet"

    keeping.types(code, Số_phiếu="8")
    keeping.sync()
    assert len(notes(keeping)) == 2
    assert SYNC_SHEET not in whys(notes(keeping)[0])


def test_a_removed_sheet_of_requests_is_told_once(keeping: Keeping) -> None:
    """After a minute, in one mail; the file is left alone, the record too."""
    code = keeping.opens()
    whole = keeping.path.read_bytes()
    keeping.saves_elsewhere(removed(SHEET))
    before = keeping.path.read_bytes()

    outcomes = [keeping.sync().outcome for _ in range(4)]
    assert outcomes == ["waiting", *["unreadable"] * 3]
    assert keeping.path.read_bytes() == before
    assert len(notes(keeping)) == 1

    keeping.path.write_bytes(whole)
    assert keeping.sync().outcome == "quiet"
    assert keeping.row(code)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"Ma,Noi dung\n", b"PK\x03\x04 torn"],
)
def test_a_file_that_is_no_workbook_is_told_once(keeping: Keeping, data: bytes) -> None:
    """Empty, old or encrypted, another format, half saved."""
    keeping.opens()
    keeping.path.write_bytes(data)

    assert [keeping.sync().outcome for _ in range(3)] == ["waiting", "unreadable", "unreadable"]
    assert keeping.path.read_bytes() == data
    assert len(notes(keeping)) == 1


def test_a_renamed_column_is_told_once_and_the_others_go_on(keeping: Keeping) -> None:
    """Its values are not written; nothing of it counts as cleared."""
    code = keeping.opens()
    grid = keeping.grid()
    place = grid.columns["Việc tiếp theo"]

    def rename(book: Workbook) -> None:
        book[SHEET].cell(grid.header_row, place, "Việc kế")
        book[SHEET].tables[TABLE].tableColumns[place - 1].name = "Việc kế"

    keeping.saves_elsewhere(rename)

    keeping.sync()
    (line,) = keeping.told()
    assert line["Cột"] == "Việc tiếp theo"
    keeping.acts(
        cast.ONE_STOP_HEAD.id,
        Act.DECIDE_DISPOSITION,
        "no_work",
        code,
        disposition="accept",
        reason="Nhẹ",
    )
    keeping.sync()
    assert keeping.row(code)["Hình thức xử lý"] == "Chấp nhận"
    assert len(keeping.told()) == 1
    assert keeping.sync().outcome == "quiet"


def test_a_register_without_the_code_column_is_left_alone(keeping: Keeping) -> None:
    """Rows cannot be told apart; the keeper is told."""
    keeping.opens()
    header = keeping.grid().header_row

    def spoil(book: Workbook) -> None:
        book[SHEET].cell(header, 1, "STT phiếu")
        book[SHEET].tables[TABLE].tableColumns[0].name = "STT phiếu"

    keeping.saves_elsewhere(spoil)
    assert [keeping.sync().outcome for _ in range(3)] == ["waiting", "unreadable", "unreadable"]
    assert len(notes(keeping)) == 1
    assert len(keeping.codes()) == 1


def test_a_book_that_lost_its_properties_is_the_register_still(keeping: Keeping) -> None:
    """Some programs drop them; its place and its list are enough."""
    code = keeping.opens()

    def forget(book: Workbook) -> None:
        for name in ("register_id", "generation"):
            del book.custom_doc_props[name]  # type: ignore[attr-defined] # the stubs lack it

    keeping.saves_elsewhere(forget)
    assert keeping.sync().outcome == "quiet"
    keeping.types(code, Trạng_thái="xong")
    keeping.sync()
    assert keeping.row(code)["Trạng thái"] == "Chờ trưởng đơn vị xem xét"
