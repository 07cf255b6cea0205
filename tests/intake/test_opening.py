"""A new letter: what kind of request it opens, by what act, and what goes into box 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.opening import read_report
from mailflow.intake.wording import OPENING, Read, Unclear
from mailflow.procedure.terms import REQUESTS, Act, Kind
from tests.intake.office import LOOKUP, MONDAY, NAM, phrases

TALE = "Bảng niêm yết ở quầy 3 thiếu phí của 2 thủ tục."


def report(subject: str, text: str = "") -> Read:
    """Read a new letter that must open something."""
    read = read_report(subject, text, phrases(), LOOKUP, MONDAY)
    assert isinstance(read, Read), read
    assert (read.request, read.here) == ("", True)
    return read


def doubt(subject: str, text: str = "") -> Unclear:
    """Read a new letter that must lead to a question."""
    read = read_report(subject, text, phrases(), LOOKUP, MONDAY)
    assert isinstance(read, Unclear), read
    return read


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("Báo cáo không phù hợp", Kind.NONCONFORMITY),
        ("BAO CAO KPH", Kind.NONCONFORMITY),
        ("Báo cáo sự không phù hợp tiềm ẩn", Kind.POTENTIAL),
        ("KPH tiềm ẩn", Kind.POTENTIAL),
        ("Phiếu yêu cầu khắc phục", Kind.CORRECTIVE),
        ("Đề xuất cải tiến", Kind.IMPROVEMENT),
        ("de xuat cai tien", Kind.IMPROVEMENT),
    ],
)
def test_the_kind_comes_from_the_subject_or_the_first_line(phrase: str, kind: Kind) -> None:
    """In either place, alone or before other words."""
    for subject, text in (
        (phrase, TALE),
        (f"Fwd: {phrase}: niêm yết", TALE),
        (f"{phrase} tại quầy số 3", TALE),
        ("", f"{phrase}\n{TALE}"),
        ("", f"Kính gửi Ban ISO,\n\nEm xin {phrase}: {TALE}"),
        ("Gửi Ban ISO", f"{phrase}\n{TALE}"),
    ):
        read = report(subject, text)
        assert (read.act, read.answer) == (Act.REPORT, "")
        assert read.fields["kind"] == kind.value
        assert TALE in read.fields["content"]


def test_box_1_from_labelled_lines() -> None:
    """Each label fills its field; files, people and unit as on the form."""
    read = report(
        "Báo cáo KPH: niêm yết thiếu phí",
        "Kính gửi Ban ISO,\n\n"
        f"Nội dung: {TALE}\nĐơn vị: Một cửa\nNguồn: 2\nMức độ: nhẹ\nNgày phát hiện: 28/5\n"
        "Yêu cầu bị vi phạm: Điều 12\nMã hồ sơ: 000.01-2026\nBằng chứng: ảnh kèm\n"
        "Đề xuất xử lý: làm lại\n\nTrân trọng,\nTrần Thị Hạnh",
    )
    assert not read.problems
    assert read.fields == {
        "kind": "nonconformity",
        "content": f"niêm yết thiếu phí\n{TALE}",
        "unit": "Bộ phận Một cửa",
        "sources": ["feedback"],
        "severity": "minor",
        "found_on": "2026-05-28",
        "violated": "Điều 12",
        "file_numbers": "000.01-2026",
        "evidence": "ảnh kèm",
        "proposed_disposition": "rework",
    }


def test_the_subject_is_content_once() -> None:
    """A subject that the words repeat, or that is only a phrase, is not written twice."""
    assert report("Báo cáo KPH", TALE).fields["content"] == TALE
    assert report(f"Báo cáo KPH: {TALE}", TALE).fields["content"] == TALE
    assert report(f"Báo cáo KPH: {TALE}").fields["content"] == TALE
    assert report("Niêm yết sai", "Báo cáo KPH\nThiếu phí.").fields["content"] == (
        "Niêm yết sai\nThiếu phí."
    )


def test_no_unit_is_guessed() -> None:
    """The unit is set only when it was typed; the procedure takes the reporter's own."""
    assert "unit" not in report("Báo cáo KPH", TALE).fields


