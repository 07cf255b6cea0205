"""The rows of the management review: section 5.8, its three routes, and the house rules."""

from mailflow.procedure.fields import DECISIONS, INPUTS
from mailflow.procedure.table import Step, Wait, When
from mailflow.procedure.terms import ISO_BOARD, REVIEWS, Act, Box, Kind, Role, Section, State

S, A, R, K = State, Act, Role, Kind
NONE = Box.NONE
MEETING, COMBINED, REPORT = (K.REVIEW_MEETING,), (K.REVIEW_COMBINED,), (K.REVIEW_REPORT,)
MEETINGS = (*MEETING, *COMBINED)
PLANNED = (*MEETINGS, *REPORT)

T58 = "Hoạt động xem xét của lãnh đạo (XXLĐ)"
T5811 = "Đầu vào của cuộc họp"
T5812 = "Đầu ra của cuộc họp"
T5821 = "Lập báo cáo kết quả hoạt động vận hành duy trì HTQLCL"
T5822 = "Thông báo kết quả XXLĐ"

MINUTES_MAY = (*DECISIONS, "opinions", "started", "ended", "files")
MEETING_MAY = ("meeting_time", "chair", "meeting_secretary", "participants", "inputs_due", "remarks", "files", "host_meeting")
BEFORE_MEETING = (S.COLLECTING, S.AGENDA_SENT)
PLANNER = (R.ISO_SECRETARY, R.CHAIR)
HEARING = (*ISO_BOARD, R.AGENCY_HEAD, R.UNIT_HEAD, R.PARTICIPANT)
OPEN = (
    S.REVIEW_DUE, *BEFORE_MEETING, S.HELD, S.MINUTES_DRAFTED, S.MINUTES_APPROVED, S.MINUTES_RECEIVED, S.REPORT_DRAFTED,
    S.COMMENTING, S.NOTICE_DRAFTED, S.NOTICE_ENDORSED, S.NOTICE_APPROVED, S.DISTRIBUTED,
)

