"""A stranger writes: the secretary says in one word what becomes of the letter."""

from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.procedure.people import Person
from mailflow.procedure.terms import Role, Source
from mailflow.record import Letter, Outcome
from tests.conversations.agency import Agency, to
from tests.conversations.test_who_may_act import plain

CITIZEN = Person("dan@thu.example", "Một Người Dân", "dan@thu.example", "")
WORDS = "Tôi nộp hồ sơ đúng hẹn mà phải đợi ba tuần.\nĐề nghị cơ quan xem lại."


def complained(agency: Agency, words: str = WORDS) -> Letter:
    """A citizen's letter comes in; gives it as kept."""
    agency.receives(plain(CITIZEN.email, "Phản ánh trả chậm", words))
    return agency.letter()


def letter(agency: Agency, number: int) -> Letter:
    """A kept letter by its number."""
    with agency.service.open_work(reading=True) as work:
        return work.letters.get(number)


def test_a_strangers_letter_asks_the_secretary_for_one_word(agency: Agency) -> None:
    """The triage mail carries a token and the three words; the stranger hears nothing unproven."""
    agency.receives(plain(CITIZEN.email, "Phản ánh", WORDS))
    mails = agency.post.mails
    asked = to(mails, cast.SECRETARY)
    assert asked.asks
    for word in ("Phản ánh", "Bỏ qua", "Chuyển", "đợi ba tuần"):
        assert word in asked.text
    assert agency.outcome() is Outcome.HELD
    assert [m.to for m in mails] == [cast.SECRETARY.email]


@pytest.mark.clause("5.1.2")
@pytest.mark.parametrize("text", ["Phản ánh\nĐơn vị: Phòng Một cửa", "Phản ánh Bộ phận Một cửa"])
def test_phan_anh_opens_a_report_in_the_citizens_words(agency: Agency, text: str) -> None:
    """Source feedback, the raw letter as evidence, the secretary as reporter."""
    came = complained(agency)
    mails = agency.replies(cast.SECRETARY, text)
    (code,) = agency.codes()
    request = agency.request(code)
    assert request.unit == cast.ONE_STOP
    assert "đợi ba tuần" in request.values["content"]
    assert request.values["sources"] == [Source.FEEDBACK.value]
    assert [f["sha256"] for f in request.entries[0].fields["files"]] == [came.blob]
    assert request.parties[Role.REPORTER] == (cast.SECRETARY.id,)
    assert to(mails, cast.ONE_STOP_HEAD).asks
    kept = letter(agency, came.id)
    assert (kept.outcome, kept.request) == (Outcome.DONE, code)


def test_without_a_unit_it_is_asked(agency: Agency) -> None:
    """The secretary's own unit is never guessed; the answer lists the units."""
    came = complained(agency)
    for text in ("Phản ánh", "Chuyển", "Phản ánh Phòng Tưởng Tượng"):
        agency.post.reply(cast.SECRETARY, agency.post.last(cast.SECRETARY), text)
        mails = agency.wait(hours=0.1)
        assert cast.ONE_STOP in to(mails, cast.SECRETARY).text
        assert agency.outcome() is Outcome.ASKED
    assert agency.codes() == ()
    assert letter(agency, came.id).outcome is Outcome.HELD
    agency.replies(cast.SECRETARY, "Phản ánh PKH")
    assert agency.request(agency.codes()[0]).unit == cast.PLANNING


def test_bo_qua_keeps_the_reason(agency: Agency) -> None:
    """Ignored is not lost: letter and reason stay, in the journal as well."""
    came = complained(agency)
    agency.replies(cast.SECRETARY, "Bỏ qua\nLý do: Không thuộc thẩm quyền")
    kept = letter(agency, came.id)
    assert kept.outcome is Outcome.IGNORED
    assert kept.reason.endswith("Không thuộc thẩm quyền")
    with agency.service.open_work(reading=True) as work:
        note = next(row for row in work.journal.rows() if row.act == "letter")
    assert (note.by, note.fields["letter"]) == (cast.SECRETARY.id, came.id)


def test_chuyen_sends_the_whole_text_to_the_units_head(agency: Agency) -> None:
    """However long: the mail is a notice, asks nothing and opens nothing."""
    long = WORDS + "\n" + "Tôi xin kể thêm.\n" * 200 + "Hết thư."
    complained(agency, long)
    mails = agency.replies(cast.SECRETARY, "Chuyển Phòng Kế hoạch")
    told = to(mails, cast.PLANNING_HEAD)
    assert "đợi ba tuần" in told.text
    assert not told.asks
    ((_, text),) = told.files
    whole = text if isinstance(text, bytes) else str(text).encode()
    assert "Hết thư." in whole.decode()
    assert agency.codes() == ()


@pytest.mark.threat("replayed or foreign token")
def test_one_token_is_for_one_letter_once(agency: Agency) -> None:
    """A second word on the same mail changes nothing, nor does it touch another letter."""
    first = complained(agency)
    asked = agency.post.last(cast.SECRETARY)
    second = complained(agency, "Một việc khác hẳn.")
    for text in ("Bỏ qua", "Phản ánh PKH"):
        agency.post.reply(cast.SECRETARY, asked, text)
        agency.wait(hours=0.1)
    assert agency.codes() == ()
    assert letter(agency, first.id).outcome is Outcome.IGNORED
    assert letter(agency, second.id).outcome is Outcome.HELD


def test_only_the_secretarys_word_counts(agency: Agency) -> None:
    """A colleague with the mail, or the citizen, judges nothing; a condition is asked about."""
    came = complained(agency)
    asked = agency.post.last(cast.SECRETARY)
    for who, text in (
        (cast.CLERK, "Bỏ qua"),
        (CITIZEN, "Phản ánh PKH"),
        (cast.SECRETARY, "Bỏ qua nếu chị Lan đồng ý"),
        (cast.SECRETARY, "Bỏ qua?"),
    ):
        agency.post.reply(who, asked, text)
        agency.wait(hours=0.1)
        assert letter(agency, came.id).outcome is Outcome.HELD
    assert agency.codes() == ()


def test_a_proven_citizen_gets_one_receipt_a_day(tmp_path: Path) -> None:
    """Twice on one day is one receipt; the next day brings another."""
    agency = Agency(tmp_path / "home", '[mail]\ntrusted_authserv = "mail.ankhe.example"')
    vouched = "mail.ankhe.example; dmarc=pass header.from=thu.example"
    receipts = []
    for number, days in enumerate((0, 0, 1)):
        agency.clock.now = agency.clock.now.replace(day=2 + days)
        text = f"{WORDS}\nLần {number}"
        mails = agency.receives(
            plain(CITIZEN.email, "Phản ánh", text, Authentication_Results=vouched)
        )
        receipts.append(len([m for m in mails if m.to == CITIZEN.email]))
    assert receipts == [1, 0, 1]
    agency.service.close()
