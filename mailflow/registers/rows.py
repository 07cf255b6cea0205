"""Carries out what a keeper typed: one unit of work, the same door as a letter."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailflow.actions import notices
from mailflow.actions.execute import Result, execute
from mailflow.errors import failpoint
from mailflow.procedure import judge
from mailflow.procedure.numbering import line_code
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Command, Entry, Missing, Refused, Request, Via
from mailflow.record import Work
from mailflow.registers import edits, holding, lines, objective_edits
from mailflow.registers.case import Case
from mailflow.registers.cells import to_json
from mailflow.registers.columns import NOTE, REQUESTS, Sheet
from mailflow.registers.edits import Denied, Desk, Doing, Lacking, Understood, Waiting
from mailflow.registers.holding import Wish
from mailflow.registers.lines import Line
from mailflow.registers.objective_columns import OBJECTIVES
from mailflow.registers.rules import columns_for
from mailflow.registers.typed import RowEdit
from workbook_sync.merge import Clash
from workbook_sync.values import Value


@dataclass
class RowDone:
    """What became of an edit: its code, the acts done, what is to be told, what stays as typed.

    `drafts` and `taken` name parts of what was typed, `codes` are those of rows that had none.
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
    codes: dict[int, str] = field(default_factory=dict)


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


def was_taken(request: Request, clash: Clash, case: Case, sheet: Sheet, generation: int) -> bool:
    """Say whether what stands in a cell was taken up already, before the file was written."""
    prefix = _prefix(case.register_id, generation)
    return any(
        entry.via.kind == "register"
        and entry.via.id.startswith(prefix)
        and _SAYS[sheet.key](entry, clash, case.world.roster)
        for entry in request.entries
    )


_SAYS: Mapping[str, Callable[[Entry, Clash, Roster], bool]] = {
    REQUESTS.key: edits.says,
    OBJECTIVES.key: objective_edits.says,
}
"""Whether an act was made from what stands in a cell."""


def carry_out(case: Case, edit: RowEdit, generation: int) -> RowDone:
    """Do what an edit asks for, act by act, each done or refused for itself; store the notices."""
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
    """Do what an edit asks for inside a unit of work; what became of it is added to `done`."""
    left = dict(edit.typed)
    while left.keys() - {NOTE}:
        understood = _understood(work, edit.sheet, done.code, left, desk)
        _settle(case, work, replace(edit, typed=left), understood, done, generation)
        if not done.code:
            return
        for header in set(understood.columns) - {NOTE}:
            left.pop(header, None)


def _understood(
    work: Work, sheet: Sheet, code: str | None, typed: Mapping[str, Value], desk: Desk
) -> Understood:
    opening, understanding = _READERS[sheet.key]
    if not code:
        return opening(typed, desk)
    request = work.requests.load(code)
    if request is None:
        key = sheet.says("disposed")
        return Denied(tuple(h for h in typed if h != NOTE), "register", key)
    return understanding(request, typed, desk)


_READERS: Mapping[
    str,
    tuple[
        Callable[[Mapping[str, Value], Desk], Understood],
        Callable[[Request, Mapping[str, Value], Desk], Understood],
    ],
] = {
    REQUESTS.key: (edits.new_report, edits.understand),
    OBJECTIVES.key: (objective_edits.without_plan, objective_edits.understand),
}
"""How an edit without a code, and one of a request or matter, is understood."""


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
        for row, code, columns, typed in _cells(edit, understood.columns, done):
            found = replace(understood, columns=columns)
            said = lines.denied(row, code, found, typed, case.house, case.world)
            done.lines.append(_standing(said))


def _cells(
    edit: RowEdit, names: Collection[str], done: RowDone
) -> Iterator[tuple[int, str, tuple[str, ...], dict[str, Value]]]:
    """Give for each row: its number, its code, the columns meant and what was typed into them."""
    for row, code, headers in edit.by_row(names, done.code):
        typed = {header: edit.typed.get(name) for header, name in headers.items()}
        yield row, code, tuple(headers), typed


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
        done.codes |= _given(edit, doing, results[0])


def _given(edit: RowEdit, doing: Doing, result: Result) -> dict[int, str]:
    """Give the codes that rows got by an act."""
    if edit.sheet is REQUESTS:
        return {} if edit.code else {edit.row: result.code or ""}
    items = result.entry.fields["objectives"] if doing.new and result.entry else ()
    added = items[len(items) - len(doing.new) :]
    pairs = zip(doing.new, added, strict=True)
    return {edit.rows[key]: line_code(result.code or "", item["no"]) for key, item in pairs}


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
    """Tell why an act was not done; where one line of a plan is at fault all of it stays typed."""
    if isinstance(problem, Missing):
        missing = _COLUMNS_FOR[edit.sheet.key](found.command, problem.fields)
        _leave(edit, Lacking(found.command.act, found.columns, missing), done)
    else:
        mended = "line" in problem.details
        for row, code, columns, typed in _cells(edit, found.columns, done):
            said = lines.refused(row, code, columns, typed, problem, case.house)
            done.lines.append(replace(said, once=True) if mended else _standing(said))
        done.drafts.update(found.columns if mended else ())


_COLUMNS_FOR: Mapping[str, Callable[[Command, Iterable[str]], tuple[str, ...]]] = {
    REQUESTS.key: columns_for,
    OBJECTIVES.key: objective_edits.columns_for,
}


def _hold(
    case: Case, work: Work, edit: RowEdit, waiting: Waiting, done: RowDone, generation: int
) -> None:
    """Hold what somebody else is to confirm; what would be refused anyway is refused now."""
    judged = judge.judge(work.requests.load(done.code), waiting.command, case.world)
    if not isinstance(judged, judge.Judged):
        _stop(case, edit, waiting, judged, done)
        return
    wish = Wish(done.code, waiting.command, {h: edit.typed[h] for h in waiting.columns})
    cells = list(_cells(edit, waiting.columns, done))
    wishes = [(row, replace(wish, code=code, typed=typed)) for row, code, _, typed in cells]
    if case.is_copy:
        done.lines += [lines.belongs(row, one, waiting.person.name) for row, one in wishes]
        return
    standing, key = holding.hold(work, case, wish, waiting.person, generation)
    done.held.add(key)
    name = waiting.person.name
    done.lines += [_standing(lines.waiting(standing, row, one, name)) for row, one in wishes]
    if standing == holding.HELD:
        done.drafts.update(waiting.columns)


def _leave(edit: RowEdit, found: Lacking, done: RowDone) -> None:
    for row, code, columns, typed in _cells(edit, found.columns, done):
        done.lines.append(lines.lacking(row, code, replace(found, columns=columns), typed))
    done.drafts.update(found.columns)


def _standing(said: Line) -> Line:
    """A new row that is refused stays as it was typed: it is told once."""
    return said if said.code else replace(said, once=True)
