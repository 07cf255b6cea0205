"""Builds the papers of board and review: python -m templates.forms.build_papers [folder].

As with the form, the papers are written here so that a change of them can be read as text.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from mailflow.forms import objectives

from . import decree
from .decree import DENSE, TABLE, TEXT, Column
from .paper import TICK_FONT, packed, paragraph, row, run

DECISIONS: list[Column] = [
    ("TT", "no", 9),
    ("Quyết định, hành động", "what", 36),
    ("Chủ trì", "lead", 21),
    ("Phối hợp", "coordination", 21),
    ("Thời hạn", "by", 22),
    ("Phiếu số, xử lý", "number", 37),
    ("Cập nhật rủi ro", "risk", 19),
]


def presented_list(paper: Paper) -> None:
    """The consolidated list of 5.3."""
    decree.a4(paper, lying=True)
    decree.header_block(paper, number=False)
    decree.title(
        paper,
        "Danh sách",
        "Phiếu yêu cầu hành động khắc phục/cải tiến trình Lãnh đạo Ban ISO",
    )
    columns: list[Column] = [
        ("TT", "no", 9),
        ("Số phiếu, mã", "number", 37),
        ("Loại", "kind", 24),
        ("Đơn vị", "unit", 28),
        ("Nội dung", "content", 51),
        ("Xử lý trước mắt", "correction", 33),
        ("Sự cần thiết (mục 5.2.2)", "reasons", 30),
        ("Ngày gửi", "sent_on", 22),
        ("Chỉ đạo", "", 18),
    ]
    decree.listing(paper, "rows", columns, 11.5)
    decree.body(paper, "Tổng số: {{ rows | length }} phiếu.", keep=True)
    decree.tag(paper, "if remarks")
    decree.body(paper, "Ý kiến của Thư ký ISO: {{ remarks }}", keep=True)
    decree.tag(paper, "endif")
    grid = decree.bare(paper, [decree.WIDE / 2] * 2)
    cell = row(grid, (1, []), (1, [])).cells[1]
    for text, caps in (("Người trình", True), ("{{ said.who }}", False)):
        line = paragraph(cell)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.keep_with_next = True
        run(line, text, TEXT, bold=True, caps=caps)
    line = paragraph(cell)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(line, "{{ said.proof }}", 11, italic=True, grey=True)


def _decided(paper: Paper) -> None:
    """Write the three heads of 5.8.1.2; an empty one says so."""
    for no, (title, name) in enumerate(
        (
            ("Quyết định, hành động về các cơ hội cải tiến", "opportunities"),
            ("Nhu cầu thay đổi hệ thống quản lý chất lượng", "changes"),
            ("Nhu cầu về nguồn lực", "resources"),
        ),
        1,
    ):
        decree.head(paper, f"{no}. {title}")
        decree.either(paper, name)
        decree.listing(paper, name, DECISIONS)
        decree.tag(paper, "endif")


def review_minutes(paper: Paper) -> None:
    """BM.CTCL.02, minutes of the review's meeting (model 1.9: no place and date)."""
    decree.a4(paper)
    decree.header_block(paper, place=False)
    decree.title(
        paper, "Biên bản", "Họp xem xét của lãnh đạo về hệ thống quản lý chất lượng năm {{ year }}"
    )
    decree.body(paper, "Thời gian bắt đầu: {{ started }}.")
    decree.body(paper, "Địa điểm: {{ place }}.")
    line = decree.body(paper, "Hình thức: {% for tick in forms %}")
    run(line, "{{ tick.mark }}", TEXT, TICK_FONT)
    run(line, "\u00a0{{ tick.label }}{% if not loop.last %}    {% endif %}{% endfor %}", TEXT)
    decree.body(paper, "Chủ trì: {{ chair }}.")
    decree.body(paper, "Thư ký: {{ secretary }}.")
    decree.body(paper, "Thành phần tham dự:", keep=True)
    people: list[Column] = [
        ("TT", "no", 12),
        ("Họ và tên", "name", 45),
        ("Chức vụ", "position", 55),
        ("Vai trò", "role", 33),
        ("Có mặt", "present", 20),
    ]
    decree.listing(paper, "attendees", people)
    decree.head(paper, "I. NỘI DUNG XEM XÉT")
    inputs: list[Column] = [
        ("TT", "no", 9),
        ("Nội dung", "what", 36),
        ("Người báo cáo", "reporter", 25),
        ("Tóm tắt kết quả", "summary", 67),
        ("Ý kiến", "opinion", 28),
    ]
    decree.listing(paper, "inputs", inputs)
    decree.head(paper, "II. THẢO LUẬN")
    decree.either(paper, "discussion")
    decree.each(paper, "discussion")
    decree.tag(paper, "endif")
    decree.head(paper, "III. KẾT LUẬN CỦA CHỦ TỌA")
    _decided(paper)
    decree.closing(paper, "Cuộc họp kết thúc vào {{ ended }}")
    decree.signatures(paper, "secretary_signer", "chair_signer")
    decree.recipients(paper)


