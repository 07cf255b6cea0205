"""What can go wrong, and the named points where a test may make it go wrong."""

import os
import signal
from collections.abc import Sequence


class MailflowError(Exception):
    """Root of every error we raise on purpose; its message is for the operator, in English."""


class Temporary(MailflowError):
    """May work later: mailbox down, file locked, SMTP 4xx. The caller sets the next try."""


class Permanent(MailflowError):
    """Will not work however often tried: SMTP 5xx, a template gone. Set aside and told."""


class Misconfigured(MailflowError):
    """Settings, roster, calendar or templates are wrong; the start is refused with every fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def failpoint(name: str) -> None:
    """Die here as by SIGKILL when MAILFLOW_FAILPOINT names this point; otherwise do nothing.

    `MAILFLOW_FAILPOINT=name` kills at the first pass, `name:3` at the third.
    """
    wanted = os.environ.get("MAILFLOW_FAILPOINT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    left = int(count or 1) - 1
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.environ["MAILFLOW_FAILPOINT"] = f"{point}:{left}"
