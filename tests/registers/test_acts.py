"""What a keeper types into a request's row: acts through the same door, refusals, drafts."""

from datetime import timedelta

import pytest
from openpyxl import Workbook

from mailflow.demo import cast
from mailflow.procedure.request import Via
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import Act, State
from mailflow.registers.columns import CODE, NOTE, SHEET, TABLE
from mailflow.registers.edits import Desk, actor
from mailflow.registers.rules import RULES
from tests.registers.keeping import Keeping
from workbook_sync.values import Value

HEAD = cast.ONE_STOP_HEAD
DISPOSITION: dict[str, Value] = {
    "Hình thức xử lý": "Sửa chữa/khắc phục",
    "Người xử lý": cast.CLERK.name,
}


@pytest.fixture
def unit(keeping: Keeping) -> Keeping:
    """The unit's own register, kept by its head."""
    keeping.keeper, keeping.unit = HEAD.email, cast.ONE_STOP
    return keeping


def submitted(keeping: Keeping) -> str:
    """Bring a request to where the secretary presents it."""
    code = keeping.opens(Loại="Cải tiến")
    keeping.acts(HEAD.id, Act.DECIDE_NEED, "yes", code, signs=["improvement"], reason="Nên làm")
    keeping.sync()
    return code


def test_the_columns_of_an_act_become_the_act(unit: Keeping) -> None:
    """By the keeper, proven as the keeper, with the register named; those who owe now hear."""
    code = unit.opens()
    unit.types_into(code, {**DISPOSITION, "Hạn xử lý": unit.day(3)})

    report = unit.sync()
    assert (report.acts, report.lines) == (1, ())
    entry = unit.request(code).entries[-1]
    assert (entry.act, entry.by, entry.proof) == (Act.DECIDE_DISPOSITION, HEAD.id, "keeper")
    assert entry.via.kind == "register"
    assert unit.request(code).state is State.CORRECTING
    assert [n.request for n in unit.mails(cast.CLERK.id, "decide_disposition")][:1] == [code]
    assert unit.row(code)["Trạng thái"] == "Đang xử lý"
    assert unit.row(code)["Đang chờ ai"] == cast.CLERK.name
    assert unit.sync().outcome == "quiet"


def test_two_acts_typed_at_once_are_done_one_after_the_other(unit: Keeping) -> None:
    """No work on it, and the need: the second is possible once the first is done."""
    code = unit.opens()
    unit.types_into(
        code,
        {
            "Hình thức xử lý": "Chấp nhận",
            "Dấu hiệu/lý do": "Không ảnh hưởng kết quả",
            "Cần HĐKP": "Không",
        },
    )

    unit.sync()
    acts = [entry.act for entry in unit.request(code).entries]
    assert acts[:2] == [Act.REPORT, Act.DECIDE_DISPOSITION]
    assert unit.request(code).state is State.CHECKED
    (line,) = unit.told()
    assert (line["Cột"], line["Đã gõ"]) == ("Cần HĐKP", "Không")
    assert "còn thiếu Dấu hiệu/lý do" in line["Vì sao"]
    assert unit.row(code)["Cần HĐKP"] == "Không"


def test_a_partial_edit_is_kept_until_it_is_whole(unit: Keeping) -> None:
    """The cells stay, one line and one mail say what is missing; the last cell makes the act."""
    code = unit.opens()
    unit.types_into(code, DISPOSITION)

    assert unit.sync().acts == 0
    (line,) = unit.told()
    assert "còn thiếu Hạn xử lý" in line["Vì sao"]
    assert line["Đã gõ"] == "\n".join(f"{header}: {said}" for header, said in DISPOSITION.items())
    assert unit.row(code)["Người xử lý"] == cast.CLERK.name
    assert unit.request(code).state is State.REPORTED
    assert unit.sync().outcome == "quiet"
    assert len(unit.mails(HEAD.id, "register_notes")) == 1

    unit.types(code, Hạn_xử_lý="6/3/2026")
    assert unit.sync().acts == 1
    assert unit.request(code).day("correction_due") == unit.day(3)
    assert len(unit.told()) == 1


def test_a_partial_edit_survives_what_else_happens_to_the_request(unit: Keeping) -> None:
    """A comment of another person moves the row on; the cells begun stay as typed."""
    code = unit.opens()
    unit.types_into(code, DISPOSITION)
    unit.sync()
    unit.acts(cast.CLERK.id, Act.COMMENT, code=code, text="Khách đang chờ")

    unit.sync()
    assert unit.row(code)["Hình thức xử lý"] == "Sửa chữa/khắc phục"
    unit.types(code, Hạn_xử_lý=unit.day(3))
    assert unit.sync().acts == 1


def test_what_belongs_to_somebody_else_is_held_for_them(keeping: Keeping) -> None:
    """The secretary types the head's decision: it stays in its cells, the head alone is asked."""
    code = keeping.opens()
    keeping.types_into(code, {**DISPOSITION, "Hạn xử lý": keeping.day(3)})

    assert keeping.sync().acts == 0
    assert keeping.request(code).state is State.REPORTED
    row = keeping.row(code)
    assert [row[header] for header in DISPOSITION] == list(DISPOSITION.values())
    (line,) = keeping.told()
    assert f"đã gửi thư hỏi {HEAD.name}" in line["Vì sao"]
    assert line[CODE] == code
    assert [keeping.sync().outcome for _ in range(2)] == ["quiet"] * 2
    assert len(keeping.mails(HEAD.id, "register_confirm")) == 1
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1
    assert len(keeping.told()) == 1


