"""Who stands in for whom by mail; the roster's own stand-ins are not among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from mailflow.procedure.people import StandIn
from mailflow.procedure.request import Json
from mailflow.procedure.terms import Act
from mailflow.record import tables
from mailflow.record.scope import Scope

_stand_ins = tables.stand_ins


@dataclass(frozen=True)
class KeptStandIn:
    """A stand-in of the record with its number, and the person by whose word it counts."""

    id: int
    stand_in: StandIn
    by: str


@dataclass(frozen=True)
class StandIns:
    """The agency's stand-ins set by mail."""

    scope: Scope

    def add(self, stand_in: StandIn, by: str, letter_id: int | None, at: datetime) -> int:
        """Keep a stand-in that `by` confirmed, and give its number. Raises ValueError on no days.

        It ends by itself after its last day.
        """
        if stand_in.since is None or stand_in.until is None:
            raise ValueError("a stand-in set by mail has a first and a last day")
        values = {**to_json(stand_in), "since": stand_in.since, "until": stand_in.until}
        return self.scope.insert_numbered(_stand_ins, **values, by=by, letter_id=letter_id, at=at)

    def standing(self) -> tuple[KeptStandIn, ...]:
        """List those nobody has taken back, past and coming ones among them."""
        return tuple(map(_kept, self.scope.rows_of(_stand_ins, ("id",), blank=("ended_at",))))

    def appointed(self) -> tuple[StandIn, ...]:
        """List the stand-ins of `standing` alone."""
        return tuple(kept.stand_in for kept in self.standing())

    def end(self, number: int, at: datetime) -> None:
        """Take a stand-in back from now on."""
        self.scope.update(_stand_ins, {"id": number}, ended_at=at)


def _kept(row: Row[Any]) -> KeptStandIn:
    stand_in = from_json({**row._asdict(), "since": row.since, "until": row.until})
    return KeptStandIn(row.id, stand_in, row.by)


def to_json(stand_in: StandIn) -> dict[str, Json]:
    """Write a stand-in for keeping; days as ISO text, the acts in order, None for all."""
    return {
        "for_whom": stand_in.for_whom,
        "who": stand_in.who,
        "acts": None if stand_in.acts is None else sorted(stand_in.acts),
        "since": stand_in.since.isoformat() if stand_in.since else None,
        "until": stand_in.until.isoformat() if stand_in.until else None,
        "decision": stand_in.decision,
    }


def from_json(kept: Mapping[str, Json]) -> StandIn:
    """Read a stand-in back, from JSON or from its row."""
    acts = kept["acts"]
    return StandIn(
        kept["for_whom"],
        kept["who"],
        None if acts is None else frozenset(map(Act, acts)),
        _day(kept["since"]),
        _day(kept["until"]),
        kept["decision"],
    )


def _day(value: Json) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
