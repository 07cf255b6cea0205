"""Measures how many letters a second one, two and four daemons work off for twenty agencies.

`MAILFLOW_DATABASE=postgresql python -m benchmarks.daemons [--agencies N] [--letters N]`: the homes
lie in one folder, their records in one PostgreSQL that is started for it (without fsync). For each
number of daemons the homes are made anew; once every daemon goes round, each mailbox gets its
letters. Counted is from the first letter kept to the last mail sent. Ends with an error when a
letter had not its one effect, or a mail was sent twice.
"""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM
from subprocess import Popen
from tempfile import TemporaryDirectory

from benchmarks.post import deliver, reports
from mailflow.clock import system_clock
from mailflow.demo import cast
from mailflow.home import make_home
from mailflow.record import Engine, Outcome, Work, open_record
from mailflow.settings import load
from tests.databases import settle

COMMAND = (sys.executable, "-c", "from mailflow.cli import main; main()")
PATIENCE = 1_200
"""Seconds after which a run is given up."""


def main(arguments: Sequence[str]) -> int:
    """Run each number of daemons and print letters a second, and the ratio to one."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=20)
    parser.add_argument("--letters", type=int, default=20, help="of each agency")
    wanted = parser.parse_args(arguments)
    total = wanted.agencies * wanted.letters
    sys.stdout.write(f"{wanted.agencies} agencies, {total} letters, {os.cpu_count()} processors\n")
    rates: list[float] = []
    for daemons in (1, 2, 4):
        with TemporaryDirectory(prefix="bench-daemons-") as folder:
            seconds, mails = _measured(Path(folder), daemons, wanted.agencies, wanted.letters)
        rates.append(total / seconds)
        sys.stdout.write(
            f"{daemons} daemons: {rates[-1]:.2f} letters and {mails / seconds:.2f} mails a second"
            f" ({seconds:.0f} s), {rates[-1] / rates[0]:.2f} times one\n"
        )
        sys.stdout.flush()
    return 0


def _measured(folder: Path, daemons: int, agencies: int, letters: int) -> tuple[float, int]:
    """Give the seconds from the first letter kept to the last mail sent, and how many there were.

    Raises ValueError when something was lost or done twice.
    """
    homes = [_home(folder, number) for number in range(agencies)]
    engine = open_record(load(homes[0]).record.database_url)
    with _running(folder, daemons):
        _until(lambda: all(len(list(h.glob("health.*.json"))) == daemons for h in homes))
        for home in homes:
            deliver(reports(letters, system_clock()), home, "bench")
        _until(lambda: bool(_counted(engine, homes, "kept")))
        started = time.monotonic()
        _until(lambda: _counted(engine, homes, "done") == agencies * letters)
        _until(lambda: _counted(engine, homes, "open") == 0)
        seconds = time.monotonic() - started
    sent = sum(len(list((home / "mail/out/new").iterdir())) for home in homes)
    if sent != _counted(engine, homes, "sent"):
        raise ValueError(f"{sent} mails went out, which are not those of the record")
    return seconds, sent


def _home(folder: Path, number: int) -> Path:
    home, people = folder / f"agency{number:02d}", cast.SECRETARY.email
    make_home(home, cast.AGENCY, cast.MAILBOX, people, system_clock, cast.ROSTER)
    settle(home, home.name, folder / "agency00" if number else None)
    return home


@contextmanager
def _running(folder: Path, daemons: int) -> Iterator[None]:
    """Run daemons without LibreOffice until the block ends, then let each end its letter."""
    with (folder / "log").open("wb") as log:
        words = [*COMMAND, "run", "--homes", str(folder)]
        started = [
            Popen(words, stdout=log, stderr=log, env={**os.environ, "PATH": ""})  # noqa: S603 (the program is our own)
            for _ in range(daemons)
        ]
        try:
            yield
        finally:
            for one in started:
                one.send_signal(SIGTERM)
            for one in started:
                one.wait(PATIENCE)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise ValueError("the daemons did not come to an end")
        time.sleep(0.5)


def _counted(engine: Engine, homes: Sequence[Path], what: str) -> int:
    """Count over all agencies: letters kept or done, letters and notices still open, mails sent."""
    total = 0
    for home in homes:
        with Work(engine, home.name, reading=True) as work:
            found = work.counts()
        letters, notices = found.letters, found.notices
        waiting = letters.get("waiting", 0) + notices.get("waiting", 0)
        total += {
            "kept": sum(letters.values()),
            "done": letters.get(Outcome.DONE, 0),
            "open": waiting,
            "sent": notices.get("sent", 0),
        }[what]
    return total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
