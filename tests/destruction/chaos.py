"""Kills a daemon at random while letters and edits come in, and looks at what is left."""

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.console import run
from tests.destruction.lives import Fast, ended, kill, live
from tests.destruction.town import SECRETS, Town, message_id, town
from tests.destruction.verdicts import faults, set_aside

START = datetime.fromisoformat("2026-03-02T08:00:00+07:00")
PACE = 60
"""An hour passes in a minute: a lease of 15 minutes is over in as many seconds."""

LONGEST_LIFE = 15.0
OFTEN = 0.15
"""Share of the lives in which mail goes out, if there is any."""

LETTERS_PER_EDIT = 5
REST_SECONDS = 1_200
REST = timedelta(minutes=2)
"""How long nothing may be left to do before the town counts as at rest."""


@dataclass(frozen=True)
class Plan:
    """What to destroy; `usual_life` is in seconds, many lives are far shorter, few longer."""

    letters: int = 500
    kills: int = 300
    seed: int = 1
    pace: int = PACE
    usual_life: float = 2.5


@dataclass(frozen=True)
class Survived:
    """What a destruction came to: kills, letters, mails sent and sent again, and all faults.

    `set_aside` are letters over which three daemons died; the secretary was told of each.
    """

    kills: int
    letters: int
    deliveries: int
    rows: int
    mails: int
    again: int
    set_aside: int
    faults: tuple[str, ...]


def destroy(folder: Path, plan: Plan, say: Callable[[str], None]) -> Survived:
    """Let letters and edits come in while the daemon is killed again and again; then look."""
    clock, kills = Fast(START, plan.pace, time.monotonic()), plan.kills
    with town(folder, clock, random.Random(plan.seed)) as made:
        _kill_at_random(made, clock, plan, say)
        while len(made.letters) < plan.letters:
            made.posts()
        return survived(made, clock, kills)


def survived(made: Town, clock: Fast, kills: int) -> Survived:
    """Let a town come to rest after so many kills, and look at what is left."""
    found = _brought_to_rest(made, clock)
    made.reads()
    found += faults(made, kills)
    verified = run(made.home, "record", "verify")
    found += [verified.stdout.strip()] if verified.returncode else []
    sent = len(made.sink.taken)
    again = sent - len({message_id(taken.content) for taken in made.sink.taken})
    typed = len(made.keepers.rows) + len(made.keepers.decided)
    delivered = made.delivered.total()
    counts = (kills, len(made.letters), delivered, typed, sent, again, set_aside(made))
    return Survived(*counts, tuple(found))


def _kill_at_random(made: Town, clock: Fast, plan: Plan, say: Callable[[str], None]) -> None:
    """Let daemons live: mostly a short while, often until mail goes out and a moment longer."""
    chance = random.Random(plan.seed)
    for number in range(plan.kills):
        letters = plan.letters * (number + 1) // plan.kills
        process = live(made.home, clock, **SECRETS)
        if chance.random() < OFTEN:
            _let_live(made, letters, LONGEST_LIFE, mails=1)
        _let_live(made, letters, chance.expovariate(1 / plan.usual_life))
        assert kill(process), (made.home / "log/daemon.log").read_text(encoding="utf-8")[-2000:]
        say(f"{number + 1} kills, {len(made.letters)} letters, {len(made.sink.taken)} mails")


def _let_live(made: Town, letters: int, seconds: float, mails: int = 10_000) -> None:
    """Let things happen for so long, or until so many mails went out."""
    end, sent = time.monotonic() + seconds, len(made.sink.taken)
    while time.monotonic() < end and len(made.sink.taken) - sent < mails:
        _something(made, letters)
        time.sleep(0.01)


def _something(made: Town, letters: int) -> None:
    """One thing happens: somebody reads, writes or types."""
    made.reads()
    if len(made.letters) < letters:
        made.posts()
    if made.keepers.typed < letters // LETTERS_PER_EDIT:
        made.keepers.types()


def _brought_to_rest(made: Town, clock: Fast) -> list[str]:
    """Let the daemon live until nothing is left to do, then stop it as an operator does."""
    process = live(made.home, clock, **SECRETS)
    end = time.monotonic() + REST_SECONDS
    quiet_since = time.monotonic()
    enough = 0.5 + REST.total_seconds() / clock.pace
    while time.monotonic() < end and time.monotonic() - quiet_since < enough:
        if _left_to_do(made):
            quiet_since = time.monotonic()
            clock.step(60)
        time.sleep(0.2)
    process.terminate()
    code = ended(process)
    return [f"the daemon ended with {code}"] if code else []


def _left_to_do(made: Town) -> bool:
    record = made.home / "record.sqlite"
    with closing(sqlite3.connect(f"{record.as_uri()}?mode=ro", uri=True)) as base:
        (left,) = base.execute(
            "SELECT (SELECT count(*) FROM letters WHERE outcome IS NULL)"
            " + (SELECT count(*) FROM notices WHERE status = 'waiting')"
            " + (SELECT count(*) FROM registers WHERE intent_sha256 IS NOT NULL)"
            " + (SELECT count(*) FROM marks WHERE name = 'unsaved_copy')"
        ).fetchone()
    with made.office.client("iso@ankhe.example") as client:
        return bool(left or int(client.select("INBOX", readonly=True)[1][0] or 0))
