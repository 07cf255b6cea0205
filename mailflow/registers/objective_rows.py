"""Shows the lines of a year's plan as rows of the sheet `Mục tiêu`; pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from mailflow.procedure import labels, targets
from mailflow.procedure.machine import World
from mailflow.procedure.numbering import line_code
from mailflow.procedure.objectives import (
    Item,
    Line,
    drafted,
    in_force,
    lines,
    number,
    share_passed,
    year_of,
)
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import Act, State
from mailflow.registers import objective_columns as columns
from mailflow.registers.columns import CODE
from mailflow.registers.project import standing, tidied
from workbook_sync.values import Value

DRAFTING = (State.PLAN_ASKED, State.PLAN_DRAFTING)
PENDING = (State.PLAN_SUBMITTED, State.PLAN_AMENDING)
RUNNING = (State.PLAN_IN_FORCE, State.PLAN_AMENDING, State.EVALUATION_ASKED)
JUDGED = (State.EVALUATED, State.EVALUATION_ACCEPTED, State.OBJECTIVES_FINISHED)


def project_lines(request: Request, world: World, years: int) -> dict[str, dict[str, Value]]:
    """Give {code of the line: {header: value}} of a year's plan, blank cells as None.

    All columns but the keeper's own. While a plan or a change of it waits for its approval the
    lines are those that were submitted. Records are kept `years` (VII).
    """
    shared = {**_dates(request, world), **standing(request, world, years)}
    shared |= {columns.YEAR: year_of(request), columns.UNIT: request.unit or labels.AGENCY}
    return {
        line_code(request.code, line.no): tidied({**shared, **_row(line, request, world)})
        for line in shown_lines(request)
    }


def shown_lines(request: Request) -> list[Line]:
    """List the lines of a plan as it is seen now."""
    known = {line.no: line for line in lines(request)}
    if request.state in (*DRAFTING, *PENDING) or not known:
        return [_of(item, known, request) for item in drafted(request)]
    return list(known.values())


def _of(item: Item, known: dict[int, Line], request: Request) -> Line:
    line = known.get(number(item)) or Line(number(item), item, year=year_of(request))
    return replace(line, planned=item)


def _row(line: Line, request: Request, world: World) -> dict[str, Value]:
    row: dict[str, Value] = {
        CODE: line_code(request.code, line.no),
        columns.NO: line.no,
        columns.REASON: line.declined or _reason(line, request),
        columns.VERDICT: _verdict(line, request, world),
        columns.SETTLED: _settled(line),
        columns.REQUEST: line.code,
    }
    row |= {header: line.planned.get(key) for key, header in columns.PLAN.items()}
    row |= {header: line.result.get(key) for key, header in columns.RESULTS.items()}
    row |= {header: line.months.get(month) for header, month in columns.MONTHS.items()}
    actuals = line.actuals
    return row | {header: actuals.get(quarter) for header, quarter in columns.QUARTERS.items()}


def _reason(line: Line, request: Request) -> str:
    """Give why a line is to be changed, while that waits for its approval."""
    if request.state is not State.PLAN_AMENDING:
        return ""
    before = next((item for item in in_force(request) if number(item) == line.no), None)
    return str(request.values.get("reason") or "") if before != line.planned else ""


def _verdict(line: Line, request: Request, world: World) -> str:
    if request.state not in RUNNING or line.result:
        return labels.VERDICT[line.verdict] if request.state in JUDGED or line.result else ""
    passed = share_passed(line, world.today)
    if targets.behind(line.target, line.actual, passed, world.today):
        return labels.AT_RISK
    return labels.VERDICT[Verdict.OPEN]


def _settled(line: Line) -> str:
    if line.code:
        return columns.SETTLING["open"]
    return columns.SETTLING["decline"] if line.declined else ""


def _dates(request: Request, world: World) -> dict[str, Value]:
    """Give the days of what was done for the whole plan, blank again where it is to be done."""
    return dict(_days_done(request, world))


def _days_done(request: Request, world: World) -> Iterator[tuple[str, date | None]]:
    drafting, pending = request.state in DRAFTING, request.state in PENDING
    submitting, approving = (
        (Act.SUBMIT_PLAN, Act.AMEND_PLAN),
        (Act.APPROVE_PLAN, Act.APPROVE_AMENDMENT),
    )
    yield columns.SUBMITTED, None if drafting else _last(request, world, *submitting)
    yield columns.APPROVED, None if drafting or pending else _last(request, world, *approving)
    done = request.state in JUDGED
    yield columns.EVALUATED, _last(request, world, Act.EVALUATE) if done else None
    accepted = done and request.state is not State.EVALUATED
    yield columns.ACCEPTED, _last(request, world, Act.ACCEPT_EVALUATION) if accepted else None


def _last(request: Request, world: World, *acts: Act) -> date | None:
    entries: Iterator[Entry] = (e for e in reversed(request.entries) if e.act in acts)
    entry = next((e for e in entries if e.answer != "no"), None)
    return entry.at.astimezone(world.now.tzinfo).date() if entry else None
