"""The daemon as its own process: it works, stops when told, and leaves nothing half done."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from mailflow.clock import system_clock
from mailflow.daemon import health
from mailflow.daemon.jobs import JOBS
from mailflow.demo import cast
from mailflow.demo.post import Moved, Post
from mailflow.record import Outcome
from mailflow.upkeep import verify_record
from mailflow.wiring import open_reading
from tests.console import MAILFLOW
from tests.conversations.agency import REPORT, Agency

pytestmark = pytest.mark.kills
SECONDS = 90


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a letter in its mailbox."""
    agency = Agency(tmp_path / "home")
    agency.service.close()
    Post(agency.home, cast.MAILBOX, Moved(system_clock())).write(cast.CLERK, "Việc mới", REPORT)
    return agency.home


class Systemd:
    """Hears on a socket how the services it started stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while not self.heard or self.heard[-1] != "STOPPING=1":
            self.heard.append(self._socket.recv(100).decode())
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Systemd:
    """The one that starts the daemon."""
    return Systemd(tmp_path / "notify")


@pytest.fixture
def daemon(home: Path, systemd: Systemd) -> Iterator[subprocess.Popen[str]]:
    """A daemon at work in the home, started by systemd."""
    words = [*MAILFLOW, "--home", str(home), "run"]
    started = {**os.environ, "NOTIFY_SOCKET": str(systemd.path)}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=started)
    yield process
    process.kill()
    process.communicate()


def _wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + SECONDS
    while not path.exists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.02)
    assert path.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_with_everything_settled(
    home: Path, daemon: subprocess.Popen[str], systemd: Systemd, number: signal.Signals
) -> None:
    """Exit code 0 within seconds, no word of trouble, the record whole; systemd hears all along."""
    _wait_for(home / health.NAME, daemon)
    daemon.send_signal(number)
    _, said = daemon.communicate(timeout=SECONDS)
    assert (daemon.returncode, said) == (0, "")
    _, open_work = open_reading(home, system_clock)
    with open_work(reading=True) as work:
        assert [letter.outcome for letter in work.letters.list(10)] == [Outcome.DONE]
        assert work.counts().notices == {"sent": 2}
    assert verify_record(home) == []
    assert (systemd.heard[0], systemd.heard[-1]) == ("READY=1", "STOPPING=1")
    assert systemd.heard.count("WATCHDOG=1") >= len(JOBS)


def test_told_to_stop_in_the_first_letter_it_finishes_that_letter(
    home: Path, daemon: subprocess.Popen[str]
) -> None:
    """The word comes as soon as the letter is taken up: it is settled and filed, never half."""
    end = time.monotonic() + SECONDS
    _, open_work = open_reading(home, system_clock)
    while time.monotonic() < end:
        with open_work(reading=True) as work:
            if work.letters.list(1):
                break
    daemon.send_signal(signal.SIGTERM)
    _, said = daemon.communicate(timeout=SECONDS)
    assert (daemon.returncode, said) == (0, "")
    with open_work(reading=True) as work:
        assert [letter.outcome for letter in work.letters.list(10)] == [Outcome.DONE]
    assert list((home / "mail/in/new").iterdir()) == []
    assert verify_record(home) == []
