"""A daemon as a process of its own: it can be killed, and it lives faster than we do."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.destruction.warm"])
NO_PROGRAMS = "/nonexistent"
"""As PATH: without LibreOffice a life begins at once, and PDF is not what is tried here."""


@dataclass(frozen=True)
class Fast:
    """A clock that goes `pace` times as fast as the machine's, from `start` at its moment `since`.

    `since` is in seconds of the machine's monotonic clock, which all processes share.
    """

    start: datetime
    pace: int
    since: float

    def __call__(self) -> datetime:
        """Give the moment, in UTC."""
        gone = timedelta(seconds=(time.monotonic() - self.since) * self.pace)
        return (self.start + gone).astimezone(UTC)

    def step(self, seconds: int) -> None:
        """Go on by so much at once, where that can be."""


@dataclass(frozen=True)
class Stepped(Fast):
    """A clock that also goes on by what is written into a file: seconds, as decimal digits."""

    ahead: Path = Path()

    def __call__(self) -> datetime:
        """Give the moment, in UTC."""
        return super().__call__() + timedelta(seconds=int(self.ahead.read_text(encoding="ascii")))

    def step(self, seconds: int) -> None:
        """Go on by so much at once."""
        said = int(self.ahead.read_text(encoding="ascii")) + seconds
        new = self.ahead.with_suffix(".new")
        new.write_text(str(said), encoding="ascii")
        new.replace(self.ahead)


def live(home: Path, clock: Fast | None = None, **environment: str) -> ForkServerProcess:
    """Start `mailflow run` on a home; its log goes to the home's `log/daemon.log`.

    With a clock it lives at that clock's pace: the jobs come round so much faster.
    """
    process = FORKS.Process(target=_run, args=(home, clock, environment))
    process.start()
    return process


def ended(process: ForkServerProcess, seconds: float = 60) -> int:
    """Wait for a process to end; gives its exit code, negative for a signal."""
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise RuntimeError(f"still alive after {seconds} s")
    return process.exitcode


def kill(process: ForkServerProcess) -> bool:
    """Kill a process as the power does; False when it had ended by itself."""
    process.kill()
    return ended(process) == -signal.SIGKILL


def _run(home: Path, clock: Fast | None, environment: Mapping[str, str]) -> None:
    from mailflow.cli import main

    os.environ.update({"PATH": NO_PROGRAMS, **environment})
    log = os.open(home / "log" / "daemon.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    if clock:
        _hurry(clock)
    sys.argv = ["mailflow", "--home", str(home), "run"]
    main()


def _hurry(clock: Fast) -> None:
    """Let this process live at a clock's pace."""
    from mailflow.cli import working
    from mailflow.daemon.jobs import JOBS
    from workbook_sync import files

    vars(working)["system_clock"] = clock
    files.pause = lambda seconds: time.sleep(float(seconds) / clock.pace)
    for name, job in JOBS.items():
        JOBS[name] = replace(job, seconds=max(1, job.seconds // clock.pace))
