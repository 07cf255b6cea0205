"""Stories of requests: who may do what, where it leads, who owes the next act by when."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.demo import cast
from mailflow.procedure import judge, machine
from mailflow.procedure.request import Missing, Refused
from mailflow.procedure.steps import OURS, WAITS
from mailflow.procedure.table import When
from mailflow.procedure.terms import ENDS, REQUESTS, Act, Box, Kind, Role, State
from tests.procedure.stories import (
    Story,
    assigned,
    completed,
    correcting,
    implementing,
    reported,
)


@pytest.mark.clause("5.1.1")
def test_a_report_waits_for_the_unit_head_two_working_days() -> None:
    """5.1.1: the head of the reporter's own unit decides, within the agency's own limit."""
    story = reported()
    assert story.owed() == {"decide_disposition": ((cast.ONE_STOP_HEAD.id,), date(2026, 3, 4))}


@pytest.mark.clause("5.1.1")
def test_a_correction_is_done_checked_and_its_need_decided() -> None:
    """5.1.1 to 5.2.2 in order; the unit head checks when nobody else was named."""
    story = correcting()
    assert story.owed()["report_correction"] == ((cast.COLLEAGUE.id,), date(2026, 3, 5))
    story.does(
        cast.COLLEAGUE.id, Act.REPORT_CORRECTION, correction="Đã trả lại đúng", evidence="Phiếu hẹn"
    )
    assert story.owed()["check_correction"][0] == (cast.ONE_STOP_HEAD.id,)
    story.does(cast.ONE_STOP_HEAD.id, Act.CHECK_CORRECTION, "met")
    request = story.does(cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, "no", reason="Sai sót đơn lẻ")
    assert request.state is State.NO_ACTION_NEEDED


@pytest.mark.clause("5.1.1")
def test_a_correction_not_met_goes_back_with_a_new_date() -> None:
    """5.1.1: the remarks and the new date stand beside the first ones, which stay readable."""
    story = correcting()
    story.does(cast.COLLEAGUE.id, Act.REPORT_CORRECTION, correction="Đã sửa", evidence="Ảnh")
    request = story.does(
        cast.ONE_STOP_HEAD.id,
        Act.CHECK_CORRECTION,
        "not_met",
        remarks="Còn thiếu dấu",
        correction_due=story.day(6),
    )
    assert request.state is State.CORRECTING
    assert story.owed()["report_correction"][1] == date(2026, 3, 8)
    dates = [e.fields["correction_due"] for e in request.entries if "correction_due" in e.fields]
    assert dates == ["2026-03-05", "2026-03-08"]


@pytest.mark.clause("5.1.1")
def test_accepting_as_it_is_needs_no_work() -> None:
    """5.1.1: accept or reject without work goes straight to the question of need."""
    story = reported()
    head = cast.ONE_STOP_HEAD.id
    refused = story.attempt(
        head, Act.DECIDE_DISPOSITION, "no_work", disposition="rework", reason="x"
    )
    assert isinstance(refused, Refused)
    assert refused.reason == "needs_work"
    request = story.does(
        head, Act.DECIDE_DISPOSITION, "no_work", disposition="accept", reason="Không ảnh hưởng"
    )
    assert request.state is State.CHECKED


@pytest.mark.clause("5.1.1")
def test_what_is_beyond_the_heads_authority_goes_to_the_superior() -> None:
    """5.1.1: after passing up, the agency head decides and the unit head no longer may."""
    story = reported()
    story.does(cast.ONE_STOP_HEAD.id, Act.PASS_UP, reason="Vượt thẩm quyền")
    assert story.owed()["decide_disposition"][0] == (cast.HEAD.id,)
    late = story.attempt(
        cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "no_work", disposition="accept", reason="x"
    )
    assert isinstance(late, Refused)
    assert late.reason == "not_entitled"
    top = story.attempt(cast.HEAD.id, Act.PASS_UP, reason="Lên nữa")
    assert isinstance(top, Refused)
    assert top.reason == "no_superior"


@pytest.mark.clause("5.1.1")
def test_a_matter_handled_at_once_starts_with_the_check() -> None:
    """5.1.1: handled within one's own authority, it is recorded and checked by the head."""
    story = Story()
    request = story.does(
        cast.CLERK.id,
        Act.REPORT,
        "handled",
        kind="nonconformity",
        content="Thiếu chữ ký",
        correction="Đã ký bổ sung",
    )
    assert request.state is State.CORRECTED
    assert story.owed()["check_correction"][0] == (cast.ONE_STOP_HEAD.id,)


