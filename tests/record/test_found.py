"""What is looked for is found by an index, however many years the record holds."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mailflow.record import Engine, Work
from tests.record.samples import SO

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)


class Plans:
    """What SQLite is asked, and by which way it finds each."""

    def __init__(self, record: Engine, path: Path) -> None:
        self.path = path
        self.asked: list[tuple[str, Any]] = []
        event.listen(record, "before_cursor_execute", lambda *s: self.asked.append((s[2], s[3])))

    def of(self, table: str) -> list[str]:
        """Give the way of each statement on a table, and forget them."""
        asked, self.asked = [one for one in self.asked if f"FROM {table}" in one[0]], []
        with closing(sqlite3.connect(self.path)) as bare:
            return [
                bare.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()[0][-1]
                for sql, values in asked
            ]


@pytest.mark.sqlite("asks SQLite for its plan")
def test_a_limit_looks_only_at_the_days_it_is_about(record: Engine, path: Path) -> None:
    """Whoever wrote for years, or was written to: the rows of the last day alone are read."""
    plans = Plans(record, path)
    with Work(record, SO, reading=True) as work:
        work.letters.count_from("mai@so.example", AT - timedelta(days=1), AT, 99)
    (letters,) = plans.of("letters")
    assert "(agency_id=? AND from_address=? AND received_at>?)" in letters
    with Work(record, SO, reading=True) as work:
        work.notices.stored_since("mai@so.example", ("help",), None, [AT - timedelta(days=1)], AT)
    (notices,) = plans.of("notices")
    assert "(agency_id=? AND address=? AND at>? AND at<?)" in notices


@pytest.mark.sqlite("asks SQLite for its plan")
def test_a_request_is_found_without_walking_the_whole_journal(record: Engine, path: Path) -> None:
    """One request, several at once, its letters: SQLite takes the index on requests for all."""
    plans = Plans(record, path)
    with Work(record, SO, reading=True) as work:
        work.journal.of_request("CTCL-2026-0001-B")
        work.journal.read_ahead(["CTCL-2026-0002-D", "CTCL-2026-0003-F"])
        work.papers.letters_of("CTCL-2026-0004-H")
    found = plans.of("journal")
    assert len(found) == 3
    assert all("(agency_id=? AND request=?)" in way for way in found)
