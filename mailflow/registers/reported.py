"""Knows a new row again whose request was opened before its code could be written back; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from mailflow.procedure.people import Roster
from mailflow.procedure.request import Request
from mailflow.registers.case import Case
from mailflow.registers.cells import read_field
from mailflow.registers.rows import opened_here, via_of
from mailflow.registers.rules import REPORT, REPORTER
from mailflow.registers.sides import Sides
from mailflow.registers.typed import RowEdit
from workbook_sync.merge import ALIKE


def known_again(
    case: Case, sides: Sides, edits: Iterable[RowEdit], there: Collection[str]
) -> list[RowEdit]:
    """Give new rows their codes where a round that could not write the file opened the request.

    First those that are as they were, then those the keeper went on typing in: the request most
    alike, if most of what the row reports is the same. What the request says already is no
    edit any more. `there` are the codes that stand in the file.
    """
    waiting = {
        code: request
        for code, request in sides.requests.items()
        if code not in there and opened_here(request, case.register_id, sides.generation)
    }
    edits = list(edits)
    codes = {edit.row: _unchanged(case, sides, edit, waiting) for edit in edits}
    for edit in edits:
        waiting = {c: r for c, r in waiting.items() if c not in codes.values()}
        codes[edit.row] = codes[edit.row] or _most_alike(case, edit, waiting)
    return [_as_edit_of(case, sides, edit, codes[edit.row]) for edit in edits]


def _unchanged(case: Case, sides: Sides, edit: RowEdit, waiting: Mapping[str, Request]) -> str:
    via = via_of(case, sides.generation, edit)
    return next((code for code, r in waiting.items() if r.entries[0].via == via), "")


def _most_alike(case: Case, edit: RowEdit, waiting: Mapping[str, Request]) -> str:
    alike = {code: _share(edit, request, case.world.roster) for code, request in waiting.items()}
    best = max(alike, key=lambda code: alike[code], default="")
    return best if best and alike[best] >= ALIKE else ""


def _share(edit: RowEdit, request: Request, roster: Roster) -> float:
    reported = [header for header in REPORT.columns if header in edit.typed]
    return len(_reported(edit, request, roster)) / max(1, len(reported))


def _reported(edit: RowEdit, request: Request, roster: Roster) -> set[str]:
    """List the columns of a row that say what the request's report said."""
    first = request.entries[0]
    said = {header: first.fields.get(name) for name, header in REPORT.fields.items()}
    names = {header: name for name, header in REPORT.fields.items()}
    said[REPORTER], names[REPORTER] = first.by, "performer"
    return {
        header
        for header, value in edit.typed.items()
        if header in said and read_field(names[header], value, roster) == said[header]
    }


def _as_edit_of(case: Case, sides: Sides, edit: RowEdit, code: str) -> RowEdit:
    if not code:
        return edit
    request = sides.requests[code]
    unchanged = request.entries[0].via == via_of(case, sides.generation, edit)
    done = REPORT.columns if unchanged else _reported(edit, request, case.world.roster)
    left = {header: value for header, value in edit.typed.items() if header not in done}
    return replace(edit, code=code, typed=left)
