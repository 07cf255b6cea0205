"""Answers typed into the mail we sent, which Outlook quotes without a sign: read or asked about."""

from email.message import EmailMessage

from mailflow.demo import cast
from mailflow.record import Outcome
from tests.conversations.agency import Agency

HEADER = "Từ: ISO\nĐã gửi: Thứ Hai\nTới: Trưởng ban\nChủ đề: KPH\n"
ASSIGN = "Giao phân tích\nChỉ đạo: Làm rõ\nNgười thực hiện: Đặng Thị Mai\nThời hạn: 10/03/2026"


def outlook(agency: Agency, code: str, above: str, inside: str = "", below: str = "") -> None:
    """The ISO lead replies from Outlook, typing above, into the middle of, or under our mail."""
    asked = agency.post.last(cast.LEAD, code)
    lines = asked.text.strip().splitlines()
    middle = next(i for i in range(len(lines) // 2, len(lines)) if not lines[i].strip())
    old = "\n".join((*lines[:middle], inside, *lines[middle:]))
    letter = EmailMessage()
    letter["From"] = f"{cast.LEAD.name} <{cast.LEAD.email}>"
    letter["To"] = cast.MAILBOX
    letter["Subject"] = f"Re: {asked.subject}"
    letter["Message-ID"] = f"<{agency.clock():%H%M}.outlook@ankhe.example>"
    letter["In-Reply-To"] = asked.message_id
    letter.set_content(f"{above}\n\n{HEADER}\n{old}\n\n{below}")
    agency.receives(letter)


def test_one_answer_inside_or_under_our_mail_is_done(agency: Agency) -> None:
    """Nothing stands above; what our mail did not have is the answer, fields and all."""
    code = agency.presented()
    before = agency.request(code).state
    outlook(agency, code, "", below=ASSIGN)
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).state is not before


def test_words_inside_beside_an_answer_above_are_asked_about(agency: Agency) -> None:
    """They may take back what stands above: nothing moves until the person says which."""
    code = agency.presented()
    before = agency.request(code).state
    outlook(agency, code, ASSIGN, inside="khoan đã, chưa giao vội")
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is before


def test_our_mail_brought_back_whole_changes_nothing_about_the_answer(agency: Agency) -> None:
    """The same reply without words inside is simply done."""
    code = agency.presented()
    before = agency.request(code).state
    outlook(agency, code, ASSIGN)
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).state is not before


def test_our_mail_alone_says_nothing(agency: Agency) -> None:
    """Its phrases are ours: what can be typed was not typed."""
    code = agency.presented()
    before = agency.request(code).state
    outlook(agency, code, "")
    assert agency.outcome() is Outcome.ASKED
    assert agency.request(code).state is before
