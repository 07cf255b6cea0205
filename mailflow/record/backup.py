"""Copies of the record to start from another day: made while it is in use, proved, rotated."""

import os
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine

from mailflow.errors import MailflowError, Misconfigured, Permanent, Temporary, failpoint
from mailflow.record.engine import DAMAGED

_NAME = re.compile(r"record-(\d{4})-(\d\d)-(\d\d)T(\d{6})\.sqlite")
_PAGES = 2_000
"""Pages copied before the record is left to others for a moment."""


def back_up(engine: Engine, folder: Path, at: datetime) -> Path:
    """Copy the record into `folder` and prove the copy; gives its path, named by `at`.

    The record can be written meanwhile. Raises Misconfigured when the record is no SQLite file or
    the folder cannot be made, Temporary when there is no room, Permanent when the copy is damaged.
    """
    file_of(engine)
    target = folder / f"record-{at:%Y-%m-%dT%H%M%S}.sqlite"
    part = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear(folder, part)
        part.touch(mode=0o600)
        _copy(engine, part)
        durable(part)
        failpoint("backup.before_rename")
        part.rename(target)
        failpoint("backup.after_rename")
        durable(folder)
    except OSError as error:
        raise Misconfigured([f"backup: {folder}: {error.strerror}"]) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return target


def _clear(folder: Path, part: Path) -> None:
    """Remove what a killed copy left: of earlier days, since another may be going on today."""
    part.unlink(missing_ok=True)
    for left in folder.glob("record-*.part"):
        if left.name < part.name[: len("record-yyyy-mm-dd")]:
            left.unlink(missing_ok=True)


def file_of(engine: Engine) -> Path:
    """Give the record's file. Raises Misconfigured when it is on a database server."""
    if engine.dialect.name != "sqlite":
        raise Misconfigured(["backup: the record is on a database server; back up that (pg_dump)"])
    return Path(engine.url.database or "")


def _copy(engine: Engine, part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        try:
            with closing(sqlite3.connect(file_of(engine))) as record:
                record.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise Temporary(f"backup: {error}") from error
        faults = damages(copy)
    if faults:
        raise Permanent(f"backup: the copy is damaged, and so is the record: {faults[0]}{DAMAGED}")


def damages(connection: sqlite3.Connection) -> list[str]:
    """List what SQLite finds wrong in a database file, nothing when it is whole."""
    try:
        lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for line in lines if line != "ok"]


def durable(path: Path) -> None:
    """Have what was written reach the disk before anything rests on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backups(folder: Path) -> tuple[Path, ...]:
    """List the copies in a folder, oldest first; other files are nobody's business."""
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(path for path in found if _NAME.fullmatch(path.name)))


def day_of(backup: Path) -> date:
    """Give the day a copy was made. Raises ValueError when its name is none of ours."""
    found = _NAME.fullmatch(backup.name)
    if not found:
        raise ValueError(f"{backup.name} is not the name of a backup")
    return date(*map(int, found.groups()[:3]))


def rotate(folder: Path, days: int, months: int) -> tuple[Path, ...]:
    """Remove the copies no longer wanted and give them; see `wanted`."""
    found = backups(folder)
    kept = wanted(found, days, months)
    gone = tuple(path for path in found if path not in kept)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def wanted(found: Iterable[Path], days: int, months: int) -> frozenset[Path]:
    """Choose the last copy of each of the last `days` days and `months` months that have one."""
    newest = sorted(found, reverse=True)
    by_day: dict[date, Path] = {}
    by_month: dict[tuple[int, int], Path] = {}
    for path in newest:
        day = day_of(path)
        by_day.setdefault(day, path)
        by_month.setdefault((day.year, day.month), path)
    return frozenset([*list(by_day.values())[:days], *list(by_month.values())[:months]])


def restore(backup: Path, engine: Engine, at: datetime) -> Path:
    """Put a copy in the record's place; gives where the record as it was is kept.

    Nobody may have the record open: the caller holds the home's lock. Raises Permanent when the
    copy is damaged or is no record; the record is then as it was.
    """
    record = file_of(engine)
    engine.dispose()
    part = record.with_name(f"{record.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        _proved_copy(backup, part)
        aside = _set_aside(record, at)
        failpoint("restore.before_rename")
        part.rename(record)
        failpoint("restore.after_rename")
        durable(record.parent)
    except OSError as error:
        raise MailflowError(f"restore: {error.strerror}: {error.filename}") from error
    finally:
        part.unlink(missing_ok=True)
    return aside


def _proved_copy(backup: Path, part: Path) -> None:
    if not backup.is_file():
        raise Permanent(f"restore: there is no file {backup}")
    with (
        closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as copy,
        closing(sqlite3.connect(part)) as target,
    ):
        faults = damages(copy) or _no_record(copy)
        if faults:
            raise Permanent(f"restore: {backup} cannot be used: {faults[0]}")
        copy.backup(target)
    durable(part)


def _no_record(copy: sqlite3.Connection) -> list[str]:
    tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    return [] if {"journal", "letters", "requests"} <= tables else ["it is no record of Mailflow"]


def _set_aside(record: Path, at: datetime) -> Path:
    """Keep the record as it was under a second name; until the copy takes its place it stays.

    What SQLite has beside it goes along: the old record's log would be played into the new one.
    """
    aside = record.with_name(f"{record.name}.before-restore-{at:%Y-%m-%dT%H%M%S}")
    _fold_in_log(record)
    if record.exists():
        failpoint("restore.before_link")
        aside.hardlink_to(record)
        failpoint("restore.after_link")
    for tail in ("-wal", "-shm"):
        old = record.with_name(record.name + tail)
        if old.exists():
            failpoint("restore.before_aside")
            old.rename(aside.with_name(aside.name + tail))
            failpoint("restore.after_aside")
    return aside


def _fold_in_log(record: Path) -> None:
    """Bring the log into the record's own file; a damaged record keeps its log beside it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(record)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
