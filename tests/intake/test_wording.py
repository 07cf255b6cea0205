"""Replies as people write them: the act they mean, or a question; never an act they do not mean."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.lines.matching import phrase_in
from mailflow.intake.wording import Open, Read, Unclear, read_acts, word_said
from mailflow.outbox.address import TOKEN_LABEL
from mailflow.phrases import Saying
from mailflow.procedure.folding import folded
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import REQUESTS, Act, State
from tests.intake.office import (
    CODES,
    LAM,
    LOOKUP,
    MONDAY,
    NAM,
    OTHER_LAN,
    ROOT,
    at,
    items,
    one,
    phrases,
    unclear,
)

S = State


# --- the table: every phrase of every act --------------------------------------------------------


def _listed() -> Iterator[tuple[str, Saying]]:
    """Give every phrase of config/phrases.toml as it is written there, with what it says."""
    import tomllib

    raw = tomllib.loads((ROOT / "config" / "phrases.toml").read_text(encoding="utf-8"))
    for name, table in raw["acts"].items():
        act, _, answer = name.partition(":")
        for part in ("type", "also", "asked"):
            listed = table.get(part, ())
            for phrase in (listed,) if isinstance(listed, str) else listed:
                yield phrase, Saying(Act(act), answer, (), part == "asked")
        for field, options in table.items():
            for option, listed in options.items() if isinstance(options, dict) else ():
                for phrase in listed:
                    yield phrase, Saying(Act(act), answer, ((field, option),))


LISTED = list(_listed())


def _dressed(phrase: str) -> tuple[str, ...]:
    """Write a phrase as people do: bare, loud, polite, greeted, signed."""
    bare = folded(phrase)
    return (
        phrase,
        bare,
        phrase.upper(),
        f"Dạ, {phrase.lower()} ạ.",
        f"em {bare} nhe",
        f"Kính gửi anh Thành,\n\n{phrase}!\n\nTrân trọng,\nTrần Thị Hạnh",
        f"  *{phrase}*  ",
        f"Chào em, {phrase}",
    )


@pytest.mark.parametrize(
    ("phrase", "saying"), LISTED, ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_phrase_is_read_as_its_act_when_that_act_is_open(phrase: str, saying: Saying) -> None:
    """With and without marks, in capitals, with politeness, greeting and signature around."""
    steps = tuple(s for s in STEPS if (s.act, s.answer) == saying.means)
    request = Open(CODES[0], steps, (saying.act,) if saying.only_asked else ())
    for text in _dressed(phrase):
        (item,) = read_acts(text, [request], phrases(), LOOKUP, MONDAY)
        assert isinstance(item, Read), (text, item)
        assert (item.act, item.answer, item.here) == (*saying.means, True), text
        assert dict(saying.sets).items() <= item.fields.items()
        assert not item.problems


@pytest.mark.parametrize(
    ("phrase", "saying"), [p for p in LISTED if p[1].only_asked], ids=lambda v: str(v)[:20]
)
def test_words_too_general_count_only_for_what_was_asked(phrase: str, saying: Saying) -> None:
    """ "ok" below a notice is no decision; below the question it is one."""
    steps = tuple(s for s in STEPS if (s.act, s.answer) == saying.means)
    for item in read_acts(phrase, [Open(CODES[0], steps)], phrases(), LOOKUP, MONDAY):
        assert isinstance(item, Unclear)


# --- decisions -----------------------------------------------------------------------------------


def test_a_plain_yes() -> None:
    """The words it rests on come with it."""
    read = one("Đồng ý", S.PROPOSED)
    assert (read.request, read.act, read.answer) == (CODES[0], Act.APPROVE_SOLUTION, "yes")
    assert (read.fields, read.words) == ({}, {"act": "Đồng ý"})


def test_a_yes_with_labelled_lines() -> None:
    """Labels mean the fields of this act; marks, bullets and stars do not matter."""
    read = one(
        "Đồng ý\n- *Nguoi thuc hien*: anh Nam, VP\nThời hạn : 15/6/2026\nÝ kiến: làm sớm\nnhé em",
        S.PROPOSED,
    )
    assert read.fields == {
        "implementers": [NAM.id, "unit:Văn phòng"],
        "deadline": "2026-06-15",
        "remarks": "làm sớm\nnhé em",
    }
    assert read.words["deadline"] == "15/6/2026"


def test_one_label_means_another_field_in_another_act() -> None:
    """ "Thời hạn" limits the correction, the analysis or the work."""
    lines = "Người thực hiện: anh Nam\nThời hạn: 15/6"
    work = one(f"Giao xử lý\n{lines}", S.REPORTED).fields
    assert (work["performer"], work["correction_due"]) == (NAM.id, "2026-06-15")
    direct = one(f"Giao phân tích\n{lines}", S.PRESENTED).fields
    assert (direct["assignees"], direct["analysis_due"]) == ([NAM.id], "2026-06-15")
    approved = one(f"Đồng ý\n{lines}", S.PROPOSED).fields
    assert (approved["implementers"], approved["deadline"]) == ([NAM.id], "2026-06-15")
    assert one("Gia hạn\nThời hạn: 15/6", S.ASSIGNED).fields == {"until": "2026-06-15"}


def test_several_labels_on_one_line() -> None:
    """A known label after a semicolon or comma starts the next field."""
    read = one("Giao xử lý\nHình thức: làm lại; giao: anh Nam, hạn: 5/6; kiểm tra: tôi", S.REPORTED)
    assert read.fields == {
        "disposition": "rework",
        "performer": NAM.id,
        "correction_due": "2026-06-05",
        "checker": "hanh@so.vn",
    }


def test_labels_without_a_colon_where_the_value_is_plain() -> None:
    """ "Hạn 15/6" and "Giao anh Nam" read clearly; "Giao thông" and "Hạn chế" are words."""
    read = one("Đồng ý\nGiao anh Nam\nHạn 15/6/2026", S.PROPOSED)
    assert read.fields == {"implementers": [NAM.id], "deadline": "2026-06-15"}
    words = "Giao thông công trình bị ách tắc\nHạn chế đi lại"
    assert one(f"Đồng ý\n{words}", S.PROPOSED).fields == {"remarks": words}


def test_an_empty_label_takes_the_next_line() -> None:
    """A form of labels filled below each label; a label left empty is simply not given."""
    read = one(
        "Giao phân tích\nNgười thực hiện:\n\nanh Nam\nThời hạn:\n15/6\nChỉ đạo:", S.PRESENTED
    )
    assert read.fields == {
        "assignees": [NAM.id],
        "analysis_due": "2026-06-15",
        "direction": "Giao phân tích",
    }


def test_words_without_a_label_fill_the_acts_own_field() -> None:
    """A reason, remarks, a direction: below the phrase or behind its colon."""
    assert one("Không cần thực hiện\nViệc nhỏ, đã xong.", S.CHECKED).fields == {
        "reason": "Việc nhỏ, đã xong."
    }
    assert one("Rút phiếu: em gửi nhầm", S.REPORTED).fields == {"reason": "em gửi nhầm"}
    read = one("Yêu cầu sửa: chưa rõ nguyên nhân\nÝ kiến: thêm số liệu\nHạn: 10/6", S.PROPOSED)
    assert read.fields["remarks"] == "thêm số liệu\nchưa rõ nguyên nhân"


def test_words_behind_the_colon_that_can_only_be_one_field() -> None:
    """ "Gia hạn: 30/6" is the day, "Chuyển đơn vị: VP" the unit, "Tiến độ: 60%" the percent."""
    assert one("Gia hạn: 30/6/2026", S.ASSIGNED).fields == {"until": "2026-06-30"}
    assert one("Chuyển đơn vị: VP\nLý do: đúng việc", S.REPORTED).fields["unit"] == "Văn phòng"
    assert one("Tiến độ: 60%\nđã in 12 biển", S.IMPLEMENTING).fields == {
        "percent": 60,
        "progress": "đã in 12 biển",
    }
    assert one("Giao xử lý: làm lại", S.REPORTED).fields == {"disposition": "rework"}


def test_a_choice_made_by_the_phrase_gives_way_to_a_labelled_one() -> None:
    """ "Làm lại" says the disposition; a labelled line says it more exactly."""
    assert one("Làm lại", S.REPORTED).fields == {"disposition": "rework"}
    read = one("Làm lại\nHình thức: sửa chữa", S.REPORTED)
    assert read.fields == {"disposition": "repair"}


def test_endings_and_the_token_line_are_no_words_of_the_act() -> None:
    """The button's last line, thanks, the sender's own name and post are not remarks."""
    text = "Đồng ý\n\nMã trả lời: abcd\nTrân trọng cảm ơn!\nTran Thi Hanh\nChuyên viên"
    assert one(text, S.PROPOSED).fields == {}
    assert TOKEN_LABEL in phrases().reading["skip"]


# --- what must be asked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Đồng ý nhưng sửa mục 2",
        "Đồng ý\nNhưng phải sửa mục 2",
        "Đồng ý\n\nTuy nhiên đề nghị xem lại kinh phí",
        "Đồng ý: với điều kiện đủ kinh phí",
        "Đồng ý\nTrừ biện pháp 2",
        "dong y\nneu du kinh phi",
        "Đồng ý\nÝ kiến: nếu đủ kinh phí",
        "không phải là không đồng ý",
    ],
)
def test_a_condition_is_asked_about(text: str) -> None:
    """A yes with a condition is not a yes."""
    assert unclear(text, S.PROPOSED).why == "condition"


def test_a_word_taken_back_is_asked_about() -> None:
    """Whoever corrects himself in the next line has not decided yet."""
    assert unclear("Đồng ý\nÀ nhầm, để xem lại", S.PROPOSED).why == "takeback"


@pytest.mark.parametrize("text", ["Đồng ý?", "Đồng ý à", "đồng ý không?"])
def test_a_question_is_no_answer(text: str) -> None:
    """With or without its mark."""
    assert unclear(text, S.PROPOSED).why == "question"


@pytest.mark.parametrize(
    "text",
    [
        "Đã hoàn thành\nĐã in đủ nhưng còn thiếu 2 biển",
        "Đã xong\n\nTrừ 2 biển ở quầy 3",
    ],
)
def test_done_with_a_but_is_not_done(text: str) -> None:
    """A report of completion that takes something back is asked about."""
    assert unclear(text, S.IMPLEMENTING).why == "condition"


def test_a_tale_may_hold_a_but() -> None:
    """Progress, causes, comments and changes asked for are told with "nhưng" and "nếu"."""
    tale = "Đã in 12 biển nhưng chưa lắp, nếu mưa thì chậm"
    assert one(f"Báo cáo tiến độ\n{tale}\nTiến độ: 60%", S.IMPLEMENTING).fields["progress"] == tale
    assert one(f"Trao đổi: {tale}", S.IMPLEMENTING).fields == {"text": tale}
    assert one(f"Đề nghị thay đổi\nLý do: {tale}", S.IMPLEMENTING).fields == {"reason": tale}
    assert one("Chưa đạt\nÝ kiến: sửa mẫu 2 nhưng giữ mẫu 1\nHạn: 5/6", S.CORRECTED)


@pytest.mark.parametrize(
    "text",
    [
        "Đồng ý\n\nKhông đồng ý",
        "Đồng ý\nKhông đồng ý",
        "Đồng ý\nÝ kiến chung là tốt. Chưa đồng ý.",
        "Đồng ý\n\nLàm lại",
    ],
)
def test_two_decisions_are_asked_about(text: str) -> None:
    """A yes and a no in one letter are neither."""
    assert unclear(text, S.PROPOSED).why == "two_readings"


@pytest.mark.parametrize(
    "text",
    [
        "Tôi đồng ý với ý kiến của anh Nam",
        "không, đồng ý",
        "👍",
        "xem rồi\n\nĐồng ý",
        "bác đề nghị",
        "anh Khờ đồng ý",
        "Đống ý kiến",
    ],
)
def test_what_is_not_exactly_a_phrase_is_asked_about(text: str) -> None:
    """Sentences that are not known, names and anything before the phrase lead to a question."""
    assert unclear(text, S.PROPOSED).why == "not_understood"


def test_nothing_new_is_told_apart_from_not_understood() -> None:
    """Blank letters, greetings and quotes say nothing."""
    for text in ("", " \n\n", "Kính gửi anh,", "> Đồng ý\n> abc", "Dạ, cảm ơn anh ạ"):
        assert unclear(text, S.PROPOSED).why == "empty"


def test_a_doubtful_word_brings_the_answers_to_choose_from() -> None:
    """ "Chưa đạt" is three different verdicts of 5.6."""
    doubt = unclear("chưa đạt", S.COMPLETED)
    assert doubt.choices == ("Đạt, có hiệu lực", "Chưa thực hiện", "Không đầy đủ", "Không hiệu lực")
    assert unclear("abc", S.PROPOSED, asked=(Act.APPROVE_SOLUTION,)).choices == (
        "Đồng ý",
        "Yêu cầu sửa",
    )


def test_a_day_or_name_left_in_free_words_is_asked_about() -> None:
    """Left out, the deadline and people would be taken from the measures: not what was meant."""
    read = one("Đồng ý\nxong trước 15/6/2026, Hoàng Văn Nam làm", S.PROPOSED)
    assert {(p.field, p.words, p.why) for p in read.problems} == {
        ("implementers", "Hoàng Văn Nam", "unlabelled"),
        ("deadline", "15/6/2026", "unlabelled"),
    }
    done = one("Đã hoàn thành\nNgày 28/5 đã lắp xong", S.IMPLEMENTING)
    assert [(p.field, p.why) for p in done.problems] == [("actual_date", "unlabelled")]


def test_a_deciding_label_the_act_does_not_carry_is_asked_about() -> None:
    """ "Đạt" with a new limit contradicts itself; a label for mere words is kept as words."""
    read = one("Đạt yêu cầu\nHạn mới: 20/6", S.CORRECTED)
    assert [p.why for p in read.problems] == ["not_taken"]
    assert one("Đạt yêu cầu\nNguyên nhân: rõ", S.CORRECTED).fields == {"remarks": "Nguyên nhân: rõ"}


def test_values_that_cannot_be_taken_are_problems_not_values() -> None:
    """Every one of them is collected, none is put into the fields."""
    read = one("Giao xử lý\nNgười thực hiện: chị Lan\nHình thức: tùy\nHạn: 31/2", S.REPORTED)
    assert read.fields == {}
    assert {(p.field, p.why) for p in read.problems} == {
        ("performer", "several_people"),
        ("disposition", "bad_option"),
        ("correction_due", "bad_date"),
    }


def test_two_values_for_one_field_are_a_problem() -> None:
    """The same value twice is not."""
    read = one("Đồng ý\nHạn: 15/6\nThời hạn: 20/6", S.PROPOSED)
    assert [(p.field, p.why) for p in read.problems] == [("deadline", "twice")]
    assert not one("Đồng ý\nHạn: 15/6\nThời hạn: 15/6", S.PROPOSED).problems


# --- acts that are not open ----------------------------------------------------------------------


def test_a_phrase_of_an_act_that_is_not_open_is_told_as_such() -> None:
    """So that the refusal can say why, and what is possible."""
    (item,) = items("Đóng phiếu\nBằng chứng: ảnh", S.PROPOSED)
    assert isinstance(item, Read)
    assert (item.act, item.answer, item.here) == (Act.CLOSE, "yes", False)
    assert item.fields == {"closing_evidence": "ảnh"}


def test_a_shared_phrase_elsewhere_means_what_was_asked() -> None:
    """A late "Đồng ý" to a change already decided is refused as that, not as an approval."""
    (item,) = items("Đồng ý", S.VERIFIED, asked=(Act.DECIDE_CHANGE,))
    assert isinstance(item, Unclear)
    (item,) = items("Đồng ý", S.COMPLETED, asked=(Act.DECIDE_CHANGE,))
    assert isinstance(item, Unclear)
    (item,) = items("Đồng ý", S.ASSIGNED, asked=(Act.DECIDE_CHANGE,))
    assert isinstance(item, Read)
    assert (item.act, item.here) == (Act.DECIDE_CHANGE, False)


def test_a_new_report_in_a_reply_is_a_new_matter() -> None:
    """Whatever the letter answers, the phrase that names a kind opens a request of that kind."""
    (item,) = items("Báo cáo không phù hợp: niêm yết sai\nMức độ: nhẹ", S.IMPLEMENTING, count=2)
    assert isinstance(item, Read)
    assert (item.request, item.act, item.here) == ("", Act.REPORT, True)
    assert item.fields == {
        "kind": "nonconformity",
        "content": "niêm yết sai",
        "severity": "minor",
    }


def test_handled_below_a_question_is_the_correction_asked_for() -> None:
    """The performer who writes "đã tự xử lý" reports the correction, not a new matter."""
    assert one("Đã tự xử lý\nThay biển", S.CORRECTING).act is Act.REPORT_CORRECTION


# --- several acts, several requests --------------------------------------------------------------


def test_two_acts_on_one_request_one_after_the_other() -> None:
    """The need can only be decided once the disposition has been: it comes second, in order."""
    found = items(
        "Chấp nhận, không xử lý thêm\nLý do: đã qua\n\nKhông cần thực hiện\nLý do: việc nhỏ",
        S.REPORTED,
    )
    assert [(r.act, r.answer, r.here) for r in found if isinstance(r, Read)] == [
        (Act.DECIDE_DISPOSITION, "no_work", True),
        (Act.DECIDE_NEED, "no", False),
    ]
    first, second = (r.fields for r in found if isinstance(r, Read))
    assert first == {"disposition": "accept", "reason": "đã qua"}
    assert second == {"reason": "việc nhỏ"}


def test_two_acts_that_exclude_each_other_are_asked_about() -> None:
    """A request cannot be both worked off and withdrawn."""
    assert unclear("Không xử lý thêm\nLý do: x\n\nRút phiếu", S.REPORTED).why == "two_readings"


def test_a_comment_beside_a_decision_is_both() -> None:
    """An act that moves nothing may stand before one that does."""
    found = items("Bổ sung bằng chứng\nẢnh kèm\n\nĐóng phiếu\nBằng chứng: ảnh", S.VERIFIED)
    assert [r.act for r in found if isinstance(r, Read)] == [Act.ADD_EVIDENCE, Act.CLOSE]


def test_repeats_are_confirmed_and_denied_record_by_record() -> None:
    """Yes for one earlier record and no for another is no contradiction; for one it is."""
    from mailflow.procedure.numbering import code

    one_code, other = code("CTCL", 2026, 1), code("CTCL", 2026, 2)
    text = f"Đúng là lặp lại\nPhiếu: {one_code}\n\nKhông phải lặp lại\nPhiếu: {other}"
    found = items(text, S.CHECKED)
    assert [(r.answer, r.fields["earlier"]) for r in found if isinstance(r, Read)] == [
        ("yes", [one_code]),
        ("no", [other]),
    ]
    assert unclear(text.replace(other, one_code), S.CHECKED).why == "two_readings"
    assert unclear("Đúng là lặp lại\n\nKhông phải lặp lại", S.CHECKED).why == "two_readings"


def test_lines_by_number_in_the_order_of_the_ask() -> None:
    """Each line with what stands under it; a line that is not understood stops only its own."""
    found = items(
        "1 đồng ý\n2. không đồng ý: chưa rõ\nHạn 5/6\n3) giao anh Nam", S.PROPOSED, count=3
    )
    yes, no, doubt = found
    assert isinstance(yes, Read)
    assert (yes.request, yes.answer, yes.fields) == (CODES[0], "yes", {})
    assert isinstance(no, Read)
    assert (no.request, no.answer) == (CODES[1], "no")
    assert no.fields == {"remarks": "chưa rõ", "analysis_due": "2026-06-05"}
    assert doubt == Unclear(CODES[2], "not_understood", "3) giao anh Nam")


def test_lines_by_code() -> None:
    """Before the phrase, with a colon or alone on the line above, in any case."""
    found = items(
        f"{CODES[0]}: đồng ý\nHạn: 1/7\n\nPhiếu {CODES[1].lower()}\nKhông đồng ý\nHạn: 2/7",
        S.PROPOSED,
        count=2,
    )
    assert [(r.request, r.answer) for r in found if isinstance(r, Read)] == [
        (CODES[0], "yes"),
        (CODES[1], "no"),
    ]
    assert [r.fields for r in found if isinstance(r, Read)] == [
        {"deadline": "2026-07-01"},
        {"analysis_due": "2026-07-02"},
    ]


@pytest.mark.parametrize(
    "text", ["1, 2 và 3 đồng ý", "Đồng ý tất cả", "Tất cả đồng ý nhé", "1,2,3: đồng ý"]
)
def test_one_line_for_several_requests(text: str) -> None:
    """Numbers in a row, or all of them."""
    found = items(text, S.PROPOSED, count=3)
    assert [(r.request, r.here) for r in found if isinstance(r, Read)] == [
        (code, True) for code in CODES
    ]


def test_a_phrase_without_a_code_when_several_could_be_meant() -> None:
    """Asked about, unless the ask says that one word answers for all (5.3's list)."""
    doubt = unclear("Trình", S.SUBMITTED, count=2)
    assert (doubt.why, doubt.choices) == ("which_request", CODES[:2])
    found = items("Trình", S.SUBMITTED, count=2, together=True)
    assert [(r.request, r.act) for r in found if isinstance(r, Read)] == [
        (code, Act.PRESENT) for code in CODES[:2]
    ]


def test_a_phrase_that_fits_one_of_several_requests_is_for_that_one() -> None:
    """One waits for a check, the other for an approval: "Đạt" can only be the check."""
    opens = [Open(CODES[0], at(S.CORRECTED)), Open(CODES[1], at(S.PROPOSED))]
    (item,) = read_acts("Đạt", opens, phrases(), LOOKUP, MONDAY)
    assert isinstance(item, Read)
    assert (item.request, item.act) == (CODES[0], Act.CHECK_CORRECTION)


def test_a_code_the_letter_is_not_about_is_told() -> None:
    """An act is never moved to another request than the one named."""
    found = items("CTCL-2026-0099-A: đồng ý", S.PROPOSED)
    assert found == (Unclear("CTCL-2026-0099-A", "no_such_request", "CTCL-2026-0099-A"),)


def test_a_doubt_about_a_request_swallows_what_else_was_read_on_it() -> None:
    """Half a letter is not acted on while the other half is in doubt."""
    text = "Đồng ý\nHạn: 15/6\n\nTrao đổi: cố gắng nhé\n\nKhông đồng ý"
    (item,) = items(text, S.PROPOSED)
    assert isinstance(item, Unclear)


def test_codes_below_a_label_do_not_start_blocks() -> None:
    """A list of earlier records is the label's."""
    from mailflow.procedure.numbering import code

    earlier = [code("CTCL", 2026, 1), code("CTCL", 2026, 2)]
    read = one(f"Đúng là lặp lại\nPhiếu lặp lại:\n{earlier[0]}\n{earlier[1]}", S.CHECKED)
    assert read.fields == {"earlier": earlier}


# --- solutions and plans -------------------------------------------------------------------------


def test_a_solution_with_measures() -> None:
    """Root cause over several lines, measures each with its own people and day, resources."""
    read = one(
        "Đề xuất giải pháp\n"
        "Nguyên nhân: mẫu cũ,\ndo chưa cập nhật\n\n"
        "Biện pháp 1: Sửa mẫu; người thực hiện: anh Nam; phối hợp: VP; hạn: 15/6; đầu ra: mẫu mới\n"
        "Biện pháp 2: Tập huấn\nNgười thực hiện: anh Lâm\nThời hạn: 20/6\n\n"
        "Nguồn lực: 2 máy in\n\nEm Hạnh",
        S.ASSIGNED,
    )
    assert not read.problems
    assert read.fields["root_cause"] == "mẫu cũ,\ndo chưa cập nhật"
    assert read.fields["resources"] == "2 máy in"
    assert [(m["what"], m["who"], m["by"]) for m in read.fields["measures"]] == [
        ("Sửa mẫu", [NAM.id], "2026-06-15"),
        ("Tập huấn", [LAM.id], "2026-06-20"),
    ]


def test_a_solution_that_begins_with_its_first_label() -> None:
    """ "Nguyên nhân: …" as the first line says the act as well."""
    read = one("Nguyên nhân: mẫu cũ\nBiện pháp: sửa mẫu\nNguồn lực: không", S.ASSIGNED)
    assert (read.act, read.fields["root_cause"]) == (Act.PROPOSE_SOLUTION, "mẫu cũ")
    assert read.fields["measures"][0]["what"] == "sửa mẫu"


def test_a_plan_of_work_as_a_numbered_list() -> None:
    """One label, the steps below it."""
    read = one(
        "Kế hoạch thực hiện\nCông việc:\n"
        "1. Khảo sát; giao: anh Nam; hạn: 5/6\n"
        "2. In biển; giao: chị Ngọc Lan; hạn: 10/6\n",
        S.IMPLEMENTING,
    )
    assert [(s["what"], s["who"]) for s in read.fields["steps"]] == [
        ("Khảo sát", [NAM.id]),
        ("In biển", [OTHER_LAN.id]),
    ]


# --- words that are no acts ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Hướng dẫn", "help"),
        ("Kính gửi Ban ISO,\nxin trợ giúp ạ", "help"),
        ("xac nhan", "confirm"),
        ("Không phải tôi.", "not_me"),
        ("Tôi không gửi thư này", "not_me"),
        ("không xác nhận", "not_me"),
        ("Đồng ý", "accept"),
        ("Đồng ý giao Phòng Kế hoạch", ""),
        ("Xác nhận nhưng chờ đã", ""),
        ("", ""),
    ],
)
def test_words_that_are_no_acts(text: str, word: str) -> None:
    """Help, the answers to a challenge; anything else is none of them."""
    assert word_said(text, phrases()) == word


