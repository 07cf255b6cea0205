"""Sends a form back whose words cannot be taken: as it was filled in, each fault beside it."""

from collections.abc import Mapping, Sequence

from mailflow.actions import filling
from mailflow.actions.execute import Result
from mailflow.actions.house import House
from mailflow.forms.boxes import PageView
from mailflow.intake.lines.items import Flaw, Paper
from mailflow.intake.meaning import Facts, proof
from mailflow.procedure.machine import World
from mailflow.procedure.request import Missing, Refused
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
    return list(found.values())


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
    page = filling.page(request, mark.act, by, world, draft)
    sentences = {name: _sentence(house, flaw) for name, flaw in flaws.items()}
    return {**page, "values": dict(paper.words), "faults": sentences}


def _sentence(house: House, flaw: Flaw) -> str:
    said = house.reasons.say(flaw.table, flaw.key, flaw.details)
    nearest = ", ".join(flaw.candidates[:MOST_NAMED])
    return f"{said} Có phải: {nearest}?" if nearest else said


MOST_NAMED = 5
