"""A year's objectives as appendix 3 shows them: the plan, and the report on it (5.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from mailflow.forms import words
from mailflow.forms.papers import (
    Left,
    ObjectivePlanView,
    ObjectiveReportView,
    PlannedObjective,
    ReportedObjective,
    Signer,
)
from mailflow.forms.presented import place_and_date
from mailflow.procedure import labels, targets
from mailflow.procedure.fields import Type, keys
from mailflow.procedure.objectives import Item, Line, amendments, drafted, in_force, lines, year_of
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act

APPENDIX = {"objective_plan": "PL3.KEHOACH", "objective_report": "PL3.BAOCAO"}
"""The templates of appendix 3, by what a mail calls them; a document and a workbook each."""

MOST_LEFT = 20
"""Places of the register that a paper of objectives names."""


@dataclass(frozen=True)
class Office:
    """Whose papers these are, and where and in which time zone they are written."""

    name: str
    parent: str
    place: str
    zone: ZoneInfo


def plan_view(request: Request, roster: Roster, office: Office) -> ObjectivePlanView:
    """Show the plan in force, else the draft of it, signed by whoever drafted and approved it."""
    force = in_force(request)
    planned = force or drafted(request)
    drafting = _last(request, (Act.SUBMIT_PLAN, ""), (Act.AMEND_PLAN, ""))
    approving = _last(request, (Act.APPROVE_PLAN, "yes"), (Act.APPROVE_AMENDMENT, "yes"))
    return ObjectivePlanView(
        parent=office.parent,
        agency=office.name,
        place_date=_dated(request, approving or drafting, office),
        year=str(year_of(request)),
        owner=request.unit or office.name,
        objectives=[_planned(item, request) for item in planned],
        notes=_notes(drafting),
        drafter=_signer("drafted", drafting, roster),
        approver=_signer("approved", approving if force else None, roster),
    )


def report_view(request: Request, roster: Roster, office: Office) -> ObjectiveReportView:
    """Show what came of each objective, quarter by quarter, and what is done about failures."""
    done = _last(request, (Act.EVALUATE, ""))
    accepted = _last(request, (Act.ACCEPT_EVALUATION, "yes"))
    return ObjectiveReportView(
        parent=office.parent,
        agency=office.name,
        place_date=_dated(request, accepted or done, office),
        year=str(year_of(request)),
        owner=request.unit or office.name,
        objectives=[_reported(line) for line in lines(request)],
        notes=_notes(done),
        drafter=_signer("drafted", done, roster),
        approver=_signer("accepted", accepted, roster),
    )


def _notes(entry: Entry | None) -> list[str]:
    """Say what an agency's paper rests on, and what of the register is not in it."""
    found = words.compiled_in([entry] if entry else [])
    left = [_left(one) for one in found.get("left", ())]
    more = [f"Và {len(left) - MOST_LEFT} chỗ khác."] if len(left) > MOST_LEFT else []
    return [*found.get("notes", ()), *left[:MOST_LEFT], *more]


def _left(one: Left) -> str:
    where = ", ".join(filter(None, (one["place"], one["code"], one["column"])))
    return f"Chưa nhập được: {where}: “{one['typed']}”. {one['why']}"


def _last(request: Request, *acts: tuple[Act, str]) -> Entry | None:
    found = (e for e in reversed(request.entries) if (e.act, e.answer) in acts)
    return next(found, None)


def _dated(request: Request, entry: Entry | None, office: Office) -> str:
    at = (entry or request.entries[-1]).at.astimezone(office.zone).date()
    return place_and_date(office.place, at)


def _signer(part: str, entry: Entry | None, roster: Roster) -> Signer:
    """Print who did a part, as proven by the entry; what nobody did yet stays open."""
    return Signer(lines=[labels.SIGNED_AS[part]], name=roster.name_of(entry.by) if entry else "")


def _planned(item: Item, request: Request) -> PlannedObjective:
    said = {key: str(item.get(key) or "") for key in keys(Type.OBJECTIVES)}
    changed = list(_changes(item, request))
    note = "\n".join(filter(None, (said["note"], *changed)))
    planned: PlannedObjective = {"no": str(item["no"]), **said, "note": note}  # type: ignore[typeddict-item] # the table's keys are the view's
    return planned


def _changes(item: Item, request: Request) -> Iterator[str]:
    """Say of a line how each amendment changed its target, or that it was added (cập nhật)."""
    for entry, before, after in amendments(request):
        old = next((i for i in before if i["no"] == item["no"]), None)
        new = next((i for i in after if i["no"] == item["no"]), None)
        if new is None or old == new:
            continue
        was, now = (str(i.get("target") or "") if i else "" for i in (old, new))
        on = words.day(entry.at.date())
        key = "added" if old is None else "changed" if was != now else "reworded"
        yield labels.AMENDED[key].format(on=on, was=was, now=now)


def _reported(line: Line) -> ReportedObjective:
    result = {key: str(line.result.get(key) or "") for key in keys(Type.RESULTS)}
    return ReportedObjective(
        no=str(line.no),
        objective=str(line.planned.get("objective") or ""),
        target=str(line.planned.get("target") or ""),
        result=result_text(line),
        q1=line.actuals.get(1, ""),
        q2=line.actuals.get(2, ""),
        q3=line.actuals.get(3, ""),
        q4=line.actuals.get(4, ""),
        verdict=labels.VERDICT[line.verdict],
        cause=result["cause"],
        action=_action(line, result["remedy"]),
        evidence=result["evidence"],
        proposal=result["proposal"],
    )


def result_text(line: Line) -> str:
    """Write a year's result, a ratio with what it comes to: "245/250 = 98%"."""
    said = str(line.result.get("actual") or "")
    target = line.target
    value = targets.measured(target, said)
    shares = isinstance(target, targets.Target) and target.unit == "%"
    if value is None or not shares or "/" not in said or "%" in said:
        return said
    return f"{said} = {_decimal(value)}%"


def _decimal(value: Fraction) -> str:
    """Write a number with at most one decimal, behind a comma."""
    return f"{float(value):.1f}".removesuffix(".0").replace(".", ",")


def _action(line: Line, remedy: str) -> str:
    opened = labels.SETTLED["opened"].format(code=line.code) if line.code else ""
    declined = labels.SETTLED["declined"].format(reason=line.declined) if line.declined else ""
    return "\n".join(filter(None, (remedy, opened, declined)))
