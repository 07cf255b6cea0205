"""`mailflow check` on broken homes: each fault is one sentence that says what to do."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from mailflow.channels.maildir import MaildirMailbox, MaildirTransport
from mailflow.checking import check_home, machine
from mailflow.checking.home import looked, looks
from mailflow.checking.roundtrip import there_and_back
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.record import migrate, open_record
from mailflow.registers import office
from mailflow.settings import FILE, load
from mailflow.wiring import CALENDAR_FILE, open_reading
from tests.cli.homes import replace, serve_imap
from tests.conversations.agency import REPORT, START, Agency

REGISTER = "Sổ theo dõi.xlsx"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which one report has been written."""
    agency = Agency(tmp_path_factory.mktemp("agency") / "home")
    agency.writes(cast.CLERK, REPORT)
    agency.service.close()
    return agency.home


@pytest.fixture
def home(lived_in: Path, tmp_path: Path) -> Path:
    """A copy of it to be broken."""
    copied = tmp_path / "home"
    shutil.copytree(lived_in, copied)
    return copied


def _says(home: Path, what: str, now: datetime = START + timedelta(days=1)) -> tuple[str, str]:
    """How one part stands, and all that is said of it."""
    rows = list(looked(what, looks(load(home), Moved(now))[what]))
    worst = max((row["standing"] for row in rows), key=["well", "warning", "fault"].index)
    return worst, "\n".join(row["say"] for row in rows)


def test_a_home_in_order_has_no_fault(home: Path) -> None:
    """Every part is named; the clock's row shows the agency's own time."""
    rows = check_home(home, Moved(START + timedelta(days=1)))
    assert {row["standing"] for row in rows} <= {"well", "warning"}
    assert {"disk", "rights", "passwords", "clock", "record", "registers"} <= {
        row["what"] for row in rows
    }
    assert _says(home, "clock")[1] == "it is 03/03/2026 08:00 in Asia/Ho_Chi_Minh"


class Room(NamedTuple):
    """What is left of a disk."""

    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "standing"), [(100, "fault"), (900, "warning"), (9_000, "well")])
def test_a_disk_that_fills(
    home: Path, monkeypatch: pytest.MonkeyPatch, free: int, standing: str
) -> None:
    """Nothing can be kept on a full disk: said before it is one."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Room(0, 0, free * machine.MEGABYTE))
    assert _says(home, "disk")[0] == standing


@pytest.mark.parametrize(("name", "mode"), [("record.sqlite", 0o644), ("backup", 0o755)])
def test_a_record_that_others_can_read(home: Path, name: str, mode: int) -> None:
    """So are its copies; the command that closes them is in the sentence."""
    (home / name).chmod(mode)
    standing, said = _says(home, "rights")
    assert standing == "warning"
    assert f"chmod -R go= {home / name}" in said


@pytest.mark.threat("secrets in logs and errors")
def test_a_password_everybody_can_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as known: change it, then close the file; the password itself is not shown."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    file = folder / "mail_password"
    file.write_text("rất-bí-mật", encoding="utf-8")
    file.chmod(0o604)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    standing, said = _says(home, "passwords")
    assert standing == "fault"
    assert f"change the password, then: chmod 600 {file}" in said
    assert "bí-mật" not in said
    file.chmod(0o600)
    assert _says(home, "passwords")[0] == "well"
    own = folder / f"{home.name}_smtp_password"
    own.write_text("cũng bí mật", encoding="utf-8")
    own.chmod(0o604)
    assert str(own) in _says(home, "passwords")[1]


def test_a_clock_that_went_back(home: Path) -> None:
    """Before the record's last entry nothing may be decided: set the clock."""
    standing, said = _says(home, "clock", START - timedelta(days=400))
    assert standing == "fault"
    assert "last entry is of 02/03/2026" in said
    assert "set the clock before starting" in said


def test_next_year_s_holidays_are_missed_in_november(home: Path) -> None:
    """A warning from November on, none before, none once they are there."""
    late = datetime.fromisoformat("2027-11-02T08:00:00+07:00")
    assert _says(home, "roster, calendar, words", late - timedelta(days=40))[0] == "well"
    standing, said = _says(home, "roster, calendar, words", late)
    assert standing == "warning"
    assert f"{CALENDAR_FILE} has no row for 2028 yet" in said
    (home / CALENDAR_FILE).write_bytes(office.calendar_workbook((2027, 2028)))
    assert _says(home, "roster, calendar, words", late)[0] == "well"


def test_a_register_whose_folder_is_gone(home: Path) -> None:
    """A mount that failed: named, with what to look at."""
    replace(home, f'path = "{REGISTER}"', f'path = "/mnt/không có/{REGISTER}"')
    standing, said = _says(home, "registers")
    assert standing == "fault"
    assert "check that the folder is there, mounted" in said


