"""January: plans are asked for, drafted, sent back, approved, and told to all they bind."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from mailflow.demo import cast
from mailflow.procedure.objectives import in_force
from mailflow.procedure.people import Person
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from tests.conversations.agency import to
from tests.forms.filling import red, sent, typed, values
from tests.objectives.year import DRAFTER, OWNER, PLAN, Year

pytestmark = pytest.mark.clause("5.9")

VAGUE = """Trình mục tiêu
1. Trả kết quả đúng hạn; chỉ tiêu: từ 98% trở lên
2. Phục vụ tốt; chỉ tiêu: nâng cao chất lượng phục vụ; thời gian: 31/12/2027"""


@pytest.mark.clause("5.9")
def test_the_first_working_day_asks_the_agency_and_each_unit_once(year: Year) -> None:
    """2 January is a Saturday: asked on Monday, to be approved by the 29th, never twice."""
    assert year.comes("2027-01-02") == []
    mails = year.comes("2027-01-04")
    heads = (cast.OFFICE_HEAD, cast.ONE_STOP_HEAD, cast.PLANNING_HEAD, cast.EXPERT_HEAD)
    assert {m.to for m in mails} == {p.email for p in (*heads, cast.SECRETARY)}
    assert {m.values["plan_due"] for m in year.matters()} == {"2027-01-29"}
    assert [m.code[:14] for m in year.matters()] == [f"MTCL-2027-000{n}" for n in range(1, 6)]
    assert year.comes("2027-01-05") == []


@pytest.mark.clause("5.9")
def test_a_unit_draws_up_its_plan(year: Year) -> None:
    """The head names a drafter, who is given what to work from; once approved all are told."""
    year.work()
    mails = year.says(OWNER, "Giao dự thảo\nNgười dự thảo: Ngô Thị Bích")
    assert "một chỉ tiêu đo được" in to(mails, DRAFTER).text
    mails = year.says(DRAFTER, PLAN)
    assert [name for name, _ in to(mails, OWNER).files][:2] == [
        "Kế hoạch MTCL 2027 Bộ phận Một cửa.docx",
        "Kế hoạch MTCL 2027 Bộ phận Một cửa.xlsx",
    ]
    mails = year.says(OWNER, "Phê duyệt mục tiêu")
    assert {m.to for m in mails} >= {p.email for p in (cast.CLERK, DRAFTER, cast.SECRETARY)}
    assert year.matter().state is State.PLAN_IN_FORCE
    assert [item["no"] for item in in_force(year.matter())] == [1, 2, 3]


def test_a_plan_sent_back_is_put_right(year: Year) -> None:
    """The remarks reach the drafter; what was written stands in the page that goes along."""
    year.work()
    year.says(OWNER, PLAN)
    mails = year.says(OWNER, "Yêu cầu sửa mục tiêu\nÝ kiến: Nâng chỉ tiêu 1 lên 99%")
    assert year.matter().state is State.PLAN_DRAFTING
    page = sent(to(mails, OWNER))
    assert values(page)["objectives_1_target"] == "từ 98% trở lên"
    year.replies(OWNER, "", year.matter().code, (typed(page, {"objectives_1_target": "99%"}),))
    assert year.matter().state is State.PLAN_SUBMITTED
    assert year.matter().values["objectives"][0]["target"] == "99%"


@pytest.mark.clause("5.9")
def test_a_line_nobody_could_measure_comes_back_and_is_kept(year: Year) -> None:
    """Typed into a letter, it comes back on a page with the reason; put right, it is taken."""
    year.work()
    mails = year.says(OWNER, VAGUE)
    assert year.outcome() is Outcome.REFUSED
    assert year.matter().state is State.PLAN_ASKED
    back = sent(to(mails, OWNER))
    assert "chưa đo được" in red(back)["objectives_2_target"]
    assert values(back)["objectives_1_objective"] == "Trả kết quả đúng hạn"
    right = typed(back, {"objectives_2_target": "từ 95% trở lên"})
    year.replies(OWNER, "", year.matter().code, (right,))
    assert year.matter().state is State.PLAN_SUBMITTED


def test_a_page_with_such_a_line_comes_back_red(year: Year) -> None:
    """Of all lines only the cell at fault is marked, the rest stays as it was typed."""
    page = sent(to(year.work(), OWNER))
    cells = {"objectives_1_objective": "Đúng hạn", "objectives_1_target": "5 ngày"}
    form = typed(page, cells, page=2)
    mails = year.replies(OWNER, "", year.matter().code, (form,))
    assert "không quá 5 ngày" in red(sent(to(mails, OWNER)))["objectives_1_target"]
    assert year.matter().state is State.PLAN_ASKED


@pytest.mark.clause("5.9")
def test_the_agencys_own_plan_goes_to_its_head_and_binds_all_units(year: Year) -> None:
    """The secretary drafts, the agency head says no, then yes; heads and board are told."""
    year.work()
    year.says(cast.SECRETARY, PLAN, "")
    assert year.matter("").state is State.PLAN_SUBMITTED
    year.says(cast.HEAD, "Chưa đồng ý\nÝ kiến: Thêm mục tiêu về chuyển đổi số", "")
    assert year.matter("").state is State.PLAN_DRAFTING
    year.says(cast.SECRETARY, PLAN + "\n4. Hồ sơ trực tuyến; chỉ tiêu: từ 80% trở lên", "")
    mails = year.says(cast.HEAD, "Phê duyệt", "")
    told = {m.to for m in mails}
    assert told >= {p.email for p in (cast.LEAD, cast.EXPERT_HEAD, cast.ONE_STOP_HEAD)}
    assert cast.CLERK.email not in told
    paper = next(d for name, d in to(mails, cast.LEAD).files if name.endswith(".docx"))
    said = "\n".join(p.text for p in Document(BytesIO(paper)).paragraphs)
    assert "Đối chiếu lúc 04/01/2027" in said, "the agency's plan says which register it rests on"


def test_a_units_drafter_is_given_policy_and_the_agencys_objectives(tmp_path: Path) -> None:
    """5.9: on the basis of CSCL, the agency's MTCL and last year's results."""
    policy = "Đúng hẹn, minh bạch, thân thiện."
    year = Year(tmp_path / "home", f'[objectives]\npolicy = "{policy}"')
    year.work()
    year.says(cast.SECRETARY, PLAN, "")
    year.says(cast.HEAD, "Phê duyệt", "")
    mails = year.says(OWNER, "Phân công dự thảo\nNgười dự thảo: Ngô Thị Bích")
    text = to(mails, DRAFTER).text
    assert f"Chính sách chất lượng: {policy}" in text
    assert "1. Trả kết quả đúng hạn: từ 98% trở lên" in text


@pytest.mark.parametrize("who", [cast.CLERK, cast.SECRETARY, cast.PLANNING_HEAD])
def test_nobody_else_approves_a_units_plan(year: Year, who: Person) -> None:
    """Neither its staff, nor the secretary, nor another unit's head."""
    year.work()
    year.says(OWNER, PLAN)
    year.writes(who, f"Phê duyệt mục tiêu {year.matter().code}")
    assert year.matter().state is State.PLAN_SUBMITTED
