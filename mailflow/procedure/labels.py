"""The Vietnamese words that mails, forms, registers and the console show for the code's names."""

from mailflow.procedure.terms import (
    Act,
    Box,
    Disposition,
    Kind,
    Role,
    Severity,
    Sign,
    Source,
    State,
)

KIND = {
    Kind.NONCONFORMITY: "Xử lý sự không phù hợp",
    Kind.POTENTIAL: "Sự không phù hợp tiềm ẩn",
    Kind.CORRECTIVE: "Hành động khắc phục",
    Kind.IMPROVEMENT: "Cải tiến",
}

STATE = {
    State.REPORTED: "Chờ trưởng đơn vị xem xét",
    State.CORRECTING: "Đang xử lý",
    State.CORRECTED: "Chờ kiểm tra kết quả xử lý",
    State.CHECKED: "Chờ xác định nhu cầu khắc phục",
    State.SUBMITTED: "Chờ Thư ký ISO trình",
    State.RETURNED: "Trả lại để bổ sung",
    State.PRESENTED: "Chờ Lãnh đạo Ban ISO chỉ đạo",
    State.ASSIGNED: "Đang phân tích nguyên nhân",
    State.PROPOSED: "Chờ phê duyệt giải pháp",
    State.IMPLEMENTING: "Đang thực hiện",
    State.COMPLETED: "Chờ kiểm tra xác nhận",
    State.VERIFIED: "Chờ đóng phiếu",
    State.AWAITING_DIRECTION: "Chờ Lãnh đạo cơ quan cho ý kiến",
    State.CLOSED: "Đã đóng",
    State.NO_ACTION_NEEDED: "Kết thúc, không cần khắc phục",
    State.DECLINED: "Kết thúc, không thực hiện",
    State.FAILED: "Không đạt, đã mở phiếu mới",
    State.WITHDRAWN: "Đã rút",
    State.MERGED: "Đã gộp vào phiếu khác",
}

ACT = {
    Act.REPORT: "Báo cáo, mở phiếu",
    Act.PASS_UP: "Báo cáo lãnh đạo trực tiếp",
    Act.DECIDE_DISPOSITION: "Xác định hình thức xử lý",
    Act.REPORT_CORRECTION: "Báo cáo kết quả xử lý",
    Act.CHECK_CORRECTION: "Kiểm tra kết quả xử lý",
    Act.CONFIRM_REPEAT: "Xác nhận nội dung lặp lại",
    Act.DECIDE_NEED: "Xác định nhu cầu khắc phục, cải tiến",
    Act.PRESENT: "Trình Lãnh đạo Ban ISO",
    Act.DIRECT: "Chỉ đạo và phân công",
    Act.PROPOSE_SOLUTION: "Phân tích nguyên nhân, đề xuất giải pháp",
    Act.APPROVE_SOLUTION: "Phê duyệt giải pháp",
    Act.PLAN_WORK: "Lập kế hoạch thực hiện",
    Act.REPORT_PROGRESS: "Báo cáo tình hình thực hiện",
    Act.REQUEST_CHANGE: "Đề nghị thay đổi, bổ sung",
    Act.DECIDE_CHANGE: "Quyết định đề nghị thay đổi",
    Act.REPORT_COMPLETION: "Báo cáo hoàn thành",
    Act.VERIFY: "Kiểm tra xác nhận kết quả",
    Act.CLOSE: "Đóng phiếu",
    Act.FOLLOW_UP: "Mở phiếu mới thay phiếu không đạt",
    Act.OPEN_FROM_REVIEW: "Mở phiếu từ kết luận xem xét của lãnh đạo",
    Act.OPEN_FROM_OBJECTIVE: "Mở phiếu từ mục tiêu chất lượng không đạt",
    Act.TRANSFER: "Chuyển đơn vị khác",
    Act.RETURN_FOR_MORE: "Trả lại để bổ sung",
    Act.SUPPLY: "Bổ sung theo yêu cầu",
    Act.WITHDRAW: "Rút phiếu",
    Act.COMMENT: "Trao đổi",
    Act.ADD_EVIDENCE: "Bổ sung bằng chứng",
    Act.REASSIGN: "Giao lại người thực hiện",
    Act.EXTEND: "Gia hạn",
    Act.MERGE: "Gộp phiếu",
}

