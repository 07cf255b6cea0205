"""What a management review (5.8) stands at: who owes which input, who comes, what is unsettled."""

import re
from collections.abc import Iterator
from datetime import date, time

from mailflow.procedure.fields import DECISIONS, PARTS
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Measure, Request
from mailflow.procedure.terms import Act, Head, Kind, Role, Section

FILLED = frozenset(
    {
        Section.EARLIER,
        Section.OBJECTIVES,
        Section.NONCONFORMITIES,
        Section.IMPROVEMENTS,
    }
)
"""The inputs that the record fills: nobody is asked for them unless the agency says so."""

HEADS = dict(zip(DECISIONS, Head, strict=True))
"""By the field of a decision, the head it stands under."""

_CLOCK = re.compile(
    r"\s*(\d{1,2})\s*(?:giờ|gio|h|g|:)\s*(\d{1,2})?\s*(?:phút|phut|p)?\s*\.?\s*", re.IGNORECASE
)


def clock(text: str) -> time | None:
    """Read an hour as people write it ("8 giờ 30", "08:30", "14h"); None when it is none."""
    found = _CLOCK.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def input_owners(request: Request, section: Section, roster: Roster) -> tuple[str, ...]:
    """List who answers for an input; the ISO secretary where nobody named is left."""
    named = (request.values.get("input_owners") or {}).get(section.value, ())
    return roster.answering(named) or tuple(p.id for p in roster.holders(Role.ISO_SECRETARY))


def asked(request: Request) -> tuple[Section, ...]:
    """List the inputs that somebody is asked for, in the order of 5.8.1.1."""
    owners = request.values.get("input_owners") or {}
    return tuple(section for section in Section if section.value in owners)


def given(request: Request) -> dict[Section, Entry]:
    """Give the last answer to each input, without those to a plan that was cancelled since."""
    entries = (e for e in request.entries[_planned_at(request) :] if e.act is Act.GIVE_INPUT)
    return {Section(entry.answer): entry for entry in entries}


def inputs_left(request: Request) -> tuple[Section, ...]:
    """List the inputs asked for that nobody has given yet."""
    known = given(request)
    return tuple(section for section in asked(request) if section not in known)


def owning_left(request: Request, roster: Roster) -> tuple[str, ...]:
    """List who still owes an input."""
    owners = (input_owners(request, section, roster) for section in inputs_left(request))
    return tuple(dict.fromkeys(person for people in owners for person in people))


def _planned_at(request: Request) -> int:
    places = (n for n, e in enumerate(request.entries) if e.act is Act.PLAN_REVIEW)
    return max(places, default=len(request.entries))


def invitation(request: Request) -> tuple[int, int]:
    """Give which plan the invitation is of (from 1) and how often it was changed since."""
    acts = [entry.act for entry in request.entries]
    since = acts[_planned_at(request) :]
    return acts.count(Act.PLAN_REVIEW), sum(
        a in (Act.MOVE_MEETING, Act.CANCEL_REVIEW) for a in since
    )


def attendance(request: Request) -> dict[str, Entry]:
    """Give the last answer of each participant to the invitation as it now stands."""
    dated = (Act.PLAN_REVIEW, Act.MOVE_MEETING)
    last = max((n for n, e in enumerate(request.entries) if e.act in dated), default=0)
    answers = (e for e in request.entries[last:] if e.act is Act.ANSWER_INVITATION)
    return {_for_whom(entry): entry for entry in answers}


def _for_whom(entry: Entry) -> str:
    """Name whom an act counts for: a stand-in's counts for the one they stand in for."""
    notes = (note.split(":") for note in entry.notes if note.startswith("stand_in:"))
    return next((note[1] for note in notes), entry.by)


def comments(request: Request) -> dict[str, Entry]:
    """Give the last comment of each member on the report as it was approved last."""
    approved = (Act.APPROVE_REPORT, "yes")
    places = (n for n, e in enumerate(request.entries) if (e.act, e.answer) == approved)
    since = request.entries[max(places, default=0) :]
    return {_for_whom(e): e for e in since if e.act is Act.COMMENT_REPORT}


def silent(request: Request, commenters: tuple[str, ...]) -> tuple[str, ...]:
    """List the members who have not commented."""
    said = comments(request)
    return tuple(person for person in commenters if person not in said)


def numbered(request: Request, *heads: Head) -> Iterator[tuple[int, Measure]]:
    """Give the decisions under these heads with their numbers, from 1 over all heads."""
    for number, measure in enumerate(request.measures, start=1):
        if measure.head in heads:
            yield number, measure


OUTPUTS = (Head.OPPORTUNITIES, Head.CHANGES, Head.RESOURCES)


def decisions_left(request: Request) -> tuple[int, ...]:
    """List the numbers of the decisions that are neither a request nor declined."""
    return tuple(n for n, measure in numbered(request, *OUTPUTS) if not measure.result)


def risks_left(request: Request) -> tuple[int, ...]:
    """List the numbers of the updates of risks that are not done."""
    return tuple(n for n, measure in numbered(request, Head.RISK) if not measure.done_on)


def risks_of(request: Request, person: str, roster: Roster) -> tuple[int, ...]:
    """List the updates of risks left to one person."""
    mine = (
        n for n in risks_left(request) if person in roster.answering(request.measures[n - 1].who)
    )
    return tuple(mine)


def risks_due(measures: tuple[Measure, ...]) -> date | None:
    """Give the first day by which an update of risks is due that is not done."""
    days = (m.by for m in measures if m.head is Head.RISK and not m.done_on and m.by)
    return min(days, default=None)


def settled(request: Request) -> bool:
    """Say whether nothing is left to do about a distributed review."""
    return not decisions_left(request) and not risks_left(request)


def lacking(request: Request) -> tuple[str, ...]:
    """List the inputs and outputs that the minutes of a combined meeting are still without.

    They are fields of `PARTS`: found in the minutes, given since, or said not to have occurred.
    """
    if request.kind is not Kind.REVIEW_COMBINED:
        return ()
    said: set[str] = set()
    for entry in request.entries:
        if entry.act in (Act.RECEIVE_MINUTES, Act.COMPLETE_MINUTES):
            said |= {name for name in PARTS if entry.fields.get(name)}
            said |= {*entry.fields.get("nothing_in", ()), *entry.fields.get("found_in", ())}
    return tuple(part for part in PARTS if part not in said)
