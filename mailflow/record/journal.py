"""The journal: append-only, chained by hashes, and what every request is rebuilt from.

A row's hash is made of the hash before it and of the row's body: its columns, of which those that
tell of people are in it as a salted seal. When a request is disposed of (VII) those columns and the
salt are blanked, and nothing else: what they said cannot be guessed from the seal, and the chain is
recomputed as before.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from hashlib import sha256
from operator import itemgetter
from typing import Any

from sqlalchemy import Row

from mailflow.clock import from_text, to_text
from mailflow.procedure.request import Entry, Json, Via
from mailflow.procedure.terms import Act, Box, Role, State
from mailflow.record import tables
from mailflow.record.columns import dumps, storable
from mailflow.record.scope import Scope

_agencies, _journal = tables.agencies, tables.journal
_PAGE = 500
_BY_NUMBER = itemgetter("seq")
SEALED = ("by", "entered_by", "fields", "notes")
BLANK = {"by": "", "entered_by": "", "fields": "{}", "notes": "[]", "salt": None}
"""What is left of a row's personal columns once its request is disposed of."""

End = tuple[int, str]
"""The number and the hash of a journal's last row; (0, "") of an empty one."""


@dataclass(frozen=True)
class JournalRow:
    """A line of the journal; `entry` is None on a note, whose kind stands in `act`.

    It is None as well where what was written is disposed of.
    """

    seq: int
    hash: str
    at: datetime
    act: str
    request: str | None
    fields: Mapping[str, Json]
    by: str
    via: Via
    entry: Entry | None


def entry_values(entry: Entry) -> dict[str, Any]:
    """Write an entry as the columns of its row. Raises ValueError when it names no request."""
    if entry.request is None:
        raise ValueError("an entry belongs to a request; anything else is a note")
    return {
        "at": to_text(entry.at),
        "request": entry.request,
        "act": entry.act.value,
        "answer": entry.answer,
        "clause": entry.clause,
        "box": entry.box.value,
        "fields": dumps(dict(entry.fields)),
        "by": entry.by,
        "role": entry.role.value,
        "via_kind": entry.via.kind,
        "via_id": entry.via.id,
        "proof": entry.proof,
        "source": entry.source.value if entry.source else None,
        "target": entry.target.value if entry.target else None,
        "entered_by": entry.entered_by,
        "notes": dumps(entry.notes),
    }


def read_entry(values: Mapping[str, Any]) -> Entry:
    """Read an entry back from the columns of its row."""
    return Entry(
        at=from_text(values["at"]),
        request=values["request"],
        act=Act(values["act"]),
        answer=values["answer"],
        clause=values["clause"],
        box=Box(values["box"]),
        fields=json.loads(values["fields"]),
        by=values["by"],
        role=Role(values["role"]),
        via=Via(values["via_kind"], values["via_id"]),
        proof=values["proof"],
        source=State(values["source"]) if values["source"] else None,
        target=State(values["target"]) if values["target"] else None,
        entered_by=values["entered_by"],
        notes=tuple(json.loads(values["notes"])),
    )


def _note_values(
    kind: str, fields: Mapping[str, Json], via: Via, at: datetime, by: str
) -> dict[str, Any]:
    blank = dict.fromkeys(("answer", "clause", "box", "role", "proof", "entered_by"), "")
    return {
        **blank,
        "at": to_text(at),
        "request": None,
        "act": kind,
        "fields": dumps(dict(fields)),
        "by": by,
        "via_kind": via.kind,
        "via_id": via.id,
        "source": None,
        "target": None,
        "notes": "[]",
    }


def _row(values: Mapping[str, Any]) -> JournalRow:
    return JournalRow(
        seq=values["seq"],
        hash=values["hash"],
        at=from_text(values["at"]),
        act=values["act"],
        request=values["request"],
        fields=json.loads(values["fields"]),
        by=values["by"],
        via=Via(values["via_kind"], values["via_id"]),
        entry=None if values["request"] is None or values["salt"] is None else read_entry(values),
    )


def sealed(values: Mapping[str, Any]) -> str:
    """Give the seal of a row's personal columns, which without its salt tells nothing of them."""
    return _sha256(values["salt"] + dumps({name: values[name] for name in SEALED}))


def row_body(values: Mapping[str, Any]) -> str:
    """Give the hash of a row's other columns, its seal among them."""
    apart = {"hash", "salt", *SEALED}
    return _sha256(dumps({name: v for name, v in values.items() if name not in apart}))


def chained(before: str, values: Mapping[str, Any]) -> str:
    """Give a row's hash: of the hash before it and of its body."""
    return _sha256(before + row_body(values))


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _whole(values: Mapping[str, Any]) -> bool:
    """Tell whether what is sealed is what was written, or is blank since it was disposed of."""
    if values["salt"] is None:
        return all(values[name] == blank for name, blank in BLANK.items())
    return str(values["sealed"]) == sealed(values)


