"""Every document opens in the real LibreOffice, hostile words and all; files sound throughout."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailflow.errors import MailflowError
from mailflow.forms import pdf
from mailflow.forms.documents import TEMPLATES, sample
from mailflow.forms.fill import fill_document
from tests.components import need
from tests.forms import samples
from tests.forms.paperwork import FOLDER, view_of, with_part
from tests.forms.sound import faults
from tests.forms.test_papers import HOSTILE, everywhere

LETTERS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def hostile(view: dict[str, Any]) -> dict[str, Any]:
    """Put hostile words behind each text of a view."""
    changed: dict[str, Any] = everywhere(view, lambda text: f"{text} {HOSTILE}")
    return changed


def all_documents() -> Iterator[tuple[str, bytes]]:
    """Make each document as usual and with hostile words, and a very long form."""
    for name in TEMPLATES:
        yield name, fill_document(sample(name), FOLDER / name)
        yield f"hostile {name}", fill_document(hostile(sample(name)), FOLDER / name)
    yield "long", fill_document(view_of(samples.very_long()), FOLDER / "BM.CTCL.01.docx")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Print all of them in one start of LibreOffice, and read the words of each PDF."""
    need("soffice")
    folder = tmp_path_factory.mktemp("opened")
    documents = dict(all_documents())
    said = {}
    for name, data in zip(documents, pdf.to_pdf(list(documents.values()), folder), strict=True):
        path = folder / "read.pdf"
        path.write_bytes(data)
        command = [need("pdftotext"), "-layout", str(path), "-"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        said[name] = " ".join(text.split())
    return said


def test_every_document_is_sound() -> None:
    """No duplicate id, bad XML, stray part or missing content type: nothing to repair."""
    assert {name: found for name, data in all_documents() if (found := faults(data))} == {}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_document_opens_in_libreoffice(name: str, printed: dict[str, str]) -> None:
    """It is printed whole, as usual and with hostile words in every place."""
    assert "Khoa học" in printed[name] or "KHOA HỌC" in printed[name]
    assert "=cmd|" in printed[f"hostile {name}"]
    assert "%}" in printed[f"hostile {name}"]


def test_pages_are_numbered_from_the_second(printed: dict[str, str]) -> None:
    """Seen on paper: the second page of the report begins with its number, the first does not."""
    assert not printed["BC.XXLD.docx"].startswith("1")
    assert printed["BC.XXLD.docx"].count("CỘNG HÒA") == 1


def test_every_vietnamese_letter_is_printed_in_one_font(tmp_path: Path) -> None:
    """A font that lacks some would have them in another face, or as boxes."""
    import unicodedata

    need("soffice")
    letters = "".join(
        unicodedata.normalize("NFC", letter + tone) for letter in LETTERS for tone in ("", *TONES)
    )
    words = letters + letters.upper() + "đĐ"
    view = {**sample("TB.XXLD.docx"), "closing": words}
    (data,) = pdf.to_pdf([fill_document(view, FOLDER / "TB.XXLD.docx")], tmp_path / "office")
    path = tmp_path / "letters.pdf"
    path.write_bytes(data)
    listed = subprocess.run(
        [need("pdffonts"), str(path)], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    families = {line.split()[0].partition("+")[2].partition("-")[0] for line in listed}
    assert len(families) == 1, families


def test_a_broken_document_is_an_error_and_no_pdf(tmp_path: Path) -> None:
    """Never an empty paper in place of one that cannot be read."""
    need("soffice")
    good = fill_document(sample("TB.XXLD.docx"), FOLDER / "TB.XXLD.docx")
    broken = with_part(good, "word/document.xml", b"<w:document")
    with pytest.raises(MailflowError, match=r"0\.docx"):
        pdf.to_pdf([broken], tmp_path)
