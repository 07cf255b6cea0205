"""The folder of sent mail on an IMAP server, which people look into and search."""

import re
from datetime import UTC, date, datetime, timedelta

from imap_tools import BaseMailBox
from imap_tools.utils import encode_folder

from mailflow.channels.base import Server
from mailflow.channels.imap_answers import ask, explained
from mailflow.channels.imap_folders import made, server_name
from mailflow.channels.imap_login import connected, drop, edge
from mailflow.channels.wire import wire_form
from mailflow.errors import MailflowError, Permanent, Temporary, failpoint

USUAL_NAMES = ("Sent", "Sent Items", "Sent Messages", "Đã gửi", "Thư đã gửi", "Mục đã gửi")
"""What mail programs call the folder, where the server does not say which it is (RFC 6154)."""

_TOO_BIG = b"[TOOBIG]"
_ID = re.compile(r"<([^<>\s]{1,250})>")
_STEP = 500
"""Copies asked for at once."""

_DAYS_EARLIER = timedelta(days=2)
"""How much earlier a copy may be dated than the sending: zones, and clocks that differ."""


class ImapSentFolder:
    r"""Where copies of sent mail go: `folder` ("/" between levels), else the server's own \Sent.

    The connection is opened when first needed and is another than the mailbox's, whose open
    folder stays open.
    """

    def __init__(self, server: Server, *, folder: str | None = None) -> None:
        self._server = server
        self._folder = folder
        self._box: BaseMailBox | None = None
        self._name = ""
        self._since: date | None = None
        self._there: set[str] = set()

    def save(self, message: bytes, message_id: str, at: datetime) -> None:
        r"""Lay a copy there as \Seen, unless one of this Message-ID (without brackets) is there.

        `at` is when it was sent. Raises Temporary, and Permanent where the mail is too large.
        """
        try:
            with edge(self._server, "the copy of a sent mail cannot be kept"):
                box = self._box or self._opened()
                if not self._has(box, message_id, at):
                    self._append(box, message, at)
                    self._there.add(message_id)
        except MailflowError:
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go; never raises, and the next call opens it again."""
        box, self._box = self._box, None
        if box is not None:
            drop(box)

    def _opened(self) -> BaseMailBox:
        box = self._box = connected(self._server)
        self._since = None
        self._name = server_name(box, self._folder) if self._folder else _own_folder(box)
        if not made(box, self._name):
            raise Temporary(
                f"{self._server.host}: the folder {self._name} for copies of sent mail cannot be "
                'made; name another in [mail] sent_folder, or write "" there to keep none'
            )
        return box

    def _has(self, box: BaseMailBox, message_id: str, at: datetime) -> bool:
        """Look among the copies of those days only: a folder of years is slow to search.

        They are read once a connection: what we send while it lasts is laid there by us alone.
        """
        since = (at - _DAYS_EARLIER).astimezone(UTC).date()
        if self._since is None or since < self._since:
            box.folder.set(self._name, readonly=True)
            self._since, self._there = since, _ids(box, since)
        return message_id in self._there

    def _append(self, box: BaseMailBox, message: bytes, at: datetime) -> None:
        name = encode_folder(self._name).decode("ascii")
        content = wire_form(message, eight_bit=True)
        failpoint("imap.before_append")
        kind, data = box.client.append(name, r"(\Seen)", at, content)
        failpoint("imap.after_append")
        if kind != "OK":
            said = b" ".join(part for part in data if isinstance(part, bytes))
            refused = f"{self._server.host}: no copy of a sent mail in {self._name}: "
            error = Permanent if _TOO_BIG in said else Temporary
            raise error(refused + explained(said))


def _ids(box: BaseMailBox, since: date) -> set[str]:
    """Collect the Message-IDs, without brackets, of what the open folder holds since a day."""
    uids = box.uids(f"SINCE {since:%d-%b-%Y}", charset=None)
    found: set[str] = set()
    for start in range(0, len(uids), _STEP):
        step = ",".join(uids[start : start + _STEP])
        answer = ask(box, "FETCH", step, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        headers = (item[1] for item in answer if isinstance(item, tuple))
        found |= {str(name) for header in headers for name in _ID.findall(header.decode("latin-1"))}
    return found


def _own_folder(box: BaseMailBox) -> str:
    r"""Name the folder that the server marks \Sent, else one of a usual name, else a new one."""
    listed = box.folder.list()
    for info in listed:
        if r"\sent" in map(str.lower, info.flags):
            return info.name
    usual = [server_name(box, name) for name in USUAL_NAMES]
    there = {info.name for info in listed}
    return next((name for name in usual if name in there), usual[0])
