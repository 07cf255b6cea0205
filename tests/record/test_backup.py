"""Copies of the record: whole, private, rotated; one put back is the record of that moment."""

import sqlite3
import stat
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.errors import Misconfigured, Permanent
from mailflow.procedure.request import Via
from mailflow.record import Engine, Work, back_up, backups, day_of, restore, rotate
from mailflow.record.backup import wanted

pytestmark = pytest.mark.sqlite("its file is copied while it is in use")

NOW = datetime.fromisoformat("2026-11-27T01:00:00+07:00")


def _note(record: Engine, words: str) -> None:
    with Work(record, "agency") as work:
        work.journal.note("note", {"words": words}, Via("program", "test"), NOW)
        work.keep()


def _notes(record: Engine) -> list[str]:
    with Work(record, "agency", reading=True) as work:
        return [row.fields["words"] for row in work.journal.rows()]


@pytest.mark.threat("file permissions")
def test_a_copy_is_made_while_somebody_writes(record: Engine, tmp_path: Path) -> None:
    """What is kept by then is in it, what is not is not; nobody else can read it."""
    _note(record, "kept")
    with Work(record, "agency") as work:
        work.journal.note("note", {"words": "not yet"}, Via("program", "test"), NOW)
        copy = back_up(record, tmp_path / "copies", NOW)
        work.keep()
    assert copy.name == "record-2026-11-27T010000.sqlite"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as made:
        assert made.execute("SELECT count(*) FROM journal").fetchone() == (1,)
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [copy.name]
    assert _notes(record) == ["kept", "not yet"]


def test_a_copy_put_back_is_the_record_of_that_moment(record: Engine, tmp_path: Path) -> None:
    """The record as it was before stays, under a name that says so."""
    _note(record, "before")
    copy = back_up(record, tmp_path / "copies", NOW)
    _note(record, "after")
    aside = restore(copy, record, NOW)
    assert _notes(record) == ["before"]
    with closing(sqlite3.connect(aside)) as kept:
        assert kept.execute("SELECT count(*) FROM journal").fetchone() == (2,)


def test_a_damaged_copy_is_refused_and_nothing_is_touched(record: Engine, tmp_path: Path) -> None:
    """A page overwritten, a file cut short, no database, no record: each is named."""
    _note(record, "mine")
    copy = back_up(record, tmp_path / "copies", NOW)
    whole = copy.read_bytes()
    damaged = (
        whole[: len(whole) // 2],
        whole[:8192] + b"\xff" * 40960 + whole[49152:],
        b"no database at all" * 99,
        b"",
    )
    for data in damaged:
        copy.write_bytes(data)
        with pytest.raises(Permanent, match="cannot be used"):
            restore(copy, record, NOW)
    with pytest.raises(Permanent, match="there is no file"):
        restore(tmp_path / "nowhere.sqlite", record, NOW)
    assert _notes(record) == ["mine"]
    assert not [p.name for p in tmp_path.iterdir() if "before" in p.name or "part" in p.name]


def test_a_damaged_record_makes_no_copy(record: Engine, path: Path, tmp_path: Path) -> None:
    """It is said at once, and no copy that nobody could use pushes out a good one."""
    for number in range(200):
        _note(record, f"{number} " * 50)
    record.dispose()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\xff" * 4096 + data[len(data) // 2 + 4096 :])
    with pytest.raises(Permanent, match="damaged"):
        back_up(record, tmp_path / "copies", NOW)
    assert backups(tmp_path / "copies") == ()


def test_a_folder_that_cannot_be_written_is_named(record: Engine, tmp_path: Path) -> None:
    """A file lies where the folder should be."""
    (tmp_path / "copies").write_text("no folder")
    with pytest.raises(Misconfigured, match="copies"):
        back_up(record, tmp_path / "copies", NOW)


def test_copies_of_two_weeks_and_a_year_are_kept(tmp_path: Path) -> None:
    """Two copies a day for two years: the last of each of 14 days and of 12 months remain."""
    for hours in range(0, 730 * 24, 12):
        at = NOW + timedelta(hours=hours)
        (tmp_path / f"record-{at:%Y-%m-%dT%H%M%S}.sqlite").touch()
    (tmp_path / "record-of-mine.sqlite").touch()
    gone = rotate(tmp_path, 14, 12)
    kept = backups(tmp_path)
    assert len(kept) == 14 + 11
    assert len(gone) == 730 * 2 - 25
    assert (tmp_path / "record-of-mine.sqlite").exists()


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(st.sets(DAYS, min_size=1), st.integers(1, 30), st.integers(1, 24))
def test_the_newest_copy_is_always_kept_and_none_of_the_last_days_goes(
    days: set[date], keep: int, months: int
) -> None:
    """Whatever the settings, the last copies stay, and the choice does not depend on order."""
    found = [Path(f"record-{day}T010000.sqlite") for day in days]
    kept = wanted(found, keep, months)
    newest = sorted(days, reverse=True)
    assert {day_of(path) for path in kept} >= set(newest[:keep])
    assert kept == wanted(reversed(found), keep, months)
    assert wanted(kept, keep, months) == kept