def review_agenda(paper: Paper) -> None:
    """The compiled inputs of a review, for those who meet."""
    decree.a4(paper)
    decree.header_block(paper, number=False)
    decree.title(
        paper, "Tài liệu", "Họp xem xét của lãnh đạo về hệ thống quản lý chất lượng năm {{ year }}"
    )
    decree.body(paper, "Thời gian: {{ when }}.")
    decree.body(paper, "Địa điểm: {{ place }}.")
    decree.body(paper, "Chủ tọa: {{ chair }}.")
    decree.body(paper, "Thành phần: {{ participants }}.")
    decree.each(paper, "notes")
    _parts(paper)
    _left(paper)


def review_report(paper: Paper) -> None:
    """The report of 5.8.2, with tables and charts."""
    decree.a4(paper)
    decree.header_block(paper)
    decree.title(
        paper,
        "Báo cáo",
        "Kết quả hoạt động vận hành, duy trì hệ thống quản lý chất lượng {{ period }}",
    )
    decree.bases(paper)
    decree.head(paper, "I. TÌNH HÌNH CHUNG")
    decree.each(paper, "overview")
    decree.head(paper, "II. KẾT QUẢ")
    _parts(paper)
    decree.head(paper, "III. TỒN TẠI, NGUYÊN NHÂN")
    decree.either(paper, "shortcomings")
    shortcomings: list[Column] = [
        ("TT", "no", 12),
        ("Tồn tại", "what", 57),
        ("Nguyên nhân", "cause", 48),
        ("Hành động, phiếu số", "action", 48),
    ]
    decree.listing(paper, "shortcomings", shortcomings)
    decree.tag(paper, "endif")
    decree.head(paper, "IV. CƠ HỘI CẢI TIẾN, KIẾN NGHỊ")
    decree.either(paper, "proposals")
    decree.each(paper, "proposals", "{{ loop.index }}. {{ item }}")
    decree.tag(paper, "endif")
    decree.closing(paper)
    decree.recipients_and_signer(paper)
    _comments(paper)
    _left(paper)


def _parts(paper: Paper) -> None:
    """Write one part for each input of 5.8.1.1, its figures and its chart where there are any."""
    decree.tag(paper, "for part in parts")
    decree.head(paper, "{{ loop.index }}. {{ part.title }}")
    decree.each(paper, "part.paragraphs")
    decree.tag(paper, "if part.figures")
    figures: list[Column] = [
        ("Chỉ tiêu", "name", 44),
        ("Trong kỳ", "value", 20),
        ("Kỳ trước", "before", 20),
        ("Nguồn số liệu", "source", 81),
    ]
    decree.listing(paper, "part.figures", figures)
    decree.tag(paper, "endif")
    decree.tag(paper, "if part.bars")
    decree.body(paper, "Biểu đồ: {{ part.chart }}", keep=True, italic=True)
    decree.bars(paper, "part.bars")
    decree.tag(paper, "endif")
    decree.tag(paper, "endfor")


