"""The daemon as its own process: it works, stops when told, and leaves nothing half done."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.clock import system_clock
from mailflow.daemon import health
from mailflow.demo import cast
from mailflow.demo.post import Moved, Post
from mailflow.record import Outcome
from mailflow.wiring import open_reading, verify_record
from tests.console import MAILFLOW
from tests.conversations.agency import REPORT, Agency

SECONDS = 30


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a letter in its mailbox."""
    agency = Agency(tmp_path / "home")
    agency.service.close()
    Post(agency.home, cast.MAILBOX, Moved(system_clock())).write(cast.CLERK, "Việc mới", REPORT)
    return agency.home


@pytest.fixture
def daemon(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A daemon at work in the home."""
    words = [*MAILFLOW, "--home", str(home), "run"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
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
    home: Path, daemon: subprocess.Popen[str], number: signal.Signals
) -> None:
    """Exit code 0 within seconds, no word of trouble, the record whole, the lock free."""
    _wait_for(home / health.NAME, daemon)
    daemon.send_signal(number)
    _, said = daemon.communicate(timeout=SECONDS)
    assert (daemon.returncode, said) == (0, "")
    _, open_work = open_reading(home, system_clock)
    with open_work(reading=True) as work:
        assert [letter.outcome for letter in work.letters.list(10)] == [Outcome.DONE]
        assert work.counts().notices == {"sent": 2}
    assert verify_record(home) == []


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
