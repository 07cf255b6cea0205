"""One letter that is about none of its sender's acts, and the answer it gets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from mailflow.actions import notices, rates
from mailflow.actions.context import FormAttachment, LetterGlance, Row, Table
from mailflow.actions.context import Result as Line
from mailflow.actions.house import House
from mailflow.intake.meaning import Facts
from mailflow.intake.settle import Settled
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.record import Letter, Outcome, Work


@dataclass(frozen=True)
class OneDesk:
    """The letter with all that its settling reads."""

    work: Work
    house: House
    letter: Letter
    glance: LetterGlance
    facts: Facts
    person: Person
    world: World


@dataclass(frozen=True)
class Enclosed:
    """What goes with an answer: a list, files, registers by their ids."""

    table: Table | None = None
    files: Sequence[FormAttachment] = field(default=())
    registers: Sequence[str] = field(default=())


NOTHING = Enclosed()


def say(
    desk: OneDesk,
    outcome: Outcome,
    text: str,
    remarks: Sequence[Row] = (),
    enclosed: Enclosed = NOTHING,
) -> Settled:
    """Answer the letter with one result."""
    line = Line(request="", act_label="", outcome=_SHOWN[outcome], text=text, possible=[])
    said = notices.Answer(
        desk.glance,
        [line],
        remarks=remarks,
        registers=enclosed.registers,
        table=enclosed.table,
        files=enclosed.files,
    )
    to = notices.recipient(desk.person)
    stored = notices.answer(desk.work, desk.house, to, said, desk.world, desk.letter.id)
    rates.hold_back(desk.work, desk.house, stored, desk.world)
    reason = "" if outcome is Outcome.DONE else text
    return Settled(outcome, None, reason, (), desk.person.id)


def refused(desk: OneDesk, reason: str, **details: str) -> str:
    """Give the words of a refusal."""
    return desk.house.reasons.say("refused", reason, details)


_SHOWN: dict[Outcome, Literal["done", "refused", "held"]] = {
    Outcome.DONE: "done",
    Outcome.REFUSED: "refused",
    Outcome.HELD: "held",
}
