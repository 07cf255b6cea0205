"""One agency's share of the database: no statement of a store can reach another agency's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Executable, Row, Select, Table
from sqlalchemy import insert as _insert
from sqlalchemy import select as _select
from sqlalchemy import update as _update

from mailflow.errors import MailflowError


@dataclass(frozen=True)
class Scope:
    """A connection inside a transaction, and the agency whose rows it may touch."""

    connection: Connection
    agency_id: str
    reading: bool = False

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Start a query on the agency's rows of a table: all its columns, or those named."""
        return _select(*(columns or (table,))).where(table.c.agency_id == self.agency_id)

    def rows(self, query: Executable) -> Sequence[Row[Any]]:
        """Run a query and give all its rows."""
        return self.connection.execute(query).all()

    def first(self, query: Executable) -> Row[Any] | None:
        """Run a query and give its first row, if any."""
        return self.connection.execute(query).first()

    def insert(self, table: Table, **values: Any) -> None:
        """Add one row."""
        self._writing()
        self.connection.execute(_insert(table).values(agency_id=self.agency_id, **values))

    def insert_numbered(self, table: Table, **values: Any) -> int:
        """Add one row to a table that numbers its rows, and give the number."""
        self._writing()
        statement = _insert(table).values(agency_id=self.agency_id, **values)
        return int(self.connection.execute(statement.returning(table.c.id)).scalar_one())

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> int:
        """Change the rows whose columns equal `key`; give how many there were."""
        self._writing()
        mine = [table.c.agency_id == self.agency_id]
        mine += [_column(table, name) == value for name, value in key.items()]
        return self.connection.execute(_update(table).where(*mine).values(**values)).rowcount

    def put(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        """Change the row with that key, or add it."""
        if not self.update(table, key, **values):
            self.insert(table, **key, **values)

    def _writing(self) -> None:
        if self.reading:
            raise MailflowError("this unit of work only reads")


def _column(table: Table, name: str) -> Column[Any]:
    return table.c[name]
