"""What was typed into the rows of a year's plan becomes: an act, a question, or a refusal; pure.

What is about a plan as a whole waits for the day, or the reason, that says it is complete; actual
values are taken up as they come.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from mailflow.procedure.fields import TABLES, Type
from mailflow.procedure.objectives import drafted, number
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Command, Entry, Json, Request
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act
from mailflow.registers import objective_columns as columns
from mailflow.registers import objective_results
from mailflow.registers.cells import as_text
from mailflow.registers.edits import Denied, Desk, Doing, Lacking, Understood, Waiting
from mailflow.registers.rules import Row
from mailflow.registers.said import KEYS, Names, Said, is_new, number_in
from mailflow.registers.typed import cell_of
from workbook_sync.merge import Clash

_NEEDED = [columns.PLAN[c.key] for c in TABLES[Type.OBJECTIVES] if c.needed]


def understand(request: Request, typed: Row, desk: Desk) -> Understood:
    """Understand what was typed into a plan's rows, {name of the cell: value, None when cleared}.

    One act at a time; the caller takes its cells away and asks again.
    """
    said = Said(request, typed, desk)
    gone = tuple(
        n for n in typed if not is_new(k := cell_of("", n)[0]) and number_in(k) not in said.lines
    )
    if gone:
        return Denied(gone, "register", "line_gone")
    for read in _READ:
        found = read(said)
        if found is not None:
            return found
    return Denied(tuple(typed), "register", "not_here_objective")


def without_plan(typed: Row, _desk: Desk) -> Understood:
    """Understand a row that is of no plan: its unit is not named, or has no plan of that year."""
    said = {cell_of("", name)[1]: value for name, value in typed.items()}
    if said.get(columns.UNIT) is None:
        return Lacking(Act.AMEND_PLAN, tuple(typed), (columns.UNIT,))
    year, unit = as_text(said.get(columns.YEAR)), as_text(said[columns.UNIT])
    details = {"unit": unit, "year": f" năm {year}" if year else ""}
    return Denied(tuple(typed), "register", "no_plan", details)


# --- the plan ------------------------------------------------------------------------------------


def _plan(said: Said) -> Understood | None:
    """A plan is submitted by its day, a change of one in force by its reason."""
    planned = said.names(columns.PLAN.values()) + _belonging(said)
    days, reasons = said.names({columns.SUBMITTED}), said.names({columns.REASON})
    submitting, amending = said.step(Act.SUBMIT_PLAN), said.step(Act.AMEND_PLAN)
    if submitting and (planned or days):
        return _submitted(said, submitting, planned, days)
    if amending and (planned or reasons):
        return _amended(said, amending, planned, reasons + days)
    if planned or days:
        return said.not_now(Act.AMEND_PLAN if planned else Act.SUBMIT_PLAN, planned + days)
    return None


def _belonging(said: Said) -> Names:
    """List the cells that say to which plan a new row belongs."""
    names = said.names({columns.YEAR, columns.UNIT})
    return tuple(name for name in names if is_new(cell_of("", name)[0]))


def _submitted(said: Said, step: Step, planned: Names, days: Names) -> Understood:
    names = planned + days
    lacking = _lacking(said, planned) or (() if days else (columns.SUBMITTED,))
    if not planned and not drafted(said.request):
        lacking = tuple(_NEEDED)
    if lacking:
        return Lacking(step.act, names, lacking)
    wrong = said.wrong_day(names, columns.SUBMITTED)
    if wrong:
        return wrong
    items = {number(item): dict(item) for item in drafted(said.request)}
    for no, row in _changes(said, planned):
        items[no] = {k: v for k, v in {**items.get(no, {"no": no}), **row}.items() if v != ""}
    added = _added(said, planned)
    fields = {"objectives": [*items.values(), *added.values()]}
    return _with_new(said.done(step, fields, names), added)


def _amended(said: Said, step: Step, planned: Names, others: Names) -> Understood:
    cleared = tuple(n for n in planned if said.typed[n] is None)
    if cleared:
        return Denied(cleared, "register", "not_cleared")
    names = planned + others
    why = dict.fromkeys(said.text(n) for n in said.names({columns.REASON}) if said.typed[n])
    lacking = _lacking(said, planned) or (() if why else (columns.REASON,))
    if not planned:
        lacking = (columns.CHANGED,)
    if lacking:
        return Lacking(step.act, names, lacking)
    added = _added(said, planned)
    changed = [{"no": no, **row} for no, row in _changes(said, planned)]
    fields = {"objectives": [*changed, *added.values()], "reason": "; ".join(why)}
    return _with_new(said.done(step, fields, names), added)


def _lacking(said: Said, planned: Names) -> Names:
    """Name what new rows need and do not have."""
    rows = [row for key, row in said.rows(planned) if is_new(key)]
    return tuple(header for header in _NEEDED if any(not row.get(header) for row in rows))


def _changes(said: Said, planned: Names) -> Iterator[tuple[int, dict[str, str]]]:
    for key, row in said.rows(planned):
        if not is_new(key):
            yield number_in(key), {KEYS[header]: text for header, text in row.items()}


def _added(said: Said, planned: Names) -> dict[str, dict[str, Json]]:
    """Give the lines that new rows are to become, by their keys."""
    rows = {key: row for key, row in said.rows(planned) if is_new(key)}
    return {
        key: {"no": 0, "new": True, **{KEYS[h]: text for h, text in row.items() if h in KEYS}}
        for key, row in rows.items()
    }


def _with_new(found: Doing | Waiting | Denied, added: Collection[str]) -> Understood:
    return replace(found, new=tuple(added)) if isinstance(found, Doing) else found


# --- words of approval, the evaluation -----------------------------------------------------------


def _approval(said: Said) -> Understood | None:
    step = said.step(Act.APPROVE_PLAN, "yes") or said.step(Act.APPROVE_AMENDMENT, "yes")
    return _by_day(said, step, Act.APPROVE_PLAN, columns.APPROVED)


def _acceptance(said: Said) -> Understood | None:
    step = said.step(Act.ACCEPT_EVALUATION, "yes")
    return _by_day(said, step, Act.ACCEPT_EVALUATION, columns.ACCEPTED)


def _by_day(said: Said, step: Step | None, act: Act, column: str) -> Understood | None:
    """An act that is said by its day alone."""
    names = said.names({column})
    if not names:
        return None
    if step is None:
        return said.not_now(act, names)
    return said.wrong_day(names, column) or said.done(step, {}, names)


_READ: tuple[Callable[[Said], Understood | None], ...] = (
    objective_results.actuals,
    objective_results.settling,
    _plan,
    _approval,
    objective_results.evaluation,
    _acceptance,
)


# --- what was taken up ---------------------------------------------------------------------------

_DONE_ON = {
    columns.SUBMITTED: (Act.SUBMIT_PLAN, Act.AMEND_PLAN),
    columns.APPROVED: (Act.APPROVE_PLAN, Act.APPROVE_AMENDMENT),
    columns.EVALUATED: (Act.EVALUATE,),
    columns.ACCEPTED: (Act.ACCEPT_EVALUATION,),
}
_COLUMNS = {
    "objectives": columns.PLAN["objective"],
    "results": columns.RESULTS["actual"],
    "reason": columns.REASON,
    "line_numbers": columns.SETTLED,
}


def says(entry: Entry, clash: Clash, _roster: Roster) -> bool:
    """Say whether an act was made from this value of a cell; of a day only that it was there."""
    if clash.field in _DONE_ON:
        return entry.act in _DONE_ON[clash.field]
    items = [*entry.fields.get("objectives", ()), *entry.fields.get("results", ())]
    own = [item for item in items if number(item) == number_in(clash.key)]
    told = [value for item in own for value in (*item.values(), *item.get("months", {}).values())]
    return as_text(clash.theirs) in [*map(str, told), str(entry.fields.get("reason"))]


def columns_for(_command: Command, needed: Iterable[str]) -> Names:
    """Name the columns of the fields an act lacks."""
    return tuple(_COLUMNS.get(name, name) for name in needed)
