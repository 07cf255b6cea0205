"""Prints every way a letter can end, the words that are sent and to whom, from the tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from mailflow.actions.reasons import Reasons
from mailflow.intake.senders.screen import Kind
from mailflow.intake.settle import SET_ASIDE
from mailflow.record import Outcome

_DETAIL = re.compile(r"\{\w+\}")
SENDER = "the sender"
SECRETARY = "the ISO secretary"
NOBODY = ""

TABLES: Mapping[str, tuple[Outcome, str]] = {
    "done": (Outcome.DONE, SENDER),
    "asked": (Outcome.ASKED, SENDER),
    "refused": (Outcome.REFUSED, SENDER),
    "held": (Outcome.HELD, "the person whom the letter names, at the roster's address"),
    "triage": (Outcome.HELD, SECRETARY),
}
"""By table of reasons.toml: how a letter with such a reason ends, and who hears of it."""

NEXT = f"{SENDER}; whoever owes the next act and whom the step tells"

APART: Mapping[tuple[str, str], tuple[Outcome, str]] = {
    ("done", "done"): (Outcome.DONE, NEXT),
    ("done", "done_review"): (Outcome.DONE, NEXT),
    ("done", "done_objectives"): (Outcome.DONE, NEXT),
    ("done", "minutes_unread"): (Outcome.DONE, NEXT),
    ("done", "unverified"): (Outcome.DONE, NEXT),
    ("done", "appointed"): (Outcome.DONE, f"{SENDER}; those concerned"),
    ("done", "revoked"): (Outcome.DONE, f"{SENDER}; those concerned"),
    ("done", "disposal_yes"): (Outcome.DONE, f"{SENDER}; the heads of the units concerned"),
    ("done", "forwarded"): (Outcome.DONE, f"{SENDER}; the unit's head"),
    ("triage", "unknown_sender"): (
        Outcome.HELD,
        f"{SECRETARY}; a proven address gets “đã nhận thư” once a day",
    ),
    ("triage", "many_letters"): (Outcome.HELD, f"{SECRETARY}, once a day for a sender"),
    ("triage", "denied"): (Outcome.DONE, SECRETARY),
    ("triage", "denied_stand_in"): (Outcome.DONE, f"{SECRETARY} and {SENDER}"),
    **{("triage", key): (Outcome.SET_ASIDE, SECRETARY) for key in sorted(SET_ASIDE)},
}
"""Reasons that end otherwise than their table, or are heard of by others as well."""

BESIDE = {"signature": "Chữ ký số", "files": "Tệp đính kèm", "form": "cạnh ô trong phiếu điền"}
"""Tables of remarks: lines of whatever answer the letter gets, under this label."""

IGNORED: Mapping[str, tuple[str, str]] = {
    "auto_reply": (
        "A machine answered: an answer of ours would go in circles.",
        f"{SECRETARY}, of a person who is away while something waits on them",
    ),
    "bounce": (
        "A mail of ours came back; the mail server reads no answers.",
        f"{SECRETARY}, of the mail that reached nobody",
    ),
    "bulk": ("It came over a list, of nobody on the roster: the whole list would get it.", NOBODY),
    "calendar": ("An invitation says nothing about a request.", NOBODY),
    "loop": ("Our own mail came back.", NOBODY),
    "receipt": ("A read receipt says nothing.", NOBODY),
}
"""By what wrote a letter: why nobody is answered, and who hears of it all the same."""


@dataclass(frozen=True)
class Row:
    """One way a letter can end: the words sent, who gets them; why, where nobody is answered."""

    outcome: Outcome
    reason: str
    says: str
    to: str
    why: str = ""


def rows(reasons: Reasons) -> Iterator[Row]:
    """Give every outcome with every reason of reasons.toml that leads to it."""
    for table, usual in TABLES.items():
        for key, sentence in reasons.tables[table].items():
            outcome, to = APART.get((table, key), usual)
            yield Row(outcome, f"{table}.{key}", _shown(sentence), to)
    yield Row(Outcome.DONE, "help", "(templates/mail/help.txt)", SENDER)
    for kind in get_args(Kind):
        if kind != "person":
            why, to = IGNORED[kind]
            yield Row(Outcome.IGNORED, kind, "", to, why)


def markdown(reasons: Reasons) -> str:
    """Write docs/answers.md."""
    parts = [_HEAD]
    for outcome in Outcome:
        found = [row for row in rows(reasons) if row.outcome is outcome]
        parts += [f"\n## {outcome}\n", _SAID[outcome], "\n" + _columns(outcome)]
        parts += [_line(row) for row in found]
    for table, label in BESIDE.items():
        parts += [f"\n## Beside any answer: “{label}”\n", "| reason | words |\n| --- | --- |"]
        parts += [f"| {key} | {_shown(s)} |" for key, s in reasons.tables[table].items()]
    return "\n".join(parts) + "\n"


_HEAD = """# What people get back

Printed by `mailflow procedure --answers` from `config/reasons.toml` and the tables of the code; do
not edit. A letter ends in one of six ways. Where it holds several acts, each has its own line in
one answer, and the letter counts as the first of asked, held, refused, done. “…” stands for what
the letter was about. Lists and machines are never answered; nobody gets more answers than the
rates of `actions/rates.py`, and then the ISO secretary is told."""

_SAID = {
    Outcome.DONE: "The request moved or took the words up. The answer shows what was recorded.",
    Outcome.ASKED: "Nothing was done. The answer says what is missing or doubtful and carries a "
    "fresh ask; what was understood whole can be confirmed in one word.",
    Outcome.REFUSED: "Nothing was done. The answer names the clause and what is possible now.",
    Outcome.HELD: "Nothing is done before a person's word.",
    Outcome.IGNORED: "Nobody is answered.",
    Outcome.SET_ASIDE: "The letter could not be worked off; it is kept as it came.",
}


def _columns(outcome: Outcome) -> str:
    if outcome is Outcome.IGNORED:
        return "| what wrote | why nobody is answered | who hears of it |\n| --- | --- | --- |"
    return "| reason | words | to |\n| --- | --- | --- |"


def _line(row: Row) -> str:
    return f"| {row.reason} | {row.why or row.says} | {row.to or 'nobody'} |"


def _shown(sentence: str) -> str:
    return _DETAIL.sub("…", sentence).replace("|", "/")
