"""What an act may carry, what is taken when it is left out, and what is only for some."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mailflow.demo import cast
from mailflow.procedure import judge, machine
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.people import Person, StandIn
from mailflow.procedure.request import Command, Json, Missing, Refused, Request
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act, Disposition, Role, Sign, Source, State
from tests.procedure.stories import (
    LETTER,
    Story,
    assigned,
    completed,
    correcting,
    implementing,
    reported,
)

OBJECTIVE = {"content": "Giảm trễ hạn", "objective": "MT-03", "actual": "82%", "cause": "Thiếu máy"}
REVIEW = {"content": "Bổ sung nhân lực", "review": "Họp 15/01", "decision": "KL-04"}


def judged(story: Story, who: str, act: Act, answer: str = "", **fields: Json) -> judge.Judged:
    """Attempt an act that must be right, without carrying it out."""
    found = story.attempt(who, act, answer, **fields)
    assert isinstance(found, judge.Judged), found
    return found


def refused(story: Story, who: str, act: Act, answer: str = "", **fields: Json) -> str:
    """Attempt an act that must be refused, and give the reason."""
    found = story.attempt(who, act, answer, **fields)
    assert isinstance(found, Refused), found
    return found.reason


def test_an_act_carries_only_what_its_row_names() -> None:
    """Nobody moves a deadline or a unit by a comment, whatever its letter has in it."""
    story = implementing()
    before = story.request
    assert before
    smuggled: dict[str, Json] = {
        "deadline": story.day(400),
        "unit": cast.EXPERTISE,
        "implementers": [cast.EXPERT.id],
        "change_deadline": story.day(400),
        "kind": "nonconformity",
    }
    after = story.does(cast.PLANNER.id, Act.COMMENT, text="Xin thêm thời gian", **smuggled)
    assert after.entries[-1].fields == {"text": "Xin thêm thời gian"}
    assert after.values == {**before.values, "text": "Xin thêm thời gian"}
    assert (after.unit, after.parties, after.kind) == (before.unit, before.parties, before.kind)


@pytest.mark.parametrize("step", STEPS, ids=lambda s: f"{s.act}-{s.answer}-{s.clause}")
def test_no_row_takes_a_field_it_does_not_name(step: Step) -> None:
    """For each row: of all fields there are, those it names, files, and the kind when it opens."""
    taken = {name for name in FIELDS if judge.carries(step, name, "chữ")}
    named = {name for need in (*step.must, *step.may) for name in need.split("|")}
    extra = {"files"} | ({"kind"} if step.sources is None else set())
    assert taken == (set(FIELDS) if step.who == (Role.PROGRAM,) else named | extra)
    nothing: tuple[Json, ...] = ("", None, [])
    assert not any(judge.carries(step, name, empty) for name in FIELDS for empty in nothing)


def test_files_come_with_any_act_and_empty_words_with_none() -> None:
    """An attachment to a plain yes is evidence; a label without words says nothing."""
    story = correcting()
    files = [{"name": "anh.jpg", "sha256": "0" * 64}]
    found = judged(
        story, cast.COLLEAGUE.id, Act.REPORT_CORRECTION, correction="Đã sửa", files=files
    )
    assert found.entry.fields["files"] == files
    asked = story.attempt(
        cast.COLLEAGUE.id, Act.REPORT_CORRECTION, correction="Đã sửa", evidence="", files=[]
    )
    assert asked == Missing(("evidence|files",), "5.1.1")


def test_a_head_opens_from_an_objective_for_their_own_unit_only() -> None:
    """5.9: another unit's objective is that unit's head's to open; the board may for any."""
    head = cast.ONE_STOP_HEAD.id
    story = Story()
    act = Act.OPEN_FROM_OBJECTIVE
    kind = {"kind": "corrective_action"}
    assert refused(story, head, act, "unit", **OBJECTIVE, **kind, unit=cast.EXPERTISE) == (
        "not_entitled"
    )
    own = judged(story, head, act, "unit", **OBJECTIVE, **kind)
    assert own.entry.fields["unit"] == cast.ONE_STOP
    assert own.entry.fields["signs"] == [Sign.OBJECTIVES_AT_RISK]
    assert own.entry.target is State.SUBMITTED
    assert refused(story, cast.CLERK.id, act, "unit", **OBJECTIVE, **kind) == "not_entitled"
    board = judged(
        story, cast.PLANNING_HEAD.id, act, "agency", **OBJECTIVE, **kind, unit=cast.EXPERTISE
    )
    assert (board.entry.fields["unit"], board.entry.target) == (cast.EXPERTISE, State.PRESENTED)
    assert "signs" not in board.entry.fields


