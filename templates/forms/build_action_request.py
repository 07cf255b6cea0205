"""Builds BM.CTCL.01.docx: python -m templates.forms.build_action_request [target].

The form is written here cell by cell, so that a change of it can be read as text; the same script
always builds the same bytes. An agency edits a copy of the .docx in Word instead.
"""

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from .paper import (
    BODY,
    GRID,
    SMALL,
    WIDTH,
    answer,
    box,
    by_hand,
    centred,
    choice,
    earlier,
    heading,
    lines,
    listing,
    optional,
    packed,
    page,
    page_number,
    paragraph,
    room,
    row,
    rule,
    run,
    said,
    sign,
    table,
    thin,
    ticks,
    ticks_in_line,
    value,
    when,
)

TITLE = "Phiếu yêu cầu hành động khắc phục/cải tiến"


def header_block(paper: Paper) -> None:
    """Write the agency's names left, the form's code, issue and page right; short from page 2."""
    section = paper.sections[0]
    section.different_first_page_header_footer = True
    first = section.first_page_header
    grid = first.add_table(1, 2, Mm(WIDTH))
    grid.autofit = False
    names, code = grid.rows[0].cells
    names.width, code.width = Mm(115), Mm(60)
    grid.columns[0].width, grid.columns[1].width = Mm(115), Mm(60)
    run(paragraph(names), "{%p if parent %}")
    run(centred(names), "{{ parent }}", 12, caps=True)
    run(paragraph(names), "{%p endif %}")
    run(centred(names), "{{ agency }}", 12, caps=True, bold=True)
    rule(names)
    for text in ("Biểu mẫu: BM.CTCL.01", "Lần ban hành: {{ issue }}"):
        run(paragraph(code), text, BODY)
    page_number(paragraph(code), "Trang: ")
    last = first.paragraphs[0]
    last._element.getparent().remove(last._element)
    thin(first.add_paragraph())
    line = section.header.paragraphs[0]
    line.style = paper.styles["Normal"]  # the style Header has a tab stop in the middle
    line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), alignment=2)
    run(line, "BM.CTCL.01 · Phiếu số {{ number }} · {{ code }}\t", SMALL)
    page_number(line, "Trang: ", SMALL)


def title(paper: Paper) -> None:
    """Write the form's title."""
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_before = Pt(4)
    line.paragraph_format.space_after = Pt(4)
    run(line, TITLE.upper(), 14, bold=True)


def front(paper: Paper) -> None:
    """Write number, unit, kind and sources."""
    grid = table(paper, [WIDTH / GRID] * GRID)
    row(
        grid,
        (3, [answer("Số phiếu", "number")]),
        (5, [answer("Mã", "code")]),
        (4, [answer("Ngày lập", "opened_on")]),
    )
    row(grid, (6, [answer("Đơn vị liên quan", "unit")]), (6, [answer("Tình trạng", "standing")]))
    related = [answer("Phiếu trước", "predecessor")], [answer("Phiếu sau", "successor")]
    row(grid, (6, related[0]), (6, related[1]))
    row(grid, (GRID, [ticks_in_line("Loại", "kinds")]))
    choice(grid, "Nguồn thông tin", "(mục 5.1.2)", "sources", 7)


def box_one(paper: Paper) -> None:
    """Write box 1: the matter, its correction, the unit head's opinion (5.1.1 to 5.2.2)."""
    grid = box(paper, "Ô 1 – Nội dung yêu cầu")
    content = [heading("Mô tả", "(việc gì, ở đâu, khi nào)"), value("content"), lines("basis")]
    row(grid, (GRID, content))
    row(
        grid, (4, [answer("Ngày phát hiện", "found_on")]), (8, [answer("Mã hồ sơ", "file_numbers")])
    )
    row(grid, (GRID, [answer("Yêu cầu bị vi phạm", "violated")]))
    row(grid, (GRID, [answer("Bằng chứng kèm theo", "evidence")]))
    row(
        grid,
        (4, [ticks_in_line("Mức độ", "severity")]),
        (5, [answer("Nhóm nội dung", "category")]),
        (3, [answer("Lần lặp", "repeats")]),
    )
    sign(grid, "Người đề xuất", "reporter_said")
    disposition = ticks_in_line("Xử lý trước mắt", "dispositions", ("Nội dung", "disposition_note"))
    row(grid, (GRID, [disposition]))
    row(
        grid,
        (4, [answer("Người xử lý", "performer")]),
        (4, [answer("Thời hạn", "correction_due")]),
        (4, [answer("Người kiểm tra", "checker")]),
    )
    sign(grid, "Người quyết định", "disposition_said", role=True)
    row(grid, (GRID, [answer("Kết quả xử lý", "correction")]))
    sign(grid, "Người báo cáo kết quả", "correction_said")
    row(grid, (GRID, [answer("Kết quả kiểm tra", "check"), said("Người kiểm tra", "check_said")]))
    need = ticks_in_line(
        "Ý kiến lãnh đạo đơn vị về HĐKP/cải tiến", "need", ("Lý do", "need_reason")
    )
    row(grid, (GRID, [need]))
    signs = [heading("Dấu hiệu", "(mục 5.2.2)"), ticks("signs[:4]")]
    row(grid, (6, signs), (6, [ticks("signs[4:]")]))
    opinion = [said("Lãnh đạo đơn vị", "need_said", role=True)]
    row(grid, (8, opinion), (4, [answer("Ngày gửi Thư ký ISO", "sent_on")]))
    earlier(grid, "box1_earlier")


