"""The one mail a day that reminds a person, and the day's round that makes them all."""

from collections.abc import Iterator
from datetime import date

from mailflow.actions import notices, unreached, words
from mailflow.actions.context import Context, Digest
from mailflow.actions.house import House
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.record import Work
from mailflow.reminders import leaders, listing, owing
from mailflow.reminders.owing import Round, Share

DAY = "reminders"
"""The mark of a day on which everybody was reminded; its key is the day."""


def mails(work: Work, house: House, world: World) -> Iterator[Context]:
    """Give the mails of a day: the leaders' digests on their days, reminders to all others.

    Each open request is read once. Days since the last round are caught up with; the first round
    of all has none to look back to.
    """
    a_round = _round(work, house, world)
    found = owing.items(work.requests.load_open(), world)
    told = owing.shares(found, a_round)
    digests = leaders.digests(work, house, found, told, a_round)
    yield from digests.values()
    for person in world.roster.people:
        if told[person.id].speaks and person.id not in digests:
            yield reminder(house, person, told[person.id], world)


def preview(work: Work, house: House, reader: Person, world: World) -> Context:
    """Write the leaders' digest as it would be now, for `reader` to see; nothing is noted."""
    found = owing.items(work.requests.load_open(), world)
    told = owing.shares(found, _round(work, house, world))
    return leaders.preview(work, house, found, told, reader, world)


def _round(work: Work, house: House, world: World) -> Round:
    last = work.marks.latest(DAY, world.today.isoformat())
    since = date.fromisoformat(last) if last else world.today
    stand_ins = (*house.roster.stand_ins, *work.stand_ins.appointed())
    return Round(
        world=world,
        settings=house.settings.reminders,
        since=since,
        back=owing.came_back(stand_ins, since, world),
        hindered={p.id: unreached.hindrance(work, p.email, world) for p in world.roster.people},
    )


def reminder(house: House, person: Person, share: Share, world: World) -> Context:
    """Write to a person what presses of their own, and what they are told of others."""
    document = notices.context(house, "reminder", notices.recipient(person))
    own = [mine for mine in share.own if mine.presses]
    document["asks"], more = listing.asks(own, person, world, house)
    sections = []
    if share.unreached:
        sections.append(listing.unreached(share.unreached, world))
    if share.others:
        sections.append(listing.others(share.others, world))
    document["digest"] = Digest(
        day=words.day(world.today), more=more, sections=sections, figures=[]
    )
    return document
