"""A copy of a register, beside it in its folder or sent by mail: what it says that is news.

A copy is merged against the base of its own generation, so that what is only old in it is nobody's
edit. Rows that it lacks say nothing, since a copy may be filtered. It is never written or deleted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from mailflow.record import Work
from mailflow.registers import lines as said
from mailflow.registers.case import Case
from mailflow.registers.cells import as_text
from mailflow.registers.columns import KEEPER, PROCEDURE, REQUESTS, SYSTEM
from mailflow.registers.compare import (
    changed_rows,
    new_rows,
    not_read,
    spoilt_codes,
    together_of,
)
from mailflow.registers.joining import lines_known_again
from mailflow.registers.lines import Line
from mailflow.registers.page import Page, read_pages
from mailflow.registers.rows import carry_out, via_of
from mailflow.registers.sentences import CLEARED
from mailflow.registers.sides import Base, Sides, base_of, load_sides
from mailflow.registers.typed import RowEdit
from workbook_sync.errors import Busy, Refusal
from workbook_sync.files import is_register, owner, take_copy
from workbook_sync.merge import Clash, Edit, Entry, Merged, merge
from workbook_sync.parts import properties
from workbook_sync.places import Place, Sight
from workbook_sync.values import Value, same

COPIED_ROW = "copied_row"
"""Name of the marks of new rows that were taken up from a copy."""

READ = "register_copy"
MOST_COPIES, MOST_WORKBOOKS = 20, 1_000
MOST_BYTES = 50 * 2**20
MOST_LINES = 500
"""Things of one copy that are listed; the copy itself stays where it is."""

Cell = tuple[str, str]


@dataclass(frozen=True)
class Replica:
    """A copy as read: the name of its file, its SHA-256, its sheets."""

    name: str
    sha256: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class News:
    """What a sheet of a copy says that its base did not.

    `notes` are cells {(code, column): value} of the keeper's own columns, `rows` all that stands
    in each row without a code. Where a copy does not say which state of the register it was made
    from, nothing of it is an edit: all is in `lines`.
    """

    edits: tuple[RowEdit, ...]
    notes: Mapping[Cell, Value]
    rows: Mapping[int, Entry]
    lines: tuple[Line, ...]


def news(case: Case, work: Work, replica: Replica, page: Page, sides: Sides) -> News:
    """Compare a sheet of a copy with the base it was made from and with the record as it is."""
    known = page.register_id == case.register_id and page.generation is not None
    base = base_of(work, case, page.sheet, page.generation) if known else sides.base
    there = {entry.key for entry in page.entries}
    base = {code: row for code, row in base.items() if row and code in there}
    owners = {h: PROCEDURE if owner is KEEPER else owner for h, owner in page.owners.items()}
    merged = merge(base, page.entries, sides.ours, owners)
    lines = [*_clashes(page, merged), *spoilt_codes(case, page, merged), *not_read(page)]
    lines += [whole(e) for e in (*(d.entry for d in merged.duplicates), *merged.unknown)]
    if not known:
        lines += [_proposal(edit) for edit in merged.edits]
        lines += [whole(entry) for entry in merged.new_rows]
        return News((), {}, {}, _of(replica, lines))
    new = list(_unknown_rows(case, work, page, sides, merged, base))
    edits = together_of(case, sides, page, [*changed_rows(page, merged), *new])
    notes = {(e.key, e.field): e.new for e in merged.edits if page.owners[e.field] is KEEPER}
    rows = {entry.row: entry for entry in merged.new_rows}
    others = rows.keys() - {edit.row for edit in new}
    lines += [whole(rows[row]) for row in sorted(others) if says_more(page, rows[row])]
    return News(tuple(edits), notes, rows, _of(replica, lines))


def says_more(page: Page, entry: Entry) -> bool:
    """Say whether a row that opens nothing (any more) has cells that no request was made from."""
    return any(
        value is not None and page.owners[header] is not PROCEDURE
        for header, value in entry.values.items()
    )


def whole(entry: Entry) -> Line:
    """Tell all that stands in a row of a copy which is not taken up as it is."""
    said_there = {h: as_text(value) for h, value in entry.values.items() if value is not None}
    typed = "\n".join(f"{header}: {text}" for header, text in said_there.items())
    return said.line("copy_row", entry.row, entry.key, "; ".join(said_there), typed)


def _of(replica: Replica, lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(replace(line, where=replica.name) for line in lines)


def _clashes(page: Page, merged: Merged) -> Iterator[Line]:
    """Tell where copy and register say different things; the register's stand."""
    for clash in merged.clashes:
        yield _differs(clash, "system" if page.owners[clash.field] is SYSTEM else "copy_differs")


