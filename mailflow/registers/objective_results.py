"""Results typed into a plan's rows: actual values, the evaluation, what of failures; pure."""

from collections.abc import Mapping

from mailflow.procedure import months, objective_faults, targets
from mailflow.procedure.folding import folded
from mailflow.procedure.objectives import lines
from mailflow.procedure.request import Json
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import Act
from mailflow.registers import objective_columns as columns
from mailflow.registers.cells import as_text
from mailflow.registers.edits import Denied, Lacking, Understood
from mailflow.registers.said import KEYS, Names, Said, number_in
from mailflow.registers.typed import cell_of


def actuals(said: Said) -> Understood | None:
    """A quarter's months, then what was typed for the quarter itself."""
    names = said.names({*columns.MONTHS, *columns.QUARTERS}, known=True)
    if not names:
        return None
    step = said.step(Act.RECORD_ACTUALS)
    if step is None:
        return said.not_now(Act.RECORD_ACTUALS, names)
    force = {line.no for line in lines(said.request)}
    early = tuple(name for name in names if number_in(cell_of("", name)[0]) not in force)
    if early:
        return Denied(early, "register", "not_here_objective")
    first = min(map(_when, names))
    names = tuple(name for name in names if _when(name) == first)
    cleared = tuple(n for n in names if said.typed[n] is None and first[1])
    if cleared:
        return Denied(cleared, "register", "not_cleared")
    items = {key: _of_quarter(said, key, row) for key, row in said.rows(names)}
    for key, item in items.items():
        for value in objective_faults.unjudged(said.request, item):
            own = tuple(n for n in names if cell_of("", n)[0] == key and said.text(n) == value)
            target = as_text(said.lines[number_in(key)].planned.get("target"))
            details = {"line": str(number_in(key)), "value": value, "target": target}
            return Denied(own, "refused", "actual_unread", details, step.clause)
    return said.done(step, {"quarter": first[0], "results": list(items.values())}, names)


def _when(name: str) -> tuple[int, bool]:
    """Give the quarter of a cell, and whether it is one of a month: these come first."""
    header = cell_of("", name)[1]
    month = columns.MONTHS.get(header)
    quarter = months.quarter_of(month) if month else columns.QUARTERS[header]
    return quarter, month is None


def _of_quarter(said: Said, key: str, row: Mapping[str, str]) -> dict[str, Json]:
    line = said.lines.get(number_in(key))
    item: dict[str, Json] = {"no": number_in(key)}
    if line:
        item["objective"] = line.planned.get("objective")
    by_month = {str(columns.MONTHS[h]): value for h, value in row.items() if h in columns.MONTHS}
    if by_month:
        return {**item, "months": by_month}
    return {**item, "actual": next(iter(row.values()))}


def evaluation(said: Said) -> Understood | None:
    """The year's results, once every line has its own."""
    results, days = (
        said.names(columns.RESULTS.values(), known=True),
        said.names({columns.EVALUATED}),
    )
    names = results + days
    if not names:
        return None
    step = said.step(Act.EVALUATE)
    if step is None:
        return said.not_now(Act.EVALUATE, names)
    items = _evaluated(said, results)
    lacking = _left_out(said, items) or (() if days else (columns.EVALUATED,))
    if lacking:
        return Lacking(step.act, names, lacking)
    wrong = said.wrong_day(names, columns.EVALUATED)
    return wrong or said.done(step, {"results": list(items.values())}, names)


def _evaluated(said: Said, results: Names) -> dict[int, dict[str, Json]]:
    """Give every line's result: as typed now, else as written before it was sent back."""
    typed = {number_in(key): row for key, row in said.rows(results)}
    items = {}
    for no, line in said.lines.items():
        told = {key: line.planned.get(key) for key in ("objective", "target", "unit", "by")}
        row = {KEYS[header]: text for header, text in typed.get(no, {}).items()}
        item = {**told, **line.result, **row, "no": no}
        items[no] = {key: value for key, value in item.items() if value}
    return items


def _left_out(said: Said, items: Mapping[int, Mapping[str, Json]]) -> Names:
    """Name what lines still need: a result, and where it fails its cause and what is done."""
    left: dict[str, list[int]] = {}
    for no, item in items.items():
        actual = str(item.get("actual") or "")
        failed = targets.verdict(said.lines[no].target, actual) is Verdict.NOT_MET
        needed = ("cause", "remedy") if failed else ()
        for key in ("actual", *needed):
            if not item.get(key):
                left.setdefault(columns.RESULTS[key], []).append(no)
    return tuple(
        columns.OF_LINES.format(column=h, numbers=", ".join(map(str, n))) for h, n in left.items()
    )


def settling(said: Said) -> Understood | None:
    """What becomes of lines that were not met: together those of one answer and one reason."""
    names = said.names({columns.SETTLED}, known=True)
    if not names:
        return None
    answers = {folded(label): answer for answer, label in columns.SETTLING.items()}
    answer = answers.get(folded(said.text(names[0])), "")
    if not answer:
        details = {"field": columns.SETTLED, "value": said.text(names[0])}
        return Denied(names[:1], "asked", "value_bad_option", details)
    step = said.step(Act.SETTLE_OBJECTIVE, answer)
    if step is None:
        return said.not_now(Act.SETTLE_OBJECTIVE, names)
    reasons = {cell_of("", n)[0]: n for n in said.names({columns.REASON})}
    own = {cell_of("", n)[0]: n for n in names if said.text(n) == said.text(names[0])}
    why = said.text(reasons[k]) if (k := next(iter(own))) in reasons else ""
    if answer == "decline":
        alike = {k: n for k, n in own.items() if k in reasons and said.text(reasons[k]) == why}
        own = alike or own
        if not why:
            return Lacking(step.act, tuple(own.values()), (columns.REASON,))
    cells = (*own.values(), *(reasons[k] for k in own if k in reasons))
    fields = {"line_numbers": [number_in(k) for k in own], **({"reason": why} if why else {})}
    return said.done(step, fields, cells)