def test_a_stand_in_opens_for_the_unit_whose_head_they_stand_for() -> None:
    """5.9: a head who stands in for another's opening opens there as well, and it is noted."""
    story = Story()
    act = Act.OPEN_FROM_OBJECTIVE
    stand_in = StandIn(
        cast.EXPERT_HEAD.id, cast.ONE_STOP_HEAD.id, frozenset({act}), None, None, "7/QĐ"
    )
    story.roster = replace(story.roster, stand_ins=(stand_in,))
    fields = {**OBJECTIVE, "kind": "improvement", "unit": cast.EXPERTISE}
    found = judged(story, cast.ONE_STOP_HEAD.id, act, "unit", **fields)
    assert found.entry.fields["unit"] == cast.EXPERTISE


def test_what_comes_out_of_a_review_names_it_as_its_source() -> None:
    """5.8.1.2: opened by the board with the meeting and the conclusion, presented at once."""
    story = Story()
    found = judged(
        story, cast.SECRETARY.id, Act.OPEN_FROM_REVIEW, "open", **REVIEW, kind="improvement"
    )
    assert found.entry.fields["sources"] == [Source.MANAGEMENT_REVIEW]
    request = story.carry_out(found)
    assert request.state is State.PRESENTED
    assert request.parties[Role.REPORTER] == request.parties[Role.SUBMITTER]
    assert refused(
        story=Story(),
        who=cast.CLERK.id,
        act=Act.OPEN_FROM_REVIEW,
        answer="open",
        **REVIEW,
        kind="improvement",
    ) == ("not_entitled")


def test_a_review_opens_no_nonconformity() -> None:
    """5.8.1.2, 5.9: without a kind it would be a nonconformity, for which there is no such row."""
    story = Story()
    assert refused(story, cast.SECRETARY.id, Act.OPEN_FROM_REVIEW, "open", **REVIEW) == (
        "no_such_step"
    )


def test_only_the_program_opens_a_follow_up() -> None:
    """5.7: no person opens one by hand, and nobody does in the program's name."""
    story = Story()
    fields = {"content": "Chưa đạt", "shortfall": "Chưa chạy thử", "unit": cast.ONE_STOP}
    assert refused(story, cast.HEAD.id, Act.FOLLOW_UP, **fields) == "not_entitled"
    found = judged(story, "", Act.FOLLOW_UP, **fields)
    assert (found.entry.role, found.entry.target) == (Role.PROGRAM, State.AWAITING_DIRECTION)


def test_a_report_from_outside_every_unit_needs_one() -> None:
    """A request belongs to a unit: the reporter's own, else the one they name."""
    loner = replace(cast.CLERK, unit="")
    story = Story()
    people = (*(p for p in story.roster.people if p != cast.CLERK), loner)
    story.roster = replace(story.roster, people=people)
    assert story.attempt(loner.id, Act.REPORT, content="Trả sai") == Missing(("unit",), "5.1.1")
    found = judged(story, loner.id, Act.REPORT, content="Trả sai", unit=cast.OFFICE)
    assert (found.entry.fields["unit"], found.entry.fields["kind"]) == (
        cast.OFFICE,
        "nonconformity",
    )


def test_an_approval_takes_what_it_leaves_out_from_the_measures() -> None:
    """5.4: each of two defaults by itself; what the lead says otherwise holds."""
    story = assigned()
    two = [
        {"what": "Một", "who": [cast.PLANNER.id], "by": story.day(9), "output": "giấy"},
        {"what": "Hai", "who": [cast.CLERK.id], "by": story.day(4), "output": "giấy"},
    ]
    story.does(
        cast.PLANNER.id,
        Act.PROPOSE_SOLUTION,
        root_cause="Chờ lâu",
        measures=two,
        resources="không",
    )
    plain = judged(story, cast.LEAD.id, Act.APPROVE_SOLUTION, "yes").entry.fields
    assert plain == {"implementers": [cast.PLANNER.id, cast.CLERK.id], "deadline": story.day(9)}
    said = judged(
        story, cast.LEAD.id, Act.APPROVE_SOLUTION, "yes", implementers=[cast.EXPERT.id]
    ).entry.fields
    assert said == {"implementers": [cast.EXPERT.id], "deadline": story.day(9)}
    back = story.attempt(cast.LEAD.id, Act.APPROVE_SOLUTION, "no")
    assert back == Missing(("remarks", "analysis_due"), "5.4")


