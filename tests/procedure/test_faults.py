"""Fields that cannot be taken though the act itself is allowed, each told as a story."""

from collections.abc import Callable

import pytest

from mailflow.demo import cast
from mailflow.procedure import faults, judge
from mailflow.procedure.fault import Fault
from mailflow.procedure.people import Person
from mailflow.procedure.request import Json, Refused
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import Act, State
from tests.procedure.stories import Story, assigned, correcting, implementing, reported

WORK = {"what": "Viết quy trình", "who": [cast.PLANNER.id], "output": "dự thảo"}


def refusal(story: Story, who: str, act: Act, answer: str = "", **fields: Json) -> Refused:
    """Attempt an act that must be refused, and give the refusal."""
    refused = story.attempt(who, act, answer, **fields)
    assert isinstance(refused, Refused), refused
    return refused


def test_a_change_is_granted_too_late_for_the_day_it_asked_for() -> None:
    """5.5: a grant takes over the day asked for; once that has passed it needs another one."""
    story = implementing()
    asked = story.day(5)
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_deadline=asked, reason="Gọn hơn")
    story.wait(6)
    late = refusal(story, cast.LEAD.id, Act.DECIDE_CHANGE, "grant")
    assert (late.reason, late.clause) == ("date_past", "5.5")
    assert late.details == {"field": "change_deadline", "date": asked}
    new = story.day(30)
    request = story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "grant", change_deadline=new)
    assert request.values["deadline"] == new


def test_a_change_asked_too_late_can_still_be_refused() -> None:
    """5.5: only a grant takes the day over; saying no needs a reason and nothing else."""
    story = implementing()
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_deadline=story.day(5), reason="Gọn hơn")
    story.wait(6)
    before = story.request
    after = story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "refuse", reason="Đã quá ngày")
    assert before
    assert after.day("deadline") == before.day("deadline")


def test_a_solution_is_approved_too_late_for_its_own_days() -> None:
    """5.4: the deadline left out is the last measure's; once that has passed it must be said."""
    story = assigned()
    measures = [{**WORK, "by": story.day(5)}]
    story.does(
        cast.PLANNER.id,
        Act.PROPOSE_SOLUTION,
        root_cause="Chờ lâu",
        measures=measures,
        resources="không",
    )
    story.wait(6)
    late = refusal(story, cast.LEAD.id, Act.APPROVE_SOLUTION, "yes")
    assert (late.reason, late.details["field"]) == ("date_past", "deadline")
    day = story.day(9)
    request = story.does(cast.LEAD.id, Act.APPROVE_SOLUTION, "yes", deadline=day)
    assert (request.state, request.values["deadline"]) == (State.IMPLEMENTING, day)


def test_what_is_done_was_not_done_tomorrow() -> None:
    """A day of finding or of completion lies in the past, today included."""
    story = Story()
    report = {"kind": "nonconformity", "content": "Trả sai kết quả"}
    ahead = refusal(story, cast.CLERK.id, Act.REPORT, **report, found_on=story.day(1))
    assert (ahead.reason, ahead.details["field"]) == ("date_ahead", "found_on")
    story.does(cast.CLERK.id, Act.REPORT, **report, found_on=story.day(0))
    work = implementing()
    done = {"result": "Xong", "evidence": "Biên bản"}
    ahead = refusal(work, cast.PLANNER.id, Act.REPORT_COMPLETION, **done, actual_date=work.day(1))
    assert (ahead.reason, ahead.details["field"]) == ("date_ahead", "actual_date")


@pytest.mark.parametrize("percent", [-1, 101, 4000])
def test_progress_is_a_share_of_the_whole(percent: int) -> None:
    """5.5: progress lies between nothing and all of it."""
    story = implementing()
    said = {"progress": "Đang làm", "difficulties": "không"}
    wrong = refusal(story, cast.PLANNER.id, Act.REPORT_PROGRESS, **said, percent=percent)
    assert (wrong.reason, wrong.details) == ("bad_percent", {"value": str(percent)})
    for sound in (0, 100):
        story.does(cast.PLANNER.id, Act.REPORT_PROGRESS, **said, percent=sound)


