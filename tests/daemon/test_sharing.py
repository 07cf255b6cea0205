"""Several daemons on one folder of homes share the work, and take over from one that died."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mailflow.clock import system_clock
from mailflow.daemon import health, homes, jobs, lock, loop
from mailflow.demo import cast
from mailflow.record import Outcome, Work, open_record, verify
from mailflow.settings import load
from mailflow.wiring import ROSTER_FILE, open_service
from tests.cli.conftest import Mailflow, mailflow
from tests.conversations.agency import REPORT, Agency
from tests.daemon.wall import Wall
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


def test_once_goes_on_until_no_home_has_post(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More letters than a round takes: every home has its turn, and none keeps a letter unread."""
    monkeypatch.setattr(jobs, "LETTERS", 1)
    monkeypatch.setattr(homes, "BREATH", 0)
    monkeypatch.setattr(loop, "until_told", lambda _stop: None)
    made(tmp_path, letters=3)
    open_home = partial(open_service, clock=system_clock, with_pdf=False)
    assert homes.run(tmp_path, open_home, once=True) == {}
    for name in HOMES:
        assert came_of(tmp_path / name)[:2] == ([Outcome.DONE] * 3, 3)


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


class Breaths:
    """The daemon's breaths between two rounds, one every ten seconds of the wall's clock."""

    def __init__(self, wall: Wall, happens: dict[int, Callable[[], object]], breaths: int) -> None:
        self.wall = wall
        self.happens = happens
        self.left = breaths
        self.drawn = 0

    def is_set(self) -> bool:
        """Say whether the daemon was told to stop."""
        return self.drawn >= self.left

    def wait(self, _seconds: float) -> None:
        """Let ten seconds pass, and what happens then."""
        self.drawn += 1
        self.wall.turn(seconds=10)
        self.happens.get(self.drawn, lambda: None)()


def lived(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Wall], dict[int, Callable[[], object]]],
) -> dict[str, str]:
    """Let a daemon work for a folder of homes twelve breaths long; gives what failed."""
    wall = Wall(monkeypatch)
    breaths = Breaths(wall, happens(wall), 12)
    monkeypatch.setattr(homes, "Event", lambda: breaths)
    monkeypatch.setattr(homes, "monotonic", wall.seconds)
    monkeypatch.setattr(loop, "until_told", lambda _stop: None)
    return homes.run(folder, lambda home: open_service(home, system_clock, with_pdf=False))


def test_a_home_that_goes_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved while the daemon runs: let go of at once, the other goes on; back, it is taken up."""
    folder, first, second = tmp_path / "homes", *(tmp_path / "homes" / name for name in HOMES)
    gone, late = tmp_path / "moved", {agency.home: agency for agency in made(folder)}
    held: list[bool] = []

    def look() -> None:
        with lock.only_one(gone):
            held.append(False)
        late[second].post.write(cast.CLERK, "Việc sau", f"{REPORT} Lúc ấy.")

    def come_back() -> None:
        gone.rename(first)
        late[first].post.write(cast.CLERK, "Việc sau", f"{REPORT} Sau đó.")

    def happens(_: Wall) -> dict[int, Callable[[], object]]:
        return {2: lambda: first.rename(gone), 4: look, 8: come_back}

    assert lived(folder, monkeypatch, happens) == {}
    assert held == [False]
    for home in (first, second):
        letters, requests, mails = came_of(home)
        assert (letters, requests) == ([Outcome.DONE] * 3, 3)
        assert len(mails) == mails.total()


def test_a_home_spoilt_while_the_daemon_runs_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved, its roster torn: named until it is mended, then worked for; the other all along."""
    agencies = made(tmp_path, letters=0)
    first, second = agencies
    roster = first.home / ROSTER_FILE
    whole = roster.read_bytes()
    seen: list[int] = []

    def tear() -> None:
        first.home.rename(tmp_path / "away")
        (tmp_path / "away" / ROSTER_FILE).write_bytes(b"PK")

    def write() -> None:
        (tmp_path / "away").rename(first.home)
        for agency in agencies:
            agency.post.write(cast.CLERK, "Việc", f"{REPORT} Lần ấy.")

    def mend() -> None:
        seen.extend(came_of(agency.home)[1] for agency in agencies)
        roster.write_bytes(whole)

    assert lived(tmp_path, monkeypatch, lambda _: {1: tear, 2: write, 5: mend}) == {}
    assert seen == [0, 1]
    assert [came_of(agency.home)[1] for agency in (first, second)] == [1, 1]


def test_a_clock_set_back_a_day_stops_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs of every home go on at their pace."""
    made(tmp_path, letters=0)
    ran = Counter[str]()
    for name, job in jobs.JOBS.items():
        monkeypatch.setitem(jobs.JOBS, name, jobs.Job(lambda _: None, job.seconds))
    counted = jobs.Job(lambda service: ran.update([service.settings.home.name]), 10)
    monkeypatch.setitem(jobs.JOBS, "mail_out", counted)
    assert lived(tmp_path, monkeypatch, lambda wall: {3: lambda: wall.turn(days=-1)}) == {}
    assert all(ran[name] >= 8 for name in HOMES)


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
