"""The management review by its tables alone (5.8): who owes what by when, what is refused."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.demo import cast
from mailflow.procedure import judge, machine, review
from mailflow.procedure.machine import World
from mailflow.procedure.request import Refused
from mailflow.procedure.steps import OURS, STEPS
from mailflow.procedure.terms import ENDS, REVIEWS, Act, Kind, Role, Section, State
from tests.procedure.stories import ZONE, Story

OCTOBER = datetime(2026, 10, 1, 8, 0, tzinfo=ZONE)
MEETING = {"audit_ended": "2026-09-25", "meeting_on": "2026-10-16", "place": "Phòng họp"}


@dataclass
class Reviewing(Story):
    """A story of a review; the agency may have named owners of its inputs."""

    now: datetime = OCTOBER
    owners: dict[Section, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """Everything as of now, with the owners named."""
        return replace(super().world, input_owners=self.owners)


def opened(**owners: str) -> Reviewing:
    """The year's review, waiting for its plan."""
    story = Reviewing(owners={Section(name): who for name, who in owners.items()})
    story.does(
        "",
        Act.OPEN_REVIEW,
        kind="review",
        content="Xem xét của lãnh đạo năm 2026",
        plan_by="2026-10-30",
        review_year=2026,
    )
    return story


def _refused(story: Story, who: str, act: Act, answer: str = "", **fields: Any) -> str:
    found = story.attempt(who, act, answer, **fields)
    assert isinstance(found, Refused), found
    return found.reason


@pytest.mark.clause("5.8")
def test_it_comes_after_the_internal_audit_and_its_inputs_before_its_meeting() -> None:
    """5.8; inputs are due five working days before, a time of day must be one."""
    story, who = opened(), cast.SECRETARY.id
    assert story.owed() == {"plan_review": ((who,), date(2026, 10, 30))}
    late = {**MEETING, "audit_ended": "2026-10-17"}
    assert _refused(story, who, Act.PLAN_REVIEW, "meeting", **late) == "audit_not_ended"
    ahead = _refused(story, who, Act.PLAN_REVIEW, "report", audit_ended="2026-10-02")
    assert ahead == "audit_not_ended"
    after = {**MEETING, "inputs_due": "2026-10-20"}
    assert _refused(story, who, Act.PLAN_REVIEW, "meeting", **after) == "inputs_after_meeting"
    vague = {**MEETING, "meeting_time": "đầu giờ"}
    assert _refused(story, who, Act.PLAN_REVIEW, "meeting", **vague) == "bad_time"
    story.does(who, Act.PLAN_REVIEW, "meeting", **MEETING)
    assert story.owed()["give_input"] == ((who,), date(2026, 10, 9))
    assert story.owed()["answer_invitation"][1] == date(2026, 10, 16)


@pytest.mark.clause("5.8.1.1")
def test_inputs_are_asked_of_whom_the_agency_named() -> None:
    """A unit, a role, a person; one who left is answered for by the secretary."""
    story = opened(
        satisfaction=f"unit:{cast.ONE_STOP}",
        audits="auditor",
        suppliers=cast.PLANNER.id,
        objectives="unit:Phòng không còn",
    )
    story.does(cast.SECRETARY.id, Act.PLAN_REVIEW, "report", audit_ended="2026-09-25")
    people, _ = story.owed()["give_input"]
    assert {cast.ONE_STOP_HEAD.id, cast.AUDITOR.id, cast.PLANNER.id} < set(people)
    own = {"input_satisfaction": "96%"}
    assert _refused(story, cast.PLANNER.id, Act.GIVE_INPUT, "satisfaction", **own) == "not_entitled"
    story.does(cast.ONE_STOP_HEAD.id, Act.GIVE_INPUT, "satisfaction", **own)
    assert cast.ONE_STOP_HEAD.id not in story.owed()["give_input"][0]
    assert story.request
    assert Section.OBJECTIVES in review.inputs_left(story.request)


@pytest.mark.parametrize(
    ("said", "hour"), [("8 giờ 30", (8, 30)), ("14h", (14, 0)), ("08:05", (8, 5)), ("25h", None)]
)
def test_an_hour_is_read_as_people_write_it(said: str, hour: tuple[int, int] | None) -> None:
    """What is no hour is asked about, never guessed."""
    found = review.clock(said)
    assert (found and (found.hour, found.minute)) == hour


