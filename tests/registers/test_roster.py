"""The roster workbook: made, read back, and every fault in it named by sheet and row."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.errors import Misconfigured
from mailflow.procedure.people import Person
from mailflow.registers.office import read_roster, roster_workbook
from mailflow.registers.roster import (
    EMAIL,
    FOR_WHOM,
    IN_UNIT,
    NAME,
    PEOPLE,
    POSITION,
    ROLES,
    SINCE,
    STAND_IN,
    STAND_INS,
    SUPERIOR,
    TO,
    UNIT,
    UNITS,
    UNTIL,
)
from workbook_sync.locate import locate
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.values import Value

FIRST_ROW = 2
"""The sheets of the roster have their headers in row 1."""


def saved(path: Path, sheet: str = PEOPLE, sets: Mapping[str, Value] | None = None) -> Path:
    """Save the sample agency's roster with some cells of a sheet typed over."""
    path = path / "Danh bạ.xlsx"
    path.write_bytes(roster_workbook(cast.ROSTER))
    cells = {(sheet, cell): value for cell, value in (sets or {}).items()}
    path.write_bytes(patch(path, Plan(cells)))
    return path


def cell(path: Path, person: str, header: str) -> str:
    """Name the cell of a person's row."""
    home = path / "made.xlsx"
    home.write_bytes(roster_workbook(cast.ROSTER))
    grid = locate(read(home), list(dict.fromkeys((NAME, header))), sheet=PEOPLE)
    row = next(row for row in grid.rows if row.text(NAME) == person)
    return f"{'ABCDEFGHI'[grid.columns[header] - 1]}{row.index}"


def faults(path: Path) -> list[str]:
    """Read a roster that must be at fault."""
    with pytest.raises(Misconfigured) as caught:
        read_roster(path)
    return list(caught.value.faults)


def test_a_roster_reads_back_as_it_was_made(tmp_path: Path) -> None:
    """People, roles, units with their other names, and stand-ins all come back."""
    read_back = read_roster(saved(tmp_path))

    assert read_back == cast.ROSTER


def test_several_roles_in_a_cell_may_be_parted_in_any_way(tmp_path: Path) -> None:
    """Semicolons, commas and line ends part roles; letter case and accents do not matter."""
    place = cell(tmp_path, cast.OFFICE_HEAD.name, ROLES)

    for typed in ("TRƯỞNG ĐƠN VỊ, thành viên ban iso", "Truong don vi\nThanh vien Ban ISO"):
        roster = read_roster(saved(tmp_path, sets={place: typed}))
        assert roster.person(cast.OFFICE_HEAD.id) == cast.OFFICE_HEAD


def test_somebody_typed_after_a_blank_line_is_on_the_roster(tmp_path: Path) -> None:
    """A gap under the table ends it for Excel, not for us."""
    path = saved(tmp_path)
    below = locate(read(path), [NAME], sheet=PEOPLE).last + 2
    typed = ("Trần Thị Mới", "moi.tt@ankhe.example", cast.PLANNING)
    path.write_bytes(
        patch(path, Plan({(PEOPLE, f"{c}{below}"): w for c, w in zip("ABC", typed, strict=True)}))
    )

    assert read_roster(path).at("moi.tt@ankhe.example")[0].name == "Trần Thị Mới"


def test_people_who_share_a_mailbox_are_told_apart_by_name(tmp_path: Path) -> None:
    """Both readers keep the address; their ids name them, and a superior still finds one."""
    place = cell(tmp_path, cast.COLLEAGUE.name, EMAIL)
    superior = cell(tmp_path, cast.EXPERT.name, SUPERIOR)

    sets: dict[str, Value] = {place: cast.CLERK.email.upper(), superior: cast.COLLEAGUE.name}
    roster = read_roster(saved(tmp_path, sets=sets))

    ids = [person.id for person in roster.at(cast.CLERK.email)]
    assert ids == [f"{cast.CLERK.email}#hoang van nam", f"{cast.CLERK.email}#ngo thi bich"]
    expert = roster.person(cast.EXPERT.id)
    assert expert is not None
    assert expert.superior == ids[1]


