"""Two daemons for the same agencies: one is killed or sleeps, and the other takes over."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from mailflow.actions.context import FormAttachment
from mailflow.channels.base import Envelope, Mailbox
from mailflow.clock import system_clock
from mailflow.daemon import jobs, lease, loop
from mailflow.demo import cast
from mailflow.outbox.compose import Attached
from mailflow.record import Outcome
from mailflow.wiring import open_service
from tests.console import MAILFLOW
from tests.conversations.agency import REPORT, Agency
from tests.daemon.test_sharing import HOMES, came_of, made

pytestmark = pytest.mark.postgresql

LATER = timedelta(minutes=20)
"""When every lease of a daemon that died has run out."""

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SECONDS = 90
LETTERS = 3


def daemon(folder: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start a daemon on a folder of homes."""
    return subprocess.Popen(
        [*MAILFLOW, "run", "--homes", str(folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": "/nonexistent", **environment},
    )


def one_round(folder: Path, now: datetime, **environment: str) -> int:
    """Let a daemon do one round of every home at a time of its own; gives its exit code."""
    at = f"{now.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
    started = daemon(folder, "--once", "--at", at, **environment)
    started.communicate(timeout=SECONDS)
    return started.returncode


@pytest.mark.kills
@pytest.mark.parametrize(
    "point",
    [
        "desk.after_keep",
        "desk.before_commit",
        "work.after_commit:30",
        "outbox.after_claim",
        "outbox.after_compose",
        "outbox.after_send",
    ],
)
def test_killed_in_the_middle_the_other_goes_on(tmp_path: Path, point: str) -> None:
    """At once for the other agencies; for this one when the dead one's time has run out."""
    made(tmp_path, LETTERS)
    now = system_clock()
    assert one_round(tmp_path, now, MAILFLOW_FAILPOINT=point) == -signal.SIGKILL
    assert one_round(tmp_path, now) == 0
    settled = [came_of(tmp_path / name)[0].count(Outcome.DONE) for name in HOMES]
    assert sum(settled) >= LETTERS * (len(HOMES) - 1)
    assert one_round(tmp_path, now + LATER) == 0
    for name in HOMES:
        letters, requests, mails = came_of(tmp_path / name)
        assert (letters, requests) == ([Outcome.DONE] * LETTERS, LETTERS)
        again = mails.total() - len(mails)
        assert again <= (1 if point == "outbox.after_send" else 0)


@pytest.mark.kills
def test_two_at_once_share_the_homes_and_one_is_killed(tmp_path: Path) -> None:
    """Killed anywhere while both work: every letter has one effect, no mail a second name."""
    many = 8
    made(tmp_path, many)
    both = [daemon(tmp_path), daemon(tmp_path)]
    try:
        _until(lambda: sum(len(came_of(tmp_path / name)[0]) for name in HOMES) >= 4)
        both[0].send_signal(signal.SIGKILL)
        both[1].send_signal(signal.SIGTERM)
        both[1].communicate(timeout=SECONDS)
        assert both[1].returncode == 0
    finally:
        for one in both:
            one.kill()
            one.communicate()
    for _ in range(2):
        assert one_round(tmp_path, system_clock() + LATER) == 0
    for name in HOMES:
        letters, requests, mails = came_of(tmp_path / name)
        assert (letters, requests) == ([Outcome.DONE] * many, many)
        assert mails.total() - len(mails) <= 1


class Slow:
    """A mailbox whose daemon falls asleep with the first letter in its hand."""

    def __init__(self, inner: Mailbox, sleeps: Callable[[], None]) -> None:
        self._inner = inner
        self._sleeps = sleeps

    def waiting(self) -> Iterator[Envelope]:
        """Give the letters, the first one late."""
        for number, envelope in enumerate(self._inner.waiting()):
            if number == 0:
                self._sleeps()
            yield envelope

    def file_away(self, envelope: Envelope, folder: str) -> None:
        """File as the mailbox does."""
        self._inner.file_away(envelope, folder)

    def listen(self, seconds: float, stop: Event) -> bool:
        """Hear nothing."""
        return False

    def close(self) -> None:
        """Leave the mailbox to its owner."""


def test_one_that_slept_writes_nothing_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out, the other did the work; what it still holds in its hand is refused."""
    agency = Agency(tmp_path / "home")
    for number in range(2):
        agency.post.write(cast.CLERK, f"Việc {number}", f"{REPORT} Lần {number}.")
    other = open_service(agency.home, lambda: agency.clock() + LATER, with_pdf=False)
    said: list[str] = []

    def other_works() -> None:
        with monkeypatch.context() as elsewhere, capture_logs() as logs:
            elsewhere.setattr(lease, "HOLDER", "another-machine")
            assert loop.run_once(other) == {}
        said.extend(str(line["event"]) for line in logs)

    agency.service.mailbox = Slow(agency.service.mailbox, other_works)
    failures = loop.run_once(agency.service, names=["mail_in"])
    assert "another daemon has taken over" in failures["mail_in"]
    assert said.count("work taken over") == 1
    other.close()
    agency.close()
    letters, requests, mails = came_of(agency.home)
    assert (letters, requests) == ([Outcome.DONE] * 2, 2)
    assert mails.total() == len(mails)


def test_a_mail_of_one_that_slept_is_not_made_twice(tmp_path: Path) -> None:
    """While one filled in the forms, another made and sent the mail: one mail, its marks count."""
    agency = Agency(tmp_path / "home")
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    loop.run_once(agency.service, names=["mail_in"])
    other = open_service(agency.home, lambda: agency.clock() + LATER, with_pdf=False)
    slept: list[bool] = []
    fill = agency.service.outgoing.fill_form

    def sleepy(form: FormAttachment) -> Sequence[Attached]:
        if not slept:
            slept.append(True)
            jobs.send_mail(other)
        return fill(form)

    agency.service.outgoing = replace(agency.service.outgoing, fill_form=sleepy)
    jobs.send_mail(agency.service)
    mails = agency.post.fetch()
    assert slept
    assert len(mails) == len({(mail.to, mail.subject) for mail in mails})
    other.close()


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and not holds():
        time.sleep(0.05)
    assert holds()
