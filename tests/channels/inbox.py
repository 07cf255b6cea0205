"""What the IMAP tests do as another person would: post letters, look into folders and flags."""

import contextlib
import datetime
import re
from collections.abc import Iterator

from imap_tools.imap_utf7 import utf7_decode, utf7_encode

from mailflow.channels.base import Envelope, Server
from mailflow.channels.imap import ImapMailbox
from tests.servers import ImapServer

DONE = "Đã xử lý"


def letter(subject: str, body: str = "Kính gửi anh chị") -> bytes:
    """Return a small letter."""
    head = f"From: lan@coquan.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@coquan.test>"
    return f"{head}\r\n\r\n{body}\r\n".encode()


def post(office: ImapServer, user: str, *letters: bytes, days: tuple[int, ...] = ()) -> None:
    """Lay letters into the inbox, by default one each day of November."""
    with office.client(user) as client:
        for index, raw in enumerate(letters):
            day = days[index] if days else index + 1
            moment = datetime.datetime(2026, 11, day, 8, 30, tzinfo=datetime.UTC)
            assert client.append("INBOX", "", moment, raw)[0] == "OK"


def subjects(envelopes: list[Envelope]) -> list[str]:
    """Return what the letters are called."""
    return [
        envelope.raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for envelope in envelopes
    ]


def folders(office: ImapServer, user: str) -> dict[str, int]:
    """Return every folder as another program sees it, with the number of its letters."""
    found = {}
    with office.client(user) as client:
        lines = [line for line in client.list()[1] if isinstance(line, bytes)]
        for line in lines:
            if b"\\Noselect" in line:
                continue
            name = quoted(line)
            kind, data = client.select(name, readonly=True)
            assert kind == "OK", data
            readable = utf7_decode(name.strip('"').encode())
            found[readable] = int(data[0] or 0)
    return found


def different(office: ImapServer, user: str) -> dict[str, int]:
    """Return every folder with the number of different letters in it, by Message-ID."""
    found = {}
    with office.client(user) as client:
        for name in folders(office, user):
            client.select(f'"{utf7_encode(name).decode("ascii")}"', readonly=True)
            wanted = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
            told = client.fetch("1:*", wanted)[1] if client.search(None, "ALL")[1][0] else []
            found[name] = len({part[1] for part in told if isinstance(part, tuple)})
    return found


def quoted(line: bytes) -> str:
    """Return the name at the end of a LIST line, in quotes."""
    found = re.search(rb'\) "." "?(.*?)"?$', line)
    assert found, line
    return f'"{found[1].decode()}"'


def flags(office: ImapServer, user: str) -> str:
    """Return the flags of all letters in the inbox, as another program sees them."""
    with office.client(user) as client:
        return str(client.uid("FETCH", "1:*", "(FLAGS)")[1])


@contextlib.contextmanager
def opened(server: Server, **settings: object) -> Iterator[ImapMailbox]:
    """Open a mailbox and let it go afterwards."""
    mailbox = ImapMailbox(server, **settings)  # type: ignore[arg-type]  # whatever the test sets
    try:
        yield mailbox
    finally:
        mailbox.close()
