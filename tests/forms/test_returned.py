"""The hidden mark of our forms: it survives being saved again; nothing hostile passes for it."""

import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from mailflow.forms.documents import FORM
from mailflow.forms.fill import fill_document
from mailflow.forms.returned import Returned, read, stamp
from tests.components import need
from tests.forms import samples
from tests.forms.paperwork import FOLDER, template, text_of, view_of

CODE = "CTCL-2026-0007-P"
SAME = Returned(CODE, 19, changed=False)


@pytest.fixture(scope="module")
def form() -> bytes:
    """A filled form with its mark."""
    return stamp(fill_document(view_of(samples.closed()), FOLDER / FORM), CODE, 19)


def parts_of(document: bytes) -> dict[str, bytes]:
    """Unpack a form."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """Pack it again."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def edited(document: bytes, edit: Callable[[dict[str, bytes]], object]) -> bytes:
    """Change a part of a form by hand."""
    parts = parts_of(document)
    edit(parts)
    return packed(parts)


def test_a_form_says_which_request_it_is_and_how_old(form: bytes) -> None:
    """The mark is read back, changes no word, and equal forms stay equal bytes."""
    plain = fill_document(view_of(samples.closed()), FOLDER / FORM)
    assert read(form) == SAME
    assert read(plain) is None
    assert text_of(form) == text_of(plain)
    assert stamp(plain, CODE, 19) == form


def test_saving_again_changes_nothing(form: bytes) -> None:
    """Another program writes other bytes; the words are the same."""
    saved = io.BytesIO()
    Document(io.BytesIO(form)).save(saved)
    assert saved.getvalue() != form
    assert read(saved.getvalue()) == SAME


def test_libreoffice_keeps_the_mark(form: bytes, tmp_path: Path) -> None:
    """A real office program, loading and saving."""
    (tmp_path / "form.docx").write_bytes(form)
    command = [need("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir"]
    command += [str(tmp_path / "out"), str(tmp_path / "form.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    assert read((tmp_path / "out" / "form.docx").read_bytes()) == SAME


def test_a_word_typed_into_it_is_seen(form: bytes) -> None:
    """In a table cell or as a tick."""
    paper = Document(io.BytesIO(form))
    paper.tables[-1].cell(0, 0).paragraphs[0].add_run("Đạt")
    saved = io.BytesIO()
    paper.save(saved)
    assert read(saved.getvalue()) == Returned(CODE, 19, changed=True)
    ticked = edited(
        form, lambda p: p.update({BODY: p[BODY].replace("☐".encode(), "☒".encode(), 1)})
    )
    assert read(ticked) == Returned(CODE, 19, changed=True)


BODY = "word/document.xml"
PICTURE = b'<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/></w:body>'
COMMENT = (
    "<w:comments xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    "<w:comment><w:p><w:r><w:t>Đồng ý</w:t></w:r></w:p></w:comment></w:comments>"
)


def test_a_picture_or_a_comment_added_is_seen(form: bytes) -> None:
    """A photo pasted into the form, or an answer in its margin, is something new."""
    pasted = edited(form, lambda p: p.update({BODY: p[BODY].replace(b"</w:body>", PICTURE)}))
    noted = edited(form, lambda p: p.update({"word/comments.xml": COMMENT.encode()}))
    assert read(pasted) == read(noted) == Returned(CODE, 19, changed=True)


def test_an_agency_s_own_properties_stay() -> None:
    """Its template may have custom properties; ours joins them, and is there once."""
    first = stamp(template("Phiếu"), "CTCL-2026-0001-A", 1)
    own = parts_of(first)["docProps/custom.xml"].replace(b"mailflow_form", b"So_van_ban")
    again = edited(first, lambda p: p.update({"docProps/custom.xml": own}))
    twice = stamp(stamp(again, CODE, 2), CODE, 3)
    assert read(twice) == Returned(CODE, 3, changed=False)
    custom = parts_of(twice)["docProps/custom.xml"]
    assert (custom.count(b"So_van_ban"), custom.count(b"mailflow_form")) == (1, 1)
    Document(io.BytesIO(twice))


def _spoilt(mark: bytes) -> Callable[[dict[str, bytes]], object]:
    name = "docProps/custom.xml"

    def spoil(parts: dict[str, bytes]) -> None:
        parts[name] = parts[name].replace(b"1/CTCL-2026-0007-P/19/", mark)

    return spoil


@pytest.mark.parametrize(
    "mark", [b"2/CTCL-2026-0007-P/19/", b"1/../../x/19/", b"1/CTCL-2026-0007-P/-1/", b""]
)
def test_a_mark_that_is_not_ours_is_none(form: bytes, mark: bytes) -> None:
    """Another version, a path, a number that is none."""
    assert read(edited(form, _spoilt(mark))) is None


@pytest.mark.parametrize("part", ["docProps/custom.xml", BODY])
def test_entities_are_not_read(form: bytes, part: str) -> None:
    """A DOCTYPE in any part makes the file no form of ours."""
    doctype = b'?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    hostile = edited(form, lambda p: p.update({part: p[part].replace(b"?>", doctype, 1)}))
    assert read(hostile) is None


def test_a_part_too_large_is_not_unpacked(form: bytes) -> None:
    """Words of 30 MB in a file of 100 KB are nobody's form."""
    hostile = edited(form, lambda p: p.update({BODY: b" " * 30_000_000}))
    assert len(hostile) < 200_000
    assert read(hostile) is None
