"""Letters as they arrived and what became of them: kept first, worked on under a lease, settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import Row

from mailflow.errors import MailflowError
from mailflow.record import tables
from mailflow.record.blobs import Blobs
from mailflow.record.columns import LEASES_END, not_running
from mailflow.record.scope import Scope

_letters = tables.letters


class Outcome(StrEnum):
    """The six ways a letter ends."""

    DONE = "done"
    ASKED = "asked"
    REFUSED = "refused"
    HELD = "held"
    IGNORED = "ignored"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Arrival:
    """A letter to be kept.

    `message_id` is normalised or synthetic, `content_hash` leaves out the transport headers;
    `raw` is the headers alone when `truncated`.
    """

    raw: bytes
    channel: str
    folder: str
    uidvalidity: int
    uid: int | None
    place: str
    received_at: datetime
    message_id: str
    content_hash: str
    from_address: str
    subject: str
    truncated: bool = False


@dataclass(frozen=True)
class Kept:
    """Where a letter is kept: `conflict` is another letter's Message-ID with other content."""

    id: int
    standing: Literal["new", "same", "conflict"]


@dataclass(frozen=True)
class Letter:
    """A kept letter; `blob` names its raw bytes; `outcome` is None until it is settled."""

    id: int
    channel: str
    folder: str
    uidvalidity: int
    uid: int | None
    place: str
    received_at: datetime
    message_id: str
    content_hash: str
    blob: str
    from_address: str
    subject: str
    truncated: bool
    standing: Literal["new", "conflict"]
    attempts: int
    lease_until: datetime | None
    outcome: Outcome | None
    request: str | None
    reason: str
    acts: tuple[dict[str, Any], ...]
    settled_at: datetime | None
    person: str | None


@dataclass(frozen=True)
class Letters:
    """The agency's letters."""

    scope: Scope
    blobs: Blobs

    def keep(self, arrival: Arrival, lease_until: datetime | None = None) -> Kept:
        """Keep a letter unless it is kept already; same Message-ID and content is the same one.

        With `lease_until` a new letter is claimed for the first time as it is kept.
        """
        known = self.scope.rows_of(_letters, ("id",), message_id=arrival.message_id)
        for row in known:
            if row.content_hash == arrival.content_hash:
                return Kept(row.id, "same")
        standing: Literal["new", "conflict"] = "conflict" if known else "new"
        values = {k: v for k, v in vars(arrival).items() if k not in {"raw", "truncated"}}
        number = self.scope.insert_numbered(
            _letters,
            **values,
            truncated=int(arrival.truncated),
            blob=self.blobs.put(arrival.raw),
            standing=standing,
            attempts=0 if lease_until is None else 1,
            lease_until=lease_until,
            reason="",
            acts=[],
        )
        return Kept(number, standing)

    def has(self, message_id: str) -> bool:
        """Say whether a letter of this Message-ID (without its brackets) is kept."""
        return bool(self.scope.rows_of(_letters, ("id",), message_id=message_id))

    def claim(self, letter_id: int, now: datetime, lease: timedelta) -> int | None:
        """Take a letter to work on until `now + lease`; give how often it was taken, this included.

        None when it is settled or someone else's lease still runs. Commit before reading it, so
        that a letter which kills the reader is counted.
        """
        letter = self.get(letter_id)
        if letter.outcome or (letter.lease_until and now < letter.lease_until <= now + LEASES_END):
            return None
        attempts = letter.attempts + 1
        self._change(letter_id, attempts=attempts, lease_until=now + lease)
        return attempts

    def settle(
        self,
        letter_id: int,
        outcome: str,
        request: str | None,
        reason: str,
        acts: Sequence[Mapping[str, Any]],
        at: datetime,
        person: str | None,
    ) -> None:
        """Write down how a letter ended; `acts` are {request, act, answer, outcome, reason} each.

        A held letter is settled once more when it is confirmed. Raises ValueError on an outcome
        that is none.
        """
        self._change(
            letter_id,
            outcome=Outcome(outcome).value,
            request=request,
            reason=reason,
            acts=[dict(act) for act in acts],
            settled_at=at,
            person=person,
            lease_until=None,
        )

    def reopen(self, letter_id: int) -> None:
        """Forget how a letter ended, so that it is read anew."""
        self._change(
            letter_id,
            outcome=None,
            request=None,
            reason="",
            acts=[],
            settled_at=None,
            person=None,
            attempts=0,
            lease_until=None,
        )

    def unsettled(self, now: datetime) -> tuple[int, ...]:
        """List the letters to work on, oldest first: not settled, no lease running."""
        free = not_running(_letters.c.lease_until, now)
        query = self.scope.select(_letters, _letters.c.id).where(_letters.c.outcome.is_(None), free)
        return tuple(row.id for row in self.scope.rows(query.order_by(_letters.c.id)))

    def get(self, letter_id: int) -> Letter:
        """Give a letter. Raises MailflowError when there is none of that number."""
        row = self.scope.row_of(_letters, id=letter_id)
        if row is None:
            raise MailflowError(f"no letter {letter_id}")
        return _letter(row)

    def raw(self, letter_id: int) -> bytes:
        """Give a letter's bytes as they arrived. Raises MailflowError when there is none."""
        return self.blobs.get(self.get(letter_id).blob)

    def list(self, limit: int, outcome: str | None = None) -> tuple[Letter, ...]:
        """List letters, newest first."""
        query = self.scope.select(_letters)
        if outcome is not None:
            query = query.where(_letters.c.outcome == outcome)
        rows = self.scope.rows(query.order_by(_letters.c.id.desc()).limit(limit))
        return tuple(_letter(row) for row in rows)

    def latest_from(self, address: str) -> int:
        """Give the number of the last letter that a person at an address wrote, 0 for none.

        What was ignored does not count: it came from a machine.
        """
        query = self.scope.select(_letters, _letters.c.id).where(
            _letters.c.from_address == address,
            _letters.c.outcome.is_not(None),
            _letters.c.outcome != Outcome.IGNORED.value,
        )
        row = self.scope.first(query.order_by(_letters.c.id.desc()).limit(1))
        return row.id if row else 0

    def count_from(self, address: str, since: datetime, until: datetime, before: int) -> int:
        """Count the letters from an address after `since` up to `until`, numbered below `before`.

        What was ignored does not count.
        """
        late = self.scope.rows_of(
            _letters,
            (),
            ("id", "outcome", "received_at"),
            ("received_at",),
            from_address=address,
            received_at=since,
        )
        return sum(
            row.id < before and row.outcome != Outcome.IGNORED and row.received_at <= until
            for row in late
        )

    def _change(self, letter_id: int, **values: Any) -> None:
        if not self.scope.update(_letters, {"id": letter_id}, **values):
            raise MailflowError(f"no letter {letter_id}")


def _letter(row: Row[Any]) -> Letter:
    values = row._asdict()
    del values["agency_id"]
    values["truncated"] = bool(values["truncated"])
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    values["acts"] = tuple(values["acts"])
    return Letter(**values)
