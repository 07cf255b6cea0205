"""People fill in the form instead of typing: Excel, Word or a phone, and send it back."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.demo.post import Attached
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome
from tests.conversations.agency import Agency, to
from tests.forms.filling import red, sent, typed, values, written

HEAD = cast.ONE_STOP_HEAD
WORK = {
    "answer": "Giao xử lý",
    "disposition": "Làm lại",
    "performer": "Ngô Thị Bích",
    "correction_due": date(2026, 3, 5),
}
SOLUTION = {
    "root_cause": "Chờ lâu",
    "measures_1_what": "Lập quy trình",
    "measures_1_who": "Đặng Thị Mai",
    "measures_1_by": date(2026, 3, 20),
    "measures_3_what": "Tập huấn",
    "measures_3_who": "Đặng Thị Mai; Phòng Chuyên môn",
    "measures_3_with": "Văn phòng",
    "measures_3_by": "25/3",
    "measures_3_output": "20 người",
    "resources": "không",
}


def assigned(agency: Agency) -> str:
    """An improvement whose cause the planner is to analyse; gives its code."""
    code = agency.presented()
    agency.replies(
        cast.LEAD,
        "Giao phân tích\nChỉ đạo: Làm rõ\nNgười thực hiện: Đặng Thị Mai\nThời hạn: 10/03/2026",
        code,
    )
    return code


def form_of(agency: Agency, code: str, ending: str = ".xlsx") -> Attached:
    """The form that the head was asked to fill in."""
    return sent(agency.post.last(HEAD, code), ending)


@pytest.mark.clause("5.2.2")
def test_a_unit_head_fills_the_sheet_and_replies(agency: Agency) -> None:
    """The sheet alone is the whole answer; what was recorded is shown field by field."""
    code = agency.reported()
    mails = agency.replies(HEAD, "", code, (typed(form_of(agency, code), WORK),))
    request = agency.request(code)
    assert agency.outcome() is Outcome.DONE
    assert request.state is State.CORRECTING
    entry = request.entries[-1]
    assert (entry.by, entry.proof) == (HEAD.id, "token")
    assert entry.fields["correction_due"] == "2026-03-05"
    assert entry.fields["performer"] == cast.COLLEAGUE.id
    assert "files" not in entry.fields
    assert "Hạn xử lý: 05/3/2026" in to(mails, HEAD).text


def test_the_word_document_and_a_covering_word_do_as_well(agency: Agency) -> None:
    """ "Em gửi phiếu ạ" decides nothing of its own; days are read as people write them."""
    code = agency.reported()
    words = {k: v for k, v in WORK.items() if isinstance(v, str)} | {"correction_due": "5/3"}
    form = written(form_of(agency, code, ".docx"), words)
    agency.replies(HEAD, "Kính gửi Ban ISO, em gửi phiếu đã điền ạ.", code, (form,))
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).entries[-1].fields["correction_due"] == "2026-03-05"


@pytest.mark.clause("5.4")
def test_a_table_of_measures_is_read_row_by_row(agency: Agency) -> None:
    """Empty rows between are nothing; several people stand in one cell."""
    code = assigned(agency)
    form = sent(agency.post.last(cast.PLANNER, code))
    agency.replies(cast.PLANNER, "", code, (typed(form, SOLUTION),))
    request = agency.request(code)
    assert request.state is State.PROPOSED
    assert [m["what"] for m in request.values["measures"]] == ["Lập quy trình", "Tập huấn"]
    assert request.values["measures"][1]["who"] == [cast.PLANNER.id, "unit:Phòng Chuyên môn"]
    assert request.values["measures"][1]["by"] == "2026-03-25"


def test_a_wrong_day_comes_back_red_with_what_to_write(agency: Agency) -> None:
    """Nothing is done; the form sent back has all that was typed, and is taken once put right."""
    code = agency.reported()
    wrong = {**WORK, "correction_due": "31/2/2026", "performer": "Ông Không Có"}
    mails = agency.replies(HEAD, "", code, (typed(form_of(agency, code), wrong),))
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is State.REPORTED
    assert "Người xử lý, Hạn xử lý" in to(mails, HEAD).text
    back = sent(to(mails, HEAD))
    marked = red(back)
    assert set(marked) == {"performer", "correction_due"}
    assert "“31/2/2026” không phải là ngày; xin ghi như 15/6/2026" in marked["correction_due"]
    assert values(back)["disposition"] == "Làm lại"
    right = typed(back, {"correction_due": date(2026, 3, 5), "performer": "Bích"})
    agency.replies(HEAD, "", code, (right,))
    assert agency.request(code).state is State.CORRECTING


def test_a_half_filled_form_is_a_draft_that_a_later_one_completes(agency: Agency) -> None:
    """The second form is a fresh copy with the missing boxes only; killed in between, it stays."""
    code = agency.reported()
    form = form_of(agency, code)
    half = {"answer": "Giao xử lý", "disposition": "Làm lại"}
    mails = agency.replies(HEAD, "", code, (typed(form, half),))
    assert set(red(sent(to(mails, HEAD)))) == {"performer", "correction_due"}
    assert "Người xử lý, Hạn xử lý" in to(mails, HEAD).text
    agency.restart()
    rest = {"performer": "Ngô Thị Bích", "correction_due": date(2026, 3, 5)}
    agency.replies(HEAD, "", code, (typed(form, rest),))
    entry = agency.request(code).entries[-1]
    assert entry.act is Act.DECIDE_DISPOSITION
    assert entry.fields["disposition"] == "rework"
    with agency.service.open_work(reading=True) as work:
        assert work.drafts.get(code, Act.DECIDE_DISPOSITION, HEAD.id) is None


def test_typed_lines_complete_a_half_filled_form_at_one_word(agency: Agency) -> None:
    """Shown whole first: what was filled in before is not done unasked."""
    code = agency.reported()
    half = {"answer": "Giao xử lý", "disposition": "Làm lại"}
    agency.replies(HEAD, "", code, (typed(form_of(agency, code), half),))
    rest = "Giao xử lý\nNgười xử lý: Ngô Thị Bích\nThời hạn: 5/3/2026"
    mails = agency.replies(HEAD, rest, code)
    said = to(mails, HEAD).text
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is State.REPORTED
    assert "phiếu điền dở trước đây của anh/chị đã có: Hình thức xử lý" in said
    assert "Hình thức xử lý: Làm lại" in said
    assert "Hạn xử lý: 05/3/2026" in said
    agency.replies(HEAD, "Đúng")
    entry = agency.request(code).entries[-1]
    assert (entry.act, entry.fields["disposition"]) == (Act.DECIDE_DISPOSITION, "rework")
    assert entry.fields["performer"] == cast.COLLEAGUE.id
    with agency.service.open_work(reading=True) as work:
        assert work.drafts.of(code, HEAD.id) == {}


@pytest.mark.parametrize(
    ("half", "typed_lines"),
    [
        ({"answer": "Giao xử lý", "performer": "Ngô Thị Bích"}, "Giao xử lý\nThời hạn: 5/3/2026"),
        ({"answer": "Giao xử lý", "disposition": "Chấp nhận"}, "Giao xử lý\nHình thức: Làm lại"),
        ({"answer": "Không phải xử lý thêm", "disposition": "Chấp nhận"}, "Giao xử lý"),
    ],
)
def test_a_draft_that_lacks_or_says_otherwise_completes_nothing(
    agency: Agency, half: dict[str, str], typed_lines: str
) -> None:
    """Still not whole, another value, another answer: asked for, with no word of the draft."""
    code = agency.reported()
    agency.replies(HEAD, "", code, (typed(form_of(agency, code), half),))
    mails = agency.replies(HEAD, typed_lines, code)
    assert agency.outcome() is Outcome.ASKED
    assert "Còn thiếu" in to(mails, HEAD).text
    assert "phiếu điền dở" not in to(mails, HEAD).text


def test_typed_lines_that_are_whole_take_nothing_from_a_draft(agency: Agency) -> None:
    """An old remark does not slip into a decision made without it."""
    code = agency.reported()
    half = {"answer": "Giao xử lý", "remarks": "Nhắc thêm việc cũ"}
    agency.replies(HEAD, "", code, (typed(form_of(agency, code), half),))
    whole = "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Ngô Thị Bích\nThời hạn: 5/3/2026"
    agency.replies(HEAD, whole, code)
    entry = agency.request(code).entries[-1]
    assert entry.act is Act.DECIDE_DISPOSITION
    assert "remarks" not in entry.fields


def test_what_is_taken_out_of_a_form_sent_back_stays_out(agency: Agency) -> None:
    """A draft never brings back a word that its writer deleted."""
    code = agency.reported()
    wrong = {**WORK, "correction_due": "31/2", "remarks": "Nhầm"}
    mails = agency.replies(HEAD, "", code, (typed(form_of(agency, code), wrong),))
    back = typed(sent(to(mails, HEAD)), {"correction_due": date(2026, 3, 5), "remarks": None})
    agency.replies(HEAD, "", code, (back,))
    assert agency.request(code).state is State.CORRECTING
    assert "remarks" not in agency.request(code).entries[-1].fields


def test_a_form_of_a_step_that_is_over_does_nothing(agency: Agency) -> None:
    """The same form sent twice is done once; a yes to an old proposal never means the new one."""
    code = agency.reported()
    form = typed(form_of(agency, code), WORK)
    mail = agency.post.last(HEAD, code)
    agency.replies(HEAD, "", code, (form,))
    before = agency.request(code)
    agency.post.reply(HEAD, mail, "", (form,))
    mails = agency.wait(hours=0.1)
    assert agency.outcome() is Outcome.REFUSED
    assert agency.request(code) == before
    assert "là của bước đã qua" in to(mails, HEAD).text


def test_a_yes_to_an_old_proposal_is_stale(agency: Agency) -> None:
    """State and act are the same again, but another proposal lies before the lead."""
    code = assigned(agency)
    form = sent(agency.post.last(cast.PLANNER, code))
    agency.replies(cast.PLANNER, "", code, (typed(form, SOLUTION),))
    old = agency.post.last(cast.LEAD, code)
    yes = typed(sent(old), {"answer": "Đồng ý"})
    agency.replies(cast.LEAD, "Yêu cầu sửa\nÝ kiến: bổ sung\nThời hạn: 12/03/2026", code)
    again = typed(sent(agency.post.last(cast.PLANNER, code)), {"root_cause": "Nguyên nhân khác"})
    agency.replies(cast.PLANNER, "", code, (again,))
    assert agency.request(code).state is State.PROPOSED
    agency.post.reply(cast.LEAD, old, "", (yes,))
    agency.wait(hours=0.1)
    assert agency.outcome() is Outcome.REFUSED
    assert agency.request(code).state is State.PROPOSED


def test_two_forms_in_one_reply_are_two_acts(agency: Agency) -> None:
    """The plan and the month's report, each on its page of the one workbook."""
    code = agency.implementing()
    form = sent(agency.post.last(cast.PLANNER, code))
    pages = {sheet: n for n, sheet in enumerate(_sheets(form), start=1)}
    plan, report = pages["Lập kế hoạch thực hiện"], pages["Báo cáo tình hình thực hiện"]
    day = date(2026, 3, 10)
    steps = {"steps_1_what": "Soạn", "steps_1_who": "Đặng Thị Mai", "steps_1_by": day}
    first = typed(form, steps, plan)
    both = typed(first, {"progress": "Đã soạn", "percent": 40}, report)
    agency.replies(cast.PLANNER, "", code, (both,))
    acts = [entry.act for entry in agency.request(code).entries[-2:]]
    assert acts == [Act.PLAN_WORK, Act.REPORT_PROGRESS]
    assert agency.request(code).values["percent"] == 40


