"""Runs the table: who may do what now, what an entry makes of a request, who owes what by when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from mailflow.procedure import folds, objective_people, objectives, review
from mailflow.procedure.calendar import Calendar, month_after
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.steps import STEPS, WAITS
from mailflow.procedure.table import Step, Wait, When
from mailflow.procedure.targets import quarter_end
from mailflow.procedure.terms import ISO_BOARD, ROSTER_ROLES, Act, Kind, Role, Section


@dataclass(frozen=True)
class World:
    """All that a judgement needs besides the request: people, working days, limits, the moment.

    `roster` is the one in force `today`, `everyone` also names the people of other days; `limits`
    gives working days by the names in WAITS;
    `same_person` is warn or refuse, for one who would confirm their own work. `input_owners`
    says whom the agency named for inputs of a review: a role, a person id or `unit:<name>`.
    """

    roster: Roster
    calendar: Calendar
    limits: dict[str, int]
    now: datetime
    today: date
    long_work_days: int = 31
    same_person: str = "warn"
    everyone: Roster = Roster()
    input_owners: Mapping[Section, str] = field(default_factory=dict)
    _possible: dict[tuple[int, str], tuple[Request, tuple[Step, ...]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )


@dataclass(frozen=True)
class Owed:
    """An act owed: by these person ids, by this day; `internal` marks the agency's own limit."""

    wait: Wait
    people: tuple[str, ...]
    due: date | None
    internal: bool


def advance(request: Request | None, entry: Entry) -> Request:
    """Apply one journal entry; pure, no checks, so that replaying gives the same request."""
    return folds.opened(entry) if request is None else folds.continued(request, entry)


def replay(entries: Sequence[Entry]) -> Request:
    """Rebuild a request from its entries, oldest first. Raises ValueError on no entries."""
    request: Request | None = None
    for entry in entries:
        request = advance(request, entry)
    if request is None:
        raise ValueError("a request has at least the entry that opened it")
    return request


def holds(request: Request, when: When, world: World) -> bool:
    """Judge a condition of STEPS or WAITS on a request as it is now."""
    deadline = request.day("deadline")
    if when is When.DEADLINE_REACHED:
        return deadline is not None and world.today >= deadline
    if when is When.LONG_WORK:
        return _runs_long(request, deadline, world)
    if when is When.QUARTER_DUE:
        return objectives.quarter_owed(request, world.today) > 0
    if when is When.NOT_MET_LEFT:
        return bool(objectives.not_met(request))
    if when in _OF_REVIEW:
        return _OF_REVIEW[when](request, world)
    return {
        When.ALWAYS: True,
        When.CHANGE_PENDING: request.pending_change is not None,
        When.NO_CHANGE_PENDING: request.pending_change is None,
        When.NOT_PLANNED: Act.PLAN_WORK not in request.marks,
    }[when]


def _comments_open(request: Request, world: World) -> bool:
    """Members have until the day set, or until the last of them has said something (5.8.2.2)."""
    until = request.day("comments_due")
    open_still = until is None or world.today <= until
    return open_still and bool(_owing_of(Act.COMMENT_REPORT, request, world.roster))


def _invitations_open(request: Request, world: World) -> bool:
    meeting = request.day("meeting_on")
    coming = meeting is None or world.today <= meeting
    return coming and bool(_owing_of(Act.ANSWER_INVITATION, request, world.roster))


_OF_REVIEW: dict[When, Callable[[Request, World], bool]] = {
    When.INVITATIONS_OPEN: _invitations_open,
    When.INPUTS_LEFT: lambda request, _: bool(review.inputs_left(request)),
    When.NOTHING_LACKING: lambda request, _: not review.lacking(request),
    When.SOMETHING_LACKING: lambda request, _: bool(review.lacking(request)),
    When.COMMENTS_OPEN: _comments_open,
    When.COMMENTS_IN: lambda request, world: not _comments_open(request, world),
    When.DECISIONS_LEFT: lambda request, _: bool(review.decisions_left(request)),
    When.RISKS_LEFT: lambda request, _: bool(review.risks_left(request)),
}


def _runs_long(request: Request, deadline: date | None, world: World) -> bool:
    start = request.implementing_since
    if deadline is None or start is None:
        return False
    return (deadline - start.astimezone(world.now.tzinfo).date()).days > world.long_work_days


def people_for(role: Role, request: Request | None, roster: Roster) -> tuple[str, ...]:
    """List the person ids who hold a role for this request, in order, each once.

    Of the agency's own matters (no unit) every unit's head is one. While there is no ISO lead or
    no secretary, the agency head answers for them.
    """
    if role is Role.STAFF:
        return tuple(p.id for p in roster.people)
    if request is not None and role not in ROSTER_ROLES:
        return _of_request(role, request, roster)
    if request is not None and request.unit and role is Role.UNIT_HEAD:
        head = roster.head_of(request.unit)
        return (head.id,) if head else ()
    if role in {Role.ISO_LEAD, Role.ISO_SECRETARY} and not roster.holders(role):
        role = Role.AGENCY_HEAD
    return tuple(p.id for p in roster.holders(role))


