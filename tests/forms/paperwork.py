"""Reads what a .docx says, and makes small templates, for the tests of forms."""

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from mailflow.demo import cast
from mailflow.forms.names import ActionRequestView
from mailflow.forms.papers import PresentedListView
from mailflow.forms.presented import presented_list_view
from mailflow.forms.view import action_request_view
from mailflow.procedure.request import Request
from mailflow.settings.data import data_root
from tests.forms.story import TZ

FOLDER = data_root() / "templates" / "forms"


def view_of(request: Request) -> ActionRequestView:
    """Show a request of the sample agency."""
    return action_request_view(request, cast.ROSTER, cast.AGENCY, cast.PARENT, TZ)


def list_of(requests: list[Request]) -> PresentedListView:
    """Show requests of the sample agency as the list of 5.3."""
    return presented_list_view(requests, cast.ROSTER, cast.AGENCY, cast.PARENT, "An Khê", TZ)


def text_of(document: bytes) -> str:
    """Give all that a .docx says: its headers, then paragraphs and tables in their order.

    The cells of a row stand side by side, parted by " | "; a line end inside a cell is " / ".
    """
    paper = Document(io.BytesIO(document))
    section = paper.sections[0]
    blocks = [
        *section.first_page_header.iter_inner_content(),
        *section.header.iter_inner_content(),
        *paper.iter_inner_content(),
    ]
    return "".join(f"{line}\n" for block in blocks for line in _lines(block) if line)


def _lines(block: Paragraph | Table) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text.strip()
        return
    for row in block.rows:
        cells = dict.fromkeys(row.cells)  # a merged cell comes once for each column it spans
        yield " | ".join(cell.text.strip().replace("\n", " / ") for cell in cells).strip()
    yield "--"


def template(*lines: str) -> bytes:
    """Make a Word template of some paragraphs."""
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def with_part(document: bytes, name: str, content: bytes) -> bytes:
    """Put a part into a .docx, in place of one of the same name."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return target.getvalue()
