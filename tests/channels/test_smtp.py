"""Sending by SMTP to a server that answers as it is told."""

import contextlib
import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailflow.channels.base import LoginRefused, NoAnswer, Server
from mailflow.channels.smtp import SmtpTransport, mail_options
from mailflow.errors import Permanent, Temporary
from tests.servers import PASSWORD, Certificates, free_port
from tests.smtp_sink import SmtpSink, smtp_sink

# The sink wants a login over implicit TLS too, which aiosmtpd does not count as TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

MESSAGE = (
    b"Message-ID: <a.1@coquan.test>\r\nTo: lan@coquan.test\r\nBcc: an@coquan.test\r\n"
    b"Subject: x\r\n\r\n.mot cham dau dong\r\nchao\r\n"
)
BOT, LAN = "bot@coquan.test", "lan@coquan.test"


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A server without TLS, on loopback."""
    with smtp_sink() as running:
        yield running


def account(sink: SmtpSink) -> Server:
    """Return how the sink is reached without TLS."""
    return Server("127.0.0.1", sink.port, tls="none", timeout=5)


@contextlib.contextmanager
def opened(server: Server) -> Iterator[SmtpTransport]:
    """Open a transport and let it go afterwards."""
    transport = SmtpTransport(server, hello="coquan.test")
    try:
        yield transport
    finally:
        transport.close()


def test_a_letter_arrives_byte_for_byte_without_its_bcc(sink: SmtpSink) -> None:
    """The envelope is the caller's, a leading dot survives, the answer comes back."""
    with opened(account(sink)) as transport:
        answer = transport.send(BOT, LAN, MESSAGE)
    (taken,) = sink.taken
    assert taken.content == MESSAGE.replace(b"Bcc: an@coquan.test\r\n", b"")
    assert (taken.mail_from, taken.recipients) == (BOT, [LAN])
    assert answer == "250 2.0.0 taken"


def test_an_automatic_answer_goes_out_with_the_null_sender(sink: SmtpSink) -> None:
    """MAIL FROM:<>, so that no bounce comes back."""
    with opened(account(sink)) as transport:
        transport.send("", LAN, MESSAGE)
    assert sink.taken[0].mail_from == "<>"


def test_one_connection_serves_many_letters(sink: SmtpSink) -> None:
    """Each letter its own recipient, no new login each time."""
    with opened(account(sink)) as transport:
        for number in range(4):
            transport.send(BOT, f"nguoi{number}@coquan.test", MESSAGE)
    assert [taken.recipients for taken in sink.taken] == [
        [f"nguoi{number}@coquan.test"] for number in range(4)
    ]
    assert sink.connections() == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 thử lại sau", Temporary),
        ("452 4.2.2 hộp thư đầy", Temporary),
        ("550 5.1.1 không có người này", Permanent),
        ("554 5.7.1 từ chối", Permanent),
    ],
)
def test_refusals_are_told_apart_and_the_next_letter_goes(
    sink: SmtpSink, verb: str, answer: str, kind: type[Exception]
) -> None:
    """4xx may work later, 5xx never will; the server's words reach the operator."""
    sink.answers[verb] = [answer]
    with opened(account(sink)) as transport:
        with pytest.raises(kind) as caught:
            transport.send(BOT, LAN, MESSAGE)
        assert answer[:3] in str(caught.value)
        assert LAN in str(caught.value)
        assert answer.rsplit(" ", 1)[-1] in str(caught.value)
        assert sink.taken == []
        transport.send(BOT, LAN, MESSAGE)
    assert len(sink.taken) == 1
    assert sink.connections() == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 4.7.0 đóng cửa", "hang up"])
def test_a_server_that_hangs_up_is_called_again(sink: SmtpSink, verb: str, answer: str) -> None:
    """The letter at hand is Temporary, the next one opens a new connection."""
    sink.answers[verb] = [answer]
    with opened(account(sink)) as transport:
        with pytest.raises(Temporary):
            transport.send(BOT, LAN, MESSAGE)
        transport.send(BOT, LAN, MESSAGE)
    assert sink.connections() == 2


def test_taken_but_never_answered_is_temporary_and_says_so(sink: SmtpSink) -> None:
    """After such a break the same Message-ID goes out again; the operator can see why."""
    sink.answers["DATA"] = ["hang up"]
    with opened(account(sink)) as transport:
        with pytest.raises(Temporary, match="may have been taken"):
            transport.send(BOT, LAN, MESSAGE)
        transport.send(BOT, LAN, MESSAGE)
    assert len({taken.content for taken in sink.taken}) == 1
    assert len(sink.taken) == 2


