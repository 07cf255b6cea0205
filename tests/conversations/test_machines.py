"""Machines write: nothing they say is an act, none is answered, and who must know is told."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.outbox.address import return_address
from mailflow.procedure.people import Person
from mailflow.procedure.terms import State
from mailflow.record import Notice, Outcome
from tests.conversations.agency import MALLORY, REPORT, Agency, to
from tests.conversations.test_who_may_act import DECISION, plain

AWAY = "Tôi đi công tác từ ngày 02/3/2026 đến hết ngày 06/3/2026. Đồng ý."


def out_of_office(who: Person, text: str = AWAY, number: int = 1, **headers: str) -> str:
    """What somebody's mail program answers by itself."""
    shown = {"Auto_Submitted": "auto-replied", "Message_ID": f"<ooo{number}@out.example>"}
    return plain(who.email, "Trả lời tự động: KPH", text, **{**shown, **headers})


def bounce_of(mail: Mail, number: int = 1, action: str = "failed", code: str = "5.1.1") -> str:
    """What a mail server sends back for one of our mails."""
    return (
        "From: MAILER-DAEMON@mx.ankhe.example\n"
        f"To: {cast.MAILBOX}\nReturn-Path: <>\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: <bounce{number}@mx.ankhe.example>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; {mail.to}\nAction: {action}\nStatus: {code}\n"
        f"Diagnostic-Code: smtp; 550 {code} <{mail.to}> khong ton tai\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {mail.message_id}\nSubject: x\n\ny\n"
        "--b--\n"
    )


def notice_of(agency: Agency, mail: Mail) -> Notice:
    """The notice that went out as this mail."""
    with agency.service.open_work(reading=True) as work:
        notice = work.notices.by_message_id(mail.message_id.strip("<>"))
    assert notice is not None
    return notice


def bulk(who: Person, text: str, subject: str, number: int, **headers: str) -> str:
    """A letter of somebody that came over a list."""
    listed = {"List_Id": "<can-bo.ankhe.example>", "Message_ID": f"<list{number}@out.example>"}
    return plain(who.email, subject, text, **{**listed, **headers})


def test_an_absence_of_who_owes_something_is_told_once(agency: Agency) -> None:
    """The secretary hears who, from when to when, who stands in and what waits; nothing moves."""
    code = agency.reported()
    mails = agency.receives(out_of_office(cast.ONE_STOP_HEAD, In_Reply_To="<x@y>"))
    told = to(mails, cast.SECRETARY)
    for words in (cast.ONE_STOP_HEAD.name, "02/3/2026", "06/3/2026", "chưa ghi", code):
        assert words in told.text
    assert not told.asks
    assert agency.outcome() is Outcome.IGNORED
    assert agency.letter().reason.endswith("absence told")
    assert agency.request(code).state is State.REPORTED
    assert agency.receives(out_of_office(cast.ONE_STOP_HEAD, number=2)) == []
    later = AWAY.replace("06/3", "13/3")
    assert to(agency.receives(out_of_office(cast.ONE_STOP_HEAD, later, 3)), cast.SECRETARY)


def test_an_absence_without_days_is_told_again_after_its_person_wrote(agency: Agency) -> None:
    """Somebody who wrote in between had come back: it is another absence."""
    agency.reported()
    assert agency.receives(out_of_office(cast.ONE_STOP_HEAD, "Tôi vắng.", 1))
    assert agency.receives(out_of_office(cast.ONE_STOP_HEAD, "Tôi vắng.", 2)) == []
    agency.writes(cast.ONE_STOP_HEAD, REPORT)
    assert agency.receives(out_of_office(cast.ONE_STOP_HEAD, "Tôi vắng.", 3))


