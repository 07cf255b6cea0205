"""A new record from what can be read of an old one, damaged or not; the old one stays as it is.

The journal, the raw bytes of letters and mails, and what was sent are copied row by row; requests,
numbers and the list of disposals are made anew from the journal. Whatever is not whole is told.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from mailflow.errors import MailflowError, Permanent, failpoint
from mailflow.record import mending
from mailflow.record.backup import damages, durable, file_of
from mailflow.record.engine import open_record
from mailflow.record.journal import BLANK
from mailflow.record.mending import Known, Told
from mailflow.record.refolding import refold
from mailflow.record.salvage import Salvage, Values, open_salvage
from mailflow.record.schema import VERSION, migrate
from mailflow.record.verify import verify
from mailflow.record.work import Work

Take = Callable[[str, int, Values], None]
DERIVED = frozenset({"requests", "counters", "disposals"})
"""What follows from the journal: a row of these that cannot be read is no loss."""


@dataclass(frozen=True)
class Rebuilt:
    """What became of a record.

    `rows` are by table those found in the old one and those in the new; `righted` is what the old
    one had wrong where the journal tells; `lost` what could not be had whole; `faults` are those
    that `verify` finds in the new one.
    """

    rows: dict[str, tuple[int, int]]
    righted: list[str]
    lost: list[str]
    faults: list[str]

    @property
    def whole(self) -> bool:
        """Say whether everything is there and agrees."""
        return not self.lost and not self.faults


def rebuild(old: Engine, new: Path, agency_id: str, known: Known) -> Rebuilt:
    """Make a new record of an agency from its old one, which nobody else may have open.

    Raises Misconfigured for a record on a server or of a newer Mailflow, MailflowError when `new`
    is there already, Permanent when nothing at all can be read.
    """
    source = file_of(old)
    if new.exists():
        raise MailflowError(f"rebuild: {new} is there already; name a file that is not")
    part = new.with_name(f"{new.name}.part")
    _remove(part)
    engine = open_record(f"sqlite:///{part}")
    try:
        told = Told()
        found = _copied(source, engine, part, agency_id, known, told)
        migrate(engine)
        with Work(engine, agency_id) as work:
            refold(work, known, told)
            work.keep()
        faults = verify(engine, agency_id)
        engine.dispose()
        made = _finished(part)
        failpoint("rebuild.before_rename")
        part.rename(new)
        failpoint("rebuild.after_rename")
        durable(new.parent)
    finally:
        engine.dispose()
        _remove(part)
    rows = {table: (found.get(table, 0), made[table]) for table in made}
    return Rebuilt(rows, told.righted, told.lost, faults)


def _copied(
    source: Path, engine: Engine, part: Path, agency_id: str, known: Known, told: Told
) -> dict[str, int]:
    """Copy what can be read into tables of the old one's schema; gives how many rows it had."""
    with open_salvage(source) as salvage:
        versions = [values["version_num"] for _, values in salvage.rows(VERSION)]
        if not versions:
            told.lost.append("schema: its number cannot be read; taken for the newest")
        migrate(engine, versions[0] if versions else "head")
        with ExitStack() as opened:
            target = opened.enter_context(closing(sqlite3.connect(part)))
            copies = tuple(_usable(known.copies, versions, opened))
            with target:
                return _Copy(salvage, target, agency_id, known, told, copies).all()


def _usable(
    copies: Sequence[Path], versions: list[str], opened: ExitStack
) -> Iterator[tuple[Salvage, str]]:
    """Open the backups of the same schema; a damaged one is no help and is passed over."""
    for path in copies:
        with suppress(Permanent):
            copy = opened.enter_context(open_salvage(path))
            if [values["version_num"] for _, values in copy.rows(VERSION)] == versions:
                yield copy, path.name


