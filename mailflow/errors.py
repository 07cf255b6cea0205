"""What can go wrong, and the named points where a test may make it go wrong."""

from collections.abc import Sequence

from workbook_sync.failpoint import failpoint

__all__ = ["MailflowError", "Misconfigured", "Permanent", "Temporary", "failpoint"]


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
