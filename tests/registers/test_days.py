"""The calendar: the state's holidays, what the agency's table says over them, and bad rows."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from mailflow.errors import Misconfigured
from mailflow.registers.days import (
    BASIS,
    DAY,
    HOLIDAY,
    KIND,
    MAKE_UP,
    NAME,
    SHEET,
    SWAP,
    WORKED_ON,
    state_days,
)
from mailflow.registers.office import calendar_workbook, read_calendar
from workbook_sync.locate import locate
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.values import Value

YEARS = (2026, 2027)
NEW_YEAR_SWAP, WORKED_FOR_IT = date(2026, 1, 2), date(2026, 1, 10)
CULTURE_DAY = date(2026, 11, 24)


def saved(path: Path, *rows: Mapping[str, Value], years: tuple[int, ...] = YEARS) -> Path:
    """Save the starting calendar with rows typed under it."""
    path = path / "Lịch làm việc.xlsx"
    path.write_bytes(calendar_workbook(years))
    path.write_bytes(patch(path, Plan(appends=(Append(SHEET, rows, "tblLich"),))))
    return path


def typed_over(path: Path, day: date, header: str, value: Value) -> Path:
    """Type over one cell of a day's row in the starting calendar."""
    path = saved(path)
    grid = locate(read(path), [DAY, KIND, WORKED_ON, NAME, BASIS], sheet=SHEET)
    row = next(row for row in grid.rows if row.cells[DAY].value == day)
    place = f"{'ABCDE'[grid.columns[header] - 1]}{row.index}"
    path.write_bytes(patch(path, Plan({(SHEET, place): value})))
    return path


def faults(path: Path) -> list[str]:
    """Read a calendar that must be at fault."""
    with pytest.raises(Misconfigured) as caught:
        read_calendar(path, YEARS)
    return list(caught.value.faults)


def test_a_calendar_reads_back_as_it_was_made(tmp_path: Path) -> None:
    """Every day of the library stands in the file: read alone, it gives the same calendar."""
    from_file = read_calendar(saved(tmp_path), ())
    from_library = read_calendar(saved(tmp_path, years=(2026,)), YEARS)

    assert from_file == from_library
    assert {entry.day.year for entry in state_days(YEARS)} == set(YEARS)


def test_the_days_of_2026_are_as_the_state_set_them(tmp_path: Path) -> None:
    """24 November is a holiday; 2 January is off and 10 January, a Saturday, is worked for it."""
    calendar = read_calendar(saved(tmp_path), YEARS)

    assert not calendar.is_working(CULTURE_DAY)
    assert not calendar.is_working(NEW_YEAR_SWAP)
    assert calendar.is_working(WORKED_FOR_IT)
    assert not calendar.is_working(date(2026, 1, 17))
    assert calendar.is_working(date(2026, 11, 23))


def test_the_swap_stands_in_the_table(tmp_path: Path) -> None:
    """The starting file says which day is worked for which."""
    grid = locate(read(saved(tmp_path)), [DAY, KIND, WORKED_ON], sheet=SHEET)
    row = next(row for row in grid.rows if row.cells[DAY].value == NEW_YEAR_SWAP)

    assert row.text(KIND) == SWAP
    assert row.cells[WORKED_ON].value == WORKED_FOR_IT


def test_three_working_days_after_23_november_skip_the_holiday(tmp_path: Path) -> None:
    """Monday the 23rd, then 25, 26 and 27 November."""
    calendar = read_calendar(saved(tmp_path), YEARS)

    assert calendar.after(date(2026, 11, 23), 3) == date(2026, 11, 27)


def test_the_table_wins_over_the_library(tmp_path: Path) -> None:
    """A holiday turned into a working day is worked, and a swap moved is moved."""
    calendar = read_calendar(typed_over(tmp_path, CULTURE_DAY, KIND, MAKE_UP), YEARS)
    assert calendar.is_working(CULTURE_DAY)

    moved = typed_over(tmp_path, NEW_YEAR_SWAP, WORKED_ON, date(2026, 1, 17))
    calendar = read_calendar(moved, YEARS)
    assert calendar.is_working(date(2026, 1, 17))
    assert not calendar.is_working(WORKED_FOR_IT)


def test_days_the_agency_adds_count(tmp_path: Path) -> None:
    """A holiday of its own is off; a swap typed as text is taken both ways."""
    own: dict[str, Value] = {DAY: date(2026, 5, 19), KIND: "Nghỉ lễ"}
    swap: dict[str, Value] = {DAY: "21/05/2026", KIND: "HOÁN ĐỔI", WORKED_ON: "23/05/2026"}

    calendar = read_calendar(saved(tmp_path, own, swap), YEARS)

    off = [date(2026, 5, 19), date(2026, 5, 21)]
    assert [calendar.is_working(day) for day in off] == [False, False]
    assert calendar.is_working(date(2026, 5, 23))


@pytest.mark.parametrize(
    ("row", "header", "what"),
    [
        ({DAY: "32/05/2026", KIND: HOLIDAY}, DAY, "'32/05/2026' is no date"),
        ({KIND: HOLIDAY}, DAY, "is empty"),
        ({DAY: "19/05/2026"}, KIND, "is empty"),
        ({DAY: "19/05/2026", KIND: "ngủ"}, KIND, "'ngủ' is not one of nghỉ lễ"),
        ({DAY: "19/05/2026", KIND: SWAP}, WORKED_ON, "is empty; a swap needs"),
        (
            {DAY: "19/05/2026", KIND: SWAP, WORKED_ON: "20/05/2026"},
            WORKED_ON,
            "20/05/2026 is no Saturday or Sunday",
        ),
        ({DAY: "19/05/2026", KIND: HOLIDAY, WORKED_ON: "23/05/2026"}, WORKED_ON, "is only for"),
        ({DAY: CULTURE_DAY, KIND: HOLIDAY}, DAY, "stands in an earlier row already"),
    ],
)
def test_a_bad_row_is_named_by_sheet_and_row(
    tmp_path: Path, row: dict[str, Value], header: str, what: str
) -> None:
    """The one fault names the sheet, the row and the column."""
    number = len(state_days(YEARS)) + 2

    (fault,) = faults(saved(tmp_path, row))

    assert fault.startswith(f"Lịch làm việc.xlsx, sheet {SHEET!r}, row {number}, {header}: ")
    assert what in fault


def test_every_fault_is_in_one_list(tmp_path: Path) -> None:
    """Two bad rows are two faults of one reading."""
    bad: dict[str, Value] = {DAY: "x", KIND: "y"}

    found = faults(saved(tmp_path, bad, {DAY: "19/05/2026", KIND: "z"}))

    assert len(found) == 3
