"""Reports, questions, refusals: what people get back for what they wrote."""

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Kind, State
from mailflow.record import Outcome
from tests.conversations.agency import REPORT, Agency, to
from tests.forms.paperwork import text_of


@pytest.mark.clause("5.1.1")
def test_a_plain_report_opens_a_request_and_gives_a_receipt(agency: Agency) -> None:
    """The reporter gets number and filled form; the unit head is asked to decide, with the form."""
    mails = agency.writes(cast.CLERK, REPORT)
    (code,) = agency.codes()
    receipt, asked = to(mails, cast.CLERK), to(mails, cast.ONE_STOP_HEAD)
    assert "01/2026" in receipt.text
    assert f"[{code}]" in asked.subject
    assert "Giao xử lý" in asked.text
    assert "04/3/2026" in asked.text
    assert [name for name, _ in receipt.files] == [f"BM.CTCL.01 {code}.docx"]
    form, *to_fill_in = [name for name, _ in asked.files]
    assert form == f"BM.CTCL.01 {code}.docx"
    assert sorted(to_fill_in) == [f"Phiếu điền {code}.docx", f"Phiếu điền {code}.xlsx"]


@pytest.mark.clause("5.2", "5.2.1")
@pytest.mark.parametrize(
    ("first_line", "kind"),
    [
        ("Báo cáo không phù hợp", Kind.NONCONFORMITY),
        ("bao cao khong phu hop", Kind.NONCONFORMITY),
        ("Không phù hợp tiềm ẩn", Kind.POTENTIAL),
        ("Yêu cầu khắc phục", Kind.CORRECTIVE),
        ("ĐỀ XUẤT CẢI TIẾN", Kind.IMPROVEMENT),
    ],
)
def test_the_first_line_says_which_kind(agency: Agency, first_line: str, kind: Kind) -> None:
    """With or without marks, in capitals or not."""
    agency.writes(cast.CLERK, f"{first_line}\nMáy in hỏng")
    assert agency.request(agency.codes()[0]).kind is kind


def test_a_letter_about_nothing_known_is_asked_about(agency: Agency) -> None:
    """No request is opened by chance; the answer offers the four kinds."""
    mails = agency.writes(cast.CLERK, "Chị ơi mai họp mấy giờ?", "Hỏi chút")
    assert agency.codes() == ()
    assert agency.outcome() is Outcome.ASKED
    assert "Đề xuất cải tiến" in to(mails, cast.CLERK).text


def test_what_is_missing_is_asked_for_by_name(agency: Agency) -> None:
    """Nothing is done half; the answer carries a fresh ask that completes the act."""
    code = agency.reported()
    mails = agency.replies(cast.ONE_STOP_HEAD, "Giao xử lý\nHình thức xử lý: Làm lại")
    assert agency.outcome() is Outcome.ASKED
    assert "Người thực hiện" in to(mails, cast.ONE_STOP_HEAD).text
    agency.replies(
        cast.ONE_STOP_HEAD,
        "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Ngô Thị Bích\nHạn: 05/03/2026",
    )
    assert agency.request(code).state is State.CORRECTING


def test_a_condition_is_asked_about_never_guessed(agency: Agency) -> None:
    """A yes with a but is no yes."""
    code = agency.presented()
    agency.replies(cast.LEAD, "Không thực hiện nhưng để tôi xem lại đã\nLý do: chưa rõ", code)
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is State.PRESENTED


def test_an_act_out_of_its_state_is_refused_with_what_is_possible(agency: Agency) -> None:
    """The refusal names the clause and the words that would do something now."""
    code = agency.reported()
    agency.replies(cast.ONE_STOP_HEAD, "Không xử lý thêm\nHình thức: Chấp nhận\nLý do: Nhỏ")
    mails = agency.replies(
        cast.ONE_STOP_HEAD, "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Bích\nHạn: 05/03/2026"
    )
    said = to(mails, cast.ONE_STOP_HEAD).text
    assert agency.outcome() is Outcome.REFUSED
    assert "5.1.1" in said
    assert "Cần thực hiện" in said
    assert agency.request(code).state is State.CHECKED


@pytest.mark.parametrize(
    ("line", "said"),
    [("Hạn: 01/02/2026", "đã qua"), ("Người xử lý: Ông Không Có", "danh bạ")],
)
def test_a_past_date_or_an_unknown_person_changes_nothing(
    agency: Agency, line: str, said: str
) -> None:
    """The reason is said, the request stands as it stood."""
    code = agency.reported()
    right = {"Người xử lý": "Ngô Thị Bích", "Hạn": "05/03/2026", "Hình thức": "Làm lại"}
    name, _, value = line.partition(": ")
    text = "\n".join(f"{k}: {v}" for k, v in (right | {name: value}).items())
    mails = agency.replies(cast.ONE_STOP_HEAD, f"Giao xử lý\n{text}")
    assert said in to(mails, cast.ONE_STOP_HEAD).text
    assert agency.request(code).state is State.REPORTED


