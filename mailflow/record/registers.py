"""Shared workbooks as they were last agreed on: file, base copy by generations, edits done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func

from mailflow.record import tables
from mailflow.record.scope import Scope

_base = tables.base_rows


@dataclass(frozen=True)
class Register:
    """A register's file as last agreed; `intent_sha256` is of one being written, else None."""

    register_id: str
    path: str
    generation: int
    sha256: str
    intent_sha256: str | None
    at: datetime


@dataclass(frozen=True)
class Wait:
    """Something a register waits for, and since when.

    `tries` failed so far, the next is due at `next_at`; `held_by` is who has the file open as its
    owner file says, `told_at` when the keeper was last told.
    """

    since: datetime
    tries: int
    next_at: datetime
    held_by: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True)
class RowVersion:
    """A row of a register as it was agreed on in a generation; `cells` None: it was gone."""

    register_id: str
    generation: int
    at: datetime
    cells: Mapping[str, Any] | None


@dataclass(frozen=True)
class Registers:
    """The agency's registers."""

    scope: Scope

    def get(self, register_id: str) -> Register | None:
        """Give a register as it was last saved."""
        registers = tables.registers
        query = self.scope.select(registers).where(registers.c.register_id == register_id)
        row = self.scope.first(query)
        if row is None:
            return None
        return Register(**{k: v for k, v in row._asdict().items() if k != "agency_id"})

    def save(
        self,
        register_id: str,
        path: str,
        generation: int,
        sha256: str,
        intent_sha256: str | None,
        at: datetime,
    ) -> None:
        """Save where a register's file is and what it holds."""
        self.scope.put(
            tables.registers,
            {"register_id": register_id},
            path=path,
            generation=generation,
            sha256=sha256,
            intent_sha256=intent_sha256,
            at=at,
        )

    def wait(self, register_id: str, what: str) -> Wait | None:
        """Give what a register waits for, None when it does not."""
        columns = tuple(field.name for field in fields(Wait))
        row = self.scope.row_of(tables.register_waits, columns, register_id=register_id, what=what)
        return Wait(**row._asdict()) if row else None

    def start_wait(self, register_id: str, what: str, wait: Wait) -> None:
        """Note what a register waits for, or how that goes on."""
        key = {"register_id": register_id, "what": what}
        self.scope.put(tables.register_waits, key, **asdict(wait))

    def end_wait(self, register_id: str, what: str) -> None:
        """Note that it waits for this no more."""
        self.scope.delete(tables.register_waits, register_id=register_id, what=what)

    def base(
        self, register_id: str, generation: int | None = None, sheet: str = "requests"
    ) -> dict[str, dict[str, Any]]:
        """Give a sheet's base {row key: {column: value}}, the newest or as of a generation."""
        return dict(self.base_rows(register_id, generation, sheet))

    def base_rows(
        self, register_id: str, generation: int | None = None, sheet: str = "requests"
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Walk a sheet's base by row key, few rows in memory at a time."""
        mine = [_base.c.register_id == register_id, _base.c.sheet == sheet]
        if generation is not None:
            mine.append(_base.c.generation <= generation)
        newest = (
            self.scope.select(_base, _base.c.row_key, func.max(_base.c.generation).label("last"))
            .where(*mine)
            .group_by(_base.c.row_key)
            .subquery()
        )
        query = self.scope.select(_base, _base.c.row_key, _base.c.cells).join(
            newest,
            (_base.c.row_key == newest.c.row_key) & (_base.c.generation == newest.c.last),
        )
        rows = self.scope.stream(query.where(*mine).order_by(_base.c.row_key))
        return ((row.row_key, row.cells) for row in rows if row.cells is not None)

    def base_row(self, register_id: str, row_key: str) -> dict[str, Any]:
        """Give one row of the newest base copy, empty where there is none."""
        query = self.scope.select(_base, _base.c.cells).where(
            _base.c.register_id == register_id, _base.c.row_key == row_key
        )
        row = self.scope.first(query.order_by(_base.c.generation.desc()))
        return dict(row.cells or {}) if row else {}

    def history(self, row_key: str) -> tuple[RowVersion, ...]:
        """List the versions of a row in every register, each register's oldest first."""
        columns = tuple(field.name for field in fields(RowVersion))
        known = self.scope.rows_of(tables.registers, ("register_id",), ("register_id",))
        return tuple(
            RowVersion(**row._asdict())
            for register in known
            for row in self.scope.rows_of(
                _base,
                ("generation",),
                columns,
                register_id=register.register_id,
                row_key=row_key,
            )
        )

    def keys_like(self, beginning: str) -> tuple[str, ...]:
        """List the row keys of any register that begin so."""
        query = self.scope.select(_base, _base.c.row_key).where(
            _base.c.row_key.startswith(beginning, autoescape=True)
        )
        return tuple(sorted({row.row_key for row in self.scope.rows(query)}))

    def move_base(
        self,
        register_id: str,
        generation: int,
        rows: Mapping[str, Mapping[str, Any]],
        gone: Iterable[str],
        at: datetime,
        sheet: str = "requests",
    ) -> None:
        """Move a sheet's base on: the rows that changed and the keys that went, nothing else."""
        changed: dict[str, Mapping[str, Any] | None] = {**rows, **dict.fromkeys(gone)}
        for row_key, cells in changed.items():
            key = {"register_id": register_id, "row_key": row_key, "generation": generation}
            self.scope.put(_base, key, cells=cells, at=at, sheet=sheet)

    def edit_outcome(self, edit_hash: str) -> str | None:
        """Say how an edit was dealt with, None when it never was."""
        edits = tables.register_edits
        row = self.scope.first(self.scope.select(edits).where(edits.c.edit_hash == edit_hash))
        return str(row.outcome) if row else None

    def edits_like(self, register_id: str, outcome: str) -> list[tuple[str, str, str]]:
        """List a register's edits whose outcome begins so: (hash, row key, outcome)."""
        edits = tables.register_edits
        query = self.scope.select(edits).where(
            edits.c.register_id == register_id, edits.c.outcome.startswith(outcome)
        )
        rows = self.scope.rows(query.order_by(edits.c.edit_hash))
        return [(row.edit_hash, row.row_key, row.outcome) for row in rows]

    def change_edit(self, edit_hash: str, outcome: str) -> None:
        """Note what has become of an edit since."""
        self.scope.update(tables.register_edits, {"edit_hash": edit_hash}, outcome=outcome)

    def edit_done(
        self, edit_hash: str, register_id: str, row_key: str, outcome: str, at: datetime
    ) -> bool:
        """Note an edit as dealt with; False when it was before."""
        if self.edit_outcome(edit_hash) is not None:
            return False
        self.scope.insert(
            tables.register_edits,
            edit_hash=edit_hash,
            register_id=register_id,
            row_key=row_key,
            outcome=outcome,
            at=at,
        )
        return True
