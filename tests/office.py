"""A real LibreOffice that a test drives as a person would."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.components import need, need_module
from tests.servers import free_port

READY_SECONDS = 30
SESSION = Path(__file__).with_name("office_session.py")


@dataclass
class Office:
    """A running LibreOffice and the program that speaks with it."""

    session: subprocess.Popen[str]

    def __call__(self, what: str, *arguments: Any) -> Any:
        """Do one of the things of tests/office_session.py; gives what it says."""
        assert self.session.stdin
        assert self.session.stdout
        self.session.stdin.write(json.dumps([what, *arguments]) + "\n")
        self.session.stdin.flush()
        return json.loads(self.session.stdout.readline())


@contextlib.contextmanager
def office() -> Iterator[Office]:
    """Run a LibreOffice with a profile of its own until the block ends."""
    program, python = need("soffice"), need_module("uno")
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as profile:
        port = free_port()
        listening = f"--accept=socket,host=127.0.0.1,port={port};urp"
        command = [
            program,
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            listening,
        ]
        running = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with _session(python, port) as session:
                yield Office(session)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait(READY_SECONDS)


@contextlib.contextmanager
def _session(python: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Speak with LibreOffice once it listens."""
    end = time.monotonic() + READY_SECONDS
    while True:
        session = subprocess.Popen(
            [python, str(SESSION), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(0.5)
        if session.poll() is None:
            break
        _, said = session.communicate()
        if time.monotonic() > end:
            raise RuntimeError(f"LibreOffice cannot be spoken with: {said}")
    with session:
        try:
            yield session
        finally:
            session.kill()
