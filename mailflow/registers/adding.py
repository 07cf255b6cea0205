"""A register from before a sheet was kept gets that sheet; one that lost it is told of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mailflow.registers import lines as said
from mailflow.registers import specs, waiting
from mailflow.registers.case import Case
from mailflow.registers.columns import Sheet
from mailflow.registers.lines import Line
from mailflow.registers.page import Page
from mailflow.registers.sheets import ALL
from mailflow.registers.sides import base_of
from workbook_sync.errors import Reason, Refusal
from workbook_sync.files import Copy
from workbook_sync.graft import graft

REFUSED = "sheet_refused"
"""Name of the marks of files to which a sheet could not be added, and why."""


def sheet_lacking(case: Case, copy: Copy, pages: Sequence[Page]) -> Sheet | None:
    """Give the sheet that is to be added now: one that was never there; None where there is none.

    Only to what says that it is this register, and not while somebody has it open.
    """
    lacking = [sheet for sheet in ALL if sheet not in [page.sheet for page in pages]]
    ours = pages[0].register_id == case.register_id
    if not lacking or not ours or not waiting.in_turn(case):
        return None
    return next((s for s in lacking if not _was_there(case, s) and not _why(case, copy, s)), None)


def with_sheet(case: Case, sheet: Sheet) -> Callable[[bytes], bytes]:
    """Give what makes the bytes of a register those with the sheet in it."""
    made = specs.sheet_alone(case.house, sheet, case.unit)
    return lambda data: graft(data, made, sheet.name)


def give_up(case: Case, copy: Copy, sheet: Sheet, refusal: Refusal) -> None:
    """Note that a sheet cannot be added to this file as long as it stays as it is."""
    with case.open_work() as work:
        key = f"{_key(case, copy, sheet)}:{refusal.reason}"
        work.marks.set_once(REFUSED, key, case.world.now)
        work.keep()


def lines(case: Case, copy: Copy, pages: Sequence[Page]) -> Iterator[Line]:
    """Tell of sheets that are gone, or could not be added."""
    for sheet in ALL:
        if sheet in [page.sheet for page in pages]:
            continue
        why = _why(case, copy, sheet)
        if why:
            told = said.line("sheet_refused", sheet=sheet.name, why=said.why_not(why))
            yield replace(told, once=True)
        elif _was_there(case, sheet):
            yield replace(said.line("no_sheet", sheet=sheet.name), once=True)


def _was_there(case: Case, sheet: Sheet) -> bool:
    with case.open_work(reading=True) as work:
        return bool(base_of(work, case, sheet, None))


def _key(case: Case, copy: Copy, sheet: Sheet) -> str:
    return f"{case.register_id}:{sheet.key}:{copy.sha256}"


def _why(case: Case, copy: Copy, sheet: Sheet) -> Reason | None:
    """Give why a sheet could not be added to the file as it is."""
    with case.open_work(reading=True) as work:
        known = (r for r in Reason if work.marks.get(REFUSED, f"{_key(case, copy, sheet)}:{r}"))
        return next(known, None)
