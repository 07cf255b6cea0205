"""One register in one round."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailflow.actions.house import House
from mailflow.errors import Misconfigured
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.terms import Role
from mailflow.record import Work
from mailflow.registers.places import RegisterSettings, rest_of
from mailflow.settings import register_id
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


def case_of(
    open_work: Callable[..., Work],
    house: House,
    register: RegisterSettings,
    place: Place,
    now: datetime,
) -> Case:
    """Say what a round of a register works with.

    Raises Misconfigured when the keeper is not on today's roster.
    """
    world = house.world(now)
    keeper = _keeper(house, register, world.roster.at(register.keeper))
    name, rest = register_id(house.settings, register.path), rest_of(register)
    return Case(open_work, house, world, keeper, name, place, register.unit, rest)


def _keeper(house: House, register: RegisterSettings, readers: Sequence[Person]) -> Person:
    """Give the keeper; of several who read one mailbox the ISO secretary."""
    if not readers:
        day = f"{house.settings.home}/mailflow.toml: register.keeper {register.keeper!r}"
        raise Misconfigured([f"{day} is not on today's roster"])
    return next((p for p in readers if Role.ISO_SECRETARY in p.roles), readers[0])
