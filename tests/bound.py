"""Every statement of the record is bound to one agency: looked at as the tests execute it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ClauseElement, Column, Delete, Engine, Insert, Select, Table, Update, event
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.selectable import Alias, Join

from mailflow.record.tables import metadata

KEY = "agency_id"
_SEEN: dict[int, Any] = {}


def watch() -> None:
    """Fail whatever executes a statement that could reach another agency's rows."""
    event.listen(Engine, "before_cursor_execute", _look)


def unbound(statement: ClauseElement) -> list[str]:
    """Name the tables of a statement of ours whose rows it does not choose by their agency."""
    if not isinstance(statement, Select | Insert | Update | Delete):
        return []
    bound = set(_bound(statement))
    return sorted(
        found.description
        for found in {*_read(statement), *_changed(statement)}
        if _ours(found) and found not in bound
    )


def _look(_connection: Any, _cursor: Any, sql: str, _values: Any, context: Any, *_: Any) -> None:
    compiled = context.compiled if context else None
    if compiled is None or id(compiled) in _SEEN:
        return
    _SEEN[id(compiled)] = compiled  # kept, so that no other one gets its number
    assert not (found := unbound(compiled.statement)), f"{found} not bound to an agency: {sql}"
    if isinstance(compiled.statement, Insert) and _ours(compiled.statement.table):
        assert KEY in compiled.params, f"a row that is nobody's: {sql}"


def _read(statement: ClauseElement) -> Iterator[Any]:
    for part in visitors.iterate(statement):
        if isinstance(part, Select):
            for source in part.get_final_froms():
                yield from _joined(source)


def _joined(source: Any) -> Iterator[Any]:
    if isinstance(source, Join):
        yield from (*_joined(source.left), *_joined(source.right))
    else:
        yield source  # the tables of a subquery are those of its own select


def _changed(statement: ClauseElement) -> Iterator[Any]:
    if isinstance(statement, Update | Delete):
        yield statement.table


def _bound(statement: ClauseElement) -> Iterator[Any]:
    """Give the tables whose agency must equal a value, or that of another table."""
    for part in visitors.iterate(statement):
        if isinstance(part, BinaryExpression) and part.operator is operators.eq:
            for side in (part.left, part.right):
                if isinstance(side, Column) and side.name == KEY:
                    yield side.table


def _ours(table: Any) -> bool:
    named = table.element if isinstance(table, Alias) else table
    return isinstance(named, Table) and named.name in metadata.tables
