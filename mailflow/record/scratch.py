"""A scratch record: copied from one that stays as it is, tried upon without keeping anything."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, NestedTransaction, event, make_url

from mailflow.errors import MailflowError, Misconfigured
from mailflow.record.engine import open_record
from mailflow.record.schema import migrate
from mailflow.record.work import Work


class Trial(Work):
    """A unit of work of which nothing is kept; opened again within itself it is a savepoint."""

    def __init__(self, engine: Engine, agency_id: str) -> None:
        super().__init__(engine, agency_id)
        self._open = False
        self._within: list[NestedTransaction] = []

    def __enter__(self) -> Self:
        if self._open:
            self._within.append(self._connection.begin_nested())
            return self
        self._open = True
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._within:
            self._open = False
            super().__exit__(kind, error, trace)
            return
        self._within.pop().__exit__(kind, error, trace)
        if kind is not None:
            self.journal.forget()

    def keep(self) -> None:
        """Keep nothing: all of it is undone at the end."""


def copied(database_url: str, path: Path) -> Engine:
    """Copy a record into a new file, at the newest schema; the record's own files stay as they are.

    Raises Misconfigured when it is no SQLite file, MailflowError when it cannot be read.
    """
    url = make_url(database_url)
    source = Path(url.database or "")
    if url.get_backend_name() != "sqlite":
        raise Misconfigured(
            ["record: it is on a database server; only an SQLite file is rehearsed"]
        )
    if not source.exists():
        raise Misconfigured([f"record: there is no file {source} yet"])
    path.touch(mode=0o600)
    try:
        _copy(source, path)
    except (sqlite3.Error, OSError) as error:
        raise MailflowError(f"{source} cannot be copied: {error}") from error
    engine = open_record(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    event.listen(engine, "connect", _loosen)
    return engine


def _copy(source: Path, path: Path) -> None:
    """Read without a right to write: even what SQLite would tidy up by itself stays as it is."""
    log = source.with_name(f"{source.name}-wal")
    if not log.exists():
        shutil.copyfile(source, path)
        if not log.exists():
            return
    reading = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(reading, uri=True)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)


def _loosen(connection: sqlite3.Connection, _pooled: object) -> None:
    """Nobody will miss this file, and what a row names may come back after it."""
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")
