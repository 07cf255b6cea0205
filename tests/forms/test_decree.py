"""Decree 30/2020 measured in filled documents: page, fonts, rules, zeros, what stays together."""

import io
import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st

from mailflow.forms.documents import sample
from mailflow.forms.fill import fill_document
from mailflow.forms.presented import place_and_date
from templates.forms.build_papers import PAPERS
from tests.forms.paperwork import FOLDER

LYING = {"DS.TRINH.docx", "PL3.KEHOACH.docx", "PL3.BAOCAO.docx"}
each_paper = pytest.mark.parametrize("name", sorted(PAPERS))


@cache
def filled(name: str) -> Paper:
    """Fill a paper with its sample and open it, once: the tests here only look."""
    return Document(io.BytesIO(fill_document(sample(name), FOLDER / name)))


def lines(paper: Paper) -> Iterator[Paragraph]:
    """Walk all paragraphs of the body, those in tables too."""
    for element in paper.element.body.iter(qn("w:p")):
        yield Paragraph(element, paper._body)


def line(paper: Paper, words: str) -> Paragraph:
    """Find the first paragraph that says some words."""
    return next(found for found in lines(paper) if words in found.text)


def size(found: Paragraph) -> float:
    """Give the size in points of a paragraph's words."""
    sizes = {run.font.size.pt if run.font.size else 11 for run in found.runs if run.text.strip()}
    assert len(sizes) == 1
    return sizes.pop()


def mm(length: Length | None) -> int:
    """Give a length, which must be set, in whole millimetres."""
    assert length is not None
    found: float = length.mm
    return round(found)


def ruled(found: Paragraph) -> bool:
    """Say whether a paragraph is a rule: empty, with a real border above it."""
    return not found.text and found._element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}") is not None


@each_paper
def test_the_page_is_a4_with_the_margins_of_the_decree(name: str) -> None:
    """Top and bottom 20-25, left 30-35, right 15-20 mm, upright or lying."""
    (section,) = filled(name).sections
    across, down = mm(section.page_width), mm(section.page_height)
    assert (across, down) == ((297, 210) if name in LYING else (210, 297))
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    top, bottom, left, right = map(mm, margins)
    assert 20 <= top <= 25
    assert 20 <= bottom <= 25
    assert 30 <= left <= 35
    assert 15 <= right <= 20


@each_paper
def test_every_word_is_in_times_new_roman(name: str) -> None:
    """But the boxes to tick, which that font lacks."""
    paper = filled(name)
    assert paper.styles["Normal"].font.name == "Times New Roman"
    others = {r.text for p in lines(paper) for r in p.runs if r.font.name and r.text}
    assert others <= {"☒", "☐"}


@each_paper
def test_pages_are_numbered_from_the_second_in_the_middle_of_the_top(name: str) -> None:
    """13-14 points, Arabic, none on the first page."""
    (section,) = filled(name).sections
    assert section.different_first_page_header_footer
    assert section.first_page_header.is_linked_to_previous
    (number,) = section.header.paragraphs
    assert number.alignment == WD_ALIGN_PARAGRAPH.CENTER
    field = number._element.find(qn("w:fldSimple"))
    assert field.get(qn("w:instr")).strip() == "PAGE"
    assert field.find(f".//{qn('w:sz')}").get(qn("w:val")) == "26"
    assert 0 < mm(section.header_distance) < mm(section.top_margin)


@each_paper
def test_rules_are_borders_and_never_underscores(name: str) -> None:
    """Under the agency, under the motto, under the subject; of the right lengths."""
    paper = filled(name)
    assert not any("__" in found.text for found in lines(paper))
    cells = [cell for grid in paper.tables[:1] for cell in grid.rows[0].cells]
    names, country = (cell.paragraphs[-1] for cell in cells)
    assert ruled(names)
    assert ruled(country)
    spans = [cell.width.mm for cell in cells]
    lengths = [
        span - p.paragraph_format.left_indent.mm - p.paragraph_format.right_indent.mm
        for span, p in zip(spans, (names, country), strict=True)
    ]
    assert 22 <= lengths[0] <= 36, "a third to a half of the agency's name"
    assert 54 <= lengths[1] <= 58, "as long as the motto in bold 13 points"
    assert any(ruled(found) for found in paper.paragraphs)


@each_paper
def test_the_head_has_its_sizes(name: str) -> None:
    """Country bold 12-13 capitals, motto bold 13-14, agency bold 12-13 capitals."""
    paper = filled(name)
    for words, low, high, caps in (
        ("Cộng hòa xã hội", 12, 13, True),
        ("Độc lập - Tự do - Hạnh phúc", 13, 14, False),
        ("Sở Khoa học và Phát triển", 12, 13, True),
    ):
        found = line(paper, words)
        assert low <= size(found) <= high
        assert found.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert all(run.bold and bool(run.font.all_caps) is caps for run in found.runs if run.text)