@pytest.mark.clause("5.1")
def test_only_a_nonconformity_is_corrected() -> None:
    """The disposition of 5.1.1 does not exist for an improvement."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Ý tưởng")
    refused = story.attempt(
        cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "no_work", disposition="accept", reason="x"
    )
    assert isinstance(refused, Refused)
    assert refused.reason == "out_of_state"


def test_a_report_transferred_waits_at_the_other_unit() -> None:
    """House rule: the new unit's head decides, with the full limit from that day."""
    story = reported()
    story.wait(1)
    story.does(cast.ONE_STOP_HEAD.id, Act.TRANSFER, unit=cast.EXPERTISE, reason="Do chuyên môn")
    assert story.owed()["decide_disposition"] == ((cast.EXPERT_HEAD.id,), date(2026, 3, 5))


@pytest.mark.clause("5.3")
def test_returned_by_the_board_supplied_and_presented_again() -> None:
    """House rule: whoever sent it up says what was missing, and it is submitted again."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Ý tưởng")
    story.does(cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, "yes", signs=["opportunity"])
    story.does(cast.SECRETARY.id, Act.RETURN_FOR_MORE, missing="Số liệu năm trước")
    assert story.owed()["supply"][0] == (cast.ONE_STOP_HEAD.id,)
    assert (
        story.does(cast.ONE_STOP_HEAD.id, Act.SUPPLY, supplied="Kèm bảng").state is State.SUBMITTED
    )
    story.does(cast.SECRETARY.id, Act.PRESENT)
    assert story.does(cast.LEAD.id, Act.RETURN_FOR_MORE, missing="Chi phí").state is State.RETURNED


@pytest.mark.clause("5.4")
def test_approval_takes_people_and_deadline_from_the_measures() -> None:
    """5.4: a plain yes approves what was proposed: those named, the latest day."""
    request = implementing().request
    assert request
    assert request.parties[Role.IMPLEMENTER] == (cast.PLANNER.id, cast.CLERK.id)
    assert request.day("deadline") == date(2026, 3, 22)


@pytest.mark.clause("5.4")
def test_a_solution_sent_back_is_proposed_again_and_both_stay_readable() -> None:
    """5.4: box 2 only grows; the measures in force are the second ones."""
    story = assigned()
    work = {"who": [cast.PLANNER.id], "by": story.day(10), "output": "văn bản"}
    for cause in ("Chưa rõ", "Thiếu người"):
        story.does(
            cast.PLANNER.id,
            Act.PROPOSE_SOLUTION,
            root_cause=cause,
            measures=[{"what": cause, **work}],
            resources="không",
        )
        if cause == "Chưa rõ":
            story.does(
                cast.LEAD.id,
                Act.APPROVE_SOLUTION,
                "no",
                remarks="Làm rõ",
                analysis_due=story.day(5),
            )
    request = story.request
    assert request
    assert [e.fields.get("root_cause") for e in request.box(Box.TWO)] == [
        "Chưa rõ",
        None,
        "Thiếu người",
    ]
    assert [m.what for m in request.measures] == ["Thiếu người"]


@pytest.mark.clause("5.5")
def test_in_the_work_several_things_are_owed_at_once() -> None:
    """5.5: the plan, the completion; the monthly report only when the work runs long."""
    short, long = implementing(20), implementing(60)
    assert set(short.owed()) == {"plan_work", "report_completion"}
    assert set(long.owed()) == {"plan_work", "report_progress", "report_completion"}
    assert long.owed()["report_progress"][1] == date(2026, 4, 2)
    long.does(
        cast.PLANNER.id,
        Act.PLAN_WORK,
        steps=[{"what": "Họp", "who": [cast.PLANNER.id], "by": long.day(3)}],
    )
    assert "plan_work" not in long.owed()


@pytest.mark.clause("5.5")
def test_a_plan_after_the_deadline_is_refused() -> None:
    """5.5: steps lie within the deadline approved."""
    story = implementing()
    late = story.attempt(
        cast.CLERK.id,
        Act.PLAN_WORK,
        steps=[{"what": "Họp", "who": [cast.CLERK.id], "by": story.day(40)}],
    )
    assert isinstance(late, Refused)
    assert late.reason == "after_deadline"


@pytest.mark.clause("5.5")
def test_a_change_is_asked_decided_and_told_to_the_agency_head() -> None:
    """5.5: a granted deadline moves, the old one stays in the journal, the agency head hears."""
    story = implementing()
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_deadline=story.day(50), reason="Chờ máy")
    again = story.attempt(cast.PLANNER.id, Act.REQUEST_CHANGE, change_resources="Tiền", reason="x")
    assert isinstance(again, Refused)
    assert again.reason == "no_change_pending"
    before = story.request
    assert before
    assert story.owed()["decide_change"][0] == (cast.LEAD.id,)
    judged = story.attempt(cast.LEAD.id, Act.DECIDE_CHANGE, "grant")
    assert isinstance(judged, judge.Judged)
    after = machine.advance(before, judged.entry)
    assert after.day("deadline") == date(2026, 4, 21)
    assert cast.HEAD.id in machine.told(judged.step, before, after, story.world)


def test_a_refused_change_leaves_all_as_it_was() -> None:
    """5.5: refused, nothing but the history changes."""
    story = implementing()
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_resources="01 máy quét", reason="Thiếu")
    before = story.request
    after = story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "refuse", reason="Dùng máy sẵn có")
    assert before
    assert (after.values["resources"], after.day("deadline")) == ("không", before.day("deadline"))
    assert after.pending_change is None


def test_a_changed_measure_replaces_the_one_named_by_number() -> None:
    """5.5: "2: …" puts new words to measure 2; without a number it is one more measure."""
    story = implementing()
    story.does(
        cast.CLERK.id, Act.REQUEST_CHANGE, change_measure="2: Chạy thử ở 2 xã", reason="Gọn hơn"
    )
    story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "grant")
    story.does(cast.CLERK.id, Act.REQUEST_CHANGE, change_measure="Thêm tờ rơi", reason="Dễ hiểu")
    request = story.does(cast.LEAD.id, Act.DECIDE_CHANGE, "grant")
    assert [m.what for m in request.measures] == [
        "Viết quy trình",
        "Chạy thử ở 2 xã",
        "Thêm tờ rơi",
    ]


@pytest.mark.clause("5.5")
def test_only_the_last_measure_done_completes_the_request() -> None:
    """5.5: each reports their own; "done" without numbers speaks of one's own measures."""
    story = implementing()
    request = story.does(cast.PLANNER.id, Act.REPORT_COMPLETION, result="Xong", evidence="Dự thảo")
    assert request.state is State.IMPLEMENTING
    assert story.owed()["report_completion"][0] == (cast.CLERK.id,)
    request = story.does(cast.CLERK.id, Act.REPORT_COMPLETION, result="Xong", evidence="Báo cáo")
    assert request.state is State.COMPLETED
    assert [m.done_on for m in request.measures] == [date(2026, 3, 2)] * 2


