"""A management review by a meeting of its own (5.8.1), played to its end by mail."""

import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.procedure.terms import Act, Kind, State
from mailflow.upkeep import verify_record
from mailflow.wiring import open_service
from tests.console import run
from tests.conversations.agency import Agency, to

OCTOBER = datetime.fromisoformat("2026-10-01T08:00:00+07:00")
PLAN = (
    "Tổ chức họp xem xét\nĐánh giá nội bộ xong ngày: 25/09/2026\nNgày họp: 16/10/2026\n"
    "Giờ họp: 8 giờ 30\nĐịa điểm: Phòng họp tầng 2"
)
MINUTES = (
    "Biên bản họp\nThảo luận: Bà Lan đề nghị thêm người trực.\n"
    "Quyết định về cơ hội cải tiến: Số hóa hồ sơ ngay khi nhận; người thực hiện: Vũ Thị Lan; "
    "hạn: 31/03/2027; đầu ra: quy trình\n"
    "Quyết định về nguồn lực: Mua 01 máy quét; người thực hiện: Đỗ Mạnh Cường; hạn: 31/01/2027\n"
    "Cập nhật bảng phân tích rủi ro: Rủi ro thiếu người trực; người thực hiện: Vũ Thị Lan; "
    "hạn: 15/11/2026"
)


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """An agency on the day on which the year's review is opened."""
    made = Agency(tmp_path / "home")
    made.clock.now = OCTOBER
    yield made
    made.service.close()


@pytest.mark.clause("5.8", "5.8.1", "5.8.1.1", "5.8.1.2", "VI.2")
def test_a_review_is_opened_planned_held_and_its_decisions_become_requests(agency: Agency) -> None:
    """With a no at the approval; the review ends by itself when nothing of it is left."""
    opened = to(agency.work(), cast.SECRETARY)
    (code,) = agency.codes()
    assert code.startswith("XXLD-2026-0001-")
    assert "Đã đến kỳ xem xét của lãnh đạo" in opened.text
    planned = agency.replies(cast.SECRETARY, PLAN, code)
    assert agency.request(code).kind is Kind.REVIEW_MEETING
    assert "Tham dự" in to(planned, cast.ONE_STOP_HEAD).text
    agency.replies(cast.ONE_STOP_HEAD, "Tham dự", code)
    agency.replies(cast.EXPERT_HEAD, "Không tham dự\nLý do: đi công tác", code)
    agency.replies(cast.SECRETARY, "Nội dung nguồn lực\nThiếu 01 máy quét tại quầy số 2.", code)
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    assert agency.request(code).state is State.AGENDA_SENT
    early = agency.replies(cast.SECRETARY, "Đã họp", code)
    assert "chưa đến" in to(early, cast.SECRETARY).text
    agency.wait(days=15)
    agency.replies(cast.SECRETARY, "Đã họp\nVắng mặt: Phan Văn Sơn", code)
    assert agency.request(code).state is State.HELD
    agency.replies(cast.SECRETARY, MINUTES, code)
    assert agency.request(code).state is State.MINUTES_DRAFTED
    back = agency.replies(cast.HEAD, "Chưa duyệt, sửa lại mục 3", code)
    assert agency.request(code).state is State.HELD
    assert "sửa lại mục 3" in to(back, cast.SECRETARY).text
    agency.replies(cast.SECRETARY, MINUTES, code)
    agency.replies(cast.HEAD, "Duyệt", code)
    told = agency.replies(cast.SECRETARY, "Gửi các đơn vị", code)
    assert agency.request(code).state is State.DISTRIBUTED
    assert {mail.to for mail in told} >= {cast.EXPERT_HEAD.email, cast.LEAD.email}
    agency.replies(cast.SECRETARY, "Mở phiếu\nKết luận số: 1", code)
    review = agency.request(code)
    opened_code = review.measures[0].result
    request = agency.request(opened_code)
    assert (request.state, request.unit) == (State.PRESENTED, cast.ONE_STOP)
    assert request.entries[0].by == cast.SECRETARY.id
    agency.replies(cast.SECRETARY, "Không mở phiếu\nLý do: đã có trong dự toán", code)
    assert agency.request(code).measures[1].result == "đã có trong dự toán"
    agency.replies(cast.ONE_STOP_HEAD, "Đã cập nhật rủi ro\nKết quả: đã sửa bảng", code)
    review = agency.request(code)
    assert review.state is State.REVIEW_FINISHED
    assert review.entries[-1].act is Act.FINISH_REVIEW
    assert verify_record(agency.home) == []


@pytest.mark.clause("5.8.1.2")
@pytest.mark.parametrize("point", ["work.before_commit:2", "work.after_commit:3"])
def test_killed_while_a_decision_becomes_a_request_it_becomes_one(
    agency: Agency, point: str
) -> None:
    """Request, decision and end of the review stand or fall together, whenever the daemon dies."""
    code = _distributed(agency)
    agency.post.reply(cast.SECRETARY, agency.post.last(cast.SECRETARY, code), "Mở phiếu")
    agency.service.close()
    at = agency.clock.now.strftime("%Y-%m-%d %H:%M")
    died = run(
        agency.home, "run", "--once", "--at", at, PATH="/nonexistent", MAILFLOW_FAILPOINT=point
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    agency.clock.now += timedelta(minutes=20)
    with closing(open_service(agency.home, agency.clock, with_pdf=False)) as service:
        assert loop.run_once(service) == {}
        with service.open_work(reading=True) as work:
            found, opened = (work.requests.load(one) for one in work.requests.codes())
    assert found
    assert opened
    assert found.state is State.REVIEW_FINISHED
    assert [m.result for m in found.measures] == [opened.code]
    assert verify_record(agency.home) == []


@pytest.mark.clause("VII.2")
def test_a_review_is_kept_three_years_and_goes_on_the_secretarys_word(agency: Agency) -> None:
    """Ended in 2026, it is listed in January 2030, not before; then only the list is left."""
    code = _distributed(agency)
    agency.replies(cast.SECRETARY, "Không mở phiếu\nLý do: đã có trong dự toán", code)
    assert agency.request(code).state is State.REVIEW_FINISHED
    agency.clock.now = datetime.fromisoformat("2029-12-31T09:00:00+07:00")
    assert not [mail for mail in agency.work() if "đến hạn hủy" in mail.subject]
    agency.clock.now = datetime.fromisoformat("2030-01-03T09:00:00+07:00")
    (asked,) = [mail for mail in agency.work() if "đến hạn hủy" in mail.subject]
    assert code in asked.text
    agency.post.reply(cast.SECRETARY, asked, "Đồng ý")
    agency.wait(hours=1)
    agency.wait(hours=1)
    with agency.service.open_work(reading=True) as work:
        assert work.requests.load(code) is None
        assert code in [gone.code for gone in work.disposals.everything()]
    assert verify_record(agency.home) == []


def _distributed(agency: Agency) -> str:
    """A review whose one decision waits for the board."""
    agency.work()
    (code,) = agency.codes()
    agency.replies(cast.SECRETARY, PLAN, code)
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    agency.wait(days=15)
    agency.replies(cast.SECRETARY, "Đã họp", code)
    decision = "Mua 01 máy quét; người thực hiện: Đỗ Mạnh Cường; hạn: 31/01/2027"
    said = f"Biên bản họp\nThảo luận: Thống nhất\nQuyết định về nguồn lực: {decision}"
    agency.replies(cast.SECRETARY, said, code)
    agency.replies(cast.HEAD, "Đồng ý", code)
    agency.replies(cast.SECRETARY, "Gửi các đơn vị", code)
    return code