def _sheets(form: Attached) -> list[str]:
    names = load_workbook(io.BytesIO(form[1])).sheetnames
    return [name.partition(". ")[2] for name in names if ". " in name]


def test_the_workbook_and_the_document_of_one_form_must_agree(agency: Agency) -> None:
    """Filled in alike they are one answer; filled in differently they are a question."""
    code = agency.reported()
    words = {k: v for k, v in WORK.items() if isinstance(v, str)} | {"correction_due": "05/03/2026"}
    sheet, paper = typed(form_of(agency, code), WORK), form_of(agency, code, ".docx")
    other = written(paper, {**words, "performer": "Hoàng Văn Nam"})
    mails = agency.replies(HEAD, "", code, (sheet, other))
    assert agency.outcome() is Outcome.ASKED
    assert "hai phiếu điền cho cùng một việc" in to(mails, HEAD).text
    assert agency.request(code).state is State.REPORTED
    agency.replies(HEAD, "", code, (sheet, written(paper, words)))
    assert agency.request(code).state is State.CORRECTING


def test_a_form_of_another_request_counts_for_that_one_only_with_proof(agency: Agency) -> None:
    """The token of one request proves nothing on another: the act waits for a word."""
    first = agency.reported()
    agency.writes(cast.CLERK, "Báo cáo không phù hợp\nThất lạc một tập hồ sơ đất đai.")
    second = agency.codes()[-1]
    form = typed(form_of(agency, second), WORK)
    mails = agency.replies(HEAD, "", first, (form,))
    assert agency.outcome() is Outcome.HELD
    assert {agency.request(c).state for c in (first, second)} == {State.REPORTED}
    assert second in to(mails, HEAD).text
    agency.replies(HEAD, "Xác nhận")
    assert agency.request(second).state is State.CORRECTING
    assert agency.request(first).state is State.REPORTED


