"""Checks that the record agrees with itself: chain, replays, numbers, pointers, mails, blobs."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Engine, Select, exists, or_
from sqlalchemy.sql.expression import FromClause

from mailflow.procedure.request import Request
from mailflow.record import tables
from mailflow.record.disposals import Disposal, listed
from mailflow.record.requests import RequestRow, projected
from mailflow.record.work import Work

_rows = tables.requests
_POINTERS = (
    (tables.letters.c.blob, tables.blobs.c.sha256),
    (tables.letters.c.request, tables.requests.c.code),
    (tables.notices.c.request, tables.requests.c.code),
    (tables.notices.c.letter_id, tables.letters.c.id),
    (tables.notices.c.mime, tables.blobs.c.sha256),
    (tables.asks.c.notice_id, tables.notices.c.id),
    (tables.ask_lines.c.ask_id, tables.asks.c.id),
    (tables.ask_lines.c.request, tables.requests.c.code),
    (tables.ask_lines.c.letter_id, tables.letters.c.id),
    (tables.stand_ins.c.letter_id, tables.letters.c.id),
    (tables.requests.c.predecessor, tables.requests.c.code),
    (tables.requests.c.successor, tables.requests.c.code),
)
"""Columns that name a row of the same agency, and the column they name."""


def verify(engine: Engine, agency_id: str) -> list[str]:
    """List every fault of an agency's record, in English; none when all is well.

    Raises MailflowError when the database itself cannot be read.
    """
    with Work(engine, agency_id, reading=True) as work:
        return [
            *_pages(work),
            *work.journal.verify(),
            *_requests(work),
            *_disposals(work),
            *_numbers(work),
            *_orphans(work),
            *_sent(work),
            *_blobs(work),
        ]


def _pages(work: Work) -> Iterator[str]:
    connection = work.scope.connection
    if connection.dialect.name == "sqlite":
        lines = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        yield from (f"database file: {line}" for line in lines if line != "ok")


def _requests(work: Work) -> Iterator[str]:
    codes = {row.code for row in work.scope.rows(work.scope.select(_rows, _rows.c.code))}
    gone = tables.disposals.c
    query = work.scope.select(tables.disposals, gone.code).where(gone.at.is_not(None))
    disposed = {row.code for row in work.scope.rows(query)}
    for code in sorted((codes - disposed) | set(work.journal.codes())):
        try:
            yield from _agreeing(code, work.requests.load(code), work.requests.row(code))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            yield f"request {code}: its journal or its row cannot be read: {error!r}"


def _disposals(work: Work) -> Iterator[str]:
    """What is blank must be what was decided on, and the row that stays what was listed then."""
    try:
        decided = {d.code: d for d in work.disposals.everything()}
    except KeyError as error:
        yield f"disposals: one has no decision in the journal: {error!r}"
        return
    journal = tables.journal.c
    blank = work.scope.select(tables.journal, journal.request).where(journal.salt.is_(None))
    for row in work.scope.rows(blank.distinct()):
        if row.request not in decided or decided[row.request].at is None:
            yield f"journal: entries of {row.request} are blank, which nobody has disposed of"
    for code, disposal in decided.items():
        if disposal.at is not None:
            yield from _as_listed(disposal, work.requests.row(code))


def _as_listed(disposal: Disposal, row: RequestRow | None) -> Iterator[str]:
    if row is None:
        yield f"request {disposal.code}: its row is missing"
    elif listed(row) != disposal.listed:
        yield f"request {row.code}: its row is not what was listed when it was disposed of"


def _agreeing(code: str, request: Request | None, row: RequestRow | None) -> Iterator[str]:
    if request is None:
        yield f"request {code}: has no journal"
    elif row is None:
        yield f"request {code}: its row is missing"
    else:
        yield from _compared(request, row)


def _compared(request: Request, row: RequestRow) -> Iterator[str]:
    for name, value in projected(request).items():
        if getattr(row, name) != value:
            yield f"request {row.code}: {name} is {getattr(row, name)!r}, by its journal {value!r}"


def _numbers(work: Work) -> Iterator[str]:
    """Every number a series gave out is one request's: 1, 2, 3 up to the last."""
    counters = work.scope.rows(work.scope.select(tables.counters))
    last = {(row.series, row.year): row.last for row in counters}
    found: dict[tuple[str, int], list[int]] = {key: [] for key in last}
    for row in work.scope.rows(work.scope.select(_rows, _rows.c.code, _rows.c.year, _rows.c.seq)):
        series = row.code.partition(f"-{row.year:04d}-")[0]
        found.setdefault((series, row.year), []).append(row.seq)
    for key, numbers in sorted(found.items()):
        expected = range(1, last.get(key, 0) + 1)
        numbers.sort()
        if numbers != list(expected):
            series, year = key
            yield f"numbers of {series} {year}: 1 to {len(expected)} given, {numbers} found"


def _orphans(work: Work) -> Iterator[str]:
    for source, target in _POINTERS:
        dangling = work.scope.rows(_dangling(work, source, target))
        table = source.table.description
        yield from (f"{table}.{source.name}: {row[0]} is not there" for row in dangling if row[0])


def _dangling(work: Work, source: Column[Any], target: Column[Any]) -> Select[Any]:
    """Query what a column names that is not there; an alias, as a table may name itself."""
    there: FromClause = target.table.alias()
    named = (there.c.agency_id == work.agency_id) & (there.c[target.name] == source)
    return work.scope.select(source.table, source).distinct().where(~exists().where(named))


def _sent(work: Work) -> Iterator[str]:
    """What went out says when and as what, what waits did not go: else it goes twice, or never."""
    notices = tables.notices.c
    went = notices.status.in_(("sent", "undelivered"))
    unknown = or_(notices.sent_at.is_(None), notices.message_id.is_(None))
    waits = notices.status == "waiting"
    odd = or_(
        notices.sent_at.is_not(None), notices.mime.is_not(None) & notices.message_id.is_(None)
    )
    for which, said in (
        (went & unknown, "counts as sent, but when or as which mail is not kept"),
        (waits & odd, "waits to be sent, but was sent or lacks its Message-ID"),
    ):
        for row in work.scope.rows(work.scope.select(tables.notices, notices.id).where(which)):
            yield f"notice {row.id}: {said}"


def _blobs(work: Work) -> Iterator[str]:
    """Read the blobs one at a time: together they may be larger than the memory."""
    for row in work.scope.rows(work.scope.select(tables.blobs, tables.blobs.c.sha256)):
        if sha256(work.blobs.get(row.sha256)).hexdigest() != row.sha256:
            yield f"blob {row.sha256}: its bytes are not those that were kept"