@pytest.mark.parametrize("lacking", ["who", "by"])
def test_a_measure_says_who_and_by_when(lacking: str) -> None:
    """5.4: a measure without its people or its day is named and sent back."""
    story = assigned()
    measure = {**WORK, "by": story.day(5)}
    del measure[lacking]
    said = {"root_cause": "Chờ lâu", "resources": "không"}
    wrong = refusal(story, cast.PLANNER.id, Act.PROPOSE_SOLUTION, measures=[measure], **said)
    assert (wrong.reason, wrong.details) == ("work_incomplete", {"what": "Viết quy trình"})


def test_work_is_not_planned_for_yesterday() -> None:
    """5.4, 5.5: a measure or a step due before today is no plan."""
    story = assigned()
    said = {"root_cause": "Chờ lâu", "resources": "không"}
    past = {**WORK, "by": story.day(-1)}
    wrong = refusal(story, cast.PLANNER.id, Act.PROPOSE_SOLUTION, measures=[past], **said)
    assert (wrong.reason, wrong.details["field"]) == ("date_past", "measures")
    plan = implementing()
    wrong = refusal(plan, cast.PLANNER.id, Act.PLAN_WORK, steps=[{**WORK, "by": plan.day(-1)}])
    assert (wrong.reason, wrong.details["field"]) == ("date_past", "steps")


