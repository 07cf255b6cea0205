"""Takes what was asked for as meant where its own fields are said: "giao anh Nam, hạn 15/6"."""

from collections.abc import Callable, Sequence

from mailflow.intake.lines.blocks import Open
from mailflow.intake.sentences.clauses import Clause
from mailflow.intake.sentences.roles import Roles
from mailflow.phrases import Saying
from mailflow.procedure.terms import Act


def implied(said: Roles, found: Sequence[Clause], one: Open) -> Saying | None:
    """Give what clauses do without naming it; None where nothing asked for is done."""
    for act in one.asked:
        for imply in _IMPLIED.get(act, ()):
            saying = imply(said, found, one)
            if saying and one.allows(saying):
                return saying
    return None


def _direction(said: Roles, found: Sequence[Clause], one: Open) -> Saying | None:
    """Somebody is given the work: to analyse it, or, after a failure, to go on with it (5.7)."""
    if not (said.doers or said.units) or not (said.due or said.faults):
        return None
    going_on = Saying(Act.DIRECT, "implement")
    if not one.allows(going_on):
        return Saying(Act.DIRECT, "assign")
    goes_on, analyses = (any(c.cue(k) for c in found) for k in ("continuing", "analysing"))
    if goes_on == analyses:
        return None
    return going_on if goes_on else Saying(Act.DIRECT, "assign")


def _disposition(said: Roles, _found: Sequence[Clause], _one: Open) -> Saying | None:
    chosen = said.choices.get("disposition", [])
    if said.doers and chosen:
        return Saying(Act.DECIDE_DISPOSITION, "work")
    if chosen in (["accept"], ["reject"]) and not said.doers and not said.due:
        return Saying(Act.DECIDE_DISPOSITION, "no_work")
    return None


def _transfer(said: Roles, _found: Sequence[Clause], _one: Open) -> Saying | None:
    return Saying(Act.TRANSFER, "") if said.units and set(said.doers) <= set(said.units) else None


def _granted(said: Roles, found: Sequence[Clause], _one: Open) -> Saying | None:
    """ "cho em thêm 2 tuần", "cho lùi tới 10/7": more time is given, not asked for."""
    given = any(
        c.cue("gives_time") or (c.cue("assign", "assent", "pleas") and c.cue("more_time"))
        for c in found
    )
    denied = any(c.cue("negations") for c in found)
    if given and not denied and (said.limits.longer or said.due):
        return Saying(Act.DECIDE_CHANGE, "grant")
    return None


def _wants_more(said: Roles, found: Sequence[Clause], _one: Open) -> Saying | None:
    """ "đề nghị chị Lan bổ sung giấy hẹn": sent back for what is missing."""
    asked = any(c.cue("assign") and c.cue("supplied") for c in found)
    return Saying(Act.RETURN_FOR_MORE, "") if asked and not said.due else None


_Imply = Callable[[Roles, Sequence[Clause], Open], Saying | None]
_IMPLIED: dict[Act, tuple[_Imply, ...]] = {
    Act.PRESENT: (_wants_more,),
    Act.DIRECT: (_direction, _wants_more),
    Act.DECIDE_DISPOSITION: (_transfer, _disposition),
    Act.DECIDE_NEED: (_transfer,),
    Act.DECIDE_CHANGE: (_granted,),
}
