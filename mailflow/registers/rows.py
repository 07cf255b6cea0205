"""Carries out what a keeper typed into one row: one unit of work, the same door as a letter."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailflow.actions import notices
from mailflow.actions.execute import Result, execute
from mailflow.errors import failpoint
from mailflow.procedure import judge
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Command, Entry, Missing, Refused, Request, Via
from mailflow.record import Work
from mailflow.registers import edits, holding, lines
from mailflow.registers.case import Case
from mailflow.registers.cells import read_field, to_json
from mailflow.registers.columns import NOTE
from mailflow.registers.edits import Denied, Desk, Doing, Lacking, Understood, Waiting
from mailflow.registers.holding import Wish
from mailflow.registers.lines import Line
from mailflow.registers.rules import REPORT, REPORTER, RULES, Rule, columns_for
from workbook_sync.merge import Clash
from workbook_sync.values import Value


@dataclass(frozen=True)
class RowEdit:
    """What was typed into a row: {column: value}; no `code` is a new row, `twin` counts its likes.

    A note that stands beside it belongs to `typed` as well.
    """

    row: int
    code: str
    typed: Mapping[str, Value]
    twin: int = 0


@dataclass
class RowDone:
    """What became of a row: its code, the acts done, what is to be told, columns left as typed.

    `held` are the keys of acts that wait for somebody's word; `unproven` would move a request on
    the word of a letter that nothing shows to be its sender's.
    """

    code: str
    results: list[Result] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    drafts: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    unproven: list[Command] = field(default_factory=list)


def opened_here(request: Request, register_id: str, generation: int) -> bool:
    """Say whether a row opened the request in this generation: its code may not be there yet."""
    via = request.entries[0].via
    return via.kind == "register" and via.id.startswith(_prefix(register_id, generation))


def via_of(case: Case, generation: int, edit: RowEdit) -> Via:
    """Name what is behind the acts of an edit: register, generation, hash of what was typed."""
    typed = {header: to_json(value) for header, value in sorted(edit.typed.items())}
    said = json.dumps([edit.code, typed, edit.twin], ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    return Via("register", f"{_prefix(case.register_id, generation)}{digest}")


def _prefix(register_id: str, generation: int) -> str:
    return f"{register_id}:{generation}:"


def was_taken(request: Request, clash: Clash, case: Case, generation: int) -> bool:
    """Say whether what stands in a cell was taken up already, before the file was written."""
    prefix = _prefix(case.register_id, generation)
    return any(
        entry.via.kind == "register"
        and entry.via.id.startswith(prefix)
        and _says(entry, clash.field, clash.theirs, case.world.roster)
        for entry in request.entries
    )


def _says(entry: Entry, header: str, value: Value, roster: Roster) -> bool:
    """Say whether an act was made from this value of a column; of a day only that it was there."""
    rules = (rule for rule in (*RULES, REPORT) if rule.act is entry.act)
    return any(_is_of(rule, entry, header, value, roster) for rule in rules)


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


def carry_out(case: Case, edit: RowEdit, generation: int) -> RowDone:
    """Do what a row asks for, act by act, each done or refused for itself; store the notices."""
    desk = Desk(case.keeper, via_of(case, generation, edit), case.world)
    done = RowDone(edit.code)
    with case.open_work() as work:
        work_off(case, work, edit, desk, done, generation)
        if done.results:
            notices.tell(work, case.house, done.results, case.world)
        if done.results or done.held:
            work.keep()
    failpoint("register.after_act")
    return done


def work_off(
    case: Case, work: Work, edit: RowEdit, desk: Desk, done: RowDone, generation: int
) -> None:
    """Do what a row asks for inside a unit of work; what became of it is added to `done`."""
    left = dict(edit.typed)
    while left.keys() - {NOTE}:
        understood = _understood(work, done.code, left, desk)
        _settle(case, work, replace(edit, typed=left), understood, done, generation)
        if not done.code:
            return
        for header in set(understood.columns) - {NOTE}:
            left.pop(header, None)


def _understood(work: Work, code: str | None, typed: Mapping[str, Value], desk: Desk) -> Understood:
    if not code:
        return edits.new_report(typed, desk)
    request = work.requests.load(code)
    if request is None:
        return Denied(tuple(h for h in typed if h != NOTE), "register", "disposed")
    return edits.understand(request, typed, desk)


def _settle(
    case: Case,
    work: Work,
    edit: RowEdit,
    understood: Understood,
    done: RowDone,
    generation: int,
) -> None:
    if isinstance(understood, Doing):
        _do(case, work, edit, understood, done)
    elif isinstance(understood, Lacking):
        _leave(edit, understood, done)
    elif isinstance(understood, Waiting):
        _hold(case, work, edit, understood, done, generation)
    else:
        said = lines.denied(edit.row, done.code, understood, edit.typed, case.house, case.world)
        done.lines.append(_standing(said, done))


def _do(case: Case, work: Work, edit: RowEdit, doing: Doing, done: RowDone) -> None:
    if _is_unproven(doing.command):
        _keep(case, work, edit, doing, done)
        return
    results = execute(work, case.house, doing.command, case.world)
    problem = results[0].problem
    if problem:
        _stop(case, edit, doing, problem, done)
    else:
        done.results.extend(results)
        done.taken.update(doing.columns)
        done.code = done.code or results[0].code or ""


def _is_unproven(command: Command) -> bool:
    own_report = command.act in notices.UNPROVEN and not command.entered_by
    return command.proof == "none" and not own_report


def _keep(case: Case, work: Work, edit: RowEdit, doing: Doing, done: RowDone) -> None:
    """Keep what is right but for its proof, so that its sender is asked."""
    request = work.requests.load(done.code) if done.code else None
    judged = judge.judge(request, doing.command, case.world)
    if isinstance(judged, judge.Judged):
        done.unproven.append(doing.command)
    else:
        _stop(case, edit, doing, judged, done)


def _stop(
    case: Case, edit: RowEdit, found: Doing | Waiting, problem: Missing | Refused, done: RowDone
) -> None:
    if isinstance(problem, Missing):
        missing = columns_for(found.command, problem.fields)
        _leave(edit, Lacking(found.command.act, found.columns, missing), done)
    else:
        said = lines.refused(edit.row, done.code, found.columns, edit.typed, problem, case.house)
        done.lines.append(_standing(said, done))


def _hold(
    case: Case, work: Work, edit: RowEdit, waiting: Waiting, done: RowDone, generation: int
) -> None:
    """Hold what somebody else is to confirm; what would be refused anyway is refused now."""
    judged = judge.judge(work.requests.load(done.code), waiting.command, case.world)
    if not isinstance(judged, judge.Judged):
        _stop(case, edit, waiting, judged, done)
        return
    wish = Wish(done.code, waiting.command, {h: edit.typed[h] for h in waiting.columns})
    if case.is_copy:
        done.lines.append(lines.belongs(edit.row, wish, waiting.person.name))
        return
    standing, key = holding.hold(work, case, wish, waiting.person, generation)
    done.held.add(key)
    said = lines.waiting(standing, edit.row, wish, waiting.person.name)
    done.lines.append(said)
    if standing == holding.HELD:
        done.drafts.update(waiting.columns)


def _leave(edit: RowEdit, found: Lacking, done: RowDone) -> None:
    done.lines.append(lines.lacking(edit.row, done.code, found, edit.typed))
    done.drafts.update(found.columns)


def _standing(said: Line, done: RowDone) -> Line:
    """A new row that is refused stays as it was typed: it is told once."""
    return said if done.code else replace(said, once=True)
