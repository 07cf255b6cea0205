"""The schema: what the migrations make is what the code is written against."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from mailflow.errors import MailflowError, Misconfigured
from mailflow.record import Engine, Work, migrate, open_record, schema_version
from mailflow.record.tables import metadata
from tests.databases import POSTGRESQL, empty_record
from tests.record.samples import SO, open_request


def test_an_empty_database_has_no_schema(path: Path) -> None:
    """Before the first migration there must be no version."""
    engine = open_record(empty_record(path))
    assert schema_version(engine) is None
    engine.dispose()


def test_migrating_twice_is_migrating_once(record: Engine) -> None:
    """A record at the newest schema must stay as it is."""
    with Work(record, SO) as work:
        open_request(work)
        work.keep()
    migrate(record)
    assert schema_version(record) == "0010"
    with Work(record, SO, reading=True) as work:
        assert len(work.requests.codes()) == 1


def test_the_migrations_make_the_tables_of_the_code(record: Engine) -> None:
    """No table, column, type, key or index may differ between the two."""
    with record.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_primary_keys_of_the_code(record: Engine) -> None:
    """Primary keys, which the comparison passes over, must agree as well."""
    found = inspect(record)
    for table in metadata.sorted_tables:
        key: Any = found.get_pk_constraint(table.name)
        assert set(key["constrained_columns"]) == {c.name for c in table.primary_key}, table.name


@pytest.mark.sqlite("asks SQLite for its tables")
def test_every_table_is_strict_and_belongs_to_agencies(record: Engine, path: Path) -> None:
    """A wrong type must not slip in, nor a row that is nobody's."""
    database = sqlite3.connect(path)
    strict = dict(database.execute("SELECT name, strict FROM pragma_table_list").fetchall())
    database.close()
    assert metadata.tables
    for name, table in metadata.tables.items():
        assert strict[name] == 1, name
        assert not table.c.agency_id.nullable, name


def test_a_newer_schema_is_left_alone(record: Engine) -> None:
    """An old program must not touch the record of a newer one, and must say what to do."""
    with record.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(Misconfigured, match=r"0099 is newer than 0010.*install the Mailflow"):
        migrate(record)
    assert schema_version(record) == "0099"


REPLACING = (
    "TRUNCATE journal" if POSTGRESQL else "INSERT OR REPLACE INTO journal SELECT * FROM journal"
)
"""The third way to be rid of a row, which each database has its own of."""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET by = 'someone@else'",
        "DELETE FROM journal",
        REPLACING,
    ],
)
def test_the_journal_can_only_grow(record: Engine, statement: str) -> None:
    """The database itself must refuse to change, delete or replace a journal row."""
    with Work(record, SO) as work:
        open_request(work)
        work.keep()
    with pytest.raises(MailflowError, match="append-only"), record.begin() as connection:
        connection.execute(text(statement))
    with Work(record, SO, reading=True) as work:
        assert [row.by for row in work.journal.rows()] == ["an@so.vn"]
        assert work.journal.verify() == []
