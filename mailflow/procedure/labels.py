"""The Vietnamese words that mails, forms, registers and the console show for the code's names."""

from mailflow.procedure.fields import FIELDS, PARTS
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import (
    REQUESTS,
    Act,
    Box,
    Disposition,
    Head,
    Kind,
    Role,
    Section,
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
    Kind.OBJECTIVES: "Mục tiêu chất lượng",
    Kind.REVIEW: "Xem xét của lãnh đạo",
    Kind.REVIEW_MEETING: "Xem xét của lãnh đạo bằng cuộc họp",
    Kind.REVIEW_COMBINED: "Xem xét của lãnh đạo kết hợp trong cuộc họp khác",
    Kind.REVIEW_REPORT: "Xem xét của lãnh đạo bằng báo cáo và thông báo",
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
    State.PLAN_ASKED: "Chờ phân công dự thảo mục tiêu",
    State.PLAN_DRAFTING: "Đang dự thảo mục tiêu",
    State.PLAN_SUBMITTED: "Chờ phê duyệt mục tiêu",
    State.PLAN_IN_FORCE: "Đang thực hiện mục tiêu",
    State.PLAN_AMENDING: "Chờ phê duyệt điều chỉnh mục tiêu",
    State.EVALUATION_ASKED: "Chờ đánh giá thực hiện mục tiêu",
    State.EVALUATED: "Chờ chấp nhận kết quả đánh giá",
    State.EVALUATION_ACCEPTED: "Đã đánh giá, chờ xử lý mục tiêu không đạt",
    State.OBJECTIVES_FINISHED: "Đã kết thúc năm",
    State.REVIEW_DUE: "Chờ lập kế hoạch xem xét",
    State.COLLECTING: "Đang thu thập nội dung đầu vào",
    State.AGENDA_SENT: "Đã gửi tài liệu, chờ họp",
    State.HELD: "Đã họp, chờ biên bản",
    State.MINUTES_DRAFTED: "Chờ phê duyệt biên bản",
    State.MINUTES_APPROVED: "Biên bản đã duyệt, chờ gửi các đơn vị",
    State.MINUTES_RECEIVED: "Đã nhận biên bản họp kết hợp",
    State.REPORT_DRAFTED: "Chờ phê duyệt báo cáo",
    State.COMMENTING: "Đang lấy ý kiến về báo cáo",
    State.NOTICE_DRAFTED: "Chờ Lãnh đạo Ban ISO cho ý kiến thông báo",
    State.NOTICE_ENDORSED: "Chờ Lãnh đạo cơ quan phê duyệt thông báo",
    State.NOTICE_APPROVED: "Thông báo đã duyệt, chờ gửi các đơn vị",
    State.DISTRIBUTED: "Đã gửi kết quả, đang xử lý các kết luận",
    State.REVIEW_FINISHED: "Kết thúc cuộc xem xét",
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
    Act.OPEN_OBJECTIVES: "Mở hồ sơ mục tiêu chất lượng",
    Act.NAME_DRAFTER: "Phân công người dự thảo mục tiêu",
    Act.SUBMIT_PLAN: "Trình mục tiêu và kế hoạch thực hiện",
    Act.APPROVE_PLAN: "Phê duyệt mục tiêu và kế hoạch",
    Act.RECORD_ACTUALS: "Cập nhật kết quả thực hiện mục tiêu",
    Act.AMEND_PLAN: "Đề nghị điều chỉnh mục tiêu",
    Act.APPROVE_AMENDMENT: "Phê duyệt điều chỉnh mục tiêu",
    Act.ASK_EVALUATION: "Đề nghị đánh giá thực hiện mục tiêu",
    Act.EVALUATE: "Đánh giá thực hiện mục tiêu",
    Act.ACCEPT_EVALUATION: "Chấp nhận kết quả đánh giá",
    Act.SETTLE_OBJECTIVE: "Xử lý mục tiêu không đạt",
    Act.FINISH_OBJECTIVES: "Kết thúc năm mục tiêu",
    Act.OPEN_REVIEW: "Mở cuộc xem xét của lãnh đạo",
    Act.PLAN_REVIEW: "Lập kế hoạch xem xét của lãnh đạo",
    Act.MOVE_MEETING: "Đổi lịch họp xem xét",
    Act.CANCEL_REVIEW: "Hủy kế hoạch xem xét",
    Act.ANSWER_INVITATION: "Trả lời giấy mời họp",
    Act.GIVE_INPUT: "Gửi nội dung đầu vào",
    Act.SEND_AGENDA: "Gửi tài liệu họp xem xét",
    Act.HOLD_REVIEW: "Ghi nhận đã họp xem xét",
    Act.DRAFT_MINUTES: "Lập biên bản họp xem xét",
    Act.APPROVE_MINUTES: "Phê duyệt biên bản họp xem xét",
    Act.RECEIVE_MINUTES: "Nhận biên bản họp kết hợp",
    Act.COMPLETE_MINUTES: "Bổ sung nội dung còn thiếu của biên bản",
    Act.DISTRIBUTE: "Gửi kết quả xem xét đến các đơn vị",
    Act.DRAFT_REPORT: "Lập báo cáo vận hành, duy trì HTQLCL",
    Act.APPROVE_REPORT: "Phê duyệt báo cáo vận hành, duy trì HTQLCL",
    Act.COMMENT_REPORT: "Cho ý kiến về báo cáo",
    Act.DRAFT_NOTICE: "Lập thông báo kết quả xem xét",
    Act.ENDORSE_NOTICE: "Cho ý kiến về thông báo kết quả xem xét",
    Act.APPROVE_NOTICE: "Phê duyệt thông báo kết quả xem xét",
    Act.SETTLE_DECISION: "Xử lý kết luận của cuộc xem xét",
    Act.UPDATE_RISK: "Cập nhật bảng phân tích rủi ro",
    Act.FINISH_REVIEW: "Kết thúc cuộc xem xét",
}

