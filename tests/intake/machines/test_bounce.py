"""Bounces read: which mail, permanent or not, in whose words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.machines.bounce import Bounce, read_bounce
from mailflow.intake.reading.letter import read
from tests.components import corpus
from tests.intake.letters import TOKEN, multipart, raw

DOMAIN = "so.vn"
OURS = f"a.{TOKEN}@{DOMAIN}"
RETURNED = f"Content-Type: message/rfc822\n\nMessage-ID: <{OURS}>\nSubject: KPH\n\nx"


def status(*lines: str, whole: str = "Reporting-MTA: dns; mx.so.vn") -> str:
    """A delivery report on one recipient."""
    recipient = "\n".join(("Final-Recipient: rfc822; LAN@so.vn", *lines))
    return f"Content-Type: message/delivery-status\n\n{whole}\n\n{recipient}\n"


def bounce(*parts: str, text: str = "x", **headers: str) -> Bounce:
    """Read a bounce of these parts after its words."""
    words = f"Content-Type: text/plain; charset=utf-8\n\n{text}"
    data = multipart("multipart/report; report-type=delivery-status", words, *parts, **headers)
    return read_bounce(data, read(data), DOMAIN)


def told(text: str, **headers: str) -> Bounce:
    """Read a bounce that is words only."""
    data = raw(text, **headers)
    return read_bounce(data, read(data), DOMAIN)


@pytest.mark.parametrize(
    ("lines", "standing", "code"),
    [
        (("Action: failed", "Status: 5.1.1"), "permanent", "5.1.1"),
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 550 5.1.1 x"), "permanent", "5.1.1"),
        (("Action: delayed", "Status: 4.4.1"), "temporary", "4.4.1"),
        (("Action: delayed", "Status: 5.4.1"), "temporary", "5.4.1"),
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 452 4.2.2 full"), "temporary", "4.2.2"),
        (("Status: 4.0.0", "Diagnostic-Code: smtp; 550 5.7.1 no"), "permanent", "5.7.1"),
        (("Diagnostic-Code: smtp; 450 busy",), "temporary", ""),
        (("Diagnostic-Code: smtp; 550 unknown",), "permanent", ""),
        (("Action: failed", "Status: 4.4.7"), "permanent", "4.4.7"),
        (("Action: delivered", "Status: 2.0.0"), "delivered", "2.0.0"),
        (("Action: relayed (to a server without reports)", "Status: 2.0.0"), "delivered", "2.0.0"),
    ],
)
def test_a_report_says_how_final_it_is(lines: tuple[str, ...], standing: str, code: str) -> None:
    """The server's own words go before Status, and what became of the mail before both."""
    found = bounce(status(*lines))
    assert (found.standing, found.code) == (standing, code)
    assert found.recipients == ("lan@so.vn",)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("550 5.1.1 <lan@so.vn> no such user", "permanent"),
        ("host mx said: 452 mailbox full", "temporary"),
        ("Delivery attempts will continue to be made for 5 days.", "temporary"),
        ("Thư chưa tới, máy chủ sẽ tiếp tục thử.", "temporary"),
        ("The message could not be delivered.", "permanent"),
        ("Phiên bản 5.1.2.3 ngày 15.5.2026", "permanent"),
    ],
)
def test_words_say_it_where_there_is_no_report(text: str, standing: str) -> None:
    """In doubt it is final: somebody is told rather than nobody."""
    assert told(text).standing == standing


def test_the_mail_is_found_by_every_trace_the_surest_first() -> None:
    """Envelope id, returned headers, anything in the bytes, then what the bounce answers."""
    other, third = f"n.7.0011@{DOMAIN}", f"n.8.0022@{DOMAIN}"
    found = bounce(
        status("Action: failed", whole="Original-Envelope-Id: a.x+2By@so.vn"),
        RETURNED,
        text=f"About {other} you wrote",
        in_reply_to=f"<{third}>",
    )
    assert found.ids == ("a.x+y@so.vn", OURS, third, other)


@pytest.mark.parametrize(
    "part",
    [
        RETURNED,
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: <{OURS}>\n",
        f"Content-Type: text/plain\n\n--- original ---\nMessage-Id: <{OURS}>\n",
        "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"Message-ID:=20<{OURS[:9]}=\n{OURS[9:]}>\n",
        f"Content-Type: application/octet-stream\n\nMESSAGE-ID: {OURS.upper()}\n",
    ],
)
def test_our_id_is_found_however_the_mail_comes_back(part: str) -> None:
    """Whole, as headers, inside the words, broken over lines."""
    assert OURS in [i.lower() for i in bounce(part).ids]


def test_what_lies_in_the_returned_mail_is_no_report() -> None:
    """A delivery report inside the mail that came back speaks of another mail."""
    inner = status("Action: failed", "Status: 5.1.1")
    nested = (
        'Content-Type: message/rfc822\n\nContent-Type: multipart/report; boundary="in"\n\n'
        f"--in\n{inner}\n--in--\n"
    )
    assert bounce(nested, text="452 4.2.2 full").standing == "temporary"


def test_exims_header_names_whom_it_could_not_reach() -> None:
    """X-Failed-Recipients stands in for a report; several addresses are all listed."""
    found = told("x", x_failed_recipients="lan@so.vn, Nam@so.vn")
    assert found.recipients == ("lan@so.vn", "nam@so.vn")


def test_public_bounces_name_whom_they_speak_of() -> None:
    """Of flufl.bounce's samples with a delivery report, nine in ten give up a recipient."""
    folder = corpus("eml/flufl.bounce") / "flufl_bounce-6.0.0" / "tests" / "data"
    named = total = 0
    for path in folder.glob("*.txt"):
        data = path.read_bytes()
        if data.strip() and "message/delivery-status" in read(data).part_types:
            total += 1
            named += bool(read_bounce(data, read(data), DOMAIN).recipients)
    assert total > 20
    assert named >= total * 0.9


@given(st.binary(max_size=2_000))
def test_no_bytes_crash_the_reading(data: bytes) -> None:
    """Whatever a server sends back, reading it raises nothing."""
    whole = b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: '
    whole += b"message/delivery-status\n\n" + data + b"\n--b--\n"
    assert read_bounce(whole, read(whole), DOMAIN).standing
