"""Commands that wait for a person's own word: kept with an ask, confirmed by its token."""

from collections.abc import Mapping, Sequence

from mailflow.actions import notices, rates, words
from mailflow.actions.context import Ask, Choice, LetterGlance, Row
from mailflow.actions.house import House
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Via
from mailflow.procedure.terms import Act
from mailflow.record import Work

CONFIRM = "confirm"
DENY = "deny"


def hold(
    work: Work,
    house: House,
    person: Person,
    commands: Sequence[Command],
    letter: LetterGlance | None,
    world: World,
    remarks: Sequence[Row] = (),
) -> None:
    """Keep commands until `person` confirms them; the challenge goes to their roster address.

    An act unproven at the door moves nothing before that ("Who may act"). `remarks` say what the
    letter lacked, where it tried to prove its sender.
    """
    document = notices.context(house, CONFIRM, notices.recipient(person))
    document["letter"] = letter
    shown = [row for c in commands for row in (*_about(c), *understood(c, world))]
    document["details"] = [*shown, *remarks]
    document["asks"] = [_ask(house, world)]
    kept = [to_json(command) for command in commands]
    source = commands[0].via
    stored = notices.post(
        work,
        document,
        world,
        letter_id=letter["id"] if letter else None,
        key=f"confirm:{source.kind}:{source.id}:{person.id}",
        commands=kept,
        lines=[],
    )
    rates.hold_back(work, house, stored, world)


def understood(command: Command, world: World) -> list[Row]:
    """Show what a command would do: its act with the answer, every field."""
    act = Row(label="Việc", value=labels.act_label(command.act, command.answer))
    return [act, *words.rows(command.fields, world.everyone)]


def _about(command: Command) -> list[Row]:
    return [Row(label="Phiếu", value=command.request)] if command.request else []


def _ask(house: House, world: World) -> Ask:
    due = world.calendar.after(world.today, world.limits[CONFIRM])
    answers = ((CONFIRM, "confirm", "xác nhận"), (DENY, "not_me", "không phải tôi"))
    return Ask(
        request="",
        act=CONFIRM,
        act_label="Xác nhận",
        clause="",
        due=words.day(due),
        internal=True,
        choices=[
            Choice(answer=answer, type=house.phrases.word(word), label=label, fields=[])
            for answer, word, label in answers
        ],
        others=[],
    )


def to_json(command: Command) -> dict[str, Json]:
    """Write a command for keeping with an ask."""
    return {
        "act": command.act.value,
        "answer": command.answer,
        "request": command.request,
        "fields": dict(command.fields),
        "by": command.by,
        "via": [command.via.kind, command.via.id],
        "entered_by": command.entered_by,
    }


def from_json(kept: Mapping[str, Json], *, confirmed_by: Via) -> Command:
    """Read a kept command back; its proof is the challenge answered by `confirmed_by`."""
    return Command(
        act=Act(kept["act"]),
        answer=kept["answer"],
        request=kept["request"],
        fields=kept["fields"],
        by=kept["by"],
        via=confirmed_by,
        proof="challenge",
        entered_by=kept["entered_by"],
    )
