"""The reader: typed cells, odd files, and problems that do not stop it."""

from datetime import date, time

import pytest

from tests.workbook_sync.samples import STRICT, package, sheet, text, workbook
from workbook_sync.errors import Reason, Refusal
from workbook_sync.parts import is_date_format
from workbook_sync.read import Cell, read
from workbook_sync.values import Kind, Value


def one(cell: str, strings: tuple[str, ...] = (), flags: str = "") -> tuple[Kind, Value]:
    """Kind and value of a workbook's single cell."""
    data = workbook({"S": sheet(f'<row r="1">{cell}</row>')}, strings, flags=flags)
    (found,) = read(data).sheets[0].rows[0].cells
    return found.kind, found.value


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', (Kind.TEXT, "rich text")),
        ('<c r="A1" t="inlineStr"><is><t> a_x000D_b </t></is></c>', (Kind.TEXT, " a\rb ")),
        ('<c r="A1" t="str"><f>B1</f><v>x</v></c>', (Kind.TEXT, "x")),
        ('<c r="A1"><v>42</v></c>', (Kind.NUMBER, 42)),
        ('<c r="A1"><v>9007199254740993</v></c>', (Kind.NUMBER, 9007199254740993)),
        ('<c r="A1"><v>4.25E1</v></c>', (Kind.NUMBER, 42.5)),
        ('<c r="A1" t="b"><v>1</v></c>', (Kind.BOOL, True)),
        ('<c r="A1" t="e"><v>#SPILL!</v></c>', (Kind.ERROR, "#SPILL!")),
        ('<c r="A1" s="1"><v>46086</v></c>', (Kind.DATE, date(2026, 3, 5))),
        ('<c r="A1" s="1"><v>0.5</v></c>', (Kind.DATE, time(12))),
        ('<c r="A1" t="d"><v>2026-03-05T00:00:00</v></c>', (Kind.DATE, None)),
        ('<c r="A1"><f>B1</f></c>', (Kind.BLANK, None)),
    ],
)
def test_every_type_of_cell_is_told_apart(cell: str, wanted: tuple[Kind, Value]) -> None:
    """Rich text without its phonetic hint, escapes, errors, dates, formulas without a result."""
    rich = "<r><t>rich </t></r><r><t>text</t></r><rPh><t>hint</t></rPh>"
    kind, value = one(cell, (rich,))
    assert kind is wanted[0]
    assert wanted[1] is None or (type(value), value) == (type(wanted[1]), wanted[1])


def test_a_1904_workbook_counts_from_1904() -> None:
    """The same serial is another day there."""
    assert one('<c r="A1" s="1"><v>44624</v></c>', flags='<workbookPr date1904="1"/>')[1] == date(
        2026, 3, 5
    )


@pytest.mark.parametrize("prefix", ["", "x"])
def test_strict_and_prefixed_files_are_read_alike(prefix: str) -> None:
    """Strict files have other name spaces, some writers prefix every element."""
    p = f"{prefix}:" if prefix else ""
    row = f'<{p}row r="2" hidden="1"><{p}c r="B2" t="str"><{p}v>đã xong</{p}v></{p}c></{p}row>'
    data = workbook({"S": sheet(row, space=STRICT, prefix=prefix)}, space=STRICT)
    (found,) = read(data).sheets[0].rows
    assert found.hidden
    assert found.cells == (Cell(2, 2, Kind.TEXT, "đã xong", "đã xong"),)


def test_rows_and_cells_without_addresses_are_counted() -> None:
    """Some programs leave `r` out."""
    rows = (
        '<row><c><v>1</v></c><c><v>2</v></c></row><row><c r="C2"><v>3</v></c><c><v>4</v></c></row>'
    )
    found = read(workbook({"S": sheet(rows)})).sheets[0].cells()
    assert {place: cell.value for place, cell in found.items()} == {
        (1, 1): 1,
        (1, 2): 2,
        (2, 3): 3,
        (2, 4): 4,
    }