# --- whatever is written -------------------------------------------------------------------------

ALL_STEPS = tuple(step for step in STEPS if step.sources)
PIECES = st.sampled_from(
    [phrase for phrase, _ in LISTED[::7]]
    + ["1 ", "2: ", f"{CODES[0]}: ", "tất cả ", "Hạn: 15/6", "Biện pháp: a; hạn: x", "nhưng ", "?"]
    + ["\n", "\n\n", " ", ": ", ", ", "> ", "không ", "Người thực hiện: ", "anh Nam", "Lý do:"]
)
LETTERS = st.lists(PIECES | st.text(max_size=12), max_size=14).map("".join)


@given(LETTERS, st.integers(0, 3), st.booleans())
def test_no_letter_crashes_the_reading(text: str, count: int, together: bool) -> None:
    """Any words give at least one item; doubts about a request leave no act on it."""
    opens = [Open(code, ALL_STEPS, (Act.PRESENT,)) for code in CODES[:count]]
    found = read_acts(text, opens, phrases(), LOOKUP, MONDAY, together=together)
    assert found
    doubted = {item.request for item in found if isinstance(item, Unclear)}
    assert not doubted & {item.request for item in found if isinstance(item, Read)}
    assert "" not in doubted or len(found) == 1


@given(LETTERS)
def test_no_act_without_its_phrase(text: str) -> None:
    """Whatever act is read, the line it rests on says one of that act's phrases, word for word."""
    opens = [Open(code, ALL_STEPS) for code in CODES]
    for item in read_acts(text, opens, phrases(), LOOKUP, MONDAY):
        if isinstance(item, Read):
            typed = phrases().key(item.words["act"])
            said = [
                key
                for key, sayings in phrases().sayings.items()
                if any(s.means == (item.act, item.answer) and not s.only_asked for s in sayings)
            ]
            assert any(f" {key} " in f" {typed} " for key in said), (text, item)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_free_words_alone_are_never_an_act(text: str) -> None:
    """Words in which no line is a phrase decide nothing."""
    lines = [part for line in text.splitlines() for part in (line, line.split(":")[0])]
    lines += [line.lstrip(" ,.;:-0123456789") for line in lines]
    if any(phrase_in(line, phrases(), phrases().sayings) for line in lines):
        return
    for item in read_acts(text, [Open(CODES[0], ALL_STEPS)], phrases(), LOOKUP, MONDAY):
        assert isinstance(item, Unclear)


