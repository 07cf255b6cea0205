"""How the consolidated register stood when a paper was to be compiled (5.8, 5.9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mailflow.errors import MailflowError
from mailflow.forms.papers import Left
from mailflow.record import Work

Row = Mapping[str, Any]
"""A row of the sheet `Phiếu`: {header: cell}, days as dates, blank cells left out."""


class Unseen(MailflowError):
    """A paper is to be compiled, and nobody looked into the register first.

    Whoever meets it undoes what was begun, looks, and begins anew with what was seen.
    """


@dataclass(frozen=True)
class Counted:
    """The rows that figures are counted from: the register's, or the record's `own`.

    `lacking` are the columns for whose sake they are the record's though there is a register.
    `objectives` are the rows of the sheet `Mục tiêu`, none where the register has no such sheet.
    """

    rows: Sequence[Row]
    own: bool = False
    lacking: tuple[str, ...] = ()
    objectives: Sequence[Row] = ()


@dataclass(frozen=True)
class Seen:
    """What a round of the register came to.

    `trouble` says in words why register and record are not in step, "" when they are. `left` is
    what was not taken up, None where nobody could read it. `count` gives the rows of requests
    opened on a day or later, as the register was last agreed on.
    """

    trouble: str
    left: Sequence[Left] | None
    count: Callable[[Work, date], Counted]
