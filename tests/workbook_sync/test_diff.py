"""What differs between two workbooks."""

from tests.workbook_sync.samples import register, sheet, workbook
from workbook_sync.diff import Diff, diff


def test_equal_workbooks_have_no_difference() -> None:
    """Not even where they hold errors and formulas."""
    found = diff(register(), register())
    assert found == Diff((), (), (), (), ())


def test_cells_sheets_and_parts_are_compared() -> None:
    """Added, cleared and changed cells; sheets that are only on one side; parts by name."""
    one = workbook({"A": sheet('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')})
    other = workbook(
        {
            "A": sheet('<row r="1"><c r="A1"><v>1</v></c><c r="C1" t="b"><v>1</v></c></row>'),
            "B": sheet('<row r="1"><c r="A1"><v>9</v></c></row>'),
        }
    )
    found = diff(one, other)
    assert [(c.sheet, c.cell, c.before is None) for c in found.cells] == [
        ("A", "B1", False),
        ("A", "C1", True),
        ("B", "A1", True),
    ]
    assert found.parts_added == ("xl/worksheets/sheet2.xml",)
    assert diff(other, one).parts_removed == ("xl/worksheets/sheet2.xml",)


def test_true_is_not_one() -> None:
    """A type is content."""
    one = workbook({"A": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    other = workbook({"A": sheet('<row r="1"><c r="A1" t="b"><v>1</v></c></row>')})
    assert [c.cell for c in diff(one, other).cells] == ["A1"]