def test_values_that_cannot_be_taken_are_problems() -> None:
    """A report with an impossible day is asked about, not opened with a gap."""
    read = report("Báo cáo KPH", f"{TALE}\nNgày phát hiện: 31/2\nĐơn vị: Phòng Nội vụ")
    assert {(p.field, p.why) for p in read.problems} == {
        ("found_on", "bad_date"),
        ("unit", "unknown_unit"),
    }


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Báo cáo KPH", f"{TALE}\nĐã tự xử lý: thay bảng"),
        ("", f"Đã tự xử lý\n{TALE}\nĐã xử lý: thay bảng"),
        ("Đã tự xử lý", f"{TALE}\nĐã xử lý: thay bảng"),
        ("Báo cáo KPH", f"Đã tự xử lý\n{TALE}\nNội dung xử lý: thay bảng"),
        ("", f"Báo cáo không phù hợp đã tự xử lý\n{TALE}\nĐã xử lý: thay bảng"),
        ("Báo cáo KPH", f"{TALE}\n\nĐã tự khắc phục\nthay bảng"),
    ],
)
def test_a_nonconformity_handled_at_once(subject: str, text: str) -> None:
    """5.1.1: handled within one's own authority; what was done is the correction."""
    read = report(subject, text)
    assert (read.act, read.answer) == (Act.REPORT, "handled")
    assert read.fields == {
        "kind": "nonconformity",
        "content": TALE,
        "correction": "thay bảng",
    }


def test_done_already_is_not_yet_handled() -> None:
    """ "Đã xử lý: …" tells what was done so far; the head still decides."""
    read = report("Báo cáo KPH", f"{TALE}\nĐã xử lý: dán tạm giấy")
    assert (read.answer, read.fields["correction"]) == ("", "dán tạm giấy")


def test_a_request_out_of_a_review() -> None:
    """5.8.1.2: review, conclusion, proposed people and day."""
    read = report(
        "Mở phiếu cải tiến theo kết luận cuộc họp",
        "Cuộc họp: Xem xét của lãnh đạo 2026\nKết luận số: 3\nNội dung: Thêm quầy\n"
        "Người thực hiện: anh Nam\nThời hạn: 30/6",
    )
    assert (read.act, read.answer) == (Act.OPEN_FROM_REVIEW, "open")
    assert read.fields == {
        "kind": "improvement",
        "review": "Xem xét của lãnh đạo 2026",
        "decision": "3",
        "content": "Thêm quầy",
        "proposed_assignees": [NAM.id],
        "proposed_date": "2026-06-30",
    }


@pytest.mark.parametrize(
    ("phrase", "answer", "kind"),
    [
        ("Mở phiếu khắc phục theo mục tiêu", "unit", "corrective_action"),
        ("Mở phiếu cải tiến theo mục tiêu của đơn vị", "unit", "improvement"),
        ("Mở phiếu khắc phục theo mục tiêu cơ quan", "agency", "corrective_action"),
    ],
)
def test_a_request_out_of_an_objective_not_met(phrase: str, answer: str, kind: str) -> None:
    """5.9: the unit's or the agency's objective; the longer phrase is not the shorter one."""
    text = "Mục tiêu: 98% đúng hạn\nKết quả: 95%\nNguyên nhân: thiếu người\nBổ sung người"
    for subject, words in ((phrase, text), ("", f"{phrase}\n{text}")):
        read = report(subject, words)
        assert (read.act, read.answer, read.fields["kind"]) == (
            Act.OPEN_FROM_OBJECTIVE,
            answer,
            kind,
        )
        assert read.fields["objective"] == "98% đúng hạn"
        assert read.fields["actual"] == "95%"
        assert read.fields["cause"].splitlines()[0] == "thiếu người"