def board(paper: Paper) -> None:
    """Write the block between box 1 and box 2 (5.3)."""
    grid = box(paper, "Xem xét của Ban ISO")
    row(
        grid,
        (6, [answer("Ngày Thư ký ISO tiếp nhận", "received_on")]),
        (6, [answer("Ngày trình", "presented_on"), optional("present_remarks")]),
    )
    sign(grid, "Người trình", "present_said")
    choice(grid, "Chỉ đạo", "", "directions", 2)
    row(grid, (GRID, [answer("Ý kiến chỉ đạo", "direction"), room("direction")]))
    row(
        grid,
        (7, [answer("Đơn vị, cá nhân được phân công", "assignees")]),
        (5, [answer("Hạn phân tích", "analysis_due")]),
    )
    sign(grid, "Người chỉ đạo", "direct_said", role=True)
    earlier(grid, "board_earlier")


def box_two(paper: Paper) -> None:
    """Write box 2: cause, measures, approval, plan, changes, progress, completion (5.4, 5.5)."""
    grid = box(paper, "Ô 2 – Nguyên nhân và biện pháp")
    row(grid, (GRID, [answer("{{ cause_label }}", "root_cause"), room("root_cause")]))
    work = [("TT", "no", 8.0), ("Nội dung", "what", 59.0), ("Người thực hiện", "who", 30.0)]
    work += [
        ("Phối hợp", "coordination", 29.0),
        ("Thời hạn", "by", 19.0),
        ("Đầu ra", "output", 30.0),
    ]
    listing(paper, "Biện pháp khắc phục/cải tiến", "measures", work)
    grid = table(paper, [WIDTH / GRID] * GRID)
    risk = by_hand("Cập nhật bảng phân tích rủi ro của đơn vị (nếu cần thiết)")
    row(grid, (GRID, [answer("Nguồn lực cần thiết", "resources"), risk]))
    sign(grid, "Người đề xuất giải pháp", "proposal_said")
    approval = ticks_in_line(
        "Phê duyệt của Lãnh đạo Ban ISO", "approvals", ("Ý kiến", "approval_remarks")
    )
    row(grid, (GRID, [approval]))
    row(
        grid,
        (6, [answer("Người triển khai", "implementers")]),
        (6, [answer("Thời gian hoàn thành", "deadline")]),
    )
    sign(grid, "Người phê duyệt", "approval_said", role=True)
    earlier(grid, "box2_earlier")
    planned = [optional("plan_remarks"), said("Người lập kế hoạch", "plan_said")]
    listing(paper, "Kế hoạch thực hiện", "plan", work, planned)
    changes = [("Lần", "no", 9.0), ("Ngày", "on", 18.0), ("Cũ → mới", "what", 63.0)]
    changes += [("Lý do", "reason", 40.0), ("Người duyệt", "decided", 45.0)]
    listing(paper, "Thay đổi, bổ sung trong quá trình thực hiện", "changes", changes)
    progress = [("Tháng", "month", 16.0), ("Tình hình thực hiện", "progress", 66.0)]
    progress += [("%", "percent", 12.0), ("Khó khăn, kiến nghị", "difficulties", 42.0)]
    reported = ("Người báo cáo", "reported", 39.0)
    listing(paper, "Báo cáo tình hình thực hiện hằng tháng", "progress", [*progress, reported])
    done = [
        ("TT", "numbers", 9.0),
        ("Kết quả", "result", 60.0),
        ("Hoàn thành", "actual_date", 21.0),
    ]
    done += [("Bằng chứng", "evidence", 46.0), reported]
    listing(paper, "Báo cáo hoàn thành các biện pháp", "completions", done)


def box_three(paper: Paper) -> None:
    """Write box 3: verification and closing (5.6, 5.7), then all that is attached."""
    grid = box(paper, "Ô 3 – Kiểm tra, xác nhận và đóng phiếu")
    row(grid, (GRID, [answer("Bằng chứng đã kiểm tra", "evidence_seen"), room("evidence_seen")]))
    row(grid, (GRID, [ticks_in_line("Kết luận", "verdicts")]))
    row(grid, (GRID, [answer("Nội dung chưa đạt", "shortfall")]))
    sign(grid, "Người kiểm tra xác nhận (hoặc người được ủy quyền)", "verify_said")
    closing = [answer("Bằng chứng kết quả thực hiện", "closing_evidence")]
    row(grid, (GRID, closing))
    closed = [said("Người đóng phiếu", "close_said", role=True)]
    row(grid, (5, [ticks("closings")]), (7, closed))
    earlier(grid, "box3_earlier")
    when(grid, "files", [heading("Tài liệu kèm theo:"), lines("files")])


def build() -> bytes:
    """Build the template."""
    paper = Document()
    page(paper)
    header_block(paper)
    title(paper)
    for part in (front, box_one, board, box_two, box_three):
        part(paper)
    return packed(paper, TITLE)


if __name__ == "__main__":
    default = Path(__file__).with_name("BM.CTCL.01.docx")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    target.write_bytes(build())