@pytest.mark.clause("5.6")
def test_verification_is_due_at_the_deadline_or_three_days_after_the_report() -> None:
    """5.6: the later of the two."""
    story = completed()
    assert story.owed()["verify"] == ((cast.HEAD.id,), date(2026, 3, 22))


@pytest.mark.clause("5.6")
def test_at_the_deadline_it_is_verified_without_a_report() -> None:
    """5.6: before the deadline only a completed request; from that day on, also an open one."""
    story = implementing()
    early = story.attempt(cast.HEAD.id, Act.VERIFY, "effective", evidence_seen="x")
    assert isinstance(early, Refused)
    assert early.reason == "deadline_reached"
    story.wait(20)
    assert story.owed()["verify"] == ((cast.HEAD.id,), date(2026, 3, 25))
    request = story.does(
        cast.HEAD.id,
        Act.VERIFY,
        "not_done",
        evidence_seen="Kiểm tra tại chỗ",
        shortfall="Chưa chạy thử",
    )
    assert request.state is State.FAILED
    assert request.successor


@pytest.mark.clause("5.6")
def test_the_delegate_verifies_and_the_journal_says_for_whom() -> None:
    """5.6: the person authorised, with the decision that says so; others may not."""
    story = completed()
    refused = story.attempt(cast.OFFICE_HEAD.id, Act.VERIFY, "effective", evidence_seen="x")
    assert isinstance(refused, Refused)
    assert refused.reason == "not_entitled"
    request = story.does(cast.DEPUTY.id, Act.VERIFY, "effective", evidence_seen="Sổ theo dõi")
    assert request.entries[-1].notes == (f"stand_in:{cast.HEAD.id}:12/QĐ-SKHPT",)
    assert isinstance(
        story.attempt(cast.DEPUTY.id, Act.CLOSE, "yes", closing_evidence="x"), Refused
    )


