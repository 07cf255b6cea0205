"""The rows of the request on form BM.CTCL.01: sections 5.1 to 5.7, and the house rules."""

from mailflow.procedure.table import Step, Wait, When
from mailflow.procedure.terms import ISO_BOARD, REQUESTS, Act, Box, Kind, Role, State

ALL = REQUESTS
NC = (Kind.NONCONFORMITY,)
OTHERS = (Kind.POTENTIAL, Kind.CORRECTIVE, Kind.IMPROVEMENT)
S, A, R, B = State, Act, Role, Box

T511 = "Nhận biết và xác định công tác xử lý"
T521 = "Mở phiếu yêu cầu"
T522 = "Xác định nhu cầu thực hiện HĐKP, cải tiến"
T53 = "Xem xét hành động khắc phục, cải tiến"
T54 = "Phân tích nguyên nhân và đề xuất giải pháp khắc phục/cải tiến"
T55 = "Thực hiện theo dõi các biện pháp khắc phục"
T56 = "Kiểm tra xác nhận biện pháp khắc phục"
T57 = "Đóng phiếu yêu cầu hành động khắc phục"
T5812 = "Đầu ra của cuộc họp"
T59 = "Đánh giá và xác định MTCL để cải tiến liên tục"

REPORT_MAY = (
    "unit", "sources", "category", "evidence", "violated", "file_numbers", "found_on", "severity",
    "proposed_disposition", "files",
)
DIRECT_TELL = (R.REPORTER, R.UNIT_HEAD, R.ISO_SECRETARY)
BEFORE_DIRECTION = (S.REPORTED, S.CORRECTING, S.CORRECTED, S.CHECKED, S.SUBMITTED, S.RETURNED, S.PRESENTED)
OPEN = (*BEFORE_DIRECTION, S.ASSIGNED, S.PROPOSED, S.IMPLEMENTING, S.COMPLETED, S.VERIFIED, S.AWAITING_DIRECTION)

