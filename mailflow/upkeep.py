"""What is done to a home's record from outside: asked, proved, copied, restored, made anew."""

from datetime import datetime
from pathlib import Path

from mailflow import settings
from mailflow.actions import execute
from mailflow.clock import Clock
from mailflow.intake.reading import letter
from mailflow.record import (
    Known,
    Rebuilt,
    Work,
    back_up,
    backups,
    migrate,
    open_record,
    outdated,
    rebuild,
    restore,
    verify,
)
from mailflow.wiring import open_house, reading_record


def verify_record(home: Path) -> list[str]:
    """Give the faults of a home's record, empty when it is whole."""
    found = settings.load(home)
    return list(verify(reading_record(found), found.agency.id))


def unsent_notices(home: Path) -> tuple[int, datetime | None]:
    """Count the mails that wait to be sent; with the moment the first of them is due."""
    found = settings.load(home)
    with Work(reading_record(found), found.agency.id, reading=True) as work:
        return work.notices.unsent()


def last_entry(home: Path) -> datetime | None:
    """Give the moment of the last entry in a home's journal, None while there is none."""
    found = settings.load(home)
    with Work(reading_record(found), found.agency.id, reading=True) as work:
        return work.journal.latest()


def has_letter(home: Path, message_id: str) -> bool:
    """Say whether a home's record has a letter of this Message-ID (without its brackets)."""
    found = settings.load(home)
    with Work(reading_record(found), found.agency.id, reading=True) as work:
        return work.letters.has(message_id)


def record_outdated(home: Path) -> bool:
    """Tell whether a home's record is of an earlier schema; changes nothing."""
    return outdated(open_record(settings.load(home).record.database_url))


def back_up_record(home: Path, clock: Clock) -> Path:
    """Copy a home's record as it is, also while a daemon works on it; gives the copy's path."""
    found = settings.load(home)
    engine = open_record(found.record.database_url)
    if not outdated(engine):
        migrate(engine)  # there may be none yet
    return back_up(engine, found.backup.folder, clock().astimezone(found.agency.zone))


def restore_record(home: Path, backup: Path, clock: Clock) -> Path:
    """Put a copy in the place of a home's record; gives where the record as it was is kept.

    The caller holds the home's lock.
    """
    found = settings.load(home)
    engine = open_record(found.record.database_url)
    return restore(backup, engine, clock().astimezone(found.agency.zone))


def rebuild_record(home: Path, new: Path, clock: Clock) -> Rebuilt:
    """Make a new record from what can be read of a home's; the caller holds the home's lock."""
    found = settings.load(home)
    house, _ = open_house(found, clock)
    known = Known(
        lambda raw: vars(letter.outside(raw)),
        lambda request, appointed: execute.waiting(
            request, house.world(request.entries[-1].at, appointed)
        ),
        found.mail.address.casefold(),
        clock(),
        backups(found.backup.folder)[::-1],
    )
    return rebuild(open_record(found.record.database_url), new, found.agency.id, known)
