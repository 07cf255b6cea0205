"""A notice's context becomes the bytes of one mail: headers, text, HTML and files."""

from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import (
    Address,
    AddressHeader,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from pathlib import PurePosixPath

from jinja2 import Environment

from mailflow.actions.context import Context
from mailflow.errors import Permanent
from mailflow.outbox.address import clean, thread_headers, thread_root
from mailflow.outbox.page import Page, render_page

Attached = tuple[str, bytes]
"""A file of a mail: its name as people read it, and its content."""

ANSWERS = frozenset({"answer", "receipt_stranger", "help"})
"""Kinds that answer a letter: threaded under it and marked auto-replied (RFC 3834)."""

CALENDAR = ".ics"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    CALENDAR: "application/ics",
}


class _Ids(UnstructuredHeader, BaseHeader):
    """Message-IDs, folded between ids only: the library would encode a long one as words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {(policy.linesep + ' ').join(self.split())}{policy.linesep}"


class _Words(UnstructuredHeader, BaseHeader):
    """Words a person reads, as encoded words: the library loses blanks where it folds them."""

    def fold(self, *, policy: Policy) -> str:
        folded = Header(str(self), "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {folded}{policy.linesep}"


class _Mailbox(AddressHeader, BaseHeader):  # type: ignore[misc]  # the stubs of its bases differ
    """One address with a name, the name as encoded words for the same reason."""

    def fold(self, *, policy: Policy) -> str:
        (address,) = self.addresses
        if not address.display_name:
            return f"{self.name}: {address.addr_spec}{policy.linesep}"
        name = Header(address.display_name, "utf-8", header_name=self.name)
        encoded = name.encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep} <{address.addr_spec}>{policy.linesep}"


def _policy() -> Policy:
    headers = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        headers.map_to_type(name, _Ids)
    headers.map_to_type("subject", _Words)
    for name in ("from", "to"):
        headers.map_to_type(name, _Mailbox)
    return SMTP.clone(header_factory=headers)


_POLICY = _policy()


def compose(
    context: Context,
    environment: Environment,
    *,
    message_id: str,
    token: str,
    at: datetime,
    attached: Sequence[Attached] = (),
) -> bytes:
    """Compose one mail (RFC 5322, CRLF, 7 bit) to the one person of `context`.

    `message_id` keeps its angle brackets; `token` is empty when nothing is asked; `at` is aware.
    Raises Permanent when a template is at fault or an address is none.
    """
    page = render_page(context, environment, token, [name for name, _ in attached])
    mail = EmailMessage(policy=_POLICY)
    try:
        _address(mail, context)
    except (MessageError, ValueError, IndexError) as error:
        raise Permanent(f"not an address: {context['person']['email']!r}") from error
    _mark(mail, context, page, message_id, at)
    mail.set_content(page.text, cte="quoted-printable")
    mail.add_alternative(page.html, subtype="html", cte="quoted-printable")
    for name, data in attached:
        if name.endswith(CALENDAR):
            _invite(mail, data)
    for name, data in attached:
        _attach(mail, name, data)
    mail["Content-Language"] = "vi"  # last: what is Content-* earlier moves into the first part
    return mail.as_bytes()


def is_answer(context: Context) -> bool:
    """Say whether the mail answers a letter, rather than telling of something by itself."""
    return context["kind"] in ANSWERS


def _address(mail: EmailMessage, context: Context) -> None:
    agency, person = context["agency"], context["person"]
    mail["From"] = Address(clean(agency["display_name"]), addr_spec=agency["address"])
    mail["To"] = Address(clean(person["name"]), addr_spec=person["email"])


def _mark(mail: EmailMessage, context: Context, page: Page, message_id: str, at: datetime) -> None:
    """Set the headers that thread the mail and tell machines not to answer it.

    Absence notes stay wanted: X-Auto-Response-Suppress leaves OOF out.
    """
    mail["Subject"] = page.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    for name, value in _thread(context).items():
        mail[name] = value
    mail["Auto-Submitted"] = "auto-replied" if is_answer(context) else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "DR, RN, NRN"
    mail["X-Mailflow-Id"] = context["agency"]["address"]


def _thread(context: Context) -> dict[str, str]:
    request, letter = context["request"], context["letter"]
    root = thread_root(request["code"], context["agency"]["domain"]) if request else ""
    answered = letter["message_id"] if letter and is_answer(context) else ""
    return thread_headers(root, answered)


def _invite(mail: EmailMessage, data: bytes) -> None:
    """Say an invitation in the words of calendars too, beside the file of it (RFC 6047)."""
    method = "CANCEL" if b"METHOD:CANCEL" in data else "REQUEST"
    mail.add_alternative(
        data.decode(), subtype="calendar", cte="quoted-printable", params={"method": method}
    )


def _attach(mail: EmailMessage, name: str, data: bytes) -> None:
    """Add a file; Vietnamese names travel by RFC 2231."""
    safe = clean(name.replace("/", "-").replace("\\", "-"), 120)
    suffix = PurePosixPath(safe).suffix.lower()
    main, _, sub = _TYPES.get(suffix, "application/octet-stream").partition("/")
    mail.add_attachment(data, maintype=main, subtype=sub, filename=safe)
