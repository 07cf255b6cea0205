"""Killed at any instant and started again: one effect for each letter, no notice lost."""

import shutil
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.demo.post import Moved, read_mail
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome
from mailflow.wiring import Service, open_service, verify_record
from tests.console import run
from tests.conversations.agency import REPORT, Agency

DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"
AT = "2026-03-02 09:00"
AFTERWARDS = datetime.fromisoformat("2026-03-02T09:20:00+07:00")
"""Later than every lease taken at AT has run out."""

NO_PROGRAMS = "/nonexistent"
"""As PATH: without LibreOffice a run takes a second, and PDF is not what is tried here."""

FAILPOINTS = (
    "desk.after_keep",
    "desk.after_keep:2",
    "desk.before_commit",
    "desk.before_commit:2",
    "outbox.after_claim",
    "outbox.after_claim:3",
    "outbox.after_compose",
    "outbox.after_compose:3",
    "outbox.after_send",
    "outbox.after_send:3",
    "maildir.before_rename",
    "maildir.before_rename:3",
    "maildir.after_rename",
    "maildir.after_rename:2",
    "maildir.after_rename:4",
    "work.before_commit:2",
    "work.before_commit:9",
    *(f"work.after_commit:{number}" for number in range(1, 13)),
)


@dataclass(frozen=True)
class Before:
    """A home with a reply and a new report in its mailbox, and what is to come of them."""

    home: Path
    decided: str
    sent: int


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Nobody works in this home itself, only in copies."""
    folder = tmp_path_factory.mktemp("killed")
    agency = Agency(folder / "home")
    code = agency.reported()
    agency.post.reply(cast.ONE_STOP_HEAD, agency.post.last(cast.ONE_STOP_HEAD), DECISION)
    agency.post.write(cast.PLANNER, "Việc khác", REPORT)
    agency.service.close()
    calm = shutil.copytree(agency.home, folder / "calm")
    assert run(calm, "run", "--once", "--at", AT, PATH=NO_PROGRAMS).returncode == 0
    return Before(agency.home, code, len(_sent(calm)))


@pytest.fixture
def service(request: pytest.FixtureRequest, before: Before, tmp_path: Path) -> Iterator[Service]:
    """The service opened anew, after a run that was killed at the point the test names."""
    home = shutil.copytree(before.home, tmp_path / "home")
    killed = run(
        home, "run", "--once", "--at", AT, PATH=NO_PROGRAMS, MAILFLOW_FAILPOINT=request.param
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    clock = Moved(AFTERWARDS)
    with closing(open_service(home, clock, with_pdf=False)) as opened:
        assert loop.run_once(opened) == {}
        clock.now += timedelta(minutes=20)
        assert loop.run_once(opened) == {}
        yield opened


@pytest.mark.parametrize("service", FAILPOINTS, indirect=True)
def test_killed_and_started_again_everything_happened_once(
    service: Service, before: Before
) -> None:
    """Letters, requests, notices and the record itself are as if nothing had been."""
    home = service.settings.home
    with service.open_work(reading=True) as work:
        assert [letter.outcome for letter in work.letters.list(9)] == [Outcome.DONE] * 3
        requests = [work.requests.load(code) for code in work.requests.codes()]
        assert set(work.counts().notices) == {"sent"}
    decided, reported = (request for request in requests if request)
    assert decided.code == before.decided
    assert decided.state is State.CHECKED
    assert [entry.act for entry in decided.entries] == [Act.REPORT, Act.DECIDE_DISPOSITION]
    assert (reported.number, len(reported.entries)) == ("02/2026", 1)
    copies = _sent(home)
    assert len(copies) == before.sent
    for bodies in copies.values():
        assert len(set(bodies)) == 1
    assert sum(len(bodies) - 1 for bodies in copies.values()) <= 1
    assert list((home / "mail/in/new").iterdir()) == []
    assert len(list((home / "mail/in").rglob("*.post*"))) == 3
    assert verify_record(home) == []


def _sent(home: Path) -> dict[str, list[bytes]]:
    """Give the bytes that went out by Message-ID."""
    copies: dict[str, list[bytes]] = defaultdict(list)
    for path in (home / "mail/out/new").iterdir():
        raw = path.read_bytes()
        copies[read_mail(raw).message_id].append(raw)
    return copies
