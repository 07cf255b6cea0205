"""Which entry gives each part of the form its current answer."""

from collections.abc import Callable
from dataclasses import dataclass

from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act, State


@dataclass(frozen=True)
class Current:
    """The entry behind each part, None where nobody has answered yet.

    An answer to something said again is no longer current: a new proposal awaits a new approval.
    """

    opening: Entry
    disposition: Entry | None
    correction: Entry | None
    check: Entry | None
    need: Entry | None
    sent: Entry | None
    present: Entry | None
    direct: Entry | None
    proposal: Entry | None
    approval: Entry | None
    plan: Entry | None
    verify: Entry | None
    close: Entry | None

    def entries(self) -> tuple[Entry, ...]:
        """List the entries whose words the form shows in their own places."""
        found = (value for name, value in vars(self).items() if name != "sent")
        return tuple(value for value in found if value is not None)


def current(request: Request) -> Current:
    """Find the current entries of a request, which has at least the one that opened it."""
    correction = _last(request, lambda e: e.act is Act.REPORT_CORRECTION or e.answer == "handled")
    proposal = _last(request, _proposes)
    return Current(
        opening=request.entries[0],
        disposition=_last(request, lambda e: e.act is Act.DECIDE_DISPOSITION),
        correction=correction,
        check=_last(request, lambda e: e.act is Act.CHECK_CORRECTION, correction),
        need=_last(request, _says_needed_or_not),
        sent=_last(request, _sends_up),
        present=_last(request, lambda e: e.act is Act.PRESENT),
        direct=_last(request, lambda e: e.act is Act.DIRECT),
        proposal=proposal,
        approval=_last(request, _approves, proposal),
        plan=_last(request, lambda e: e.act is Act.PLAN_WORK),
        verify=_last(request, lambda e: e.act is Act.VERIFY),
        close=_last(request, lambda e: (e.act, e.answer) == (Act.CLOSE, "yes")),
    )


def _last(
    request: Request, fits: Callable[[Entry], bool], since: Entry | None = None
) -> Entry | None:
    """Find the newest entry that fits and does not lie before `since`."""
    for entry in reversed(request.entries):
        if fits(entry):
            return entry
        if entry is since:
            return None
    return None


def _says_needed_or_not(entry: Entry) -> bool:
    """A unit's objective not met is the first of 5.2.2's signs: opening says it is needed (5.9)."""
    by_objective = (entry.act, entry.answer) == (Act.OPEN_FROM_OBJECTIVE, "unit")
    return entry.act is Act.DECIDE_NEED or by_objective


def _sends_up(entry: Entry) -> bool:
    """Say whether an act brought the request to the ISO secretary, or past them to the lead."""
    opened = entry.source is None and entry.target is State.PRESENTED
    return entry.target is State.SUBMITTED or opened


def _proposes(entry: Entry) -> bool:
    """A follow-up brings the failed request's solution along (5.7)."""
    carried = entry.act is Act.FOLLOW_UP and bool(entry.fields.get("measures"))
    return entry.act is Act.PROPOSE_SOLUTION or carried


def _approves(entry: Entry) -> bool:
    """The agency head's word to go on with a failed request's measures approves them (5.7)."""
    go_on = (entry.act, entry.answer) == (Act.DIRECT, "implement")
    return entry.act is Act.APPROVE_SOLUTION or go_on
