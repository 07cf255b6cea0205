"""A connection to an IMAP server: opened, logged in, let go; its errors become ours."""

import imaplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted
from imap_tools.errors import MailboxLoginError

from mailflow.channels.base import LoginRefused, Server, at_once, temporary
from mailflow.errors import MailflowError


@contextmanager
def edge(server: Server, doing: str) -> Iterator[None]:
    """Turn the libraries' errors into Temporary or NoAnswer ones that name server and action."""
    try:
        yield
    except MailflowError:
        raise
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as fault:
        raise temporary(f"{server.host}: {doing}: {fault}", fault) from fault


def connected(server: Server) -> BaseMailBox:
    """Open a connection and log in, with no folder open.

    Raises LoginRefused and what the libraries raise; nothing is left open then.
    """
    with ExitStack() as unless_done:
        box = _greeted(server)
        unless_done.callback(drop, box)
        at_once(box.client.sock)
        if server.tls == "starttls":
            box.client.starttls(server.tls_context())
        _login(box, server)
        # MOVE and UIDPLUS are announced after login only, and imaplib asked before it.
        box.client._get_capabilities()
        unless_done.pop_all()
    return box


def drop(box: BaseMailBox) -> None:
    """Let a connection go without a word: a dead server would keep LOGOUT waiting."""
    with suppress(OSError):
        box.client.shutdown()


def _greeted(server: Server) -> BaseMailBox:
    if server.tls == "tls":
        context = server.tls_context()
        return MailBox(server.host, server.port, server.timeout, ssl_context=context)
    return MailBoxUnencrypted(server.host, server.port, server.timeout)


def _login(box: BaseMailBox, server: Server) -> None:
    if server.token:
        _try_login(server, partial(box.xoauth2, server.user, server.token()))
        return
    plain = "AUTH=PLAIN" in box.client.capabilities
    if not plain and not (server.user + server.password).isascii():
        raise LoginRefused(f"{server.host}: a user or password beyond ASCII needs AUTH=PLAIN")
    login = box.login_utf8 if plain else box.login
    _try_login(server, partial(login, server.user, server.password))


def _try_login(server: Server, login: Callable[..., object]) -> None:
    try:
        login(initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, MailboxLoginError) as fault:
        if "[UNAVAILABLE]" in str(fault):
            raise
        raise LoginRefused(f"{server.host}: login of {server.user} refused: {fault}") from fault
