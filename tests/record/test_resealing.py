"""A journal written before disposals: its rows are sealed when the record is brought up to date."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from mailflow.errors import Permanent
from mailflow.procedure.machine import replay
from mailflow.record import Engine, Work, migrate, open_record, verify
from mailflow.record.columns import dumps
from mailflow.record.journal import entry_values
from mailflow.record.requests import projected
from tests.databases import empty_record
from tests.record.samples import SO, comment, opening


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Engine]:
    """A record as it was before, with one request of two entries."""
    engine = open_record(empty_record(tmp_path / "old.sqlite"))
    config = Config()
    config.set_main_option("script_location", "mailflow.record:migrations")
    entries = [opening(), comment(str(opening().request), "một")]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.execute(text("INSERT INTO agencies VALUES (:a, 0, '')"), {"a": SO})
        before = ""
        for seq, entry in enumerate(entries, 1):
            row = {"agency_id": SO, "seq": seq, **entry_values(entry)}
            before = row["hash"] = sha256((before + dumps(row)).encode()).hexdigest()
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO journal ({names}) VALUES ({marks})"), row)  # noqa: S608 (names are ours)
        connection.execute(
            text("UPDATE agencies SET journal_seq = 2, journal_hash = :h"), {"h": before}
        )
        request = projected(replay(entries))
        row = {"agency_id": SO, "code": entries[0].request, **request, "waiting": "[]"}
        row["opened_at"] = entry_values(entries[0])["at"]
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO requests ({names}) VALUES ({marks})"), row)  # noqa: S608 (names are ours)
        connection.execute(text("INSERT INTO counters VALUES (:a, 'CTCL', 2026, 1)"), {"a": SO})
    yield engine
    engine.dispose()


def test_every_entry_is_kept_and_sealed(old: Engine) -> None:
    """The same entries, a whole chain, and the journal goes on growing."""
    migrate(old)
    assert verify(old, SO) == []
    with Work(old, SO) as work:
        code = str(opening().request)
        assert work.journal.of_request(code) == (opening(), comment(code, "một"))
        work.journal.append(comment(code, "hai"))
        work.keep()
    assert verify(old, SO) == []


@pytest.mark.sqlite("its triggers are taken away and put back")
def test_a_broken_journal_is_not_sealed_over(old: Engine) -> None:
    """What was changed before must not be made to look whole; it is said what to do instead."""
    with old.begin() as connection:
        connection.execute(text("DROP TRIGGER journal_no_update"))
        connection.execute(text("UPDATE journal SET by = 'x' WHERE seq = 2"))
        connection.execute(
            text(
                "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal"
                " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
            )
        )
    with pytest.raises(Permanent, match=r"journal 2.*as it was; restore a backup"):
        migrate(old)
