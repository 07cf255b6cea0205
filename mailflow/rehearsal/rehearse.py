"""A home's life lived again: in a scratch folder, with this program, sending nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from mailflow import phrases, settings
from mailflow.actions import execute
from mailflow.actions.context import Context
from mailflow.channels.maildir import MaildirMailbox, MaildirTransport
from mailflow.clock import Clock
from mailflow.errors import MailflowError, Misconfigured
from mailflow.intake.reading import certificates
from mailflow.outbox.filler import FormFiller
from mailflow.outbox.page import Page, render_page
from mailflow.outbox.templates import open_templates, template_faults
from mailflow.procedure.calendar import Calendar
from mailflow.record import BEGIN, END, Engine, Event, Notice, Past, Work, copied
from mailflow.registers.office import read_calendar
from mailflow.rehearsal.differences import TOKEN, Difference
from mailflow.rehearsal.registers import cells
from mailflow.rehearsal.trials import (
    AFTERWARDS,
    TIMED,
    Stage,
    Waiting,
    letter_tried,
    moment_tried,
    waiting_tried,
)
from mailflow.settings import Settings
from mailflow.wiring import CALENDAR_FILE, Service, channels, form_folders, mail_folders, open_house

NEAR = timedelta(hours=1)
"""How much later another job of the same round may have written."""


@dataclass(frozen=True)
class With:
    """What is tried in place of the home's and the program's own, from a day on."""

    templates: Path | None = None
    phrases: Path | None = None
    since: date | None = None


@dataclass
class Rehearsed:
    """What a rehearsal found: what differs, how waiting letters would end, and what it went over.

    `emptied` letters were left out, since their content is disposed of; `notes` are what else could
    not be looked at and why.
    """

    differences: list[Difference] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    letters: int = 0
    moments: int = 0
    emptied: int = 0
    notes: list[str] = field(default_factory=list)


def rehearse(home: Path, clock: Clock, use: With, say: Callable[[int, int], None]) -> Rehearsed:
    """Let a home's letters and the moments of its jobs pass again and compare.

    Nothing is sent, and nothing in the home is written: all happens in a copy of the record, each
    point as of its moment and undone afterwards, so that one difference makes no others.
    `say` hears how many points are done, of how many. Raises Misconfigured with every fault of
    settings, roster, templates and phrases, MailflowError when the record cannot be read.
    """
    found = settings.load(home)
    with TemporaryDirectory(prefix="mailflow-rehearsal-") as folder:
        engine = copied(found.record.database_url, Path(folder) / "record.sqlite")
        try:
            stage, events = _stage(found, engine, clock, use, Path(folder))
            with closing(stage.service):
                return _rehearsed(stage, events, clock, use, say)
        finally:
            engine.dispose()


def _stage(
    found: Settings, engine: Engine, clock: Clock, use: With, folder: Path
) -> tuple[Stage, list[Event]]:
    """Set up what the points are tried on, and list them."""
    house, stamp = open_house(found, clock)
    if use.phrases:
        house = replace(house, phrases=phrases.load(use.phrases))
    folders = [*([use.templates] if use.templates else []), *mail_folders(found.home)]
    faults = template_faults(folders)
    if faults:
        raise Misconfigured(faults)
    past = Past(
        engine,
        found.agency.id,
        lambda request, appointed: execute.waiting(
            request, house.world(request.entries[-1].at, appointed)
        ),
    )
    events = past.events(AFTERWARDS, TIMED)
    house = replace(house, calendar=_calendar(found, events, clock))
    nowhere = MaildirMailbox(folder, clock=clock), MaildirTransport(folder, clock=clock)
    service = Service(
        found,
        house,
        engine,
        partial(Work, engine, found.agency.id),
        *nowhere,
        clock,
        FormFiller(form_folders(found.home), None),
        stamp,
        certificates.load(found.mail.smime_ca),
    )
    environment = open_templates(folders)

    def render(notice: Notice, names: Sequence[str]) -> Page:
        return render_page(cast(Context, notice.context), environment, TOKEN, names)

    return Stage(service, render, past), events


def _calendar(found: Settings, events: Sequence[Event], clock: Clock) -> Calendar:
    """Read the days off of all the years that are lived again."""
    first = min((event.cut.at for event in events), default=clock())
    return read_calendar(found.home / CALENDAR_FILE, range(first.year - 1, clock().year + 3))


def _rehearsed(
    stage: Stage,
    events: Sequence[Event],
    clock: Clock,
    use: With,
    say: Callable[[int, int], None],
) -> Rehearsed:
    done = Rehearsed()
    since = _since(stage, use, done)
    for number, event in enumerate(events, 1):
        if event.cut.at >= since:
            stage.past.to(event.cut)
            done.differences += _tried(stage, event, events[number:], done)
        say(number, len(events))
    stage.past.to(END)
    with stage.past.trial() as work:
        done.differences += cells(work, stage.service.house)
    _look_into_the_mailbox(stage, clock, done)
    return done


def _since(stage: Stage, use: With, done: Rehearsed) -> datetime:
    """Say from when on: of what was disposed of there is not all that mails of then spoke of."""
    zone = stage.service.settings.agency.zone
    wanted = datetime.combine(use.since, time(), zone) if use.since else BEGIN.at
    with stage.service.open_work(reading=True) as work:
        whole = stage.past.whole_since(work)
    if whole is None or whole < wanted:
        return wanted
    done.notes.append(
        f"begun after {whole.astimezone(zone):%d/%m/%Y}: of what is older records are disposed of"
    )
    return whole + timedelta(microseconds=1)


def _tried(stage: Stage, event: Event, after: Sequence[Event], done: Rehearsed) -> list[Difference]:
    if event.letter is None:
        done.moments += 1
        return moment_tried(stage, event, list(_near(event, after)))
    if event.cut.letter != event.letter:
        done.notes.append(f"letter {event.letter} is left out: the clock had been set back then")
        return []
    found = letter_tried(stage, event, event.letter)
    done.letters += found is not None
    done.emptied += found is None
    return found or []


def _near(event: Event, after: Sequence[Event]) -> Iterator[int]:
    for other in after:
        if other.cut.at > event.cut.at + NEAR:
            return
        if other.letter is None:
            yield from other.entries


def _look_into_the_mailbox(stage: Stage, clock: Clock, done: Rehearsed) -> None:
    """Try the letters that wait, reading them without changing anything."""
    try:
        mailbox, transport = channels(stage.service.settings, clock)
        with closing(transport), closing(mailbox):
            for envelope in mailbox.waiting():
                done.waiting.append(waiting_tried(stage, envelope, clock()))
    except MailflowError as error:
        done.notes.append(f"the mailbox was not looked into: {error}")
