"""Printing forms with the real LibreOffice: pages, order, and what happens when it fails."""

import os
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest

from mailflow.errors import Permanent, Temporary
from mailflow.forms import pdf
from mailflow.forms.documents import FORM
from mailflow.forms.fill import fill_document
from tests.components import need
from tests.forms import samples
from tests.forms.paperwork import FOLDER, view_of


def pages(document: bytes) -> int:
    """Count the pages of a PDF that LibreOffice wrote."""
    assert document.startswith(b"%PDF-")
    return len(re.findall(rb"/Type\s*/Page\b", document))


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Print all samples in one start of LibreOffice."""
    need("soffice")
    hostile = {
        **view_of(samples.just_opened()),
        "content": "{{ x }} & < > \" =cmd|' /C calc'!A0 \ud800\x00" + "x" * 2000,
        "unit": "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục Đặc biệt",
    }
    views = {
        "just_opened": view_of(samples.just_opened()),
        "ordinary_closed": view_of(samples.ordinary_closed()),
        "closed": view_of(samples.closed()),
        "very_long": view_of(samples.very_long()),
        "hostile": hostile,
    }
    docs = [fill_document(view, FOLDER / FORM) for view in views.values()]
    workdir = tmp_path_factory.mktemp("office")
    return dict(zip(views, pdf.to_pdf(docs, workdir), strict=True))


@pytest.mark.clause("VI.1")
@pytest.mark.parametrize("name", ["just_opened", "ordinary_closed", "closed"])
def test_an_ordinary_form_has_two_pages(printed: dict[str, bytes], name: str) -> None:
    """From a new report to one closed after a solution was sent back and a deadline moved."""
    assert pages(printed[name]) == 2


def test_long_and_hostile_forms_are_printed_whole(printed: dict[str, bytes]) -> None:
    """200 measures take many pages; words of one long line stay on the paper."""
    assert pages(printed["very_long"]) > 10
    assert pages(printed["hostile"]) in (2, 3)


def fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program called soffice before all others on PATH."""
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)


def test_a_document_that_cannot_be_printed_is_permanent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice's own words go into the error."""
    fake_office(tmp_path, "echo Error: source file could not be loaded", monkeypatch)
    with pytest.raises(Permanent, match=r"0\.docx: Error: source file could not be loaded"):
        pdf.to_pdf([b"x"], tmp_path / "work")


def test_a_hanging_office_is_ended_and_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its whole process group is gone, and the lock is free for the next call."""
    pids = tmp_path / "pids"
    fake_office(tmp_path, f"sleep 60 & echo $! >> {pids}; echo $$ >> {pids}; wait", monkeypatch)
    monkeypatch.setattr(pdf, "START_SECONDS", 0.05)
    monkeypatch.setattr(pdf, "DOCUMENT_SECONDS", 0.0)
    for _ in range(2):
        with pytest.raises(Temporary, match="took over"):
            pdf.to_pdf([b"x"], tmp_path / "work")
    started = pids.read_text().split() if pids.exists() else []
    end = time.monotonic() + 10  # a busy machine takes a moment to end what was killed
    while any(map(_runs, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in started if _runs(pid)]


def _runs(pid: str) -> bool:
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def test_without_libreoffice_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` asks first; whoever prints all the same gets a clear error."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not pdf.available()
    with pytest.raises(Permanent, match="not installed"):
        pdf.to_pdf([b"x"], tmp_path)


def test_a_folder_that_cannot_be_written_is_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a wrong folder may be put right; nothing else stops for it."""
    fake_office(tmp_path, "exit 0", monkeypatch)
    (tmp_path / "file").write_text("x")
    with pytest.raises(Temporary, match="no PDF made"):
        pdf.to_pdf([b"x"], tmp_path / "file" / "work")
