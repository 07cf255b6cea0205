"""A real LibreOffice that a test drives as a person would."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.components import need, need_module
from tests.servers import free_port

ENDED_SECONDS = 10
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
        said = self.session.stdout.readline()
        if not said and self.session.stderr:
            raise RuntimeError(f"LibreOffice did not {what}: {self.session.stderr.read()}")
        return json.loads(said)


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
            running.wait(ENDED_SECONDS)


@contextlib.contextmanager
def _session(python: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Speak with LibreOffice; the first thing asked waits until it listens."""
    pipe = subprocess.PIPE
    command = [python, str(SESSION), str(port)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as session:
        try:
            yield session
        finally:
            session.kill()
