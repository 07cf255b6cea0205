"""Notices as the service would store them, for looking at as pictures and kept as goldens."""

from mailflow.actions.context import Context, Table
from mailflow.procedure.labels import ACT
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
from tests.outbox.list_samples import list_samples
from tests.outbox.more_samples import more_samples
from tests.outbox.review_samples import review_samples
from tests.outbox.yearly import yearly_samples

DISPOSE = [
    choice(
        Act.DECIDE_DISPOSITION,
        "work",
        "Giao xử lý",
        line("Hình thức xử lý", "Làm lại / Sửa chữa/khắc phục / Chấp nhận / Loại bỏ"),
        line("Người xử lý", "họ tên"),
        line("Hạn xử lý", "ngày/tháng/năm"),
        line("Người kiểm tra", "họ tên; bỏ trống là trưởng đơn vị", required=False),
    ),
    choice(
        Act.DECIDE_DISPOSITION,
        "no_work",
        "Không phải xử lý",
        line("Hình thức xử lý", "Chấp nhận / Loại bỏ"),
        line("Lý do"),
    ),
]
APPROVE = [
    choice(
        Act.APPROVE_SOLUTION,
        "yes",
        "Đồng ý",
        line("Người triển khai", "họ tên hoặc đơn vị"),
        line("Hạn hoàn thành", "ngày/tháng/năm"),
    ),
    choice(
        Act.APPROVE_SOLUTION,
        "no",
        "Yêu cầu sửa",
        line("Ý kiến", "nội dung cần sửa"),
        line("Hạn phân tích", "ngày/tháng/năm"),
    ),
]
VERIFY = [
    choice(Act.VERIFY, "effective", "Đạt", line("Bằng chứng đã kiểm tra")),
    *(
        choice(
            Act.VERIFY, answer, phrase, line("Bằng chứng đã kiểm tra"), line("Nội dung chưa đạt")
        )
        for answer, phrase in (
            ("not_done", "Chưa thực hiện"),
            ("incomplete", "Không đầy đủ"),
            ("not_effective", "Không hiệu lực"),
        )
    ),
]
SOLUTION = rows(
    Nguyên_nhân="Chưa có người thay khi cán bộ thụ lý nghỉ; phần mềm không nhắc trước hạn.",
    Biện_pháp="1. Phân công người thay theo tuần (Trần Thị Lan; hạn 20/3/2026; đầu ra: lịch trực)\n"
    "2. Bật nhắc hạn trước 2 ngày trên phần mềm (Tổ CNTT; hạn 25/3/2026; đầu ra: cấu hình)",
    Nguồn_lực="Không phát sinh kinh phí",
)


def samples() -> dict[str, Context]:
    """The notices that are looked at as pictures and kept as goldens, by file name."""
    more = {**more_samples(), **yearly_samples(), **list_samples(), **review_samples()}
    return {**_acts(), **_answers(), **_others(), **more}


