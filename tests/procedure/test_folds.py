"""What acts make of a request: measures handed over and changed, repeats, what stays readable."""

from dataclasses import replace
from datetime import date

import pytest

from mailflow.demo import cast
from mailflow.procedure import folds, machine
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act, Role, State
from tests.procedure.stories import Story, assigned, implementing, reported

DONE = {"result": "Xong", "evidence": "Biên bản"}


def hands(request: Request) -> list[tuple[str, ...]]:
    """Whose each measure is."""
    return [measure.who for measure in request.measures]


def test_the_new_person_takes_the_old_ones_measures_over() -> None:
    """5.5: the planner's measure goes to the expert; the clerk, who stays, keeps their own."""
    story = implementing()
    request = story.does(
        cast.LEAD.id, Act.REASSIGN, to=[cast.EXPERT.id, cast.CLERK.id], reason="Nghỉ phép"
    )
    assert hands(request) == [(cast.EXPERT.id,), (cast.CLERK.id,)]
    assert story.owed()["report_completion"][0] == (cast.EXPERT.id, cast.CLERK.id)


def test_a_measure_that_is_done_stays_with_who_did_it() -> None:
    """5.5: handing over rewrites nothing that was reported done."""
    story = implementing()
    story.does(cast.PLANNER.id, Act.REPORT_COMPLETION, **DONE)
    request = story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.EXPERT.id], reason="Nghỉ phép")
    assert hands(request) == [(cast.PLANNER.id,), (cast.EXPERT.id,)]
    assert story.does(cast.EXPERT.id, Act.REPORT_COMPLETION, **DONE).state is State.COMPLETED


def test_when_one_leaves_and_nobody_comes_those_who_stay_take_it_over() -> None:
    """5.5: no measure is left without a person."""
    story = implementing()
    request = story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.CLERK.id], reason="Nghỉ phép")
    assert hands(request) == [(cast.CLERK.id,), (cast.CLERK.id,)]


def test_a_measure_of_a_third_person_is_left_alone() -> None:
    """5.5: only measures of those who leave go to those who come."""
    story = implementing()
    assert story.request
    third = replace(story.request.measures[0], who=(cast.EXPERT.id,))
    story.request = replace(story.request, measures=(third, story.request.measures[1]))
    request = story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.AUDITOR.id], reason="Nghỉ phép")
    assert hands(request) == [(cast.EXPERT.id,), (cast.AUDITOR.id,)]


def test_an_analysis_is_handed_over_without_touching_the_measures() -> None:
    """5.4: directed anew after a first round; who carried out what then stays as it was."""
    story, before = assigned(), implementing().request
    assert story.request
    assert before
    story.request = replace(story.request, measures=before.measures)
    request = story.does(cast.LEAD.id, Act.REASSIGN, to=[cast.EXPERT.id], reason="Đúng chuyên môn")
    assert hands(request) == hands(before) == [(cast.PLANNER.id,), (cast.CLERK.id,)]
    assert story.owed()["propose_solution"][0] == (cast.EXPERT.id,)
    assert cast.PLANNER.id not in machine.people_for(
        Role.ASSIGNEE, story.request, story.world.roster
    )


@pytest.mark.parametrize(
    ("words", "first", "count"),
    [
        ("1: Viết lại quy trình", "Viết lại quy trình", 2),
        ("1. Viết lại\nquy trình", "Viết lại\nquy trình", 2),
        ("3: Mua máy", "Viết quy trình", 3),
        ("0: Mua máy", "Viết quy trình", 3),
        ("Mua máy", "Viết quy trình", 3),
        ("2026 mua máy", "Viết quy trình", 3),
    ],
)
def test_a_change_names_its_measure_or_is_one_more(words: str, first: str, count: int) -> None:
    """5.5: a measure's number gives that one new words; all else is added whole."""
    story = implementing()
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_measure=words, reason="Gọn hơn")
    request = story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "grant")
    assert (request.measures[0].what, len(request.measures)) == (first, count)
    if count == 3:
        more = request.measures[2]
        assert (more.what, more.by) == (words, request.day("deadline"))
        assert more.who == request.parties[Role.IMPLEMENTER]