def test_a_connection_closed_while_idle_costs_no_letter() -> None:
    """Servers close idle connections: the next letter opens a new one without a fault."""
    port = free_port()
    with contextlib.ExitStack() as stack:
        transport = stack.enter_context(
            opened(Server("127.0.0.1", port, tls="none", timeout=5)),
        )
        for _ in range(2):
            with smtp_sink(port=port) as sink:
                transport.send(BOT, LAN, MESSAGE)
                assert len(sink.taken) == 1


def test_nobody_listening_is_temporary() -> None:
    """A server that is down is asked again later."""
    server = Server("127.0.0.1", free_port(), tls="none", timeout=2)
    with opened(server) as transport, pytest.raises(Temporary, match="no connection"):
        transport.send(BOT, LAN, MESSAGE)


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    """It is told from one that is down: every further try would take as long."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server("127.0.0.1", silent.getsockname()[1], tls="none", timeout=0.2)
        with opened(server) as transport, pytest.raises(NoAnswer, match="timed out"):
            transport.send(BOT, LAN, MESSAGE)


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_both_ways_of_tls_log_in_with_a_vietnamese_password(
    certificates: Certificates, way: str
) -> None:
    """The own authority is trusted, AUTH PLAIN carries the letters beyond ASCII."""
    with smtp_sink(certificates, tls=way, auth_required=True) as sink:
        server = secured(sink, certificates, way)
        with opened(server) as transport:
            transport.send(BOT, LAN, MESSAGE)
            assert waits_for_nothing(transport)
        assert sink.logins == [("bot", PASSWORD)]
        assert len(sink.taken) == 1


def waits_for_nothing(transport: SmtpTransport) -> bool:
    """Tell whether the last piece of a mail leaves before those ahead of it are acknowledged."""
    assert transport._smtp
    assert transport._smtp.sock
    return bool(transport._smtp.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def secured(sink: SmtpSink, certificates: Certificates, way: str) -> Server:
    """Return the sink's account over TLS."""
    ca = certificates.ca
    server = Server("127.0.0.1", sink.port, "bot", PASSWORD, ca_file=ca, timeout=5)
    return replace(server, tls="tls" if way == "tls" else "starttls")


@pytest.mark.threat("TLS")
@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_server_with_an_unknown_authority_is_refused(
    certificates: Certificates, way: str
) -> None:
    """Without the right CA neither password nor letter leaves the house."""
    with smtp_sink(certificates, tls=way, auth_required=True) as sink:
        server = replace(secured(sink, certificates, way), ca_file=None)
        with opened(server) as transport, pytest.raises(Temporary, match="CERTIFICATE_VERIFY"):
            transport.send(BOT, LAN, MESSAGE)
        assert (sink.logins, sink.taken) == ([], [])


@pytest.mark.threat("TLS")
def test_a_server_that_offers_no_starttls_gets_nothing(sink: SmtpSink) -> None:
    """Somebody on the line who strips STARTTLS must not see the letter."""
    server = replace(account(sink), tls="starttls")
    with opened(server) as transport, pytest.raises(Temporary, match="STARTTLS"):
        transport.send(BOT, LAN, MESSAGE)
    assert sink.taken == []


@pytest.mark.threat("secrets in logs and errors")
def test_a_wrong_password_is_a_refused_login_without_the_password(
    certificates: Certificates,
) -> None:
    """The caller can pause long; no log line shows the secret."""
    with smtp_sink(certificates, tls="tls", auth_required=True) as sink:
        server = replace(secured(sink, certificates, "tls"), password="bí-mật-sai")
        with opened(server) as transport, pytest.raises(LoginRefused, match="535") as caught:
            transport.send(BOT, LAN, MESSAGE)
    assert "bí-mật-sai" not in str(caught.value) + repr(server)


def test_a_server_that_wants_a_login_is_no_fault_of_the_letter(certificates: Certificates) -> None:
    """530 to a forgotten user name sets no letter aside."""
    with smtp_sink(certificates, tls="tls", auth_required=True) as sink:
        server = replace(secured(sink, certificates, "tls"), user="")
        with opened(server) as transport, pytest.raises(LoginRefused, match="530"):
            transport.send(BOT, LAN, MESSAGE)


