"""The procedure's words: kinds, states, acts, roles, boxes and the lists people tick from."""

from enum import StrEnum


class Kind(StrEnum):
    """What the procedure runs: requests on form BM.CTCL.01, management reviews by their route."""

    NONCONFORMITY = "nonconformity"
    POTENTIAL = "potential_nonconformity"
    CORRECTIVE = "corrective_action"
    IMPROVEMENT = "improvement"

    OBJECTIVES = "objectives"
    REVIEW = "review"
    REVIEW_MEETING = "review_meeting"
    REVIEW_COMBINED = "review_combined"
    REVIEW_REPORT = "review_report"


REQUESTS = (Kind.NONCONFORMITY, Kind.POTENTIAL, Kind.CORRECTIVE, Kind.IMPROVEMENT)
"""The kinds that share form BM.CTCL.01, one row each in the register."""

REVIEWS = (Kind.REVIEW, Kind.REVIEW_MEETING, Kind.REVIEW_COMBINED, Kind.REVIEW_REPORT)
"""A management review (5.8): the first until its plan says which of the other three it is."""


class State(StrEnum):
    """Where a request stands; the members of `ENDS` have no way out."""

    REPORTED = "reported"
    CORRECTING = "correcting"
    CORRECTED = "corrected"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PRESENTED = "presented"
    ASSIGNED = "assigned"
    PROPOSED = "proposed"
    IMPLEMENTING = "implementing"
    COMPLETED = "completed"
    VERIFIED = "verified"
    AWAITING_DIRECTION = "awaiting_direction"
    CLOSED = "closed"
    NO_ACTION_NEEDED = "no_action_needed"
    DECLINED = "declined"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    PLAN_ASKED = "plan_asked"
    PLAN_DRAFTING = "plan_drafting"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_IN_FORCE = "plan_in_force"
    PLAN_AMENDING = "plan_amending"
    EVALUATION_ASKED = "evaluation_asked"
    EVALUATED = "evaluated"
    EVALUATION_ACCEPTED = "evaluation_accepted"
    OBJECTIVES_FINISHED = "objectives_finished"
    REVIEW_DUE = "review_due"
    COLLECTING = "collecting"
    AGENDA_SENT = "agenda_sent"
    HELD = "held"
    MINUTES_DRAFTED = "minutes_drafted"
    MINUTES_APPROVED = "minutes_approved"
    MINUTES_RECEIVED = "minutes_received"
    REPORT_DRAFTED = "report_drafted"
    COMMENTING = "commenting"
    NOTICE_DRAFTED = "notice_drafted"
    NOTICE_ENDORSED = "notice_endorsed"
    NOTICE_APPROVED = "notice_approved"
    DISTRIBUTED = "distributed"
    REVIEW_FINISHED = "review_finished"


ENDS = frozenset(
    {
        State.CLOSED,
        State.NO_ACTION_NEEDED,
        State.DECLINED,
        State.FAILED,
        State.WITHDRAWN,
        State.MERGED,
        State.OBJECTIVES_FINISHED,
        State.REVIEW_FINISHED,
    }
)


class Act(StrEnum):
    """What a person does to a request; house rules are the acts after `open_from_objective`."""

    REPORT = "report"
    PASS_UP = "pass_up"
    DECIDE_DISPOSITION = "decide_disposition"
    REPORT_CORRECTION = "report_correction"
    CHECK_CORRECTION = "check_correction"
    CONFIRM_REPEAT = "confirm_repeat"
    DECIDE_NEED = "decide_need"
    PRESENT = "present"
    DIRECT = "direct"
    PROPOSE_SOLUTION = "propose_solution"
    APPROVE_SOLUTION = "approve_solution"
    PLAN_WORK = "plan_work"
    REPORT_PROGRESS = "report_progress"
    REQUEST_CHANGE = "request_change"
    DECIDE_CHANGE = "decide_change"
    REPORT_COMPLETION = "report_completion"
    VERIFY = "verify"
    CLOSE = "close"
    FOLLOW_UP = "follow_up"
    OPEN_FROM_REVIEW = "open_from_review"
    OPEN_FROM_OBJECTIVE = "open_from_objective"
    TRANSFER = "transfer"
    RETURN_FOR_MORE = "return_for_more"
    SUPPLY = "supply"
    WITHDRAW = "withdraw"
    COMMENT = "comment"
    ADD_EVIDENCE = "add_evidence"
    REASSIGN = "reassign"
    EXTEND = "extend"
    MERGE = "merge"

    OPEN_OBJECTIVES = "open_objectives"
    NAME_DRAFTER = "name_drafter"
    SUBMIT_PLAN = "submit_plan"
    APPROVE_PLAN = "approve_plan"
    RECORD_ACTUALS = "record_actuals"
    AMEND_PLAN = "amend_plan"
    APPROVE_AMENDMENT = "approve_amendment"
    ASK_EVALUATION = "ask_evaluation"
    EVALUATE = "evaluate"
    ACCEPT_EVALUATION = "accept_evaluation"
    SETTLE_OBJECTIVE = "settle_objective"
    FINISH_OBJECTIVES = "finish_objectives"
    OPEN_REVIEW = "open_review"
    PLAN_REVIEW = "plan_review"
    MOVE_MEETING = "move_meeting"
    CANCEL_REVIEW = "cancel_review"
    ANSWER_INVITATION = "answer_invitation"
    GIVE_INPUT = "give_input"
    SEND_AGENDA = "send_agenda"
    HOLD_REVIEW = "hold_review"
    DRAFT_MINUTES = "draft_minutes"
    APPROVE_MINUTES = "approve_minutes"
    RECEIVE_MINUTES = "receive_minutes"
    COMPLETE_MINUTES = "complete_minutes"
    DISTRIBUTE = "distribute"
    DRAFT_REPORT = "draft_report"
    APPROVE_REPORT = "approve_report"
    COMMENT_REPORT = "comment_report"
    DRAFT_NOTICE = "draft_notice"
    ENDORSE_NOTICE = "endorse_notice"
    APPROVE_NOTICE = "approve_notice"
    SETTLE_DECISION = "settle_decision"
    UPDATE_RISK = "update_risk"
    FINISH_REVIEW = "finish_review"


