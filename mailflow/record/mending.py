"""What is made of rows that are torn: by the raw letters, by the indexes, never by a guess."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from mailflow.clock import to_text
from mailflow.procedure.people import StandIn
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act
from mailflow.record import tables
from mailflow.record.letters import Outcome
from mailflow.record.salvage import Values

Owed = list[tuple[Act, list[str], date | None]]


@dataclass(frozen=True)
class Known:
    """What the record itself cannot know, among it the agency's `own` address and the time `now`.

    `outside` gives {message_id, content_hash, subject, from_address} of a raw letter; `owed` says
    what was owed on a request since its last entry, given the stand-ins that the record has;
    `copies` are backups, the newest first.
    """

    outside: Callable[[bytes], Mapping[str, str]]
    owed: Callable[[Request, Sequence[StandIn]], Owed]
    own: str
    now: datetime
    copies: Sequence[Path] = ()


@dataclass
class Told:
    """What there is to tell the operator, a sentence each."""

    righted: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    altered: set[str] = field(default_factory=set)
    """The blobs whose bytes are not those that were kept."""


AFTER = {
    "letters": "damaged; the letter and how it ended are kept, its place and time are not",
    "notices": "damaged; that it was sent, or not, is kept, what it said stands in its mail only",
    "marks": "damaged; the mark is kept, its moment is not",
    "register_edits": "damaged; that it was dealt with is kept, how is not",
    "asks": "damaged; whoever answers it is asked to confirm once more",
    "blobs": "its bytes cannot be read; an empty one stands in its place",
    "requests": "damaged; made anew from the journal",
    "counters": "damaged; made anew from the journal",
    "disposals": "damaged; made anew from the journal",
}
"""What becomes of the rows of a table that are torn; those of the others are lost."""


def unreadable(table: str, values: Values) -> set[str]:
    """Name the columns of a row that hold no value of their type."""
    return {name for name, read in _READERS[table].items() if _fails(read, values.get(name))}


def _fails(read: Callable[[Any], Any], value: Any) -> bool:
    try:
        read(value)
    except (ValueError, TypeError):
        return True
    return False


def _readers(table: Any) -> dict[str, Callable[[Any], Any]]:
    dialect = sqlite.dialect()
    found = {c.name: c.type.result_processor(dialect, None) for c in table.c if c.name != "data"}
    return {name: read for name, read in found.items() if read}


_READERS = {name: _readers(table) for name, table in tables.metadata.tables.items()}


def named(number: int, values: Values) -> str:
    """Name a row by its number, if it has one, and the short words that are known of it."""
    short = ("code", "seq", "request", "act", "name", "key", "message_id", "sha256", "status")
    said = [f"{name} {values[name]}" for name in short if values.get(name) is not None]
    return " ".join(
        [*([str(number)] if number else []), *([f"({', '.join(said)})"] if said else [])]
    )


def ranges(numbers: Sequence[int]) -> str:
    """Write rising numbers briefly: 1-3, 7."""
    there = set(numbers)
    firsts = [n for n in numbers if n - 1 not in there]
    lasts = [n for n in numbers if n + 1 not in there]
    return ", ".join(f"{a}-{b}" if b > a else str(a) for a, b in zip(firsts, lasts, strict=True))


def is_altered(values: Values) -> bool:
    """Tell whether a blob's bytes are not those of its name."""
    return bool(sha256(values["data"]).hexdigest() != values["sha256"])


def made_whole(
    target: sqlite3.Connection, table: str, number: int, rest: Values, known: Known
) -> Values | None:
    """Complete what is left of a row so that what was done stays done; None where nothing can."""
    if not _NEEDED.get(table, {""}) <= {name for name in rest if rest[name] is not None}:
        return None
    if table == "letters":
        return _letter(target, number, rest, known)
    now = to_text(known.now)
    if table == "notices":
        return _notice(number, rest, now)
    return {**_EMPTY[table], **({"at": now} if table in _TIMED else {}), **rest}


def _letter(target: sqlite3.Connection, number: int, rest: Values, known: Known) -> Values:
    """Read its headers again; it came after the one before it. Unknown how it ended: set aside."""
    outside = known.outside(_bytes(target, rest["blob"]))
    (before,) = target.execute(_BEFORE, (number,)).fetchone()
    at = rest.get("received_at") or before or to_text(known.now)
    outcome = rest.get("outcome", Outcome.SET_ASIDE.value)
    said = {"from_address": outside["from_address"], "subject": outside["subject"]}
    ended = {"outcome": outcome, "settled_at": at if outcome else None}
    return {**_EMPTY["letters"], **said, **ended, "received_at": at, **rest, "id": number}


def _notice(number: int, rest: Values, now: str) -> Values:
    """A mail that was not sent yet cannot be made without its words: it has failed."""
    status, at = rest.get("status"), rest.get("next_at") or now
    row = {**_EMPTY["notices"], "at": at, "next_at": at, **rest, "id": number}
    if status == "sent":
        return {"sent_at": at, **row}
    if status in {"failed", "undelivered"}:
        return {"failed_at": at, **row}
    error = "the record was damaged; whether it went is not known"
    return {**row, "status": "failed", "failed_at": now, "error": error}


