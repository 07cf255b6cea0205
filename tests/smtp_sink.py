"""A mail server for tests, on loopback, that keeps what it gets and answers as it is told."""

import asyncio
import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import PASSWORD, Certificates, free_port


@dataclass
class Taken:
    """A letter the sink has taken."""

    mail_from: str
    recipients: list[str]
    content: bytes
    options: list[str]


@dataclass
class SmtpSink:
    """A mail server that keeps what it gets and answers as it is told.

    `answers` maps MAIL, RCPT or DATA to the answers to give first, in order; afterwards all is
    well. The answer "hang up" closes the connection instead; after DATA the letter is kept.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    port: int = 0

    def connections(self) -> int:
        """Return how many connections have begun a letter."""
        return len(self.sessions)

    def _next(self, verb: str) -> str:
        waiting = self.answers.get(verb, [])
        return waiting.pop(0) if waiting else ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if session not in self.sessions:
            self.sessions.append(session)
        answer = self._next("MAIL")
        if not answer:
            envelope.mail_from, envelope.mail_options = address, options
        return await _reply(server, answer)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        answer = self._next("RCPT")
        if not answer:
            envelope.rcpt_tos.append(address)
        return await _reply(server, answer)

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter unless told to refuse it."""
        answer = self._next("DATA")
        if answer in {"", "hang up"}:
            content = envelope.original_content or b""
            options = [str(option) for option in envelope.mail_options]
            to = [str(address) for address in envelope.rcpt_tos]
            self.taken.append(Taken(str(envelope.mail_from or ""), to, content, options))
        return await _reply(server, answer)

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802 - the same
        """Let in whoever brings one of `tokens`."""
        said = base64.b64decode(words[1]).decode().split("\1")
        self.logins.append((said[0].removeprefix("user="), said[1]))
        return AuthResult(
            success=said[1].removeprefix("auth=Bearer ") in self.tokens, handled=False
        )

    def authenticate(self, *arguments: Any) -> AuthResult:
        """Let in whoever knows PASSWORD."""
        data = arguments[-1]
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)


async def _reply(server: SMTP, answer: str) -> str:
    if answer == "hang up":
        assert server.transport is not None
        server.transport.close()
        await asyncio.sleep(0)
    return answer or "250 2.0.0 taken"


@contextlib.contextmanager
def smtp_sink(
    certificates: Certificates | None = None, *, tls: str = "none", port: int = 0, **settings: Any
) -> Iterator[SmtpSink]:
    """Run an SMTP sink until the block ends; `settings` go to aiosmtpd's SMTP."""
    sink = SmtpSink(port=port or free_port())
    context = certificates.server_context() if certificates else None
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=sink.port,
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        authenticator=sink.authenticate,
        auth_require_tls=False,
        **settings,
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