@pytest.mark.parametrize("step", STEPS, ids=lambda s: f"{s.act}-{s.answer}-{s.clause}")
def test_what_is_taken_for_a_field_left_out_is_never_nothing(step: Step) -> None:
    """Every row can be asked for its defaults, with a request and without; none is empty."""
    story = implementing()
    for request in (None, _of(story)):
        if request and request.kind not in step.kinds:
            continue
        command = Command(step.act, step.answer, None, {}, cast.CLERK.id, LETTER)
        taken = judge.defaults_for(step, request, command, story.world)
        assert all(taken.values())


def test_a_completion_speaks_of_ones_own_measures_and_of_today() -> None:
    """5.5: who has no measure speaks of all; numbers and a day said hold before the defaults."""
    story = implementing()
    story.wait(2)
    done = {"result": "Xong", "evidence": "Biên bản"}
    own = judged(story, cast.CLERK.id, Act.REPORT_COMPLETION, **done)
    assert (own.entry.fields["measure_numbers"], own.step.answer) == ([2], "part")
    assert own.entry.fields["actual_date"] == story.day(0)
    said = judged(
        story,
        cast.CLERK.id,
        Act.REPORT_COMPLETION,
        **done,
        measure_numbers=[1, 2],
        actual_date=story.day(-1),
    )
    assert (said.step.answer, said.entry.fields["actual_date"]) == ("all", story.day(-1))
    story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.EXPERT.id, cast.CLERK.id], reason="Nghỉ")
    measures = tuple(replace(m, who=(cast.CLERK.id,)) for m in _of(story).measures)
    story.request = replace(_of(story), measures=measures)
    none = judged(story, cast.EXPERT.id, Act.REPORT_COMPLETION, **done)
    assert none.entry.fields["measure_numbers"] == [1, 2]


def _of(story: Story) -> Request:
    assert story.request
    return story.request


def test_a_follow_up_goes_on_with_the_same_people_unless_the_head_says_others() -> None:
    """5.7: "go on" takes the implementers carried over; a fresh analysis needs its people said."""
    story = Story()
    fields: dict[str, Json] = {
        "content": "Chưa đạt",
        "shortfall": "Chưa chạy thử",
        "kind": "improvement",
        "unit": cast.ONE_STOP,
        "measures": [{"what": "Chạy thử", "who": [cast.PLANNER.id], "by": story.day(9)}],
    }
    found = judged(story, "", Act.FOLLOW_UP, **fields)
    parties = {"implementer": [cast.PLANNER.id], "reporter": [cast.CLERK.id]}
    entry = replace(found.entry, fields={**found.entry.fields, "parties": parties})
    request = story.carry_out(replace(found, entry=entry))
    assert [m.what for m in request.measures] == ["Chạy thử"]
    on = {"direction": "Làm tiếp", "deadline": story.day(20)}
    same = judged(story, cast.HEAD.id, Act.DIRECT, "implement", **on).entry.fields
    assert same["implementers"] == [cast.PLANNER.id]
    other = judged(
        story, cast.HEAD.id, Act.DIRECT, "implement", **on, implementers=[cast.EXPERT.id]
    ).entry.fields
    assert other["implementers"] == [cast.EXPERT.id]
    asked = story.attempt(cast.HEAD.id, Act.DIRECT, "assign", direction="Phân tích lại")
    assert asked == Missing(("assignees", "analysis_due"), "5.7")
    request = story.does(cast.HEAD.id, Act.DIRECT, "implement", **on)
    assert request.implementing_since == story.now


def lead_analyses() -> Story:
    """The ISO lead has taken the analysis on and proposed a solution."""
    story = assigned()
    story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.LEAD.id], reason="Việc gấp")
    work = [{"what": "Một", "who": [cast.PLANNER.id], "by": story.day(9), "output": "giấy"}]
    story.does(
        cast.LEAD.id, Act.PROPOSE_SOLUTION, root_cause="Chờ lâu", measures=work, resources="không"
    )
    return story


def head_implements() -> Story:
    """The one who verifies has taken a part of the work on."""
    story = implementing()
    story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.PLANNER.id, cast.HEAD.id], reason="Gấp")
    done = {"result": "Xong", "evidence": "Biên bản"}
    story.does(cast.HEAD.id, Act.REPORT_COMPLETION, **done)
    story.does(cast.PLANNER.id, Act.REPORT_COMPLETION, **done)
    return story


