"""The sheet `Mục tiêu` and the record in step: plans, months, evaluations."""

from datetime import date

import pytest

from mailflow.demo import cast
from mailflow.procedure.objectives import in_force
from mailflow.procedure.terms import Act, State
from mailflow.registers.columns import CODE, NOTE
from tests.registers.planned import COMPLAINTS, ISSUED, ON_TIME, Planned, new

pytestmark = pytest.mark.clause("5.9")
TODAY = date(2026, 1, 5)


def test_plans_approved_by_mail_stand_in_the_sheet_and_a_second_round_is_quiet(
    book: Planned,
) -> None:
    """The agency's and a unit's, each line a row with its code."""
    row = book.row_of(book.matter(cast.ONE_STOP), 3)
    assert (row["TT"], row["Năm"], row["Đơn vị"]) == (3, 2026, cast.ONE_STOP)
    assert (row["Mục tiêu"], row["Chỉ tiêu"]) == (ISSUED["objective"], ISSUED["target"])
    assert row["Trạng thái"] == "Đang thực hiện mục tiêu"
    assert book.row_of(book.matter(), 1)["Đơn vị"] == "Cơ quan"
    assert [book.sync().outcome for _ in range(2)] == ["quiet"] * 2


def test_the_secretary_types_three_months_and_the_quarter_is_their_sum(book: Planned) -> None:
    """Her own, the agency's: done at once; one typed into the wrong month is taken back."""
    one, two = book.codes_of(book.matter())
    book.types(one, T1="45/50", T2="48/50", T3="20/20")
    book.types(two, T1="không", T2=1)
    book.sync()
    assert [line.months for line in book.lines(book.matter())] == [
        {1: "45/50", 2: "48/50", 3: "20/20"},
        {1: "không", 2: "1"},
    ]
    assert [book.row(key)["Quý I"] for key in (one, two)] == ["113/120", "1"]
    assert book.row(one)["Đánh giá"] == "Có nguy cơ"
    assert ("", "45/50") in [cells.get("1. T1") for cells in book.changes(book.matter())]
    assert book.sync().outcome == "quiet"
    book.types(one, T2="50/50")
    book.types(two, T2=None)
    book.sync()
    assert [book.row(key)["Quý I"] for key in (one, two)] == ["115/120", "0"]
    assert book.told() == []


def test_months_of_a_unit_wait_for_its_heads_word(book: Planned) -> None:
    """What the secretary types for a unit is its head's act: asked once by mail, done by a yes."""
    code = book.matter(cast.ONE_STOP)
    one = book.codes_of(code)[0]
    book.types(one, T1="97%")
    book.sync()
    (asked,) = book.asked(cast.ONE_STOP_HEAD.id)
    assert "T1: 97%" in asked["Kết quả thực hiện"]
    assert code in asked["Hồ sơ"]
    assert book.lines(code)[0].months == {}
    assert book.row(one)["T1"] == "97%"
    assert book.sync().outcome == "quiet"
    book.says_yes(cast.ONE_STOP_HEAD.id)
    book.sync()
    assert book.lines(code)[0].months == {1: "97%"}
    assert book.row(one)["Quý I"] == "97%"
    assert len(book.asked(cast.ONE_STOP_HEAD.id)) == 1


def test_a_figure_nobody_can_hold_against_its_target_is_told_and_the_others_are_taken(
    book: Planned,
) -> None:
    """The cell gets its old value back; its words stay in `Đồng bộ`."""
    one, two = book.codes_of(book.matter())
    book.types(one, T1="rất tốt", Quý_II=None)
    book.types(two, T1="không")
    book.sync()
    assert [line.months for line in book.lines(book.matter())] == [{}, {1: "không"}]
    assert book.row(one)["T1"] is None
    (line,) = book.told()
    assert [line[h] for h in ("Trang", CODE, "Cột", "Đã gõ")] == ["Mục tiêu", one, "T1", "rất tốt"]
    assert "chưa so được" in line["Vì sao"]


def test_rows_typed_one_by_one_become_a_plan_on_the_day_it_is_complete(book: Planned) -> None:
    """Until then they wait as they are; then each gets its number and its code."""
    code = book.opens_plan("", 2027)
    book.adds(new("Cơ quan", ON_TIME))
    book.sync()
    assert "Ngày trình" in book.told()[0]["Vì sao"]
    assert book.sync().outcome == "quiet"
    book.adds(new("Cơ quan", COMPLAINTS, Ghi_chú="của tôi", Ngày_trình=TODAY))
    book.sync()
    planned = [line.planned["objective"] for line in book.lines(code)]
    assert planned == [ON_TIME["objective"], COMPLAINTS["objective"]]
    row = book.row_of(code, 2)
    assert (row["TT"], row["Năm"], row[NOTE], row["Ngày trình"]) == (2, 2027, "của tôi", TODAY)
    assert book.sync().outcome == "quiet"
    book.types(book.codes_of(code)[0], Ngày_phê_duyệt=TODAY)
    book.sync()
    assert "Phê duyệt" in book.asked(cast.HEAD.id)[0]["Việc"]
    book.says_yes(cast.HEAD.id)
    book.sync()
    assert book.request(code).state is State.PLAN_IN_FORCE
    assert book.row_of(code, 1)["Ngày phê duyệt"] == TODAY


