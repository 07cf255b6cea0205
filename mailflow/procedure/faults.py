"""What can be wrong with the fields of an act that is otherwise allowed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from mailflow.procedure import labels, objective_faults, review
from mailflow.procedure.fault import Fault
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.machine import World
from mailflow.procedure.people import UNIT_PREFIX, Roster
from mailflow.procedure.request import Json, Request
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act, Kind, Role, State

DUE_FIELDS = (
    "correction_due", "analysis_due", "deadline", "until", "change_deadline",
    "meeting_on", "inputs_due", "comments_due",
)  # fmt: skip
DONE_FIELDS = ("actual_date", "found_on", "held_on")


def first(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Fault | None:
    """Give the first thing wrong with an act's fields, None when all is right."""
    return next(every(step, request, fields, world), None)


def every(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Iterator[Fault]:
    """Give each thing wrong with an act's fields; a field that is missing is none.

    What the program copies is taken as it is: its people may have left since, its days be past.
    """
    if step.who != (Role.PROGRAM,):
        for check in _CHECKS:
            yield from check(step, request, fields, world)


def _options(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Iterator[Fault]:
    for name, value in fields.items():
        known = FIELDS.get(name)
        if known and known.type is Type.CHOICE and value not in known.options:
            yield Fault("bad_option", {"field": name, "value": str(value)})
    no_work = step.act is Act.DECIDE_DISPOSITION and step.answer == "no_work"
    if no_work and fields.get("disposition", "accept") not in ("accept", "reject"):
        yield Fault("needs_work", {"value": fields["disposition"]})
    if not 0 <= int(fields.get("percent", 0)) <= 100:
        yield Fault("bad_percent", {"value": str(fields["percent"])})


def _days(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Iterator[Fault]:
    due = {**_granted(step, request), **fields}
    for name in DUE_FIELDS:
        if due.get(name) and date.fromisoformat(due[name]) < world.today:
            yield Fault("date_past", {"field": name, "date": due[name]})
    for name in DONE_FIELDS:
        if fields.get(name) and date.fromisoformat(fields[name]) > world.today:
            yield Fault("date_ahead", {"field": name, "date": fields[name]})


def _granted(step: Step, request: Request | None) -> Mapping[str, Json]:
    """What a grant takes over from the change asked for, as far as it says nothing else."""
    grants = step.act is Act.DECIDE_CHANGE and step.answer == "grant"
    pending = request.pending_change if request and grants else None
    return pending.fields if pending else {}


def _work(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Iterator[Fault]:
    latest = request.day("deadline") if request and step.act is Act.PLAN_WORK else None
    for name in (n for n in fields if n in FIELDS and FIELDS[n].type is Type.WORK):
        for item in fields.get(name, ()):
            if item.get("who") and item.get("by"):
                yield from _one_work(name, item["by"], latest, world)
            else:
                yield Fault("work_incomplete", {"what": item["what"]})


def _one_work(name: str, day: str, latest: date | None, world: World) -> Iterator[Fault]:
    by = date.fromisoformat(day)
    if by < world.today:
        yield Fault("date_past", {"field": name, "date": day})
    if latest and by > latest:
        yield Fault("after_deadline", {"date": day, "deadline": latest.isoformat()})


def _people(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Iterator[Fault]:
    for party in _named(fields):
        if not _known(party, world.roster):
            yield Fault("unknown_person", {"person": party.removeprefix(UNIT_PREFIX)})


def _named(fields: Mapping[str, Json]) -> Iterator[str]:
    for name, value in fields.items():
        known = FIELDS.get(name)
        if known is None:
            continue
        if known.type is Type.PERSON:
            yield value
        elif known.type is Type.PARTIES:
            yield from value
        elif known.type is Type.WORK:
            yield from (party for item in value for party in item.get("who") or ())
        elif known.type is Type.UNIT:
            yield UNIT_PREFIX + value


def _known(party: str, roster: Roster) -> bool:
    if not party.startswith(UNIT_PREFIX):
        return roster.person(party) is not None
    return any(unit.name == party.removeprefix(UNIT_PREFIX) for unit in roster.units)


def _of_request(
    step: Step, request: Request | None, fields: Mapping[str, Json], world: World
) -> Iterator[Fault]:
    check = _OF_ACT.get(step.act)
    if check and request is not None:
        yield from check(request, {"today": world.today.isoformat(), **fields})


def _same_unit(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    if fields.get("unit") == request.unit:
        yield Fault("same_unit", {"unit": request.unit})


def _no_superior(_request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    if not fields.get("decider"):
        yield Fault("no_superior")


def _into_itself(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    if fields.get("into") == request.code:
        yield Fault("merge_into_itself")


def _one_performer(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    if request.state is State.CORRECTING and len(fields.get("to", "1")) != 1:
        yield Fault("one_performer")


def _not_later(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    name = {State.CORRECTING: "correction_due", State.ASSIGNED: "analysis_due"}.get(
        request.state, "deadline"
    )
    current = request.day(name)
    until = fields.get("until")
    if current and until and date.fromisoformat(until) <= current:
        yield Fault("not_later", {"date": until, "current": current.isoformat()})


def _measures_named(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    for number in fields.get("measure_numbers") or ():
        if not 1 <= number <= len(request.measures):
            yield Fault("no_such_measure", {"number": str(number)})


def _planned_well(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    """A review comes after the internal audit has ended, its inputs before its meeting (5.8)."""
    meeting, audit = fields.get("meeting_on"), fields["audit_ended"]
    if audit > (meeting or fields["today"]):
        yield Fault("audit_not_ended", {"date": audit})
    if meeting and fields["inputs_due"] > meeting:
        yield Fault("inputs_after_meeting", {"date": fields["inputs_due"]})
    yield from _clock_read(request, fields)


def _clock_read(_request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    if fields.get("meeting_time") and review.clock(fields["meeting_time"]) is None:
        yield Fault("bad_time", {"value": fields["meeting_time"]})


def _to_be_settled(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    """Only decisions of 5.8.1.2 are settled, each once, as requests of two kinds."""
    decisions = dict(review.numbered(request, *review.OUTPUTS))
    for number in fields.get("decision_numbers") or ():
        if number not in decisions:
            yield Fault("no_such_decision", {"number": str(number)})
        elif decisions[number].result:
            yield Fault("decision_settled", {"number": str(number)})
    if fields.get("kind", Kind.IMPROVEMENT) not in (Kind.CORRECTIVE, Kind.IMPROVEMENT):
        yield Fault("bad_option", {"field": "kind", "value": labels.KIND[fields["kind"]]})


def _risk_named(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    left = review.risks_left(request)
    for number in fields.get("decision_numbers") or ():
        if number not in left:
            yield Fault("no_such_risk", {"number": str(number)})


_OF_ACT: dict[Act, Callable[[Request, Mapping[str, Json]], Iterator[Fault]]] = {
    Act.TRANSFER: _same_unit,
    Act.PASS_UP: _no_superior,
    Act.MERGE: _into_itself,
    Act.EXTEND: _not_later,
    Act.REPORT_COMPLETION: _measures_named,
    Act.REASSIGN: _one_performer,
    Act.SUBMIT_PLAN: objective_faults.of_plan,
    Act.AMEND_PLAN: objective_faults.of_plan,
    Act.RECORD_ACTUALS: objective_faults.of_actuals,
    Act.EVALUATE: objective_faults.of_evaluation,
    Act.SETTLE_OBJECTIVE: objective_faults.of_settling,
    Act.PLAN_REVIEW: _planned_well,
    Act.MOVE_MEETING: _clock_read,
    Act.SETTLE_DECISION: _to_be_settled,
    Act.UPDATE_RISK: _risk_named,
}


_Check = Callable[[Step, Request | None, Mapping[str, Json], World], Iterator[Fault]]
_CHECKS: tuple[_Check, ...] = (_options, _days, _people, _work, _of_request)
