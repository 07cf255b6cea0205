"""A year's objectives in mails: papers, what a drafter is given, requests for failures (5.9)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailflow.actions.context import FormAttachment, Row
from mailflow.actions.house import House
from mailflow.forms.objective_view import Office, plan_view, report_view, result_text
from mailflow.procedure import labels, targets
from mailflow.procedure.machine import World
from mailflow.procedure.objectives import (
    Item,
    Line,
    drafted,
    in_force,
    lines,
    not_met,
    share_passed,
    year_of,
)
from mailflow.procedure.request import Command, Entry, Request, Via
from mailflow.procedure.terms import Act, Kind, State
from mailflow.record import Work

DRAFTING = (State.PLAN_ASKED, State.PLAN_DRAFTING)
EVALUATED = (State.EVALUATED, State.EVALUATION_ACCEPTED, State.OBJECTIVES_FINISHED)
OWN = ""
"""The unit of the agency's own objectives."""


def owner_of(unit: str, house: House) -> str:
    """Name whose objectives these are: a unit's, or the agency's own."""
    return unit or house.settings.agency.name


def matters(work: Work, year: int) -> list[Request]:
    """List the matters of a year's objectives, oldest first."""
    rows = work.requests.rows(kinds=[Kind.OBJECTIVES])
    loaded = (work.requests.load(row.code) for row in rows)
    return [request for request in loaded if request and year_of(request) == year]


def of_unit(work: Work, unit: str, year: int) -> Request | None:
    """Find the matter of a unit's objectives of a year; the agency's own unit is `OWN`."""
    return next((request for request in matters(work, year) if request.unit == unit), None)


def papers(request: Request, house: House) -> list[FormAttachment]:
    """Attach appendix 3 as far as there is something in it: the report once evaluated, the plan."""
    agency = house.settings.agency
    office = Office(agency.name, agency.parent or "", agency.place or "", agency.zone)
    found: list[FormAttachment] = []
    if request.state in EVALUATED:
        report = report_view(request, house.roster, office)
        found.append(_attached("objective_report", dict(report), request))
    elif in_force(request) or drafted(request):
        plan = plan_view(request, house.roster, office)
        found.append(_attached("objective_plan", dict(plan), request))
    return found


def _attached(form: str, view: dict[str, object], request: Request) -> FormAttachment:
    return FormAttachment(form=form, view=view, entries=len(request.entries))


def given(work: Work, request: Request, house: House) -> list[Row]:
    """List what a drafter works from: the policy, the agency's objectives, last year's results."""
    if request.kind is not Kind.OBJECTIVES or request.state not in DRAFTING:
        return []
    year = year_of(request)
    rows = [Row(label=labels.GIVEN["policy"], value=house.settings.objectives.policy)]
    agency = of_unit(work, OWN, year) if request.unit else None
    if agency:
        planned = in_force(agency) or drafted(agency)
        rows.append(Row(label=labels.GIVEN["agency"], value=_planned(planned)))
    before = of_unit(work, request.unit, year - 1)
    if before:
        rows.append(Row(label=labels.GIVEN["before"], value=_results(lines(before))))
    return [row for row in rows if row["value"]]


def _planned(items: Sequence[Item]) -> str:
    return "\n".join(f"{item['no']}. {item['objective']}: {item['target']}" for item in items)


def _results(found: Sequence[Line]) -> str:
    return "\n".join(
        f"{line.no}. {line.planned.get('objective')}: {result_text(line) or line.actual or '…'}"
        f" ({labels.VERDICT[line.verdict]})"
        for line in found
    )


def settles(entry: Entry) -> bool:
    """Say whether an entry opens requests for objectives not met."""
    return (entry.act, entry.answer) == (Act.SETTLE_OBJECTIVE, "open")


def ending(request: Request) -> Command | None:
    """Give the command that ends a year's objectives of which nothing is left, else None."""
    if request.state is not State.EVALUATION_ACCEPTED or not_met(request):
        return None
    via = Via("program", f"finish_objectives:{request.code}")
    return Command(Act.FINISH_OBJECTIVES, "done", request.code, {}, "", via, "program")


def openings(settling: Command, request: Request) -> Iterator[tuple[int, Command]]:
    """Give for each line settled by a request the command that opens it, in that person's name."""
    numbers = settling.fields["line_numbers"]
    for line in lines(request):
        if line.no in numbers:
            yield line.no, _opening(line, request, settling)


def _opening(line: Line, request: Request, settling: Command) -> Command:
    said = {
        "year": line.year,
        "objective": line.planned.get("objective"),
        "actual": result_text(line),
        "target": line.planned.get("target"),
    }
    fields = {
        "kind": Kind.CORRECTIVE.value,
        "content": labels.NOT_MET.format(**said),
        "objective": f"{line.no}. {said['objective']}",
        "actual": labels.AGAINST.format(**said),
        "cause": str(line.result.get("cause") or ""),
        **({"unit": request.unit} if request.unit else {}),
    }
    answer = "unit" if request.unit else "agency"
    act = Act.OPEN_FROM_OBJECTIVE
    return replace(settling, act=act, answer=answer, request=None, fields=fields)


RUNNING = (State.PLAN_IN_FORCE, State.PLAN_AMENDING, State.EVALUATION_ASKED)


def at_risk(work: Work, unit: str | None, world: World) -> list[list[str]]:
    """List the objectives in danger of being missed: what, target, actual so far, whose.

    `unit` None means all of them, "" the agency's own. In danger is what the latest result shows
    to be behind for the time of year, and a deliverable near its day that nobody reported done.
    """
    rows = work.requests.rows(kinds=[Kind.OBJECTIVES], states=RUNNING, unit=unit)
    found = (request for request in (work.requests.load(row.code) for row in rows) if request)
    return [
        [str(line.planned.get("objective")), str(line.planned.get("target")), line.actual, who]
        for request in found
        for who in [request.unit or labels.AGENCY]
        for line in lines(request)
        if targets.behind(line.target, line.actual, share_passed(line, world.today), world.today)
    ]
