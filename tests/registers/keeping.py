"""An agency's home with its register, and a keeper who types into it as Excel would save it."""

import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path

from openpyxl import Workbook, load_workbook

from mailflow import phrases, settings
from mailflow.actions import notices, reasons
from mailflow.actions.compiled import TYPED_HERE
from mailflow.actions.execute import Result, execute
from mailflow.actions.house import House
from mailflow.demo import cast
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.terms import Act
from mailflow.record import Engine, Notice, Work, open_record
from mailflow.registers import sync
from mailflow.registers.columns import CODE, HEADERS, SHEET, SYNC_SHEET, SYNC_TABLE, TABLE
from mailflow.registers.sync import SyncReport
from mailflow.settings import data_root
from tests.databases import url_of
from workbook_sync import files
from workbook_sync.address import cell_name, column_letters
from workbook_sync.locate import Grid, locate
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.values import Value

TUESDAY = datetime.fromisoformat("2026-03-03T08:00:00+07:00")
MINUTE = timedelta(minutes=1)
REPORTED: dict[str, Value] = {
    "Loại": "Xử lý sự không phù hợp",
    "Người phát hiện": cast.CLERK.name,
    "Nội dung": "Trả hồ sơ chậm 2 ngày",
}

USER = pwd.getpwuid(os.getuid()).pw_name

ROUND = """
import sys
from tests.registers.keeping import one_round
one_round(*sys.argv[1:])
"""


class Book:
    """A workbook as its keeper sees it, wherever it lies."""

    path: Path

    def grid(self) -> Grid:
        """Read the sheet of requests."""
        return locate(read(self.path), HEADERS, TABLE, SHEET)

    def row(self, code: str) -> dict[str, Value]:
        """Show one request's row; its columns that are blank are None."""
        row = next(row for row in self.grid().rows if row.text(CODE) == code)
        return {h: cell.value for h, cell in [*row.cells.items(), *row.others.items()]}

    def types(self, code: str, **cells: Value) -> None:
        """Type into a request's row, `Nội_dung="…"` for the column `Nội dung`, and save."""
        self.types_into(code, {header.replace("_", " "): v for header, v in cells.items()})

    def types_into(self, code: str, cells: dict[str, Value]) -> None:
        """Type into a request's row by header, and save."""
        grid = self.grid()
        row = next(row for row in grid.rows if row.text(CODE) == code)
        columns = {**grid.columns, **grid.others}
        sets = {
            (grid.sheet, f"{column_letters(columns[h])}{row.index}"): v for h, v in cells.items()
        }
        self.saves(Plan(sets))

    def adds(self, cells: Mapping[str, Value]) -> None:
        """Type a new row under the last one, and save."""
        grid = self.grid()
        self.saves(Plan(appends=(Append(grid.sheet, (cells,), grid.table),)))

    def types_below(self, cells: dict[str, Value], blank: int = 0) -> None:
        """Type a row under all others, some rows left blank above it, and save."""
        grid, row = self.grid(), self.bottom() + 1 + blank
        columns = {**grid.columns, **grid.others}
        self.saves(Plan({(grid.sheet, cell_name(row, columns[h])): v for h, v in cells.items()}))

    def bottom(self) -> int:
        """Find the last row in which anything stands."""
        grid = self.grid()
        return max([grid.last, *(row.index for row in (*grid.rows, *grid.signatures))])

    def saves(self, plan: Plan) -> None:
        """Change the file as its keeper."""
        self.path.write_bytes(patch(self.path, plan))

    def saves_elsewhere(self, change: Callable[[Workbook], None]) -> None:
        """Change the file in another program, which writes the whole of it anew."""
        book = load_workbook(self.path)
        change(book)
        book.save(self.path)

    def deletes(self, *codes: str) -> None:
        """Delete the rows of requests; those under them move up."""
        rows = sorted((r.index for r in self.grid().rows if r.text(CODE) in codes), reverse=True)

        def change(book: Workbook) -> None:
            for row in rows:
                book[SHEET].delete_rows(row)

        self.saves_elsewhere(change)

    def told(self) -> list[dict[str, str]]:
        """List what stands on the sheet of things not taken up."""
        headers = ["Lúc", "Trang", "Dòng", CODE, "Cột", "Đã gõ", "Vì sao", "Cách xử lý"]
        grid = locate(read(self.path), headers, SYNC_TABLE, SYNC_SHEET)
        return [{header: row.text(header) for header in headers} for row in grid.rows]


