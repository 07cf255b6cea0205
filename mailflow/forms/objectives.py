"""Appendix 3, plan and report of quality objectives (5.9): its columns."""

from collections.abc import Sequence

Heads = Sequence[tuple[str, str, float]]
"""Head, name in the view's lines, width in mm on a page that lies (252 in all)."""

PLAN: Heads = (
    ("TT", "no", 7),
    ("Mục tiêu", "objective", 26),
    ("Chỉ số, cách tính", "indicator", 23),
    ("ĐVT", "unit", 10),
    ("Năm trước", "last_year", 13),
    ("Chỉ tiêu", "target", 15),
    ("Biện pháp", "measures", 25),
    ("Nguồn lực", "resources", 14),
    ("Chủ trì", "lead", 16.5),
    ("Phối hợp", "coordination", 16.5),
    ("Thời gian", "by", 17),
    ("Theo dõi, đo: tần suất, phương pháp, nguồn", "measured", 19),
    ("MTCL cơ quan, CSCL", "serves", 16),
    ("Liên quan sản phẩm, dịch vụ, sự hài lòng", "concerns", 16),
    ("Ghi chú", "note", 18),
)
REPORT: Heads = (
    ("TT", "no", 8),
    ("Mục tiêu", "objective", 30),
    ("Chỉ tiêu", "target", 20),
    ("Kết quả", "result", 24),
    ("Quý I", "q1", 16),
    ("Quý II", "q2", 16),
    ("Quý III", "q3", 16),
    ("Quý IV", "q4", 16),
    ("Đánh giá", "verdict", 18),
    ("Nguyên nhân", "cause", 28),
    ("Hành động, phiếu số", "action", 22),
    ("Bằng chứng", "evidence", 20),
    ("Đề xuất năm sau", "proposal", 18),
)
PLAN_TITLE = "Kế hoạch thực hiện mục tiêu chất lượng năm {year}"
REPORT_TITLE = "Báo cáo kết quả thực hiện mục tiêu chất lượng năm {year}"
