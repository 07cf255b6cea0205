"""Brings one shared register and the record into step, the file left whole whatever comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from mailflow.actions.house import House
from mailflow.errors import Temporary, failpoint
from mailflow.record import Register as Kept
from mailflow.record import Work
from mailflow.registers import adding, replica, specs, waiting
from mailflow.registers import lines as said
from mailflow.registers.booking import (
    agree,
    ask_about_gone,
    for_a_minute,
    known_again,
    meant,
    save,
    tell,
)
from mailflow.registers.case import Case, case_of
from mailflow.registers.cells import as_text
from mailflow.registers.columns import REQUESTS, Sheet
from mailflow.registers.compare import compare
from mailflow.registers.holding import let_go
from mailflow.registers.lines import Line
from mailflow.registers.page import Page, read_pages
from mailflow.registers.places import RegisterSettings, place_of
from mailflow.registers.planning import Wanted, typed_over, wanted
from mailflow.registers.resting import Footing, footing
from mailflow.registers.rows import RowDone, carry_out
from mailflow.registers.sheets import ALL
from mailflow.registers.sides import Base, Beside, Sides, load_sides
from mailflow.registers.typed import RowEdit
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
from workbook_sync.values import same

Outcome = Literal["created", "written", "quiet", "waiting", "stopped", "unreadable"]


@dataclass(frozen=True)
class SyncReport:
    """What a round came to: requests opened, acts done, lines told, cells of `Phiếu` changed.

    `found` are all lines of the round, also those told before; None where the file was not read.
    `waiting`: somebody has the file open, is saving it, or has just taken it away. `footing` is
    what a quiet round stood on.
    """

    register_id: str
    outcome: Outcome
    opened: tuple[str, ...] = ()
    acts: int = 0
    lines: tuple[Line, ...] = ()
    cells: int = 0
    found: tuple[Line, ...] | None = None
    footing: Footing | None = None


def sync(
    open_work: Callable[..., Work],
    house: House,
    register: RegisterSettings,
    now: datetime,
    before: SyncReport | None = None,
) -> SyncReport:
    """Do one round of one register; `now` is aware.

    `before` is what the last one came to: given back when it was quiet and nothing has changed
    since, neither file nor copies, record, people or day, so that a large register costs little.
    Safe to repeat at any point: until the file is written the base stays as it was, and what was
    carried out already is recognised. Raises Misconfigured when the keeper is not on today's
    roster, Temporary when the folder, the share or the record cannot be reached.
    """
    with place_of(house.settings, register) as place:
        case = case_of(open_work, house, register, place, now)
        try:
            return _told_round(case, before)
        except (Busy, Changed):
            return SyncReport(case.register_id, "waiting")
        except OSError as error:
            raise Temporary(f"register {register.path}: {error.strerror}") from error


def _told_round(case: Case, before: SyncReport | None) -> SyncReport:
    try:
        return _round(case, before)
    except Refusal as refusal:
        return _unreadable(case, refusal)


def _round(case: Case, before: SyncReport | None = None) -> SyncReport:
    with case.open_work(reading=True) as work:
        kept = work.registers.get(case.register_id)
    if not _is_there(case):
        return _absent(case, kept)
    waiting.over(case, waiting.GONE)
    copy = _copy(case, kept)
    stands_on = footing(case, copy.sha256)
    if before and before.footing == stands_on and not replica.unread_copies(case):
        return before
    pages = read_pages(copy.data, case.house.settings.agency.code_prefix)
    added = adding.sheet_lacking(case, copy, pages)
    if added:
        return _with_sheet(case, copy, added)
    seen = [_beside(case, page) for page in pages]
    for one in seen:
        stopped = _why_stopped(case, one)
        if stopped:
            return _stopped(case, copy, one, stopped)
    report = _both_ways(case, copy, seen)
    return replace(report, footing=stands_on) if report.outcome == "quiet" else report


def _stopped(case: Case, copy: Copy, seen: Beside, why: Line) -> SyncReport:
    """Leave the file alone, its keeper told or asked."""
    told: tuple[Line, ...] = (why,)
    if seen.merged.stopped:
        ask_about_gone(case, seen.page.sheet, why, seen.merged.missing, copy.sha256)
    else:
        told = tell(case, [why], copy.sha256)
    return SyncReport(case.register_id, "stopped", lines=told, found=(why,))


def _beside(case: Case, page: Page) -> Beside:
    """Set a sheet beside the record."""
    sides = load_sides(case, page.sheet, page)
    renamed = known_again(case, page, sides.agreed)
    if renamed.names:
        page, sides = renamed, load_sides(case, page.sheet, renamed)
    return Beside(page, sides, _merged(case, page, sides))


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


def _why_stopped(case: Case, seen: Beside) -> Line | None:
    """Give the reason to leave the file alone: another register's file, or too many rows gone."""
    settings, page = case.house.settings, seen.page
    ids = {register_id(settings, register.path) for register in settings.registers}
    if page.register_id in ids - {case.register_id}:
        return said.line("other_register", other=page.register_id)
    if seen.merged.stopped:
        return said.line("stopped", count=str(len(seen.merged.missing)))
    return None