ANSWER = {
    (Act.REPORT, "handled"): "đã tự xử lý trong thẩm quyền",
    (Act.DECIDE_DISPOSITION, "work"): "giao xử lý",
    (Act.DECIDE_DISPOSITION, "no_work"): "không phải xử lý thêm",
    (Act.CHECK_CORRECTION, "met"): "đạt",
    (Act.CHECK_CORRECTION, "not_met"): "chưa đạt, xử lý lại",
    (Act.CONFIRM_REPEAT, "yes"): "đúng là lặp lại",
    (Act.CONFIRM_REPEAT, "no"): "không phải lặp lại",
    (Act.DECIDE_NEED, "yes"): "cần thực hiện",
    (Act.DECIDE_NEED, "no"): "không cần thực hiện",
    (Act.DIRECT, "assign"): "giao phân tích, đề xuất giải pháp",
    (Act.DIRECT, "implement"): "giao thực hiện tiếp các biện pháp đã duyệt",
    (Act.DIRECT, "board"): "chuyển Ban ISO chỉ đạo",
    (Act.DIRECT, "decline"): "không thực hiện",
    (Act.APPROVE_SOLUTION, "yes"): "đồng ý",
    (Act.APPROVE_SOLUTION, "no"): "yêu cầu sửa",
    (Act.DECIDE_CHANGE, "grant"): "đồng ý",
    (Act.DECIDE_CHANGE, "refuse"): "không đồng ý",
    (Act.REPORT_COMPLETION, "part"): "xong một phần",
    (Act.REPORT_COMPLETION, "all"): "xong toàn bộ",
    (Act.VERIFY, "effective"): "đạt, có hiệu lực",
    (Act.VERIFY, "not_done"): "chưa thực hiện",
    (Act.VERIFY, "incomplete"): "không đầy đủ",
    (Act.VERIFY, "not_effective"): "không hiệu lực",
    (Act.CLOSE, "yes"): "đóng",
    (Act.CLOSE, "back"): "trả lại, thiếu bằng chứng",
    (Act.OPEN_FROM_REVIEW, "open"): "mở phiếu",
    (Act.OPEN_FROM_OBJECTIVE, "unit"): "mục tiêu của đơn vị",
    (Act.OPEN_FROM_OBJECTIVE, "agency"): "mục tiêu của cơ quan",
}

ROLE = {
    Role.STAFF: "CBCCVCLĐ",
    Role.UNIT_HEAD: "Trưởng đơn vị",
    Role.AUDITOR: "Chuyên gia đánh giá",
    Role.ISO_SECRETARY: "Thư ký ISO",
    Role.ISO_MEMBER: "Thành viên Ban ISO",
    Role.ISO_LEAD: "Lãnh đạo Ban ISO",
    Role.AGENCY_HEAD: "Lãnh đạo cơ quan",
    Role.REPORTER: "Người phát hiện",
    Role.DECIDER: "Lãnh đạo xem xét",
    Role.PERFORMER: "Người xử lý",
    Role.CHECKER: "Người kiểm tra",
    Role.SUBMITTER: "Người gửi phiếu lên",
    Role.ASSIGNEE: "Người được phân công",
    Role.IMPLEMENTER: "Người triển khai",
    Role.IMPLEMENTER_HEAD: "Trưởng đơn vị thực hiện",
    Role.COORDINATOR: "Đơn vị phối hợp",
    Role.VERIFIER: "Người kiểm tra xác nhận",
    Role.PARTY: "Người liên quan đến phiếu",
    Role.PROGRAM: "Chương trình",
}