SECTION = {section: FIELDS[f"input_{section}"].label for section in Section}

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
    (Act.OPEN_OBJECTIVES, "plan"): "xây dựng kế hoạch",
    (Act.OPEN_OBJECTIVES, "evaluation"): "đánh giá cuối năm",
    (Act.APPROVE_PLAN, "yes"): "phê duyệt",
    (Act.APPROVE_PLAN, "no"): "yêu cầu sửa",
    (Act.APPROVE_AMENDMENT, "yes"): "phê duyệt",
    (Act.APPROVE_AMENDMENT, "no"): "không phê duyệt",
    (Act.ACCEPT_EVALUATION, "yes"): "chấp nhận",
    (Act.ACCEPT_EVALUATION, "no"): "yêu cầu đánh giá lại",
    (Act.SETTLE_OBJECTIVE, "open"): "mở phiếu yêu cầu",
    (Act.SETTLE_OBJECTIVE, "decline"): "không mở phiếu",
    (Act.FINISH_OBJECTIVES, "done"): "đã đánh giá xong",
    (Act.FINISH_OBJECTIVES, "unanswered"): "không có báo cáo đánh giá",
    (Act.PLAN_REVIEW, "meeting"): "tổ chức họp riêng",
    (Act.PLAN_REVIEW, "combined"): "kết hợp trong cuộc họp khác",
    (Act.PLAN_REVIEW, "report"): "bằng báo cáo và thông báo",
    (Act.ANSWER_INVITATION, "yes"): "tham dự",
    (Act.ANSWER_INVITATION, "no"): "không tham dự",
    **{
        (Act.GIVE_INPUT, s.value): f"{label[:1].lower()}{label[1:]}" for s, label in SECTION.items()
    },
    (Act.APPROVE_MINUTES, "yes"): "đồng ý",
    (Act.APPROVE_MINUTES, "no"): "yêu cầu sửa",
    (Act.APPROVE_REPORT, "yes"): "đồng ý",
    (Act.APPROVE_REPORT, "no"): "yêu cầu sửa",
    (Act.COMMENT_REPORT, "agree"): "nhất trí với báo cáo",
    (Act.COMMENT_REPORT, "comment"): "có ý kiến",
    (Act.ENDORSE_NOTICE, "yes"): "đồng ý trình",
    (Act.ENDORSE_NOTICE, "no"): "yêu cầu sửa",
    (Act.APPROVE_NOTICE, "yes"): "đồng ý",
    (Act.APPROVE_NOTICE, "no"): "yêu cầu sửa",
    (Act.SETTLE_DECISION, "open"): "mở phiếu",
    (Act.SETTLE_DECISION, "decline"): "không mở phiếu",
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
    Role.OBJECTIVES_OWNER: "Trưởng đơn vị, với mục tiêu của cơ quan là Thư ký ISO",
    Role.DRAFTER: "Người dự thảo",
    Role.PLAN_APPROVER: "Trưởng đơn vị, với mục tiêu của cơ quan là Lãnh đạo cơ quan",
    Role.EVALUATION_ACCEPTER: "Thư ký ISO, với mục tiêu của cơ quan là Lãnh đạo cơ quan",
    Role.OBJECTIVES_SETTLER: "Trưởng đơn vị, với mục tiêu của cơ quan là Ban ISO",
    Role.BOUND: "Người phải thực hiện mục tiêu",
    Role.CHAIR: "Chủ tọa cuộc họp",
    Role.MEETING_SECRETARY: "Thư ký cuộc họp",
    Role.PARTICIPANT: "Người dự họp",
    Role.INPUT_OWNER: "Người phụ trách nội dung đầu vào",
    Role.COMMENTER: "Người được lấy ý kiến về báo cáo",
    Role.RISK_OWNER: "Người cập nhật phân tích rủi ro",
}

