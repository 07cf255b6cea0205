"""The minutes of a meeting that a review was part of: which inputs and outputs they deal with."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from mailflow.procedure.fields import PARTS
from mailflow.procedure.folding import folded
from mailflow.procedure.request import Entry
from mailflow.procedure.terms import Act

MOST_CHARACTERS = 500_000
READ = ".docx"
"""How the names of the minutes end that can be read."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "input_earlier": ("xem xét trước", "cuộc họp trước", "lần trước", "kỳ trước"),
    "input_context": ("bối cảnh", "thay đổi bên trong", "vấn đề nội bộ"),
    "input_satisfaction": ("phản hồi", "phản ánh", "thỏa mãn"),
    "input_objectives": ("mục tiêu chất lượng", "mtcl"),
    "input_nonconformities": ("không phù hợp", "hành động khắc phục", "kph", "hđkp"),
    "input_monitoring": ("hài lòng", "theo dõi, đo lường", "theo dõi đo lường"),
    "input_audits": ("đánh giá nội bộ", "các cuộc đánh giá", "kết quả đánh giá"),
    "input_suppliers": ("nhà cung cấp", "bên cung ứng", "nhà thầu"),
    "input_resources": ("đầy đủ của nguồn lực", "về nguồn lực", "nguồn lực"),
    "input_risks": ("rủi ro",),
    "input_improvements": ("cơ hội cải tiến", "đề xuất cải tiến"),
    "opportunity_decisions": ("quyết định về cơ hội cải tiến", "hành động về các cơ hội cải tiến"),
    "change_decisions": ("thay đổi htqlcl", "thay đổi hệ thống", "nhu cầu thay đổi"),
    "resource_decisions": ("nhu cầu về nguồn lực", "nhu cầu nguồn lực", "bố trí nguồn lực"),
}
"""By the part of BM.CTCL.02, words of which minutes that deal with it have one."""


def text_of(name: str, data: bytes) -> str:
    """Give the words of a Word document; "" of anything else, which a person has to read."""
    if not name.casefold().endswith(READ):
        return ""
    try:
        found = "\n".join(_lines(data))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError, OSError):
        return ""
    return found[:MOST_CHARACTERS]


def _lines(data: bytes) -> Iterator[str]:
    document = Document(BytesIO(data))
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)


def dealt_with(text: str) -> tuple[str, ...]:
    """List the parts of `PARTS` whose words stand in a text."""
    said = folded(text)
    return tuple(part for part in PARTS if any(folded(words) in said for words in WORDS[part]))


def illegible(entry: Entry) -> bool:
    """Say whether minutes came of which nothing could be read, as PDF or as a scan."""
    files = entry.fields.get("files") or ()
    others = any(not file["name"].casefold().endswith(READ) for file in files)
    return entry.act is Act.RECEIVE_MINUTES and others and not entry.fields.get("found_in")
