"""What is owed today and to whom it is told: read from WAITS alone, by `machine.owed`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mailflow.procedure import machine
from mailflow.procedure.machine import Owed, World
from mailflow.procedure.people import Roster, StandIn
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act, Role
from mailflow.reminders import rhythm
from mailflow.settings.sections import Reminders


@dataclass(frozen=True)
class Item:
    """An act owed on a request; `late` counts the working days its day has passed by."""

    request: Request
    owed: Owed
    late: int


@dataclass(frozen=True)
class Mine:
    """An item as somebody's own: for whom they stand in, who above was told, whether it presses."""

    item: Item
    place_of: str
    told: tuple[str, ...]
    presses: bool


@dataclass
class Share:
    """What one person is told on a day; `speaks` once something of it is to be said today.

    `others` are late with the people named, `unreached` with the people whom no mail reaches
    (their ids, "" for nobody) and why.
    """

    own: list[Mine] = field(default_factory=list)
    others: list[tuple[Item, str]] = field(default_factory=list)
    unreached: list[tuple[Item, str, str]] = field(default_factory=list)
    speaks: bool = False


@dataclass(frozen=True)
class Round:
    """One day's round: the last one was on the day `since`; `back` gives earlier days.

    Those who were away until now hear of all since the day before they left. `hindered` says why
    no mail goes to a person, "" where it does.
    """

    world: World
    settings: Reminders
    since: date
    back: Mapping[str, date]
    hindered: Mapping[str, str]
    _ladders: dict[str, list[tuple[int, Sequence[str]]]] = field(default_factory=dict)

    def reminds(self, due: date, owing: str, reader: str = "") -> bool:
        """Say whether a reminder of what `owing` owes falls on today.

        Or fell since the last round, or since the last one that the reader had.
        """
        since = min(self.since, self.back.get(reader, self.since))
        rungs = [days for days, bosses in self.ladder(owing) if bosses]
        world = self.world
        return rhythm.reminded(due, since, world.today, world.calendar, self.settings, rungs)

    def ladder(self, person: str) -> Sequence[tuple[int, Sequence[str]]]:
        """Give who above a person is told after how many working days late, lowest first.

        Whoever is away is stood in for; nobody is told of themselves or twice.
        """
        if person not in self._ladders:
            self._ladders[person] = list(_ladder(person, self))
        return self._ladders[person]

    def presses(self, due: date) -> bool:
        """Say whether the day of the first reminder has come."""
        first = rhythm.first_day(due, self.world.calendar, self.settings)
        return first <= self.world.today


def items(requests: Iterable[Request], world: World) -> list[Item]:
    """List all that is owed today on open requests."""
    return [
        Item(request, owed, _late(owed, world))
        for request in requests
        for owed in machine.owed(request, world)
    ]


def _late(owed: Owed, world: World) -> int:
    return rhythm.late(owed.due, world.today, world.calendar) if owed.due else 0


def away(person: str, roster: Roster) -> bool:
    """Say whether somebody is away: another acts in all for them until a day that is set.

    A delegation of some acts, or without an end, is no absence.
    """
    return any(_absence(s) and s.for_whom == person for s in roster.stand_ins)


def _absence(stand_in: StandIn) -> bool:
    return stand_in.acts is None and stand_in.until is not None


def came_back(stand_ins: Iterable[StandIn], since: date, world: World) -> dict[str, date]:
    """Give those who were away on the day `since` and are here again: the day before they left."""
    ended = (s for s in stand_ins if _absence(s) and s.until and since <= s.until < world.today)
    found: dict[str, date] = {}
    for stand_in in ended:
        left = (stand_in.since or since) - timedelta(days=1)
        if not away(stand_in.for_whom, world.roster):
            found[stand_in.for_whom] = min(left, found.get(stand_in.for_whom, left))
    return found


def carriers(person: str, act: Act, roster: Roster) -> list[tuple[str, str]]:
    """List who is told what a person owes, with whom they stand in for ("" for themselves)."""
    stand_ins = [(s.who, person) for s in roster.standing_in(act, [person])]
    if away(person, roster) and stand_ins:
        return list(dict.fromkeys(stand_ins))
    return list(dict.fromkeys([(person, ""), *stand_ins]))


def _ladder(person: str, a_round: Round) -> Iterator[tuple[int, Sequence[str]]]:
    roster, known = a_round.world.roster, {person}
    for days, role in rhythm.ladder(a_round.settings):
        found = [
            h for b in _holding(role, person, roster) if b not in known for h in _here(b, roster)
        ]
        fresh = [b for b in dict.fromkeys(found) if b not in known and not a_round.hindered.get(b)]
        known |= set(fresh)
        yield days, fresh


def superiors(person: str, late: int, a_round: Round) -> tuple[str, ...]:
    """List who above is told that a person is late by working days, lowest first."""
    return tuple(b for days, bosses in a_round.ladder(person) if late >= days for b in bosses)


def _here(person: str, roster: Roster) -> Sequence[str]:
    """Give a person, or while they are away those who stand in for them."""
    if not away(person, roster):
        return (person,)
    return [s.who for s in roster.stand_ins if s.for_whom == person and s.acts is None]


def _holding(role: Role, person: str, roster: Roster) -> Sequence[str]:
    if role is not Role.UNIT_HEAD:
        return machine.people_for(role, None, roster)
    late = roster.person(person)
    boss = late and (roster.head_of(late.unit) or roster.superior_of(late))
    return (boss.id,) if boss else ()


def shares(found: Iterable[Item], a_round: Round) -> dict[str, Share]:
    """Give each person their part of what is owed: own, others' and what reaches nobody."""
    told: dict[str, Share] = {p.id: Share() for p in a_round.world.roster.people}
    for item in found:
        if not item.owed.people:
            _to_secretary(told, item, "", "nobody", a_round)
        for person in item.owed.people:
            _share_out(told, item, person, a_round)
    return told


def _share_out(told: dict[str, Share], item: Item, person: str, a_round: Round) -> None:
    due = item.owed.due
    bearing = carriers(person, item.owed.wait.act, a_round.world.roster)
    bosses = superiors(person, item.late, a_round)
    for who, place_of in bearing:
        if a_round.hindered.get(who):
            _to_secretary(told, item, who, a_round.hindered[who], a_round)
            continue
        presses = due is not None and a_round.presses(due)
        told[who].own.append(Mine(item, place_of, bosses, presses))
        told[who].speaks |= presses and due is not None and a_round.reminds(due, person, who)
    if due is None or not bosses or not a_round.reminds(due, person):
        return
    for boss in set(bosses) - {who for who, _ in bearing}:
        told[boss].others.append((item, person))
        told[boss].speaks = True


def _to_secretary(
    told: dict[str, Share], item: Item, person: str, why: str, a_round: Round
) -> None:
    """Tell whoever sees to it that mail reaches people: the secretary, else who stands above."""
    due = item.owed.due
    if due is None or not a_round.reminds(due, person):
        return
    for role in (Role.ISO_SECRETARY, Role.ISO_LEAD, Role.AGENCY_HEAD):
        for who in machine.people_for(role, None, a_round.world.roster):
            if not a_round.hindered.get(who):
                told[who].unreached.append((item, person, why))
                told[who].speaks = True
                return
