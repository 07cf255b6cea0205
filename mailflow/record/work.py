"""The unit of work: one transaction on one agency's rows, undone unless told to keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Column, Connection, Engine, Table, bindparam, func, select, text

from mailflow.errors import MailflowError, failpoint
from mailflow.record import tables
from mailflow.record.asks import Asks
from mailflow.record.blobs import Blobs
from mailflow.record.disposals import Disposals
from mailflow.record.drafts import Drafts
from mailflow.record.engine import READING
from mailflow.record.journal import End, Journal
from mailflow.record.leases import Held, Leases
from mailflow.record.letters import Letters
from mailflow.record.notices import Notices
from mailflow.record.office import Marks, Office
from mailflow.record.papers import Papers
from mailflow.record.registers import Registers
from mailflow.record.requests import Requests
from mailflow.record.scope import Scope
from mailflow.record.stand_ins import StandIns


@dataclass(frozen=True)
class Counts:
    """How much there is: requests by state, letters by outcome or `waiting`, notices by status."""

    requests: dict[str, int]
    letters: dict[str, int]
    notices: dict[str, int]


class Work:
    """One transaction; a writing one has the agency to itself, a reading one sees a snapshot.

    One that only is `claiming` a row waits for nobody. Its end commits if `keep` was called and no
    exception came, and rolls back otherwise. Raises Temporary when the database is locked or cannot
    be reached, and when another daemon has taken over what is `held`.
    """

    scope: Scope
    blobs: Blobs
    letters: Letters
    journal: Journal
    requests: Requests
    notices: Notices
    asks: Asks
    marks: Marks
    office: Office
    registers: Registers
    stand_ins: StandIns
    drafts: Drafts
    leases: Leases
    papers: Papers
    disposals: Disposals

    def __init__(
        self,
        engine: Engine,
        agency_id: str,
        *,
        reading: bool = False,
        claiming: bool = False,
        held: Held | None = None,
    ) -> None:
        self.agency_id = agency_id
        self._engine = engine
        self._reading = reading
        self._alone = not (reading or claiming)
        self._held = held
        self._kept = False

    def __enter__(self) -> Self:
        self._connection = self._engine.connect().execution_options(**{READING: self._reading})
        try:
            self._transaction = self._connection.begin()
            end = _lock(self._connection, self.agency_id) if self._alone else None
            self.scope = Scope(self._connection, self.agency_id, self._reading)
            self._furnish(self.scope, end)
            if self._alone and self._held and self._held.lease:
                self.leases.check(self._held.lease)
        except MailflowError:
            self._connection.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._kept:
                self._commit()
            else:
                self._transaction.rollback()
        finally:
            self._connection.close()

    def keep(self) -> None:
        """Ask for a commit at the end of the block."""
        if self._reading:
            raise MailflowError("this unit of work only reads")
        self._kept = True

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what was done in this block, and only that, when an exception leaves it."""
        whole = False
        try:
            with self._connection.begin_nested():
                yield
            whole = True
        finally:
            if not whole:
                self.journal.forget()

    def counts(self) -> Counts:
        """Count the agency's requests, letters and notices."""
        return Counts(
            requests=self._counted(tables.requests, tables.requests.c.state),
            letters=self._counted(tables.letters, tables.letters.c.outcome),
            notices=self._counted(tables.notices, tables.notices.c.status),
        )

    def _counted(self, table: Table, column: Column[str]) -> dict[str, int]:
        query = self.scope.select(table, column.label("name"), func.count().label("number"))
        rows = self.scope.rows(query.group_by(column).order_by(column))
        return {row.name or "waiting": row.number for row in rows}

    def _commit(self) -> None:
        failpoint("work.before_commit")
        self._transaction.commit()
        failpoint("work.after_commit")

    def _furnish(self, scope: Scope, journal_end: End | None) -> None:
        self.blobs = Blobs(scope)
        self.letters = Letters(scope, self.blobs)
        self.journal = Journal(scope, journal_end)
        self.requests = Requests(scope, self.journal)
        self.asks = Asks(scope)
        self.notices = Notices(scope, self.asks)
        self.marks = Marks(scope)
        self.office = Office(scope)
        self.registers = Registers(scope)
        self.stand_ins = StandIns(scope)
        self.drafts = Drafts(scope)
        self.leases = Leases(scope)
        self.papers = Papers(scope)
        self.disposals = Disposals(scope, self.journal, self.requests, self.blobs, self.papers)


def _lock(connection: Connection, agency_id: str) -> End:
    """Lock the agency's row: one writer an agency. SQLite's BEGIN IMMEDIATE did so already.

    Gives the end of its journal, which nobody else can move now.
    """
    key = {"agency_id": agency_id}
    own = connection.execute(_OWN_ROW, key).first()
    if own is None:
        connection.execute(_ADD_ROW, key)
        own = connection.execute(_OWN_ROW, key).one()
    return own.journal_seq, own.journal_hash


_ADD_ROW = text(
    "INSERT INTO agencies (agency_id, journal_seq, journal_hash)"
    " VALUES (:agency_id, 0, '') ON CONFLICT DO NOTHING"
)
_OWN_ROW = (
    select(tables.agencies.c.journal_seq, tables.agencies.c.journal_hash)
    .where(tables.agencies.c.agency_id == bindparam("agency_id"))
    .with_for_update()
)
