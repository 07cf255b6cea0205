"""Outgoing bytes are made fit for the wire."""

import email
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.channels.wire import LINE_CAP, envelope_address, wire_form, without_bcc
from mailflow.errors import Permanent

LONG = "Kính gửi các anh chị " * 100


def composed(text: str, *, cte: str = "quoted-printable") -> bytes:
    """Return a letter with a text and an HTML part as the program composes it."""
    letter = EmailMessage(policy=policy.SMTP)
    letter["Subject"] = "[CTCL-2026-0007-K] Phiếu yêu cầu"
    letter["Message-ID"] = "<a.token@coquan.test>"
    letter.set_content(text, cte=cte)
    letter.add_alternative(f"<p>{text}</p>", subtype="html", cte=cte)
    return letter.as_bytes()


def texts(message: bytes) -> list[str]:
    """Return what a reader sees in each part."""
    letter = email.message_from_bytes(message, policy=policy.default)
    return [part.get_content().strip() for part in letter.walk() if not part.is_multipart()]


def longest(message: bytes) -> int:
    """Return the octets of the longest line."""
    return max(len(line) for line in message.split(b"\r\n"))


def test_a_letter_that_fits_keeps_every_byte() -> None:
    """What was stored is what is sent: a signature over it stays good."""
    message = composed(LONG)
    assert wire_form(message, eight_bit=False) == message


def test_every_kind_of_line_end_becomes_crlf() -> None:
    """A lone CR or LF on the wire can smuggle a second letter."""
    message = b"Subject: x\n\nmot\rhai\r\nba\n\n.\nbon\r"
    sent = wire_form(message, eight_bit=True)
    assert sent == b"Subject: x\r\n\r\nmot\r\nhai\r\nba\r\n\r\n.\r\nbon\r\n"


@pytest.mark.parametrize("eight_bit", [True, False])
def test_long_lines_are_recoded_and_read_the_same(eight_bit: bool) -> None:
    """A line beyond 998 octets is legal in no relay; the words do not change."""
    message = composed(LONG, cte="8bit")
    assert longest(message) > LINE_CAP
    sent = wire_form(message, eight_bit=eight_bit)
    assert longest(sent) <= LINE_CAP
    assert [text.split() for text in texts(sent)] == [text.split() for text in texts(message)]
    assert b"<a.token@coquan.test>" in sent


def test_eight_bit_parts_are_recoded_only_where_the_server_needs_it() -> None:
    """8BITMIME lets the bytes through; without it they travel as ASCII."""
    message = composed("Kính gửi", cte="8bit")
    assert wire_form(message, eight_bit=True) == message
    sent = wire_form(message, eight_bit=False)
    assert sent.isascii()
    assert texts(sent) == texts(message)


def test_an_attachment_with_a_long_line_keeps_its_bytes() -> None:
    """A forwarded report with one endless line arrives octet for octet."""
    data = bytes(range(32, 127)) * 40
    head = b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n\r\n"
    sent = wire_form(head + data, eight_bit=True)
    assert longest(sent) <= LINE_CAP
    assert email.message_from_bytes(sent).get_payload(decode=True) == data


def test_a_header_that_cannot_be_folded_is_refused() -> None:
    """Better set aside and told than broken by a relay."""
    message = b"Message-ID: <" + b"x" * 2000 + b"@coquan.test>\r\n\r\nchao\r\n"
    with pytest.raises(Permanent, match=str(LINE_CAP)):
        wire_form(message, eight_bit=True)


def test_a_header_that_can_be_folded_is() -> None:
    """A long list of references arrives complete."""
    known = [f"<a.{number}@coquan.test>" for number in range(100)]
    message = f"References: {' '.join(known)}\r\n\r\nchao\r\n".encode()
    sent = wire_form(message, eight_bit=True)
    assert longest(sent) <= LINE_CAP
    assert str(email.message_from_bytes(sent)["References"]).split() == known


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "lines",
    [
        ["Bcc: a@b.test", "Subject: x"],
        ["Subject: x", "BCC : a@b.test,", "\tc@d.test,", " e@f.test"],
        ["Subject: x", "bcc: a@b.test", "Resent-Bcc: c@d.test"],
    ],
)
def test_bcc_is_cut_with_all_its_lines(lines: list[str], eol: str) -> None:
    """In any case, anywhere among the headers, with its continuation lines; the body stays."""
    body = f"Bcc: chữ trong thư{eol}"
    message = eol.join([*lines, "", body]).encode()
    assert without_bcc(message) == f"Subject: x{eol}{eol}{body}".encode()


def test_a_letter_of_headers_only_loses_its_bcc_too() -> None:
    """No blank line follows, and still nobody sees the hidden recipient."""
    assert without_bcc(b"Subject: x\nBcc: a@b.test") == b"Subject: x\n"
    assert without_bcc(b"Bcc: a@b.test") == b""
    assert without_bcc(b"\nBcc: a@b.test") == b"\nBcc: a@b.test"


@given(body=st.binary(max_size=300))
def test_no_body_is_changed_by_cutting_bcc(body: bytes) -> None:
    """Whatever bytes follow the blank line, they stay."""
    head = b"To: a@b.test\nBcc: c@d.test\n\n"
    assert without_bcc(head + body) == b"To: a@b.test\n\n" + body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lan@coquan.test", "lan@coquan.test"),
        ("lan@cơquan.test", "lan@xn--cquan-uob.test"),
        ("lân@coquan.test", "lân@coquan.test"),
    ],
)
def test_addresses_go_out_with_ascii_domains(text: str, expected: str) -> None:
    """The domain is IDNA, the local part stays as it is."""
    assert envelope_address(text) == expected


@pytest.mark.threat("header and SMTP injection")
@pytest.mark.parametrize(
    "text", ["", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "@b", "a@", "a@..b", "x"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """One bare address and nothing else enters the envelope."""
    with pytest.raises(Permanent):
        envelope_address(text)
