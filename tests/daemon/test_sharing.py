"""Several daemons on one folder of homes share the work, and take over from one that died."""

from collections import Counter
from pathlib import Path

from mailflow.clock import system_clock
from mailflow.daemon import health, lock
from mailflow.demo import cast
from mailflow.record import Outcome, Work, open_record, verify
from mailflow.settings import load
from tests.cli.conftest import Mailflow, mailflow
from tests.conversations.agency import REPORT, Agency
from tests.databases import POSTGRESQL

__all__ = ["mailflow"]

SECONDS = 60
HOMES = ("ban-a", "ban-b")


def made(folder: Path, letters: int = 2) -> list[Agency]:
    """Homes in a folder, each an agency of its own with letters in its mailbox."""
    agencies: list[Agency] = []
    for name in HOMES:
        beside = agencies[0].home if agencies and POSTGRESQL else None
        agency = Agency(folder / name, beside=beside, agency_id=name)
        agency.close()
        agency.clock.now = system_clock()
        for number in range(letters):
            agency.post.write(cast.CLERK, f"Việc {number}", f"{REPORT} Lần {number}.")
        agencies.append(agency)
    return agencies


def came_of(home: Path) -> tuple[list[Outcome | None], int, Counter[str]]:
    """What became of a home: outcomes of letters, requests, mails that went out by Message-ID."""
    found = load(home)
    engine = open_record(found.record.database_url)
    assert verify(engine, found.agency.id) == []
    with Work(engine, found.agency.id, reading=True) as work:
        letters = [letter.outcome for letter in work.letters.list(99)]
        requests = len(work.requests.codes())
    engine.dispose()
    lines = [
        line
        for file in (home / "mail/out/new").iterdir()
        for line in file.read_text(errors="replace").splitlines()
        if line.lower().startswith("message-id:")
    ]
    return letters, requests, Counter(lines)


def test_one_round_of_every_home(tmp_path: Path, mailflow: Mailflow) -> None:
    """`run --homes DIR --once`: each letter its request; the homes' locks are free again."""
    made(tmp_path)
    said = mailflow("run", "--homes", tmp_path, "--once")
    assert (said.code, said.out) == (0, "")
    for name in HOMES:
        letters, requests, mails = came_of(tmp_path / name)
        assert (letters, requests) == ([Outcome.DONE] * 2, 2)
        assert len(mails) == mails.total() >= 4
        with lock.only_one(tmp_path / name):
            assert health.read(tmp_path / name) or POSTGRESQL


def test_a_home_at_fault_stops_no_other(tmp_path: Path, mailflow: Mailflow) -> None:
    """It is named with its fault, exit code 1; the others are worked for."""
    made(tmp_path)
    (tmp_path / HOMES[0] / "mailflow.toml").write_text("[agency]\n", encoding="utf-8")
    said = mailflow("run", "--homes", tmp_path, "--once")
    assert said.code == 1
    assert said.err.count(f"{HOMES[0]}: agency.name") == 1
    assert [came_of(tmp_path / name)[1] for name in HOMES[1:]] == [2]


def test_one_agency_in_two_homes_is_refused(tmp_path: Path, mailflow: Mailflow) -> None:
    """A home copied for a new agency, its id forgotten: the second is named, nothing is mixed."""
    made(tmp_path)
    file = tmp_path / HOMES[1] / "mailflow.toml"
    first = (tmp_path / HOMES[0] / "mailflow.toml").read_text(encoding="utf-8")
    if not POSTGRESQL:
        url = f"sqlite:///{tmp_path / HOMES[0] / 'record.sqlite'}"
        first = first.replace("[record]\n", f'[record]\ndatabase_url = "{url}"\n')
    file.write_text(first, encoding="utf-8")
    said = mailflow("run", "--homes", tmp_path, "--once")
    assert said.code == 1
    assert f"'{HOMES[0]}' is also that of" in said.err


def test_an_empty_folder_is_a_fault(tmp_path: Path, mailflow: Mailflow) -> None:
    """Rather than a daemon that waits for ever on a folder misspelt."""
    said = mailflow("run", "--homes", tmp_path, "--once")
    assert said.code == 2
    assert "no folder in it holds a mailflow.toml" in said.err


def test_a_daemon_of_its_own_and_one_of_many_agree(tmp_path: Path, mailflow: Mailflow) -> None:
    """Where one home has its own daemon, the daemon of the folder leaves it alone, and says so."""
    made(tmp_path)
    with lock.only_one(tmp_path / HOMES[0]):
        said = mailflow("run", "--homes", tmp_path, "--once")
    assert said.code == 1
    assert f"{HOMES[0]}: another Mailflow works in" in said.err
    assert [came_of(tmp_path / name)[1] for name in HOMES[1:]] == [2]
