"""Several daemons, one agency: its work is done by who took its lease, until it runs out."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import structlog

from mailflow.errors import MailflowError
from mailflow.record import Lease
from mailflow.wiring import Service

LOG = structlog.get_logger()
NAME = "work"
"""The one lease of an agency: mailbox, registers and timed jobs may touch the same files."""

LENGTH = timedelta(minutes=2)
"""How long an agency waits for a daemon that died; whoever works renews it at every letter."""

HOLDER = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
"""This process, unlike any other on any machine."""


@contextmanager
def taken(service: Service) -> Iterator[bool]:
    """Work alone for an agency while the block runs; False when another daemon does.

    What is written in the block is refused (Temporary) once another daemon has taken over.
    """
    if not service.shared:
        yield True
        return
    lease = _take(service)
    if lease is None:
        yield False
        return
    service.held.lease = lease
    try:
        yield True
    finally:
        service.held.lease = None
        with suppress(MailflowError):  # then it runs out by itself
            _let_go(service, lease)


def renew(service: Service) -> None:
    """Go on with the lease that is held, if any. Raises Temporary when it was taken over."""
    lease, now = service.held.lease, service.clock()
    if lease is None or now < lease.until - LENGTH / 2:
        return
    with service.open_work() as work:
        service.held.lease = work.leases.renew(lease, now + LENGTH)
        work.keep()


def _take(service: Service) -> Lease | None:
    now = service.clock()
    with service.open_work(reading=True) as work:
        if not work.leases.is_free(NAME, HOLDER, now):
            return None
    with service.open_work() as work:
        lease = work.leases.take(NAME, HOLDER, now, now + LENGTH)
        work.keep()
    if lease and lease.before:
        LOG.warning("work taken over", agency=service.settings.agency.id, before=lease.before)
    return lease


def _let_go(service: Service, lease: Lease) -> None:
    with service.open_work() as work:
        work.leases.let_go(lease)
        work.keep()
