"""`mailflow status|health|procedure|record verify`: readers that change nothing."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.clock import system_clock
from mailflow.daemon import health
from mailflow.daemon.lock import only_one
from mailflow.procedure import labels
from mailflow.procedure.steps import STEPS, WAITS
from mailflow.wiring import open_service
from tests.cli.conftest import Lived, Mailflow
from tests.cli.homes import serve_imap


def test_status_counts_what_there_is(mailflow: Mailflow, lived: Lived) -> None:
    """Requests by state, letters by outcome, notices by standing."""
    counts = mailflow("--home", lived.home, "status", "--json").json
    assert counts["requests"] == {"awaiting_direction": 1, "failed": 1, "reported": 1}
    assert counts["letters"]["set_aside"] == 1
    assert set(counts["notices"]) == {"sent"}
    said = mailflow("--home", lived.home, "status").out
    assert labels.STATE["failed"] in said  # type: ignore[index]  # a member is its text


def test_health_before_any_run_is_a_fault(mailflow: Mailflow, tmp_path: Path) -> None:
    """A supervisor must not take a daemon that never ran for a healthy one."""
    said = mailflow("--home", tmp_path, "health", "--json")
    assert (said.code, said.json["at"]) == (1, None)
    assert "no daemon has run" in said.json["problem"]


@pytest.mark.parametrize(
    ("ago", "failures", "code", "words"),
    [
        (timedelta(seconds=30), {}, 0, "well"),
        (timedelta(hours=2), {}, 1, "has not gone round since"),
        (timedelta(), {"mail_in": "the server is away"}, 1, "mail_in: the server is away"),
    ],
)
def test_health_says_how_the_last_round_went(
    mailflow: Mailflow,
    tmp_path: Path,
    ago: timedelta,
    failures: dict[str, str],
    code: int,
    words: str,
) -> None:
    """Well, stale, or with the job that failed and why."""
    health.write(tmp_path, system_clock() - ago, failures)
    said = mailflow("--home", tmp_path, "health")
    assert said.code == code
    assert words in said.out
    assert (mailflow("--home", tmp_path, "health", "--json").json["problem"] is None) == (code == 0)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"at": 3, "failures": {}}', "\x00"])
def test_a_damaged_health_file_is_no_health(
    mailflow: Mailflow, tmp_path: Path, content: str
) -> None:
    """Exit code 1, no traceback."""
    (tmp_path / health.NAME).write_text(content, encoding="utf-8")
    assert mailflow("--home", tmp_path, "health").code == 1


@pytest.mark.parametrize(
    ("verb", "heavy"),
    [
        (
            "health",
            {
                "sqlalchemy",
                "alembic",
                "docxtpl",
                "docx",
                "openpyxl",
                "imap_tools",
                "jinja2",
                "holidays",
                "exchangelib",
                "lxml",
            },
        ),
        ("status", {"exchangelib"}),
    ],
)
def test_a_quick_reader_imports_little(lived: Lived, verb: str, heavy: set[str]) -> None:
    """Supervisors call `health` twice a minute: it must not load what it does not use."""
    code = (
        "import sys\nfrom mailflow.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "--home", str(lived.home), verb],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout
    assert heavy & set(ran.stderr.split()) == set()


def test_the_procedure_is_printed_clause_by_clause(mailflow: Mailflow, tmp_path: Path) -> None:
    """Every clause and every act's Vietnamese label; no home is needed."""
    said = mailflow("--home", tmp_path, "procedure").out
    words = " ".join(said.replace("│", " ").split())
    for clause in {step.clause for step in STEPS} - {""}:
        assert f" {clause} " in words
    assert "Quy định nội bộ" in words
    rows = mailflow("procedure", "--json").json
    assert len(rows["steps"]) == len(STEPS)
    assert [row["act"] for row in rows["steps"]] == [
        labels.act_label(step.act, step.answer) for step in STEPS
    ]


def test_what_is_owed_is_printed_with_its_limit(mailflow: Mailflow) -> None:
    """`--owed` prints WAITS: who owes what and until when."""
    said = mailflow("procedure", "--owed").out
    for clause in {wait.clause for wait in WAITS} - {""}:
        assert f" {clause} " in said
    assert "2 ngày làm việc" in said
    assert "hằng tháng" in said
    assert len(mailflow("procedure", "--json").json["waits"]) == len(WAITS)


def test_a_whole_record_is_said_to_be_whole(mailflow: Mailflow, lived: Lived) -> None:
    """Exit code 0."""
    said = mailflow("--home", lived.home, "record", "verify", "--json")
    assert (said.code, said.json) == (0, {"faults": [], "unsent": 0, "unsent_since": None})
    assert mailflow("--home", lived.home, "record", "verify").out == "the record is whole\n"


@pytest.mark.sqlite("its file is copied with the home")
def test_a_tampered_record_is_found_out(mailflow: Mailflow, lived: Lived, tmp_path: Path) -> None:
    """One word changed in the database behind our back: exit code 1, the request named."""
    home = tmp_path / "copy"
    home.mkdir()
    for file in lived.home.iterdir():
        if file.is_file():
            (home / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(home / "record.sqlite")) as record:
        record.execute("UPDATE requests SET state = 'closed' WHERE code = ?", (lived.failed,))
        record.commit()
    said = mailflow("--home", home, "record", "verify", "--json")
    assert said.code == 1
    assert any(lived.failed in fault for fault in said.json["faults"])


def test_readers_need_neither_mail_server_nor_templates_nor_password(
    mailflow: Mailflow, lived: Lived, tmp_path: Path
) -> None:
    """On a home whose server is away, whose templates are broken and whose password is not here."""
    home = tmp_path / "copy"
    home.mkdir()
    for file in lived.home.iterdir():
        if file.is_file():
            (home / file.name).write_bytes(file.read_bytes())
    serve_imap(home, port=1)
    (home / "templates" / "mail").mkdir(parents=True)
    (home / "templates" / "mail" / "report.txt").write_text("{% if %}", encoding="utf-8")
    for words in (
        ["request", "list"],
        ["letter", "list"],
        ["letter", "show", "1"],
        ["status"],
        ["request", "show", lived.failed],
        ["record", "verify"],
    ):
        said = mailflow("--home", home, *words, "--json")
        assert (said.code, said.err) == (0, ""), words


def test_readers_work_while_the_daemon_is_in_the_middle_of_a_letter(
    mailflow: Mailflow, home: Path
) -> None:
    """They see the record as it was before, at once, though the daemon holds lock and record."""
    with (
        only_one(home),
        closing(open_service(home, system_clock, with_pdf=False)) as service,
        service.open_work() as work,
    ):
        work.marks.set_once("deadline", "half done", system_clock())
        for words in (["request", "list"], ["letter", "list"], ["status"], ["check"]):
            said = mailflow("--home", home, *words, "--json")
            assert (said.code, said.err) == (0, ""), words


def test_a_second_daemon_is_refused_with_a_sentence(mailflow: Mailflow, home: Path) -> None:
    """Exit code 1, and the first one's lock stands."""
    with only_one(home):
        for _ in range(2):
            said = mailflow("--home", home, "run", "--once")
            assert (said.code, said.out) == (1, "")
            assert said.err == f"another Mailflow works in {home}; stop it first\n"
