"""A letter to ourselves: whether what we send arrives where we read."""

import secrets
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailflow.channels.base import Envelope, Mailbox, Transport
from mailflow.checking.rows import Row, fault
from mailflow.clock import Clock
from mailflow.settings import Settings

PATIENCE, PAUSE = 60.0, 5.0
"""Seconds in which the letter must have come back, and between two looks for it."""

SUBJECT = "[Mailflow] Thư thử cấu hình"
WORDS = "Thư này do lệnh mailflow check --send gửi để thử đường thư. Không cần trả lời.\r\n"


def there_and_back(
    found: Settings,
    mailbox: Mailbox,
    transport: Transport,
    is_kept: Callable[[str], bool],
    clock: Clock,
    rest: Callable[[float], None] = time.sleep,
) -> list[Row]:
    """Send a letter to the agency's own mailbox, find it there and file it away.

    `is_kept` says whether the record has a letter of a Message-ID: a daemon at work may take it up
    first. Waits up to PATIENCE seconds. Raises Temporary and Permanent as the channels do.
    """
    mark = f"{secrets.token_hex(8)}.check@{found.mail.domain}"
    transport.send(found.mail.address, found.mail.address, _letter(found, mark, clock))
    waited = 0.0
    while waited < PATIENCE:
        if is_kept(mark):
            return []
        came = _found(mailbox, mark)
        if came:
            mailbox.file_away(came, found.mail.done_folder)
            return []
        rest(PAUSE)
        waited += PAUSE
    return [
        fault(
            f"a letter sent to {found.mail.address} did not arrive in {found.mail.inbox} within "
            f"{PATIENCE:.0f} s; look into the mail server's queue and its spam folder"
        )
    ]


def _letter(found: Settings, mark: str, clock: Clock) -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = letter["To"] = found.mail.address
    letter["Subject"] = SUBJECT
    letter["Date"] = format_datetime(clock())
    letter["Message-ID"] = f"<{mark}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(WORDS)
    return letter.as_bytes()


def _found(mailbox: Mailbox, mark: str) -> Envelope | None:
    return next((one for one in mailbox.waiting() if mark.encode() in one.raw), None)
