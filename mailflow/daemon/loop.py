"""The loop: every job in its pace, one job's failure never stopping the next."""

import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog
from schedule import Scheduler

from mailflow.channels.base import LoginRefused, NoAnswer
from mailflow.daemon import health, lease, notify
from mailflow.daemon.jobs import JOBS, Job
from mailflow.errors import MailflowError
from mailflow.wiring import Service

LOG = structlog.get_logger()
PAUSE = timedelta(minutes=15)
"""How long a job rests after a refused login: quick tries lock accounts."""

SILENCE = timedelta(minutes=5)
"""How long after a server let the time run out: meanwhile the others are served."""

SHORTEST = min(job.seconds for job in JOBS.values())
"""The most seconds until some job is due."""


POST = frozenset({"mail_in", "mail_out"})
"""What is done at once when a letter came: nobody waits for an answer that is ready."""


@dataclass
class Standing:
    """How the jobs stand: which failed and why, and until when some rest.

    `more` names the jobs that are wanted at once, whatever their pace; `by` names the daemon where
    several share a home.
    """

    failures: dict[str, str] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)
    more: set[str] = field(default_factory=set)
    by: str = ""


def run_once(
    service: Service, standing: Standing | None = None, names: Iterable[str] = JOBS
) -> dict[str, str]:
    """Run every job, or those named, until nothing waits; gives the failures by job, if any."""
    standing = standing or Standing()
    begin(service, standing, names)
    while standing.more:
        _go_on(service, standing)
    _say(service, standing)
    return standing.failures


def run_due(service: Service, standing: Standing, scheduler: Scheduler) -> None:
    """Run the jobs that are wanted at once, then those whose time has come."""
    _go_on(service, standing)
    scheduler.run_pending()
    _say(service, standing)


def until_told(stop: Event) -> None:
    """Have SIGTERM and SIGINT set an event, on which every loop here ends."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


def run_forever(service: Service) -> None:
    """Run the jobs at their pace until SIGTERM or SIGINT; the letter at hand is finished first.

    `schedule` goes by the clock on the wall: once that was set back, nothing would be due for as
    long, so the pace is begun anew.
    """
    until_told(service.stop)
    standing = Standing()
    notify.tell(notify.READY)
    begin(service, standing)
    scheduler = paced(service, standing)
    while not service.stop.is_set():
        if (scheduler.idle_seconds or 0) > SHORTEST:
            scheduler = paced(service, standing)
        pause = 0 if standing.more else max(0, scheduler.idle_seconds or 0)
        if service.mailbox.listen(pause, service.stop):
            standing.more |= POST
        run_due(service, standing, scheduler)
    notify.tell(notify.STOPPING)


def begin(service: Service, standing: Standing, names: Iterable[str] = JOBS) -> None:
    """Run every job once, or those named, whatever is left for their next round."""
    for name in names:
        _run(service, name, standing)
    _say(service, standing)


def _go_on(service: Service, standing: Standing) -> None:
    wanted, standing.more = standing.more, set()
    for name in JOBS:
        if name in wanted:
            _run(service, name, standing)


def _do(service: Service, job: Job) -> bool:
    """Run a job, but not one that another daemon is about; True when there is more to do."""
    if not job.alone:
        return bool(job.run(service))
    with lease.taken(service) as ours:
        return ours and bool(job.run(service))


def _say(service: Service, standing: Standing) -> None:
    standing.failures.pop("health", None)
    try:
        health.write(service.settings.home, service.clock(), standing.failures, standing.by)
    except OSError as error:
        standing.failures["health"] = f"the health file cannot be written: {error.strerror}"
        LOG.warning("job failed", job="health", error=standing.failures["health"])


def paced(service: Service, standing: Standing) -> Scheduler:
    """Give the jobs their pace, from now on."""
    scheduler = Scheduler()
    for name, job in JOBS.items():
        scheduler.every(job.seconds).seconds.do(partial(_run, service, name, standing))
    return scheduler


def _run(service: Service, name: str, standing: Standing) -> None:
    """Run one job; whatever goes wrong is noted for the operator and tried again next round."""
    notify.tell(notify.ALIVE)
    now = service.clock()
    if service.stop.is_set() or now < standing.resting.get(name, now) <= now + PAUSE:
        return
    try:
        if _do(service, JOBS[name]):
            standing.more.add(name)
    except MailflowError as error:
        if isinstance(error, LoginRefused | NoAnswer):
            standing.resting[name] = now + (PAUSE if isinstance(error, LoginRefused) else SILENCE)
        standing.failures[name] = str(error)
        LOG.warning("job failed", job=name, error=str(error))
    except Exception as error:
        standing.failures[name] = f"{type(error).__name__}, see the log"
        LOG.exception("job failed", job=name)
    else:
        standing.failures.pop(name, None)