Done = Sequence[tuple[RowEdit, RowDone]]


@dataclass(frozen=True)
class _Carried:
    """What came of a sheet's edits: each with what became of it, codes by row, lines to tell."""

    done: Done
    rows: dict[int, str]
    lines: list[Line]


def _both_ways(case: Case, copy: Copy, seen: Sequence[Beside]) -> SyncReport:
    """Carry out what was typed, then write what the record says now."""
    pages = [one.page for one in seen]
    carried = [_carried(case, copy, one) for one in seen]
    _let_go(case, seen, [pair for one in carried for pair in one.done])
    copies = replica.take_in(case, pages)
    moved = bool(
        copies.read or any(one.done or s.sides.held for one, s in zip(carried, seen, strict=True))
    )
    after = [
        replica.with_notes(load_sides(case, s.page.sheet, s.page) if moved else s.sides, copies)
        for s in seen
    ]
    parts = [_wanted(copy, *part) for part in zip(seen, carried, after, strict=True)]
    lines = [line for _, told in parts for line in told] + [
        *copies.lines,
        *adding.lines(case, copy, pages),
    ]
    no_notes = unwritable_notes(copy, pages[0]) if lines else []
    told = tell(case, [*lines, *no_notes], str(seen[0].sides.generation))
    notes = () if no_notes else notes_of(told, pages[0], case.world)
    writing = Writing(tuple(want for want, _ in parts), notes, bool(told))
    outcome = _write(case, copy, pages, after, writing)
    if outcome != "waiting":
        replica.remember(case, copies)
    done = [pair for one in carried for pair in one.done]
    return SyncReport(
        case.register_id,
        outcome,
        opened=tuple(r.code for edit, r in done if r.results and not edit.code),
        acts=sum(len(result.results) for _, result in done),
        lines=told,
        cells=sum(len(want.sets) for want in writing.wants),
        found=(*lines, *no_notes),
    )


def _carried(case: Case, copy: Copy, seen: Beside) -> _Carried:
    """Carry out what was typed into one sheet."""
    page, sides = seen.page, seen.sides
    found = compare(case, page, sides, seen.merged)
    edits, without_cell = writable_rows(copy, page, found.edits)
    done = [(edit, carry_out(case, edit, sides.generation)) for edit in edits]
    codes = {row: code for _, result in done for row, code in result.codes.items()}
    lines = [*found.lines, *(line for _, result in done for line in result.lines), *without_cell]
    return _Carried(done, found.rows | codes, lines)


def _wanted(copy: Copy, seen: Beside, carried: _Carried, after: Sides) -> tuple[Wanted, list[Line]]:
    """Give what is to be written into one sheet so that it shows the record, and what is told."""
    page, done = seen.page, carried.done
    drafts = {edit.cell(n, r.code)[1:] for edit, r in done for n in r.drafts}
    want = wanted(page, after, carried.rows, drafts)
    want, left_out = writable_cells(copy, page, want)
    lines = [*carried.lines, *_dated(page, done, after), *left_out]
    lines += typed_over(page, want, seen.merged)
    return want, [replace(line, sheet=replica.sheet_of(page)) for line in lines]


def _let_go(case: Case, seen: Sequence[Beside], done: Done) -> None:
    """End what was held and no longer stands in the file."""
    clashes = {(clash.key, clash.field) for one in seen for clash in one.merged.clashes}
    kept = {key for _, result in done for key in result.held}
    let_go(
        case,
        seen[0].sides.held,
        kept,
        lambda one: not clashes.isdisjoint(one.typed),
        seen[0].sides.generation,
    )