@pytest.mark.clause("5.8.1.2")
def test_a_decision_is_settled_once_and_a_risk_by_its_owner() -> None:
    """A second word about one decision is refused; with nothing left the review is settled."""
    story = opened()
    story.does(cast.SECRETARY.id, Act.PLAN_REVIEW, "meeting", **MEETING)
    story.does(cast.SECRETARY.id, Act.SEND_AGENDA)
    story.wait(15)
    story.does(cast.SECRETARY.id, Act.HOLD_REVIEW)
    work = {"what": "Mua máy quét", "who": [cast.OFFICE_HEAD.id], "by": "2027-01-31"}
    risk = {"what": "Thiếu người", "who": [cast.ONE_STOP_HEAD.id], "by": "2026-11-15"}
    story.does(
        cast.SECRETARY.id,
        Act.DRAFT_MINUTES,
        discussion="Thống nhất",
        resource_decisions=[work],
        risk_updates=[risk],
    )
    story.does(cast.HEAD.id, Act.APPROVE_MINUTES, "yes")
    story.does(cast.SECRETARY.id, Act.DISTRIBUTE)
    assert story.owed()["update_risk"] == ((cast.ONE_STOP_HEAD.id,), date(2026, 11, 15))
    story.does(cast.LEAD.id, Act.SETTLE_DECISION, "decline", reason="Đã có dự toán")
    again = {"decision_numbers": [1], "reason": "x"}
    assert (
        _refused(story, cast.LEAD.id, Act.SETTLE_DECISION, "decline", **again) == "decisions_left"
    )
    assert _refused(story, cast.PLANNER.id, Act.UPDATE_RISK, result="x") == "not_a_party"
    request = story.does(cast.ONE_STOP_HEAD.id, Act.UPDATE_RISK, result="Đã sửa bảng")
    assert review.settled(request)


def held(route: str = "meeting", **fields: Any) -> Reviewing:
    """A review by a meeting that was held."""
    story = opened()
    story.does(cast.SECRETARY.id, Act.PLAN_REVIEW, route, **{**MEETING, **fields})
    story.does(cast.SECRETARY.id, Act.SEND_AGENDA)
    story.wait(15)
    story.does(cast.SECRETARY.id, Act.HOLD_REVIEW)
    return story


@pytest.mark.clause("5.8.1.2")
def test_what_is_settled_must_be_there_and_of_a_kind_that_can_be_opened() -> None:
    """A number of no decision or risk, one decided before, a kind of 5.1: each is told."""
    story, lead = held(), cast.LEAD.id
    works = [{"what": f"Việc {n}", "who": [lead], "by": "2027-01-31"} for n in (1, 2)]
    risk = {"what": "Rủi ro", "who": [lead], "by": "2026-12-15"}
    minutes = {"discussion": "x", "resource_decisions": works, "risk_updates": [risk, risk]}
    story.does(cast.SECRETARY.id, Act.DRAFT_MINUTES, "", **minutes)
    story.does(cast.HEAD.id, Act.APPROVE_MINUTES, "yes")
    story.does(cast.SECRETARY.id, Act.DISTRIBUTE)
    none = {"decision_numbers": [9], "reason": "x"}
    assert _refused(story, lead, Act.SETTLE_DECISION, "decline", **none) == "no_such_decision"
    story.does(lead, Act.SETTLE_DECISION, "decline", decision_numbers=[1], reason="đã có")
    again = {"decision_numbers": [1], "reason": "x"}
    assert _refused(story, lead, Act.SETTLE_DECISION, "decline", **again) == "decision_settled"
    odd = {"decision_numbers": [2], "kind": Kind.NONCONFORMITY.value}
    assert _refused(story, lead, Act.SETTLE_DECISION, "open", **odd) == "bad_option"
    assert _refused(story, lead, Act.UPDATE_RISK, "", **none, result="x") == "no_such_risk"


@pytest.mark.clause("5.8.1.2")
def test_minutes_of_another_meeting_are_completed_point_by_point() -> None:
    """What they say, what is given since, what did not occur; then nothing is lacking."""
    story, who = held("combined", host_meeting="Giao ban"), cast.SECRETARY.id
    files = [{"name": "bb.docx", "sha256": "0" * 64}]
    work = {"what": "Mua máy", "who": [cast.OFFICE_HEAD.id], "by": "2027-01-31"}
    request = story.does(who, Act.RECEIVE_MINUTES, files=files, resource_decisions=[work])
    lacking = review.lacking(request)
    assert "resource_decisions" not in lacking
    request = story.does(who, Act.COMPLETE_MINUTES, input_satisfaction="96%")
    assert set(lacking) - set(review.lacking(request)) == {"input_satisfaction"}
    assert [measure.what for measure in request.measures] == ["Mua máy"]
    request = story.does(who, Act.COMPLETE_MINUTES, nothing_in=list(review.lacking(request)))
    assert review.lacking(request) == ()
    assert review.lacking(held().request or request) == ()


