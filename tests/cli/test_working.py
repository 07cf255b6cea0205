"""`mailflow init|check|run`: making a home, looking it over, and working in it."""

import json
from dataclasses import replace as changed
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.demo.post import Moved, Post
from mailflow.procedure.terms import Role
from mailflow.registers import office
from mailflow.registers.roster import read_roster
from mailflow.settings import FILE
from mailflow.wiring import CALENDAR_FILE, ROSTER_FILE
from tests.cli.conftest import Mailflow
from tests.cli.homes import replace, serve_imap
from tests.conversations.agency import REPORT, START


def _standing(rows: list[dict[str, str]], what: str) -> set[str]:
    return {row["standing"] for row in rows if row["what"] == what}


def _faults(mailflow: Mailflow, home: Path) -> str:
    said = mailflow("--home", home, "check", "--json")
    assert said.code == 2
    return "\n".join(row["say"] for row in said.json if row["standing"] == "fault")


def test_init_makes_a_home_and_says_what_it_made(mailflow: Mailflow, tmp_path: Path) -> None:
    """Settings with the names given, roster, calendar, mailboxes; nobody else may read them."""
    home = tmp_path / "so khoa hoc" / "mailflow"
    said = mailflow(
        "init", home, "--agency", "Sở Khoa học", "--address", "iso@so.vn", "--keeper", "tk@so.vn"
    )
    assert said.code == 0
    made = [Path(line) for line in said.out.splitlines()]
    assert {home / FILE, home / ROSTER_FILE, home / CALENDAR_FILE, home / "mail/in"} <= set(made)
    assert all(path.exists() for path in made)
    text = (home / FILE).read_text(encoding="utf-8")
    assert '"Sở Khoa học"' in text
    assert '"tk@so.vn"' in text
    assert {oct((home / name).stat().st_mode & 0o077) for name in (FILE, ROSTER_FILE)} == {"0o0"}


def test_a_new_home_says_what_is_to_be_filled_in(mailflow: Mailflow, tmp_path: Path) -> None:
    """`check` after `init` names the roster's rows that still hold the example; nothing else."""
    home = tmp_path / "home"
    mailflow("init", home)
    rows = mailflow("--home", home, "check", "--json").json
    faulty = {row["what"] for row in rows if row["standing"] == "fault"}
    assert faulty == {"roster, calendar, words"}
    assert ROSTER_FILE in _faults(mailflow, home)


def test_a_sample_home_has_its_people(mailflow: Mailflow, tmp_path: Path) -> None:
    """`init --sample` brings the sample agency with its roster: nothing is left to fill in."""
    home = tmp_path / "home"
    assert mailflow("init", home, "--sample").code == 0
    assert f'"{cast.MAILBOX}"' in (home / FILE).read_text(encoding="utf-8")
    assert {p.email for p in read_roster(home / ROSTER_FILE).people} == {
        p.email for p in cast.ROSTER.people
    }


def test_init_leaves_a_folder_in_use_alone(mailflow: Mailflow, tmp_path: Path) -> None:
    """A folder with anything in it, and a place where no folder can be: a sentence, exit code 1."""
    (tmp_path / "own.txt").write_text("ours", encoding="utf-8")
    said = mailflow("init", tmp_path)
    assert (said.code, said.err) == (1, f"{tmp_path} is not empty; nothing was changed\n")
    assert [file.name for file in tmp_path.iterdir()] == ["own.txt"]
    under_a_file = mailflow("init", tmp_path / "own.txt" / "home")
    assert under_a_file.code == 1
    assert "own.txt" in under_a_file.err


def test_check_finds_a_good_home_good(mailflow: Mailflow, home: Path) -> None:
    """Exit code 0, every part named; a missing LibreOffice is a warning only."""
    said = mailflow("--home", home, "check", "--json")
    assert said.code == 0
    assert {row["standing"] for row in said.json} <= {"well", "warning"}
    for what in (
        "settings",
        "roster, calendar, words",
        "mail templates",
        "record",
        "mailbox",
        "registers",
    ):
        assert _standing(said.json, what) == {"well"}
    assert "settings" in mailflow("--home", home, "check").out


