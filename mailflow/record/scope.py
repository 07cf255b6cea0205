"""One agency's share of the database: no statement of a store can reach another agency's rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Executable,
    Insert,
    Row,
    Select,
    Table,
    Update,
    bindparam,
)
from sqlalchemy import delete as _delete
from sqlalchemy import insert as _insert
from sqlalchemy import select as _select
from sqlalchemy import update as _update
from sqlalchemy.dialects import postgresql, sqlite

from mailflow.errors import MailflowError

Names = tuple[str, ...]
_OWN = "own_agency"
_KEY = "key_"
"""How parameters that select rows begin, so that none is called like a column to be set."""
_PAGE = 500


@dataclass(frozen=True)
class Scope:
    """A connection inside a transaction, and the agency whose rows it may touch.

    What is looked for by equal columns runs as a statement made once for them: making one anew
    costs more than running it.
    """

    connection: Connection
    agency_id: str
    reading: bool = False

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Start a query on the agency's rows of a table: all its columns, or those named."""
        return _select(*(columns or (table,))).where(table.c.agency_id == self.agency_id)

    def rows(self, query: Executable) -> Sequence[Row[Any]]:
        """Run a query and give all its rows."""
        return self.connection.execute(query).all()

    def stream(self, query: Executable) -> Iterator[Row[Any]]:
        """Run a query and give its rows one after the other, few of them in memory at a time."""
        yield from self.connection.execute(query, execution_options={"yield_per": _PAGE})

    def first(self, query: Executable) -> Row[Any] | None:
        """Run a query and give its first row, if any."""
        return self.connection.execute(query).first()

    def rows_by(
        self, query: Select[Any], table: Table, values: Mapping[str, Any]
    ) -> Sequence[Row[Any]]:
        """Run a query that is kept from one time to the next on the agency's rows of a table."""
        return self.connection.execute(_owned(query, table), {_OWN: self.agency_id, **values}).all()

    def rows_of(
        self,
        table: Table,
        order: Names,
        columns: Names = (),
        above: Names = (),
        blank: Names = (),
        **equal: Any,
    ) -> Sequence[Row[Any]]:
        """Give the rows whose columns have these values, in order: all of each, or some columns.

        Columns `above` have greater ones than these, columns `blank` have none.
        """
        query = _finding(table, tuple(equal), columns, order, above, blank)
        return self.connection.execute(query, self._key(equal)).all()

    def row_of(self, table: Table, columns: Names = (), **equal: Any) -> Row[Any] | None:
        """Give the first row whose columns have these values: all of it, or the columns named."""
        query = _finding(table, tuple(equal), columns, ())
        return self.connection.execute(query, self._key(equal)).first()

    def insert(self, table: Table, *rows: Mapping[str, Any], **values: Any) -> None:
        """Add one row, or several of the same columns."""
        self._writing()
        added = [{"agency_id": self.agency_id, **row} for row in rows or (values,)]
        self.connection.execute(_adding(table), added if rows else added[0])

    def insert_numbered(self, table: Table, **values: Any) -> int:
        """Add one row to a table that numbers its rows, and give the number."""
        self._writing()
        added = {"agency_id": self.agency_id, **values}
        return int(self.connection.execute(_numbering(table), added).scalar_one())

    def insert_once(self, table: Table, unique: Names, /, **values: Any) -> bool:
        """Add one row unless there is one alike in the `unique` columns; False when there is."""
        self._writing()
        added = {"agency_id": self.agency_id, **values}
        return bool(self.connection.execute(self._adding_once(table, unique), added).rowcount)

    def insert_numbered_once(self, table: Table, unique: Names, /, **values: Any) -> int | None:
        """As `insert_once`, where rows are numbered; give the number, None when there is one."""
        self._writing()
        added = {"agency_id": self.agency_id, **values}
        adding = self._adding_once(table, unique, numbered=True)
        number: int | None = self.connection.execute(adding, added).scalar_one_or_none()
        return number

    def _adding_once(self, table: Table, unique: Names, *, numbered: bool = False) -> Any:
        return _adding_once(table, unique, self.connection.dialect.name, numbered=numbered)

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> int:
        """Change the rows whose columns equal `key`; give how many there were."""
        self._writing()
        return self.connection.execute(
            _changing(table, tuple(key)), {**values, **self._key(key)}
        ).rowcount

    def increase(self, table: Table, key: Mapping[str, Any], column: str) -> int | None:
        """Add one to a column of the row with that key and give the sum; None without a row."""
        self._writing()
        adding = _increasing(table, tuple(key), column)
        number: int | None = self.connection.execute(adding, self._key(key)).scalar_one_or_none()
        return number

    def delete(self, table: Table, **equal: Any) -> None:
        """Remove the rows whose columns have these values."""
        self._writing()
        self.connection.execute(_removing(table, tuple(equal)), self._key(equal))

    def put(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        """Change the row with that key, or add it."""
        if not self.update(table, key, **values):
            self.insert(table, **key, **values)

    def _key(self, equal: Mapping[str, Any]) -> dict[str, Any]:
        return {_OWN: self.agency_id, **{f"{_KEY}{name}": v for name, v in equal.items()}}

    def _writing(self) -> None:
        if self.reading:
            raise MailflowError("this unit of work only reads")


@lru_cache(maxsize=200)
def _finding(
    table: Table,
    compared: Names,
    columns: Names,
    order: Names,
    above: Names = (),
    blank: Names = (),
) -> Select[Any]:
    chosen = [_column(table, name) for name in columns]
    query = _select(*(chosen or (table,)))
    query = query.where(*_own(table, tuple(n for n in compared if n not in above)))
    query = query.where(*(_column(table, n) > bindparam(f"{_KEY}{n}") for n in above))
    query = query.where(*(_column(table, n).is_(None) for n in blank))
    return query.order_by(*(_column(table, name) for name in order))


@lru_cache(maxsize=20)
def _owned(query: Select[Any], table: Table) -> Select[Any]:
    return query.where(*_own(table, ()))


@lru_cache(maxsize=50)
def _adding(table: Table) -> Insert:
    return _insert(table)


@lru_cache(maxsize=50)
def _numbering(table: Table) -> Any:
    return _insert(table).returning(table.c.id)


@lru_cache(maxsize=50)
def _adding_once(table: Table, unique: Names, backend: str, *, numbered: bool) -> Any:
    insert = postgresql.insert if backend == "postgresql" else sqlite.insert
    adding: Any = insert(table)
    adding = adding.on_conflict_do_nothing(index_elements=("agency_id", *unique))
    if numbered:
        return adding.returning(table.c.id)
    return adding.execution_options(preserve_rowcount=True)


@lru_cache(maxsize=100)
def _changing(table: Table, key: Names) -> Update:
    return _update(table).where(*_own(table, key))


@lru_cache(maxsize=50)
def _removing(table: Table, key: Names) -> Delete:
    return _delete(table).where(*_own(table, key))


@lru_cache(maxsize=10)
def _increasing(table: Table, key: Names, column: str) -> Any:
    counted = _column(table, column)
    return _changing(table, key).values({counted: counted + 1}).returning(counted)


def _own(table: Table, key: Names) -> list[ColumnElement[bool]]:
    mine = [table.c.agency_id == bindparam(_OWN)]
    return mine + [_column(table, name) == bindparam(f"{_KEY}{name}") for name in key]


def _column(table: Table, name: str) -> Column[Any]:
    return table.c[name]