def _comments(paper: Paper) -> None:
    """Write the comment round as an appendix on a page of its own, once there is one."""
    decree.tag(paper, "if comments")
    _appendix(paper, "Tổng hợp ý kiến góp ý, tiếp thu, giải trình")
    columns: list[Column] = [
        ("Thành viên", "member", 38),
        ("Ý kiến", "comment", 55),
        ("Tiếp thu, giải trình", "answer", 50),
        ("Ngày", "on", 22),
    ]
    decree.listing(paper, "comments", columns)
    decree.tag(paper, "endif")


def _left(paper: Paper) -> None:
    """Write what of the register was not taken up as an appendix, where there is anything."""
    decree.tag(paper, "if left")
    _appendix(paper, "Những chỗ trong sổ theo dõi chưa nhập được khi lập tài liệu này")
    columns: list[Column] = [
        ("Ở đâu", "place", 20),
        ("Mã", "code", 34),
        ("Cột", "column", 28),
        ("Đã ghi", "typed", 33),
        ("Vì sao chưa nhập", "why", 50),
    ]
    decree.listing(paper, "left", columns)
    decree.tag(paper, "endif")


def _appendix(paper: Paper, subject: str) -> None:
    """Begin an appendix on a page of its own."""
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.page_break_before = True
    run(line, "Phụ lục", decree.HEAD, bold=True, caps=True)
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(6)
    run(line, subject, decree.HEAD, bold=True)


def review_notice(paper: Paper) -> None:
    """The notice of the review's results to the units (5.8.2)."""
    decree.a4(paper)
    decree.header_block(paper)
    decree.title(
        paper,
        "Thông báo",
        "Kết quả xem xét của lãnh đạo về hệ thống quản lý chất lượng năm {{ year }}",
    )
    decree.bases(paper)
    decree.head(paper, "I. ĐÁNH GIÁ CHUNG")
    decree.each(paper, "overall")
    decree.head(paper, "II. QUYẾT ĐỊNH")
    _decided(paper)
    decree.head(paper, "III. TỔ CHỨC THỰC HIỆN")
    decree.each(paper, "organisation", "{{ loop.index }}. {{ item }}")
    decree.closing(paper)
    decree.recipients_and_signer(paper)


def objective_plan(paper: Paper) -> None:
    """Appendix 3 of the quality manual, the plan."""
    _objectives(paper, objectives.PLAN_TITLE, objectives.PLAN)


def objective_report(paper: Paper) -> None:
    """Appendix 3 of the quality manual, the report."""
    _objectives(paper, objectives.REPORT_TITLE, objectives.REPORT)


def _objectives(paper: Paper, subject: str, columns: Sequence[Column]) -> None:
    decree.a4(paper, lying=True)
    decree.header_block(paper, number=False)
    decree.title(paper, "Phụ lục 3", subject.format(year="{{ year }}"))
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    run(line, "Đơn vị: {{ owner }}", TABLE, italic=True)
    decree.either(paper, "objectives")
    decree.listing(paper, "objectives", columns, DENSE)
    decree.tag(paper, "endif")
    decree.each(paper, "notes", italic=True)
    decree.signatures(paper, "drafter", "approver")


PAPERS: Mapping[str, Callable[[Paper], None]] = {
    "BM.CTCL.02.docx": review_minutes,
    "DS.TRINH.docx": presented_list,
    "TL.XXLD.docx": review_agenda,
    "BC.XXLD.docx": review_report,
    "TB.XXLD.docx": review_notice,
    "PL3.KEHOACH.docx": objective_plan,
    "PL3.BAOCAO.docx": objective_report,
}
"""By the template's file name, what writes it."""


def build(name: str) -> bytes:
    """Build one template; the same bytes every time."""
    paper = Document()
    PAPERS[name](paper)
    return packed(paper, Path(name).stem)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name in PAPERS:
        (folder / name).write_bytes(build(name))
