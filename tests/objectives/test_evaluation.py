"""December: the year is evaluated, accepted, and what was not met is opened or declined."""

import pytest

from mailflow.demo import cast
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import Act, Sign, State
from mailflow.record import Outcome
from mailflow.upkeep import verify_record
from tests.conversations.agency import to
from tests.objectives.year import BAD, GOOD, OWNER, PLAN, Year

pytestmark = pytest.mark.clause("5.9")


def test_a_good_year_ends_with_its_acceptance(year: Year) -> None:
    """Everything met: the secretary accepts, the matter ends, the report goes out for the files."""
    year.evaluated(GOOD)
    assert year.matter().state is State.EVALUATED
    assert [year.line(n).verdict for n in (1, 2, 3)] == [Verdict.MET] * 3
    mails = year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    assert year.matter().state is State.OBJECTIVES_FINISHED
    assert "Báo cáo MTCL 2027 Bộ phận Một cửa.xlsx" in [n for n, _ in to(mails, OWNER).files]


@pytest.mark.clause("VII.3")
def test_plan_and_report_are_kept_three_years(year: Year) -> None:
    """Ended in 2027, they are listed in January 2031; on a yes only the list is left."""
    year.evaluated(GOOD)
    year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    code = year.matter().code
    year.on("2030-12-30")
    assert not [mail for mail in year.work() if "đến hạn hủy" in mail.subject]
    year.on("2031-01-03")
    (asked,) = [mail for mail in year.work() if "đến hạn hủy" in mail.subject]
    assert code in asked.text
    year.post.reply(cast.SECRETARY, asked, "Đồng ý")
    year.wait(hours=1)
    year.wait(hours=1)
    with year.service.open_work(reading=True) as work:
        assert work.requests.load(code) is None
        assert code in [gone.code for gone in work.disposals.everything()]
    assert verify_record(year.home) == []


@pytest.mark.clause("5.9")
def test_everybody_is_asked_on_the_first_of_december_once(year: Year) -> None:
    """The unit with a plan and those without one, for the 30th; after downtime too."""
    year.planned()
    mails = year.comes("2027-12-06")
    asked = {m.to for m in mails}
    assert asked >= {OWNER.email, cast.SECRETARY.email, cast.EXPERT_HEAD.email}
    assert {m.values["evaluation_due"] for m in year.matters()} == {"2027-12-30"}
    assert year.comes("2027-12-07") == []


def test_an_evaluation_sent_back_is_done_again(year: Year) -> None:
    """The head hears why."""
    year.evaluated(GOOD)
    mails = year.says(cast.SECRETARY, "Yêu cầu đánh giá lại\nÝ kiến: Thiếu số liệu quý IV")
    assert "Thiếu số liệu quý IV" in to(mails, OWNER).text
    assert year.matter().state is State.EVALUATION_ASKED
    year.says(OWNER, GOOD)
    assert year.matter().state is State.EVALUATED


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("1. 245/250\n3. Đã ban hành 15/5/2027", "số 2"),
        ("1. 230/250\n2. không có\n3. Đã ban hành 15/5/2027", "“Nguyên nhân”"),
        ("1. cao\n2. không có\n3. Đã ban hành 15/5/2027", "chưa so được"),
        ("1. 99%\n2. không có\n3. Đã ban hành 15/5/2027\n7. 12", "Không có mục tiêu số 7"),
        ("1. 99%\n1. 98%\n2. không có\n3. Đã ban hành 15/5/2027", "hai lần"),
    ],
)
def test_an_evaluation_is_whole_or_comes_back(year: Year, said: str, why: str) -> None:
    """A line left out, a failure without cause, words for a figure, a line that is none."""
    mails = year.evaluated(f"Đánh giá mục tiêu\n{said}")
    assert year.outcome() is Outcome.REFUSED
    assert why in to(mails, OWNER).text
    assert year.matter().state is State.EVALUATION_ASKED


