"""Opens the record's database so that nothing is lost, and speaks of its failures in our words."""

import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from mailflow.errors import MailflowError, Misconfigured, Temporary

BUSY_SECONDS = 10
"""How long a unit of work waits for another one to end before it is Temporary."""

READING = "mailflow_reading"
"""Execution option of a connection that only reads and takes no write lock."""

_SERVER = (
    f"lock_timeout={BUSY_SECONDS}s",
    # A daemon whose machine is gone holds an agency's row no longer than a minute.
    "tcp_keepalives_idle=30",
    "tcp_keepalives_interval=10",
    "tcp_keepalives_count=3",
)
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)
"""Primary result codes of SQLite that waiting, or making room, can cure."""

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
DAMAGED = (
    "; the file is damaged: stop the service, then `mailflow record rebuild NEW` makes a new one of"
    " what can be read, or `mailflow record restore COPY` puts a backup in its place"
)


def open_record(database_url: str) -> Engine:
    """Open the database named by a URL: `sqlite:////path/record.sqlite` or `postgresql+psycopg:`.

    An SQLite file is made for its owner's eyes alone. A database on a server is opened once a
    process: the agencies in it share its few connections. Raises Misconfigured.
    """
    url = _checked(database_url)
    if url.get_backend_name() == "postgresql":
        return _open_on_server(url)
    _make_private(Path(url.database or ""))
    engine = _engine(url, {"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _refuse_empty_commit)
    return engine


@cache
def _open_on_server(url: URL) -> Engine:
    options = " ".join(f"-c {setting}" for setting in _SERVER)
    engine = _engine(url, {"options": options, "client_encoding": "utf8"})
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _engine(url: URL, connect_args: Mapping[str, Any]) -> Engine:
    try:
        engine = create_engine(url, connect_args=dict(connect_args), hide_parameters=True)
    except ImportError as error:
        raise Misconfigured([f"record.database_url: {error.name} is not installed"]) from error
    event.listen(engine, "handle_error", _translate)
    return engine


def is_there(database_url: str) -> bool:
    """Tell whether opening a database would find one; of a server it is not asked."""
    url = _checked(database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def _checked(database_url: str) -> URL:
    try:
        url = make_url(database_url)
        backend = url.get_backend_name()
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise Misconfigured([f"record.database_url: not a database URL: {error}"]) from error
    if backend not in {"sqlite", "postgresql"}:
        raise Misconfigured([f"record.database_url: {backend} is neither sqlite nor postgresql"])
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise Misconfigured(["record.database_url: name a file, as in sqlite:///record.sqlite"])
    return url


def _make_private(path: Path) -> None:
    """Make the file before SQLite does: its -wal and -shm files take over these permissions."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise Misconfigured([f"record.database_url: {path}: {error.strerror}"]) from error


def _set_pragmas(connection: sqlite3.Connection, _pooled: object) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(READING):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _refuse_empty_commit(connection: Connection) -> None:
    """After a full disk SQLite has rolled back by itself; a commit then would keep nothing."""
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        raise Temporary("the database gave up the transaction before its end")


def _translate(context: ExceptionContext) -> None:
    original = context.original_exception
    if isinstance(original, MailflowError):
        return
    hint = DAMAGED if _code(original) in _BROKEN else ""
    raise (Temporary if _passing(context) else MailflowError)(
        f"record: {original}{hint}"
    ) from original


def _code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _passing(context: ExceptionContext) -> bool:
    original = context.original_exception
    if isinstance(original, sqlite3.Error):
        return _code(original) in _PASSING
    return context.is_disconnect or isinstance(context.sqlalchemy_exception, OperationalError)