REQUEST_STEPS: tuple[Step, ...] = (
    # 5.1.1 / 5.2.1 - someone notices
    Step("5.1.1", T511, A.REPORT, "", NC, None, S.REPORTED, (R.STAFF,), B.ONE, ("content",), (*REPORT_MAY, "correction"), "content", (R.REPORTER,)),
    Step("5.1.1", T511, A.REPORT, "handled", NC, None, S.CORRECTED, (R.STAFF,), B.ONE, ("content", "correction"), (*REPORT_MAY, "disposition", "checker"), "content", (R.REPORTER, R.UNIT_HEAD)),
    Step("5.2.1", T521, A.REPORT, "", OTHERS, None, S.REPORTED, (R.STAFF,), B.ONE, ("content",), (*REPORT_MAY, "correction"), "content", (R.REPORTER,)),
    # 5.1.1 - disposition of a nonconformity
    Step("5.1.1", T511, A.PASS_UP, "", ALL, (S.REPORTED,), None, (R.DECIDER,), B.ONE, ("reason",), ("files",), "reason", (R.REPORTER,)),
    Step("5.1.1", T511, A.DECIDE_DISPOSITION, "work", NC, (S.REPORTED,), S.CORRECTING, (R.DECIDER,), B.ONE, ("disposition", "performer", "correction_due"), ("checker", "remarks", "files"), "remarks", (R.CHECKER, R.REPORTER)),
    Step("5.1.1", T511, A.DECIDE_DISPOSITION, "no_work", NC, (S.REPORTED,), S.CHECKED, (R.DECIDER,), B.ONE, ("disposition", "reason"), ("files",), "reason", (R.REPORTER,)),
    Step("5.1.1", T511, A.REPORT_CORRECTION, "", NC, (S.CORRECTING,), S.CORRECTED, (R.PERFORMER,), B.ONE, ("correction", "evidence|files"), (), "correction", ()),
    Step("5.1.1", T511, A.CHECK_CORRECTION, "met", NC, (S.CORRECTED,), S.CHECKED, (R.CHECKER,), B.ONE, (), ("remarks", "files"), "remarks", (R.PERFORMER,)),
    Step("5.1.1", T511, A.CHECK_CORRECTION, "not_met", NC, (S.CORRECTED,), S.CORRECTING, (R.CHECKER,), B.ONE, ("remarks", "correction_due"), ("files",), "remarks", (R.UNIT_HEAD,)),
    # 5.2.2 - is corrective action or improvement needed?
    Step("5.2.2", T522, A.CONFIRM_REPEAT, "yes", ALL, (S.REPORTED, S.CORRECTING, S.CORRECTED, S.CHECKED, S.SUBMITTED), None, (R.DECIDER, R.UNIT_HEAD, R.ISO_SECRETARY), B.ONE, ("earlier",), ("remarks", "files"), "remarks", (R.UNIT_HEAD, R.ISO_SECRETARY)),
    Step("5.2.2", T522, A.CONFIRM_REPEAT, "no", ALL, (S.REPORTED, S.CORRECTING, S.CORRECTED, S.CHECKED, S.SUBMITTED), None, (R.DECIDER, R.UNIT_HEAD, R.ISO_SECRETARY), B.ONE, ("earlier",), ("remarks", "files"), "remarks", (R.UNIT_HEAD, R.ISO_SECRETARY)),
    Step("5.2.2", T522, A.DECIDE_NEED, "yes", NC, (S.CHECKED,), S.SUBMITTED, (R.DECIDER,), B.ONE, ("signs",), ("reason", "files"), "reason", (R.REPORTER,)),
    Step("5.2.2", T522, A.DECIDE_NEED, "yes", OTHERS, (S.REPORTED,), S.SUBMITTED, (R.DECIDER,), B.ONE, ("signs",), ("reason", "files"), "reason", (R.REPORTER,)),
    Step("5.2.2", T522, A.DECIDE_NEED, "no", NC, (S.CHECKED,), S.NO_ACTION_NEEDED, (R.DECIDER,), B.ONE, ("reason",), ("files",), "reason", (R.REPORTER, R.ISO_SECRETARY)),
    Step("5.2.2", T522, A.DECIDE_NEED, "no", OTHERS, (S.REPORTED,), S.NO_ACTION_NEEDED, (R.DECIDER,), B.ONE, ("reason",), ("files",), "reason", (R.REPORTER, R.ISO_SECRETARY)),
    # 5.3 - the ISO board directs
    Step("5.3", T53, A.PRESENT, "", ALL, (S.SUBMITTED,), S.PRESENTED, (R.ISO_SECRETARY,), B.BOARD, (), ("remarks", "files"), "remarks", ()),
    Step("5.3", T53, A.DIRECT, "assign", ALL, (S.PRESENTED,), S.ASSIGNED, (R.ISO_LEAD,), B.BOARD, ("direction", "assignees", "analysis_due"), ("files",), "direction", DIRECT_TELL),
    Step("5.3", T53, A.DIRECT, "decline", ALL, (S.PRESENTED,), S.DECLINED, (R.ISO_LEAD,), B.BOARD, ("reason",), ("files",), "reason", DIRECT_TELL),
    # 5.4 - cause and solution
    Step("5.4", T54, A.PROPOSE_SOLUTION, "", ALL, (S.ASSIGNED,), S.PROPOSED, (R.ASSIGNEE,), B.TWO, ("root_cause", "measures", "resources"), ("files",), "root_cause", ()),
    Step("5.4", T54, A.APPROVE_SOLUTION, "yes", ALL, (S.PROPOSED,), S.IMPLEMENTING, (R.ISO_LEAD,), B.TWO, ("implementers", "deadline"), ("remarks", "files"), "remarks", (R.ASSIGNEE, R.COORDINATOR, R.ISO_SECRETARY)),
    Step("5.4", T54, A.APPROVE_SOLUTION, "no", ALL, (S.PROPOSED,), S.ASSIGNED, (R.ISO_LEAD,), B.TWO, ("remarks", "analysis_due"), ("files",), "remarks", ()),
    # 5.5 - the work
    Step("5.5", T55, A.PLAN_WORK, "", ALL, (S.IMPLEMENTING,), None, (R.IMPLEMENTER,), B.TWO, ("steps",), ("remarks", "files"), "remarks", (R.ISO_SECRETARY, R.COORDINATOR)),
    Step("5.5", T55, A.REPORT_PROGRESS, "", ALL, (S.IMPLEMENTING,), None, (R.IMPLEMENTER,), B.TWO, ("progress", "percent"), ("difficulties", "files"), "progress", ISO_BOARD),
    Step("5.5", T55, A.REQUEST_CHANGE, "", ALL, (S.IMPLEMENTING,), None, (R.IMPLEMENTER,), B.TWO, ("change_resources|change_measure|change_deadline", "reason"), ("files",), "reason", (), When.NO_CHANGE_PENDING),
    Step("5.5", T55, A.DECIDE_CHANGE, "grant", ALL, (S.IMPLEMENTING,), None, (R.ISO_LEAD,), B.TWO, (), ("granted", "change_resources", "change_measure", "change_deadline", "files"), "granted", (R.IMPLEMENTER, R.ISO_SECRETARY), When.CHANGE_PENDING),
    Step("5.5", T55, A.DECIDE_CHANGE, "refuse", ALL, (S.IMPLEMENTING,), None, (R.ISO_LEAD,), B.TWO, ("reason",), ("files",), "reason", (R.IMPLEMENTER, R.ISO_SECRETARY), When.CHANGE_PENDING),
    Step("5.5", T55, A.REPORT_COMPLETION, "part", ALL, (S.IMPLEMENTING,), None, (R.IMPLEMENTER,), B.TWO, ("result", "actual_date", "evidence|files", "measure_numbers"), (), "result", (R.ISO_SECRETARY,)),
    Step("5.5", T55, A.REPORT_COMPLETION, "all", ALL, (S.IMPLEMENTING,), S.COMPLETED, (R.IMPLEMENTER,), B.TWO, ("result", "actual_date", "evidence|files"), ("measure_numbers",), "result", (R.ISO_SECRETARY,)),
    # 5.6 - verification; from `implementing` only once the deadline has come
    *(
        Step("5.6", T56, A.VERIFY, answer, ALL, (source,), target, (R.VERIFIER,), B.THREE, must, ("files",), "evidence_seen", tell, when)
        for source, when in ((S.COMPLETED, When.ALWAYS), (S.IMPLEMENTING, When.DEADLINE_REACHED))
        for answer, target, must, tell in (
            ("effective", S.VERIFIED, ("evidence_seen",), (R.IMPLEMENTER, R.ASSIGNEE, R.UNIT_HEAD, *ISO_BOARD)),
            ("not_done", S.FAILED, ("evidence_seen", "shortfall"), ()),
            ("incomplete", S.FAILED, ("evidence_seen", "shortfall"), ()),
            ("not_effective", S.FAILED, ("evidence_seen", "shortfall"), ()),
        )
    ),
    # 5.7 - closing, or a new request after a failure
    Step("5.7", T57, A.CLOSE, "yes", ALL, (S.VERIFIED,), S.CLOSED, ISO_BOARD, B.THREE, ("closing_evidence",), ("files",), "closing_evidence", (R.REPORTER, R.UNIT_HEAD, R.ASSIGNEE, R.IMPLEMENTER, R.IMPLEMENTER_HEAD, R.AGENCY_HEAD)),
    Step("5.7", T57, A.CLOSE, "back", ALL, (S.VERIFIED,), S.COMPLETED, ISO_BOARD, B.THREE, ("lacking",), ("files",), "lacking", (R.IMPLEMENTER,)),
    Step("5.7", T57, A.FOLLOW_UP, "", ALL, None, S.AWAITING_DIRECTION, (R.PROGRAM,), B.ONE, ("content", "shortfall"), (*REPORT_MAY, "measures", "root_cause", "resources"), "content", (R.UNIT_HEAD, R.IMPLEMENTER, R.REPORTER, *ISO_BOARD)),
    Step("5.7", T57, A.DIRECT, "assign", ALL, (S.AWAITING_DIRECTION,), S.ASSIGNED, (R.AGENCY_HEAD,), B.BOARD, ("direction", "assignees", "analysis_due"), ("files",), "direction", (R.UNIT_HEAD, *ISO_BOARD)),
    Step("5.7", T57, A.DIRECT, "implement", ALL, (S.AWAITING_DIRECTION,), S.IMPLEMENTING, (R.AGENCY_HEAD,), B.BOARD, ("direction", "implementers", "deadline"), ("files",), "direction", (R.UNIT_HEAD, *ISO_BOARD)),
    Step("5.7", T57, A.DIRECT, "board", ALL, (S.AWAITING_DIRECTION,), S.PRESENTED, (R.AGENCY_HEAD,), B.BOARD, ("direction",), ("files",), "direction", (R.UNIT_HEAD, *ISO_BOARD)),
    Step("5.7", T57, A.DIRECT, "decline", ALL, (S.AWAITING_DIRECTION,), S.DECLINED, (R.AGENCY_HEAD,), B.BOARD, ("reason",), ("files",), "reason", (R.UNIT_HEAD, *ISO_BOARD)),
    # 5.8.1.2 and 5.9 - requests that come out of a review or of an objective not met
    Step("5.8.1.2", T5812, A.OPEN_FROM_REVIEW, "open", (Kind.CORRECTIVE, Kind.IMPROVEMENT), None, S.PRESENTED, ISO_BOARD, B.ONE, ("content", "review", "decision"), (*REPORT_MAY, "proposed_assignees", "proposed_date"), "content", (R.UNIT_HEAD,)),
    Step("5.9", T59, A.OPEN_FROM_OBJECTIVE, "unit", (Kind.CORRECTIVE, Kind.IMPROVEMENT), None, S.SUBMITTED, (R.UNIT_HEAD,), B.ONE, ("content", "objective", "actual", "cause"), REPORT_MAY, "content", ()),
    Step("5.9", T59, A.OPEN_FROM_OBJECTIVE, "agency", (Kind.CORRECTIVE, Kind.IMPROVEMENT), None, S.PRESENTED, ISO_BOARD, B.ONE, ("content", "objective", "actual", "cause"), REPORT_MAY, "content", ()),
    # house rules: the agency's own, no clause
    Step("", "", A.TRANSFER, "", ALL, (S.REPORTED,), None, (R.UNIT_HEAD, R.DECIDER, R.ISO_SECRETARY), B.ONE, ("unit", "reason"), ("files",), "reason", (R.REPORTER,)),
    Step("", "", A.RETURN_FOR_MORE, "", ALL, (S.SUBMITTED,), S.RETURNED, (R.ISO_SECRETARY, R.ISO_LEAD), B.BOARD, ("missing",), ("files",), "missing", (R.UNIT_HEAD,)),
    Step("", "", A.RETURN_FOR_MORE, "", ALL, (S.PRESENTED,), S.RETURNED, (R.ISO_SECRETARY, R.ISO_LEAD), B.BOARD, ("missing",), ("files",), "missing", (R.UNIT_HEAD, R.ISO_SECRETARY)),
    Step("", "", A.SUPPLY, "", ALL, (S.RETURNED,), S.SUBMITTED, (R.SUBMITTER,), B.ONE, ("supplied|files",), (), "supplied", ()),
    Step("", "", A.WITHDRAW, "", ALL, (S.REPORTED,), S.WITHDRAWN, (R.REPORTER,), B.ONE, ("reason",), ("files",), "reason", (R.UNIT_HEAD, R.ISO_SECRETARY)),
    Step("", "", A.COMMENT, "", ALL, OPEN, None, (R.PARTY,), B.NONE, ("text",), ("files",), "text", ()),
    Step("", "", A.ADD_EVIDENCE, "", ALL, OPEN, None, (R.PARTY,), B.NONE, ("text|files",), (), "text", ()),
    Step("", "", A.REASSIGN, "", NC, (S.CORRECTING,), None, (R.DECIDER, R.UNIT_HEAD), B.ONE, ("to", "reason"), ("files",), "reason", (R.PERFORMER,)),
    Step("", "", A.REASSIGN, "", ALL, (S.ASSIGNED,), None, (R.ISO_LEAD,), B.BOARD, ("to", "reason"), ("files",), "reason", (R.ASSIGNEE, R.ISO_SECRETARY)),
    Step("", "", A.REASSIGN, "", ALL, (S.IMPLEMENTING,), None, (R.ISO_LEAD,), B.TWO, ("to", "reason"), ("files",), "reason", (R.IMPLEMENTER, R.ISO_SECRETARY)),
    Step("", "", A.EXTEND, "", NC, (S.CORRECTING,), None, (R.DECIDER, R.UNIT_HEAD), B.ONE, ("until", "reason"), ("files",), "reason", (R.PERFORMER,)),
    Step("", "", A.EXTEND, "", ALL, (S.ASSIGNED,), None, (R.ISO_LEAD,), B.BOARD, ("until", "reason"), ("files",), "reason", (R.ASSIGNEE, R.ISO_SECRETARY)),
    Step("", "", A.EXTEND, "", ALL, (S.IMPLEMENTING,), None, (R.ISO_LEAD,), B.TWO, ("until", "reason"), ("files",), "reason", (R.IMPLEMENTER, R.ISO_SECRETARY, R.AGENCY_HEAD)),
    Step("", "", A.MERGE, "", ALL, BEFORE_DIRECTION, S.MERGED, (R.ISO_SECRETARY,), B.BOARD, ("into", "reason"), ("files",), "reason", (R.REPORTER,)),
)