def test_smtputf8_is_asked_for_only_where_needed(sink: SmtpSink) -> None:
    """An ASCII letter goes to the oldest server, a Vietnamese local part needs the newer one."""
    with opened(account(sink)) as transport:
        transport.send(BOT, LAN, MESSAGE)
        transport.send(BOT, "lân@coquan.test", MESSAGE)
    plain, newer = sink.taken
    assert "SMTPUTF8" not in [option.upper() for option in plain.options]
    assert "SMTPUTF8" in [option.upper() for option in newer.options]
    assert newer.recipients == ["lân@coquan.test"]


def test_an_old_server_cannot_take_a_vietnamese_local_part() -> None:
    """Said once and for good; an ASCII letter still goes over the same connection."""
    with smtp_sink(enable_SMTPUTF8=False) as sink, opened(account(sink)) as transport:
        with pytest.raises(Permanent, match="SMTPUTF8"):
            transport.send(BOT, "lân@coquan.test", MESSAGE)
        transport.send(BOT, LAN, MESSAGE)
        assert len(sink.taken) == 1


def test_eight_bit_letters_are_announced_as_such(sink: SmtpSink) -> None:
    """BODY=8BITMIME goes with bytes beyond ASCII, and only then."""
    with opened(account(sink)) as transport:
        transport.send(BOT, LAN, MESSAGE)
        transport.send(BOT, LAN, MESSAGE + "Kính gửi".encode())
    assert [("BODY=8BITMIME" in str(taken.options).upper()) for taken in sink.taken] == [
        False,
        True,
    ]
    assert sink.taken[1].content.rstrip().endswith("Kính gửi".encode())


def test_a_letter_larger_than_the_server_takes_is_refused_before_it_is_sent() -> None:
    """SIZE tells at once; no megabytes for nothing."""
    with smtp_sink(data_size_limit=1000) as sink, opened(account(sink)) as transport:
        with pytest.raises(Permanent, match="552"):
            transport.send(BOT, LAN, MESSAGE + b"x\r\n" * 1000)
        transport.send(BOT, LAN, MESSAGE)
        assert len(sink.taken) == 1


@pytest.mark.threat("header and SMTP injection")
@pytest.mark.parametrize("recipient", ["a@b\r\nRCPT TO:<x@y.test>", "a@b,c@d", "khong phai"])
def test_what_is_no_address_never_reaches_the_server(sink: SmtpSink, recipient: str) -> None:
    """No second recipient can be smuggled in."""
    with opened(account(sink)) as transport, pytest.raises(Permanent):
        transport.send(BOT, recipient, MESSAGE)
    assert sink.connections() == 0


SEND = """
import sys
from mailflow.channels.base import Server
from mailflow.channels.smtp import SmtpTransport, mail_options
transport = SmtpTransport(Server("127.0.0.1", int(sys.argv[1]), tls="none"))
transport.send("", "lan@coquan.test", b"Message-ID: <1@coquan.test>\\r\\n\\r\\nchao\\r\\n")
"""


@pytest.mark.parametrize(("point", "count"), [("smtp.before_data", 0), ("smtp.after_data", 1)])
def test_killed_while_sending_the_letter_is_taken_once_or_not(
    sink: SmtpSink, point: str, count: int
) -> None:
    """The two failpoints stand on both sides of the server's acceptance."""
    ended = subprocess.run(
        [sys.executable, "-c", SEND, str(sink.port)],
        env={**os.environ, "MAILFLOW_FAILPOINT": point},
        timeout=30,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(sink.taken) == count


@pytest.mark.parametrize(
    ("offered", "header", "expected"),
    [
        (
            "dsn",
            b"Message-ID: <a.1+2=x@coquan.test>",
            ["ret=hdrs", "envid=a.1+2B2+3Dx@coquan.test"],
        ),
        ("dsn", b"message-id:\r\n <a.1@coquan.test>", ["ret=hdrs", "envid=a.1@coquan.test"]),
        ("dsn", b"Message-ID: <" + b"+" * 60 + b"@coquan.test>", ["ret=hdrs"]),
        ("dsn", b"Subject: <a.1@coquan.test>", ["ret=hdrs"]),
        ("help", b"Message-ID: <a.1@coquan.test>", []),
    ],
)
def test_a_server_with_reports_is_told_which_letter_it_carries(
    offered: str, header: bytes, expected: list[str]
) -> None:
    """A bounce then names the letter and brings back its headers only; else nothing is asked."""
    smtp = smtplib.SMTP()
    smtp.esmtp_features = {offered: ""}
    payload = header + b"\r\nX: y\r\n\r\nMessage-ID: <body@coquan.test>\r\n"
    assert mail_options(smtp, "a@b", payload) == expected
