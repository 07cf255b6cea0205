"""Brings the database to the newest schema and tells which one it has."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from mailflow.errors import Misconfigured, failpoint
from mailflow.record.engine import READING


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest one, in one transaction; without a lock when it is there.

    Raises Misconfigured when a newer Mailflow made the schema, Temporary when locked.
    """
    config = Config()
    config.set_main_option("script_location", "mailflow.record:migrations")
    version, scripts = schema_version(engine), ScriptDirectory.from_config(config)
    _refuse_newer(version, scripts)
    if version == scripts.get_current_head():
        return
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        failpoint("migrate.before_commit")


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