REQUEST_WAITS: tuple[Wait, ...] = (
    Wait("5.1.1", S.REPORTED, NC, A.DECIDE_DISPOSITION, R.DECIDER, "decide"),
    Wait("5.2.2", S.REPORTED, OTHERS, A.DECIDE_NEED, R.DECIDER, "decide"),
    Wait("5.1.1", S.CORRECTING, NC, A.REPORT_CORRECTION, R.PERFORMER, on="correction_due"),
    Wait("5.1.1", S.CORRECTED, NC, A.CHECK_CORRECTION, R.CHECKER, "correction_check"),
    Wait("5.2.2", S.CHECKED, NC, A.DECIDE_NEED, R.DECIDER, "need"),
    Wait("5.3", S.SUBMITTED, ALL, A.PRESENT, R.ISO_SECRETARY, "present"),
    Wait("", S.RETURNED, ALL, A.SUPPLY, R.SUBMITTER, "supply"),
    Wait("5.3", S.PRESENTED, ALL, A.DIRECT, R.ISO_LEAD, "direct"),
    Wait("5.4", S.ASSIGNED, ALL, A.PROPOSE_SOLUTION, R.ASSIGNEE, on="analysis_due"),
    Wait("5.4", S.PROPOSED, ALL, A.APPROVE_SOLUTION, R.ISO_LEAD, "approve"),
    Wait("5.5", S.IMPLEMENTING, ALL, A.PLAN_WORK, R.IMPLEMENTER, "plan", when=When.NOT_PLANNED),
    Wait("5.5", S.IMPLEMENTING, ALL, A.REPORT_PROGRESS, R.IMPLEMENTER, "month", when=When.LONG_WORK),
    Wait("5.5", S.IMPLEMENTING, ALL, A.REPORT_COMPLETION, R.IMPLEMENTER, on="deadline"),
    Wait("5.5", S.IMPLEMENTING, ALL, A.DECIDE_CHANGE, R.ISO_LEAD, "change", when=When.CHANGE_PENDING),
    Wait("5.6", S.IMPLEMENTING, ALL, A.VERIFY, R.VERIFIER, "verify", on="deadline", when=When.DEADLINE_REACHED),
    Wait("5.6", S.COMPLETED, ALL, A.VERIFY, R.VERIFIER, "verify", on="deadline"),
    Wait("5.7", S.VERIFIED, ALL, A.CLOSE, R.ISO_SECRETARY, "close"),
    Wait("5.7", S.AWAITING_DIRECTION, ALL, A.DIRECT, R.AGENCY_HEAD, "direct"),
)
