"""Nine hostile letters in a row: each must end right, and no request may move by any of them."""

from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from tests.conversations.agency import MALLORY, Agency, to
from tests.conversations.test_machines import bounce_of, notice_of, out_of_office
from tests.conversations.test_who_may_act import DECISION, plain

TRUSTED = '[mail]\ntrusted_authserv = "mail.ankhe.example"'


@pytest.mark.threat("replayed or foreign token")
def test_1_the_same_mail_twice(agency: Agency) -> None:
    """It is one letter with one effect and one answer."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    letter = plain(cast.ONE_STOP_HEAD.email, "Re: x", DECISION, In_Reply_To=asked.message_id)
    assert agency.receives(letter)
    entries = agency.request(code).entries
    assert agency.receives(letter) == []
    assert agency.receives(f"Received: from elsewhere\nDelivered-To: alias@x\n{letter}") == []
    assert agency.request(code).entries == entries


@pytest.mark.threat("stolen code")
def test_2_a_stranger_with_a_guessed_code(agency: Agency) -> None:
    """Held for the secretary; no answer tells the stranger whether the code exists."""
    code = agency.reported()
    for subject in (f"[{code}]", "[CTCL-2026-0099-A]"):
        mails = agency.receives(plain(MALLORY.email, subject, DECISION))
        assert [mail.to for mail in mails] == [cast.SECRETARY.email]
        assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED


@pytest.mark.threat("forged sender")
def test_3_a_forged_colleague_whom_the_server_calls_a_liar(tmp_path: Path) -> None:
    """dmarc=fail in the trusted header: the colleague's token and code count for nothing."""
    agency = Agency(tmp_path / "home", TRUSTED)
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    verdict = "mail.ankhe.example; dmarc=fail header.from=ankhe.example"
    mails = agency.receives(
        plain(
            cast.ONE_STOP_HEAD.email,
            f"Re: [{code}]",
            DECISION,
            In_Reply_To=asked.message_id,
            Authentication_Results=verdict,
        )
    )
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert agency.outcome() is Outcome.HELD
    away = out_of_office(cast.ONE_STOP_HEAD, Authentication_Results=verdict)
    assert agency.receives(away) == []
    assert agency.request(code).state is State.REPORTED
    agency.service.close()


@pytest.mark.threat("look-alike sender")
def test_4_a_stranger_whose_replies_go_to_a_colleague(agency: Agency) -> None:
    """Reply-To names nobody: the colleague gets no mail for it and nothing moves."""
    code = agency.reported()
    letter = plain(MALLORY.email, f"[{code}]", DECISION, Reply_To=cast.ONE_STOP_HEAD.email)
    assert [mail.to for mail in agency.receives(letter)] == [cast.SECRETARY.email]
    assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED


@pytest.mark.parametrize("named", [True, False])
def test_5_an_out_of_office_with_and_without_the_code(agency: Agency, named: bool) -> None:
    """Its "Đồng ý" is no act and its sender gets nothing; the secretary hears of the absence."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    away = out_of_office(cast.ONE_STOP_HEAD, DECISION)
    if named:
        subject = f"Trả lời tự động: [{code}]"
        away = out_of_office(
            cast.ONE_STOP_HEAD, DECISION, Subject=subject, In_Reply_To=asked.message_id
        )
    mails = agency.receives(away)
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert agency.outcome() is Outcome.IGNORED
    assert agency.request(code).state is State.REPORTED


def test_6_a_bounce(agency: Agency) -> None:
    """No act, no answer to the daemon; the notice is undelivered and the secretary knows."""
    code = agency.reported()
    lost = agency.post.last(cast.ONE_STOP_HEAD)
    mails = agency.receives(bounce_of(lost))
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert agency.outcome() is Outcome.IGNORED
    assert notice_of(agency, lost).status == "undelivered"
    assert agency.request(code).state is State.REPORTED


def test_7_a_reply_under_another_subject(agency: Agency) -> None:
    """The token says what is answered, whatever the subject became."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    agency.receives(
        plain(cast.ONE_STOP_HEAD.email, "Việc hôm nay", DECISION, In_Reply_To=asked.message_id)
    )
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).entries[-1].proof == "token"


def test_8_an_out_of_office_on_a_closed_request(agency: Agency) -> None:
    """What has ended stays ended, and nobody is bothered: nothing waits on who is away."""
    code = agency.reported()
    agency.replies(cast.ONE_STOP_HEAD, DECISION, code)
    agency.replies(cast.ONE_STOP_HEAD, "Không cần thực hiện\nLý do: Đơn lẻ", code)
    before = agency.request(code)
    asked = agency.post.last(cast.ONE_STOP_HEAD, code)
    away = out_of_office(
        cast.ONE_STOP_HEAD, Subject=f"Trả lời tự động: [{code}]", In_Reply_To=asked.message_id
    )
    mails = agency.receives(away)
    assert agency.outcome() is Outcome.IGNORED
    assert agency.request(code) == before
    assert cast.ONE_STOP_HEAD.email not in [mail.to for mail in mails]
    assert before.ended
    assert mails == []


def test_9_raw_windows_1252_bytes(agency: Agency) -> None:
    """No charset told, bytes no UTF-8 in header and body: read as far as it goes, answered."""
    agency.reported()
    head = plain(cast.CLERK.email, "SUBJECT", "BODY").replace("; charset=utf-8", "")
    raw = head.encode().replace(b"SUBJECT", b"R\xe9union \x96 caf\xe9")
    mails = agency.receives(raw.replace(b"BODY", b"D\xe9j\xe0 vu \x85 na\xefve \x93ok\x94"))
    assert agency.outcome() is Outcome.ASKED
    answer = to(mails, cast.CLERK)
    assert "Réunion – café" in answer.subject
    assert len(agency.codes()) == 1
