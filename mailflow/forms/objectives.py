"""Appendix 3, plan and report of quality objectives (5.9): its columns, and it as a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from mailflow.forms.papers import ObjectivePlanView, ObjectiveReportView
from workbook_sync.build import build
from workbook_sync.spec import Column, ListSheet, WorkbookSpec

Heads = Sequence[tuple[str, str, float]]
"""Head, name in the view's lines, width in mm on a page that lies (252 in all)."""

PLAN: Heads = (
    ("TT", "no", 7),
    ("Mục tiêu", "objective", 26),
    ("Chỉ số, cách tính", "indicator", 23),
    ("ĐVT", "unit", 10),
    ("Năm trước", "last_year", 13),
    ("Chỉ tiêu", "target", 15),
    ("Biện pháp", "measures", 27),
    ("Nguồn lực", "resources", 16),
    ("Chủ trì", "lead", 16.5),
    ("Phối hợp", "coordination", 16.5),
    ("Thời gian", "by", 17),
    ("Theo dõi, đo: tần suất, phương pháp, nguồn", "measured", 19),
    ("MTCL cơ quan, CSCL", "serves", 16),
    ("Liên quan sản phẩm, dịch vụ, sự hài lòng", "concerns", 16),
    ("Ghi chú", "note", 14),
)
REPORT: Heads = (
    ("TT", "no", 8),
    ("Mục tiêu", "objective", 40),
    ("Chỉ tiêu", "target", 20),
    ("Kết quả", "result", 24),
    ("Quý I", "q1", 12),
    ("Quý II", "q2", 12),
    ("Quý III", "q3", 12),
    ("Quý IV", "q4", 12),
    ("Đánh giá", "verdict", 18),
    ("Nguyên nhân", "cause", 30),
    ("Hành động, phiếu số", "action", 22),
    ("Bằng chứng", "evidence", 22),
    ("Đề xuất năm sau", "proposal", 20),
)
PLAN_TITLE = "Kế hoạch thực hiện mục tiêu chất lượng năm {year}"
REPORT_TITLE = "Báo cáo kết quả thực hiện mục tiêu chất lượng năm {year}"

_MM_OF_A_CHARACTER = 1.9


def plan_workbook(view: ObjectivePlanView) -> bytes:
    """Give the plan as .xlsx, A4 lying, one page wide."""
    return _workbook("Kế hoạch", PLAN_TITLE, PLAN, view)


def report_workbook(view: ObjectiveReportView) -> bytes:
    """Give the report as .xlsx, A4 lying, one page wide."""
    return _workbook("Báo cáo", REPORT_TITLE, REPORT, view)


def _workbook(
    name: str, title: str, heads: Heads, view: ObjectivePlanView | ObjectiveReportView
) -> bytes:
    """Build the one sheet; what people typed stays text, a formula's sign too."""
    sheet = ListSheet(
        name=name,
        columns=tuple(Column(head, width=mm / _MM_OF_A_CHARACTER) for head, _, mm in heads),
        rows=_rows(heads, cast(Sequence[Mapping[str, Any]], view["objectives"])),
        titles=(
            view["agency"],
            f"Phụ lục 3. {title.format(year=view['year'])}",
            f"Đơn vị: {view['owner']}",
        ),
        spare_rows=20,
    )
    return build(WorkbookSpec(sheets=(sheet,), title=f"{name} {view['year']}"))


def _rows(heads: Heads, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{head: str(line[name] or "") for head, name, _ in heads} for line in lines]
