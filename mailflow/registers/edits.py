"""What a keeper's edit of a row becomes: an act with its fields, a question, or a refusal; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailflow.procedure import machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, Roster
from mailflow.procedure.request import Command, Entry, Json, Request, Via
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act
from mailflow.registers.cells import Unread, as_text, read_field
from mailflow.registers.columns import NOTE
from mailflow.registers.rules import REPORT, REPORTER, RULES, Row, Rule
from workbook_sync.merge import Clash
from workbook_sync.values import Value


@dataclass(frozen=True)
class Doing:
    """An act to be executed, and the columns that said it; `new` are the keys of rows it adds."""

    command: Command
    columns: tuple[str, ...]
    new: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lacking:
    """An act begun: the columns typed so far stay, those in `missing` are asked for."""

    act: Act
    columns: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Denied:
    """Columns that get their old value back; `table` and `key` name the sentence that says why.

    `table` is one of the reasons' tables or `register`; `able` are the people who may do it.
    """

    columns: tuple[str, ...]
    table: str
    key: str
    details: Mapping[str, str] = field(default_factory=dict)
    clause: str = ""
    able: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """An act of somebody else's: nothing is done before `person` says so themselves."""

    command: Command
    columns: tuple[str, ...]
    person: Person


Understood = Doing | Lacking | Denied | Waiting


@dataclass(frozen=True)
class Desk:
    """Where an edit is read: by whom, behind which mark in the journal, when.

    `proof` shows that it was them. Not `for_others`: they report in their own name only.
    """

    keeper: Person
    via: Via
    world: World
    proof: str = "keeper"
    for_others: bool = True


def new_report(typed: Row, desk: Desk) -> Understood:
    """Understand a row without a code: a report by the person in `Người phát hiện`."""
    columns = tuple(header for header in REPORT.columns if header in typed)
    missing = _blank(REPORT.needs, typed)
    if missing:
        return Lacking(REPORT.act, columns, missing)
    reporter = read_field("performer", typed[REPORTER], desk.world.roster)
    if isinstance(reporter, Unread):
        return _unread(reporter, REPORTER, columns)
    fields = _fields(REPORT, columns, typed, desk)
    if isinstance(fields, Denied):
        return fields
    entered_by = "" if reporter == desk.keeper.id else desk.keeper.id
    if entered_by and not desk.for_others:
        return Denied(columns, "register", "reporter", {"person": as_text(typed[REPORTER])})
    command = Command(REPORT.act, "", None, fields, reporter, desk.via, desk.proof, entered_by)
    return Doing(command, columns)


def understand(request: Request, typed: Row, desk: Desk) -> Understood:
    """Understand what was typed into a request's row, {column: value, None when cleared}.

    One act at a time: the one the state allows that explains the most columns. The caller takes
    its columns away and asks again. A note alone is the keeper's own and makes no act.
    """
    rule, step = _rule(request, typed, desk.world)
    if rule is None or step is None:
        return _out_of_place(request, typed)
    columns = tuple(header for header in rule.columns if header in typed)
    person = actor(rule, step, request, typed, desk)
    if person is None:
        return not_entitled(step, request, columns, desk)
    missing = _blank(rule.needs, typed)
    if missing:
        return Lacking(rule.act, columns, missing)
    fields = _fields(rule, columns, typed, desk)
    if isinstance(fields, Denied):
        return fields
    wrong = _dated(rule, columns, typed, desk)
    if wrong:
        return wrong
    return by(person, rule.act, rule.answer, request, fields, columns, desk)


def by(
    person: Person,
    act: Act,
    answer: str,
    request: Request,
    fields: Mapping[str, Json],
    columns: tuple[str, ...],
    desk: Desk,
) -> Doing | Waiting:
    """Make the command of an act: done at once when it is the keeper's own, else waiting."""
    own = person.id == desk.keeper.id
    entered_by = "" if own else desk.keeper.id
    command = Command(
        act, answer, request.code, fields, person.id, desk.via, desk.proof, entered_by
    )
    return Doing(command, columns) if own else Waiting(command, columns, person)


def not_entitled(step: Step, request: Request, columns: tuple[str, ...], desk: Desk) -> Denied:
    """Say that nobody could be found whose act this is, and who may do it."""
    people = able(step, request, desk.world)
    return Denied(columns, "refused", "not_entitled", {"act": step.act}, step.clause, people)


