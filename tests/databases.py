"""Where the records of tests are: SQLite's files, or databases of a PostgreSQL of their own.

`MAILFLOW_DATABASE=postgresql` chooses the server: a child of the tests, in a folder of its own.
"""

import atexit
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from mailflow.record import migrate, open_record
from mailflow.settings import FILE
from tests.components import need

POSTGRESQL = os.environ.get("MAILFLOW_DATABASE") == "postgresql"
SOCKET = "MAILFLOW_TEST_SERVER"
"""Names the server's folder to the processes that tests start."""

NOBODY = 65534
READY_SECONDS = 30
TEMPLATE = "made"
_PROGRAMS = Path("/usr/lib/postgresql")  # Debian keeps each version's apart, none on PATH
_AS_TOLD = {
    "listen_addresses": "",
    "max_connections": "60",
    # Nothing outlives the tests: what makes it durable would only take time.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def url_of(path: Path) -> str:
    """Name the database of a record, which is the file at a path, or has its name from it."""
    if not POSTGRESQL:
        return f"sqlite:///{path}"
    return _url(_name(path))


def empty_record(path: Path) -> str:
    """Make an empty database; gives its URL."""
    if POSTGRESQL:
        server().create(_name(path), "template0")
    return url_of(path)


def new_record(path: Path) -> str:
    """Make a database with the newest schema and nothing in it; gives its URL."""
    if POSTGRESQL:
        server().create(_name(path), server().made)
    else:
        engine = open_record(url_of(path))
        migrate(engine)
        engine.dispose()
    return url_of(path)


def copy_record(source: Path, target: Path) -> str:
    """Copy a record that nobody has open; gives the copy's URL."""
    if POSTGRESQL:
        server().create(_name(target), _name(source))
    else:
        for file in source.parent.glob(f"{source.name}*"):
            shutil.copy(file, target.with_name(target.name + file.name.removeprefix(source.name)))
    return url_of(target)


def settle(home: Path, agency_id: str = "", beside: Path | None = None) -> None:
    """Have a home that was just made keep its record where the tests do, or in another home's."""
    agency_id = agency_id or ("an-khe" if POSTGRESQL else "agency")
    file = home / FILE
    text = file.read_text(encoding="utf-8")
    lines = {'id = "agency"': f'id = "{agency_id}"'}
    if POSTGRESQL and not beside:
        new_record(home / "record.sqlite")
    if POSTGRESQL or beside:
        url = url_of((beside or home) / "record.sqlite")
        lines["[record]\n"] = f'[record]\ndatabase_url = "{url}"\n'
    for begins, line in lines.items():
        assert text.count(f"\n{begins}") == 1
        text = text.replace(f"\n{begins}", f"\n{line}")
    file.write_text(text, encoding="utf-8")


@dataclass
class Server:
    """A running PostgreSQL that lets everybody in at its socket; `made` is a record's template."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    databases: list[str] = field(default_factory=list)

    @property
    def made(self) -> str:
        """Name a database with the newest schema, made at the first call."""
        if TEMPLATE not in self.databases:
            self.create(TEMPLATE, "template0")
            engine = open_record(_url(TEMPLATE))
            migrate(engine)
            engine.dispose()
        return TEMPLATE

    def create(self, name: str, template: str) -> None:
        """Make a database like another one, from which everybody is sent away."""
        self._let_go(template)
        like = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self.say(like.format(sql.Identifier(name), sql.Identifier(template)))
        self.databases.append(name)

    def drop(self, since: int) -> None:
        """Remove the databases made after the first `since`, but the template."""
        for name in [n for n in self.databases[since:] if n != TEMPLATE]:
            self._let_go(name)
            self.say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            self.databases.remove(name)

    def say(self, statement: sql.Composed) -> None:
        """Run a statement as the one who owns everything."""
        with closing(_connected(self.folder)) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """End the server at once."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(READY_SECONDS)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _let_go(self, name: str) -> None:
        open_record(_url(name)).dispose()
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        self.say(sql.SQL(ended).format(sql.Literal(name)))


@cache
def server() -> Server:
    """Start the server, or find the one of the process that started this one."""
    if SOCKET in os.environ:
        return Server(Path(os.environ[SOCKET]))
    started = _started(Path(tempfile.mkdtemp(prefix="postgres-")))
    os.environ[SOCKET] = str(started.folder)
    atexit.register(started.stop)
    return started


def _url(name: str) -> str:
    return f"postgresql+psycopg://mailflow@/{name}?host={server().folder}"


def _name(path: Path) -> str:
    return f"record_{sha256(str(path).encode()).hexdigest()[:24]}"


def _connected(folder: Path, name: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(f"host={folder} user=mailflow dbname={name}", autocommit=True)


def _started(folder: Path) -> Server:
    """Start a server as nobody in particular; it ends with this process at the latest."""
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    data = folder / "data"
    # A database sorts as people do, unless told: what rests on the bytes' order must say so.
    locale = ("--locale=C", "--locale-provider=icu", "--icu-locale=vi-VN")
    made = ("-D", str(data), "-U", "mailflow", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
    subprocess.run([*_as_nobody("initdb"), *made], check=True, capture_output=True, cwd=folder)
    settings = {**_AS_TOLD, "unix_socket_directories": str(folder)}
    told = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        words = [*_as_nobody("postgres"), "-D", str(data), *told]
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
    started = Server(folder, process)
    try:
        _wait_for(started)
    except BaseException:
        started.stop()
        raise
    return started


def _as_nobody(program: str) -> list[str]:
    """Name a program of PostgreSQL, which refuses to run as root, and ends with who started it."""
    found = sorted(_PROGRAMS.glob(f"*/bin/{program}"))
    path = str(found[-1]) if found else need(program)
    ids = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    return ["setpriv", *(ids if os.getuid() == 0 else ()), "--pdeathsig=QUIT", path]


def _wait_for(started: Server) -> None:
    end = time.monotonic() + READY_SECONDS
    assert started.process
    while time.monotonic() < end and started.process.poll() is None:
        try:
            _connected(started.folder).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {(started.folder / 'log').read_text()}")


@contextmanager
def behind_its_back(path: Path) -> Iterator[Any]:
    """Open a record's database past every trigger and key, as who owns the machine could."""
    if POSTGRESQL:
        with closing(_connected(server().folder, _name(path))) as base:
            base.execute("SET session_replication_role = replica")
            yield base
        return
    with closing(sqlite3.connect(path)) as file, file:
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            file.execute(f"DROP TRIGGER {name}")
        yield file


def everything_in(path: Path) -> bytes:
    """Give all that somebody finds who gets hold of a record: SQLite's file, a server's rows."""
    if POSTGRESQL:
        with closing(_connected(server().folder, _name(path))) as base:
            names = base.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
            found = [sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)) for (name,) in names]
            cells = [cell for query in found for row in base.execute(query) for cell in row]
        return b"\n".join(c if isinstance(c, bytes) else str(c).encode() for c in cells)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()
