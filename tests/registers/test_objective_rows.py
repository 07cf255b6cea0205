"""Rows of the sheet `Mục tiêu` sorted, copied, deleted, clashing, in copies, in older registers."""

import pytest
from openpyxl import Workbook

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.record import Notice
from mailflow.registers.columns import CODE, REQUESTS
from mailflow.registers.objective_columns import OBJECTIVES
from tests.registers.planned import ON_TIME, Planned, new
from tests.registers.two_editors import dying
from workbook_sync.read import read

pytestmark = pytest.mark.clause("5.9")


def test_rows_sorted_and_one_typed_into_are_found_by_their_codes(book: Planned) -> None:
    """The rows stand upside down; what is typed reaches the right line."""
    rows = [dict(row.cells) for row in book.grid().rows]
    for place, cells in enumerate(reversed(rows), start=book.grid().header_row + 1):
        book.types_at(place, {header: cell.value for header, cell in cells.items()})
    one = book.codes_of(book.matter())[0]
    book.types(one, T1="99%")
    book.sync()
    assert book.lines(book.matter())[0].months == {1: "99%"}
    assert book.told() == []


def test_a_copied_row_is_told_and_without_its_code_a_new_line(book: Planned) -> None:
    """The copy moves nothing; its code cleared, it is proposed to the plan."""
    code = book.matter()
    row = {h: v for h, v in book.row_of(code, 1).items() if v is not None and h != "TT"}
    book.adds(row)
    book.sync()
    assert "đã có ở dòng" in book.told()[0]["Vì sao"]
    book.types_at(book.bottom(), {CODE: None, "Mục tiêu": "Việc khác", "Lý do": "Bổ sung"})
    book.sync()
    assert [line.planned["objective"] for line in book.lines(code)][2] == "Việc khác"
    assert len(book.codes_of(code)) == 3


def test_a_deleted_row_is_a_question_and_its_code_brings_it_back(book: Planned) -> None:
    """The objective stays in its plan; many rows at once stop the round."""
    one = book.codes_of(book.matter())[0]
    cells = dict.fromkeys(OBJECTIVES.headers)
    index = next(row.index for row in book.grid().rows if row.text(CODE) == one)
    book.types_at(index, cells)
    book.sync()
    assert "điều chỉnh" in book.told()[0]["Cách xử lý"]
    assert len(book.lines(book.matter())) == 2
    assert book.sync().outcome == "quiet"
    book.adds({CODE: one})
    book.sync()
    assert book.row(one)["Mục tiêu"] == ON_TIME["objective"]
    for row in book.grid().rows:
        book.types_at(row.index, cells)
    assert book.sync().outcome == "stopped"
    (asked,) = book.mails(cast.SECRETARY.id, "register_rows")
    assert one in str(asked.context["details"])


def test_rows_gone_from_both_sheets_are_asked_about_one_sheet_after_the_other(
    book: Planned,
) -> None:
    """The file is as it was when the first question was answered; no round stands still for it."""
    said = [book.acts(cast.CLERK.id, Act.REPORT, content=f"Việc số {n}").code for n in range(3)]
    book.sync()
    objectives = [row.text(CODE) for row in book.grid().rows]
    book.saves_elsewhere(without_rows)
    for codes in (said, objectives):
        assert book.sync().outcome == "stopped"
        asked = book.mails(cast.SECRETARY.id, "register_rows")[0]
        assert all(str(code) in str(asked.context["details"]) for code in codes)
        agrees(book, asked)
    book.sync()
    assert book.sync().outcome == "quiet"
    assert len(book.mails(cast.SECRETARY.id, "register_rows")) == 2


def without_rows(book: Workbook) -> None:
    """Delete every row of both sheets' tables, as somebody does who means to begin anew."""
    for sheet in (REQUESTS, OBJECTIVES):
        page = book[sheet.name]
        for row in range(page.max_row, 1, -1):
            if "-2026-" in str(page.cell(row, 1).value):
                page.delete_rows(row)


def agrees(book: Planned, asked: Notice) -> None:
    """Let the keeper say that what was asked about is gone on purpose."""
    with book.open_work() as work:
        ask = work.asks.of_notice(asked.id)
        assert ask
        for kept in ask.commands or ():
            for code in kept["codes"]:
                work.marks.set_once("row_gone", f"{kept['register']}:{code}", book.now)
        work.keep()


def test_two_change_one_target_and_the_record_stands(book: Planned) -> None:
    """A letter's amendment was approved while the secretary typed another target."""
    code, head = book.matter(cast.ONE_STOP), cast.ONE_STOP_HEAD.id
    one = book.codes_of(code)[0]
    book.types(one, Chỉ_tiêu="từ 90% trở lên")
    changed = [{"no": 1, "target": "từ 99% trở lên"}]
    book.acts(head, Act.AMEND_PLAN, "", code, objectives=changed, reason="Yêu cầu mới")
    book.acts(head, Act.APPROVE_AMENDMENT, "yes", code)
    book.sync()
    assert book.row(one)["Chỉ tiêu"] == "từ 99% trở lên"
    (line,) = book.told()
    assert (line[CODE], line["Đã gõ"]) == (one, "từ 90% trở lên")
    assert book.sync().outcome == "quiet"


