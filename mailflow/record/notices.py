"""Notices: mail owed to people, sent under a lease, always as the same bytes once composed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from mailflow.errors import MailflowError
from mailflow.record import tables
from mailflow.record.asks import Asks, NewAsk
from mailflow.record.columns import not_running
from mailflow.record.scope import Scope

_notices = tables.notices
_FIRST = func.min(_notices.c.next_at, type_=_notices.c.next_at.type)
WAITS_END = timedelta(days=1, hours=1)
"""No try is put off for longer."""


@dataclass(frozen=True)
class NewNotice:
    """A notice to store: `person` is an id ("" for a stranger), `request` a code.

    `dedup`, where given, is a key under which a notice is stored once only.
    """

    kind: str
    person: str
    address: str
    request: str | None
    context: Mapping[str, Any]
    at: datetime
    attachments: Sequence[Any] = ()
    letter_id: int | None = None
    ask: NewAsk | None = None
    dedup: str | None = None


@dataclass(frozen=True)
class Notice:
    """A stored notice; `mime` names the blob of the composed mail, None until there is one."""

    id: int
    kind: str
    person: str
    address: str
    request: str | None
    context: dict[str, Any]
    attachments: tuple[Any, ...]
    letter_id: int | None
    at: datetime
    status: Literal["waiting", "sent", "failed", "undelivered"]
    attempts: int
    next_at: datetime
    lease_until: datetime | None
    message_id: str | None
    mime: str | None
    sent_at: datetime | None
    failed_at: datetime | None
    answer: str
    error: str
    dedup: str | None


class Destined(NamedTuple):
    """Where a stored notice goes, and whether it still waits to go."""

    person: str
    address: str
    request: str | None
    status: str


@dataclass(frozen=True)
class Notices:
    """The agency's notices."""

    scope: Scope
    asks: Asks

    def add(self, new: NewNotice) -> int:
        """Store a notice with what it asks; give its number, or that of the one stored before."""
        values = {name: value for name, value in vars(new).items() if name != "ask"}
        fresh = {"status": "waiting", "attempts": 0, "next_at": new.at, "answer": "", "error": ""}
        number = self.scope.insert_numbered_once(_notices, ("dedup",), **values, **fresh)
        if number is None:
            (known,) = self.scope.rows_of(_notices, ("id",), ("id",), dedup=new.dedup)
            return int(known.id)
        if new.ask:
            ask = new.ask
            self.asks.add(new.person, None, ask.lines, ask.commands, ask.expires_at, number)
        return number

    def due(self, now: datetime, limit: int) -> tuple[int, ...]:
        """List the notices to send now, oldest first."""
        query = self.scope.select(_notices, _notices.c.id).where(*_sendable(now))
        rows = self.scope.rows(query.order_by(_notices.c.id).limit(limit))
        return tuple(row.id for row in rows)

    def unsent(self) -> tuple[int, datetime | None]:
        """Count the notices that wait to be sent; with the moment the first of them is due."""
        query = self.scope.select(_notices, func.count().label("many"), _FIRST.label("since"))
        row = self.scope.rows(query.where(_notices.c.status == "waiting"))[0]
        return row.many, row.since

    def claim(self, notice_id: int, now: datetime, lease: timedelta) -> Notice | None:
        """Take a notice to send until `now + lease`; None when it is not (or no longer) due.

        Nor while another daemon is taking it, for which nobody waits.
        """
        query = self.scope.select(_notices, _notices.c.attempts)
        query = query.where(_notices.c.id == notice_id, *_sendable(now))
        row = self.scope.first(query.with_for_update(skip_locked=True))
        if row is None:
            return None
        self._change(notice_id, attempts=row.attempts + 1, lease_until=now + lease)
        return self.get(notice_id)

    def is_held(self, notice: Notice) -> bool:
        """Say whether a notice is still whose claim gave it: nobody has claimed it since."""
        row = self.scope.row_of(_notices, ("attempts",), id=notice.id)
        return row is not None and row.attempts == notice.attempts

    def composed(
        self, notice_id: int, message_id: str, mime: str, token: str | None = None
    ) -> None:
        """Note the composed mail: its Message-ID, its bytes' SHA-256, the token born with it."""
        self._change(notice_id, message_id=message_id, mime=mime)
        if token:
            self.asks.give_token(notice_id, token)

    def sent(self, notice_id: int, at: datetime, answer: str) -> None:
        """Note that the server took the mail, and what it answered."""
        self._change(notice_id, status="sent", sent_at=at, answer=answer, lease_until=None)

    def retry(self, notice_id: int, next_at: datetime, error: str) -> None:
        """Note why it did not go and when to try again."""
        self._change(notice_id, next_at=next_at, error=error, lease_until=None)

    def failed(self, notice_id: int, error: str, at: datetime) -> None:
        """Note that it will never go."""
        self._change(notice_id, status="failed", failed_at=at, error=error, lease_until=None)

    def undelivered(self, notice_id: int, error: str, at: datetime) -> None:
        """Note that it went out and came back: it will not reach its reader."""
        self._change(notice_id, status="undelivered", failed_at=at, error=error, lease_until=None)

    def delayed(self, notice_id: int, error: str) -> None:
        """Note what a server on the way says of a mail that it is still trying to deliver."""
        self._change(notice_id, error=error)

    def get(self, notice_id: int) -> Notice:
        """Give a notice. Raises MailflowError when there is none of that number."""
        notice = self._one(id=notice_id)
        if notice is None:
            raise MailflowError(f"no notice {notice_id}")
        return notice

    def destined(self, notice_id: int) -> Destined:
        """Say where a notice goes. Raises MailflowError when there is none of that number."""
        row = self.scope.row_of(_notices, Destined._fields, id=notice_id)
        if row is None:
            raise MailflowError(f"no notice {notice_id}")
        return Destined(**row._mapping)

    def by_message_id(self, message_id: str) -> Notice | None:
        """Find the notice that went out under a Message-ID, written as it was composed."""
        return self._one(message_id=message_id)

    def mail_of(self, message_id: str) -> str | None:
        """Name the blob of the mail that went out under a Message-ID, None where none did."""
        row = self.scope.row_of(_notices, ("mime",), message_id=message_id)
        return row.mime if row else None

    def find(self, notice_id: int) -> Notice | None:
        """Find a notice by its number, which may be anybody's guess."""
        return self._one(id=notice_id)

    def last_sent_to(self, address: str, since: datetime) -> Notice | None:
        """Find the last notice that went to an address after `since`."""
        query = self.scope.select(_notices).where(
            _notices.c.address == address, _notices.c.sent_at > since
        )
        row = self.scope.first(query.order_by(_notices.c.id.desc()).limit(1))
        return _notice(row) if row else None

    def stored_since(
        self,
        address: str,
        kinds: tuple[str, ...],
        request: str | None,
        since: Sequence[datetime],
        now: datetime,
    ) -> tuple[tuple[int, int], ...]:
        """Count for each moment the notices stored for an address after it: (all, of a request).

        Only those of some kinds, up to `now`, moments the latest first; failed ones are left out.
        """
        moments = {f"since_{place}": moment for place, moment in enumerate(since)}
        span = {"earliest": since[-1], "latest": now}
        values = {**moments, **span, "to_address": address, "about": request}
        (counted,) = self.scope.rows_by(_counting(kinds, len(since)), _notices, values)
        return tuple(zip(counted[::2], counted[1::2], strict=True))

    def failed_to(self, address: str, since: datetime | None) -> tuple[tuple[datetime, str], ...]:
        """List when notices to an address failed or came back after `since`, and why."""
        failed_at = _notices.c.failed_at
        query = self.scope.select(_notices, failed_at, _notices.c.error).where(
            _notices.c.address == address, failed_at.is_not(None)
        )
        query = query if since is None else query.where(failed_at > since)
        rows = self.scope.rows(query.order_by(_notices.c.id))
        return tuple((row.failed_at, row.error) for row in rows)

    def list(
        self,
        limit: int,
        *,
        status: str | None = None,
        request: str | None = None,
        person: str | None = None,
    ) -> tuple[Notice, ...]:
        """List the notices that fit all that is given, newest first."""
        query = self.scope.select(_notices)
        for column, value in (
            (_notices.c.status, status),
            (_notices.c.request, request),
            (_notices.c.person, person),
        ):
            query = query if value is None else query.where(column == value)
        rows = self.scope.rows(query.order_by(_notices.c.id.desc()).limit(limit))
        return tuple(_notice(row) for row in rows)

    def _one(self, **equal: Any) -> Notice | None:
        row = self.scope.row_of(_notices, **equal)
        return None if row is None else _notice(row)

    def _change(self, notice_id: int, **values: Any) -> None:
        if not self.scope.update(_notices, {"id": notice_id}, **values):
            raise MailflowError(f"no notice {notice_id}")


def _sendable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """A try set further ahead than any is, or a first one not come yet: a clock was ahead then."""
    next_at = _notices.c.next_at
    come = or_(next_at <= now, next_at > now + WAITS_END, _notices.c.attempts == 0)
    return (_notices.c.status == "waiting", come, not_running(_notices.c.lease_until, now))


@lru_cache(maxsize=20)
def _counting(kinds: tuple[str, ...], moments: int) -> Any:
    about = _notices.c.request == bindparam("about")
    later = [_notices.c.at > bindparam(f"since_{place}") for place in range(moments)]
    pairs = [(func.count().filter(after), func.count().filter(after, about)) for after in later]
    counts: list[ColumnElement[int]] = [count for pair in pairs for count in pair]
    return select(*counts).where(
        _notices.c.address == bindparam("to_address"),
        _notices.c.at > bindparam("earliest"),
        _notices.c.at <= bindparam("latest"),
        _notices.c.kind.in_(kinds),
        _notices.c.status != "failed",
    )


def _notice(row: Row[Any]) -> Notice:
    values = row._asdict()
    del values["agency_id"]
    values["attachments"] = tuple(values["attachments"])
    return Notice(**values)
