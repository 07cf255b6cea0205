"""The register and the mail together: what is typed in one is answered in the other."""

from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from mailflow.registers.columns import CODE
from tests.conversations.agency import MALLORY, Agency, to
from tests.registers.keeping import Book
from workbook_sync.values import Value

HEAD, SECRETARY = cast.ONE_STOP_HEAD, cast.SECRETARY
DECISION: dict[str, Value] = {
    "Hình thức xử lý": "Sửa chữa/khắc phục",
    "Người xử lý": cast.CLERK.name,
    "Hạn xử lý": "6/3/2026",
}


class Register(Book):
    """The agency's register."""

    def __init__(self, agency: Agency) -> None:
        self.path = Path(str(agency.service.settings.registers[0].path))


@pytest.fixture
def book(agency: Agency) -> Register:
    """The register with one request of the clerk's in it."""
    agency.reported()
    return Register(agency)


def typed(agency: Agency, book: Register, **more: Value) -> str:
    """Let the secretary type the head's decision, and a round pass; gives the code."""
    code = agency.codes()[0]
    book.types_into(code, {**DECISION, **more})
    agency.wait(hours=0.1)
    return code


def test_the_head_confirms_in_one_word(agency: Agency, book: Register) -> None:
    """The act is the head's, entered by the keeper; the register says it in the record's words."""
    code = typed(agency, book, **{"Người xử lý": cast.CLERK.email})
    asked = agency.post.last(HEAD)
    for words in (SECRETARY.name, code, "Sửa chữa", cast.CLERK.name, "06/3/2026", "Đúng"):
        assert words in asked.text
    assert agency.request(code).state is State.REPORTED

    agency.replies(HEAD, "Đúng")
    entry = agency.request(code).entries[-1]
    assert (entry.act, entry.by) == (Act.DECIDE_DISPOSITION, HEAD.id)
    assert (entry.proof, entry.entered_by) == ("challenge", SECRETARY.id)
    agency.wait(hours=0.1)
    assert book.row(code)["Người xử lý"] == cast.CLERK.name
    assert book.row(code)["Trạng thái"] == "Đang xử lý"
    assert len(book.told()) == 1
    before = book.path.read_bytes()
    agency.wait(hours=0.1)
    assert book.path.read_bytes() == before


def test_the_head_says_no(agency: Agency, book: Register) -> None:
    """The cells get their old values, the keeper is told; typed again it is asked about again."""
    code = typed(agency, book)
    mails = agency.replies(HEAD, "Không đồng ý")
    assert "không được thực hiện" in to(mails, HEAD).text
    assert "không xác nhận" in to(mails, SECRETARY).text
    assert agency.request(code).state is State.REPORTED
    assert book.row(code)["Người xử lý"] is None
    assert [line[CODE] for line in book.told()] == [code, code]
    assert agency.wait(hours=0.1) == []

    typed(agency, book)
    agency.replies(HEAD, "Đúng")
    assert agency.request(code).state is State.CORRECTING


def test_what_the_keeper_takes_back_is_not_done_later(agency: Agency, book: Register) -> None:
    """The cells are cleared before the head answers: the word comes too late."""
    code = typed(agency, book)
    asked = agency.post.last(HEAD)
    book.types_into(code, dict.fromkeys(DECISION))
    agency.wait(hours=0.1)
    agency.post.reply(HEAD, asked, "Đúng")
    agency.wait(hours=0.1)
    assert agency.request(code).state is State.REPORTED


def test_a_changed_mind_asks_anew_and_only_the_new_one_counts(
    agency: Agency, book: Register
) -> None:
    """Another day is another ask; a yes to the first is answered, and does nothing."""
    code = typed(agency, book)
    first = agency.post.last(HEAD)
    book.types_into(code, {"Hạn xử lý": "9/3/2026"})
    agency.wait(hours=0.1)
    agency.post.reply(HEAD, first, "Đúng")
    agency.wait(hours=0.1)
    assert agency.request(code).state is State.REPORTED
    agency.replies(HEAD, "Đúng")
    assert str(agency.request(code).day("correction_due")) == "2026-03-09"


def test_nobody_else_confirms(agency: Agency, book: Register) -> None:
    """A stranger with the head's name, and the keeper: neither moves it."""
    code = typed(agency, book)
    asked = agency.post.last(HEAD)
    for who in (MALLORY, SECRETARY):
        agency.post.reply(who, asked, "Đúng")
        agency.wait(hours=0.1)
    assert agency.request(code).state is State.REPORTED
    agency.replies(HEAD, "Đúng")
    assert agency.request(code).state is State.CORRECTING


def test_the_keeper_says_that_the_rows_are_gone_on_purpose(agency: Agency) -> None:
    """Nothing moves before; then the round goes on, the requests live, nothing is asked again."""
    for number in range(4):
        agency.writes(cast.CLERK, f"Báo cáo không phù hợp\nViệc số {number}")
    book = Register(agency)
    codes = agency.codes()
    book.types(codes[3], Ghi_chú="giữ")
    book.deletes(*codes[:2])
    mails = agency.wait(hours=0.1)
    asked = to(mails, SECRETARY)
    assert codes[0] in asked.text
    assert agency.wait(hours=0.1) == []

    agency.replies(SECRETARY, "Đúng")
    assert agency.codes() == codes
    book.types(codes[2], Trạng_thái="xong")
    agency.wait(hours=0.1)
    assert [row.text(CODE) for row in book.grid().rows] == list(codes[2:])
    assert [line["Đã gõ"] for line in book.told()] == ["xong"]
    assert agency.wait(hours=0.1) == []
