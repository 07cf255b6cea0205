"""The composition root: a home becomes a service with its record, people, words and channels."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import structlog

from mailflow import phrases, settings
from mailflow.actions import filling, reasons, unreached
from mailflow.actions.context import FormAttachment
from mailflow.actions.house import House
from mailflow.actions.notices import LIST, REGISTER
from mailflow.actions.request_form import written
from mailflow.actions.review_papers import INVITATION
from mailflow.channels.base import Mailbox, SentFolder, Server, Transport
from mailflow.channels.imap import ImapMailbox
from mailflow.channels.imap_sent import ImapSentFolder
from mailflow.channels.maildir import MaildirMailbox, MaildirTransport
from mailflow.channels.smtp import SmtpTransport
from mailflow.clock import Clock
from mailflow.errors import Misconfigured
from mailflow.evidence.mailed import pack_files
from mailflow.forms import fill, invitation, pdf
from mailflow.forms.fillable import fill_pages
from mailflow.forms.invitation import Invitation
from mailflow.forms.lists import list_workbook
from mailflow.intake.desk import Desk
from mailflow.intake.reading import certificates
from mailflow.intake.reading.certificates import Authorities
from mailflow.intake.senders.screen import OwnAddresses
from mailflow.outbox.compose import Attached
from mailflow.outbox.filler import FormFiller
from mailflow.outbox.send import Outgoing
from mailflow.outbox.templates import open_templates, template_faults
from mailflow.procedure.people import StandIn
from mailflow.procedure.request import Via
from mailflow.record import (
    PACK,
    Engine,
    Held,
    Notice,
    Work,
    back_up,
    migrate,
    open_record,
    outdated,
)
from mailflow.registers import office
from mailflow.registers.fresh import fresh
from mailflow.registers.sync import SyncReport
from mailflow.settings import Settings, data_root

ROSTER_FILE = "Danh bạ.xlsx"
CALENDAR_FILE = "Lịch làm việc.xlsx"
LOG = structlog.get_logger()
OpenWork = Callable[..., Work]
T = TypeVar("T")


@dataclass
class Service:
    """A home at work. `house` is replaced when the roster or the calendar changes.

    `rounds` has what the last round of each register came to, by its path in the settings. Once
    `stop` is set, a job ends after the letter or notice at hand. `held` is the lease it has.
    """

    settings: Settings
    house: House
    engine: Engine
    open_work: OpenWork
    mailbox: Mailbox
    transport: Transport
    clock: Clock
    filler: FormFiller
    stamp: str
    authorities: Authorities | None = None
    sent_folder: SentFolder | None = None
    stop: Event = field(default_factory=Event)
    rounds: dict[str, SyncReport] = field(default_factory=dict)
    held: Held = field(default_factory=Held)

    @property
    def shared(self) -> bool:
        """Whether other daemons may work for the agency too: its record is on a server."""
        return self.settings.record.on_server

    @property
    def desk(self) -> Desk:
        """The intake with today's people."""
        own = OwnAddresses(
            frozenset({self.settings.mail.address.casefold()}), self.settings.mail.address
        )
        return Desk(partial(self.open_work), self.house, own, self.authorities)

    @cached_property
    def outgoing(self) -> Outgoing:
        """What sending needs."""
        folders = mail_folders(self.settings.home)
        return Outgoing(
            open_templates(folders),
            partial(fill_in, self),
            partial(tell_undelivered, self),
            self.settings.agency.zone,
            verp=self.settings.mail.verp,
            copies=self.sent_folder is not None,
        )

    def close(self) -> None:
        """Let go of the mailbox and the mail server."""
        self.mailbox.close()
        self.transport.close()
        self.filler.close()


def open_service(home: Path, clock: Clock, *, with_pdf: bool = True) -> Service:
    """Open a home for work: the record is brought to the newest schema.

    Raises Misconfigured with every fault of settings, roster, calendar, phrases, templates and
    the authorities of signatures.
    """
    found = settings.load(home)
    house, stamp = open_house(found, clock)
    faults: list[str] = []
    authorities = _gathered(faults, partial(certificates.load, found.mail.smime_ca))
    faults += [
        *_checked(template_faults, mail_folders(home)),
        *_checked(fill.template_faults, form_folders(home)),
    ]
    if faults:
        raise Misconfigured(faults)
    mailbox, transport = channels(found, clock)
    engine = _home_record(found, clock)
    held = Held()
    open_work = partial(Work, engine, found.agency.id, held=held)
    service = Service(
        found,
        replace(house, appointed=partial(_appointed, open_work)),
        engine,
        open_work,
        mailbox,
        transport,
        clock,
        FormFiller(form_folders(home), home if with_pdf and pdf.available() else None),
        stamp,
        authorities,
        sent_folder(found),
        held=held,
    )
    note_office(service)
    return service


