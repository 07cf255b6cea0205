"""Sets the two guides as Word documents: `python -m tests.guides`; `pictures` draws theirs anew.

Of Markdown they use headings, paragraphs, lists, tables, pictures, bold, `what is typed`, names of
columns in *italics*, and letters fenced with the act they are read as.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from mailflow.demo import cast
from mailflow.demo.play import play
from mailflow.forms.documents import sample
from mailflow.forms.fill import fill_document
from mailflow.forms.fillable import fill_pages
from mailflow.outbox.page import render_page
from mailflow.outbox.templates import open_templates
from mailflow.settings.data import data_root
from templates.forms.paper import (
    BODY,
    Fill,
    packed,
    page,
    page_number,
    paragraph,
    row,
    run,
    shade,
    table,
)
from tests.browser import browser
from tests.components import ROOT
from tests.forms.filling import marked_page
from tests.gallery import program, workbook
from tests.outbox.build import TOKEN
from tests.outbox.samples import samples

DOCS = ROOT / "docs"
GUIDES = {"huong-dan-nhan-vien": 11, "huong-dan-thu-ky": 13}
"""By name: points of the type; two pages, and some ten."""
CELL, TITLE, HEAD = 10, 17, 13
WIDTH = 170  # mm between the margins
SIZES = {
    "giao-viec": 84.0,
    "tra-loi": 78.0,
    "phieu-dien": 115.0,
    "so-theo-doi": 112.0,
    "phieu": 130.0,
}
"""Widths of pictures in mm, where not OF_MAILS."""
OF_MAILS = 92.0
MAILS = {
    "giao-viec": ("decide_disposition_performer", 470, 820),
    "tra-loi": ("answer_mixed", 240, 575),
    "so-can-xem": ("register_notes", 50, 400),
    "trinh": ("present_list", 275, 780),
    "nhac-viec": ("reminder", 240, 715),
    "xem-xet": ("open_review", 350, 825),
}
"""By picture: the gallery's sample, and from which row of pixels to which."""
DOCUMENTS = {
    "phieu-dien": (20, 50, 960, 385),
    "so-theo-doi": (45, 50, 910, 895),
    "phieu": (55, 20, 945, 606),
}
"""By picture: left, top, width and height in pixels of the first page, 125 to the inch."""
EDGE = 22
"""Pixels at either side of a mail that show the window behind it."""

_SPAN = re.compile(r"(\*\*.+?\*\*|`.+?`|\*.+?\*)")
_TABLE, _ITEM, _PICTURE = re.compile(r"\|.*\|"), re.compile(r"- "), re.compile(r"!\[(.*)\]\((.*)\)")


def text_of(guide: str) -> str:
    """Read a guide's Markdown."""
    return (DOCS / f"{guide}.md").read_text(encoding="utf-8")


def typed(text: str) -> list[str]:
    """List what a guide tells people to type on a line."""
    return re.findall(r"`([^`\n]+)`", _without_letters(text))


