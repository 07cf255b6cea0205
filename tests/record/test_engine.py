"""Opening the database: what it promises, and what its failures are called."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow.errors import MailflowError, Misconfigured, Temporary
from mailflow.record import Engine, Work, engine, migrate, open_record, verify
from tests.databases import url_of
from tests.record.samples import NOW, SO, arrival


@pytest.mark.threat("file permissions")
@pytest.mark.sqlite("its file's permissions")
def test_the_file_is_for_its_owner_alone(record: Engine, path: Path) -> None:
    """The record and its side files must not be readable by other users."""
    with Work(record, SO) as work:
        work.blobs.put(b"x")
        work.keep()
        files = [path, *path.parent.glob("record.sqlite-*")]
        assert len(files) == 3
        assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


@pytest.mark.sqlite("its own settings")
def test_a_commit_is_on_the_disk_before_it_is_told(record: Engine) -> None:
    """Journal mode, synchronisation, foreign keys and patience must be as promised."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with record.connect() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert found == ["wal", 2, 1, 10_000]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("record.sqlite", "not a database URL"),
        ("oracle://x/y", "neither sqlite nor postgresql"),
        ("nosuch://x/y", "not a database URL"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:////nowhere/at/all/record.sqlite", "No such file or directory"),
        ("postgresql+nosuch://x/y", "not a database URL"),
        ("postgresql+pg8000://x/y", "pg8000 is not installed"),
    ],
)
def test_a_wrong_url_is_a_fault_of_the_settings(url: str, said: str) -> None:
    """A URL that cannot be opened must be named as the setting it comes from."""
    with pytest.raises(Misconfigured, match=said) as caught:
        open_record(url)
    assert caught.value.faults[0].startswith("record.database_url: ")


@pytest.mark.sqlite("its lock on the whole file")
def test_a_locked_record_is_temporary(
    record: Engine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While someone else writes for too long, a unit of work must say Temporary."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.01)
    hasty = open_record(f"sqlite:///{path}")
    with (
        Work(record, SO),
        pytest.raises(Temporary, match="database is locked") as caught,
        Work(hasty, SO),
    ):
        pass
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    hasty.dispose()


@pytest.mark.sqlite("its file is away")
def test_a_record_that_cannot_be_reached_is_temporary(path: Path) -> None:
    """A disk that went away may come back: the unit of work must say Temporary."""
    away = open_record(f"sqlite:///{path}")
    path.unlink()
    path.mkdir()
    with pytest.raises(Temporary, match="unable to open"), Work(away, SO):
        pass
    away.dispose()


@pytest.mark.sqlite("its own size is limited")
def test_a_full_disk_is_temporary_and_keeps_nothing(record: Engine) -> None:
    """When the disk is full the letter must be refused whole, and taken once there is room."""
    with pytest.raises(Temporary, match="full"), Work(record, SO) as work:
        work.scope.connection.exec_driver_sql("PRAGMA max_page_count=1")
        work.letters.keep(arrival(raw=b"x" * 1_000_000))
    with Work(record, SO) as work:
        work.scope.connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        assert work.letters.list(9) == ()
        assert work.letters.keep(arrival()).standing == "new"


@pytest.mark.sqlite("it is the file that cannot be written")
def test_a_record_set_read_only_is_temporary(record: Engine) -> None:
    """As on a disk that the system no longer writes to: the letter waits and is taken later."""
    with pytest.raises(Temporary, match="readonly"), Work(record, SO) as work:
        work.scope.connection.exec_driver_sql("PRAGMA query_only=ON")
        work.letters.keep(arrival())
    with Work(record, SO, reading=True) as work:
        assert work.letters.list(9) == ()
        work.scope.connection.exec_driver_sql("PRAGMA query_only=OFF")
    with Work(record, SO) as work:
        assert work.letters.keep(arrival()).standing == "new"


@pytest.mark.sqlite("its own rollback")
def test_a_transaction_that_the_database_gave_up_is_never_reported_as_kept(record: Engine) -> None:
    """A commit after SQLite's own rollback must fail, not pass in silence."""
    with pytest.raises(Temporary, match="gave up"), Work(record, SO) as work:
        work.blobs.put(b"x")
        work.scope.connection.exec_driver_sql("ROLLBACK")
        work.keep()


@pytest.mark.sqlite("its file is spoilt")
def test_a_damaged_file_is_an_error_of_ours_and_not_temporary(record: Engine, path: Path) -> None:
    """A corrupt database must be told as such, and not tried again for ever."""
    with Work(record, SO) as work:
        work.letters.keep(arrival())
        work.keep()
    record.dispose()
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    damaged = open_record(f"sqlite:///{path}")
    with pytest.raises(
        MailflowError, match=r"malformed; .*record rebuild NEW.*record restore COPY"
    ) as caught:
        verify(damaged, SO)
    assert not isinstance(caught.value, Temporary)
    damaged.dispose()


def test_a_value_the_record_cannot_hold_is_an_error_of_ours(record: Engine) -> None:
    """A naive time must be refused, as our own kind of error."""
    with pytest.raises(MailflowError, match="naive"), Work(record, SO) as work:
        work.marks.set_once("digest", "2026-11-23", NOW.replace(tzinfo=None))


def test_opening_changes_nothing_in_a_record_that_is_there(record: Engine, path: Path) -> None:
    """A second opening must find what the first one kept."""
    with Work(record, SO) as work:
        name = work.blobs.put(b"x")
        work.keep()
    again = open_record(url_of(path))
    migrate(again)
    with Work(again, SO, reading=True) as work:
        assert work.blobs.get(name) == b"x"
    again.dispose()
