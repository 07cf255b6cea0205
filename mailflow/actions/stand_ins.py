"""Stand-ins set by mail: asked of the person, kept when confirmed, told to all whom it concerns."""

from collections.abc import Sequence
from dataclasses import replace

from mailflow.actions import glance, notices, rates, words
from mailflow.actions.context import Ask, LetterGlance, Row
from mailflow.actions.house import House
from mailflow.actions.notices import Remark, remark
from mailflow.actions.offers import Offer, Way, offer, within
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, StandIn
from mailflow.procedure.request import Json, Request, Via
from mailflow.procedure.terms import Role
from mailflow.record import KeptStandIn, Work, stand_in_json

CONFIRM = "confirm_stand_in"
MOST_ASKS = 30
"""What one mail hands over at most; the rest comes with the reminders."""

CONFIRMING = (Way("confirm", "xác nhận"), Way("refuse", "không đồng ý, hoặc không phải tôi gửi"))


def rows(stand_in: StandIn, world: World) -> list[Row]:
    """Show a stand-in: for whom, who, which acts, from when to when, by which decision."""
    acts = ", ".join(labels.ACT[act] for act in sorted(stand_in.acts or ()))
    name = world.everyone.name_of
    return [
        Row(label="Người được thay", value=name(stand_in.for_whom)),
        Row(label="Người làm thay", value=name(stand_in.who)),
        Row(label="Việc", value=acts or "mọi việc trên phiếu"),
        Row(label="Từ ngày", value=words.day(stand_in.since)),
        Row(label="Đến hết ngày", value=words.day(stand_in.until)),
        Row(label="Theo văn bản", value=stand_in.decision or "không ghi"),
    ]


def in_force(world: World) -> list[str]:
    """Say in one line each who stands in for whom today, by the roster and by mail."""
    return [
        "; ".join(f"{row['label']}: {row['value']}" for row in rows(one, world) if row["value"])
        for one in world.roster.stand_ins
    ]


def ask_to_appoint(
    work: Work,
    house: House,
    stand_in: StandIn,
    to: Person,
    asked_by: Person,
    letter: LetterGlance,
    world: World,
) -> None:
    """Ask `to` to confirm a stand-in; nothing counts before they do."""
    kept: dict[str, Json] = {"matter": "stand_in", "stand_in": stand_in_json(stand_in)}
    said = offer(
        house.phrases, "Xác nhận người làm thay", CONFIRMING, kept, within(world, "confirm")
    )
    asked = Row(label="Người đề nghị", value=asked_by.name)
    _challenge(work, house, to, [*rows(stand_in, world), asked], said, letter, world)


def ask_to_revoke(
    work: Work,
    house: House,
    ending: Sequence[KeptStandIn],
    to: Person,
    letter: LetterGlance,
    world: World,
) -> None:
    """Ask `to` to confirm that those who stand in for them no longer do."""
    kept: dict[str, Json] = {"matter": "revoke", "numbers": [one.id for one in ending]}
    said = offer(house.phrases, "Xác nhận thôi cử người làm thay", CONFIRMING, kept)
    names = ", ".join(world.everyone.name_of(one.stand_in.who) for one in ending)
    details = [Row(label="Việc", value="Thôi cử người làm thay"), Row(label="Người", value=names)]
    _challenge(work, house, to, details, said, letter, world)


def _challenge(
    work: Work,
    house: House,
    to: Person,
    details: Sequence[Row],
    said: Offer,
    letter: LetterGlance,
    world: World,
) -> None:
    document = notices.context(house, CONFIRM, notices.recipient(to))
    document["letter"], document["details"] = letter, list(details)
    document["asks"] = [said.ask]
    key = f"{CONFIRM}:{letter['id']}:{to.id}"
    stored = notices.post(
        work, document, world, letter_id=letter["id"], key=key, commands=said.kept, lines=[]
    )
    rates.hold_back(work, house, stored, world)


def appoint(
    work: Work, house: House, stand_in: StandIn, by: Person, letter: LetterGlance, world: World
) -> None:
    """Keep a confirmed stand-in, journal it and tell everybody concerned but `by`."""
    number = work.stand_ins.add(stand_in, by.id, letter["id"], world.now)
    via = Via("letter", str(letter["id"]))
    fields = {"number": number, **stand_in_json(stand_in)}
    work.journal.note("stand_in", fields, via, world.now, by.id)
    confirmed = Row(label="Người xác nhận", value=by.name)
    kept = KeptStandIn(number, stand_in, by.id)
    _tell(work, house, "stand_in", kept, by, world, [confirmed])
    hand_over(work, house, kept, _with(world, stand_in))


def revoke(
    work: Work, house: House, ending: KeptStandIn, by: Person, letter_id: int, world: World
) -> None:
    """End a stand-in on the word of whom it was for."""
    work.stand_ins.end(ending.id, world.now)
    via = Via("letter", str(letter_id))
    work.journal.note("stand_in_ended", {"number": ending.id}, via, world.now, by.id)
    _tell(work, house, "stand_in_ended", ending, by, world)


def _tell(
    work: Work,
    house: House,
    kind: str,
    kept: KeptStandIn,
    by: Person,
    world: World,
    more: Sequence[Row] = (),
) -> None:
    details = [*rows(kept.stand_in, world), *more]
    for person in _concerned(kept.stand_in, world):
        if person.id != by.id:
            key = f"{kind}:{kept.id}:{person.id}"
            remark(work, house, Remark(kind, person, key, details), world)


def _concerned(stand_in: StandIn, world: World) -> list[Person]:
    """Both people, the ISO secretary, and the ISO lead where the agency head is stood in for."""
    roster = world.roster
    people = [roster.person(stand_in.for_whom), roster.person(stand_in.who)]
    people += roster.holders(Role.ISO_SECRETARY)
    if stand_in.for_whom in {p.id for p in roster.holders(Role.AGENCY_HEAD)}:
        people += roster.holders(Role.ISO_LEAD)
    return list(dict.fromkeys(p for p in people if p))


def _with(world: World, stand_in: StandIn) -> World:
    """Give the world with a stand-in that the record has only now."""
    roster = replace(world.roster, stand_ins=(*world.roster.stand_ins, stand_in))
    return replace(world, roster=roster.on(world.today))


def hand_over(work: Work, house: House, kept: KeptStandIn, world: World) -> None:
    """On the first day in force, ask the stand-in for all that waits on whom they stand for."""
    stand_in = kept.stand_in
    who = world.roster.person(stand_in.who)
    if stand_in not in world.roster.stand_ins or who is None:
        return
    if not work.marks.set_once("stand_in", str(kept.id), world.now):
        return
    opened = work.requests.load_open()
    asks = [a for r in opened for a in _handed_over(r, stand_in, world, house)][:MOST_ASKS]
    if asks:
        document = notices.context(house, "stand_in_work", notices.recipient(who))
        document["details"], document["asks"] = rows(stand_in, world), asks
        notices.post(work, document, world, key=f"stand_in_work:{kept.id}")


def _handed_over(request: Request, stand_in: StandIn, world: World, house: House) -> list[Ask]:
    acts = {
        owed.wait.act.value
        for owed in machine.owed(request, world)
        if stand_in.for_whom in owed.people and stand_in.who not in owed.people
    }
    asks = glance.asks_for(stand_in.who, request, world, house)
    return [ask for ask in asks if ask["act"] in acts]
