"""Adding rows: where they go, how they look, which ranges follow, and what is in the way."""

from datetime import date

import pytest

from tests.workbook_sync.samples import (
    REGISTER_ROWS,
    parts_of,
    register,
    sheet,
    table,
    text,
    workbook,
)
from workbook_sync.diff import diff
from workbook_sync.errors import Reason, Refusal
from workbook_sync.locate import locate
from workbook_sync.parts import open_book
from workbook_sync.patch import Append, Plan, attempt, patch
from workbook_sync.read import read
from workbook_sync.values import Value

ROW: dict[str, Value] = {"Mã": "P-3-X", "Hạn": date(2026, 4, 1)}


def plan(*rows: dict[str, Value], after: int | None = None) -> Plan:
    """A plan that adds these rows to the register's table."""
    return Plan(appends=(Append("Phiếu", rows or (ROW,), "tblPhieu", after),))


def reason(data: bytes, wanted: Plan) -> Reason:
    """Why the rows were refused; the file is given back untouched."""
    done = attempt(data, wanted)
    assert done.data == data
    return done.refusals[0].reason


def sheet_xml(data: bytes) -> str:
    """The register's sheet."""
    return parts_of(data)["xl/worksheets/sheet1.xml"].decode()


def test_a_row_goes_under_the_last_one_and_looks_like_it() -> None:
    """Styles, height and date format of the row above; never its being hidden."""
    data = register()
    new = patch(data, plan())
    assert {c.cell for c in diff(data, new).cells} == {"A6", "C6"}
    added = sheet_xml(new).partition('<row r="6"')[2]
    assert added.startswith('><c r="A6" s="2" t="inlineStr">')
    assert '<c r="C6" s="1"><v>46113</v></c>' in added
    assert "hidden" not in added
    assert '<dimension ref="A1:C6"/>' in sheet_xml(new)
    assert str(open_book(new).sheets[0].tables[0].ref) == "A3:C6"
    assert b'<autoFilter ref="A3:C6"/>' in parts_of(new)["xl/tables/table1.xml"]


def test_heights_and_blank_styles_are_carried_down() -> None:
    """So that borders go on where a row leaves cells blank."""
    rows = REGISTER_ROWS.partition('<row r="5"')[0]
    new = patch(register(rows, ref="A3:C4"), plan({"Mã": "P-2-M"}))
    added = sheet_xml(new).partition('<row r="5"')[2]
    assert added.startswith(' ht="20" customHeight="1">')
    assert '<c r="C5" s="1"/>' in added


def test_several_rows_in_one_plan_follow_each_other() -> None:
    """In one append or in several."""
    one = Append("Phiếu", ({"Mã": "P-3-X"}, {"Mã": "P-4-Y"}), "tblPhieu")
    two = Append("Phiếu", ({"Mã": "P-5-Z"},))
    new = patch(register(), Plan(appends=(one, two)))
    found = locate(read(new), ["Mã"], table="tblPhieu")
    assert [row.text("Mã") for row in found.rows] == ["P-1-K", "P-2-M", "P-3-X", "P-4-Y", "P-5-Z"]
    assert str(open_book(new).sheets[0].tables[0].ref) == "A3:C8"


