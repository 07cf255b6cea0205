"""What the Exchange tests share: a mailbox opened, letters in it."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from mailflow.channels.ews import Exchange
from mailflow.channels.exchange import ExchangeMailbox, ExchangeTransport
from tests.channels.inbox import letter
from tests.ews import ExchangeBox

ISO = "iso@coquan.test"


@contextlib.contextmanager
def opened(exchange: Exchange, **settings: Any) -> Iterator[ExchangeMailbox]:
    """Open a mailbox and let it go afterwards."""
    mailbox = ExchangeMailbox(exchange, **settings)
    try:
        yield mailbox
    finally:
        mailbox.close()


@contextlib.contextmanager
def sending(exchange: Exchange) -> Iterator[ExchangeTransport]:
    """Open a way out and let it go afterwards."""
    transport = ExchangeTransport(exchange)
    try:
        yield transport
    finally:
        transport.close()


def post(box: ExchangeBox, *subjects: str, days: tuple[int, ...] = (), **other: Any) -> None:
    """Lay letters into the inbox, by default one each day of November."""
    for index, subject in enumerate(subjects):
        day = days[index] if days else index + 1
        box.deliver(letter(subject), datetime(2026, 11, day, 8, 30, tzinfo=UTC), **other)
