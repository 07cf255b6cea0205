"""The two shapes of a signed letter, and what in it is to be read (RFC 8551, 3.4 and 3.5).

Only a whole letter counts: what is signed inside of one that was forwarded, or wrapped by a list,
says nothing of who sent it. Of a signed letter nothing is read but what was signed.
"""

import re
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from mailflow.intake.reading import signatures
from mailflow.intake.reading.parts import param, payload
from mailflow.intake.reading.signatures import Sealed

_OPAQUE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_BESIDE = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_AS_IT_IS = {"", "7bit", "8bit", "binary"}


@dataclass(frozen=True)
class Opened:
    """What a letter's outermost part holds: something signed, or something we cannot read.

    `problem` is "encrypted", "signed_opaque" (it cannot be opened), or "".
    """

    sealed: Sealed | None = None
    problem: str = ""

    @property
    def content(self) -> bytes | None:
        """What was signed, a MIME part of its own; None where the letter itself is to be read."""
        return self.sealed.content if self.sealed else None


def opened(message: Message, body: bytes) -> Opened:
    """Open a letter; `body` are its bytes after the header, exactly as received."""
    if _is_opaque(message):
        return _unwrapped(message)
    if message.get_content_type() == "multipart/signed" and message.is_multipart():
        return _detached(message, body)
    return Opened()


def _is_opaque(message: Message) -> bool:
    kind = message.get_content_type()
    named = param(message, "name") or param(message, "filename", "content-disposition")
    return kind in _OPAQUE or (
        kind == "application/octet-stream" and named.lower().endswith(".p7m")
    )


def _unwrapped(message: Message) -> Opened:
    """Take the content out of its signature; mail programs often leave the smime-type out."""
    der = payload(message)
    kind, content = signatures.unwrapped(der)
    if content is not None:
        return Opened(Sealed(content, der))
    claimed = param(message, "smime-type").lower() == "signed-data"
    signed = kind in {"signed_data", "compressed_data"} or (not kind and claimed)
    return Opened(problem="signed_opaque" if signed else "encrypted")


def _detached(message: Message, body: bytes) -> Opened:
    children = [part for part in message.get_payload() if isinstance(part, Message)]
    beside = [part for part in children if part.get_content_type() in _BESIDE]
    if not beside:
        return Opened()  # by OpenPGP, of which we know nothing
    encoding = str(message.get("content-transfer-encoding", "")).strip().lower()
    content = _first_part(body, message.get_boundary())
    signature = payload(beside[-1])
    sound = encoding in _AS_IT_IS and children[1:] == beside
    if content is None or not sound or len(signature) > signatures.LARGEST:
        return Opened(Sealed(None, b""))
    return Opened(Sealed(content, signature))


def _first_part(body: bytes, boundary: str | None) -> bytes | None:
    """Cut out the first of exactly two parts (RFC 2046, 5.1.1), None where it is otherwise."""
    if not boundary or not boundary.isascii():
        return None
    delimiter = rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    marks = list(islice(re.finditer(delimiter, body), 4))
    if [mark[1] for mark in marks] != [None, None, b"--"]:
        return None
    start, end = marks[0].end(), marks[1].start()
    start += 2 if body.startswith(b"\r\n", start) else 1
    return body[start:end] if start <= end else None
