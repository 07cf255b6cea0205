"""One register in one round."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailflow.actions.house import House
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.record import Work


@dataclass(frozen=True)
class Case:
    """One register in one round: whose edits it carries, and when."""

    open_work: Callable[..., Work]
    house: House
    world: World
    keeper: Person
    register_id: str
    path: Path
    unit: str | None
