"""What each act's entry makes of a request: the fold behind `machine.advance`."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from mailflow.procedure import objectives, review
from mailflow.procedure.fields import DECISIONS, FIELDS, INPUTS
from mailflow.procedure.request import Entry, Json, Measure, Request
from mailflow.procedure.terms import Act, Head, Kind, Role, State

Fold: TypeAlias = Callable[[Request, Entry], Request]


def opened(entry: Entry) -> Request:
    """Make the request that an opening entry opens.

    Its fields carry `number`, `year` and `seq` besides those of the act, a follow-up's also
    `predecessor` and `parties`. Raises ValueError when the entry opens nothing.
    """
    if entry.request is None or entry.target is None:
        raise ValueError(f"entry {entry.act} opens no request")
    fields = entry.fields
    request = Request(
        code=entry.request,
        number=fields["number"],
        year=fields["year"],
        seq=fields["seq"],
        kind=Kind(fields["kind"]),
        unit=fields.get("unit", ""),
        state=entry.target,
        opened_at=entry.at,
        since=entry.at,
        predecessor=fields.get("predecessor"),
    )
    return _effect(entry)(_noted(request, entry), entry)


def continued(request: Request, entry: Entry) -> Request:
    """Give the request after one more entry: history grows, latest values win, state moves."""
    moved = _noted(request, entry)
    if entry.target is not None and entry.target is not request.state:
        moved = replace(moved, state=entry.target, since=entry.at)
    return _effect(entry)(moved, entry)


def _noted(request: Request, entry: Entry) -> Request:
    said = {name: value for name, value in entry.fields.items() if name in FIELDS}
    return replace(
        request,
        values={**request.values, **said},
        marks={**request.marks, entry.act: entry.at},
        entries=(*request.entries, entry),
    )


def _effect(entry: Entry) -> Fold:
    return _EFFECTS.get((entry.act, entry.answer)) or _EFFECTS.get((entry.act, "*")) or _nothing


def _nothing(request: Request, _entry: Entry) -> Request:
    return request


def _party(request: Request, **roles: tuple[str, ...]) -> Request:
    named = {Role(role): people for role, people in roles.items() if people}
    return replace(request, parties={**request.parties, **named})


def _values(request: Request, **values: Json) -> Request:
    return replace(request, values={**request.values, **values})


def _reported(request: Request, entry: Entry) -> Request:
    return _party(request, reporter=(entry.by,))


def _handled(request: Request, entry: Entry) -> Request:
    checker = entry.fields.get("checker")
    request = _party(_reported(request, entry), performer=(entry.by,))
    return _party(request, checker=(checker,) if checker else ())


def _submitted_by(request: Request, entry: Entry) -> Request:
    return _party(request, submitter=(entry.by,))


def _opened_by_board(request: Request, entry: Entry) -> Request:
    return _submitted_by(_reported(request, entry), entry)


def _passed_up(request: Request, entry: Entry) -> Request:
    request = replace(request, since=entry.at)
    return _party(request, decider=(entry.fields["decider"],))


def _transferred(request: Request, entry: Entry) -> Request:
    parties = dict(request.parties)
    parties.pop(Role.DECIDER, None)
    return replace(request, unit=entry.fields["unit"], parties=parties, since=entry.at)


def _given_to_performer(request: Request, entry: Entry) -> Request:
    performer, checker = entry.fields["performer"], entry.fields.get("checker")
    return _party(request, performer=(performer,), checker=(checker,) if checker else ())


def _repeat_confirmed(request: Request, entry: Entry) -> Request:
    return replace(
        request, repeats=tuple(dict.fromkeys([*request.repeats, *entry.fields["earlier"]]))
    )


def _repeat_denied(request: Request, entry: Entry) -> Request:
    kept = (code for code in request.repeats if code not in entry.fields["earlier"])
    return replace(request, repeats=tuple(kept))


def _assigned(request: Request, entry: Entry) -> Request:
    return _party(request, assignee=tuple(entry.fields["assignees"]))


def _implementing(request: Request, entry: Entry) -> Request:
    request = _party(request, implementer=tuple(entry.fields["implementers"]))
    return replace(request, implementing_since=entry.at)


def _work(items: Json) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            what=item["what"],
            who=tuple(item.get("who") or ()),
            coordination=item.get("with") or "",
            by=date.fromisoformat(item["by"]) if item.get("by") else None,
            output=item.get("output") or "",
        )
        for item in items
    )


def _proposed(request: Request, entry: Entry) -> Request:
    request = _party(request, coordinator=tuple(entry.fields.get("coordinators", ())))
    return replace(request, measures=_work(entry.fields["measures"]))


def _planned(request: Request, entry: Entry) -> Request:
    more = [*request.parties.get(Role.COORDINATOR, ()), *entry.fields.get("coordinators", ())]
    return _party(request, coordinator=tuple(dict.fromkeys(more)))


def _change_asked(request: Request, entry: Entry) -> Request:
    return replace(request, pending_change=entry)


def _change_refused(request: Request, _entry: Entry) -> Request:
    return replace(request, pending_change=None)


def _change_granted(request: Request, entry: Entry) -> Request:
    asked = request.pending_change.fields if request.pending_change else {}
    given = {**asked, **entry.fields}
    if given.get("change_deadline"):
        request = _values(request, deadline=given["change_deadline"])
    if given.get("change_resources"):
        before = request.values.get("resources")
        both = f"{before}; {given['change_resources']}" if before else given["change_resources"]
        request = _values(request, resources=both)
    if given.get("change_measure"):
        request = replace(request, measures=_changed(request, given["change_measure"]))
    return replace(request, pending_change=None)


def _changed(request: Request, words: str) -> tuple[Measure, ...]:
    """Put new words to the measure named by number ("2: …"), else add them as one more measure."""
    measures = list(request.measures)
    found = re.match(r"\s*(\d{1,3})\s*[.:)]\s*(.+)", words, re.DOTALL)
    if found and 1 <= int(found[1]) <= len(measures):
        place = int(found[1]) - 1
        measures[place] = replace(measures[place], what=found[2].strip())
        return tuple(measures)
    who = request.parties.get(Role.IMPLEMENTER, ())
    return (*measures, Measure(words, who, by=request.day("deadline")))


def _completed(request: Request, entry: Entry) -> Request:
    numbers = entry.fields.get("measure_numbers") or range(1, len(request.measures) + 1)
    done = date.fromisoformat(entry.fields["actual_date"])
    measures = list(request.measures)
    for number in numbers:
        if not measures[number - 1].done_on:
            measures[number - 1] = replace(
                measures[number - 1], done_on=done, result=entry.fields.get("result", "")
            )
    return replace(request, measures=tuple(measures))


def _failed(request: Request, entry: Entry) -> Request:
    return replace(request, successor=entry.fields["successor"])


def _followed_up(request: Request, entry: Entry) -> Request:
    parties = {Role(role): tuple(who) for role, who in entry.fields["parties"].items()}
    return replace(request, parties=parties, measures=_work(entry.fields.get("measures") or ()))


_HELD_BY = {
    State.CORRECTING: ("performer", "correction_due"),
    State.ASSIGNED: ("assignee", "analysis_due"),
    State.IMPLEMENTING: ("implementer", "deadline"),
}


def _reassigned(request: Request, entry: Entry) -> Request:
    """Give the work to others.

    Measures being carried out go from those who leave it to those who come; the measures of an
    earlier round, whose cause is analysed anew, stay as they were.
    """
    role, _ = _HELD_BY[request.state]
    old, new = request.parties.get(Role(role), ()), tuple(entry.fields["to"])
    given = _party(request, **{role: new})
    if request.state != State.IMPLEMENTING:
        return given
    return replace(given, measures=tuple(_passed_on(m, old, new) for m in request.measures))


def _passed_on(measure: Measure, old: tuple[str, ...], new: tuple[str, ...]) -> Measure:
    if measure.done_on:
        return measure
    coming = tuple(p for p in new if p not in old) or new
    return replace(measure, who=_handed_over(measure.who, old, new, coming))


def _handed_over(
    who: tuple[str, ...], old: tuple[str, ...], new: tuple[str, ...], coming: tuple[str, ...]
) -> tuple[str, ...]:
    staying = tuple(p for p in who if p not in old or p in new)
    return who if staying == who else tuple(dict.fromkeys([*staying, *coming]))


def _extended(request: Request, entry: Entry) -> Request:
    _, name = _HELD_BY[request.state]
    return _values(request, **{name: entry.fields["until"]})


def _merged(request: Request, entry: Entry) -> Request:
    return replace(request, merged_into=entry.fields["into"])


def _drafter_named(request: Request, entry: Entry) -> Request:
    return _party(request, drafter=(entry.fields["drafter"],))


def _plan_kept(request: Request, entry: Entry) -> Request:
    """Refused, an amendment leaves the plan as it was."""
    return _values(request, objectives=list(objectives.in_force(request)))


# --- the management review (5.8) ------------------------------------------------------------------


def _review_planned(request: Request, entry: Entry) -> Request:
    """Set the route and who has which part in it; a plan that was cancelled leaves nothing."""
    fields = entry.fields
    owners = fields["input_owners"]
    gone = {*INPUTS, "meeting_time", "place", "host_meeting"} - set(fields)
    kept = {name: value for name, value in request.values.items() if name not in gone}
    request = replace(
        request,
        kind=Kind(f"review_{entry.answer}"),
        values={**kept, "input_owners": owners},
        parties={},
    )
    return _party(
        request,
        chair=_one(fields.get("chair")),
        meeting_secretary=_one(fields.get("meeting_secretary")),
        participant=tuple(fields.get("participants", ())),
        input_owner=tuple(dict.fromkeys(p for people in owners.values() for p in people)),
    )


def _one(person: str | None) -> tuple[str, ...]:
    return (person,) if person else ()


def _review_cancelled(request: Request, _entry: Entry) -> Request:
    return replace(request, kind=Kind.REVIEW)


def _decided(request: Request, entry: Entry) -> Request:
    """Take the decisions as written last: a draft's replace those of the draft before it."""
    measures = request.measures
    for name in DECISIONS:
        if name in entry.fields or entry.act is not Act.COMPLETE_MINUTES:
            head = review.HEADS[name]
            new = (replace(m, head=head) for m in _work(entry.fields.get(name, ())))
            measures = (*(m for m in measures if m.head is not head), *new)
    measures = tuple(sorted(measures, key=lambda m: list(Head).index(m.head or Head.RISK)))
    owners = dict.fromkeys(p for m in measures if m.head is Head.RISK for p in m.who)
    parties = {**request.parties, Role.RISK_OWNER: tuple(owners)}
    return _risks_due(replace(request, measures=measures, parties=parties))