def _differs(clash: Clash, key: str) -> Line:
    typed = as_text(clash.theirs) or CLEARED
    return said.line(key, clash.row, clash.key, clash.field, typed, ours=as_text(clash.ours))


def _proposal(edit: Edit) -> Line:
    typed = as_text(edit.new) or CLEARED
    return said.line("proposed", edit.row, edit.key, edit.field, typed, ours=as_text(edit.old))


def _unknown_rows(
    case: Case, work: Work, page: Page, sides: Sides, merged: Merged, base: Base
) -> Iterator[RowEdit]:
    """Give the new rows that nothing was opened from yet, here or from another copy."""
    new = new_rows(page, merged)
    if page.sheet is not REQUESTS:
        yield from lines_known_again(sides.ours, base, new, {e.key for e in page.entries})
        return
    opened = {request.entries[0].via.id for request in sides.requests.values()}
    for edit in new:
        via = via_of(case, page.generation or 0, edit)
        if via.id not in opened and not work.marks.get(COPIED_ROW, via.id):
            yield edit


# --- copies beside the register ------------------------------------------------------------------


@dataclass
class Taken:
    """What came of the copies beside a register: their hashes, notes to be written, lines."""

    read: list[Replica]
    notes: dict[Cell, Value]
    lines: list[Line]


def take_in(case: Case, pages: Sequence[Page]) -> Taken:
    """Carry out what the keeper typed into copies beside the register that were not read yet."""
    taken = Taken([], {}, [])
    there = {page.sheet.key: page for page in pages}
    for replica in unread_copies(case):
        found = _Found(taken)
        for copied in replica.pages:
            if copied.sheet.key in there:
                _take(replace(case, is_copy=True), there[copied.sheet.key], copied, replica, found)
        taken.lines += _told(case, replica, found)
        taken.read.append(replica)
    return taken


@dataclass
class _Found:
    """What one copy came to: lines to tell, and how many cells were taken up."""

    taken: Taken
    lines: list[Line] = field(default_factory=list)
    count: int = 0


def _take(case: Case, page: Page, copied: Page, replica: Replica, found: _Found) -> None:
    """Take up what one sheet of a copy says; `page` is that sheet of the register."""
    sides = load_sides(case, page.sheet, page)
    with case.open_work(reading=True) as work:
        new = news(case, work, replica, copied, sides)
    done = [(e, carry_out(case, e, copied.generation or 0)) for e in new.edits]
    results = [result for _, result in done]
    lines = [*new.lines, *_of(replica, [line for result in results for line in result.lines])]
    lines += _notes(page, sides, replica, new.notes, found.taken)
    for edit, result in done:
        for row in edit.new_rows:
            code = result.codes.get(row, "")
            lines += _of(replica, _new_row(copied, new.rows[row], code, found.taken))
    found.lines += [replace(line, sheet=sheet_of(copied)) for line in lines]
    found.count += len(new.notes) + sum(len(result.taken) for result in results)


def sheet_of(page: Page) -> str:
    """Name a sheet in what is told of it, "" for that of requests."""
    return "" if page.sheet is REQUESTS else page.grid.sheet


def _told(case: Case, replica: Replica, found: _Found) -> Sequence[Line]:
    """Give what is told of one copy, itself named first where there is anything new about it."""
    with case.open_work(reading=True) as work:
        is_new = work.marks.get(READ, f"{case.register_id}:{replica.name}") is None
    lines, left = found.lines, len(found.lines)
    if left > MOST_LINES:
        lines = [*lines[:MOST_LINES], *_of(replica, [said.line("copy_more", most=str(MOST_LINES))])]
    if is_new or lines or found.count:
        told = said.line("copy", taken=str(found.count), left=str(left))
        lines = [*_of(replica, [told]), *lines]
    return lines


