"""The guides: what they tell people to type is read as they say, by mail and on the console."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer

from mailflow.cli.app import app
from mailflow.demo import cast
from mailflow.intake import asking
from mailflow.intake.lines.values import Lookup, Reader
from mailflow.intake.opening import read_report
from mailflow.intake.readout import opened
from mailflow.intake.sentences.standing import Appointing, Revoking, read_wish
from mailflow.intake.wording import Item, Read, read_acts
from mailflow.procedure.steps import step_of
from mailflow.procedure.terms import Act
from mailflow.registers import columns
from mailflow.registers.objective_columns import OBJECTIVES
from tests import guides
from tests.components import ROOT
from tests.intake.office import phrases

NOW = datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SHEETS = {columns.SHEET, OBJECTIVES.name, columns.SYNC_SHEET, "Tổng hợp", "Hướng dẫn"}
OPERATOR = (guides.DOCS / "operator.md").read_text(encoding="utf-8")
TOLD = re.compile(r"(?:^|[`(]|mailflow )mailflow ((?:-\S+ \S+ )?[a-z]+(?: [a-z]+)?)", re.MULTILINE)
"""A call of the console: its verb, with a home named before it or not."""
OF_OTHERS = {
    "certificate verify failed",
    "certificate has expired",
    "timed out",
    "Code: 404",
    "ErrorServerBusy",
}
"""What OpenSSL, exchangelib and Exchange say, not we."""
MOST = 1_000_000
"""Bytes that all pictures of the guides may take."""

each_guide = pytest.mark.parametrize("guide", guides.GUIDES)


def understood(words: str) -> bool:
    """Tell whether somebody who types just this is understood: an act, a word, a wish."""
    known, people = phrases(), cast.ROSTER
    key = known.key(words)
    if key in known.sayings or key in known.words:
        return True
    asked = asking.read_asking("", words, asking.Known(known, people, NOW.date()))
    wish = read_wish("", words, Reader(known, Lookup(people, cast.SECRETARY.id), NOW.date()))
    return isinstance(asked, asking.Asking) or isinstance(wish, Appointing | Revoking)


@each_guide
def test_everything_to_type_is_understood(guide: str) -> None:
    """Every phrase in a guide is one the program reads; a phrase renamed is noticed here."""
    told = guides.typed(guides.text_of(guide))

    assert len(told) > 20
    assert [words for words in told if not understood(words)] == []


@each_guide
def test_every_letter_shown_is_read_whole(guide: str) -> None:
    """Each example gives the act it stands for with all it must carry, and no question."""
    shown = guides.letters(guides.text_of(guide))
    read = [(means, _read(means, words)) for means, words in shown]

    assert shown
    assert [(means, items) for means, items in read if not _is_just(items, means)] == []


def _read(means: str, words: str) -> tuple[Item, ...]:
    act, _, answer = means.partition(":")
    if act == Act.REPORT:
        lookup = Lookup(cast.ROSTER, cast.CLERK.id)
        return (read_report("Trả kết quả chậm", words, phrases(), lookup, NOW),)
    one = opened("CTCL-2026-0001-B", (Act(act), answer or "*"), cast.SECRETARY)
    return read_acts(words, [one], phrases(), Lookup(cast.ROSTER, cast.SECRETARY.id), NOW)


def _is_just(items: tuple[Item, ...], means: str) -> bool:
    act, _, answer = means.partition(":")
    (item,) = items if len(items) == 1 else (None,)
    if not isinstance(item, Read) or (item.act, item.answer) != (act, answer):
        return False
    musts = [need for need in step_of(item.act, answer).must if "files" not in need]
    return item.sure and all(set(need.split("|")) & item.fields.keys() for need in musts)


def test_the_register_has_what_the_secretary_is_told_of() -> None:
    """Every column and sheet in italics is one of the register's."""
    named = set(guides.columns(guides.text_of("huong-dan-thu-ky")))

    assert len(named) > 20
    assert named - {*columns.HEADERS, *OBJECTIVES.headers} - SHEETS == set()


@each_guide
def test_the_documents_say_what_the_pages_say(guide: str) -> None:
    """The Word document is set from the page as it is now, with the pictures beside it."""
    now = guides.as_word(guide)
    kept = (guides.DOCS / f"{guide}.docx").read_bytes()

    assert _content(kept) == _content(now)


def _content(document: bytes) -> dict[str, int]:
    """The words and the pictures, whatever packed them."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return {i.filename: i.CRC for i in package.infolist() if i.filename.startswith("word/")}


def test_the_pictures_stay_light() -> None:
    """Guides go by mail: all pictures together stay under a megabyte."""
    sizes = [file.stat().st_size for file in (guides.DOCS / "pictures").iterdir()]

    assert sum(sizes) < MOST


def test_the_operators_guide_speaks_of_verbs_there_are() -> None:
    """Every `mailflow …` it tells to call is on the console."""
    told = re.findall(
        r"(?:^|[`(] ?|mailflow )mailflow ((?:-\S+ \S+ )?[a-z]+(?: [a-z]+)?)", OPERATOR, re.MULTILINE
    )
    unknown = [words for words in told if not _on_console(words)]

    assert len(told) > 20
    assert unknown == []


def _on_console(words: str) -> bool:
    verbs = words.split()[2:] if words.startswith("-") else words.split()
    found: Any = typer.main.get_command(app)
    for verb in verbs:
        if not hasattr(found, "commands"):
            return True
        found = found.commands.get(verb)
        if found is None:
            return False
    return not hasattr(found, "commands")


def test_the_troubles_an_operator_reads_of_are_the_programs_own() -> None:
    """What `check`, `health` or the log are said to say stands in the code, word for word."""
    rows = re.findall(r"^\| `(.+?)` \|", OPERATOR.partition("## Troubles")[2], re.MULTILINE)
    code = _words_of_the_code()
    pieces = [piece.strip() for row in rows for piece in row.split("…") if len(piece.strip()) > 3]

    assert len(rows) > 15
    assert [piece for piece in pieces if piece not in code and piece not in OF_OTHERS] == []


def _words_of_the_code() -> str:
    rooms = (ROOT / "mailflow", ROOT / "workbook_sync")
    return "\n".join(f.read_text(encoding="utf-8") for r in rooms for f in r.rglob("*.py"))
