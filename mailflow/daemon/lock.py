"""One daemon per home, or several that share it: a lock that goes when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailflow.errors import Temporary

NAME = "mailflow.lock"


@contextmanager
def only_one(home: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the home's lock for as long as the block runs; a `shared` one with others who share it.

    Raises Temporary when another process holds it, or when nothing may be written there; a lock
    file left by a dead one does no harm.
    """
    try:
        handle = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        said = f"{home / NAME} cannot be written: {error.strerror}; see: mailflow check"
        raise Temporary(said) from error
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise Temporary(f"another Mailflow works in {home}; stop it first") from error
    try:
        if not shared:
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)
