"""An agency's own workbook is filled by its names in braces; what could go wrong is said first."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from tests.forms.paperwork import with_part
from tests.forms.sound import faults
from workbook_sync.errors import WorkbookError
from workbook_sync.fill import fill, names_in, template_faults

VALUES: dict[str, Any] = {
    "year": "2027",
    "signer": {"name": "Vũ Thị Lan", "title": "Trưởng đơn vị"},
    "lines": [{"what": "Trả đúng hạn", "by": "31/3"}, {"what": "=1+1", "by": ""}, {"what": "c"}],
}


def made(change: Any = None) -> bytes:
    """A list under a title with a signer below it, changed by a test."""
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.append(["Kế hoạch năm {{ year }}"])
    sheet.append(["Việc", "Hạn"])
    sheet.append(["{{ lines.what }}", "hạn {{ lines.by }} năm {{ year }}"])
    sheet.append([])
    sheet.append([None, "{{ signer.title | upper }}"])
    sheet.append([None, "{{ signer.name }}"])
    sheet.merge_cells("B6:D6")
    sheet.row_dimensions[4].height = 60
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(template: bytes, **more: Any) -> Worksheet:
    """Fill it with the values of above, or others."""
    lines = [{"what": "", "by": "", **line} for line in VALUES["lines"]]
    data = fill(template, {**VALUES, "lines": lines, **more})
    assert faults(data) == []
    (sheet,) = load_workbook(io.BytesIO(data)).worksheets
    return sheet


def test_a_row_is_written_for_each_line_and_what_stands_below_moves_down() -> None:
    """Signer, merged cells and the room to sign come after the last line."""
    sheet = filled(made())
    assert sheet["A1"].value == "Kế hoạch năm 2027"
    assert [sheet.cell(row, 1).value for row in (3, 4, 5)] == ["Trả đúng hạn", "=1+1", "c"]
    assert sheet["B3"].value == "hạn 31/3 năm 2027"
    assert (sheet["B7"].value, sheet["B8"].value) == ("TRƯỞNG ĐƠN VỊ", "Vũ Thị Lan")
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["B8:D8"]
    assert sheet.row_dimensions[6].height == 60


def test_nothing_in_it_says_when_it_was_made() -> None:
    """Equal words are equal bytes: a form sent twice is kept once."""
    data = fill(made(), {**VALUES, "lines": []})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"modified" not in package.read("docProps/core.xml")


@pytest.mark.threat("formula injection")
def test_a_formula_that_somebody_typed_stays_words() -> None:
    """Nothing is computed that was not in the template."""
    assert filled(made())["A4"].data_type == "s"


def test_rows_look_like_the_one_they_are_made_of() -> None:
    """Borders, merged cells and number format of every line."""

    def look(sheet: Worksheet) -> None:
        sheet["A3"].number_format = "@"
        sheet.merge_cells("B3:C3")

    sheet = filled(made(look))
    assert {sheet.cell(row, 1).number_format for row in (3, 4, 5)} == {"@"}
    merged = {str(found) for found in sheet.merged_cells.ranges}
    assert merged == {"B3:C3", "B4:C4", "B5:C5", "B8:D8"}


@pytest.mark.parametrize("count", [0, 1, 400])
def test_however_many_lines_none_is_lost(count: int) -> None:
    """An empty list leaves one empty row."""
    lines = [{"what": f"việc {n}", "by": "x"} for n in range(count)]
    sheet = filled(made(), lines=lines)
    said = [sheet.cell(row, 1).value for row in range(3, 3 + count)]
    assert said == [f"việc {n}" for n in range(count)]
    assert sheet.cell(max(count, 1) + 5, 2).value == "Vũ Thị Lan"


def test_names_of_a_template_are_found_whole() -> None:
    """By them a misspelt or a missing one is told."""
    assert names_in(made()) == {
        ("year", ""), ("lines", "what"), ("lines", "by"), ("signer", "title"), ("signer", "name"),
    }  # fmt: skip
    assert template_faults(made()) == []


def test_a_name_without_words_is_an_error() -> None:
    """Never a paper with a gap nobody notices."""
    with pytest.raises(KeyError, match="nobody"):
        filled(made(lambda sheet: sheet.append(["{{ nobody }}"])))


def test_two_lists_in_one_row_are_an_error() -> None:
    """Nobody could say of which the rows would be."""
    template = made(lambda sheet: sheet.cell(3, 3, "{{ others.what }}"))
    with pytest.raises(WorkbookError, match="row 3 names lines of"):
        filled(template, others=[{"what": "x"}])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s.cell(9, 1, "=SUM(A1:A3)"), "A9 holds a formula"),
        (lambda s: s.cell(9, 1, "{{ year + 1 }}"), "A9: cannot read {{ year + 1 }}"),
        (lambda s: s.cell(9, 1, "{% if year %}"), "A9: cannot read {% if year %}"),
        (lambda s: s.cell(9, 1, "{{ year"), "A9: cannot read {{ year"),
        (lambda s: setattr(s, "print_area", "A1:D6"), "has a print area"),
        (lambda s: s.add_table(Table(displayName="T", ref="A2:B3")), "holds an Excel table"),
    ],
)
def test_what_would_go_wrong_is_a_fault_of_the_template(change: Any, said: str) -> None:
    """Rows move, and openpyxl keeps not everything: said before it happens."""
    assert any(said in fault for fault in template_faults(made(change)))


@pytest.mark.parametrize("part", ["xl/media/image1.png", "xl/vbaProject.bin", "xl/charts/c.xml"])
def test_parts_that_would_be_lost_are_faults(part: str) -> None:
    """A logo, macros, a chart."""
    assert any("would be lost" in f for f in template_faults(with_part(made(), part, b"<x/>")))


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"PK\x03\x04 no more",
        with_part(made(), "xl/worksheets/sheet1.xml", b"<worksheet"),
        with_part(made(), "xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY y "z">]><w/>'),
    ],
)
def test_a_broken_or_hostile_file_is_an_error(broken: bytes) -> None:
    """Half a file, bad XML, a declared entity."""
    with pytest.raises(WorkbookError):
        names_in(broken)
