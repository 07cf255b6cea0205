"""The rows of quality objectives: section 5.9, one matter per unit (and the agency) and year."""

from mailflow.procedure.request_steps import T59
from mailflow.procedure.table import Step, Wait, When
from mailflow.procedure.terms import Act, Box, Kind, Role, State

ALL = (Kind.OBJECTIVES,)
S, A, R, NONE = State, Act, Role, Box.NONE
PROGRAM = (R.PROGRAM,)
PLANNING = (S.PLAN_ASKED, S.PLAN_DRAFTING)
OPEN = (
    S.PLAN_ASKED, S.PLAN_DRAFTING, S.PLAN_SUBMITTED, S.PLAN_IN_FORCE, S.PLAN_AMENDING,
    S.EVALUATION_ASKED, S.EVALUATED, S.EVALUATION_ACCEPTED,
)  # fmt: skip
BEFORE_EVALUATION = OPEN[:5]

OBJECTIVE_STEPS: tuple[Step, ...] = (
    # the plan of the year
    Step("5.9", T59, A.OPEN_OBJECTIVES, "plan", ALL, None, S.PLAN_ASKED, PROGRAM, NONE, ("content", "objectives_year", "plan_due"), (), "content", ()),
    Step("5.9", T59, A.OPEN_OBJECTIVES, "evaluation", ALL, None, S.EVALUATION_ASKED, PROGRAM, NONE, ("content", "objectives_year", "evaluation_due"), (), "content", ()),
    Step("5.9", T59, A.NAME_DRAFTER, "", ALL, PLANNING, S.PLAN_DRAFTING, (R.OBJECTIVES_OWNER,), NONE, ("drafter",), ("remarks", "files"), "remarks", ()),
    Step("5.9", T59, A.SUBMIT_PLAN, "", ALL, PLANNING, S.PLAN_SUBMITTED, (R.DRAFTER, R.OBJECTIVES_OWNER), NONE, ("objectives",), ("remarks", "files"), "remarks", (R.OBJECTIVES_OWNER,)),
    Step("5.9", T59, A.APPROVE_PLAN, "yes", ALL, (S.PLAN_SUBMITTED,), S.PLAN_IN_FORCE, (R.PLAN_APPROVER,), NONE, (), ("remarks", "files"), "remarks", (R.DRAFTER, R.OBJECTIVES_OWNER, R.BOUND, R.ISO_SECRETARY)),
    Step("5.9", T59, A.APPROVE_PLAN, "no", ALL, (S.PLAN_SUBMITTED,), S.PLAN_DRAFTING, (R.PLAN_APPROVER,), NONE, ("remarks",), ("files",), "remarks", (R.DRAFTER, R.OBJECTIVES_OWNER)),
    # watched and kept up to date
    Step("5.9", T59, A.RECORD_ACTUALS, "", ALL, (S.PLAN_IN_FORCE, S.PLAN_AMENDING), None, (R.OBJECTIVES_OWNER,), NONE, ("results",), ("quarter", "remarks", "files"), "remarks", (R.ISO_SECRETARY,)),
    Step("5.9", T59, A.AMEND_PLAN, "", ALL, (S.PLAN_IN_FORCE,), S.PLAN_AMENDING, (R.DRAFTER, R.OBJECTIVES_OWNER), NONE, ("objectives", "reason"), ("files",), "reason", (R.OBJECTIVES_OWNER,)),
    Step("5.9", T59, A.APPROVE_AMENDMENT, "yes", ALL, (S.PLAN_AMENDING,), S.PLAN_IN_FORCE, (R.PLAN_APPROVER,), NONE, (), ("remarks", "files"), "remarks", (R.DRAFTER, R.OBJECTIVES_OWNER, R.BOUND, R.ISO_SECRETARY)),
    Step("5.9", T59, A.APPROVE_AMENDMENT, "no", ALL, (S.PLAN_AMENDING,), S.PLAN_IN_FORCE, (R.PLAN_APPROVER,), NONE, ("remarks",), ("files",), "remarks", (R.DRAFTER, R.OBJECTIVES_OWNER)),
    # evaluated before 31 December
    Step("5.9", T59, A.ASK_EVALUATION, "", ALL, BEFORE_EVALUATION, S.EVALUATION_ASKED, PROGRAM, NONE, ("evaluation_due",), (), "", ()),
    Step("5.9", T59, A.EVALUATE, "", ALL, (S.EVALUATION_ASKED,), S.EVALUATED, (R.OBJECTIVES_OWNER,), NONE, ("results",), ("remarks", "files"), "remarks", (R.OBJECTIVES_OWNER,)),
    Step("5.9", T59, A.ACCEPT_EVALUATION, "yes", ALL, (S.EVALUATED,), S.EVALUATION_ACCEPTED, (R.EVALUATION_ACCEPTER,), NONE, (), ("remarks", "files"), "remarks", (R.OBJECTIVES_OWNER, R.ISO_SECRETARY)),
    Step("5.9", T59, A.ACCEPT_EVALUATION, "no", ALL, (S.EVALUATED,), S.EVALUATION_ASKED, (R.EVALUATION_ACCEPTER,), NONE, ("remarks",), ("files",), "remarks", (R.OBJECTIVES_OWNER,)),
    # what was not met: a request, or a reason kept in the report
    Step("5.9", T59, A.SETTLE_OBJECTIVE, "open", ALL, (S.EVALUATION_ACCEPTED,), None, (R.OBJECTIVES_SETTLER,), NONE, ("line_numbers",), ("remarks", "files"), "remarks", (R.ISO_SECRETARY,), When.NOT_MET_LEFT),
    Step("5.9", T59, A.SETTLE_OBJECTIVE, "decline", ALL, (S.EVALUATION_ACCEPTED,), None, (R.OBJECTIVES_SETTLER,), NONE, ("line_numbers", "reason"), ("files",), "reason", (R.ISO_SECRETARY,), When.NOT_MET_LEFT),
    Step("5.9", T59, A.FINISH_OBJECTIVES, "done", ALL, (S.EVALUATION_ACCEPTED,), S.OBJECTIVES_FINISHED, PROGRAM, NONE, (), (), "", (R.OBJECTIVES_OWNER, R.ISO_SECRETARY)),
    Step("5.9", T59, A.FINISH_OBJECTIVES, "unanswered", ALL, (S.EVALUATION_ASKED,), S.OBJECTIVES_FINISHED, PROGRAM, NONE, (), (), "", (R.OBJECTIVES_OWNER, R.ISO_SECRETARY)),
    # house rules
    Step("", "", A.COMMENT, "", ALL, OPEN, None, (R.PARTY,), NONE, ("text",), ("files",), "text", ()),
    Step("", "", A.ADD_EVIDENCE, "", ALL, OPEN, None, (R.PARTY,), NONE, ("text|files",), (), "text", ()),
)

