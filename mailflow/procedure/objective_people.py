"""Who holds which part in a year's objectives (5.9): the unit's people, or those of the agency."""

from mailflow.procedure.people import Person, Roster
from mailflow.procedure.request import Request
from mailflow.procedure.terms import ISO_BOARD, Role

ROLES = frozenset(
    {
        Role.OBJECTIVES_OWNER,
        Role.DRAFTER,
        Role.PLAN_APPROVER,
        Role.EVALUATION_ACCEPTER,
        Role.OBJECTIVES_SETTLER,
        Role.BOUND,
    }
)


def people_for(role: Role, request: Request, roster: Roster) -> tuple[str, ...]:
    """List the person ids who hold a role of `ROLES`; the agency's own matter has no unit.

    Where nobody holds it the agency head answers: what is owed is never owed by nobody.
    """
    found = _holders(role, request, roster)
    if not found and role is not Role.BOUND:
        found = roster.holders(Role.AGENCY_HEAD)
    return tuple(dict.fromkeys(person.id for person in found))


def _holders(role: Role, request: Request, roster: Roster) -> tuple[Person, ...]:
    if role is Role.DRAFTER:
        named = roster.answering(request.parties.get(role, ()))
        people = tuple(p for p in map(roster.person, named) if p)
        return people or _holders(Role.OBJECTIVES_OWNER, request, roster)
    return _of_unit(role, request.unit, roster) if request.unit else _of_agency(role, roster)


def _of_unit(role: Role, unit: str, roster: Roster) -> tuple[Person, ...]:
    if role is Role.EVALUATION_ACCEPTER:
        return roster.holders(Role.ISO_SECRETARY)
    if role is Role.BOUND:
        return tuple(p for p in roster.people if p.unit == unit)
    head = roster.head_of(unit)
    return (head,) if head else ()


def _of_agency(role: Role, roster: Roster) -> tuple[Person, ...]:
    if role is Role.OBJECTIVES_OWNER:
        return roster.holders(Role.ISO_SECRETARY)
    if role is Role.OBJECTIVES_SETTLER:
        return tuple(p for one in ISO_BOARD for p in roster.holders(one))
    if role is Role.BOUND:
        return tuple(p for one in (Role.UNIT_HEAD, *ISO_BOARD) for p in roster.holders(one))
    return roster.holders(Role.AGENCY_HEAD)
