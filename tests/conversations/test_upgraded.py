"""A record of an earlier Mailflow is brought to the newest schema, and the agency goes on."""

import shutil
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailflow.cli.app import app
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.errors import Misconfigured, Permanent
from mailflow.procedure.terms import State
from mailflow.record import Outcome, backups
from mailflow.upkeep import back_up_record, rebuild_record, verify_record
from tests.console import run
from tests.conversations.agency import START, Agency
from tests.conversations.test_rebuilt import DECISION
from tests.conversations.test_standins import AWAY, confirmed
from tests.record.older import RESEALED, as_of, revisions, rows
from tests.record.samples import tamper

pytestmark = pytest.mark.sqlite("its file is copied before it is brought up")

EARLIER = revisions()[:-1]
READING = (
    *("status", "request list", "request show X", "letter list", "letter show 1"),
    *("record verify", "record disposals", "record pack 2026"),
)
CHAIN = {"hash", "journal_hash"}


@dataclass(frozen=True)
class Lived:
    """A home, the time there, a report and the mail that asks about it."""

    home: Path
    now: datetime
    code: str
    asks: Mail


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A stand-in set by mail, a reported request, the register with its row."""
    agency = Agency(tmp_path_factory.mktemp("lived") / "home")
    confirmed(agency, cast.PLANNING_HEAD, AWAY)
    code = agency.reported()
    agency.close()
    asks = agency.post.last(cast.ONE_STOP_HEAD, code)
    return Lived(agency.home, agency.clock.now, code, asks)


@pytest.fixture
def home(lived: Lived, tmp_path: Path) -> Path:
    """A copy of that home for one test."""
    home = Path(shutil.copytree(lived.home, tmp_path / "home"))
    (home / "record.sqlite").unlink()
    shutil.rmtree(home / "backup")
    return home


def schema_of(record: Path) -> str:
    """The number of a record's schema."""
    with closing(sqlite3.connect(record)) as opened:
        return str(opened.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("revision", EARLIER)
def test_nothing_is_lost_and_the_agency_goes_on(home: Path, lived: Lived, revision: str) -> None:
    """From each schema there was: every row as before, a copy of it as it was, old marks count."""
    record, sound = home / "record.sqlite", lived.home / "record.sqlite"
    held = as_of(revision, sound, record)
    with closing(Agency.again(home, lived.now)) as agency:
        (copy,) = backups(home / "backup")
        assert (schema_of(copy), schema_of(record)) == (revision, revisions()[-1])
        for table, names in held.items():
            kept = [name for name in names if revision >= RESEALED or name not in CHAIN]
            assert rows(record, table, kept) == rows(sound, table, kept), table
        assert verify_record(home) == []
        agency.post.reply(cast.ONE_STOP_HEAD, lived.asks, DECISION)
        agency.wait(hours=0.1)
        assert agency.letter().outcome is Outcome.DONE
        assert agency.request(lived.code).state is State.CHECKED
    assert verify_record(home) == []


def test_killed_in_the_middle_it_begins_anew(home: Path, lived: Lived) -> None:
    """Nothing of the half is left, and the next start goes on by itself."""
    record = home / "record.sqlite"
    as_of("0001", lived.home / "record.sqlite", record)
    at = f"{lived.now:%Y-%m-%dT%H:%M}"
    killed = run(home, "run", "--once", "--at", at, MAILFLOW_FAILPOINT="migrate.before_commit")
    assert killed.returncode == -signal.SIGKILL
    assert schema_of(record) == "0001"
    assert len(backups(home / "backup")) == 1
    Agency.again(home, lived.now).close()
    assert verify_record(home) == []
    assert schema_of(record) == revisions()[-1]


def test_whoever_only_reads_leaves_an_earlier_record_as_it_is(home: Path, lived: Lived) -> None:
    """A verb of the new program, tried out beside the old service, says what brings it up."""
    record = home / "record.sqlite"
    as_of("0004", lived.home / "record.sqlite", record)
    before = record.read_bytes()
    for verb in READING:
        said = CliRunner().invoke(app, ["--home", str(home), *verb.split()]).exception
        assert isinstance(said, Misconfigured), verb
        assert "earlier Mailflow; the next start (mailflow run)" in str(said)
    assert record.read_bytes() == before
    assert not (home / "backup").exists()


def test_a_copy_of_an_earlier_record_is_of_that_schema(home: Path, lived: Lived) -> None:
    """Made with the new program, it can still be restored under the old one."""
    record = home / "record.sqlite"
    as_of("0004", lived.home / "record.sqlite", record)
    copy = back_up_record(home, lambda: lived.now)
    assert (schema_of(copy), schema_of(record)) == ("0004", "0004")


def test_without_a_copy_there_is_no_upgrade(home: Path, lived: Lived) -> None:
    """A folder for backups that cannot be made stops the start; the record stays as it was."""
    record = home / "record.sqlite"
    as_of("0004", lived.home / "record.sqlite", record)
    (home / "backup").write_text("no folder")
    with pytest.raises(Misconfigured, match="backup"):
        Agency.again(home, lived.now)
    assert schema_of(record) == "0004"


def test_a_damaged_record_of_an_earlier_schema_is_rebuilt_at_the_newest(
    home: Path, lived: Lived
) -> None:
    """As a sound one would be; one whose journal was changed is refused, with what to do."""
    record, sound, new = home / "record.sqlite", lived.home / "record.sqlite", home / "new.sqlite"
    held = as_of("0003", sound, record)
    tamper(record, "DELETE FROM requests")
    made = rebuild_record(home, new, lambda: lived.now)
    assert made.whole
    assert len(made.righted) == 1
    for table, names in held.items():
        kept = [name for name in names if name not in CHAIN]
        assert rows(new, table, kept) == rows(sound, table, kept), table
    new.unlink()
    tamper(record, "UPDATE journal SET by = 'x' WHERE seq = 2")
    with pytest.raises(Permanent, match=r"journal 2 of agency: changed.*restore a backup"):
        rebuild_record(home, new, lambda: lived.now)
    assert not new.exists()


def test_a_newer_record_is_refused_and_not_touched(home: Path, lived: Lived) -> None:
    """By whatever opens it, with what to do; nothing is copied, since nothing is changed."""
    record = home / "record.sqlite"
    shutil.copy(lived.home / "record.sqlite", record)
    tamper(record, "UPDATE alembic_version SET version_num = '9999'")
    before = record.read_bytes()
    for touch in (verify_record, lambda home: rebuild_record(home, home / "new", lambda: START)):
        with pytest.raises(Misconfigured, match="install the Mailflow that made it, or restore"):
            touch(home)
    assert record.read_bytes() == before
    assert backups(home / "backup") == ()
