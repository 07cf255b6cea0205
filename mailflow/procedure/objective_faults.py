"""What can be wrong with a plan of objectives, with its results, and with what is settled (5.9)."""

from collections.abc import Iterator, Mapping, Sequence

from mailflow.procedure import targets
from mailflow.procedure.fault import Fault
from mailflow.procedure.fields import FIELDS, TABLES
from mailflow.procedure.objectives import Item, Line, lines, not_met, number, year_of
from mailflow.procedure.request import Json, Request
from mailflow.procedure.targets import Target, Unmeasurable, Verdict

PLAN, RESULTS = "objectives", "results"


def of_plan(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    """Find plan lines that nobody could measure: they go back to their drafter."""
    items: Sequence[Item] = fields.get(PLAN) or ()
    yield from _twice(PLAN, items)
    for item in items:
        yield from _lacking(PLAN, item)
        target = Line(number(item), item, year=year_of(request)).target
        if isinstance(target, Unmeasurable) and item.get("target"):
            typed = str(item["target"])
            yield Fault(target.why, {**_at(PLAN, "target"), "line": _no(item), "value": typed})


def of_actuals(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    """Find results of lines that the plan has not, and a quarter that is none or not yet begun."""
    items: Sequence[Item] = fields.get(RESULTS) or ()
    yield from _twice(RESULTS, items)
    yield from _unknown(request, items)
    if not 1 <= int(fields.get("quarter") or 1) <= 4:
        yield Fault("bad_quarter", {"field": "quarter", "value": str(fields["quarter"])})
    yield from _unread(request, items)


def of_evaluation(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    """Find lines left out, results nobody can judge, and failures without cause or remedy."""
    items: Sequence[Item] = fields.get(RESULTS) or ()
    planned = lines(request)
    yield from _twice(RESULTS, items)
    if planned:
        yield from _unknown(request, items)
        said = {number(item) for item in items}
        left = [str(line.no) for line in planned if line.no not in said]
        if left:
            yield Fault("lines_left", {"field": RESULTS, "numbers": ", ".join(left)})
    yield from _unread(request, items)
    for item in items:
        yield from _unexplained(request, item)


def of_settling(request: Request, fields: Mapping[str, Json]) -> Iterator[Fault]:
    """Find numbers of lines that nothing is to be decided about."""
    left = {line.no for line in not_met(request)}
    for no in fields.get("line_numbers") or ():
        if no not in left:
            yield Fault("no_such_line", {"field": "line_numbers", "line": str(no)})


def _lacking(field: str, item: Item) -> Iterator[Fault]:
    for column in TABLES[FIELDS[field].type]:
        if column.needed and not item.get(column.key):
            where = _at(field, column.key)
            yield Fault("line_incomplete", {**where, "line": _no(item), "head": column.head})


def _twice(field: str, items: Sequence[Item]) -> Iterator[Fault]:
    """A row without a number, or two with one: nobody could tell which objective is meant."""
    numbers = [number(item) for item in items]
    for item in items:
        if not number(item):
            yield Fault("line_number_missing", {"field": field})
        elif numbers.count(number(item)) > 1:
            yield Fault("line_twice", {**_at(field, "objective"), "line": _no(item)})


def _unknown(request: Request, items: Sequence[Item]) -> Iterator[Fault]:
    known = {line.no for line in lines(request)}
    for item in items:
        if number(item) not in known:
            yield Fault("no_such_line", {**_at(RESULTS, "actual"), "line": _no(item)})


def _judged(request: Request, item: Item) -> Verdict:
    return targets.verdict(_planned(request, item).target, str(item.get("actual") or ""))


def _planned(request: Request, item: Item) -> Line:
    own = Line(number(item), item, year=year_of(request))
    return next((line for line in lines(request) if line.no == number(item)), own)


def _unread(request: Request, items: Sequence[Item]) -> Iterator[Fault]:
    """A result that its target cannot be held against is asked about, never guessed."""
    for item in items:
        if not item.get("actual") and not item.get("months"):
            yield from _lacking(RESULTS, item)
        for value in unjudged(request, item):
            planned = str(_planned(request, item).planned.get("target") or "")
            said = {"line": _no(item), "value": value, "target": planned}
            yield Fault("actual_unread", {**_at(RESULTS, "actual"), **said})


def unjudged(request: Request, item: Item) -> Iterator[str]:
    """Give the values of a row that cannot be judged; how a deliverable stands may be any words."""
    target = _planned(request, item).target
    months = [str(value) for value in (item.get("months") or {}).values() if value]
    months = months if isinstance(target, Target) and not target.is_deliverable else []
    for value in [*([str(item["actual"])] if item.get("actual") else []), *months]:
        if targets.verdict(target, value) is Verdict.OPEN:
            yield value


def _unexplained(request: Request, item: Item) -> Iterator[Fault]:
    if _judged(request, item) is not Verdict.NOT_MET:
        return
    for key in ("cause", "remedy"):
        if not item.get(key):
            head = next(c.head for c in TABLES[FIELDS[RESULTS].type] if c.key == key)
            where = _at(RESULTS, key)
            yield Fault("not_met_unexplained", {**where, "line": _no(item), "head": head})


def _at(field: str, column: str) -> dict[str, str]:
    return {"field": field, "column": column}


def _no(item: Item) -> str:
    return str(number(item))
