"""The bytes of a mail: its parts, headers, names of files, and hostile header values."""

import re
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from jinja2 import Environment

from mailflow.actions.context import Context
from mailflow.errors import Permanent
from mailflow.outbox.compose import Attached, compose
from tests.outbox.build import CODE, LAN, TOKEN, letter, notice, request
from tests.outbox.samples import samples

AT = datetime(2026, 3, 10, 16, 31, tzinfo=timezone(timedelta(hours=7)))
ID = f"<a.{TOKEN}@sonoivu.binhan.gov.vn>"
DOCX = ("Phiếu 07-2026 Hồ sơ cấp phép tổ chức hội.docx", b"PK\x03\x04" + bytes(range(256)))


def _raw(context: Context, environment: Environment, *attached: Attached) -> bytes:
    token = TOKEN if context["asks"] else ""
    return compose(context, environment, message_id=ID, token=token, at=AT, attached=attached)


def _mail(context: Context, environment: Environment, *attached: Attached) -> EmailMessage:
    raw = _raw(context, environment, *attached)
    return message_from_bytes(raw, policy=default)


def test_a_mail_is_text_and_html_with_its_files_beside(environment: Environment) -> None:
    """multipart/mixed [multipart/alternative [text, html], files], as every client expects."""
    mail = _mail(samples()["propose_solution_lead"], environment, DOCX)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ]
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == DOCX


def test_a_mail_without_files_is_only_text_and_html(environment: Environment) -> None:
    """No empty shell around the two."""
    mail = _mail(samples()["receipt_stranger"], environment)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_mail_is_seven_bit_with_short_lines_and_survives_the_journey(
    name: str, environment: Environment
) -> None:
    """Old relays cut lines over 998 octets and break 8-bit letters; ours have neither."""
    raw = _raw(samples()[name], environment, DOCX)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    mail = message_from_bytes(raw, policy=default)
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Kính gửi anh/chị" in text.get_content()
    assert "Kính gửi anh/chị" in html.get_content()
    assert not any(part.defects for part in mail.walk())


def test_the_headers_of_a_notice(environment: Environment) -> None:
    """One sender, one recipient, threaded under the request, marked as made by a machine."""
    mail = _mail(samples()["propose_solution_lead"], environment)
    assert {name: str(mail[name]) for name in mail if name != "Content-Type"} == {
        "From": "Cải tiến ISO - Sở Nội vụ <caitien@sonoivu.binhan.gov.vn>",
        "To": "Phạm Quang Hùng <hung@sonoivu.binhan.gov.vn>",
        "Subject": f"[{CODE}] Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày",
        "Date": "Tue, 10 Mar 2026 16:31:00 +0700",
        "Message-ID": ID,
        "In-Reply-To": "<r.ctcl-2026-0007-k@sonoivu.binhan.gov.vn>",
        "References": "<r.ctcl-2026-0007-k@sonoivu.binhan.gov.vn>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN",
        "X-Mailflow-Id": "caitien@sonoivu.binhan.gov.vn",
        "Content-Language": "vi",
        "MIME-Version": "1.0",
    }


def test_an_answer_is_threaded_under_the_letter_it_answers(environment: Environment) -> None:
    """In-Reply-To names the letter, References the request and the letter; auto-replied."""
    mail = _mail(samples()["answer_mixed"], environment)
    answered = "<SEYPR01MB2345.apcprd01.prod.exchangelabs.com>"
    assert mail["In-Reply-To"] == answered
    assert mail["References"] == f"<r.ctcl-2026-0007-k@sonoivu.binhan.gov.vn> {answered}"
    assert mail["Auto-Submitted"] == "auto-replied"


def test_a_challenge_is_not_threaded_under_the_letter_it_doubts(environment: Environment) -> None:
    """It goes to the roster's address; the doubted letter's ids must not steer it."""
    mail = _mail(samples()["confirm"], environment)
    assert mail["In-Reply-To"] is None
    assert mail["Auto-Submitted"] == "auto-generated"


def test_long_message_ids_are_folded_never_encoded(environment: Environment) -> None:
    """An encoded id matches nothing, so the answer would fall out of its thread."""
    long = "S" * 100 + "@apcprd01.prod.exchangelabs.com"
    sample = notice("answer", LAN, request=request(1, "", [], ""), letter=letter(message_id=long))
    raw = _raw(sample, environment)
    assert f"\r\nIn-Reply-To: <{long}>\r\n".encode() in raw
    assert f"\r\n <{long}>\r\n".encode() in raw


EVIL = "Sếp\r\nBcc: ke.gian@example.com\r\n\r\nthân thư\x00\u2028X"


@pytest.mark.threat("header and SMTP injection")
def test_no_value_can_add_a_header(environment: Environment) -> None:
    """Line breaks of every kind in names, titles and subjects become blanks."""
    sample = notice(
        "answer",
        {**LAN, "name": EVIL},
        agency={**samples()["confirm"]["agency"], "display_name": EVIL},
        letter=letter(subject=EVIL, message_id=f"a@b>{EVIL}"),
    )
    mail = _mail(sample, environment, (EVIL + "/../x.docx", b"x"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Re: Sếp Bcc: ke.gian@example.com thân thư X"
    assert mail["To"].addresses[0].display_name == "Sếp Bcc: ke.gian@example.com thân thư X"
    assert mail["In-Reply-To"] is None
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Sếp Bcc: ke.gian@example.com thân thư X-..-x.docx"


@pytest.mark.threat("header and SMTP injection")
@pytest.mark.parametrize("name", ['Anh "Ba" <x@y>, z@t', "Nguyễn, Văn A", "a@b"])
def test_a_name_is_never_read_as_an_address(name: str, environment: Environment) -> None:
    """Quotes, commas and angle brackets in a name stay in the name."""
    sample = notice("set_aside", {**LAN, "name": name}, letter=letter())
    (to,) = _mail(sample, environment)["To"].addresses
    assert (to.addr_spec, to.display_name) == (LAN["email"], name)


@pytest.mark.parametrize("address", ["", "lan", "lan@", "a b@c.vn", "a@b.vn, c@d.vn", "đô@so.vn"])
def test_what_is_no_address_is_refused_for_good(address: str, environment: Environment) -> None:
    """Trying again would not help; the one who keeps the roster hears of it."""
    with pytest.raises(Permanent, match="not an address"):
        _raw(notice("set_aside", {**LAN, "email": address}, letter=letter()), environment)


def test_an_encoded_word_in_a_value_is_not_decoded_by_the_reader(environment: Environment) -> None:
    """A subject encoded twice could otherwise put a line break into our header."""
    hostile = "x =?utf-8?Q?a=0D=0ABcc:_ke.gian@example.com?="
    mail = _mail(notice("answer", LAN, letter=letter(subject=hostile)), environment)
    assert mail["Subject"] == "Re: x = ?utf-8?Q?a=0D=0ABcc:_ke.gian@example.com?="
    assert mail["Bcc"] is None