def _checked(look: Callable[[list[Path]], list[str]], folders: list[Path]) -> tuple[str, ...]:
    """Check templates, once in a process as long as their files stay as they are."""
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir())]
    return _looked_at(look, tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=16)
def _looked_at(
    look: Callable[[list[Path]], list[str]], stamped: tuple[tuple[Path, int], ...]
) -> tuple[str, ...]:
    return tuple(look(list(dict.fromkeys(file.parent for file, _ in stamped))))


def open_reading(home: Path, clock: Clock) -> tuple[House, OpenWork]:
    """Open a home for reading: no mailbox, no templates. Raises as `reading_record`."""
    found = settings.load(home)
    house, _ = open_house(found, clock)
    open_work = partial(Work, reading_record(found), found.agency.id)
    return replace(house, appointed=partial(_appointed, open_work)), open_work


def _appointed(open_work: OpenWork) -> tuple[StandIn, ...]:
    """Read the stand-ins set by mail: asked anew each time, since a letter may have set one."""
    with open_work(reading=True) as work:
        return work.stand_ins.appointed()


OLDER = (
    "the record is of an earlier Mailflow; the next start (mailflow run) copies it into the backups"
    " and brings it up: stop the old Mailflow before"
)


def reading_record(found: Settings) -> Engine:
    """Open the record to be read. Raises Misconfigured on one of an older schema, left as it is."""
    engine = open_record(found.record.database_url)
    if outdated(engine):
        raise Misconfigured([OLDER])
    migrate(engine)  # a home without a record yet gets an empty one
    return engine


def _home_record(found: Settings, clock: Clock) -> Engine:
    """Open the record at the newest schema; one of an older Mailflow is copied before.

    A record on a database server is its administrator's to back up.
    """
    engine = open_record(found.record.database_url)
    if engine.dialect.name == "sqlite" and outdated(engine):
        copy = back_up(engine, found.backup.folder, clock().astimezone(found.agency.zone))
        LOG.info("record brought to the newest schema", copy=str(copy))
    migrate(engine)
    return engine


def open_house(found: Settings, clock: Clock) -> tuple[House, str]:
    """Read people, days and words; gives the house and a stamp of the files behind it.

    Raises Misconfigured with the faults of all of them.
    """
    stamp = office_stamp(found.home)  # before reading: an edit in between is seen next time
    config = data_root() / "config"
    year = clock().astimezone(found.agency.zone).year
    faults: list[str] = []
    roster = _gathered(faults, partial(office.read_roster, found.home / ROSTER_FILE))
    years = range(year - 1, year + 3)
    calendar = _gathered(faults, partial(office.read_calendar, found.home / CALENDAR_FILE, years))
    spoken = _gathered(faults, partial(_once, phrases.load, config / "phrases.toml"))
    said = _gathered(faults, partial(_once, reasons.load, config / "reasons.toml"))
    if roster is None or calendar is None or spoken is None or said is None:
        raise Misconfigured(faults)
    return House(found, roster, calendar, spoken, said), stamp


def _once(load: Callable[[Path], T], path: Path) -> T:
    """Read a table of ours, once in a process as long as its file stays as it is."""
    loaded: T = _loaded(load, path, path.stat().st_mtime_ns if path.exists() else 0)
    return loaded


@lru_cache(maxsize=16)
def _loaded(load: Callable[[Path], Any], path: Path, _stamped: int) -> Any:
    return load(path)


