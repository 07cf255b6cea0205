"""Each part of a home looked at by itself; an error of ours is a fault of that part only."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

from mailflow import settings
from mailflow.actions import stand_ins
from mailflow.checking import machine
from mailflow.checking.roundtrip import there_and_back
from mailflow.checking.rows import Row, fault, warning
from mailflow.clock import Clock
from mailflow.errors import MailflowError, Misconfigured
from mailflow.forms import fill
from mailflow.intake.reading import certificates
from mailflow.outbox.templates import template_faults
from mailflow.registers import office
from mailflow.registers.places import RegisterSettings, place_of
from mailflow.settings import Settings
from mailflow.upkeep import has_letter, last_entry, record_outdated, verify_record
from mailflow.wiring import (
    CALENDAR_FILE,
    OLDER,
    channels,
    form_folders,
    mail_folders,
    open_house,
    open_reading,
)
from workbook_sync.errors import Busy

NEXT_YEAR_FROM = 11
"""The month from which the calendar must have next year's days off."""


def check_home(home: Path, clock: Clock, *, send: bool = False) -> list[Row]:
    """Look at every part; `send` also sends a letter to the agency's own mailbox and waits for it.

    Nothing else is written anywhere.
    """
    try:
        found = settings.load(home)
    except Misconfigured as error:
        return [Row(what="settings", standing="fault", say=say) for say in error.faults]
    parts = looks(found, clock) | ({"a letter to ourselves": _sent(found, clock)} if send else {})
    rows = [Row(what="settings", standing="well", say="")]
    for what, look in parts.items():
        rows.extend(looked(what, look))
    return rows


def looks(found: Settings, clock: Clock) -> dict[str, Callable[[], list[Row]]]:
    """Give how each part is looked at, by its name, in the order of the table."""
    return {
        "disk": partial(machine.room, found.home),
        "rights": partial(machine.rights, found.home, found.backup.folder),
        "passwords": partial(machine.secrets, found.home),
        "clock": partial(_clock, found, clock),
        "roster, calendar, words": partial(_office, found, clock),
        "mail templates": partial(_faults, template_faults, mail_folders(found.home)),
        "form templates": partial(_faults, fill.template_faults, form_folders(found.home)),
        "record": partial(_record, found.home),
        "stand-ins": partial(_stand_ins, found.home, clock),
        "mailbox": partial(_mailbox, found, clock),
        "registers": partial(_registers, found),
        "S/MIME": partial(_authorities, found, clock),
        "PDF": machine.printing,
    }


def looked(what: str, look: Callable[[], list[Row]]) -> Iterator[Row]:
    """Give the rows of one part; an error of ours is a fault of that part only."""
    try:
        rows = look()
    except Misconfigured as error:
        rows = list(map(fault, error.faults))
    except MailflowError as error:
        rows = [fault(str(error))]
    for row in rows or [Row(what="", standing="well", say="")]:
        yield {**row, "what": what}


def _clock(found: Settings, clock: Clock) -> list[Row]:
    """Compare the machine's time with the record's last entry, where the record can be read."""
    last = None
    with suppress(MailflowError):  # what is wrong with the record has rows of its own
        last = None if record_outdated(found.home) else last_entry(found.home)
    return machine.time(found, clock(), last)


def _sent(found: Settings, clock: Clock) -> Callable[[], list[Row]]:
    def look() -> list[Row]:
        mailbox, transport = channels(found, clock)
        try:
            is_kept = partial(_is_kept, found.home)
            return there_and_back(found, mailbox, transport, is_kept, clock)
        finally:
            mailbox.close()
            transport.close()

    return look


def _is_kept(home: Path, message_id: str) -> bool:
    """Say whether the record has a letter; one of an older schema is not asked, nor changed."""
    return not record_outdated(home) and has_letter(home, message_id)


def _office(found: Settings, clock: Clock) -> list[Row]:
    """Read people, days and words; each register's keeper must be one of the people."""
    house, _ = open_house(found, clock)
    world = house.world(clock())
    return [
        *(
            fault(f"[[register]] keeper {register.keeper} is not on the roster today")
            for register in found.registers
            if not world.roster.at(register.keeper)
        ),
        *_next_year(found.home, world.today),
    ]


def _next_year(home: Path, today: date) -> list[Row]:
    """Deadlines run into next year: from November on the agency's own days of it must be known."""
    entered = office.read_calendar(home / CALENDAR_FILE, years=())
    known = {day.year for day in (*entered.off, *entered.worked)}
    if today.month < NEXT_YEAR_FROM or today.year + 1 in known:
        return []
    return [
        warning(
            f"{CALENDAR_FILE} has no row for {today.year + 1} yet: enter Tết and the swapped days "
            "as soon as they are announced; until then the holidays of the law alone are counted"
        )
    ]


def _stand_ins(home: Path, clock: Clock) -> list[Row]:
    """Name who stands in for whom today; roster and record have rows of their own."""
    try:
        if record_outdated(home):
            return []
        house, _ = open_reading(home, clock)
    except Misconfigured:
        return []
    return [
        Row(what="", standing="well", say=said) for said in stand_ins.in_force(house.world(clock()))
    ]


def _faults(look: Callable[[list[Path]], list[str]], folders: list[Path]) -> list[Row]:
    return list(map(fault, look(folders)))


def _record(home: Path) -> list[Row]:
    """Prove the record; an older one is left for the daemon's start, which copies it first."""
    if record_outdated(home):
        return [warning(OLDER)]
    return list(map(fault, verify_record(home)))


def _mailbox(found: Settings, clock: Clock) -> list[Row]:
    """Log in and look, taking nothing."""
    mailbox, transport = channels(found, clock)
    try:
        next(iter(mailbox.waiting()), None)
    finally:
        mailbox.close()
        transport.close()
    return []


def _registers(found: Settings) -> list[Row]:
    """Look into each register's folder, on this machine or on a share, and hold the file once.

    Nothing is written; a file that is not there yet will be made.
    """
    return [row for register in found.registers for row in _register(found, register)]


def _register(found: Settings, register: RegisterSettings) -> list[Row]:
    try:
        with place_of(found, register) as place:
            if place.name in place.listing():
                with place.held():
                    pass
    except Busy:
        return [
            warning(f"{register.path} is open somewhere: Mailflow will write when it is closed")
        ]
    except OSError as error:
        return [fault(f"{register.path}: {error.strerror}; {_REACH}")]
    return []


_REACH = "check that the folder is there, mounted, and writable by the user who runs Mailflow"


def _authorities(found: Settings, clock: Clock) -> list[Row]:
    """Read the authorities of signatures, if the agency names any."""
    authorities = certificates.load(found.mail.smime_ca)
    expired = authorities.expired(clock()) if authorities else []
    return [
        warning(f"mail.smime_ca: {name} is past its dates: it vouches for nobody now")
        for name in expired
    ]
