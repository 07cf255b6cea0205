"""The register and the mail together: what is typed in one is answered in the other."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome
from mailflow.registers.columns import CODE
from tests.conversations.agency import MALLORY, REPORT, Agency, to
from tests.registers.keeping import REPORTED, Book
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


# --- by mail -------------------------------------------------------------------------------------


class Sent(Book):
    """A copy of the register on somebody's own machine."""

    def __init__(self, book: Book, folder: Path) -> None:
        self.path = folder / "Sổ theo dõi gửi về.xlsx"
        self.path.write_bytes(book.path.read_bytes())

    @property
    def file(self) -> tuple[str, bytes]:
        """What is attached to a mail."""
        return self.path.name, self.path.read_bytes()


@pytest.fixture
def sent(book: Register, tmp_path: Path) -> Sent:
    """The register as somebody took it home."""
    return Sent(book, tmp_path)


def attached(mail: Mail, folder: Path) -> Book:
    """Open the register that came with a mail."""
    found = Book()
    found.path = folder / "về.xlsx"
    (data,) = (data for name, data in mail.files if name.endswith(".xlsx"))
    found.path.write_bytes(data)
    return found


def test_a_head_fills_in_a_copy_and_mails_it_back(
    agency: Agency, book: Register, sent: Sent, tmp_path: Path
) -> None:
    """Proven by the token of the mail it answers: done as the head's, the answer has it all."""
    code = agency.codes()[0]
    sent.types_into(code, DECISION)
    mails = agency.replies(HEAD, "Em gửi lại sổ ạ", code, files=(sent.file,))

    entry = agency.request(code).entries[-1]
    assert (entry.act, entry.by, entry.proof) == (Act.DECIDE_DISPOSITION, HEAD.id, "token")
    answer = to(mails, HEAD)
    assert code in answer.text
    assert "bản sổ mới nhất" in answer.text
    assert attached(answer, tmp_path).row(code)["Trạng thái"] == "Đang xử lý"
    assert book.row(code)["Người xử lý"] == cast.CLERK.name
    assert agency.outcome() is Outcome.DONE


def test_weeks_later_old_cells_are_nobodys_wish(agency: Agency, book: Register, sent: Sent) -> None:
    """The request has moved on: what is only old in the copy is not taken for an edit."""
    code = agency.codes()[0]
    agency.replies(HEAD, "Không xử lý thêm\nHình thức: Chấp nhận\nLý do: Nhẹ", code)
    entries = len(agency.request(code).entries)
    agency.wait(days=20)
    sent.types(code, Ghi_chú="xem lại")
    mails = agency.writes(SECRETARY, "Gửi sổ", f"[{code}]", files=(sent.file,))
    assert len(agency.request(code).entries) == entries
    assert "xem lại" in to(mails, SECRETARY).text
    assert "người giữ sổ" in to(mails, SECRETARY).text


def test_unproven_nothing_moves_before_the_sender_confirms(
    agency: Agency, book: Register, sent: Sent
) -> None:
    """A new mail without token or signature: the head is asked at the roster's address."""
    code = agency.codes()[0]
    sent.types_into(code, DECISION)
    mails = agency.writes(HEAD, "", "Sổ", files=(sent.file,))
    assert agency.request(code).state is State.REPORTED
    assert any("xác nhận" in mail.text.casefold() for mail in mails if mail.to == HEAD.email)
    agency.replies(HEAD, "Xác nhận")
    assert agency.request(code).state is State.CORRECTING


@pytest.mark.threat("more than one's own")
def test_what_is_not_the_senders_goes_to_the_keeper_as_a_proposal(
    agency: Agency, book: Register, sent: Sent
) -> None:
    """The clerk decides nothing: told why, the keeper gets the list, the register is untouched."""
    code = agency.codes()[0]
    sent.types_into(code, {**DECISION, "Ghi chú": "chị Lan bảo thế"})
    mails = agency.writes(cast.CLERK, "", "Sổ", files=(sent.file,))
    assert agency.request(code).state is State.REPORTED
    for who in (cast.CLERK, SECRETARY):
        text = to(mails, who).text
        assert HEAD.name in text
        assert "chị Lan bảo thế" in text
    assert cast.CLERK.name in to(mails, SECRETARY).text
    assert book.row(code)["Người xử lý"] is None


def test_a_row_added_to_a_mailed_copy_is_a_report_and_only_once(
    agency: Agency, book: Register, sent: Sent
) -> None:
    """The clerk's own; in somebody else's name it is not; mailed again it is not a second one."""
    sent.adds({**REPORTED, "Nội dung": "Việc của tôi"})
    sent.adds({**REPORTED, "Nội dung": "Việc người khác", "Người phát hiện": cast.PLANNER.name})
    mails = agency.writes(cast.CLERK, "", "Sổ", files=(sent.file,))
    assert len(agency.codes()) == 2
    assert cast.PLANNER.name in to(mails, cast.CLERK).text
    assert "Việc người khác" in to(mails, SECRETARY).text
    agency.writes(cast.CLERK, "", "Sổ lần nữa", files=(sent.file,))
    assert len(agency.codes()) == 2


def test_a_strangers_register_waits_for_the_secretary(
    agency: Agency, book: Register, sent: Sent
) -> None:
    """Like any letter of a stranger; nothing of it is read into the record."""
    code = agency.codes()[0]
    sent.types_into(code, DECISION)
    agency.writes(MALLORY, "", "Sổ", files=(sent.file,))
    assert agency.outcome() is Outcome.HELD
    assert agency.request(code).state is State.REPORTED


def test_words_beside_a_register_are_not_done_unseen(
    agency: Agency, book: Register, sent: Sent
) -> None:
    """The answer says that only the rows were read."""
    code = agency.codes()[0]
    sent.types(code, Nguyên_nhân="Thiếu người")
    mails = agency.replies(HEAD, "Giao xử lý\nHình thức: Làm lại", code, files=(sent.file,))
    assert agency.request(code).state is State.REPORTED
    assert "bằng lời trong thư chưa được làm" in to(mails, HEAD).text
    assert "Thiếu người" in to(mails, HEAD).text


def test_a_copy_without_its_mark_only_proposes(agency: Agency, book: Register, sent: Sent) -> None:
    """Saved by a program that drops the properties: all it says is listed, nothing is done."""
    code = agency.codes()[0]
    sent.types_into(code, DECISION)

    def forget(found: Workbook) -> None:
        for name in ("register_id", "generation"):
            del found.custom_doc_props[name]  # type: ignore[attr-defined] # the stubs lack it

    sent.saves_elsewhere(forget)
    mails = agency.replies(HEAD, "", code, files=(sent.file,))
    assert agency.request(code).state is State.REPORTED
    for who in (HEAD, SECRETARY):
        assert "chỉ là đề nghị" in to(mails, who).text


def test_another_workbook_is_evidence_as_ever(agency: Agency) -> None:
    """A spreadsheet that is no register goes into the report."""
    data = io.BytesIO()
    Workbook().save(data)
    agency.writes(cast.CLERK, REPORT, files=(("số liệu.xlsx", data.getvalue()),))
    opened = agency.request(agency.codes()[0]).entries[0]
    assert [file["name"] for file in opened.fields["files"]] == ["số liệu.xlsx"]
