"""A real file server for tests: Samba on loopback, as whoever runs the tests, with one share."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import smbclient

from tests.components import need
from tests.servers import free_port
from workbook_sync.places import Address

PASSWORD = "Secret-1"
PASSWORD_NT = "32DD88BA05015976331DD499DE64E9D9"  # its MD4, as Samba keeps it
SHARE, READ_ONLY = "chung", "chi-doc"
FOLDERS = ("lock directory", "state directory", "cache directory", "private dir")
READY_SECONDS = 10


@dataclass
class Samba:
    """A running server; `folder` is what its share shows."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def folder(self) -> Path:
        """The share's folder as the server sees it."""
        return self.root / SHARE

    @property
    def user(self) -> str:
        """The one user."""
        return pwd.getpwuid(os.getuid()).pw_name

    def address(self, name: str, folder: str = "") -> Address:
        """Name a file on the share."""
        return Address("127.0.0.1", SHARE, folder, name, self.port)

    def read_only(self, name: str) -> Address:
        """Name the same file where nobody may write."""
        return Address("127.0.0.1", f"{SHARE}-{READ_ONLY}", "", name, self.port)

    @contextlib.contextmanager
    def client(self, name: str, mode: str = "r+b", share: str | None = "r") -> Iterator[IO[bytes]]:
        """Another machine that has a file open; like Excel it lets others read only."""
        cache: dict[str, Any] = {}
        how = {"username": self.user, "password": PASSWORD, "port": self.port}
        path = rf"\\127.0.0.1\{SHARE}\{name}"
        try:
            with smbclient.open_file(
                path, mode, share_access=share, connection_cache=cache, **how
            ) as handle:
                yield handle
        finally:
            smbclient.reset_connection_cache(fail_on_error=False, connection_cache=cache)

    def stop(self) -> None:
        """End the server and its workers at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(READY_SECONDS)


@contextlib.contextmanager
def samba() -> Iterator[Samba]:
    """Run a Samba of our own until the block ends."""
    program = need("smbd")
    root = Path(tempfile.mkdtemp(prefix="samba-"))
    server = None
    try:
        server = _started(program, root)
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(root, ignore_errors=True)


def _started(program: str, root: Path) -> Samba:
    port = free_port()
    config = _configured(root, port)
    command = [program, "--foreground", "--no-process-group", "--debug-stdout", "-s", str(config)]
    with (root / "smbd.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    server = Samba(root, port, process)
    try:
        _wait_until_listening(server)
    except BaseException:
        server.stop()
        raise
    return server


def _configured(root: Path, port: int) -> Path:
    for name in (SHARE, "run", "ncalrpc", *(folder.replace(" ", "-") for folder in FOLDERS)):
        (root / name).mkdir(mode=0o755)
    mine = [f"{folder} = {root}/{folder.replace(' ', '-')}" for folder in FOLDERS]
    mine += [f"pid directory = {root}/run", f"ncalrpc dir = {root}/ncalrpc"]
    config = root / "smb.conf"
    lines = [
        "[global]",
        *mine,
        f"smb ports = {port}",
        "interfaces = lo",
        "bind interfaces only = yes",
        f"passdb backend = smbpasswd:{root}/smbpasswd",
        "server role = standalone server",
        "disable netbios = yes",
        "disable spoolss = yes",
        "load printers = no",
        "map to guest = never",
        f"[{SHARE}]",
        f"path = {root}/{SHARE}",
        "read only = no",
        f"[{SHARE}-{READ_ONLY}]",
        f"path = {root}/{SHARE}",
        "read only = yes",
    ]
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    me = pwd.getpwuid(os.getuid())
    passwords = root / "smbpasswd"
    passwords.touch(mode=0o600)
    passwords.write_text(
        f"{me.pw_name}:{me.pw_uid}:{'X' * 32}:{PASSWORD_NT}:[U          ]:LCT-66666666:\n"
    )
    return config


def _wait_until_listening(server: Samba) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1):
            return
        time.sleep(0.02)
    log = (server.root / "smbd.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"Samba did not start: {log}")
