"""What time sets off in a management review (5.8): its opening, the end of comments, danger."""

from collections.abc import Sequence
from datetime import date

from mailflow.actions import glance, notices
from mailflow.actions.context import Context, Row
from mailflow.actions.house import House
from mailflow.forms.words import day
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Request, Via
from mailflow.procedure.terms import Act, Kind, Role, State
from mailflow.record.requests import RequestRow
from mailflow.settings.kinds import day_of

CONTENT = "Xem xét của lãnh đạo năm {year}"
BEFORE_RESULTS = frozenset(State) - {State.DISTRIBUTED, State.REVIEW_FINISHED}
DANGER_MONTH = 12
TOLD_OF_DANGER = (Role.ISO_SECRETARY, Role.ISO_LEAD, Role.AGENCY_HEAD)


def opening(house: House, reviews: Sequence[RequestRow], world: World) -> Command | None:
    """Give the command that opens the year's review, once its day has come; None when it is open.

    A review that has not come to its results yet is carried on instead.
    """
    wanted, year = house.settings.review, world.today.year
    known = any(r.year == year or r.state in BEFORE_RESULTS for r in reviews)
    if known or world.today < day_of(wanted.opens, year):
        return None
    fields = {
        "kind": Kind.REVIEW.value,
        "content": CONTENT.format(year=year),
        "review_year": year,
        "plan_by": _plan_by(day_of(wanted.plan_by, year), world).isoformat(),
    }
    via = Via("program", f"review:{year}")
    return Command(Act.OPEN_REVIEW, "", None, fields, "", via, "program")


def _plan_by(wanted: date, world: World) -> date:
    """Leave some working days where the program starts after the day wanted."""
    return max(wanted, world.calendar.after(world.today, world.limits["review_draft"]))


def comments_over(request: Request, world: World) -> bool:
    """Say whether the comments on a report are to be compiled, since their day has passed."""
    until = request.day("comments_due")
    over = until is not None and world.today > until
    return request.state is State.COMMENTING and over


def in_danger(request: Request, world: World) -> bool:
    """Say whether the year may end without the review that 5.8 asks for, from December on."""
    year = request.values["review_year"]
    late = world.today >= date(year, DANGER_MONTH, 1)
    meeting = request.day("meeting_on")
    early = request.state in (State.REVIEW_DUE, State.COLLECTING)
    return late and early and (meeting is None or meeting.year > year)


def tell(
    kind: str, house: House, request: Request, roles: Sequence[Role], world: World
) -> list[Context]:
    """Make the notices of one kind about a review to those who hold these roles."""
    people = (p for r in roles for p in machine.people_for(r, request, world.roster))
    persons = filter(None, map(world.roster.person, dict.fromkeys(people)))
    documents = []
    for person in persons:
        document = notices.context(house, kind, notices.recipient(person))
        document["request"] = glance.request_glance(request, world)
        document["details"] = _details(request)
        document["asks"] = glance.asks_for(person.id, request, world, house)
        documents.append(document)
    return documents


def _details(request: Request) -> list[Row]:
    said = {
        "Tình trạng": labels.STATE[request.state],
        "Hạn góp ý": day(request.values.get("comments_due")),
        "Ngày họp": day(request.values.get("meeting_on")),
    }
    return [Row(label=label, value=value) for label, value in said.items() if value]
