"""Killed while the calendar or a letter sets several things off, each of them happens once."""

import signal
from pathlib import Path

import pytest

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from mailflow.upkeep import verify_record
from tests.console import run
from tests.objectives.year import BAD, OWNER, Year

pytestmark = [pytest.mark.kills, pytest.mark.clause("5.9")]
NO_PROGRAMS = "/nonexistent"


def _killed(year: Year, point: str) -> None:
    """Let a round die at a point, then go on a while later."""
    year.service.close()
    at = f"{year.clock.now:%Y-%m-%d %H:%M}"
    died = run(year.home, "run", "--once", "--at", at, PATH=NO_PROGRAMS, MAILFLOW_FAILPOINT=point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    year.restart()
    year.wait(hours=1)
    assert loop.run_once(year.service) == {}


@pytest.mark.parametrize("point", ["desk.before_commit", "work.after_commit:3"])
def test_a_request_for_a_failure_is_opened_once(year: Year, point: str) -> None:
    """The settling, the request it opens and the end of the year stand together or not at all."""
    year.evaluated(BAD)
    year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    code = year.matter().code
    year.post.reply(OWNER, year.post.last(OWNER, code), "Mở phiếu\nMục tiêu số: 1, 2")
    _killed(year, point)
    opened = [c for c in year.codes() if c.startswith("CTCL")]
    assert opened == [year.line(1).code, year.line(2).code]
    assert [year.request(c).number for c in opened] == ["01/2027", "02/2027"]
    assert year.matter().state is State.OBJECTIVES_FINISHED
    assert [e.act for e in year.matter().entries].count(Act.SETTLE_OBJECTIVE) == 1
    assert verify_record(Path(year.home)) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_unit_is_asked_once(year: Year, number: int) -> None:
    """Plans are opened and told in one transaction."""
    _killed(year, f"work.before_commit:{number}")
    assert [m.number for m in year.matters()] == [f"0{n}/2027" for n in range(1, 6)]
    asked = [m for m in year.post.mails if m.to == OWNER.email]
    assert len(asked) == 1
