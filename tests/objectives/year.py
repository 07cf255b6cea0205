"""A year of quality objectives in the sample agency: who says what, and how far it has come."""

from datetime import datetime
from pathlib import Path

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.objectives import Line, lines
from mailflow.procedure.people import Person
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Kind
from tests.conversations.agency import Agency

OWNER, DRAFTER = cast.ONE_STOP_HEAD, cast.COLLEAGUE
PLAN = """Trình mục tiêu
1. Trả kết quả đúng hạn; chỉ tiêu: từ 98% trở lên; thời gian: cả năm
2. Khiếu nại về thái độ; chỉ tiêu: không có; ĐVT: đơn
3. Quy trình tiếp công dân; chỉ tiêu: ban hành; thời gian: trước 30/6/2027"""
GOOD = """Đánh giá mục tiêu
1. 245/250
2. không có
3. Đã ban hành ngày 15/5/2027"""
BAD = """Đánh giá mục tiêu
1. 230/250; nguyên nhân: thiếu người; hành động: bố trí người thay
2. 2 đơn; nguyên nhân: cán bộ mới; hành động: tập huấn giao tiếp
3. Đã ban hành ngày 15/5/2027"""


class Year(Agency):
    """The sample agency from January 2027 on."""

    def __init__(self, home: Path, settings: str = "") -> None:
        super().__init__(home, settings)
        self.on("2027-01-04")

    def on(self, day: str, hour: int = 8) -> None:
        """Move the clock to a day, without a round."""
        self.clock.now = datetime.fromisoformat(f"{day}T{hour:02d}:00:00+07:00")

    def comes(self, day: str) -> list[Mail]:
        """Let a day come and one round pass; gives what went out about objectives."""
        self.on(day)
        return [mail for mail in self.work() if mail.subject.startswith("[MTCL-")]

    def matters(self, unit: str | None = None, year: int = 2027) -> list[Request]:
        """The matters of objectives of a year, of one unit when it is named ("" the agency)."""
        with self.service.open_work(reading=True) as work:
            rows = work.requests.rows(kinds=[Kind.OBJECTIVES], unit=unit)
            found = [r for r in (work.requests.load(row.code) for row in rows) if r]
        return [r for r in found if r.values["objectives_year"] == year]

    def matter(self, unit: str = cast.ONE_STOP, year: int = 2027) -> Request:
        """The one matter of a unit and year."""
        (found,) = self.matters(unit, year)
        return found

    def says(self, who: Person, text: str, unit: str = cast.ONE_STOP) -> list[Mail]:
        """Somebody answers their last mail about a unit's objectives."""
        return self.replies(who, text, self.matter(unit).code)

    def line(self, no: int, unit: str = cast.ONE_STOP) -> Line:
        """One objective as it stands."""
        return next(line for line in lines(self.matter(unit)) if line.no == no)

    def planned(self) -> None:
        """The unit's plan is drafted and in force."""
        self.work()
        self.says(OWNER, "Phân công dự thảo\nNgười dự thảo: Ngô Thị Bích")
        self.says(DRAFTER, PLAN)
        self.says(OWNER, "Phê duyệt mục tiêu")

    def evaluated(self, text: str) -> list[Mail]:
        """December has come, and the head has evaluated."""
        self.planned()
        self.comes("2027-12-01")
        return self.says(OWNER, text)