def test_a_copy_beside_the_register_is_read_for_objectives_too(book: Planned) -> None:
    """Months typed into it are taken up once, a new row too; what is another's is told."""
    code, other = book.matter(), book.matter(cast.ONE_STOP)
    one = book.codes_of(code)[0]
    main, copied = book.path, book.path.with_name("Sổ theo dõi - Bản sao.xlsx")
    copied.write_bytes(main.read_bytes())
    book.disk = copied
    book.types(one, T1="99%")
    book.types(book.codes_of(other)[0], T1="97%")
    book.adds(new("Cơ quan", {"objective": "Việc mới", "target": "từ 5 trở lên", "unit": "hồ sơ"}))
    book.types_at(book.bottom(), {"Lý do": "Bổ sung"})
    book.disk = None
    book.sync()
    assert book.row(one)["T1"] == "99%"
    assert [line.planned["objective"] for line in book.lines(code)][2:] == ["Việc mới"]
    assert len(book.codes_of(code)) == 3
    assert any(cast.ONE_STOP_HEAD.name in line["Vì sao"] for line in book.told())
    assert book.lines(other)[0].months == {}
    assert book.sync().outcome == "quiet"


def test_a_new_row_is_no_second_line_when_the_file_was_not_written(book: Planned) -> None:
    """The round died between the act and the file; the next one knows the row again."""
    code = book.matter()
    book.adds(new("Cơ quan", {"objective": "Việc mới", "target": "ban hành", "by": "quý II"}))
    book.types_at(book.bottom(), {"Lý do": "Bổ sung"})
    with dying("register.after_intent"):
        book.sync()
    assert len(book.lines(code)) == 3
    book.sync()
    assert len(book.lines(code)) == 3
    assert book.row(book.codes_of(code)[2])["Mục tiêu"] == "Việc mới"
    assert book.sync().outcome == "quiet"


def test_an_older_register_gets_the_sheet_and_then_its_rows(book: Planned) -> None:
    """Everything else in it stays; the sheet is the last one, its rows come a minute later."""
    book.forgets_objectives()
    before = read(book.path)
    assert book.sync().outcome == "written"
    after = read(book.path)
    assert [s.name for s in after.sheets] == [*(s.name for s in before.sheets), "Mục tiêu"]
    assert after.sheet("Phiếu").rows == before.sheet("Phiếu").rows
    book.sync()
    assert book.row_of(book.matter(), 1)["Mục tiêu"] == ON_TIME["objective"]
    book.types(book.codes_of(book.matter())[0], T1="99%")
    book.sync()
    assert book.lines(book.matter())[0].months == {1: "99%"}
    assert book.sync().outcome == "quiet"


def test_a_sheet_of_that_name_is_the_agencys_own_and_is_told_once(book: Planned) -> None:
    """It is left alone; renamed, ours is added beside it."""
    book.forgets_objectives()
    book.saves_elsewhere(_with_own_sheet)
    book.sync()
    assert "Mục tiêu" in book.told()[0]["Vì sao"]
    assert book.sync().outcome == "quiet"
    book.saves_elsewhere(_renamed)
    book.sync()
    book.sync()
    assert len(book.codes_of(book.matter())) == 2
    assert read(book.path).sheet("Mục tiêu cũ").rows


def test_a_sheet_taken_away_is_told_once_and_nothing_is_lost(book: Planned) -> None:
    """The requests go on; nobody puts the sheet back against the keeper's will."""
    book.saves_elsewhere(lambda other: other.remove(other["Mục tiêu"]))
    book.sync()
    (line,) = book.told()
    assert "không còn trang “Mục tiêu”" in line["Vì sao"]
    assert book.sync().outcome == "quiet"


def _with_own_sheet(other: Workbook) -> None:
    other.create_sheet("Mục tiêu").append(["Việc phải làm trong năm"])


def _renamed(other: Workbook) -> None:
    other["Mục tiêu"].title = "Mục tiêu cũ"


def test_a_percentage_that_excel_made_a_number_is_read_as_one(book: Planned) -> None:
    """98,5% typed into a cell without a text format is kept as 0.985."""
    one = book.codes_of(book.matter())[0]
    grid = book.grid()
    row = next(row.index for row in grid.rows if row.text(CODE) == one)

    def typed(other: Workbook) -> None:
        cell = other["Mục tiêu"].cell(row, grid.columns["T1"], 0.985)
        cell.number_format = "0.0%"

    book.saves_elsewhere(typed)
    book.sync()
    assert book.lines(book.matter())[0].months == {1: "98,5%"}
    assert book.row(one)["Quý I"] == "98,5%"
    assert book.sync().outcome == "quiet"
