"""A record on PostgreSQL: many agencies at once, and what its failures are called."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow.errors import Temporary
from mailflow.record import Engine, Work, engine, migrate, open_record, schema_version, verify
from tests.databases import behind_its_back, empty_record, url_of
from tests.record.samples import PHONG, SO, open_request

pytestmark = pytest.mark.postgresql


def test_agencies_do_not_wait_for_each_other(record: Engine) -> None:
    """While one agency is in the middle of a letter, another one's is kept."""
    with Work(record, SO) as first:
        open_request(first)
        with Work(record, PHONG) as second:
            open_request(second)
            second.keep()
        first.keep()
    assert [verify(record, agency) for agency in (SO, PHONG)] == [[], []]


def test_a_locked_agency_is_temporary(
    record: Engine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another daemon writes for the agency for too long, a unit of work says Temporary."""
    monkeypatch.setattr(engine, "_SERVER", ("lock_timeout=50ms",))
    hasty = open_record(f"{url_of(path)}&application_name=hasty")
    with (
        Work(record, SO) as work,
        pytest.raises(Temporary, match="lock timeout"),
        Work(hasty, SO),
    ):
        pass
    assert work.agency_id == SO
    hasty.dispose()


def test_a_server_that_is_away_is_temporary(tmp_path: Path) -> None:
    """It may come back: the unit of work says Temporary, and so does the migration."""
    away = open_record(f"postgresql+psycopg://mailflow@/record?host={tmp_path}")
    for use in (lambda: Work(away, SO).__enter__(), lambda: migrate(away)):
        with pytest.raises(Temporary, match="No such file"):
            use()


def test_a_connection_that_is_cut_keeps_nothing_and_the_next_one_goes_on(
    record: Engine, path: Path
) -> None:
    """The server is restarted in the middle: Temporary, nothing kept; then it works again."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with pytest.raises(Temporary), Work(record, SO) as work:
        open_request(work)
        with behind_its_back(path) as base:
            base.execute(f"{cut} AND datname = current_database()")
        work.keep()
    with Work(record, SO) as work:
        assert open_request(work).seq == 1
        work.keep()
    assert verify(record, SO) == []


def test_daemons_that_start_together_make_one_schema(tmp_path: Path) -> None:
    """Four find an empty database at once: one brings it up, the others wait and find it so."""
    empty = open_record(empty_record(tmp_path / "new.sqlite"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty] * 4))
    assert schema_version(empty) is not None
    assert verify(empty, SO) == []


_TEXTS = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"""


def test_text_sorts_by_its_bytes_whatever_the_database_does(record: Engine) -> None:
    """Moments are text and must compare as such, also where the database sorts as people do."""
    with record.connect() as connection:
        assert connection.execute(text(_TEXTS)).all() == []
        assert connection.execute(text("SELECT 'a' < 'B'")).scalar()


def test_numbers_have_no_gap_over_connections(path: Path, record: Engine, tmp_path: Path) -> None:
    """Two programs take numbers by turns, some undone: they run from 1 without a gap."""
    engines = [record, open_record(f"{url_of(path)}&application_name=second")]

    def take(turn: int) -> bool:
        with Work(engines[turn % 2], SO) as work:
            open_request(work)
            if turn % 3:
                work.keep()
        return bool(turn % 3)

    with ThreadPoolExecutor(4) as pool:
        kept = sum(pool.map(take, range(40)))
    with Work(record, SO, reading=True) as work:
        assert sorted(row.seq for row in work.requests.rows()) == list(range(1, kept + 1))
    assert verify(record, SO) == []
    engines[1].dispose()