@pytest.mark.parametrize("setting", ["warn", "refuse"])
@pytest.mark.parametrize(
    ("make", "who", "act", "answer", "fields"),
    [
        (lead_analyses, cast.LEAD, Act.APPROVE_SOLUTION, "yes", {}),
        (head_implements, cast.HEAD, Act.VERIFY, "effective", {"evidence_seen": "Sổ"}),
    ],
)
def test_ones_own_work_is_confirmed_with_a_note_or_not_at_all(
    setting: str,
    make: Callable[[], Story],
    who: Person,
    act: Act,
    answer: str,
    fields: dict[str, Json],
) -> None:
    """5.4, 5.6: as the agency set it; another person confirms the same without a note."""
    story = make()
    story.same_person = setting
    found = story.attempt(who.id, act, answer, **fields)
    if setting == "refuse":
        assert isinstance(found, Refused)
        assert (found.reason, found.details) == ("same_person", {"act": act})
    else:
        assert isinstance(found, judge.Judged)
        assert found.entry.notes == ("same_person",)
    stand_in = StandIn(who.id, cast.AUDITOR.id, frozenset({act}), None, None)
    story.roster = replace(story.roster, stand_ins=(stand_in,))
    other = judged(story, cast.AUDITOR.id, act, answer, **fields)
    assert other.entry.notes == (f"stand_in:{who.id}:",)


def test_a_unit_confirms_its_own_work_through_its_head() -> None:
    """Work given to a unit is its head's: who checks it is asked the same question."""
    story = reported()
    story.does(
        cast.ONE_STOP_HEAD.id,
        Act.DECIDE_DISPOSITION,
        "work",
        disposition=Disposition.REWORK.value,
        performer=cast.CLERK.id,
        checker=cast.CLERK.id,
        correction_due=story.day(2),
    )
    story.does(cast.ONE_STOP_HEAD.id, Act.REASSIGN, to=[f"unit:{cast.ONE_STOP}"], reason="Nghỉ")
    story.does(cast.ONE_STOP_HEAD.id, Act.REPORT_CORRECTION, correction="Đã sửa", evidence="Ảnh")
    assert judged(story, cast.CLERK.id, Act.CHECK_CORRECTION, "met").entry.notes == ()
    story.does(
        cast.CLERK.id, Act.CHECK_CORRECTION, "not_met", remarks="Sai", correction_due="2026-03-09"
    )
    assert _of(story).state is State.CORRECTING


def test_words_of_an_unproven_sender_are_marked() -> None:
    """A comment without proof is taken and says so; with one it says nothing."""
    story = reported()
    code = _of(story).code
    for proof, notes in (("none", ("unverified",)), ("token", ())):
        command = Command(Act.COMMENT, "", code, {"text": "Chờ"}, cast.CLERK.id, LETTER, proof)
        found = judge.judge(story.request, command, story.world)
        assert isinstance(found, judge.Judged)
        assert found.entry.notes == notes


def test_an_act_out_of_place_is_named_with_the_state_it_met() -> None:
    """Also one whose answer the table does not have at all."""
    story = completed()
    state = _of(story).state
    wrong = story.attempt(cast.LEAD.id, Act.APPROVE_SOLUTION, "perhaps")
    assert wrong == Refused("out_of_state", "", {"act": Act.APPROVE_SOLUTION, "state": state})
    early = story.attempt(cast.SECRETARY.id, Act.CLOSE, "yes", closing_evidence="Đủ")
    assert early == Refused("out_of_state", "5.7", {"act": Act.CLOSE, "state": state})


def test_who_will_have_a_part_later_is_told_the_state_not_turned_away() -> None:
    """The lead has no part in a report yet, but is no stranger to it either."""
    story = reported()
    early = story.attempt(cast.LEAD.id, Act.DIRECT, "decline", reason="Không cần")
    assert isinstance(early, Refused)
    assert early.reason == "out_of_state"
    outsider = replace(cast.EXPERT, id="khac@ankhe.example")
    story.roster = replace(story.roster, people=(*story.roster.people, outsider))
    assert story.attempt(outsider.id, Act.DIRECT, "decline", reason="x") == Refused("not_a_party")


def test_units_that_coordinate_are_found_by_any_of_their_names() -> None:
    """5.4, 5.5: "phối hợp với PCM" names the unit; a plan adds to those of the measures."""
    story = implementing()
    steps = [
        {"what": "Họp", "who": [cast.CLERK.id], "by": story.day(2), "with": "các anh PCM"},
        {"what": "In", "who": [cast.CLERK.id], "by": story.day(2), "with": "Văn phòng"},
    ]
    request = story.does(cast.CLERK.id, Act.PLAN_WORK, steps=steps)
    assert request.parties[Role.COORDINATOR] == (f"unit:{cast.OFFICE}", f"unit:{cast.EXPERTISE}")
    heads = machine.people_for(Role.COORDINATOR, request, story.world.roster)
    assert heads == (cast.OFFICE_HEAD.id, cast.EXPERT_HEAD.id)