def test_ranges_that_end_with_the_list_grow_and_others_stay() -> None:
    """Filter, colours, validation, their x14 forms and the filter's hidden name."""
    tail = (
        '<autoFilter ref="A3:C5"/>'
        '<conditionalFormatting sqref="A4:C5 E4:E5"><cfRule/></conditionalFormatting>'
        '<conditionalFormatting sqref="A4:C4"><cfRule/></conditionalFormatting>'
        '<dataValidations><dataValidation type="list" sqref="B4:B5"><formula1>$A$4:$A$5</formula1>'
        "</dataValidation></dataValidations>"
        '<ignoredErrors><ignoredError sqref="A4:C5"/></ignoredErrors>'
        "<extLst><ext><x14:sqref xmlns:x14='u'>C4:C5</x14:sqref></ext></extLst>"
    )
    name = '<definedName name="{}" localSheetId="0">\'Phiếu\'!$A$3:$C$5</definedName>'
    names = name.format("_xlnm._FilterDatabase") + name.format("Khac")
    names = f"<definedNames>{names}</definedNames>"
    new = patch(register(after=tail, names=names), plan())
    xml, main = sheet_xml(new), parts_of(new)["xl/workbook.xml"].decode()
    for wanted in (
        '<autoFilter ref="A3:C6"/>',
        'sqref="A4:C6 E4:E5"',
        'sqref="A4:C4"',
        'sqref="B4:B6"',
        "<formula1>$A$4:$A$5</formula1>",
        '<ignoredError sqref="A4:C5"/>',
        ">C4:C6<",
    ):
        assert wanted in xml
    assert "'Phiếu'!$A$3:$C$6" in main
    assert "'Phiếu'!$A$3:$C$5<" in main


def test_blank_rows_at_the_end_of_a_table_are_filled_first() -> None:
    """An empty table has one; people keep formatted ones ready."""
    rows = REGISTER_ROWS.replace(text("A5", "P-2-M", 2), '<c r="A5" s="2"/>').replace(
        text("B5", "thiếu biểu mẫu"), ""
    )
    data = register(rows, attributes='insertRow="1"')
    new = patch(data, plan({"Mã": "P-2-M"}))
    assert [c.cell for c in diff(data, new).cells] == ["A5"]
    assert diff(data, new).parts_changed == ("xl/worksheets/sheet1.xml",)
    grown = patch(data, plan({"Mã": "P-2-M"}, {"Mã": "P-3-X"}))
    assert str(open_book(grown).sheets[0].tables[0].ref) == "A3:C6"
    assert b"insertRow" not in parts_of(grown)["xl/tables/table1.xml"]


def test_calculated_columns_are_computed_in_new_rows() -> None:
    """The declared formula stands there, without a result; a value for it is refused."""
    part = table("tblPhieu", "A3:C5", ("Mã", "Nội dung", "Hạn")).replace(
        '<tableColumn id="3" name="Hạn"/>',
        '<tableColumn id="3" name="Hạn"><calculatedColumnFormula>tblPhieu[[#This Row],[Mã]]&amp;"x"'
        "</calculatedColumnFormula></tableColumn>",
    )
    data = workbook({"Phiếu": sheet(REGISTER_ROWS)}, tables={"Phiếu": part})
    new = patch(data, plan({"Mã": "P-3-X"}))
    cells = read(new).sheet("Phiếu").cells()
    assert cells[6, 3].formula == 'tblPhieu[[#This Row],[Mã]]&"x"'
    assert cells[6, 3].value is None
    assert b'fullCalcOnLoad="1"' in parts_of(new)["xl/workbook.xml"]
    assert reason(data, plan({"Hạn": "x"})) is Reason.FORMULA


def test_rows_typed_under_the_table_become_part_of_it_when_the_caller_says_so() -> None:
    """LibreOffice leaves them outside; unasked they are in the way."""
    rows = REGISTER_ROWS + '<row r="6">' + text("B6", "gõ dưới bảng") + "</row>"
    assert reason(register(rows), plan()) is Reason.BELOW
    new = patch(register(rows), plan(after=6))
    assert str(open_book(new).sheets[0].tables[0].ref) == "A3:C7"
    assert read(new).sheet("Phiếu").cells()[7, 1].value == "P-3-X"