def _new_row(page: Page, entry: Entry, code: str, taken: Taken) -> Iterator[Line]:
    """Take the notes of a row that opened a request along; tell the whole of one that did not."""
    if not code:
        yield whole(entry)
    for header, value in entry.values.items() if code else ():
        if value is not None and page.owners[header] is KEEPER:
            taken.notes[code, header] = value
        elif value is not None and page.owners[header] is SYSTEM:
            yield said.line("system", entry.row, code, header, value)


def _notes(
    page: Page, sides: Sides, replica: Replica, notes: Mapping[Cell, Value], taken: Taken
) -> Sequence[Line]:
    """Take the keeper's own cells where the register was left as it was; tell of the others."""
    rows = {entry.key: entry for entry in page.entries}
    lines = []
    for (code, header), value in notes.items():
        entry, before = rows.get(code), sides.base.get(code, {}).get(header)
        free = entry is not None and header in entry.values
        if entry and free and same(entry.values[header], before):
            taken.notes[code, header] = value
        elif not (entry and free and same(entry.values[header], value)):
            there = as_text(entry.values.get(header)) if entry else ""
            lines.append(said.line("copy_differs", 0, code, header, as_text(value), ours=there))
    return _of(replica, lines)


def with_notes(sides: Sides, taken: Taken) -> Sides:
    """Give the record's side with the notes of the copies in it."""
    if not taken.notes:
        return sides
    ours: dict[str, dict[str, Value]] = {code: dict(row) for code, row in sides.ours.items()}
    for (code, header), value in taken.notes.items():
        if code in ours:
            ours[code][header] = value
    return replace(sides, ours=ours)


def remember(case: Case, taken: Taken) -> None:
    """Note the copies as read, once what they said is where it belongs."""
    if not taken.read:
        return
    with case.open_work() as work:
        for replica in taken.read:
            for key in (replica.sha256, replica.name):
                work.marks.set_once(READ, f"{case.register_id}:{key}", case.world.now)
        work.keep()


def unread_copies(case: Case) -> list[Replica]:
    """Read the workbooks of the folder that say they are this register and were not read yet."""
    own = {str(register.path) for register in case.house.settings.registers}
    names = [name for name in case.place.listing() if is_register(Path(name))][:MOST_WORKBOOKS]
    places = [place for place in map(case.place.beside, names) if str(place) not in own]
    copies = [p for p in places if p.name != case.place.name and _says(p) == case.register_id]
    return list(islice(filter(None, (_read(case, place) for place in copies)), MOST_COPIES))


_seen: dict[str, tuple[Sight, str]] = {}
"""By place: a workbook at a glance, and which register it said it was then."""


def _says(place: Place) -> str:
    """Name the register that a workbook says it is, "" for any other; looked up when it changes."""
    try:
        sight = place.look()
        if _seen.get(str(place), (None, ""))[0] != sight:
            _seen[str(place)] = sight, _register_in(place) if sight.size <= MOST_BYTES else ""
    except (Busy, OSError):
        return ""
    return _seen[str(place)][1]


def _register_in(place: Place) -> str:
    try:
        return str(properties(place.read()).get("register_id") or "")
    except Refusal:
        return ""


def _read(case: Case, place: Place) -> Replica | None:
    """Read a copy that nobody has open and that was not read before; None for any other."""
    try:
        if owner(place, case.world.now) is not None:
            return None
        copy = take_copy(place, rest=timedelta(0))
        with case.open_work(reading=True) as work:
            if work.marks.get(READ, f"{case.register_id}:{copy.sha256}"):
                return None
        pages = read_pages(copy.data, case.house.settings.agency.code_prefix)
    except (Busy, Refusal, OSError):
        return None
    return Replica(place.name, copy.sha256, pages)