def _gathered(faults: list[str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Misconfigured as error:
        faults.extend(error.faults)
        return None


def office_stamp(home: Path) -> str:
    """Give a hash of the roster and calendar files, to see when one changes."""
    files = (home / name for name in (ROSTER_FILE, CALENDAR_FILE))
    return "+".join(hashlib.sha256(f.read_bytes()).hexdigest() if f.exists() else "" for f in files)


def note_office(service: Service) -> None:
    """Journal what changed in the roster since it was last seen."""
    snapshot = office.snapshot(service.house.roster)
    sha = hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()
    with service.open_work() as work:
        before = work.office.latest("roster")
        if before is None or before.sha != sha:
            changes = office.changes(before.data if before else None, snapshot)
            work.office.save("roster", sha, snapshot, service.clock())
            via = Via("program", f"roster:{sha[:12]}")
            work.journal.note("roster", {"changes": changes}, via, service.clock())
            work.keep()


def refresh(service: Service) -> None:
    """Take up a changed roster or calendar; a faulty one is refused and the last one kept.

    Raises Misconfigured as long as the changed files are at fault.
    """
    if office_stamp(service.settings.home) == service.stamp:
        return
    house, stamp = open_house(service.settings, service.clock)
    service.house = replace(house, appointed=service.house.appointed)
    note_office(service)
    service.stamp = stamp


def mail_folders(home: Path) -> list[Path]:
    """Where mail templates lie: the home's own first."""
    return [home / "templates" / "mail", data_root() / "templates" / "mail"]


def form_folders(home: Path) -> list[Path]:
    """Where form templates lie: the home's own first."""
    return [home / "templates" / "forms", data_root() / "templates" / "forms"]


def channels(found: Settings, clock: Clock) -> tuple[Mailbox, Transport]:
    """Give the mailbox and the transport that the settings name; nothing is opened yet."""
    mail = found.mail
    if mail.kind == "maildir":
        return (
            MaildirMailbox(mail.maildir_in, clock=clock),
            MaildirTransport(mail.maildir_out, clock=clock),
        )
    if mail.kind == "exchange":
        return _exchange(found)
    token = _token(found) if mail.authority else None
    incoming = _incoming(found, token)
    outgoing = Server(
        mail.smtp_host or "",
        mail.smtp_port,
        mail.smtp_user,
        "" if token else found.password("smtp_password").get_secret_value(),
        mail.smtp_tls,
        mail.ca_file,
        token=token,
    )
    return ImapMailbox(incoming, folder=mail.inbox), SmtpTransport(outgoing, hello=mail.domain)


def _exchange(found: Settings) -> tuple[Mailbox, Transport]:
    """Give both ways of a mailbox on Exchange."""
    from mailflow.channels.ews import Exchange  # noqa: PLC0415 - exchangelib is slow to load
    from mailflow.channels.exchange import (  # noqa: PLC0415 - the same
        ExchangeMailbox,
        ExchangeTransport,
    )

    mail, server = found.mail, _incoming(found, None)
    if not server.host:
        server = replace(server, host=f"autodiscover.{mail.domain}")
    exchange = Exchange(server, mail.address, mail.endpoint or "", mail.auth)
    return ExchangeMailbox(exchange, folder=mail.inbox), ExchangeTransport(exchange)


def sent_folder(found: Settings) -> SentFolder | None:
    """Give where copies of sent mail go; None where the server keeps them, or a Maildir does."""
    mail = found.mail
    if mail.kind != "imap" or mail.sent_folder == "":
        return None
    server = _incoming(found, _token(found) if mail.authority else None)
    return ImapSentFolder(server, folder=mail.sent_folder)


def _incoming(found: Settings, token: Callable[[], str] | None) -> Server:
    """Give the account that letters come to."""
    mail = found.mail
    password = "" if token else found.password("mail_password").get_secret_value()
    return Server(
        mail.host or "", mail.port, mail.user, password, mail.tls, mail.ca_file, token=token
    )


def _token(found: Settings) -> Callable[[], str]:
    """Give the source of the mailbox's access tokens; both servers use the same."""
    from mailflow.channels.oauth2 import token_source  # noqa: PLC0415 - msal is slow to load

    mail = found.mail
    secret = found.password("client_secret").get_secret_value()
    return token_source(mail.authority or "", mail.client_id or "", secret, mail.ca_file)


def fill_in(service: Service, attachment: FormAttachment) -> Sequence[Attached]:
    """Give the files of an attachment: forms, a list, a pack, or a register as it is now."""
    if attachment["form"] == filling.FORM:
        today = service.house.local(service.clock()).date()
        return fill_pages(attachment["view"]["pages"], service.house.roster.on(today))
    if attachment["form"] == LIST:
        return [(f"{attachment['view']['title']}.xlsx", list_workbook(attachment["view"]))]
    if attachment["form"] == PACK:
        return pack_files(service.open_work, service.house, attachment["view"])
    if attachment["form"] == INVITATION:
        return [_calendar(attachment["view"])]
    if attachment["form"] != REGISTER:
        with service.open_work(reading=True) as work:
            form = written(work, service.house, attachment)
        return service.filler(form)
    name = attachment["view"]["id"]
    return fresh(service.open_work, service.house, name, service.clock())


def _calendar(view: Mapping[str, Any]) -> Attached:
    """Write an invitation as the file that calendars read."""
    moments = {name: datetime.fromisoformat(view[name]) for name in ("starts", "at")}
    _, text = invitation.written(Invitation(**{**view, **moments}))
    return "Giấy mời họp.ics", text.encode()


def tell_undelivered(service: Service, work: Work, notice: Notice, why: str) -> None:
    """Tell the ISO secretary that a notice could not be delivered, and to whom."""
    world = service.house.world(service.clock())
    unreached.tell_undelivered(work, service.house, notice, why, world)
