"""The mails of a year's objectives (5.9), made by the service's own code from one year's acts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mailflow import phrases, settings
from mailflow.actions import glance, notices, reasons
from mailflow.actions.context import Context, Row
from mailflow.actions.house import House
from mailflow.demo import cast
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.labels import GIVEN, OBJECTIVES_OF
from mailflow.procedure.people import Person
from mailflow.procedure.request import Json
from mailflow.procedure.terms import Act
from mailflow.reminders.due import quarter_notices
from tests.components import ROOT
from tests.outbox.build import AGENCY, notice
from tests.procedure.stories import ZONE, Story

LAN, BICH, HUONG = cast.ONE_STOP_HEAD, cast.COLLEAGUE, cast.SECRETARY
PLAN = [
    {"no": 1, "objective": "Trả kết quả đúng hạn", "target": "từ 98% trở lên", "by": "cả năm"},
    {"no": 2, "objective": "Khiếu nại về thái độ", "target": "không có", "unit": "đơn"},
]
RESULTS = [
    {"no": 1, "actual": "230/250", "cause": "Thiếu người", "remedy": "Bố trí người thay"},
    {"no": 2, "actual": "không có"},
]


@cache
def _house() -> House:
    config = ROOT / "config"
    with TemporaryDirectory() as home:
        file = settings.starting_file(cast.AGENCY, cast.MAILBOX, HUONG.email)
        (Path(home) / settings.FILE).write_text(file, encoding="utf-8")
        found = settings.load(Path(home))
    spoken = phrases.load(config / "phrases.toml")
    return House(found, cast.ROSTER, Calendar(), spoken, reasons.load(config / "reasons.toml"))


@dataclass
class _Year:
    """The year as a story, told mail by mail."""

    story: Story

    def tells(self, to: Person, details: list[Row] | None = None) -> Context:
        """Show the last act to somebody, with what they owe."""
        request, world = self.story.request, replace(self.story.world, everyone=cast.ROSTER)
        assert request
        entry = request.entries[-1]
        return notice(
            entry.act.value,
            notices.recipient(to),
            request=glance.request_glance(request, world),
            happened=glance.happened(entry, world),
            asks=glance.asks_for(to.id, request, world, _house()),
            details=details or [],
        )

    def does(self, day: str, who: str, act: Act, answer: str = "", **fields: Json) -> None:
        """Let somebody act on a day."""
        self.story.now = datetime.fromisoformat(f"{day}T08:30:00").replace(tzinfo=ZONE)
        self.story.does(who, act, answer, **fields)


def _opening(**due: str) -> dict[str, Json]:
    content = OBJECTIVES_OF.format(year=2027, owner=LAN.unit)
    return {
        "kind": "objectives",
        "unit": LAN.unit,
        "content": content,
        "objectives_year": 2027,
        **due,
    }


def yearly_samples() -> dict[str, Context]:
    """Give the notices by file name."""
    return dict(_told())


def _told() -> Iterator[tuple[str, Context]]:
    year, given = _Year(Story()), [Row(label=GIVEN["policy"], value="Đúng hẹn, minh bạch.")]
    year.does("2027-01-04", "", Act.OPEN_OBJECTIVES, "plan", **_opening(plan_due="2027-01-29"))
    yield "open_objectives_plan", year.tells(LAN)
    year.does("2027-01-05", LAN.id, Act.NAME_DRAFTER, drafter=BICH.id)
    yield "name_drafter", year.tells(BICH, given)
    year.does("2027-01-12", BICH.id, Act.SUBMIT_PLAN, objectives=PLAN)
    yield "submit_plan", year.tells(LAN)
    year.does("2027-01-13", LAN.id, Act.APPROVE_PLAN, "no", remarks="Thêm mục tiêu về hài lòng")
    yield "approve_plan_no", year.tells(BICH)
    year.does("2027-01-14", BICH.id, Act.SUBMIT_PLAN, objectives=PLAN)
    year.does("2027-01-15", LAN.id, Act.APPROVE_PLAN, "yes")
    yield "approve_plan_yes", year.tells(cast.CLERK)
    yield from _running(year)
    yield from _ending(year)


def _running(year: _Year) -> Iterator[tuple[str, Context]]:
    year.story.now = datetime.fromisoformat("2027-04-01T08:00:00").replace(tzinfo=ZONE)
    assert year.story.request
    world = replace(year.story.world, everyone=cast.ROSTER)
    (asked,) = quarter_notices(_house(), year.story.request, world)
    asked["attachments"] = []
    yield "quarter_due", {**asked, "agency": AGENCY}
    year.does("2027-04-02", LAN.id, Act.RECORD_ACTUALS, results=[{"no": 1, "actual": "97,5%"}])
    yield "record_actuals", year.tells(HUONG)
    changed: dict[str, Json] = {
        "objectives": [{"no": 1, "target": "từ 95% trở lên"}],
        "reason": "Thêm thủ tục mới",
    }
    year.does("2027-05-04", BICH.id, Act.AMEND_PLAN, **changed)
    yield "amend_plan", year.tells(LAN)
    year.does("2027-05-05", LAN.id, Act.APPROVE_AMENDMENT, "no", remarks="Giữ mức đã đăng ký")
    yield "approve_amendment_no", year.tells(BICH)
    year.does("2027-06-01", BICH.id, Act.AMEND_PLAN, **changed)
    year.does("2027-06-02", LAN.id, Act.APPROVE_AMENDMENT, "yes")
    yield "approve_amendment_yes", year.tells(cast.CLERK)


def _ending(year: _Year) -> Iterator[tuple[str, Context]]:
    year.does("2027-12-01", "", Act.ASK_EVALUATION, evaluation_due="2027-12-30")
    yield "ask_evaluation", year.tells(LAN)
    year.does("2027-12-10", LAN.id, Act.EVALUATE, results=RESULTS)
    yield "evaluate", year.tells(HUONG)
    year.does("2027-12-11", HUONG.id, Act.ACCEPT_EVALUATION, "no", remarks="Thiếu số liệu tháng 12")
    yield "accept_evaluation_no", year.tells(LAN)
    year.does("2027-12-20", LAN.id, Act.EVALUATE, results=RESULTS)
    year.does("2027-12-21", HUONG.id, Act.ACCEPT_EVALUATION, "yes")
    yield "accept_evaluation_yes", year.tells(LAN)
    year.does("2027-12-22", LAN.id, Act.SETTLE_OBJECTIVE, "decline", reason="Đã bố trí đủ người")
    yield "settle_objective", year.tells(HUONG)
    year.does("2027-12-22", "", Act.FINISH_OBJECTIVES, "done")
    yield "finish_objectives", year.tells(LAN)
    first = _Year(Story())
    due = {"evaluation_due": "2027-12-30"}
    first.does("2027-12-01", "", Act.OPEN_OBJECTIVES, "evaluation", **_opening(**due))
    yield "open_objectives_evaluation", first.tells(LAN)
