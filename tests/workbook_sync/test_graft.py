"""A sheet added to a workbook that people edit: all else stays, byte for byte."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from workbook_sync.build import build
from workbook_sync.errors import Reason, Refusal
from workbook_sync.graft import graft
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.spec import (
    Column,
    ColumnKind,
    FreeSheet,
    Highlight,
    Line,
    ListSheet,
    WorkbookSpec,
)

CHOICE = ColumnKind.CHOICE


def book(name: str, units: tuple[str, ...], table: str) -> bytes:
    """A list with a dropdown, a date and a colour, and a sheet of words."""
    columns = (
        Column("Mã", 12, system=True),
        Column("Đơn vị", 20, CHOICE, "Đơn vị"),
        Column("Hạn", 12, ColumnKind.DATE),
    )
    late = Highlight("{Hạn}<TODAY()", fill="FFC7CE", font="9C0006")
    sheets = (
        ListSheet(name, columns, ({"Mã": "A"},), table, ("TIÊU ĐỀ",), (late,)),
        FreeSheet("Hướng dẫn", [Line(("Chữ",))]),
    )
    return build(WorkbookSpec(sheets, {"Kiểu": ("x",), "Đơn vị": units}, "DanhMuc"))


OLD = book("Phiếu", ("Một cửa", "Kế hoạch", "Văn phòng"), "tblPhieu")
NEW = book("Mục tiêu", ("Một cửa",), "tblMucTieu")


def parts(data: bytes) -> dict[str, bytes]:
    """Give the parts of a workbook."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_sheet_is_the_last_one_and_every_other_part_as_it_was() -> None:
    """Only what lists the sheets and the formats changes."""
    made = graft(OLD, NEW, "Mục tiêu")
    before, after = parts(OLD), parts(made)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        *("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
    }  # fmt: skip
    assert [s.name for s in read(made).sheets][-1] == "Mục tiêu"
    assert read(made).sheet("Phiếu").rows == read(OLD).sheet("Phiếu").rows


def test_it_looks_as_it_was_made_and_its_list_is_the_workbooks_own() -> None:
    """Fills, date format, colours, printing; the dropdown reaches over all three units."""
    page = load_workbook(BytesIO(graft(OLD, NEW, "Mục tiêu")))["Mục tiêu"]
    own = load_workbook(BytesIO(NEW))["Mục tiêu"]
    for cell in ("A2", "B2", "A3", "C3"):
        assert page[cell].fill.fgColor.rgb == own[cell].fill.fgColor.rgb
        assert page[cell].font.b == own[cell].font.b
        assert page[cell].number_format == own[cell].number_format
    (rule,) = page.conditional_formatting
    assert rule.rules[0].dxf.fill.bgColor.rgb == "00FFC7CE"
    lists = [d.formula1 for d in page.data_validations.dataValidation if d.type == "list"]
    assert lists == ["'DanhMuc'!$B$2:$B$4"]
    assert page.print_title_rows == "$2:$2"
    assert not page.sheet_view.tabSelected
    assert page.tables["tblMucTieu"].id == 2


@pytest.mark.parametrize(
    ("units", "lists"),
    [
        (("Một cửa", "Kế hoạch"), ['"Một cửa,Kế hoạch"']),
        (("Một cửa, tầng 1", "Kế hoạch"), []),
        (tuple(f"Đơn vị số {number}" for number in range(30)), []),
        (('Phòng "A"',), []),
        ((), []),
    ],
)
def test_a_list_the_workbook_has_not_goes_into_the_dropdown(
    units: tuple[str, ...], lists: list[str]
) -> None:
    """Where it fits; a dropdown of nothing would refuse every word."""
    old = build(WorkbookSpec((FreeSheet("Trang", [Line(("Chữ",))]),)))
    page = load_workbook(BytesIO(graft(old, book("Mục tiêu", units, "tblMucTieu"), "Mục tiêu")))
    found = page["Mục tiêu"].data_validations.dataValidation
    assert [d.formula1 for d in found if d.type == "list"] == lists


def test_rows_are_added_to_the_grafted_table_as_to_any_other() -> None:
    """It is read, patched and proven like a sheet that was always there."""
    made = graft(OLD, NEW, "Mục tiêu")
    added = patch(made, Plan(appends=(Append("Mục tiêu", ({"Mã": "B"},), "tblMucTieu"),)))
    assert [row.cells[0].value for row in read(added).sheet("Mục tiêu").rows][-1] == "B"


def test_a_sheet_of_that_name_is_left_alone() -> None:
    """It may be the agency's own."""
    with pytest.raises(Refusal) as refused:
        graft(OLD, book("phiếu", ("x",), "tblKhac"), "phiếu")
    assert refused.value.reason is Reason.SHEET_THERE
