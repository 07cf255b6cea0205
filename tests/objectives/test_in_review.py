"""What a year's objectives came to stands in the review of that year (5.8.1.1)."""

import re

import pytest

from mailflow.demo import cast
from mailflow.procedure import labels
from mailflow.procedure.terms import Act, Kind
from tests.conversations.inspector import GENERATION, by_hand, rows_of
from tests.objectives.year import BAD, Year

GAP = (
    f"{cast.PLANNING}, {labels.ACT[Act.EVALUATE]}: đã hỏi {cast.PLANNING_HEAD.name} ngày "
    "01/12/2027, hạn 30/12/2027, chưa trả lời."
)
PLAN = "Xem xét bằng báo cáo\nĐánh giá nội bộ xong ngày: 20/11/2027"


@pytest.mark.clause("5.8.1.1", "5.9")
def test_the_review_counts_objectives_and_names_those_not_met(year: Year) -> None:
    """Each figure says where it can be checked."""
    year.evaluated(BAD)
    with year.service.open_work(reading=True) as work:
        (row,) = work.requests.rows(kinds=[Kind.REVIEW])
    year.replies(cast.SECRETARY, PLAN, row.code)
    year.replies(cast.SECRETARY, "Lập báo cáo\nTình hình chung: Duy trì tốt.", row.code)
    (entry,) = [e for e in year.request(row.code).entries if "compiled" in e.fields]
    part = entry.fields["compiled"]["parts"]["objectives"]
    counted = {figure["name"]: (figure["value"], figure["before"]) for figure in part["figures"]}
    assert counted["Mục tiêu"] == ("03", "0")
    assert (counted["Đạt"], counted["Không đạt"]) == (("01", "0"), ("02", "0"))
    assert "Trả kết quả đúng hạn (230/250)" in part["paragraphs"][0]
    gaps = [words for words in part["paragraphs"] if words.startswith(cast.PLANNING)]
    assert gaps == [GAP], "what is not there is named with who was asked, and when"
    rows = rows_of(year.home / "Sổ theo dõi.xlsx", "Mục tiêu")
    for figure in part["figures"]:
        assert re.search(GENERATION, figure["source"])
        assert figure["value"] == by_hand(rows, figure), figure
