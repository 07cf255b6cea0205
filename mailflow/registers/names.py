"""Finds the people and units of the roster in the words that stand in a cell."""

import re
from collections.abc import Iterable, Sequence

from mailflow.procedure.folding import folded, nfc
from mailflow.procedure.people import UNIT_PREFIX, Person, Roster, Unit

_IN_UNIT = re.compile(r"(.+?)\s*\(([^()]+)\)")
LONGEST = 500
"""Characters beyond which words are nobody's name."""


def split(text: str) -> list[str]:
    """Split a cell at semicolons and line ends; a comma may belong to a unit's name."""
    return [part for piece in re.split(r"[;\n]", nfc(text)) if (part := piece.strip(" ,.-"))]


def unit_named(words: str, units: Iterable[Unit]) -> Unit | None:
    """Find the unit whose name or other name these words are."""
    key = folded(words)
    return next((u for u in units if key in map(folded, (u.name, *u.aliases))), None)


def people_named(words: str, people: Sequence[Person], units: Iterable[Unit]) -> tuple[Person, ...]:
    """List who may be meant by an address, a full name, or "full name (unit)"; each id once."""
    key = folded(words)
    found = [p for p in people if key in (folded(p.email), folded(p.name))]
    within = _IN_UNIT.fullmatch(nfc(words).strip()) if len(words) <= LONGEST else None
    if not found and within:
        unit = unit_named(within[2], units)
        inside = (p for p in people if unit and p.unit == unit.name)
        found = [p for p in inside if folded(p.name) == folded(within[1])]
    return tuple({p.id: p for p in found}.values())


def shown(person_id: str, roster: Roster) -> str:
    """Write a party so that `parties_named` reads it back: the unit is added to a shared name."""
    person = roster.person(person_id)
    if person is None:
        return roster.name_of(person_id)
    return f"{person.name} ({person.unit})" if roster.shares_name(person) else person.name


def parties_named(words: str, roster: Roster) -> tuple[str, ...]:
    """List the parties one name may mean: a unit, else the people; several are ambiguous."""
    unit = unit_named(words, roster.units)
    if unit:
        return (UNIT_PREFIX + unit.name,)
    return tuple(p.id for p in people_named(words, roster.people, roster.units))
