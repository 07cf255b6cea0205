"""What `mailflow letter read` puts together: a home, its people and words, its record if any."""

from contextlib import suppress
from datetime import UTC, datetime, time, tzinfo
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from mailflow import settings
from mailflow.actions.house import House
from mailflow.clock import Clock
from mailflow.intake import desk
from mailflow.intake.quotes import quoting
from mailflow.intake.reading import certificates, signatures
from mailflow.intake.reading.letter import Letter, Sent
from mailflow.intake.readout import Known, read_out
from mailflow.intake.senders import thread
from mailflow.intake.senders.screen import OwnAddresses
from mailflow.procedure import numbering
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act
from mailflow.record import Work, is_there
from mailflow.wiring import open_house, open_reading

MIDDAY = time(12)
"""When a letter came of which only the day is known."""


def read_letter(
    home: Path, letter: Letter, asked: tuple[Act, str] | None, at: datetime | None, clock: Clock
) -> dict[str, Any]:
    """Tell how a letter would be read in a home; a record is read where there is one, never made.

    `at` is the local day, or moment, of arrival. Raises Misconfigured.
    """
    found = settings.load(home)
    arrived = _arrival(letter, at, found.agency.zone) or clock().astimezone(found.agency.zone)
    house, _ = open_house(found, clock)
    requests, sent = {}, None
    if asked is None and is_there(found.record.database_url):
        house, open_work = open_reading(home, clock)
        with open_work(reading=True) as work:
            sent = desk.answered(work, letter)
            requests = _requests(work, letter, sent, house)
    authorities = certificates.load(found.mail.smime_ca)
    known = Known(
        house=house,
        world=house.world(arrived),
        own=OwnAddresses(frozenset({found.mail.address.casefold()}), found.mail.address),
        signature=signatures.verify(letter.sealed, authorities, arrived),
        asked=asked,
        requests=requests,
        sent=sent,
    )
    return read_out(letter, known)


def _arrival(letter: Letter, at: datetime | None, zone: tzinfo) -> datetime | None:
    """Take the moment given, or that of the Date header; None without either."""
    if at:
        return datetime.combine(at.date(), at.time() or MIDDAY, zone)
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        dated = parsedate_to_datetime(letter.date)
        return (dated if dated.tzinfo else dated.replace(tzinfo=UTC)).astimezone(zone)
    return None


def _requests(work: Work, letter: Letter, sent: Sent | None, house: House) -> dict[str, Request]:
    """Load the requests whose token the letter brings back or whose code it names."""
    agency, domain = house.settings.agency, house.settings.mail.domain
    asks = filter(None, map(work.asks.by_token, thread.tokens(letter, domain)))
    words = quoting.new_words(letter, sent)
    typed = thread.codes(letter, words, agency.code_prefix)
    begins = numbering.prefixes(agency.code_prefix)
    parsed = filter(None, (numbering.parse(code, *begins) for code in typed))
    codes = [line.request for ask in asks for line in ask.lines]
    codes += [code.right for code in parsed if code.valid]
    found = {code: work.requests.load(code) for code in dict.fromkeys(codes)}
    return {code: request for code, request in found.items() if request}
