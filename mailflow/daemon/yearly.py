"""What the calendar sets off for objectives (5.9): plans, quarters, evaluations, once each."""

from collections.abc import Iterator
from datetime import date

from mailflow.actions import notices, objectives
from mailflow.actions.execute import Result, execute
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.objectives import quarter_owed, year_of
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.terms import Act, Kind, State
from mailflow.record import Work
from mailflow.reminders import due
from mailflow.wiring import Service

PLANNED = (
    State.PLAN_ASKED,
    State.PLAN_DRAFTING,
    State.PLAN_SUBMITTED,
    State.PLAN_IN_FORCE,
    State.PLAN_AMENDING,
)
ASKED = "objectives_asked"
"""The mark of a year whose evaluation was asked: the plans of the next are then owed even late."""


def plan_due(year: int) -> date:
    """Give the last day before 30 January, which never rolls on (5.9)."""
    return date(year, 1, 29)


def evaluation_due(year: int) -> date:
    """Give the last day before 31 December (5.9)."""
    return date(year, 12, 30)


def keep_the_year(service: Service) -> None:
    """Open what the calendar asks for, within office hours; what was missed is caught up, once."""
    world = service.house.world(service.clock())
    if not service.house.in_office(world.now):
        return
    with service.open_work() as work:
        _ask_evaluations(work, service, world)
        _open_plans(work, service, world)
        _ask_quarters(work, service, world)
        work.keep()


def _set_day(text: str, year: int) -> date:
    day, month = map(int, text.split("/"))
    return date(year, month, day)


def _owners(service: Service, world: World) -> Iterator[str]:
    """Name the agency ("") and each unit that has objectives of its own, the agency first.

    A unit without a head has nobody who could name a drafter: it is asked once it has one.
    """
    yield objectives.OWN
    without = set(service.settings.objectives.without)
    for unit in world.roster.units:
        if unit.name not in without and world.roster.head_of(unit.name):
            yield unit.name


def _open_plans(work: Work, service: Service, world: World) -> None:
    year = world.today.year
    if world.today < _set_day(service.settings.objectives.plan_day, year):
        return
    late = world.today > plan_due(year)
    if late and work.marks.get(ASKED, str(year - 1)) is None:
        return
    for unit in _owners(service, world):
        if objectives.of_unit(work, unit, year) is None:
            _open(work, service, "plan", unit, {"plan_due": plan_due(year).isoformat()}, world)


def _ask_evaluations(work: Work, service: Service, world: World) -> None:
    """Ask for the evaluation of every plan whose year comes to its end, or is over."""
    for request in _open_ones(work):
        asking = _set_day(service.settings.objectives.evaluation_day, year_of(request))
        if world.today >= asking and request.state in PLANNED:
            fields = {"evaluation_due": evaluation_due(year_of(request)).isoformat()}
            _do(work, service, Act.ASK_EVALUATION, "", request, fields, world)
        elif world.today.year > year_of(request) and _is_unanswered(request, asking, world):
            _do(work, service, Act.FINISH_OBJECTIVES, "unanswered", request, {}, world)
    year = world.today.year
    if world.today >= _set_day(service.settings.objectives.evaluation_day, year):
        _open_unplanned(work, service, year, world)


def _is_unanswered(request: Request, asking: date, world: World) -> bool:
    """Nobody evaluated a year by the time the next one is: it ends as what it is."""
    again = asking.replace(year=asking.year + 1)
    return request.state is State.EVALUATION_ASKED and world.today >= again


def _open_unplanned(work: Work, service: Service, year: int, world: World) -> None:
    """The first year has no plan on record: its objectives are evaluated all the same."""
    if not work.marks.set_once(ASKED, str(year), world.now):
        return
    for unit in _owners(service, world):
        if objectives.of_unit(work, unit, year) is None:
            fields = {"evaluation_due": evaluation_due(year).isoformat()}
            _open(work, service, "evaluation", unit, fields, world)


def _open_ones(work: Work) -> list[Request]:
    open_states = [*PLANNED, State.EVALUATION_ASKED]
    rows = work.requests.rows(kinds=[Kind.OBJECTIVES], states=open_states)
    return [r for r in (work.requests.load(row.code) for row in rows) if r]


def _open(
    work: Work, service: Service, answer: str, unit: str, fields: dict[str, Json], world: World
) -> None:
    year = world.today.year
    owner = objectives.owner_of(unit, service.house)
    said = {
        "kind": Kind.OBJECTIVES.value,
        "unit": unit,
        "content": labels.OBJECTIVES_OF.format(year=year, owner=owner),
        "objectives_year": year,
        **fields,
    }
    _do(work, service, Act.OPEN_OBJECTIVES, answer, None, said, world)


def _do(
    work: Work,
    service: Service,
    act: Act,
    answer: str,
    request: Request | None,
    fields: dict[str, Json],
    world: World,
) -> None:
    code = request.code if request else None
    via = Via("program", f"{act}:{world.today.year}")
    command = Command(act, answer, code, fields, "", via, "program")
    results: tuple[Result, ...] = execute(work, service.house, command, world)
    notices.tell(work, service.house, results, world)


def _ask_quarters(work: Work, service: Service, world: World) -> None:
    """Ask for a quarter's actual values when it is over, once each."""
    for request in _open_ones(work):
        if request.state is not State.PLAN_IN_FORCE:
            continue
        quarter = quarter_owed(request, world.today)
        if quarter and work.marks.set_once("quarter", f"{request.code}:{quarter}", world.now):
            for document in due.quarter_notices(service.house, request, world):
                key = f"quarter:{request.code}:{quarter}:{document['person']['id']}"
                notices.post(work, document, world, key=key)
