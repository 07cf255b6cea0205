"""One point of a home's life tried again upon a scratch record, and compared with how it went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypedDict

from mailflow.actions.house import House
from mailflow.actions.seen import Seen
from mailflow.channels.base import Envelope
from mailflow.daemon.jobs import JOBS
from mailflow.intake import desk
from mailflow.intake.desk import Desk
from mailflow.intake.senders.screen import OwnAddresses
from mailflow.record import Event, Letter, Notice, Past, Trial, Work
from mailflow.registers.consolidated import counted
from mailflow.rehearsal.differences import Difference, Render, Was, of_entries, of_letter, of_mails
from mailflow.wiring import Service

BY_TIME = (
    "verifications",
    "presenting",
    "stand_ins",
    "disposals",
    "objectives",
    "reviews",
    "reminders",
)
"""The jobs that time sets off; none of them writes but into the record."""

TIMED = frozenset(
    {
        *("deadline_reached", "present_list", "stand_in_work", "disposal_list", "quarter_due"),
        *("comments_over", "review_danger", "reminder", "digest"),
    }
)
"""The kinds of mails that those jobs alone post."""

AFTERWARDS = ("follow_up:", "finish_review:", "finish_objectives:")
"""How a `Via` begins of what the program does at once after another act (`execute`)."""


class Waiting(TypedDict):
    """A letter that lies in the mailbox, and how it would end."""

    sender: str
    subject: str
    ends: str
    reason: str


@dataclass(frozen=True)
class Stage:
    """What every trial uses: the service with today's people and this program's words."""

    service: Service
    render: Render
    past: Past


def letter_tried(stage: Stage, event: Event, number: int) -> list[Difference] | None:
    """Work a letter off anew as of its moment, undo it, and say what came otherwise.

    Gives None for one whose content is disposed of.
    """
    past, at = stage.past, event.cut.at
    with past.trial() as work:
        kept = past.kept_letter(work, number)
        if not work.blobs.get(kept.blob):
            return None
        came = stage.service.house.local(kept.received_at)
        cause = f"letter {number} of {kept.from_address}, {came:%d/%m/%Y %H:%M}: {kept.subject}"
        past.lay_on_the_desk(work, number)
        before = work.journal.end()[0]
        desk.work_off(_desk(stage, work, at), number, at)
        was = past.kept_entries(work, event.entries)
        now = past.entries_since(work, before + 1)
        found = [
            *of_letter(kept, work.letters.get(number), cause),
            *of_entries(was, now, cause),
            *_mails(stage, work, event, cause),
        ]
        drafts = past.drafts(work)
    past.keep_drafts(drafts)
    return found


def _desk(stage: Stage, work: Trial, at: datetime) -> Desk:
    service = stage.service
    own = service.settings.mail.address
    house = _house(stage, work, at)
    return Desk(
        lambda **_: work, house, OwnAddresses(frozenset({own.casefold()}), own), service.authorities
    )


def _house(stage: Stage, work: Trial, at: datetime) -> House:
    """Give the house of the trial; papers are compiled from the register as last agreed on."""
    house = replace(stage.service.house, appointed=work.stand_ins.appointed)
    return replace(house, seen=Seen("", (), partial(counted, house, house.world(at))))


def moment_tried(stage: Stage, event: Event, near: Sequence[int]) -> list[Difference]:
    """Let time set off anew what it did at a moment, undo it, and say what came otherwise.

    `near` are the entries that its other jobs wrote a little later: all of them run here at once.
    """
    past, at = stage.past, event.cut.at
    cause = f"set off by time, {stage.service.house.local(at):%d/%m/%Y %H:%M}"
    with past.trial() as work:
        before = work.journal.end()[0]
        service = replace(
            stage.service,
            open_work=lambda **_: work,
            house=_house(stage, work, at),
            clock=lambda: at,
        )
        for name in BY_TIME:
            JOBS[name].run(service)
        now = past.entries_since(work, before + 1)
        did = {(entry.request, entry.act) for entry in now}
        later = past.kept_entries(work, near)
        was = past.kept_entries(work, event.entries)
        was += [entry for entry in later if (entry.request, entry.act) in did]
        return [*of_entries(was, now, cause), *_mails(stage, work, event, cause)]


def _mails(stage: Stage, work: Work, event: Event, cause: str) -> Iterator[Difference]:
    """Compare what a trial posted; every mail has a key under which it is posted once."""
    past = stage.past
    posted = {key_of(n): n for n in past.notices_since(work, event.cut.notice)}
    owed = [n for number in event.mails for n in past.kept_notices(work, id=number)]
    known = {key_of(notice): notice for notice in owed}
    for key, notice in posted.items():
        for kept in past.kept_notices(work, dedup=notice.dedup) if notice.dedup else ():
            known[key] = kept
    gone = past.disposed(work)
    was = {key: Was(n, work.blobs.get(n.mime) if n.mime else None) for key, n in known.items()}
    return of_mails(was, posted, [*map(key_of, owed)], stage.render, cause, gone)


def key_of(notice: Notice) -> str:
    """Name a notice so that its like in the record is found."""
    return notice.dedup or f"{notice.kind} {notice.address} {notice.letter_id}"


def waiting_tried(stage: Stage, envelope: Envelope, at: datetime) -> Waiting:
    """Work off a letter that waits in the mailbox, undo it, and say how it would end."""
    with stage.past.trial() as work:
        kept = work.letters.keep(desk.arrival(envelope))
        if kept.standing == "same":
            ended = work.letters.get(kept.id)
            return _waits(ended, "known already")
        desk.work_off(_desk(stage, work, at), kept.id, at)
        ended = work.letters.get(kept.id)
        return _waits(ended, ended.outcome.value if ended.outcome else "not settled")


def _waits(letter: Letter, ends: str) -> Waiting:
    return Waiting(
        sender=letter.from_address, subject=letter.subject, ends=ends, reason=letter.reason
    )
