"""The procedure's section V as two tables: STEPS (the arrows), WAITS (who owes)."""

from collections.abc import Collection
from functools import cache

from mailflow.procedure.objective_steps import OBJECTIVE_STEPS, OBJECTIVE_WAITS
from mailflow.procedure.request_steps import REQUEST_STEPS, REQUEST_WAITS
from mailflow.procedure.review_steps import REVIEW_STEPS, REVIEW_WAITS
from mailflow.procedure.table import Step, Wait
from mailflow.procedure.terms import Act, Kind, Role, State

STEPS: tuple[Step, ...] = (*REQUEST_STEPS, *REVIEW_STEPS, *OBJECTIVE_STEPS)

WAITS: tuple[Wait, ...] = (*REQUEST_WAITS, *REVIEW_WAITS, *OBJECTIVE_WAITS)

OURS: frozenset[Act] = frozenset(s.act for s in STEPS if s.who == (Role.PROGRAM,))
"""Acts that only the program does: nobody types them, nobody is asked for them."""


def states_of(kinds: Collection[Kind]) -> tuple[State, ...]:
    """List the states that matters of these kinds can be in, in the order of the procedure."""
    steps = [step for step in STEPS if set(step.kinds) & set(kinds)]
    named = {state for step in steps for state in (step.target, *(step.sources or ()))}
    return tuple(state for state in State if state in named)


@cache
def step_of(act: Act, answer: str) -> Step:
    """Find a step by act and answer: all of them carry the same fields. Raises KeyError."""
    for step in STEPS:
        if (step.act, step.answer) == (act, answer):
            return step
    raise KeyError(f"{act}:{answer}")


def fields_of(step: Step) -> tuple[str, ...]:
    """List the fields a step takes by label; one that opens a request takes its kind as well."""
    needs = [name for need in step.must for name in need.split("|")]
    opening = ("kind",) if step.sources is None else ()
    return tuple(n for n in dict.fromkeys((*needs, *step.may, *opening)) if n != "files")
