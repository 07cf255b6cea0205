"""Appendix 3 as a workbook: sound, signed, and as the agency wants it."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from mailflow.errors import Permanent
from mailflow.forms import objectives
from mailflow.forms.documents import WORKBOOKS, sample
from mailflow.forms.fill import fill_document
from templates.forms.build_workbooks import build
from tests.forms.paperwork import FOLDER
from tests.forms.sound import faults
from tests.forms.test_papers import HOSTILE, PRINTED, emptied, everywhere

HEADS = {"PL3.KEHOACH.xlsx": objectives.PLAN, "PL3.BAOCAO.xlsx": objectives.REPORT}
each_book = pytest.mark.parametrize("name", sorted(WORKBOOKS))


def sheet_of(name: str, view: dict[str, Any]) -> Worksheet:
    """Fill one of ours, and open it."""
    data = fill_document(view, FOLDER / name)
    assert faults(data) == []
    (sheet,) = load_workbook(io.BytesIO(data)).worksheets
    return sheet


@each_book
def test_a_shipped_workbook_is_what_its_script_builds(name: str) -> None:
    """The .xlsx and the text that people review are the same."""
    assert (FOLDER / name).read_bytes() == build(name)


@each_book
def test_it_lies_on_a4_with_its_columns_and_both_signers_at_the_end(name: str) -> None:
    """Heads repeated on each page, room to sign above the names."""
    view = sample(name)
    sheet = sheet_of(name, view)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$9:$9"
    assert [cell.value for cell in sheet[9]] == [head for head, _, _ in HEADS[name]]
    last = [cell.value for cell in sheet[sheet.max_row] if cell.value]
    assert last == [view["drafter"]["name"], view["approver"]["name"]]
    assert (sheet.row_dimensions[sheet.max_row - 1].height or 0) >= 60
    assert {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value} == {
        "Times New Roman"
    }


@pytest.mark.threat("formula injection")
@each_book
def test_words_stay_words_whatever_was_typed(name: str) -> None:
    """Formulas, tags and what XML forbids, in every place."""
    view = everywhere(sample(name), lambda text: f"{text}{HOSTILE}")
    view["objectives"][0]["objective"] = "=cmd|' /C calc'!A0"
    cells = [cell for row in sheet_of(name, view).iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=cmd|' /C calc'!A0" in [cell.value for cell in cells]
    assert any(PRINTED.replace("\ufffd", "") in str(cell.value) for cell in cells)


@each_book
def test_without_any_line_or_signer_it_is_still_a_sound_paper(name: str) -> None:
    """One empty row to write in by hand, never "None"."""
    sheet = sheet_of(name, emptied(sample(name)))
    said = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert not any("None" in str(words) or "{{" in str(words) for words in said)


@each_book
def test_a_view_that_lacks_a_name_is_an_error_that_says_which(name: str) -> None:
    """As with the Word templates."""
    view = sample(name)
    del view["owner"]
    with pytest.raises(Permanent, match=f"{name}: 'owner' is undefined"):
        fill_document(view, FOLDER / name)
