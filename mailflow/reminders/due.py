"""What the calendar makes due: a verification (5.6), a quarter's actual values (5.9)."""

from mailflow.actions import glance, notices, words
from mailflow.actions.context import Context, Row
from mailflow.actions.house import House
from mailflow.actions.request_form import form
from mailflow.procedure import machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Request
from mailflow.procedure.table import When
from mailflow.procedure.terms import Act, Role


def deadline_come(request: Request, world: World) -> bool:
    """Say whether a verification is owed because the deadline has come without completion."""
    return any(item.wait.when is When.DEADLINE_REACHED for item in machine.owed(request, world))


def deadline_notices(house: House, request: Request, world: World) -> list[Context]:
    """Write to whoever verifies, with the form, and to the implementers, who are told."""
    verify = next(o for o in machine.owed(request, world) if o.wait.act is Act.VERIFY)
    verifiers = glance.answering(verify, world)
    implementers = machine.people_for(Role.IMPLEMENTER, request, world.roster)
    told = dict.fromkeys([*verifiers, *implementers])
    people = [p for p in map(world.roster.person, told) if p]
    return [_notice(house, request, person.id, world) for person in people]


def _notice(house: House, request: Request, person_id: str, world: World) -> Context:
    person = world.roster.person(person_id)
    if person is None:
        raise LookupError(person_id)
    document = notices.context(house, "deadline_reached", notices.recipient(person))
    document["request"] = glance.request_glance(request, world)
    document["details"] = _standing(request, world)
    owed = glance.asks_for(person_id, request, world, house)
    document["asks"] = [ask for ask in owed if ask["act"] == Act.VERIFY]
    document["attachments"] = [form(request)]
    return document


def _standing(request: Request, world: World) -> list[Row]:
    """The last progress report and a change still pending, as the verifier should know."""
    last = next((e for e in reversed(request.entries) if e.act is Act.REPORT_PROGRESS), None)
    rows = words.rows(last.fields, world.everyone) if last else []
    if request.pending_change:
        asked = words.rows(request.pending_change.fields, world.everyone)
        rows += [Row(label=f"Đề nghị đang chờ - {r['label']}", value=r["value"]) for r in asked]
    return rows


def quarter_notices(house: House, request: Request, world: World) -> list[Context]:
    """Ask whoever owes a quarter's actual values for them, with the plan (5.9: được theo dõi)."""
    owed = [o for o in machine.owed(request, world) if o.wait.when is When.QUARTER_DUE]
    people = dict.fromkeys(p for item in owed for p in glance.answering(item, world))
    found = (world.roster.person(person) for person in people)
    return [_quarterly(house, request, person, world) for person in found if person]


def _quarterly(house: House, request: Request, person: Person, world: World) -> Context:
    document = notices.context(house, "quarter_due", notices.recipient(person))
    document["request"] = glance.request_glance(request, world)
    owed = glance.asks_for(person.id, request, world, house)
    document["asks"] = [ask for ask in owed if ask["act"] == Act.RECORD_ACTUALS]
    document["attachments"] = [*notices.papers(request, house)]
    return document
