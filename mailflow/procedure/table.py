"""What a row of the procedure's two tables says: a step (an arrow), a wait (who owes)."""

from dataclasses import dataclass
from enum import StrEnum

from mailflow.procedure.terms import Act, Box, Kind, Role, State


class When(StrEnum):
    """A condition on time or on what is pending, judged by `machine`."""

    ALWAYS = "always"
    DEADLINE_REACHED = "deadline_reached"
    CHANGE_PENDING = "change_pending"
    NO_CHANGE_PENDING = "no_change_pending"
    NOT_PLANNED = "not_planned"
    LONG_WORK = "long_work"
    INVITATIONS_OPEN = "invitations_open"
    INPUTS_LEFT = "inputs_left"
    NOTHING_LACKING = "nothing_lacking"
    SOMETHING_LACKING = "something_lacking"
    COMMENTS_OPEN = "comments_open"
    COMMENTS_IN = "comments_in"
    DECISIONS_LEFT = "decisions_left"
    RISKS_LEFT = "risks_left"

    QUARTER_DUE = "quarter_due"
    NOT_MET_LEFT = "not_met_left"


@dataclass(frozen=True)
class Step:
    """One arrow: `sources` None opens a request, `target` None leaves the state as it is.

    `must` names the fields without which the act is undefined (`a|b` means at least one of them),
    `may` those it can also carry; words without a label fill `free`. `tell` lists who hears of it
    besides whoever owes the next act. `title` is the clause's title word for word; a house rule
    has neither clause nor title of the procedure.
    """

    clause: str
    title: str
    act: Act
    answer: str
    kinds: tuple[Kind, ...]
    sources: tuple[State, ...] | None
    target: State | None
    who: tuple[Role, ...]
    box: Box
    must: tuple[str, ...]
    may: tuple[str, ...]
    free: str
    tell: tuple[Role, ...]
    when: When = When.ALWAYS


@dataclass(frozen=True)
class Wait:
    """Somebody owes an act: due within working days of `limit` or on the date field `on`.

    With both, the later of the two. `acts` are the acts that settle it.
    """

    clause: str
    state: State
    kinds: tuple[Kind, ...]
    act: Act
    who: Role
    limit: str = ""
    on: str = ""
    when: When = When.ALWAYS
