"""The loop: every job in its pace, one job's failure never stopping the next."""

import signal
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from mailflow.channels.base import LoginRefused
from mailflow.daemon import health, notify
from mailflow.daemon.jobs import JOBS
from mailflow.errors import MailflowError
from mailflow.wiring import Service

LOG = structlog.get_logger()
PAUSE = timedelta(minutes=15)
"""How long a job rests after a refused login: quick tries lock accounts."""

PACE = 10
"""The most seconds between two looks at what is due."""


@dataclass
class Standing:
    """How the jobs stand: which failed and why, and until when those with no login rest."""

    failures: dict[str, str] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)


def run_once(
    service: Service, standing: Standing | None = None, names: Iterable[str] = JOBS
) -> dict[str, str]:
    """Run every job once, or those named; gives the failures by job, empty when all went well."""
    standing = standing or Standing()
    for name in names:
        _run(service, name, standing)
    health.write(service.settings.home, service.clock(), standing.failures)
    return standing.failures


def run_forever(service: Service) -> None:
    """Run the jobs at their pace until SIGTERM or SIGINT; the letter at hand is finished first.

    The pace is counted by a clock that nobody can set: one set back by a day must not stop a day's
    work.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop.set())
    standing = Standing()
    notify.tell(notify.READY)
    run_once(service, standing)
    ran = dict.fromkeys(JOBS, time.monotonic())
    while not service.stop.is_set():
        idle = min(_left(name, ran) for name in JOBS)
        if service.mailbox.listen(max(0, min(idle, PACE)), service.stop):
            _run(service, "mail_in", standing)
        for name in [name for name in JOBS if _left(name, ran) <= 0]:
            _run(service, name, standing)
            ran[name] = time.monotonic()
        health.write(service.settings.home, service.clock(), standing.failures)
    notify.tell(notify.STOPPING)


def _left(name: str, ran: Mapping[str, float]) -> float:
    """Give the seconds until a job is due."""
    return JOBS[name].seconds - (time.monotonic() - ran[name])


def _run(service: Service, name: str, standing: Standing) -> None:
    """Run one job; whatever goes wrong is noted for the operator and tried again next round."""
    notify.tell(notify.ALIVE)
    now = service.clock()
    if service.stop.is_set() or now < standing.resting.get(name, now) <= now + PAUSE:
        return
    try:
        JOBS[name].run(service)
    except MailflowError as error:
        if isinstance(error, LoginRefused):
            standing.resting[name] = now + PAUSE
        standing.failures[name] = str(error)
        LOG.warning("job failed", job=name, error=str(error))
    except Exception as error:
        standing.failures[name] = f"{type(error).__name__}, see the log"
        LOG.exception("job failed", job=name)
    else:
        standing.failures.pop(name, None)
