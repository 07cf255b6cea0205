"""Patching single cells: exactly the planned ones change, or a typed refusal says why not."""

import unicodedata
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbook_sync.samples import (
    REGISTER_ROWS,
    STRICT,
    STYLES,
    package,
    parts_of,
    register,
    sheet,
    text,
    workbook,
)
from workbook_sync.diff import diff
from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import open_package
from workbook_sync.parts import properties
from workbook_sync.patch import Plan, attempt, patch
from workbook_sync.read import Cell, read
from workbook_sync.values import Value

at = datetime.fromisoformat  # cells know no time zone


def after(data: bytes, cell: str, value: Value, name: str = "Phiếu") -> Cell | None:
    """The cell as an independent reader finds it once it was set; nothing else may differ."""
    new = patch(data, Plan({(name, cell): value}))
    changes = diff(data, new)
    assert {change.cell for change in changes.cells} <= {cell}
    assert len(changes.parts_changed) <= 2  # the sheet, and the styles for a new date style
    cells = {c.name: c for row in read(new).sheet(name).rows for c in row.cells}
    return cells.get(cell)


def refused(data: bytes, cell: str, value: Value = "x", name: str = "Phiếu") -> Refusal:
    """The refusal of setting one cell; the file is given back untouched."""
    done = attempt(data, Plan({(name, cell): value}))
    assert done.data == data
    (refusal,) = done.refusals
    return refusal


@given(st.text(max_size=60), st.sampled_from(["B4", "B5", "A9", "D4", "XFD1048576"]))
def test_any_text_in_any_cell_is_read_back_and_nothing_else_changes(words: str, cell: str) -> None:
    """Signs, escapes, control characters, spaces: what was meant is what stands there."""
    found = after(register(), cell, words)
    wanted = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    assert (found.value if found else "") == wanted.encode("utf-16", "replace").decode("utf-16")


@given(st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.floats(-1e300, 1e300))
def test_any_plain_value_is_read_back_exactly(value: float | None) -> None:
    """Numbers to the last bit, truth values, and blank."""
    found = after(register(), "B4", value)
    assert (found.value if found else None) == value


@pytest.mark.parametrize("cell", ["C4", "C5", "C6", "B4", "Z99"])
@pytest.mark.parametrize(
    "value", [date(2026, 3, 5), at("2026-03-05T09:12"), date(1900, 1, 1), time(9, 12)]
)
def test_moments_become_dates_whatever_the_cell_looked_like(cell: str, value: Value) -> None:
    """With the date style that is there, the one above, or a new one like the cell's own."""
    found = after(register(), cell, value)
    assert found is not None
    assert found.value == value


def test_a_new_date_style_is_made_once_and_keeps_the_cells_look() -> None:
    """Two dates in text cells of one look share one new cell format."""
    data = register()
    new = patch(data, Plan({("Phiếu", "A4"): date(2026, 1, 2), ("Phiếu", "A5"): date(2026, 1, 3)}))
    styles = parts_of(new)["xl/styles.xml"].decode()
    assert styles.count("<xf ") == STYLES.count("<xf ") + 1
    assert '<cellXfs count="5">' in styles
    assert [c.style for r in read(new).sheet("Phiếu").rows[2:] for c in r.cells[:1]] == [4, 4]


def test_a_date_in_a_1904_workbook_is_the_same_day() -> None:
    """The serial is counted from 1904 there."""
    rows = '<row r="1"><c r="A1" s="1"><v>1</v></c></row>'
    data = workbook({"S": sheet(rows)}, flags='<workbookPr date1904="1"/>')
    found = after(data, "A1", date(2026, 3, 5), "S")
    assert found is not None
    assert (found.value, found.raw) == (date(2026, 3, 5), "44624")


def test_rows_not_touched_and_other_cells_keep_their_bytes() -> None:
    """Even the spelling of attributes in the same row stays."""
    odd = "<row  r='7'  x='1>2' ><c   r='A7' ><v>1</v></c> <c r='C7'/></row>"
    data = workbook({"S": sheet(odd + '<row r="9"/>')})
    new = parts_of(patch(data, Plan({("S", "B7"): "x", ("S", "A9"): True})))
    words = new["xl/worksheets/sheet1.xml"].decode()
    assert "<c   r='A7' ><v>1</v></c>" in words
    assert "</c><c r='C7'/></row>" in words
    assert "x='1>2'" in words
    assert '<row r="9"><c r="A9" t="b"><v>1</v></c></row>' in words


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("space", [STRICT])
def test_strict_and_prefixed_sheets_are_patched_in_their_own_name_space(
    prefix: str, space: str
) -> None:
    """New elements take the prefix that is there."""
    p = f"{prefix}:" if prefix else ""
    rows = f'<{p}row r="2"><{p}c r="B2"><{p}v>1</{p}v></{p}c></{p}row>'
    data = workbook({"S": sheet(rows, space=space, prefix=prefix)}, space=space)
    found = after(data, "C2", "đã ổn", "S")
    assert found is not None
    assert found.value == "đã ổn"


