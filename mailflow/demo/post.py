"""The post of the sample agency: people's letters go in, our mails come out to their boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path

from mailflow.procedure.people import Person

Attached = tuple[str, bytes]
LISTS = ("Nhắc việc ngày", "Tổng hợp công việc")
"""How the subjects of lists begin, in `templates/mail/_subject.txt`."""


@dataclass(frozen=True)
class Mail:
    """One mail of ours as its reader has it: `code` names the request in its subject, if any."""

    message_id: str
    to: str
    subject: str
    code: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """Give the whole message, parsed when somebody first looks into it."""
        return _parsed(self.raw)

    @cached_property
    def text(self) -> str:
        """Give its plain text."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def asks(self) -> bool:
        """Say whether the mail asks its reader for something: it carries their token."""
        return self.message_id.startswith("<a.")

    @property
    def lists(self) -> bool:
        """Say whether the mail is a day's list: a reminder or a digest of many requests."""
        return self.subject.startswith(LISTS)

    @property
    def files(self) -> tuple[Attached, ...]:
        """Give the attached files, name and content."""
        return tuple(
            (part.get_filename() or "", part.get_content())
            for part in self.message.iter_attachments()
        )


class Moved:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Give the moment."""
        return self.now


class Post:
    """Carries letters between people and a home's Maildirs; people reply to what they got."""

    def __init__(self, home: Path, mailbox: str, clock: Moved) -> None:
        self._home = home
        self._mailbox = mailbox
        self._clock = clock
        self._seen: set[str] = set()
        self._written = 0
        self.mails: list[Mail] = []

    def fetch(self) -> list[Mail]:
        """Take up the mails that went out since the last time, oldest first."""
        folder = self._home / "mail/out/new"
        fresh = [path for path in folder.iterdir() if path.name not in self._seen]
        self._seen.update(path.name for path in fresh)
        mails = [read_mail(path.read_bytes()) for path in sorted(fresh, key=_age)]
        self.mails.extend(mails)
        return mails

    def last(self, person: Person, code: str = "") -> Mail:
        """Give the latest mail that asks this person for something, about `code` if given.

        People answer the mail of the step, not the list of the day that reminds them of it. Raises
        LookupError when they never got one.
        """
        for mail in reversed(self.mails):
            asked = mail.to == person.email and mail.asks and not mail.lists
            if asked and code in mail.text + mail.subject:
                return mail
        raise LookupError(f"{person.name} was never asked about {code or 'anything'}")

    def write(
        self, person: Person, subject: str, text: str, files: Sequence[Attached] = ()
    ) -> None:
        """Post a new letter to the ISO mailbox."""
        self._post(self._letter(person, subject, text, files))

    def reply(self, person: Person, mail: Mail, text: str, files: Sequence[Attached] = ()) -> None:
        """Post a reply above the quoted mail, as mail programs do."""
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        when = mail.message["Date"].datetime
        said = f"Vào {when:%H:%M %d/%m/%Y}, ISO đã viết:"
        letter = self._letter(person, f"Re: {mail.subject}", f"{text}\n\n{said}\n{quoted}\n", files)
        letter["In-Reply-To"] = mail.message_id
        letter["References"] = mail.message_id
        self._post(letter)

    def _letter(
        self, person: Person, subject: str, text: str, files: Sequence[Attached]
    ) -> EmailMessage:
        self._written += 1
        letter = EmailMessage(policy=SMTP)
        letter["From"] = f"{person.name} <{person.email}>"
        letter["To"] = self._mailbox
        letter["Subject"] = subject
        letter["Date"] = format_datetime(self._clock())
        domain = person.email.partition("@")[2]
        letter["Message-ID"] = f"<{self._clock():%Y%m%d%H%M}.{self._written}@{domain}>"
        letter.set_content(text)
        for name, content in files:
            letter.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return letter

    def put(self, raw: bytes) -> None:
        """Post a letter as it is, headers and all."""
        self._written += 1
        self._drop(raw)

    def _post(self, letter: EmailMessage) -> None:
        self._drop(letter.as_bytes())

    def _drop(self, raw: bytes) -> None:
        folder = self._home / "mail/in"
        name = f"{self._clock().timestamp():.0f}.{self._written:05d}.post"
        (folder / "tmp" / name).write_bytes(raw)
        (folder / "tmp" / name).rename(folder / "new" / name)


def _age(path: Path) -> tuple[float, str]:
    return (path.stat().st_mtime, path.name)


def read_mail(raw: bytes) -> Mail:
    """Read one mail of ours as its reader does."""
    headers = _parsed(raw, headersonly=True)
    subject = str(headers["Subject"])
    return Mail(
        message_id=str(headers["Message-ID"]),
        to=headers["To"].addresses[0].addr_spec,
        subject=subject,
        code=subject.partition("[")[2].partition("]")[0],
        raw=raw,
    )


def _parsed(raw: bytes, *, headersonly: bool = False) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(raw, headersonly)
    if not isinstance(message, EmailMessage):
        raise TypeError("the default policy makes EmailMessage")
    return message
