"""A year's objectives as the entries make them: plan in force, results, what is left; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from mailflow.procedure import months, targets
from mailflow.procedure.months import months_of
from mailflow.procedure.request import Entry, Json, Request
from mailflow.procedure.targets import Target, Unmeasurable, Verdict, quarter_end
from mailflow.procedure.terms import Act, State

Item = Mapping[str, Json]
"""One row of a table, by the keys of `fields.TABLES`, with its number `no`."""


@dataclass(frozen=True)
class Line:
    """One objective: what was planned, what came of it, and what was decided where it failed.

    `typed` are the actual values of quarters 1 to 4 and `months` those of months 1 to 12, as typed;
    `code` is that of the request opened for it, `declined` why none was.
    """

    no: int
    planned: Item
    typed: Mapping[int, str] = field(default_factory=dict)
    months: Mapping[int, str] = field(default_factory=dict)
    result: Item = field(default_factory=dict)
    code: str = ""
    declined: str = ""
    year: int = 0

    @property
    def target(self) -> Target | Unmeasurable:
        """Read what is to be reached."""
        planned = self.planned
        words, unit, by = (str(planned.get(key) or "") for key in ("target", "unit", "by"))
        return targets.read(words, unit, by, self.year)

    @property
    def actuals(self) -> dict[int, str]:
        """Give what each quarter stands at: as typed, else as its months add up."""
        return months.actuals(self.target, self.months, self.typed)

    @property
    def actual(self) -> str:
        """Give the year's result as typed, else the latest quarter's, else ""."""
        actuals = self.actuals
        latest = actuals.get(max(actuals, default=0), "")
        return str(self.result.get("actual") or latest)

    @property
    def verdict(self) -> Verdict:
        """Judge the year's result; open while there is none."""
        return targets.verdict(self.target, str(self.result.get("actual") or ""))

    @property
    def is_settled(self) -> bool:
        """Say whether it was decided what becomes of an objective not met."""
        return bool(self.code or self.declined)


def year_of(request: Request) -> int:
    """Give the year whose objectives these are."""
    return int(request.values["objectives_year"])


def in_force(request: Request) -> tuple[Item, ...]:
    """List the plan's lines as approved last; none before the first approval."""
    return _planned(request.entries)


def _planned(entries: Sequence[Entry]) -> tuple[Item, ...]:
    draft: Sequence[Item] = ()
    force: Sequence[Item] = ()
    for entry in entries:
        if entry.act in (Act.SUBMIT_PLAN, Act.AMEND_PLAN):
            draft = entry.fields["objectives"]
        elif (entry.act, entry.answer) in _APPROVED:
            force = draft
    return tuple(force)


_APPROVED = ((Act.APPROVE_PLAN, "yes"), (Act.APPROVE_AMENDMENT, "yes"))


def drafted(request: Request) -> tuple[Item, ...]:
    """List the lines as somebody wrote them last, approved or not."""
    return tuple(request.values.get("objectives") or ())


def lines(request: Request) -> tuple[Line, ...]:
    """List the objectives in force with all that is known of each.

    Where no plan was ever approved (the first year), the evaluation says what they were.
    """
    planned = in_force(request) or _evaluated_as(request)
    return tuple(_line(number(item), item, request) for item in planned)


def _evaluated_as(request: Request) -> tuple[Item, ...]:
    items: Sequence[Item] = request.values.get("results") or ()
    return tuple(item for item in items if item.get("objective"))


def _line(no: int, planned: Item, request: Request) -> Line:
    line = Line(no, planned, year=year_of(request))
    for entry in request.entries:
        line = _with(line, entry)
    return line


def _with(line: Line, entry: Entry) -> Line:
    item = _item(line.no, entry)
    if entry.act is Act.RECORD_ACTUALS:
        return _recorded(line, item, int(entry.fields["quarter"]))
    if entry.act is Act.EVALUATE:
        return _replaced(line, result=item)
    if entry.act is Act.SETTLE_OBJECTIVE and line.no in entry.fields["line_numbers"]:
        code = str(entry.fields.get("opened", {}).get(str(line.no), ""))
        return _replaced(line, code=code, declined=str(entry.fields.get("reason") or ""))
    return line


def _recorded(line: Line, item: Item, quarter: int) -> Line:
    """Take up a quarter's value, or values of its months, which stand for it when typed later.

    A month's value may be blank: it was typed into the wrong month.
    """
    if item.get("months"):
        said = {int(month): str(value or "") for month, value in item["months"].items()}
        kept = {m: value for m, value in {**line.months, **said}.items() if value}
        typed = {q: value for q, value in line.typed.items() if q != quarter}
        return _replaced(line, months=kept, typed=typed)
    if item.get("actual"):
        return _replaced(line, typed={**line.typed, quarter: str(item["actual"])})
    return line


