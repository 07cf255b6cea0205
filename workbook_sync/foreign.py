"""Reads .xls, .xlsb, .ods and .csv once, in a process of its own that may not take much.

Such files are never written. Their rows come as the snapshot that `read` gives of a workbook, so
that `locate` finds a list in them; styles, formulas and hidden rows are not in it, and an error
in a cell is a blank.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

from workbook_sync.address import MAX_COLUMN, MAX_ROW, Range
from workbook_sync.cells import Cell, SheetRow
from workbook_sync.errors import Reason, Refusal
from workbook_sync.formats import Format, format_of
from workbook_sync.parts import Styles
from workbook_sync.read import Sheet, Workbook, read, uncollected
from workbook_sync.values import Kind, Value, canon, shown


@dataclass(frozen=True)
class Limits:
    """What the reading process may take: bytes of the file, seconds, bytes of memory and answer.

    `cells` is how many it may find; a register of that size is to be kept as .xlsx anyway.
    """

    packed: int = 50 * 2**20
    cells: int = 500_000
    seconds: int = 5
    memory: int = 300 * 2**20
    answer: int = 30 * 2**20


LIMITS = Limits()


def read_any(data: bytes, limits: Limits = LIMITS) -> Workbook:
    """The rows of any spreadsheet: an .xlsx by `read`, the others by `read_foreign`."""
    return read(data) if format_of(data) is Format.XLSX else read_foreign(data, limits)


def read_foreign(data: bytes, limits: Limits = LIMITS) -> Workbook:
    """The rows of an .xls, .xlsb, .ods or .csv.

    Raises Refusal: ENCRYPTED (a password), WEB_PAGE (a web page named .xls), TOO_BIG (more bytes,
    time or memory than the limits), BAD_PACKAGE (damaged), BAD_ENCODING (a text in an unknown
    encoding), NOT_A_WORKBOOK (anything else).
    """
    if len(data) > limits.packed:
        raise Refusal(Reason.TOO_BIG, detail=f"{len(data)} bytes")
    kind = format_of(data)
    if kind is Format.WEB_PAGE:
        raise Refusal(Reason.WEB_PAGE)
    if kind is Format.XLSX:
        raise Refusal(Reason.NOT_A_WORKBOOK, detail="an .xlsx is no foreign file")
    with tempfile.TemporaryFile() as answer, uncollected():
        _run(kind, data, limits, answer)
        answer.seek(0)
        sheets = tuple(_sheets(answer))
    return Workbook(sheets, Styles(), date1904=False, problems=())


def _run(kind: Format, data: bytes, limits: Limits, answer: IO[bytes]) -> None:
    """Let the reader write its answer into the file; Refusal when it was stopped or refuses."""
    numbers = (limits.seconds, limits.memory, limits.answer, limits.cells)
    command = [sys.executable, "-I", "-m", "workbook_sync.foreign_reader", kind, *map(str, numbers)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module, no shell, no word of the file
            command,
            input=data,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            timeout=2 * limits.seconds,
            env={},
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Refusal(Reason.TOO_BIG, detail=f"not read in {2 * limits.seconds} seconds") from error
    if ended < 0 or answer.tell() >= limits.answer:
        raise Refusal(Reason.TOO_BIG, detail=f"the reader of .{kind} was stopped ({ended})")
    if ended:
        raise Refusal(Reason.BAD_PACKAGE, detail=f"the reader of .{kind} failed")


def _sheets(answer: IO[bytes]) -> Iterator[Sheet]:
    """Sheets from the answer: a line for each sheet, then one for each of its rows."""
    head: dict[str, Any] | None = None
    rows: list[SheetRow] = []
    for line in answer:
        said = json.loads(line)
        if isinstance(said, list):
            rows.append(_row(*said))
        elif "refused" in said:
            raise Refusal(Reason(said["refused"]), detail=said["detail"])
        else:
            yield from _sheet(head, rows)
            head, rows = said, []
    yield from _sheet(head, rows)


def _sheet(head: dict[str, Any] | None, rows: list[SheetRow]) -> Iterator[Sheet]:
    if head is not None:
        merges = tuple(Range(*area) for area in head["merges"])
        yield Sheet(head["sheet"], head["state"], (), tuple(rows), merges, frozenset())


def _row(number: int, first: int, values: list[Any]) -> SheetRow:
    """A row whose cells stand side by side from column `first` on; blanks are None."""
    cells = tuple(
        _cell(number, column, value)
        for column, value in enumerate(values, start=first)
        if value is not None and number <= MAX_ROW and column <= MAX_COLUMN
    )
    return SheetRow(number, hidden=False, cells=cells)


def _cell(row: int, column: int, said: Any) -> Cell:
    if isinstance(said, str):
        return Cell(row, column, Kind.TEXT, said, said)
    if isinstance(said, bool):
        return Cell(row, column, Kind.BOOL, said, str(int(said)))
    if isinstance(said, dict):
        moment = _moment(said)
        return Cell(row, column, Kind.DATE, moment, shown(moment))
    return Cell(row, column, Kind.NUMBER, canon(said), repr(canon(said)))


def _moment(said: dict[str, str]) -> Value:
    """A day, a moment or a time of day, as the reader wrote it."""
    if "date" in said:
        return date.fromisoformat(said["date"])
    if "moment" in said:
        return datetime.fromisoformat(said["moment"])
    return time.fromisoformat(said["time"])
