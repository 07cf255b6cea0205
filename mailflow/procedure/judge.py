"""Judges a command: a complete journal entry, a refusal with its reason, or what is missing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailflow.procedure import faults, review_defaults
from mailflow.procedure.folding import folded
from mailflow.procedure.machine import (
    World,
    entitled,
    holders_of,
    holds,
    people_for,
    steps_now,
    with_stand_ins,
)
from mailflow.procedure.objectives import (
    in_force,
    merged,
    not_met,
    numbered,
    quarter_of,
    quarter_owed,
)
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.request import Command, Entry, Json, Missing, Refused, Request
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import REQUESTS, Act, Kind, Role, Sign, Source


@dataclass(frozen=True)
class Judged:
    """A command found right: the step it takes and the entry to put into the journal."""

    step: Step
    entry: Entry


def judge(request: Request | None, command: Command, world: World) -> Judged | Refused | Missing:
    """Judge one command on a request as it stands (None for an act that opens one).

    The entry of an act that opens a request still lacks code, number, year and seq, that of a
    failed verification its `successor`: whoever executes it puts them in.
    """
    step = _step(request, command, world)
    if isinstance(step, Refused):
        return step
    fields = _completed(step, request, command, world)
    of_unit = request is None and step.kinds[0] in REQUESTS
    must = (*step.must, "unit") if of_unit else step.must
    missing = tuple(need for need in must if not _given(need, fields))
    if missing:
        return Missing(missing, step.clause)
    if of_unit and not _own_unit(step, command, fields, world):
        return Refused("not_entitled", step.clause, {"act": command.act})
    fault = faults.first(step, request, fields, world)
    if fault:
        return Refused(fault.reason, step.clause, fault.details)
    return _entry(step, request, command, fields, world)


def _step(request: Request | None, command: Command, world: World) -> Step | Refused:
    if request is None:
        return _opening_step(command, world)
    if command.by and command.by not in people_for(Role.PARTY, request, world.roster):
        outsider = not _may_ever(request, command, world)
        if outsider:
            return Refused("not_a_party")
    answer = resolved_answer(request, command, world)
    steps = [s for s in STEPS if (s.act, s.answer) == (command.act, answer)]
    now = [s for s in steps_now(request, world) if s in steps]
    if not now:
        return _not_now(request, command.act, steps, world)
    if entitled(now[0], request, command.by, world) is None:
        return Refused("not_entitled", now[0].clause, {"act": command.act})
    return now[0]


def _may_ever(request: Request, command: Command, world: World) -> bool:
    return any(
        entitled(step, request, command.by, world)
        for step in STEPS
        if step.sources is not None and step.act is command.act
    )


def _opening_step(command: Command, world: World) -> Step | Refused:
    kind = command.fields.get("kind", Kind.NONCONFORMITY)
    for step in STEPS:
        if step.sources is None and (step.act, step.answer) == (command.act, command.answer):
            if kind not in step.kinds:
                continue
            if entitled(step, None, command.by, world) is None:
                return Refused("not_entitled", step.clause, {"act": command.act})
            return step
    return Refused("no_such_step", "", {"act": command.act})


def _own_unit(step: Step, command: Command, fields: Mapping[str, Json], world: World) -> bool:
    """What only a unit's head may open, they open for their own unit (5.9)."""
    if step.who != (Role.UNIT_HEAD,):
        return True
    heads = world.roster.answering((UNIT_PREFIX + str(fields["unit"]),))
    return command.by in with_stand_ins(heads, step.act, world.roster)


def _not_now(request: Request, act: Act, steps: list[Step], world: World) -> Refused:
    """Say why an act does not fit: the state is another one, or its time has not come."""
    for step in steps:
        here = step.sources and request.state in step.sources and request.kind in step.kinds
        if here and not holds(request, step.when, world):
            return Refused(step.when.value, step.clause, {"act": act})
    clause = steps[0].clause if steps else ""
    return Refused("out_of_state", clause, {"act": act, "state": request.state})