def _of_request(role: Role, request: Request, roster: Roster) -> tuple[str, ...]:
    if role in objective_people.ROLES:
        return objective_people.people_for(role, request, roster)
    if role is Role.VERIFIER:
        return tuple(p.id for p in roster.holders(Role.AGENCY_HEAD))
    if role is Role.IMPLEMENTER_HEAD:
        implementers = map(roster.person, people_for(Role.IMPLEMENTER, request, roster))
        heads = (roster.head_of(p.unit) for p in implementers if p)
        return tuple(dict.fromkeys(head.id for head in heads if head))
    if role is Role.PARTY:
        return _parties(request, roster)
    if role is Role.COMMENTER:
        return _holding(roster, Role.AGENCY_HEAD, Role.ISO_MEMBER)
    named = roster.answering(request.parties.get(role, ()))
    return named or _fallback(role, request, roster)


def _holding(roster: Roster, *roles: Role) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.id for role in roles for p in roster.holders(role)))


_IN_PLACE = {
    Role.CHAIR: Role.AGENCY_HEAD,
    Role.MEETING_SECRETARY: Role.ISO_SECRETARY,
    Role.INPUT_OWNER: Role.ISO_SECRETARY,
    Role.RISK_OWNER: Role.ISO_SECRETARY,
    Role.PARTICIPANT: Role.AGENCY_HEAD,
}
"""Who answers in a review where nobody is named, or nobody of those named is left."""


def _fallback(role: Role, request: Request, roster: Roster) -> tuple[str, ...]:
    """Who answers while nobody is named, or nobody of those named is left on the roster.

    The unit's head, without one the agency head: an act owed is never owed by nobody.
    """
    if role in _IN_PLACE:
        return people_for(_IN_PLACE[role], request, roster)
    unnamed = role in {Role.DECIDER, Role.CHECKER, Role.SUBMITTER}
    owing = {wait.who for wait in WAITS} & set(request.parties)
    if not unnamed and role not in owing:
        return ()
    decider = roster.answering(request.parties.get(Role.DECIDER, ()))
    if role is Role.SUBMITTER and decider:
        return decider
    return people_for(Role.UNIT_HEAD, request, roster) or people_for(
        Role.AGENCY_HEAD, request, roster
    )


def _parties(request: Request, roster: Roster) -> tuple[str, ...]:
    roles = [*request.parties, Role.DECIDER, Role.UNIT_HEAD, Role.AGENCY_HEAD, *ISO_BOARD]
    roles += [Role.BOUND] if request.kind is Kind.OBJECTIVES else []
    return tuple(dict.fromkeys(p for role in roles for p in people_for(role, request, roster)))


def entitled(step: Step, request: Request | None, person: str, world: World) -> Role | None:
    """Name the role by which a person may do a step, themselves or as a stand-in; else None.

    Nobody ("") is the program.
    """
    return _entitled(
        step, lambda role, answer: holders_of(role, answer, request, world.roster), person, world
    )


def _entitled(
    step: Step, holding: Callable[[Role, str], tuple[str, ...]], person: str, world: World
) -> Role | None:
    if not person:
        return Role.PROGRAM if Role.PROGRAM in step.who else None
    for role in step.who:
        holders = holding(role, step.answer if role is Role.INPUT_OWNER else "")
        if person in holders:
            return role
        if any(s.who == person for s in world.roster.standing_in(step.act, holders)):
            return role
    return None


def holders_of(role: Role, answer: str, request: Request | None, roster: Roster) -> tuple[str, ...]:
    """List who holds a role for one answer: each input of a review has an owner of its own."""
    if role is Role.INPUT_OWNER and request is not None:
        return review.input_owners(request, Section(answer), roster)
    return people_for(role, request, roster)


def able(
    steps: Iterable[Step], request: Request | None, person: str, world: World
) -> tuple[Step, ...]:
    """List those of the steps that a person may do, themselves or as a stand-in."""
    holding = cache(lambda role, answer: holders_of(role, answer, request, world.roster))
    return tuple(step for step in steps if _entitled(step, holding, person, world))


def steps_now(request: Request, world: World) -> tuple[Step, ...]:
    """List the steps that lead on from where a request stands, whoever may take them."""
    return tuple(
        step
        for step in STEPS
        if step.sources is not None
        and request.state in step.sources
        and request.kind in step.kinds
        and holds(request, step.when, world)
    )


def possible(request: Request, person: str, world: World) -> tuple[Step, ...]:
    """List the steps a person may take on a request now; found once for the same three."""
    known = world._possible.get((id(request), person))
    if known is None:
        known = request, able(steps_now(request, world), request, person, world)
        world._possible[id(request), person] = known
    return known[1]


