"""Every form to be filled in, filled in with LibreOffice and saved by it: all answers right."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.forms import filled
from mailflow.forms.boxes import PageView, boxes
from mailflow.forms.fillable import MOST_PAGES, fill_pages
from mailflow.procedure.fields import FIELDS, TABLES, Type
from mailflow.procedure.terms import Act
from tests.forms.filling import every_page
from tests.office import Office, office

DAY, SERIAL = "05/06/2026", 46178.0
WORDS = {
    Type.TEXT: "Đã rà soát “mẫu” & sửa < 2 lỗi\nBổ sung biên bản",
    Type.PERSON: "Đặng Thị Mai",
    Type.PARTIES: "Đặng Thị Mai; Phòng Chuyên môn",
    Type.UNIT: "Phòng Kế hoạch",
    Type.NUMBERS: "1, 2",
    Type.CODE: "CTCL-2026-0001-B",
    Type.CODES: "CTCL-2026-0001-B",
}
CELLS = {Type.TEXT: "=quy trình", Type.PARTIES: "Đặng Thị Mai", Type.DATE: DAY}


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """One LibreOffice for all files."""
    with office() as session:
        yield session


_TABLES = "|".join(name for name, field in FIELDS.items() if field.type in TABLES)
_IN_TABLE = re.compile(rf"(?:{_TABLES})_\d+_[a-z_]+")
EVERY = every_page()
FILES = [EVERY[n : n + MOST_PAGES] for n in range(0, len(EVERY), MOST_PAGES)]


def answers(number: int, view: PageView) -> dict[str, str]:
    """What is written into each blank of a page; of a table of work the first and third row."""
    found: dict[str, str] = {}
    for box in boxes(Act(view["act"]), view["answers"]):
        if box.type is Type.CHOICES:
            first, *_, other = box.blanks()
            found |= {first: "x", other: "Việc khác"}
        elif box.type in TABLES:
            for row in (1, 3):
                found |= {f"{box.name}_{row}_{c.key}": CELLS[c.type] for c in TABLES[box.type]}
        else:
            day_or_word = DAY if box.type is Type.DATE else WORDS.get(box.type, "40")
            found[box.name] = box.options[-1] if box.options else day_or_word
    return found


def check(document: bytes, views: list[PageView]) -> None:
    """Every blank reads as it was written, nothing else is altered."""
    pages = filled.read(document)
    assert len(pages) == len(views)
    for number, (page, view) in enumerate(zip(pages, views, strict=True), start=1):
        assert dict(page.words) == answers(number, view), view["act"]
        assert (page.altered, page.touched, page.formulas) == (False, True, ()), view["act"]


@pytest.mark.parametrize("views", FILES, ids=lambda views: views[0]["act"])
def test_a_workbook_filled_in_with_libreoffice(
    running: Office, tmp_path: Path, views: list[PageView]
) -> None:
    """Texts, days as days, numbers as numbers, a text that begins like a formula."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(fill_pages(views, cast.ROSTER)[0][1])
    typed = {
        f"p{n}_{name}": SERIAL if text == DAY else text
        for n, view in enumerate(views, start=1)
        for name, text in answers(n, view).items()
    }
    running("open", str(path))
    running("fill_names", typed)
    running("save")
    running("close")
    check(path.read_bytes(), views)


@pytest.mark.parametrize("views", FILES, ids=lambda views: views[0]["act"])
def test_a_document_filled_in_with_libreoffice(
    running: Office, tmp_path: Path, views: list[PageView]
) -> None:
    """Each row by the code in its first cell; the controls may be gone, the words stay."""
    path = tmp_path / "form.docx"
    path.write_bytes(fill_pages(views, cast.ROSTER)[1][1])
    typed: dict[str, list[str]] = {}
    for n, view in enumerate(views, start=1):
        for name, text in answers(n, view).items():
            table = name.rpartition("_")[0]
            table = table if table[-1:].isdigit() else table.rpartition("_")[0]
            row = f"p{n}.{table if _IN_TABLE.fullmatch(name) else name}"
            typed.setdefault(row, []).append("☒" if text == "x" else text)
    running("open", str(path))
    running("fill_rows", typed)
    running("save")
    running("close")
    check(path.read_bytes(), views)


@pytest.mark.parametrize("ending", [0, 1], ids=["xlsx", "docx"])
def test_saved_again_untouched_is_untouched(running: Office, tmp_path: Path, ending: int) -> None:
    """LibreOffice writes other bytes; nobody has answered anything."""
    name, data = fill_pages(EVERY[:5], cast.ROSTER)[ending]
    path = tmp_path / name
    path.write_bytes(data)
    running("open", str(path))
    running("save")
    running("close")
    assert [(p.touched, p.altered) for p in filled.read(path.read_bytes())] == [(False, False)] * 5
