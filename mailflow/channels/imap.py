"""An IMAP mailbox: read by peeking, filed by MOVE, and no plain EXPUNGE (it takes others' mail)."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic

from imap_tools import BaseMailBox, ImapToolsError
from imap_tools.errors import MailboxFolderSelectError
from imap_tools.utils import encode_folder

from mailflow.channels.base import HEADER_CAP, MESSAGE_CAP, Envelope, Server, only_headers
from mailflow.channels.imap_answers import Listed, allowed, ask, listing, literal
from mailflow.channels.imap_folders import made, server_name
from mailflow.channels.imap_idle import idle_until, more_came
from mailflow.channels.imap_login import connected, drop, edge
from mailflow.errors import MailflowError, Permanent, Temporary, failpoint

DONE_KEYWORD = "$MailflowDone"
"""Marks a filed letter where the mailbox does not let us move it."""

COPIED_KEYWORD = "$MailflowCopied"
r"""Marks a \Deleted letter as ours where a move takes three commands: we may have been killed."""

_SURVEY_STEP = 500
_WAITING = f"UNDELETED UNKEYWORD {DONE_KEYWORD}"


class ImapMailbox:
    """One folder of one account; the connection is opened when first needed and after each fault.

    Every fault of server or network is Temporary: only the operator can tell a typing error from a
    server out of order. A refused login is LoginRefused, so that the caller can pause longer.
    `folder` takes "/" between levels; letters of more than `cap` octets come as headers alone.
    """

    def __init__(self, server: Server, *, folder: str = "INBOX", cap: int = MESSAGE_CAP) -> None:
        self._server = server
        self._folder = folder
        self._cap = cap
        self._box: BaseMailBox | None = None
        self._validity = 0
        self._there = 0
        self._keeps_keywords = False
        self._keeps_new_keywords = False
        self._ready_folders: set[str] = set()

    def waiting(self) -> Iterator[Envelope]:
        """Give the letters by INTERNALDATE, then UID; see `Mailbox`.

        One letter that cannot be fetched is passed over until the end; two in a row end the round.
        """
        fault: Temporary | None = None
        failed_before = False
        for listed, validity in self._survey():
            try:
                envelope = self._fetch(listed, validity)
            except Temporary as error:
                if failed_before:
                    raise
                fault, failed_before = error, True
                continue
            failed_before = False
            if envelope is not None:
                yield envelope
        if fault is not None:
            raise fault

    def file_away(self, envelope: Envelope, folder: str) -> None:
        """Move one letter by its UID, or mark it by keyword where moves are not allowed."""
        with self._edge("a letter cannot be filed"):
            box = self._selected(envelope.uidvalidity)
            if not self._moved(box, str(envelope.uid), folder):
                self._mark(box, str(envelope.uid))

    def listen(self, seconds: float, stop: Event) -> bool:
        """Wait by IDLE (RFC 2177) where the server has it and a folder is open; see `Mailbox`.

        A connection that broke is opened again by the next look, at the pace of the job: quick
        logins lock accounts.
        """
        box, end = self._box, monotonic() + seconds
        if box is not None and "IDLE" in box.client.capabilities:
            try:
                return more_came(box, self._there) or idle_until(box, end, stop)
            except (imaplib.IMAP4.error, ImapToolsError, OSError):
                self.close()
        stop.wait(max(0.0, end - monotonic()))
        return False

    def close(self) -> None:
        """Drop the connection; the next call opens it again."""
        box, self._box = self._box, None
        self._ready_folders.clear()
        if box is not None:
            drop(box)

    # Reading

    def _survey(self) -> list[tuple[Listed, int]]:
        with self._edge("the mailbox cannot be read"):
            box = self._box or self._connected()
            self._select(box)
            self._end_moves(box)
            uids = box.uids(_WAITING, charset=None)
            letters: list[Listed] = []
            for start in range(0, len(uids), _SURVEY_STEP):
                step = uids[start : start + _SURVEY_STEP]
                answer = ask(box, "FETCH", ",".join(step), "(UID INTERNALDATE RFC822.SIZE)")
                letters += listing(answer, {int(uid) for uid in step})
        return [(letter, self._validity) for letter in sorted(letters)]

    def _fetch(self, listed: Listed, validity: int) -> Envelope | None:
        """Return the letter, or None when it went away meanwhile."""
        whole = listed.size <= self._cap
        part = "BODY.PEEK[]" if whole else f"BODY.PEEK[HEADER]<0.{HEADER_CAP}>"
        with self._edge(f"letter {listed.uid} cannot be fetched"):
            box = self._selected(validity)
            raw = literal(ask(box, "FETCH", str(listed.uid), f"(UID {part})"), listed.uid)
            if raw is None:
                return None
            if not raw and listed.size:
                raise imaplib.IMAP4.error("the server answered with an empty letter")
        return self._envelope(listed, raw, whole=whole)

    def _envelope(self, listed: Listed, raw: bytes, *, whole: bool) -> Envelope:
        truncated = not whole or len(raw) > self._cap
        url = f"imap://{self._server.user}@{self._server.host}/{self._folder}"
        return Envelope(
            raw=only_headers(raw) if truncated else raw,
            folder=self._folder,
            uidvalidity=self._validity,
            uid=listed.uid,
            place=f"{url};UIDVALIDITY={self._validity}/;UID={listed.uid}",
            received_at=listed.received_at,
            size=max(listed.size, len(raw)) if truncated else len(raw),
            truncated=truncated,
        )

    # Filing

    def _moved(self, box: BaseMailBox, uid: str, folder: str) -> bool:
        """Move by UID; False when the server or its rights do not let us."""
        name = server_name(box, folder)
        can = box.client.capabilities
        if not {"MOVE", "UIDPLUS"} & set(can) or not self._has_folder(box, name):
            return False
        target = encode_folder(name).decode("ascii")
        if "MOVE" in can:
            return _changed(box, "MOVE", uid, target)
        flags = rf"(\Deleted {COPIED_KEYWORD})" if self._keeps_new_keywords else r"(\Deleted)"
        return (
            _changed(box, "COPY", uid, target)
            and _changed(box, "STORE", uid, "+FLAGS.SILENT", flags)
            and _changed(box, "EXPUNGE", uid)
        )

    def _end_moves(self, box: BaseMailBox) -> None:
        """Remove what was copied and marked by one that was killed before it could expunge."""
        if "MOVE" in box.client.capabilities:
            return
        left = box.uids(f"DELETED KEYWORD {COPIED_KEYWORD}", charset=None)
        if left:
            _changed(box, "EXPUNGE", ",".join(left))

    def _mark(self, box: BaseMailBox, uid: str) -> None:
        stored = self._keeps_keywords and _changed(
            box, "STORE", uid, "+FLAGS.SILENT", f"({DONE_KEYWORD})"
        )
        if not stored:
            raise Permanent(
                f"{self._server.host}: {self._folder} allows neither moves nor keywords"
            )

    def _has_folder(self, box: BaseMailBox, name: str) -> bool:
        """Make the folder unless it is there, asking once a connection; False when we may not."""
        if name not in self._ready_folders:
            if not made(box, name):
                return False
            self._ready_folders.add(name)
        return True

    # Connecting

    @contextmanager
    def _edge(self, doing: str) -> Iterator[None]:
        """Turn the libraries' errors into ours, and begin anew after any of them."""
        try:
            with edge(self._server, doing):
                yield
        except MailflowError:
            self.close()
            raise

    def _selected(self, validity: int) -> BaseMailBox:
        """Return the connection with our folder open; its UIDs must still mean the same letters."""
        box = self._box
        if box is None:
            box = self._connected()
            self._select(box)
        if self._validity != validity:
            raise Temporary(f"{self._server.host}: {self._folder} was renumbered (UIDVALIDITY)")
        return box

    def _connected(self) -> BaseMailBox:
        self._box = connected(self._server)
        return self._box

    def _select(self, box: BaseMailBox) -> None:
        name = server_name(box, self._folder)
        try:
            box.folder.set(name)
        except MailboxFolderSelectError as fault:
            there = ", ".join(info.name for info in box.folder.list())
            raise Temporary(
                f"{self._server.host}: folder {name} cannot be opened; there are: {there}"
            ) from fault
        self._there = int(box.client.response("EXISTS")[1][-1] or 0)
        self._validity = int(box.client.response("UIDVALIDITY")[1][0] or 0)
        flags = box.client.response("PERMANENTFLAGS")[1][0]
        # RFC 3501, 7.1: a server that announces nothing keeps every flag.
        self._keeps_new_keywords = flags is None or rb"\*" in flags
        self._keeps_keywords = self._keeps_new_keywords or DONE_KEYWORD.encode() in flags


def _changed(box: BaseMailBox, *command: str) -> bool:
    """Ask the server to change something by UID; False when it does not let us."""
    failpoint("imap.before_change")
    done = allowed(box, *command)
    failpoint("imap.after_change")
    return done