def _acts() -> dict[str, Context]:
    return {
        "report_head": notice(
            "report",
            LAN,
            request=request(0, "Chờ trưởng đơn vị xem xét", [LAN["name"]], "04/3/2026"),
            happened=happened(
                Act.REPORT,
                "",
                "5.1.1",
                NAM,
                "02/3/2026 09:12",
                rows(
                    Nội_dung="Hồ sơ cấp phép tổ chức hội số 000.12.H05-260302-0004 trả quá hạn "
                    "3 ngày, công dân phải đến hai lần.",
                    Mức_độ="Nhẹ",
                    Đề_xuất_xử_lý="Sửa chữa/khắc phục",
                ),
                notes=[
                    "Nội dung này đã lập hồ sơ 4 lần liên tiếp tại Bộ phận Một cửa (các phiếu "
                    "trước: CTCL-2026-0005-D, CTCL-2026-0003-T, CTCL-2026-0001-A)."
                ],
            ),
            asks=[
                ask(
                    Act.DECIDE_DISPOSITION,
                    "5.1.1",
                    "04/3/2026",
                    DISPOSE,
                    others=[
                        choice(Act.PASS_UP, "", "Báo cáo lãnh đạo", line("Lý do")),
                        choice(Act.TRANSFER, "", "Chuyển đơn vị", line("Đơn vị"), line("Lý do")),
                    ],
                )
            ],
        ),
        "decide_disposition_performer": notice(
            "decide_disposition",
            NAM,
            request=request(1, "Đang xử lý", [NAM["name"]], "06/3/2026"),
            happened=happened(
                Act.DECIDE_DISPOSITION,
                "work",
                "5.1.1",
                LAN,
                "03/3/2026 14:05",
                rows(
                    Hình_thức_xử_lý="Sửa chữa/khắc phục",
                    Người_xử_lý=NAM["name"],
                    Hạn_xử_lý="06/3/2026",
                    Ý_kiến="Xin lỗi công dân bằng văn bản, trả kết quả tại nhà.",
                ),
            ),
            asks=[
                ask(
                    Act.REPORT_CORRECTION,
                    "5.1.1",
                    "06/3/2026",
                    [
                        choice(
                            Act.REPORT_CORRECTION,
                            "",
                            "Đã xử lý xong",
                            line("Đã xử lý"),
                            line("Bằng chứng", "hoặc đính kèm tệp"),
                        )
                    ],
                    internal=False,
                )
            ],
        ),
        "propose_solution_lead": notice(
            "propose_solution",
            HUNG,
            request=request(3, "Chờ phê duyệt giải pháp", [HUNG["name"]], "13/3/2026"),
            happened=happened(Act.PROPOSE_SOLUTION, "", "5.4", LAN, "10/3/2026 16:30", SOLUTION),
            asks=[
                ask(
                    Act.APPROVE_SOLUTION,
                    "5.4",
                    "13/3/2026",
                    APPROVE,
                    others=[
                        choice(Act.EXTEND, "", "Gia hạn", line("Hạn mới"), line("Lý do")),
                    ],
                )
            ],
        ),
        "verify_failed_told": notice(
            "verify",
            NAM,
            request=request(5, "Không đạt, đã mở phiếu mới", [], "", successor="CTCL-2026-0011-M"),
            happened=happened(
                Act.VERIFY,
                "incomplete",
                "5.6",
                THUY,
                "02/4/2026 10:20",
                rows(
                    Bằng_chứng_đã_kiểm_tra="Lịch trực tháng 3, nhật ký phần mềm",
                    Nội_dung_chưa_đạt="Phần mềm vẫn chưa bật nhắc trước hạn.",
                ),
                notes=["Người xác nhận cũng là người thực hiện việc này."],
            ),
        ),
        "follow_up_head": notice(
            "follow_up",
            THUY,
            request=request(
                2,
                "Chờ Lãnh đạo cơ quan cho ý kiến",
                [THUY["name"]],
                "07/4/2026",
                code="CTCL-2026-0011-M",
                number="11/2026",
                predecessor=CODE,
            ),
            happened=happened(
                Act.FOLLOW_UP,
                "",
                "5.7",
                None,
                "02/4/2026 10:20",
                rows(Nội_dung_chưa_đạt="Phần mềm vẫn chưa bật nhắc trước hạn."),
            ),
            asks=[
                ask(
                    Act.DIRECT,
                    "5.7",
                    "07/4/2026",
                    [
                        choice(
                            Act.DIRECT,
                            "assign",
                            "Giao phân tích",
                            line("Chỉ đạo"),
                            line("Người được phân công", "họ tên hoặc đơn vị"),
                            line("Hạn phân tích", "ngày/tháng/năm"),
                        ),
                        choice(
                            Act.DIRECT,
                            "implement",
                            "Giao thực hiện tiếp",
                            line("Chỉ đạo"),
                            line("Người triển khai", "họ tên hoặc đơn vị"),
                            line("Hạn hoàn thành", "ngày/tháng/năm"),
                        ),
                        choice(Act.DIRECT, "board", "Chuyển Ban ISO", line("Chỉ đạo")),
                        choice(Act.DIRECT, "decline", "Không thực hiện", line("Lý do")),
                    ],
                    request="CTCL-2026-0011-M",
                )
            ],
        ),
        "close_told": notice(
            "close",
            LAN,
            request=request(7, "Đã đóng", [], "", rows=SOLUTION),
            happened=happened(
                Act.CLOSE,
                "yes",
                "5.7",
                DUNG,
                "09/4/2026 15:00",
                rows(Bằng_chứng_kết_quả="Biên bản kiểm tra ngày 08/04/2026; 0 hồ sơ quá hạn."),
            ),
        ),
        "comment_unverified": notice(
            "comment",
            LAN,
            request=request(1, "Đang xử lý", [NAM["name"]], "06/3/2026"),
            happened=happened(
                Act.COMMENT,
                "",
                "",
                NAM,
                "04/3/2026 08:00",
                rows(Nội_dung_trao_đổi="Công dân hẹn nhận kết quả chiều thứ Sáu."),
                verified=False,
                entered_by_name=DUNG["name"],
            ),
        ),
    }


