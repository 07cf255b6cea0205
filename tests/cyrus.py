"""A second IMAP server of another kind for tests, on loopback: Cyrus, with `INBOX.` and "."."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.components import need
from tests.servers import (
    PASSWORD,
    READY_SECONDS,
    ImapServer,
    free_port,
    listening,
    make_certificates,
    wait_for_greeting,
)

IMAPD = "/usr/local/lib/cyrus/imapd"
"""Taken out of its package: Debian's IMAP servers cannot be installed beside each other."""

MASTER = "/usr/lib/cyrus/bin/master"


@contextlib.contextmanager
def cyrus() -> Iterator[ImapServer]:
    """Run a Cyrus of our own until the block ends; every user name exists, with PASSWORD."""
    master, imapd = need(MASTER), need(IMAPD)
    root = Path(tempfile.mkdtemp(prefix="cyrus-"))
    owner = "cyrus" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    port, tls_port = free_port(), free_port()
    certificates = make_certificates(root)
    _furnished(root, imapd, port, tls_port, owner)
    command = [master, "-C", f"{root}/imapd.conf", "-M", f"{root}/cyrus.conf"]
    command += ["-p", f"{root}/master.pid"]
    with _passwords(root / "auth" / "mux"), (root / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            start_new_session=True,
            env={**os.environ, "CYRUS_USER": owner},
            stdout=log,
            stderr=log,
        )
        server = ImapServer(root, port, tls_port, certificates, process)
        try:
            wait_for_greeting(server, root / "log")
            yield server
        finally:
            _stop(server)
            shutil.rmtree(root, ignore_errors=True)


def _stop(server: ImapServer) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.process.pid, signal.SIGTERM)
    server.process.wait(READY_SECONDS)
    assert not listening(server.port)


def _furnished(root: Path, imapd: str, port: int, tls_port: int, owner: str) -> None:
    for name in ("conf", "spool", "auth"):
        (root / name).mkdir()
    for name in ("db", "proc", "lock", "socket", "log", "msg", "ptclient"):
        (root / "conf" / name).mkdir()
    (root / "imapd.conf").write_text(_CONFIG.format(root=root), encoding="utf-8")
    (root / "cyrus.conf").write_text(
        _SERVICES.format(imapd=imapd, root=root, port=port, tls_port=tls_port), encoding="utf-8"
    )
    if os.getuid() == 0:
        for path in (root, *root.rglob("*")):
            shutil.chown(path, owner)


@contextlib.contextmanager
def _passwords(path: Path) -> Iterator[None]:
    """Answer as saslauthd does: four counted words in, one counted word out."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        path.chmod(0o777)
        door.listen()
        threading.Thread(target=_answer_all, args=(door,), daemon=True).start()
        yield
        door.shutdown(socket.SHUT_RDWR)


def _answer_all(door: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            asking, _ = door.accept()
            with asking, asking.makefile("rb") as said:
                words = [said.read(*struct.unpack("!H", said.read(2))) for _ in range(4)]
                answer = b"OK" if words[1] == PASSWORD.encode() else b"NO"
                asking.sendall(struct.pack("!H", len(answer)) + answer)


_CONFIG = """\
configdirectory: {root}/conf
defaultpartition: default
partition-default: {root}/spool
altnamespace: no
unixhierarchysep: no
virtdomains: off
allowplaintext: yes
sasl_mech_list: PLAIN
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {root}/auth/mux
autocreate_quota: 0
imapidlepoll: 1
munge8bit: no
tls_server_cert: {root}/cert.pem
tls_server_key: {root}/key.pem
proc_path: {root}/conf/proc
mboxname_lockpath: {root}/conf/lock
skiplist_unsafe: yes
"""

_SERVICES = """\
START {{
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C {root}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{imapd} -C {root}/imapd.conf" listen="127.0.0.1:{port}" prefork=1
  imaps cmd="{imapd} -C {root}/imapd.conf -s" listen="127.0.0.1:{tls_port}" prefork=0
}}
EVENTS {{
}}
"""