def _dated(page: Page, done: Done, after: Sides) -> list[Line]:
    """Tell where an act was recorded on another day than the one typed."""
    return [
        said.line("dated", row, key, header, typed, ours=as_text(ours))
        for edit, result in done
        for name, typed in edit.typed.items()
        for row, key, header in [edit.cell(name, edit.code)]
        if key in after.ours and name in result.taken and header in page.sheet.dated
        for ours in [after.ours[key].get(header)]
        if not same(typed, ours)
    ]


def _write(
    case: Case, copy: Copy, pages: Sequence[Page], sides: Sequence[Sides], writing: Writing
) -> Outcome:
    """Write the file, if there is anything to write, and only then move the base on."""
    generation = sides[0].generation
    parts = zip(pages, writing.wants, sides, strict=True)
    bases = [(page.sheet, want.base, one.base) for page, want, one in parts]
    if writing.nothing:
        agree(case, bases, generation, copy.sha256)
        waiting.over(case, waiting.OPEN)
        return "quiet"
    if not waiting.in_turn(case):
        return "waiting"
    properties: dict[str, PropertyValue] = {
        "register_id": case.register_id,
        "generation": generation + 1,
    }
    after = _written(case, copy, generation, writing.plan(properties))
    failpoint("register.before_base")
    agree(case, bases, generation + 1, after)
    waiting.over(case, waiting.OPEN)
    return "written"


def _with_sheet(case: Case, copy: Copy, sheet: Sheet) -> SyncReport:
    """Add a sheet to a register from before there was one, and go on with the round."""
    with case.open_work(reading=True) as work:
        kept = work.registers.get(case.register_id)
    generation = kept.generation if kept else 0
    try:
        after = _written(case, copy, generation, adding.with_sheet(case, sheet))
    except Refusal as refusal:
        adding.give_up(case, copy, sheet, refusal)
        return _round(case)
    agree(case, [], generation, after)
    waiting.over(case, waiting.OPEN)
    return _round(case)


def _written(case: Case, copy: Copy, generation: int, plan: Plan | Callable[[bytes], bytes]) -> str:
    """Write a plan into the file, the intent kept first; gives the SHA-256 of what it holds now."""

    def before_write(intent: Intent) -> None:
        with case.open_work() as work:
            save(case, work, generation, intent.before, intent.after)
            work.keep()
        failpoint("register.after_intent")

    try:
        return write_back(case.place, plan, before_write, case.world.now, copy.sha256).after
    except Busy as busy:
        waiting.put_off(case, busy, _changes(plan) if isinstance(plan, Plan) else 1)
        raise


def _changes(plan: Plan) -> int:
    return len(plan.sets) + sum(len(added.rows) for added in plan.appends)


# --- a file that is not there, or is no register -------------------------------------------------


def _absent(case: Case, kept: Kept | None) -> SyncReport:
    """Make the register; one that was there before must be gone for a minute first."""
    if not case.place.listing() and kept:
        raise Temporary(f"register {case.place}: its folder is empty; is the share mounted?")
    if kept and not waiting.gone_for_a_minute(case):
        return SyncReport(case.register_id, "waiting")
    sides = {sheet: load_sides(case, sheet) for sheet in ALL}
    before = sides[REQUESTS].generation
    rows = {sheet: list(one.ours.values()) for sheet, one in sides.items()}
    data = specs.register_workbook(case.house, case.register_id, rows, case.unit, before + 1)
    try:
        case.place.create(data)
    except FileExistsError as error:
        raise Changed from error
    again = [said.line("made_again", file=case.place.name)] if kept else []
    told = tell(case, again, str(before))
    bases = [(sheet, _shown(sheet, one.ours), one.base) for sheet, one in sides.items()]
    agree(case, bases, before + 1, sha256(data))
    return SyncReport(case.register_id, "created", lines=told, found=())


def _shown(sheet: Sheet, ours: Base) -> Base:
    """Keep of each row what a new register has columns for, blank cells left out."""
    return {
        code: {h: v for h, v in row.items() if h in sheet.by_header and v is not None}
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
