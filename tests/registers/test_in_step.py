"""A unit's register and the agency's: each is in step with the record, and so with the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from mailflow.registers.columns import CODE, NOTE
from tests.registers.keeping import REPORTED
from tests.registers.two_editors import Editor, World, make
from workbook_sync.values import Value

HEAD = cast.ONE_STOP_HEAD.id
DECISION: dict[str, Value] = {
    "Hình thức xử lý": "Làm lại",
    "Người xử lý": cast.CLERK.name,
    "Hạn xử lý": "6/3/2026",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The agency's register and that of the unit, with three requests of the unit's."""
    make(tmp_path)
    made = World(tmp_path)
    yield made
    made.engine.dispose()


def codes(editor: Editor) -> list[str]:
    """List the codes of a register's rows."""
    return sorted(row.text(CODE) for row in editor.rows())


def named(editor: Editor, content: str) -> dict[str, Value]:
    """Find a row by what happened."""
    found = (editor.row(code) for code in codes(editor))
    return next(row for row in found if row["Nội dung"] == content)


def test_what_the_unit_decides_stands_in_the_agencys_register(world: World) -> None:
    """Typed by the head into the unit's own; the agency's shows it a round later."""
    agency, unit = world.editors
    code = codes(unit)[0]
    unit.types_into(code, dict(DECISION))
    world.settles()
    for editor in (agency, unit):
        assert editor.row(code)["Người xử lý"] == cast.CLERK.name
        assert editor.row(code)["Trạng thái"] == "Đang xử lý"


def test_a_row_for_another_unit_opens_one_request(world: World) -> None:
    """Typed into a unit's register: its row gets the code and goes on showing the request."""
    agency, unit = world.editors
    before = len(codes(agency))
    unit.adds(REPORTED | {"Nội dung": "Việc của phòng khác", "Đơn vị": cast.PLANNING})
    world.settles()
    assert len(codes(agency)) == before + 1
    for editor in (agency, unit):
        assert named(editor, "Việc của phòng khác")["Đơn vị"] == cast.PLANNING


def test_a_new_row_moved_to_another_unit_before_its_code_is_there_is_no_second_one(
    world: World,
) -> None:
    """The round died before it wrote the file; a letter was faster than the next."""
    agency, unit = world.editors
    before = set(world.codes())
    unit.adds(REPORTED | {"Nội dung": "Chuyển ngay"})
    world.dies(unit, "register.after_intent")
    (code,) = set(world.codes()) - before
    assert world.letter(HEAD, Act.TRANSFER, "", code, unit=cast.PLANNING, reason="Của phòng ấy")
    world.settles()
    assert set(world.codes()) - before == {code}
    assert named(unit, "Chuyển ngay")[CODE] == named(agency, "Chuyển ngay")[CODE] == code


def test_a_row_typed_in_either_appears_in_both(world: World) -> None:
    """The secretary's and the head's; the notes stay where they were typed."""
    agency, unit = world.editors
    agency.adds(REPORTED | {"Nội dung": "Từ sổ chung", NOTE: "của Thư ký"})
    unit.adds(REPORTED | {"Nội dung": "Từ sổ đơn vị", NOTE: "của trưởng đơn vị"})
    world.settles()
    assert codes(agency) == codes(unit)
    for content, notes in (
        ("Từ sổ chung", ["của Thư ký", None]),
        ("Từ sổ đơn vị", [None, "của trưởng đơn vị"]),
    ):
        assert [named(editor, content)[NOTE] for editor in (agency, unit)] == notes


def test_both_decide_at_once_the_first_read_counts_and_the_other_is_told(world: World) -> None:
    """The head types into the unit's register, the secretary another form into the agency's."""
    agency, unit = world.editors
    code = codes(unit)[0]
    unit.types_into(code, dict(DECISION))
    agency.types_into(code, {"Hình thức xử lý": "Loại bỏ"})
    world.round(unit)
    world.settles()
    assert agency.row(code)["Hình thức xử lý"] == unit.row(code)["Hình thức xử lý"] == "Làm lại"
    assert [line["Đã gõ"] for line in agency.told()] == ["Loại bỏ"]
    assert unit.told() == []


def test_a_request_that_moves_to_another_unit_stays_where_it_was_followed(world: World) -> None:
    """Its row goes on being kept in step in the unit's register, which shows the new unit."""
    agency, unit = world.editors
    code = codes(unit)[0]
    assert world.letter(HEAD, Act.TRANSFER, "", code, unit=cast.PLANNING, reason="Nhầm đơn vị")
    world.settles()
    for editor in (agency, unit):
        assert editor.row(code)["Đơn vị"] == cast.PLANNING


def test_another_units_requests_are_none_of_its_business(world: World) -> None:
    """They stand in the agency's register only."""
    agency, unit = world.editors
    row = REPORTED | {"Người phát hiện": cast.PLANNER.name, "Nội dung": "Việc của phòng khác"}
    agency.adds(row | {"Đơn vị": cast.PLANNING})
    world.settles()
    (code,) = set(codes(agency)) - set(codes(unit))
    assert agency.row(code)["Nội dung"] == "Việc của phòng khác"


def test_the_agencys_keeper_types_for_the_head_and_the_unit_sees_it_done(world: World) -> None:
    """Held until the head's word; then both show it, and neither tells of anything lost."""
    agency, unit = world.editors
    code = codes(unit)[0]
    agency.types_into(code, dict(DECISION))
    world.settles()
    assert unit.row(code)["Người xử lý"] is None
    world.answers(yes=True)
    world.settles()
    for editor in (agency, unit):
        assert editor.row(code)["Trạng thái"] == "Đang xử lý"
    with world.open_work(reading=True) as work:
        request = work.requests.load(code)
    assert request
    assert request.state is State.CORRECTING
