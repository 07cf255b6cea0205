"""Brings one shared register and the record into step, the file left whole whatever comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mailflow.actions.house import House
from mailflow.errors import Misconfigured, Temporary, failpoint
from mailflow.procedure.people import Person
from mailflow.procedure.terms import Role
from mailflow.record import Register as Kept
from mailflow.record import Work
from mailflow.registers import lines as said
from mailflow.registers import replica, specs, waiting
from mailflow.registers.booking import (
    agree,
    ask_about_gone,
    for_a_minute,
    known_again,
    meant,
    save,
    tell,
)
from mailflow.registers.case import Case
from mailflow.registers.cells import as_text
from mailflow.registers.columns import BY_HEADER
from mailflow.registers.compare import compare
from mailflow.registers.holding import let_go
from mailflow.registers.lines import Line
from mailflow.registers.page import Page, read_page
from mailflow.registers.places import RegisterSettings, place_of, rest_of
from mailflow.registers.planning import typed_over, wanted
from mailflow.registers.rows import RowDone, RowEdit, carry_out
from mailflow.registers.rules import DATED
from mailflow.registers.sides import Base, Sides, load_sides
from mailflow.registers.writing import (
    Writing,
    notes_of,
    unwritable_notes,
    writable_cells,
    writable_rows,
)
from mailflow.settings import register_id
from workbook_sync.errors import Busy, Changed, Refusal
from workbook_sync.files import Copy, Intent, recover, sha256, take_copy, write_back
from workbook_sync.merge import Merged, merge
from workbook_sync.parts import PropertyValue
from workbook_sync.patch import Plan
from workbook_sync.places import Place
from workbook_sync.values import same

Outcome = Literal["created", "written", "quiet", "waiting", "stopped", "unreadable"]


@dataclass(frozen=True)
class SyncReport:
    """What a round came to: requests opened, acts done, lines told, cells of `Phiếu` changed.

    `found` are all lines of the round, also those told before; None where the file was not read.
    `waiting`: somebody has the file open, is saving it, or has just taken it away.
    """

    register_id: str
    outcome: Outcome
    opened: tuple[str, ...] = ()
    acts: int = 0
    lines: tuple[Line, ...] = ()
    cells: int = 0
    found: tuple[Line, ...] | None = None


def sync(
    open_work: Callable[..., Work], house: House, register: RegisterSettings, now: datetime
) -> SyncReport:
    """Do one round of one register; `now` is aware.

    Safe to repeat at any point: until the file is written the base stays as it was, and what was
    carried out already is recognised. Raises Misconfigured when the keeper is not on today's
    roster, Temporary when the folder, the share or the record cannot be reached.
    """
    with place_of(house.settings, register) as place:
        case = case_of(open_work, house, register, place, now)
        try:
            return _told_round(case)
        except (Busy, Changed):
            return SyncReport(case.register_id, "waiting")
        except OSError as error:
            raise Temporary(f"register {register.path}: {error.strerror}") from error


def case_of(
    open_work: Callable[..., Work],
    house: House,
    register: RegisterSettings,
    place: Place,
    now: datetime,
) -> Case:
    """Say what a round of a register works with. Raises Misconfigured as `sync` does."""
    world = house.world(now)
    keeper = _keeper(house, register, world.roster.at(register.keeper))
    name, rest = register_id(house.settings, register.path), rest_of(register)
    return Case(open_work, house, world, keeper, name, place, register.unit, rest)


def _keeper(house: House, register: RegisterSettings, readers: Sequence[Person]) -> Person:
    """Give the keeper; of several who read one mailbox the ISO secretary."""
    if not readers:
        day = f"{house.settings.home}/mailflow.toml: register.keeper {register.keeper!r}"
        raise Misconfigured([f"{day} is not on today's roster"])
    return next((p for p in readers if Role.ISO_SECRETARY in p.roles), readers[0])


def _told_round(case: Case) -> SyncReport:
    try:
        return _round(case)
    except Refusal as refusal:
        return _unreadable(case, refusal)


def _round(case: Case) -> SyncReport:
    with case.open_work(reading=True) as work:
        kept = work.registers.get(case.register_id)
    if not _is_there(case):
        return _absent(case, kept)
    waiting.over(case, waiting.GONE)
    copy = _copy(case, kept)
    page = read_page(copy.data, case.house.settings.agency.code_prefix)
    sides = load_sides(case, page)
    renamed = known_again(case, page, sides.agreed)
    if renamed.names:
        page, sides = renamed, load_sides(case, renamed)
    merged = _merged(case, page, sides)
    stopped = _why_stopped(case, page, merged)
    if stopped and merged.stopped:
        ask_about_gone(case, stopped, merged.missing, copy.sha256)
        return SyncReport(case.register_id, "stopped", lines=(stopped,), found=(stopped,))
    if stopped:
        told = tell(case, [stopped], copy.sha256)
        return SyncReport(case.register_id, "stopped", lines=told, found=(stopped,))
    return _both_ways(case, copy, page, sides, merged)


def _copy(case: Case, kept: Kept | None) -> Copy:
    """Read the file at rest, whole again if a write was cut off."""
    known = {digest for digest in (kept.sha256, kept.intent_sha256) if digest} if kept else ()
    try:
        if kept and kept.intent_sha256:
            recover(case.place, Intent(kept.sha256, kept.intent_sha256))
        return take_copy(case.place, known, case.rest)
    except Busy as busy:
        waiting.put_off(case, busy, None)
        raise


def _merged(case: Case, page: Page, sides: Sides) -> Merged:
    """Merge; rows that the keeper said are gone on purpose are no accident."""
    base = {code: row for code, row in sides.agreed.items() if row}
    merged = merge(base, page.entries, sides.ours, page.owners)
    said = meant(case, merged.missing) if merged.stopped else set()
    if not said:
        return merged
    base = {code: row for code, row in base.items() if code not in said}
    return merge(base, page.entries, sides.ours, page.owners)


def _is_there(case: Case) -> bool:
    try:
        case.place.look()
    except FileNotFoundError:
        return False
    return True


def _why_stopped(case: Case, page: Page, merged: Merged) -> Line | None:
    """Give the reason to leave the file alone: another register's file, or too many rows gone."""
    settings = case.house.settings
    ids = {register_id(settings, register.path) for register in settings.registers}
    if page.register_id in ids - {case.register_id}:
        return said.line("other_register", other=page.register_id)
    if merged.stopped:
        return said.line("stopped", count=str(len(merged.missing)))
    return None


