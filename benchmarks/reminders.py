"""Measures a day's round of reminders and digests over many open requests.

`python -m benchmarks.reminders [--count N]`: seconds, peak memory and how often a request was
rebuilt from its journal; the exit code is 1 when one was rebuilt more than once.
"""

import resource
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import structlog

from mailflow.actions.execute import execute
from mailflow.daemon import jobs
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.home import make_home
from mailflow.procedure import machine
from mailflow.procedure.request import Command, Entry, Json, Request, Via
from mailflow.procedure.terms import Act
from mailflow.record import requests
from mailflow.wiring import Service, open_service

START = datetime.fromisoformat("2026-03-02T08:00:00+07:00")
VIA = Via("console", "bench")
UNITS = (cast.ONE_STOP_HEAD, cast.PLANNING_HEAD, cast.EXPERT_HEAD, cast.OFFICE_HEAD)


def main(arguments: Sequence[str]) -> int:
    """Fill a record, run one round on a leaders' day, and print what it took."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="open requests")
    count: int = parser.parse_args(arguments).count
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with TemporaryDirectory(prefix="bench-reminders-") as folder:
        home, clock = Path(folder) / "home", Moved(START)
        make_home(home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
        service = open_service(home, clock, with_pdf=False)
        try:
            jobs.remind(service)  # the round before, on a day without requests
            _fill(service, count)
            clock.now = START + timedelta(days=14)
            return _measured(service, count)
        finally:
            service.close()


def _fill(service: Service, count: int) -> None:
    """Report requests and carry most of them on, so that several people owe several acts."""
    world = service.house.world(service.clock())
    with service.open_work() as work:
        for number in range(count):
            code: str | None = None
            for who, act, answer, fields in life(number):
                command = Command(act, answer, code, fields, who, VIA, "console")
                done = execute(work, service.house, command, world)[0]
                if done.outcome != "done":
                    raise ValueError(f"{act}: {done.problem}")
                code = done.code
        work.keep()


def life(number: int) -> list[tuple[str, Act, str, dict[str, Json]]]:
    """Give the first one to four acts on a request: who, what, the answer, its fields."""
    head = UNITS[number % len(UNITS)]
    content = f"Hồ sơ số {number} trả quá hạn {number % 7} ngày, công dân phải đến nhiều lần."
    acts: list[tuple[str, Act, str, dict[str, Json]]] = [
        (
            cast.CLERK.id,
            Act.REPORT,
            "",
            {"kind": "corrective_action", "content": content, "unit": head.unit},
        ),
        (head.id, Act.DECIDE_NEED, "yes", {"signs": ["recurring"]}),
        (cast.SECRETARY.id, Act.PRESENT, "", {}),
        (
            cast.LEAD.id,
            Act.DIRECT,
            "assign",
            {"direction": "Làm rõ", "assignees": [head.id], "analysis_due": "2026-03-10"},
        ),
    ]
    return acts[: 1 + number % 4]


def _measured(service: Service, count: int) -> int:
    rebuilt: list[str] = []
    replay = machine.replay

    def counted(entries: Sequence[Entry]) -> Request:
        rebuilt.append(str(entries[0].request))
        return replay(entries)

    setattr(requests, "replay", counted)  # noqa: B010 - only counts
    started, spent = perf_counter(), process_time()
    jobs.remind(service)
    took, spent = perf_counter() - started, process_time() - spent
    setattr(requests, "replay", replay)  # noqa: B010 - counts no more
    with service.open_work(reading=True) as work:
        notices = work.notices.list(1_000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{count} open requests: {took:.1f} s ({spent:.1f} s of processor), "
        f"{len(notices)} mails, peak {peak:.0f} MB, "
        f"{len(rebuilt)} rebuilt, {len(rebuilt) - len(set(rebuilt))} of them twice\n"
    )
    return 0 if len(rebuilt) == len(set(rebuilt)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