def test_a_cell_at_the_far_corner_costs_nothing() -> None:
    """XFD1048576 is one cell, not seventeen thousand million."""
    row = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'
    (found,) = read(workbook({"S": sheet(row)})).sheets[0].rows
    assert found.cells[0].name == "XFD1048576"


def test_merges_hidden_columns_and_formulas_are_noted() -> None:
    """What locating and merging need beside the values."""
    rows = '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">B1</f><v>1</v></c></row>'
    rows += '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
    columns = '<cols><col min="2" max="3" hidden="1"/></cols>'
    after = '<mergeCells><mergeCell ref="D1:E2"/></mergeCells>'
    page = read(workbook({"S": sheet(rows, columns, after)})).sheets[0]
    assert page.hidden_columns == {2, 3}
    assert [str(area) for area in page.merges] == ["D1:E2"]
    assert [row.cells[0].formula for row in page.rows] == ["B1", ""]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('<c r="A1" t="s"><v>9</v></c>', Reason.BAD_CELL),
        ('<c r="A1" t="s"><v>x</v></c>', Reason.BAD_CELL),
        ('<c r="A1"><v>abc</v></c>', Reason.BAD_CELL),
        ('<c r="A1"><v>INF</v></c>', Reason.BAD_CELL),
        (f'<c r="A1"><v>{"9" * 5000}</v></c>', Reason.BAD_CELL),
        ('<c r="A1" s="1"><v>-5</v></c>', Reason.BAD_DATE),
        ('<c r="A1" t="d"><v>hôm qua</v></c>', Reason.BAD_DATE),
    ],
)
def test_a_bad_cell_is_a_problem_with_its_address(cell: str, reason: Reason) -> None:
    """The rest of the sheet is read all the same."""
    rows = f'<row r="1">{cell}<c r="B1"><v>5</v></c></row>'
    found = read(workbook({"S": sheet(rows)}))
    assert [(p.reason, p.sheet, p.cell) for p in found.problems] == [(reason, "S", "A1")]
    assert found.sheets[0].cells()[1, 2].value == 5


def test_a_sheet_cut_short_gives_the_rows_before_the_cut() -> None:
    """Broken XML is a problem of its sheet; other sheets are whole."""
    broken = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c')[:-24]
    found = read(workbook({"S": broken, "T": sheet("<row><c><v>2</v></c></row>")}))
    assert [p.reason for p in found.problems] == [Reason.BAD_XML]
    assert found.sheets[0].rows[0].cells[0].value == 1
    assert found.sheets[1].rows[0].cells[0].value == 2


def test_a_sheet_with_a_doctype_is_not_read() -> None:
    """Not one of its entities is expanded."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet("<row><c><v>&a;</v></c></row>")
    found = read(workbook({"S": bomb}))
    assert [p.reason for p in found.problems] == [Reason.DOCTYPE]
    assert found.sheets[0].rows == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_doctype_in_the_skeleton_is_refused(encoding: str) -> None:
    """Whatever the encoding, before anything is parsed."""
    parts = {"xl/workbook.xml": "<!DOCTYPE w><workbook/>".encode(encoding)}
    with pytest.raises(Refusal) as refusal:
        read(package(parts))
    assert refusal.value.reason is Reason.DOCTYPE


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("dd/mm/yyyy", True),
        ("[h]:mm", True),
        ("[$-42A]d mmmm yyyy", True),
        ('#,##0 "đồng/ngày"', False),
        ("General", False),
        ("0.00E+00", False),
        ("[Red]0", False),
        ("#,##0\\d", False),
    ],
)
def test_date_formats_are_told_by_their_unquoted_letters(code: str, is_date: bool) -> None:
    """Colours, currencies and quoted words are no dates."""
    assert is_date_format(code) is is_date


def test_a_missing_sheet_part_is_a_problem() -> None:
    """The workbook lists a sheet whose part is not there."""
    data = workbook({"S": sheet("")}, extra={"xl/worksheets/sheet1.xml": sheet(text("A1", "x"))})
    broken = data.replace(b"sheets/sheet1.xml", b"sheets/sheetX.xml")
    found = read(broken)
    assert [p.reason for p in found.problems] == [Reason.BAD_PACKAGE]
