"""The one door: a command from a letter, a register or the console is executed here only."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from mailflow.actions import compiled, objectives, reviews
from mailflow.actions.house import House
from mailflow.forms import minutes
from mailflow.procedure import judge, machine, numbering
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Entry, Json, Missing, Refused, Request, Via
from mailflow.procedure.table import Step
from mailflow.procedure.terms import REQUESTS, Act, Kind, Role, State
from mailflow.record import Work

Outcome = Literal["done", "asked", "refused", "held"]


@dataclass(frozen=True)
class Result:
    """What became of one command: done with entry and step, or the problem that stopped it."""

    command: Command
    outcome: Outcome
    code: str | None
    before: Request | None = None
    after: Request | None = None
    step: Step | None = None
    entry: Entry | None = None
    problem: Refused | Missing | None = None


def execute(work: Work, house: House, command: Command, world: World) -> tuple[Result, ...]:
    """Execute one command inside a savepoint of the caller's unit of work.

    The first result is the command's own; then come those of what follows at once: the follow-up
    of a failed verification (5.7), the requests opened from decisions of a review (5.8.1.2) or
    for objectives not met (5.9), and the end of what nothing is left of. A command that is refused
    or incomplete changes nothing. Raises Unseen when a paper is to be compiled and nobody looked
    into the consolidated register first.
    """
    before = work.requests.load(command.request) if command.request else None
    refusal = refused_by_record(work, before, command)
    if refusal:
        return (_stopped(command, refusal),)
    judged = judge.judge(before, command, world)
    if not isinstance(judged, judge.Judged):
        return (_stopped(command, judged),)
    problem = _cannot_follow(judged.entry, before, command, world)
    if problem:
        return (_stopped(command, problem),)
    with work.savepoint():
        return _carry_out(work, house, command, judged, before, world)


def _stopped(command: Command, problem: Refused | Missing) -> Result:
    outcome: Outcome = "asked" if isinstance(problem, Missing) else "refused"
    return Result(command, outcome, command.request, problem=problem)


def refused_by_record(work: Work, before: Request | None, command: Command) -> Refused | None:
    """Refuse what only the record can tell: codes that name no request, or an ended one."""
    if command.request and before is None:
        return Refused("no_such_request", "", {"code": command.request})
    if command.act is Act.MERGE:
        return _merge_target(work, command.fields.get("into"))
    if command.act is Act.CONFIRM_REPEAT:
        return _earlier(work, before, command.fields.get("earlier") or ())
    return None


def _merge_target(work: Work, code: Json) -> Refused | None:
    target = work.requests.load(code) if code else None
    if code and target is None:
        return Refused("merge_into_unknown", "", {"code": code})
    if target and target.ended:
        return Refused("merge_into_ended", "", {"code": code})
    return None


def _earlier(work: Work, before: Request | None, codes: Json) -> Refused | None:
    """Requests repeated are on the same form, of the same unit, and were opened before (5.2.2)."""
    for code in codes:
        record = work.requests.load(code)
        if record is None or before is None or not _precedes(record, before):
            return Refused("unknown_earlier", "5.2.2", {"code": code})
    return None


def _precedes(record: Request, before: Request) -> bool:
    same = record.unit == before.unit and record.kind in REQUESTS
    return same and (record.year, record.seq) < (before.year, before.seq)


def _carry_out(
    work: Work,
    house: House,
    command: Command,
    judged: judge.Judged,
    before: Request | None,
    world: World,
) -> tuple[Result, ...]:
    entry = judged.entry
    successor = None
    if before is None:
        entry = _numbered(work, house, entry, world)
    elif entry.target is State.FAILED:
        successor = _next(work, house, before.kind, world)
        entry = replace(entry, fields={**entry.fields, "successor": successor[0]})
    entry = _with_record(work, house, entry, before, world)
    opened = _opened(work, house, entry, before, command, world)
    if opened:
        codes = {str(number): result.code for number, result in opened}
        entry = replace(entry, fields={**entry.fields, "opened": codes})
    after = _keep(work, before, entry, world)
    done = Result(command, "done", after.code, before, after, judged.step, entry)
    if successor is not None:
        return (done, _follow_up(work, after, entry, successor, world))
    return (done, *(result for _, result in opened), *_ended(work, house, after, world))


def _with_record(
    work: Work, house: House, entry: Entry, before: Request | None, world: World
) -> Entry:
    """Add what only the record knows: figures for a review, what stands in minutes received."""
    if before is None or not compiled.compiles(entry, before):
        return entry
    more: dict[str, Json] = {"compiled": compiled.compiled(work, house, before, entry, world)}
    if entry.act is Act.RECEIVE_MINUTES:
        files = entry.fields.get("files") or ()
        texts = [minutes.text_of(file["name"], work.blobs.get(file["sha256"])) for file in files]
        more["found_in"] = list(minutes.dealt_with("\n".join(texts)))
    return replace(entry, fields={**entry.fields, **more})


def _openings(
    entry: Entry, before: Request | None, command: Command, world: World
) -> list[tuple[int, Command]]:
    """Give the commands that open the requests which an entry settles so, by their numbers."""
    settling = replace(command, fields=entry.fields)
    if before is not None and reviews.settles(entry):
        return list(reviews.openings(settling, before, world.everyone))
    if before is not None and objectives.settles(entry):
        return list(objectives.openings(settling, before))
    return []


def _cannot_follow(
    entry: Entry, before: Request | None, command: Command, world: World
) -> Refused | Missing | None:
    """Say why a request that has to follow from an act could not be opened."""
    found = (judge.judge(None, one, world) for _, one in _openings(entry, before, command, world))
    return next((one for one in found if not isinstance(one, judge.Judged)), None)


def _opened(
    work: Work, house: House, entry: Entry, before: Request | None, command: Command, world: World
) -> list[tuple[int, Result]]:
    """Open a request for each decision of a review (5.8.1.2) or objective not met (5.9)."""
    return [
        (number, _carried_out(work, house, one, None, world))
        for number, one in _openings(entry, before, command, world)
    ]


def _ended(work: Work, house: House, request: Request, world: World) -> tuple[Result, ...]:
    """End a review, or a year's objectives, as soon as nothing of it is left to be settled."""
    ending = reviews.ending(request) or objectives.ending(request)
    return (_carried_out(work, house, ending, request, world),) if ending else ()


