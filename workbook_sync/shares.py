"""Files on a network share, reached by SMB without mounting it: `smb://server/share/folder/file`."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Any

import smbclient
from smbprotocol.exceptions import SMBException, SMBOSError
from smbprotocol.header import NtStatus

from workbook_sync.errors import Busy
from workbook_sync.failpoint import failpoint
from workbook_sync.places import Address, Held, InPlace, Sight

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30
"""A server that says nothing for so long is asked once more, then given up."""

_EVERYBODY = "rwd"  # others may read, save and rename while we look
_LOCK_CONFLICT = 0xC0000054  # MS-ERREF; the library does not name it
_TAKEN = (NtStatus.STATUS_SHARING_VIOLATION, NtStatus.STATUS_DELETE_PENDING, _LOCK_CONFLICT)


@dataclass(frozen=True)
class Login:
    """Who we are on the share, and the connections that last until its block ends."""

    user: str
    password: str = field(repr=False)
    connections: dict[str, Any] = field(default_factory=dict, repr=False)


@contextlib.contextmanager
def reached(address: Address, user: str, password: str) -> Iterator["Shared"]:
    """Give a file on a share as a `Place`; its connection lasts until the block's end."""
    login = Login(user, password)
    try:
        yield Shared(address, login)
    finally:
        smbclient.reset_connection_cache(fail_on_error=False, connection_cache=login.connections)


@dataclass(frozen=True)
class Shared:
    """A file on a network share."""

    address: Address
    login: Login

    def __str__(self) -> str:
        return str(self.address)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.address.name

    def beside(self, name: str) -> "Shared":
        """Give another file of the same folder."""
        return replace(self, address=replace(self.address, name=name))

    def listing(self) -> list[str]:
        """List the names in the folder."""
        with _said_plainly(self):
            return sorted(smbclient.listdir(self._path(""), **self._how()))

    def look(self) -> Sight:
        """Give the file's size and time now, by the server's clock."""
        with _said_plainly(self):
            stat = smbclient.stat(self._path(), **self._how())
            return Sight(stat.st_size, stat.st_mtime_ns)

    def read(self) -> bytes:
        """Read the file, in nobody's way."""
        with _said_plainly(self), self._open("rb", _EVERYBODY) as handle:
            return handle.read()

    def keep(self, data: bytes) -> None:
        """Write a file that only we use."""
        with _said_plainly(self), self._open("wb", None) as handle:
            failpoint("share.before_keep")
            handle.write(data)
            failpoint("share.half_kept")

    def create(self, data: bytes) -> None:
        """Put a whole new file there."""
        temporary = self.beside(f".{self.name}.tmp")
        temporary.keep(data)
        with _said_plainly(self):
            failpoint("share.before_rename")
            try:
                smbclient.rename(temporary._path(), self._path(), **self._how())
            except OSError:
                smbclient.remove(temporary._path(), **self._how())
                raise
            failpoint("share.after_rename")

    @contextlib.contextmanager
    def held(self) -> Iterator[Held]:
        """Hold the file shared with nobody; the server refuses while anybody has it open."""
        with _said_plainly(self):
            handle = self._open("r+b", None)
        try:
            yield _Remote(handle, self)
        finally:
            with _said_plainly(self):
                handle.close()

    def _open(self, mode: str, share: str | None) -> IO[bytes]:
        handle: IO[bytes] = smbclient.open_file(
            self._path(), mode, share_access=share, **self._how()
        )
        return handle

    def _path(self, name: str | None = None) -> str:
        at = self.address
        parts = [at.server, at.share, at.folder, at.name if name is None else name]
        return "\\\\" + "\\".join(filter(None, parts))

    def _how(self) -> dict[str, Any]:
        os.environ.setdefault("SMB_EXPERIMENTAL_TRANSPORT_RECEIVE_TIMEOUT", str(ANSWER_SECONDS))
        return {
            "port": self.address.port,
            "username": self.login.user,
            "password": self.login.password,
            "connection_timeout": CONNECT_SECONDS,
            "connection_cache": self.login.connections,
        }


class _Remote(InPlace):
    def __init__(self, handle: IO[bytes], place: Shared) -> None:
        super().__init__(handle)
        self._place = place

    def read(self) -> bytes:
        with _said_plainly(self._place):
            return super().read()

    def write(self, data: bytes) -> None:
        with _said_plainly(self._place):
            super().write(data)


@contextlib.contextmanager
def _said_plainly(place: Shared) -> Iterator[None]:
    """Turn what the library raises into the errors of a `Place`."""
    try:
        yield
    except SMBOSError as error:
        if error.ntstatus in _TAKEN:
            raise Busy from error
        raise OSError(error.errno or None, error.strerror, str(place)) from error
    except (SMBException, ValueError) as error:
        # the library's word for a server that does not answer is ValueError
        raise OSError(None, str(error), str(place)) from error
