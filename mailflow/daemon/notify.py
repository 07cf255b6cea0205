"""Words to systemd about how the service stands (sd_notify(3))."""

import os
import socket
from contextlib import suppress

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def tell(words: str) -> None:
    """Tell whoever started us; nothing happens where that was not systemd.

    `words` are lines of sd_notify(3). A message that cannot be delivered is no fault of ours.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
        to_systemd.setblocking(False)
        to_systemd.sendto(words.encode(), address.replace("@", "\0", 1))
