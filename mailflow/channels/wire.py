"""Outgoing bytes made fit for the wire: addresses checked, Bcc gone, lines short enough."""

import base64
import email
import re
from email import policy

from mailflow.errors import Permanent

LINE_CAP = 998
"""Octets of a line without its end (RFC 5321, 4.5.3.1.6; RFC 5322, 2.1.1)."""

_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_HEAD = re.compile(rb"(?:[^\r\n][^\n]*(?:\n|\Z))*")
_BCC = re.compile(rb"(?im)^(?:Resent-)?Bcc[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")


def envelope_address(text: str) -> str:
    """Return an address for MAIL FROM or RCPT TO, its domain in ASCII (IDNA).

    Raises Permanent for anything that is not one bare address.
    """
    if not _ADDRESS.fullmatch(text):
        raise Permanent(f"not a mail address: {text!r}")
    local, _, domain = text.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as fault:
        raise Permanent(f"not a mail domain: {domain!r}") from fault


def without_bcc(message: bytes) -> bytes:
    """Return the message without its Bcc and Resent-Bcc headers, every other byte as it was."""
    found = _HEAD.match(message)
    end = found.end() if found else 0
    return _BCC.sub(b"", message[:end]) + message[end:]


def wire_form(message: bytes, *, eight_bit: bool) -> bytes:
    """Return the message as SMTP carries it: CRLF, no Bcc, lines of at most LINE_CAP octets.

    A message that fits keeps its bytes; otherwise the offending parts are put into base64.
    `eight_bit` says that the server takes 8-bit bodies. Raises Permanent when a header is too long.
    """
    text = without_bcc(_LINE_END.sub(b"\r\n", message))
    if not _fits(text, eight_bit):
        text = _recoded(text, eight_bit)
    if _longest_line(text) > LINE_CAP:
        raise Permanent(f"a line of the message is longer than {LINE_CAP} octets")
    return text


def header_bytes(message: bytes) -> bytes:
    """Return the header lines of a message, without the blank line after them."""
    found = _HEAD.match(message)
    return found.group() if found else b""


def _fits(text: bytes, eight_bit: bool) -> bool:
    return _longest_line(text) <= LINE_CAP and (eight_bit or text.isascii())


def _longest_line(text: bytes) -> int:
    return max(len(line) for line in text.split(b"\r\n"))


def _recoded(text: bytes, eight_bit: bool) -> bytes:
    letter = email.message_from_bytes(text, policy=policy.SMTP)
    for part in letter.walk():
        if part.is_multipart():
            continue
        if _fits(part.as_bytes(), eight_bit):
            continue
        body = part.get_payload(decode=True)
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = "base64"
        part.set_payload(base64.encodebytes(bytes(body)).decode("ascii"))
    return letter.as_bytes()


def xoauth2(user: str, token: str) -> bytes:
    """Write what a mail server wants to see for a token (SASL XOAUTH2)."""
    return f"user={user}\1auth=Bearer {token}\1\1".encode()