def _both_ways(case: Case, copy: Copy, page: Page, sides: Sides, merged: Merged) -> SyncReport:
    """Carry out what was typed, then write what the record says now."""
    found = compare(case, page, sides, merged)
    edits, without_cell = writable_rows(copy, page, found.edits)
    done = [(edit, carry_out(case, edit, sides.generation)) for edit in edits]
    _let_go(case, sides, merged, done)
    copies = replica.take_in(case, page)
    moved = bool(edits or sides.held or copies.read)
    after = replica.with_notes(load_sides(case, page) if moved else sides, copies)
    rows = found.rows | {edit.row: result.code for edit, result in done if result.code}
    drafts = {(result.code, column) for _, result in done for column in result.drafts}
    want = wanted(page, after, rows, drafts)
    want, left_out = writable_cells(copy, page, want)
    lines = [*found.lines, *(line for _, result in done for line in result.lines)]
    lines += [*_dated(done, after), *without_cell, *left_out, *copies.lines]
    lines += typed_over(page, want, merged)
    no_notes = unwritable_notes(copy, page) if lines else []
    told = tell(case, [*lines, *no_notes], str(sides.generation))
    notes = () if no_notes else notes_of(told, page, case.world)
    outcome = _write(case, copy, after, Writing(want, notes, bool(told)))
    if outcome != "waiting":
        replica.remember(case, copies)
    return SyncReport(
        case.register_id,
        outcome,
        opened=tuple(r.code for edit, r in done if r.results and not edit.code),
        acts=sum(len(result.results) for _, result in done),
        lines=told,
        cells=len(want.sets),
        found=(*lines, *no_notes),
    )