@pytest.mark.parametrize("rows", ["<sheetData/>", "<sheetData></sheetData>"])
def test_an_empty_sheet_can_be_written(rows: str) -> None:
    """`<sheetData/>` is opened for the first row."""
    data = workbook({"S": sheet("").replace("<sheetData></sheetData>", rows)})
    found = after(data, "B2", "đầu tiên", "S")
    assert found is not None


def test_clearing_a_cell_keeps_its_style() -> None:
    """Only the content goes."""
    new = patch(register(), Plan({("Phiếu", "C4"): None}))
    assert '<c r="C4" s="1"/>' in parts_of(new)["xl/worksheets/sheet1.xml"].decode()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("D5", Reason.MERGED),
        ("E4", Reason.FORMULA),
        ("E5", Reason.FORMULA),
        ("G5", Reason.ARRAY),
        ("B3", Reason.HEADER),
        ("ZZZ1", Reason.OUTSIDE),
        ("A1048577", Reason.OUTSIDE),
        ("B", Reason.OUTSIDE),
    ],
)
def test_a_cell_that_must_not_be_written_is_refused_with_its_address(
    cell: str, reason: Reason
) -> None:
    """Inside a merge, a formula, a shared formula's child, an array, a table's header, nowhere."""
    rows = REGISTER_ROWS
    four = '<c r="E4"><f t="shared" si="0" ref="E4:E5">B4</f><v>1</v></c>'
    four += '<c r="G4"><f t="array" ref="G4:G6">B4:B6</f><v>1</v></c></row>'
    head, _, tail = rows.partition('<c r="C4" s="1"><v>46086</v></c></row>')
    rows = head + '<c r="C4" s="1"><v>46086</v></c>' + four + tail
    rows = rows.removesuffix("</row>") + '<c r="E5"><f t="shared" si="0"/><v>2</v></c></row>'
    data = register(rows, '<mergeCells count="1"><mergeCell ref="D4:D5"/></mergeCells>')
    refusal = refused(data, cell)
    assert (refusal.reason, refusal.sheet, refusal.cell) == (reason, "Phiếu", cell)


def test_the_top_left_of_a_merge_is_written() -> None:
    """There the content of the merged cell lives."""
    data = register(after='<mergeCells count="1"><mergeCell ref="D4:D5"/></mergeCells>')
    found = after(data, "D4", "chung")
    assert found is not None
    assert found.value == "chung"


def test_totals_rows_and_linked_tables_are_not_written() -> None:
    """A totals row computes itself; a query would overwrite what is put into its table."""
    assert refused(register(attributes='totalsRowCount="1"'), "B5").reason is Reason.TOTALS
    linked = register(attributes='tableType="queryTable"')
    assert refused(linked, "B5").reason is Reason.LINKED_TABLE