@pytest.mark.clause("5.9")
def test_what_was_not_met_is_opened_or_declined_line_by_line(year: Year) -> None:
    """A request goes straight to the secretary with the first sign; the other's reason is kept."""
    year.evaluated(BAD)
    mails = year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    assert year.matter().state is State.EVALUATION_ACCEPTED
    assert "Có mục tiêu không đạt" in to(mails, OWNER).text
    before = set(year.codes())
    mails = year.says(OWNER, "Mở phiếu\nMục tiêu số: 1")
    (code,) = set(year.codes()) - before
    opened = year.request(code)
    assert (opened.state, opened.unit) == (State.SUBMITTED, cast.ONE_STOP)
    assert opened.values["signs"] == [Sign.OBJECTIVES_AT_RISK.value]
    assert "230/250 = 92%" in opened.values["content"]
    assert opened.entries[0].by == OWNER.id
    assert year.line(1).code == code
    assert code in {m.subject[1:17] for m in mails}
    mails = year.says(OWNER, "Không mở phiếu\nLý do: Đã tập huấn xong, theo dõi thêm")
    assert year.line(2).declined == "Đã tập huấn xong, theo dõi thêm"
    assert year.matter().state is State.OBJECTIVES_FINISHED


def test_two_failures_without_a_number_are_asked_about(year: Year) -> None:
    """ "Mở phiếu" alone opens nothing while two lines wait; a line met is none to be opened for."""
    year.evaluated(BAD)
    year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    before = year.codes()
    year.says(OWNER, "Mở phiếu")
    assert year.outcome() is Outcome.ASKED
    year.says(OWNER, "Mở phiếu\nMục tiêu số: 3")
    assert year.outcome() is Outcome.REFUSED
    assert year.codes() == before


def test_the_agencys_failure_goes_to_the_lead(year: Year) -> None:
    """The agency head accepts, the board opens: presented at once (5.9)."""
    year.work()
    year.says(cast.SECRETARY, PLAN, "")
    year.says(cast.HEAD, "Phê duyệt", "")
    year.comes("2027-12-01")
    year.says(cast.SECRETARY, BAD, "")
    year.says(cast.HEAD, "Đồng ý", "")
    year.says(cast.SECRETARY, "Mở phiếu\nMục tiêu số: 1, 2", "")
    opened = [year.request(code) for code in year.codes() if code.startswith("CTCL")]
    assert [r.state for r in opened] == [State.PRESENTED, State.PRESENTED]
    assert year.matter("").state is State.OBJECTIVES_FINISHED


def test_a_unit_that_never_answers_is_not_forgotten(year: Year) -> None:
    """No plan, no evaluation: owed until, a year later, it is ended as what it is."""
    year.work()
    year.comes("2027-12-01")
    assert year.matter(cast.EXPERTISE).state is State.EVALUATION_ASKED
    year.comes("2028-01-04")
    assert year.matter(cast.EXPERTISE).state is State.EVALUATION_ASKED
    assert year.matter(cast.EXPERTISE, 2028).state is State.PLAN_ASKED
    mails = year.comes("2028-12-01")
    ended = year.matter(cast.EXPERTISE)
    assert ended.state is State.OBJECTIVES_FINISHED
    assert ended.entries[-1].answer == "unanswered"
    assert cast.SECRETARY.email in {m.to for m in mails}


def test_the_first_year_is_evaluated_without_a_plan(year: Year) -> None:
    """Installed in November: what the objectives were is said with what came of them."""
    year.comes("2027-11-15")
    assert year.matters() == []
    year.comes("2027-12-01")
    said = "1. Nội dung mục tiêu: Đúng hạn; chỉ tiêu: từ 98% trở lên; kết quả: 99%"
    year.says(OWNER, f"Đánh giá mục tiêu\n{said}")
    year.says(cast.SECRETARY, "Đồng ý")
    assert year.line(1).verdict is Verdict.MET
    assert year.matter().state is State.OBJECTIVES_FINISHED


def test_nobody_answers_twice(year: Year) -> None:
    """The second word comes too late and says so."""
    year.evaluated(GOOD)
    year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    year.says(OWNER, BAD)
    assert year.outcome() is Outcome.REFUSED
    assert [e.act for e in year.matter().entries].count(Act.EVALUATE) == 1


def test_plans_are_caught_up_after_a_january_without_the_program(year: Year) -> None:
    """Having asked in December it knows the next plans are owed; a home new in March does not."""
    year.comes("2027-12-01")
    year.comes("2028-02-14")
    assert year.matter(year=2028).state is State.PLAN_ASKED
    assert year.matter(year=2028).values["plan_due"] == "2028-01-29"


def test_a_home_new_in_march_opens_nothing(year: Year) -> None:
    """Its first year is evaluated in December."""
    year.comes("2027-03-02")
    assert year.matters() == []


def test_nothing_is_asked_at_night_or_on_a_day_off(year: Year) -> None:
    """Once, in office hours."""
    year.on("2027-01-04", hour=22)
    assert year.work() == []
    assert year.comes("2027-01-05") != []
