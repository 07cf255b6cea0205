"""Copies of what was sent, laid into the mailbox's folder of sent mail: later, and never again."""

from datetime import datetime, timedelta

import structlog

from mailflow.channels.base import LoginRefused, NoAnswer, SentFolder
from mailflow.clock import Clock
from mailflow.errors import MailflowError, Permanent, Temporary, failpoint
from mailflow.outbox.send import UNSAVED, OpenWork
from mailflow.record import Notice

LOG = structlog.get_logger()

PATIENCE = timedelta(days=7)
"""How long a copy is tried to be kept; the record has every mail's bytes in any case."""

BATCH = 200
"""Copies laid away in one round."""

IN_A_ROW = 2
"""Failures one after the other that are the server's, not the mail's, and end the round."""


def save_copies(open_work: OpenWork, folder: SentFolder, clock: Clock) -> bool:
    """Lay a copy of each mail sent since the last round into the folder, once each.

    True when there are more than are laid away in one round. Killed anywhere, the next round
    looks whether the copy is there. Raises Temporary when some could not be kept: they are tried
    again for a week, then given up, which is logged. NoAnswer when the server let the time run
    out for each of them.
    """
    with open_work(reading=True) as work:
        waiting = work.marks.keys(UNSAVED, BATCH)
    faults: list[MailflowError] = []
    for key, since in waiting:
        fault = _saved(open_work, folder, int(key), since, clock)
        faults = [*faults, fault] if fault else []
        if len(faults) == IN_A_ROW:
            break
    folder.close()
    if faults:
        silent = all(isinstance(fault, NoAnswer) for fault in faults)
        raise (NoAnswer if silent else Temporary)("; ".join(dict.fromkeys(map(str, faults))))
    return len(waiting) >= BATCH


def _saved(
    open_work: OpenWork, folder: SentFolder, notice_id: int, since: datetime, clock: Clock
) -> MailflowError | None:
    """Keep one copy; gives why it must be tried again, None when it is settled."""
    with open_work(reading=True) as work:
        notice = work.notices.find(notice_id)
        mail = work.blobs.get(notice.mime) if notice and notice.mime else None
    try:
        if notice and mail is not None:
            folder.save(mail, notice.message_id or "", notice.sent_at or since)
            failpoint("copies.after_save")
    except LoginRefused:
        raise
    except MailflowError as error:
        if clock() - since < PATIENCE and not isinstance(error, Permanent):
            return error
        _given_up(notice, error)
    with open_work() as work:
        work.marks.clear(UNSAVED, str(notice_id))
        work.keep()
    return None


def _given_up(notice: Notice | None, error: MailflowError) -> None:
    LOG.warning(
        "no copy of a sent mail is kept in the mailbox; the record has it",
        notice=notice and notice.id,
        error=str(error),
    )