_BEFORE = "SELECT max(received_at) FROM letters WHERE id < ?"
_NEEDED = {
    "letters": {"message_id", "content_hash", "blob"},
    "notices": {"agency_id"},
    "marks": {"name", "key"},
    "register_edits": {"edit_hash"},
    "blobs": {"sha256"},
}
"""What must be left of a row, by table, to make one of it."""
_TIMED = {"marks", "register_edits"}
_EMPTY: dict[str, Values] = {
    "letters": {
        **dict.fromkeys(("channel", "folder", "place", "reason"), ""),
        "uidvalidity": 0,
        "truncated": 0,
        "attempts": 1,
        "standing": "new",
        "acts": "[]",
    },
    "notices": {
        **dict.fromkeys(("kind", "person", "address", "answer", "error"), ""),
        "context": '{"asks":[],"attachments":[],"results":[]}',
        "attachments": "[]",
        "attempts": 1,
    },
    "marks": {},
    "register_edits": {"register_id": "", "row_key": "", "outcome": "damaged"},
    "blobs": {"data": b""},
}


def _bytes(target: sqlite3.Connection, name: str) -> bytes:
    row = target.execute("SELECT data FROM blobs WHERE sha256 = ?", (name,)).fetchone()
    return bytes(row[0]) if row else b""


def mend(
    target: sqlite3.Connection, agency_id: str, told: Told, found: Callable[[str], bool]
) -> None:
    """Make the copied rows fit each other: what names something lost lets go of it, and is told.

    `found` looks for a blob elsewhere, and says whether it is there now.
    """
    _end_of_journal(target, agency_id, told)
    for name in _missing(target):
        if not found(name):
            _without_bytes(target, agency_id, name, told)
    _hold_back(target, told)
    target.execute(
        "UPDATE notices SET person = coalesce("
        "(SELECT person FROM asks WHERE notice_id = notices.id), '') WHERE kind = ''"
    )
    for table, number, _, key in target.execute("PRAGMA foreign_key_check").fetchall():
        _let_go(target, table, number, key, told)


def _end_of_journal(target: sqlite3.Connection, agency_id: str, told: Told) -> None:
    """Where the journal ends is kept apart from it; without that the last row found is taken."""
    if target.execute("SELECT 1 FROM agencies").fetchone():
        return
    last = target.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    target.execute("INSERT INTO agencies VALUES (?, ?, ?)", (agency_id, *(last or (0, ""))))
    told.lost.append(f"agencies: where the journal ended is lost; taken for {last and last[0]}")


def _missing(target: sqlite3.Connection) -> list[str]:
    """Name the blobs of letters and mails that are not there."""
    named = "SELECT blob AS name FROM letters UNION SELECT mime FROM notices"
    missing = f"SELECT name FROM ({named}) WHERE name NOT IN (SELECT sha256 FROM blobs)"  # noqa: S608 (names are ours)
    return [name for (name,) in target.execute(missing).fetchall() if name]


def _without_bytes(target: sqlite3.Connection, agency_id: str, name: str, told: Told) -> None:
    """Put an empty blob where the bytes of a letter are gone without a trace."""
    letters = target.execute("SELECT id FROM letters WHERE blob = ?", (name,)).fetchall()
    told.lost.extend(f"letters {number}: its bytes ({name}) are gone" for (number,) in letters)
    if letters:
        told.altered.add(name)
        target.execute("INSERT INTO blobs VALUES (?, ?, x'')", (agency_id, name))


def _hold_back(target: sqlite3.Connection, told: Told) -> None:
    """Let no altered letter act and no altered mail go out."""
    for name in sorted(told.altered):
        aside = "UPDATE letters SET outcome = 'set_aside' WHERE blob = ? AND outcome IS NULL"
        target.execute(aside, (name,))
        anew = "UPDATE notices SET mime = NULL, message_id = NULL WHERE mime = ? AND status = ?"
        target.execute(anew, (name, "waiting"))


def _let_go(target: sqlite3.Connection, table: str, number: int, key: int, told: Told) -> None:
    names = [
        (row[3], row[2])
        for row in target.execute(f'PRAGMA foreign_key_list("{table}")')
        if row[0] == key and row[3] != "agency_id"
    ]
    must = {row[1] for row in target.execute(f'PRAGMA table_info("{table}")') if row[3]}
    (column, parent), *_ = names
    if column in must:
        removing = f'DELETE FROM "{table}" WHERE rowid = ?'  # noqa: S608 (names are ours)
        target.execute(removing, (number,))
        told.lost.append(f"{table} {number}: what it belongs to in {parent} is lost, and so is it")
    else:
        blanking = f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?'  # noqa: S608 (names are ours)
        target.execute(blanking, (number,))
        told.lost.append(f"{table} {number}: its {column} in {parent} is lost")
