"""Where a register lies: a folder of this machine, or a network share reached as ourselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from mailflow.settings import Settings
from workbook_sync import shares
from workbook_sync.files import REST
from workbook_sync.places import Address, Local, Place

SYNCED_REST = timedelta(seconds=10)
"""How long a file in a synchronised folder must rest: such programs write in several moves."""


class RegisterSettings(Protocol):
    """One `[[register]]` of the settings."""

    @property
    def path(self) -> Path | Address:
        """The workbook."""

    @property
    def keeper(self) -> str:
        """The address of the person whose edits it carries."""

    @property
    def unit(self) -> str | None:
        """The unit it belongs to, None for the agency's own."""

    @property
    def synced(self) -> bool:
        """Whether its folder is kept in step with another machine."""


def rest_of(register: RegisterSettings) -> timedelta:
    """Give how long the file must have been left alone before it is read."""
    return SYNCED_REST if register.synced else REST


@contextmanager
def place_of(settings: Settings, register: RegisterSettings) -> Iterator[Place]:
    """Give the register's file; on a share, connected as long as the block lasts.

    Raises Misconfigured when there is no password for the share.
    """
    if isinstance(register.path, Path):
        yield Local(register.path)
        return
    password = settings.password("share_password").get_secret_value()
    with shares.reached(register.path, settings.share.user or "", password) as place:
        yield place
