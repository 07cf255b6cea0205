"""The shared file itself: who has it open, whether it rests, and writing it without harm."""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from workbook_sync.errors import Busy, Changed, Reason, Refusal
from workbook_sync.package import open_package
from workbook_sync.patch import Plan, attempt
from workbook_sync.proof import Planned

OWNER_FILE_AGE = timedelta(hours=12)  # an older one was left behind by a crash
_IGNORED = re.compile(r"~\$.*|\.~lock\..*#|.*\.tmp|\..*\.bak|[0-9A-F]{8}", re.IGNORECASE)


@dataclass(frozen=True)
class Sight:
    """A file at a glance: size in bytes and time of the last change in nanoseconds."""

    size: int
    changed_ns: int


@dataclass(frozen=True)
class Copy:
    """The bytes of a file that was at rest, and their SHA-256 in hex."""

    data: bytes
    sha256: str


@dataclass(frozen=True)
class Intent:
    """What is about to be written: SHA-256 before and after, and where the old bytes are kept."""

    before: str
    after: str
    backup: Path


@dataclass(frozen=True)
class Written:
    """What was written; `before` and `after` are equal when nothing of the plan could be."""

    before: str
    after: str
    cells: Planned
    refusals: tuple[Refusal, ...]


def is_register(path: Path) -> bool:
    """Whether a name in a watched folder can be a workbook at all, not a lock or a half save."""
    return path.suffix.casefold() in (".xlsx", ".xlsm") and not _IGNORED.fullmatch(path.name)


def look(path: Path) -> Sight:
    """The file's size and time now; raises OSError when it is not there."""
    stat = path.stat()
    return Sight(stat.st_size, stat.st_mtime_ns)


def settled(before: Sight, now: Sight, apart: timedelta, enough: timedelta) -> bool:
    """Whether two looks at the file, `apart` in time, are alike and far enough apart.

    Three seconds are enough on a local folder or a share, ten in a synchronised one.
    """
    return before == now and apart >= enough


def take_copy(path: Path) -> Copy:
    """The file's bytes, read twice and alike, and whole as a zip; Busy or Refusal otherwise."""
    data = path.read_bytes()
    if path.read_bytes() != data:
        raise Busy("it is being saved")
    open_package(data).test()
    return Copy(data, sha256(data))


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


# --- who has it open -----------------------------------------------------------------------------


def owner(path: Path, now: datetime) -> str | None:
    """Who has the file open by its owner files, "?" when they do not say; None for nobody.

    Excel writes `~$name`, LibreOffice `.~lock.name#`. They are hints: one older than twelve
    hours counts as left behind. `now` carries a time zone.
    """
    readers = {f"~${path.name}": _excel_owner, f".~lock.{path.name}#": _office_owner}
    for name, name_in in readers.items():
        lock = path.with_name(name)
        try:
            data, changed = lock.read_bytes(), lock.stat().st_mtime
        except OSError:
            continue
        if now.timestamp() - changed < OWNER_FILE_AGE.total_seconds():
            return name_in(data) or "?"
    return None


def _excel_owner(data: bytes) -> str:
    """The name in Excel's owner file: at byte 55 its length, then UTF-16."""
    length = int.from_bytes(data[55:57], "little")
    return data[57 : 57 + 2 * length].decode("utf-16-le", "ignore").strip("\0 ")


def _office_owner(data: bytes) -> str:
    """The name in LibreOffice's: the first that is not empty of user, login, host."""
    fields = re.split(r"(?<!\\),", data.decode("utf-8", "replace"))[:3]
    return next((text for f in fields if (text := re.sub(r"\\(.)", r"\1", f).strip())), "")


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[IO[bytes] | None]:
    """Hold the file so that nobody else has it open; None where the system has no leases.

    A write lease is refused while anybody on this machine, a file server included, has the file
    open: then Busy. While it is held, an opener waits up to the system's lease-break-time.
    """
    try:
        handle = path.open("r+b")
    except PermissionError as error:
        raise Busy(str(error)) from error
    with handle:
        held = _lease(handle)
        try:
            yield handle if held else None
        finally:
            if held:
                fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def _lease(handle: IO[bytes]) -> bool:
    """Take a write lease; False where there are none, Busy where somebody has the file open."""
    try:
        # an opener's request arrives as this signal; the usual one would end the process
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EBUSY):
            raise Busy from error
        return False
    return True


# --- writing -------------------------------------------------------------------------------------


def write_back(
    path: Path,
    plan: Plan,
    before_write: Callable[[Intent], None],
    now: datetime,
    seen: str | None = None,
) -> Written:
    """Patch a shared workbook where it lies, or leave it exactly as it is.

    `seen` is the SHA-256 of the bytes the plan was made from. In order: owner files, a copy at
    rest, patch and proof, a backup beside the file, the exclusive hold, the file still as read,
    `before_write` (where the caller commits what it intends), the bytes, and a last look.

    Raises Busy (open elsewhere), Refusal (nothing may be written) or Changed (other bytes than
    `seen`), the file untouched; Changed also when somebody saved over it at once. Until this
    returns the caller's base copy must stay as it was. OSError is the caller's.
    """
    who = owner(path, now)
    if who is not None:
        raise Busy(who)
    copy = take_copy(path)
    if seen is not None and copy.sha256 != seen:
        raise Changed
    patched = attempt(copy.data, plan)
    intent = Intent(copy.sha256, sha256(patched.data), path.with_name(f".{path.name}.bak"))
    result = Written(intent.before, intent.after, patched.cells, patched.refusals)
    if intent.before == intent.after:
        return result
    _write_synced(intent.backup, copy.data)
    with exclusive(path) as handle:
        if handle is not None:
            _in_place(handle, patched.data, intent, before_write)
        else:
            _replace(path, patched.data, intent, before_write)
    if sha256(path.read_bytes()) != intent.after:
        raise Changed
    return result


def _in_place(
    handle: IO[bytes], data: bytes, intent: Intent, before_write: Callable[[Intent], None]
) -> None:
    """Write through the held handle: the file keeps its identity, rights and streams."""
    if sha256(handle.read()) != intent.before:
        raise Changed
    before_write(intent)
    handle.seek(0)
    handle.write(data)
    handle.truncate()
    handle.flush()
    os.fsync(handle.fileno())


def _replace(
    path: Path, data: bytes, intent: Intent, before_write: Callable[[Intent], None]
) -> None:
    """Swap in a finished file, where the folder knows no leases."""
    temporary = path.with_name(f".{path.name}.tmp")
    _write_synced(temporary, data)
    if sha256(path.read_bytes()) != intent.before:
        temporary.unlink()
        raise Changed
    before_write(intent)
    temporary.chmod(path.stat().st_mode & 0o7777)
    temporary.replace(path)
    _sync_folder(path.parent)


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def recover(path: Path, intent: Intent) -> str:
    """After a crash: "written", "untouched", "restored" from the backup, or "changed" by others.

    Only a file that is neither the old nor the new one and no whole workbook is restored.
    Raises Refusal when such a torn file has no faithful backup.
    """
    data = path.read_bytes()
    found = sha256(data)
    if found in (intent.before, intent.after):
        return "untouched" if found == intent.before else "written"
    try:
        open_package(data).test()
    except Refusal as torn:
        backup = intent.backup.read_bytes() if intent.backup.exists() else b""
        if sha256(backup) != intent.before:
            raise Refusal(Reason.BAD_PACKAGE, detail="torn, and no backup of it") from torn
        _write_synced(path, backup)
        return "restored"
    return "changed"