def letters(text: str) -> list[tuple[str, str]]:
    """List the letters a guide shows, each with the act (and answer) it is to be read as."""
    return re.findall(r"^```([a-z_:]+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def columns(text: str) -> list[str]:
    """List the names of sheets and columns a guide speaks of."""
    spans = _SPAN.findall(_without_letters(text))
    return [s.strip("*") for s in spans if s.startswith("*") and not s.startswith("**")]


def _without_letters(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def as_word(guide: str) -> bytes:
    """Set a guide as a Word document."""
    text = text_of(guide)
    paper: Paper = Document()
    page(paper, left=20, upright=15)
    paper.styles["Normal"].font.size = Pt(GUIDES[guide])
    number = paper.sections[0].footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page_number(number, "", CELL)
    for block in _blocks(text):
        _set(paper, block)
    return packed(paper, text.splitlines()[0].removeprefix("# "))


def _blocks(text: str) -> Iterator[list[str]]:
    """Cut at empty lines; a letter is one block."""
    for part in re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL):
        if part.startswith("```"):
            yield part.splitlines()
        else:
            yield from (block.splitlines() for block in part.split("\n\n") if block.strip())


def _set(paper: Paper, block: list[str]) -> None:
    lines = [line for line in block if line]
    first = lines[0]
    picture = _PICTURE.fullmatch(first)
    if first.startswith("```"):
        _letter(paper, lines[1:-1])
    elif picture:
        _picture(paper, picture[1], DOCS / picture[2])
    elif _TABLE.fullmatch(first):
        _grid(paper, [_cells(line) for n, line in enumerate(lines) if n != 1])
    elif first.startswith("#"):
        _heading(paper, first)
    else:
        for line in lines:
            _line(paper, line)


def _heading(paper: Paper, words: str) -> None:
    level = len(words) - len(words.lstrip("#"))
    line = paper.add_paragraph()
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_before = Pt(0 if level == 1 else 10 if level == 2 else 6)
    line.paragraph_format.space_after = Pt(3)
    outline = f'<w:outlineLvl {nsdecls("w")} w:val="{level - 1}"/>'
    line._element.get_or_add_pPr().append(parse_xml(outline))
    run(line, words.lstrip("# "), {1: TITLE, 2: HEAD}.get(level, BODY), bold=True)


def _line(paper: Paper, words: str) -> None:
    line = paper.add_paragraph()
    line.paragraph_format.space_after = Pt(4)
    if _ITEM.match(words):
        line.paragraph_format.left_indent = Mm(5)
        line.paragraph_format.first_line_indent = Mm(-4)
        words = f"•\t{words[2:]}"
    line.paragraph_format.keep_with_next = words.endswith(":")
    spans(line, words, BODY)


def spans(line: Paragraph, words: str, size: float) -> None:
    """Write words with their marks: bold, typed (bold in quotes), italics."""
    for part in _SPAN.split(words):
        if part.startswith("`"):
            run(line, f"“{part[1:-1]}”", size, bold=True)
        elif part.startswith("**"):
            run(line, part[2:-2], size, bold=True)
        elif part.startswith("*"):
            run(line, part[1:-1], size, italic=True)
        elif part:
            run(line, part, size)


def _letter(paper: Paper, lines: list[str]) -> None:
    """Show a letter in a shaded box, so that nobody takes it for words of the guide."""
    grid = _table(paper, [WIDTH - 10], air=40)
    shaded = row(grid, (1, [_as_typed(line, first=not n) for n, line in enumerate(lines)]))
    shade(shaded, "F1F5FA")
    _gap(paper)


def _as_typed(words: str, *, first: bool) -> Fill:
    return lambda cell: run(paragraph(cell), words, CELL, bold=first)


def _picture(paper: Paper, caption: str, file: Path) -> None:
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_before = Pt(4)
    line.add_run().add_picture(str(file), width=Mm(SIZES.get(file.stem, OF_MAILS)))
    under = paper.add_paragraph()
    under.alignment = WD_ALIGN_PARAGRAPH.CENTER
    under.paragraph_format.space_after = Pt(6)
    run(under, caption, CELL, italic=True, grey=True)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _grid(paper: Paper, rows: list[list[str]]) -> None:
    """Set a table; its columns are as wide as their words ask for."""
    longest = [max(max(len(r[n]), 12) for r in rows) ** 0.6 for n in range(len(rows[0]))]
    grid = _table(paper, [WIDTH * share / sum(longest) for share in longest], air=20)
    for number, cells in enumerate(rows):
        filled = row(grid, *((1, [_words(cell, head=not number)]) for cell in cells))
        if not number:
            shade(filled, "E8EEF5")
    _gap(paper)


def _words(words: str, *, head: bool) -> Fill:
    def fill(cell: _Cell) -> None:
        if head:
            run(paragraph(cell), words, CELL, bold=True)
        else:
            spans(paragraph(cell), words, CELL)

    return fill


def _table(paper: Paper, widths: list[float], air: int) -> Table:
    """Add a table that stays on the page of what leads to it."""
    grid = table(paper, widths, air)
    paper.paragraphs[-1].paragraph_format.keep_with_next = True
    return grid


def _gap(paper: Paper) -> None:
    line = paper.add_paragraph()
    line.paragraph_format.line_spacing = Pt(6)


def draw(folder: Path) -> None:
    """Draw the guides' pictures from the gallery's samples and the sample agency's register."""
    folder.mkdir(exist_ok=True)
    templates = open_templates([data_root() / "templates" / "mail"])
    with browser(program("chromium")) as window:
        for name, (mail, top, bottom) in MAILS.items():
            context = samples()[mail]
            html = render_page(context, templates, TOKEN if context["asks"] else "", []).html
            drawn = window.picture(html, 640, part=(EDGE, top, 640 - EDGE, bottom))
            (folder / f"{name}.png").write_bytes(drawn)
    with TemporaryDirectory() as work:
        for name, data in _documents(Path(work)):
            source = Path(work) / name
            workbook(source, data, ("-r", "125", "-f", "1", "-l", "1", *_crop(source.stem)))
            (drawn_page,) = source.parent.glob(f"{source.name}-page*.png")
            drawn_page.rename(folder / f"{source.stem}.png")


def _documents(work: Path) -> Iterator[tuple[str, bytes]]:
    ((_, form), _) = fill_pages([marked_page()], cast.ROSTER)
    yield "phieu-dien.xlsx", form
    template = data_root() / "templates" / "forms" / "BM.CTCL.01.docx"
    yield "phieu.docx", fill_document(sample(template.name), template)
    play(work / "agency")
    yield "so-theo-doi.xlsx", (work / "agency" / "Sổ theo dõi.xlsx").read_bytes()


def _crop(name: str) -> list[str]:
    sides = zip("xyWH", DOCUMENTS[name], strict=True)
    return [word for side, size in sides for word in (f"-{side}", str(size))]


if __name__ == "__main__":
    if sys.argv[1:] == ["pictures"]:
        draw(DOCS / "pictures")
    for guide in GUIDES:
        (DOCS / f"{guide}.docx").write_bytes(as_word(guide))
