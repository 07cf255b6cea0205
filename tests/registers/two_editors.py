"""Two registers, the agency's and a unit's, both edited at will, and letters in between."""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from mailflow import phrases, settings
from mailflow.actions import held, notices, reasons
from mailflow.actions.compiled import TYPED_HERE
from mailflow.actions.execute import execute
from mailflow.actions.house import House
from mailflow.actions.reasons import Reasons
from mailflow.demo import cast
from mailflow.phrases import Phrases
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.request import Command, Json, Via
from mailflow.procedure.terms import REQUESTS as KINDS
from mailflow.procedure.terms import Act
from mailflow.record import Work, open_record
from mailflow.registers import sync
from mailflow.registers.cells import as_text
from mailflow.registers.columns import CODE, KEEPER, NOTE, REQUESTS
from mailflow.registers.project import project
from mailflow.settings import data_root
from tests.databases import new_record, url_of
from tests.registers.keeping import REPORTED, Book, bared
from workbook_sync.address import cell_name
from workbook_sync.locate import Row
from workbook_sync.patch import Plan, attempt
from workbook_sync.read import read
from workbook_sync.values import Value, canon, same

START = datetime.fromisoformat("2026-03-03T08:00:00+07:00")
MOST_ROUNDS = 16
_MARK = re.compile(r"chữ số \d+\.|\d\d/\d\d/20[3-9]\d")
UNIT_REGISTER = f"""
[[register]]
path = "Sổ Một cửa.xlsx"
keeper = "{cast.ONE_STOP_HEAD.email}"
unit = "{cast.ONE_STOP}"
"""


@cache
def _words() -> tuple[Phrases, Reasons]:
    config = data_root() / "config"
    return phrases.load(config / "phrases.toml"), reasons.load(config / "reasons.toml")


class Killed(BaseException):
    """The process died here."""


@contextmanager
def dying(failpoint: str) -> Iterator[None]:
    """Let the process die at a failpoint, as the unit of work and the file would see it."""

    def kill(process: int, signal: int) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched, suppress(Killed):
        patched.setattr(os, "kill", kill)
        patched.setenv("MAILFLOW_FAILPOINT", failpoint)
        yield


def marks(words: str) -> set[str]:
    """Find the words and days in a cell that only one person ever typed."""
    return set(_MARK.findall(words))


class Editor(Book):
    """One workbook, and what its editor typed and has not taken back: marks by their words."""

    def __init__(self, path: Path, register: Any) -> None:
        self.path, self.register = path, register
        self.typed: set[str] = set()

    def rows(self) -> tuple[Row, ...]:
        """List the rows as they are."""
        return self.grid().rows

    def sets(self, cells: dict[tuple[int, str], Value]) -> None:
        """Type into cells by row and header; what stood in them goes by the editor's own hand."""
        grid = self.grid()
        columns = {**grid.columns, **grid.others}
        there = {row.index: {**row.cells, **row.others} for row in grid.rows}
        cells = {(row, h): value for (row, h), value in cells.items() if h in columns}
        for row, header in cells:
            old = there.get(row, {}).get(header)
            self.typed -= marks(as_text(canon(old.value))) if old else set()
        for value in cells.values():
            self.typed |= marks(as_text(canon(value)))
        plan = {(grid.sheet, cell_name(row, columns[h])): v for (row, h), v in cells.items()}
        self.path.write_bytes(attempt(self.path, Plan(plan)).data)

    def types_row(self, cells: dict[str, Value], gap: int = 0) -> None:
        """Type a new row under the last one, some rows left blank in between."""
        row = self.bottom() + 1 + gap
        self.sets({(row, header): value for header, value in cells.items()})

    def deletes_row(self, row: Row) -> None:
        """Clear a row, as deleting it does."""
        values = {**row.cells, **row.others}
        self.sets({(row.index, header): None for header in values})

    def sorts(self) -> None:
        """Turn the rows around."""
        rows = self.rows()
        cells: dict[tuple[int, str], Value] = {}
        for row, other in zip(rows, reversed(rows), strict=True):
            values = {**other.cells, **other.others}
            cells |= {(row.index, header): cell.value for header, cell in values.items()}
        self.sets(cells)

    def renames(self, header: str, words: str) -> None:
        """Rename a column, as Excel does it: the cell and the table's own list."""

        def change(book: Workbook) -> None:
            grid = self.grid()
            place = {**grid.columns, **grid.others}.get(header)
            if place:
                book[grid.sheet].cell(grid.header_row, place, words)
                for table in book[grid.sheet].tables.values():
                    table.tableColumns[place - 1].name = words

        self.saves_elsewhere(change)

    def renames_sheet(self, words: str) -> None:
        """Rename the sheet of requests."""
        sheet = self.grid().sheet

        def change(book: Workbook) -> None:
            book[sheet].title = words

        self.saves_elsewhere(change)


