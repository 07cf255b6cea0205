"""Who answers for whom: people come and go, stand in for each other, and somebody always owes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.demo import cast
from mailflow.procedure import judge, machine
from mailflow.procedure.people import Person, Roster, StandIn
from mailflow.procedure.request import Json, Refused
from mailflow.procedure.table import Step
from mailflow.procedure.terms import ENDS, REQUESTS, Act, Kind, Role, State
from tests.procedure.stories import Story, assigned, completed, correcting, implementing, reported


def without(roster: Roster, *gone: Person) -> Roster:
    """A roster after some have left it."""
    ids = {person.id for person in gone}
    return replace(roster, people=tuple(p for p in roster.people if p.id not in ids))


def standing_in(story: Story, for_whom: Person, who: Person, *acts: Act) -> None:
    """Let somebody act for another, for some acts or for all."""
    more = StandIn(for_whom.id, who.id, frozenset(acts) if acts else None, None, None, "5/QĐ")
    story.roster = replace(story.roster, stand_ins=(*story.roster.stand_ins, more))


def work_of(story: Story, who: str) -> list[dict[str, Json]]:
    """One measure, complete."""
    return [{"what": "Lập quy trình", "who": [who], "by": story.day(9), "output": "giấy"}]


def anything(story: Story, step: Step, draw: st.DataObject) -> dict[str, Json]:
    """Fields for any step; whoever is named is there that day."""
    somebody = draw.draw(st.sampled_from([p.id for p in story.world.roster.people]))
    words = ("reason", "remarks", "correction", "evidence", "direction", "root_cause", "resources")
    more = ("missing", "supplied", "text", "result", "evidence_seen", "shortfall", "progress")
    deadline = story.request.day("deadline") if story.request else None
    latest = max(deadline, story.now.date()).isoformat() if deadline else story.day(3)
    planned = [{"what": "Họp", "who": [somebody], "by": latest, "output": "giấy"}]
    return {
        **dict.fromkeys((*words, *more, "closing_evidence", "lacking"), "chữ"),
        "disposition": "accept",
        "performer": somebody,
        "correction_due": story.day(2),
        "signs": ["serious"],
        "assignees": [somebody],
        "implementers": [somebody],
        "to": [somebody],
        "until": story.day(400),
        "analysis_due": story.day(4),
        "deadline": story.day(20),
        "measures": planned,
        "steps": planned,
        "percent": 50,
        "unit": draw.draw(st.sampled_from([u.name for u in story.roster.units])),
        "change_resources": "tiền",
        "earlier": ["CTCL-2026-0001-A"],
        "into": "CTCL-2026-0009-A",
    }


@pytest.mark.timeout(900)  # the long profile tries thousands of ways
@given(st.sampled_from(REQUESTS), st.data())
def test_somebody_always_owes_whoever_leaves(kind: Kind, data: st.DataObject) -> None:
    """Along any arrows, with anybody gone but the agency head, each act owed has its people.

    They are on the roster and may do it, so no request stands still because somebody left.
    """
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind=kind.value, content="Việc cần làm")
    for _ in range(data.draw(st.integers(0, 14))):
        leaving = data.draw(st.lists(st.sampled_from(story.roster.people), max_size=2))
        story.roster = without(story.roster, *(p for p in leaving if p != cast.HEAD))
        _somebody_owes(story)
        _one_more_act(story, data)
        story.wait(data.draw(st.sampled_from([0, 0, 1, 30])))
        _somebody_owes(story)


def _somebody_owes(story: Story) -> None:
    request, world = story.request, story.world
    assert request
    owed = machine.owed(request, world)
    assert bool(owed) is (request.state not in ENDS)
    for item in owed:
        assert item.people, (request.state, item.wait)
        for person in item.people:
            assert world.roster.person(person)
            acts = {step.act for step in machine.possible(request, person, world)}
            assert item.wait.act in acts


def _one_more_act(story: Story, data: st.DataObject) -> None:
    request = story.request
    assert request
    ways = [
        (step, person.id)
        for step in machine.steps_now(request, story.world)
        for person in story.world.roster.people
        if machine.entitled(step, request, person.id, story.world)
        and step.target not in {State.WITHDRAWN, State.MERGED, State.DECLINED}
    ]
    if not ways:
        return
    step, person = data.draw(st.sampled_from(ways))
    judged = story.attempt(person, step.act, step.answer, **anything(story, step, data))
    if isinstance(judged, judge.Judged):
        story.carry_out(judged)


@pytest.mark.parametrize(
    ("make", "gone", "act", "answers"),
    [
        (reported, cast.ONE_STOP_HEAD, "decide_disposition", cast.HEAD),
        (correcting, cast.COLLEAGUE, "report_correction", cast.ONE_STOP_HEAD),
        (assigned, cast.PLANNER, "propose_solution", cast.ONE_STOP_HEAD),
        (completed, cast.LEAD, "verify", cast.HEAD),
    ],
)
def test_the_heads_answer_for_who_left(
    make: Callable[[], Story], gone: Person, act: str, answers: Person
) -> None:
    """The unit's head answers for who left it, the agency head where there is no unit's head."""
    story = make()
    story.roster = without(story.roster, gone)
    assert story.owed()[act][0] == (answers.id,)


def test_without_a_lead_or_a_secretary_the_agency_head_answers() -> None:
    """5.3: the board's work goes on when its seats are empty."""
    story = assigned()
    story.does(
        cast.PLANNER.id,
        Act.PROPOSE_SOLUTION,
        root_cause="Chờ lâu",
        measures=work_of(story, cast.PLANNER.id),
        resources="không",
    )
    story.roster = without(story.roster, cast.LEAD, cast.SECRETARY)
    assert story.owed()["approve_solution"][0] == (cast.HEAD.id,)
    assert story.does(cast.HEAD.id, Act.APPROVE_SOLUTION, "yes").state is State.IMPLEMENTING


