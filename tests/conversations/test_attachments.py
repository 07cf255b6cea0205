"""What people attach: evidence that is kept, files that are not, forms that come back."""

import io
from email.message import EmailMessage

import pytest
from docx import Document

from mailflow.channels.maildir import MaildirMailbox
from mailflow.demo import cast
from mailflow.procedure.people import Person
from mailflow.procedure.request import Entry
from mailflow.procedure.terms import Act, State
from mailflow.record import Outcome
from tests.conversations.agency import REPORT, Agency, to
from tests.intake.reading.files import DOCM, MAIL, PDF, PROGRAM, jpeg, outlook_reply, packed, png

WORK = "Giao xử lý\nHình thức: Làm lại\nNgười xử lý: Ngô Thị Bích\nHạn: 05/03/2026"
HEAD = cast.ONE_STOP_HEAD


def names(entry: Entry) -> list[str]:
    """Name the files of an act."""
    return [file["name"] for file in entry.fields.get("files") or ()]


def letter_to(agency: Agency, who: Person, code: str, text: str = "") -> EmailMessage:
    """Begin a reply by hand, for parts that the usual way does not have."""
    asked = agency.post.last(who, code)
    letter = EmailMessage()
    letter["From"] = f"{who.name} <{who.email}>"
    letter["To"] = cast.MAILBOX
    letter["Subject"] = f"Re: {asked.subject}"
    letter["Message-ID"] = f"<{agency.clock():%H%M}.reply@ankhe.example>"
    letter["In-Reply-To"] = asked.message_id
    letter.set_content(text)
    return letter


def changed(document: bytes, words: str = "Đã đồng ý") -> bytes:
    """Type into a form as Word does, and save it."""
    paper = Document(io.BytesIO(document))
    paper.tables[-1].cell(0, 0).paragraphs[0].add_run(words)
    saved = io.BytesIO()
    paper.save(saved)
    return saved.getvalue()


def test_evidence_is_kept_and_the_rest_is_told(agency: Agency) -> None:
    """The report opens its request with the photo; macro, program and password are explained."""
    files = (
        ("anh.jpg", jpeg(1200, 900, 20_000)),
        ("x.docm", DOCM),
        ("hoadon.pdf", PROGRAM),
        ("ho so.zip", packed({"a.txt": b"a"}, locked=True)),
    )
    mails = agency.writes(cast.CLERK, REPORT, files=files)
    (code,) = agency.codes()
    opened = agency.request(code).entries[0]
    assert names(opened) == ["anh.jpg"]
    with agency.service.open_work(reading=True) as work:
        assert work.blobs.get(opened.fields["files"][0]["sha256"]) == files[0][1]
        assert b"x.docm" in work.letters.raw(agency.letter().id)
    said = to(mails, cast.CLERK).text
    assert "“x.docm” có macro" in said
    assert "“hoadon.pdf” là chương trình" in said
    assert "“ho so.zip” đặt mật khẩu" in said
    assert "anh.jpg" not in said.split("Tệp đính kèm")[1].split("ĐÃ LÀM")[0]
    assert agency.outcome() is Outcome.DONE


def test_harmless_files_are_not_worth_a_word(agency: Agency) -> None:
    """A card, a logo, an invitation: neither evidence nor a sentence in the answer."""
    files = (("lan.vcf", b"BEGIN:VCARD\n"), ("image001.png", png(100, 40, 900)))
    mails = agency.writes(cast.CLERK, REPORT, files=files)
    assert names(agency.request(agency.codes()[0]).entries[0]) == []
    assert "Tệp đính kèm" not in to(mails, cast.CLERK).text


def test_a_letter_over_the_caps_is_answered(agency: Agency) -> None:
    """Which file, what was kept, what to do; the act itself is done."""
    code = agency.reported()
    big = PDF.ljust(21 * 2**20, b"1")
    mails = agency.replies(HEAD, WORK, code, (("a.pdf", PDF), ("quét.pdf", big)))
    request = agency.request(code)
    assert request.state is State.CORRECTING
    assert names(request.entries[-1]) == ["a.pdf"]
    assert "“quét.pdf” (21 MB) lớn hơn mức 20 MB" in to(mails, HEAD).text


