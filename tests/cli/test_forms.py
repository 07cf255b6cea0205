"""`mailflow forms check|preview`: an agency tries its own templates before they are needed."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.forms import pdf
from mailflow.forms.documents import FORM, TEMPLATES
from tests.cli.conftest import Mailflow
from tests.components import need
from tests.forms.paperwork import FOLDER, template, text_of


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A home's folder for its own templates."""
    folder = tmp_path / "home" / "templates" / "forms"
    folder.mkdir(parents=True)
    return folder


def test_our_own_templates_have_no_fault(mailflow: Mailflow, tmp_path: Path) -> None:
    """Without files of the agency's, ours are in use and well."""
    said = mailflow("--home", tmp_path, "forms", "check", "--json")
    assert said.code == 0
    assert {row["template"]: row["standing"] for row in said.json} == dict.fromkeys(
        TEMPLATES, "well"
    )
    assert mailflow("--home", tmp_path, "forms", "check").code == 0


def test_all_faults_of_a_replaced_template_are_said_at_once(mailflow: Mailflow, own: Path) -> None:
    """A misspelt name, a name never printed, an attempt on the sandbox, a file never used."""
    (own / FORM).write_bytes(template("{{ kode }}", "{{ code.__class__ }}"))
    (own / "BM.CTCL.1.docx").write_bytes(template("x"))
    said = mailflow("--home", own.parents[1], "forms", "check", "--json")
    faults = "\n".join(row["say"] for row in said.json if row["standing"] == "fault")
    assert said.code == 2
    for fault in ("{{ kode }}", ".__class__", "never prints {{ content }}", "BM.CTCL.1.docx"):
        assert fault in faults


def test_an_own_workbook_is_checked_and_used_like_a_word_template(
    mailflow: Mailflow, own: Path
) -> None:
    """A misspelt name and a formula are said; put right, it is what a preview fills."""
    name, home = "PL3.KEHOACH.xlsx", own.parents[1]
    book = load_workbook(FOLDER / name)
    (sheet,) = book.worksheets
    sheet["A7"], sheet["A17"] = "Riêng {{ yaer }}", "=1+1"
    book.save(own / name)
    said = mailflow("--home", home, "forms", "check", "--json")
    faults = "\n".join(row["say"] for row in said.json if row["template"] == name)
    for fault in ("unknown name {{ yaer }}", "never prints {{ year }}", "A17 holds a formula"):
        assert fault in faults
    sheet["A7"], sheet["A17"] = "Riêng {{ year }}", None
    book.save(own / name)
    assert mailflow("--home", home, "forms", "check").code == 0
    assert mailflow("--home", home, "forms", "preview", name, "--into", own / "x").code == 0
    (shown,) = load_workbook(own / "x" / name).worksheets
    assert shown["A7"].value == "Riêng 2027"


def test_a_broken_file_is_a_fault_and_no_traceback(mailflow: Mailflow, own: Path) -> None:
    """Checked, it is named; previewed, nothing is written."""
    (own / FORM).write_bytes(b"PK\x03\x04 no more")
    home = own.parents[1]
    assert mailflow("--home", home, "forms", "check").code == 2
    said = mailflow("--home", home, "forms", "preview", FORM, "--into", own / "x")
    assert (said.code, said.out) == (1, "")
    assert FORM in said.err
    assert not (own / "x").exists()


def test_a_preview_is_the_agencys_template_with_sample_data(
    mailflow: Mailflow, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their file, our sample agency; without LibreOffice the .docx alone, said on the console."""
    (own / FORM).write_bytes(template("Phiếu của {{ agency }}"))
    monkeypatch.setattr(pdf, "available", lambda: False)
    said = mailflow("--home", own.parents[1], "forms", "preview", "BM.CTCL.01", "--into", own / "x")
    assert (said.code, said.out.split()) == (0, [str(own / "x" / FORM)])
    assert "no PDF" in said.err
    assert text_of((own / "x" / FORM).read_bytes()) == f"Phiếu của {cast.AGENCY}\n"


def test_with_libreoffice_a_preview_is_printed_too(mailflow: Mailflow, tmp_path: Path) -> None:
    """One PDF beside each .docx."""
    need("soffice")
    said = mailflow("--home", tmp_path, "forms", "preview", FORM, "--into", tmp_path / "x")
    assert said.code == 0
    assert (tmp_path / "x" / "BM.CTCL.01.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("into", ["a-file", "a-file/x"])
def test_what_cannot_be_written_or_is_unknown_is_a_sentence(
    into: str, mailflow: Mailflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that is a file, a template that does not exist."""
    monkeypatch.setattr(pdf, "available", lambda: False)
    (tmp_path / "a-file").write_text("x")
    said = mailflow("--home", tmp_path, "forms", "preview", FORM, "--into", tmp_path / into)
    assert said.code == 1
    assert "a-file" in said.err
    assert "no template X.docx" in mailflow("--home", tmp_path, "forms", "preview", "X.docx").err
