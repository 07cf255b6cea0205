"""Brings the database to the newest schema and tells which one it has."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from mailflow.errors import Misconfigured, Permanent, failpoint
from mailflow.record.engine import READING

VERSION = "alembic_version"
"""The table in which the schema's number stands."""


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the schema to the newest one, in one transaction; without a lock when it is there.

    Raises Misconfigured when a newer Mailflow made the schema, Permanent when the record is damaged
    so that it cannot be taken over, Temporary when locked. It is then as it was.
    """
    config = Config()
    config.set_main_option("script_location", "mailflow.record:migrations")
    version, scripts = schema_version(engine), ScriptDirectory.from_config(config)
    _refuse_newer(version, scripts)
    if version == scripts.get_current_head():
        return
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            failpoint("migrate.before_commit")
    except RuntimeError as error:
        raise Permanent(f"record: {error}; it is as it was; {INSTEAD}") from error


INSTEAD = "restore a backup (mailflow record restore), or run the Mailflow of before"


def schema_version(engine: Engine) -> str | None:
    """Give the schema's number, e.g. `0001`; None when the database is empty."""
    reading = engine.execution_options(**{READING: True})
    with reading.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(version: str | None, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if version is not None and version not in known:
        newest = scripts.get_current_head()
        raise Misconfigured(
            [
                f"record: its schema {version} is newer than {newest}, the newest this Mailflow"
                " knows; install the Mailflow that made it, or restore a backup"
            ]
        )
