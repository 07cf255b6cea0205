"""Sending by Exchange: the frozen bytes, one recipient, a copy in Sent Items, told refusals."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mailflow.channels.base import LoginRefused
from mailflow.channels.wire import wire_form
from mailflow.errors import Permanent, Temporary
from tests.channels.exchanges import ISO, sending
from tests.ews import ExchangeBox

LAN = "lan@coquan.test"


def _notice(number: int = 1, to: str = f"Vũ Thị Lan <{LAN}>", **more: str) -> bytes:
    """A notice with a form, in the thread of what it answers."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Ban ISO <{ISO}>"
    mail["To"] = to
    mail["Subject"] = "[CTCL-2026-0007-K] Đề nghị cho ý kiến"
    mail["Message-ID"] = f"<a.{number}.k7@coquan.test>"
    mail["In-Reply-To"] = "<2@khach.test>"
    mail["References"] = "<1@khach.test> <2@khach.test>"
    for name, value in more.items():
        mail[name] = value
    mail.set_content("Kính gửi chị Lan,\n" + "Đề nghị cho ý kiến. " * 90)
    mail.add_attachment(
        b"PK\3\4 form", maintype="application", subtype="zip", filename="Phiếu số 7.docx"
    )
    return mail.as_bytes()


def test_a_letter_goes_out_as_it_was_frozen(box: ExchangeBox) -> None:
    """Byte for byte as by SMTP: its own Message-ID, References, the form; a copy in Sent Items."""
    notice = _notice()
    with sending(box.exchange()) as transport:
        answer = transport.send("", LAN, notice)
    (taken,) = box.taken
    assert taken.recipients == [LAN]
    assert taken.content == wire_form(notice, eight_bit=True)
    assert box.letters("sentitems") == [taken.content]
    assert "Sent Items" in answer


def test_letters_go_by_one_connection(box: ExchangeBox) -> None:
    """One login, and the folder of sent letters is looked up once."""
    with sending(box.exchange()) as transport:
        for number in range(3):
            transport.send(ISO, LAN, _notice(number))
    assert len(box.logins) == 1
    assert box.asked.count("CreateItem") == 3
    assert box.asked.count("GetFolder") == 2


def test_a_blind_copy_reaches_nobody(box: ExchangeBox) -> None:
    """Exchange would send to a Bcc header: it never gets there."""
    with sending(box.exchange()) as transport:
        transport.send(ISO, LAN, _notice(Bcc="giam-doc@coquan.test"))
    (taken,) = box.taken
    assert taken.recipients == [LAN]
    assert b"giam-doc" not in taken.content


@pytest.mark.parametrize(
    ("to", "more"),
    [
        (f"{LAN}, nam@coquan.test", {}),
        ("nam@coquan.test", {}),
        (LAN, {"Cc": "nam@coquan.test"}),
        (LAN, {"Resent-To": "nam@coquan.test"}),
    ],
)
@pytest.mark.threat("header and SMTP injection")
def test_a_letter_whose_headers_name_others_is_not_sent(
    box: ExchangeBox, to: str, more: dict[str, str]
) -> None:
    """Exchange goes by the headers: whoever is not the one recipient must not be in them."""
    with (
        sending(box.exchange()) as transport,
        pytest.raises(Permanent, match=r"Exchange would send to .*nam@coquan\.test"),
    ):
        transport.send(ISO, LAN, _notice(1, to, **more))
    assert box.asked == []


def test_the_recipient_may_be_written_in_another_case(box: ExchangeBox) -> None:
    """Lan@CoQuan.test is lan@coquan.test."""
    with sending(box.exchange()) as transport:
        transport.send(ISO, "Lan@CoQuan.test", _notice())
    assert len(box.taken) == 1


def test_a_letter_taken_without_an_answer_is_not_sent_twice(box: ExchangeBox) -> None:
    """The server hung up after taking it: the next try finds it in Sent Items."""
    box.answers["CreateItem"] = ["taken, hang up"]
    with sending(box.exchange()) as transport:
        with pytest.raises(Temporary, match="was not taken, or nobody knows"):
            transport.send(ISO, LAN, _notice())
        assert "had been sent" in transport.send(ISO, LAN, _notice())
        transport.send(ISO, LAN, _notice(2))
    assert len(box.taken) == 2


@pytest.mark.parametrize("answer", ["hang up", "503", "ErrorServerBusy", "ErrorQuotaExceeded"])
def test_what_the_server_cannot_do_now_is_tried_again(box: ExchangeBox, answer: str) -> None:
    """Nothing was taken: the next try sends it, once."""
    box.answers["CreateItem"] = [answer]
    with sending(box.exchange()) as transport:
        with pytest.raises(Temporary) as put_off:
            transport.send(ISO, LAN, _notice())
        transport.send(ISO, LAN, _notice())
    assert not isinstance(put_off.value, LoginRefused)
    assert len(box.taken) == 1


@pytest.mark.parametrize("answer", ["ErrorInvalidRecipients", "ErrorMessageSizeExceeded", "413"])
def test_what_no_try_will_change_is_final(box: ExchangeBox, answer: str) -> None:
    """The address or the size: said with the server's own word, and the next letter goes."""
    box.answers["CreateItem"] = [answer]
    with sending(box.exchange()) as transport:
        with pytest.raises(Permanent, match=f"letter to {LAN} refused: .*{answer}"):
            transport.send(ISO, LAN, _notice())
        transport.send(ISO, LAN, _notice(2))
    assert len(box.taken) == 1


def test_a_wrong_password_sends_nothing(box: ExchangeBox) -> None:
    """It is about us, not the letter: sending rests, and the letter stays."""
    with (
        sending(box.exchange(password="sai")) as transport,
        pytest.raises(LoginRefused, match=f"login of {ISO} refused"),
    ):
        transport.send(ISO, LAN, _notice())
    assert box.taken == []
