"""Sorts how a register and the record differ: edits to carry out, things to tell; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mailflow.registers import holding
from mailflow.registers.case import Case
from mailflow.registers.cells import as_text, to_json
from mailflow.registers.columns import CODE, KEEPER, NOTE, PROCEDURE, REQUESTS, SYSTEM, Sheet
from mailflow.registers.joining import joined, lines_known_again
from mailflow.registers.lines import Line, line
from mailflow.registers.page import Page
from mailflow.registers.reported import known_again
from mailflow.registers.rows import was_taken
from mailflow.registers.sentences import CLEARED
from mailflow.registers.sheets import parsed
from mailflow.registers.sides import Sides
from mailflow.registers.typed import RowEdit
from workbook_sync.locate import Row
from workbook_sync.merge import Clash, Entry, Merged
from workbook_sync.values import Value, canon


@dataclass(frozen=True)
class Found:
    """What a keeper did to a register: `rows` gives the code of each row that has a good one."""

    edits: tuple[RowEdit, ...]
    lines: tuple[Line, ...]
    rows: dict[int, str]


def compare(case: Case, page: Page, sides: Sides, merged: Merged) -> Found:
    """Sort a merge's outcome; rows are worked off from the top."""
    rows = _rows(sides, page, merged)
    there = set(rows.values())
    if page.sheet is REQUESTS:
        new = known_again(case, sides, new_rows(page, merged), there)
    else:
        new = lines_known_again(sides.ours, sides.agreed, new_rows(page, merged), there)
    edits = sorted([*changed_rows(page, merged), *new], key=lambda edit: edit.row)
    rows |= {edit.row: edit.code for edit in new if edit.code}
    together = together_of(case, sides, page, edits)
    return Found(tuple(together), tuple(_lines(case, page, sides, merged)), rows)


def together_of(
    case: Case, sides: Sides, page: Page, edits: Sequence[RowEdit]
) -> Sequence[RowEdit]:
    """Give the edits as they are carried out: a request by itself, the rows of a plan as one."""
    typed = [edit for edit in edits if edit.typed.keys() - {NOTE}]
    return edits if page.sheet is REQUESTS else joined(case, sides, typed)


def _rows(sides: Sides, page: Page, merged: Merged) -> dict[int, str]:
    copies = {found.entry.row for found in merged.duplicates}
    rows = {e.row: e.key for e in page.entries if e.key in sides.ours and e.row not in copies}
    return rows | {found.row: found.key for found in merged.restored_keys}


def changed_rows(page: Page, merged: Merged) -> Iterator[RowEdit]:
    """Take what was typed into rows with a code, in columns of the procedure."""
    entries = {entry.row: entry for entry in page.entries}
    typed: dict[tuple[int, str], dict[str, Value]] = {}
    for edit in merged.edits:
        if page.sheet.owners.get(edit.field) is PROCEDURE:
            typed.setdefault((edit.row, edit.key), {})[edit.field] = edit.new
    for (row, code), values in typed.items():
        yield RowEdit(row, code, {**values, **_note(entries[row])}, sheet=page.sheet)


def _note(entry: Entry) -> dict[str, Value]:
    """Take the note beside an edit: some acts find their reason there."""
    note = entry.values.get(NOTE)
    return {} if note is None else {NOTE: note}


def new_rows(page: Page, merged: Merged) -> Iterator[RowEdit]:
    """Take the rows without a code; a row with nothing but a note is the keeper's own."""
    seen: dict[str, int] = {}
    for entry in merged.new_rows:
        values = {
            header: value
            for header, value in entry.values.items()
            if page.sheet.owners.get(header) is PROCEDURE and value is not None
        }
        if not values:
            continue
        alike = str({header: to_json(value) for header, value in sorted(values.items())})
        seen[alike] = seen.get(alike, 0) + 1
        yield RowEdit(entry.row, "", {**values, **_note(entry)}, seen[alike], page.sheet)


def _lines(case: Case, page: Page, sides: Sides, merged: Merged) -> Iterator[Line]:
    for clash in merged.clashes:
        request = sides.requests.get(clash.key)
        taken = request is not None and (
            was_taken(request, clash, case, page.sheet, sides.generation)
            or holding.is_confirmed(clash, sides.held, request)
        )
        if not taken or clash.field in page.sheet.dated:
            yield _clash(page, clash, "dated" if taken else "")
    yield from spoilt_codes(case, page, merged)
    for code in merged.missing:
        yield line(page.sheet.says("missing"), code=code)
    yield from _columns(page)
    keys = {entry.row: entry.key for entry in page.entries}
    for (row, header), words in page.unread.items():
        yield replace(line("unread", row, keys[row], header, words), once=True)
    yield from not_read(page)


def not_read(page: Page) -> Iterator[Line]:
    """Tell what is not read: rows that look like a signature block, other lists like this one."""
    rows = page.grid.signatures
    if rows:
        said = "\n".join(map(_all_of, rows))
        yield replace(line("signed", rows[0].index, typed=said), once=True)
    for other in page.twins:
        yield replace(line("twin", other=other, sheet=page.grid.sheet), once=True)


def _all_of(row: Row) -> str:
    cells = {**row.cells, **row.others}.values()
    return "; ".join(filter(None, (as_text(canon(cell.value)) for cell in cells)))


def _columns(page: Page) -> Iterator[Line]:
    """Tell of columns that are gone, there twice, or under another name."""
    twice = {problem.detail for problem in page.grid.problems}
    for header in page.grid.missing:
        key = "column_twice" if header in twice else "no_column"
        yield replace(line(key, column=header), once=True)
    for header, name in page.names.items():
        yield replace(line("renamed", column=header, typed=name, now=name), once=True)


def spoilt_codes(case: Case, page: Page, merged: Merged) -> Iterator[Line]:
    """Tell of rows whose code is a copy, unknown or altered."""
    for copy in merged.duplicates:
        said = line(
            page.sheet.says("duplicate"),
            copy.entry.row,
            copy.key,
            CODE,
            copy.key,
            kept=str(copy.kept),
        )
        yield replace(said, once=True)
    for entry in merged.unknown:
        yield _unknown(case, page.sheet, entry)
    for found in merged.restored_keys:
        yield line("restored", found.row, found.key, CODE, found.typed)
    for code in merged.gone:
        yield replace(line(page.sheet.says("gone"), code=code), once=True)


def _clash(page: Page, clash: Clash, key: str = "") -> Line:
    key = key or {SYSTEM: "system", KEEPER: "clash_kept"}.get(clash.owner, "clash")
    typed = as_text(clash.theirs) or CLEARED
    return line(
        page.sheet.says(key), clash.row, clash.key, clash.field, typed, ours=as_text(clash.ours)
    )


def _unknown(case: Case, sheet: Sheet, entry: Entry) -> Line:
    """Say that a code is mistyped, and the right one, or that nothing has it."""
    code = parsed(sheet, entry.key, case.house.settings.agency.code_prefix)
    if code and not code.valid:
        details = {"code": code.written, "nearest": code.right}
        why = case.house.reasons.refused("wrong_code", details, "")
    else:
        why = case.house.reasons.refused("no_such_request", {"code": entry.key}, "")
    said = line(sheet.says("unknown"), entry.row, entry.key, CODE, entry.key)
    return replace(said, why=said.why or why, once=True)
