"""Machines, lists and ourselves are told from people; every rule that hit is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.reading.letter import read
from mailflow.intake.senders.screen import Kind, OwnAddresses, screen
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
        ({"return_path": "<bounce+123=an@list.vn>"}, "bulk"),
        ({"from": "ISO <ISO@so.vn>"}, "loop"),
        ({"sender": "iso@so.vn"}, "loop"),
        ({"return_path": "<iso@so.vn>"}, "loop"),
        ({"return_path": "<iso+b.12.0123456789abcdef@so.vn>"}, "loop"),
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


@pytest.mark.parametrize(
    ("headers", "body", "sure"),
    [
        ({"subject": "Vắng mặt tại quầy giờ hành chính"}, "Dân phải chờ", False),
        ({"subject": "Vắng mặt", "auto_submitted": "auto-replied"}, "x", True),
        ({"subject": "Đã đọc: KPH"}, "x", False),
        ({"subject": "Mail delivery failed"}, "could not be delivered", False),
        ({"subject": "Undeliverable: KPH", "return_path": "<>"}, "did not reach", True),
        ({"subject": "Không gửi được: KPH"}, "Hộp thư đầy", False),
        ({"subject": "Trả lời tự động: KPH"}, "x", True),
        ({"list_id": "<x.so.vn>"}, "x", True),
        ({}, "x", True),
    ],
)
def test_what_people_could_have_typed_is_no_proof(
    headers: dict[str, str], body: str, sure: bool
) -> None:
    """Words alone are a guess, on which nobody's letter may be thrown away."""
    assert screen(letter(body, **headers), OWN).sure is sure


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Fwd: Undeliverable: KPH", "Thư này did not reach the following recipient"),
        ("Re: Mail delivery failed", "550 no such user"),
        ("Undeliverable: KPH", "Thư của tôi bị trả lại, nhờ xem giúp"),
        ("Không gửi được thông báo cho dân", "Hệ thống hỏng từ sáng"),
        ("KPH", "Your message could not be delivered"),
    ],
)
def test_people_may_speak_of_bounces(subject: str, body: str) -> None:
    """A bounce says so in its subject and in its words, and is nobody's reply or forward."""
    assert screen(letter(body, subject=subject), OWN).kind == "person"


def test_public_bounces_are_bounces() -> None:
    """Of flufl.bounce's samples at least 95 in 100 are known; its two that are none are not."""
    folder = corpus("eml/flufl.bounce") / "flufl_bounce-6.0.0" / "tests" / "data"
    kinds = {
        path.stem: screen(read(path.read_bytes()), OWN).kind
        for path in folder.glob("*.txt")
        if path.read_bytes().strip()
    }
    assert kinds.pop("groupwise_03") == "person"
    assert kinds.pop("qmail_08") == "auto_reply"
    assert len(kinds) > 100
    assert list(kinds.values()).count("bounce") >= len(kinds) * 0.95


def test_no_public_letter_of_a_person_is_taken_for_a_bounce() -> None:
    """In the other sets only what has a delivery report or comes from a daemon is a bounce."""
    formal = ("a delivery report", "X-Failed-Recipients", "from mailer-daemon", "from postmaster")
    for folder in corpus("eml").iterdir():
        if not folder.is_dir() or folder.name == "flufl.bounce":
            continue
        for path in folder.rglob("*"):
            if path.suffix in (".eml", ".txt") and path.read_bytes().strip():
                found = screen(read(path.read_bytes()), OWN)
                assert found.kind != "bounce" or found.hits[0].endswith(formal), path.name


@given(st.from_regex(r"x-mailflow-[a-z]{1,10}", fullmatch=True), st.sampled_from(["x", "1@so.vn"]))
def test_our_private_headers_count_for_nothing_in_a_persons_letter(name: str, value: str) -> None:
    """Whatever a stranger writes into them, the letter is read as it would be without."""
    assert screen(letter(**{name: value}), OWN) == screen(letter(), OWN)


@given(st.dictionaries(st.sampled_from(["from", "subject", "precedence", "list_id"]), st.text()))
def test_no_header_crashes_the_screen(headers: dict[str, str]) -> None:
    """Whatever stands in the headers, there is one kind."""
    clean = {name: " ".join(value.split()) for name, value in headers.items()}
    data = "".join(f"{n.replace('_', '-')}: {v}\n" for n, v in clean.items()) + "\nx"
    assert screen(read(data.encode("utf-8", "replace")), OWN).kind
