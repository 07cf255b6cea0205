"""Heights of rows: proposed for wrapped texts, never against a person's own."""

import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.workbook_sync.samples import package, parts_of
from workbook_sync.build import build
from workbook_sync.heights import HIGHEST, LINE, fitting
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.spec import Column, ListSheet, WorkbookSpec
from workbook_sync.values import Value


@given(st.lists(st.tuples(st.text(max_size=3000), st.floats(0, 60))))
def test_every_height_is_one_that_a_row_can_have(cells: list[tuple[str, float]]) -> None:
    """Whatever the texts and widths: from one line to what Excel takes."""
    assert LINE <= fitting(cells) <= HIGHEST < 409


def test_a_row_gets_the_height_its_new_text_needs_but_none_that_was_set_by_hand() -> None:
    """The height goes with the cells planned; a row without a planned cell keeps its own."""
    rows: tuple[dict[str, Value], ...] = ({"A": "một"}, {"A": "hai"}, {"A": "ba"})
    data = build(WorkbookSpec((ListSheet("S", (Column("A"),), rows, table="t"),)))
    parts = parts_of(data)
    name = "xl/worksheets/sheet1.xml"
    by_hand = b'<row r="3" ht="40" customHeight="1">'
    parts[name] = parts[name].replace(b'<row r="3" ht="15">', by_hand)
    plan = Plan(
        {("S", "A2"): "dài", ("S", "A3"): "dài"},
        (Append("S", ({"A": "bốn"},), "t", heights=(45,)),),
        heights={("S", 2): 60, ("S", 3): 60, ("S", 4): 60},
    )

    new = load_workbook(io.BytesIO(patch(package(parts), plan)))["S"]
    heights = {row: new.row_dimensions[row].height for row in range(2, 6)}
    assert heights == {2: 60, 3: 40, 4: 15, 5: 45}
