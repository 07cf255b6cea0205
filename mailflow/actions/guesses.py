"""What was understood of a letter: shown to its writer, done only at their one word."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailflow.actions import held
from mailflow.actions.context import Ask
from mailflow.actions.execute import refused_by_record
from mailflow.actions.house import House
from mailflow.actions.notices import UNPROVEN
from mailflow.actions.offers import Way, offer
from mailflow.procedure import judge, machine
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.record import Work

GUESS = "guess"
"""The matter of an ask whose commands were understood, not decided."""


def offered(work: Work, guesses: Sequence[Command | None], world: World) -> list[Command | None]:
    """Give each guess as it would be done now, no field left to be filled; None where it cannot.

    One that cannot be done, or whose writer has proven nothing, takes the others on its request
    along: they were understood together.
    """
    found: dict[str, Request | None] = {}
    stopped: set[str] = set()
    whole: list[Command | None] = []
    for command in guesses:
        code = command.request or "" if command else ""
        before = found.get(code) or (work.requests.load(code) if code else None)
        judged = _judged(work, before, command, world) if command else None
        if command is None or judged is None:
            stopped |= {code} if command else set()
            whole.append(None)
            continue
        entry = judged.entry
        whole.append(replace(command, answer=entry.answer, fields=dict(entry.fields)))
        if before:
            found[code] = machine.advance(before, entry)
    return [c if c and (c.request or "") not in stopped else None for c in whole]


def _judged(
    work: Work, before: Request | None, command: Command, world: World
) -> judge.Judged | None:
    proven = command.proof != "none" or command.act in UNPROVEN
    if not proven or refused_by_record(work, before, command):
        return None
    judged = judge.judge(before, command, world)
    return judged if isinstance(judged, judge.Judged) else None


def shown(
    work: Work, house: House, guesses: Sequence[Command]
) -> tuple[list[Ask], list[dict[str, Json]] | None]:
    """Ask whether what a mail shows is right; gives the ask and what the record keeps for it.

    Each guess is kept with how far its request had moved. Nothing where there are no guesses.
    """
    if not guesses:
        return [], None
    way = Way("right", "đúng, làm như vậy")
    asked = offer(house.phrases, "Xác nhận điều chương trình hiểu", [way], {"matter": GUESS})
    kept = [
        {"matter": GUESS, "moves": _moves(work, command.request), **held.to_json(command)}
        for command in guesses
    ]
    return [asked.ask], kept


def confirmed(
    work: Work, commands: Sequence[dict[str, Json]], via: Via
) -> Iterator[tuple[Command, bool]]:
    """Read confirmed guesses back, each with whether its request is still where it was."""
    for guess in commands:
        command = replace(held.from_json(guess, confirmed_by=via), proof="token")
        yield command, guess["moves"] == _moves(work, command.request)


def _moves(work: Work, code: str | None) -> int:
    """Count what was done to a request; words and evidence beside it change nothing."""
    request = work.requests.load(code) if code else None
    return sum(entry.act not in UNPROVEN for entry in request.entries) if request else 0
