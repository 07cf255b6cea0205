"""What follows from the acts of a management review (5.8): requests opened, its end."""

from collections.abc import Iterator
from dataclasses import replace

from mailflow.procedure import labels, review
from mailflow.procedure.people import UNIT_PREFIX, Roster
from mailflow.procedure.request import Command, Entry, Json, Measure, Request, Via
from mailflow.procedure.terms import REVIEWS, Act, Head, Kind, State


def settles(entry: Entry) -> bool:
    """Say whether an entry opens requests from decisions of a review."""
    return (entry.act, entry.answer) == (Act.SETTLE_DECISION, "open")


def openings(command: Command, request: Request, roster: Roster) -> Iterator[tuple[int, Command]]:
    """Give, by the decision's number, the command that opens its request in the same name."""
    for number in command.fields["decision_numbers"]:
        fields = draft(request, number, roster)
        if command.fields.get("kind"):
            fields["kind"] = command.fields["kind"]
        yield (
            number,
            replace(command, act=Act.OPEN_FROM_REVIEW, answer="open", request=None, fields=fields),
        )


def draft(request: Request, number: int, roster: Roster) -> dict[str, Json]:
    """Draft the request that a decision of a review asks for: of the unit that leads it."""
    decision = request.measures[number - 1]
    return {
        "kind": Kind.IMPROVEMENT.value,
        "unit": _unit(decision, roster),
        "content": decision.what,
        "review": f"{request.values['content']} ({request.code})",
        "decision": f"{number} ({labels.HEAD[decision.head or Head.OPPORTUNITIES]})",
        "proposed_assignees": list(decision.who),
        "proposed_date": decision.by.isoformat() if decision.by else "",
    }


def _unit(decision: Measure, roster: Roster) -> str:
    for party in decision.who:
        if party.startswith(UNIT_PREFIX):
            return party.removeprefix(UNIT_PREFIX)
        person = roster.person(party)
        if person and person.unit:
            return person.unit
    return ""


def ending(request: Request) -> Command | None:
    """Give the command that ends a distributed review of which nothing is left, else None."""
    over = request.kind in REVIEWS and request.state is State.DISTRIBUTED
    if not over or not review.settled(request):
        return None
    via = Via("program", f"finish_review:{request.code}")
    return Command(Act.FINISH_REVIEW, "", request.code, {}, "", via, "program")
