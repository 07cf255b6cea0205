"""A register with objectives of a unit and the agency, and hands that type into `Mục tiêu`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mailflow.actions import held
from mailflow.actions.compiled import TYPED_HERE
from mailflow.actions.execute import execute
from mailflow.demo import cast
from mailflow.evidence.edits import edits_of
from mailflow.procedure.objectives import Line
from mailflow.procedure.request import Via
from mailflow.procedure.terms import Act, Kind
from mailflow.record import open_record
from mailflow.registers.columns import CODE
from mailflow.registers.objective_columns import OBJECTIVES, PLAN
from mailflow.registers.objective_rows import shown_lines
from tests.databases import new_record
from tests.registers.keeping import Keeping, bared
from workbook_sync.address import cell_name
from workbook_sync.locate import Grid, locate
from workbook_sync.patch import Plan
from workbook_sync.read import read
from workbook_sync.values import Value

JANUARY = datetime.fromisoformat("2026-01-05T08:00:00+07:00")
ON_TIME = {"objective": "Trả kết quả đúng hạn", "target": "từ 98% trở lên", "by": "cả năm"}
COMPLAINTS = {"objective": "Khiếu nại về thái độ", "target": "không có", "unit": "đơn"}
ISSUED = {"objective": "Quy trình tiếp dân", "target": "ban hành", "by": "trước 30/6/2026"}
OURS: tuple[dict[str, Value], ...] = tuple(
    {"no": no, **said} for no, said in enumerate((ON_TIME, COMPLAINTS, ISSUED), start=1)
)


def grid_of(path: Path) -> Grid:
    """Read the sheet of objectives of a register."""
    return locate(read(path), OBJECTIVES.headers, OBJECTIVES.table, OBJECTIVES.name)


class Planned(Keeping):
    """The sample agency's register; what is typed goes into its sheet of objectives."""

    def grid(self) -> Grid:
        """Read the sheet of objectives."""
        return grid_of(self.path)

    def opens_plan(self, unit: str, year: int = 2026) -> str:
        """Open the year's matter of a unit ("" the agency), as January does; gives its code."""
        said = {"kind": "objectives", "unit": unit, "content": f"Mục tiêu {unit}"}
        days = {"objectives_year": year, "plan_due": f"{year}-01-29"}
        return str(self.acts("", Act.OPEN_OBJECTIVES, "plan", None, **said, **days).code)

    def asks_evaluation(self, code: str) -> None:
        """Let December come."""
        self.now = datetime.fromisoformat("2026-12-01T08:00:00+07:00")
        self.acts("", Act.ASK_EVALUATION, "", code, evaluation_due="2026-12-30")

    def plan(self, unit: str, *lines: dict[str, Value]) -> str:
        """Put a plan in force by letters; gives its code."""
        code = self.opens_plan(unit)
        owner = cast.ONE_STOP_HEAD.id if unit else cast.SECRETARY.id
        self.acts(owner, Act.SUBMIT_PLAN, "", code, objectives=list(lines))
        approver = cast.ONE_STOP_HEAD.id if unit else cast.HEAD.id
        self.acts(approver, Act.APPROVE_PLAN, "yes", code)
        return code

    def lines(self, code: str) -> list[Line]:
        """List a plan's lines as the record has them."""
        return shown_lines(self.request(code))

    def matter(self, unit: str = "") -> str:
        """Give the code of a unit's plan of the year, or of the agency's own."""
        with self.open_work(reading=True) as work:
            rows = work.requests.rows(kinds=[Kind.OBJECTIVES], unit=unit)
        return rows[0].code

    def row_of(self, code: str, no: int) -> dict[str, Value]:
        """Show a line's row by its number."""
        return self.row(self.codes_of(code)[no - 1])

    def codes_of(self, code: str) -> list[str]:
        """List the codes of a plan's rows in the order of the sheet."""
        begins = code.rsplit("-", 1)[0]
        found = [row.text(CODE) for row in self.grid().rows]
        return sorted(key for key in found if key.startswith(begins))

    def types_at(self, row: int, cells: dict[str, Value]) -> None:
        """Type into a row by its number, as into one that has no code yet."""
        grid = self.grid()
        columns = {**grid.columns, **grid.others}
        self.saves(Plan({(grid.sheet, cell_name(row, columns[h])): v for h, v in cells.items()}))

    def says_yes(self, person: str) -> None:
        """Let somebody answer what they were asked last with a yes."""
        with self.open_work() as work:
            ask = work.asks.of_notice(self.mails(person, "register_confirm")[0].id)
            assert ask
            assert ask.commands
            work.asks.close(ask.id, self.now)
            house = replace(self.house, seen=TYPED_HERE)
            command = held.from_json(ask.commands[0], confirmed_by=Via("letter", "2"))
            execute(work, house, command, self.house.world(self.now))
            work.keep()

    def forgets_objectives(self) -> None:
        """Make the register one from before there was the sheet, as old homes have it."""
        self.saves_elsewhere(lambda book: book.remove(book[OBJECTIVES.name]))
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM base_rows WHERE sheet = 'objectives'")

    def changes(self, code: str) -> list[dict[str, tuple[str, str]]]:
        """List what an evidence pack says of the rows of a plan."""
        with self.open_work(reading=True) as work:
            return [edit.cells for edit in edits_of(work, self.house, code, ())]

    def asked(self, person: str) -> list[dict[str, str]]:
        """Show what somebody was asked to confirm, newest first."""
        return [
            {row["label"]: row["value"] for row in notice.context["details"]}
            for notice in self.mails(person, "register_confirm")
        ]


def new(owner: str, said: Mapping[str, Value], **cells: Value) -> dict[str, Value]:
    """Give the cells of a new row of somebody's plan, by the keys of its columns and by headers."""
    named: dict[str, Value] = {header.replace("_", " "): v for header, v in cells.items()}
    return {"Đơn vị": owner, **{PLAN[key]: value for key, value in said.items()}, **named}


def make(home: Path) -> None:
    """Make a home in which the agency has two objectives and a unit has three, all in force."""
    engine = open_record(new_record(home / "record.sqlite"))
    book = Planned(home, engine, JANUARY)
    book.sync()
    book.saves_elsewhere(bared)
    book.plan("", OURS[0], OURS[1])
    book.plan(cast.ONE_STOP, *OURS)
    book.sync()
    engine.dispose()
