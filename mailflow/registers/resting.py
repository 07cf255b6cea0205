"""What a round of a register stood on: while that is the same, there is nothing to do in it."""

from dataclasses import dataclass, replace
from datetime import datetime, time

from mailflow.procedure.machine import World
from mailflow.registers.case import Case
from mailflow.registers.holding import Held, standing


@dataclass(frozen=True)
class Footing:
    """The file's SHA-256, the journal's end, what is held, people and limits on their day.

    `held` has each held edit with whether its time to answer is over.
    """

    sha256: str
    journal: tuple[int, str]
    held: tuple[tuple[Held, bool], ...]
    day: World


def footing(case: Case, sha256: str) -> Footing:
    """Say what a round of a file with this SHA-256 stands on, as things are now."""
    now = case.world.now
    with case.open_work(reading=True) as work:
        held = [(one, one.ask.expires_at <= now) for one in standing(work, case.register_id)]
        journal = work.journal.end()
    day = replace(case.world, now=datetime.combine(case.world.today, time.min, now.tzinfo))
    return Footing(sha256, journal, tuple(held), day)
