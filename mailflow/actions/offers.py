"""Asks that are no act on a request: confirm a stand-in, merge two reports, judge a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.actions import words
from mailflow.actions.context import Ask, Choice, FieldLine
from mailflow.actions.house import House
from mailflow.phrases import Phrases
from mailflow.procedure.machine import World
from mailflow.procedure.people import StandIn
from mailflow.procedure.request import Json
from mailflow.record import stand_in_json


@dataclass(frozen=True)
class Way:
    """One way to answer an offer: a name of [words], its label, the fields that go with it."""

    word: str
    label: str
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Offer:
    """An ask with what the record keeps for its answer; `kept` names its matter."""

    ask: Ask
    kept: list[dict[str, Json]]


HINTS = {"unit": "tên đơn vị", "reason": "lý do"}


def offer(
    phrases: Phrases,
    label: str,
    ways: Sequence[Way],
    kept: dict[str, Json],
    due: date | None = None,
) -> Offer:
    """Make an offer whose answer is one of `ways`; `kept` is {"matter": …} and what it needs."""
    choices = [
        Choice(
            answer=way.word,
            type=phrases.word(way.word),
            label=way.label,
            fields=[_line(name, phrases) for name in way.fields],
        )
        for way in ways
    ]
    ask = Ask(
        request="",
        act=str(kept["matter"]),
        act_label=label,
        clause="",
        due=words.day(due),
        internal=True,
        choices=choices,
        others=[],
    )
    return Offer(ask, [kept])


def _line(name: str, phrases: Phrases) -> FieldLine:
    return FieldLine(label=phrases.labels[name][0], hint=HINTS[name], required=True)


def within(world: World, limit: str) -> date:
    """Give the day by which an offer is hoped to be answered, by a name of [limits]."""
    return world.calendar.after(world.today, world.limits[limit])


LETTER_WAYS = (
    Way("feedback", "mở phiếu từ phản ánh này", ("unit",)),
    Way("forward", "chuyển nguyên văn cho trưởng đơn vị", ("unit",)),
    Way("ignore", "không xử lý thư này", ("reason",)),
)


def letter_offer(house: House, letter_id: int) -> Offer:
    """Ask the ISO secretary what to do with a stranger's letter, this one only."""
    kept = {"matter": "letter", "letter": letter_id}
    return offer(house.phrases, "Xem thư từ bên ngoài", LETTER_WAYS, kept)


def stand_in_offer(house: House, stand_in: StandIn) -> Offer:
    """Offer the ISO secretary to have somebody's usual stand-in confirmed for an absence."""
    kept: dict[str, Json] = {"matter": "proposal", "stand_in": stand_in_json(stand_in)}
    way = Way("accept", "gửi thư xin lãnh đạo của người vắng xác nhận")
    return offer(house.phrases, "Cử người làm thay", [way], kept)
