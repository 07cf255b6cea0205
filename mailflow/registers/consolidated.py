"""Looks into the consolidated register before a paper is compiled: a round, and what it left."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from mailflow.actions import words
from mailflow.actions.house import House
from mailflow.actions.seen import Counted, Row, Seen
from mailflow.forms.papers import Left
from mailflow.procedure.machine import World
from mailflow.procedure.numbering import parse_line
from mailflow.procedure.request import Request
from mailflow.procedure.terms import REQUESTS as KINDS
from mailflow.record import Work
from mailflow.registers import specs, waiting
from mailflow.registers.cells import as_text, from_json
from mailflow.registers.columns import CODE, PROCEDURE, REQUESTS, SYNC_TABLE, Sheet
from mailflow.registers.lines import Line
from mailflow.registers.objective_columns import OBJECTIVES
from mailflow.registers.places import RegisterSettings, place_of
from mailflow.registers.project import project
from mailflow.registers.sentences import CLEARED
from mailflow.registers.sync import SyncReport, sync
from workbook_sync.errors import Busy, Refusal
from workbook_sync.files import take_copy
from workbook_sync.locate import locate
from workbook_sync.read import read

LOG = structlog.get_logger()
IN_STEP = ("created", "written", "quiet")
LONGEST = 300
"""Characters of one cell that a paper repeats."""

COUNTED = (
    "Loại",
    "Ngày lập",
    "Đơn vị",
    "Nguồn",
    "Nội dung",
    "Dấu hiệu/lý do",
    "Hạn hoàn thành",
    "Ngày hoàn thành",
    "Trạng thái",
    "Lưu đến ngày",
)
"""The columns that figures are counted by."""

OF_OBJECTIVES = ("Năm", "Đánh giá", "Trạng thái")


def look(open_work: Callable[..., Work], house: House, now: datetime) -> Seen:
    """Do a round of the consolidated register and say what it came to; never raises.

    Whatever is wrong with the register, its share or its keeper stands in the paper, and stops
    nobody from making it. `now` is aware.
    """
    register = next((r for r in house.settings.registers if r.unit is None), None)
    count = partial(counted, house, house.world(now))
    if register is None:
        return Seen("", (), count)
    try:
        report = sync(open_work, house, register, now)
        trouble = _trouble(open_work, house, report)
        return Seen(trouble, _left(open_work, house, register, report), count)
    except Exception as error:
        LOG.warning("register not read for a paper", error=str(error), exc_info=error)
    return Seen("không mở được sổ hoặc chỗ để sổ", None, count)


def _trouble(open_work: Callable[..., Work], house: House, report: SyncReport) -> str:
    """Say in words why a round did not bring both into step."""
    if report.outcome in IN_STEP:
        return ""
    if report.outcome != "waiting":
        return "; ".join(line.why.rstrip(".") for line in report.found or ())
    with open_work(reading=True) as work:
        gone = work.registers.wait(report.register_id, waiting.GONE)
        held = work.registers.wait(report.register_id, waiting.OPEN)
    if gone:
        return f"không thấy tệp sổ từ {words.moment(house.local(gone.since))}"
    if held:
        who = held.held_by or "trên một máy không rõ tên"
        return f"sổ đang mở {who} từ {words.moment(house.local(held.since))}"
    return "sổ đang được lưu, hoặc chưa đọc được"


# --- what was not taken up -----------------------------------------------------------------------


def _left(
    open_work: Callable[..., Work], house: House, register: RegisterSettings, report: SyncReport
) -> tuple[Left, ...] | None:
    """List the lines of a round, and those on `Đồng bộ` whose words did not get in since."""
    if report.found is None or report.outcome == "unreadable":
        return None
    found = {_key(said): said for said in map(_as_left, report.found)}
    with suppress(Busy, Refusal, OSError), place_of(house.settings, register) as place:
        data = take_copy(place, rest=timedelta(0)).data
        with open_work(reading=True) as work:
            for said in _noted(data):
                if _still_out(work, report.register_id, said):
                    found.setdefault(_key(said), said)
    return tuple(sorted(found.values(), key=lambda one: (len(one["place"]), one["place"])))


def _key(said: Left) -> tuple[str, ...]:
    return said["code"], said["column"], said["typed"], said["why"]


def _as_left(line: Line) -> Left:
    place = ", ".join(
        filter(None, (line.where, line.sheet, f"dòng {line.row}" if line.row else ""))
    )
    return _cut(place or "cả sổ", line.code, line.column, line.typed, line.why)


def _cut(place: str, code: str, column: str, typed: str, why: str) -> Left:
    short = [t if len(t) <= LONGEST else t[: LONGEST - 1].rstrip() + "…" for t in (typed, why)]
    return Left(place=place, code=code, column=column, typed=short[0], why=short[1])


def _noted(data: bytes) -> Iterator[Left]:
    """Read the sheet `Đồng bộ`; its keeper deletes the lines that are dealt with."""
    workbook = read(data, table=SYNC_TABLE)
    if not workbook.sheets:
        return
    headers = [column.header for column in specs.SYNC_COLUMNS]
    for row in locate(workbook, headers, SYNC_TABLE).rows:
        number = row.text(specs.ROW)
        place = f"dòng {number}" if number else "cả sổ"
        yield _cut(place, *map(row.text, (CODE, specs.CELL, specs.TYPED, specs.WHY)))


def _still_out(work: Work, register_id: str, said: Left) -> bool:
    """Say whether cells of the procedure's columns hold something else than was typed once."""
    columns = said["column"].split("; ")
    owners = (OBJECTIVES if parse_line(said["code"]) else REQUESTS).owners
    if not said["code"] or any(owners.get(column) is not PROCEDURE for column in columns):
        return False
    cells = work.registers.base_row(register_id, said["code"])
    if not cells:
        return False
    there = {column: as_text(from_json(cells.get(column))) or CLEARED for column in columns}
    shown = there[columns[0]] if len(columns) == 1 else _under_each_other(there)
    return _cut("", "", "", shown, "")["typed"] != said["typed"]


