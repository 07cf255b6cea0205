"""What a careful secretary would choose when a year brings something odd."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from mailflow.actions.review_figures import period_of
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from mailflow.registers.days import BASIS, DAY, KIND, NAME, SHEET, SWAP, WORKED_ON
from mailflow.wiring import CALENDAR_FILE
from tests.conversations.agency import REPORT, Agency, to
from tests.conversations.test_feedback import complained
from tests.conversations.test_review_meeting import PLAN
from tests.conversations.test_review_report import COMBINED
from tests.intake.reading.files import PDF, PROGRAM
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.values import Value

OCTOBER = datetime.fromisoformat("2026-10-01T08:00:00+07:00")


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """A fresh agency, closed at the end."""
    made = Agency(tmp_path / "home")
    yield made
    made.service.close()


def in_october(agency: Agency, plan: str = PLAN) -> str:
    """The year's review is planned; gives its code."""
    agency.clock.now = OCTOBER
    agency.work()
    code = agency.codes()[-1]
    agency.replies(cast.SECRETARY, plan, code)
    return code


def compiled(agency: Agency, code: str) -> dict[str, dict[str, str]]:
    """The papers of the meeting go out; gives each figure of the record by section and name."""
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    (entry,) = [e for e in agency.request(code).entries if "compiled" in e.fields]
    return {
        section: {figure["name"]: figure["value"] for figure in part["figures"]}
        for section, part in entry.fields["compiled"]["parts"].items()
    }


@pytest.mark.clause("5.8.1.1")
def test_an_input_with_a_wrong_file_is_asked_for_again(agency: Agency) -> None:
    """A program is no input and said to be none; what is still owed is asked with its form."""
    code = in_october(agency)
    wrong = (("nguon luc.pdf", PROGRAM),)
    back = to(agency.replies(cast.SECRETARY, "Nội dung nguồn lực", code, wrong), cast.SECRETARY)
    assert "“nguon luc.pdf” là chương trình" in back.text
    assert "Còn thiếu: Sự đầy đủ của nguồn lực" in back.text
    assert any(name.startswith("Phiếu điền") for name, _ in back.files)
    assert agency.outcome() is Outcome.ASKED
    agency.replies(cast.SECRETARY, "Nội dung nguồn lực\nThiếu 01 người.", code, wrong)
    assert agency.request(code).values["input_resources"] == "Thiếu 01 người."


@pytest.mark.clause("5.8.1.1")
def test_a_year_with_no_requests_at_all_is_reviewed_and_says_so(agency: Agency) -> None:
    """Noughts, no division, one sentence."""
    code = in_october(agency)
    figures = compiled(agency, code)["nonconformities"]
    assert figures["Phiếu BM.CTCL.01"] == "0"
    assert figures["Hoàn thành đúng hạn"] == "không phát sinh"
    (entry,) = [e for e in agency.request(code).entries if "compiled" in e.fields]
    part = entry.fields["compiled"]["parts"]["nonconformities"]
    assert part["paragraphs"][0].startswith("Không có phiếu nào được lập")


@pytest.mark.clause("5.8.1.1")
def test_letters_of_citizens_count_when_the_secretary_took_them_as_feedback(
    agency: Agency,
) -> None:
    """One taken, one ignored: one counts."""
    complained(agency)
    agency.replies(cast.SECRETARY, "Phản ánh\nĐơn vị: Phòng Một cửa")
    complained(agency, "Quảng cáo in ấn giá rẻ.")
    agency.replies(cast.SECRETARY, "Bỏ qua\nLý do: quảng cáo")
    code = in_october(agency)
    assert compiled(agency, code)["satisfaction"]["Phản ánh thành phiếu"] == "01"


