"""One daemon, many homes: each has its rounds by turns; other daemons may share the same folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from time import monotonic

import structlog
from schedule import Scheduler

from mailflow import settings
from mailflow.daemon import health, lease, lock, loop, notify
from mailflow.errors import MailflowError, Misconfigured, Temporary
from mailflow.outbox.filler import sweep
from mailflow.wiring import Service

LOG = structlog.get_logger()
AGAIN = 60
"""Seconds until a home that could not be opened is tried again."""

BREATH = 1
"""Seconds between two looks at what is due in any home."""

OpenHome = Callable[[Path], Service]


@dataclass(frozen=True)
class AtWork:
    """A home that this daemon works for, and the lock it has it by."""

    service: Service
    standing: loop.Standing
    scheduler: Scheduler
    lock: ExitStack


@dataclass
class Homes:
    """The homes of a folder: those at work, and what is wrong with the others and since when."""

    folder: Path
    open_home: OpenHome
    stop: Event
    at_work: dict[Path, AtWork]
    shut: dict[Path, tuple[float, str]]


def run(folder: Path, open_home: OpenHome, *, once: bool = False) -> dict[str, str]:
    """Work for every home in a folder until told to stop, or `once` until no post waits.

    A home is a folder in it that holds a mailflow.toml; new ones are taken up, and one at fault
    stops no other. Gives what failed, by home and job. Raises Misconfigured when there is none.
    """
    homes = Homes(folder, open_home, Event(), {}, {})
    found(folder)
    loop.until_told(homes.stop)
    notify.tell(notify.READY)
    try:
        while not homes.stop.is_set():
            for home in _by_turns(homes):
                _round(homes, home)
            if once and not any(work.standing.more for work in homes.at_work.values()):
                break
            homes.stop.wait(BREATH)
        notify.tell(notify.STOPPING)
        return dict(_failures(homes))
    finally:
        for home in list(homes.at_work):
            _close(homes, home)


def found(folder: Path) -> list[Path]:
    """List the homes in a folder. Raises Misconfigured when there is none."""
    homes = [file.parent for file in sorted(folder.glob(f"*/{settings.FILE}"))]
    if not homes:
        raise Misconfigured([f"{folder}: no folder in it holds a {settings.FILE}"])
    return homes


def _by_turns(homes: Homes) -> Iterator[Path]:
    """Give the homes; where several daemons are at it, each begins at another one."""
    there: list[Path] = []
    with suppress(Misconfigured):  # the last home was taken out: another may come
        there = found(homes.folder)
    for home in set(homes.at_work) - set(there):
        _close(homes, home)
    homes.shut = {home: why for home, why in homes.shut.items() if home in there}
    start = sum(lease.HOLDER.encode()) % max(1, len(there))
    for home in there[start:] + there[:start]:
        if homes.stop.is_set():
            return
        notify.tell(notify.ALIVE)
        yield home


def _round(homes: Homes, home: Path) -> None:
    """Do what is due in a home; one that is at fault, or went away, is left and tried again."""
    since, _ = homes.shut.get(home, (-AGAIN, ""))
    try:
        if home in homes.at_work:
            _go_on(homes, home)
        elif monotonic() - since >= AGAIN:
            _open(homes, home)
    except (MailflowError, OSError) as error:
        homes.shut[home] = (monotonic(), str(error))
        LOG.warning("home left alone", home=home.name, error=str(error))
        if home in homes.at_work:
            _close(homes, home)


def _go_on(homes: Homes, home: Path) -> None:
    work = homes.at_work[home]
    if (work.scheduler.idle_seconds or 0) > loop.SHORTEST:  # the clock was set back
        work = replace(work, scheduler=loop.paced(work.service, work.standing))
        homes.at_work[home] = work
    loop.run_due(work.service, work.standing, work.scheduler)


def _open(homes: Homes, home: Path) -> None:
    """Take up a home and do its first round."""
    _alone_in_record(homes, home)
    with ExitStack() as opened:
        service = _opened(homes, home, opened)
        standing = loop.Standing(by=lease.HOLDER if service.shared else "")
        scheduler = loop.paced(service, standing)
        homes.at_work[home] = AtWork(service, standing, scheduler, opened.pop_all())
    homes.shut.pop(home, None)
    loop.begin(service, standing)


def _opened(homes: Homes, home: Path, opened: ExitStack) -> Service:
    with suppress(Temporary), lock.only_one(home):
        sweep(home)
        health.sweep(home)
    shared = settings.load(home).record.on_server
    opened.enter_context(lock.only_one(home, shared=shared))
    service = homes.open_home(home)
    service.stop = homes.stop
    opened.callback(service.close)
    return service


def _alone_in_record(homes: Homes, home: Path) -> None:
    """Raise Misconfigured where another home of the folder is the same agency of one record."""
    own = settings.load(home)
    mine = (own.record.database_url, own.agency.id)
    for other, work in homes.at_work.items():
        theirs = work.service.settings
        if (theirs.record.database_url, theirs.agency.id) == mine:
            raise Misconfigured([f"agency.id: {own.agency.id!r} is also that of {other.name}"])


def _close(homes: Homes, home: Path) -> None:
    work = homes.at_work.pop(home)
    work.lock.close()
    if work.standing.by and home.is_dir():
        health.leave(home, work.standing.by)


def _failures(homes: Homes) -> Iterator[tuple[str, str]]:
    for home, (_, why) in sorted(homes.shut.items()):
        yield home.name, why
    for home, work in sorted(homes.at_work.items()):
        for job, why in work.standing.failures.items():
            yield f"{home.name}: {job}", why
