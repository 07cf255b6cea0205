"""Tokens are found however a mail program wrote them."""

import base64
import quopri

import pytest

from mailflow.evidence.blotting import blotted

TOKEN = b"abcdefghijklmnopqrstuvwxyz"
BODY = "Kính gửi anh/chị, ".encode() * 12 + b"Ma tra loi: " + TOKEN + b" xin cam on" * 20


@pytest.mark.parametrize(
    "mail",
    [
        b"Message-ID: <a." + TOKEN + b"@x>\r\n\r\nwords",
        quopri.encodestring(b"x" * 60 + TOKEN + b" y"),
        b"In-Reply-To: <a." + TOKEN.upper() + b"@x>\n\n",
    ],
)
def test_in_headers_and_quoted_printable(mail: bytes) -> None:
    """The rest stays, and so does the length."""
    said = blotted(mail, [TOKEN])
    assert TOKEN not in said.replace(b"=\n", b"").lower()
    assert len(said) == len(mail)


def test_in_base64() -> None:
    """The body is decoded, crossed out and encoded as it was, line by line."""
    raw = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(BODY)
    said = blotted(raw, [TOKEN])
    assert len(said) == len(raw)
    plain = base64.b64decode(said.partition(b"\r\n\r\n")[2])
    assert plain == BODY.replace(TOKEN, b"x" * 26)


def test_nothing_changes_without_it() -> None:
    """A mail without the token stays byte for byte."""
    raw = b"Subject: x\r\n\r\n" + base64.encodebytes(BODY.replace(TOKEN, b""))
    assert blotted(raw, [TOKEN]) == raw
    assert blotted(raw, []) == raw
