"""A clock that jumps: a year ahead, a day back. Nothing waits for it, nothing happens twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.daemon import health, loop
from mailflow.demo import cast
from mailflow.record import Outcome
from mailflow.upkeep import verify_record
from tests.conversations.agency import REPORT, Agency
from tests.destruction import stages
from tests.destruction.stages import SIGKILLED, Stage

YEAR = timedelta(days=365)
YEAR_AHEAD = YEAR // timedelta(minutes=1)
ONE_LETTER = "[mail]\nmost_letters = 1"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Letters and an edited register wait."""
    with stages.agency(tmp_path_factory.mktemp("clock")) as made:
        yield made


def test_a_letter_taken_up_by_a_clock_ahead_does_not_wait_a_year(stage: Stage) -> None:
    """Whoever took it is dead, and its lease ends next year: it is taken up in the next round."""
    assert stage.killed("desk.after_keep", YEAR_AHEAD) == (SIGKILLED, [])


def test_a_mail_taken_up_by_a_clock_ahead_does_not_wait_a_year(tmp_path: Path) -> None:
    """The same for a notice, and for one that the mail server put off."""
    agency = Agency(tmp_path / "home")
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    loop._run(agency.service, "mail_in", loop.Standing())
    with agency.service.open_work() as work:
        one, two = work.notices.due(agency.clock.now, 9)
        ahead = agency.clock.now + YEAR
        assert work.notices.claim(one, ahead, timedelta(minutes=15))
        assert work.notices.claim(two, ahead, timedelta(minutes=15))
        work.notices.retry(two, ahead + timedelta(minutes=1), "451 try later")
        work.keep()
    assert {mail.to for mail in agency.work()} == {cast.CLERK.email, cast.ONE_STOP_HEAD.email}
    agency.service.close()


def test_a_year_ahead_and_back_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """The day's copy is made again, a writer of that year is no flood, health tells of it."""
    agency = Agency(tmp_path / "home", ONE_LETTER)
    today = agency.clock.now
    code = agency.reported()
    agency.clock.now = today + YEAR
    agency.writes(cast.CLERK, REPORT)
    ahead = agency.codes()
    agency.clock.now = today + timedelta(days=1)
    told = health.read(agency.home)
    assert told
    assert "has not gone round" in told.problem(agency.clock.now)

    assert agency.replies(cast.ONE_STOP_HEAD, stages.DECISION, code)
    assert agency.outcome() is Outcome.DONE
    agency.writes(cast.CLERK, REPORT, "Việc sau")
    assert agency.outcome() is Outcome.DONE
    assert set(ahead) < set(agency.codes())
    copies = {path.name[: len("record-2026-03-03")] for path in (agency.home / "backup").iterdir()}
    assert copies == {"record-2026-03-02", "record-2026-03-03", "record-2027-03-02"}
    _replayed_in_vain(agency)


def test_a_day_back_the_work_goes_on(tmp_path: Path) -> None:
    """Letters, answers and numbers as ever; the day lived twice sets nothing off twice."""
    agency = Agency(tmp_path / "home")
    code = agency.reported()
    agency.wait(days=1)
    reminded = len(agency.lists)
    agency.clock.now -= timedelta(days=1)
    assert agency.replies(cast.ONE_STOP_HEAD, stages.DECISION, code)
    agency.writes(cast.PLANNER, REPORT)
    assert [c.split("-")[2] for c in agency.codes()] == ["0001", "0002"]
    agency.wait(days=1)
    assert reminded
    assert agency.lists == []
    _replayed_in_vain(agency)


def _replayed_in_vain(agency: Agency) -> None:
    """Lay every letter into the mailbox again: nothing comes of it."""
    requests = [agency.request(code) for code in agency.codes()]
    for path in sorted((agency.home / "mail/in").rglob("*.post*")):
        path.rename(agency.home / "mail/in/new" / path.name.partition(":")[0])
    agency.clock.now += timedelta(minutes=5)
    assert agency.work() == []
    assert [agency.request(code) for code in agency.codes()] == requests
    assert verify_record(agency.home) == []
    agency.service.close()