def test_a_form_whose_words_nothing_proves_is_no_draft(agency: Agency) -> None:
    """What somebody sends in the head's name must not stand in the head's next form."""
    code = agency.reported()
    half = typed(form_of(agency, code), {"answer": "Giao xử lý", "performer": "Hoàng Văn Nam"})
    mails = agency.writes(HEAD, "", f"[{code}]", (half,))
    assert "không được giữ" in to(mails, HEAD).text
    assert values(sent(to(mails, HEAD))) == {}
    with agency.service.open_work(reading=True) as work:
        assert work.drafts.get(code, Act.DECIDE_DISPOSITION, HEAD.id) is None


def test_a_letter_that_says_otherwise_makes_the_form_a_question(agency: Agency) -> None:
    """The opposite decision, another day, a doubt: nothing is done unasked."""
    code = agency.reported()
    form = typed(form_of(agency, code), WORK)
    for text in (
        "Không xử lý thêm\nHình thức: Chấp nhận\nLý do: nhẹ",
        "Giao xử lý\nThời hạn: 9/3/2026",
        "Chưa chắc đâu, để anh xem lại đã",
        "Em điền thử, anh xem có được không?",
    ):
        mails = agency.replies(HEAD, text, code, (form,))
        assert agency.outcome() is Outcome.ASKED, text
        assert agency.request(code).state is State.REPORTED, text
        assert "Người xử lý: Ngô Thị Bích" in to(mails, HEAD).text, text
    agency.replies(HEAD, "Đúng")
    assert agency.request(code).state is State.CORRECTING