@pytest.mark.clause("5.8.1.2")
def test_a_review_decided_twice_is_decided_once(agency: Agency) -> None:
    """The lead declined; the secretary's later word opens nothing and is told so."""
    code = in_october(agency)
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    agency.wait(days=15)
    agency.replies(cast.SECRETARY, "Đã họp", code)
    two = "".join(f"\nQuyết định về nguồn lực: {what}; người thực hiện: Đỗ Mạnh Cường; "
                  "hạn: 31/01/2027" for what in ("Mua máy quét", "Thêm 01 người"))  # fmt: skip
    agency.replies(cast.SECRETARY, f"Biên bản họp\nThảo luận: Thống nhất{two}", code)
    agency.replies(cast.HEAD, "Đồng ý", code)
    agency.replies(cast.SECRETARY, "Gửi các đơn vị", code)
    before = agency.codes()
    agency.replies(cast.LEAD, "Không mở phiếu\nKết luận số: 1\nLý do: đã có dự toán", code)
    twice = agency.replies(cast.SECRETARY, "Mở phiếu\nKết luận số: 1", code)
    assert agency.outcome() is Outcome.REFUSED
    assert "CHƯA LÀM ĐƯỢC" in to(twice, cast.SECRETARY).text
    assert agency.codes() == before
    assert [m.result for m in agency.request(code).measures] == ["đã có dự toán", ""]


@pytest.mark.clause("5.8.1.2")
def test_minutes_as_pdf_are_kept_and_asked_for_by_form(agency: Agency) -> None:
    """Nothing of them can be read: said, with the pages for what is not known."""
    code = in_october(agency, COMBINED)
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    agency.wait(days=15)
    agency.replies(cast.SECRETARY, "Đã họp", code)
    scan = (("bien ban.pdf", PDF),)
    mails = agency.replies(cast.SECRETARY, "Gửi biên bản họp kết hợp", code, scan)
    back = to(mails, cast.SECRETARY)
    assert "chỉ đọc được biên bản dạng Word" in back.text
    assert any(name.startswith("Phiếu điền") for name, _ in back.files)
    kept = agency.request(code)
    assert kept.state is State.MINUTES_RECEIVED
    assert [file["name"] for file in kept.entries[-1].fields["files"]] == ["bien ban.pdf"]


@pytest.mark.clause("5.8.1")
def test_who_plans_the_meeting_has_it_in_the_own_calendar_too(agency: Agency) -> None:
    """The answer to the plan carries the invitation, in the words of a review."""
    agency.clock.now = OCTOBER
    agency.work()
    (code,) = agency.codes()
    answer = to(agency.replies(cast.SECRETARY, PLAN, code), cast.SECRETARY)
    assert "text/calendar" in [part.get_content_type() for part in answer.message.walk()]
    assert "Đã ghi nhận vào hồ sơ xem xét của lãnh đạo." in answer.text


@pytest.mark.clause("5.5")
def test_a_leap_day_is_a_day_like_any_other(agency: Agency) -> None:
    """It can be a deadline in 2028 and in no other year; a year earlier it is the 28th."""
    agency.clock.now = datetime.fromisoformat("2028-02-28T08:00:00+07:00")
    code = agency.reported()
    work = "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Ngô Thị Bích\nHạn: 29/02/{}"
    agency.replies(cast.ONE_STOP_HEAD, work.format(2030), code)
    assert agency.outcome() is Outcome.ASKED
    agency.replies(cast.ONE_STOP_HEAD, work.format(2028), code)
    assert agency.request(code).values["correction_due"] == "2028-02-29"
    days = period_of(2028, date(2028, 2, 29))
    assert days.before.until == date(2027, 2, 28)


def test_a_swapped_working_day_announced_one_week_before_moves_what_is_due(
    agency: Agency,
) -> None:
    """Friday off, Saturday worked for it: the table is changed, what is opened then counts so."""
    agency.clock.now = datetime.fromisoformat("2026-03-06T08:00:00+07:00")
    swapped: dict[str, Value] = {DAY: date(2026, 3, 13), KIND: SWAP, WORKED_ON: date(2026, 3, 14),
               NAME: "Nghỉ hoán đổi", BASIS: "Thông báo số 12"}  # fmt: skip
    file = agency.home / CALENDAR_FILE
    file.write_bytes(
        patch(file.read_bytes(), Plan(appends=(Append(SHEET, (swapped,), "tblLich"),)))
    )
    agency.work()
    agency.clock.now = datetime.fromisoformat("2026-03-12T08:00:00+07:00")
    agency.writes(cast.CLERK, REPORT)
    assert _reminded(agency) == ["14/03", "16/03"]


def _reminded(agency: Agency) -> list[str]:
    """The mornings until Monday on which the head of the unit is reminded."""
    found: list[str] = []
    for _ in range(4):
        agency.wait(days=1)
        mails: list[Mail] = [mail for mail in agency.lists if mail.to == cast.ONE_STOP_HEAD.email]
        found += [f"{agency.clock.now:%d/%m}" for _ in mails]
    return found
