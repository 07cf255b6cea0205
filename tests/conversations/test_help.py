"""One word brings the help for that person's roles: what waits, what they may do, what to type."""

import re
from collections.abc import Callable

import pytest

from mailflow.actions.helping import ANSWERS_FOR
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.intake.asking import Asking, Known, read_asking
from mailflow.procedure.people import Person
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import REQUESTS, Role, State
from mailflow.record import Outcome
from tests.conversations.agency import IMPROVEMENT, MALLORY, Agency, to

ASK = "Hướng dẫn"
DECIDED = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Đơn lẻ"


def helped(agency: Agency, who: Person, text: str = ASK) -> Mail:
    """The help that somebody gets."""
    return to(agency.writes(who, text, "Nhờ chỉ giúp"), who)


def section(mail: Mail, label: str) -> str:
    """The lines under one label of the text."""
    rest = mail.text.replace("\r", "").split(f"- {label}: ", 1)[1]
    return re.split(r"\n(?=- |\n|--)", rest, maxsplit=1)[0]


def test_help_reads_as_it_was_looked_at(agency: Agency, golden: Callable[[str, str], None]) -> None:
    """A unit's head with two requests waiting: text and page stay as somebody last saw them."""
    agency.reported()
    agency.writes(cast.CLERK, IMPROVEMENT, "Cải tiến")
    mail = helped(agency, cast.ONE_STOP_HEAD)
    page = mail.message.get_body(("html",))
    assert page is not None
    golden("mail/help_head.txt", f"{mail.subject}\n\n{mail.text}".replace("\r\n", "\n"))
    golden("mail/help_head.html", page.get_content().replace("\r\n", "\n"))


@pytest.mark.parametrize("words", ["Hướng dẫn", "huong dan", "Xin trợ giúp ạ", "Cách dùng"])
def test_help_moves_nothing_and_answers_the_letter(agency: Agency, words: str) -> None:
    """One mail, to the asker's own address, threaded under the letter."""
    mail = helped(agency, cast.CLERK, words)
    assert agency.outcome() is Outcome.DONE
    assert agency.codes() == ()
    assert mail.message["In-Reply-To"]
    assert mail.message["Auto-Submitted"] == "auto-replied"
    assert "Hiện không có phiếu nào đang chờ anh/chị" in mail.text


def test_what_waits_is_shown_with_the_words_that_settle_it(agency: Agency) -> None:
    """Code, title, due and phrase; replying to the help itself does it, proven by its token."""
    code = agency.reported()
    mail = helped(agency, cast.ONE_STOP_HEAD)
    for shown in (code, "Việc mới", "Hạn 04/3/2026", f"“{code}: Giao xử lý”", "Lý do)"):
        assert shown in mail.text
    agency.post.reply(cast.ONE_STOP_HEAD, mail, f"{code}: {DECIDED}")
    agency.wait(hours=0.1)
    entry = agency.request(code).entries[-1]
    assert agency.request(code).state is State.CHECKED
    assert entry.proof == "token"


@pytest.mark.threat("more than one's own")
def test_others_work_is_not_shown(agency: Agency) -> None:
    """What waits for somebody else is theirs."""
    code = agency.reported()
    assert code not in helped(agency, cast.CLERK).text
    assert code not in helped(agency, cast.PLANNING_HEAD).text


@pytest.mark.threat("token in a forwarded mail")
def test_a_help_of_somebody_else_proves_nothing(agency: Agency) -> None:
    """Its token is of the one who asked."""
    code = agency.reported()
    mail = helped(agency, cast.ONE_STOP_HEAD)
    agency.post.reply(cast.PLANNING_HEAD, mail, f"{code}: {DECIDED}")
    agency.wait(hours=0.1)
    assert agency.request(code).state is State.REPORTED


@pytest.mark.parametrize(
    ("who", "has", "lacks"),
    [
        (cast.CLERK, ("“Đã xử lý”", "“Đề xuất giải pháp”"), ("“Giao phân tích”", "“Giao xử lý”")),
        (cast.ONE_STOP_HEAD, ("“Giao xử lý”", "“Cần thực hiện”"), ("“Giao phân tích”", "“Trình”")),
        (cast.LEAD, ("“Giao phân tích”", "“Yêu cầu sửa”"), ("“Giao xử lý”", "“Trình”")),
        (cast.SECRETARY, ("“Trình”", "“Gộp phiếu”"), ("“Giao phân tích”", "“Giao xử lý”")),
        (cast.HEAD, ("“Giao thực hiện tiếp”", "“Đạt, có hiệu lực”"), ("“Trình”", "“Giao xử lý”")),
    ],
)
def test_each_role_reads_its_own_phrases(
    agency: Agency, who: Person, has: tuple[str, ...], lacks: tuple[str, ...]
) -> None:
    """Everyone may report; beyond that, what their roles may do and nothing else."""
    text = helped(agency, who).text
    assert "“Báo cáo không phù hợp”" in text
    for phrase in has:
        assert phrase in text
    for phrase in lacks:
        assert phrase not in text


def test_a_stand_in_reads_what_they_may_do_for_whom(agency: Agency) -> None:
    """The deputy verifies in the head's place until a day, and does nothing else of theirs."""
    told = section(helped(agency, cast.DEPUTY), "Làm thay Nguyễn Văn Thành (đến 31/12/2026)")
    assert "Kiểm tra xác nhận kết quả" in told
    assert "\n" not in told.strip()


@pytest.mark.parametrize("who", cast.ROSTER.people, ids=lambda p: p.name)
def test_every_phrase_in_the_help_is_one_that_is_understood(agency: Agency, who: Person) -> None:
    """What is in quotes can be typed; the sentences above have examples of their own."""
    phrases = agency.service.desk.house.phrases
    known = {*phrases.sayings, *map(phrases.key, phrases.kinds.values())}
    told = helped(agency, who).text.replace("\r", "").split("- Báo việc mới: ", 1)[1]
    said = re.findall("“([^”]+)”", told)
    assert len(said) > 8
    unknown = [phrase for phrase in said if phrases.key(phrase) not in known]
    with_words = Known(phrases, cast.ROSTER, agency.clock.now.date())
    assert all(isinstance(read_asking("", phrase, with_words), Asking) for phrase in unknown)


def test_every_act_is_in_somebodys_help() -> None:
    """Whoever may act by the table is told so: no role of STEPS is left out."""
    told = {role for roles in ANSWERS_FOR.values() for role in roles}
    on_forms = (s for s in STEPS if s.sources is not None and set(s.kinds) & set(REQUESTS))
    acting = {role for step in on_forms for role in step.who}
    assert acting - {Role.PROGRAM} <= told


@pytest.mark.parametrize("who", cast.ROSTER.people, ids=lambda p: p.name)
def test_help_is_short_enough_for_a_phone(agency: Agency, who: Person) -> None:
    """Two or three screens: no value is long, no line of the page is wide."""
    mail = helped(agency, who)
    assert len(mail.text.splitlines()) < 60
    assert len(mail.text) < 4_000


def test_a_stranger_gets_no_help(agency: Agency) -> None:
    """What the agency's people may do is nobody else's business."""
    mails = agency.writes(MALLORY, ASK)
    assert agency.outcome() is Outcome.HELD
    assert all(mail.to != MALLORY.email for mail in mails)