@dataclass(frozen=True)
class Journal:
    """The agency's journal; entries read once are kept for the unit of work, which is alone.

    `locked_end` is where it ended when the agency was locked; None in a unit that only reads.
    """

    scope: Scope
    locked_end: InitVar[End | None] = None
    _known: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    _ends: list[End] = field(default_factory=list)

    def __post_init__(self, locked_end: End | None) -> None:
        if locked_end is not None:
            self._ends.append(locked_end)

    def append(self, entry: Entry) -> JournalRow:
        """Write an act on a request; the row's `entry` is as it will be read back.

        Raises ValueError when the entry names no request.
        """
        return self._append(entry_values(entry))

    def note(
        self, kind: str, fields: Mapping[str, Json], via: Via, at: datetime, by: str = ""
    ) -> JournalRow:
        """Write what is no act on a request: a changed roster, calendar or setting."""
        return self._append(_note_values(kind, fields, via, at, by))

    def of_request(self, code: str) -> tuple[Entry, ...]:
        """List a request's entries, oldest first; none once it is disposed of."""
        if code not in self._known:
            rows = self.written_of(code)
            self._known[code] = tuple(read_entry(row) for row in rows if row["salt"] is not None)
        return self._known[code]

    def blank(self, code: str) -> int:
        """Blank what a request's rows say of people; give how many there were.

        Raises MailflowError unless it stands in `disposals`: the database's triggers look there.
        """
        self._known.pop(code, None)
        return self.scope.update(_journal, {"request": code}, **BLANK)

    def written_of(self, code: str) -> tuple[dict[str, Any], ...]:
        """List a request's rows as they are stored, oldest first.

        They are sorted here: asked to do it, SQLite walks the whole journal by its numbers.
        """
        rows = (row._asdict() for row in self.scope.rows_of(_journal, (), request=code))
        return tuple(sorted(rows, key=_BY_NUMBER))

    def written(self, first: int = 1) -> Iterator[dict[str, Any]]:
        """Walk the rows from a number on as they are stored, column by column, oldest first."""
        return (row._asdict() for row in self._walk(first))

    def read_ahead(self, codes: Sequence[str]) -> None:
        """Read the entries of several requests at once, before each is asked for."""
        new = [code for code in codes if code not in self._known]
        query = self.scope.select(_journal).where(_journal.c.request.in_(new))
        found: dict[str, list[Entry]] = {code: [] for code in new}
        for row in sorted((row._asdict() for row in self.scope.rows(query)), key=_BY_NUMBER):
            if row["salt"] is not None:
                found[row["request"]].append(read_entry(row))
        self._known.update({code: tuple(entries) for code, entries in found.items()})

    def forget(self) -> None:
        """Forget what was read, since some of it is undone."""
        self._known.clear()
        self._ends.clear()

    def codes(self) -> tuple[str, ...]:
        """List the requests that have entries; those disposed of have none."""
        query = self.scope.select(_journal, _journal.c.request).distinct()
        kept = (_journal.c.request.is_not(None), _journal.c.salt.is_not(None))
        found = self.scope.rows(query.where(*kept))
        return tuple(sorted(row.request for row in found))

    def rows(self) -> Iterator[JournalRow]:
        """Walk the whole journal, oldest first."""
        return (_row(row._asdict()) for row in self._walk())

    def notes(self, kind: str) -> tuple[JournalRow, ...]:
        """List the notes of a kind, oldest first."""
        found = self.scope.rows_of(_journal, (), act=kind, blank=("request",))
        return tuple(map(_row, sorted((row._asdict() for row in found), key=_BY_NUMBER)))

    def latest(self) -> datetime | None:
        """Give the moment of the last entry, None while there is none."""
        query = self.scope.select(_journal, _journal.c.at)
        row = self.scope.first(query.order_by(_journal.c.seq.desc()).limit(1))
        return from_text(row.at) if row else None

    def end(self) -> End:
        """Give number and hash of the last row, (0, "") while there is none."""
        row = self.scope.row_of(_agencies)
        return (row.journal_seq, row.journal_hash) if row else (0, "")

    def verify(self) -> list[str]:
        """List where numbers are missing and where a row differs from what was written."""
        faults: list[str] = []
        before, expected = "", 1
        for row in self._walk():
            if row.seq != expected:
                faults.append(f"journal: {expected} to {row.seq - 1} missing before {row.seq}")
            elif row.hash != chained(before, values := row._asdict()) or not _whole(values):
                faults.append(f"journal {row.seq}: changed after it was written")
            before, expected = row.hash, row.seq + 1
        if (expected - 1, before) != self.end():
            faults.append(f"journal: ends at {expected - 1}, not where it was written to")
        return faults

    def _append(self, values: dict[str, Any]) -> JournalRow:
        seq, before = self._ends[-1] if self._ends else self.end()
        stored = {
            "agency_id": self.scope.agency_id,
            "seq": seq + 1,
            **{name: value and storable(value) for name, value in values.items()},
            "salt": secrets.token_hex(16),
        }
        stored["sealed"] = sealed(stored)
        stored["hash"] = chained(before, stored)
        self.scope.insert(_journal, **{k: v for k, v in stored.items() if k != "agency_id"})
        self.scope.update(_agencies, {}, journal_seq=seq + 1, journal_hash=stored["hash"])
        self._ends[:] = [(seq + 1, str(stored["hash"]))]
        row = _row(stored)
        self._remember(row)
        return row

    def _remember(self, row: JournalRow) -> None:
        """Add a new entry to those known of its request; one that opens it is the only one."""
        entry, code = row.entry, row.request or ""
        if entry is None:
            return
        if entry.source is None:
            self._known[code] = (entry,)
        elif code in self._known:
            self._known[code] = (*self._known[code], entry)

    def _walk(self, first: int = 1) -> Iterator[Row[Any]]:
        """Page through the rows, so that a journal of years needs little memory."""
        last = first - 1
        while True:
            query = self.scope.select(_journal).where(_journal.c.seq > last)
            page = self.scope.rows(query.order_by(_journal.c.seq).limit(_PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            last = page[-1].seq
