"""The procedure's section V as two tables: STEPS (the arrows), WAITS (who owes)."""

from mailflow.procedure.request_steps import REQUEST_STEPS, REQUEST_WAITS
from mailflow.procedure.table import Step, Wait

STEPS: tuple[Step, ...] = REQUEST_STEPS

WAITS: tuple[Wait, ...] = REQUEST_WAITS
