"""Where a shared file lies, and the few things done to it there: a local or mounted folder."""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from workbook_sync.errors import Busy, Changed
from workbook_sync.failpoint import failpoint

_TAKEN = (errno.EBUSY, errno.EAGAIN, errno.ETXTBSY)
"""How a mounted share says that somebody else has a file open."""

SMB_PORT = 445


@dataclass(frozen=True)
class Sight:
    """A file at a glance: size in bytes and time of the last change in nanoseconds."""

    size: int
    changed_ns: int


@dataclass(frozen=True)
class Address:
    r"""A file on a share; `folder` is empty or like `Sổ\2026`."""

    server: str
    share: str
    folder: str
    name: str
    port: int = SMB_PORT

    def __str__(self) -> str:
        at = self.server if self.port == SMB_PORT else f"{self.server}:{self.port}"
        inside = [part for part in self.folder.split("\\") if part]
        return "smb://" + "/".join([at, self.share, *inside, self.name])


def share_address(text: str) -> Address:
    """Read `smb://server[:port]/share/folder/file`; ValueError says what is wrong with it."""
    found = re.fullmatch(r"smb://([\w.-]+)(?::(\d{1,5}))?/(.+)", text)
    steps = [step for step in found[3].split("/") if step] if found else []
    if not found or len(steps) < 2:
        raise ValueError("is not like smb://server/share/folder/file.xlsx")
    if any(step in (".", "..") or re.search(r'[\\:*?"<>|]', step) for step in steps):
        raise ValueError("has a name in it that no share takes")
    share, *folder, name = steps
    return Address(found[1], share, "\\".join(folder), name, int(found[2] or SMB_PORT))


class Held(Protocol):
    """A file nobody else has open, as far as the system can say."""

    def read(self) -> bytes:
        """Give its bytes."""

    def write(self, data: bytes) -> None:
        """Put other bytes into it, and onto the disk; Changed when somebody was faster."""


class Place(Protocol):
    """A file in a folder where people work.

    What is not there raises FileNotFoundError, what somebody has open Busy; a folder or server
    that cannot be reached another OSError.
    """

    @property
    def name(self) -> str:
        """The file's name."""

    def beside(self, name: str) -> "Place":
        """Give another file of the same folder."""

    def listing(self) -> list[str]:
        """List the names in the folder."""

    def look(self) -> Sight:
        """Give the file's size and time now."""

    def read(self) -> bytes:
        """Read the file, in nobody's way: others may go on saving and renaming it."""

    def keep(self, data: bytes) -> None:
        """Write a file that only we use, and onto the disk."""

    def create(self, data: bytes) -> None:
        """Put a whole new file there; FileExistsError where there is one."""

    def held(self) -> AbstractContextManager[Held]:
        """Hold the file for writing, or raise Busy while anybody else has it open."""


class InPlace:
    """A held file written through its handle: it keeps its identity, its rights and streams."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle

    def read(self) -> bytes:
        """Give its bytes."""
        self._handle.seek(0)
        return self._handle.read()

    def write(self, data: bytes) -> None:
        """Put other bytes into it; killed in between, it is torn."""
        self._handle.seek(0)
        failpoint("place.before_write")
        self._handle.write(data)
        failpoint("place.half_written")
        self._handle.truncate(len(data))
        failpoint("place.before_flush")
        self._handle.flush()
        self.settle()
        failpoint("place.after_write")

    def settle(self) -> None:
        """Wait until the bytes are on the disk; flushing a network handle does that already."""


@dataclass(frozen=True)
class Local:
    """A file in a local or mounted folder."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def beside(self, name: str) -> "Local":
        """Give another file of the same folder."""
        return Local(self.path.with_name(name))

    @property
    def _temporary(self) -> "Local":
        """A whole new file before it gets its name; one that is there, somebody was killed over."""
        return self.beside(f".{self.name}.tmp")

    def listing(self) -> list[str]:
        """List the names in the folder."""
        return sorted(entry.name for entry in self.path.parent.iterdir())

    def look(self) -> Sight:
        """Give the file's size and time now."""
        stat = self.path.stat()
        return Sight(stat.st_size, stat.st_mtime_ns)

    def read(self) -> bytes:
        """Read the file."""
        with _taken_is_busy():
            return self.path.read_bytes()

    def keep(self, data: bytes) -> None:
        """Write a file that only we use; what was there may be a second name of another's."""
        self.path.unlink(missing_ok=True)
        with self.path.open("xb") as handle:
            failpoint("place.before_keep")
            handle.write(data)
            failpoint("place.half_kept")
            handle.flush()
            os.fsync(handle.fileno())

    def create(self, data: bytes) -> None:
        """Put a whole new file there."""
        temporary = self._temporary
        temporary.keep(data)
        try:
            _link(temporary.path, self.path)
        finally:
            temporary.path.unlink(missing_ok=True)
        _sync_folder(self.path.parent)

    @contextlib.contextmanager
    def held(self) -> Iterator[Held]:
        """Hold the file by a write lease; where there are none, it is swapped as a whole.

        A lease is refused while anybody on this machine, a file server included, has the file
        open. While it is held, an opener waits up to the system's lease-break-time.
        """
        with _opened_for_writing(self.path) as handle:
            self._temporary.path.unlink(missing_ok=True)
            if not _lease(handle):
                yield _Swap(self)
                return
            try:
                yield _Leased(handle)
            finally:
                fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)


class _Leased(InPlace):
    def settle(self) -> None:
        os.fsync(self._handle.fileno())


class _Swap:
    """A file in a folder without leases, replaced by a finished one in a moment."""

    def __init__(self, place: Local) -> None:
        self._place, self._seen = place, b""

    def read(self) -> bytes:
        """Give its bytes, which must still be there when it is replaced."""
        self._seen = self._place.read()
        return self._seen

    def write(self, data: bytes) -> None:
        """Replace it, with its rights and, where we may, its owner."""
        path, temporary = self._place.path, self._place._temporary
        temporary.keep(data)
        try:
            _as_before(path, temporary.path)
            if self._place.read() != self._seen:
                raise Changed
            with _taken_is_busy():
                failpoint("place.before_swap")
                temporary.path.replace(path)
                failpoint("place.after_swap")
        finally:
            temporary.path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _as_before(path: Path, new: Path) -> None:
    """Give a new file the rights and attributes of the old one, not its times."""
    shutil.copystat(path, new)
    os.utime(new)
    stat = path.stat()
    with contextlib.suppress(PermissionError):
        os.chown(new, stat.st_uid, stat.st_gid)


@contextlib.contextmanager
def _taken_is_busy() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _TAKEN:
            raise Busy from error
        raise


def _opened_for_writing(path: Path) -> IO[bytes]:
    """Open a file; Busy too where its rights would let us: so some servers say that it is open."""
    try:
        with _taken_is_busy():
            return path.open("r+b")
    except PermissionError as error:
        if os.access(path, os.W_OK):
            raise Busy from error
        raise


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


def _link(finished: Path, path: Path) -> None:
    """Give a finished file its name, never another's; not every folder can do that in one move."""
    failpoint("place.before_link")
    try:
        path.hardlink_to(finished)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        failpoint("place.before_move")
        finished.replace(path)
    failpoint("place.after_link")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