@dataclass(frozen=True)
class _Copy:
    """Rows on their way from the old file into the new one, inside one transaction."""

    salvage: Salvage
    target: sqlite3.Connection
    agency_id: str
    known: Known
    told: Told
    copies: tuple[tuple[Salvage, str], ...] = ()

    def all(self) -> dict[str, int]:
        """Copy every table, then mend what is torn; gives how many rows there were."""
        found = {table: self._table(table) for table in _tables(self.target)}
        mending.mend(self.target, self.agency_id, self.told, self._found_blob)
        return found

    def _table(self, table: str) -> int:
        if table not in self.salvage.schema:
            self._say(table, f"{table}: the whole table is gone")
            return 0
        found = others = 0
        for take, number, values in self._found(table):
            if values.get("agency_id", self.agency_id) == self.agency_id:
                found += 1
                take(table, number, values)
            else:
                others += 1
        if others:
            self.told.lost.append(f"{table}: {others} rows of other agencies are not taken")
        return found

    def _found(self, table: str) -> Iterator[tuple[Take, int, Values]]:
        for number, values in self.salvage.rows(table):
            yield self._row, number, values
        torn = self.salvage.torn.get(table, {})
        yield from ((self._torn, number, rest) for number, rest in torn.items() if rest)
        gone = [number for number, rest in torn.items() if not rest]
        if gone:
            self._say(table, f"{table} {mending.ranges(gone)}: {GONE}")
        if table in self.salvage.endless:
            self._say(table, f"{table}: damaged to its end; whether rows followed is not known")

    def _row(self, table: str, number: int, values: Values) -> None:
        bad = mending.unreadable(table, values)
        if bad:
            self._torn(table, number, {k: v for k, v in values.items() if k not in bad})
        elif table != "blobs" or not mending.is_altered(values):
            self._put(table, number, values)
        elif not self._from_copy(table, number, values):
            self.told.altered.add(values["sha256"])
            self.told.lost.append(
                f"blobs {values['sha256']}: its bytes were changed; kept as they are now"
            )
            self._put(table, number, values)

    def _torn(self, table: str, number: int, rest: Values) -> None:
        """Keep what is left of a row whose content cannot be read."""
        if self._from_copy(table, number, rest):
            return
        whole = mending.made_whole(self.target, table, number, rest, self.known)
        kept = whole or table in DERIVED or table == "asks"
        after = mending.AFTER[table] if kept else LOST
        self._say(table, f"{table} {mending.named(number, rest)}: {after}")
        if whole:
            self._put(table, number, whole)

    def _from_copy(self, table: str, number: int, rest: Values) -> bool:
        """Take a row that proves itself, by its own hash or the journal's chain, from a backup."""
        key = PROVEN.get(table)
        if key not in rest:
            return False
        for copy, name in self.copies:
            for _, values in copy.matching(table, {"agency_id": self.agency_id, key: rest[key]}):
                if table != "blobs" or not mending.is_altered(values):
                    said = f"{table} {mending.named(number, rest)}: damaged; taken from {name}"
                    self.told.righted.append(said)
                    self._put(table, number, values | self._blank(values))
                    return True
        return False

    def _found_blob(self, name: str) -> bool:
        return self._from_copy("blobs", 0, {"sha256": name})

    def _blank(self, values: Values) -> Values:
        """Give what a row of the journal has lost since if its request was disposed of."""
        key = {"agency_id": self.agency_id, "code": values.get("request")}
        gone = (row["at"] for _, row in self.salvage.matching("disposals", key))
        return BLANK if any(gone) else {}

    def _put(self, table: str, number: int, values: Values) -> None:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        adding = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 (names are ours)
        try:
            self.target.execute(adding, tuple(values.values()))
        except sqlite3.Error as error:
            self._say(table, f"{table} {mending.named(number, values)}: {error}")

    def _say(self, table: str, what: str) -> None:
        (self.told.righted if table in DERIVED else self.told.lost).append(what)


PROVEN = {"blobs": "sha256", "journal": "seq"}
"""The tables whose rows prove themselves, and by which column they are found in a copy."""
LOST = "cannot be read; it is not in the new record"
GONE = "cannot be read, nothing is known of these rows; or they had been removed before"


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Name the tables of the record in the order they were made: what others name comes first."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return [name for (name,) in names.fetchall() if name != VERSION]


def _finished(part: Path) -> dict[str, int]:
    """Bring the log into the file and have it on the disk; gives the rows of its tables."""
    with closing(sqlite3.connect(part)) as made:
        made.execute("PRAGMA journal_mode=DELETE")
        faults = damages(made)
        if faults:
            raise MailflowError(f"rebuild: {part} could not be written whole: {faults[0]}")
        counted = {
            name: made.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 (names are ours)
            for name in _tables(made)
        }
    durable(part)
    return counted


def _remove(part: Path) -> None:
    for tail in ("", "-wal", "-shm"):
        part.with_name(part.name + tail).unlink(missing_ok=True)
