"""A record as an earlier Mailflow would have left it: the rows of a sound one under its schema."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory

from mailflow.record import canonical, migrate, open_record
from mailflow.record.schema import VERSION

RESEALED = "0006"
"""Before it a row's hash was made of all its columns."""


def revisions() -> list[str]:
    """Every schema there was, the first one first."""
    config = Config()
    config.set_main_option("script_location", "mailflow.record:migrations")
    scripts = ScriptDirectory.from_config(config)
    return sorted(script.revision for script in scripts.walk_revisions())


def columns(record: sqlite3.Connection) -> dict[str, list[str]]:
    """The tables of a record with their columns."""
    names = record.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return {
        name: [row[1] for row in record.execute(f'PRAGMA table_info("{name}")')]
        for (name,) in names.fetchall()
        if name != VERSION
    }


def rows(path: Path, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    """These columns of every row of a table."""
    listed = ", ".join(f'"{name}"' for name in names)
    with closing(sqlite3.connect(path)) as record:
        return sorted(record.execute(f'SELECT {listed} FROM "{table}"').fetchall(), key=repr)  # noqa: S608 (names are the record's)


def as_of(revision: str, newest: Path, path: Path) -> dict[str, list[str]]:
    """Write a record under an earlier schema; gives the columns of its tables."""
    engine = open_record(f"sqlite:///{path}")
    migrate(engine, revision)
    engine.dispose()
    with closing(sqlite3.connect(path)) as old, old:
        made = columns(old)
        for table, names in made.items():
            marks = ", ".join("?" * len(names))
            adding = f'INSERT INTO "{table}" VALUES ({marks})'  # noqa: S608 (names are the record's)
            found = rows(newest, table, names)
            old.executemany(
                adding, found if table != "journal" else _hashed(names, found, revision)
            )
        if revision < RESEALED:
            last = "(SELECT hash FROM journal ORDER BY seq DESC LIMIT 1)"
            old.execute(f"UPDATE agencies SET journal_hash = {last}")  # noqa: S608 (it is fixed)
    return made


def _hashed(names: list[str], found: list[tuple[Any, ...]], revision: str) -> list[tuple[Any, ...]]:
    """Chain the journal as it was chained under a schema."""
    if revision >= RESEALED:
        return found
    made, before = [], ""
    place = names.index("hash")
    for row in sorted(found, key=lambda row: row[names.index("seq")]):
        said = {name: value for name, value in zip(names, row, strict=True) if name != "hash"}
        before = sha256((before + canonical(said)).encode()).hexdigest()
        made.append((*row[:place], before, *row[place + 1 :]))
    return made
