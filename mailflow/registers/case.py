"""One register in one round."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from mailflow.actions.house import House
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.record import Work
from workbook_sync.files import REST
from workbook_sync.places import Place


@dataclass(frozen=True)
class Case:
    """One register in one round: whose edits it carries, when, and how long its file rests.

    `is_copy`: what is read is a copy, in which nothing can wait for somebody's word.
    """

    open_work: Callable[..., AbstractContextManager[Work]]
    house: House
    world: World
    keeper: Person
    register_id: str
    place: Place
    unit: str | None
    rest: timedelta = REST
    is_copy: bool = False
