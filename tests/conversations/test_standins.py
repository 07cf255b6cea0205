"""Stand-ins set by mail: said in a sentence, confirmed by a token, told, in force and over."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mailflow.actions import stand_ins
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.people import Person, StandIn
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome, verify
from mailflow.registers import office
from mailflow.wiring import ROSTER_FILE
from tests.conversations.agency import MALLORY, Agency, to
from tests.conversations.test_machines import bulk, out_of_office
from tests.conversations.test_who_may_act import DECISION, plain

AWAY = "Từ 5/3 đến 9/3 tôi đi công tác, anh Minh giải quyết thay"


def standing(agency: Agency) -> list[StandIn]:
    """The stand-ins the record has from mail."""
    with agency.service.open_work(reading=True) as work:
        return [kept.stand_in for kept in work.stand_ins.standing()]


def confirmed(agency: Agency, who: Person, text: str) -> list[Mail]:
    """Somebody appoints by a letter and confirms it; gives the mails of the confirmation."""
    agency.writes(who, text)
    return agency.replies(who, "Xác nhận")


def test_a_stand_in_counts_only_when_its_person_confirmed_it(agency: Agency) -> None:
    """The challenge shows people, acts and days; its answer makes it count and is journalled."""
    mails = agency.writes(cast.ONE_STOP_HEAD, AWAY)
    asked = to(mails, cast.ONE_STOP_HEAD)
    for words in (cast.DEPUTY.name, "05/3/2026", "09/3/2026", "mọi việc", "Xác nhận"):
        assert words in asked.text
    assert agency.outcome() is Outcome.HELD
    assert standing(agency) == []
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    days = (date(2026, 3, 5), date(2026, 3, 9))
    assert standing(agency) == [StandIn(cast.ONE_STOP_HEAD.id, cast.DEPUTY.id, None, *days)]
    with agency.service.open_work(reading=True) as work:
        note = next(row for row in work.journal.rows() if row.act == "stand_in")
        assert (note.by, note.via.kind) == (cast.ONE_STOP_HEAD.id, "letter")
        assert note.via.id == str(agency.letter().id)


def test_both_people_and_the_secretary_hear_of_it(agency: Agency) -> None:
    """The one who confirmed gets the answer; the lead hears only of the head's delegate."""
    mails = confirmed(agency, cast.ONE_STOP_HEAD, AWAY)
    people = (cast.ONE_STOP_HEAD, cast.DEPUTY, cast.SECRETARY)
    assert sorted(m.to for m in mails) == sorted(p.email for p in people)
    mails = confirmed(agency, cast.HEAD, "ủy quyền anh Minh phê duyệt giải pháp đến 9/3 theo QĐ 12")
    heard = (cast.HEAD, cast.DEPUTY, cast.SECRETARY, cast.LEAD)
    assert sorted(m.to for m in mails) == sorted(p.email for p in heard)
    assert "QĐ 12" in to(mails, cast.LEAD).text


def test_the_stand_in_is_asked_on_the_first_day_and_acts_for_the_absent(agency: Agency) -> None:
    """What waits is handed over with a token; the act says for whom, and by which decision."""
    code = agency.reported()
    confirmed(agency, cast.ONE_STOP_HEAD, f"{AWAY} theo QĐ 7")
    assert agency.request(code).state is State.REPORTED
    handed = to(agency.wait(days=3), cast.DEPUTY)
    assert code in handed.text
    agency.replies(cast.DEPUTY, f"{code}: {DECISION}", code)
    entry = agency.request(code).entries[-1]
    assert (entry.by, entry.proof) == (cast.DEPUTY.id, "token")
    assert entry.notes == (f"stand_in:{cast.ONE_STOP_HEAD.id}:QĐ 7",)
    assert agency.wait(hours=1) == []


