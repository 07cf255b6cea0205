"""How an Exchange server on premises is reached: Exchange Web Services, spoken by exchangelib."""

import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from exchangelib import DELEGATE, UTC, Account, Configuration, Credentials, FailFast
from exchangelib.autodiscover.protocol import AutodiscoverProtocol
from exchangelib.errors import EWSError, UnauthorizedError
from exchangelib.protocol import CachingProtocol, Protocol
from lxml.etree import LxmlError
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from spnego.exceptions import SpnegoError

from mailflow.channels.base import LoginRefused, Server, temporary
from mailflow.errors import MailflowError, Temporary

# exchangelib writes whole requests, letters and all, into its log: even at the level of errors.
logging.getLogger("exchangelib").propagate = False
logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)

Auth = Literal["ntlm", "basic"]
AUTHS = {"ntlm": "NTLM", "basic": "basic"}

FAULTS = (
    EWSError, SpnegoError, LxmlError, OSError, # what goes wrong there, or on the way
    ValueError, LookupError, TypeError, AttributeError, # how exchangelib fails at a garbled answer
)  # fmt: skip
"""All that a call of exchangelib may raise; requests' errors are OSErrors."""

EWS_URLS = ("internal_ews_url", "external_ews_url")
"""What autodiscover calls them, in the order in which we want them."""

CHUNK = 65_536
"""Octets in which an answer is read."""

_SAID_CAP = 300
_CONTENT = re.compile(r" headers: |Offending text|: b['\"]")
"""Where exchangelib's words for a fault go on with what the server sent."""


@dataclass(frozen=True)
class Exchange:
    """One mailbox on an Exchange server.

    `server` holds user, password, authorities and timeout, and the host and port that are asked
    for the address of EWS (autodiscover) where `endpoint` does not give it.
    """

    server: Server
    address: str
    endpoint: str = ""
    auth: Auth = "ntlm"

    @property
    def host(self) -> str:
        """The server that faults are told of."""
        return urlsplit(self.endpoint).hostname or self.server.host

    @property
    def credentials(self) -> Any:
        """User and password as exchangelib takes them.

        Raises LoginRefused where Basic would have to guess in which letters the server reads them
        (RFC 7617, 2.1): each wrong guess counts against the account.
        """
        server = self.server
        if self.auth == "basic" and not (server.user + server.password).isascii():
            raise LoginRefused(
                f'{self.host}: a user or password beyond ASCII needs [mail] auth = "ntlm"'
            )
        return Credentials(server.user, server.password)


@contextmanager
def edge(exchange: Exchange, doing: str) -> Iterator[None]:
    """Turn the libraries' errors into LoginRefused, NoAnswer, Temporary, without what was sent."""
    try:
        yield
    except MailflowError:
        raise
    except UnauthorizedError as fault:
        who = f"{exchange.host}: login of {exchange.server.user}"
        raise LoginRefused(f"{who} refused: {said(fault)}") from fault
    except FAULTS as fault:
        raise temporary(f"{exchange.host}: {doing}: {said(fault)}", fault) from fault


def said(fault: BaseException) -> str:
    """Give what went wrong in one short line, without the answer that was not understood."""
    words = " ".join(_CONTENT.split(str(fault), maxsplit=1)[0].split())
    return f"{type(fault).__name__}: {words[:_SAID_CAP]}"


def open_account(exchange: Exchange) -> Any:
    """Give the account (exchangelib's), with one connection of its own; close it by `let_go`.

    Nothing is asked yet but, without an endpoint, where EWS is. Raises LoginRefused, Temporary and
    FAULTS, as any call of exchangelib: for use within `edge`.
    """
    config = _configuration(exchange, exchange.endpoint or _discovered(exchange))
    account = Account(
        exchange.address, config=config, access_type=DELEGATE, default_timezone=UTC, locale="en_US"
    )
    account.protocol = _Ews(config, exchange.server)
    return account


def let_go(account: Any) -> None:
    """Drop the account's connection; never raises."""
    account.protocol.close()


def _configuration(exchange: Exchange, url: str) -> Any:
    return Configuration(
        service_endpoint=url,
        credentials=exchange.credentials,
        auth_type=AUTHS[exchange.auth],
        retry_policy=FailFast(),
    )


def _discovered(exchange: Exchange) -> str:
    """Ask the autodiscover service where EWS is; inside the agency that is the internal URL.

    exchangelib's own search is not used: it shows the password to the web server of the mail
    domain first, goes around the machine's hosts file, and trusts a pickle in /tmp.
    """
    server = exchange.server
    port = "" if server.port == 443 else f":{server.port}"
    url = f"https://{server.host}{port}/autodiscover/autodiscover.svc"
    config = _configuration(exchange, url)
    with edge(exchange, "autodiscover does not say where EWS is"):
        service = _Autodiscover(config, server)
        try:
            answer = service.get_user_settings(exchange.address, EWS_URLS)
            answer.raise_errors()
        finally:
            service.close()
    found = [(answer.user_settings or {}).get(name) for name in EWS_URLS]
    endpoint = next((url for url in found if url and url.startswith("https://")), None)
    if endpoint is None:
        elsewhere = answer.redirect_url or answer.redirect_address or "no https address"
        told = f"autodiscover names {elsewhere}; set [mail] endpoint"
        raise Temporary(f"{exchange.host}: {told}")
    return str(endpoint)


class _Adapter(HTTPAdapter):
    """HTTPS with our context alone: no authorities of certifi's beside it.

    exchangelib reads every answer octet by octet: for a large letter that is seconds of work. An
    answer that has come whole is given to it in pieces of CHUNK.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, pool_block=True)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make connections with the context."""
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Always verify, by the context."""
        conn.cert_reqs = "CERT_REQUIRED"

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send, and let a whole answer be read in large pieces."""
        response = super().send(request, *args, **kwargs)
        if not kwargs.get("stream"):
            response.iter_content = _in_chunks(response.iter_content)  # type: ignore[method-assign]  # for this one answer
        return response


def _in_chunks(pieces: Any) -> Any:
    def large(size: int = 1, text: bool = False) -> Any:
        return pieces(max(size, CHUNK), text)

    return large


class _Verified:
    """What both services share: the account's authorities and timeout, nothing of the environment.

    `CachingProtocol` is gone around: it would share one connection between mailbox and transport,
    and keep the passwords of before.
    """

    USERAGENT = "Mailflow"

    def __init__(self, config: Any, server: Server) -> None:
        super().__init__(config)  # type: ignore[call-arg]  # mixed into exchangelib's protocols
        self.TIMEOUT = server.timeout
        self._context = server.tls_context()

    def raw_session(self, prefix: str) -> Session:
        """Give a session without proxies, netrc or authorities named in the environment."""
        session: Session = super().raw_session(prefix)  # type: ignore[misc]  # mixed into the same
        session.trust_env = False
        session.mount(prefix, _Adapter(self._context))
        return session


class _Uncached(CachingProtocol):  # type: ignore[misc]  # exchangelib ships no types
    def __call__(self, *args: Any) -> Any:
        return type.__call__(self, *args)


class _Ews(_Verified, Protocol, metaclass=_Uncached):  # type: ignore[misc]  # the same
    """The connection to EWS."""


class _Autodiscover(_Verified, AutodiscoverProtocol):  # type: ignore[misc]  # the same
    """The connection to the autodiscover service."""
