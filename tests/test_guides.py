"""The guides for staff and secretary: what they tell people to type is read as they say."""

import io
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mailflow.demo import cast
from mailflow.intake import asking
from mailflow.intake.lines.values import Lookup, Reader
from mailflow.intake.opening import read_report
from mailflow.intake.readout import opened
from mailflow.intake.sentences.standing import Appointing, Revoking, read_wish
from mailflow.intake.wording import Item, Read, read_acts
from mailflow.phrases import step_of
from mailflow.procedure.terms import Act
from mailflow.registers import columns
from mailflow.registers.objective_columns import OBJECTIVES
from tests import guides
from tests.intake.office import phrases

NOW = datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SHEETS = {columns.SHEET, OBJECTIVES.name, columns.SYNC_SHEET, "Tổng hợp", "Hướng dẫn"}
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
