"""Machines, lists and ourselves are told from people; every rule that hit is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.letter import read
from mailflow.intake.screen import Kind, OwnAddresses, screen
from tests.components import corpus
from tests.intake.letters import letter, multipart, raw

OWN = OwnAddresses(frozenset({"iso@so.vn"}), "iso@so.vn")


def kind(**headers: str) -> Kind:
    """Screen a letter that differs from a plain reply in these headers."""
    return screen(letter(**headers), OWN).kind


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto_submitted": "no"},
        {"auto_submitted": "No (người viết)"},
        {"precedence": "normal"},
        {"x_auto_response_suppress": "All"},
        {"x_autoreply": "no"},
        {"subject": "Nghỉ phép của tôi làm chậm hồ sơ"},
        {"subject": "Re: Đi công tác"},
        {"subject": "Báo cáo: hệ thống trả lời tự động sai số"},
        {"return_path": "<an@so.vn>"},
        {"x_mailflow_id": "iso@so.vn"},
        {"from": "Nô <no@so.vn>"},
    ],
)
def test_people_pass(headers: dict[str, str]) -> None:
    """Weak signs alone stop nobody's letter."""
    screened = screen(letter(**headers), OWN)
    assert (screened.kind, screened.hits) == ("person", ())


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": 'auto-replied; owner-email="an@so.vn"'},
        {"auto_submitted": "auto-generated (máy)"},
        {"precedence": "auto_reply"},
        {"x_precedence": "auto-reply"},
        {"x_autoreply": "yes"},
        {"x_autoresponder": "1"},
        {"x_ms_exchange_inbox_rules_loop": "an@so.vn"},
        {"x_auto_response_suppress": "All", "x_ms_exchange_generated_message_source": "Agent"},
        {"subject": "Trả lời tự động: KPH"},
        {"subject": "Re: [CTCL-2026-0007-K] Tự động trả lời: KPH"},
        {"subject": "Thư trả lời tự động"},
        {"subject": "Vắng mặt đến 15/6"},
        {"subject": "Ngoài văn phòng"},
        {"subject": "Automatic reply: KPH"},
        {"subject": "Out of Office Re: KPH"},
        {"subject": "Nghỉ phép đến 15/6", "x_auto_response_suppress": "All"},
        {"return_path": "<>"},
        {"from": "Hệ thống <no-reply@vnpt.vn>"},
        {"from": "Hệ thống <khongtraloi@so.vn>"},
        {"return_path": "<bounce+123=an@list.vn>"},
    ],
)
def test_automatic_replies_are_known(headers: dict[str, str]) -> None:
    """What RFC 3834, Exchange, Zimbra and their Vietnamese subjects say is believed."""
    assert kind(**headers) == "auto_reply"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"precedence": "bulk"}, "bulk"),
        ({"precedence": "LIST"}, "bulk"),
        ({"list_id": "<can-bo.so.vn>"}, "bulk"),
        ({"list_unsubscribe": "<mailto:x@y>"}, "bulk"),
        ({"from": "ISO <ISO@so.vn>"}, "loop"),
        ({"sender": "iso@so.vn"}, "loop"),
        ({"return_path": "<iso@so.vn>"}, "loop"),
        ({"x_mailflow_id": "iso@so.vn", "auto_submitted": "auto-generated"}, "loop"),
        ({"from": "MAILER-DAEMON@mx.so.vn"}, "bounce"),
        ({"x_failed_recipients": "an@so.vn"}, "bounce"),
        ({"subject": "Đã đọc: KPH"}, "receipt"),
        ({"subject": "Chưa đọc: KPH"}, "receipt"),
        ({"content_class": "urn:content-classes:calendarmessage"}, "calendar"),
        ({"content_type": "text/calendar; method=REPLY"}, "calendar"),
    ],
)
def test_other_kinds_are_known(headers: dict[str, str], found: Kind) -> None:
    """Lists, ourselves, daemons, receipts and meetings."""
    assert kind(**headers) == found


def test_reports_are_told_apart() -> None:
    """A delivery report is a bounce, a disposition notification a read receipt."""
    part = "Content-Type: {}\n\nx: y"
    for report, found in (("delivery-status", "bounce"), ("disposition-notification", "receipt")):
        mail = multipart(
            f"multipart/report; report-type={report}",
            part.format("text/plain"),
            part.format(f"message/{report}"),
        )
        assert screen(read(mail), OWN).kind == found


def test_an_invitation_file_of_a_person_is_no_calendar_message() -> None:
    """Only a letter that is nothing but the invitation is one."""
    text, ics = "Content-Type: text/plain\n\nĐồng ý", "Content-Type: text/calendar\n\nBEGIN"
    file = "Content-Type: application/pdf; name=a.pdf\n\nx"
    assert screen(read(multipart("multipart/mixed", text, ics)), OWN).kind == "calendar"
    assert screen(read(multipart("multipart/mixed", text, ics, file)), OWN).kind == "person"


def test_mail_going_in_circles_is_a_loop() -> None:
    """More than 25 Received lines are no way to a mailbox."""
    assert screen(read(b"Received: x\n" * 25 + raw()), OWN).kind == "person"
    assert screen(read(b"Received: x\n" * 26 + raw()), OWN).kind == "loop"


def test_every_hit_is_named_and_the_strongest_counts() -> None:
    """A bounce that is also automatic and has no sender is a bounce, for three reasons."""
    screened = screen(
        letter(
            **{"from": "mailer-daemon@x", "auto_submitted": "auto-replied", "return_path": "<>"}
        ),
        OWN,
    )
    assert screened.kind == "bounce"
    assert screened.hits == (
        "bounce: from mailer-daemon",
        "auto_reply: Auto-Submitted: auto-replied",
        "auto_reply: null sender",
    )


def test_public_bounces_are_machines() -> None:
    """Of flufl.bounce's samples with a failed address nearly all are known as machine mail."""
    folder = corpus("eml/flufl.bounce")
    known = total = 0
    for path in sorted(folder.rglob("*.txt")):
        if path.read_bytes().strip() and "data" in path.parts:
            total += 1
            known += screen(read(path.read_bytes()), OWN).kind != "person"
    assert total > 100
    assert known >= total * 0.85


@given(st.dictionaries(st.sampled_from(["from", "subject", "precedence", "list_id"]), st.text()))
def test_no_header_crashes_the_screen(headers: dict[str, str]) -> None:
    """Whatever stands in the headers, there is one kind."""
    clean = {name: " ".join(value.split()) for name, value in headers.items()}
    data = "".join(f"{n.replace('_', '-')}: {v}\n" for n, v in clean.items()) + "\nx"
    assert screen(read(data.encode("utf-8", "replace")), OWN).kind
