"""The process that `foreign` starts: reads one spreadsheet from stdin within limits, says its rows.

Arguments: format, seconds, bytes of memory and of the answer, number of cells. The answer is JSON
by lines: an object for each sheet (`sheet`, `state`, `merges`), then a list for each of its rows
(number, first column, values); or `refused` and `detail`.
"""

import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from workbook_sync.delimited import rows_of
from workbook_sync.errors import Reason, Refusal

_DAY = timedelta(days=1)
Line = dict[str, Any] | list[Any]
Said = None | str | bool | int | float | dict[str, str]


def main(kind: str, seconds: str, memory: str, answer: str, cells: str) -> None:
    """Read stdin; every end but a signal is said in the answer."""
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_AS, int(memory))
    _limit(resource.RLIMIT_FSIZE, int(answer))
    _limit(resource.RLIMIT_CORE, 0)
    try:
        data = sys.stdin.buffer.read()
        for line in _counted(_csv(data) if kind == "csv" else _workbook(data), int(cells)):
            _say(line)
    except PasswordError:
        _refuse(Reason.ENCRYPTED, "a password")
    except MemoryError:
        _refuse(Reason.TOO_BIG, "memory")
    except CalamineError as error:
        _refuse(Reason.BAD_PACKAGE, str(error))
    except Refusal as refusal:
        _refuse(refusal.reason, refusal.detail)


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def _say(line: object) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")


def _refuse(reason: Reason, detail: str) -> None:
    _say({"refused": reason, "detail": detail[:200]})


def _counted(lines: Iterable[Line], most: int) -> Iterator[Line]:
    """The same lines; Refusal once they hold more cells than may be."""
    for line in lines:
        if isinstance(line, list):
            most -= len(line[2])
        if most < 0:
            raise Refusal(Reason.TOO_BIG, detail="too many cells")
        yield line


def _csv(data: bytes) -> Iterator[Line]:
    yield _head("csv", "visible", ())
    for number, values in enumerate(rows_of(data), start=1):
        if any(value is not None for value in values):
            yield [number, 1, values]


def _head(name: str, state: str, merges: Iterable[tuple[int, int, int, int]]) -> Line:
    return {"sheet": name, "state": state, "merges": list(merges)}


def _workbook(data: bytes) -> Iterator[Line]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            yield _head(about.name, _state(about.visible), _merges(sheet))
            yield from _rows(sheet)


def _state(visible: SheetVisibleEnum) -> str:
    if visible == SheetVisibleEnum.Visible:
        return "visible"
    return "hidden" if visible == SheetVisibleEnum.Hidden else "veryHidden"


def _merges(sheet: CalamineSheet) -> Iterator[tuple[int, int, int, int]]:
    """Merged cells as top, left, bottom, right from 1."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield top + 1, left + 1, bottom + 1, right + 1


def _rows(sheet: CalamineSheet) -> Iterator[Line]:
    if sheet.start is None:
        return
    _, left = sheet.start
    for number, values in enumerate(sheet.iter_rows(), start=1):
        said = [_said(value) for value in values]
        if any(value is not None for value in said):
            yield [number, left + 1, said]


def _said(value: str | float | bool | date | time | timedelta) -> Said:
    """A value as JSON has it; blank text is nothing."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return value / _DAY
    return None if value == "" else value


if __name__ == "__main__":
    main(*sys.argv[1:])