def _carried_out(
    work: Work, house: House, command: Command, before: Request | None, world: World
) -> Result:
    """Carry out what follows from an act; it was judged right before."""
    judged = _sure(judge.judge(before, command, world), command)
    return _carry_out(work, house, command, judged, before, world)[0]


def _sure(judged: judge.Judged | Refused | Missing, command: Command) -> judge.Judged:
    if not isinstance(judged, judge.Judged):
        raise TypeError(f"{command.act} that follows from an act was not judged right: {judged}")
    return judged


def _keep(work: Work, before: Request | None, entry: Entry, world: World) -> Request:
    after = machine.advance(before, entry)
    work.journal.append(entry)
    work.drafts.drop(before.code if before else "", entry.act.value, entry.by)
    work.requests.save(after, waiting(after, world))
    return after


def waiting(request: Request, world: World) -> list[tuple[Act, list[str], date | None]]:
    """Say who owes which act on a request now, by which day, as its row keeps it."""
    return [(o.wait.act, list(o.people), o.due) for o in machine.owed(request, world)]


def _next(work: Work, house: House, kind: Kind, world: World) -> tuple[str, dict[str, Json]]:
    """Take the next number of a kind's series: the code, and what the opening entry says."""
    prefix, year = numbering.series(kind, house.settings.agency.code_prefix), world.today.year
    seq = work.requests.next_number(prefix, year)
    number = numbering.number(house.settings.numbering.pattern, year, seq)
    return numbering.code(prefix, year, seq), {"number": number, "year": year, "seq": seq}


def _numbered(work: Work, house: House, entry: Entry, world: World) -> Entry:
    code, numbers = _next(work, house, Kind(entry.fields["kind"]), world)
    return replace(entry, request=code, fields={**entry.fields, **numbers})


COPIED = (
    "content",
    "category",
    "sources",
    "violated",
    "file_numbers",
    "severity",
    "root_cause",
    "resources",
)


def _follow_up(
    work: Work,
    failed: Request,
    entry: Entry,
    successor: tuple[str, dict[str, Json]],
    world: World,
) -> Result:
    """Open the new request of 5.7 in the verifier's name; it awaits the agency head's word."""
    code, numbers = successor
    fields = {name: failed.values[name] for name in COPIED if failed.values.get(name)}
    fields |= numbers
    fields |= {
        "kind": Kind(failed.kind).value,
        "unit": failed.unit,
        "shortfall": entry.fields["shortfall"],
        "predecessor": failed.code,
        "measures": _left(failed),
        "parties": _carried(failed),
    }
    command = Command(
        Act.FOLLOW_UP, "", None, fields, "", Via("program", f"follow_up:{failed.code}"), "program"
    )
    judged = _sure(judge.judge(None, command, world), command)
    opening = replace(judged.entry, request=code)
    after = _keep(work, None, opening, world)
    return Result(command, "done", code, None, after, judged.step, opening)


def _carried(failed: Request) -> dict[str, list[str]]:
    kept = (Role.REPORTER, Role.DECIDER, Role.SUBMITTER, Role.ASSIGNEE, Role.IMPLEMENTER)
    return {role.value: list(failed.parties[role]) for role in kept if role in failed.parties}


def _left(failed: Request) -> list[dict[str, Json]]:
    return [
        {
            "what": measure.what,
            "who": list(measure.who),
            "with": measure.coordination,
            "by": measure.by.isoformat() if measure.by else None,
            "output": measure.output,
        }
        for measure in failed.measures
    ]
