"""The sheets of a register that are kept in step with the record; a table."""

from mailflow.procedure import numbering
from mailflow.registers.columns import REQUESTS, Sheet
from mailflow.registers.objective_columns import OBJECTIVES

ALL: tuple[Sheet, ...] = (REQUESTS, OBJECTIVES)
"""A register has the first of them at least; one without the others is an old one."""


def parsed(sheet: Sheet, text: str, prefix: str) -> numbering.Code | None:
    """Read the key of a row, None when it is none; `prefix` is that of the agency's requests."""
    return numbering.parse_line(text) if sheet is OBJECTIVES else numbering.parse(text, prefix)


def key_of(sheet: Sheet, text: str, prefix: str) -> str:
    """Give the key a cell holds as it is written properly, else the text itself."""
    code = parsed(sheet, text, prefix)
    return code.right if code and code.valid else text
