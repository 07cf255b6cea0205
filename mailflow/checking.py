"""`mailflow check`: each part of a home looked at by itself, every fault with what to do."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mailflow import settings
from mailflow.actions import stand_ins
from mailflow.clock import Clock
from mailflow.errors import MailflowError, Misconfigured
from mailflow.forms import fill, pdf
from mailflow.intake.reading import certificates
from mailflow.outbox.templates import template_faults
from mailflow.registers.places import place_of
from mailflow.settings import Settings
from mailflow.wiring import (
    channels,
    form_folders,
    mail_folders,
    open_house,
    open_reading,
    verify_record,
)

Row = dict[str, str]


def check_home(home: Path, clock: Clock) -> list[Row]:
    """Look at every part; a row each: what, standing (well, warning, fault), say."""
    try:
        found = settings.load(home)
    except Misconfigured as error:
        return [_row("settings", "fault", fault) for fault in error.faults]
    rows = [_row("settings", "well", "")]
    for what, look in _looks(found, clock).items():
        rows.extend(_looked(what, look))
    return rows


def _looks(found: Settings, clock: Clock) -> dict[str, Callable[[], list[Row]]]:
    return {
        "roster, calendar, words": partial(_office, found, clock),
        "mail templates": partial(_faults, template_faults, mail_folders(found.home)),
        "form templates": partial(_faults, fill.template_faults, form_folders(found.home)),
        "record": partial(_record, found.home),
        "stand-ins": partial(_stand_ins, found.home, clock),
        "mailbox": partial(_mailbox, found, clock),
        "registers": partial(_registers, found),
        "S/MIME": partial(_authorities, found, clock),
        "PDF": _pdf,
    }


def _looked(what: str, look: Callable[[], list[Row]]) -> Iterator[Row]:
    """Give the rows of one part; an error of ours is a fault of that part only."""
    try:
        rows = look()
    except Misconfigured as error:
        rows = [_row("", "fault", fault) for fault in error.faults]
    except MailflowError as error:
        rows = [_row("", "fault", str(error))]
    for row in rows or [_row("", "well", "")]:
        yield {**row, "what": what}


def _row(what: str, standing: str, say: str) -> Row:
    return {"what": what, "standing": standing, "say": say}


def _office(found: Settings, clock: Clock) -> list[Row]:
    """Read people, days and words; each register's keeper must be one of the people."""
    house, _ = open_house(found, clock)
    roster = house.world(clock()).roster
    return [
        _row("", "fault", f"[[register]] keeper {register.keeper} is not on the roster today")
        for register in found.registers
        if not roster.at(register.keeper)
    ]


def _stand_ins(home: Path, clock: Clock) -> list[Row]:
    """Name who stands in for whom today; where the roster is at fault, its own row says so."""
    try:
        house, _ = open_reading(home, clock)
    except Misconfigured:
        return []
    return [_row("", "well", said) for said in stand_ins.in_force(house.world(clock()))]


def _faults(look: Callable[[list[Path]], list[str]], folders: list[Path]) -> list[Row]:
    return [_row("", "fault", fault) for fault in look(folders)]


def _record(home: Path) -> list[Row]:
    return [_row("", "fault", fault) for fault in verify_record(home)]


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
    """Look into each register's folder, on this machine or on a share, taking nothing."""
    rows = []
    for register in found.registers:
        try:
            with place_of(found, register) as place:
                place.listing()
        except OSError as error:
            rows.append(_row("", "fault", f"{register.path}: {error.strerror}"))
    return rows


def _authorities(found: Settings, clock: Clock) -> list[Row]:
    """Read the authorities of signatures, if the agency names any."""
    authorities = certificates.load(found.mail.smime_ca)
    expired = authorities.expired(clock()) if authorities else []
    return [
        _row("", "warning", f"mail.smime_ca: {name} is past its dates: it vouches for nobody now")
        for name in expired
    ]


def _pdf() -> list[Row]:
    if pdf.available():
        return []
    return [_row("", "warning", "LibreOffice is not installed: forms go out as .docx without PDF")]
