"""The consolidated list of submitted requests that the ISO secretary releases (5.3)."""

from collections.abc import Sequence

from mailflow.actions import glance, notices, words
from mailflow.actions.context import Ask, Context
from mailflow.actions.house import House
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act


def present_list(
    house: House, secretary: Person, submitted: Sequence[Request], world: World
) -> Context:
    """Write the list to the secretary: one word presents every request on it."""
    document = notices.context(house, "present_list", notices.recipient(secretary))
    document["table"] = glance.listed(submitted, world)
    document["asks"] = [_release(house, submitted, secretary, world)]
    return document


def _release(house: House, submitted: Sequence[Request], secretary: Person, world: World) -> Ask:
    due = [o.due for r in submitted for o in machine.owed(r, world) if o.due]
    steps = machine.possible(submitted[0], secretary.id, world)
    return Ask(
        request="",
        act=Act.PRESENT,
        act_label=labels.ACT[Act.PRESENT],
        clause="5.3",
        due=words.day(min(due, default=None)),
        internal=True,
        choices=[glance.choice(s, house) for s in steps if s.act is Act.PRESENT],
        others=[],
    )
