"""A year of quality objectives by its tables alone (5.9): who owes what, what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from mailflow.demo import cast
from mailflow.procedure import machine, objectives
from mailflow.procedure.objectives import Line, lines
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Json, Missing, Refused
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import Act, Role, State
from tests.procedure.stories import ZONE, Story

OWNER, DRAFTER = cast.ONE_STOP_HEAD.id, cast.COLLEAGUE.id
SECRETARY, HEAD = cast.SECRETARY.id, cast.HEAD.id
RATE: dict[str, Json] = {"no": 0, "objective": "Trả đúng hạn", "target": "từ 98% trở lên"}
BOOK: dict[str, Json] = {
    "no": 0,
    "objective": "Quy trình",
    "target": "ban hành",
    "by": "trước 30/6/2027",
}
PLAN = (RATE, BOOK)


@dataclass
class Year(Story):
    """A story of the objectives of 2027."""

    now: datetime = datetime(2027, 1, 4, 8, 0, tzinfo=ZONE)

    def on(self, month: int, day: int) -> None:
        """Move to a day."""
        self.now = self.now.replace(month=month, day=day)

    def refused(self, who: str, act: Act, answer: str = "", **fields: Json) -> str:
        """Attempt what must be refused or lack something; gives the reason."""
        found = self.attempt(who, act, answer, **fields)
        assert isinstance(found, Refused | Missing), found
        return found.reason if isinstance(found, Refused) else ", ".join(found.fields)

    def line(self, no: int) -> Line:
        """One objective as it stands."""
        assert self.request
        return next(line for line in lines(self.request) if line.no == no)


def asked(unit: str = cast.ONE_STOP, answer: str = "plan", **changes: Any) -> Year:
    """A unit was asked for its plan of the year, or only for the evaluation."""
    story = Year(**changes)
    due = "plan_due" if answer == "plan" else "evaluation_due"
    fields = {"objectives_year": 2027, "kind": "objectives", "unit": unit, due: "2027-01-29"}
    story.does("", Act.OPEN_OBJECTIVES, answer, content="Mục tiêu năm 2027", **fields)
    return story


def in_force(plan: Sequence[dict[str, Json]] = PLAN) -> Year:
    """The unit's plan was drafted and approved."""
    story = asked()
    story.does(OWNER, Act.NAME_DRAFTER, drafter=DRAFTER)
    story.does(DRAFTER, Act.SUBMIT_PLAN, objectives=list(plan))
    story.does(OWNER, Act.APPROVE_PLAN, "yes")
    return story


def evaluated(*results: dict[str, Json]) -> Year:
    """December: the unit's head has evaluated the plan."""
    story = in_force()
    story.on(12, 1)
    story.does("", Act.ASK_EVALUATION, evaluation_due="2027-12-30")
    story.does(OWNER, Act.EVALUATE, results=list(results))
    return story


def test_a_plan_is_drafted_sent_back_and_approved() -> None:
    """The head names a drafter, or drafts; lines get their numbers; a no leaves no plan."""
    story = asked()
    assert story.owed()["submit_plan"] == ((OWNER,), date(2027, 1, 29))
    story.does(OWNER, Act.NAME_DRAFTER, drafter=DRAFTER)
    assert story.owed() == {"submit_plan": ((DRAFTER,), date(2027, 1, 29))}
    request = story.does(DRAFTER, Act.SUBMIT_PLAN, objectives=list(PLAN))
    assert [item["no"] for item in objectives.drafted(request)] == [1, 2]
    assert objectives.in_force(request) == ()
    story.does(OWNER, Act.APPROVE_PLAN, "no", remarks="thiếu hạn")
    assert story.owed() == {"submit_plan": ((DRAFTER,), date(2027, 1, 29))}
    story.does(DRAFTER, Act.SUBMIT_PLAN, objectives=[{**RATE, "no": 7}, {**BOOK, "no": 3}])
    request = story.does(OWNER, Act.APPROVE_PLAN, "yes")
    assert [line.no for line in lines(request)] == [7, 3]
    assert machine.people_for(Role.BOUND, request, cast.ROSTER) == (
        cast.ONE_STOP_HEAD.id,
        cast.CLERK.id,
        cast.COLLEAGUE.id,
    )


