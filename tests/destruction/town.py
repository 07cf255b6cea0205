"""A town with real servers: people's letters by IMAP, ours by SMTP, registers on a disk."""

import hashlib
import imaplib
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mailflow.clock import Clock
from mailflow.demo import cast
from mailflow.demo.post import read_mail
from mailflow.home import make_home
from mailflow.settings import FILE
from tests.destruction.keepers import Keepers
from tests.destruction.letters import People
from tests.servers import PASSWORD, Dovecot, DovecotKind, dovecot
from tests.smtp_sink import SmtpSink, smtp_sink

UNIT_BOOK = "Sổ Một cửa.xlsx"
_UNIT_REGISTER = f"""
[[register]]
path = "{UNIT_BOOK}"
keeper = "{cast.ONE_STOP_HEAD.email}"
unit = "{cast.ONE_STOP}"
"""
SECRETS = {"MAILFLOW_MAIL_PASSWORD": PASSWORD}


@dataclass
class Town:
    """Everybody around a home; `delivered` counts the copies of each letter by Message-ID."""

    home: Path
    office: Dovecot
    sink: SmtpSink
    clock: Clock
    people: People
    keepers: Keepers
    post: imaplib.IMAP4
    delivered: Counter[str] = field(default_factory=Counter)
    letters: list[bytes] = field(default_factory=list)
    read: int = 0

    def posts(self) -> None:
        """Somebody writes a letter; now and then its server delivers it twice."""
        letter = self.people.write()
        self._deliver(letter.as_bytes())
        self.letters.append(letter.as_bytes())
        if self.people.random.random() < 0.06:
            self._deliver(self.people.random.choice(self.letters))
        if self.people.random.random() < 0.03:
            again = self.people.random.choice(self.letters)
            self._deliver(b"Received: from elsewhere\r\nDelivered-To: x@elsewhere\r\n" + again)

    def reads(self) -> None:
        """Everybody reads what the server took for them since the last time, each mail once.

        Of what was read its name and hash are kept.
        """
        for taken in self.sink.taken[self.read :]:
            self.people.receive(read_mail(taken.content))
            digest = hashlib.sha256(taken.content).hexdigest()
            taken.content = f"Message-ID: <{message_id(taken.content)}>\r\n\r\n{digest}".encode()
            self.read += 1

    def _deliver(self, raw: bytes) -> None:
        moment = imaplib.Time2Internaldate(self.clock())
        assert self.post.append("INBOX", "", moment, raw)[0] == "OK"
        self.delivered[message_id(raw)] += 1


def message_id(raw: bytes) -> str:
    """Give a letter's Message-ID without its brackets."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    line = next(line for line in head.split("\r\n") if line.lower().startswith("message-id:"))
    return line.partition(":")[2].strip().strip("<>")


@contextmanager
def town(
    folder: Path,
    clock: Clock,
    chance: random.Random,
    people: People | None = None,
    kind: DovecotKind | None = None,
) -> Iterator[Town]:
    """Make a home in a folder, with Dovecot and a mail server around it, until the block ends."""
    home = folder / "home"
    make_home(home, cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email, clock, cast.ROSTER)
    with (
        dovecot(kind) as office,
        smtp_sink(office.certificates, tls="starttls", auth_required=True) as sink,
        office.client(cast.MAILBOX) as post,
    ):
        _connect(home, office, sink)
        people = people or People(chance)
        keepers = Keepers(home / "Sổ theo dõi.xlsx", home / UNIT_BOOK, chance)
        yield Town(home, office, sink, clock, people, keepers, post)


def _connect(home: Path, office: Dovecot, sink: SmtpSink) -> None:
    text = (home / FILE).read_text(encoding="utf-8")
    servers = (
        f'kind = "imap"\nhost = "127.0.0.1"\nport = {office.tls_port}\n'
        f'ca_file = "{office.certificates.ca}"\nsmtp_port = {sink.port}\nmost_letters = 10000'
    )
    text = text.replace('kind = "maildir"', servers) + _UNIT_REGISTER
    for kept in ("days = 14", "months = 12"):  # copies of a year's soak would fill the disk
        assert f"# {kept}" in text
        text = text.replace(f"# {kept}", f"{kept.partition(' ')[0]} = 1")
    (home / FILE).write_text(text, encoding="utf-8")
