"""Filling the Word form: right text, hostile words kept harmless, bad templates named."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mailflow.demo import cast
from mailflow.errors import Permanent
from mailflow.forms import fill
from mailflow.forms.documents import FORM, sample
from mailflow.forms.fill import fill_document, find_template, template_faults
from mailflow.forms.names import ActionRequestView
from mailflow.forms.view import action_request_view
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Request
from templates.forms.build_action_request import build
from templates.forms.paper import TICK_FONT
from tests.forms import samples
from tests.forms.paperwork import FOLDER, template, text_of, view_of, with_part
from tests.forms.sound import faults
from tests.forms.story import TZ

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    "A & B < C > D \"E\" 'F'",
    "{{ code }} {% for x in y %} {# z #}",
    "]]> <w:p/> &amp; <!-- x -->",
    "=cmd|' /C calc'!A0",
    "%s %(a)s {0} \\1",
)


def filled(request: Request) -> bytes:
    """Fill our own template for a request."""
    return fill_document(view_of(request), FOLDER / FORM)


@pytest.mark.clause("VI.1")
@pytest.mark.parametrize(
    "sample",
    [
        samples.just_opened,
        samples.ordinary_closed,
        samples.midway,
        samples.closed,
        samples.failed,
        samples.followed_up,
        samples.long_way,
        samples.declined_improvement,
    ],
)
def test_the_filled_form_reads_as_agreed(
    sample: Callable[[], Request], golden: Callable[[str, str], None]
) -> None:
    """The whole text of each sample form stands in tests/data/golden, to be read by people."""
    golden(f"forms/{sample.__name__}.txt", text_of(filled(sample())))


def test_the_shipped_template_is_what_its_script_builds() -> None:
    """The .docx and the text that people review are the same form."""
    assert (FOLDER / FORM).read_bytes() == build()


def test_the_form_leaves_room_to_bind_it_and_is_in_one_font() -> None:
    """Measured in a filled one: A4, 20 mm left, 15 elsewhere, all columns between them."""
    paper = Document(io.BytesIO(filled(samples.closed())))
    (section,) = paper.sections
    edges = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [round(edge.mm) for edge in edges if edge is not None] == [20, 15, 15, 15]
    wide = [sum(c.width.mm for c in t.columns if c.width is not None) for t in paper.tables]
    assert {round(width) for width in wide} == {175}
    fonts = {e.get(f"{W}ascii") for e in paper.element.body.iter(f"{W}rFonts")}
    assert paper.styles["Normal"].font.name == "Times New Roman"
    assert fonts == {TICK_FONT}


def test_the_shipped_template_has_no_fault() -> None:
    """Every name is printed, none is unknown, and a specimen goes through."""
    assert template_faults([FOLDER]) == []


def test_the_sample_data_of_the_form_are_a_request_lived_through() -> None:
    """What previews and pictures show is a form as the service fills it."""
    assert sample(FORM) == view_of(samples.closed())


def test_equal_views_give_equal_bytes() -> None:
    """So a printed PDF may be kept by the hash of its document."""
    assert filled(samples.closed()) == filled(samples.closed())


@pytest.mark.threat("template injection")
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_printed_as_typed(words: str) -> None:
    """Markup, template tags and formulas in people's words are words."""
    view = view_of(samples.just_opened())
    hostile = {**view, "content": words, "unit": words, "basis": [words]}
    text = text_of(fill_document(hostile, FOLDER / FORM))
    assert text.count(words) == 3


def test_characters_that_xml_forbids_become_visible_marks() -> None:
    """Lone surrogates, controls and turned writing never make a broken file."""
    view = {**view_of(samples.just_opened()), "content": "a\ud800b\x00c\x0bd\x0ce\x07f\u202eg\r\nh"}
    text = text_of(fill_document(view, FOLDER / FORM))
    assert "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdfg / h" in text


@settings(max_examples=15)
@given(st.text(st.characters(), min_size=1, max_size=60))
def test_any_words_give_a_document_that_says_them(words: str) -> None:
    """Whatever text comes, the file opens and every allowed character is in it."""
    kept = [c for c in words.replace("\r\n", "\n").replace("\r", "\n") if not _turns(c)]
    expected = "".join(c if _allowed(c) else "\ufffd" for c in kept)
    view = {**view_of(samples.just_opened()), "content": f"<{words}>"}
    paper = Document(io.BytesIO(fill_document(view, FOLDER / FORM)))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert any(f"<{expected}>" in cell for cell in cells)


