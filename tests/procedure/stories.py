"""Plays acts on a request through `judge` and `machine`, without mail or record."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailflow.demo import cast
from mailflow.procedure import judge, machine, numbering
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.machine import World
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Command, Entry, Json, Missing, Refused, Request, Via
from mailflow.procedure.terms import Act, Kind
from mailflow.settings import default_limits

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE)
LETTER = Via("letter", "1")


@dataclass
class Story:
    """One request carried along; `now` moves by `wait`."""

    roster: Roster = cast.ROSTER
    now: datetime = MONDAY
    request: Request | None = None
    same_person: str = "warn"
    entries: list[Entry] = field(default_factory=list)

    @property
    def world(self) -> World:
        """Everything as of now."""
        today = self.now.date()
        return World(
            self.roster.on(today),
            Calendar(),
            default_limits(),
            self.now,
            today,
            same_person=self.same_person,
        )

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=days)

    def day(self, days: int) -> str:
        """Give the ISO date some days from now."""
        return (self.now.date() + timedelta(days=days)).isoformat()

    def attempt(
        self, who: str, act: Act, answer: str = "", **fields: Json
    ) -> judge.Judged | Refused | Missing:
        """Judge an act without carrying it out."""
        code = self.request.code if self.request else None
        command = Command(act, answer, code, fields, who, LETTER, "token")
        return judge.judge(self.request, command, self.world)

    def does(self, who: str, act: Act, answer: str = "", **fields: Json) -> Request:
        """Carry out an act that must be right."""
        judged = self.attempt(who, act, answer, **fields)
        assert isinstance(judged, judge.Judged), judged
        return self.carry_out(judged)

    def carry_out(self, judged: judge.Judged) -> Request:
        """Put what was judged right into the journal; the numbers are the record's to give."""
        entry = judged.entry
        if self.request is None:
            entry = _numbered(entry)
        elif judged.step.target == "failed":
            entry = _with(entry, successor=numbering.code("CTCL", 2026, 2))
        self.request = machine.advance(self.request, entry)
        self.entries.append(entry)
        return self.request

    def owed(self) -> dict[str, tuple[tuple[str, ...], date | None]]:
        """Show what is owed now: act to people and day."""
        assert self.request
        return {o.wait.act.value: (o.people, o.due) for o in machine.owed(self.request, self.world)}


def _numbered(entry: Entry) -> Entry:
    year = entry.at.year
    numbers = {"number": f"01/{year}", "year": year, "seq": 1}
    series = numbering.series(Kind(entry.fields["kind"]), "CTCL")
    return _with(entry, code=numbering.code(series, year, 1), **numbers)


def _with(entry: Entry, code: str | None = None, **fields: Json) -> Entry:
    return replace(entry, request=code or entry.request, fields={**entry.fields, **fields})


def reported() -> Story:
    """A clerk has reported a nonconformity at the one-stop desk."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="nonconformity", content="Trả sai kết quả hồ sơ 123")
    return story


def correcting() -> Story:
    """The head has given the correction to a colleague."""
    story = reported()
    story.does(
        cast.ONE_STOP_HEAD.id,
        Act.DECIDE_DISPOSITION,
        "work",
        disposition="rework",
        performer=cast.COLLEAGUE.id,
        correction_due=story.day(3),
    )
    return story


def assigned() -> Story:
    """An improvement that the ISO lead has given to the planner for analysis."""
    story = Story()
    story.does(cast.CLERK.id, Act.REPORT, kind="improvement", content="Lấy số thứ tự qua tin nhắn")
    story.does(cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, "yes", signs=["opportunity"])
    story.does(cast.SECRETARY.id, Act.PRESENT)
    story.does(
        cast.LEAD.id,
        Act.DIRECT,
        "assign",
        direction="Phân tích, đề xuất trong tuần",
        assignees=[cast.PLANNER.id],
        analysis_due=story.day(7),
    )
    return story


def implementing(days: int = 20) -> Story:
    """The same, approved: two measures, the planner's and the clerk's, due in `days`."""
    story = assigned()
    measures = [
        {
            "what": "Viết quy trình",
            "who": [cast.PLANNER.id],
            "by": story.day(10),
            "output": "dự thảo",
        },
        {
            "what": "Chạy thử",
            "who": [cast.CLERK.id],
            "with": "Văn phòng",
            "by": story.day(days),
            "output": "báo cáo",
        },
    ]
    story.does(
        cast.PLANNER.id,
        Act.PROPOSE_SOLUTION,
        root_cause="Người dân phải chờ lâu",
        measures=measures,
        resources="không",
    )
    story.does(cast.LEAD.id, Act.APPROVE_SOLUTION, "yes")
    return story


def completed() -> Story:
    """The same, with all measures reported done."""
    story = implementing()
    story.wait(5)
    for who in (cast.PLANNER.id, cast.CLERK.id):
        story.does(who, Act.REPORT_COMPLETION, result="Đã xong", evidence="Biên bản")
    return story