class Role(StrEnum):
    """Who may act: held on the roster (first block) or per request (second block)."""

    STAFF = "staff"
    UNIT_HEAD = "unit_head"
    AUDITOR = "auditor"
    ISO_SECRETARY = "iso_secretary"
    ISO_MEMBER = "iso_member"
    ISO_LEAD = "iso_lead"
    AGENCY_HEAD = "agency_head"

    REPORTER = "reporter"
    DECIDER = "decider"
    PERFORMER = "performer"
    CHECKER = "checker"
    SUBMITTER = "submitter"
    ASSIGNEE = "assignee"
    IMPLEMENTER = "implementer"
    IMPLEMENTER_HEAD = "implementer_head"
    COORDINATOR = "coordinator"
    VERIFIER = "verifier"
    PARTY = "party"
    PROGRAM = "program"

    OBJECTIVES_OWNER = "objectives_owner"
    DRAFTER = "drafter"
    PLAN_APPROVER = "plan_approver"
    EVALUATION_ACCEPTER = "evaluation_accepter"
    OBJECTIVES_SETTLER = "objectives_settler"
    BOUND = "bound"
    CHAIR = "chair"
    MEETING_SECRETARY = "meeting_secretary"
    PARTICIPANT = "participant"
    INPUT_OWNER = "input_owner"
    COMMENTER = "commenter"
    RISK_OWNER = "risk_owner"


ROSTER_ROLES = (
    Role.STAFF,
    Role.UNIT_HEAD,
    Role.AUDITOR,
    Role.ISO_SECRETARY,
    Role.ISO_MEMBER,
    Role.ISO_LEAD,
    Role.AGENCY_HEAD,
)
ISO_BOARD = (Role.ISO_LEAD, Role.ISO_MEMBER, Role.ISO_SECRETARY)


class Box(StrEnum):
    """The form's three boxes and the block between the first and the second."""

    ONE = "1"
    BOARD = "board"
    TWO = "2"
    THREE = "3"
    NONE = ""


class Disposition(StrEnum):
    """How a nonconforming service is handled (5.1.1)."""

    REWORK = "rework"
    REPAIR = "repair"
    ACCEPT = "accept"
    REJECT = "reject"


class Severity(StrEnum):
    """How grave the matter is, as ticked in box 1."""

    MINOR = "minor"
    MAJOR = "major"


class Source(StrEnum):
    """The twelve inputs of 5.1.2, in its order."""

    NONCONFORMING_ACTIVITY = "nonconforming_activity"
    FEEDBACK = "feedback"
    INTERNAL_AUDIT = "internal_audit"
    EARLIER_MEASURES = "earlier_measures"
    MANAGEMENT_REVIEW = "management_review"
    DATA_ANALYSIS = "data_analysis"
    PROCESS_RESULTS = "process_results"
    CONFORMITY_RESULTS = "conformity_results"
    QMS_RECORDS = "qms_records"
    RISK_ANALYSIS = "risk_analysis"
    INTERESTED_PARTIES = "interested_parties"
    LESSONS_LEARNED = "lessons_learned"


class Sign(StrEnum):
    """The eight signs of 5.2.2 that corrective action or improvement is needed, in its order."""

    OBJECTIVES_AT_RISK = "objectives_at_risk"
    RECURRING = "recurring"
    SERIOUS = "serious"
    REPEATED_RECORDS = "repeated_records"
    QMS_EFFECTIVENESS = "qms_effectiveness"
    CUSTOMER_SATISFACTION = "customer_satisfaction"
    ORGANISATION_CHANGE = "organisation_change"
    OPPORTUNITY = "opportunity"


class Section(StrEnum):
    """The inputs of a review (5.8.1.1), in its order."""

    EARLIER = "earlier"
    CONTEXT = "context"
    SATISFACTION = "satisfaction"
    OBJECTIVES = "objectives"
    NONCONFORMITIES = "nonconformities"
    MONITORING = "monitoring"
    AUDITS = "audits"
    SUPPLIERS = "suppliers"
    RESOURCES = "resources"
    RISKS = "risks"
    IMPROVEMENTS = "improvements"


class Head(StrEnum):
    """The heads of a review's outputs (5.8.1.2), and the updates of risks that it asks for."""

    OPPORTUNITIES = "opportunities"
    CHANGES = "changes"
    RESOURCES = "resources"
    RISK = "risk"