@pytest.mark.threat("huge letters")
def test_a_letter_too_large_to_fetch_is_answered_as_such(agency: Agency) -> None:
    """Only its headers came: that is said, instead of "no content"."""
    code = agency.reported()
    box = agency.service.settings.mail.maildir_in
    agency.service.mailbox = MaildirMailbox(box, clock=agency.clock, cap=20_000)
    mails = agency.replies(HEAD, WORK, code, (("quét.pdf", PDF.ljust(30_000, b"1")),))
    assert agency.request(code).state is State.REPORTED
    assert "Thư quá lớn" in to(mails, HEAD).text


def test_a_held_act_tells_of_its_files_too(agency: Agency) -> None:
    """An unproven letter gets one mail, the challenge; what was left out is said in it."""
    code = agency.reported()
    mails = agency.writes(HEAD, WORK, f"[{code}]", (("x.docm", DOCM), ("a.pdf", PDF)))
    said = to(mails, HEAD)
    assert agency.outcome() is Outcome.HELD
    assert "có macro" in said.text
    assert "Chưa đưa vào phiếu nào" not in said.text
    agency.replies(HEAD, "Xác nhận")
    assert names(agency.request(code).entries[-1]) == ["a.pdf"]


def test_files_of_a_letter_that_was_asked_about_are_wanted_again(agency: Agency) -> None:
    """Nothing is lost in silence: the answer says that the file went nowhere yet."""
    code = agency.reported()
    mails = agency.replies(HEAD, "Giao xử lý\nHình thức: Làm lại", code, (("a.pdf", PDF),))
    assert agency.outcome() is Outcome.ASKED
    assert "Chưa đưa vào phiếu nào: “a.pdf”" in to(mails, HEAD).text


def test_an_attached_mail_is_evidence_and_never_an_answer(agency: Agency) -> None:
    """The old "Không duyệt" in it moves nothing; the mail itself is in the list of files."""
    code = agency.presented()
    letter = letter_to(agency, cast.LEAD, code, "Bổ sung bằng chứng\nXem thư kèm")
    letter.add_attachment(MAIL, maintype="application", subtype="octet-stream", filename="cu.eml")
    agency.receives(letter)
    request = agency.request(code)
    assert request.state is State.PRESENTED
    assert names(request.entries[-1]) == ["cu.eml"]


def test_our_own_mail_and_forms_sent_back_are_no_evidence(agency: Agency) -> None:
    """Programs that attach the answered mail, or keep its files, add nothing."""
    code = agency.reported()
    asked = agency.post.last(HEAD, code)
    letter = letter_to(agency, HEAD, code, WORK)
    letter.add_attachment(asked.message)
    name, form = asked.files[0]
    letter.add_attachment(form, maintype="application", subtype="x", filename=name)
    mails = agency.receives(letter)
    assert agency.request(code).state is State.CORRECTING
    assert names(agency.request(code).entries[-1]) == []
    assert "Tệp đính kèm" not in to(mails, HEAD).text


def test_a_form_saved_again_unchanged_is_no_evidence(agency: Agency) -> None:
    """Word writes other bytes, the words are ours."""
    code = agency.reported()
    name, form = agency.post.last(HEAD, code).files[0]
    saved = io.BytesIO()
    Document(io.BytesIO(form)).save(saved)
    agency.replies(HEAD, WORK, code, ((name, saved.getvalue()),))
    assert agency.request(code).state is State.CORRECTING
    assert names(agency.request(code).entries[-1]) == []