def test_number_and_day_stand_on_one_row_and_the_number_is_left_blank() -> None:
    """The registry writes it."""
    grid = filled("BC.XXLD.docx").tables[0]
    number, day = (cell.text for cell in grid.rows[1].cells)
    assert re.fullmatch(r"Số:\s{6,}/BC-SKHPT", number)
    assert day == "An Khê, ngày 05 tháng 01 năm 2027"


def test_minutes_have_no_place_and_day() -> None:
    """Model 1.9."""
    head = filled("BM.CTCL.02.docx").tables[0]
    assert "tháng" not in "".join(cell.text for row in head.rows for cell in row.cells)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_days_below_ten_and_the_first_two_months_take_a_zero(day: date) -> None:
    """Always, and no others: "ngày 05 tháng 01", "ngày 29 tháng 6"."""
    found = re.fullmatch(
        r"An Khê, ngày (\d+) tháng (\d+) năm (\d{4})", place_and_date("An Khê", day)
    )
    assert found
    written, month, _ = found.groups()
    assert (int(written), int(month)) == (day.day, day.month)
    assert len(written) == 2
    assert month.startswith("0") == (day.month < 3)


def test_without_a_place_the_day_begins_the_line() -> None:
    """An agency that set no place gets no stray comma."""
    assert place_and_date("", date(2026, 3, 9)) == "Ngày 09 tháng 3 năm 2026"


@pytest.mark.parametrize("name", ["BC.XXLD.docx", "TB.XXLD.docx"])
def test_bases_and_body_are_set_as_the_decree_says(name: str) -> None:
    """Bases in italics, each with its semicolon, the last with a stop; body 13, justified."""
    paper = filled(name)
    bases = [p for p in paper.paragraphs if p.text.startswith(("Căn cứ", "Xét"))]
    assert [p.text[-1] for p in bases] == [*";" * (len(bases) - 1), "."]
    assert all(run.italic for p in bases for run in p.runs if run.text)
    body = [p for p in paper.paragraphs if p.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY]
    assert len(body) > 8
    for found in body:
        assert size(found) == 13
        assert 10 <= found.paragraph_format.first_line_indent.mm <= 12.7
        assert found.paragraph_format.space_after.pt == 6


@pytest.mark.parametrize("name", ["BC.XXLD.docx", "TB.XXLD.docx", "BM.CTCL.02.docx"])
def test_a_text_ends_with_its_mark_once(name: str) -> None:
    """And the sentence with it stays with the signature below."""
    paper = filled(name)
    marked = [p for p in lines(paper) if "./." in p.text]
    assert [p.text[-3:] for p in marked] == ["./."]
    assert marked[0].paragraph_format.keep_with_next


def test_recipients_and_signer_are_set_and_kept_together() -> None:
    """Nơi nhận bold italic 12, its items 11; authority bold capitals, name bold; one row."""
    paper = filled("TB.XXLD.docx")
    head, item = line(paper, "Nơi nhận:"), line(paper, "- Ban Giám đốc;")
    assert (size(head), size(item)) == (12, 11)
    assert all(run.bold and run.italic for run in head.runs)
    assert line(paper, "Lưu: VT").text == "- Lưu: VT, hồ sơ ISO."
    authority, name = line(paper, "KT. Giám đốc"), line(paper, "Trần Thị Hạnh")
    assert all(run.bold and run.font.all_caps for run in authority.runs if run.text)
    assert (size(authority), size(name)) == (13, 13)
    assert authority.paragraph_format.keep_with_next
    (row,) = paper.tables[-1].rows
    assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None


@each_paper
def test_tables_have_their_size_and_repeat_their_head(name: str) -> None:
    """11.5-12 points; appendix 3, with its many columns, smaller; rows are not torn."""
    paper = filled(name)
    small = name.startswith("PL3")
    bordered = [grid for grid in paper.tables if grid.style and grid.style.name == "Table Grid"]
    assert bordered
    for grid in bordered:
        assert grid.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        for row in grid.rows:
            assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
            for cell in row.cells:
                sizes = {size(p) for p in cell.paragraphs if p.text.strip()}
                assert sizes <= ({9} if small else {11.5, 12})


@each_paper
def test_heads_stay_with_what_follows(name: str) -> None:
    """No head of a part, and no hair above a table, is the last thing on a page."""
    heads = [
        p for p in filled(name).paragraphs if re.match(r"(I|II|III|IV)\. |\d\. [A-ZĐ]", p.text)
    ]
    bold = [p for p in heads if all(run.bold for run in p.runs if run.text)]
    assert all(p.paragraph_format.keep_with_next for p in bold)