def test_a_register_somebody_has_open(home: Path) -> None:
    """No fault: it is written when it is closed."""
    with (home / REGISTER).open("rb"):
        standing, said = _says(home, "registers")
    assert standing == "warning"
    assert "will write when it is closed" in said


def test_a_mail_server_that_is_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host is named; the other parts are still looked at."""
    serve_imap(home, 9)  # the port of "discard": nobody listens
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "x")
    assert _says(home, "mailbox")[0] == "fault"
    assert _says(home, "record")[0] == "well"


def test_no_password_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where to put it is said, for systemd, Docker and the environment."""
    serve_imap(home, 9)
    monkeypatch.delenv("MAILFLOW_MAIL_PASSWORD", raising=False)
    standing, said = _says(home, "mailbox")
    assert standing == "fault"
    assert "$CREDENTIALS_DIRECTORY/mail_password" in said


def test_settings_that_cannot_be_read(home: Path) -> None:
    """Nothing else is looked at: the rest hangs on them."""
    (home / FILE).write_text("[agency\n", encoding="utf-8")
    rows = check_home(home, Moved(START))
    assert {row["what"] for row in rows} == {"settings"}
    assert rows[0]["standing"] == "fault"


def test_a_damaged_record(home: Path) -> None:
    """Named as damaged; the clock's row still shows the time."""
    for log in home.glob("record.sqlite-*"):
        log.unlink()
    (home / "record.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 4_000)
    assert _says(home, "record")[0] == "fault"
    assert _says(home, "clock")[0] == "well"


@pytest.fixture
def rests() -> list[float]:
    """The pauses that were made."""
    return []


def _nothing_kept(_message_id: str) -> bool:
    return False


def test_a_daemon_at_work_may_take_the_letter_first(home: Path, rests: list[float]) -> None:
    """It is in the record then: the way is good, and nobody waits."""
    clock, found = Moved(START), load(home)
    mailbox = MaildirMailbox(found.mail.maildir_in, clock=clock)
    transport = MaildirTransport(found.mail.maildir_out, clock=clock)
    asked: list[str] = []

    def kept(message_id: str) -> bool:
        asked.append(message_id)
        return len(asked) > 1

    assert there_and_back(found, mailbox, transport, kept, clock, rests.append) == []
    sent = [file.read_bytes() for file in (found.mail.maildir_out / "new").iterdir()]
    assert sum(f"Message-ID: <{asked[0]}>".encode() in letter for letter in sent) == 1
    assert len(rests) == 1
    with open_reading(home, clock)[1](reading=True) as work:
        assert work.letters.has(work.letters.list(1)[0].message_id)
        assert not work.letters.has(asked[0])


def test_an_older_record_is_left_as_it_is(home: Path, tmp_path: Path) -> None:
    """Looking changes nothing: the next start copies the record and brings it up."""
    older = tmp_path / "older.sqlite"
    engine = open_record(f"sqlite:///{older}")
    migrate(engine, "0006")
    engine.dispose()
    for file in home.glob("record.sqlite*"):
        file.unlink()
    shutil.copy(older, home / "record.sqlite")
    before = (home / "record.sqlite").read_bytes()
    standing, said = _says(home, "record")
    assert standing == "warning"
    assert "the next start (mailflow run) copies it" in said
    assert {_says(home, what)[0] for what in ("clock", "stand-ins")} == {"well"}
    assert (home / "record.sqlite").read_bytes() == before


def test_a_letter_to_ourselves_comes_back(home: Path, rests: list[float]) -> None:
    """It is found by its Message-ID among the others, filed away, and nothing else is touched."""
    clock = Moved(START)
    found = load(home)
    mailbox = MaildirMailbox(found.mail.maildir_in, clock=clock)
    transport = MaildirTransport(found.mail.maildir_in, clock=clock)
    assert there_and_back(found, mailbox, transport, _nothing_kept, clock, rests.append) == []
    assert list(mailbox.waiting()) == []
    filed = [file.read_bytes() for file in found.mail.maildir_in.glob(".*/cur/*")]
    assert sum(b".check@" in letter for letter in filed) == 1


def test_a_letter_that_does_not_come_back(home: Path, rests: list[float]) -> None:
    """After a minute it says where to look."""
    clock = Moved(START)
    found = load(home)
    mailbox = MaildirMailbox(found.mail.maildir_in, clock=clock)
    transport = MaildirTransport(found.mail.maildir_out, clock=clock)
    (row,) = there_and_back(found, mailbox, transport, _nothing_kept, clock, rests.append)
    assert row["standing"] == "fault"
    assert "queue" in row["say"]
    assert 55 < sum(rests) < 65
