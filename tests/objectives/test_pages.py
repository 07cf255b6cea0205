"""The pages of a plan lie, as appendix 3 does, and say of each column what it is for."""

import io

import pytest
from openpyxl import load_workbook

from tests.conversations.agency import to
from tests.forms.filling import sent, written
from tests.objectives.year import OWNER, Year


@pytest.mark.clause("VI.3")
def test_a_plans_page_lies_and_has_appendix_3s_columns(year: Year) -> None:
    """In Excel the sheet of the plan is wide, the one that names a drafter is not."""
    book = load_workbook(io.BytesIO(sent(to(year.work(), OWNER))[1]))
    naming, planning, *_ = book.worksheets
    assert naming.page_setup.orientation == "portrait"
    assert planning.page_setup.orientation == "landscape"
    cells = [cell.value for row in planning.iter_rows() for cell in row]
    assert {"Chỉ tiêu", "ĐVT", "Biện pháp", "Chỉ số, cách tính"} <= set(cells)


def test_the_word_page_is_read_as_well(year: Year) -> None:
    """Somebody without Excel fills the document; every column reaches the record."""
    form = sent(to(year.work(), OWNER), ".docx")
    said = {
        "objectives_1_objective": "Trả kết quả đúng hạn",
        "objectives_1_target": "từ 98% trở lên",
        "objectives_1_measured": "Hằng tháng",
        "objectives_2_objective": "Khiếu nại",
        "objectives_2_target": "không quá 2 đơn",
    }
    year.replies(OWNER, "", year.matter().code, (written(form, said, page=2),))
    first, second = year.matter().values["objectives"]
    assert (first["no"], first["measured"], second["target"]) == (
        1,
        "Hằng tháng",
        "không quá 2 đơn",
    )