def test_a_wrong_check_letter_is_refused_with_the_nearest_right_code(agency: Agency) -> None:
    """A slip in the code never reaches another request."""
    code = agency.reported()
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    mails = agency.writes(cast.CLERK, "Trao đổi\nNhờ xem giúp", f"[{wrong}]")
    assert agency.outcome() is Outcome.REFUSED
    assert code in to(mails, cast.CLERK).text


def test_two_acts_in_one_letter_each_get_their_result(agency: Agency) -> None:
    """Disposition and need in one reply: one transaction, two lines in the answer."""
    code = agency.reported()
    agency.replies(
        cast.ONE_STOP_HEAD,
        "Không xử lý thêm\nHình thức: Chấp nhận\nLý do: Nhỏ\n\nKhông cần thực hiện\nLý do: Đơn lẻ",
    )
    assert agency.request(code).state is State.NO_ACTION_NEEDED
    assert [act["outcome"] for act in agency.letter().acts] == ["done", "done"]


@pytest.mark.clause("5.3")
def test_one_word_presents_the_whole_list(agency: Agency) -> None:
    """5.3: on the weekday set the secretary gets one list and releases it with one word."""
    for _ in range(2):
        agency.writes(cast.CLERK, f"Đề xuất cải tiến\nÝ tưởng số {len(agency.codes())}")
        code = agency.codes()[-1]
        agency.replies(cast.ONE_STOP_HEAD, "Cần thực hiện\nDấu hiệu: Cơ hội", code)
    (listed,) = [m for m in agency.wait(days=7) if "tổng hợp để trình" in m.text]
    agency.post.reply(cast.SECRETARY, listed, "Trình")
    mails = agency.wait(hours=0.1)
    assert [agency.request(c).state for c in agency.codes()] == [State.PRESENTED] * 2
    to_lead = [m for m in mails if m.to == cast.LEAD.email]
    assert len(to_lead) == 1
    assert all(code in to_lead[0].text for code in agency.codes())
    (name, listed_file), *forms = to_lead[0].files
    assert name == "Danh sách trình (2 phiếu).docx"
    assert all(code in text_of(listed_file) for code in agency.codes())
    assert len([form for form, _ in forms if form.startswith("BM.CTCL.01")]) == 2


def test_a_letter_that_is_nothing_is_set_aside_and_the_next_goes_on(agency: Agency) -> None:
    """Kept, told to the secretary, and never in the way of others."""
    agency.post.put(b"   \r\n")
    agency.post.put(b"\x00\xff\xfe From: \r\n\r\n\x80\x81")
    mails = agency.writes(cast.CLERK, REPORT)
    with agency.service.open_work(reading=True) as work:
        outcomes = {letter.outcome for letter in work.letters.list(10)}
    assert outcomes == {Outcome.SET_ASIDE, Outcome.HELD, Outcome.DONE}
    assert to(mails, cast.CLERK)
    filed = agency.home / "mail/in"
    assert list((filed / "new").iterdir()) == []


def test_an_auto_reply_moves_nothing_and_is_not_answered(agency: Agency) -> None:
    """Whatever decision words stand in it; the secretary hears that somebody is away."""
    code = agency.reported()
    asked = agency.post.last(cast.ONE_STOP_HEAD)
    mails = agency.receives(
        f"From: {cast.ONE_STOP_HEAD.email}\nTo: {cast.MAILBOX}\nSubject: Automatic reply\n"
        f"Auto-Submitted: auto-replied\nMessage-ID: <a1@x.example>\n"
        f"In-Reply-To: {asked.message_id}\n"
        "Content-Type: text/plain; charset=utf-8\n\nKhông cần thực hiện\nLý do: nghỉ\n"
    )
    assert agency.outcome() is Outcome.IGNORED
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert agency.request(code).state is State.REPORTED


def test_what_was_typed_is_kept_as_typed(agency: Agency) -> None:
    """Hyphens in a file number, brackets, a second line: nothing of it is lost."""
    agency.writes(
        cast.CLERK,
        "Báo cáo không phù hợp\nNội dung: Trả thiếu - nhưng đã báo (2 lần)\n"
        "Mã hồ sơ: H01-0117/2026",
    )
    values = agency.request(agency.codes()[0]).values
    assert values["file_numbers"] == "H01-0117/2026"
    assert "Trả thiếu - nhưng đã báo (2 lần)" in values["content"]
