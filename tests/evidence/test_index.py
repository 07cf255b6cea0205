"""What the index of a pack says of a review and of a year's objectives."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest

from mailflow.demo import cast
from tests.conversations.agency import Agency
from tests.conversations.test_review_meeting import PLAN
from tests.evidence.conftest import packed, unpack
from tests.objectives.year import GOOD, Year

MADE = re.compile(r"[0-9a-f]{64}|\d+\.[0-9a-f]+_\d+\.mailflow")
"""What is another each time: digests of files with tokens in them, names in a mailbox."""


def said(agency: Agency, code: str, folder: Path) -> str:
    """Both pages of a pack and its journal as a reader sees them, a line for each row."""
    packed(agency, [code], folder / "p.zip")
    pack = unpack(folder / "p.zip", folder / "p")
    pages = (pack.folder / "MUC-LUC.html", pack.of(code) / "MUC-LUC.html")
    shown = [_lines(page.read_text(encoding="utf-8")) for page in pages]
    journal = (pack.of(code) / "NHAT-KY.txt").read_text(encoding="utf-8-sig")
    return "\n".join([*shown, journal])


def _lines(page: str) -> str:
    body = re.sub(r"\s*\n\s*", " ", page.partition("</style>")[2])
    cells = re.sub(r"</t[dh]>\s*", " | ", body)
    rows = re.sub(r"</(tr|p|h1|h2|li)>", "\n", cells)
    text = MADE.sub("…", unescape(re.sub(r"<[^>]+>", " ", rows)))
    return "\n".join(" ".join(line.split()) for line in text.splitlines()) + "\n"


@pytest.mark.clause("VII.2")
def test_the_index_of_a_review(
    agency: Agency, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    """Invitations, an answer, an input and the papers of the meeting, in order."""
    agency.clock.now = datetime.fromisoformat("2026-10-01T08:00:00+07:00")
    agency.work()
    (code,) = agency.codes()
    agency.replies(cast.SECRETARY, PLAN, code)
    agency.replies(cast.ONE_STOP_HEAD, "Tham dự", code)
    agency.replies(cast.SECRETARY, "Nội dung nguồn lực\nThiếu 01 người.", code)
    agency.replies(cast.SECRETARY, "Gửi tài liệu họp", code)
    golden("evidence/review.txt", said(agency, code, tmp_path))


@pytest.mark.clause("VII.3")
def test_the_index_of_a_years_objectives(
    tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    """Plan and report in Word and Excel, each behind the mail it went with."""
    year = Year(tmp_path / "home")
    year.evaluated(GOOD)
    year.says(cast.SECRETARY, "Chấp nhận đánh giá")
    golden("evidence/objectives.txt", said(year, year.matter().code, tmp_path))
    year.service.close()