def test_the_place_of_a_pivot_table_is_not_written() -> None:
    """Excel and LibreOffice would overwrite it at the next refresh."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"
    extra = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<R><Relationship Id="p" Type="{kind}" '
        'Target="../pivotTables/p1.xml"/></R>',
        "xl/pivotTables/p1.xml": '<pivot><location ref="A1:B9"/></pivot>',
    }
    data = workbook({"S": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')}, extra=extra)
    assert refused(data, "B2", name="S").reason is Reason.PIVOT
    assert after(data, "C2", "x", "S") is not None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**15, date(1800, 1, 1)])
def test_what_a_cell_cannot_hold_is_refused(value: Value) -> None:
    """Rather than written as something else."""
    assert refused(register(), "B4", value).reason is Reason.BAD_VALUE


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (sheet('<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>'), Reason.UNUSUAL_XML),
        (sheet("<!-- x --><row/>"), Reason.UNUSUAL_XML),
        (sheet('<row r="2"/><row r="1"/>'), Reason.ROW_ORDER),
        (sheet('<row r="1"><c r="B1"/><c r="A1"/></row>'), Reason.ROW_ORDER),
        ('<?xml version="1.0" encoding="latin-1"?>' + sheet(""), Reason.BAD_ENCODING),
    ],
)
def test_sheets_that_cannot_be_spliced_safely_are_refused(xml: str, reason: Reason) -> None:
    """CDATA, comments, disorder and other encodings."""
    assert refused(workbook({"S": xml}), "A1", name="S").reason is reason


def test_a_sheet_in_utf_16_is_refused() -> None:
    """Its bytes cannot be searched as they are."""
    data = workbook({"S": ""}, extra={"xl/worksheets/sheet1.xml": sheet("").encode("utf-16")})
    assert refused(data, "A1", name="S").reason is Reason.BAD_ENCODING


def test_a_signed_workbook_is_refused_whole() -> None:
    """Any change would break the signature."""
    with pytest.raises(Refusal) as refusal:
        attempt(register(extra={"_xmlsignatures/sig1.xml": "<s/>"}), Plan({("Phiếu", "B4"): "x"}))
    assert refusal.value.reason is Reason.SIGNED


def test_an_unknown_sheet_is_refused() -> None:
    """And named."""
    refusal = refused(register(), "B4", name="Không có")
    assert (refusal.reason, refusal.sheet, refusal.cell) == (Reason.NO_SHEET, "Không có", "B4")


def test_one_refused_cell_does_not_keep_the_others_from_being_written() -> None:
    """`attempt` does what may be done and lists the rest; `patch` wants everything."""
    plan = Plan({("Phiếu", "B3"): "x", ("Phiếu", "B4"): "mới", ("phiếu", "B4"): "lại"})
    done = attempt(register(), plan)
    assert [(r.reason, r.cell) for r in done.refusals] == [
        (Reason.HEADER, "B3"),
        (Reason.TWICE, "B4"),
    ]
    assert done.cells == {"Phiếu": {(4, 2): "mới"}}
    assert [c.cell for c in diff(register(), done.data).cells] == ["B4"]
    with pytest.raises(Refusal, match="table header"):
        patch(register(), plan)


def test_an_empty_plan_gives_the_same_bytes() -> None:
    """Nothing to do is nothing done."""
    assert patch(register(), Plan()) == register()


def test_properties_are_set_beside_the_ones_that_are_there() -> None:
    """The generation moves on, a part is made where there was none, other parts stay."""
    first = patch(register(), Plan(properties={"register_id": "sổ-1", "generation": 1}))
    second = patch(first, Plan(properties={"generation": 2, "kept": True}))
    assert properties(second) == {"register_id": "sổ-1", "generation": 2, "kept": True}
    assert diff(first, second).parts_changed == ("docProps/custom.xml",)
    assert diff(register(), first).parts_added == ("docProps/custom.xml",)
    assert b'PartName="/docProps/custom.xml"' in open_package(second).read("[Content_Types].xml")


def test_the_longest_text_is_cut_to_what_a_cell_takes() -> None:
    """32,767 UTF-16 units, and no half of a pair."""
    found = after(register(), "B4", "a" * 32_766 + "😀")
    assert found is not None
    assert found.value == "a" * 32_766


def test_text_cells_of_the_string_table_stay_in_it() -> None:
    """The table of strings is never touched."""
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    data = workbook({"S": sheet(rows)}, ("<t>một</t>", "<t>hai</t>"))
    new = patch(data, Plan({("S", "A1"): "mới"}))
    assert parts_of(new)["xl/sharedStrings.xml"] == parts_of(data)["xl/sharedStrings.xml"]
    assert [c.value for c in read(new).sheets[0].rows[0].cells] == ["mới", "hai"]


def test_parts_are_named_once_in_the_new_file() -> None:
    """A package with a part twice would not open."""
    new = package(parts_of(patch(register(), Plan({("Phiếu", "B4"): text("A1", "x")}))))
    assert len(open_package(new).names) == len(open_package(register()).names)


def test_a_number_in_a_cell_that_shows_dates_is_written_as_that_number() -> None:
    """What is shown is then the day of that serial, as when a person types the number."""
    found = after(register(), "C4", 46087)
    assert found is not None
    assert (found.raw, found.value) == ("46087", date(2026, 3, 6))


FORMATS = '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'


@pytest.mark.parametrize(
    "styles",
    [
        STYLES.replace(FORMATS, ""),
        STYLES.replace(FORMATS, '<numFmts count="0"/>'),
        STYLES.replace('<xf numFmtId="0"/>', '<xf numFmtId="0"><alignment wrapText="1"/></xf>'),
        STYLES.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x="),
    ],
)
def test_a_date_style_is_added_to_whatever_styles_there_are(styles: str) -> None:
    """Without number formats, with an empty list of them, with inner elements, with a prefix."""
    data = workbook({"S": sheet('<row r="1">' + text("A1", "x") + "</row>")}, styles=styles)
    found = after(data, "A1", date(2026, 3, 5), "S")
    assert found is not None
    assert found.value == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("styles", "reason"),
    [
        (STYLES.replace("<fonts", "<!-- x --><fonts"), Reason.UNUSUAL_XML),
        (STYLES.replace("cellXfs", "cellStyles"), Reason.UNUSUAL_XML),
    ],
)
def test_styles_that_cannot_be_spliced_refuse_the_date_alone(styles: str, reason: Reason) -> None:
    """Text can still be written."""
    data = workbook({"S": sheet('<row r="1"><c r="A1"/></row>')}, styles=styles)
    assert refused(data, "A1", date(2026, 3, 5), "S").reason is reason
    assert after(data, "A1", "5/3/2026", "S") is not None


def test_a_workbook_without_styles_takes_no_dates() -> None:
    """They would show as bare numbers."""
    parts = parts_of(workbook({"S": sheet('<row r="1"><c r="A1"/></row>')}))
    data = package({name: part for name, part in parts.items() if name != "xl/styles.xml"})
    assert refused(data, "A1", date(2026, 3, 5), "S").reason is Reason.BAD_VALUE
