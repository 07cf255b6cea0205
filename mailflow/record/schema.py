"""Brings the database to the newest schema and tells which one it has."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from mailflow.errors import Misconfigured, Permanent, failpoint
from mailflow.record.engine import READING

VERSION = "alembic_version"
"""The table in which the schema's number stands."""
INSTEAD = "restore a backup (mailflow record restore), or run the Mailflow of before"


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the schema to the newest one, in one transaction; without a lock when it is there.

    Raises Misconfigured when a newer Mailflow made the schema, Permanent when the record is damaged
    so that it cannot be taken over, Temporary when locked. It is then as it was.
    """
    if _known(schema_version(engine)) == _known(to):
        return
    config = _config()
    try:
        with engine.begin() as connection:
            _alone(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            failpoint("migrate.before_commit")
        failpoint("migrate.after_commit")
    except RuntimeError as error:
        raise Permanent(f"record: {error}; it is as it was; {INSTEAD}") from error


def _alone(connection: Connection) -> None:
    """Wait for another daemon that brings the schema up; SQLite's BEGIN IMMEDIATE did already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (VERSION,))


def schema_version(engine: Engine) -> str | None:
    """Give the schema's number, e.g. `0001`; None when the database is empty."""
    reading = engine.execution_options(**{READING: True})
    with reading.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def outdated(engine: Engine) -> bool:
    """Tell whether a record is there whose schema is not the newest. Raises Misconfigured."""
    return _known(schema_version(engine)) not in {None, _known("head")}


def _known(version: str | None) -> str | None:
    """Give the number of a schema, also of `head`. Raises Misconfigured on a newer one."""
    newest, older = _numbers()
    if version is None or version in older:
        return version
    if version not in {newest, "head"}:
        raise Misconfigured(
            [
                f"record: its schema {version} is newer than {newest}, the newest this Mailflow"
                " knows; install the Mailflow that made it, or restore a backup"
            ]
        )
    return newest


@cache
def _numbers() -> tuple[str, frozenset[str]]:
    """Give the number of the newest schema, and those before it."""
    newest, *older = (s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions())
    return newest, frozenset(older)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "mailflow.record:migrations")
    return config