def test_the_roster_says_who_stands_in(agency: Agency) -> None:
    """The head's delegate is named with the decision, also for what the days have made due."""
    code = agency.implementing()
    agency.clock.now = agency.clock.now.replace(day=21)
    agency.work()
    told = to(agency.receives(out_of_office(cast.HEAD, "Tôi vắng.")), cast.SECRETARY)
    assert cast.DEPUTY.name in told.text
    assert "12/QĐ-SKHPT" in told.text
    assert code in told.text


def test_who_owes_nothing_may_be_away_unnoticed(agency: Agency) -> None:
    """Nor is a stranger's absence news, nor what a machine of somebody's generates."""
    agency.reported()
    assert agency.receives(out_of_office(cast.PLANNER)) == []
    assert agency.receives(out_of_office(MALLORY, number=2)) == []
    made = out_of_office(cast.ONE_STOP_HEAD, number=3, Auto_Submitted="auto-generated")
    assert agency.receives(made) == []
    assert agency.outcome() is Outcome.IGNORED


def test_an_absent_secretary_is_news_for_the_lead(agency: Agency) -> None:
    """Whoever would be told is away; the next one hears."""
    agency.writes(cast.CLERK, "Đề xuất cải tiến\nLấy số thứ tự qua tin nhắn.")
    code = agency.codes()[-1]
    agency.replies(cast.ONE_STOP_HEAD, "Cần thực hiện\nDấu hiệu: Cơ hội cải tiến", code)
    mails = agency.receives(out_of_office(cast.SECRETARY))
    assert code in to(mails, cast.LEAD).text


def test_a_subject_alone_is_no_proof_of_a_machine(agency: Agency) -> None:
    """What people could have written waits for the secretary instead of being thrown away."""
    mails = agency.receives(plain(cast.CLERK.email, "Vắng mặt tại quầy", REPORT))
    assert agency.outcome() is Outcome.HELD
    assert "giống thư trả lời tự động" in to(mails, cast.SECRETARY).text
    assert agency.codes() == ()


def test_a_permanent_bounce_marks_its_notice_and_is_told_once(agency: Agency) -> None:
    """Which address of whom is dead, in the server's words, and what waits on them."""
    code = agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    told = to(agency.receives(bounce_of(lost)), cast.SECRETARY)
    for words in (cast.ONE_STOP_HEAD.name, cast.ONE_STOP_HEAD.email, code, "khong ton tai"):
        assert words in told.text
    notice = notice_of(agency, lost)
    assert notice.status == "undelivered"
    assert notice.error.startswith("permanent 5.1.1")
    letter = agency.letter()
    assert (letter.outcome, letter.request) == (Outcome.IGNORED, code)
    assert letter.reason == f"bounce: permanent 5.1.1 of notice {notice.id}"
    assert agency.receives(bounce_of(lost, 2)) == []


def test_an_address_that_wrote_again_and_dies_again_is_told_again(agency: Agency) -> None:
    """A letter from it proves it alive."""
    agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    assert agency.receives(bounce_of(lost))
    agency.writes(cast.ONE_STOP_HEAD, REPORT)
    assert agency.receives(bounce_of(lost, 2))


def test_a_delay_is_noted_and_told_to_nobody(agency: Agency) -> None:
    """The server still tries; the notice stays sent."""
    agency.reported()
    late = agency.post.last(cast.ONE_STOP_HEAD)
    assert agency.receives(bounce_of(late, action="delayed", code="4.2.2")) == []
    notice = notice_of(agency, late)
    assert notice.status == "sent"
    assert notice.error.startswith("temporary 4.2.2")


def test_a_dead_secretary_is_news_for_the_lead(agency: Agency) -> None:
    """Also when it is the telling itself that came back; and there it ends."""
    agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    told = to(agency.receives(bounce_of(lost)), cast.SECRETARY)
    again = to(agency.receives(bounce_of(told, 2)), cast.LEAD)
    assert cast.SECRETARY.email in again.text
    last = to(agency.receives(bounce_of(again, 3)), cast.SECRETARY)
    assert agency.receives(bounce_of(last, 4)) == []


