"""The procedure's section V as two tables: STEPS (the arrows), WAITS (who owes)."""

from mailflow.procedure.objective_steps import OBJECTIVE_STEPS, OBJECTIVE_WAITS
from mailflow.procedure.request_steps import REQUEST_STEPS, REQUEST_WAITS
from mailflow.procedure.table import Step, Wait
from mailflow.procedure.terms import Act, Role

STEPS: tuple[Step, ...] = (*REQUEST_STEPS, *OBJECTIVE_STEPS)

WAITS: tuple[Wait, ...] = (*REQUEST_WAITS, *OBJECTIVE_WAITS)

OURS: frozenset[Act] = frozenset(s.act for s in STEPS if s.who == (Role.PROGRAM,))
"""Acts that only the program does: nobody types them, nobody is asked for them."""
