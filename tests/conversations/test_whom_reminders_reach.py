"""Whom a reminder reaches: the stand-in of somebody away, and the secretary where nobody can be."""

from collections.abc import Callable
from dataclasses import replace

from mailflow.actions.unreached import HELD_BACK
from mailflow.demo import cast
from mailflow.procedure.people import Roster
from mailflow.registers import office
from mailflow.wiring import ROSTER_FILE
from tests.conversations.agency import Agency, to
from tests.conversations.test_machines import bounce_of
from tests.conversations.test_reminders import days, reminded

AWAY = "Từ 3/3 đến 5/3 tôi đi công tác, anh Minh giải quyết thay"
DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


def roster_of(agency: Agency, change: Callable[[Roster], Roster]) -> None:
    """The office changes its roster."""
    (agency.home / ROSTER_FILE).write_bytes(office.roster_workbook(change(cast.ROSTER)))


def without(roster: Roster, gone: str) -> Roster:
    """The roster without one person."""
    return replace(roster, people=tuple(p for p in roster.people if p.id != gone))


def away(agency: Agency) -> None:
    """The unit's head appoints the deputy for 3 to 5 March and confirms it."""
    agency.writes(cast.ONE_STOP_HEAD, AWAY)
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")


def test_the_stand_in_is_reminded_in_whose_place_they_act(agency: Agency) -> None:
    """Whoever is away gets no mail meanwhile; the stand-in's answer counts."""
    code = agency.reported()
    away(agency)
    found = days(agency, 3)
    assert reminded(found, cast.ONE_STOP_HEAD) == []
    assert reminded(found, cast.DEPUTY, code) == ["03/03", "04/03"]
    mail = found["04/03"]["minh.lq"]
    assert f"Anh/chị đang làm thay: {cast.ONE_STOP_HEAD.name}" in mail.text
    agency.post.reply(cast.DEPUTY, mail, f"1: {DECISION}")
    agency.wait(hours=0.1)
    entry = agency.request(code).entries[-1]
    assert (entry.by, entry.proof) == (cast.DEPUTY.id, "token")
    assert entry.notes == (f"stand_in:{cast.ONE_STOP_HEAD.id}:",)


def test_back_at_work_one_hears_of_what_was_reminded_meanwhile(agency: Agency) -> None:
    """Once, on the first day back; it is theirs again and no longer the stand-in's."""
    code = agency.implementing()  # 4/3 the planner is reminded of the plan, due 5/3
    agency.writes(cast.PLANNER, AWAY.replace("5/3", "8/3"))
    agency.replies(cast.PLANNER, "Xác nhận")
    found = days(agency, 8)
    assert reminded(found, cast.DEPUTY, code) == ["04/03", "05/03"]
    assert reminded(found, cast.PLANNER, code)[0] == "09/03"
    assert "làm thay" not in found["09/03"]["mai.dt"].text


def test_the_first_day_back_tells_what_no_other_day_would(agency: Agency) -> None:
    """Late by 3 working days is no day of the usual turns; whoever was away hears all the same."""
    code = agency.reported()  # due 4/3
    agency.writes(cast.ONE_STOP_HEAD, AWAY.replace("5/3", "8/3"))
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    found = days(agency, 7)
    assert reminded(found, cast.ONE_STOP_HEAD, code) == ["09/03"]


def test_a_delegate_and_the_one_who_delegated_both_hear(agency: Agency) -> None:
    """The deputy verifies by the head's decision all year: the head is not away."""
    code = agency.implementing()
    agency.replies(cast.PLANNER, "Hoàn thành\nKết quả: Đã xong quy trình", code)
    found = days(agency, 25)
    assert set(reminded(found, cast.DEPUTY, code)) <= set(reminded(found, cast.HEAD, code))
    (first, *_) = reminded(found, cast.DEPUTY, code)
    assert f"làm thay: {cast.HEAD.name}" in found[first]["minh.lq"].text


def test_who_left_the_roster_gets_nothing_and_the_unit_answers(agency: Agency) -> None:
    """The planner is gone: the unit's head answers for the work (never a mail to nobody)."""
    code = agency.implementing()
    roster_of(agency, lambda roster: without(roster, cast.PLANNER.id))
    found = days(agency, 3)
    assert reminded(found, cast.PLANNER) == []
    assert reminded(found, cast.ONE_STOP_HEAD, code) == ["04/03", "05/03"]


def test_a_dead_address_is_not_written_to_and_the_secretary_hears(agency: Agency) -> None:
    """Until a letter comes from it; those above are told as ever."""
    code = agency.reported()
    agency.receives(bounce_of(agency.post.last(cast.ONE_STOP_HEAD, code)))
    found = days(agency, 2)
    assert reminded(found, cast.ONE_STOP_HEAD) == []
    told = found["04/03"]["huong.pt"].text
    assert f"Thư gửi {cast.ONE_STOP_HEAD.name} không tới được" in told
    assert code in told
    agency.writes(cast.ONE_STOP_HEAD, "Trợ giúp")
    assert reminded(days(agency, 3), cast.ONE_STOP_HEAD, code) == ["06/03"]


def test_an_address_whose_answers_pause_rests_for_the_day(agency: Agency) -> None:
    """What would feed a loop is not sent by itself; the secretary reads why."""
    code = agency.reported()
    agency.wait(hours=23.9 - agency.clock.now.hour)
    agency.wait(hours=7)
    with agency.service.open_work() as work:
        notice = work.notices.list(1, person=cast.ONE_STOP_HEAD.id)[0]
        work.notices.failed(notice.id, HELD_BACK, agency.clock())
        work.keep()
    agency.wait(hours=2)
    assert code in to(agency.lists, cast.SECRETARY).text
    assert "tạm ngừng" in to(agency.lists, cast.SECRETARY).text
    assert [mail.to for mail in agency.lists] == [cast.SECRETARY.email]


def test_where_the_secretary_is_not_reached_either_the_lead_hears(agency: Agency) -> None:
    """A mail about nobody reached is itself never a mail to nobody."""
    code = agency.reported()
    mails = agency.receives(bounce_of(agency.post.last(cast.ONE_STOP_HEAD, code)))
    agency.receives(bounce_of(to(mails, cast.SECRETARY), 2))
    found = days(agency, 1)
    assert {who for who, mail in found["03/03"].items() if code in mail.text} == {"hanh.tt"}
