"""A request on form BM.CTCL.01 as values: commands, journal entries, measures and the request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from mailflow.procedure.terms import ENDS, Act, Box, Head, Kind, Role, State

Json: TypeAlias = Any
"""Whatever JSON holds; `procedure/fields.py` says the shape of each named field."""


@dataclass(frozen=True)
class Via:
    """What is behind an act: kind is letter, register, console or program; id names which."""

    kind: str
    id: str


@dataclass(frozen=True)
class Command:
    """One act that somebody wants done; `request` is a code, None when the act opens one.

    `by` is a person id, empty for the program. `proof` says what shows that it was them:
    token, smime, authentication_results, challenge, keeper, console, program, or none.
    `entered_by` names who typed it for them.
    """

    act: Act
    answer: str
    request: str | None
    fields: Mapping[str, Json]
    by: str
    via: Via
    proof: str = "none"
    entered_by: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the journal that changed a request; the request is the fold of its entries."""

    at: datetime
    request: str | None
    act: Act
    answer: str
    clause: str
    box: Box
    fields: Mapping[str, Json]
    by: str
    role: Role
    via: Via
    proof: str
    source: State | None
    target: State | None
    entered_by: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """One measure of box 2, or one decision of a review under its `head`.

    `done_on` is set when it was reported done. A decision's `result` is the code of its request,
    or why there is none.
    """

    what: str
    who: tuple[str, ...] = ()
    coordination: str = ""
    by: date | None = None
    output: str = ""
    done_on: date | None = None
    result: str = ""
    head: Head | None = None


@dataclass(frozen=True)
class Request:
    """A request as its entries make it; `values` holds the latest value of each field.

    `parties` gives per-request roles to person ids or `unit:<name>`. `marks` gives the moment
    of the latest entry of each act. Earlier values stay readable in `entries`.
    """

    code: str
    number: str
    year: int
    seq: int
    kind: Kind
    unit: str
    state: State
    opened_at: datetime
    since: datetime
    values: Mapping[str, Json] = field(default_factory=dict)
    parties: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    pending_change: Entry | None = None
    marks: Mapping[Act, datetime] = field(default_factory=dict)
    implementing_since: datetime | None = None
    predecessor: str | None = None
    successor: str | None = None
    merged_into: str | None = None
    repeats: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def ended(self) -> bool:
        """Say whether the request has reached an end."""
        return self.state in ENDS

    def day(self, name: str) -> date | None:
        """Read a date field of `values`, None when it was never given."""
        text = self.values.get(name)
        return date.fromisoformat(text) if text else None

    def box(self, box: Box) -> tuple[Entry, ...]:
        """List the entries that fill one box, oldest first; a box only grows."""
        return tuple(entry for entry in self.entries if entry.box is box)


@dataclass(frozen=True)
class Refused:
    """An act not done: `reason` is a key of the refusal texts, `details` fill them in."""

    reason: str
    clause: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Missing:
    """An act understood but incomplete: the names of the fields without which it is undefined."""

    fields: tuple[str, ...]
    clause: str = ""
