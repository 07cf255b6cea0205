"""Requests as their journal makes them, the rows that lists are read from, and their numbers."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, or_

from mailflow.procedure.machine import replay
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act, Kind, Role, State
from mailflow.record import tables
from mailflow.record.journal import Journal
from mailflow.record.scope import Scope

_requests, _journal = tables.requests, tables.journal
_TOGETHER = 200
"""Requests whose entries are read at once."""


class Waiting(NamedTuple):
    """Who owes which act, by which day (None: not known yet)."""

    act: Act
    people: tuple[str, ...]
    due: date | None


class Matter(NamedTuple):
    """What a request is about, and whether it is still open."""

    code: str
    year: int
    seq: int
    category: str
    content: str
    open: bool


_MATTER = ("code", "year", "seq", "category", "content", "closed_at")


@dataclass(frozen=True)
class RequestRow:
    """A request as lists show it; `next_act` and `due` are of the earliest of `waiting`."""

    code: str
    number: str
    year: int
    seq: int
    kind: Kind
    unit: str
    state: State
    category: str
    content: str
    opened_at: datetime
    closed_at: datetime | None
    reporter: str
    predecessor: str | None
    successor: str | None
    next_act: Act | None
    due: date | None
    waiting: tuple[Waiting, ...]


def projected(request: Request) -> dict[str, Any]:
    """Give the columns that follow from a request alone, without the calendar and the roster."""
    return {
        "number": request.number,
        "year": request.year,
        "seq": request.seq,
        "kind": request.kind.value,
        "unit": request.unit,
        "state": request.state.value,
        "category": request.values.get("category") or "",
        "content": request.values.get("content") or "",
        "opened_at": request.opened_at,
        "closed_at": request.since if request.ended else None,
        "reporter": next(iter(request.parties.get(Role.REPORTER, ())), ""),
        "predecessor": request.predecessor,
        "successor": request.successor,
    }


def listed(
    request: Request, waiting: Iterable[tuple[Act, Collection[str], date | None]]
) -> dict[str, Any]:
    """Give the row that lists show of a request, and of who owes what by when."""
    waits = [Waiting(act, tuple(people), due) for act, people, due in waiting]
    soonest = min(waits, key=lambda wait: wait.due or date.max, default=None)
    return {
        **projected(request),
        "next_act": soonest.act.value if soonest else None,
        "due": soonest.due if soonest else None,
        "waiting": [_written(wait) for wait in waits],
    }


@dataclass(frozen=True)
class Requests:
    """The agency's requests."""

    scope: Scope
    journal: Journal
    _replayed: dict[str, tuple[tuple[Entry, ...], Request]] = field(default_factory=dict)
    _matters: dict[tuple[str, Kind], tuple[Matter, ...]] = field(default_factory=dict)

    def load(self, code: str) -> Request | None:
        """Rebuild a request from its entries, once for the same ones; None when it has none."""
        entries = self.journal.of_request(code)
        if not entries:
            return None
        if self._replayed.get(code, ((),))[0] is not entries:
            self._replayed[code] = (entries, replay(entries))
        return self._replayed[code][1]

    def save(
        self,
        request: Request,
        waiting: Sequence[tuple[Act, Collection[str], date | None]],
    ) -> None:
        """Write the row that lists show of a request whose entries are in the journal."""
        row = listed(request, waiting)
        self._matters.clear()
        opened = len(request.entries) == 1
        if not (opened and self.scope.insert_once(_requests, ("code",), code=request.code, **row)):
            self.scope.put(_requests, {"code": request.code}, **row)

    def empty(self, code: str) -> None:
        """Blank what a request's row says of people and matter; number, unit and days stay."""
        nothing = {"category": "", "content": "", "reporter": "", "waiting": []}
        self._matters.clear()
        self._replayed.pop(code, None)
        self.scope.update(_requests, {"code": code}, **nothing, next_act=None, due=None)

    def next_number(self, series: str, year: int) -> int:
        """Take the next number of a series (the codes' prefix) in a year, from 1 on.

        Gapless: the agency is locked, and a number goes back with its unit of work.
        """
        counters = tables.counters
        key = {"series": series, "year": year}
        taken = self.scope.increase(counters, key, "last")
        if taken is None:
            self.scope.insert(counters, **key, last=1)
        return taken or 1

    def codes(self) -> tuple[str, ...]:
        """List all codes, oldest request first."""
        return tuple(row.code for row in self._found(self.scope.select(_requests)))

    def row(self, code: str) -> RequestRow | None:
        """Give one request's row; None when there is no such request."""
        row = self.scope.first(self.scope.select(_requests).where(_requests.c.code == code))
        return _request_row(row) if row else None

    def rows(
        self,
        *,
        states: Collection[State] | None = None,
        kinds: Collection[Kind] | None = None,
        unit: str | None = None,
        year: int | None = None,
    ) -> tuple[RequestRow, ...]:
        """List the requests that fit all that is given, oldest first."""
        query = self.scope.select(_requests)
        if states is not None:
            query = query.where(_requests.c.state.in_([state.value for state in states]))
        if kinds is not None:
            query = query.where(_requests.c.kind.in_([kind.value for kind in kinds]))
        if unit is not None:
            query = query.where(_requests.c.unit == unit)
        if year is not None:
            query = query.where(_requests.c.year == year)
        return tuple(_request_row(row) for row in self._found(query))

    def reported_through(self, kind: str, beginning: str) -> tuple[str, ...]:
        """List the requests whose report came by a `Via` of this kind, its id beginning so."""
        via_kind, via_id = _journal.c.via_kind, _journal.c.via_id
        query = self.scope.select(_journal, _journal.c.request).where(
            _journal.c.act == Act.REPORT.value,
            via_kind == kind,
            via_id.startswith(beginning, autoescape=True),
        )
        return tuple(row.request for row in self.scope.rows(query.order_by(_journal.c.seq)))

    def moved_since(self, moment: datetime) -> tuple[RequestRow, ...]:
        """List the requests that were opened or ended since a moment, oldest first."""
        opened, closed = _requests.c.opened_at, _requests.c.closed_at
        query = self.scope.select(_requests).where(or_(opened >= moment, closed >= moment))
        return tuple(_request_row(row) for row in self._found(query))

    def ended_since(self, moment: datetime, kinds: Collection[Kind]) -> tuple[RequestRow, ...]:
        """List the requests of these kinds that have ended after a moment, oldest first."""
        query = self.scope.select(_requests).where(
            _requests.c.closed_at > moment, _requests.c.kind.in_([kind.value for kind in kinds])
        )
        return tuple(_request_row(row) for row in self._found(query))

    def opened_since(self, moment: datetime, kinds: Collection[Kind]) -> tuple[str, ...]:
        """List the codes of these kinds opened from a moment on, oldest first."""
        query = self.scope.select(_requests, _requests.c.code).where(
            _requests.c.opened_at >= moment, _requests.c.kind.in_([kind.value for kind in kinds])
        )
        return tuple(row.code for row in self._found(query))

    def load_each(self, codes: Sequence[str]) -> Iterator[Request]:
        """Rebuild requests one after the other; those without entries are left out."""
        for start in range(0, len(codes), _TOGETHER):
            together = codes[start : start + _TOGETHER]
            self.journal.read_ahead(together)
            yield from (request for request in map(self.load, together) if request)

    def load_open(self) -> Iterator[Request]:
        """Rebuild the requests that have not ended, oldest first."""
        codes = self.scope.select(_requests, _requests.c.code)
        rows = self._found(codes.where(_requests.c.closed_at.is_(None)))
        return self.load_each([row.code for row in rows])

    def at_unit(self, unit: str, kind: Kind) -> tuple[Matter, ...]:
        """List what the requests of one unit and kind are about, oldest first, to find repeats."""
        if (unit, kind) not in self._matters:
            found = self.scope.rows_of(
                _requests, ("opened_at", "code"), _MATTER, unit=unit, kind=kind.value
            )
            self._matters[unit, kind] = tuple(
                Matter(code, year, seq, category, content, closed_at is None)
                for code, year, seq, category, content, closed_at in map(tuple, found)
            )
        return self._matters[unit, kind]

    def _found(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self.scope.rows(query.order_by(_requests.c.opened_at, _requests.c.code))


def _written(wait: Waiting) -> dict[str, Any]:
    due = wait.due.isoformat() if wait.due else None
    return {"act": wait.act.value, "people": wait.people, "due": due}


def _read(value: dict[str, Any]) -> Waiting:
    due = date.fromisoformat(value["due"]) if value["due"] else None
    return Waiting(Act(value["act"]), tuple(value["people"]), due)


def _request_row(row: Row[Any]) -> RequestRow:
    values = row._asdict()
    del values["agency_id"]
    values["kind"] = Kind(values["kind"])
    values["state"] = State(values["state"])
    values["next_act"] = Act(values["next_act"]) if values["next_act"] else None
    values["waiting"] = tuple(_read(value) for value in values["waiting"])
    return RequestRow(**values)