def test_a_bounce_that_names_only_an_address_finds_the_last_mail_to_it(agency: Agency) -> None:
    """Exim's header on a mail without any trace of ours."""
    agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    mails = agency.receives(
        plain(
            "Mailer-Daemon@mx.example",
            "Mail delivery failed",
            "550 unknown user",
            X_Failed_Recipients=cast.ONE_STOP_HEAD.email.upper(),
        )
    )
    assert to(mails, cast.SECRETARY)
    assert notice_of(agency, lost).status == "undelivered"


def test_a_bounce_of_nothing_of_ours_is_kept_with_its_reason(agency: Agency) -> None:
    """Backscatter: no notice changes, nobody hears; a mere look-alike waits for the secretary."""
    agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    foreign = bounce_of(lost).replace(lost.message_id, "<x@elsewhere>").replace(lost.to, "x@y.vn")
    assert agency.receives(foreign) == []
    assert agency.letter().reason.startswith("bounce: a delivery report")
    failed = f"550 {lost.to} could not be delivered"
    words = plain(MALLORY.email, "Mail delivery failed", failed)
    assert "không rõ là của thư nào" in to(agency.receives(words), cast.SECRETARY).text
    assert agency.outcome() is Outcome.HELD
    assert notice_of(agency, lost).status == "sent"


def test_with_verp_the_address_a_bounce_comes_to_names_the_notice(tmp_path: Path) -> None:
    """Nothing else in the bounce need name it; a guessed tag names nothing."""
    agency = Agency(tmp_path / "home", "[mail]\nverp = true")
    agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    notice = notice_of(agency, lost)
    bare = bounce_of(lost).replace(lost.message_id, "<x@elsewhere>").replace(lost.to, "x@y.vn")
    wrong = return_address(cast.MAILBOX, notice.id, "<another@ankhe.example>")
    assert agency.receives(f"Delivered-To: {wrong}\n{bare}") == []
    assert notice_of(agency, lost).status == "sent"
    right = return_address(cast.MAILBOX, notice.id, lost.message_id)
    second = bare.replace("<bounce1@", "<bounce2@")
    assert to(agency.receives(f"Delivered-To: {right}\n{second}"), cast.SECRETARY)
    assert notice_of(agency, lost).status == "undelivered"
    agency.service.close()


@pytest.mark.parametrize(
    ("what", "headers", "reason"),
    [
        ("Đã đọc: KPH", {"Content_Type": "multipart/report; report-type=disposition-notification"},
         "receipt: a read receipt"),
        ("Chấp nhận: họp", {"Content_Type": "text/calendar; method=REPLY"}, "calendar: "),
        ("Re: KPH", {"Sender": cast.MAILBOX}, "loop: sent by our own"),
        ("Re: KPH", {"X_Mailflow_Id": cast.MAILBOX, "Auto_Submitted": "auto-replied"}, "loop: one"),
    ],
)  # fmt: skip
def test_every_machine_is_kept_with_its_reason_and_not_answered(
    agency: Agency, what: str, headers: dict[str, str], reason: str
) -> None:
    """Decision words in it and the token of a colleague change nothing."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    letter = plain(
        cast.ONE_STOP_HEAD.email, what, DECISION, In_Reply_To=asked.message_id, **headers
    )
    assert agency.receives(letter) == []
    assert agency.outcome() is Outcome.IGNORED
    assert agency.letter().reason.startswith(reason)
    assert agency.request(code).state is State.REPORTED


def test_our_own_mail_come_back_is_a_loop(agency: Agency) -> None:
    """An alias or a rule that sends it on: known by its Message-ID, whoever it says it is from."""
    agency.reported()
    ours = agency.post.last(cast.ONE_STOP_HEAD)
    letter = EmailMessage()
    letter["From"], letter["To"] = cast.ONE_STOP_HEAD.email, cast.MAILBOX
    letter["Subject"], letter["Message-ID"] = ours.subject, ours.message_id
    letter.set_content(ours.text)
    assert agency.receives(letter) == []
    assert agency.letter().reason == "loop: our own mail has come back"


def test_what_a_list_brings_is_never_an_approval_and_never_answered(agency: Agency) -> None:
    """With the right token it is held for the secretary; a report and a comment are taken."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    approval = bulk(cast.ONE_STOP_HEAD, DECISION, f"Re: [{code}]", 1, In_Reply_To=asked.message_id)
    mails = agency.receives(approval)
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert "danh sách gửi chung" in mails[0].text
    assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED
    comment = bulk(cast.CLERK, "Trao đổi\nDân đang chờ ạ.", f"Re: [{code}]", 2)
    assert cast.CLERK.email not in [mail.to for mail in agency.receives(comment)]
    assert agency.outcome() is Outcome.DONE
    assert cast.CLERK.email not in [
        mail.to for mail in agency.receives(bulk(cast.CLERK, REPORT, "Việc mới", 3))
    ]
    assert len(agency.codes()) == 2


