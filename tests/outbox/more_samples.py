"""One notice of each kind that `samples` tells nothing of, so that every mail is seen."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mailflow.actions.context import Context, Recipient, Row
from mailflow.procedure.terms import Act
from tests.outbox.build import (
    CODE,
    DUNG,
    HUNG,
    LAN,
    NAM,
    THUY,
    ask,
    choice,
    happened,
    letter,
    line,
    notice,
    request,
    rows,
)
from tests.outbox.offered import STAND_IN, one_word_samples

DAY, NAME = "ngày/tháng/năm", "họ tên hoặc đơn vị"
WORK_PLAN = "1. Lập lịch trực thay (Trần Thị Lan; hạn 18/3/2026)\n"
WORK_PLAN += "2. Bật nhắc hạn (Đỗ Văn Nam; phối hợp: Tổ CNTT; hạn 25/3/2026)"


class Told(NamedTuple):
    """An act that is told of: where the request stands after it, and who is asked what."""

    act: Act
    answer: str
    clause: str
    by: Recipient
    to: Recipient
    at: str
    rows: list[Row]
    stage: int
    state: str
    waiting: Sequence[str] = ()
    due: str = ""
    asks: Sequence[Any] = ()


NEED = [
    choice(Act.DECIDE_NEED, "yes", "Cần HĐKP", line("Dấu hiệu", "một hay nhiều dấu hiệu")),
    choice(Act.DECIDE_NEED, "no", "Không cần HĐKP", line("Lý do")),
]
PLAN = [choice(Act.PLAN_WORK, "", "Kế hoạch", line("Việc", "việc; người làm; phối hợp; hạn"))]
CHANGE = [
    choice(Act.DECIDE_CHANGE, "grant", "Đồng ý thay đổi", line("Ý kiến", required=False)),
    choice(Act.DECIDE_CHANGE, "refuse", "Không đồng ý", line("Lý do")),
]
DIRECT = [
    choice(Act.DIRECT, "assign", "Giao phân tích", line("Người được phân công", NAME)),
    choice(Act.DIRECT, "decline", "Không thực hiện", line("Lý do")),
]
CLOSE = [
    choice(Act.CLOSE, "yes", "Đóng phiếu", line("Bằng chứng kết quả")),
    choice(Act.CLOSE, "back", "Trả lại", line("Bằng chứng còn thiếu")),
]
SUPPLY = [choice(Act.SUPPLY, "", "Bổ sung", line("Nội dung bổ sung"))]
CHECK = [
    choice(Act.CHECK_CORRECTION, "met", "Đạt", line("Ý kiến", required=False)),
    choice(Act.CHECK_CORRECTION, "not_met", "Chưa đạt", line("Ý kiến"), line("Hạn xử lý", DAY)),
]

TOLD = (
    Told(
        Act.PASS_UP, "", "5.1.1", LAN, HUNG, "03/3/2026 10:00",
        rows(Lý_do="Việc liên quan hai đơn vị, vượt thẩm quyền Bộ phận Một cửa."),
        0, "Chờ lãnh đạo trực tiếp xem xét", [HUNG["name"]], "05/3/2026",
        [ask(Act.DECIDE_NEED, "5.2.2", "05/3/2026", NEED)],
    ),
    Told(
        Act.REPORT_CORRECTION, "", "5.1.1", NAM, LAN, "05/3/2026 16:10",
        rows(Đã_xử_lý="Đã trả kết quả tại nhà, gửi thư xin lỗi.", Bằng_chứng="Thư xin lỗi 15/TXL"),
        1, "Chờ kiểm tra kết quả xử lý", [LAN["name"]], "09/3/2026",
        [ask(Act.CHECK_CORRECTION, "5.1.1", "09/3/2026", CHECK)],
    ),
    Told(
        Act.CHECK_CORRECTION, "met", "5.1.1", LAN, NAM, "06/3/2026 08:20",
        rows(Ý_kiến="Công dân đã ký nhận."), 1, "Chờ xác định sự cần thiết", [LAN["name"]],
        "10/3/2026",
    ),
    Told(
        Act.CONFIRM_REPEAT, "yes", "5.2.2", LAN, DUNG, "06/3/2026 08:25",
        rows(Các_phiếu_trước="CTCL-2026-0005-D, CTCL-2026-0003-T, CTCL-2026-0001-A"),
        1, "Chờ xác định sự cần thiết", [LAN["name"]], "10/3/2026",
    ),
    Told(
        Act.DECIDE_NEED, "yes", "5.2.2", LAN, DUNG, "06/3/2026 08:30",
        rows(Dấu_hiệu="Có tính chất lặp lại"),
        2, "Đã gửi Thư ký ISO", [DUNG["name"]], "10/3/2026",
    ),
    Told(
        Act.DIRECT, "assign", "5.3", HUNG, LAN, "09/3/2026 11:00",
        rows(Chỉ_đạo="Làm rõ vì sao không có người thay.", Người_được_phân_công=LAN["name"],
             Hạn_phân_tích="12/3/2026"),
        3, "Đang phân tích, đề xuất giải pháp", [LAN["name"]], "12/3/2026",
        [ask(Act.PROPOSE_SOLUTION, "5.4", "12/3/2026", [
            choice(Act.PROPOSE_SOLUTION, "", "Đề xuất giải pháp", line("Nguyên nhân"),
                   line("Biện pháp", "việc; người làm; hạn; đầu ra"),
                   line("Nguồn lực")),
        ], internal=False)],
    ),
    Told(
        Act.APPROVE_SOLUTION, "yes", "5.4", HUNG, NAM, "11/3/2026 09:00",
        rows(Người_triển_khai="Bộ phận Một cửa", Hạn_hoàn_thành="31/3/2026"),
        4, "Đang thực hiện", [NAM["name"]], "16/3/2026",
        [ask(Act.PLAN_WORK, "5.5", "16/3/2026", PLAN)],
    ),
    Told(
        Act.PLAN_WORK, "", "5.5", NAM, DUNG, "13/3/2026 15:00",
        rows(Kế_hoạch=WORK_PLAN), 4, "Đang thực hiện", [NAM["name"]], "31/3/2026",
    ),
    Told(
        Act.REPORT_PROGRESS, "", "5.5", NAM, DUNG, "24/3/2026 17:00",
        rows(Tình_hình="Lịch trực đã ban hành, phần mềm đang cấu hình.", Tiến_độ="60%",
             Khó_khăn="Chờ Tổ CNTT cấp quyền."),
        4, "Đang thực hiện", [NAM["name"]], "31/3/2026",
    ),
    Told(
        Act.REQUEST_CHANGE, "", "5.5", NAM, HUNG, "25/3/2026 09:30",
        rows(Hạn_mới="15/4/2026", Lý_do="Tổ CNTT nâng cấp máy chủ đến ngày 10/4/2026."),
        4, "Đang thực hiện, có đề nghị thay đổi", [HUNG["name"]], "30/3/2026",
        [ask(Act.DECIDE_CHANGE, "5.5", "30/3/2026", CHANGE)],
    ),
    Told(
        Act.DECIDE_CHANGE, "grant", "5.5", HUNG, NAM, "26/3/2026 10:00",
        rows(Hạn_hoàn_thành="31/3/2026 → 15/4/2026"),
        4, "Đang thực hiện", [NAM["name"]], "15/4/2026",
    ),
    Told(
        Act.REPORT_COMPLETION, "all", "5.5", NAM, THUY, "14/4/2026 16:00",
        rows(Kết_quả="Nhắc hạn đã chạy; không còn hồ sơ quá hạn.", Ngày_hoàn_thành="14/4/2026"),
        5, "Chờ kiểm tra, xác nhận", [THUY["name"]], "17/4/2026",
    ),
    Told(
        Act.TRANSFER, "", "", LAN, LAN, "03/3/2026 10:00",
        rows(Đơn_vị_mới="Văn phòng Sở", Lý_do="Việc thuộc Văn phòng."),
        0, "Chờ trưởng đơn vị xem xét", ["Trưởng Văn phòng Sở"], "05/3/2026",
    ),
    Told(
        Act.RETURN_FOR_MORE, "", "", DUNG, LAN, "09/3/2026 08:00",
        rows(Nội_dung_còn_thiếu="Chưa nêu số hồ sơ và ngày hẹn trả."),
        2, "Đã trả lại để bổ sung", [LAN["name"]], "11/3/2026",
        [ask(Act.SUPPLY, "", "11/3/2026", SUPPLY)],
    ),
    Told(
        Act.SUPPLY, "", "", LAN, DUNG, "09/3/2026 14:00",
        rows(Nội_dung_bổ_sung="Hồ sơ 000.12.H05-260302-0004, hẹn trả 27/02/2026."),
        2, "Đã gửi Thư ký ISO", [DUNG["name"]], "11/3/2026",
    ),
    Told(
        Act.WITHDRAW, "", "", NAM, LAN, "03/3/2026 10:00", rows(Lý_do="Gửi trùng."),
        0, "Đã rút",
    ),
    Told(
        Act.ADD_EVIDENCE, "", "", NAM, LAN, "04/3/2026 08:00",
        rows(Nội_dung="Ảnh biên nhận", Tệp="anh-bien-nhan.jpg"),
        1, "Đang xử lý", [NAM["name"]], "06/3/2026",
    ),
    Told(
        Act.REASSIGN, "", "", HUNG, NAM, "16/3/2026 08:00",
        rows(Người_mới=NAM["name"], Lý_do="Chị Lan đi học đến hết tháng."),
        3, "Đang phân tích, đề xuất giải pháp", [NAM["name"]], "20/3/2026",
    ),
    Told(
        Act.EXTEND, "", "", HUNG, LAN, "12/3/2026 08:00",
        rows(Hạn_mới="17/3/2026", Lý_do="Chờ số liệu của Tổ CNTT."),
        3, "Đang phân tích, đề xuất giải pháp", [LAN["name"]], "17/3/2026",
    ),
    Told(
        Act.MERGE, "", "", DUNG, NAM, "04/3/2026 09:00",
        rows(Gộp_vào="CTCL-2026-0005-D", Lý_do="Cùng một hồ sơ."), 1, "Đã gộp",
    ),
    Told(
        Act.OPEN_FROM_REVIEW, "open", "5.8.1.2", DUNG, HUNG, "20/12/2026 09:00",
        rows(Kết_luận_xem_xét="Số hóa 100% hồ sơ Một cửa", Đề_xuất_phân_công="Văn phòng Sở"),
        2, "Chờ Lãnh đạo Ban ISO chỉ đạo", [HUNG["name"]], "23/12/2026",
        [ask(Act.DIRECT, "5.3", "23/12/2026", DIRECT)],
    ),
    Told(
        Act.OPEN_FROM_OBJECTIVE, "unit", "5.9", LAN, DUNG, "30/12/2026 09:00",
        rows(Mục_tiêu="Tỷ lệ trả đúng hạn từ 98% trở lên", Kết_quả="96,2%",
             Nguyên_nhân="Thiếu người thay tháng 2 và tháng 3."),
        2, "Đã gửi Thư ký ISO", [DUNG["name"]], "05/01/2027",
    ),
    Told(
        Act.VERIFY, "effective", "5.6", THUY, DUNG, "16/4/2026 10:00",
        rows(Bằng_chứng_đã_kiểm_tra="Lịch trực tháng 4, nhật ký nhắc hạn"),
        6, "Đã kiểm tra, chờ đóng phiếu", [DUNG["name"]], "20/4/2026",
        [ask(Act.CLOSE, "5.7", "20/4/2026", CLOSE)],
    ),
)  # fmt: skip


def more_samples() -> dict[str, Context]:
    """Give the notices by file name: the kind, then the answer where there is one."""
    told = {"_".join(filter(None, (t.act.value, t.answer))): _told(t) for t in TOLD}
    return {**told, "present_lead": _presented(), **_others()}


def _told(of: Told) -> Context:
    act = happened(of.act, of.answer, of.clause, of.by, of.at, of.rows)
    glance = request(of.stage, of.state, list(of.waiting), of.due)
    if of.act is Act.TRANSFER:
        glance["unit"] = of.rows[0]["value"]
    return notice(of.act.value, of.to, request=glance, happened=act, asks=list(of.asks))


def _presented() -> Context:
    listed = (
        (7, "K", "Bộ phận Một cửa", "Hồ sơ cấp phép hội trả quá hạn 3 ngày"),
        (8, "R", "Phòng Tổ chức - Biên chế", "Mẫu quyết định còn căn cứ hết hạn"),
        (9, "P", "Văn phòng Sở", "Đề xuất số hóa sổ theo dõi công văn đến"),
    )
    codes = [f"CTCL-2026-{number:04d}-{check}" for number, check, _, _ in listed]
    return notice(
        "present",
        HUNG,
        happened=happened(Act.PRESENT, "", "5.3", DUNG, "09/3/2026 08:30", []),
        table={
            "columns": ["Phiếu", "Đơn vị", "Nội dung"],
            "rows": [
                [f"{number:02d}/2026 · {code}", unit, content]
                for code, (number, _, unit, content) in zip(codes, listed, strict=True)
            ],
        },
        asks=[ask(Act.DIRECT, "5.3", "12/3/2026", DIRECT, request=code) for code in codes],
    )


def _others() -> dict[str, Context]:
    citizen = letter(
        id=44, subject="Phản ánh việc trả hồ sơ", sender="Bà Tám <ba.tam@example.com>",
        excerpt="Tôi nộp hồ sơ ngày 20/2 đến nay chưa có kết quả.",
    )  # fmt: skip
    return {
        **one_word_samples(),
        "forwarded": notice("forwarded", LAN, letter=citizen),
        "scanned": notice("scanned", DUNG, letter=letter(id=47, excerpt="")),
        "stand_in": notice("stand_in", LAN, details=STAND_IN),
        "stand_in_ended": notice("stand_in_ended", LAN, details=STAND_IN),
        "stand_in_work": notice("stand_in_work", LAN, details=STAND_IN, table=_waiting()),
        "answers_paused": notice(
            "answers_paused", DUNG,
            details=rows(Địa_chỉ="may.quet@sonoivu.binhan.gov.vn", Số_thư="20 thư trong một giờ"),
        ),
        "help_nobody": notice("help", HUNG, letter=letter(), details=rows(Báo_việc_mới="• “Báo”")),
    }  # fmt: skip


def _waiting() -> dict[str, Any]:
    row = [f"{CODE}: Hồ sơ trả quá hạn 3 ngày", "Báo cáo kết quả xử lý\nHạn 12/6/2026", "“Đã xong”"]
    return {"columns": ["Phiếu", "Việc đang chờ", "Gõ ở dòng đầu"], "rows": [row]}
