"""The papers of board and review: goldens, templates as built, empty lists, hostile words."""

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document

from mailflow.errors import Permanent
from mailflow.forms.documents import DOCUMENTS, FORM, PRESENTED, TEMPLATES, WORKBOOKS, sample
from mailflow.forms.fill import fill_document
from templates.forms.build_papers import PAPERS, build
from templates.forms.build_workbooks import BOOKS
from tests.forms import samples
from tests.forms.paperwork import FOLDER, list_of, template, text_of, with_part
from tests.forms.sound import W, faults

DOCUMENT = "word/document.xml"
HOSTILE = "A & B < C > \"D\" {{ agency }} {% endfor %} =cmd|' /C calc'!A0 \ud800\x00\x0b"
PRINTED = HOSTILE.replace("\ud800", "\ufffd").replace("\x00", "\ufffd").replace("\x0b", "\ufffd")


def everywhere(value: Any, change: Callable[[str], Any]) -> Any:
    """Change each text of a view."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: everywhere(item, change) for name, item in value.items()}
    return [everywhere(i, change) for i in value] if isinstance(value, list) else value


def emptied(view: dict[str, Any]) -> dict[str, Any]:
    """Take every optional thing away: texts become None, lists empty, signers nameless."""
    bare: dict[str, Any] = {}
    for name, value in view.items():
        parts = everywhere(value, lambda _text: None) if isinstance(value, dict) else None
        bare[name] = [] if isinstance(value, list) else parts
    return bare


@pytest.mark.clause("VI.2")
@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_paper_reads_as_agreed(name: str, golden: Callable[[str, str], None]) -> None:
    """The whole text of each paper filled with its sample stands in tests/data/golden."""
    golden(f"papers/{name}.txt", text_of(fill_document(sample(name), FOLDER / name)))


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_shipped_paper_is_what_its_script_builds(name: str) -> None:
    """The .docx and the text that people review are the same paper."""
    assert (FOLDER / name).read_bytes() == build(name)


def test_there_is_a_script_and_a_sample_for_every_document() -> None:
    """Nothing is filled that cannot be rebuilt and previewed."""
    assert {FORM, *PAPERS} == set(DOCUMENTS)
    assert set(BOOKS) == set(WORKBOOKS)
    assert {path.stem for path in (FOLDER / "samples").iterdir()} == {
        name.rpartition(".")[0] for name in TEMPLATES
    }


def test_the_sample_list_is_of_requests_lived_through() -> None:
    """What previews show of 5.3's list is as the service fills it."""
    assert sample(PRESENTED) == list_of(samples.presented())


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_hostile_words_are_printed_as_typed_everywhere(name: str) -> None:
    """Markup, tags and formulas in any place of any paper are words; the file stays sound."""
    document = fill_document(
        everywhere(sample(name), lambda text: f"{text}{HOSTILE}"), FOLDER / name
    )
    assert PRINTED in text_of(document)
    assert faults(document) == []


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_paper_without_any_optional_data_is_a_sound_paper(name: str) -> None:
    """Lists empty, texts absent: no "None", no table without rows, no broken file."""
    document = fill_document(emptied(sample(name)), FOLDER / name)
    assert "None" not in text_of(document)
    assert faults(document) == []


@pytest.mark.parametrize("name", ["BM.CTCL.02.docx", "TB.XXLD.docx"])
def test_an_empty_head_of_the_outputs_says_that_there_is_nothing(name: str) -> None:
    """5.8.1.2 names three outputs; each is answered."""
    view = {**sample(name), "opportunities": [], "changes": [], "resources": []}
    assert text_of(fill_document(view, FOLDER / name)).count("Không có.") == 3


def test_hundreds_of_rows_and_a_name_of_thirty_letters_are_all_there() -> None:
    """Nothing is cut, however much there is."""
    view = sample("PL3.KEHOACH.docx")
    long = "Nguyễn Thị Thanh Huyền Trang X"
    row = {**view["objectives"][0], "lead": long, "objective": "x" * 500}
    view["objectives"] = [{**row, "no": str(n)} for n in range(300)]
    document = fill_document(view, FOLDER / "PL3.KEHOACH.docx")
    assert text_of(document).count(long) == 300
    assert faults(document) == []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_view_that_lacks_a_name_is_an_error_that_says_which(name: str) -> None:
    """Whichever it is: never a paper with a gap nobody notices."""
    view = sample(name)
    missing = random.Random(name).choice(sorted(view))
    del view[missing]
    with pytest.raises(Permanent, match=f"'{missing}' is undefined"):
        fill_document(view, FOLDER / name)


@pytest.mark.parametrize(
    ("share", "millimetres"), [(100, 70), (50, 35), (0, None), (-5, None), (250, 70)]
)
def test_a_bar_is_as_long_as_its_share(share: int, millimetres: int | None) -> None:
    """Never longer than the whole, none for nothing."""
    document = fill_document({"s": share}, template("{{ s | bar }}"))
    shapes = Document(io.BytesIO(document)).inline_shapes
    assert [round(shape.width.mm) for shape in shapes] == ([millimetres] if millimetres else [])


def test_a_bar_of_a_fixed_share_is_drawn_too() -> None:
    """The sandbox must not work it out while it compiles."""
    document = fill_document({}, template("{{ 50 | bar }}"))
    assert len(Document(io.BytesIO(document)).inline_shapes) == 1


def test_bars_of_one_paper_are_sound_drawings() -> None:
    """One picture kept once, each use with an id of its own."""
    document = fill_document(sample("BC.XXLD.docx"), FOLDER / "BC.XXLD.docx")
    paper = Document(io.BytesIO(document))
    assert len(paper.inline_shapes) == 8
    media = [p.partname for p in paper.part.package.iter_parts() if "/word/media" in p.partname]
    assert len(media) == 1
    assert faults(document) == []


def test_an_unsound_file_is_recognised() -> None:
    """The search above can fail: two drawings of one id, a part nobody leads to."""
    good = build("BC.XXLD.docx")
    assert faults(good) == []
    assert "word/x.xml belongs to nothing" in faults(with_part(good, "word/x.xml", b"<x/>"))
    (fault,) = faults(with_part(good, DOCUMENT, b"<w"))
    assert fault.startswith("bad XML")
    turned = f'<document xmlns="{W[1:-1]}"><pPr><jc/><keepNext/></pPr></document>'.encode()
    assert any("pPr holds" in found for found in faults(with_part(good, DOCUMENT, turned)))
