"""A record with a year of an agency in it: a few lives played by the door, then told again.

What is told again goes into the journal in bulk, chained and sealed by the journal's own rules;
rows of requests are what their entries make of them. `mailflow record verify` finds nothing.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from mailflow.actions.execute import execute
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.home import make_home
from mailflow.procedure import machine, numbering
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Entry, Json, Request, Via
from mailflow.procedure.terms import Act, Kind
from mailflow.record import Work, journal, tables
from mailflow.record.columns import storable
from mailflow.record.requests import listed
from mailflow.settings import FILE
from mailflow.wiring import Service, open_service

BEGUN = datetime.fromisoformat("2026-01-05T08:00:00+07:00")
NOW = datetime.fromisoformat("2026-12-01T08:00:00+07:00")
VIA = Via("console", "bench")
DAYS = 300
"""Over so many days of the year the requests are spread."""

TOGETHER = 2_000
"""Requests told again in one transaction."""

PEOPLE = (
    (cast.CLERK, cast.ONE_STOP_HEAD),
    (cast.PLANNER, cast.PLANNING_HEAD),
    (cast.EXPERT, cast.EXPERT_HEAD),
    (cast.AUDITOR, cast.OFFICE_HEAD),
)
SOURCES = ("feedback", "internal_audit", "data_analysis", "process_results")
KINDS = ("corrective_action", "improvement")
Step = tuple[Person, Act, str, dict[str, Json]]


def make(home: Path, count: int) -> None:
    """Make a home with so many requests, a review to be reported on and objectives to be set."""
    clock = Moved(BEGUN)
    make_home(home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
    _add_a_units_register(home / FILE)
    service = open_service(home, clock, with_pdf=False)
    try:
        lives = [list(_played(service, clock, number)) for number in range(8)]
        _matters(service, clock)
        clock.now = NOW
        for first in range(len(lives), count, TOGETHER):
            _tell_again(service, lives, range(first, min(first + TOGETHER, count)))
    finally:
        service.close()


def _add_a_units_register(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    keeper, unit = cast.ONE_STOP_HEAD.email, cast.ONE_STOP
    own = f'[[register]]\npath = "So don vi.xlsx"\nkeeper = "{keeper}"\nunit = "{unit}"\n'
    file.write_text(text.replace("[limits]", f"{own}\n[limits]"), encoding="utf-8")


def _played(service: Service, clock: Moved, number: int) -> Iterator[Entry]:
    """Play one life by the door; gives its entries."""
    clock.now, code = BEGUN, None
    for who, act, answer, fields in _life(number):
        code = _done(service, clock, Command(act, answer, code, fields, who.id, VIA, "token"))
        clock.now += timedelta(days=2)
    with service.open_work(reading=True) as work:
        request = work.requests.load(str(code))
    yield from request.entries if request else ()


def _done(service: Service, clock: Moved, command: Command) -> str:
    world = service.house.world(clock.now)
    with service.open_work() as work:
        done = execute(work, service.house, command, world)[0]
        work.keep()
    if done.outcome != "done" or done.code is None:
        raise ValueError(f"{command.act}: {done.problem}")
    return done.code


def _life(number: int) -> list[Step]:
    """Give a life: an eighth ends at once, a quarter is carried to its close, others wait."""
    who, head = PEOPLE[number % len(PEOPLE)]
    due = (BEGUN + timedelta(days=40)).date().isoformat()
    measure = {"what": "Lập quy trình, tập huấn", "who": [who.id], "by": due, "output": "quy trình"}
    report = {
        "kind": KINDS[number // 4 % 2],
        "sources": [SOURCES[number % 4]],
        "content": "Hồ sơ trả quá hạn, công dân phải đến nhiều lần mà chưa được giải thích rõ.",
    }
    if number == 1:
        return [
            (who, Act.REPORT, "", report),
            (head, Act.DECIDE_NEED, "no", {"reason": "Đã xử lý xong"}),
        ]
    done = {"result": "Đã ban hành", "evidence": "Quy trình", "actual_date": "2026-01-15"}
    acts: list[Step] = [
        (who, Act.REPORT, "", report),
        (head, Act.DECIDE_NEED, "yes", {"signs": ["recurring"]}),
        (cast.SECRETARY, Act.PRESENT, "", {}),
        (cast.LEAD, Act.DIRECT, "assign", {"direction": "Làm rõ", "assignees": [who.id],
                                           "analysis_due": due}),
        (who, Act.PROPOSE_SOLUTION, "", {"root_cause": "Thiếu người trực thay",
                                         "measures": [measure], "resources": "không"}),
        (cast.LEAD, Act.APPROVE_SOLUTION, "yes", {}),
        (who, Act.REPORT_COMPLETION, "all", done),
        (cast.HEAD, Act.VERIFY, "effective", {"evidence_seen": "Quy trình đã dùng"}),
        (cast.SECRETARY, Act.CLOSE, "yes", {"closing_evidence": "Quy trình"}),
    ]  # fmt: skip
    return acts[: (9, 0, 6, 3, 7, 9, 2, 4)[number]]


def _matters(service: Service, clock: Moved) -> None:
    """Open the year's review as a report, and the agency's own objectives."""
    clock.now = NOW - timedelta(days=60)
    opened = {"content": "Xem xét của lãnh đạo năm 2026", "kind": Kind.REVIEW.value,
              "review_year": 2026, "plan_by": "2026-12-10"}  # fmt: skip
    code = _done(service, clock, Command(Act.OPEN_REVIEW, "", None, opened, "", VIA, "program"))
    plan = {"audit_ended": "2026-09-25"}
    by = cast.SECRETARY.id
    _done(service, clock, Command(Act.PLAN_REVIEW, "report", code, plan, by, VIA, "token"))
    own = {"content": "Mục tiêu chất lượng năm 2026", "kind": Kind.OBJECTIVES.value, "unit": "",
           "objectives_year": 2026, "plan_due": "2026-12-29"}  # fmt: skip
    _done(service, clock, Command(Act.OPEN_OBJECTIVES, "plan", None, own, "", VIA, "program"))


# --- told again ------------------------------------------------------------------------------


def _tell_again(service: Service, lives: Sequence[Sequence[Entry]], numbers: range) -> None:
    world = service.house.world(NOW)
    with service.open_work() as work:
        told = [_again(lives[number % len(lives)], number) for number in numbers]
        _write_journal(work, [entry for entries in told for entry in entries])
        requests = [_row(machine.replay(entries), world) for entries in told]
        work.scope.insert(tables.requests, *requests)
        last = told[-1][0].fields["seq"]
        work.scope.update(tables.counters, {"series": "CTCL", "year": 2026}, last=last)
        work.keep()


def _again(life: Sequence[Entry], number: int) -> list[Entry]:
    """Tell a life again under another code, some days later."""
    later, seq = number % DAYS, number + 1
    code = numbering.code("CTCL", 2026, seq)
    opening = {"seq": seq, "number": f"{seq:02d}/2026"}
    return [
        replace(
            entry,
            request=code,
            at=entry.at + timedelta(days=later),
            fields={**_later(entry.fields, later), **(opening if n == 0 else {})},
        )
        for n, entry in enumerate(life)
    ]


_A_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _later(value: Json, days: int) -> Json:
    """Put off every day in the fields of an entry."""
    if isinstance(value, dict):
        return {name: _later(item, days) for name, item in value.items()}
    if isinstance(value, list):
        return [_later(item, days) for item in value]
    if isinstance(value, str) and _A_DAY.fullmatch(value):
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    return value


def _write_journal(work: Work, entries: Sequence[Entry]) -> None:
    """Append entries in bulk, each row sealed and chained to the one before."""
    end = work.scope.row_of(tables.agencies)
    seq, before = (end.journal_seq, end.journal_hash) if end else (0, "")
    rows = []
    for entry in entries:
        seq += 1
        values = journal.entry_values(entry)
        stored: dict[str, Any] = {
            "agency_id": work.agency_id,
            "seq": seq,
            **{name: value and storable(value) for name, value in values.items()},
            "salt": secrets.token_hex(16),
        }
        stored["sealed"] = journal.sealed(stored)
        before = stored["hash"] = journal.chained(before, stored)
        rows.append({name: value for name, value in stored.items() if name != "agency_id"})
    work.scope.insert(tables.journal, *rows)
    work.scope.update(tables.agencies, {}, journal_seq=seq, journal_hash=before)


def _row(request: Request, world: World) -> dict[str, Any]:
    waits = ((o.wait.act, o.people, o.due) for o in machine.owed(request, world))
    return {"code": request.code, **listed(request, waits)}