def _risks_due(request: Request) -> Request:
    due = review.risks_due(request.measures)
    return _values(request, risks_due=due.isoformat() if due else None)


def _settled(request: Request, entry: Entry) -> Request:
    """Note with each decision the code of its request, or why there is none."""
    opened = entry.fields.get("opened", {})
    measures = list(request.measures)
    for number in entry.fields["decision_numbers"]:
        result = opened.get(str(number)) or entry.fields.get("reason", "")
        measures[number - 1] = replace(measures[number - 1], result=result)
    return replace(request, measures=tuple(measures))


def _risk_updated(request: Request, entry: Entry) -> Request:
    measures = list(request.measures)
    for number in entry.fields["decision_numbers"]:
        measures[number - 1] = replace(
            measures[number - 1],
            done_on=date.fromisoformat(entry.fields["actual_date"]),
            result=entry.fields.get("result", ""),
        )
    return _risks_due(replace(request, measures=tuple(measures)))


_EFFECTS: dict[tuple[Act, str], Fold] = {
    (Act.REPORT, ""): _reported,
    (Act.REPORT, "handled"): _handled,
    (Act.PASS_UP, ""): _passed_up,
    (Act.TRANSFER, ""): _transferred,
    (Act.DECIDE_DISPOSITION, "work"): _given_to_performer,
    (Act.CONFIRM_REPEAT, "yes"): _repeat_confirmed,
    (Act.CONFIRM_REPEAT, "no"): _repeat_denied,
    (Act.DECIDE_NEED, "yes"): _submitted_by,
    (Act.DIRECT, "assign"): _assigned,
    (Act.DIRECT, "implement"): _implementing,
    (Act.PROPOSE_SOLUTION, ""): _proposed,
    (Act.APPROVE_SOLUTION, "yes"): _implementing,
    (Act.PLAN_WORK, ""): _planned,
    (Act.REQUEST_CHANGE, ""): _change_asked,
    (Act.DECIDE_CHANGE, "grant"): _change_granted,
    (Act.DECIDE_CHANGE, "refuse"): _change_refused,
    (Act.REPORT_COMPLETION, "*"): _completed,
    (Act.VERIFY, "not_done"): _failed,
    (Act.VERIFY, "incomplete"): _failed,
    (Act.VERIFY, "not_effective"): _failed,
    (Act.FOLLOW_UP, ""): _followed_up,
    (Act.OPEN_FROM_REVIEW, "open"): _opened_by_board,
    (Act.OPEN_FROM_OBJECTIVE, "*"): _opened_by_board,
    (Act.REASSIGN, ""): _reassigned,
    (Act.EXTEND, ""): _extended,
    (Act.MERGE, ""): _merged,
    (Act.NAME_DRAFTER, ""): _drafter_named,
    (Act.APPROVE_AMENDMENT, "no"): _plan_kept,
    (Act.PLAN_REVIEW, "*"): _review_planned,
    (Act.CANCEL_REVIEW, ""): _review_cancelled,
    (Act.DRAFT_MINUTES, ""): _decided,
    (Act.RECEIVE_MINUTES, ""): _decided,
    (Act.COMPLETE_MINUTES, ""): _decided,
    (Act.DRAFT_NOTICE, ""): _decided,
    (Act.SETTLE_DECISION, "*"): _settled,
    (Act.UPDATE_RISK, ""): _risk_updated,
}
