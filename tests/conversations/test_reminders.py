"""Reminders as people get them: one mail a day, answered by number; who else hears; never twice."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from mailflow.daemon import jobs
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure import machine
from mailflow.procedure.people import Person
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import State
from mailflow.record import requests
from tests.conversations.agency import Agency, to
from tests.conversations.test_who_may_act import DECISION


def days(agency: Agency, count: int) -> dict[str, dict[str, Mail]]:
    """Let days pass; gives each day's lists ("05/03") by their readers' accounts."""
    found: dict[str, dict[str, Mail]] = {}
    for _ in range(count):
        agency.wait(days=1)
        day = f"{agency.clock.now:%d/%m}"
        assert len(agency.lists) == len({mail.to for mail in agency.lists})
        found[day] = {mail.to.partition("@")[0]: mail for mail in agency.lists}
    return found


def reminded(found: dict[str, dict[str, Mail]], who: Person, what: str = "") -> list[str]:
    """The days on which somebody had a list that speaks of `what`."""
    account = who.email.partition("@")[0]
    return [d for d, mails in found.items() if account in mails and what in mails[account].text]


def answers(agency: Agency, who: Person, text: str) -> list[Mail]:
    """Somebody replies to their list of the day."""
    agency.post.reply(who, to(agency.lists, who), text)
    return agency.wait(hours=0.1)


def test_a_day_due_is_reminded_before_on_it_and_every_second_day_after(agency: Agency) -> None:
    """Due Wednesday 4/3: Tuesday, Wednesday, then late by 2, 4 working days; no weekend counts."""
    code = agency.reported()
    found = days(agency, 8)
    assert reminded(found, cast.ONE_STOP_HEAD, code) == [
        "03/03",
        "04/03",
        "06/03",
        "09/03",
        "10/03",
    ]
    mail = found["06/03"]["lan.vt"]
    for words in (code, "Xác định hình thức xử lý", "04/3/2026", "hạn nội bộ", "quá hạn 2 ngày"):
        assert words in mail.text
    assert "hôm nay đến hạn" in found["04/03"]["lan.vt"].text
    assert mail.subject == "Nhắc việc ngày 06/3/2026"


def test_lateness_climbs_and_the_late_one_sees_who_was_told(agency: Agency) -> None:
    """After 3 working days the unit's head, after 5 the ISO lead, after 10 the agency head."""
    code = agency.implementing()
    found = days(agency, 18)
    late = "Lập kế hoạch thực hiện"
    heard = {who: reminded(found, who, late) for who in (cast.PLANNER, cast.PLANNING_HEAD)}
    assert heard[cast.PLANNER][:6] == ["04/03", "05/03", "09/03", "10/03", "11/03", "12/03"]
    assert heard[cast.PLANNING_HEAD][:3] == ["09/03", "10/03", "11/03"]
    assert reminded(found, cast.LEAD, late)[:2] == ["09/03", "12/03"]
    assert "thanh.nv" not in found["17/03"]
    assert late in found["19/03"]["thanh.nv"].text
    assert found["09/03"]["long.bd"].subject.startswith("Tổng hợp")  # Monday: what is late at all
    told = found["10/03"]["long.bd"]
    assert "Việc quá hạn của người khác".upper() in told.text
    assert cast.PLANNER.name in told.text
    assert code in told.text
    assert not told.asks
    seen = [line for line in found["19/03"]["mai.dt"].text.splitlines() if "đã báo" in line]
    assert seen[0].endswith(f": {cast.PLANNING_HEAD.name}, {cast.LEAD.name}, {cast.HEAD.name}")
    assert "đã báo" not in found["09/03"]["mai.dt"].text


def test_one_mail_holds_all_of_a_day_and_is_answered_by_number(agency: Agency) -> None:
    """Two requests, one reply of two lines: both acts happen, with the token's proof."""
    first, second = agency.reported(), agency.presented()
    days(agency, 1)
    assert "hanh.tt" not in {mail.to.partition("@")[0] for mail in agency.lists}
    third = agency.reported()
    days(agency, 1)
    mail = to(agency.lists, cast.ONE_STOP_HEAD)
    assert mail.text.index(f"1. {first}") < mail.text.index(f"2. {third}")
    answers(agency, cast.ONE_STOP_HEAD, f"1: {DECISION}\n\n2: {DECISION}")
    for code in (first, third):
        assert agency.request(code).state is State.CHECKED
        assert agency.request(code).entries[-1].proof == "token"
    assert agency.request(second).state is State.PRESENTED