def test_a_list_without_a_table_grows_with_its_filter() -> None:
    """As when another program turned the table into a plain range."""
    rows = REGISTER_ROWS + '<row r="6" ht="9"/>'
    data = workbook({"Phiếu": sheet(rows, after='<autoFilter ref="A3:C5"/>')})
    both = (Append("Phiếu", ({"ma": "P-3-X"},), "tblPhieu"), Append("Phiếu", ({"Mã": "P-4-Y"},)))
    new = patch(data, Plan(appends=both))
    cells = read(new).sheet("Phiếu").cells()
    assert (cells[6, 1].value, cells[7, 1].value) == ("P-3-X", "P-4-Y")
    assert '<autoFilter ref="A3:C7"/>' in sheet_xml(new)
    assert '<row r="6" ht="9">' in sheet_xml(new)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (
            register(REGISTER_ROWS + '<row r="9">' + text("B9", "Người lập") + "</row>"),
            Reason.BELOW,
        ),
        (register(REGISTER_ROWS + '<row r="9"><c r="A9"><f>1+1</f></c></row>'), Reason.BELOW),
        (register(attributes='totalsRowCount="1"'), Reason.TOTALS),
        (register(attributes='tableType="xml"'), Reason.LINKED_TABLE),
        (register(after='<mergeCells><mergeCell ref="B6:B7"/></mergeCells>'), Reason.MERGED),
        (register(ref="A3:C1048576"), Reason.OUTSIDE),
    ],
)
def test_what_is_in_the_way_is_named(data: bytes, wanted: Reason) -> None:
    """Content below, totals, queries, merges, the end of the sheet."""
    if wanted is Reason.OUTSIDE:
        rows = REGISTER_ROWS + '<row r="1048576">' + text("A1048576", "cuối") + "</row>"
        data = register(rows, ref="A3:C1048576")
    assert reason(data, plan()) is wanted


def test_content_beside_the_list_is_not_in_the_way() -> None:
    """A note in another column may stand lower down."""
    rows = REGISTER_ROWS + '<row r="6">' + text("H6", "ghi chú") + "</row>"
    new = patch(register(rows), plan())
    assert read(new).sheet("Phiếu").cells()[6, 8].value == "ghi chú"


def test_an_unknown_column_or_one_given_twice_is_refused() -> None:
    """No value is dropped in silence."""
    assert reason(register(), plan({"Không có": "x"})) is Reason.NO_COLUMN
    assert reason(register(), plan({"Mã": "x", "MÃ": "y"})) is Reason.SAME_HEADER_TWICE


def test_a_group_of_rows_is_added_whole_or_not_at_all() -> None:
    """A bad value in the second row takes the first one back; other groups go in."""
    bad = Append("Phiếu", ({"Mã": "P-3-X"}, {"Hạn": date(1800, 1, 1)}))
    good = Append("Phiếu", ({"Mã": "P-4-Y"},))
    done = attempt(register(), Plan(appends=(bad, good)))
    assert [r.reason for r in done.refusals] == [Reason.BAD_VALUE]
    assert done.cells == {"Phiếu": {(6, 1): "P-4-Y"}}


def test_a_set_cell_and_a_new_row_may_not_meet() -> None:
    """The cell set first stays; the row is refused rather than mixed with it."""
    wanted = Plan({("Phiếu", "A6"): "tay"}, appends=(Append("Phiếu", (ROW,)),))
    done = attempt(register(), wanted)
    assert [r.reason for r in done.refusals] == [Reason.TWICE]


def test_several_tables_on_a_sheet_must_be_told_apart() -> None:
    """Without a name nobody knows which one is meant."""
    parts = parts_of(register())
    rels = parts["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    more = rels.replace("</Relationships>", rels.partition(">")[2])
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": more.replace('"t"', '"t2"', 1).replace(
            "table1.xml", "table9.xml", 1
        ),
        "xl/tables/table9.xml": table("tblKhac", "E3:F4", ("X", "Y")),
    }
    data = register(extra=extra)
    with pytest.raises(Refusal, match="several tables"):
        patch(data, Plan(appends=(Append("Phiếu", (ROW,)),)))
    assert patch(data, plan()) != data