def owed(request: Request, world: World) -> tuple[Owed, ...]:
    """List what is owed on a request now: reminders, digests and asks read only this."""
    waits = (
        wait
        for wait in WAITS
        if wait.state is request.state
        and request.kind in wait.kinds
        and holds(request, wait.when, world)
    )
    return tuple(_owed(request, wait, world) for wait in waits)


def _owed(request: Request, wait: Wait, world: World) -> Owed:
    people = _owing_of(wait.act, request, world.roster)
    if people is None:
        people = people_for(wait.who, request, world.roster)
    return Owed(wait, people, due(request, wait, world), bool(wait.limit) and wait.limit != "month")


def _owing_of(act: Act, request: Request, roster: Roster) -> tuple[str, ...] | None:
    """List who of several has not done their own part of an act yet; None where all owe it."""
    if act is Act.REPORT_COMPLETION:
        people = people_for(Role.IMPLEMENTER, request, roster)
        return _with_work_left(request, people, roster)
    if act is Act.GIVE_INPUT:
        return review.owning_left(request, roster)
    if act is Act.ANSWER_INVITATION:
        answered = review.attendance(request)
        invited = people_for(Role.PARTICIPANT, request, roster)
        return tuple(p for p in invited if p not in answered)
    if act is Act.COMMENT_REPORT:
        return review.silent(request, people_for(Role.COMMENTER, request, roster))
    if act is Act.UPDATE_RISK:
        owners = people_for(Role.RISK_OWNER, request, roster)
        left = tuple(p for p in owners if review.risks_of(request, p, roster))
        return left or owners
    return None


def _with_work_left(request: Request, people: tuple[str, ...], roster: Roster) -> tuple[str, ...]:
    left = {p for m in request.measures if not m.done_on for p in roster.answering(m.who)}
    return tuple(p for p in people if p in left) or people


def due(request: Request, wait: Wait, world: World) -> date | None:
    """Compute the day an act is owed by; None when the date it depends on was never given.

    With both a limit and a date field, the later of the two; once the deadline has come, the
    limit runs from the deadline.
    """
    fixed = request.day(wait.on) if wait.on else None
    if not wait.limit:
        return fixed
    if wait.limit == "month":
        return _month_due(request, world)
    if wait.limit == "quarter":
        return _quarter_due(request, world)
    if wait.when is When.DEADLINE_REACHED and fixed:
        return world.calendar.after(fixed, world.limits[wait.limit])
    within = world.calendar.after(_started(request, wait, world), world.limits[wait.limit])
    return max(within, fixed) if fixed else within


def _started(request: Request, wait: Wait, world: World) -> date:
    moment = request.since
    if wait.when is When.CHANGE_PENDING and request.pending_change:
        moment = request.pending_change.at
    return moment.astimezone(world.now.tzinfo).date()


def _month_due(request: Request, world: World) -> date | None:
    last = request.marks.get(Act.REPORT_PROGRESS) or request.implementing_since
    deadline = request.day("deadline")
    if last is None or deadline is None:
        return None
    return min(month_after(last.astimezone(world.now.tzinfo).date()), deadline)


def _quarter_due(request: Request, world: World) -> date:
    over = quarter_end(
        objectives.year_of(request), objectives.quarter_owed(request, world.today) or 1
    )
    return world.calendar.after(over, world.limits["quarter"])


def told(step: Step, before: Request | None, after: Request, world: World) -> tuple[str, ...]:
    """List who hears of an act: the step's roles before and after it, whoever now owes an act.

    A moved deadline is told to the agency head as well (5.5).
    """
    roles = set(step.tell) | _told_of_deadline(before, after)
    stages = [r for r in (before, after) if r is not None]
    hearing = [p for r in stages for role in roles for p in people_for(role, r, world.roster)]
    owing = [p for key, p in _owing(after, world) if (key, p) not in _known(before, after, world)]
    return tuple(dict.fromkeys([*sorted(hearing), *owing]))


def _told_of_deadline(before: Request | None, after: Request) -> set[Role]:
    moved = before is not None and before.values.get("deadline") not in (
        None,
        after.values.get("deadline"),
    )
    return {Role.AGENCY_HEAD} if moved else set()


def _owing(request: Request, world: World) -> list[tuple[Wait, str]]:
    return [(item.wait, person) for item in owed(request, world) for person in item.people]


def _known(before: Request | None, after: Request, world: World) -> set[tuple[Wait, str]]:
    """Who has heard already: a state entered anew is asked for anew."""
    if before is None or before.since != after.since:
        return set()
    return set(_owing(before, world))


def with_stand_ins(people: Sequence[str], act: Act, roster: Roster) -> tuple[str, ...]:
    """Add to people those who stand in for them for an act today."""
    stand_ins = (s.who for s in roster.standing_in(act, people))
    return tuple(dict.fromkeys([*people, *stand_ins]))