@pytest.mark.clause("5.8.2.1", "5.8.2.2")
def test_a_report_waits_for_the_comments_of_its_members() -> None:
    """Until the day set, or until all have said something; a stand-in speaks for somebody."""
    story, who = opened(), cast.SECRETARY.id
    story.does(who, Act.PLAN_REVIEW, "report", audit_ended="2026-09-25")
    request = story.does(who, Act.DRAFT_REPORT, overview="Tốt")
    assert review.comments(request) == {}
    request = story.does(cast.LEAD.id, Act.APPROVE_REPORT, "yes", comments_due=story.day(10))
    members = machine.people_for(Role.COMMENTER, request, cast.ROSTER)
    assert story.owed()["comment_report"] == (members, story.now.date() + timedelta(days=10))
    assert _refused(story, who, Act.DRAFT_NOTICE, overall="x") == "comments_in"
    for member in members[:-1]:
        story.does(member, Act.COMMENT_REPORT, "agree")
    assert story.owed()["comment_report"][0] == members[-1:]
    assert review.silent(story.request or request, members) == members[-1:]
    story.does(members[-1], Act.COMMENT_REPORT, "comment", opinion="Thêm số liệu")
    assert set(review.comments(story.request or request)) == set(members)
    story.does(who, Act.DRAFT_NOTICE, overall="Đạt")


def test_an_invitation_counts_its_changes_and_a_cancelled_review_is_due_again() -> None:
    """Each plan has an invitation of its own."""
    story, who = opened(), cast.SECRETARY.id
    request = story.does(who, Act.PLAN_REVIEW, "meeting", **MEETING)
    assert review.invitation(request) == (1, 0)
    request = story.does(who, Act.MOVE_MEETING, meeting_on="2026-10-20", reason="bận")
    assert review.invitation(request) == (1, 1)
    request = story.does(who, Act.CANCEL_REVIEW, reason="hoãn")
    assert (request.kind, request.state) == (Kind.REVIEW, State.REVIEW_DUE)
    assert review.invitation(request) == (1, 2)


PEOPLE = (
    cast.SECRETARY.id,
    cast.LEAD.id,
    cast.HEAD.id,
    cast.ONE_STOP_HEAD.id,
    cast.PLANNING_HEAD.id,
)
MEANS = sorted(
    {(s.act, s.answer) for s in STEPS if set(s.kinds) & set(REVIEWS)} - {(act, "") for act in OURS}
)
WORK = {"what": "Việc", "who": [cast.PLANNING_HEAD.id], "by": "2027-03-01"}


@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MEANS)), max_size=60),
    st.sampled_from(["meeting", "combined", "report"]),
)
def test_whatever_people_try_somebody_owes_and_replaying_gives_the_same(
    tried: list[tuple[str, tuple[Act, str]]], route: str
) -> None:
    """No review stands still, and none leaves its end."""
    story = opened()
    fields = MEETING if route != "report" else {"audit_ended": "2026-09-25"}
    story.does(cast.SECRETARY.id, Act.PLAN_REVIEW, route, **fields)
    for who, (act, answer) in tried:
        before = story.request
        assert before
        found = story.attempt(who, act, answer, **_everything(story))
        if isinstance(found, judge.Judged):
            assert before.state not in ENDS
            after = story.carry_out(found)
            done = after.state is State.DISTRIBUTED and review.settled(after)
            people = [p for o in machine.owed(after, story.world) for p in o.people]
            assert done or people
            assert after.kind in REVIEWS
        story.wait(1)
    assert story.request
    assert machine.replay(story.request.entries) == story.request


def _everything(story: Story) -> dict[str, Any]:
    words = ("reason", "remarks", "text", "discussion", "overview", "opinion", "overall", "result")
    inputs = {f"input_{section}": "chữ" for section in Section}
    return {
        **dict.fromkeys(words, "chữ"),
        **inputs,
        "audit_ended": "2026-09-25",
        "meeting_on": story.day(9),
        "place": "Phòng họp",
        "resource_decisions": [{**WORK, "by": story.day(90)}],
        "risk_updates": [{**WORK, "by": story.day(60)}],
        "decision_numbers": [1],
        "files": [{"name": "bb.docx", "sha256": "0" * 64}],
        "kind": Kind.IMPROVEMENT.value,
    }
