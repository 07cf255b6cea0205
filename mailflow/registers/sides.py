"""The three sides of a register: what was last agreed on, the workbook, the record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailflow.procedure.numbering import matter_of
from mailflow.procedure.request import Request
from mailflow.procedure.terms import REQUESTS as KINDS
from mailflow.procedure.terms import Kind
from mailflow.record import Work
from mailflow.registers.case import Case
from mailflow.registers.cells import from_json
from mailflow.registers.columns import KEEPER, REQUESTS, Sheet
from mailflow.registers.holding import Held, standing
from mailflow.registers.objective_columns import OBJECTIVES, UNPLANNED
from mailflow.registers.objective_rows import project_lines
from mailflow.registers.page import Page
from mailflow.registers.project import project
from workbook_sync.merge import Fields, Merged
from workbook_sync.values import Value

Base = Mapping[str, Fields]


@dataclass(frozen=True)
class Sides:
    """The record's side and the base; rows are {column: value} by code.

    `base` is the newest one, `agreed` that of the file's own generation, when somebody put an
    older file back. A row of the base without cells is one whose absence was told already. `held`
    are edits that wait, or waited, for somebody's word. A row of what was disposed of is in `ours`
    as it stands in the base: it stays, nothing is written into it or taken from it. `requests` are
    what rows are of, by their keys; objectives by the codes of their matters as well.
    """

    generation: int
    base: Base
    agreed: Base
    requests: Mapping[str, Request]
    ours: Base
    held: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Beside:
    """One sheet in one round: as it reads, the record beside it, and how they differ."""

    page: Page
    sides: Sides
    merged: Merged


def load_sides(case: Case, sheet: Sheet, page: Page | None = None) -> Sides:
    """Read the record's side of a sheet; `page` is the sheet as it reads, where there is one.

    A unit's register holds what was ever its own. What a row is of and lacks now, because it was
    disposed of or is no line of its plan any more, stays as it was agreed on.
    """
    with case.open_work(reading=True) as work:
        kept = work.registers.get(case.register_id)
        known, written = kept.generation if kept else 0, page.generation if page else None
        base = base_of(work, case, sheet, None)
        older = written is not None and written < known
        agreed = base_of(work, case, sheet, written) if older else base
        requests, rows = _LOADED[sheet.key](work, case, base)
        held = standing(work, case.register_id)
        over = {key: _over(work, sheet, key, base[key]) for key in base if key not in rows}
    keepers = {name for name, o in (page or sheet).owners.items() if o is KEEPER}
    ours = {
        key: {**row, **{name: v for name, v in base.get(key, {}).items() if name in keepers}}
        for key, row in rows.items()
    } | {key: row for key, row in over.items() if row is not None}
    return Sides(max(known, written or 0), base, agreed, requests, ours, held)


def _over(work: Work, sheet: Sheet, key: str, agreed: Fields) -> Fields | None:
    """Give the row of what was disposed of, or is no line of its plan any more; None of no such."""
    code = key if sheet is REQUESTS else matter_of(key)[0]
    if work.disposals.decided(code):
        return agreed
    if sheet is REQUESTS or work.requests.load(code) is None:
        return None
    return {**agreed, **UNPLANNED} if agreed else agreed


Loaded = tuple[dict[str, Request], dict[str, dict[str, Value]]]
"""By the key of a row: the request or matter it is of, and the row as the record has it."""


def _requests(work: Work, case: Case, base: Base) -> Loaded:
    """Load the requests of a register.

    One that was opened in it belongs there as well, whichever unit it is for or went to before its
    code could be written back: else its row would open one anew in every round.
    """
    rows = work.requests.rows(kinds=KINDS, unit=case.unit)
    here = opened_in(work, case) if case.unit else ()
    codes = dict.fromkeys([*(row.code for row in rows), *here, *base])
    found = {request.code: request for request in work.requests.load_each([*codes])}
    years = case.house.settings.retention.years
    return found, {code: project(r, case.world, years) for code, r in found.items()}


def _objectives(work: Work, case: Case, _base: Base) -> Loaded:
    """Load the objectives of a register, the lines of all plans of its unit."""
    rows = work.requests.rows(kinds=[Kind.OBJECTIVES], unit=case.unit)
    years = case.house.settings.retention.years
    matters: dict[str, Request] = {}
    found: dict[str, dict[str, Value]] = {}
    for matter in work.requests.load_each([row.code for row in rows]):
        lines = project_lines(matter, case.world, years)
        found |= lines
        matters |= dict.fromkeys([matter.code, *lines], matter)
    return matters, found


_LOADED: Mapping[str, Callable[[Work, Case, Base], Loaded]] = {
    REQUESTS.key: _requests,
    OBJECTIVES.key: _objectives,
}


def opened_in(work: Work, case: Case) -> tuple[str, ...]:
    """List the requests that rows of a register, or of its copies, have opened."""
    return work.requests.reported_through("register", f"{case.register_id}:")


def base_of(work: Work, case: Case, sheet: Sheet, generation: int | None) -> Base:
    """Read the base of a sheet in a generation, the newest where None."""
    kept = work.registers.base(case.register_id, generation, sheet.key)
    return {code: {h: from_json(v) for h, v in row.items()} for code, row in kept.items()}
