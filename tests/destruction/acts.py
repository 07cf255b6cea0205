"""What a process does until it is killed: one round of a home's service, a pack, a restore."""

import errno
import io
import os
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from mailflow.demo.post import Moved
from tests.destruction.lives import FORKS, NO_PROGRAMS, ended

AT = datetime.fromisoformat("2026-03-02T09:00:00+07:00")
OCTOBER = datetime.fromisoformat("2026-10-02T09:00:00+07:00")
LATER = (20, 24 * 60)
"""Minutes after AT of the rounds after a kill: every lease has run out; the next morning."""

LATER_LETTER = "later.post"

PACK = "HO-SO.zip"
MOST = "MAILFLOW_MOST"

Act = Callable[[Path, int], None]
"""Done to a home so many minutes after AT."""


def in_a_process(act: Act, home: Path, *minutes: int, **environment: str) -> int:
    """Do an act at each of these minutes, in a process of its own; gives its exit code."""
    process = FORKS.Process(target=child, args=(act, home, minutes, environment))
    process.start()
    return ended(process)


def child(act: Act, home: Path, minutes: tuple[int, ...], environment: Mapping[str, str]) -> None:
    """Do an act at each of these minutes; the body of a process."""
    from workbook_sync import files

    log = os.open(home / "log" / "act.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.update({"PATH": NO_PROGRAMS, **environment})
    files.pause = lambda _seconds: None
    for one in minutes:
        act(home, one)


def one_round(home: Path, minutes: int) -> None:
    """Do one round of every job, as `run --once` does."""
    from mailflow.daemon import lock, loop
    from mailflow.wiring import open_service

    clock = Moved(AT + timedelta(minutes=minutes))
    with lock.only_one(home):
        service = open_service(home, clock, with_pdf=False)
        try:
            failures = loop.run_once(service)
        finally:
            service.close()
    if failures:
        sys.exit(str(failures))


def without_a_lock(home: Path, minutes: int) -> None:
    """Take letters in and send, as if the home's lock did not hold, as on some network folders."""
    from mailflow.daemon import lock
    from mailflow.daemon.jobs import JOBS

    vars(lock)["only_one"] = lambda _home: nullcontext()
    for name in JOBS.keys() - {"mail_in", "mail_out"}:
        del JOBS[name]
    one_round(home, minutes)


def on_a_full_disk(home: Path, minutes: int) -> None:
    """Do one round in which no file grows beyond `MOST` octets."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(os.environ[MOST]), resource.RLIM_INFINITY))
    one_round(home, minutes)


def register_on_a_full_disk(home: Path, minutes: int) -> None:
    """Do one round in which the register's disk is full when half of its bytes are written."""
    from workbook_sync import places

    vars(places)["_opened_for_writing"] = lambda path: _Full(io.FileIO(path, "r+b"))
    one_round(home, minutes)


class _Full(io.BufferedRandom):
    def truncate(self, size: int | None = None) -> int:
        """Fail, as the kernel does when no block is left."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def first_rounds(home: Path, minutes: int) -> None:
    """Do a round; after the first somebody writes again."""
    letter = home / LATER_LETTER
    if minutes and letter.exists():
        letter.rename(home / "mail/in/new" / letter.name)
    one_round(home, minutes)


def round_in_a_plain_folder(home: Path, minutes: int) -> None:
    """Do one round where the folder of the registers knows neither leases nor links."""
    from workbook_sync import places

    places._lease = _without_leases
    Path.hardlink_to = _refused  # type: ignore[method-assign,assignment]  # this process ends soon
    one_round(home, minutes)


def _without_leases(handle: IO[bytes]) -> bool:
    return False


def _refused(path: Path, _target: object) -> None:
    raise PermissionError(1, "Operation not permitted", str(path))


def october_round(home: Path, minutes: int) -> None:
    """Do a round on the second day of October."""
    one_round(home, minutes + (OCTOBER - AT) // timedelta(minutes=1))


def rebuild(home: Path, minutes: int) -> None:
    """Make a new record from the old one, unless it is there."""
    from mailflow.cli import main

    new = home / "new.sqlite"
    if not new.exists():
        sys.argv = ["mailflow", "--home", str(home), "record", "rebuild", str(new)]
        main()


def pack(home: Path, minutes: int) -> None:
    """Write the year's evidence pack, unless it is there."""
    from mailflow.cli import main

    out = home / PACK
    if not out.exists():
        sys.argv = ["mailflow", "--home", str(home), "record", "pack", "2026", str(out)]
        main()


def restore(home: Path, minutes: int) -> None:
    """Put the copy in the record's place, as an operator does."""
    from mailflow.upkeep import restore_record

    restore_record(home, home / "copy.sqlite", Moved(AT + timedelta(minutes=minutes)))
