"""Turns the keys of refusals and questions into Vietnamese sentences from config/reasons.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailflow.errors import Misconfigured
from mailflow.forms import minutes, words
from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import REVIEWS, Act, Kind, State

TABLES = ("refused", "asked", "held", "done", "triage", "signature", "files", "form")


@dataclass(frozen=True)
class Reasons:
    """The sentences by table (one of TABLES) and key."""

    tables: Mapping[str, Mapping[str, str]]

    def say(self, table: str, key: str, details: Mapping[str, str] | None = None) -> str:
        """Write one sentence; details are shown by their labels (act, state, field, dates)."""
        shown = {name: _shown(name, value) for name, value in (details or {}).items()}
        return self.tables[table][key].format(**shown)

    def refused(self, key: str, details: Mapping[str, str], clause: str) -> str:
        """Write a refusal with the clause it rests on."""
        sentence = self.say("refused", key, details)
        return f"{sentence} (Mục {clause} của quy trình.)" if clause else sentence

    def noted(self, entry: Entry | None, request: Request | None) -> str:
        """Say that an act was done, in the words of what it was done in."""
        if entry and "unverified" in entry.notes:
            return self.say("done", "unverified")
        if entry and minutes.illegible(entry):
            return self.say("done", "minutes_unread")
        if request and request.kind in REVIEWS:
            return self.say("done", "done_review")
        of_year = request is not None and request.kind is Kind.OBJECTIVES
        return self.say("done", "done_objectives" if of_year else "done")


def load(path: Path) -> Reasons:
    """Read config/reasons.toml. Raises Misconfigured when it is broken or lacks a table."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured([f"{path}: cannot be read: {error}"]) from error
    absent = [name for name in TABLES if name not in tables]
    if absent:
        raise Misconfigured([f"{path}: table [{name}] is missing" for name in absent])
    return Reasons(tables)


def _shown(name: str, value: str) -> str:
    if name == "act":
        return labels.ACT[Act(value)]
    if name == "state":
        return labels.STATE[State(value)]
    if name == "field":
        return FIELDS[value].label if value in FIELDS else value
    if name in {"date", "deadline", "current"}:
        return words.day(value)
    if name == "value":
        return labels.option_labels("disposition").get(value, value)
    return value
