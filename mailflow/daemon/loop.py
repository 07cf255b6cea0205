"""The loop: every job in its pace, one job's failure never stopping the next."""

import signal
import threading
from functools import partial

import structlog
from schedule import Scheduler

from mailflow.daemon import health
from mailflow.daemon.jobs import JOBS
from mailflow.errors import MailflowError
from mailflow.wiring import Service

LOG = structlog.get_logger()


def run_once(service: Service) -> dict[str, str]:
    """Run every job once, in order; gives the failures by job, empty when all went well."""
    failures: dict[str, str] = {}
    for name in JOBS:
        _run(service, name, failures)
    health.write(service.settings.home, service.clock(), failures)
    return failures


def run_forever(service: Service) -> None:
    """Run the jobs at their pace until SIGTERM or SIGINT; the job at hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    failures: dict[str, str] = {}
    scheduler = Scheduler()
    for name, job in JOBS.items():
        scheduler.every(job.seconds).seconds.do(partial(_run, service, name, failures))
    while not stop.wait(1):
        scheduler.run_pending()
        health.write(service.settings.home, service.clock(), failures)


def _run(service: Service, name: str, failures: dict[str, str]) -> None:
    """Run one job; whatever goes wrong is noted for the operator and tried again next round."""
    try:
        JOBS[name].run(service)
    except MailflowError as error:
        failures[name] = str(error)
        LOG.warning("job failed", job=name, error=str(error))
    except Exception as error:
        failures[name] = f"{type(error).__name__}, see the log"
        LOG.exception("job failed", job=name)
    else:
        failures.pop(name, None)
