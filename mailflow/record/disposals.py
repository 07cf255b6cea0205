"""What is disposed of when its years are over (VII): contents go, the list of them stays.

A decision is a note of the journal and a row for each request; carrying it out blanks and removes,
and can be done again at any time, since what is gone already is only passed over.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from mailflow.procedure.request import Json, Via
from mailflow.record import tables
from mailflow.record.blobs import Blobs
from mailflow.record.columns import Words
from mailflow.record.journal import Journal, JournalRow
from mailflow.record.papers import Papers
from mailflow.record.requests import RequestRow, Requests
from mailflow.record.scope import Scope

_disposals, _letters, _notices = tables.disposals, tables.letters, tables.notices
DECIDED, CARRIED_OUT = "disposal", "disposed"
"""Kinds of the journal's notes: what somebody decided, and that it was done."""

KEPT = ("number", "year", "seq", "unit")
PACK = "pack"
"""The form of an attachment that holds copies of letters: it goes as soon as one of them does."""


@dataclass(frozen=True)
class Disposal:
    """A request that was decided to be disposed of; `at` is None until its contents are gone.

    `listed` is what stays: code, number, kind, unit, the state it ended in, opened_at, closed_at.
    """

    code: str
    listed: dict[str, Json]
    by: str
    via: Via
    decided_at: datetime
    at: datetime | None


