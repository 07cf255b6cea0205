"""The disk dies, yesterday's copy is put back, the letters since are read again: all is there."""

import shutil
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import State
from mailflow.record import backups
from mailflow.upkeep import restore_record, verify_record
from tests.conversations.agency import IMPROVEMENT, Agency

pytestmark = pytest.mark.sqlite("its daily copy is put back")

DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


def test_a_day_is_played_again_from_yesterdays_copy(tmp_path: Path) -> None:
    """What was done since comes back by the same letters: one word where a mark is not known."""
    agency = Agency(tmp_path / "home")
    code = agency.reported()
    agency.wait(days=1)
    copy = backups(agency.home / "backup")[-1]
    agency.replies(cast.ONE_STOP_HEAD, DECISION)
    agency.writes(cast.PLANNER, IMPROVEMENT)
    assert agency.request(code).state is State.CHECKED
    agency.service.close()
    (agency.home / "record.sqlite").write_bytes(b"\0" * 100_000)

    restore_record(agency.home, copy, agency.clock)
    move_back(agency.home)
    agency.restart()
    agency.work()
    assert agency.request(code).state is State.CHECKED
    with agency.service.open_work(reading=True) as work:
        assert len(work.requests.codes()) == 2
        assert [letter.outcome for letter in work.letters.list(9)] == ["done"] * 3
    assert verify_record(agency.home) == []


def test_a_copy_is_made_once_a_day(tmp_path: Path) -> None:
    """However often the jobs go round; the next day has its own."""
    agency = Agency(tmp_path / "home")
    for hours in (0, 1, 2):
        agency.wait(hours=hours)
    assert len(backups(agency.home / "backup")) == 1
    agency.wait(days=1)
    assert len(backups(agency.home / "backup")) == 2


def move_back(home: Path) -> None:
    """Put every filed letter back into the inbox, as an operator would in any mail program."""
    for letter in (home / "mail/in").rglob("*.post*"):
        if letter.parent.parent != home / "mail/in":
            shutil.move(letter, home / "mail/in/new" / letter.name.partition(":")[0])
