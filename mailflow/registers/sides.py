"""The three sides of a register: what was last agreed on, the workbook, the record."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailflow.procedure.request import Request
from mailflow.procedure.terms import REQUESTS
from mailflow.record import Work
from mailflow.registers.case import Case
from mailflow.registers.cells import from_json
from mailflow.registers.columns import KEEPER, OWNERS
from mailflow.registers.holding import Held, standing
from mailflow.registers.page import Page
from mailflow.registers.project import project
from workbook_sync.merge import Fields

Base = Mapping[str, Fields]


@dataclass(frozen=True)
class Sides:
    """The record's side and the base; rows are {column: value} by code.

    `base` is the newest one, `agreed` that of the file's own generation, when somebody put an
    older file back. A row of the base without cells is one whose absence was told already. `held`
    are edits that wait, or waited, for somebody's word. A request that was disposed of is in `ours`
    as it stands in the base: its row stays, nothing is written into it or taken from it.
    """

    generation: int
    base: Base
    agreed: Base
    requests: Mapping[str, Request]
    ours: Base
    held: tuple[Held, ...] = ()


def load_sides(case: Case, page: Page | None = None) -> Sides:
    """Read the record's side of a register; a unit's holds what was ever its own.

    A request that was opened in it belongs there as well, whichever unit it is for or went to
    before its code could be written back: else its row would open one anew in every round.
    """
    with case.open_work(reading=True) as work:
        kept = work.registers.get(case.register_id)
        known, written = kept.generation if kept else 0, page.generation if page else None
        base = base_of(work, case, None)
        older = written is not None and written < known
        agreed = base_of(work, case, written) if older else base
        rows = work.requests.rows(kinds=REQUESTS, unit=case.unit)
        here = opened_in(work, case) if case.unit else ()
        codes = dict.fromkeys([*(row.code for row in rows), *here, *base])
        requests = {request.code: request for request in work.requests.load_each([*codes])}
        held = standing(work, case.register_id)
        disposed = [c for c in base if c not in requests and work.disposals.decided(c)]
    keepers = {name for name, o in (page.owners if page else OWNERS).items() if o is KEEPER}
    years = case.house.settings.retention.years
    ours = {
        code: {
            **project(request, case.world, years),
            **{name: v for name, v in base.get(code, {}).items() if name in keepers},
        }
        for code, request in requests.items()
    } | {code: base[code] for code in disposed}
    return Sides(max(known, written or 0), base, agreed, requests, ours, held)


def opened_in(work: Work, case: Case) -> tuple[str, ...]:
    """List the requests that rows of a register, or of its copies, have opened."""
    return work.requests.reported_through("register", f"{case.register_id}:")


def base_of(work: Work, case: Case, generation: int | None) -> Base:
    """Read the base of a generation, the newest where None."""
    kept = work.registers.base(case.register_id, generation)
    return {code: {h: from_json(v) for h, v in row.items()} for code, row in kept.items()}
