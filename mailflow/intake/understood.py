"""Shows in an answer what was understood of a doubtful letter, and takes it up when it is right."""

from collections.abc import Sequence

from mailflow.actions import guesses, held
from mailflow.actions.context import Result as Line
from mailflow.actions.house import House
from mailflow.intake.meaning import Doubt
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Json, Via
from mailflow.record import Work


def show(
    work: Work,
    house: House,
    items: Sequence[Command | Doubt],
    lines: Sequence[Line],
    world: World,
) -> list[Command]:
    """Write under each doubt what was understood all the same, if it could be done as it stands.

    Gives the commands that are shown; `lines` are the answer's, one for each item.
    """
    doubts = [(d, line) for d, line in zip(items, lines, strict=True) if isinstance(d, Doubt)]
    found = guesses.offered(work, [doubt.guess for doubt, _ in doubts], world)
    for (doubt, line), guess in zip(doubts, found, strict=True):
        if guess:
            said = "guess" if doubt.reason == "unsure" else "guess_besides"
            word = house.phrases.word("right")
            line["text"] += "\n" + house.reasons.say("asked", said, {"word": word})
            line["understood"], line["possible"] = held.understood(guess, world), []
    return [guess for guess in found if guess]


def restored(work: Work, kept: Sequence[dict[str, Json]], via: Via) -> list[Command | Doubt]:
    """Give the commands of a confirmed guess; one whose request has moved on is refused."""
    return [
        command
        if still
        else Doubt("refused", "moved_on", command.request, (), (), command.act, command.answer)
        for command, still in guesses.confirmed(work, kept, via)
    ]
