"""Joins what was typed into the rows of one plan, and finds the plan of a new row; pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from mailflow.procedure import labels
from mailflow.procedure.folding import folded
from mailflow.procedure.numbering import matter_of
from mailflow.procedure.objectives import year_of
from mailflow.registers import objective_columns as columns
from mailflow.registers.case import Case
from mailflow.registers.cells import as_text, to_json
from mailflow.registers.columns import NOTE
from mailflow.registers.names import unit_named
from mailflow.registers.sides import Base, Sides
from mailflow.registers.typed import NEW, RowEdit, named
from workbook_sync.merge import ALIKE, Fields
from workbook_sync.values import same

ITSELF = columns.PLAN["objective"]


def joined(case: Case, sides: Sides, edits: Iterable[RowEdit]) -> list[RowEdit]:
    """Make one edit of all that was typed into the rows of a plan; a row of none stays its own."""
    plans: dict[str, list[tuple[str, RowEdit]]] = {}
    for edit in edits:
        key = edit.code or _key(edit)
        code = matter_of(edit.code)[0] if edit.code else _plan_of(case, sides, edit)
        plans.setdefault(code or key, []).append((key, edit))
    return [_one("" if code.startswith(NEW) else code, rows) for code, rows in plans.items()]


def _key(edit: RowEdit) -> str:
    """Name a new row by what it says: its number changes when rows are sorted."""
    said = {header: to_json(value) for header, value in sorted(edit.typed.items())}
    digest = hashlib.sha256(json.dumps([said, edit.twin]).encode()).hexdigest()
    return NEW + digest[:12]


def _one(code: str, rows: Sequence[tuple[str, RowEdit]]) -> RowEdit:
    typed = {named(k, h): v for k, e in rows for h, v in e.typed.items() if h != NOTE}
    numbers = {key: edit.row for key, edit in rows}
    first = rows[0][1]
    return replace(first, row=min(numbers.values()), code=code, typed=typed, rows=numbers)


def _plan_of(case: Case, sides: Sides, edit: RowEdit) -> str:
    """Find the plan a new row is of: its unit's, of its year or else the latest one."""
    unit = _unit(case, as_text(edit.typed.get(columns.UNIT)))
    year = edit.typed.get(columns.YEAR)
    matters = {request.code: request for request in sides.requests.values()}
    own = [r for r in matters.values() if r.unit == unit and year in (None, year_of(r))]
    latest = max(own, key=year_of, default=None)
    return latest.code if latest else ""


def _unit(case: Case, words: str) -> str | None:
    """Read whose plan is meant; in a unit's own register it goes without saying."""
    if not words:
        return case.unit
    if folded(words) in (folded(labels.AGENCY), folded(case.house.settings.agency.name)):
        return ""
    unit = unit_named(words, case.world.roster.units)
    return unit.name if unit else None


def lines_known_again(
    ours: Base, agreed: Collection[str], edits: Iterable[RowEdit], there: Collection[str]
) -> list[RowEdit]:
    """Give new rows their codes where the record has their lines, and the file does not yet.

    They are of the same objective and mostly of the same words. `there` are the codes that stand
    in the file, `agreed` those that stood in it.
    """
    free = {key: row for key, row in ours.items() if key not in there and key not in agreed}
    found = []
    for edit in edits:
        code = next((key for key, row in free.items() if _is_alike(edit, row)), "")
        free.pop(code, None)
        found.append(_as_line(edit, code, ours) if code else edit)
    return found


def _is_alike(edit: RowEdit, row: Fields) -> bool:
    typed = {h: v for h, v in edit.typed.items() if h in columns.PLAN.values()}
    alike = [header for header, value in typed.items() if same(value, row.get(header))]
    place = [h for h in (columns.YEAR, columns.UNIT) if edit.typed.get(h) not in (None, row.get(h))]
    return ITSELF in alike and not place and len(alike) >= len(typed) * ALIKE


def _as_line(edit: RowEdit, code: str, ours: Base) -> RowEdit:
    left = {h: v for h, v in edit.typed.items() if not same(v, ours[code].get(h))}
    return replace(edit, code=code, typed=left)
