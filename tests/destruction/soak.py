"""A year of letters over real servers, its daemon killed now and then: speed, memory, losses."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.destruction.chaos import Survived, survived
from tests.destruction.letters import STORIES, People
from tests.destruction.lives import Stepped, kill, live
from tests.destruction.town import SECRETS, Town, town
from tests.servers import DovecotKind

START = datetime.fromisoformat("2026-01-05T08:00:00+07:00")
BETWEEN = timedelta(days=365) // 100_000
"""From one letter to the next."""

AHEAD = 100
"""Letters that lie in the inbox at the most: people wait for answers."""

SAMPLES = 5
"""How often the memory of one life is looked at."""

STORE = DovecotKind(store="sdbox:~/sdbox")
"""A folder of a hundred thousand files is read anew for every move into it; this one is not."""

UNDATED = tuple(story for story in STORIES if not any("/2026" in step.says for step in story[2]))
"""Stories that can be told all year round."""


@dataclass(frozen=True)
class Plan:
    """How many letters come in, after how many the daemon is killed, how fast its jobs go round."""

    letters: int = 100_000
    every: int = 5_000
    seed: int = 1
    pace: int = 1


@dataclass
class Life:
    """One life of a daemon: letters worked off in so many seconds; its memory in MB on the way."""

    letters: int
    seconds: float = 0.0
    megabytes: list[float] = field(default_factory=list)


def soak(folder: Path, plan: Plan, say: Callable[[str], None]) -> Survived:
    """Let the year pass; says of each life how fast it was and how much memory it held."""
    clock = Stepped(START, plan.pace, time.monotonic(), folder / "ahead")
    clock.ahead.write_text("0", encoding="ascii")
    chance = random.Random(plan.seed)
    people = People(chance, UNDATED, answers=0.15, noise=0.95)
    with town(folder, clock, chance, people, STORE) as made:
        for goal in (*range(plan.every, plan.letters, plan.every), plan.letters):
            life = _lived(made, clock, goal, plan)
            held = ", ".join(f"{one:.0f}" for one in life.megabytes)
            rate = life.letters / life.seconds
            say(f"{goal} letters, {clock():%d/%m/%Y}: {rate:.1f} a second, {held} MB")
        return survived(made, clock, -(-plan.letters // plan.every))


def _lived(made: Town, clock: Stepped, goal: int, plan: Plan) -> Life:
    """Let one daemon live until so many letters of all are worked off, then kill it."""
    before, start = _ended(made), time.monotonic()
    life = Life(goal - before)
    looks = iter(range(before, goal, max(1, life.letters // SAMPLES)))
    process, look = live(made.home, clock, **SECRETS), next(looks)
    for done in _fed(made, clock, goal, plan):
        if done > look:
            life.megabytes.append(_megabytes(process))
            look = next(looks, goal)
    life.seconds = time.monotonic() - start
    life.megabytes.append(_megabytes(process))
    assert kill(process), (made.home / "log/daemon.log").read_text(encoding="utf-8")[-2000:]
    return life


def _fed(made: Town, clock: Stepped, goal: int, plan: Plan) -> Iterator[int]:
    """Write letters, and let time pass, as they are worked off; gives how many were, each time."""
    before = _ended(made)
    while (done := _ended(made)) < goal:
        clock.step((done - before) * int(BETWEEN.total_seconds()))
        before = done
        made.reads()
        for _ in range(min(plan.letters, done + AHEAD) - len(made.letters)):
            made.posts()
        yield done
        time.sleep(0.1)


def _ended(made: Town) -> int:
    """Count the letters that came to an end."""
    record = made.home / "record.sqlite"
    if not record.exists():
        return 0
    with closing(sqlite3.connect(f"{record.as_uri()}?mode=ro", uri=True)) as base:
        try:
            query = "SELECT count(*) FROM letters WHERE outcome IS NOT NULL"
            return int(base.execute(query).fetchone()[0])
        except sqlite3.OperationalError:  # its tables are only being made
            return 0


def _megabytes(process: ForkServerProcess) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
