"""A copy of a record in which time begins anew: its rows come back in the order they came in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, MetaData, Row, select

from mailflow.clock import to_text
from mailflow.procedure.people import StandIn
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act
from mailflow.record import tables
from mailflow.record.journal import read_entry
from mailflow.record.letters import Letter, Outcome
from mailflow.record.notices import Notice
from mailflow.record.scratch import Trial
from mailflow.record.timeline import BEGIN, END, Cut, Event, Happened, timeline
from mailflow.record.work import Work

Owed = Callable[[Request, Sequence[StandIn]], Sequence[tuple[Act, list[str], date | None]]]
"""Who owes what on a request at its last entry, with the stand-ins of then."""

_BESIDE = MetaData()
_KEPT = {
    name: table.to_metadata(_BESIDE, name=f"kept_{name}")
    for name, table in tables.metadata.tables.items()
    if name not in {"agencies", "blobs"}
}
"""Where the rows lie until their time comes."""

_COMING = {
    "letters": ("id", "letter"),
    "notices": ("id", "notice"),
    "asks": ("notice_id", "notice"),
    "journal": ("seq", "seq"),
    "disposals": ("note", "seq"),
    "stand_ins": ("at", "at"),
    "marks": ("at", "at"),
    "office": ("at", "at"),
    "base_rows": ("at", "at"),
    "register_edits": ("at", "at"),
}
"""By which column the rows of a table come back, and which number of a cut that is of."""

_LATER = (
    ("letters", "settled_at", "id", "outcome, request, reason, acts, settled_at, person"),
    ("notices", "failed_at", "id", "status, failed_at, error"),
    ("asks", "closed_at", "id", "closed_at"),
    ("ask_lines", "used_at", "ask_id, line", "used_at, letter_id"),
    ("stand_ins", "ended_at", "id", "ended_at"),
    ("disposals", "at", "code", "at"),
)
"""What of a row was written later, and when: table, the column of that time, key, columns."""

_BEFORE = {
    "letters": {"outcome": "'held'", "reason": "''", "acts": "'[]'", "settled_at": "received_at"},
    "notices": {
        "status": "CASE WHEN sent_at IS NULL THEN 'waiting' ELSE 'sent' END",
        "failed_at": "NULL",
        "error": "''",
    },
}
"""How such a row was until then; where nothing is said, its later columns were blank."""


class Past:
    """A copy taken back to its beginning; `to` lets it go on, `kept_…` tell how it really went."""

    def __init__(self, engine: Engine, agency_id: str, owed: Owed) -> None:
        self.engine = engine
        self.agency_id = agency_id
        self._owed = owed
        self._now = BEGIN
        with self._work() as work:
            for (trigger,) in _sql(work, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                _sql(work, f'DROP TRIGGER "{trigger}"')  # the journal only grows, but for us
            for name in _KEPT:
                _lay_aside(work, name)
            self._end_at(work, 0)
            work.keep()

    def events(self, afterwards: tuple[str, ...], timed: frozenset[str]) -> list[Event]:
        """List every letter, and every moment at which time alone set something off, in order.

        `afterwards` is how the ids begin of what the program does at once after another act,
        `timed` are the kinds of mails that time alone causes.
        """
        with self._work() as work:
            return timeline(
                self._happened(work, "letters", "id", "received_at", "settled_at"),
                self._happened(work, "journal", "seq", "at", "via_kind", "via_id"),
                self._happened(work, "notices", "id", "at", "letter_id", "kind"),
                afterwards,
                timed,
            )

    def to(self, cut: Cut) -> None:
        """Bring back what came to be since the last call and before the cut."""
        with self._work() as work:
            for name in _COMING:
                self._bring(work, name, cut)
            self._bring_lines(work, cut)
            for later in _LATER:
                self._bring_later(work, *later, cut=cut)
            self._bring_registers(work, cut)
            self._end_at(work, cut.seq)
            self._refold(work, cut)
            work.keep()
        self._now = cut

    def trial(self) -> Trial:
        """Give a unit of work of which nothing is kept."""
        return Trial(self.engine, self.agency_id)

    def keep_drafts(self, drafts: Sequence[Mapping[str, Any]]) -> None:
        """Put these drafts in place of those there are: of them the record keeps the last only."""
        with self._work() as work:
            work.scope.delete(tables.drafts)
            if drafts:
                work.scope.insert(tables.drafts, *drafts)
            work.keep()

    def lay_on_the_desk(self, work: Work, letter: int) -> None:
        """Bring one letter back as it was when it had just come."""
        blank = {
            "outcome": "NULL",
            "request": "NULL",
            "reason": "''",
            "acts": "'[]'",
            "settled_at": "NULL",
            "person": "NULL",
            "attempts": "0",
            "lease_until": "NULL",
        }
        names = [column.name for column in tables.letters.columns]
        values = ", ".join(blank.get(name, f'"{name}"') for name in names)
        _sql(
            work,
            f"INSERT INTO letters ({_listed(names)}) SELECT {values} FROM kept_letters"  # noqa: S608 (names are ours)
            " WHERE id = :letter",
            letter=letter,
        )

    # How it really went

    def drafts(self, work: Work) -> list[dict[str, Any]]:
        """List the drafts as a trial sees them."""
        rows = work.scope.rows_of(tables.drafts, ("request", "act", "person"))
        return [row._asdict() for row in rows]

    def kept_letter(self, work: Work, number: int) -> Letter:
        """Give a letter with how it ended."""
        (row,) = self._kept_rows(work, "letters", id=number)
        values = {**row._asdict(), "truncated": bool(row.truncated), "acts": tuple(row.acts)}
        values["outcome"] = Outcome(row.outcome) if row.outcome else None
        del values["agency_id"]
        return Letter(**values)

    def kept_notices(self, work: Work, **equal: Any) -> list[Notice]:
        """List the notices whose columns have these values; those disposed of are left out."""
        found = map(_notice, self._kept_rows(work, "notices", **equal))
        return [notice for notice in found if "kind" in notice.context]

    def notices_since(self, work: Work, number: int) -> list[Notice]:
        """List the notices that a trial has posted, from a number on."""
        query = work.scope.select(tables.notices).where(tables.notices.c.id >= number)
        return list(map(_notice, work.scope.rows(query.order_by(tables.notices.c.id))))

    def kept_entries(self, work: Work, numbers: Sequence[int]) -> list[Entry]:
        """Give the entries of these numbers; notes, and those disposed of, are left out."""
        rows = (row for seq in numbers for row in self._kept_rows(work, "journal", seq=seq))
        return list(_entries(row._asdict() for row in rows))

    def entries_since(self, work: Work, number: int) -> list[Entry]:
        """Give the entries that a trial has written, from a number on."""
        return list(_entries(work.journal.written(number)))

    def whole_since(self, work: Work) -> datetime | None:
        """Give the end of the last request that was disposed of: what was before it has gaps."""
        gone = "SELECT code FROM kept_disposals WHERE at IS NOT NULL"
        query = f"SELECT max(closed_at) FROM kept_requests WHERE code IN ({gone})"  # noqa: S608 (it is fixed)
        (last,) = _sql(work, query)[0]
        return datetime.fromisoformat(last) if last else None

    def disposed(self, work: Work) -> list[str]:
        """List the requests that were disposed of: nothing is left that mails told of them."""
        return [code for (code,) in _sql(work, "SELECT code FROM kept_disposals WHERE at > ''")]

    def _kept_rows(self, work: Work, name: str, **equal: Any) -> Sequence[Row[Any]]:
        table = _KEPT[name]
        query = select(table).where(*(table.c[column] == value for column, value in equal.items()))
        return work.scope.rows(query.order_by(table.c["seq" if name == "journal" else "id"]))

    # Going on

    def _work(self) -> Work:
        return Work(self.engine, self.agency_id)

    def _happened(self, work: Work, name: str, *columns: str) -> list[Happened]:
        return _sql(work, f"SELECT {_listed(columns)} FROM kept_{name} ORDER BY {columns[0]}")  # noqa: S608 (names are ours)

    def _window(self, name: str, cut: Cut) -> tuple[str, Any, Any]:
        column, number = _COMING[name]
        begin, end = getattr(self._now, number), getattr(cut, number)
        return (column, to_text(begin), to_text(end)) if number == "at" else (column, begin, end)

    def _bring(self, work: Work, name: str, cut: Cut) -> None:
        column, begin, end = self._window(name, cut)
        window = f"{column} >= :begin AND {column} < :end"
        _sql(work, f"{_copying(name)} WHERE {window}", at=_at(cut), begin=begin, end=end)

    def _bring_lines(self, work: Work, cut: Cut) -> None:
        asks = "SELECT id FROM kept_asks WHERE notice_id >= :begin AND notice_id < :end"
        _sql(
            work,
            f"{_copying('ask_lines')} WHERE ask_id IN ({asks})",
            at=_at(cut),
            begin=self._now.notice,
            end=cut.notice,
        )

    def _bring_later(
        self, work: Work, name: str, column: str, key: str, columns: str, *, cut: Cut
    ) -> None:
        """Write what was written into rows that were there by then."""
        same = " AND ".join(f"k.{one} = {name}.{one}" for one in key.split(", "))
        since, until = (">", "<=") if name == "letters" else (">=", "<")
        _sql(
            work,
            f"UPDATE {name} SET ({columns}) = (SELECT {columns} FROM kept_{name} k WHERE {same})"  # noqa: S608 (names are ours)
            f" WHERE ({key}) IN (SELECT {key} FROM kept_{name}"
            f" WHERE {column} {since} :begin AND {column} {until} :end)",
            begin=_at(self._now),
            end=_at(cut),
        )

    def _bring_registers(self, work: Work, cut: Cut) -> None:
        """Say of each register which generation of it was agreed on, and when."""
        names = [column.name for column in tables.registers.columns]
        newest = "(SELECT max({}) FROM base_rows b WHERE b.register_id = k.register_id)"
        late = () if cut == END else ("generation", "at")
        values = ", ".join(newest.format(n) if n in late else f"k.{n}" for n in names)
        _sql(
            work,
            f"INSERT OR REPLACE INTO registers ({_listed(names)}) SELECT {values}"  # noqa: S608 (names are ours)
            f" FROM kept_registers k WHERE {newest.format('at')} IS NOT NULL",
        )

    def _end_at(self, work: Work, seq: int) -> None:
        last = "SELECT {} FROM journal ORDER BY seq DESC LIMIT 1"
        _sql(
            work,
            f"UPDATE agencies SET journal_seq = coalesce(({last.format('seq')}), 0),"  # noqa: S608 (it is fixed)
            f" journal_hash = coalesce(({last.format('hash')}), '') WHERE agency_id = :agency",
            agency=self.agency_id,
        )

    def _refold(self, work: Work, cut: Cut) -> None:
        """Make the rows of requests anew whose journal has gone on; disposed ones have no other."""
        codes = _sql(
            work,
            "SELECT request, min(salt) FROM kept_journal WHERE seq >= :begin AND seq < :end"
            " AND request IS NOT NULL GROUP BY request",
            begin=self._now.seq,
            end=cut.seq,
        )
        for code, salt in codes:
            request = work.requests.load(code) if salt else None
            if request is None:
                _sql(
                    work,
                    f"{_copying('requests', 'INSERT OR IGNORE')} WHERE code = :code",
                    code=code,
                )
                continue
            work.requests.save(request, self._owed(request, work.stand_ins.appointed()))
        self._count(work)

    def _count(self, work: Work) -> None:
        rows = work.scope.rows_of(tables.requests, (), ("code", "year", "seq"))
        last: dict[tuple[str, int], int] = {}
        for row in rows:
            key = (row.code.partition(f"-{row.year:04d}-")[0], row.year)
            last[key] = max(row.seq, last.get(key, 0))
        for (series, year), seq in last.items():
            work.scope.put(tables.counters, {"series": series, "year": year}, last=seq)


def _lay_aside(work: Work, name: str) -> None:
    own = f"{name} WHERE agency_id = :agency"
    _sql(work, f"CREATE TABLE kept_{name} AS SELECT * FROM {own}", agency=work.agency_id)  # noqa: S608 (names are ours)
    columns = {*_INDEXED.get(name, ()), *(later for of, later, *_ in _LATER if of == name)}
    columns |= {_COMING[name][0]} if name in _COMING else set()
    for column in columns:
        _sql(work, f"CREATE INDEX kept_{name}_{column} ON kept_{name} ({column})")
    _sql(work, f"DELETE FROM {own}", agency=work.agency_id)  # noqa: S608 (names are ours)


_INDEXED = {"notices": ("letter_id", "dedup"), "asks": ("id",), "ask_lines": ("ask_id",)}


def _copying(name: str, insert: str = "INSERT") -> str:
    """Write how rows come back; what was written into them from the moment `:at` on is left out."""
    late = next((of for of in _LATER if of[0] == name), None)
    names = [column.name for column in tables.metadata.tables[name].columns]
    values = [_until(name, column, late) for column in names]
    return f"{insert} INTO {name} ({_listed(names)}) SELECT {', '.join(values)} FROM kept_{name}"  # noqa: S608 (names are ours)


def _until(name: str, column: str, late: tuple[str, str, str, str] | None) -> str:
    if late is None or column not in late[3].split(", "):
        return f'"{column}"'
    before = _BEFORE.get(name, {}).get(column, "NULL")
    since = ">" if name == "letters" else ">="
    return f'CASE WHEN {late[1]} {since} :at THEN {before} ELSE "{column}" END'


def _notice(row: Row[Any]) -> Notice:
    values = {name: value for name, value in row._asdict().items() if name != "agency_id"}
    return Notice(**{**values, "attachments": tuple(values["attachments"])})


def _entries(rows: Iterable[Mapping[str, Any]]) -> Iterator[Entry]:
    return (read_entry(row) for row in rows if row["request"] and row["salt"])


def _at(cut: Cut) -> str:
    return to_text(cut.at)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _sql(work: Work, statement: str, **values: Any) -> list[Any]:
    found = work.scope.connection.exec_driver_sql(statement, values)
    return [tuple(row) for row in found] if found.returns_rows else []
