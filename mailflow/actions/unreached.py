"""Tells the ISO secretary whom our mail does not reach, and what waits on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mailflow.actions import words
from mailflow.actions.context import Row, Table
from mailflow.actions.house import House
from mailflow.actions.notices import Remark, remark
from mailflow.actions.offers import Offer, stand_in_offer
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, StandIn
from mailflow.procedure.terms import Role
from mailflow.record import Notice, Work

HELD_BACK = "held back: too many automatic answers"
PAUSE = timedelta(hours=10)
"""How long an address rests whose automatic answers are held back."""

Hindrance = Literal["", "dead", "paused"]
WAITING = ["Mã phiếu", "Đơn vị", "Nội dung", "Việc đang chờ", "Hạn"]


@dataclass(frozen=True)
class Absence:
    """Somebody's out-of-office answer: what it says, and the days as far as they can be read."""

    person: Person
    words: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class News:
    """What the ISO secretary is to hear once for its key; `not_at` is an address that is dead.

    `offer` is what they can answer with one word.
    """

    kind: str
    key: str
    details: Sequence[Row]
    table: Table | None = None
    not_at: str = ""
    offer: Offer | None = None


def tell(work: Work, house: House, news: News, world: World) -> None:
    """Tell the ISO secretary, or the ISO lead when the secretary's own address is the dead one."""
    for person in _hearing(world, news.not_at):
        key = f"{news.key}:{person.id}"
        asks, kept = ([news.offer.ask], news.offer.kept) if news.offer else ([], None)
        said = Remark(
            news.kind, person, key, news.details, table=news.table, asks=asks, commands=kept
        )
        remark(work, house, said, world)


def _hearing(world: World, not_at: str) -> list[Person]:
    """Choose who hears: those who read another mailbox than the one at fault."""
    for role in (Role.ISO_SECRETARY, Role.ISO_LEAD):
        reached = [p for p in world.roster.holders(role) if not _same(p.email, not_at)]
        if reached:
            return reached
    return []


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def tell_undelivered(work: Work, house: House, notice: Notice, why: str, world: World) -> None:
    """Tell which address of whom is dead and what waits on them.

    Told once until a letter comes from that address again: that proves it alive, and a later
    failure is news. So telling ends, even when those who would be told cannot be reached either.
    """
    details = [
        Row(label="Người nhận", value=world.everyone.name_of(notice.person)),
        Row(label="Địa chỉ", value=notice.address),
        Row(label="Phiếu", value=notice.request or ""),
        Row(label="Lý do", value=why),
    ]
    address = notice.address.casefold()
    key = f"undelivered:{address}:{work.letters.latest_from(address)}"
    waiting = waiting_on(work, notice.person, world)
    tell(work, house, News("undelivered", key, details, waiting, notice.address), world)


def tell_absence(work: Work, house: House, absence: Absence, world: World) -> bool:
    """Tell that somebody who owes something is away, once an absence; False when nothing is owed.

    Absences are told apart by their last day, else by whether the person wrote in between.
    """
    person = absence.person
    table = waiting_on(work, person.id, world)
    if table is None:
        return False
    details = [
        Row(label="Người vắng", value=person.name),
        Row(label="Từ ngày", value=words.day(absence.since)),
        Row(label="Đến ngày", value=words.day(absence.until)),
        Row(label="Người thay (theo danh bạ)", value=_stand_ins(person, world)),
        Row(label="Thư trả lời tự động", value=absence.words),
    ]
    which = absence.until or work.letters.latest_from(person.email.casefold())
    offered = _proposal(house, absence, world)
    news = News("absence", f"absence:{person.id}:{which}", details, table, person.email, offered)
    tell(work, house, news, world)
    return True


def _proposal(house: House, absence: Absence, world: World) -> Offer | None:
    """Offer the person's usual stand-in for a known absence without one; a superior confirms."""
    person, who = absence.person, world.roster.person(absence.person.stand_in)
    superior = world.roster.superior_of(person)
    covered = any(s.for_whom == person.id for s in world.roster.stand_ins)
    if absence.until is None or absence.until < world.today or who is None or covered:
        return None
    if superior is None or superior.id == person.id:
        return None
    since = max(absence.since or world.today, world.today)
    return stand_in_offer(house, StandIn(person.id, who.id, None, since, absence.until))


def hindrance(work: Work, address: str, world: World) -> Hindrance:
    """Say why nothing is sent to an address by itself: it is dead, or pauses; "" where it may.

    It is dead once mail came back and no letter came from it since.
    """
    heard = work.letters.latest_from(address.casefold())
    since = work.letters.get(heard).received_at if heard else None
    failed = work.notices.failed_to(address, since)
    if any(error != HELD_BACK for _, error in failed):
        return "dead"
    return "paused" if any(at > world.now - PAUSE for at, _ in failed) else ""


def waiting_on(work: Work, person: str, world: World) -> Table | None:
    """List what a person owes today on open requests; None when it is nothing.

    Worked out anew: what waits on somebody also changes with the days.
    """
    rows = [
        [
            request.code,
            request.unit,
            words.title(str(request.values.get("content", ""))),
            labels.ACT[owed.wait.act],
            words.day(owed.due),
        ]
        for request in work.requests.load_open()
        for owed in machine.owed(request, world)
        if person in owed.people
    ]
    return Table(columns=WAITING, rows=rows) if rows else None


def _stand_ins(person: Person, world: World) -> str:
    """Name who stands in for a person today, by the table of stand-ins and by their own row."""
    listed = [_told(s, world) for s in world.roster.stand_ins if s.for_whom == person.id]
    usual = [world.everyone.name_of(person.stand_in)] if person.stand_in else []
    return "; ".join(dict.fromkeys([*listed, *usual])) or "chưa ghi"


def _told(stand_in: StandIn, world: World) -> str:
    acts = ", ".join(labels.ACT[act] for act in sorted(stand_in.acts or ()))
    noted = [acts or "mọi việc", stand_in.decision]
    return f"{world.everyone.name_of(stand_in.who)} ({'; '.join(filter(None, noted))})"
