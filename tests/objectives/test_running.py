"""The year runs: quarters are asked for, and the plan is amended with its history."""

import pytest

from mailflow.demo import cast
from mailflow.procedure.objectives import in_force
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome
from tests.conversations.agency import to
from tests.forms.filling import red, sent, typed, values
from tests.objectives.year import DRAFTER, OWNER, Year

pytestmark = pytest.mark.clause("5.9")


def test_a_quarter_is_asked_for_once_it_is_over(year: Year) -> None:
    """On 1 April the head owes the first; recorded, nobody asks again until July."""
    year.planned()
    assert year.comes("2027-03-31") == []
    mails = year.comes("2027-04-01")
    assert [m.to for m in mails] == [OWNER.email]
    assert "Đã hết quý" in mails[0].text
    assert year.comes("2027-04-02") == []
    year.says(OWNER, "Cập nhật kết quả mục tiêu\n1. 97%\n2. không có")
    assert dict(year.line(1).actuals) == {1: "97%"}
    assert dict(year.line(3).actuals) == {}
    assert year.comes("2027-04-30") == []
    (asked,) = year.comes("2027-07-01")
    assert "quý 1: 97%" in asked.text


def test_a_page_of_results_has_the_objectives_in_it(year: Year) -> None:
    """Only the values are typed; a value nobody can hold against its target comes back."""
    year.planned()
    (asked,) = year.comes("2027-07-01")
    page = sent(asked)
    assert values(page)["results_1_objective"] == "Trả kết quả đúng hạn"
    cells = {"results_1_actual": "245/250", "results_2_actual": "rất tốt"}
    mails = year.replies(OWNER, "", year.matter().code, (typed(page, cells),))
    assert "chưa so được" in red(sent(to(mails, OWNER)))["results_2_actual"]
    assert Act.RECORD_ACTUALS not in year.matter().marks
    right = typed(sent(to(mails, OWNER)), {"results_2_actual": "1"})
    year.replies(OWNER, "", year.matter().code, (right,))
    assert [dict(year.line(n).actuals) for n in (1, 2)] == [{2: "245/250"}, {2: "1"}]


@pytest.mark.clause("5.9")
def test_an_amendment_binds_only_when_approved_and_leaves_its_trace(year: Year) -> None:
    """Refused, the plan stays; approved, it is changed and the old target stays readable."""
    year.planned()
    amended = "Điều chỉnh mục tiêu\nLý do: Thêm việc mới\n1. chỉ tiêu: từ 95% trở lên"
    year.says(OWNER, amended)
    assert year.matter().state is State.PLAN_AMENDING
    year.says(OWNER, "Không đồng ý điều chỉnh\nÝ kiến: Giữ mức cũ")
    assert in_force(year.matter())[0]["target"] == "từ 98% trở lên"
    assert year.matter().values["objectives"][0]["target"] == "từ 98% trở lên"
    year.says(OWNER, amended + "\n4. Hồ sơ trực tuyến; chỉ tiêu: từ 80% trở lên")
    mails = year.says(OWNER, "Đồng ý điều chỉnh")
    assert [item["target"] for item in in_force(year.matter())] == [
        "từ 95% trở lên", "không có", "ban hành", "từ 80% trở lên",
    ]  # fmt: skip
    assert in_force(year.matter())[0]["objective"] == "Trả kết quả đúng hạn"
    assert cast.CLERK.email in {m.to for m in mails}
    assert year.matter().state is State.PLAN_IN_FORCE


def test_a_row_without_its_number_is_asked_about(year: Year) -> None:
    """Nobody could tell which objective is meant."""
    year.planned()
    year.comes("2027-04-01")
    year.says(OWNER, "Cập nhật kết quả mục tiêu\nKết quả thực hiện: 97%")
    assert year.outcome() is Outcome.REFUSED
    assert Act.RECORD_ACTUALS not in year.matter().marks


def test_the_drafter_may_ask_for_an_amendment_but_not_record(year: Year) -> None:
    """The head is told; figures are the head's."""
    year.planned()
    year.says(DRAFTER, "Điều chỉnh mục tiêu\nLý do: Nhầm\n2. chỉ tiêu: không quá 1 đơn")
    assert year.matter().state is State.PLAN_AMENDING
    year.says(DRAFTER, "Cập nhật kết quả mục tiêu\n1. 97%")
    assert year.outcome() is Outcome.REFUSED
