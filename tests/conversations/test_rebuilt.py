"""A record is made anew from the old one, whole or damaged, and the agency lives on with it."""

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.terms import State
from mailflow.record import Outcome, Rebuilt
from mailflow.upkeep import rebuild_record, restore_record, verify_record
from tests.conversations.agency import Agency
from tests.conversations.test_disposal import ended, in_january
from tests.conversations.test_registers import Register, typed
from tests.conversations.test_restored import move_back
from tests.conversations.test_review_meeting import OCTOBER
from tests.conversations.test_standins import AWAY, confirmed
from tests.record.samples import tamper

pytestmark = pytest.mark.sqlite("what is left of a damaged file is read")

PAGE = 4_096
DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


@dataclass(frozen=True)
class Lived:
    """A home after some years, the time there, its last report and the mail that asks about it."""

    home: Path
    now: datetime
    code: str
    asks: Mail


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Requests, a register's row, a stand-in, a review, objectives, something disposed of."""
    agency = Agency(tmp_path_factory.mktemp("lived") / "home")
    agency.reported()
    typed(agency, Register(agency))
    ended(agency)
    confirmed(agency, cast.ONE_STOP_HEAD, AWAY)
    agency.clock.now = OCTOBER
    agency.work()
    agency.post.reply(cast.SECRETARY, in_january(agency), "Đồng ý")
    agency.wait(hours=0.1)
    code = agency.reported()
    agency.service.close()
    asks = agency.post.last(cast.ONE_STOP_HEAD, code)
    return Lived(agency.home, agency.clock.now, code, asks)


@pytest.fixture
def home(lived: Lived, tmp_path: Path) -> Path:
    """A copy of that home for one test."""
    return Path(shutil.copytree(lived.home, tmp_path / "home"))


def rebuilt(home: Path, lived: Lived) -> Rebuilt:
    """Make the new record beside the old one."""
    return rebuild_record(home, home / "new.sqlite", lambda: lived.now)


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """Every row of a table."""
    with closing(sqlite3.connect(path)) as record:
        return sorted(record.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)  # noqa: S608 (its own names)


def different(lived: Lived, home: Path, made: Rebuilt) -> set[str]:
    """The tables in which a new record is not as the sound one was."""
    sound, new = lived.home / "record.sqlite", home / "new.sqlite"
    return {table for table in made.rows if rows(sound, table) != rows(new, table)}


def put_back(home: Path, lived: Lived) -> Agency:
    """Put the new record in the old one's place and open the agency again."""
    restore_record(home, home / "new.sqlite", lambda: lived.now)
    return Agency.again(home, lived.now)


def test_a_sound_record_comes_out_as_it_was(home: Path, lived: Lived) -> None:
    """In every row of every table; the old one is not touched."""
    before = (home / "record.sqlite").read_bytes()
    made = rebuilt(home, lived)
    assert different(lived, home, made) == set()
    assert (made.whole, made.righted) == (True, [])
    assert all(old == new for old, new in made.rows.values())
    filled = {table for table, (_, new) in made.rows.items() if new}
    assert filled == made.rows.keys() - {"register_waits", "drafts", "leases"}
    assert (home / "record.sqlite").read_bytes() == before


def test_the_agency_goes_on_where_it_was(home: Path, lived: Lived) -> None:
    """An old mail's answer counts, nothing is sent twice, and every letter comes again in vain."""
    rebuilt(home, lived)
    with closing(put_back(home, lived)) as agency:
        assert agency.work() == []
        move_back(home)
        assert agency.wait(hours=0.1) == []
        agency.post.reply(cast.ONE_STOP_HEAD, lived.asks, DECISION)
        agency.wait(hours=0.1)
        assert agency.letter().outcome is Outcome.DONE
        assert agency.request(lived.code).state is State.CHECKED
    assert verify_record(home) == []


@pytest.mark.threat("tampered record")
@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE requests SET state = 'closed'"], "state was <State.CLOSED: 'closed'>"),
        (["UPDATE requests SET waiting = '['"], "requests 1 (code"),
        (["DELETE FROM requests", "DELETE FROM counters"], "its row was missing"),
        (["DROP TABLE requests", "DROP INDEX ix_letters_agency_id_blob"], "whole table is gone"),
        (["DELETE FROM disposals"], "stands on the list again"),
    ],
)
def test_the_journal_sets_the_views_right(
    home: Path, lived: Lived, statements: list[str], said: str
) -> None:
    """Requests, numbers and the list of disposals are as they were, and what was wrong is told."""
    tamper(home / "record.sqlite", *statements)
    made = rebuilt(home, lived)
    assert different(lived, home, made) == set()
    assert made.whole
    assert any(said in line for line in made.righted)


