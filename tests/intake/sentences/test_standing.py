"""Sentences about who acts for whom: read whole, asked about in doubt, left alone otherwise."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow import phrases
from mailflow.demo import cast
from mailflow.intake.lines.items import Unclear
from mailflow.intake.lines.values import Lookup, Reader
from mailflow.intake.sentences.standing import Appointing, Revoking, Wish, read_wish
from mailflow.intake.sentences.stretches import written_out
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.people import Person
from mailflow.procedure.terms import Act
from tests.components import ROOT

PHRASES = phrases.load(Path(ROOT) / "config/phrases.toml")
TODAY = date(2026, 6, 1)


def read(text: str, sender: Person = cast.HEAD, subject: str = "") -> Wish | None:
    """Read a letter of the sample agency's people on 1 June 2026."""
    lookup = Lookup(cast.ROSTER, sender.id, "CTCL", Calendar())
    return read_wish(subject, text, Reader(PHRASES, lookup, TODAY))


def june(first: int, last: int, who: Person, *acts: Act, decision: str = "") -> Appointing:
    """The head's stand-in for some days of June 2026."""
    days = (date(2026, 6, first), date(2026, 6, last))
    return Appointing(cast.HEAD.id, who.id, frozenset(acts) or None, *days, decision)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tôi nghỉ 10-20/6, ủy quyền chị Lan", june(10, 20, cast.ONE_STOP_HEAD)),
        ("toi nghi 10-20/6, uy quyen chi Lan", june(10, 20, cast.ONE_STOP_HEAD)),
        ("Tôi nghỉ từ 10/6 đến hết 20/6. Ủy quyền cho anh Minh.", june(10, 20, cast.DEPUTY)),
        ("Từ 5/6 đến 9/6 tôi đi công tác, anh Minh giải quyết thay", june(5, 9, cast.DEPUTY)),
        ("Từ mai đến thứ sáu tôi đi họp, nhờ anh Minh xử lý thay", june(2, 5, cast.DEPUTY)),
        ("Từ 5/6 đến 9/6 tôi không có mặt, ủy quyền anh Minh", june(5, 9, cast.DEPUTY)),
        ("Ngày mai tôi nghỉ, anh Minh làm thay", june(2, 2, cast.DEPUTY)),
        (
            "Ủy quyền anh Minh: phê duyệt giải pháp, kiểm tra xác nhận; từ 5.6 đến 30.6.2026 "
            "theo QĐ 12 ngày 1/6/2026",
            june(5, 30, cast.DEPUTY, Act.APPROVE_SOLUTION, Act.VERIFY, decision="QĐ 12"),
        ),
        (
            "Tôi đi công tác từ 5/6 đến 9/6. Trong thời gian đó anh Minh thay tôi phê duyệt "
            "giải pháp.",
            june(5, 9, cast.DEPUTY, Act.APPROVE_SOLUTION),
        ),
        (
            "ủy quyền anh Minh kiểm tra xác nhận đến hết 30/6 theo QĐ 12",
            june(1, 30, cast.DEPUTY, Act.VERIFY, decision="QĐ 12"),
        ),
        ("hủy ủy quyền", Revoking("")),
        ("Tôi thôi ủy quyền anh Minh", Revoking(cast.DEPUTY.id)),
        (
            "Hủy ủy quyền của anh Thành cho anh Minh",
            Revoking(cast.DEPUTY.id, cast.HEAD.id),
        ),
    ],
)
def test_a_whole_sentence_is_read(text: str, meant: Wish) -> None:
    """Who, which acts, from when to when and by which decision, however it is said."""
    assert read(text) == meant