@dataclass
class World:
    """The agency's record, its two registers, and the clock."""

    home: Path
    now: datetime = START
    count: int = 0
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.engine = open_record(url_of(self.home / "record.sqlite"))
        self.house = House(
            settings.load(self.home),
            cast.ROSTER,
            Calendar(),
            *_words(),
        )
        self.looked = replace(self.house, seen=TYPED_HERE)
        self.open_work: Callable[..., Work] = partial(
            Work, self.engine, self.house.settings.agency.id
        )
        self.editors = [Editor(Path(str(r.path)), r) for r in self.house.settings.registers]
        self.copies: dict[int, Editor] = {}
        self.reports: dict[str, sync.SyncReport] = {}

    def editor(self, number: int) -> Editor:
        """Give a register, or from 2 on the copy of one where there is one."""
        return self.copies.get(number) or self.editors[number % 2]

    def forks(self, number: int) -> None:
        """Let a folder that syncs make a copy of a register."""
        path = self.editors[number].path
        copied = path.with_name(f"{path.stem} ({number}).xlsx")
        copied.write_bytes(path.read_bytes())
        self.copies[number + 2] = Editor(copied, self.editors[number].register)

    def mark(self) -> str:
        """Give words that nobody has typed before."""
        self.count += 1
        return f"chữ số {self.count:03d}."

    def day(self) -> date:
        """Give a day that nobody has typed before."""
        self.count += 1
        return date(2030, 1, 1) + timedelta(days=self.count)

    def round(self, editor: Editor) -> sync.SyncReport:
        """Do one round of one register, a minute later."""
        self.now += timedelta(minutes=1)
        before = self.reports.get(str(editor.register.path))
        report = sync.sync(self.open_work, self.house, editor.register, self.now, before)
        self.reports[str(editor.register.path)] = report
        return report

    def dies(self, editor: Editor, failpoint: str) -> None:
        """Do a round that may be killed."""
        with dying(failpoint):
            self.round(editor)

    def codes(self) -> tuple[str, ...]:
        """List all requests."""
        with self.open_work(reading=True) as work:
            return tuple(row.code for row in work.requests.rows(kinds=KINDS))

    def letter(self, who: str, act: Act, answer: str, code: str | None, **said: Json) -> bool:
        """Let somebody act by a letter; says whether it was done."""
        self.now += timedelta(minutes=1)
        command = Command(act, answer, code, said, who, Via("letter", str(self.count)), "token")
        world = self.house.world(self.now)
        with self.open_work() as work:
            results = execute(work, self.looked, command, world)
            notices.tell(work, self.house, results, world)
            work.keep()
        return results[0].outcome == "done"

    def answers(self, *, yes: bool) -> None:
        """Let those who were asked about a typed act answer all of it."""
        self.now += timedelta(minutes=1)
        with self.open_work() as work:
            asks = [work.asks.of_notice(n.id) for n in work.notices.list(1_000)]
            for ask in filter(None, asks):
                kept = ask.commands[0] if ask.commands else {}
                if ask.closed_at or kept.get("matter") != "register":
                    continue
                work.asks.close(ask.id, self.now)
                if yes:
                    command = held.from_json(kept, confirmed_by=Via("letter", str(self.count)))
                    execute(work, self.looked, command, self.house.world(self.now))
            work.keep()

    # --- the end of a story

    def settles(self) -> None:
        """Do rounds until one leaves both registers alone; says yes to what is asked."""
        outcomes = [""]
        for _ in range(MOST_ROUNDS):
            outcomes = [str(self.round(editor).outcome) for editor in self.editors]
            self._agrees_to_gone_rows()
            if outcomes == ["quiet"] * 2:
                return
        raise AssertionError(f"never quiet: {outcomes}")

    def _agrees_to_gone_rows(self) -> None:
        with self.open_work() as work:
            for notice in work.notices.list(1_000):
                if notice.kind == "register_rows" and str(notice.id) not in self.asked:
                    self.asked.add(str(notice.id))
                    ask = work.asks.of_notice(notice.id)
                    kept = ask.commands[0] if ask and ask.commands else {}
                    for code in kept["codes"]:
                        work.marks.set_once("row_gone", f"{kept['register']}:{code}", self.now)
            work.keep()

    def everything_told(self) -> str:
        """Give every word of the journal and of the mails."""
        with self.open_work(reading=True) as work:
            loaded = [r for r in map(work.requests.load, work.requests.codes()) if r]
            said = [[e.fields, e.by] for r in loaded for e in r.entries]
            told = [n.context for n in work.notices.list(10_000)]
        return json.dumps([said, told], ensure_ascii=False, default=str)

    def loses_nothing(self) -> None:
        """Check that each mark typed is in a cell, in the record, or told to somebody.

        What a row without a code reports must be told: its cells alone move nothing.
        """
        there = json.dumps(
            [
                [as_text(canon(cell.value)) for cell in row.cells]
                for editor in self.editors
                for sheet in read(editor.path).sheets
                for row in sheet.rows
            ],
            ensure_ascii=False,
        )
        everywhere = there + self.everything_told()
        for editor in (*self.editors, *self.copies.values()):
            lost = {m for m in editor.typed if m not in everywhere and iso(m) not in everywhere}
            assert not lost, lost
        for editor in self.editors:
            new = [row.text("Nội dung") for row in editor.rows() if not row.text(CODE)]
            untold = marks(" ".join(new)) - marks(self.everything_told())
            assert not untold, untold
            codes = {row.text(CODE) for row in editor.rows()}
            gone = [c for c in self._of(editor) if c not in codes and c not in self.asked_about()]
            assert not gone, gone

    def asked_about(self) -> str:
        """Give every word of the mails about registers."""
        with self.open_work(reading=True) as work:
            told = [n for n in work.notices.list(10_000) if n.kind.startswith("register_")]
        return json.dumps([n.context for n in told], ensure_ascii=False)

    def _of(self, editor: Editor) -> list[str]:
        """List the requests whose rows belong into a register now."""
        with self.open_work(reading=True) as work:
            rows = work.requests.rows(kinds=KINDS, unit=editor.register.unit)
            return [row.code for row in rows]

    def is_equal(self) -> None:
        """Check that each row shows the record, but in cells that are told to wait."""
        world = self.house.world(self.now)
        with self.open_work(reading=True) as work:
            requests = {c: work.requests.load(c) for c in work.requests.codes()}
        for editor in self.editors:
            told = editor.told()
            seen: set[str] = set()
            for row in sorted(editor.rows(), key=lambda r: r.index):
                request = requests.get(row.text(CODE))
                if request is None or row.text(CODE) in seen:
                    continue
                seen.add(request.code)
                ours = project(request, world, self.house.settings.retention.years)
                for header, cell in row.cells.items():
                    if header == CODE or REQUESTS.owners[header] is KEEPER:
                        continue
                    waits = any(
                        line[CODE] == request.code and header in line["Cột"] for line in told
                    )
                    alike = same(ours[header], cell.value) or waits
                    copied = any(
                        line[CODE] == request.code and "chép" in line["Vì sao"] for line in told
                    )
                    assert alike or copied, (request.code, header, ours[header], cell.value)


def iso(words: str) -> str:
    """Write a day as the journal does."""
    return "-".join(reversed(words.split("/")))


def make(home: Path, plan: Callable[[World], object] = World.codes) -> None:
    """Make a home with two registers and three requests, to be copied for each story.

    `plan` adds to the record what the story is about besides.
    """
    text = settings.starting_file(cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email)
    (home / settings.FILE).write_text(text + UNIT_REGISTER, encoding="utf-8")
    new_record(home / "record.sqlite")
    world = World(home)
    for editor in world.editors:
        world.round(editor)
        editor.saves_elsewhere(bared)
    plan(world)
    for number in range(3):
        world.editors[0].adds(REPORTED | {"Nội dung": f"Việc ban đầu {number}", NOTE: f"n{number}"})
    for editor in (*world.editors, *world.editors):
        world.round(editor)
    world.engine.dispose()
