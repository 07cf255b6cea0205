"""Measures what keeps a record safe: copying it, verifying it, putting a copy back, rebuilding it.

`python -m benchmarks.record [--letters N]`: the record of an agency that took N letters, each with
a mail in answer. Seconds, seconds of processor and peak memory of each; exit code 1 when the
rebuilt record is not whole.
"""

import random
import resource
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TypeVar

import structlog

from benchmarks.reminders import life
from mailflow.actions.execute import execute
from mailflow.actions.house import House
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.home import make_home
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Via
from mailflow.record import Arrival, NewAsk, NewNotice, Outcome, Work
from mailflow.upkeep import back_up_record, rebuild_record, restore_record, verify_record
from mailflow.wiring import Service, open_service

START = datetime.fromisoformat("2026-03-02T08:00:00+07:00")
TOGETHER = 200
"""Requests carried on in one unit of work."""
T = TypeVar("T")
LETTER, MAIL = 15_000, 40_000
"""Bytes of a letter with a small picture, and of a mail with the form."""


def main(arguments: Sequence[str]) -> int:
    """Fill a record and print what each verb takes."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    count: int = parser.parse_args(arguments).letters
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with TemporaryDirectory(prefix="bench-record-") as folder:
        home, clock = Path(folder) / "home", Moved(START)
        make_home(home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
        service = open_service(home, clock, with_pdf=False)
        _fill(service, count)
        service.close()
        size = (home / "record.sqlite").stat().st_size / 2**20
        sys.stdout.write(f"{count} letters and as many mails, {size:.0f} MB\n")
        return _measured(home, clock)


def _measured(home: Path, clock: Moved) -> int:
    new = home / "new.sqlite"
    copy = _timed("record backup", lambda: back_up_record(home, clock))
    faults = _timed("record verify", lambda: verify_record(home))
    _timed("record restore", lambda: restore_record(home, copy, clock))
    made = _timed("record rebuild", lambda: rebuild_record(home, new, clock))
    sys.stdout.writelines(f"{line}\n" for line in (*faults, *made.lost, *made.faults))
    return 0 if made.whole and not faults else 1


def _timed(name: str, work: Callable[[], T]) -> T:
    started, spent = perf_counter(), process_time()
    done = work()
    took, spent = perf_counter() - started, process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{name}: {took:.1f} s ({spent:.1f} s of processor), peak {peak:.0f} MB\n")
    return done


def _fill(service: Service, count: int) -> None:
    """Let letters report requests and carry them on, each answered by a mail that asks."""
    world, noise = service.house.world(service.clock()), random.Random(count)  # noqa: S311 (no secret)
    number = letters = 0
    while letters < count:
        with service.open_work() as work:
            for _ in range(TOGETHER):
                letters += _lived(work, service.house, world, number, noise)
                number += 1
            work.keep()


def _lived(work: Work, house: House, world: World, number: int, noise: random.Random) -> int:
    """Carry one request on by letters; gives how many there were."""
    code: str | None = None
    for who, act, answer, fields in life(number):
        letter = work.letters.keep(_arrival(who, f"{number}.{act}", noise)).id
        command = Command(act, answer, code, fields, who, Via("letter", str(letter)), "token")
        done = execute(work, house, command, world)[0]
        if done.outcome != "done":
            raise ValueError(f"{act}: {done.problem}")
        code = done.code
        acts = [{"request": code, "act": act.value, "answer": answer, "outcome": "done"}]
        work.letters.settle(letter, Outcome.DONE, code, "", acts, START, who)
        _answer(work, who, letter, str(code), noise)
    return len(life(number))


def _arrival(who: str, name: str, noise: random.Random) -> Arrival:
    head = f"From: {who}\r\nMessage-ID: <{name}@bench.example>\r\nSubject: Thu {name}\r\n\r\n"
    raw = head.encode() + noise.randbytes(LETTER // 2).hex().encode()
    place = ("maildir", "INBOX", 1, None, f"maildir:INBOX/{name}")
    outside = (f"{name}@bench.example", sha256(raw).hexdigest(), who, f"Thu {name}")
    return Arrival(raw, *place, START, *outside)


def _answer(work: Work, who: str, letter: int, code: str, noise: random.Random) -> None:
    """Put a mail that asks and was sent beside a letter."""
    ask = NewAsk([{"request": code, "state": "reported", "act": "comment"}], START)
    context = {"asks": [], "results": [], "attachments": [], "text": "chữ " * 200}
    number = work.notices.add(NewNotice("done", who, who, code, context, START, (), letter, ask))
    mime = work.blobs.put(noise.randbytes(MAIL // 2).hex().encode())
    work.notices.composed(number, f"a.{number}@bench.example", mime, f"token {number}")
    work.notices.sent(number, START, "250 ok")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
