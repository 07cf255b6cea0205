"""The record in trouble: locked by another program, or a page of it spoilt by the disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.record import Outcome, engine
from mailflow.upkeep import restore_record, verify_record
from tests.console import run
from tests.conversations.agency import REPORT, Agency

pytestmark = pytest.mark.sqlite("its file is locked or spoilt")


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """An agency that does not wait long for a lock, with one request open."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    made = Agency(tmp_path / "home")
    made.reported()
    yield made
    made.service.close()


def test_a_locked_record_makes_everything_wait_and_nothing_is_lost(agency: Agency) -> None:
    """Every job says so; once the other program is done the letter has its one effect."""
    agency.post.write(cast.PLANNER, "Việc khác", REPORT)
    with closing(sqlite3.connect(agency.home / "record.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        failures = loop.run_once(agency.service)
        assert "record: database is locked" in failures["mail_in"]
    assert {mail.to for mail in agency.wait(hours=0.1)} >= {cast.PLANNER.email}
    assert agency.outcome() is Outcome.DONE
    assert len(agency.codes()) == 2
    assert verify_record(agency.home) == []


def test_a_spoilt_page_is_named_with_what_to_do_and_no_copy_takes_it_over(agency: Agency) -> None:
    """The round says that the file is damaged; the good copy stays, and put back it goes on."""
    (copy,) = (agency.home / "backup").iterdir()
    agency.service.close()
    agency.service.engine.dispose()
    _spoil(agency.home / "record.sqlite", "journal")
    agency.clock.now = agency.clock.now.replace(day=3)
    agency.post.write(cast.PLANNER, "Việc khác", REPORT)
    verified = run(agency.home, "record", "verify")
    assert verified.returncode == 1
    assert "malformed" in verified.stdout + verified.stderr

    with capture_logs():
        failures = loop.run_once(agency.service)
    assert "so is the record" in failures["backup"]
    assert "mailflow record restore" in failures["backup"]
    assert list((agency.home / "backup").iterdir()) == [copy]

    agency.service.engine.dispose()
    restore_record(agency.home, copy, agency.clock)
    agency.restart()
    agency.wait(hours=1)
    assert verify_record(agency.home) == []
    assert len(agency.codes()) == 2


def _spoil(record: Path, table: str) -> None:
    """Overwrite the first page of a table, as a failing disk does."""
    with closing(sqlite3.connect(record)) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = base.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = base.execute(query, (table,)).fetchone()
    with record.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xfa" * size)