@pytest.mark.clause("5.7")
def test_closing_says_what_the_evidence_lacks_or_closes() -> None:
    """5.7: back to `completed` for more, verified again, then closed by any of the ISO board."""
    story = completed()
    story.does(cast.HEAD.id, Act.VERIFY, "effective", evidence_seen="Sổ")
    assert story.does(cast.SECRETARY.id, Act.CLOSE, "back", lacking="Ảnh").state is State.COMPLETED
    story.does(cast.HEAD.id, Act.VERIFY, "effective", evidence_seen="Sổ và ảnh")
    assert (
        story.does(cast.PLANNING_HEAD.id, Act.CLOSE, "yes", closing_evidence="Đủ").state
        is State.CLOSED
    )


def test_the_work_is_handed_over_and_prolonged_by_the_lead() -> None:
    """House rule: only the ISO lead, to people on the roster, to a later day."""
    story = assigned()
    assert isinstance(
        story.attempt(cast.SECRETARY.id, Act.REASSIGN, to=[cast.EXPERT.id], reason="x"), Refused
    )
    story.does(cast.LEAD.id, Act.REASSIGN, to=[f"unit:{cast.EXPERTISE}"], reason="Đúng chuyên môn")
    assert story.owed()["propose_solution"][0] == (cast.EXPERT_HEAD.id,)
    earlier = story.attempt(cast.LEAD.id, Act.EXTEND, until=story.day(1), reason="x")
    assert isinstance(earlier, Refused)
    assert earlier.reason == "not_later"
    story.does(cast.LEAD.id, Act.EXTEND, until=story.day(14), reason="Nghỉ lễ")
    assert story.owed()["propose_solution"][1] == date(2026, 3, 16)


def test_the_reporter_may_withdraw_only_before_it_is_decided() -> None:
    """House rule: in `reported`, and only the reporter."""
    story = reported()
    assert isinstance(story.attempt(cast.COLLEAGUE.id, Act.WITHDRAW, reason="x"), Refused)
    assert story.does(cast.CLERK.id, Act.WITHDRAW, reason="Nhầm").state is State.WITHDRAWN
    assert isinstance(correcting().attempt(cast.CLERK.id, Act.WITHDRAW, reason="x"), Refused)


def test_nothing_is_done_half() -> None:
    """A required field left out is asked for by name, never left empty."""
    asked = reported().attempt(
        cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "work", disposition="repair"
    )
    assert asked == Missing(("performer", "correction_due"), "5.1.1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"correction_due": "2026-03-01"}, "date_past"),
        ({"performer": "nobody@ankhe.example"}, "unknown_person"),
        ({"disposition": "paint"}, "bad_option"),
    ],
)
def test_fields_that_cannot_be_are_refused(fields: dict[str, str], reason: str) -> None:
    """A date in the past, a person not on the roster, an option that does not exist."""
    story = reported()
    right = {
        "disposition": "repair",
        "performer": cast.COLLEAGUE.id,
        "correction_due": story.day(2),
    }
    refused = story.attempt(
        cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION, "work", **(right | fields)
    )
    assert isinstance(refused, Refused)
    assert refused.reason == reason


@pytest.mark.threat("more than one's own")
def test_a_stranger_to_the_request_learns_nothing_of_its_state() -> None:
    """Someone with no part in it is told just that, in every state."""
    for story in (reported(), assigned(), completed()):
        refused = story.attempt(cast.EXPERT.id, Act.WITHDRAW, reason="x")
        assert refused == Refused("not_a_party")


def test_the_same_person_is_noted_or_refused_as_the_agency_set() -> None:
    """Where one verifies own work, it is noted in the journal, or refused."""
    for setting in ("warn", "refuse"):
        story = reported()
        story.same_person = setting
        story.does(
            cast.ONE_STOP_HEAD.id,
            Act.DECIDE_DISPOSITION,
            "work",
            disposition="repair",
            performer=cast.ONE_STOP_HEAD.id,
            correction_due=story.day(2),
        )
        story.does(
            cast.ONE_STOP_HEAD.id, Act.REPORT_CORRECTION, correction="Đã sửa", evidence="Ảnh"
        )
        judged = story.attempt(cast.ONE_STOP_HEAD.id, Act.CHECK_CORRECTION, "met")
        if setting == "warn":
            assert isinstance(judged, judge.Judged)
            assert "same_person" in judged.entry.notes
        else:
            assert isinstance(judged, Refused)
            assert judged.reason == "same_person"