def _allowed(char: str) -> bool:
    point = ord(char)
    plain = char in "\t\n" or (0x20 <= point <= 0xD7FF and point != 0x7F)
    return plain or 0xE000 <= point <= 0xFFFD or point >= 0x10000


def _turns(char: str) -> bool:
    return 0x202A <= ord(char) <= 0x202E or 0x2066 <= ord(char) <= 0x2069


def test_two_hundred_measures_and_pages_of_text_are_all_there() -> None:
    """Nothing is cut, however much there is."""
    text = text_of(filled(samples.very_long()))
    assert "Biện pháp thứ 1: " in text
    assert "Biện pháp thứ 200: " in text
    assert text.count("Nội dung mô tả rất dài") > 300


def test_a_word_of_a_thousand_letters_and_a_name_of_thirty_stay_in_fixed_columns() -> None:
    """Columns have fixed widths, so that no word pushes the table off the paper."""
    view = {
        **view_of(samples.midway()),
        "content": "x" * 1000,
        "unit": "Nguyễn Thị Thanh Huyền Trang X",
    }
    body = _body(fill_document(view, FOLDER / FORM))
    layouts = [t.find(f"{W}tblPr/{W}tblLayout") for t in body.iter(f"{W}tbl")]
    assert {layout.get(f"{W}type") for layout in layouts if layout is not None} == {"fixed"}
    assert None not in layouts


