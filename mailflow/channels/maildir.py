"""Mail as files: a Maildir, or a folder of .eml files, as mailbox; a Maildir as the way out."""

import email
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

from imap_tools.imap_utf7 import utf7_encode

from mailflow.channels.base import HEADER_CAP, MESSAGE_CAP, Envelope, only_headers
from mailflow.channels.wire import envelope_address, header_bytes, without_bcc
from mailflow.clock import Clock
from mailflow.errors import Temporary, failpoint


class MaildirMailbox:
    """A folder of letters: `new/` and `cur/` of a Maildir, and `*.eml` lying in the folder itself.

    Nothing is made or moved before `file_away`; the target then is a Maildir++ subfolder, which a
    Dovecot serving the same folder shows under its readable name.
    """

    def __init__(self, root: Path, *, clock: Clock, cap: int = MESSAGE_CAP) -> None:
        self._root = root
        self._clock = clock
        self._cap = cap
        self._seen: dict[str, Path] = {}

    def waiting(self) -> Iterator[Envelope]:
        """Give the letters by arrival (the file's time, then its name); see `Mailbox`.

        `received_at` is the run's clock. Raises Temporary when folder or file cannot be read.
        """
        fault: OSError | None = None
        for place, path in self._by_arrival():
            try:
                envelope = self._read(place, path)
            except FileNotFoundError:
                continue
            except OSError as error:
                fault = fault or error
                continue
            yield envelope
        if fault:
            raise Temporary(f"a letter cannot be read: {fault}") from fault

    def file_away(self, envelope: Envelope, folder: str) -> None:
        """Move a letter into the subfolder's `cur/`; a file no longer there is no error."""
        try:
            path = self._find(envelope.place)
            if path is not None:
                target = _subfolder(self._root, folder) / "cur"
                _rename(path, _free_name(target, path.name))
        except FileNotFoundError:
            return
        except OSError as fault:
            raise Temporary(f"a letter cannot be filed: {fault}") from fault

    def listen(self, seconds: float, stop: Event) -> bool:
        """Only wait: files in a folder are looked for at the pace of the job."""
        stop.wait(seconds)
        return False

    def close(self) -> None:
        """Nothing is held open."""

    def _by_arrival(self) -> list[tuple[str, Path]]:
        found = []
        try:
            for path in self._files():
                with suppress(FileNotFoundError):
                    found.append((path.lstat().st_mtime_ns, path.name, self._place(path), path))
        except OSError as fault:
            raise Temporary(f"the mailbox cannot be read: {fault}") from fault
        self._seen = {place: path for _, _, place, path in found}
        return [(place, path) for _, _, place, path in sorted(found)]

    def _files(self) -> Iterator[Path]:
        yield from (p for p in self._root.iterdir() if p.suffix.lower() == ".eml" and _is_letter(p))
        for part in ("new", "cur"):
            if (self._root / part).is_dir():
                yield from (p for p in (self._root / part).iterdir() if _is_letter(p))

    def _place(self, path: Path) -> str:
        """Name a letter so that the name outlives new flags, and a reused .eml name is another."""
        name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
        if path.parent == self._root:
            return f"eml:{path.lstat().st_mtime_ns}/{name}"
        return f"maildir:INBOX/{name.partition(':2,')[0]}"

    def _find(self, place: str) -> Path | None:
        known = self._seen.get(place)
        if known is not None and known.exists() and self._place(known) == place:
            return known
        return next((path for path in self._files() if self._place(path) == place), None)

    def _read(self, place: str, path: Path) -> Envelope:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            truncated = size > self._cap
            raw = only_headers(file.read(HEADER_CAP)) if truncated else file.read(self._cap)
        return Envelope(
            raw=raw,
            folder="INBOX",
            uidvalidity=0,
            uid=None,
            place=place,
            received_at=self._clock(),
            size=size,
            truncated=truncated,
        )


class MaildirTransport:
    """A Maildir that takes the outgoing letters, instead of a server.

    A file is named `<seconds>.<digest>_<n>.mailflow`: the digest stands for Message-ID and
    recipient, and n counts how often that letter was sent.
    """

    def __init__(self, root: Path, *, clock: Clock) -> None:
        self._root = root
        self._clock = clock

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Write one letter, Return-Path and Delivered-To above it, and return its file's name.

        Raises Temporary when it cannot be written, Permanent when an address is none.
        """
        sender = envelope_address(mail_from) if mail_from else ""
        to = envelope_address(recipient)
        eol = "\r\n" if b"\r\n" in message else "\n"
        trace = f"Return-Path: <{sender}>{eol}Delivered-To: {to}{eol}".encode()
        digest = _digest(message, to)
        try:
            _make_maildir(self._root)
            return self._deliver(digest, trace + without_bcc(message))
        except OSError as fault:
            raise Temporary(f"a letter cannot be written: {fault}") from fault

    def close(self) -> None:
        """Nothing is held open."""

    def _deliver(self, digest: str, content: bytes) -> str:
        now = self._clock().timestamp()
        draft = self._root / "tmp" / digest
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.utime(draft, (now, now))
        copies = sum(
            len(list((self._root / part).glob(f"*.{digest}_*"))) for part in ("new", "cur")
        )
        name = f"{int(now)}.{digest}_{copies + 1}.mailflow"
        _rename(draft, self._root / "new" / name)
        return name


def _is_letter(path: Path) -> bool:
    """Say whether a file is a letter: regular, not hidden, not flagged T (marked deleted)."""
    flags = path.name.partition(":2,")[2]
    if path.name.startswith(".") or "T" in flags:
        return False
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _digest(message: bytes, recipient: str) -> str:
    headers = email.message_from_bytes(header_bytes(message))
    identity = str(headers["Message-ID"] or hashlib.sha256(message).hexdigest()).strip()
    return hashlib.sha256(f"{identity}\n{recipient}".encode()).hexdigest()[:32]


def _subfolder(root: Path, folder: str) -> Path:
    """Make and return the Maildir++ subfolder: a dot before each level, modified UTF-7 names."""
    levels = unicodedata.normalize("NFC", folder).replace("/", ".")
    path = root / ("." + utf7_encode(levels).decode("ascii"))
    _make_maildir(path)
    return path


def _make_maildir(root: Path) -> None:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in ("tmp", "new", "cur"):
        (root / part).mkdir(mode=0o700, exist_ok=True)


def _free_name(target: Path, name: str) -> Path:
    """Return a path in `target` that overwrites no letter, with the flag part Maildir wants."""
    unique, _, flags = name.partition(":2,")
    path, copy = target / f"{unique}:2,{flags}", 1
    while path.exists():
        copy += 1
        path = target / f"{unique}_{copy}:2,{flags}"
    return path


def _rename(source: Path, target: Path) -> None:
    """Move a file within the file system so that it survives a power cut in one place or both."""
    failpoint("maildir.before_rename")
    source.rename(target)
    failpoint("maildir.after_rename")
    for folder in (target.parent, source.parent):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
