"""A row of usual cells is read at once; it must say what its cells say one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.workbook_sync.samples import MAIN
from workbook_sync.cells import Cell, CellReader
from workbook_sync.errors import Problem, Reason
from workbook_sync.parts import Styles

VALUES = ["0", "1", "7", "-1", "46086", "60", "1e400", "9" * 320, "2.5", "²", "٣", "#N/A", "true"]
TYPES = ["", ' t="n"', ' t="s"', ' t="b"', ' t="e"', ' t="d"', ' t="str"', ' t="?"']
CONTENTS = [
    *(f"<v>{value}</v>" for value in VALUES),
    *("", "<v/>", "<v></v>", "<v>a &amp; b</v>", "<v>_x0041_</v>", "<v>2026-03-05</v>"),
    *("<f>A1</f><v>3</v>", "<f>A1</f>", '<f t="shared" si="0"/><v>3</v>', " <v>3</v> "),
    *("<is><t>chữ</t></is>", "<is><r><t>hai </t></r><r><t>nét</t></r></is>"),
    *('<extLst><c r="ZZ1"><v>9</v></c></extLst>', '<v xml:space="preserve"> 3</v>'),
]
ADDRESSES = [
    "",
    *(f' r="{name}"' for name in ("A1", "B1", "c1", "AB12", "XFD1", "XFE1", "ZZZ1", "3", "$D$1")),
]
STYLED = ["", ' s="1"', ' s="0"', ' s="99999"', ' s="x"', ' s="٣"', ' cm="1"']
cells = st.builds(
    "<c{}{}{}>{}</c>".format,
    *map(st.sampled_from, (ADDRESSES, STYLED, TYPES, CONTENTS)),
)
odd = st.sampled_from(["\n  ", '<extLst><c r="Q1"><v>8</v></c></extLst>', "<d/>"])


def reader(problems: list[Problem]) -> CellReader:
    """A reader with two shared strings, style 1 showing dates."""
    return CellReader(
        "S", ["không", "một"], Styles(frozenset([1])), date1904=False, problems=problems
    )


def one_by_one(row: etree._Element, problems: list[Problem]) -> list[Cell]:
    """What each cell element says by itself."""
    single = reader(problems)
    found = (single.cell(child, 1, column) for column, child in single.elements(row))
    return [cell for cell in found if cell is not None]


@given(st.lists(cells | odd, max_size=6), st.sampled_from(["", "x:"]))
def test_a_row_says_what_its_cells_say_one_by_one(pieces: list[str], prefix: str) -> None:
    """Whatever stands in it, the problems it meets included."""
    inner = "".join(pieces).replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
    space = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    row = etree.fromstring(f'<{prefix}row {space}="{MAIN}" r="1">{inner}</{prefix}row>')
    at_once: list[Problem] = []
    single: list[Problem] = []
    assert list(reader(at_once).row(row, 0).cells) == one_by_one(row, single)
    assert at_once == single


@pytest.mark.parametrize("count", [1, 3])
def test_a_cell_inside_another_element_is_no_cell_of_the_row(count: int) -> None:
    """Where a hidden one would make up for a missing one, too."""
    hidden = '<extLst><c r="Z1"><v>9</v></c></extLst>'
    row = etree.fromstring(
        f'<row xmlns="{MAIN}" r="1">{hidden}<c r="A1"><v>1</v></c>{hidden * (count - 1)}</row>'
    )
    assert [cell.name for cell in reader([]).row(row, 0).cells] == ["A1"]


def test_a_number_too_long_for_any_sheet_is_a_problem_not_an_error() -> None:
    """Of more than three hundred digits."""
    problems: list[Problem] = []
    row = etree.fromstring(f'<row xmlns="{MAIN}"><c s="1"><v>{"9" * 350}</v></c></row>')
    (cell,) = reader(problems).row(row, 0).cells
    assert (cell.kind, len(problems)) == ("error", 1)


def test_a_cell_past_the_last_column_is_a_problem() -> None:
    """What stands before it is read."""
    problems: list[Problem] = []
    row = etree.fromstring(
        f'<row xmlns="{MAIN}" r="1"><c r="XFD1"><v>1</v></c><c><v>2</v></c></row>'
    )
    assert [cell.name for cell in reader(problems).row(row, 0).cells] == ["XFD1"]
    assert [problem.reason for problem in problems] == [Reason.OUTSIDE]