BOX = {
    Box.ONE: "Ô 1 - Nội dung yêu cầu",
    Box.BOARD: "Xem xét của Ban ISO",
    Box.TWO: "Ô 2 - Nguyên nhân và biện pháp",
    Box.THREE: "Ô 3 - Kiểm tra, xác nhận và đóng phiếu",
    Box.NONE: "",
}

HEAD = {
    Head.OPPORTUNITIES: "cơ hội cải tiến",
    Head.CHANGES: "thay đổi HTQLCL",
    Head.RESOURCES: "nguồn lực",
    Head.RISK: "cập nhật rủi ro",
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

VERDICT = {
    Verdict.MET: "Đạt",
    Verdict.NOT_MET: "Không đạt",
    Verdict.NONE_AROSE: "Không phát sinh",
    Verdict.OPEN: "Chưa đánh giá",
}

UNPLANNED = "Không có trong kế hoạch"
"""Of a line of the register that is no part of its plan, or no more."""

AT_RISK = "Có nguy cơ"
"""Of an objective whose latest result is behind for the time of year."""

SIGNED_AS = {"drafted": "Người lập", "approved": "Người phê duyệt", "accepted": "Người chấp nhận"}
"""Above the names on appendix 3."""

AMENDED = {
    "added": "Bổ sung ngày {on}",
    "changed": "Điều chỉnh ngày {on}: {was} → {now}",
    "reworded": "Điều chỉnh ngày {on}",
}
"""What an amendment did to a line of a plan."""

SETTLED = {"opened": "Phiếu {code}", "declined": "Không mở phiếu: {reason}"}
"""What became of an objective that was not met."""

OBJECTIVES_OF = "Mục tiêu chất lượng năm {year} - {owner}"
NOT_MET = (
    "Mục tiêu chất lượng năm {year} không đạt: {objective} (kết quả {actual}, chỉ tiêu {target})"
)
AGAINST = "{actual}; chỉ tiêu: {target}"
SO_FAR = "quý {quarter}: {actual}"

GIVEN = {
    "policy": "Chính sách chất lượng",
    "agency": "Mục tiêu của cơ quan",
    "before": "Kết quả năm trước",
}
"""What a drafter of objectives works from (5.9)."""

AGENCY = "Cơ quan"
CALLED = "Hồ sơ {kind}"
"""How a matter that is no request is called; a request is "Phiếu số …"."""

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
    "kind": {k.value: KIND[k] for k in REQUESTS},
    "sources": {k.value: v for k, v in SOURCE.items()},
    "severity": {k.value: v for k, v in SEVERITY.items()},
    "disposition": {k.value: v for k, v in DISPOSITION.items()},
    "proposed_disposition": {k.value: v for k, v in DISPOSITION.items()},
    "signs": {k.value: v for k, v in SIGN.items()},
    "nothing_in": {name: FIELDS[name].label for name in PARTS},
}
