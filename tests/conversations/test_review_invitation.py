"""The invitation to a review: as calendars know it, moved, cancelled, answered by a calendar."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.forms.invitation import replied
from mailflow.procedure import review
from mailflow.procedure.people import Person
from mailflow.procedure.terms import Kind, State
from mailflow.upkeep import verify_record
from tests.conversations.agency import Agency, to
from tests.conversations.test_review_meeting import OCTOBER, PLAN


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """An agency whose review is planned as a meeting on 16 October."""
    made = Agency(tmp_path / "home")
    made.clock.now = OCTOBER
    made.work()
    made.replies(cast.SECRETARY, PLAN, made.codes()[0])
    yield made
    made.service.close()


def _calendar(mail: Mail) -> tuple[str, Calendar]:
    """The invitation in a mail: its METHOD as the part says it, and the event."""
    (part,) = [p for p in mail.message.walk() if p.get_content_type() == "text/calendar"]
    return str(part.get_param("method")), Calendar.from_ical(part.get_content())


def _event(mail: Mail) -> dict[str, str]:
    _, calendar = _calendar(mail)
    (event,) = calendar.walk("VEVENT")
    return {name: str(event[name]) for name in ("UID", "SEQUENCE", "LOCATION", "STATUS")} | {
        "starts": event.decoded("DTSTART").isoformat()
    }


@pytest.mark.clause("5.8.1")
def test_a_calendar_knows_the_meeting_its_move_and_its_end(agency: Agency) -> None:
    """One UID for good, the sequence grows; cancelled, a review is still owed and planned anew."""
    (code,) = agency.codes()
    first = agency.post.last(cast.ONE_STOP_HEAD, code)
    assert _calendar(first)[0] == "REQUEST"
    invited = _event(first)
    assert invited["starts"] == "2026-10-16T01:30:00+00:00"
    agency.replies(cast.ONE_STOP_HEAD, "Tham dự", code)
    moved = to(
        agency.replies(cast.SECRETARY, "Đổi lịch họp\nNgày họp: 20/10/2026\nLý do: họp tỉnh", code),
        cast.ONE_STOP_HEAD,
    )
    assert _event(moved) == {
        **invited, "SEQUENCE": "1", "starts": "2026-10-20T01:30:00+00:00",
    }  # fmt: skip
    assert "Tham dự" in moved.text, "whoever had said yes is asked again for the new day"
    assert not review.attendance(agency.request(code))
    gone = agency.replies(cast.SECRETARY, "Hủy họp\nLý do: chuyển sang báo cáo", code)
    ended = to(gone, cast.ONE_STOP_HEAD)
    assert _calendar(ended)[0] == "CANCEL"
    assert (_event(ended)["UID"], _event(ended)["SEQUENCE"]) == (invited["UID"], "2")
    request = agency.request(code)
    assert (request.kind, request.state) == (Kind.REVIEW, State.REVIEW_DUE)
    again = agency.replies(cast.SECRETARY, PLAN, code)
    assert _event(to(again, cast.ONE_STOP_HEAD))["UID"] != invited["UID"]
    assert verify_record(agency.home) == []


def _answer(agency: Agency, who: Person, partstat: str, invited: Mail) -> EmailMessage:
    """What a calendar sends when its owner presses a button."""
    _, calendar = _calendar(invited)
    text = calendar.to_ical().decode().replace("METHOD:REQUEST", "METHOD:REPLY")
    mail = EmailMessage()
    mail["From"], mail["To"] = who.email, cast.MAILBOX
    mail["Subject"] = f"Accepted: [{agency.codes()[0]}] Xem xét của lãnh đạo năm 2026"
    mail["Message-ID"], mail["In-Reply-To"] = f"<{partstat}@kh>", invited.message_id
    mail["Date"] = "Thu, 01 Oct 2026 09:00:00 +0700"
    mail.set_content(
        text.replace("NEEDS-ACTION", partstat), subtype="calendar", params={"method": "REPLY"}
    )
    return mail


def test_a_calendars_yes_is_its_owners_answer(agency: Agency) -> None:
    """Proven by the token of the invitation it answers, and not answered in turn."""
    (code,) = agency.codes()
    invited = agency.post.last(cast.ONE_STOP_HEAD, code)
    back = agency.receives(_answer(agency, cast.ONE_STOP_HEAD, "ACCEPTED", invited))
    answers = review.attendance(agency.request(code))
    assert answers[cast.ONE_STOP_HEAD.id].answer == "yes"
    assert cast.ONE_STOP_HEAD.email not in {mail.to for mail in back}


def test_a_calendars_maybe_and_anothers_yes_count_for_nothing(agency: Agency) -> None:
    """TENTATIVE is no answer; an answer for one address from another's mailbox neither."""
    (code,) = agency.codes()
    invited = agency.post.last(cast.ONE_STOP_HEAD, code)
    agency.receives(_answer(agency, cast.ONE_STOP_HEAD, "TENTATIVE", invited))
    agency.receives(_answer(agency, cast.CLERK, "ACCEPTED", invited))
    assert not review.attendance(agency.request(code))


@pytest.mark.parametrize(
    "data",
    [b"", b"BEGIN:VCALENDAR\r\nMETHOD:REPLY", b"\xff" * 300, b"BEGIN:VCALENDAR\r\n" * 20_000],
)
def test_a_broken_calendar_is_no_answer(data: bytes) -> None:
    """Nothing that cannot be read is guessed at."""
    assert replied(data) is None


@pytest.mark.clause("5.8.1.1")
def test_two_answers_of_one_owner_and_one_who_never_answers(agency: Agency) -> None:
    """The later one counts and the earlier stays in the journal; the gap names who was asked."""
    (code,) = agency.codes()
    for text in ("Đủ người", "Thiếu 01 người trực"):
        agency.replies(cast.SECRETARY, f"Nội dung nguồn lực\n{text}", code)
    request = agency.request(code)
    assert request.values["input_resources"] == "Thiếu 01 người trực"
    said = [e.fields["input_resources"] for e in request.entries if "input_resources" in e.fields]
    assert said == ["Đủ người", "Thiếu 01 người trực"]
    sent = agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    (file,) = [name for name, _ in to(sent, cast.HEAD).files if name.startswith("Tài liệu")]
    assert file
