"""Sending by SMTP: one recipient a message, one connection used again while it lives."""

import base64
import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress

from mailflow.channels.base import LoginRefused, Server, at_once, temporary
from mailflow.channels.wire import envelope_address, header_bytes, wire_form, xoauth2
from mailflow.errors import MailflowError, Permanent, Temporary, failpoint

_LOGIN_CODES = (530, 534, 535, 538)
"""Authentication wanted, too weak, refused (RFC 4954, section 6): about us, not the letter."""


ENVELOPE_ID_CAP = 100
"""Characters of an envelope id (RFC 3461, 4.4)."""

_MESSAGE_ID = re.compile(rb"^Message-ID:\s{1,5}<([!-;=?-~]{1,90})>", re.IGNORECASE | re.MULTILINE)


class SmtpTransport:
    """A server that takes letters; `hello` is our name in EHLO, best the agency's domain."""

    def __init__(self, server: Server, *, hello: str = "mailflow.localdomain") -> None:
        self._server = server
        self._hello = hello
        self._smtp: smtplib.SMTP | None = None

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Send one letter; see `Transport`. Raises Temporary (4xx, network), Permanent (5xx)."""
        sender = envelope_address(mail_from) if mail_from else ""
        to = envelope_address(recipient)
        smtp = self._ready()
        try:
            return _hand_over(smtp, sender, to, message)
        except smtplib.SMTPResponseException as fault:
            self._recover(fault.smtp_code)
            raise self._refusal(to, fault) from fault
        except MailflowError:
            self._recover(0)
            raise
        except OSError as fault:
            self.close()
            lost = f"connection lost, the letter to {to} may have been taken"
            raise temporary(f"{self._server.host}: {lost}: {fault}", fault) from fault

    def close(self) -> None:
        """Drop the connection without a word: a dead server would keep QUIT waiting."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _ready(self) -> smtplib.SMTP:
        """Return a live connection, opened anew when the server has closed the last one.

        Every refusal here is about us, not about a letter, and therefore Temporary.
        """
        if self._smtp is not None and _alive(self._smtp):
            return self._smtp
        self.close()
        try:
            return self._connected()
        except MailflowError:
            self.close()
            raise
        except smtplib.SMTPAuthenticationError as fault:
            self.close()
            raise self._login_fault(fault) from fault
        except OSError as fault:
            self.close()
            raise temporary(f"{self._server.host}: no connection: {fault}", fault) from fault

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.tls == "tls":
            context = server.tls_context()
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, self._hello, timeout=server.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._hello, timeout=server.timeout)
        self._smtp = smtp
        at_once(smtp.sock)
        if server.tls == "starttls":
            smtp.starttls(context=server.tls_context())
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            self._login(smtp)
        return smtp

    def _login(self, smtp: smtplib.SMTP) -> None:
        """Log in by token, AUTH PLAIN (RFC 4616, which carries any letters) or as smtplib can."""
        user, password = self._server.user, self._server.password
        if self._server.token:
            self._authenticate(smtp, "XOAUTH2", xoauth2(user, self._server.token()))
        elif "PLAIN" in smtp.esmtp_features.get("auth", "").upper().split():
            self._authenticate(smtp, "PLAIN", f"\0{user}\0{password}".encode())
        elif not (user + password).isascii():
            raise LoginRefused(f"{self._server.host}: a user or password beyond ASCII needs PLAIN")
        else:
            smtp.login(user, password)

    @staticmethod
    def _authenticate(smtp: smtplib.SMTP, mechanism: str, secret: bytes) -> None:
        """Send what a mechanism wants at once; a server that explains its no waits for a word."""
        code, answer = smtp.docmd("AUTH", f"{mechanism} {base64.b64encode(secret).decode('ascii')}")
        if code == 334:
            code, answer = smtp.docmd("")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, answer)

    def _login_fault(self, fault: smtplib.SMTPAuthenticationError) -> Temporary:
        kind = LoginRefused if fault.smtp_code >= 500 else Temporary
        return kind(f"{self._server.host}: login of {self._server.user} refused: {_answer(fault)}")

    def _refusal(self, to: str, fault: smtplib.SMTPResponseException) -> MailflowError:
        text = f"{self._server.host}: letter to {to} refused: {_answer(fault)}"
        if fault.smtp_code in _LOGIN_CODES:
            return LoginRefused(text)
        return Permanent(text) if 500 <= fault.smtp_code <= 599 else Temporary(text)

    def _recover(self, code: int) -> None:
        """Make the connection fit for the next letter, or drop it (421: the server hangs up)."""
        if self._smtp is None or code == 421:
            self.close()
            return
        try:
            self._smtp.rset()
        except OSError:
            self.close()


def _hand_over(smtp: smtplib.SMTP, sender: str, to: str, message: bytes) -> str:
    payload = wire_form(message, eight_bit=smtp.has_extn("8bitmime"))
    options = mail_options(smtp, sender + to, payload)
    failpoint("smtp.before_mail")
    _expect(smtp.mail(sender, options))
    failpoint("smtp.before_rcpt")
    _expect(smtp.rcpt(to))
    failpoint("smtp.before_data")
    answer = _expect(smtp.data(payload))
    failpoint("smtp.after_data")
    return answer


def mail_options(smtp: smtplib.SMTP, addresses: str, payload: bytes) -> Sequence[str]:
    """Choose the parameters of MAIL FROM by what the server offers (RFC 1870, 3461, 6152, 6531).

    Raises Permanent when an address needs SMTPUTF8 in vain.
    """
    options = []
    if smtp.has_extn("size"):
        options.append(f"size={len(payload)}")
    if smtp.has_extn("dsn"):
        options.extend(_for_bounces(payload))
    if not payload.isascii():
        options.append("body=8bitmime")
    if not addresses.isascii() or not header_bytes(payload).isascii():
        if smtp.has_extn("smtputf8"):
            options.append("smtputf8")
        elif not addresses.isascii():
            raise Permanent("the server takes no address beyond ASCII (no SMTPUTF8)")
    return options


def _for_bounces(payload: bytes) -> list[str]:
    """Ask that a bounce name the letter's Message-ID and bring back no more than its headers.

    RFC 3461, 4.3 and 4.4; the id as xtext (section 4).
    """
    found = _MESSAGE_ID.search(header_bytes(payload))
    if not found:
        return ["ret=hdrs"]
    name = found[1].decode("ascii")
    xtext = "".join(f"+{ord(c):02X}" if c in "+=" else c for c in name)
    return ["ret=hdrs", f"envid={xtext}"] if len(xtext) <= ENVELOPE_ID_CAP else ["ret=hdrs"]


def _expect(reply: tuple[int, bytes]) -> str:
    """Return a 2xx answer as text; raises SMTPResponseException for any other."""
    code, text = reply
    if not 200 <= code <= 299:
        raise smtplib.SMTPResponseException(code, text)
    return f"{code} {text.decode('utf-8', 'replace')}"


def _answer(fault: smtplib.SMTPResponseException) -> str:
    text = fault.smtp_error
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{fault.smtp_code} {words}"


def _alive(smtp: smtplib.SMTP) -> bool:
    with suppress(OSError):
        return smtp.noop()[0] == 250
    return False