def test_check_lists_every_fault_of_the_settings(mailflow: Mailflow, home: Path) -> None:
    """Three faults, three lines, each under its key."""
    replace(home, 'code_prefix = "CTCL"', 'code_prefix = "c"')
    replace(home, "present_weekday = 0", "present_weekday = 9")
    replace(home, 'inbox = "INBOX"', 'inbix = "INBOX"')
    said = _faults(mailflow, home)
    for key in ("agency.code_prefix", "iso.present_weekday", "mail.inbix"):
        assert key in said


def test_check_names_the_roster_rows_at_fault(mailflow: Mailflow, home: Path) -> None:
    """Two agency heads, a bad address, an unknown unit: by sheet and row, all at once."""
    second = changed(cast.CLERK, roles=frozenset({Role.STAFF, Role.AGENCY_HEAD}))
    lost = changed(cast.PLANNER, email="mai.dt(at)ankhe", unit="Phòng Không Có")
    people = [{cast.CLERK: second, cast.PLANNER: lost}.get(p, p) for p in cast.ROSTER.people]
    faulty = changed(cast.ROSTER, people=tuple(people))
    (home / ROSTER_FILE).write_bytes(office.roster_workbook(faulty))
    said = _faults(mailflow, home)
    assert "Phòng Không Có" in said
    assert "mai.dt(at)ankhe" in said
    for person in (cast.CLERK, cast.PLANNER):
        row = cast.ROSTER.people.index(person) + 2  # below the headings
        assert f"sheet 'Danh bạ', row {row}, " in said


def test_check_goes_on_past_what_is_broken(mailflow: Mailflow, home: Path) -> None:
    """A template, the calendar and a keeper at fault: each is told, the rest is looked at."""
    (home / CALENDAR_FILE).write_bytes(b"no workbook")
    (home / "templates/mail/report.txt").write_text("{{ nobody_knows }}", encoding="utf-8")
    rows = mailflow("--home", home, "check", "--json").json
    assert _standing(rows, "mail templates") == {"fault"}
    assert _standing(rows, "roster, calendar, words") == {"fault"}
    assert _standing(rows, "record") == {"well"}
    said = _faults(mailflow, home)
    assert "nobody_knows" in said
    assert CALENDAR_FILE in said


def test_check_wants_each_keeper_on_the_roster(mailflow: Mailflow, home: Path) -> None:
    """A register nobody on the roster keeps would never be worked on."""
    replace(home, f'keeper = "{cast.SECRETARY.email}"', 'keeper = "ai.do@ankhe.example"')
    assert "ai.do@ankhe.example" in _faults(mailflow, home)


def test_check_looks_for_each_registers_folder_and_share(
    mailflow: Mailflow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is not there, a server that is away, a password nobody set."""
    replace(home, 'path = "Sổ theo dõi.xlsx"', 'path = "chung/Sổ theo dõi.xlsx"')
    assert f"{home}/chung/Sổ theo dõi.xlsx: No such file or directory" in _faults(mailflow, home)
    replace(home, 'path = "chung/', 'path = "smb://127.0.0.1:1/chung/')
    replace(home, '# user = "COQUAN', 'user = "COQUAN')
    assert "share_password" in _faults(mailflow, home)
    monkeypatch.setenv("MAILFLOW_SHARE_PASSWORD", "Mật khẩu")
    rows = mailflow("--home", home, "check", "--json").json
    (fault,) = (row for row in rows if row["standing"] == "fault")
    assert fault["what"] == "registers"
    assert fault["say"].startswith("smb://127.0.0.1:1/chung/Sổ theo dõi.xlsx: Failed to connect")


def test_check_says_when_the_mail_server_is_away(
    mailflow: Mailflow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mailbox alone is at fault, in a sentence; without a password, that is the fault."""
    serve_imap(home, port=1)
    assert "password" in _faults(mailflow, home)
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "Mật khẩu")
    rows = mailflow("--home", home, "check", "--json").json
    assert [row["what"] for row in rows if row["standing"] == "fault"] == ["mailbox"]
    assert "127.0.0.1" in _faults(mailflow, home)