def test_what_nobody_could_do_is_refused_at_once(keeping: Keeping) -> None:
    """Nobody is asked to confirm what the procedure would refuse."""
    code = keeping.opens()
    keeping.types_into(code, {**DISPOSITION, "Hạn xử lý": keeping.day(-3)})

    keeping.sync()
    assert keeping.row(code)["Hạn xử lý"] is None
    assert "đã qua" in keeping.told()[0]["Vì sao"]
    assert keeping.mails(HEAD.id, "register_confirm") == []


def test_the_one_a_row_names_as_its_doer_is_asked(keeping: Keeping) -> None:
    """A verification by the head's deputy, who may: the deputy confirms, nobody else."""
    code = keeping.opens(Loại="Cải tiến")
    world = keeping.house.world(keeping.now)
    rule = next(r for r in RULES if (r.act, r.answer) == (Act.VERIFY, "effective"))
    step = next(s for s in STEPS if (s.act, s.answer) == (Act.VERIFY, "effective"))
    desk = Desk(cast.SECRETARY, Via("register", "1"), world)
    for said, found in ((cast.DEPUTY, cast.DEPUTY), (cast.CLERK, None)):
        typed = {"Người kiểm tra xác nhận": said.name}
        assert actor(rule, step, keeping.request(code), typed, desk) == found


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Nội dung", "Nội dung khác hẳn"),
        ("Số phiếu", "99/2026"),
        ("Trạng thái", "Đã đóng"),
        ("Chỉ đạo", "Làm ngay"),
        ("Nguyên nhân", "Thiếu người"),
        ("Người phát hiện", cast.PLANNER.name),
        ("Ngày đóng", "3/3/2026"),
        ("Loại", "Cải tiến"),
    ],
)
def test_a_cell_that_is_no_act_now_gets_its_value_back(
    keeping: Keeping, header: str, words: str
) -> None:
    """A column of the program, of a step long done or not yet due: the typed words are listed."""
    code = keeping.opens()
    before = keeping.row(code)
    keeping.types_into(code, {header: words})

    assert keeping.sync().acts == 0
    assert keeping.row(code)[header] == before[header]
    (line,) = keeping.told()
    assert header in line["Cột"]
    assert line["Vì sao"]
    assert len(keeping.request(code).entries) == 1
    assert keeping.sync().outcome == "quiet"
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1


@pytest.mark.parametrize("header", ["Nội dung", "Trạng thái", "Hạn bước này", "Loại"])
def test_a_cleared_cell_is_filled_again(keeping: Keeping, header: str) -> None:
    """Clearing is no act either; the line says that it was cleared."""
    code = keeping.opens()
    before = keeping.row(code)[header]
    assert before is not None
    keeping.types_into(code, {header: None})

    keeping.sync()
    assert keeping.row(code)[header] == before
    assert [line["Đã gõ"] for line in keeping.told()] == ["(xóa trống)"]


def test_nobody_acts_for_somebody_else(keeping: Keeping) -> None:
    """A verification with another's name in `Người kiểm tra xác nhận` is not the keeper's to do."""
    code = keeping.opens()
    keeping.types_into(
        code,
        {
            "Kết luận kiểm tra": "Đạt, có hiệu lực",
            "Người kiểm tra xác nhận": cast.HEAD.name,
            "Bằng chứng": "Biên bản",
        },
    )

    assert keeping.sync().acts == 0
    assert len(keeping.request(code).entries) == 1
    assert keeping.row(code)["Kết luận kiểm tra"] is None
    assert any("Kết luận kiểm tra" in line["Cột"] for line in keeping.told())


def test_the_day_typed_for_presenting_is_said_where_another_was_recorded(
    keeping: Keeping,
) -> None:
    """The act is done today; the keeper's other day is kept in a line, nothing is backdated."""
    code = submitted(keeping)
    today = keeping.day(0)
    keeping.types(code, Ngày_trình=today - timedelta(days=1))

    assert keeping.sync().acts == 1
    assert keeping.request(code).state is State.PRESENTED
    assert keeping.row(code)["Ngày trình"] == today
    (line,) = keeping.told()
    assert line["Đã gõ"] == "02/03/2026"


def test_a_day_ahead_is_refused(keeping: Keeping) -> None:
    """Nothing is done before its day."""
    code = submitted(keeping)
    keeping.types(code, Ngày_trình=keeping.day(5))

    assert keeping.sync().acts == 0
    assert keeping.request(code).state is State.SUBMITTED
    assert keeping.row(code)["Ngày trình"] is None


def test_notes_and_columns_of_the_agency_are_the_keepers(keeping: Keeping) -> None:
    """Whatever is in them stays, through syncs and through acts; nothing is told or mailed."""
    code = submitted(keeping)
    grid = keeping.grid()
    place = max(grid.columns.values()) + 1

    def add_column(book: Workbook) -> None:
        del book[SHEET].tables[TABLE]  # as a program does that turns the table into a range
        book[SHEET].cell(grid.header_row, place, "Tủ hồ sơ")
        book[SHEET].cell(grid.rows[0].index, place, "Tủ 3")

    keeping.saves_elsewhere(add_column)
    keeping.types(code, Ghi_chú="hẹn thứ Sáu", Ngày_trình=keeping.day(0))

    assert keeping.sync().acts == 1
    keeping.acts(cast.LEAD.id, Act.DIRECT, "decline", code, reason="Để quý sau")
    keeping.sync()
    row = keeping.row(code)
    assert (row[NOTE], row["Tủ hồ sơ"]) == ("hẹn thứ Sáu", "Tủ 3")
    assert row["Trạng thái"] == "Kết thúc, không thực hiện"
    assert keeping.told() == []
    assert keeping.sync().outcome == "quiet"