def _item(no: int, entry: Entry) -> Item:
    items: Sequence[Item] = entry.fields.get("results") or ()
    return next((item for item in items if number(item) == no), {})


def _replaced(line: Line, **changes: Json) -> Line:
    return Line(**{**vars(line), **changes})


def number(item: Item) -> int:
    """Give a row's number."""
    return int(item["no"])


def not_met(request: Request) -> tuple[Line, ...]:
    """List the objectives that the accepted evaluation shows as not met and nobody settled."""
    if request.state is not State.EVALUATION_ACCEPTED:
        return ()
    found = (line for line in lines(request) if line.verdict is Verdict.NOT_MET)
    return tuple(line for line in found if not line.is_settled)


def merged(planned: Sequence[Item], changed: Sequence[Item]) -> tuple[Item, ...]:
    """Put changed lines into a plan by their numbers; a number that is new adds a line.

    One marked as `new` gets the next number there is, whatever was added meanwhile.
    """
    by_number = {number(item): dict(item) for item in planned}
    new = [item for item in changed if item.get("new")]
    for item in (item for item in changed if item not in new):
        said = {key: value for key, value in item.items() if value not in (None, "")}
        by_number[number(item)] = {**by_number.get(number(item), {}), **said}
    return numbered([*(by_number[no] for no in sorted(by_number)), *new])


def prefilled(request: Request, act: Act) -> dict[str, Json]:
    """Give what stands in the tables of a step before anybody writes: the plan, or its lines.

    Of an evaluation sent back, what was written last.
    """
    if act is Act.AMEND_PLAN and act not in request.marks:
        return {"objectives": list(in_force(request))}
    if act not in (Act.RECORD_ACTUALS, Act.EVALUATE):
        return {}
    written = {number(i): i for i in request.values.get("results") or () if act in request.marks}
    again = written if act is Act.EVALUATE else {}
    return {"results": [{**again.get(line.no, {}), **_known(line)} for line in lines(request)]}


def _known(line: Line) -> dict[str, Json]:
    told = {key: line.planned.get(key) for key in ("objective", "target")}
    return {"no": line.no, **told}


def numbered(items: Sequence[Item]) -> tuple[Item, ...]:
    """Number rows in their order where none of them was given a number (0), else the new ones."""
    if not any(number(item) for item in items):
        items = [{**item, "new": True} for item in items]
    highest = max(map(number, items), default=0)
    new = (dict(item, no=no) for no, item in enumerate(_new(items), start=highest + 1))
    return (*(item for item in items if not item.get("new")), *new)


def _new(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        if item.get("new"):
            yield {key: value for key, value in item.items() if key != "new"}


def quarter_owed(request: Request, today: date) -> int:
    """Give the latest quarter over whose actuals nobody gave, 0 for none.

    The fourth is given by the evaluation.
    """
    year = year_of(request)
    over = [q for q in (1, 2, 3) if quarter_end(year, q) < today]
    latest = max(over, default=0)
    return 0 if latest in given(request) else latest


def share_passed(line: Line, today: date) -> Fraction:
    """Give the share of the year that the latest result is of: a quarter's, else until today."""
    latest = max(line.actuals, default=0)
    if latest:
        return Fraction(_months_counted(line, latest), 12)
    start = date(line.year, 1, 1)
    return Fraction(min(max((today - start).days, 0), 365), 365)


def _months_counted(line: Line, quarter: int) -> int:
    """Say up to which month the value of a quarter goes: its last one, unless its months say so."""
    there = [m for m in months_of(quarter) if m in line.months and quarter not in line.typed]
    return max(there, default=3 * quarter)


def given(request: Request) -> set[int]:
    """Name the quarters whose actuals were given; by months, once an objective has all three."""
    found: set[int] = set()
    by_line: dict[int, set[int]] = {}
    for entry in request.entries:
        for item in entry.fields.get("results") or () if entry.act is Act.RECORD_ACTUALS else ():
            if not item.get("months"):
                found.add(int(entry.fields["quarter"]))
            by_line.setdefault(number(item), set()).update(map(int, item.get("months") or ()))
    return found | {q for q in (1, 2, 3, 4) for m in by_line.values() if m >= set(months_of(q))}


def quarter_of(day: date) -> int:
    """Give the quarter a day lies in."""
    return (day.month + 2) // 3


def amendments(request: Request) -> Iterator[tuple[Entry, tuple[Item, ...], tuple[Item, ...]]]:
    """Give each approved amendment: its entry, the plan before it, the plan after it."""
    for place, entry in enumerate(request.entries):
        if (entry.act, entry.answer) == (Act.APPROVE_AMENDMENT, "yes"):
            asked = next(e for e in reversed(request.entries[:place]) if e.act is Act.AMEND_PLAN)
            yield asked, _planned(request.entries[:place]), _planned(request.entries[: place + 1])
