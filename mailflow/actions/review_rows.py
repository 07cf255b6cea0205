"""What a mail shows of a management review: who comes, what is left, what was decided."""

from collections.abc import Iterator

from mailflow.actions import words
from mailflow.actions.context import Row
from mailflow.forms.words import names
from mailflow.procedure import labels, machine, review
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.machine import World
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Head, Role, Section, State

MEETING = ("meeting_on", "meeting_time", "place", "host_meeting", "comments_due")
BEFORE = (State.COLLECTING, State.AGENDA_SENT)
YES, NO = "yes", "no"


def rows(request: Request, world: World) -> list[Row]:
    """List what is to be known of a review."""
    known = {name: request.values[name] for name in MEETING if request.values.get(name)}
    return [*words.rows(known, world.everyone), *_more(request, world)]


def _more(request: Request, world: World) -> Iterator[Row]:
    if request.state in BEFORE:
        yield from _coming(request, world)
        left = review.inputs_left(request)
        unsent = (f"{labels.SECTION[s]} ({_owners(request, s, world)})" for s in left)
        yield Row(label="Nội dung chưa gửi", value="\n".join(unsent))
    lacking = review.lacking(request) if request.state is State.MINUTES_RECEIVED else ()
    yield Row(label="Biên bản còn thiếu", value="\n".join(FIELDS[name].label for name in lacking))
    yield Row(label="Kết luận", value="\n".join(_decisions(request, world)))


def _owners(request: Request, section: Section, world: World) -> str:
    return names(review.input_owners(request, section, world.roster), world.everyone)


def _coming(request: Request, world: World) -> Iterator[Row]:
    answers = review.attendance(request)
    invited = machine.people_for(Role.PARTICIPANT, request, world.roster)
    said = {p: answers[p].answer if p in answers else "" for p in invited}
    for label, answer in (("Sẽ dự họp", YES), ("Không dự", NO)):
        people = [p for p, was in said.items() if was == answer]
        yield Row(label=label, value=names(people, world.everyone))


def _decisions(request: Request, world: World) -> Iterator[str]:
    for number, decision in review.numbered(request, *Head):
        head = labels.HEAD[decision.head or Head.OPPORTUNITIES]
        by = f", hạn {words.day(decision.by)}" if decision.by else ""
        stands = f": {decision.result}" if decision.result else ""
        who = names(decision.who, world.everyone)
        yield f"{number}. {decision.what} ({head}; {who}{by}){stands}"