def test_a_form_filled_in_is_kept_and_the_words_are_asked_for(agency: Agency) -> None:
    """Nothing typed into the file is acted on: evidence, and a question in words."""
    code = agency.reported()
    name, form = agency.post.last(HEAD, code).files[0]
    mails = agency.replies(HEAD, "", code, ((name, changed(form)),))
    request = agency.request(code)
    assert request.state is State.REPORTED
    assert (request.entries[-1].act, names(request.entries[-1])) == (Act.ADD_EVIDENCE, [name])
    said = to(mails, HEAD).text
    assert agency.outcome() is Outcome.ASKED
    assert f"là phiếu {code} đã được sửa" in said
    assert "bản cũ" not in said
    assert "Giao xử lý" in said


def test_an_old_copy_of_a_form_is_called_old(agency: Agency) -> None:
    """The request moved on since it was sent; the answer says so, the act stands on its words."""
    code = agency.reported()
    name, form = agency.post.last(HEAD, code).files[0]
    agency.replies(HEAD, WORK, code)
    said = "Bổ sung bằng chứng\nXem phiếu"
    mails = agency.writes(cast.CLERK, said, f"[{code}]", ((name, changed(form)),))
    assert names(agency.request(code).entries[-1]) == [name]
    assert "là bản cũ" in to(mails, cast.CLERK).text


def test_a_form_alone_names_its_request(agency: Agency) -> None:
    """A new letter with nothing but the filled form: evidence of that request, not a new report."""
    code = agency.reported()
    name, form = agency.post.last(HEAD, code).files[0]
    agency.writes(HEAD, "", "Phiếu", ((name, changed(form)),))
    assert agency.codes() == (code,)
    assert names(agency.request(code).entries[-1]) == [name]


def test_a_scan_of_the_paper_form_goes_to_the_secretary(agency: Agency) -> None:
    """It is evidence, the sender is told, and the secretary gets the picture to enter it."""
    code = agency.reported()
    scan = jpeg(1654, 2339, 50_000)
    mails = agency.replies(HEAD, "", code, (("Phiếu ký.jpg", scan),))
    request = agency.request(code)
    assert request.state is State.REPORTED
    assert names(request.entries[-1]) == ["Phiếu ký.jpg"]
    assert agency.outcome() is Outcome.DONE
    assert "Thư ký ISO được nhờ xem" in to(mails, HEAD).text
    asked = [m for m in mails if m.to == cast.SECRETARY.email and "bản chụp" in m.subject]
    assert [m.files for m in asked] == [(("Phiếu ký.jpg", scan),)]
    assert code in asked[0].text


def test_a_photo_with_words_is_no_scan(agency: Agency) -> None:
    """Words decide as ever; nobody is asked to enter anything."""
    code = agency.reported()
    mails = agency.replies(HEAD, WORK, code, (("anh.jpg", jpeg(1200, 900, 20_000)),))
    assert agency.request(code).state is State.CORRECTING
    assert not [m for m in mails if "bản chụp" in m.subject]


def test_a_reply_in_outlook_s_own_format_is_acted_on(agency: Agency) -> None:
    """Words and files come out of the winmail.dat as from any other letter."""
    code = agency.reported()
    letter = letter_to(agency, HEAD, code)
    data = outlook_reply(WORK, ("Biên bản.pdf", PDF))
    letter.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    agency.receives(letter)
    assert agency.request(code).state is State.CORRECTING
    assert names(agency.request(code).entries[-1]) == ["Biên bản.pdf"]


def test_a_file_passed_on_to_the_secretary_can_be_attached_again(agency: Agency) -> None:
    """Only our own forms are passed over: a scan that we forwarded stays the sender's evidence."""
    code = agency.reported()
    scan = (("Phiếu ký.jpg", jpeg(1654, 2339, 50_000)),)
    agency.replies(HEAD, "", code, scan)
    agency.replies(HEAD, WORK, code, scan)
    assert agency.request(code).state is State.CORRECTING
    assert names(agency.request(code).entries[-1]) == ["Phiếu ký.jpg"]
