"""Lets the sample agency act on a request, each act judged by the procedure."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mailflow.demo import cast
from mailflow.procedure import judge, machine, numbering
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, Roster
from mailflow.procedure.request import Command, Entry, Json, Request, Via
from mailflow.procedure.terms import Act, State
from mailflow.settings.data import default_limits

TZ = ZoneInfo("Asia/Ho_Chi_Minh")
WITH_FILES = [
    {"name": "anh-bien-nhan.jpg", "sha256": "0" * 64},
    {"name": "trich-xuat-ho-so.pdf", "sha256": "1" * 64},
]
MEASURES = [
    {
        "what": "Đặt nhắc việc tự động trước hạn trả kết quả 02 ngày trên phần mềm một cửa",
        "who": [cast.PLANNER.id],
        "with": cast.ONE_STOP,
        "by": "2026-04-10",
        "output": "Chức năng nhắc việc hoạt động",
    },
    {
        "what": "Tập huấn lại quy trình QT.MC.03 cho toàn bộ công chức tại quầy",
        "who": [cast.ONE_STOP_HEAD.id],
        "with": "",
        "by": "2026-05-15",
        "output": "Danh sách dự tập huấn",
    },
]


class Story:
    """A request as it comes about, each act judged by the procedure as in real life."""

    def __init__(self, seq: int = 7, roster: Roster = cast.ROSTER) -> None:
        self.request: Request | None = None
        self.roster = roster
        self.seq = seq
        self.letters = 40

    def act(
        self,
        when: str,
        act: Act,
        by: Person | None,
        answer: str = "",
        *,
        proof: str = "token",
        **fields: Json,
    ) -> "Story":
        """Do one act at a local time "2026-03-05 09:12"; the procedure must allow it."""
        now = datetime.fromisoformat(when).replace(tzinfo=TZ)
        world = World(self.roster.on(now.date()), Calendar(), default_limits(), now, now.date())
        code = self.request.code if self.request else None
        command = Command(act, answer, code, fields, by.id if by else "", self._via(by), proof)
        judged = judge.judge(self.request, command, world)
        assert isinstance(judged, judge.Judged), judged
        self.request = machine.advance(self.request, self._complete(judged.entry, fields))
        return self

    def _via(self, by: Person | None) -> Via:
        self.letters += 3
        return (
            Via("letter", str(self.letters)) if by else Via("program", "follow_up:CTCL-2026-0007-K")
        )

    def _complete(self, entry: Entry, said: dict[str, Json]) -> Entry:
        """Add what the executing side adds: code and number, the successor of a failure."""
        if entry.request is None:
            number = numbering.number("{seq:02d}/{year}", 2026, self.seq)
            extra = {"number": number, "year": 2026, "seq": self.seq}
            extra |= {name: said[name] for name in ("predecessor", "parties") if name in said}
            code = numbering.code("CTCL", 2026, self.seq)
            return replace(entry, request=code, fields={**entry.fields, **extra})
        if entry.target is State.FAILED:
            successor = numbering.code("CTCL", 2026, self.seq + 9)
            return replace(entry, fields={**entry.fields, "successor": successor})
        return entry

    def done(self) -> Request:
        """Give the request as it stands."""
        assert self.request is not None
        return self.request
