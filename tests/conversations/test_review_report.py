"""Management reviews by report and notice (5.8.2) and within another meeting (5.8.1.2)."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from mailflow.demo import cast
from mailflow.demo.post import Attached
from mailflow.procedure.terms import Kind, State
from tests.conversations.agency import Agency, to

OCTOBER = datetime.fromisoformat("2026-10-01T08:00:00+07:00")
NOTICE = (
    "Lập thông báo\nĐánh giá chung: Hệ thống được duy trì phù hợp.\n"
    "Quyết định về nguồn lực: Mua 01 máy quét; người thực hiện: Đỗ Mạnh Cường; hạn: 31/01/2027\n"
    "Tiếp thu, giải trình: Bùi Đức Long: tiếp thu tại mục 3"
)
COMBINED = (
    "Kết hợp họp xem xét\nĐánh giá nội bộ xong ngày: 25/09/2026\nNgày họp: 16/10/2026\n"
    "Địa điểm: Hội trường\nKết hợp với: họp giao ban tháng 10"
)


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """An agency on the day on which the year's review is opened."""
    made = Agency(tmp_path / "home")
    made.clock.now = OCTOBER
    made.work()
    yield made
    made.service.close()


def _words(data: bytes) -> str:
    document = Document(BytesIO(data))
    cells = (c.text for t in document.tables for row in t.rows for c in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.mark.clause("5.8.2", "5.8.2.1", "5.8.2.2")
def test_a_report_goes_round_and_becomes_a_notice(agency: Agency) -> None:
    """A no at each of the three approvals; who says nothing has "chưa có ý kiến" in the paper."""
    (code,) = agency.codes()
    ahead = agency.replies(
        cast.SECRETARY, "Xem xét bằng báo cáo\nĐánh giá nội bộ xong ngày: 25/10/2026", code
    )
    assert "đánh giá nội bộ mới kết thúc" in to(ahead, cast.SECRETARY).text
    agency.replies(
        cast.SECRETARY, "Xem xét bằng báo cáo\nĐánh giá nội bộ xong ngày: 25/09/2026", code
    )
    assert agency.request(code).kind is Kind.REVIEW_REPORT
    agency.replies(cast.SECRETARY, "Lập báo cáo\nTình hình chung: Duy trì tốt.", code)
    back = agency.replies(cast.LEAD, "Chưa duyệt, sửa lại mục 3", code)
    assert "sửa lại mục 3" in to(back, cast.SECRETARY).text
    assert agency.request(code).state is State.COLLECTING
    agency.replies(cast.SECRETARY, "Lập báo cáo\nTình hình chung: Duy trì tốt.", code)
    agency.replies(cast.LEAD, "Đồng ý", code)
    assert agency.request(code).state is State.COMMENTING
    agency.replies(cast.PLANNING_HEAD, "Có ý kiến\nÝ kiến: Bổ sung số liệu rủi ro", code)
    agency.replies(cast.HEAD, "Nhất trí", code)
    soon = agency.replies(cast.SECRETARY, NOTICE, code)
    assert "Còn đang lấy ý kiến" in to(soon, cast.SECRETARY).text
    over = agency.wait(days=12)
    assert "Thời gian góp ý" in to(over, cast.SECRETARY).text
    agency.replies(cast.SECRETARY, NOTICE, code)
    agency.replies(cast.LEAD, "Yêu cầu sửa\nÝ kiến: ghi rõ hạn", code)
    assert agency.request(code).state is State.COMMENTING
    drafted = agency.replies(cast.SECRETARY, NOTICE, code)
    report = next(d for n, d in to(drafted, cast.LEAD).files if n.startswith("Báo cáo"))
    said = _words(report)
    assert "Chưa có ý kiến" in said
    assert "Bổ sung số liệu rủi ro" in said
    assert "tiếp thu tại mục 3" in said
    assert "chưa trả lời" in said, "an input that nobody gave is named with who was asked"
    assert [m.what for m in agency.request(code).measures] == ["Mua 01 máy quét"]
    agency.replies(cast.LEAD, "Đồng ý trình", code)
    agency.replies(cast.HEAD, "Không duyệt\nÝ kiến: xem lại kết luận 1", code)
    assert agency.request(code).state is State.COMMENTING
    agency.replies(cast.SECRETARY, NOTICE, code)
    agency.replies(cast.LEAD, "Trình", code)
    agency.replies(cast.HEAD, "Duyệt", code)
    agency.replies(cast.SECRETARY, "Gửi các đơn vị", code)
    agency.replies(cast.LEAD, "Không mở phiếu\nLý do: đã có trong dự toán", code)
    assert agency.request(code).state is State.REVIEW_FINISHED
    twice = agency.replies(cast.SECRETARY, "Mở phiếu\nKết luận số: 1", code)
    assert "CHƯA LÀM ĐƯỢC" in to(twice, cast.SECRETARY).text


def _minutes(*lines: str) -> Attached:
    document, file = Document(), BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(file)
    return "Bien ban giao ban.docx", file.getvalue()


@pytest.mark.clause("5.8.1", "5.8.1.2")
def test_the_minutes_of_another_meeting_are_checked_for_every_input_and_output(
    agency: Agency,
) -> None:
    """What they lack is listed; nothing is sent out before it is supplied."""
    (code,) = agency.codes()
    agency.replies(cast.SECRETARY, COMBINED, code)
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    agency.wait(days=15)
    agency.replies(cast.SECRETARY, "Đã họp", code)
    file = _minutes(
        "Bối cảnh; phản hồi của công dân; mục tiêu chất lượng; sự không phù hợp",
        "Đo lường sự hài lòng; đánh giá nội bộ; nguồn lực; rủi ro; cơ hội cải tiến",
        "Các cuộc họp trước; nhu cầu thay đổi HTQLCL; hành động về các cơ hội cải tiến",
    )
    came = agency.replies(cast.SECRETARY, "Gửi biên bản họp kết hợp", code, (file,))
    said = to(came, cast.SECRETARY).text
    assert "Kết quả thực hiện của nhà cung cấp" in said
    assert "Quyết định về nguồn lực" in said
    early = agency.replies(cast.SECRETARY, "Gửi các đơn vị", code)
    assert "còn thiếu nội dung" in to(early, cast.SECRETARY).text
    agency.replies(
        cast.SECRETARY,
        "Bổ sung biên bản\nNhà cung cấp: Đạt yêu cầu\n"
        "Quyết định về nguồn lực: Mua 01 máy quét; người thực hiện: Đỗ Mạnh Cường; "
        "hạn: 31/01/2027",
        code,
    )
    sent = agency.replies(cast.SECRETARY, "Gửi các đơn vị", code)
    assert agency.request(code).state is State.DISTRIBUTED
    assert "Bien ban giao ban.docx" in dict(to(sent, cast.EXPERT_HEAD).files)
    agency.replies(cast.SECRETARY, "Mở phiếu", code)
    assert agency.request(code).state is State.REVIEW_FINISHED
