"""Letters signed with S/MIME: what they move, what holds them, what people are told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from mailflow.checking import check_home
from mailflow.demo import cast
from mailflow.errors import Misconfigured
from mailflow.procedure.people import Person
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from mailflow.settings import FILE
from mailflow.wiring import open_service
from tests.conversations.agency import MALLORY, START, Agency, to
from tests.intake.reading import signing
from tests.intake.reading.signing import detached, opaque, part, sign

HEAD = cast.ONE_STOP_HEAD
DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Agency]:
    """An agency that trusts the authority of the tests, with one request reported."""
    ca = signing.write_authority(tmp_path / "ca.pem")
    made = Agency(tmp_path / "home", f'[mail]\nsmime_ca = "{ca}"')
    made.reported()
    yield made
    made.service.close()


def head(sender: Person, number: int = 1, subject: str = "Y kien") -> str:
    """The header of a letter without any token."""
    return (
        f"From: {sender.email}\r\nTo: {cast.MAILBOX}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@ky.example>\r\nDate: Mon, 02 Mar 2026 08:05:00 +0700\r\n"
    )


def decided(code: str, text: str = DECISION) -> bytes:
    """The signed part: the code and the decision."""
    return part(f"{code}\n{text}\n")


def test_a_signed_letter_without_token_moves_the_request(office: Agency) -> None:
    """The journal says by which proof, and the form prints it."""
    (code,) = office.codes()
    content = decided(code)
    office.receives(detached(head(HEAD), content, sign(content, signing.person(HEAD.email), START)))
    assert office.outcome() is Outcome.DONE
    entry = office.request(code).entries[-1]
    assert (entry.by, entry.proof, office.letter().reason) == (HEAD.id, "smime", "")
    assert office.request(code).state is State.CHECKED
    form = _form_of(office)
    assert "chữ ký số S/MIME" in form


def _form_of(office: Agency) -> str:
    """The words of the form that went out last."""
    from io import BytesIO

    from docx import Document

    name, data = next(file for mail in reversed(office.post.mails) for file in mail.files)
    assert name.endswith(".docx")
    cells = (c.text for t in Document(BytesIO(data)).tables for r in t.rows for c in r.cells)
    return "\n".join(cells)


def test_an_opaque_signed_reply_is_read(office: Agency) -> None:
    """Outlook's other shape, also where the signature is not even needed."""
    (code,) = office.codes()
    asked = office.post.last(HEAD)
    der = sign(part(DECISION), signing.person(HEAD.email), START, wrapped=True)
    office.receives(opaque(head(HEAD) + f"In-Reply-To: {asked.message_id}\r\n", der))
    assert office.outcome() is Outcome.DONE
    assert office.request(code).entries[-1].proof == "token"


@pytest.mark.threat("stolen or broken signature")
def test_the_same_letter_tampered_with_is_held_for_the_secretary(office: Agency) -> None:
    """Even with the token of its owner nothing moves, and nobody but the secretary is written."""
    (code,) = office.codes()
    signature = sign(decided(code, "Trao đổi\nChờ đã"), signing.person(HEAD.email), START)
    token = f"In-Reply-To: {office.post.last(HEAD).message_id}\r\n"
    mails = office.receives(detached(head(HEAD) + token, decided(code), signature))
    assert (office.outcome(), office.letter().reason) == (Outcome.HELD, "tampered_signature")
    assert office.request(code).state is State.REPORTED
    assert [mail.to for mail in mails] == [cast.SECRETARY.email]
    assert "bị sửa sau khi ký" in mails[0].text


@pytest.mark.parametrize(
    ("who", "words"),
    [("an unknown authority", "tin cậy"), ("a colleague", "địa chỉ của người gửi")],
)
def test_a_worthless_signature_is_as_good_as_none_and_says_why(
    office: Agency, who: str, words: str
) -> None:
    """It is held like any letter without proof; the reason is kept and the person told."""
    (code,) = office.codes()
    own = signing.holder("Gốc", ca=True)
    by = (
        signing.person(cast.COLLEAGUE.email)
        if who == "a colleague"
        else signing.holder("X", own, address=HEAD.email)
    )
    mails = office.receives(detached(head(HEAD), decided(code), sign(decided(code), by, START)))
    assert office.outcome() is Outcome.HELD
    assert words in office.letter().reason
    assert words in to(mails, HEAD).text
    office.replies(HEAD, "Xác nhận")
    assert office.request(code).entries[-1].proof == "challenge"