@pytest.mark.parametrize(
    ("person", "header", "typed", "what"),
    [
        (cast.EXPERT, ROLES, "Lãnh đạo cơ quan", "a second 'Lãnh đạo cơ quan'"),
        (cast.EXPERT, ROLES, "Thư ký ISO", "a second 'Thư ký ISO'"),
        (cast.EXPERT, ROLES, "Trưởng đơn vị", "a second head of 'Phòng Chuyên môn'"),
        (cast.EXPERT, ROLES, "Phù thủy", "'Phù thủy' is not a role"),
        (cast.EXPERT, IN_UNIT, "Phòng Không Có", "'Phòng Không Có' is not listed"),
        (cast.EXPERT, EMAIL, "yen.tt ankhe.example", "is not a mail address"),
        (cast.EXPERT, EMAIL, None, "is empty"),
        (cast.EXPERT, NAME, None, "is empty"),
        (cast.EXPERT, SUPERIOR, "Ai Đó", "'Ai Đó' is not on the sheet"),
        (cast.EXPERT, STAND_IN, "Ai Đó", "'Ai Đó' is not on the sheet"),
        (cast.EXPERT, STAND_IN, cast.EXPERT.name, "is the person of this row"),
        (cast.EXPERT, UNTIL, "31/13/2026", "'31/13/2026' is no date"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_and_row(
    tmp_path: Path, person: Person, header: str, typed: str | None, what: str
) -> None:
    """The one fault names the sheet, the row and the column, and repeats what was typed."""
    place = cell(tmp_path, person.name, header)

    (fault,) = faults(saved(tmp_path, sets={place: typed}))

    assert fault.startswith(f"Danh bạ.xlsx, sheet {PEOPLE!r}, row {place[1:]}, {header}: ")
    assert what in fault


def test_an_end_before_its_start_is_a_fault(tmp_path: Path) -> None:
    """It is so for a person and for a stand-in."""
    since, until = (cell(tmp_path, cast.EXPERT.name, header) for header in (SINCE, UNTIL))

    (fault,) = faults(saved(tmp_path, sets={since: "05/03/2026", until: "04/03/2026"}))
    assert fault == (
        f"Danh bạ.xlsx, sheet {PEOPLE!r}, row {until[1:]}, {UNTIL}: "
        f"04/03/2026 is before {SINCE} 05/03/2026"
    )

    (fault,) = faults(saved(tmp_path, STAND_INS, {f"E{FIRST_ROW}": "31/12/2025"}))
    assert f"sheet {STAND_INS!r}, row {FIRST_ROW}, {TO}: 31/12/2025 is before" in fault


def test_a_person_twice_is_a_fault_and_one_after_the_other_is_none(tmp_path: Path) -> None:
    """Two rows of one person may not be in force together; a move to another unit is two rows."""
    path = saved(tmp_path)
    again: dict[str, Value] = {
        NAME: cast.EXPERT.name,
        EMAIL: cast.EXPERT.email,
        IN_UNIT: cast.PLANNING,
        POSITION: "Chuyên viên",
        SINCE: "01/07/2026",
    }
    path.write_bytes(patch(path, Plan(appends=(Append(PEOPLE, (again,), "tblDanhBa"),))))
    (fault,) = faults(path)
    first = cell(tmp_path, cast.EXPERT.name, UNTIL)
    row = FIRST_ROW + len(cast.ROSTER.people)
    place = f"sheet {PEOPLE!r}, row {row}, {NAME}"
    assert f"{place}: 'Trịnh Thị Yến' stands in row {first[1:]}" in fault

    path.write_bytes(patch(path, Plan({(PEOPLE, first): "30/06/2026"})))
    moved = [p.unit for p in read_roster(path).people if p.id == cast.EXPERT.id]
    assert moved == [cast.EXPERTISE, cast.PLANNING]


@pytest.mark.parametrize("person", [cast.HEAD, cast.LEAD, cast.SECRETARY])
def test_the_procedure_cannot_run_without_the_three(tmp_path: Path, person: Person) -> None:
    """The agency head, the ISO lead and the ISO secretary must be there."""
    place = cell(tmp_path, person.name, ROLES)

    (fault,) = faults(saved(tmp_path, sets={place: "CBCCVCLĐ"}))

    assert fault.startswith(f"Danh bạ.xlsx, sheet {PEOPLE!r}: nobody has the role")


def test_a_unit_twice_is_a_fault(tmp_path: Path) -> None:
    """Another name of a unit may not be a second unit's name either."""
    (fault,) = faults(saved(tmp_path, UNITS, {f"B{FIRST_ROW}": "vp"}))

    assert f"sheet {UNITS!r}, row {FIRST_ROW + 1}, {UNIT}: 'VP' already names" in fault


def test_a_stand_in_of_nobody_for_nothing_is_faults(tmp_path: Path) -> None:
    """The person and the act of an authorisation must be known."""
    sets: dict[str, Value] = {f"A{FIRST_ROW}": "Ai Đó", f"C{FIRST_ROW}": "bay lên trời"}

    first, second = faults(saved(tmp_path, STAND_INS, sets))

    assert f"sheet {STAND_INS!r}, row {FIRST_ROW}, {FOR_WHOM}: 'Ai Đó' is not on" in first
    assert "'bay lên trời' is not an act of the procedure" in second


def test_every_fault_is_in_one_list(tmp_path: Path) -> None:
    """Whoever mends the file learns of all of it at once."""
    sets: dict[str, Value] = {
        cell(tmp_path, cast.EXPERT.name, EMAIL): "không có",
        cell(tmp_path, cast.PLANNER.name, IN_UNIT): "Phòng Lạ",
        cell(tmp_path, cast.AUDITOR.name, ROLES): "Lãnh đạo cơ quan",
        cell(tmp_path, cast.CLERK.name, SUPERIOR): "Ai Đó",
    }

    found = "\n".join(faults(saved(tmp_path, sets=sets)))

    assert len(found.splitlines()) == len(sets)
    for place in sets:
        assert f"row {place[1:]}, " in found


def test_the_starting_roster_is_at_fault_until_it_is_filled_in(tmp_path: Path) -> None:
    """Every example row is named, and the three who are needed."""
    path = tmp_path / "Danh bạ.xlsx"
    path.write_bytes(roster_workbook())

    found = faults(path)

    for sheet, rows in ((UNITS, range(2, 5)), (PEOPLE, range(2, 8))):
        for row in rows:
            assert any(f"sheet {sheet!r}, row {row}, " in fault for fault in found)


def test_a_file_that_is_no_roster_is_one_fault(tmp_path: Path) -> None:
    """An absent file, a text file and a workbook of something else are said to be so."""
    path = tmp_path / "Danh bạ.xlsx"
    assert "cannot be read" in faults(path)[0]

    path.write_text("không phải sổ", encoding="utf-8")
    assert "is no workbook" in faults(path)[0]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """A header typed over is told, by sheet."""
    path = saved(tmp_path)
    book = load_workbook(path)
    book[PEOPLE]["B1"] = "Thư"
    next(iter(book[PEOPLE].tables.values())).tableColumns[1].name = "Thư"
    book.save(path)

    found = faults(path)
    assert f"Danh bạ.xlsx, sheet {PEOPLE!r}: the column {EMAIL!r} is gone" in found
