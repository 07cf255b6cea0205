"""Reads the rows of an SQLite file that may be damaged: around bad pages, and by its indexes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailflow.errors import Permanent

Values = dict[str, Any]
"""A row as it is stored, column by column."""

BACKUP = "use the newest backup: mailflow record restore"


@dataclass
class Salvage:
    """A file opened for reading only; nothing of it is changed, its log is read along.

    What stands in `torn` and `endless` of a table is complete once `rows` went through it: by row
    number what the indexes still say of rows whose content could not be read (nothing of some);
    and the tables whose last rows, or whether there are more, nothing tells.
    """

    connection: sqlite3.Connection
    schema: dict[str, tuple[str, ...]]
    torn: dict[str, dict[int, Values]] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)

    def rows(self, table: str) -> Iterator[tuple[int, Values]]:
        """Walk all rows that can be read, each once, with their numbers."""
        done: set[int] = set()
        if table not in self.schema:
            return
        forward = _Walk(self.connection, _walking(table, self.schema[table]))
        for number, values in forward:
            done.add(number)
            yield number, values
        if forward.broken:
            yield from self._around(table, done)

    def matching(self, table: str, key: Values) -> Iterator[tuple[int, Values]]:
        """Find the rows with these values, as far as they can be read."""
        if table not in self.schema:
            return iter(())
        where = " AND ".join(f'"{name}" = ?' for name in key)
        query = _selecting(table, self.schema[table], f"WHERE {where}")
        return iter(_Walk(self.connection, query, tuple(key.values())))

    def _around(self, table: str, done: set[int]) -> Iterator[tuple[int, Values]]:
        """Go on behind a bad page: from the end back to it, then row by row."""
        first = max(done, default=0) + 1
        backward = _Walk(self.connection, _walking(table, self.schema[table], "DESC"))
        for number, values in backward:
            if number in done:
                break
            done.add(number)
            yield number, values
        known, complete = self._indexed(table)
        behind = [number for number in done if number >= first]
        if not behind and not complete:
            self.endless.add(table)
        between = range(first, min(behind, default=max(known, default=0) + 1))
        for number in sorted({*between, *known} - done):
            values_there = self._single(table, number)
            if values_there is not None:
                done.add(number)
                yield number, values_there
        lost = sorted({*between, *known} - done)
        self.torn[table] = {number: known.get(number, {}) for number in lost}

    def _single(self, table: str, number: int) -> Values | None:
        query = _walking(table, self.schema[table], where=f"rowid = {number}")
        return next((values for _, values in _Walk(self.connection, query)), None)

    def _indexed(self, table: str) -> tuple[dict[int, Values], bool]:
        """Gather what every index says of the rows, and whether one of them could be read whole."""
        found: dict[int, Values] = {}
        complete = False
        for name, columns in self._indexes(table):
            for direction in ("", "DESC"):
                order = ", ".join(f'"{column}" {direction}' for column in columns)
                query = _selecting(table, columns, f'INDEXED BY "{name}" ORDER BY {order}')
                walk = _Walk(self.connection, query)
                for number, values in walk:
                    found.setdefault(number, {}).update(values)
                complete |= not walk.broken
        return found, complete

    def _indexes(self, table: str) -> list[tuple[str, list[str]]]:
        names = [row[1] for row in self.connection.execute(f'PRAGMA index_list("{table}")')]
        return [
            (name, [r[2] for r in self.connection.execute(f'PRAGMA index_info("{name}")')])
            for name in names
        ]


@contextmanager
def open_salvage(path: Path) -> Iterator[Salvage]:
    """Open a file. Raises Permanent when there is none, or what it holds cannot even be listed."""
    if not path.is_file():
        raise Permanent(f"rebuild: there is no file {path}")
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            connection.execute("PRAGMA writable_schema = ON")  # a file cut short is read as well
            connection.execute("BEGIN")
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            schema = {name: _columns(connection, name) for (name,) in names.fetchall()}
        except sqlite3.Error as error:
            raise Permanent(f"rebuild: {path} cannot be read at all ({error}); {BACKUP}") from error
        if not {"journal", "letters"} & schema.keys():
            raise Permanent(f"rebuild: {path} holds nothing of a record; {BACKUP}")
        yield Salvage(connection, schema)


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in connection.execute(f'PRAGMA table_info("{table}")'))


class _Walk:
    """The rows of a query until a bad page; `broken` says whether there was one."""

    def __init__(
        self, connection: sqlite3.Connection, query: str, values: tuple[Any, ...] = ()
    ) -> None:
        self._connection = connection
        self._query = (query, values)
        self.broken = False

    def __iter__(self) -> Iterator[tuple[int, Values]]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(*self._query)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield int(row[0]), dict(zip(names[1:], row[1:], strict=True))
        except sqlite3.DatabaseError:
            self.broken = True
        finally:
            with suppress(sqlite3.Error):
                cursor.close()


def _walking(
    table: str, columns: tuple[str, ...], direction: str = "", where: str = "rowid IS NOT NULL"
) -> str:
    """Read by the table's own pages, never by an index."""
    return _selecting(table, columns, f"NOT INDEXED WHERE {where} ORDER BY rowid {direction}")


def _selecting(table: str, columns: list[str] | tuple[str, ...], rest: str) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f'SELECT rowid AS "rowid of ours", {listed} FROM "{table}" {rest}'  # noqa: S608 (names are the schema's)
