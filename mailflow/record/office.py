"""What the office looked like when it was read, and marks of what is done once only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailflow.record import tables
from mailflow.record.scope import Scope


@dataclass(frozen=True)
class Snapshot:
    """A roster or a calendar as it was read at a moment; `sha` is of the file it came from."""

    kind: str
    sha: str
    data: Any
    at: datetime


@dataclass(frozen=True)
class Office:
    """The agency's snapshots."""

    scope: Scope

    def save(self, kind: str, sha: str, data: Any, at: datetime) -> bool:
        """Store a snapshot; False when the newest of that kind has the same `sha`."""
        latest = self.latest(kind)
        if latest and latest.sha == sha:
            return False
        self.scope.insert_numbered(tables.office, kind=kind, sha=sha, data=data, at=at)
        return True

    def latest(self, kind: str) -> Snapshot | None:
        """Give the newest snapshot of a kind."""
        office = tables.office
        query = self.scope.select(office).where(office.c.kind == kind)
        row = self.scope.first(query.order_by(office.c.id.desc()).limit(1))
        return Snapshot(row.kind, row.sha, row.data, row.at) if row else None


@dataclass(frozen=True)
class Marks:
    """The agency's marks: a name and a key, set once."""

    scope: Scope

    def set_once(self, name: str, key: str, at: datetime) -> bool:
        """Set a mark; False when it was set before."""
        return self.scope.insert_once(tables.marks, ("name", "key"), name=name, key=key, at=at)

    def get(self, name: str, key: str) -> datetime | None:
        """Tell when a mark was set; None when it is not."""
        row = self.scope.row_of(tables.marks, ("at",), name=name, key=key)
        at: datetime | None = row.at if row else None
        return at

    def latest(self, name: str, below: str) -> str | None:
        """Give the greatest key below another of the marks of one name; None without any."""
        marks = tables.marks
        query = self.scope.select(marks, marks.c.key).where(marks.c.name == name)
        query = query.where(marks.c.key < below).order_by(marks.c.key.desc()).limit(1)
        row = self.scope.first(query)
        return str(row.key) if row else None

    def keys(self, name: str, limit: int) -> tuple[tuple[str, datetime], ...]:
        """List the keys of the marks of one name and when each was set, the oldest first."""
        marks = tables.marks
        query = self.scope.select(marks, marks.c.key, marks.c.at).where(marks.c.name == name)
        rows = self.scope.rows(query.order_by(marks.c.at, marks.c.key).limit(limit))
        return tuple((row.key, row.at) for row in rows)

    def clear(self, name: str, key: str) -> None:
        """Take a mark away; one that is not set is no error."""
        self.scope.delete(tables.marks, name=name, key=key)