def test_quarters_are_owed_when_they_are_over() -> None:
    """The latest one; given for the quarter owed, else for the one that runs."""
    story = in_force()
    assert story.owed() == {}
    story.on(7, 1)
    assert story.owed() == {"record_actuals": ((OWNER,), date(2027, 7, 14))}
    request = story.does(OWNER, Act.RECORD_ACTUALS, results=[{"no": 1, "actual": "245/250"}])
    assert (objectives.given(request), story.owed()) == ({2}, {})
    assert (story.line(1).actual, story.line(2).actual) == ("245/250", "")
    story.does(OWNER, Act.RECORD_ACTUALS, results=[{"no": 1, "actual": "99%"}])
    assert story.line(1).actuals == {2: "245/250", 3: "99%"}
    assert story.line(1).verdict is Verdict.OPEN


def test_an_amendment_changes_and_adds_lines_once_it_is_approved() -> None:
    """Refused, the plan stays as it was; both are kept with what was asked."""
    story = in_force()
    changed = [{"no": 1, "target": "từ 95% trở lên"}, {**BOOK, "no": 3}]
    assert story.request
    assert objectives.prefilled(story.request, Act.SUBMIT_PLAN) == {}
    assert objectives.prefilled(story.request, Act.AMEND_PLAN) == {
        "objectives": [{**RATE, "no": 1}, {**BOOK, "no": 2}]
    }
    story.does(OWNER, Act.AMEND_PLAN, objectives=changed, reason="quá cao")
    request = story.does(OWNER, Act.APPROVE_AMENDMENT, "no", remarks="giữ nguyên")
    assert story.line(1).planned["target"] == "từ 98% trở lên"
    assert len(objectives.drafted(request)) == 2
    story.does(OWNER, Act.AMEND_PLAN, objectives=changed, reason="quá cao")
    assert story.owed()["approve_amendment"][0] == (OWNER,)
    request = story.does(OWNER, Act.APPROVE_AMENDMENT, "yes")
    assert [line.planned["target"] for line in lines(request)] == [
        "từ 95% trở lên",
        "ban hành",
        "ban hành",
    ]
    ((asked_for, before, after),) = objectives.amendments(request)
    assert (asked_for.fields["reason"], len(before), len(after)) == ("quá cao", 2, 3)


def test_what_was_not_met_is_settled_line_by_line() -> None:
    """Explained first, judged by the secretary, then declined with a reason or opened."""
    bad = {"no": 1, "actual": "90%", "cause": "thiếu người", "remedy": "thêm người"}
    story = evaluated(bad, {"no": 2, "actual": "chưa", "cause": "bận", "remedy": "giao lại"})
    assert story.owed()["accept_evaluation"][0] == (SECRETARY,)
    request = story.does(SECRETARY, Act.ACCEPT_EVALUATION, "no", remarks="xem lại")
    again = objectives.prefilled(request, Act.EVALUATE)["results"]
    assert again[0]["cause"] == "thiếu người"
    assert objectives.not_met(request) == ()
    story.does(
        OWNER, Act.EVALUATE, results=[bad, {"no": 2, "actual": "Đã ban hành ngày 15/5/2027"}]
    )
    request = story.does(SECRETARY, Act.ACCEPT_EVALUATION, "yes")
    assert [line.no for line in objectives.not_met(request)] == [1]
    assert "settle_objective" in story.owed()
    lead = story.owed()["settle_objective"][0][0]
    assert story.refused(lead, Act.SETTLE_OBJECTIVE, "open", line_numbers=[2]) == "no_such_line"
    story.does(lead, Act.SETTLE_OBJECTIVE, "decline", line_numbers=[1], reason="đã khắc phục")
    assert (story.line(1).declined, story.line(1).is_settled) == ("đã khắc phục", True)
    assert story.owed() == {}
    assert story.refused(lead, Act.SETTLE_OBJECTIVE, "open", line_numbers=[1])
    story.does("", Act.FINISH_OBJECTIVES, "done")


