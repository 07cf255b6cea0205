"""Waiting for letters by IMAP IDLE (RFC 2177), in short turns, so that a stop is heard at once."""

import imaplib
from collections.abc import Mapping, Sequence
from threading import Event
from time import monotonic
from typing import Any

from imap_tools import BaseMailBox

TURN = 1.0
"""Seconds between two looks at `stop`."""


def more_came(box: BaseMailBox, there: int) -> bool:
    """Whether a letter came since the open folder held so many, which IDLE would not tell again.

    A server speaks of it once, with whatever command came next (RFC 3501, 7.3.1). Some speak of
    the same number again and again: more must be there than what went away leaves. What imaplib
    read at the start and the end of an IDLE, where nobody listens, is found here as well.
    """
    box.client.noop()
    said: Mapping[str, Sequence[Any]] = box.client.untagged_responses
    gone = len(said.get("EXPUNGE", ()))
    return any(int(number) > there - gone for number in said.get("EXISTS", ())[-1:])


def idle_until(box: BaseMailBox, end: float, stop: Event) -> bool:
    """Wait until `end` (of the monotonic clock); True as soon as the server speaks of letters.

    The folder is open. Raises what imaplib and imap-tools raise when the connection breaks.
    """
    box.idle.start()  # type: ignore[no-untyped-call] # imap-tools says no types here
    heard = False
    while not heard and not stop.is_set() and monotonic() < end:
        heard = any(b"EXISTS" in line for line in _turn(box, end))
    box.idle.stop()  # type: ignore[no-untyped-call] # imap-tools says no types here
    return heard


def _turn(box: BaseMailBox, end: float) -> list[bytes]:
    """Listen for one turn; a server that went away says nothing, and says so at once."""
    begun = monotonic()
    turn = max(0.0, min(TURN, end - begun))
    said: list[bytes] = box.idle.poll(timeout=turn)
    if not said and monotonic() - begun < turn / 2:
        raise imaplib.IMAP4.abort("the server closed the connection")
    return said