def _answers() -> dict[str, Context]:
    possible = [
        "Phê duyệt giải pháp (mục 5.4): anh/chị là người được chờ, hạn 13/3/2026",
        "Gia hạn: gõ “Gia hạn”, kèm Hạn mới và Lý do",
    ]
    return {
        "answer_mixed": notice(
            "answer",
            HUNG,
            letter=letter(),
            request=request(3, "Chờ phê duyệt giải pháp", [HUNG["name"]], "13/3/2026"),
            results=[
                {
                    "request": CODE,
                    "act_label": "Phê duyệt giải pháp: đồng ý",
                    "outcome": "asked",
                    "text": "Chúng tôi hiểu là anh/chị đồng ý, nhưng thư chưa có Hạn hoàn thành.",
                    "possible": [],
                },
                {
                    "request": "CTCL-2026-0009-P",
                    "act_label": "Chỉ đạo và phân công: giao phân tích, đề xuất giải pháp",
                    "outcome": "done",
                    "text": "Đã ghi nhận và báo cho người được phân công.",
                    "possible": [],
                },
                {
                    "request": "CTCL-2026-0010-B",
                    "act_label": "Đóng phiếu: đóng",
                    "outcome": "refused",
                    "text": "Phiếu đang ở bước “Đang thực hiện” nên chưa đóng được (mục 5.7).",
                    "possible": possible,
                },
            ],
            asks=[
                ask(Act.APPROVE_SOLUTION, "5.4", "13/3/2026", APPROVE),
                ask(
                    Act.DIRECT,
                    "5.3",
                    "16/3/2026",
                    [
                        choice(
                            Act.DIRECT,
                            "assign",
                            "Giao phân tích",
                            line("Chỉ đạo"),
                            line("Người được phân công"),
                            line("Hạn phân tích"),
                        )
                    ],
                    request="CTCL-2026-0012-H",
                ),
            ],
        ),
        "answer_receipt": notice(
            "answer",
            NAM,
            letter=letter(
                id=38,
                subject="Báo cáo KPH: hồ sơ trả trễ",
                sender="nam@sonoivu.binhan.gov.vn",
                received_at="02/3/2026 09:12",
                excerpt="",
            ),
            request=request(0, "Chờ trưởng đơn vị xem xét", [LAN["name"]], "04/3/2026"),
            results=[
                {
                    "request": CODE,
                    "act_label": "Báo cáo, mở phiếu",
                    "outcome": "done",
                    "text": "Phiếu số 07/2026 đã được mở và chuyển tới Trần Thị Lan xem xét.",
                    "possible": [],
                }
            ],
        ),
        "confirm": notice(
            "confirm",
            HUNG,
            letter=letter(),
            details=rows(Việc_đọc_được="Phê duyệt giải pháp: đồng ý (phiếu CTCL-2026-0007-K)"),
            asks=[
                {
                    "request": "",
                    "act": "confirm",
                    "act_label": "Xác nhận",
                    "clause": "",
                    "due": "16/3/2026",
                    "internal": True,
                    "choices": [
                        {
                            "answer": "yes",
                            "type": "Xác nhận",
                            "label": "xác nhận",
                            "fields": [],
                        },
                        {
                            "answer": "no",
                            "type": "Không phải tôi",
                            "label": "không phải tôi",
                            "fields": [],
                        },
                    ],
                    "others": [],
                }
            ],
        ),
    }


WAITING: Table = {
    "columns": ["Mã phiếu", "Đơn vị", "Nội dung", "Việc đang chờ", "Hạn"],
    "rows": [
        [
            CODE,
            "Bộ phận Một cửa",
            "Hồ sơ cấp phép hội trả quá hạn",
            ACT[Act.DECIDE_NEED],
            "04/3/2026",
        ]
    ],
}