BOX = {
    Box.ONE: "Ô 1 - Nội dung yêu cầu",
    Box.BOARD: "Xem xét của Ban ISO",
    Box.TWO: "Ô 2 - Nguyên nhân và biện pháp",
    Box.THREE: "Ô 3 - Kiểm tra, xác nhận và đóng phiếu",
    Box.NONE: "",
}

DISPOSITION = {
    Disposition.REWORK: "Làm lại",
    Disposition.REPAIR: "Sửa chữa/khắc phục",
    Disposition.ACCEPT: "Chấp nhận",
    Disposition.REJECT: "Loại bỏ",
}

SEVERITY = {Severity.MINOR: "Nhẹ", Severity.MAJOR: "Nặng"}

SOURCE = {
    Source.NONCONFORMING_ACTIVITY: "Hoạt động chức năng không phù hợp",
    Source.FEEDBACK: "Phản hồi của tổ chức, cá nhân, khách hàng",
    Source.INTERNAL_AUDIT: "Kết quả đánh giá chất lượng nội bộ",
    Source.EARLIER_MEASURES: "Kết quả khắc phục, phòng ngừa trước đó",
    Source.MANAGEMENT_REVIEW: "Quyết định sau họp xem xét của lãnh đạo",
    Source.DATA_ANALYSIS: "Phân tích dữ liệu, giám sát quá trình",
    Source.PROCESS_RESULTS: "Kết quả thực hiện các quá trình",
    Source.CONFORMITY_RESULTS: "Kết quả xác định sự phù hợp",
    Source.QMS_RECORDS: "Hồ sơ của HTQLCL",
    Source.RISK_ANALYSIS: "Kết quả phân tích rủi ro",
    Source.INTERESTED_PARTIES: "Thông tin các bên liên quan",
    Source.LESSONS_LEARNED: "Bài học kinh nghiệm",
}

SIGN = {
    Sign.OBJECTIVES_AT_RISK: "Nguy cơ không đạt MTCL, không đáp ứng CSCL",
    Sign.RECURRING: "Có tính chất lặp lại",
    Sign.SERIOUS: "Gây hậu quả nặng, mức độ lớn",
    Sign.REPEATED_RECORDS: "Hồ sơ KPH lập quá 03 lần liên tiếp cùng nội dung, cùng đơn vị",
    Sign.QMS_EFFECTIVENESS: "Nâng cao hiệu quả, hiệu lực của HTQLCL",
    Sign.CUSTOMER_SATISFACTION: "Nâng cao chất lượng, sự thỏa mãn của khách hàng",
    Sign.ORGANISATION_CHANGE: "Thay đổi cơ cấu, phạm vi, chức năng, định hướng",
    Sign.OPPORTUNITY: "Cơ hội cải tiến",
}

PROOF = {
    "token": "mã trả lời riêng trong thư",
    "smime": "chữ ký số S/MIME",
    "authentication_results": "kết quả xác thực của máy chủ thư",
    "challenge": "thư xác nhận lại",
    "keeper": "sổ theo dõi do người giữ sổ nhập",
    "console": "lệnh của quản trị viên",
    "program": "chương trình",
    "none": "chưa xác thực",
}


def act_label(act: Act, answer: str) -> str:
    """Name an act with its answer, e.g. "Phê duyệt giải pháp: đồng ý"."""
    said = ANSWER.get((act, answer))
    return f"{ACT[act]}: {said}" if said else ACT[act]


def option_labels(field_name: str) -> dict[str, str]:
    """Give the label of each option of a choice field, empty for other fields."""
    return dict(_OPTIONS.get(field_name, {}))


_OPTIONS: dict[str, dict[str, str]] = {
    "kind": {k.value: v for k, v in KIND.items()},
    "sources": {k.value: v for k, v in SOURCE.items()},
    "severity": {k.value: v for k, v in SEVERITY.items()},
    "disposition": {k.value: v for k, v in DISPOSITION.items()},
    "proposed_disposition": {k.value: v for k, v in DISPOSITION.items()},
    "signs": {k.value: v for k, v in SIGN.items()},
}