def test_a_target_nobody_can_measure_keeps_the_plan_a_draft(book: Planned) -> None:
    """All rows stay as they were typed and are told once; mended, the plan is submitted."""
    code = book.opens_plan("", 2027)
    book.adds(new("Cơ quan", ON_TIME, Ngày_trình=TODAY))
    book.adds(new("Cơ quan", {"objective": "Phục vụ dân", "target": "nâng cao chất lượng"}))
    book.sync()
    assert book.request(code).state is State.PLAN_ASKED
    assert all("chưa đo được" in line["Vì sao"] for line in book.told())
    assert book.sync().outcome == "quiet"
    book.types_at(book.bottom(), {"Chỉ tiêu": "từ 90% trở lên"})
    book.sync()
    assert book.request(code).state is State.PLAN_SUBMITTED
    assert len(book.lines(code)) == len(book.codes_of(code)) == 2


def test_a_new_row_in_a_plan_in_force_is_an_amendment_with_its_reason(book: Planned) -> None:
    """Its number is the next one; it binds once approved."""
    code = book.matter()
    book.adds(new("Cơ quan", ISSUED))
    book.sync()
    assert "Lý do" in book.told()[0]["Vì sao"]
    book.types_at(book.bottom(), {"Lý do": "Yêu cầu mới của tỉnh"})
    book.types(book.codes_of(code)[0], Chỉ_tiêu="từ 99% trở lên")
    book.sync()
    assert book.request(code).values["reason"] == "Yêu cầu mới của tỉnh"
    assert book.row_of(code, 3)["TT"] == 3
    assert [item["no"] for item in in_force(book.request(code))] == [1, 2]
    book.acts(cast.HEAD.id, Act.APPROVE_AMENDMENT, "yes", code)
    book.sync()
    targets = [item["target"] for item in in_force(book.request(code))]
    assert targets == ["từ 99% trở lên", "không có", "ban hành"]
    assert book.row_of(code, 1)["Lý do"] is None
    assert book.sync().outcome == "quiet"


def test_a_refused_amendment_leaves_its_row_and_gives_cells_back(book: Planned) -> None:
    """The head says no by mail: the new row is of no plan, the target is the old one."""
    code = book.matter()
    book.types(book.codes_of(code)[0], Chỉ_tiêu="từ 90% trở lên", Lý_do="Thiếu người")
    book.adds(new("Cơ quan", ISSUED))
    book.sync()
    book.acts(cast.HEAD.id, Act.APPROVE_AMENDMENT, "no", code, remarks="Giữ nguyên")
    book.sync()
    one, _, three = book.codes_of(code)
    assert book.row(one)["Chỉ tiêu"] == "từ 98% trở lên"
    assert book.row(three)["Mục tiêu"] == ISSUED["objective"]
    assert book.row(three)["Trạng thái"] == "Không có trong kế hoạch"
    book.types(three, T1="xong")
    book.sync()
    assert book.told()[-1][CODE] == three
    assert book.sync().outcome == "quiet"


def test_the_year_is_evaluated_once_every_line_has_its_result(book: Planned) -> None:
    """What is missing is named; a failure needs its cause; then everything is one report."""
    code = book.matter()
    book.asks_evaluation(code)
    book.sync()
    one, two = book.codes_of(code)
    book.types(one, Kết_quả_năm="230/250", Ngày_đánh_giá=date(2026, 12, 1))
    book.sync()
    missing = book.told()[0]["Vì sao"]
    assert "Nguyên nhân của mục tiêu 1" in missing
    assert "Kết quả năm của mục tiêu 2" in missing
    book.types(two, Kết_quả_năm="không có")
    book.types(one, Nguyên_nhân="Thiếu người", Hành_động="Bố trí thêm")
    book.sync()
    assert book.request(code).state is State.EVALUATED
    assert [book.row(key)["Đánh giá"] for key in (one, two)] == ["Không đạt", "Đạt"]
    book.acts(cast.HEAD.id, Act.ACCEPT_EVALUATION, "yes", code)
    book.sync()
    book.types(one, Xử_lý_không_đạt="Mở phiếu yêu cầu")
    book.sync()
    assert book.row(one)["Số phiếu"] == book.lines(code)[0].code != ""
    assert book.request(code).ended
    assert book.sync().outcome == "quiet"


def test_an_edit_against_a_closed_evaluation_is_refused_and_told(book: Planned) -> None:
    """The value comes back, what was typed is in `Đồng bộ` and in the mail."""
    code = book.matter()
    book.asks_evaluation(code)
    results = [{"no": 1, "actual": "99%"}, {"no": 2, "actual": "không có"}]
    book.acts(cast.SECRETARY.id, Act.EVALUATE, "", code, results=results)
    book.acts(cast.HEAD.id, Act.ACCEPT_EVALUATION, "yes", code)
    book.sync()
    two = book.codes_of(code)[1]
    book.types(two, Kết_quả_năm="2 đơn", T12="2")
    book.sync()
    assert [book.row(two)[h] for h in ("Kết quả năm", "T12")] == ["không có", None]
    assert {line["Đã gõ"] for line in book.told()} == {"2 đơn", "2"}
    assert len(book.mails(cast.SECRETARY.id, "register_notes")) == 1
    assert book.sync().outcome == "quiet"