def _body(document: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return etree.fromstring(package.read("word/document.xml"))


@pytest.mark.parametrize("sample", [samples.just_opened, samples.closed])
def test_word_finds_nothing_to_repair(sample: Callable[[], Request]) -> None:
    """The file is sound, and rows that repeat on every page stand first in their table."""
    document = filled(sample())
    assert faults(document) == []
    for table in _body(document).iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert repeated == sorted(repeated, reverse=True)


def test_the_agencys_own_template_comes_before_ours(tmp_path: Path) -> None:
    """An agency's folder may be absent or empty; a file in it wins."""
    own = tmp_path / "forms"
    assert find_template([own, FOLDER]) == FOLDER / FORM
    own.mkdir()
    (own / FORM).write_bytes(template("{{ code }}"))
    assert find_template([own, FOLDER]) == own / FORM
    assert text_of(fill_document(view_of(samples.closed()), own / FORM)) == "CTCL-2026-0007-P\n"


def test_no_template_anywhere_is_an_error_that_names_the_folders(tmp_path: Path) -> None:
    """The operator reads where a template was looked for."""
    with pytest.raises(Permanent, match=r"BM\.CTCL\.01\.docx.*forms"):
        find_template([tmp_path / "forms"])
    assert template_faults([tmp_path / "forms"])


@pytest.mark.parametrize("name", ["BM.CTCL.1.docx", "BM.CTCL.01.doc", "bm.ctcl.01.docm"])
def test_a_template_file_with_a_misspelt_name_is_named(name: str, tmp_path: Path) -> None:
    """It would never be used, and nobody would know."""
    (tmp_path / name).write_bytes(build())
    (tmp_path / "~$CTCL.01.docx").write_bytes(b"left by Word")
    (fault,) = template_faults([tmp_path, FOLDER])
    assert fault.startswith(f"{tmp_path / name}: no template has this name; they are BM.CTCL.01")


def test_optional_data_that_are_missing_are_empty_and_missing_names_are_an_error() -> None:
    """None prints nothing; a name that the view lacks is never guessed."""
    view = {**view_of(samples.just_opened()), "evidence": None}
    assert "None" not in text_of(fill_document(view, FOLDER / FORM))
    view = {name: value for name, value in view.items() if name != "evidence"}
    with pytest.raises(Permanent, match="'evidence' is undefined"):
        fill_document(view, FOLDER / FORM)


def faults_of(document: bytes, folder: Path) -> str:
    """Give the faults of an agency's own template, one under the other."""
    (folder / FORM).write_bytes(document)
    return "\n".join(fill.faults_of([folder, FOLDER], FORM))


def test_a_misspelt_name_is_named(tmp_path: Path) -> None:
    """Top names and names inside rows: unknown ones, and those the file never prints."""
    document = template("{{ kode }}", "{% for m in measures %}{{ m.whatt }}{% endfor %}")
    faults = faults_of(document, tmp_path)
    assert "unknown name {{ kode }}" in faults
    assert "unknown name .whatt" in faults
    assert "never prints {{ root_cause }}" in faults
    assert "never prints {{ measures }}" not in faults
    with pytest.raises(Permanent, match="'kode' is undefined"):
        fill_document(view_of(samples.closed()), document)


@pytest.mark.threat("template injection")
@pytest.mark.parametrize(
    "words",
    ["{{ ''.__class__.__mro__ }}", "{{ code|attr('__class__') }}", "{{ measures.append(1) }}"],
)
def test_a_template_cannot_leave_the_sandbox(words: str, tmp_path: Path) -> None:
    """Templates are code: inner names and changes of the view are refused, at start already."""
    every = "".join(f"{{{{ {name} }}}}" for name in ActionRequestView.__annotations__)
    assert faults_of(template(every), tmp_path) == ""
    assert faults_of(template(every, words), tmp_path)
    with pytest.raises(Permanent):
        fill_document(view_of(samples.closed()), template(words))


@pytest.mark.parametrize(
    "words",
    [
        "{% for x in measures %}",
        "{{ code",
        "{% include 'other' %}",
        "{{ code + 1 }}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_template_with_a_slip_in_its_tags_is_an_error_of_ours(words: str) -> None:
    """No exception of docxtpl, jinja or an expression gets out."""
    with pytest.raises(Permanent, match="template"):
        fill_document(view_of(samples.closed()), template(words))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda good: good[3000:3100], "zip"),
        (lambda good: good[:3000], "zip"),
        (lambda good: with_part(good, "word/document.xml", b"<w:document"), "document"),
        (lambda good: with_part(good, "word/document.xml", b"<!DOCTYPE x><x/>"), "DOCTYPE"),
        (lambda good: with_part(good, "word/vbaProject.bin", b"x"), "macros"),
        (lambda good: with_part(good, "word/big.xml", b" " * 20_000_001), "unpacked"),
    ],
    ids=["text", "cut", "xml", "doctype", "macros", "bomb"],
)
def test_a_broken_docx_is_a_clear_error(
    spoil: Callable[[bytes], bytes], reason: str, tmp_path: Path
) -> None:
    """Cut, spoilt and hostile files are refused with their name, at start and when filling."""
    document = spoil((FOLDER / FORM).read_bytes())
    assert reason in faults_of(document, tmp_path)
    with pytest.raises(Permanent, match=FORM):
        fill_document(view_of(samples.closed()), tmp_path / FORM)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["{%p if not code %}\nx\n{%p endif %}"], "without its last paragraph"),
        (["{%tr if not code %}", "x", "{%tr endif %}"], "without rows"),
    ],
    ids=["cell", "table"],
)
def test_a_template_that_would_leave_a_table_corrupt_is_refused(
    rows: list[str], reason: str
) -> None:
    """A cell without a paragraph, a table without rows: Word would offer to repair the file."""
    paper = Document()
    grid = paper.add_table(len(rows), 1)
    for row, words in zip(grid.rows, rows, strict=True):
        row.cells[0].text, *more = words.split("\n")
        for line in more:
            row.cells[0].add_paragraph(line)
    target = io.BytesIO()
    paper.save(target)
    with pytest.raises(Permanent, match=reason):
        fill_document(view_of(samples.closed()), target.getvalue())


def test_people_without_a_place_on_the_roster_any_more_are_shown_by_id() -> None:
    """An old request never fails for a name that is gone."""
    view = action_request_view(samples.just_opened(), Roster(), cast.AGENCY, "", TZ)
    assert view["reporter_said"]["who"] == cast.CLERK.id
    text = text_of(fill_document(view, FOLDER / FORM))
    assert cast.CLERK.id in text
    assert cast.PARENT not in text