@pytest.mark.parametrize(
    ("words", "kind"),
    [("KPH", "nonconformity"), ("tiềm ẩn", "potential_nonconformity"), ("Cải tiến", "improvement")],
)
def test_the_kind_by_its_own_line(words: str, kind: str) -> None:
    """ "Loại: …" is enough where neither subject nor first line says it."""
    assert report("Niêm yết", f"{TALE}\nLoại: {words}").fields["kind"] == kind


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Hồ sơ 12", "Hồ sơ bị lỗi hệ thống nên trễ hẹn."),
        ("Niêm yết", "Bảng phí ghi sai mức thu."),
        ("ho so 12", "giay hen ghi sai ngay"),
    ],
)
def test_words_that_speak_of_a_nonconformity_make_one(subject: str, text: str) -> None:
    """Nobody has to know the phrase to report that something is wrong."""
    assert report(subject, text).fields["kind"] == "nonconformity"


def test_without_a_kind_the_four_are_offered() -> None:
    """ "Lời", "lợi" are not "lỗi": a letter about something else opens nothing."""
    for subject, text in (
        ("Họp giao ban", "Mai họp lúc 8h nhé."),
        ("Trả lời", "Phòng đã có lời cảm ơn, rất thuận lợi."),
        ("Loại", "Loại: khác\nabc"),
    ):
        asked = doubt(subject, text)
        assert asked.why == "which_kind"
        assert asked.choices == tuple(phrases().kind_type(kind) for kind in REQUESTS)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Đề xuất cải tiến", f"Báo cáo KPH\n{TALE}"),
        ("Đề xuất cải tiến", f"{TALE}\nLoại: KPH"),
        ("Đề xuất cải tiến", f"Đã tự xử lý\n{TALE}"),
        ("Đã tự xử lý", f"{TALE}\nLoại: cải tiến"),
    ],
)
def test_two_kinds_in_one_letter_are_asked_about(subject: str, text: str) -> None:
    """Subject and words that contradict each other open nothing."""
    assert doubt(subject, text).why == "two_readings"


def test_an_answer_without_its_request_opens_nothing() -> None:
    """ "Đồng ý" in a new letter is an answer to something the letter does not name."""
    assert doubt("", "Đồng ý").why == "no_request"
    assert doubt("Re: họp", "Dạ em đồng ý ạ").why == "no_request"
    assert doubt("", "").why == "empty"
    assert doubt("Re: ", "Kính gửi anh,\n").why == "empty"


def test_the_same_words_without_marks() -> None:
    """Typed on a phone without diacritics, it is the same report."""
    read = report("bao cao kph", "don vi: mot cua\nmuc do: nang\nnoi dung: thieu phi")
    assert read.fields == {
        "kind": "nonconformity",
        "unit": "Bộ phận Một cửa",
        "severity": "major",
        "content": "thieu phi",
    }


@given(
    st.text(max_size=60)
    | st.sampled_from(["Báo cáo KPH", "Đề xuất cải tiến: a", "Fwd: Re: [x] Đã tự xử lý"]),
    st.lists(
        st.sampled_from(
            [
                "Báo cáo KPH",
                "Đã tự xử lý: ",
                "Loại: ",
                "cải tiến",
                "\n",
                "Mức độ: ",
                "lỗi",
                "sai sót",
            ]
        )
        | st.text(max_size=12),
        max_size=10,
    ).map("".join),
)
def test_no_letter_crashes_the_reading(subject: str, text: str) -> None:
    """Any subject and words give an opening act with its kind, or a question."""
    read = read_report(subject, text, phrases(), LOOKUP, MONDAY)
    if isinstance(read, Read):
        assert read.act in OPENING
        assert read.fields["kind"] in set(Kind)
    else:
        assert read.why in {"empty", "which_kind", "two_readings", "no_request", "question"}
