"""Summaries: results that may be stale are taken away, all others stay."""

import pytest

from tests.workbook_sync.samples import REGISTER_ROWS, parts_of, register, sheet, workbook
from workbook_sync.diff import diff
from workbook_sync.patch import Plan, patch
from workbook_sync.recalc import ask_full_calculation

SET = Plan({("Phiếu", "B4"): "mới"})


def formulas(*texts: str) -> str:
    """A sheet with these formulas in column A, each with the stored result 7."""
    cells = (
        f'<row r="{n}"><c r="A{n}" t="str"><f>{words}</f><v>7</v></c></row>'
        for n, words in enumerate(texts, start=1)
    )
    return sheet("".join(cells))


def results(data: bytes, part: int) -> int:
    """How many results of the sheet's formulas are still stored."""
    return parts_of(data)[f"xl/worksheets/sheet{part}.xml"].count(b"<v>7</v>")


@pytest.mark.parametrize(
    "words",
    [
        "COUNTA('Phiếu'!B:B)",
        "COUNTA(PHIẾU!B:B)",
        "ROWS(tblPhieu[Mã])",
        "ROWS(so_phieu)",
        'INDIRECT("x")',
    ],
)
def test_a_sheet_that_looks_at_the_patched_one_is_computed_again(words: str) -> None:
    """By its name, its table, a defined name, or nobody knows."""
    names = '<definedNames><definedName name="so_phieu">Phiếu!$B$4</definedName></definedNames>'
    data = register(others={"Tổng hợp": formulas(words, "1+1")}, names=names)
    new = patch(data, SET)
    assert results(new, 2) == 0
    assert b"<f>1+1</f></c>" in parts_of(new)["xl/worksheets/sheet2.xml"]
    assert b't="str"' not in parts_of(new)["xl/worksheets/sheet2.xml"]
    assert [c.cell for c in diff(data, new).cells] == ["B4"]
    assert [c.cell for c in diff(data, new).recalculated] == ["A1", "A2"]


def test_dependence_is_followed_over_sheets_and_nothing_else_is_touched() -> None:
    """A looks at B, B at the register; C looks at nothing of it and keeps its bytes."""
    others = {
        "A": formulas("B!A1"),
        "B": formulas("COUNTA(Phiếu!B4:B5)"),
        "C": formulas("SUM(D1:D9)"),
    }
    data = register(others=others)
    new = patch(data, SET)
    assert [results(new, part) for part in (2, 3, 4)] == [0, 0, 1]
    assert diff(data, new).parts_changed == (
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/worksheets/sheet3.xml",
    )


def test_in_the_patched_sheet_touched_rows_and_ranges_are_computed_again() -> None:
    """A formula of another row that looks at its own cells keeps its result."""
    rows = REGISTER_ROWS.replace(
        '<c r="C4" s="1"><v>46086</v></c>', '<c r="C4"><f>LEN(B4)</f><v>7</v></c>'
    ).replace('<c r="C5" s="1"/>', '<c r="C5"><f>LEN(B5)</f><v>7</v></c>')
    rows += '<row r="9"><c r="F9"><f>COUNTA(B4:B5)</f><v>7</v></c></row>'
    new = patch(register(rows), SET)
    xml = parts_of(new)["xl/worksheets/sheet1.xml"]
    assert b"<f>LEN(B4)</f></c>" in xml
    assert b"<f>LEN(B5)</f><v>7</v>" in xml
    assert b"<f>COUNTA(B4:B5)</f></c>" in xml


def test_children_of_a_shared_formula_are_judged_by_their_masters_text() -> None:
    """Their own text is not stored."""
    rows = '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">SUM(C1:D1)</f><v>7</v></c></row>'
    rows += '<row r="2"><c r="A2"><f t="shared" si="0"/><v>7</v></c></row>'
    data = workbook({"Phiếu": sheet(rows)})
    assert results(patch(data, Plan({("Phiếu", "H9"): 1})), 1) == 0


def test_a_workbook_without_formulas_keeps_its_workbook_part() -> None:
    """Nothing asks for a calculation there is not."""
    assert diff(register(), patch(register(), SET)).parts_changed == ("xl/worksheets/sheet1.xml",)


@pytest.mark.parametrize(
    ("calc", "wanted"),
    [
        ("", b'<calcPr fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="1"/>', b'<calcPr fullCalcOnLoad="1" calcId="1"/>'),
        ("<calcPr fullCalcOnLoad='0' x='2'></calcPr>", b"<calcPr fullCalcOnLoad=\"1\" x='2'>"),
    ],
)
def test_the_flag_is_set_where_the_schema_wants_it(calc: str, wanted: bytes) -> None:
    """Once, after the names or the sheets."""
    names = "<definedNames><definedName name='x'>1</definedName></definedNames>"
    new = ask_full_calculation(f"<workbook><sheets/>{names}{calc}<oleSize/></workbook>".encode())
    assert new.count(b"fullCalcOnLoad") == 1
    assert b"</definedNames>" + wanted in new
    assert ask_full_calculation(new) == new
