"""Requests: rebuilt from their journal, shown from their rows, numbered without gaps."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from mailflow.procedure.machine import advance, replay
from mailflow.procedure.request import Via
from mailflow.procedure.terms import Act, Kind, State
from mailflow.record import Engine, Waiting, Work
from tests.record.samples import (
    AN,
    BINH,
    HOUR,
    NOW,
    SO,
    comment,
    open_request,
    opening,
    withdrawal,
)


def test_a_request_is_what_its_journal_says(record: Engine) -> None:
    """Loading must give the very request that the acts made, history and all."""
    with Work(record, SO) as work:
        request = open_request(work, found_on="2026-11-20", sources=["feedback", "khác"])
        for entry in (comment(request.code, "Đã xem"), withdrawal(request.code)):
            work.journal.append(entry)
            request = advance(request, entry)
        work.requests.save(request, [])
        work.keep()
    with Work(record, SO, reading=True) as work:
        loaded = work.requests.load(request.code)
        assert loaded == request
        assert loaded == replay(work.journal.of_request(request.code))
        assert loaded.state is State.WITHDRAWN
        assert work.requests.load("CTCL-2026-0099-X") is None


@pytest.mark.sqlite("asks SQLite for its plan")
def test_what_a_register_opened_is_found_without_reading_the_journal(record: Engine) -> None:
    """Its reports and no other's; an index serves every round, however long the journal."""
    seen: list[str] = []
    event.listen(record, "before_cursor_execute", lambda _c, _k, sql, *_: seen.append(sql))
    with Work(record, SO) as work:
        for number, via in enumerate(("a:1:x", "b:1:x", "a:2:y"), start=1):
            work.journal.append(replace(opening(number), via=Via("register", via)))
        work.journal.append(opening(4))
        found = work.requests.reported_through("register", "a:")
        work.keep()
    assert [code[:14] for code in found] == ["CTCL-2026-0001", "CTCL-2026-0003"]
    query = next(sql for sql in reversed(seen) if "via_id" in sql and sql.startswith("SELECT"))
    with record.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("",) * query.count("?"))
        assert "ix_journal_agency_id_act_via_kind_seq" in str(plan.all())


def test_the_row_follows_the_request(record: Engine) -> None:
    """The row must show the request as last saved: one row, open then closed."""
    with Work(record, SO) as work:
        request = open_request(work, category="Trễ hạn")
        row = work.requests.row(request.code)
        assert row
        assert (row.number, row.year, row.seq) == ("01/2026", 2026, 1)
        assert (row.kind, row.unit, row.state) == (Kind.NONCONFORMITY, "Phòng Một cửa", "reported")
        assert (row.category, row.content, row.reporter) == ("Trễ hạn", "Trả hồ sơ trễ", AN)
        assert (row.opened_at, row.closed_at) == (NOW, None)
        entry = withdrawal(request.code)
        work.journal.append(entry)
        work.requests.save(advance(request, entry), [])
        closed = work.requests.row(request.code)
        assert closed
        assert (closed.state, closed.closed_at) == (State.WITHDRAWN, NOW + 2 * HOUR)
        assert (closed.next_act, closed.due, closed.waiting) == (None, None, ())
        assert work.requests.codes() == (request.code,)
        assert work.requests.row("CTCL-2026-0099-X") is None


def test_the_next_act_is_the_one_due_first(record: Engine) -> None:
    """Of several waits the earliest day must lead; a wait without a day comes last."""
    waits = [
        Waiting(Act.REPORT_PROGRESS, (AN,), None),
        Waiting(Act.REPORT_COMPLETION, (AN, BINH), date(2026, 12, 31)),
        Waiting(Act.PLAN_WORK, (BINH,), date(2026, 11, 26)),
    ]
    with Work(record, SO) as work:
        request = open_request(work)
        work.requests.save(request, waits)
        row = work.requests.row(request.code)
    assert row
    assert (row.next_act, row.due) == (Act.PLAN_WORK, date(2026, 11, 26))
    assert row.waiting == tuple(waits)
    assert row.waiting[1].people == (AN, BINH)


def test_numbers_run_by_series_and_year(record: Engine) -> None:
    """Each series must start at one each year, and go on where it stood."""
    with Work(record, SO) as work:
        assert [work.requests.next_number("CTCL", 2026) for _ in range(3)] == [1, 2, 3]
        assert work.requests.next_number("CTCL", 2027) == 1
        assert work.requests.next_number("PKN", 2026) == 1
        work.keep()
    with Work(record, SO) as work:
        assert work.requests.next_number("CTCL", 2026) == 4
    with Work(record, SO) as work:
        assert work.requests.next_number("CTCL", 2026) == 4


def test_lists_are_filtered_and_oldest_first(record: Engine) -> None:
    """Each filter must hold, together too, and the order must be that of opening."""
    with Work(record, SO) as work:
        late = open_request(work, at=NOW + HOUR).code
        early = open_request(work, at=NOW).code
        other = open_request(work, unit="Văn phòng", kind=Kind.IMPROVEMENT.value).code
        ended = open_request(work, at=NOW + 3 * HOUR)
        entry = replace(withdrawal(ended.code), at=NOW + 4 * HOUR)
        work.journal.append(entry)
        work.requests.save(advance(ended, entry), [])

        def codes(**filters: object) -> list[str]:
            return [row.code for row in work.requests.rows(**filters)]  # type: ignore[arg-type] # any filter

        assert codes() == [early, other, late, ended.code]
        assert codes(states=[State.REPORTED]) == [early, other, late]
        assert codes(states=[]) == []
        assert codes(kinds={Kind.IMPROVEMENT}) == [other]
        assert codes(unit="Văn phòng", kinds=[Kind.NONCONFORMITY]) == []
        assert codes(year=2025) == []
        assert codes(year=2026, states=[State.WITHDRAWN, State.CLOSED]) == [ended.code]
        at_unit = work.requests.at_unit("Phòng Một cửa", Kind.NONCONFORMITY)
        assert [row.code for row in at_unit] == [early, late, ended.code]
        assert work.counts().requests == {"reported": 3, "withdrawn": 1}