def test_a_plan_may_use_the_last_day() -> None:
    """5.5: a step is due on the deadline at the latest."""
    story = implementing(20)
    step = {"what": "Họp", "who": [cast.CLERK.id]}
    wrong = refusal(story, cast.CLERK.id, Act.PLAN_WORK, steps=[{**step, "by": story.day(21)}])
    assert wrong.details == {"date": story.day(21), "deadline": story.day(20)}
    story.does(cast.CLERK.id, Act.PLAN_WORK, steps=[{**step, "by": story.day(20)}])


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({"assignees": [cast.PLANNER.id, "gone@ankhe.example"]}, "gone@ankhe.example"),
        ({"assignees": ["unit:Phòng Không Có"]}, "Phòng Không Có"),
    ],
)
def test_work_goes_to_people_and_units_that_exist(fields: dict[str, Json], who: str) -> None:
    """5.3: each of several must be known, by address or as a unit, and the unknown one is named."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Ý tưởng")
    story.does(cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, "yes", signs=["opportunity"])
    story.does(cast.SECRETARY.id, Act.PRESENT)
    said = {"direction": "Làm rõ", "analysis_due": story.day(5)}
    wrong = refusal(story, cast.LEAD.id, Act.DIRECT, "assign", **said, **fields)
    assert (wrong.reason, wrong.details) == ("unknown_person", {"person": who})


def test_nobody_unknown_is_named_in_a_measure_or_a_transfer() -> None:
    """Units and the people inside measures are looked up too."""
    story = assigned()
    stranger = {**WORK, "who": ["gone@ankhe.example"], "by": story.day(5)}
    said = {"root_cause": "Chờ lâu", "resources": "không"}
    wrong = refusal(story, cast.PLANNER.id, Act.PROPOSE_SOLUTION, measures=[stranger], **said)
    assert wrong.details == {"person": "gone@ankhe.example"}
    moved = refusal(
        reported(), cast.ONE_STOP_HEAD.id, Act.TRANSFER, unit="Phòng Không Có", reason="x"
    )
    assert moved.details == {"person": "Phòng Không Có"}


def test_a_report_is_not_transferred_to_where_it_is() -> None:
    """House rule: a transfer goes to another unit."""
    stays = refusal(reported(), cast.ONE_STOP_HEAD.id, Act.TRANSFER, unit=cast.ONE_STOP, reason="x")
    assert (stays.reason, stays.details) == ("same_unit", {"unit": cast.ONE_STOP})


def test_a_request_is_not_merged_into_itself() -> None:
    """House rule: a merge needs two requests."""
    story = reported()
    assert story.request
    wrong = refusal(story, cast.SECRETARY.id, Act.MERGE, into=story.request.code, reason="Trùng")
    assert wrong.reason == "merge_into_itself"
    request = story.does(cast.SECRETARY.id, Act.MERGE, into="CTCL-2026-0002-H", reason="Trùng")
    assert (request.state, request.merged_into) == (State.MERGED, "CTCL-2026-0002-H")


def test_a_correction_has_one_performer() -> None:
    """5.1.1 names one who corrects; the analysis of 5.4 may have several."""
    two = [cast.COLLEAGUE.id, cast.CLERK.id]
    wrong = refusal(correcting(), cast.ONE_STOP_HEAD.id, Act.REASSIGN, to=two, reason="Gấp")
    assert wrong.reason == "one_performer"
    story = assigned()
    story.does(cast.LEAD.id, Act.REASSIGN, to=two, reason="Gấp")
    assert story.owed()["propose_solution"][0] == tuple(two)


@pytest.mark.parametrize(
    ("make", "who", "days"),
    [(correcting, cast.ONE_STOP_HEAD, 3), (assigned, cast.LEAD, 7), (implementing, cast.LEAD, 20)],
)
def test_more_time_is_a_later_day(make: Callable[[], Story], who: Person, days: int) -> None:
    """House rule: the new day of a correction, an analysis or the work lies after the old one."""
    story = make()
    same = refusal(story, who.id, Act.EXTEND, until=story.day(days), reason="Chậm")
    assert (same.reason, same.details["current"]) == ("not_later", story.day(days))
    story.does(who.id, Act.EXTEND, until=story.day(days + 1), reason="Chậm")
    later = refusal(story, who.id, Act.EXTEND, until=story.day(days + 1), reason="Chậm nữa")
    assert later.details["current"] == story.day(days + 1)


@pytest.mark.parametrize("number", [0, 3])
def test_only_a_measure_of_the_request_is_reported_done(number: int) -> None:
    """5.5: measures are counted from 1 to as many as were approved."""
    wrong = refusal(
        implementing(),
        cast.PLANNER.id,
        Act.REPORT_COMPLETION,
        result="Xong",
        evidence="Ảnh",
        measure_numbers=[1, number],
    )
    assert (wrong.reason, wrong.details) == ("no_such_measure", {"number": str(number)})


def test_what_the_program_copies_is_taken_as_it_is() -> None:
    """5.7: a follow-up carries over people who have left and days that have passed."""
    story = Story()
    past = [{**WORK, "who": ["gone@ankhe.example"], "by": story.day(-30)}]
    fields = {"content": "Chưa đạt", "shortfall": "Chưa chạy thử", "measures": past}
    follow_up = next(s for s in STEPS if s.act is Act.FOLLOW_UP)
    assert faults.first(follow_up, None, fields, story.world) is None
    by_hand = next(s for s in STEPS if s.act is Act.PROPOSE_SOLUTION)
    assert faults.first(by_hand, None, fields, story.world) == Fault(
        "unknown_person", {"person": "gone@ankhe.example"}
    )


def test_the_first_fault_is_told_and_right_fields_have_none() -> None:
    """One thing at a time: an impossible choice before a day before a person."""
    story = reported()
    fields = {
        "disposition": "paint",
        "performer": "gone@ankhe.example",
        "correction_due": story.day(-1),
    }
    mended = {
        "disposition": "repair",
        "correction_due": story.day(2),
        "performer": cast.COLLEAGUE.id,
    }
    told = []
    for name, right in mended.items():
        told.append(
            refusal(story, cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "work", **fields).reason
        )
        fields[name] = right
    assert told == ["bad_option", "date_past", "unknown_person"]
    judged = story.attempt(cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "work", **fields)
    assert isinstance(judged, judge.Judged)
