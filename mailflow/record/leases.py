"""Leases: which of several daemons does an agency's work; whoever was too late is told apart."""

from dataclasses import dataclass, replace
from datetime import datetime

from mailflow.errors import Temporary
from mailflow.record import tables
from mailflow.record.columns import LEASES_END
from mailflow.record.scope import Scope

_leases = tables.leases


@dataclass(frozen=True)
class Lease:
    """A lease that was taken; who took it later has a greater `fence`.

    `before` is who had it and did not let it go, "" for nobody.
    """

    name: str
    fence: int
    until: datetime
    before: str


@dataclass
class Held:
    """The lease that a daemon works under at the moment, None between its jobs."""

    lease: Lease | None = None


@dataclass(frozen=True)
class Leases:
    """The agency's leases."""

    scope: Scope

    def is_free(self, name: str, holder: str, now: datetime) -> bool:
        """Say whether a holder could take a lease: nobody else's runs."""
        row = self.scope.row_of(_leases, name=name)
        return row is None or row.holder in ("", holder) or not now < row.until <= now + LEASES_END

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> Lease | None:
        """Take a lease, also one that has run out; None while another holder's runs."""
        if not self.is_free(name, holder, now):
            return None
        row = self.scope.row_of(_leases, name=name)
        fence, before = (row.fence + 1, row.holder) if row else (1, "")
        self.scope.put(_leases, {"name": name}, holder=holder, fence=fence, until=until)
        return Lease(name, fence, until, "" if before == holder else before)

    def check(self, lease: Lease) -> None:
        """Raise Temporary when somebody took a lease since: its holder of before must not act."""
        row = self.scope.row_of(_leases, ("fence",), name=lease.name)
        if row is None or row.fence != lease.fence:
            raise Temporary(f"another daemon has taken over {lease.name}; nothing was changed")

    def renew(self, lease: Lease, until: datetime) -> Lease:
        """Go on with a lease that was checked."""
        self.scope.update(_leases, {"name": lease.name, "fence": lease.fence}, until=until)
        return replace(lease, until=until)

    def let_go(self, lease: Lease) -> None:
        """Leave a lease to whoever comes next, unless somebody has it already."""
        self.scope.update(_leases, {"name": lease.name, "fence": lease.fence}, holder="")
