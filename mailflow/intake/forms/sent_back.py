"""Sends a form back whose words cannot be taken: as it was filled in, each fault beside it."""

from collections.abc import Iterator, Mapping, Sequence

from mailflow.actions import filling
from mailflow.actions.execute import Result
from mailflow.actions.house import House
from mailflow.forms.boxes import PageView, blank, steps_of
from mailflow.intake.lines.items import Flaw, Paper
from mailflow.intake.meaning import Facts, proof
from mailflow.procedure import faults
from mailflow.procedure.fault import Fault
from mailflow.procedure.fields import FIELDS, NUMBERED
from mailflow.procedure.machine import World
from mailflow.procedure.objectives import numbered
from mailflow.procedure.request import Json, Missing, Refused
from mailflow.record import Draft, Work


def sent_back(
    work: Work,
    house: House,
    papers: Sequence[Paper],
    results: Sequence[Result],
    facts: Facts,
    world: World,
) -> list[PageView]:
    """Keep the pages that could not be taken as drafts of their steps; give them with their faults.

    Words that nothing proves to be their sender's are neither kept nor sent on.
    """
    found: dict[tuple[str, str], PageView] = {}
    for paper in papers:
        flaws = _flaws(paper, results)
        proven = proof(facts, paper.page.mark.code, paper.page.mark.act) != "none"
        if flaws is not None and proven:
            found[paper.key] = _kept(work, house, paper, flaws, facts, world)
    for result in results:
        page = _typed(work, house, result, world)
        if page:
            found.setdefault((page["code"], page["act"]), page)
    return list(found.values())


def _typed(work: Work, house: House, result: Result, world: World) -> PageView | None:
    """Put a table typed into a letter that was refused on its page, kept as a draft (5.9)."""
    command = result.command
    request = work.requests.load(command.request) if command.request else None
    fields = {name: value for name, value in command.fields.items() if name in FIELDS}
    tables = [name for name in fields if FIELDS[name].type in NUMBERED]
    if not tables or not request or command.proof == "none" or result.problem is None:
        return None
    (step,) = steps_of(command.act, [command.answer])
    if request.kind not in step.kinds:
        return None
    fields |= {name: numbered(fields[name]) for name in tables}
    words = {n: text for name in fields for n, text in _words(name, fields[name], world)}
    draft = Draft(words, len(request.entries), world.now)
    work.drafts.keep(request.code, command.act.value, command.by, draft)
    page = filling.page(request, command.act, command.by, world, draft)
    found = faults.every(step, request, fields, world)
    flaws = {_blank(fault): Flaw("refused", fault.reason, fault.details) for fault in found}
    return {**page, "faults": {name: _sentence(house, flaw) for name, flaw in flaws.items()}}


def _words(name: str, value: Json, world: World) -> Iterator[tuple[str, str]]:
    yield from () if name == "files" else filling.written(name, value, world.everyone)


def _blank(fault: Fault) -> str:
    """Name the blank that a fault is about: a cell of a table, or a field."""
    name, column = fault.details.get("field", ""), fault.details.get("column")
    return blank(name, int(fault.details["line"]), column) if column else name


def _flaws(paper: Paper, results: Sequence[Result]) -> Mapping[str, Flaw] | None:
    """Give what is wrong with a page, None where its act was done or is not to be done at all."""
    if paper.read is None:
        return None if paper.why else paper.flaws
    own = (r for r in results if (r.command.request, r.command.act.value) == paper.key)
    result = next(own, None)
    if result is None or result.problem is None:
        return None
    return _of_problem(result.problem)


def _of_problem(problem: Refused | Missing) -> Mapping[str, Flaw] | None:
    if isinstance(problem, Missing):
        return {need.split("|")[0]: Flaw("form", "missing") for need in problem.fields}
    name = problem.details.get("field")
    return {name: Flaw("refused", problem.reason, problem.details)} if name else None


def _kept(
    work: Work,
    house: House,
    paper: Paper,
    flaws: Mapping[str, Flaw],
    facts: Facts,
    world: World,
) -> PageView:
    mark, person = paper.page.mark, facts.sender.person
    request, by = facts.paged[mark.code], person.id if person else ""
    draft = Draft(paper.words, len(request.entries), world.now)
    work.drafts.keep(mark.code, mark.act.value, by, draft)
    only = mark.answers if mark.act in filling.APART else ()
    page = filling.page(request, mark.act, by, world, draft, only=only)
    sentences = {name: _sentence(house, flaw) for name, flaw in flaws.items()}
    return {**page, "values": dict(paper.words), "faults": sentences}


def _sentence(house: House, flaw: Flaw) -> str:
    said = house.reasons.say(flaw.table, flaw.key, flaw.details)
    nearest = ", ".join(flaw.candidates[:MOST_NAMED])
    return f"{said} Có phải: {nearest}?" if nearest else said


MOST_NAMED = 5