def _let_go(
    case: Case, sides: Sides, merged: Merged, done: Sequence[tuple[RowEdit, RowDone]]
) -> None:
    """End what was held and no longer stands in the file."""
    clashes = {(clash.key, clash.field) for clash in merged.clashes}
    seen = {key for _, result in done for key in result.held}
    let_go(
        case,
        sides.held,
        seen,
        lambda one: any((one.code, header) in clashes for header in one.kept["typed"]),
        sides.generation,
    )


def _dated(done: Sequence[tuple[RowEdit, RowDone]], after: Sides) -> list[Line]:
    """Tell where an act was recorded on another day than the one typed."""
    return [
        said.line("dated", edit.row, edit.code, header, typed, ours=as_text(ours))
        for edit, result in done
        for header, typed in edit.typed.items()
        if edit.code and header in result.taken and header in DATED
        for ours in [after.ours[edit.code].get(header)]
        if not same(typed, ours)
    ]


def _write(case: Case, copy: Copy, sides: Sides, writing: Writing) -> Outcome:
    """Write the file, if there is anything to write, and only then move the base on."""
    want = writing.want
    if want.nothing and not writing.told:
        agree(case, want.base, sides, sides.generation, copy.sha256)
        waiting.over(case, waiting.OPEN)
        return "quiet"
    if not waiting.in_turn(case):
        return "waiting"
    generation = sides.generation + 1
    properties: dict[str, PropertyValue] = {
        "register_id": case.register_id,
        "generation": generation,
    }
    plan = Plan(want.sets, (*want.appends, *writing.notes), properties, want.heights)
    after = _written(case, copy, sides, plan)
    failpoint("register.before_base")
    agree(case, want.base, sides, generation, after)
    waiting.over(case, waiting.OPEN)
    return "written"


def _written(case: Case, copy: Copy, sides: Sides, plan: Plan) -> str:
    """Write a plan into the file, the intent kept first; gives the SHA-256 of what it holds now."""

    def before_write(intent: Intent) -> None:
        with case.open_work() as work:
            save(case, work, sides.generation, intent.before, intent.after)
            work.keep()
        failpoint("register.after_intent")

    try:
        return write_back(case.place, plan, before_write, case.world.now, copy.sha256).after
    except Busy as busy:
        changes = len(plan.sets) + sum(len(added.rows) for added in plan.appends)
        waiting.put_off(case, busy, changes)
        raise


# --- a file that is not there, or is no register -------------------------------------------------


def _absent(case: Case, kept: Kept | None) -> SyncReport:
    """Make the register; one that was there before must be gone for a minute first."""
    if not case.place.listing() and kept:
        raise Temporary(f"register {case.place}: its folder is empty; is the share mounted?")
    if kept and not waiting.gone_for_a_minute(case):
        return SyncReport(case.register_id, "waiting")
    sides = load_sides(case)
    generation = sides.generation + 1
    rows = list(sides.ours.values())
    data = specs.register_workbook(case.house, case.register_id, rows, case.unit, generation)
    try:
        case.place.create(data)
    except FileExistsError as error:
        raise Changed from error
    again = [said.line("made_again", file=case.place.name)] if kept else []
    told = tell(case, again, str(sides.generation))
    agree(case, _shown(sides.ours), sides, generation, sha256(data))
    return SyncReport(case.register_id, "created", lines=told, found=())


def _shown(ours: Base) -> Base:
    """Keep of each row what a new register has columns for, blank cells left out."""
    return {
        code: {h: value for h, value in row.items() if h in BY_HEADER and value is not None}
        for code, row in ours.items()
    }


def _unreadable(case: Case, refusal: Refusal) -> SyncReport:
    """Tell the keeper that the file cannot be used, unless it is only just being saved."""
    sight = case.place.look()
    seen = f"{sight.size}:{sight.changed_ns}"
    if not for_a_minute(case, "register_unreadable", seen):
        return SyncReport(case.register_id, "waiting")
    line = said.line("unreadable", why=said.why_not(refusal.reason))
    told = tell(case, [line], seen)
    return SyncReport(case.register_id, "unreadable", lines=told, found=(line,))
