"""What was understood of a doubtful letter: shown, and done at one word, by its writer, once."""

from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html as lxml_html

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.intake.lines import items
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome
from tests.conversations.agency import Agency, to

BUT = "Đồng ý nhưng lùi hạn sang tháng sau"
DISPOSED = "Giao anh Nam làm lại cho dân bớt khổ, xong trước 6/3, chị Bích kiểm tra"


def proposed(agency: Agency) -> str:
    """An improvement whose solution waits for the ISO lead; gives its code."""
    code = agency.presented()
    agency.replies(
        cast.LEAD,
        "Giao phân tích\nChỉ đạo: Làm rõ\nNgười thực hiện: Đặng Thị Mai\nThời hạn: 10/03/2026",
        code,
    )
    agency.replies(
        cast.PLANNER,
        "Đề xuất giải pháp\nNguyên nhân: Chờ lâu\nBiện pháp: Lập quy trình; "
        "người thực hiện: Đặng Thị Mai; hạn: 20/03/2026; đầu ra: quy trình\nNguồn lực: không",
        code,
    )
    return code


def asked(agency: Agency, text: str = BUT) -> tuple[str, Mail]:
    """The lead's doubtful word on a solution, and the mail that asks about it."""
    code = proposed(agency)
    return code, to(agency.replies(cast.LEAD, text, code), cast.LEAD)


def answers(agency: Agency, mail: Mail, text: str) -> list[Mail]:
    """The lead answers just this mail."""
    agency.post.reply(cast.LEAD, mail, text)
    return agency.wait(hours=0.1)


def test_a_condition_shows_what_was_understood_besides_it(agency: Agency) -> None:
    """Act, answer and every field as it would be done, with the one word; nothing is done yet."""
    code, mail = asked(agency)
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is State.PROPOSED
    for shown in (
        "“nhưng lùi hạn sang tháng sau”",
        "Việc: Phê duyệt giải pháp: đồng ý",
        "Đặng Thị Mai",
        "20/3/2026",
        "“Đúng”",
    ):
        assert shown in mail.text


@pytest.mark.parametrize("word", ["Đúng", "dung roi", "Đúng ạ.\n\nTrân trọng,", "Xác nhận"])
def test_one_word_does_what_was_shown_and_nothing_else(agency: Agency, word: str) -> None:
    """The fields are those of the mail; the condition is nowhere."""
    code, mail = asked(agency)
    answers(agency, mail, word)
    entry = agency.request(code).entries[-1]
    assert agency.outcome() is Outcome.DONE
    assert (entry.act, entry.answer, entry.by) == (Act.APPROVE_SOLUTION, "yes", cast.LEAD.id)
    assert entry.fields == {"implementers": [cast.PLANNER.id], "deadline": "2026-03-20"}
    assert entry.proof == "token"


def test_the_button_confirms_as_well(agency: Agency) -> None:
    """One click: the letter that the button drafts carries word and token."""
    code, mail = asked(agency)
    page = mail.message.get_body(("html",))
    assert page is not None
    links = lxml_html.document_fromstring(page.get_content()).iter("a")
    drafts = [parse_qs(urlsplit(str(link.get("href"))).query) for link in links]
    (draft,) = [d for d in drafts if d["body"][0].startswith("Đúng")]
    letter = EmailMessage()
    letter["From"] = cast.LEAD.email
    letter["To"] = cast.MAILBOX
    letter["Subject"] = draft["subject"][0]
    letter["Message-ID"] = "<drafted@phone.example>"
    letter.set_content(draft["body"][0])
    agency.receives(letter)
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).state is State.IMPLEMENTING


def test_it_is_done_once(agency: Agency) -> None:
    """Two clicks: the second changes nothing and is told so."""
    code, mail = asked(agency)
    answers(agency, mail, "Đúng")
    count = len(agency.request(code).entries)
    again = answers(agency, mail, "Đúng")
    assert agency.outcome() is Outcome.REFUSED
    assert "đã trả lời rồi" in to(again, cast.LEAD).text
    assert len(agency.request(code).entries) == count


def test_nobody_else_can_confirm(agency: Agency) -> None:
    """Another's word on our mail is none, though they know its token."""
    code, mail = asked(agency)
    agency.post.reply(cast.PLANNER, mail, "Đúng")
    agency.wait(hours=0.1)
    assert agency.outcome() is not Outcome.DONE
    assert agency.request(code).state is State.PROPOSED
    answers(agency, mail, "Đúng")
    assert agency.request(code).state is State.IMPLEMENTING


def test_a_request_that_has_moved_on_is_left_alone(agency: Agency) -> None:
    """The solution was sent back meanwhile and proposed anew: the old word counts no more."""
    code, mail = asked(agency)
    answers(agency, mail, "Yêu cầu sửa\nÝ kiến: Làm rõ đầu ra\nThời hạn: 12/03/2026")
    assert agency.request(code).state is State.ASSIGNED
    agency.replies(
        cast.PLANNER,
        "Đề xuất giải pháp\nNguyên nhân: Chờ lâu\nBiện pháp: Làm khác; "
        "người thực hiện: Đặng Thị Mai; hạn: 25/03/2026; đầu ra: sổ\nNguồn lực: không",
        code,
    )
    said = to(answers(agency, mail, "Đúng"), cast.LEAD).text
    assert agency.outcome() is Outcome.REFUSED
    assert "đã có thêm việc khác" in said
    assert agency.request(code).state is State.PROPOSED