def resolved_answer(request: Request, command: Command, world: World) -> str:
    """Give the answer that decides the arrow: completion is `all` once no measure is left."""
    if command.act is not Act.REPORT_COMPLETION:
        return command.answer
    numbers = set(_measure_numbers(request, command, world))
    left = {n for n, m in enumerate(request.measures, start=1) if not m.done_on}
    return "part" if left - numbers else "all"


def _measure_numbers(request: Request, command: Command, world: World) -> tuple[int, ...]:
    """The measures a completion speaks of: those named, else the sender's own, else all."""
    if command.fields.get("measure_numbers"):
        return tuple(command.fields["measure_numbers"])
    own = tuple(
        n
        for n, measure in enumerate(request.measures, start=1)
        if command.by in world.roster.answering(measure.who)
    )
    return own or tuple(range(1, len(request.measures) + 1))


def _given(need: str, fields: Mapping[str, Json]) -> bool:
    return any(fields.get(name) not in (None, "", [], ()) for name in need.split("|"))


def _completed(
    step: Step, request: Request | None, command: Command, world: World
) -> dict[str, Json]:
    """Add what the mail told the person is taken when they leave it out, and what is derived.

    What the act does not carry is left out: nobody changes a deadline by a comment.
    """
    defaults = defaults_for(step, request, command, world)
    said = {name: value for name, value in command.fields.items() if carries(step, name, value)}
    return _numbered(step, request, {**defaults, **said})


def _numbered(step: Step, request: Request | None, fields: dict[str, Json]) -> dict[str, Json]:
    """Number a new plan's lines as they stand; put changed ones into the plan in force."""
    if request and step.act is Act.AMEND_PLAN and fields.get("objectives"):
        fields["objectives"] = list(merged(in_force(request), fields["objectives"]))
    if step.act is Act.SUBMIT_PLAN and fields.get("objectives"):
        fields["objectives"] = list(numbered(fields["objectives"]))
    return fields


def carries(step: Step, name: str, value: Json) -> bool:
    """Say whether an act takes a field: its row names it, or it is files, or an opening's kind."""
    if value in (None, "", []):
        return False
    named = (name for need in (*step.must, *step.may) for name in need.split("|"))
    opening = step.sources is None and name == "kind"
    return step.who == (Role.PROGRAM,) or opening or name == "files" or name in named


def defaults_for(
    step: Step, request: Request | None, command: Command, world: World
) -> dict[str, Json]:
    """Give the values taken for fields left out; every mail that asks says the same.

    Checker: the decider's unit head. Implementers and deadline: as in the proposed measures.
    Date of completion: the day of the report. Unit of a report: the reporter's own. Objectives:
    the quarter that is owed, the only line left.
    """
    make = _DEFAULTS.get(step.act)
    values = make(request, command, world) if make else {}
    return {name: value for name, value in values.items() if value}