def test_before_and_after_its_days_a_stand_in_may_do_nothing(agency: Agency) -> None:
    """It begins and expires by itself, and then nobody stands in."""
    confirmed(agency, cast.ONE_STOP_HEAD, AWAY)
    for days, names in ((0, False), (3, True), (4, True), (1, False)):
        agency.wait(days=days)
        world = agency.service.house.world(agency.clock())
        assert any(s.for_whom == cast.ONE_STOP_HEAD.id for s in world.roster.stand_ins) is names
    code = agency.reported()
    agency.writes(cast.DEPUTY, DECISION, f"[{code}]")
    assert agency.request(code).state is State.REPORTED


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Tôi nghỉ, ủy quyền chị Lan", "đến ngày nào"),
        ("Ủy quyền từ 5/3 đến 9/3", "ai làm thay"),
        ("Ủy quyền anh Minh và chị Lan đến 9/3", "chọn một người"),
        ("Ủy quyền anh Minh ký công văn đến 9/3", "ký công văn"),
        ("Có nên ủy quyền anh Minh đến 9/3 không?", "câu hỏi"),
        ("Nếu tôi đi vắng thì ủy quyền anh Minh đến 9/3", "điều kiện"),
        ("Ủy quyền anh Minh từ 9/3 đến 5/3", "chưa rõ"),
    ],
)
def test_what_is_incomplete_or_doubtful_is_asked(agency: Agency, text: str, asked: str) -> None:
    """No challenge goes out for half a sentence; the answer says what is missing."""
    mails = agency.writes(cast.HEAD, text)
    assert asked in to(mails, cast.HEAD).text
    assert agency.outcome() is Outcome.ASKED
    assert not to(mails, cast.HEAD).asks
    assert agency.codes() == ()


def test_nobody_appoints_for_somebody_else(agency: Agency) -> None:
    """A colleague is refused; the secretary may ask, and then the person must confirm."""
    text = "Chị Lan nghỉ 5-9/3, ủy quyền anh Nam"
    mails = agency.writes(cast.COLLEAGUE, text)
    assert agency.outcome() is Outcome.REFUSED
    assert "Chỉ chính người đó" in to(mails, cast.COLLEAGUE).text
    mails = agency.writes(cast.SECRETARY, text)
    assert agency.outcome() is Outcome.HELD
    assert cast.SECRETARY.name in to(mails, cast.ONE_STOP_HEAD).text
    assert not to(mails, cast.SECRETARY).asks
    assert standing(agency) == []
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    assert [s.who for s in standing(agency)] == [cast.CLERK.id]


@pytest.mark.parametrize(
    "text", ["Hủy ủy quyền của chị Lan", "Hủy ủy quyền của chị Lan cho anh Minh"]
)
def test_the_secretary_may_ask_somebody_to_end_it(agency: Agency, text: str) -> None:
    """A colleague may not; the person whose stand-in it is confirms, nobody else."""
    confirmed(agency, cast.ONE_STOP_HEAD, AWAY)
    agency.writes(cast.COLLEAGUE, text)
    assert agency.outcome() is Outcome.REFUSED
    mails = agency.writes(cast.SECRETARY, text)
    assert agency.outcome() is Outcome.HELD
    assert to(mails, cast.ONE_STOP_HEAD).asks
    assert len(standing(agency)) == 1
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    assert standing(agency) == []


@pytest.mark.threat("forged sender")
def test_a_forged_appointment_dies_with_the_persons_no(agency: Agency) -> None:
    """Mallory writes as the head; the head says no, the secretary hears, nothing counts."""
    agency.receives(plain(cast.HEAD.email, "x", "Ủy quyền chị Bích đến 31/12", Reply_To="m@x.vn"))
    mails = agency.replies(cast.HEAD, "Không phải tôi")
    assert "không xác nhận việc cử người" in to(mails, cast.SECRETARY).text
    assert standing(agency) == []
    agency.replies(cast.HEAD, "Xác nhận")
    assert standing(agency) == []


@pytest.mark.threat("replayed or foreign token")
def test_another_persons_token_confirms_nothing(agency: Agency) -> None:
    """The one who would gain cannot confirm, nor can a stranger with the whole mail."""
    agency.writes(cast.HEAD, "Ủy quyền chị Bích đến 31/12")
    asked = agency.post.last(cast.HEAD)
    for thief in (cast.COLLEAGUE, MALLORY):
        agency.post.reply(thief, asked, "Xác nhận")
        agency.wait(hours=0.1)
        assert standing(agency) == []


