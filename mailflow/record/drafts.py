"""Forms half filled in: the words of one person for one step, until the step is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailflow.record import tables
from mailflow.record.scope import Scope


@dataclass(frozen=True)
class Draft:
    """The words somebody wrote into the blanks of a step, by their names.

    `entries` is how many entries the request's journal had when they were kept.
    """

    words: Mapping[str, str]
    entries: int
    at: datetime


@dataclass(frozen=True)
class Drafts:
    """The agency's drafts."""

    scope: Scope

    def keep(self, request: str, act: str, person: str, draft: Draft) -> None:
        """Keep a draft in place of an earlier one; `request` is "" for a new matter."""
        key = {"request": request, "act": act, "person": person}
        values = {"words": dict(draft.words), "entries": draft.entries, "at": draft.at}
        self.scope.put(tables.drafts, key, **values)

    def get(self, request: str, act: str, person: str) -> Draft | None:
        """Give a person's draft of a step, if there is one."""
        row = self.scope.row_of(tables.drafts, request=request, act=act, person=person)
        return Draft(row.words, row.entries, row.at) if row else None

    def of(self, request: str, person: str) -> dict[str, Draft]:
        """Give a person's drafts of a request, by act."""
        rows = self.scope.rows_of(tables.drafts, ("act",), request=request, person=person)
        return {row.act: Draft(row.words, row.entries, row.at) for row in rows}

    def drop(self, request: str, act: str, person: str) -> None:
        """Forget a draft: its step was taken."""
        self.scope.delete(tables.drafts, request=request, act=act, person=person)
