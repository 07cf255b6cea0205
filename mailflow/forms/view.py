"""A request as form BM.CTCL.01 shows it: every name a template may print, as Vietnamese text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from mailflow.forms import history, words
from mailflow.forms.current import Current, current
from mailflow.forms.history import Stage
from mailflow.forms.names import (
    ActionRequestView,
    ChangeRow,
    CompletionRow,
    ProgressRow,
    Said,
    Tick,
    WorkRow,
)
from mailflow.procedure import labels, machine
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act, Box, Kind, Role, Sign, Source

_KINDS = (Kind.NONCONFORMITY, Kind.CORRECTIVE, Kind.POTENTIAL, Kind.IMPROVEMENT)
_BASIS = (
    "review", "decision", "objective", "actual", "cause", "shortfall", "proposed_disposition",
    "correction", "proposed_assignees", "proposed_date",
)  # fmt: skip


@dataclass(frozen=True)
class _Sheet:
    """What every part of the form is written from."""

    request: Request
    now: Current
    story: tuple[Stage, ...]
    roster: Roster
    tz: ZoneInfo

    def said(self, entry: Entry | None) -> Said:
        return words.said(entry, self.roster, self.tz)

    def party(self, role: Role) -> str:
        return self.over_time(lambda r: words.names(r.parties.get(role, ()), self.roster))

    def date(self, name: str) -> str:
        return self.over_time(lambda r: words.day(r.values.get(name)))

    def over_time(self, read: Callable[[Request], str]) -> str:
        return history.values_over_time(self.story, read) or read(self.request)

    def earlier(self, box: Box) -> list[str]:
        return history.earlier(self.story, box, self.now.entries(), self.roster, self.tz)


def action_request_view(
    request: Request, roster: Roster, agency: str, parent: str, tz: ZoneInfo, issue: str = "01"
) -> ActionRequestView:
    """Show a request as form BM.CTCL.01, as of its last entry.

    `roster` is the whole one, so that people who have left still have names; `agency` and `parent`
    are names ("" where there is no parent); `issue` is the form's own (Lần ban hành).
    """
    sheet = _Sheet(request, current(request), history.stages(request), roster, tz)
    parts = (
        {"parent": parent, "agency": agency, "issue": issue},
        _header(sheet), _report(sheet), _correction(sheet), _need(sheet), _board(sheet),
        _solution(sheet), _work(sheet), _verification(sheet),
    )  # fmt: skip
    return cast(ActionRequestView, {name: value for part in parts for name, value in part.items()})


def _value(entry: Entry | None, *names: str) -> str:
    """Give the first of the named values that an entry carries."""
    given = (entry.fields.get(name) for name in names) if entry else iter(())
    return next((str(value) for value in given if value), "")


def _answers(act: Act, answers: Iterable[str], entry: Entry | None) -> list[Tick]:
    """Tick the answer an entry gave; an entry of another act ticks nothing."""
    options = {answer: _capital(labels.ANSWER[act, answer]) for answer in answers}
    return words.ticks(options, [entry.answer] if entry and entry.act is act else [])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _header(sheet: _Sheet) -> dict[str, Any]:
    request = sheet.request
    merged = f" ({request.merged_into})" if request.merged_into else ""
    sources = list(request.values.get("sources") or ())
    if sheet.now.opening.act is Act.OPEN_FROM_REVIEW:
        sources.append(Source.MANAGEMENT_REVIEW)
    return {
        "number": request.number,
        "code": request.code,
        "opened_on": words.local_day(request.opened_at, sheet.tz),
        "unit": sheet.over_time(lambda r: r.unit),
        "standing": labels.STATE[request.state] + merged,
        "predecessor": request.predecessor or "",
        "successor": request.successor or "",
        "kinds": words.ticks({k: labels.KIND[k] for k in _KINDS}, [request.kind]),
        "sources": words.ticks(labels.option_labels("sources"), sources, other=True),
    }


def _report(sheet: _Sheet) -> dict[str, Any]:
    opening = sheet.now.opening
    fields = opening.fields
    basis = [
        f"{FIELDS[name].label}: {words.value_text(name, fields[name], sheet.roster)}"
        for name in _BASIS
        if fields.get(name) and (name != "correction" or sheet.now.correction is not opening)
    ]
    return {
        "content": _value(opening, "content"),
        "basis": basis,
        "found_on": words.day(fields.get("found_on")),
        "file_numbers": _value(opening, "file_numbers"),
        "violated": _value(opening, "violated"),
        "evidence": words.evidence(opening),
        "severity": words.ticks(labels.option_labels("severity"), [fields.get("severity", "")]),
        "category": _value(opening, "category"),
        "repeats": _repeats(sheet.request),
        "reporter_said": sheet.said(opening),
    }


def _repeats(request: Request) -> str:
    if not request.repeats:
        return ""
    return f"Lần thứ {len(request.repeats) + 1}; các phiếu trước: {', '.join(request.repeats)}"


def _correction(sheet: _Sheet) -> dict[str, Any]:
    now = sheet.now
    decided = now.disposition or now.correction
    chosen = [_value(decided, "disposition")]
    return {
        "dispositions": words.ticks(labels.option_labels("disposition"), chosen),
        "disposition_note": _value(now.disposition, "reason", "remarks"),
        "disposition_said": sheet.said(now.disposition),
        "performer": sheet.party(Role.PERFORMER),
        "correction_due": sheet.date("correction_due"),
        "checker": _checker(sheet),
        "correction": _with_evidence(_value(now.correction, "correction"), now.correction),
        "correction_said": sheet.said(now.correction),
        "check": _check(now.check),
        "check_said": sheet.said(now.check),
    }


def _checker(sheet: _Sheet) -> str:
    """Name who checks: as named, else the head of that day (5.1.1: the unit's own)."""
    if not sheet.request.parties.get(Role.PERFORMER):
        return ""
    decided = sheet.now.disposition or sheet.now.opening
    roster = sheet.roster.on(decided.at.astimezone(sheet.tz).date())
    return words.names(machine.people_for(Role.CHECKER, sheet.request, roster), sheet.roster)


def _with_evidence(text: str, entry: Entry | None) -> str:
    shown = words.evidence(entry)
    return f"{text}\nBằng chứng: {shown}" if shown else text


def _check(entry: Entry | None) -> str:
    if entry is None:
        return ""
    parts = (_capital(labels.ANSWER[entry.act, entry.answer]), _value(entry, "remarks"))
    return ". ".join(part for part in parts if part)


def _need(sheet: _Sheet) -> dict[str, Any]:
    need, sent = sheet.now.need, sheet.now.sent
    by_objective = need is not None and need.act is Act.OPEN_FROM_OBJECTIVE
    signs = (
        [Sign.OBJECTIVES_AT_RISK] if by_objective else need.fields.get("signs", ()) if need else ()
    )
    answer = "yes" if by_objective else need.answer if need else ""
    options = {a: _capital(labels.ANSWER[Act.DECIDE_NEED, a]) for a in ("yes", "no")}
    return {
        "need": words.ticks(options, [answer]),
        "signs": words.ticks(labels.option_labels("signs"), signs, other=True),
        "need_reason": "" if by_objective else _value(need, "reason"),
        "need_said": sheet.said(need),
        "sent_on": words.local_day(sent.at, sheet.tz) if sent else "",
        "box1_earlier": sheet.earlier(Box.ONE),
    }


def _board(sheet: _Sheet) -> dict[str, Any]:
    now = sheet.now
    return {
        "received_on": words.moment(now.sent.at, sheet.tz) if now.sent else "",
        "presented_on": words.moment(now.present.at, sheet.tz) if now.present else "",
        "present_remarks": _value(now.present, "remarks"),
        "present_said": sheet.said(now.present),
        "directions": _answers(Act.DIRECT, ("assign", "implement", "board", "decline"), now.direct),
        "direction": _value(now.direct, "direction", "reason"),
        "assignees": sheet.party(Role.ASSIGNEE),
        "analysis_due": sheet.date("analysis_due"),
        "direct_said": sheet.said(now.direct),
        "board_earlier": sheet.earlier(Box.BOARD),
    }


def _solution(sheet: _Sheet) -> dict[str, Any]:
    now = sheet.now
    improves = sheet.request.kind is Kind.IMPROVEMENT
    go_on = now.approval is not None and now.approval.act is Act.DIRECT
    approvals = _answers(Act.APPROVE_SOLUTION, ("yes", "no"), now.approval)
    if go_on:
        approvals[0]["mark"] = words.TICKED
    return {
        "cause_label": "Hiện trạng, lý do cải tiến" if improves else "Nguyên nhân",
        "root_cause": _value(now.proposal, "root_cause"),
        "measures": _measures(sheet.request, sheet.roster),
        "resources": sheet.request.values.get("resources", ""),
        "proposal_said": sheet.said(now.proposal),
        "approvals": approvals,
        "approval_remarks": _value(now.approval, "direction" if go_on else "remarks"),
        "implementers": sheet.party(Role.IMPLEMENTER),
        "deadline": sheet.date("deadline"),
        "approval_said": sheet.said(now.approval),
        "box2_earlier": [*_carried_over(sheet), *sheet.earlier(Box.TWO)],
    }


def _measures(request: Request, roster: Roster) -> list[WorkRow]:
    rows = [
        WorkRow(
            no=str(number),
            what=measure.what,
            who=words.names(measure.who, roster),
            coordination=measure.coordination,
            by=words.day(measure.by),
            output=measure.output,
        )
        for number, measure in enumerate(request.measures, start=1)
    ]
    return rows or [_BLANK_WORK]


_BLANK_WORK = WorkRow(no="", what="", who="", coordination="", by="", output="")


def _carried_over(sheet: _Sheet) -> list[str]:
    """Keep readable the solution that a follow-up brought along, once there is another one."""
    opening = sheet.now.opening
    if opening.act is not Act.FOLLOW_UP or sheet.now.proposal is opening:
        return []
    said = words.carried(opening, sheet.roster, ("root_cause", "measures", "resources"))
    return [f"Theo phiếu {sheet.request.predecessor}: {said}"] if said else []


def _work(sheet: _Sheet) -> dict[str, Any]:
    entries = sheet.request.entries
    plan = sheet.now.plan
    progress = [_progress(e, sheet) for e in entries if e.act is Act.REPORT_PROGRESS]
    completions = [_completion(e, sheet) for e in entries if e.act is Act.REPORT_COMPLETION]
    changes = history.changes(sheet.story, sheet.roster, sheet.tz)
    return {
        "plan": _plan(plan, sheet.roster),
        "plan_remarks": _value(plan, "remarks"),
        "plan_said": sheet.said(plan),
        "changes": changes or [ChangeRow(no="", on="", what="", reason="", decided="")],
        "progress": progress or [_BLANK_PROGRESS],
        "completions": completions or [_BLANK_COMPLETION],
    }


def _plan(entry: Entry | None, roster: Roster) -> list[WorkRow]:
    steps = entry.fields["steps"] if entry else ()
    rows = [
        WorkRow(
            no=str(number),
            what=step["what"],
            who=words.names(step.get("who") or (), roster),
            coordination=step.get("with") or "",
            by=words.day(step.get("by")),
            output=step.get("output") or "",
        )
        for number, step in enumerate(steps, start=1)
    ]
    return rows or [_BLANK_WORK]


_BLANK_PROGRESS = ProgressRow(month="", progress="", percent="", difficulties="", reported="")
_BLANK_COMPLETION = CompletionRow(numbers="", result="", actual_date="", evidence="", reported="")


def _progress(entry: Entry, sheet: _Sheet) -> ProgressRow:
    _, month = words.local_day(entry.at, sheet.tz).split("/", 1)
    return ProgressRow(
        month=month,
        progress=_value(entry, "progress"),
        percent=words.value_text("percent", entry.fields["percent"], sheet.roster),
        difficulties=_value(entry, "difficulties"),
        reported=words.signed(entry, sheet.roster, sheet.tz),
    )


def _completion(entry: Entry, sheet: _Sheet) -> CompletionRow:
    numbers = entry.fields.get("measure_numbers") or ()
    return CompletionRow(
        numbers=", ".join(map(str, numbers)),
        result=_value(entry, "result"),
        actual_date=words.day(entry.fields["actual_date"]),
        evidence=words.evidence(entry),
        reported=words.signed(entry, sheet.roster, sheet.tz),
    )


def _verification(sheet: _Sheet) -> dict[str, Any]:
    verify, close = sheet.now.verify, sheet.now.close
    successor = sheet.request.successor or ""
    opened = f"Mở phiếu mới số: {successor}".rstrip()
    closings = words.ticks(
        {"close": "Đóng phiếu", "new": opened},
        (name for name, done in (("close", close), ("new", successor)) if done),
    )
    verdicts = ("effective", "not_done", "incomplete", "not_effective")
    return {
        "verdicts": _answers(Act.VERIFY, verdicts, verify),
        "evidence_seen": _value(verify, "evidence_seen"),
        "shortfall": _value(verify, "shortfall"),
        "verify_said": sheet.said(verify),
        "closings": closings,
        "closing_evidence": _value(close, "closing_evidence"),
        "close_said": sheet.said(close),
        "box3_earlier": sheet.earlier(Box.THREE),
        "files": _files(sheet),
    }


def _files(sheet: _Sheet) -> list[str]:
    """List all attached files, and the evidence added at any time, by act."""
    lines = []
    for entry in sheet.request.entries:
        parts = [words.file_names(entry)]
        if entry.act is Act.ADD_EVIDENCE:
            parts.insert(0, _value(entry, "text"))
        said = " – ".join(part for part in parts if part)
        if said:
            day = words.local_day(entry.at, sheet.tz)
            lines.append(f"{day}, {labels.ACT[entry.act]}: {said}")
    return lines