@pytest.mark.parametrize("verb", [["run", "--once"], ["request", "list"], ["status"]])
def test_broken_settings_are_told_whole_and_nothing_is_done(
    mailflow: Mailflow, home: Path, verb: list[str]
) -> None:
    """Exit code 2, every fault on a line of its own."""
    replace(home, 'code_prefix = "CTCL"', 'code_prefix = "c"')
    replace(home, "every = 2", "every = 0")
    said = mailflow("--home", home, *verb)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 2
    assert "agency.code_prefix" in said.err
    assert "reminders.every" in said.err


@pytest.mark.parametrize("verb", [["run"], ["check"], ["request", "list"], ["record", "verify"]])
def test_a_folder_that_is_no_home_is_left_as_it_is(
    mailflow: Mailflow, tmp_path: Path, verb: list[str]
) -> None:
    """Exit code 2, what to do instead, and no lock, no record made there."""
    said = mailflow("--home", tmp_path, *verb)
    assert said.code == 2
    assert "mailflow init" in "".join((said.out + said.err).split("│")).replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


def test_the_home_can_come_from_the_environment(
    mailflow: Mailflow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAILFLOW_HOME stands for --home."""
    monkeypatch.setenv("MAILFLOW_HOME", str(home))
    assert mailflow("request", "list", "--json").json == []


def test_one_round_works_at_the_moment_given(mailflow: Mailflow, home: Path) -> None:
    """`--at` is local time: the request opens on that day, in that year's numbers."""
    Post(home, cast.MAILBOX, Moved(START)).write(cast.CLERK, "Việc mới", REPORT)
    said = mailflow("--home", home, "run", "--once", "--at", "2027-03-02 00:30")
    assert (said.code, said.out, said.err) == (0, "", "")
    (row,) = mailflow("--home", home, "request", "list", "--json").json
    assert row["number"] == "01/2027"
    (entry,) = mailflow("--home", home, "request", "show", row["code"], "--json").json["journal"]
    assert entry["at"].startswith("2027-03-01T17:30:")
    assert len(list((home / "mail/out/new").iterdir())) == 2


def test_the_clock_is_not_moved_where_real_mail_goes_out(mailflow: Mailflow, home: Path) -> None:
    """On an IMAP home `--at` is wrong usage, before anything is tried."""
    serve_imap(home, port=1)
    said = mailflow("--home", home, "run", "--once", "--at", "2026-03-02 09:00")
    assert said.code == 2
    assert "--at" in said.err
    assert not (home / "health.json").exists()


def test_a_fault_in_the_round_is_said_and_gives_exit_code_1(
    mailflow: Mailflow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is away: each failing job is named, health says the same."""
    serve_imap(home, port=1)
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "Mật khẩu")
    said = mailflow("--home", home, "run", "--once")
    assert said.code == 1
    assert "mail_in: " in said.err
    assert "mail_in" in mailflow("--home", home, "health", "--json").json["problem"]


@pytest.mark.threat("log injection and content in logs")
def test_the_log_names_ids_only(
    mailflow: Mailflow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that breaks its reader is logged by number, place and kind of error, as JSON."""

    def broken(facts: object, *_: object) -> None:
        raise ValueError(f"cannot decide on {REPORT!r} of {cast.CLERK.name}")

    monkeypatch.setattr("mailflow.intake.desk.decide", broken)
    Post(home, cast.MAILBOX, Moved(START)).write(cast.CLERK, "Chuyện riêng", REPORT)
    said = mailflow("--home", home, "run", "--once", "--at", "2026-03-02 09:00")
    (event,) = [json.loads(line) for line in said.err.splitlines()]
    assert (event["event"], event["letter"], event["attempt"]) == ("letter failed", 1, 1)
    assert (event["level"], event["exception"]) == ("error", "ValueError")
    assert any("desk.py" in place for place in event["places"])
    for private in (cast.CLERK.name, cast.CLERK.email, "Chuyện riêng", "giấy phép"):
        assert private not in said.err