def test_what_is_done_is_not_reminded(agency: Agency) -> None:
    """The list of the day knows the day's acts."""
    code = agency.reported()
    agency.replies(cast.ONE_STOP_HEAD, DECISION, code)
    mail = days(agency, 1)["03/03"]["lan.vt"]
    assert "Xác định hình thức xử lý" not in mail.text
    assert "Xác định nhu cầu" in mail.text


def test_nobody_is_reminded_outside_office_hours(agency: Agency) -> None:
    """At night, at noon on a Sunday: nothing; at the next opening all that was due."""
    agency.reported()
    for hours in (10, 5, 8):  # 18:00, 23:00, 07:00
        agency.wait(hours=hours)
        assert agency.lists == []
    agency.wait(hours=0.5)
    assert [mail.to for mail in agency.lists] == [cast.ONE_STOP_HEAD.email]
    agency.clock.now = datetime.fromisoformat("2026-03-08T12:00:00+07:00")
    agency.work()
    assert agency.lists == []


def test_after_downtime_everybody_gets_one_mail(agency: Agency) -> None:
    """Nine days without a round: one mail, not one for each day missed; the others hear too."""
    code = agency.reported()
    agency.clock.now += timedelta(days=9)
    agency.work()
    mail = to(agency.lists, cast.ONE_STOP_HEAD)
    assert "quá hạn 5 ngày làm việc" in mail.text
    assert code in to(agency.lists, cast.LEAD).text
    agency.work()
    assert agency.lists == []


def test_two_rounds_and_a_clock_set_back_remind_once(agency: Agency) -> None:
    """The day is marked with its mails; yesterday again is no new day either."""
    agency.reported()
    assert reminded(days(agency, 2), cast.ONE_STOP_HEAD) == ["03/03", "04/03"]
    for back in (0, 1, 2):
        agency.clock.now -= timedelta(days=back)
        agency.work()
        assert agency.lists == []


def test_a_wrong_clock_far_ahead_does_not_silence_the_days_to_come(agency: Agency) -> None:
    """A round in the year 2030 is a mark of that day; set right, the next day is reminded."""
    agency.reported()
    right = agency.clock.now
    agency.clock.now = right.replace(year=2030, month=3, day=4)
    agency.work()
    agency.clock.now = right
    assert reminded(days(agency, 1), cast.ONE_STOP_HEAD) == ["03/03"]


def test_a_request_is_rebuilt_once_for_all_the_days_mails(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many people hear of it: on a Monday leaders, their units' heads and the late one."""
    codes = {agency.reported(), agency.presented(), agency.implementing()}
    rebuilt: list[str] = []
    replay = machine.replay

    def counted(entries: Sequence[Entry]) -> Request:
        rebuilt.append(str(entries[0].request))
        return replay(entries)

    monkeypatch.setattr(requests, "replay", counted)
    agency.clock.now += timedelta(days=7)
    jobs.remind(agency.service)
    assert sorted(rebuilt) == sorted(codes)


@pytest.mark.parametrize("place", ["work.before_commit:1", "work.after_commit:1"])
def test_killed_between_everybody_gets_theirs_once(agency: Agency, place: str) -> None:
    """Mark and mails are one transaction: killed before it or after it, one mail each."""
    agency.reported()
    agency.clock.now += timedelta(days=1)
    told = (
        "from datetime import datetime; from pathlib import Path; from mailflow.daemon import jobs;"
    )
    told += "from mailflow.wiring import open_service; import sys, os;"
    told += f"now = datetime.fromisoformat('{agency.clock.now.isoformat()}');"
    told += "service = open_service(Path(sys.argv[1]), lambda: now, with_pdf=False);"
    told += f"os.environ['MAILFLOW_FAILPOINT'] = '{place}'; jobs.remind(service)"
    killed = subprocess.run([sys.executable, "-c", told, str(agency.home)], check=False)
    assert killed.returncode == -signal.SIGKILL
    agency.work()
    assert [mail.to for mail in agency.lists] == [cast.ONE_STOP_HEAD.email]
    agency.work()
    assert agency.lists == []