OBJECTIVE_WAITS: tuple[Wait, ...] = (
    Wait("5.9", S.PLAN_ASKED, ALL, A.NAME_DRAFTER, R.OBJECTIVES_OWNER, "name_drafter"),
    Wait("5.9", S.PLAN_ASKED, ALL, A.SUBMIT_PLAN, R.OBJECTIVES_OWNER, on="plan_due"),
    Wait("5.9", S.PLAN_DRAFTING, ALL, A.SUBMIT_PLAN, R.DRAFTER, on="plan_due"),
    Wait("5.9", S.PLAN_SUBMITTED, ALL, A.APPROVE_PLAN, R.PLAN_APPROVER, on="plan_due"),
    Wait("5.9", S.PLAN_IN_FORCE, ALL, A.RECORD_ACTUALS, R.OBJECTIVES_OWNER, "quarter", when=When.QUARTER_DUE),
    Wait("5.9", S.PLAN_AMENDING, ALL, A.APPROVE_AMENDMENT, R.PLAN_APPROVER, "approve_plan"),
    Wait("5.9", S.EVALUATION_ASKED, ALL, A.EVALUATE, R.OBJECTIVES_OWNER, on="evaluation_due"),
    Wait("5.9", S.EVALUATED, ALL, A.ACCEPT_EVALUATION, R.EVALUATION_ACCEPTER, "accept_evaluation"),
    Wait("5.9", S.EVALUATION_ACCEPTED, ALL, A.SETTLE_OBJECTIVE, R.OBJECTIVES_SETTLER, "settle_objective", when=When.NOT_MET_LEFT),
)