def _others() -> dict[str, Context]:
    return {
        "present_list": notice(
            "present_list",
            DUNG,
            table={
                "columns": ["Phiếu", "Đơn vị", "Nội dung", "Dấu hiệu (5.2.2)"],
                "rows": [
                    [f"{n:02d}/2026 · CTCL-2026-{n:04d}-{c}", unit, content, "Có tính chất lặp lại"]
                    for n, c, unit, content in (
                        (7, "K", "Bộ phận Một cửa", "Hồ sơ cấp phép hội trả quá hạn 3 ngày"),
                        (8, "R", "Phòng Tổ chức - Biên chế", "Mẫu quyết định còn căn cứ hết hạn"),
                        (9, "P", "Văn phòng Sở", "Đề xuất số hóa sổ theo dõi công văn đến"),
                    )
                ],
            },
            asks=[
                ask(
                    Act.PRESENT,
                    "5.3",
                    "09/3/2026",
                    [choice(Act.PRESENT, "", "Trình", line("Ý kiến", required=False))],
                    request="",
                )
            ],
        ),
        "deadline_reached_head": notice(
            "deadline_reached",
            THUY,
            request=request(4, "Đang thực hiện", [THUY["name"]], "03/4/2026", rows=SOLUTION),
            details=rows(
                Báo_cáo_gần_nhất="25/3/2026: lịch trực đã ban hành, phần mềm đang cấu hình (60%)",
                Đề_nghị_thay_đổi="Chưa có đề nghị nào đang chờ",
            ),
            asks=[ask(Act.VERIFY, "5.6", "03/4/2026", VERIFY)],
        ),
        "triage": notice(
            "triage",
            DUNG,
            letter=letter(
                id=44,
                subject="Phản ánh việc trả hồ sơ",
                sender="Bà Tám <ba.tam@example.com>",
                excerpt="Tôi nộp hồ sơ ngày 20/2 đến nay chưa có kết quả.",
            ),
            details=rows(Cách_xử_lý="Chuyển tiếp thư cho đơn vị, hoặc mở phiếu thay người gửi."),
        ),
        "receipt_stranger": notice(
            "receipt_stranger",
            {"id": "", "name": "", "email": "ba.tam@example.com", "position": ""},
            letter=letter(id=44, subject="Phản ánh việc trả hồ sơ", excerpt=""),
        ),
        "set_aside": notice(
            "set_aside",
            DUNG,
            letter=letter(id=45, subject="", sender="", excerpt=""),
            details=rows(Lý_do="Thư hỏng phần đầu, đọc ba lần không được."),
        ),
        "register_notes": notice(
            "register_notes",
            DUNG,
            table={
                "columns": ["Ô", "Đã gõ", "Vì sao", "Cần làm"],
                "rows": [
                    ["Phiếu!K12", "31/02/2026", "Ngày không có thật", "Gõ lại, ví dụ 28/02/2026"],
                    ["Phiếu!U15", "Đã đóng", "Đóng phiếu là việc của Ban ISO", "Trả lời thư mời"],
                ],
            },
        ),
        "register_open": notice(
            "register_open",
            DUNG,
            details=rows(
                Sổ="Sổ theo dõi.xlsx",
                Nơi_để="smb://maychu/chung/Sổ theo dõi.xlsx",
                Đang_mở="trên máy KETOAN-03 (Hồng)",
                Chờ_ghi="5 thay đổi",
                Từ_lúc="02/3/2026 08:15",
            ),
        ),
        "undelivered": notice(
            "undelivered",
            DUNG,
            details=rows(
                Người_nhận="Đỗ Văn Nam <nam@sonoivu.binhan.gov.vn>",
                Thư="[CTCL-2026-0007-K] Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày",
                Lý_do="550 5.1.1 không có hộp thư này",
            ),
            table=WAITING,
        ),
        "absence": notice(
            "absence",
            DUNG,
            details=rows(
                Người_vắng=LAN["name"],
                Từ_ngày="02/3/2026",
                Đến_ngày="06/3/2026",
                Thư_trả_lời_tự_động="Tôi đi công tác từ 02/3 đến hết 06/3, việc gấp xin gọi điện.",
            ),
            table=WAITING,
        ),
    }