def test_over_a_list_nobody_is_appointed(agency: Agency) -> None:
    """A list's mail is no way to hand acts on: it waits for the secretary."""
    mails = agency.receives(bulk(cast.HEAD, "Ủy quyền anh Minh đến 31/12", "Ủy quyền", 1))
    assert agency.outcome() is Outcome.HELD
    assert [m.to for m in mails] == [cast.SECRETARY.email]


def test_taking_it_back_is_confirmed_as_well(agency: Agency) -> None:
    """After that nobody stands in, and both people and the secretary hear."""
    agency.writes(cast.ONE_STOP_HEAD, "Hủy ủy quyền")
    assert agency.outcome() is Outcome.REFUSED
    confirmed(agency, cast.ONE_STOP_HEAD, AWAY)
    agency.writes(cast.ONE_STOP_HEAD, "Hủy ủy quyền anh Minh")
    assert len(standing(agency)) == 1
    mails = agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    assert standing(agency) == []
    people = (cast.ONE_STOP_HEAD, cast.DEPUTY, cast.SECRETARY)
    assert sorted(m.to for m in mails) == sorted(p.email for p in people)


def test_a_reply_to_an_asking_mail_can_hand_the_work_on(agency: Agency) -> None:
    """Nothing is decided on the request; the sentence is read and its person asked to confirm."""
    code = agency.reported()
    agency.replies(cast.ONE_STOP_HEAD, AWAY, code)
    assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED
    agency.replies(cast.ONE_STOP_HEAD, "Xác nhận")
    assert len(standing(agency)) == 1


def test_a_report_about_papers_of_attorney_stays_a_report(agency: Agency) -> None:
    """A citizen's "giấy ủy quyền" hands nothing on."""
    agency.writes(cast.CLERK, "Báo cáo không phù hợp\nỦy quyền cho anh Nam ký nhận sai mẫu.")
    agency.writes(cast.CLERK, "Trả nhầm hồ sơ có giấy ủy quyền của công dân.")
    assert len(agency.codes()) == 2


def test_the_secretary_accepts_a_proposal_and_the_superior_confirms(tmp_path: Path) -> None:
    """Who is away cannot answer: their usual stand-in is offered, their superior is asked."""
    agency = Agency(tmp_path / "home")
    usual = replace(cast.ONE_STOP_HEAD, stand_in=cast.COLLEAGUE.id, superior=cast.LEAD.id)
    people = tuple(usual if p.id == usual.id else p for p in cast.ROSTER.people)
    roster = replace(cast.ROSTER, people=people)
    (agency.home / ROSTER_FILE).write_bytes(office.roster_workbook(roster))
    code = agency.reported()
    agency.receives(out_of_office(cast.ONE_STOP_HEAD))
    mails = agency.replies(cast.SECRETARY, "Đồng ý")
    assert standing(agency) == []
    assert not to(mails, cast.SECRETARY).asks
    assert to(mails, cast.LEAD).asks
    mails = agency.replies(cast.LEAD, "Xác nhận")
    (stand_in,) = standing(agency)
    assert (stand_in.who, stand_in.until) == (cast.COLLEAGUE.id, date(2026, 3, 6))
    assert any(m.to == cast.COLLEAGUE.email and code in m.text for m in mails)
    assert any(m.to == cast.ONE_STOP_HEAD.email for m in mails)
    agency.service.close()


def test_those_in_force_are_named_and_the_record_stays_whole(agency: Agency) -> None:
    """`status` and `check` show the roster's and the mail's; the record verifies."""
    confirmed(agency, cast.HEAD, "Ủy quyền anh Minh phê duyệt giải pháp đến 9/3 theo QĐ 12")
    said = stand_ins.in_force(agency.service.house.world(agency.clock()))
    assert len(said) == 2
    assert "Phê duyệt giải pháp" in said[1]
    assert "QĐ 12" in said[1]
    with agency.service.open_work(reading=True) as work:
        assert [k.stand_in.acts for k in work.stand_ins.standing()] == [
            frozenset({Act.APPROVE_SOLUTION})
        ]
    engine = agency.service.open_work.args[0]  # type: ignore[attr-defined]  # a partial of Work
    assert verify(engine, agency.service.settings.agency.id) == []