def test_locked_words_that_were_altered_are_told(agency: Agency) -> None:
    """Only the open boxes count, whatever somebody wrote over the rest."""
    code = agency.reported()
    name, data = typed(form_of(agency, code), WORK)
    form = _overwritten((name, data), "Xác định hình thức xử lý", "Đóng phiếu")
    mails = agency.replies(HEAD, "", code, (form,))
    assert agency.request(code).state is State.CORRECTING
    assert "phần ngoài các ô điền đã bị sửa" in to(mails, HEAD).text


def _overwritten(form: Attached, old: str, new: str) -> Attached:
    book = load_workbook(io.BytesIO(form[1]))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == old:
                cell.value = new
    saved = io.BytesIO()
    book.save(saved)
    return form[0], saved.getvalue()


@pytest.mark.threat("formula injection")
def test_a_formula_is_nobody_s_word(agency: Agency) -> None:
    """What a cell works out is not acted on; the box is marked."""
    code = agency.reported()
    form = typed(form_of(agency, code), {**WORK, "performer": '="Ngô Thị "&"Bích"'})
    mails = agency.replies(HEAD, "", code, (form,))
    assert agency.request(code).state is State.REPORTED
    assert "công thức" in red(sent(to(mails, HEAD)))["performer"]


def test_a_form_sent_back_as_it_came_is_no_answer(agency: Agency) -> None:
    """Programs that keep the files of the mail they answer, or save it again, add nothing."""
    code = agency.reported()
    form = form_of(agency, code)
    text = "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Ngô Thị Bích\nHạn: 05/03/2026"
    mails = agency.replies(HEAD, text, code, (form, typed(form, {})))
    assert agency.request(code).state is State.CORRECTING
    assert "Tệp đính kèm" not in to(mails, HEAD).text