def test_resources_granted_come_on_top() -> None:
    """5.5: what was approved first stays readable before what was added."""
    story = implementing()
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_resources="02 máy", reason="Thiếu")
    assert story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "grant").values["resources"] == (
        "không; 02 máy"
    )
    assert story.request
    bare = {k: v for k, v in story.request.values.items() if k != "resources"}
    story.request = replace(story.request, values=bare)
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_resources="01 máy in", reason="Thiếu")
    request = story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "grant", change_resources="Mượn máy in")
    assert request.values["resources"] == "Mượn máy in"


def test_a_measure_is_done_on_the_day_it_was_first_said_done() -> None:
    """5.5: reported again, the first day and result stay."""
    story = implementing()
    story.does(cast.PLANNER.id, Act.REPORT_COMPLETION, **DONE)
    story.wait(3)
    again = story.does(
        cast.PLANNER.id, Act.REPORT_COMPLETION, result="Xong lần nữa", evidence="Ảnh"
    )
    assert (again.measures[0].done_on, again.measures[0].result) == (date(2026, 3, 2), "Xong")


@pytest.mark.clause("5.2.2")
def test_repeats_are_confirmed_and_denied_one_by_one() -> None:
    """5.2.2: each code once; a no takes back only what it names."""
    story = reported()
    head = cast.ONE_STOP_HEAD.id
    codes = ["CTCL-2025-0003-A", "CTCL-2025-0009-B"]
    story.does(head, Act.CONFIRM_REPEAT, "yes", earlier=codes)
    assert story.does(head, Act.CONFIRM_REPEAT, "yes", earlier=codes[:1]).repeats == tuple(codes)
    request = story.does(head, Act.CONFIRM_REPEAT, "no", earlier=[codes[0], "CTCL-2025-0001-C"])
    assert request.repeats == (codes[1],)


def test_a_matter_handled_at_once_is_checked_by_who_is_named() -> None:
    """5.1.1: the reporter performed it; a colleague named checks, else the head."""
    story = Story()
    request = story.does(
        cast.CLERK.id,
        Act.REPORT,
        "handled",
        content="Thiếu chữ ký",
        correction="Đã ký bổ sung",
        checker=cast.COLLEAGUE.id,
    )
    assert request.parties[Role.PERFORMER] == (cast.CLERK.id,)
    assert story.owed()["check_correction"][0] == (cast.COLLEAGUE.id,)


def test_a_transfer_undoes_a_decider_of_the_old_unit() -> None:
    """House rule: passed up in one unit and then transferred, the new unit's head decides."""
    story = reported()
    story.does(cast.ONE_STOP_HEAD.id, Act.PASS_UP, reason="Vượt thẩm quyền")
    request = story.does(cast.HEAD.id, Act.TRANSFER, unit=cast.EXPERTISE, reason="Do chuyên môn")
    assert (request.unit, Role.DECIDER in request.parties) == (cast.EXPERTISE, False)
    assert story.owed()["decide_disposition"][0] == (cast.EXPERT_HEAD.id,)


def test_a_request_is_opened_by_its_first_entry_only() -> None:
    """An entry without a code or a state opens nothing, and no entries make no request."""
    story = reported()
    assert story.request
    opening = story.request.entries[0]
    for broken in (replace(opening, request=None), replace(opening, target=None)):
        with pytest.raises(ValueError, match="opens no request"):
            folds.opened(broken)
    with pytest.raises(ValueError, match="at least"):
        machine.replay(())


def test_the_moment_a_state_was_entered_counts_not_acts_within_it() -> None:
    """A comment does not start the time limit anew."""
    story = reported()
    story.wait(1)
    request = story.does(cast.CLERK.id, Act.COMMENT, text="Đang chờ")
    assert request.since == request.opened_at
    assert request.marks[Act.COMMENT] == story.now
    assert not request.ended
    assert story.does(cast.CLERK.id, Act.WITHDRAW, reason="Nhầm").ended


def test_boxes_list_their_own_entries() -> None:
    """Box 1 holds the report; a comment is in none."""
    story = reported()
    request = story.does(cast.CLERK.id, Act.COMMENT, text="Đang chờ")
    assert [entry.act for entry in request.box(request.entries[0].box)] == [Act.REPORT]
