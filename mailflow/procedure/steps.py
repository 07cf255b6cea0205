"""The procedure's section V as two tables: STEPS (the arrows), WAITS (who owes)."""

from collections.abc import Collection

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