def test_coordinating_units_named_in_a_measure_hear_of_it() -> None:
    """5.5: a unit named under "with whom" becomes a coordinator and is told."""
    request = implementing().request
    assert request
    assert request.parties[Role.COORDINATOR] == (f"unit:{cast.OFFICE}",)


def test_a_state_entered_anew_is_asked_for_anew() -> None:
    """Whoever owes hears of it when it begins, not again at each act that changes nothing."""
    story = correcting()
    before = story.request
    judged = story.attempt(cast.CLERK.id, Act.COMMENT, text="Đang chờ")
    assert before
    assert isinstance(judged, judge.Judged)
    after = story.carry_out(judged)
    assert machine.told(judged.step, before, after, story.world) == ()
    story.wait(1)
    judged = story.attempt(
        cast.COLLEAGUE.id, Act.REPORT_CORRECTION, correction="Đã sửa", evidence="Ảnh"
    )
    assert isinstance(judged, judge.Judged)
    corrected = story.carry_out(judged)
    told = machine.told(judged.step, after, corrected, story.world)
    assert told == (cast.ONE_STOP_HEAD.id,)


def test_before_the_work_there_is_no_month_to_report_on() -> None:
    """5.5: what depends on a day never given is neither long nor due."""
    story = assigned()
    assert story.request
    monthly = next(w for w in WAITS if w.limit == "month")
    assert not machine.holds(story.request, When.LONG_WORK, story.world)
    assert not machine.holds(story.request, When.DEADLINE_REACHED, story.world)
    assert machine.due(story.request, monthly, story.world) is None


@pytest.mark.clause("5.5")
def test_the_month_runs_from_the_last_report_and_ends_with_the_work() -> None:
    """5.5: monthly, but never later than the deadline itself."""
    story = implementing(40)
    story.wait(20)
    story.does(cast.CLERK.id, Act.REPORT_PROGRESS, progress="Một nửa", percent=50)
    assert story.owed()["report_progress"][1] == date(2026, 4, 11)


PEOPLE = [p.id for p in cast.ROSTER.people]
ACTS = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from([a for a in Act if a not in OURS]),
    st.sampled_from(
        ["", "yes", "no", "met", "not_met", "work", "no_work", "assign", "effective", "grant"]
    ),
)


@given(st.sampled_from(REQUESTS), st.lists(ACTS, max_size=40))
def test_replaying_the_entries_gives_the_request(
    kind: Kind, acts: list[tuple[str, Act, str]]
) -> None:
    """Whatever people try: replay equals the request, boxes only grow, ends have no way out."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind=kind.value, content="Việc cần làm")
    for who, act, answer in acts:
        before = story.request
        assert before
        judged = story.attempt(who, act, answer, **_everything(story))
        if isinstance(judged, judge.Judged) and judged.step.target != "failed":
            assert before.state not in ENDS
            after = machine.advance(before, judged.entry)
            assert after.entries[: len(before.entries)] == before.entries
            story.request = after
    assert story.request
    assert machine.replay(story.request.entries) == story.request


def _everything(story: Story) -> dict[str, object]:
    """Fields enough for any act."""
    work = [{"what": "Việc", "who": [cast.CLERK.id], "by": story.day(3), "output": "giấy"}]
    words = ("reason", "remarks", "correction", "evidence", "direction", "root_cause", "resources")
    more = ("missing", "supplied", "text", "result", "evidence_seen", "shortfall", "progress")
    return {
        **dict.fromkeys((*words, *more, "closing_evidence", "lacking"), "chữ"),
        "disposition": "accept",
        "performer": cast.COLLEAGUE.id,
        "correction_due": story.day(2),
        "signs": ["serious"],
        "assignees": [cast.PLANNER.id],
        "to": [cast.EXPERT.id],
        "until": story.day(90),
        "analysis_due": story.day(4),
        "measures": work,
        "steps": work,
        "percent": 50,
        "unit": cast.EXPERTISE,
        "change_resources": "tiền",
        "earlier": ["CTCL-2026-0001-A"],
        "into": "CTCL-2026-0009-A",
    }
