"""Sending one notice: claimed, composed once, its stored bytes sent however often it takes."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment

from mailflow.actions.context import Context, FormAttachment
from mailflow.channels.base import Transport
from mailflow.clock import Clock
from mailflow.errors import MailflowError, Permanent, Temporary, failpoint
from mailflow.outbox.address import forbidden, new_message_id, new_token, return_address
from mailflow.outbox.compose import Attached, compose, is_answer
from mailflow.record import Notice, Work

LEASE = timedelta(minutes=15)
"""Longer than filling forms and one SMTP dialogue take together."""

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 480, 1_440))
"""How long to wait after the first, second … failed try; the last stands for all that follow."""

SENT_FORM = "sent_form"
"""Name of the marks under which the hash of every form sent is kept: sent back, it is no news."""

UNSAVED = "unsaved_copy"
"""Name of the marks of mails whose copy is still to be laid among the mailbox's sent ones."""

OpenWork = Callable[..., Work]


@dataclass(frozen=True)
class Outgoing:
    """What sending needs: templates, a filler of forms, whom to tell of failures, local time, VERP.

    `fill_form` gives the files of one form (docx, and PDF where it can). `tell` is called inside
    the unit of work that marks a notice failed, or late by a day, with the reason; what it stores
    there is kept. With `verp` each mail has an envelope sender of its own, by which a bounce names
    it; the mailbox must take plus addresses. With `copies` a mail that left is marked UNSAVED.
    """

    environment: Environment
    fill_form: Callable[[FormAttachment], Sequence[Attached]]
    tell: Callable[[Work, Notice, str], None]
    zone: ZoneInfo
    verp: bool = False
    copies: bool = False


def send_one(
    open_work: OpenWork, notice_id: int, transport: Transport, outgoing: Outgoing, clock: Clock
) -> Literal["sent", "retry", "failed", "taken"]:
    """Send one notice that is due; "taken" when another has it or it is settled.

    Killed anywhere, the next call sends the same bytes under the same Message-ID, or composes
    them when they were not stored yet. Raises MailflowError only when the record itself fails.
    """
    with open_work(claiming=True) as work:
        notice = work.notices.claim(notice_id, clock(), LEASE)
        work.keep()
    if notice is None:
        return "taken"
    failpoint("outbox.after_claim")
    try:
        _stop_loops(notice)
        message_id, mail = _mail_of(open_work, notice, outgoing, clock)
        failpoint("outbox.after_compose")
        sender = _envelope_sender(notice, message_id, verp=outgoing.verp)
        answer = transport.send(sender, notice.address, mail)
    except _Taken:
        return "taken"
    except Temporary as error:
        return _put_off(open_work, notice, str(error), outgoing, clock)
    except MailflowError as error:
        return _give_up(open_work, notice, str(error), outgoing, clock)
    failpoint("outbox.after_send")
    with open_work() as work:
        work.notices.sent(notice.id, clock(), answer)
        if outgoing.copies:
            work.marks.set_once(UNSAVED, str(notice.id), clock())
        work.keep()
    return "sent"


class _Taken(Exception):
    """The claim ran out while the mail was made, and another daemon has the notice now."""


def _stop_loops(notice: Notice) -> None:
    """Let nothing leave for an address that answers by itself; here, since all mail passes here."""
    context = cast(Context, notice.context)
    why = forbidden(notice.address, context["agency"]["address"])
    if why:
        raise Permanent(f"nothing is sent to {why}")


def _mail_of(
    open_work: OpenWork, notice: Notice, outgoing: Outgoing, clock: Clock
) -> tuple[str, bytes]:
    """Give the Message-ID and the stored bytes, composing and storing them the first time.

    The token is born here and kept nowhere in clear but in the mail itself.
    """
    with open_work(reading=True) as work:
        if notice.mime is not None:
            return notice.message_id or "", work.blobs.get(notice.mime)
        token = new_token() if work.asks.of_notice(notice.id) else ""
    context = cast(Context, notice.context)
    attached = _files(open_work, context, outgoing)
    message_id = new_message_id(token, notice.id, context["agency"]["domain"])
    mail = compose(
        context,
        outgoing.environment,
        message_id=message_id,
        token=token,
        at=clock().astimezone(outgoing.zone),
        attached=attached,
    )
    with open_work() as work:
        if not work.notices.is_held(notice):
            raise _Taken
        stored = work.blobs.put(mail)
        work.notices.composed(notice.id, message_id.strip("<>"), stored, token or None)
        for mark in _forms_in(context, attached):
            work.marks.set_once(SENT_FORM, mark, clock())
        work.keep()
    return message_id, mail


def _forms_in(context: Context, attached: Sequence[Attached]) -> set[str]:
    """Give the hashes of the attached forms, without those of people's own files."""
    theirs = {attachment.get("sha256") for attachment in context["attachments"]}
    return {hashlib.sha256(data).hexdigest() for _, data in attached} - theirs


def _files(open_work: OpenWork, context: Context, outgoing: Outgoing) -> list[Attached]:
    files: list[Attached] = []
    for attachment in context["attachments"]:
        if "form" in attachment:
            files.extend(outgoing.fill_form(cast(FormAttachment, attachment)))
        else:
            with open_work(reading=True) as work:
                files.append((attachment["name"], work.blobs.get(attachment["sha256"])))
    return files


def _envelope_sender(notice: Notice, message_id: str, *, verp: bool) -> str:
    """Choose MAIL FROM: null for an answer that asks nothing (RFC 3834, 3.3), so no loop starts."""
    context = cast(Context, notice.context)
    if is_answer(context) and not context["asks"]:
        return ""
    own = context["agency"]["address"]
    return return_address(own, notice.id, message_id) if verp else own


def _put_off(
    open_work: OpenWork, notice: Notice, reason: str, outgoing: Outgoing, clock: Clock
) -> Literal["retry", "taken"]:
    """Set the next try; told once, when the waits have grown to a whole day."""
    wait = WAITS[min(notice.attempts, len(WAITS)) - 1]
    with open_work() as work:
        if not work.notices.is_held(notice):
            return "taken"
        work.notices.retry(notice.id, clock() + wait, reason)
        if notice.attempts == len(WAITS):
            outgoing.tell(work, notice, reason)
        work.keep()
    return "retry"


def _give_up(
    open_work: OpenWork, notice: Notice, reason: str, outgoing: Outgoing, clock: Clock
) -> Literal["failed", "taken"]:
    with open_work() as work:
        if not work.notices.is_held(notice):
            return "taken"
        work.notices.failed(notice.id, reason, clock())
        outgoing.tell(work, notice, reason)
        work.keep()
    return "failed"