def test_words_beside_it_do_not_take_the_question_back(agency: Agency) -> None:
    """A comment moves nothing, so what was shown still stands."""
    code, mail = asked(agency)
    agency.replies(cast.PLANNER, f"{code}: Trao đổi\nĐã gửi bản in.", code)
    answers(agency, mail, "Đúng")
    assert agency.request(code).state is State.IMPLEMENTING


def test_any_other_answer_is_read_afresh(agency: Agency) -> None:
    """A decision in full is done as it says, not as we had understood."""
    code, mail = asked(agency)
    answers(agency, mail, "Đồng ý\nNgười triển khai: Bùi Đức Long\nThời hạn: 31/03/2026")
    request = agency.request(code)
    assert agency.outcome() is Outcome.DONE
    assert request.values["deadline"] == "2026-03-31"
    assert request.values["implementers"] == [cast.PLANNING_HEAD.id]


@pytest.mark.parametrize(
    "text",
    [
        "Đúng, nhưng hạn 20/6",
        "Đúng\nHạn để sang tháng sau nhé",
        "Đúng không em?",
        "Không đúng",
        "Chưa đúng ý tôi",
        "Đúng nếu chị Hương đồng ý",
    ],
)
def test_a_word_with_something_beside_it_confirms_nothing(agency: Agency, text: str) -> None:
    """A new condition, a question, a no: asked about again."""
    code, mail = asked(agency)
    answers(agency, mail, text)
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is State.PROPOSED


def test_what_lacks_a_field_is_not_offered(agency: Agency) -> None:
    """Half an act cannot be confirmed: the plain question remains."""
    code = agency.reported()
    mails = agency.replies(cast.ONE_STOP_HEAD, "Giao làm lại, nhưng phải xin lỗi dân", code)
    said = to(mails, cast.ONE_STOP_HEAD).text
    assert agency.outcome() is Outcome.ASKED
    assert "“Đúng”" not in said
    assert agency.request(code).state is State.REPORTED


def test_what_could_not_be_done_is_not_offered(agency: Agency) -> None:
    """A day that has passed would be refused, so nobody is asked to confirm it."""
    code = agency.reported()
    text = "Giao anh Nam làm lại, hạn 27/02/2026, nhưng phải xin lỗi dân"
    mails = agency.replies(cast.ONE_STOP_HEAD, text, code)
    assert agency.outcome() is Outcome.ASKED
    assert "“Đúng”" not in to(mails, cast.ONE_STOP_HEAD).text


def test_a_reading_that_is_not_sure_is_asked_about_and_confirmed(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the line nothing is done: the mail shows every field, one word does it."""
    monkeypatch.setattr(items, "SURE", 0.999)
    code = agency.reported()
    mail = to(agency.replies(cast.ONE_STOP_HEAD, DISPOSED, code), cast.ONE_STOP_HEAD)
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is State.REPORTED
    for shown in ("giao xử lý", "Làm lại", "Hoàng Văn Nam", "06/3/2026", "Ngô Thị Bích", "“Đúng”"):
        assert shown in mail.text
    agency.replies(cast.ONE_STOP_HEAD, "Đúng", code)
    fields = agency.request(code).entries[-1].fields
    assert agency.request(code).state is State.CORRECTING
    assert (fields["performer"], fields["checker"]) == (cast.CLERK.id, cast.COLLEAGUE.id)
    assert (fields["disposition"], fields["correction_due"]) == ("rework", "2026-03-06")


def test_a_sure_reading_is_done_without_asking(agency: Agency) -> None:
    """The same words above the line: no question for its own sake."""
    code = agency.reported()
    agency.replies(cast.ONE_STOP_HEAD, DISPOSED, code)
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).state is State.CORRECTING


def test_files_wait_with_the_guess_and_go_in_with_the_word(agency: Agency) -> None:
    """Evidence of a doubtful letter is shown with the rest and kept at the confirmation."""
    code = proposed(agency)
    files = (("bien-ban.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"),)
    mail = to(agency.replies(cast.LEAD, BUT, code, files), cast.LEAD)
    assert "bien-ban.pdf" in mail.text
    assert "Chưa đưa vào phiếu nào" not in mail.text
    answers(agency, mail, "Đúng")
    (file,) = agency.request(code).entries[-1].fields["files"]
    assert file["name"] == "bien-ban.pdf"


def test_an_unproven_letter_is_not_offered_a_short_way(agency: Agency) -> None:
    """Who has proven nothing is asked to decide in full, by a mail with their own token."""
    code = proposed(agency)
    mail = to(agency.writes(cast.LEAD, f"{code}: {BUT}", f"[{code}]"), cast.LEAD)
    assert agency.outcome() is Outcome.ASKED
    assert "“Đúng”" not in mail.text
    answers(agency, mail, "Đúng")
    assert agency.request(code).state is State.PROPOSED


def test_the_word_without_our_mail_is_no_proof(agency: Agency) -> None:
    """A letter of its own that says "Đúng" about the request confirms nothing."""
    code, _ = asked(agency)
    agency.writes(cast.LEAD, "Đúng", f"[{code}]")
    assert agency.outcome() is not Outcome.DONE
    assert agency.request(code).state is State.PROPOSED


def test_no_word_does_more_than_half_a_year_later(agency: Agency) -> None:
    """The question expires like every ask."""
    code, mail = asked(agency)
    agency.wait(days=181)
    answers(agency, mail, "Đúng")
    assert agency.request(code).state is State.PROPOSED