def test_the_subject_counts_where_the_words_say_nothing_of_it() -> None:
    """Some write all of it into the subject."""
    meant = june(5, 9, cast.DEPUTY)
    assert read("Trân trọng.", subject="Ủy quyền anh Minh từ 5/6 đến 9/6") == meant


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ủy quyền anh Minh và chị Lan từ 5/6 đến 9/6", "several_people"),
        ("Có nên ủy quyền chị Lan không?", "question"),
        ("Nếu tôi nghỉ thì ủy quyền chị Lan đến 9/6", "condition"),
        ("Ủy quyền chị Lan mọi việc trừ kiểm tra xác nhận đến 9/6", "condition"),
        ("Ủy quyền chị Lan ký công văn đến 9/6", "stand_in_acts"),
        ("Ủy quyền chị Lan, chỉ việc nhỏ thôi, đến 9/6", "stand_in_acts"),
        ("Ủy quyền Văn phòng đến 9/6", "stand_in_unit"),
        ("Ủy quyền anh Thành đến 9/6", "stand_in_oneself"),
        ("Ủy quyền anh Minh đến 9/5", "stand_in_days"),
        ("Ủy quyền anh Minh từ 9/6 đến 5/6/2026", "stand_in_days"),
        ("Ủy quyền anh Minh trong 5 ngày từ 10/6", "stand_in_days"),
        ("Ủy quyền anh Minh đến 31/6", "stand_in_days"),
    ],
)
def test_a_doubtful_sentence_is_asked_about(text: str, why: str) -> None:
    """Nothing is guessed of people, acts or days."""
    found = read(text)
    assert isinstance(found, Unclear)
    assert found.why == why


@pytest.mark.parametrize(
    "text",
    [
        "Người dân nộp hồ sơ có giấy ủy quyền nhưng bị trả lại",
        "Ngày 5/6 chị Lan nghỉ, anh Nam làm thay nên trả nhầm giấy phép",
        "Không ủy quyền chị Lan đến 9/6",
        "Đề nghị thay đổi biện pháp, anh Minh nghỉ",
        "Đồng ý",
        "Tôi nghỉ từ 5/6 đến 9/6",
    ],
)
def test_other_letters_are_left_alone(text: str) -> None:
    """Papers of citizens, tales and plain answers are no appointment."""
    assert read(text, cast.CLERK) is None


def test_what_is_left_out_is_named() -> None:
    """No last day or nobody named: both are asked for together."""
    found = read("Ủy quyền chị Lan")
    assert isinstance(found, Appointing)
    assert found.missing == ("until",)
    found = read("Tôi đi vắng, ủy quyền giải quyết")
    assert isinstance(found, Appointing)
    assert found.missing == ("who", "until")


def test_a_stretch_over_new_year_ends_next_year() -> None:
    """The last day without a year comes after the first one."""
    found = read("tôi nghỉ từ 28/12 đến 3/1, ủy quyền anh Minh")
    assert isinstance(found, Appointing)
    assert (found.since, found.until) == (date(2026, 12, 28), date(2027, 1, 3))


@given(first=st.integers(1, 28), length=st.integers(0, 2), month=st.integers(6, 12))
def test_every_way_to_write_a_stretch_reads_the_same(first: int, length: int, month: int) -> None:
    """ "5-7/6", "5/6-7/6" and "từ ngày 5/6 đến ngày 7/6" are one stretch."""
    last = min(first + length, 28)
    shapes = (
        f"{first}-{last}/{month}/2026",
        f"từ {first} đến {last}/{month}/2026",
        f"{first}/{month}/2026 - {last}/{month}/2026",
        f"từ ngày {first}/{month}/2026 đến hết ngày {last}/{month}/2026",
    )
    found = {str(read(f"tôi nghỉ {shape}, ủy quyền anh Minh")) for shape in shapes}
    assert len(found) == 1
    one = read(f"tôi nghỉ {shapes[0]}, ủy quyền anh Minh")
    assert isinstance(one, Appointing)
    assert (one.since, one.until) == (date(2026, month, first), date(2026, month, last))


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_nor_appoints_without_the_word(text: str) -> None:
    """Any letters whatever: an appointment has its person among the roster's, or asks for one."""
    assert isinstance(written_out(text), str)
    found = read(text)
    if isinstance(found, Appointing):
        assert found.for_whom != found.who
        assert found.who == "" or cast.ROSTER.person(found.who)
