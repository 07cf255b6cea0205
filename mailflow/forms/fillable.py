"""The files of steps to be filled in: a workbook and a Word document with the same pages."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from mailflow.forms import blank_paper, blank_sheet
from mailflow.forms.boxes import PageView
from mailflow.procedure.folding import nfc
from mailflow.procedure.people import Roster

MOST_PAGES = 20
"""Pages of one file; a mail that asks more is answered in words."""

LONGEST_LINE = 600
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Characters that XML forbids, and those that would print a name in another order."""


def fill_pages(pages: Sequence[PageView], roster: Roster) -> list[tuple[str, bytes]]:
    """Give the two files of pages, each with its name; `roster` is who can be chosen from.

    The last ones are kept, since several people get the same.
    """
    return list(_made(json.dumps([_tidy(page) for page in pages]), roster))


@lru_cache(maxsize=128)
def _made(pages: str, roster: Roster) -> tuple[tuple[str, bytes], ...]:
    shown: list[PageView] = json.loads(pages)
    codes = {page["code"] for page in shown}
    name = " ".join(["Phiếu điền", *codes]).strip() if len(codes) == 1 else "Phiếu điền"
    return (
        (f"{name}.xlsx", blank_sheet.workbook(shown, roster)),
        (f"{name}.docx", blank_paper.document(shown, roster)),
    )


def _tidy(page: PageView) -> PageView:
    lines = [_cut(line) for line in page["about"]]
    return {**page, "title": _cut(page["title"]), "about": lines, "values": _safe(page["values"]),
            "faults": _safe(page["faults"]), "unit": _cut(page["unit"])}  # fmt: skip


def _cut(text: str) -> str:
    safe = clean(text)
    return safe if len(safe) <= LONGEST_LINE else safe[:LONGEST_LINE].rstrip() + "…"


def _safe(words: Mapping[str, Any]) -> dict[str, str]:
    return {name: clean(text) for name, text in words.items()}


def clean(text: str) -> str:
    """Make words fit for both files: NFC, one kind of line end, nothing that XML forbids."""
    return nfc(_UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")))