def actor(rule: Rule, step: Step, request: Request, typed: Row, desk: Desk) -> Person | None:
    """Find whose act it is: the one the row names as its doer, else the keeper, else who may."""
    named = typed.get(rule.signer) if rule.signer else None
    if named is None:
        return doer(step, request, desk)
    said = read_field("performer", named, desk.world.roster)
    return _entitled(step, request, [] if isinstance(said, Unread) else [said], desk)


def doer(step: Step, request: Request, desk: Desk) -> Person | None:
    """Find whose act it is where no row says so: the keeper's, else that of those who may."""
    return _entitled(step, request, [desk.keeper.id, *able(step, request, desk.world)], desk)


def _entitled(step: Step, request: Request, able: Iterable[str], desk: Desk) -> Person | None:
    entitled = (p for p in able if machine.entitled(step, request, p, desk.world))
    return next(filter(None, map(desk.world.roster.person, entitled)), None)


def _blank(headers: Iterable[str], typed: Row) -> tuple[str, ...]:
    return tuple(header for header in headers if typed.get(header) is None)


def _rule(request: Request, typed: Row, world: World) -> tuple[Rule | None, Step | None]:
    now = {(step.act, step.answer): step for step in machine.steps_now(request, world)}
    said = {header for header, value in typed.items() if value is not None} - {NOTE}
    found = [
        rule
        for rule in RULES
        if (rule.act, rule.answer) in now and rule.fits(typed) and said.intersection(rule.columns)
    ]
    best = max(found, key=lambda rule: len(said.intersection(rule.columns)), default=None)
    return best, now[best.act, best.answer] if best else None


def _out_of_place(request: Request, typed: Row) -> Denied:
    """Say of columns without an act now: too early or late for theirs, or of none at all."""
    columns = tuple(header for header in typed if header != NOTE)
    for rule in RULES:
        if _blank(rule.needs or rule.columns, typed):
            continue
        step = next(s for s in STEPS if (s.act, s.answer) == (rule.act, rule.answer))
        if step.sources and request.state not in step.sources:
            details = {"act": rule.act.value, "state": request.state.value}
            return Denied(columns, "refused", "out_of_state", details, step.clause)
    return Denied(columns, "register", "not_here")


def able(step: Step, request: Request, world: World) -> tuple[str, ...]:
    """List who may take a step today, those who stand in among them."""
    people = (p for role in step.who for p in machine.people_for(role, request, world.roster))
    return machine.with_stand_ins(tuple(people), step.act, world.roster)


def _fields(
    rule: Rule, columns: tuple[str, ...], typed: Row, desk: Desk
) -> dict[str, Json] | Denied:
    fields: dict[str, Json] = {}
    for name, header in rule.fields.items():
        if typed.get(header) is not None:
            value = read_field(name, typed[header], desk.world.roster)
            if isinstance(value, Unread):
                return _unread(value, header, columns)
            fields[name] = value
    return fields


def _unread(value: Unread, header: str, columns: tuple[str, ...]) -> Denied:
    details = {"field": header, "value": value.words}
    return Denied(columns, "asked", f"value_{value.why}", details)


def _dated(rule: Rule, columns: tuple[str, ...], typed: Row, desk: Desk) -> Denied | None:
    if not rule.dated:
        return None
    day = read_field("actual_date", typed[rule.dated], desk.world.roster)
    if isinstance(day, Unread):
        return _unread(day, rule.dated, columns)
    if day > desk.world.today.isoformat():
        return Denied(columns, "refused", "date_ahead", {"field": rule.dated, "date": day})
    return None


# --- what was taken up ---------------------------------------------------------------------------


def says(entry: Entry, clash: Clash, roster: Roster) -> bool:
    """Say whether an act was made from this value of a cell; of a day only that it was there."""
    rules = (rule for rule in (*RULES, REPORT) if rule.act is entry.act)
    return any(_is_of(rule, entry, clash.field, clash.theirs, roster) for rule in rules)


def _is_of(rule: Rule, entry: Entry, header: str, value: Value, roster: Roster) -> bool:
    if header not in rule.columns or value is None:
        return False
    if header == rule.dated:
        return True
    if rule.choice and header == rule.choice[0]:
        return rule.answer == entry.answer and rule.fits({header: value})
    if header in (rule.signer, REPORTER):
        return read_field("performer", value, roster) == entry.by
    names = (name for name, column in rule.fields.items() if column == header)
    return any(read_field(name, value, roster) == entry.fields.get(name) for name in names)