def test_a_first_year_without_a_plan_says_its_objectives_with_the_results() -> None:
    """What they were stands in the evaluation; another line may be anything."""
    story = asked(answer="evaluation")
    story.does(OWNER, Act.EVALUATE, results=[{**RATE, "no": 1, "actual": "99%"}])
    request = story.does(SECRETARY, Act.ACCEPT_EVALUATION, "yes")
    assert [(line.no, line.verdict) for line in lines(request)] == [(1, Verdict.MET)]


def test_the_agencys_own_objectives_are_the_secretarys_to_draft() -> None:
    """Its head approves and accepts, the ISO board settles, every head is bound."""
    story = asked(unit="")
    request = story.request
    assert request
    held = {role: machine.people_for(role, request, cast.ROSTER) for role in Role}
    assert held[Role.OBJECTIVES_OWNER] == held[Role.DRAFTER] == (SECRETARY,)
    assert held[Role.PLAN_APPROVER] == held[Role.EVALUATION_ACCEPTER] == (HEAD,)
    assert cast.LEAD.id in held[Role.OBJECTIVES_SETTLER]
    assert {cast.PLANNING_HEAD.id, cast.LEAD.id, SECRETARY} <= set(held[Role.BOUND])


def test_what_nobody_holds_is_the_agency_heads() -> None:
    """In a unit without a head; nobody is bound where nobody is."""
    alone = Roster(people=(cast.HEAD,), units=cast.ROSTER.units)
    request = asked(roster=alone).request
    assert request
    assert machine.people_for(Role.OBJECTIVES_OWNER, request, alone) == (HEAD,)
    assert machine.people_for(Role.BOUND, request, alone) == ()


FAULTS = [
    ([{**RATE, "no": 1}, {**BOOK, "no": 1}], "line_twice"),
    ([{**RATE, "no": 1}, BOOK], "line_number_missing"),
    ([{"no": 1, "objective": "Trả đúng hạn"}], "line_incomplete"),
    ([{**RATE, "target": "1,250 hồ sơ"}], "target_"),
]


@pytest.mark.parametrize(("plan", "reason"), FAULTS)
def test_a_plan_nobody_could_measure_goes_back(plan: list[dict[str, Json]], reason: str) -> None:
    """A number twice or lacking, no target, a target that reads two ways."""
    assert asked().refused(OWNER, Act.SUBMIT_PLAN, objectives=plan).startswith(reason)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"results": [{"no": 9, "actual": "99%"}]}, "no_such_line"),
        ({"results": [{"no": 1, "actual": "99%"}], "quarter": 5}, "bad_quarter"),
        ({"results": [{"no": 1, "actual": "khá tốt"}]}, "actual_unread"),
        ({"results": [{"no": 1}]}, "line_incomplete"),
    ],
)
def test_a_quarters_result_is_held_against_its_line(fields: dict[str, Json], reason: str) -> None:
    """Of a line there is, of a quarter there is, in words that can be judged."""
    story = in_force()
    story.on(4, 1)
    assert story.refused(OWNER, Act.RECORD_ACTUALS, **fields) == reason


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([{"no": 1, "actual": "99%"}], "lines_left"),
        (
            [{"no": 1, "actual": "90%"}, {"no": 2, "actual": "Đã ban hành ngày 15/5/2027"}],
            "not_met_unexplained",
        ),
    ],
)
def test_an_evaluation_says_all_and_why(results: list[dict[str, Json]], reason: str) -> None:
    """No line is left out, and what was not met has its cause and remedy."""
    story = in_force()
    story.does("", Act.ASK_EVALUATION, evaluation_due="2027-12-30")
    assert story.refused(OWNER, Act.EVALUATE, results=results) == reason


def test_an_unanswered_year_is_ended_by_the_program() -> None:
    """It must neither vanish nor stay open for ever."""
    story = asked(answer="evaluation")
    request = story.does("", Act.FINISH_OBJECTIVES, "unanswered")
    assert request.state is State.OBJECTIVES_FINISHED
