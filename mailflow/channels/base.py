"""What every channel gives and takes: envelopes in, wire-ready bytes out."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Literal, Protocol

from mailflow.errors import Temporary

MESSAGE_CAP = 35 * 1024 * 1024
"""Octets of a letter that is still fetched whole."""

HEADER_CAP = 1024 * 1024
"""Octets of the headers kept from a letter larger than the cap."""

Tls = Literal["tls", "starttls", "none"]

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Server:
    """One account on one server.

    `tls` is "tls" (from the first byte), "starttls" or "none" (for loopback only); `ca_file`, where
    given, replaces the system's authorities. Without a user SMTP does not log in. `token`, where
    given, gives a fresh access token that is used instead of the password. `timeout` is seconds for
    connecting and for each answer.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "tls"
    ca_file: Path | None = None
    timeout: float = 60.0
    token: Callable[[], str] | None = field(default=None, repr=False, compare=False)

    def tls_context(self) -> ssl.SSLContext:
        """Return a verifying TLS context.

        Raises OSError when `ca_file` cannot be read or holds no certificate.
        """
        return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)


def at_once(sock: socket.socket | None) -> None:
    """Let a connection send each piece as it comes (TCP_NODELAY).

    Else the last piece of a mail waits until the server has acknowledged those before, which
    servers put off by 40 ms and more (RFC 9293, 3.7.4; RFC 1122, 4.2.3.2).
    """
    if sock is not None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class LoginRefused(Temporary):
    """The server refused user or password: pause long and tell, since quick tries lock accounts."""


class NoAnswer(Temporary):
    """The server let the time run out: leave it a while, since a try holds up all else as long."""


def temporary(said: str, fault: BaseException) -> Temporary:
    """Give what a library raised about a server or the network as our error."""
    cause: BaseException | None = fault
    while cause and not isinstance(cause, TimeoutError):
        cause = cause.__cause__ or cause.__context__
    return (NoAnswer if cause else Temporary)(said)


@dataclass(frozen=True)
class Envelope:
    """One letter as it lies in a mailbox.

    `raw` is the letter byte for byte, or its headers alone when `truncated`. `uidvalidity` is 0
    and `uid` None where the mailbox knows no such numbers. `place` names where the letter lay and
    stays the same until it is filed away. `size` counts the octets of the whole letter.
    """

    raw: bytes
    folder: str
    uidvalidity: int
    uid: int | None
    place: str
    received_at: datetime
    size: int
    truncated: bool = False


class Mailbox(Protocol):
    """Where letters arrive."""

    def waiting(self) -> Iterator[Envelope]:
        r"""Give the letters not yet filed, oldest first, one at a time, without setting \Seen.

        Letters that somebody has marked deleted are passed over. A letter that cannot be read does
        not hold up the next ones: its error is raised after the last. Raises Temporary.
        """

    def file_away(self, envelope: Envelope, folder: str) -> None:
        """Move a letter to `folder` ("/" between levels), made when absent.

        May be called while `waiting` is being walked. A letter no longer there is no error.
        Raises Temporary, and Permanent when the mailbox allows neither moves nor keywords.
        """

    def listen(self, seconds: float, stop: Event) -> bool:
        """Wait at most so long, or until `stop` is set; True when a letter may have come.

        A mailbox that cannot tell only waits. Never raises: `waiting` says what is wrong.
        """

    def close(self) -> None:
        """Let the connection go; never raises, and the next call opens it again."""


class Transport(Protocol):
    """Where letters leave."""

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Send one letter to one recipient and return the server's answer.

        `mail_from` is the envelope's sender, "" for the null sender. A Bcc header never leaves.
        Raises Temporary and Permanent.
        """

    def close(self) -> None:
        """Let the connection go; never raises, and the next call opens it again."""


class SentFolder(Protocol):
    """Where copies of what left are kept, beside the record."""

    def save(self, message: bytes, message_id: str, at: datetime) -> None:
        """Keep a copy of a mail sent at a moment, once for its Message-ID (without brackets).

        Raises Temporary and Permanent.
        """

    def close(self) -> None:
        """Let the connection go; never raises, and the next call opens it again."""


def only_headers(raw: bytes) -> bytes:
    """Return the header lines and the blank line after them, at most HEADER_CAP octets."""
    head = raw[:HEADER_CAP]
    end = _BLANK_LINE.search(head)
    return head[: end.end()] if end else head
