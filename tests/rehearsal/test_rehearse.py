"""A home's life lived again: unchanged nothing differs, with a change just what it changes."""

import json
import shutil
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailflow import settings
from mailflow.actions import execute
from mailflow.cli.app import app
from mailflow.demo import cast
from mailflow.demo.post import Moved, Post
from mailflow.procedure.people import StandIn
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act
from mailflow.record import END, Past, copied
from mailflow.rehearsal import Rehearsed, With, rehearse
from mailflow.rehearsal.trials import AFTERWARDS, TIMED
from mailflow.settings import data_root
from mailflow.wiring import open_house
from tests.console import run
from tests.conversations.agency import IMPROVEMENT, MALLORY, START, Agency
from tests.conversations.test_filled_forms import HEAD, form_of
from tests.conversations.test_standins import AWAY
from tests.forms.filling import typed
from tests.record.older import as_of, columns, rows

AFTER_HOLIDAYS = datetime.fromisoformat("2026-05-05T10:00:00+07:00")
LATER = datetime.fromisoformat("2026-05-20T10:00:00+07:00")
YEARS_LATER = datetime.fromisoformat("2030-05-20T10:00:00+07:00")
Day = date | None
ACCEPT = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


@dataclass(frozen=True)
class Lived:
    """A home that has lived some weeks, and the letter that says "Đúng tôi gửi"."""

    home: Path
    confirmed: int


class Ticking(Moved):
    """A clock that goes on, as a real one: no two jobs of a round have the same moment."""

    def __call__(self) -> datetime:
        """Give the moment, and let a little time pass."""
        self.now += timedelta(milliseconds=7)
        return self.now


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Reports, decisions, half a form and the rest, a stand-in, a stranger, a reminder."""
    home = tmp_path_factory.mktemp("lived") / "home"
    with closing(Agency(home)) as agency:
        agency.clock = Ticking(START)
        agency.post = Post(home, cast.MAILBOX, agency.clock)
        agency.restart()
        first = agency.reported()
        agency.replies(HEAD, ACCEPT, first)
        agency.replies(HEAD, "Không cần thực hiện\nLý do: Chỉ một lần", first)
        agency.wait(days=1)
        second = agency.reported()
        half = {"answer": "Giao xử lý", "disposition": "Làm lại"}
        agency.replies(HEAD, "", second, (typed(form_of(agency, second), half),))
        rest = "Giao xử lý\nNgười thực hiện: Hoàng Văn Nam\nHạn xử lý: 20/3/2026"
        agency.replies(HEAD, rest, second)
        agency.writes(cast.PLANNING_HEAD, AWAY)
        agency.replies(cast.PLANNING_HEAD, "Đúng tôi gửi")
        confirmed = agency.letter().id
        agency.writes(cast.CLERK, IMPROVEMENT)
        third = agency.codes()[-1]
        agency.replies(cast.ONE_STOP_HEAD, "Cần thực hiện\nDấu hiệu: Cơ hội cải tiến", third)
        agency.post.write(MALLORY, "Chào", "Tôi muốn biết một việc")
        agency.wait(days=7)
        agency.clock.now = AFTER_HOLIDAYS
        agency.work()
    return Lived(home, confirmed)


@pytest.fixture
def home(lived: Lived, tmp_path: Path) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(lived.home, tmp_path / "home"))


def tried(home: Path, use: With | None = None, at: datetime = LATER) -> Rehearsed:
    """Rehearse some time later."""
    return rehearse(home, lambda: at, use or With(), lambda _done, _of: None)


def files(home: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a home as it is, with the moment it was last written.

    But the index of the record's log, which SQLite shares among those who read.
    """
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def phrases_without(folder: Path, words: str) -> Path:
    """Write the table of phrases without one of them."""
    text = (data_root() / "config" / "phrases.toml").read_text(encoding="utf-8")
    assert f'"{words}", ' in text
    (folder / "phrases.toml").write_text(text.replace(f'"{words}", ', ""), encoding="utf-8")
    return folder / "phrases.toml"


def template_with(folder: Path, kind: str, words: str) -> Path:
    """Write one kind's template with a line more; gives the folder it lies in."""
    text = (data_root() / "templates" / "mail" / f"{kind}.txt").read_text(encoding="utf-8")
    (folder / "mail").mkdir()
    (folder / "mail" / f"{kind}.txt").write_text(f"{text}\n{words}\n", encoding="utf-8")
    return folder / "mail"


def test_unchanged_nothing_differs_and_nothing_is_written(home: Path) -> None:
    """Half a form, a stand-in, a stranger, reminders: all of it comes to the same again."""
    before = files(home)
    said = CliRunner().invoke(app, ["--home", str(home), "rehearse"])
    assert said.exit_code == 0
    assert "11 letters and 2 moments of the jobs were lived again" in said.stdout
    assert "nothing would be otherwise" in said.stdout
    assert files(home) == before


def test_a_changed_template_names_the_mails_of_its_kind_and_no_others(
    home: Path, tmp_path: Path
) -> None:
    """Each with the lines that would be otherwise."""
    done = tried(home, With(templates=template_with(tmp_path, "report", "Xin lưu ý.")))
    assert {found["which"] for found in done.differences} == mails_of(home, "report")
    assert {found["say"] for found in done.differences} == {"text"}
    assert all(found["lines"] == ["+Xin lưu ý."] for found in done.differences)


