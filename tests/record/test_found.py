"""What is looked for is found by an index, however many years the record holds."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mailflow.record import Engine, Work
from tests.record.samples import SO


@pytest.mark.sqlite("asks SQLite for its plan")
def test_a_request_is_found_without_walking_the_whole_journal(record: Engine, path: Path) -> None:
    """One request, several at once, its letters: SQLite takes the index on requests for all."""
    asked: list[tuple[str, Any]] = []
    event.listen(record, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    with Work(record, SO, reading=True) as work:
        work.journal.of_request("CTCL-2026-0001-B")
        work.journal.read_ahead(["CTCL-2026-0002-D", "CTCL-2026-0003-F"])
        work.papers.letters_of("CTCL-2026-0004-H")
    of_journal = [(sql, values) for sql, values in asked if "FROM journal" in sql]
    assert len(of_journal) == 3
    with closing(sqlite3.connect(path)) as bare:
        for sql, values in of_journal:
            ((*_, plan),) = bare.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            assert "(agency_id=? AND request=?)" in plan, sql
