"""Forms to be filled in: made from the table, read back as filled, hostile ones refused."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.demo import cast
from mailflow.forms import filled
from mailflow.forms.boxes import (
    Mark,
    PageView,
    boxes,
    hashed_blanks,
    mark_of,
    read_mark,
    steps_of,
    to_fill,
)
from mailflow.forms.fillable import MOST_PAGES, fill_pages
from mailflow.forms.filled import MOST_WORDS
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.steps import STEPS, WAITS
from mailflow.procedure.terms import Act, State
from tests.forms.filling import every_page, marked_page, packed, typed, view, written
from tests.forms.sound import faults as unsound

DIRECT = (Act.DIRECT, ("assign", "decline"), State.PRESENTED)
ENDINGS = pytest.mark.parametrize("ending", [0, 1], ids=["xlsx", "docx"])


def files(*pages: PageView) -> list[tuple[str, bytes]]:
    """The workbook and the document of some pages."""
    return fill_pages(pages, cast.ROSTER)


def test_every_act_owed_that_must_carry_something_has_its_page() -> None:
    """Nobody is asked for more than a line without a form for it."""
    needing = {w.act for w in WAITS if any(to_fill(s) for s in STEPS if s.act is w.act)}
    assert needing <= {Act(page["act"]) for page in every_page()}


@pytest.mark.parametrize("page", every_page(), ids=lambda page: f"{page['act']}-{page['state']}")
def test_a_page_has_the_boxes_of_its_step_and_no_other(page: PageView) -> None:
    """All that the table lets the answers carry, files apart; each said when it is needed."""
    steps = steps_of(Act(page["act"]), page["answers"])
    carried = {n for s in steps for n in (*to_fill(s), *s.may) if n != "files"}
    found = boxes(Act(page["act"]), page["answers"])
    assert {box.name for box in found} - {"answer"} == carried
    assert all(box.need for box in found)
    for box in found:
        everywhere = all(box.name in s.must for s in steps)
        assert (box.need == "bắt buộc") == (everywhere or box.name == "answer"), box


@ENDINGS
def test_pages_read_back_untouched_and_unaltered(ending: int) -> None:
    """What we send, with words in it already and faults marked, is no answer as it stands."""
    values = {"answer": "Không thực hiện", "analysis_due": "05/06/2026", "reason": "a\nb"}
    faults = {"analysis_due": "Ngày này đã qua."}
    known = view(*DIRECT, values=values, faults=faults, about=["Biện pháp:", "1. Sửa mẫu"])
    pages = filled.read(files(known, *every_page()[:3])[ending][1])
    assert [(p.touched, p.altered) for p in pages] == [(False, False)] * 4
    assert dict(pages[0].words) == values
    assert pages[0].mark.code == known["code"]
    assert (pages[0].mark.act, pages[0].mark.state) == (Act.DIRECT, State.PRESENTED)


HOSTILE = "=cmd|' /C calc'!A0 {{ x }} <b>&\"'\x00\x0b\ud800\u202e _x0041_ \ufffe"


@ENDINGS
def test_hostile_words_are_words(ending: int) -> None:
    """Formulas, markup, control characters, halves of pairs: sound files that read back alike."""
    page = view(*DIRECT, title=HOSTILE, about=[HOSTILE * 40], values={"direction": HOSTILE})
    data = files(page)[ending][1]
    assert unsound(data) == []
    (back,) = filled.read(data)
    assert (back.touched, back.altered, back.formulas) == (False, False, ())
    assert back.words["direction"].startswith("=cmd|' /C calc'!A0 {{ x }} <b>&\"'")


@ENDINGS
def test_every_page_there_is_makes_sound_files(ending: int) -> None:
    """Nothing that Word or Excel would offer to repair: blank, and marked as sent back."""
    pages = [marked_page(), *every_page()]
    for start in range(0, len(pages), MOST_PAGES):
        assert unsound(files(*pages[start : start + MOST_PAGES])[ending][1]) == []


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60), other=st.text(max_size=60))
def test_whatever_stands_in_a_page_reads_back_as_sent(text: str, other: str) -> None:
    """Always: the same words, untouched and unaltered, in both files."""
    values = {n: t for n, t in (("direction", text), ("reason", other)) if t.strip()}
    for _, data in files(view(*DIRECT, title=text, about=[other], values=values)):
        (back,) = filled.read(data)
        assert (back.touched, back.altered) == (False, False)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=120) | st.from_regex(r"MF2/[A-Z\-0-9]{1,20}/[a-z_/0-9+]{1,80}"))
def test_an_id_is_ours_or_none(text: str) -> None:
    """Always: no text stops the reader; what reads as an id writes as the same."""
    mark = read_mark(text)
    assert mark is None or str(mark) == text.strip()


def test_every_page_s_id_reads_back() -> None:
    """Codes, acts, answers and states of the whole table."""
    for page in every_page():
        mark = mark_of(page, ["một", "hai"])
        assert read_mark(str(mark)) == mark
        assert isinstance(mark, Mark)


def test_a_tick_may_be_made_in_many_ways() -> None:
    """x in a cell, a ticked box, a v: all the same; anything else stays as it is written."""
    need = view(Act.DECIDE_NEED, ("yes", "no"), State.CHECKED)
    sheet, paper = files(need)
    ticked = {"signs_1": "X", "signs_2": "v", "signs_3": "không"}
    for form in (typed(sheet, ticked), written(paper, {**ticked, "signs_1": "☒"})):
        (back,) = filled.read(form[1])
        words = {n: w for n, w in back.words.items() if n in ticked}
        assert words == {"signs_1": "x", "signs_2": "x", "signs_3": "không"}


def test_a_blank_takes_only_so_many_words() -> None:
    """What is longer is cut and named: it belongs into a file."""
    (form, _) = files(view(*DIRECT))
    (back,) = filled.read(typed(form, {"direction": "chữ " * 8_000})[1])
    assert back.long == ("direction",)
    assert len(back.words["direction"]) == MOST_WORDS


def test_a_row_added_under_a_table_in_word_is_one_more() -> None:
    """People press Tab in the last cell; the new row has no code."""
    solution = view(Act.PROPOSE_SOLUTION, ("",), State.ASSIGNED)
    name, data = files(solution)[1]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    body = parts["word/document.xml"].decode()
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in "\u00a0ABCDE")
    at = body.index("</w:tbl>", body.index("p1.measures_10<"))
    parts["word/document.xml"] = (body[:at] + f"<w:tr>{cells}</w:tr>" + body[at:]).encode()
    (back,) = filled.read(packed(parts))
    assert back.words == {f"measures_11_{k}": w for k, w in zip(FIELD_KEYS, "ABCDE", strict=True)}
    assert name.endswith(".docx")


FIELD_KEYS = ("what", "who", "with", "by", "output")


def broken(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A file with one part's bytes replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new, 1)})


@pytest.mark.threat("zip and XML bombs")
def test_hostile_files_are_none_of_ours() -> None:
    """Entities, bombs, cut and random bytes: refused before they are read, in silence."""
    (_, sheet), (_, paper) = files(view(*DIRECT))
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document '
    bomb = b"<w:p/>" * 4_000_000
    for data in (
        b"",
        b"PK\x03\x04 nothing",
        sheet[: len(sheet) // 2],
        paper[:-40],
        broken(paper, "word/document.xml", b"<w:document ", entity),
        broken(paper, "word/document.xml", b"<w:body>", b"<w:body>" + bomb),
        b"PK\x01\x02" * 5_000 + paper,
    ):
        assert filled.read(data) == ()


def test_a_forged_id_names_no_more_than_a_step() -> None:
    """An id that names an unknown act or answer is none; pages beyond the cap are not read."""
    (_, sheet), (_, paper) = files(view(*DIRECT))
    for old, new in ((b"/direct/", b"/delete/"), (b"assign+decline", b"assign+approve")):
        assert filled.read(broken(paper, "word/document.xml", old, new)) == ()
    assert len(filled.read(files(*[view(*DIRECT)] * MOST_PAGES)[0][1])) == MOST_PAGES
    assert filled.read(sheet)[0].mark.locked


def test_a_page_whose_id_was_deleted_gives_its_words_to_no_other() -> None:
    """Two pages in a document, the first's id gone: its words are nobody's."""
    one, two = view(*DIRECT), view(*DIRECT, code="CTCL-2026-0008-L")
    form = written(written(files(one, two)[1], {"reason": "một"}, 1), {"direction": "hai"}, 2)
    (back,) = filled.read(broken(form[1], "word/document.xml", b"p1.MF2/", b"p1.XX2/"))
    assert back.mark.code == two["code"]
    assert dict(back.words) == {"direction": "hai"}


def test_only_blanks_of_the_step_are_read() -> None:
    """A named cell that the step does not carry is left out, whoever put it there."""
    known = {box.name for box in boxes(*DIRECT[:2])}
    assert "deadline" not in known
    assert FIELDS["deadline"].type is Type.DATE
    data = broken(files(view(*DIRECT))[0][1], "xl/workbook.xml", b"p1_reason", b"p1_deadline")
    (back,) = filled.read(data)
    assert dict(back.words) == {}
    assert hashed_blanks(back.words) == back.mark.filled


def test_a_large_agency_s_forms_stay_small() -> None:
    """A hundred times the people: the document does not carry their names in every row."""
    people = tuple(
        replace(person, id=f"{n}.{person.id}", name=f"{person.name} {n}")
        for n in range(100)
        for person in cast.ROSTER.people
    )
    solution = view(Act.PROPOSE_SOLUTION, ("",), State.ASSIGNED)
    made = fill_pages([solution], replace(cast.ROSTER, people=people))
    assert all(len(data) < 60_000 for _, data in made)
    assert all(len(filled.read(data)) == 1 for _, data in made)
