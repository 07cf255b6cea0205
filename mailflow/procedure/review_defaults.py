"""What is taken in a management review (5.8) where its secretary leaves it out."""

from collections.abc import Callable, Mapping
from datetime import date

from mailflow.procedure import review
from mailflow.procedure.machine import World, people_for
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.request import Command, Json, Request
from mailflow.procedure.terms import ISO_BOARD, ROSTER_ROLES, Act, Role, Section

LIMITS = ("inputs_before", "review_inputs", "review_comment")
"""Limits that days are counted with which a plan or an approval leaves out."""

Default = Callable[[Request | None, Command, World], dict[str, Json]]


def _of_plan(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    """Owners as the agency named them; of a meeting also chair, secretary, people and the day.

    What is due is due some working days before the meeting, or from today on.
    """
    owners = _owners(world)
    if command.answer == "report":
        due = world.calendar.after(world.today, world.limits["review_inputs"])
        return {"input_owners": owners, "inputs_due": due.isoformat()}
    hold = people_for(Role.AGENCY_HEAD, None, world.roster)
    secretary = people_for(Role.ISO_SECRETARY, None, world.roster)
    return {
        "input_owners": owners,
        "inputs_due": _before_meeting(command.fields, world),
        "chair": next(iter(hold), ""),
        "meeting_secretary": next(iter(secretary), ""),
        "participants": _usual_participants(world),
    }


def _usual_participants(world: World) -> list[str]:
    roles = (Role.AGENCY_HEAD, *ISO_BOARD, Role.UNIT_HEAD)
    return list(dict.fromkeys(p for r in roles for p in people_for(r, None, world.roster)))


def _before_meeting(fields: Mapping[str, Json], world: World) -> str:
    meeting = fields.get("meeting_on")
    if not meeting:
        return ""
    wished = world.calendar.before(date.fromisoformat(meeting), world.limits["inputs_before"])
    return max(wished, world.today).isoformat()


def _owners(world: World) -> dict[str, list[str]]:
    """Say whom each input is asked of; what the record fills is asked of nobody unless named."""
    secretary = list(people_for(Role.ISO_SECRETARY, None, world.roster))
    asked = [s for s in Section if s in world.input_owners or s not in review.FILLED]
    return {s.value: _parties(world.input_owners.get(s, ""), world) or secretary for s in asked}


def _parties(named: str, world: World) -> list[str]:
    """Turn what the agency named into people: a role, a person, a unit."""
    if named in set(ROSTER_ROLES):
        return list(people_for(Role(named), None, world.roster))
    party = named if named.startswith(UNIT_PREFIX) else named.casefold()
    return [party] if world.roster.answering([party]) else []


def _of_holding(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    return {"held_on": request.values.get("meeting_on")} if request else {}


def _of_report_approval(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    if command.answer != "yes":
        return {}
    due = world.calendar.after(world.today, world.limits["review_comment"])
    return {"comments_due": due.isoformat()}


def _of_settling(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    """Take the decision that is the only one left."""
    left = review.decisions_left(request) if request else ()
    return {"decision_numbers": list(left)} if len(left) == 1 else {}


def _of_risk(request: Request | None, command: Command, world: World) -> dict[str, Json]:
    """Take all updates that are left to whoever reports, in their own name or as a stand-in."""
    if request is None:
        return {}
    mine = review.risks_of(request, command.by, world.roster) or review.risks_left(request)
    return {"decision_numbers": list(mine), "actual_date": world.today.isoformat()}


DEFAULTS: dict[Act, Default] = {
    Act.PLAN_REVIEW: _of_plan,
    Act.HOLD_REVIEW: _of_holding,
    Act.APPROVE_REPORT: _of_report_approval,
    Act.SETTLE_DECISION: _of_settling,
    Act.UPDATE_RISK: _of_risk,
}