@pytest.mark.parametrize(
    "text",
    ["0. đồng ý", "phiếu 0 đồng ý", "0 đồng ý, 1 không đồng ý", "3. đồng ý", "phiếu 3 duyệt"],
)
def test_a_number_that_no_request_of_the_mail_has_is_asked_about(text: str) -> None:
    """Neither the last nor the first is meant by it."""
    opens = [Open(code, ALL_STEPS) for code in CODES[:2]]
    items = read_acts(text, opens, phrases(), LOOKUP, MONDAY)
    assert not [item for item in items if isinstance(item, Read) and item.answer == "yes"]


@pytest.mark.threat("patterns kept busy")
@pytest.mark.parametrize(
    "filler",
    [
        "Chúng tôi đã kiểm tra hồ sơ, kết quả: đủ mười hai bộ; còn hai bộ chưa ký nhận. ",
        "nhưng,",
        ":",
        " ",
        "1,",
        "dạ em ",
        "1/2/",
        "a",
        "Người thực hiện: Nam, ",
        "\nHạn: 1/",
        "\nBiện pháp: a; người thực hiện: anh Nam",
        "\n\nĐồng ý",
        "\n- ",
    ],
)
def test_a_hostile_length_is_read_in_reasonable_time(filler: str) -> None:
    """A hundred thousand characters of anything take no more than a moment."""
    text = "Đồng ý\n" + filler * (100_000 // len(filler))
    began = time.process_time()
    read_acts(text, [Open(CODES[0], at(S.PROPOSED))], phrases(), LOOKUP, MONDAY)
    assert time.process_time() - began < 10


def test_every_kind_can_be_typed_for() -> None:
    """Steps of the other kinds are read like those of a nonconformity."""
    for kind in REQUESTS:
        opens = [Open(CODES[0], at(S.PRESENTED, kind=kind))]
        (item,) = read_acts("Không thực hiện: trùng", opens, phrases(), LOOKUP, MONDAY)
        assert isinstance(item, Read)
        assert (item.act, item.answer) == (Act.DIRECT, "decline")