def _under_each_other(cells: Mapping[str, str]) -> str:
    return "\n".join(f"{column}: {text}" for column, text in cells.items())


# --- the rows ------------------------------------------------------------------------------------


def counted(house: House, world: World, work: Work, since: date) -> Counted:
    """Give the rows of the register as last agreed on, of requests opened on a day or later.

    Where there is none yet, or it lacks a column that the record could fill, the record's own.
    """
    kept = work.registers.get(house.consolidated) if house.consolidated else None
    if kept is None or not kept.generation:
        return Counted(list(_own(house, world, work, since)), own=True)
    agreed, of_objectives = _agreed(work, house.consolidated, since)
    blank = [h for h in COUNTED if agreed and not any(h in row for row in agreed)]
    own = list(_own(house, world, work, since)) if blank else []
    lacking = tuple(header for header in blank if any(header in row for row in own))
    if lacking:
        return Counted(own, own=True, lacking=lacking, objectives=of_objectives)
    return Counted(agreed, objectives=of_objectives)


def _agreed(work: Work, register_id: str, since: date) -> tuple[list[Row], list[Row]]:
    """Read the rows of both sheets from the base, few at a time: requests, and objectives."""
    of = partial(_rows, work, register_id)
    requests = [row for row in of(REQUESTS, COUNTED) if _opened(row, since)]
    return requests, list(of(OBJECTIVES, OF_OBJECTIVES))


def _rows(work: Work, register_id: str, sheet: Sheet, columns: tuple[str, ...]) -> Iterator[Row]:
    for code, cells in work.registers.base_rows(register_id, sheet=sheet.key):
        yield _row(code, {h: from_json(cells[h]) for h in columns if h in cells})


def _own(house: House, world: World, work: Work, since: date) -> Iterator[Row]:
    years = house.settings.retention.years
    for request in _requests(house, work, since):
        shown = project(request, world, years)
        yield _row(request.code, {h: shown[h] for h in COUNTED if shown[h] is not None})


def _requests(house: House, work: Work, since: date) -> Iterator[Request]:
    begin = datetime.combine(since, datetime.min.time(), house.settings.agency.zone)
    return work.requests.load_each(work.requests.opened_since(begin, KINDS))


def _row(code: str, cells: Mapping[str, Any]) -> Row:
    days = {h: v.date() if isinstance(v, datetime) else v for h, v in cells.items()}
    return {CODE: code, **days}


def _opened(row: Row, since: date) -> bool:
    opened = row.get("Ngày lập")
    return isinstance(opened, date) and opened >= since
