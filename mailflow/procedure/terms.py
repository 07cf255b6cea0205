"""The procedure's words: kinds, states, acts, roles, boxes and the lists people tick from."""

from enum import StrEnum


class Kind(StrEnum):
    """What the procedure runs: requests, each on form BM.CTCL.01."""

    NONCONFORMITY = "nonconformity"
    POTENTIAL = "potential_nonconformity"
    CORRECTIVE = "corrective_action"
    IMPROVEMENT = "improvement"

    OBJECTIVES = "objectives"


REQUESTS = (Kind.NONCONFORMITY, Kind.POTENTIAL, Kind.CORRECTIVE, Kind.IMPROVEMENT)
"""The kinds that share form BM.CTCL.01, one row each in the register."""


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


ENDS = frozenset(
    {
        State.CLOSED,
        State.NO_ACTION_NEEDED,
        State.DECLINED,
        State.FAILED,
        State.WITHDRAWN,
        State.MERGED,
        State.OBJECTIVES_FINISHED,
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