@dataclass
class Keeping(Book):
    """The register as its keeper and the program see it; every sync is a minute later.

    `where` is what the settings say of its place; on a share the server has it on its `disk`.
    """

    home: Path
    engine: Engine
    now: datetime = TUESDAY
    unit: str | None = None
    keeper: str = cast.SECRETARY.email
    where: str = "Sổ theo dõi.xlsx"
    disk: Path | None = None
    reports: list[SyncReport] = field(default_factory=list)

    @cached_property
    def house(self) -> House:
        """The sample agency."""
        config = data_root() / "config"
        (self.home / settings.FILE).write_text(
            settings.starting_file(cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email)
            .replace('keeper = "', f'keeper = "{self.keeper}" # ', 1)
            .replace('path = "Sổ theo dõi.xlsx"', f'path = "{self.where}"')
            .replace('# user = "COQUAN', f'user = "{USER}" # "')
            .replace('# unit = "Phòng Một cửa"', f'unit = "{self.unit}" #' if self.unit else "#"),
            encoding="utf-8",
        )
        return House(
            settings.load(self.home),
            cast.ROSTER,
            Calendar(),
            phrases.load(config / "phrases.toml"),
            reasons.load(config / "reasons.toml"),
        )

    @property
    def path(self) -> Path:  # type: ignore[override] # found in the settings
        """Where the register lies."""
        return self.disk or Path(str(self.house.settings.registers[0].path))

    @property
    def open_work(self) -> Callable[..., Work]:
        """Open the record."""
        return partial(Work, self.engine, self.house.settings.agency.id)

    # --- the program

    def sync(self) -> SyncReport:
        """Do one round."""
        self.now += MINUTE
        register = self.house.settings.registers[0]
        before = self.reports[-1] if self.reports else None
        report = sync.sync(self.open_work, self.house, register, self.now, before)
        self.reports.append(report)
        return report

    def opens(self, **cells: Value) -> str:
        """Open a request by a row of the register, its usual cells and more; gives its code."""
        if not self.path.exists():
            self.sync()
        self.adds(REPORTED | {header.replace("_", " "): v for header, v in cells.items()})
        return self.sync().opened[0]

    def opened_by(self, name: str, data: bytes) -> Path:
        """Put an owner file beside the register, written now."""
        lock = self.path.with_name(name)
        lock.write_bytes(data)
        moment = self.now.timestamp()
        os.utime(lock, (moment, moment))
        return lock

    def killed(self, failpoint: str) -> int:
        """Do one round in a process of its own that dies at a failpoint; gives its exit code."""
        self.now += MINUTE
        said = [str(self.home), self.now.isoformat(), self.keeper, self.unit or "", self.where]
        return subprocess.run(
            [sys.executable, "-c", ROUND, *said],
            env=os.environ | {"MAILFLOW_FAILPOINT": failpoint},
            check=False,
            timeout=60,
        ).returncode

    def acts(
        self, who: str, act: Act, answer: str = "", code: str | None = None, **said: Json
    ) -> Result:
        """Carry out an act of somebody's letter."""
        command = Command(act, answer, code, said, who, Via("letter", "1"), "token")
        world = self.house.world(self.now)
        with self.open_work() as work:
            results = execute(work, replace(self.house, seen=TYPED_HERE), command, world)
            notices.tell(work, self.house, results, world)
            work.keep()
        assert results[0].outcome == "done", results[0].problem
        return results[0]

    def request(self, code: str) -> Request:
        """Load a request."""
        with self.open_work(reading=True) as work:
            found = work.requests.load(code)
        assert found
        return found

    def codes(self) -> tuple[str, ...]:
        """List all requests."""
        with self.open_work(reading=True) as work:
            return work.requests.codes()

    def mails(self, person: str, kind: str) -> list[Notice]:
        """List the notices of a kind to a person, newest first."""
        with self.open_work(reading=True) as work:
            found = work.notices.list(100, person=person)
        return [notice for notice in found if notice.kind == kind]

    def day(self, days: int) -> date:
        """Give a day from today."""
        return self.now.date() + timedelta(days=days)


def one_round(home: str, now: str, keeper: str, unit: str, where: str) -> None:
    """Do a round of a home's register; the body of a process that is to be killed."""
    files.pause = lambda _seconds: None
    engine = open_record(url_of(Path(home) / "record.sqlite"))
    moment = datetime.fromisoformat(now) - MINUTE
    Keeping(Path(home), engine, moment, unit or None, keeper, where).sync()


def bared(book: Workbook) -> None:
    """Leave the sheets out that no story is about, since many are told."""
    for name in ("Tổng hợp", "Hướng dẫn"):
        del book[name]