REVIEW_STEPS: tuple[Step, ...] = (
    # 5.8 - a review is owed every year, and planned by one of its three routes
    Step("5.8", T58, A.OPEN_REVIEW, "", (K.REVIEW,), None, S.REVIEW_DUE, (R.PROGRAM,), NONE, ("plan_by", "review_year"), (), "", ()),
    Step("5.8", T58, A.PLAN_REVIEW, "meeting", (K.REVIEW,), (S.REVIEW_DUE,), S.COLLECTING, (R.ISO_SECRETARY,), NONE, ("audit_ended", "meeting_on", "place"), MEETING_MAY[:-1], "remarks", (*ISO_BOARD, R.AGENCY_HEAD, R.CHAIR, R.MEETING_SECRETARY)),
    Step("5.8", T58, A.PLAN_REVIEW, "combined", (K.REVIEW,), (S.REVIEW_DUE,), S.COLLECTING, (R.ISO_SECRETARY,), NONE, ("audit_ended", "meeting_on", "place"), MEETING_MAY, "remarks", (*ISO_BOARD, R.AGENCY_HEAD, R.CHAIR, R.MEETING_SECRETARY)),
    Step("5.8", T58, A.PLAN_REVIEW, "report", (K.REVIEW,), (S.REVIEW_DUE,), S.COLLECTING, (R.ISO_SECRETARY,), NONE, ("audit_ended",), ("inputs_due", "remarks", "files"), "remarks", (*ISO_BOARD, R.AGENCY_HEAD)),
    # 5.8.1.1 - the inputs
    *(
        Step("5.8.1.1", T5811, A.GIVE_INPUT, section.value, kinds, sources, None, (R.INPUT_OWNER, R.ISO_SECRETARY), NONE, (f"input_{section}|files",), (), f"input_{section}", (R.ISO_SECRETARY,))
        for section in Section
        for kinds, sources in ((MEETINGS, BEFORE_MEETING), (REPORT, (S.COLLECTING,)))
    ),
    Step("5.8.1.1", T5811, A.SEND_AGENDA, "", MEETINGS, (S.COLLECTING,), S.AGENDA_SENT, (R.ISO_SECRETARY,), NONE, (), ("remarks", "files"), "remarks", (R.CHAIR, R.MEETING_SECRETARY, R.PARTICIPANT, *ISO_BOARD)),
    Step("5.8.1.1", T5811, A.HOLD_REVIEW, "", MEETINGS, (S.AGENDA_SENT,), S.HELD, (R.ISO_SECRETARY, R.MEETING_SECRETARY), NONE, (), ("held_on", "absent", "remarks", "files"), "remarks", (R.ISO_SECRETARY, R.MEETING_SECRETARY)),
    # 5.8.1.2 - the outputs: minutes of the review's own meeting, or those of the meeting it was part of
    Step("5.8.1.2", T5812, A.DRAFT_MINUTES, "", MEETING, (S.HELD,), S.MINUTES_DRAFTED, (R.MEETING_SECRETARY,), NONE, ("discussion",), MINUTES_MAY, "discussion", (R.ISO_SECRETARY,)),
    Step("5.8.1.2", T5812, A.APPROVE_MINUTES, "yes", MEETING, (S.MINUTES_DRAFTED,), S.MINUTES_APPROVED, (R.CHAIR,), NONE, (), ("remarks", "files"), "remarks", (R.MEETING_SECRETARY, R.ISO_SECRETARY)),
    Step("5.8.1.2", T5812, A.APPROVE_MINUTES, "no", MEETING, (S.MINUTES_DRAFTED,), S.HELD, (R.CHAIR,), NONE, ("remarks",), ("files",), "remarks", (R.ISO_SECRETARY,)),
    Step("5.8.1.2", T5812, A.RECEIVE_MINUTES, "", COMBINED, (S.HELD,), S.MINUTES_RECEIVED, (R.ISO_SECRETARY,), NONE, ("files",), ("discussion", *DECISIONS), "discussion", ()),
    Step("5.8.1.2", T5812, A.COMPLETE_MINUTES, "", COMBINED, (S.MINUTES_RECEIVED,), None, (R.ISO_SECRETARY,), NONE, ("|".join((*INPUTS, *DECISIONS, "nothing_in")),), ("remarks", "files"), "remarks", (), When.SOMETHING_LACKING),
    Step("5.8.1.2", T5812, A.DISTRIBUTE, "", MEETING, (S.MINUTES_APPROVED,), S.DISTRIBUTED, (R.ISO_SECRETARY,), NONE, (), ("remarks", "files"), "remarks", HEARING),
    Step("5.8.1.2", T5812, A.DISTRIBUTE, "", COMBINED, (S.MINUTES_RECEIVED,), S.DISTRIBUTED, (R.ISO_SECRETARY,), NONE, (), ("remarks", "files"), "remarks", HEARING, When.NOTHING_LACKING),
    # 5.8.2 - a report, comments on it, and a notice
    Step("5.8.2.1", T5821, A.DRAFT_REPORT, "", REPORT, (S.COLLECTING,), S.REPORT_DRAFTED, (R.ISO_SECRETARY,), NONE, ("overview",), ("shortcomings", "proposals", "files"), "overview", ()),
    Step("5.8.2.1", T5821, A.APPROVE_REPORT, "yes", REPORT, (S.REPORT_DRAFTED,), S.COMMENTING, (R.ISO_LEAD,), NONE, (), ("comments_due", "remarks", "files"), "remarks", (R.ISO_SECRETARY,)),
    Step("5.8.2.1", T5821, A.APPROVE_REPORT, "no", REPORT, (S.REPORT_DRAFTED,), S.COLLECTING, (R.ISO_LEAD,), NONE, ("remarks",), ("files",), "remarks", ()),
    Step("5.8.2.1", T5821, A.COMMENT_REPORT, "agree", REPORT, (S.COMMENTING,), None, (R.COMMENTER,), NONE, (), ("remarks", "files"), "remarks", (R.ISO_SECRETARY,)),
    Step("5.8.2.1", T5821, A.COMMENT_REPORT, "comment", REPORT, (S.COMMENTING,), None, (R.COMMENTER,), NONE, ("opinion",), ("files",), "opinion", (R.ISO_SECRETARY,)),
    Step("5.8.2.2", T5822, A.DRAFT_NOTICE, "", REPORT, (S.COMMENTING,), S.NOTICE_DRAFTED, (R.ISO_SECRETARY,), NONE, ("overall",), (*DECISIONS, "organisation", "comment_answers", "files"), "overall", (), When.COMMENTS_IN),
    Step("5.8.2.2", T5822, A.ENDORSE_NOTICE, "yes", REPORT, (S.NOTICE_DRAFTED,), S.NOTICE_ENDORSED, (R.ISO_LEAD,), NONE, (), ("remarks", "files"), "remarks", (R.ISO_SECRETARY,)),
    Step("5.8.2.2", T5822, A.ENDORSE_NOTICE, "no", REPORT, (S.NOTICE_DRAFTED,), S.COMMENTING, (R.ISO_LEAD,), NONE, ("remarks",), ("files",), "remarks", ()),
    Step("5.8.2.2", T5822, A.APPROVE_NOTICE, "yes", REPORT, (S.NOTICE_ENDORSED,), S.NOTICE_APPROVED, (R.AGENCY_HEAD,), NONE, (), ("remarks", "files"), "remarks", (R.ISO_LEAD,)),
    Step("5.8.2.2", T5822, A.APPROVE_NOTICE, "no", REPORT, (S.NOTICE_ENDORSED,), S.COMMENTING, (R.AGENCY_HEAD,), NONE, ("remarks",), ("files",), "remarks", (R.ISO_LEAD,)),
    Step("5.8.2.2", T5822, A.DISTRIBUTE, "", REPORT, (S.NOTICE_APPROVED,), S.DISTRIBUTED, (R.ISO_SECRETARY,), NONE, (), ("remarks", "files"), "remarks", HEARING),
    # 5.8.1.2 - what was decided becomes requests, or not, with the reason; risks are updated
    Step("5.8.1.2", T5812, A.SETTLE_DECISION, "open", PLANNED, (S.DISTRIBUTED,), None, ISO_BOARD, NONE, ("decision_numbers",), ("kind", "remarks", "files"), "remarks", ISO_BOARD, When.DECISIONS_LEFT),
    Step("5.8.1.2", T5812, A.SETTLE_DECISION, "decline", PLANNED, (S.DISTRIBUTED,), None, ISO_BOARD, NONE, ("decision_numbers", "reason"), ("files",), "reason", ISO_BOARD, When.DECISIONS_LEFT),
    Step("5.8.1.2", T5812, A.UPDATE_RISK, "", PLANNED, (S.DISTRIBUTED,), None, (R.RISK_OWNER,), NONE, ("result|files",), ("decision_numbers", "actual_date"), "result", (R.ISO_SECRETARY,), When.RISKS_LEFT),
    Step("5.8.1.2", T5812, A.FINISH_REVIEW, "", PLANNED, (S.DISTRIBUTED,), S.REVIEW_FINISHED, (R.PROGRAM,), NONE, (), (), "", ISO_BOARD),
    # house rules: the agency's own, no clause
    Step("", "", A.MOVE_MEETING, "", MEETINGS, BEFORE_MEETING, None, PLANNER, NONE, ("meeting_on", "reason"), ("meeting_time", "place", "files"), "reason", (R.CHAIR, R.MEETING_SECRETARY, R.PARTICIPANT, *ISO_BOARD)),
    Step("", "", A.CANCEL_REVIEW, "", PLANNED, BEFORE_MEETING, S.REVIEW_DUE, PLANNER, NONE, ("reason",), ("files",), "reason", (R.CHAIR, R.MEETING_SECRETARY, R.PARTICIPANT, *ISO_BOARD)),
    Step("", "", A.ANSWER_INVITATION, "yes", MEETINGS, BEFORE_MEETING, None, (R.PARTICIPANT,), NONE, (), ("remarks", "files"), "remarks", ()),
    Step("", "", A.ANSWER_INVITATION, "no", MEETINGS, BEFORE_MEETING, None, (R.PARTICIPANT,), NONE, (), ("reason", "files"), "reason", (R.ISO_SECRETARY,)),
    Step("", "", A.COMMENT, "", REVIEWS, OPEN, None, (R.PARTY,), NONE, ("text",), ("files",), "text", (R.ISO_SECRETARY,)),
    Step("", "", A.ADD_EVIDENCE, "", REVIEWS, OPEN, None, (R.PARTY,), NONE, ("text|files",), (), "text", ()),
)