def _of_report(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    person = world.roster.person(command.by)
    return {"kind": Kind.NONCONFORMITY.value, "unit": person.unit if person else ""}


def _of_review(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    source = Source.MANAGEMENT_REVIEW.value
    return {**_of_report(request, command, world), "sources": [source]}


def _of_objective(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    """A unit's goes straight to the secretary: its need shows by the first sign of 5.2.2."""
    signs = [Sign.OBJECTIVES_AT_RISK.value] if command.answer == "unit" else []
    return {**_of_report(request, command, world), "signs": signs}


def _of_pass_up(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    """The superior of whoever decides now, also when a stand-in passes it up."""
    deciders = people_for(Role.DECIDER, request, world.roster)
    decider = world.roster.person(next(iter(deciders), None))
    superior = world.roster.superior_of(decider) if decider else None
    return {"decider": superior.id if superior and superior.id not in deciders else ""}


def _of_approval(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    if request is None or command.answer != "yes":
        return {}
    who = dict.fromkeys(p for m in request.measures for p in m.who)
    days = [m.by for m in request.measures if m.by]
    return {"implementers": list(who), "deadline": max(days).isoformat() if days else ""}


def _of_direction(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    if request is None or command.answer != "implement":
        return {}
    return {"implementers": list(request.parties.get(Role.IMPLEMENTER, ()))}


def _of_completion(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    if request is None:
        return {}
    numbers = _measure_numbers(request, command, world)
    return {"measure_numbers": list(numbers), "actual_date": world.today.isoformat()}


def _of_actuals(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    """The quarter owed, else the one that runs."""
    if request is None:
        return {}
    return {"quarter": quarter_owed(request, world.today) or quarter_of(world.today)}


def _of_settling(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    left = not_met(request) if request else ()
    return {"line_numbers": [left[0].no] if len(left) == 1 else []}


def _of_work(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    items = command.fields.get("measures") or command.fields.get("steps") or ()
    words = " ; ".join(folded(item.get("with") or "") for item in items)
    units = [u for u in world.roster.units if any(_named(n, words) for n in (u.name, *u.aliases))]
    return {"coordinators": [UNIT_PREFIX + unit.name for unit in units]}


def _named(unit: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(folded(unit))}\b", words) is not None


_DEFAULTS: dict[Act, Callable[[Request | None, Command, World], dict[str, Json]]] = {
    Act.REPORT: _of_report,
    Act.OPEN_FROM_REVIEW: _of_review,
    Act.OPEN_FROM_OBJECTIVE: _of_objective,
    Act.PASS_UP: _of_pass_up,
    Act.PROPOSE_SOLUTION: _of_work,
    Act.PLAN_WORK: _of_work,
    Act.APPROVE_SOLUTION: _of_approval,
    Act.DIRECT: _of_direction,
    Act.REPORT_COMPLETION: _of_completion,
    Act.RECORD_ACTUALS: _of_actuals,
    Act.SETTLE_OBJECTIVE: _of_settling,
    **review_defaults.DEFAULTS,
}


def _entry(
    step: Step,
    request: Request | None,
    command: Command,
    fields: dict[str, Json],
    world: World,
) -> Judged | Refused:
    role = entitled(step, request, command.by, world) or Role.PROGRAM
    notes = _notes(step, role, request, command, world)
    if "same_person" in notes and world.same_person == "refuse":
        return Refused("same_person", step.clause, {"act": command.act})
    entry = Entry(
        at=world.now,
        request=request.code if request else None,
        act=step.act,
        answer=step.answer,
        clause=step.clause,
        box=step.box,
        fields=fields,
        by=command.by,
        role=role,
        via=command.via,
        proof=command.proof,
        source=request.state if request else None,
        target=step.target,
        entered_by=command.entered_by,
        notes=notes,
    )
    return Judged(step, entry)


def _notes(
    step: Step, role: Role, request: Request | None, command: Command, world: World
) -> tuple[str, ...]:
    """Note a stand-in with whom they stand for, one who confirms own work, an unproven sender."""
    notes = []
    holders = holders_of(role, step.answer, request, world.roster)
    if command.by and command.by not in holders:
        stand_in = next(
            s for s in world.roster.standing_in(step.act, holders) if s.who == command.by
        )
        notes.append(f"stand_in:{stand_in.for_whom}:{stand_in.decision}")
    if request and command.by in _own_work(step.act, request, world):
        notes.append("same_person")
    if command.proof == "none":
        notes.append("unverified")
    return tuple(notes)


def _own_work(act: Act, request: Request, world: World) -> tuple[str, ...]:
    role = {
        Act.CHECK_CORRECTION: Role.PERFORMER,
        Act.APPROVE_SOLUTION: Role.ASSIGNEE,
        Act.VERIFY: Role.IMPLEMENTER,
    }.get(act)
    return world.roster.answering(request.parties.get(role, ())) if role else ()
