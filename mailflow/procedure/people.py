"""The roster as values: people, units, stand-ins, and who holds which role on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from mailflow.procedure.folding import folded
from mailflow.procedure.terms import Act, Role

UNIT_PREFIX = "unit:"


@dataclass(frozen=True)
class Unit:
    """A unit (đơn vị) and the other names people call it by."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Someone on the roster; `id` is the address, with `#<folded name>` on a shared mailbox."""

    id: str
    name: str
    email: str
    unit: str
    position: str = ""
    roles: frozenset[Role] = frozenset({Role.STAFF})
    superior: str | None = None
    stand_in: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class StandIn:
    """`who` acts for `for_whom`; `acts` None means every act; dates inclusive, None is open."""

    for_whom: str
    who: str
    acts: frozenset[Act] | None
    since: date | None
    until: date | None
    decision: str = ""


def _holds(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


@dataclass(frozen=True)
class Roster:
    """Everyone the agency knows; `on(day)` gives those in force that day."""

    people: tuple[Person, ...] = ()
    units: tuple[Unit, ...] = ()
    stand_ins: tuple[StandIn, ...] = field(default=())

    def on(self, day: date) -> "Roster":
        """Keep the people and stand-ins in force on `day`."""
        return replace(
            self,
            people=tuple(p for p in self.people if _holds(day, p.since, p.until)),
            stand_ins=tuple(s for s in self.stand_ins if _holds(day, s.since, s.until)),
        )

    @cached_property
    def _by_id(self) -> dict[str, Person]:
        return {p.id: p for p in reversed(self.people)}  # of two with one id the first counts

    @cached_property
    def _by_address(self) -> dict[str, tuple[Person, ...]]:
        found: dict[str, tuple[Person, ...]] = {}
        for p in self.people:
            found[p.email.casefold()] = (*found.get(p.email.casefold(), ()), p)
        return found

    @cached_property
    def _by_role(self) -> dict[Role, tuple[Person, ...]]:
        return {role: tuple(p for p in self.people if role in p.roles) for role in Role}

    @cached_property
    def _ids_by_name(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for p in self.people:
            found[folded(p.name)] = found.get(folded(p.name), frozenset()) | {p.id}
        return found

    def person(self, person_id: str | None) -> Person | None:
        """Find one person by id."""
        return self._by_id.get(person_id or "")

    def name_of(self, person_id: str) -> str:
        """Name a person or `unit:<name>` for reading; an unknown id is shown as it is."""
        if person_id.startswith(UNIT_PREFIX):
            return person_id.removeprefix(UNIT_PREFIX)
        person = self.person(person_id)
        return person.name if person else person_id

    def shares_name(self, person: Person) -> bool:
        """Say whether somebody else has a person's name."""
        return bool(self._ids_by_name.get(folded(person.name), frozenset()) - {person.id})

    def at(self, address: str) -> tuple[Person, ...]:
        """Find the people who read the mailbox `address` (several when it is shared)."""
        return self._by_address.get(address.strip().casefold(), ())

    def holders(self, role: Role) -> tuple[Person, ...]:
        """List who holds a roster role, in roster order."""
        return self._by_role.get(role, ())

    def head_of(self, unit: str) -> Person | None:
        """Find the unit's head (Trưởng đơn vị)."""
        return next((p for p in self.holders(Role.UNIT_HEAD) if p.unit == unit), None)

    def superior_of(self, person: Person) -> Person | None:
        """Find the direct superior: as listed, else the unit's head, of a head the agency head."""
        if person.superior:
            return self.person(person.superior)
        head = self.head_of(person.unit)
        if head and head.id != person.id:
            return head
        return next(iter(self.holders(Role.AGENCY_HEAD)), None)

    def answering(self, parties: Iterable[str]) -> tuple[str, ...]:
        """Turn person ids and `unit:<name>` into ids of the roster; a unit's head answers for it.

        Whoever is not on the roster (any more) answers for nothing.
        """
        named = (
            self.head_of(party.removeprefix(UNIT_PREFIX))
            if party.startswith(UNIT_PREFIX)
            else self.person(party)
            for party in parties
        )
        return tuple(dict.fromkeys(person.id for person in named if person))

    def standing_in(self, act: Act, for_whom: Iterable[str]) -> tuple[StandIn, ...]:
        """List the stand-ins on the roster who may do `act` for one of `for_whom`."""
        wanted = set(for_whom)
        return tuple(
            s
            for s in self.stand_ins
            if s.for_whom in wanted and (s.acts is None or act in s.acts) and self.person(s.who)
        )
