"""Logging in by access token: a real Dovecot asks the authority whose the token is."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailflow.channels.base import LoginRefused, Server
from mailflow.channels.oauth2 import token_source
from mailflow.channels.smtp import SmtpTransport
from mailflow.errors import Temporary
from tests.channels.inbox import letter, opened, post, subjects
from tests.oauth2 import CLIENT, SECRET, Authority, authority
from tests.servers import Certificates, Dovecot, DovecotKind, dovecot, free_port
from tests.smtp_sink import smtp_sink

ISO = "iso@coquan.test"

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


@pytest.fixture
def town(certificates: Certificates) -> Iterator[Authority]:
    """The authority that gives tokens for the ISO mailbox."""
    with authority(ISO, certificates) as running:
        yield running


@pytest.fixture
def office(town: Authority) -> Iterator[Dovecot]:
    """A mail server that asks it."""
    with dovecot(DovecotKind(tokens=town.asking)) as server:
        yield server


def _by_token(server: Server, town: Authority, ca: Certificates, secret: str = SECRET) -> Server:
    return replace(server, password="", token=token_source(town.url, CLIENT, secret, ca.ca))


def test_a_mailbox_is_read_by_token(
    town: Authority, office: Dovecot, certificates: Certificates
) -> None:
    """One token serves both connections; no password is known anywhere."""
    post(office, ISO, letter("bằng mã truy cập"))
    server = _by_token(office.server(ISO), town, certificates)
    for _ in range(2):
        with opened(server) as mailbox:
            assert subjects(list(mailbox.waiting())) == ["bằng mã truy cập"]
    assert town.given == ["token-1"]


def test_a_token_that_is_over_is_asked_for_anew(
    town: Authority, office: Dovecot, certificates: Certificates
) -> None:
    """The next login brings a fresh one."""
    town.life = 1
    server = _by_token(office.server(ISO), town, certificates)
    for _ in range(2):
        with opened(server) as mailbox:
            assert list(mailbox.waiting()) == []
    assert len(town.given) == 2


def test_a_token_for_another_mailbox_opens_none(
    town: Authority, office: Dovecot, certificates: Certificates
) -> None:
    """The server asks whose it is; it counts as a refused login, so that nobody tries on."""
    server = _by_token(office.server("giam-doc@coquan.test"), town, certificates)
    with opened(server) as mailbox, pytest.raises(LoginRefused, match="giam-doc"):
        list(mailbox.waiting())


@pytest.mark.threat("secrets in logs and errors")
def test_a_wrong_secret_is_a_refused_login(
    town: Authority, office: Dovecot, certificates: Certificates
) -> None:
    """With the authority's reason, and without the secret."""
    server = _by_token(office.server(ISO), town, certificates, "mật khẩu sai")
    with opened(server) as mailbox, pytest.raises(LoginRefused, match="AADSTS7000215") as refused:
        list(mailbox.waiting())
    assert "mật khẩu sai" not in str(refused.value)


def test_an_authority_that_is_away_is_tried_again(
    town: Authority, office: Dovecot, certificates: Certificates
) -> None:
    """No login was refused: the next round may try at once."""
    town.port = free_port()
    server = _by_token(office.server(ISO), town, certificates)
    with opened(server) as mailbox, pytest.raises(Temporary, match="no token") as away:
        list(mailbox.waiting())
    assert not isinstance(away.value, LoginRefused)


def test_letters_are_sent_by_token(town: Authority, certificates: Certificates) -> None:
    """SMTP takes the same token; a token it does not know is a refused login."""
    with smtp_sink(certificates, tls="starttls", auth_required=True) as sink:
        plain = Server(
            "127.0.0.1", sink.port, ISO, tls="starttls", ca_file=certificates.ca, timeout=5
        )
        transport = SmtpTransport(_by_token(plain, town, certificates))
        with pytest.raises(LoginRefused):
            transport.send(ISO, "lan@coquan.test", letter("chưa biết mã"))
        sink.tokens = town.given
        transport.send(ISO, "lan@coquan.test", letter("đã biết mã"))
        transport.close()
    assert [b"\xc4\x91\xc3\xa3 bi" in taken.content for taken in sink.taken] == [True]
    assert sink.logins[-1] == (ISO, "auth=Bearer token-1")