def test_a_worthless_signature_takes_nothing_from_the_token(office: Agency) -> None:
    """The act is done on the token; the answer and the console say what the signature lacks."""
    (code,) = office.codes()
    by = signing.holder("Cũ", signing.root(), address=HEAD.email, ends=START - timedelta(days=1))
    token = f"In-Reply-To: {office.post.last(HEAD).message_id}\r\n"
    raw = detached(head(HEAD) + token, part(DECISION), sign(part(DECISION), by, START))
    mails = office.receives(raw)
    assert office.outcome() is Outcome.DONE
    assert office.request(code).entries[-1].proof == "token"
    assert "hết hạn" in office.letter().reason
    assert "Chữ ký số: Chứng thư ký thư này đã hết hạn" in to(mails, HEAD).text


@pytest.mark.threat("stolen or broken signature")
def test_the_code_must_be_signed_too(office: Agency) -> None:
    """Nobody signs a subject: a signed decision cannot be sent on under another request's code."""
    (code,) = office.codes()
    raw = detached(
        head(HEAD, subject=f"[{code}]"),
        part(DECISION),
        sign(part(DECISION), signing.person(HEAD.email), START),
    )
    mails = office.receives(raw)
    assert office.outcome() is Outcome.HELD
    assert office.request(code).state is State.REPORTED
    assert "chữ ký không bảo vệ tiêu đề" in to(mails, HEAD).text


@pytest.mark.threat("stolen or broken signature")
def test_a_signature_counts_once(office: Agency) -> None:
    """A kept copy under a new Message-ID proves nothing, even when the first was only refused."""
    (code,) = office.codes()
    content = decided(code, "Đạt")
    signature = sign(content, signing.person(HEAD.email), START)
    office.receives(detached(head(HEAD), content, signature))
    first = office.letter()
    assert first.outcome in (Outcome.REFUSED, Outcome.ASKED)
    office.receives(detached(head(HEAD, 2), content, signature))
    assert "đã dùng ở một thư trước" in office.letter().reason
    assert all(entry.proof != "smime" for entry in office.request(code).entries)


def test_a_strangers_signature_opens_no_door(office: Agency) -> None:
    """Sound, trusted, naming From: but From is not on the roster."""
    (code,) = office.codes()
    by = signing.person(MALLORY.email)
    office.receives(detached(head(MALLORY), decided(code), sign(decided(code), by, START)))
    assert (office.outcome(), office.letter().reason) == (Outcome.HELD, "unknown_sender")
    assert office.request(code).state is State.REPORTED


def test_an_encrypted_letter_is_answered_with_what_to_do(office: Agency) -> None:
    """The program has no key; the sender hears it in Vietnamese and nothing changes."""
    (code,) = office.codes()
    recipient = signing.holder("Ban ISO", signing.root(), key=signing.rsa_key())
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(decided(code))
    builder = builder.add_recipient(recipient.certificate)
    der = builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    mails = office.receives(opaque(head(HEAD), der, "enveloped-data"))
    assert office.outcome() is Outcome.ASKED
    assert "gửi lại thư không mã hóa" in to(mails, HEAD).text
    assert office.request(code).state is State.REPORTED


def test_without_an_authority_a_signature_is_no_proof_and_no_hindrance(agency: Agency) -> None:
    """The letter is read, held for confirmation like any other, and the signature not mentioned."""
    code = agency.reported()
    der = sign(decided(code), signing.person(HEAD.email), START, wrapped=True)
    mails = agency.receives(opaque(head(HEAD), der))
    assert agency.outcome() is Outcome.HELD
    assert "Chữ ký số" not in to(mails, HEAD).text
    agency.replies(HEAD, "Xác nhận")
    assert agency.request(code).state is State.CHECKED


def test_a_bad_file_of_authorities_stops_the_start_and_is_named_by_check(office: Agency) -> None:
    """Both say which setting to change; an authority past its dates is a warning only."""
    ca = office.home.parent / "ca.pem"
    old = signing.holder("Gốc cũ", ca=True, ends=START)
    ca.write_bytes(old.certificate.public_bytes(Encoding.PEM))
    office.clock.now = START + timedelta(days=1)
    ((standing, say),) = _checked(office)
    assert (standing, "CN=Gốc cũ is past its dates" in say) == ("warning", True)
    ca.write_bytes(b"no certificate")
    ((standing, say),) = _checked(office)
    assert standing == "fault"
    assert say.startswith("mail.smime_ca: ")
    with pytest.raises(Misconfigured, match=r"mail\.smime_ca: .*ca\.pem is no PEM file"):
        open_service(office.home, office.clock, with_pdf=False)
    assert "smime_ca" in (office.home / FILE).read_text(encoding="utf-8")


def _checked(office: Agency) -> list[tuple[str, str]]:
    rows = check_home(office.home, office.clock)
    return [(row["standing"], row["say"]) for row in rows if row["what"] == "S/MIME"]