def mails_of(home: Path, kind: str) -> set[str]:
    """The mails of a kind, by their numbers and readers."""
    with closing(sqlite3.connect(home / "record.sqlite")) as record:
        query = "SELECT id, address FROM notices WHERE kind = ?"
        found = record.execute(query, (kind,)).fetchall()
    assert len(found) > 1
    return {f"{number}: {kind} to {address}" for number, address in found}


def test_a_phrase_taken_out_names_the_letter_that_would_be_asked_about(
    home: Path, lived: Lived, tmp_path: Path
) -> None:
    """That letter alone: what came after it went as it went, whatever would have become of it."""
    words = ("--phrases", str(phrases_without(tmp_path, "Đúng tôi gửi")))
    said = CliRunner().invoke(app, ["--home", str(home), "rehearse", "--json", *words])
    found = json.loads(said.stdout)
    assert (said.exit_code, found["differs"]) == (1, True)
    ends = [one for one in found["differences"] if one["what"] == "letter"]
    assert {one["which"] for one in ends} == {str(lived.confirmed)}
    assert [(o["was"], o["now"]) for o in ends if o["say"] == "outcome"] == [("done", "asked")]
    assert {one["cause"] for one in found["differences"]} == {ends[0]["cause"]}
    assert "not sent" in {one["say"] for one in found["differences"]}


def test_register_cells_that_would_be_others_are_named(home: Path) -> None:
    """Records kept two years longer: the day stands in the row of what has ended."""
    file = home / settings.FILE
    text = file.read_text(encoding="utf-8").replace("years = 3 ", "years = 5 ")
    file.write_text(text, encoding="utf-8")
    (found,) = tried(home, With(since=LATER.date())).differences
    assert (found["what"], found["say"]) == ("register", "Lưu đến ngày")
    assert (found["was"], found["now"]) == ("31/12/2029", "31/12/2031")


def test_a_letter_that_waits_is_tried_and_goes_on_waiting(home: Path) -> None:
    """Its end is said; it lies where it lay, and the record has not heard of it."""
    with closing(Agency.again(home, LATER)) as agency:
        agency.post.write(cast.CLERK, "Việc mới", "Báo cáo không phù hợp\nMất con dấu.")
    before = files(home)
    done = tried(home, With(since=LATER.date()))
    assert [(one["ends"], one["sender"]) for one in done.waiting] == [("done", cast.CLERK.email)]
    assert (done.letters, done.differences) == (0, [])
    assert files(home) == before


@pytest.mark.kills
def test_killed_it_leaves_the_home_as_it_was(home: Path, tmp_path: Path) -> None:
    """All it writes lies in a folder for what may go."""
    before = files(home)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    killed = run(home, "rehearse", TMPDIR=str(scratch), MAILFLOW_FAILPOINT="work.after_commit:5")
    assert killed.returncode == -signal.SIGKILL
    assert files(home) == before
    assert any(scratch.iterdir())


def test_a_record_of_an_earlier_schema_is_rehearsed_and_left_at_it(
    home: Path, lived: Lived
) -> None:
    """That is the day before an upgrade, if years later: days off are those of then."""
    record = home / "record.sqlite"
    record.unlink()
    as_of("0006", lived.home / "record.sqlite", record)
    before = files(home)
    done = rehearse(
        home, lambda: YEARS_LATER, With(since=date(2026, 3, 3)), lambda _done, _of: None
    )
    assert done.letters > 0
    assert done.differences == []
    assert files(home) == before


def test_taken_back_to_its_beginning_and_let_go_on_it_is_the_record_again(
    home: Path, tmp_path: Path
) -> None:
    """Row by row, whatever was written into a row later, requests and numbers made anew."""
    engine = copied(f"sqlite:///{home / 'record.sqlite'}", tmp_path / "copy.sqlite")
    house, _ = open_house(settings.load(home), lambda: LATER)

    def owed(request: Request, standing: Sequence[StandIn]) -> list[tuple[Act, list[str], Day]]:
        return execute.waiting(request, house.world(request.entries[-1].at, standing))

    past = Past(engine, "agency", owed)
    for event in past.events(AFTERWARDS, TIMED):
        past.to(event.cut)
    past.to(END)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as opened:
        told = opened.execute("SELECT name FROM sqlite_master WHERE name LIKE 'kept_%'").fetchall()
        names = [name.removeprefix("kept_") for (name,) in told if "_ix_" not in name]
    for name in {*names} & {*columns_of(home)}:
        listed = columns_of(home)[name]
        copy, record = tmp_path / "copy.sqlite", home / "record.sqlite"
        assert rows(copy, name, listed) == rows(record, name, listed), name


def columns_of(home: Path) -> dict[str, list[str]]:
    """The record's tables with their columns; drafts are those of trials."""
    with closing(sqlite3.connect(home / "record.sqlite")) as record:
        return {name: names for name, names in columns(record).items() if name != "drafts"}