def test_whoever_still_has_a_measure_owes_the_rest() -> None:
    """5.5: of the implementers, those whose measures are not done; when they left, the others."""
    story = implementing()
    story.does(cast.PLANNER.id, Act.REPORT_COMPLETION, result="Xong", evidence="Dự thảo")
    story.roster = without(story.roster, cast.CLERK)
    assert story.owed()["report_completion"][0] == (cast.PLANNER.id,)


def test_a_request_returned_goes_back_to_who_sent_it_else_who_decides() -> None:
    """House rule: the one who submitted supplies; when they left, who decides in that unit now."""
    story = reported()
    story.does(cast.ONE_STOP_HEAD.id, Act.PASS_UP, reason="Vượt thẩm quyền")
    story.does(
        cast.HEAD.id, Act.DECIDE_DISPOSITION, "no_work", disposition="accept", reason="Không sao"
    )
    story.does(cast.HEAD.id, Act.DECIDE_NEED, "yes", signs=["serious"])
    story.does(cast.SECRETARY.id, Act.RETURN_FOR_MORE, missing="Số liệu")
    assert story.owed()["supply"][0] == (cast.HEAD.id,)
    deputy = replace(cast.DEPUTY, roles=cast.DEPUTY.roles | {Role.AGENCY_HEAD})
    people = without(story.roster, cast.HEAD, cast.DEPUTY).people
    story.roster = replace(story.roster, people=(*people, deputy))
    assert story.owed()["supply"][0] == (cast.ONE_STOP_HEAD.id,)


def test_what_a_stand_in_sent_up_comes_back_to_whom_they_stood_for() -> None:
    """House rule: the one who submitted has left; whoever decides that request supplies."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Ý tưởng")
    story.does(cast.ONE_STOP_HEAD.id, Act.PASS_UP, reason="Vượt thẩm quyền")
    standing_in(story, cast.HEAD, cast.DEPUTY, Act.DECIDE_NEED)
    story.does(cast.DEPUTY.id, Act.DECIDE_NEED, "yes", signs=["opportunity"])
    story.does(cast.SECRETARY.id, Act.RETURN_FOR_MORE, missing="Số liệu")
    assert story.owed()["supply"][0] == (cast.DEPUTY.id,)
    story.roster = without(story.roster, cast.DEPUTY)
    assert story.owed()["supply"][0] == (cast.HEAD.id,)


def test_the_heads_of_the_implementers_are_told_who_closed_it() -> None:
    """5.7: each implementer's unit has a head who hears; one without a head is no obstacle."""
    story = completed()
    story.roster = without(story.roster, cast.PLANNING_HEAD)
    request = story.request
    assert request
    heads = machine.people_for(Role.IMPLEMENTER_HEAD, request, story.world.roster)
    assert heads == (cast.ONE_STOP_HEAD.id,)


def test_a_stand_in_acts_within_their_acts_and_days() -> None:
    """5.6: the decision names acts and days; outside them the stand-in is one like others."""
    story = completed()
    story.roster = replace(story.roster, stand_ins=())
    seen = {"evidence_seen": "Sổ theo dõi"}
    for stand_in, may in (
        (StandIn(cast.HEAD.id, cast.OFFICE_HEAD.id, None, None, None), True),
        (_deputised(acts={Act.VERIFY}), True),
        (_deputised(acts={Act.CLOSE}), False),
        (_deputised(since=date(2026, 3, 7), until=date(2026, 3, 7)), True),
        (_deputised(since=date(2026, 3, 8)), False),
        (_deputised(until=date(2026, 3, 6)), False),
    ):
        story.roster = replace(story.roster, stand_ins=(stand_in,))
        judged = story.attempt(cast.OFFICE_HEAD.id, Act.VERIFY, "effective", **seen)
        assert isinstance(judged, judge.Judged if may else Refused), stand_in
    story.roster = replace(story.roster, stand_ins=())
    assert isinstance(story.attempt(cast.OFFICE_HEAD.id, Act.VERIFY, "effective", **seen), Refused)