def test_a_list_question_goes_to_the_secretary_and_a_strangers_newsletter_nowhere(
    agency: Agency,
) -> None:
    """What would be asked back is held; what nobody on the roster sent is ignored."""
    mails = agency.receives(bulk(cast.CLERK, "Chào cả nhà, mai họp nhé.", "Họp", 1))
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert agency.receives(bulk(MALLORY, "Khuyến mãi", "Khuyến mãi", 2)) == []
    assert agency.outcome() is Outcome.IGNORED
    assert agency.letter().reason == "bulk: of nobody on the roster"


@pytest.mark.threat("floods and loops")
def test_one_letter_too_many_is_held_and_told_once(tmp_path: Path) -> None:
    """A loop nobody knew ends by itself; tried again by a person, the letter is worked off."""
    agency = Agency(tmp_path / "home", "[mail]\nmost_letters = 3")
    for number in range(6):
        agency.post.write(cast.CLERK, f"Thư {number}", REPORT)
    mails = agency.work()
    assert len(agency.codes()) == 3
    held = [mail for mail in mails if "quá 3 thư trong 10 phút" in mail.text]
    assert [mail.to for mail in held] == [cast.SECRETARY.email]
    letter = agency.letter()
    assert (letter.outcome, letter.reason) == (Outcome.HELD, "many_letters")
    with agency.service.open_work() as work:
        work.letters.reopen(letter.id)
        work.keep()
    agency.work()
    assert agency.letter().outcome is Outcome.DONE
    agency.writes(cast.COLLEAGUE, REPORT)
    assert agency.outcome() is Outcome.DONE
    agency.service.close()


@pytest.mark.threat("floods and loops")
def test_answers_to_one_address_stop_before_they_go_in_circles(agency: Agency) -> None:
    """Ten about a request within ten minutes; then its notices fail with the reason, told once."""
    code = agency.reported()
    for number in range(13):
        agency.post.put(
            plain(
                cast.CLERK.email, f"Re: [{code}]", f"Trao đổi\nLần {number}",
                Message_ID=f"<c{number}@out.example>",
            ).encode()
        )  # fmt: skip
    mails = agency.wait(hours=0.5)
    assert len([mail for mail in mails if mail.to == cast.CLERK.email]) == 10
    (told,) = [mail for mail in mails if "tạm ngừng trả lời" in mail.text]
    assert told.to == cast.SECRETARY.email
    with agency.service.open_work(reading=True) as work:
        failed = work.notices.list(50, status="failed")
    assert {n.error for n in failed} == {"held back: too many automatic answers"}
    assert len(failed) == 3
    assert len([e for e in agency.request(code).entries if e.act == "comment"]) == 13
    agency.writes(cast.CLERK, "Trao đổi\nLại thêm", f"[{code}]")
    assert agency.outcome() is Outcome.DONE