@dataclass(frozen=True)
class Disposals:
    """The agency's disposals."""

    scope: Scope
    journal: Journal
    requests: Requests
    blobs: Blobs
    papers: Papers

    def decide(
        self, rows: Sequence[RequestRow], via: Via, at: datetime, by: str
    ) -> tuple[str, ...]:
        """Note that requests are to be disposed of; gives the codes of those that were not yet."""
        new = [row for row in rows if self._row(row.code) is None]
        if not new:
            return ()
        said: Json = [listed(row) for row in new]
        note = self.journal.note(DECIDED, {"requests": said}, via, at, by)
        self.scope.insert(_disposals, *({"code": row.code, "note": note.seq} for row in new))
        return tuple(row.code for row in new)

    def decided(self, code: str) -> bool:
        """Tell whether a request is disposed of, or is about to be."""
        return self._row(code) is not None

    def of(self, code: str) -> Disposal | None:
        """Give the decision on a request, if there is one."""
        row = self._row(code)
        if row is None:
            return None
        note = next(n for n in self.journal.notes(DECIDED) if n.seq == row.note)
        return _disposal(row, next(r for r in note.fields["requests"] if r["code"] == code), note)

    def pending(self) -> tuple[str, ...]:
        """List the codes that were decided on and whose contents are still there."""
        rows = self.scope.rows_of(_disposals, ("code",), ("code",), (), ("at",))
        return tuple(row.code for row in rows)

    def everything(self) -> tuple[Disposal, ...]:
        """List everything that was decided to be disposed of, by code."""
        notes = {row.seq: row for row in self.journal.notes(DECIDED)}
        said = {(n.seq, r["code"]): r for n in notes.values() for r in n.fields["requests"]}
        rows = self.scope.rows_of(_disposals, ("code",))
        return tuple(_disposal(row, said[row.note, row.code], notes[row.note]) for row in rows)

    def carry_out(self, codes: Collection[str], via: Via, at: datetime) -> tuple[str, ...]:
        """Remove the contents of requests that were decided on; gives the codes that had any.

        A letter, notice or file that something kept is about, or names, stays whole.
        """
        todo = sorted(set(codes) & set(self.pending()))
        if not todo:
            return ()
        _overwrite_what_is_deleted(self.scope)
        letters = {number for code in todo for number in self.papers.letters_of(code)}
        notices = {number for code in todo for number in self.papers.notices_of(code)}
        named = {name for code in todo for name in self._files(code)}
        gone = {d.code for d in self.scope.rows_of(_disposals, ("code",), ("code",))}
        named |= self._empty_notices(notices | self._packs(), gone, set(todo))
        named |= self._empty_letters(letters, gone)
        for code in todo:
            self._empty_request(code, at)
        self._remove_blobs(named)
        self.journal.note(CARRIED_OUT, {"codes": list(todo)}, via, at)
        return tuple(todo)

    def _row(self, code: str) -> Row[Any] | None:
        return self.scope.row_of(_disposals, code=code)

    def _files(self, code: str) -> list[str]:
        fields = (entry.fields for entry in self.journal.of_request(code))
        return [file["sha256"] for said in fields for file in said.get("files") or ()]

    def _packs(self) -> set[int]:
        """Number the notices that carry copies of letters."""
        holds = _notices.c.context.cast(Words).contains(f'"form":"{PACK}"')
        rows = self.scope.rows(self.scope.select(_notices, _notices.c.id).where(holds))
        return {row.id for row in rows}

    def _empty_notices(self, numbers: Collection[int], gone: set[str], now: set[str]) -> set[str]:
        """Empty the notices that are about nothing kept; gives the blobs they named."""
        named: set[str] = set()
        for number in sorted(numbers):
            row = self.scope.row_of(_notices, id=number)
            if row is None or row.context.get("kind") is None:
                continue
            packed = _packed(row.context)
            if packed & now or (not packed and self.papers.codes_of_notice(row) <= gone):
                named |= {row.mime or "", *_named(row.context)}
                self._empty_notice(row)
        return named - {""}

    def _empty_notice(self, row: Row[Any]) -> None:
        values = {"person": "", "address": "", "context": _EMPTIED, "attachments": []}
        rest = {"mime": None, "answer": "", "error": "", "dedup": None}
        if row.status == "waiting":
            rest["status"] = "failed"
        self.scope.update(_notices, {"id": row.id}, **values, **rest)
        for ask in self.scope.rows_of(tables.asks, ("id",), notice_id=row.id):
            emptied: Json = None if ask.commands is None else []
            self.scope.update(tables.asks, {"id": ask.id}, person="", commands=emptied)

    def _empty_letters(self, numbers: Collection[int], gone: set[str]) -> set[str]:
        """Empty the letters that are about nothing kept; what tells them from new ones stays."""
        named: set[str] = set()
        empty = self.blobs.put(b"")
        for number, about in self.papers.codes_of_letters(sorted(numbers)).items():
            row = self.scope.row_of(_letters, ("blob",), id=number)
            if row is None or not about <= gone:
                continue
            named.add(row.blob)
            words: dict[str, Any] = {
                "from_address": "",
                "subject": "",
                "reason": "",
                "acts": [],
                "person": None,
            }
            self.scope.update(_letters, {"id": number}, blob=empty, **words)
        return named - {empty}

    def _empty_request(self, code: str, at: datetime) -> None:
        self.journal.blank(code)
        self.scope.delete(tables.drafts, request=code)
        self.requests.empty(code)
        self.scope.update(_disposals, {"code": code}, at=at)

    def _remove_blobs(self, named: set[str]) -> None:
        for name in sorted(named - self.papers.named_anywhere(named)):
            self.scope.delete(tables.blobs, sha256=name)


def _disposal(row: Row[Any], said: dict[str, Json], note: JournalRow) -> Disposal:
    return Disposal(row.code, said, note.by, note.via, note.at, row.at)


def listed(row: RequestRow) -> dict[str, Json]:
    """Say what stays of a request that is disposed of."""
    return {
        "code": row.code,
        **{name: getattr(row, name) for name in KEPT},
        "kind": row.kind.value,
        "state": row.state.value,
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }


def _packed(context: Any) -> set[str]:
    """List the requests whose papers go with a notice as a pack."""
    packs = (a for a in context.get("attachments") or () if a.get("form") == PACK)
    return {code for pack in packs for code in pack["view"]["codes"]}


def _named(context: Any) -> set[str]:
    return {a["sha256"] for a in context.get("attachments") or () if "sha256" in a}


_EMPTIED: dict[str, Any] = {"asks": [], "results": [], "attachments": []}


def _overwrite_what_is_deleted(scope: Scope) -> None:
    """Have SQLite write zeros over what it deletes, as PostgreSQL's vacuum does in its own time."""
    if scope.connection.dialect.name == "sqlite":
        scope.connection.exec_driver_sql("PRAGMA secure_delete = ON")