REVIEW_WAITS: tuple[Wait, ...] = (
    Wait("5.8", S.REVIEW_DUE, (K.REVIEW,), A.PLAN_REVIEW, R.ISO_SECRETARY, on="plan_by"),
    Wait("5.8.1.1", S.COLLECTING, PLANNED, A.GIVE_INPUT, R.INPUT_OWNER, on="inputs_due", when=When.INPUTS_LEFT),
    *(
        Wait("", state, MEETINGS, A.ANSWER_INVITATION, R.PARTICIPANT, on="meeting_on", when=When.INVITATIONS_OPEN)
        for state in BEFORE_MEETING
    ),
    Wait("5.8.1.1", S.COLLECTING, MEETINGS, A.SEND_AGENDA, R.ISO_SECRETARY, on="inputs_due"),
    Wait("5.8.1.1", S.AGENDA_SENT, MEETINGS, A.HOLD_REVIEW, R.ISO_SECRETARY, on="meeting_on"),
    Wait("5.8.1.2", S.HELD, MEETING, A.DRAFT_MINUTES, R.MEETING_SECRETARY, "review_draft"),
    Wait("5.8.1.2", S.HELD, COMBINED, A.RECEIVE_MINUTES, R.ISO_SECRETARY, "review_draft"),
    Wait("5.8.1.2", S.MINUTES_DRAFTED, MEETING, A.APPROVE_MINUTES, R.CHAIR, "review_approve"),
    Wait("5.8.1.2", S.MINUTES_APPROVED, MEETING, A.DISTRIBUTE, R.ISO_SECRETARY, "distribute"),
    Wait("5.8.1.2", S.MINUTES_RECEIVED, COMBINED, A.DISTRIBUTE, R.ISO_SECRETARY, "distribute", when=When.NOTHING_LACKING),
    Wait("5.8.1.2", S.MINUTES_RECEIVED, COMBINED, A.COMPLETE_MINUTES, R.ISO_SECRETARY, "review_draft", when=When.SOMETHING_LACKING),
    Wait("5.8.2.1", S.COLLECTING, REPORT, A.DRAFT_REPORT, R.ISO_SECRETARY, "review_draft", on="inputs_due"),
    Wait("5.8.2.1", S.REPORT_DRAFTED, REPORT, A.APPROVE_REPORT, R.ISO_LEAD, "review_approve"),
    Wait("5.8.2.1", S.COMMENTING, REPORT, A.COMMENT_REPORT, R.COMMENTER, on="comments_due", when=When.COMMENTS_OPEN),
    Wait("5.8.2.2", S.COMMENTING, REPORT, A.DRAFT_NOTICE, R.ISO_SECRETARY, "review_draft", on="comments_due", when=When.COMMENTS_IN),
    Wait("5.8.2.2", S.NOTICE_DRAFTED, REPORT, A.ENDORSE_NOTICE, R.ISO_LEAD, "review_approve"),
    Wait("5.8.2.2", S.NOTICE_ENDORSED, REPORT, A.APPROVE_NOTICE, R.AGENCY_HEAD, "review_approve"),
    Wait("5.8.2.2", S.NOTICE_APPROVED, REPORT, A.DISTRIBUTE, R.ISO_SECRETARY, "distribute"),
    Wait("5.8.1.2", S.DISTRIBUTED, PLANNED, A.SETTLE_DECISION, R.ISO_SECRETARY, "settle", when=When.DECISIONS_LEFT),
    Wait("5.8.1.2", S.DISTRIBUTED, PLANNED, A.UPDATE_RISK, R.RISK_OWNER, on="risks_due", when=When.RISKS_LEFT),
)