def garble(path: Path, *pages: int) -> None:
    """Write noise over pages of a database's file."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(random.Random(page).randbytes(PAGE))


def page_of(path: Path, name: str) -> int:
    """The page at which a table or an index begins."""
    with closing(sqlite3.connect(path)) as record:
        found = record.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,))
        return int(found.fetchone()[0])


ALTER = (
    "UPDATE blobs SET data = cast(replace(data, 'dấu', 'dau') AS BLOB)"
    " WHERE sha256 = (SELECT blob FROM letters WHERE id = 1)"
)


def test_altered_bytes_are_taken_from_a_backup(home: Path, lived: Lived) -> None:
    """They prove themselves by their own hash; without a copy they are kept as now, and told."""
    tamper(home / "record.sqlite", ALTER)
    made = rebuilt(home, lived)
    assert different(lived, home, made) == set()
    (said,) = made.righted
    assert "damaged; taken from record-2030-01-03" in said
    shutil.rmtree(home / "backup")
    (home / "new.sqlite").unlink()
    made = rebuilt(home, lived)
    assert different(lived, home, made) == {"blobs"}
    assert "its bytes were changed; kept as they are now" in made.lost[0]
    assert ["its bytes are not those" in fault for fault in made.faults] == [True]


def test_missing_bytes_are_taken_from_a_backup(home: Path, lived: Lived) -> None:
    """A letter's, whose name is all that is left of it."""
    lost = "DELETE FROM blobs WHERE sha256 = (SELECT blob FROM letters WHERE id = 1)"
    tamper(home / "record.sqlite", lost)
    made = rebuilt(home, lived)
    assert (different(lived, home, made), made.whole) == (set(), True)


def test_the_journal_is_filled_up_from_a_backup(home: Path, lived: Lived) -> None:
    """Its chain proves the rows up to there; those since are told, each with its request.

    What was disposed of since the copy was made stays blank.
    """
    record, new = home / "record.sqlite", home / "new.sqlite"
    copy = max((home / "backup").iterdir())
    garble(record, page_of(record, "journal"))
    made = rebuilt(home, lived)
    journal = rows(lived.home / "record.sqlite", "journal")
    assert set(rows(new, "journal")) < set(journal)
    assert len(rows(new, "journal")) == len(rows(copy, "journal"))
    assert len(made.lost) == len(journal) - len(rows(copy, "journal"))
    assert f"request {lived.code}" in made.lost[-1]
    assert any("not where it was written to" in fault for fault in made.faults)


def test_of_a_file_cut_short_the_rest_is_read(home: Path, lived: Lived) -> None:
    """As when a disk was full, or a copy broke off: what lay behind the cut is told."""
    record = home / "record.sqlite"
    data = record.read_bytes()
    record.write_bytes(data[: len(data) // PAGE * 2 // 3 * PAGE])
    shutil.rmtree(home / "backup")
    made = rebuilt(home, lived)
    assert made.rows["agencies"] == (1, 1)
    assert different(lived, home, made) <= {line.split()[0] for line in (*made.lost, *made.righted)}
    assert not made.whole


def test_nothing_is_done_twice_after_bad_pages(home: Path, lived: Lived) -> None:
    """No mail goes out again, no letter acts again, and what is not as it was is told."""
    record, torn = home / "record.sqlite", ("letters", "notices", "marks", "asks")
    garble(record, *(page_of(record, table) for table in torn))
    made = rebuilt(home, lived)
    assert {line.split()[0] for line in made.lost} == {*torn, "ask_lines"}
    assert different(lived, home, made) == {*torn, "ask_lines"}
    assert made.faults == []
    with closing(put_back(home, lived)) as agency:
        assert agency.work() == []
        move_back(home)
        assert agency.wait(hours=0.1) == []


def test_lost_letters_come_back_by_their_bytes(home: Path, lived: Lived) -> None:
    """Without their table and all its indexes each is known by what it says, and set aside.

    Only the report that was disposed of, bytes and all, would be news if somebody kept it.
    """
    tamper(home / "record.sqlite", "DROP TABLE letters")
    made = rebuilt(home, lived)
    with closing(put_back(home, lived)) as agency:
        with agency.service.open_work(reading=True) as work:
            found = work.letters.list(99)
        assert {letter.outcome for letter in found} == {Outcome.SET_ASIDE}
        assert len(found) == sum(f"letter show {n.id}" in line for n in found for line in made.lost)
        move_back(home)
        before = agency.codes()
        agency.wait(hours=0.1)
        assert len(agency.codes()) == len(before) + 1
        assert agency.request(lived.code).state is State.REPORTED


@pytest.mark.parametrize("seed", range(3))
def test_whatever_page_is_bad_nothing_goes_unsaid(home: Path, lived: Lived, seed: int) -> None:
    """Of every table that is not as it was something is told."""
    record = home / "record.sqlite"
    with closing(sqlite3.connect(record)) as whole:
        found = whole.execute("SELECT pageno FROM dbstat WHERE name <> 'sqlite_schema'")
        pages = [number for (number,) in found]
    garble(record, *random.Random(seed).sample(pages, 12))
    shutil.rmtree(home / "backup")
    made = rebuilt(home, lived)
    told = {line.split()[0] for line in (*made.lost, *made.righted)}
    assert different(lived, home, made) <= told