def _deputised(
    acts: set[Act] | None = None, since: date | None = None, until: date | None = None
) -> StandIn:
    return StandIn(
        cast.HEAD.id, cast.OFFICE_HEAD.id, frozenset(acts) if acts else None, since, until
    )


def test_one_who_left_stands_in_for_nobody() -> None:
    """A stand-in off the roster neither acts nor is waited for."""
    story = completed()
    story.roster = without(story.roster, cast.DEPUTY)
    refused = story.attempt(cast.DEPUTY.id, Act.VERIFY, "effective", evidence_seen="Sổ")
    assert isinstance(refused, Refused)
    assert machine.with_stand_ins([cast.HEAD.id], Act.VERIFY, story.world.roster) == (cast.HEAD.id,)


def test_a_stand_in_passes_up_to_the_superior_of_whom_they_stand_for() -> None:
    """5.1.1: not to their own superior, who is the very head they act for."""
    story = reported()
    standing_in(story, cast.ONE_STOP_HEAD, cast.COLLEAGUE)
    request = story.does(cast.COLLEAGUE.id, Act.PASS_UP, reason="Vượt thẩm quyền")
    assert request.parties[Role.DECIDER] == (cast.HEAD.id,)
    assert request.entries[-1].notes == (f"stand_in:{cast.ONE_STOP_HEAD.id}:5/QĐ",)


@pytest.mark.parametrize(("listed", "decider"), [(cast.DEPUTY, cast.DEPUTY), (None, cast.HEAD)])
def test_the_superior_is_the_one_listed_else_the_agency_head(
    listed: Person | None, decider: Person
) -> None:
    """5.1.1: a head reports to the superior of the roster; with none listed to the agency head."""
    story = reported()
    head = replace(cast.ONE_STOP_HEAD, superior=listed.id if listed else None)
    people = tuple(head if p == cast.ONE_STOP_HEAD else p for p in story.roster.people)
    story.roster = replace(story.roster, people=people)
    request = story.does(head.id, Act.PASS_UP, reason="Vượt thẩm quyền")
    assert request.parties[Role.DECIDER] == (decider.id,)


def test_one_of_the_staff_reports_to_their_head() -> None:
    """The superior of one who is no head is the head of their unit."""
    assert cast.ROSTER.superior_of(cast.CLERK) == cast.ONE_STOP_HEAD
    assert cast.ROSTER.superior_of(cast.HEAD) == cast.HEAD
    assert Roster((cast.CLERK,)).superior_of(cast.CLERK) is None


def test_names_and_mailboxes_are_found_as_people_write_them() -> None:
    """A mailbox in any case, a unit by its name, one who left by what is left: their address."""
    roster = cast.ROSTER
    assert roster.at(f" {cast.CLERK.email.upper()} ") == (cast.CLERK,)
    assert roster.at("nobody@ankhe.example") == ()
    assert roster.name_of(f"unit:{cast.OFFICE}") == cast.OFFICE
    assert roster.name_of(cast.CLERK.id) == cast.CLERK.name
    assert roster.name_of("gone@ankhe.example") == "gone@ankhe.example"
    assert roster.person(None) is None


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.data())
def test_a_roster_of_a_day_holds_who_is_in_force_that_day(day: date, data: st.DataObject) -> None:
    """First and last day count; a day left open has no end."""
    ends = st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31))
    people = tuple(
        replace(person, since=data.draw(ends), until=data.draw(ends))
        for person in cast.ROSTER.people[:4]
    )
    here = Roster(people).on(day).people
    for person in people:
        begun = person.since is None or person.since <= day
        assert (person in here) is (begun and (person.until is None or day <= person.until))


def test_what_is_possible_is_found_once_for_a_person_and_a_state() -> None:
    """Asked again it is the same; for somebody else it is found anew."""
    story = reported()
    assert story.request
    world = story.world
    first = machine.possible(story.request, cast.ONE_STOP_HEAD.id, world)
    assert machine.possible(story.request, cast.ONE_STOP_HEAD.id, world) is first
    assert {step.act for step in first} >= {Act.DECIDE_DISPOSITION, Act.TRANSFER}
    others = {step.act for step in machine.possible(story.request, cast.EXPERT.id, world)}
    assert Act.DECIDE_DISPOSITION not in others
