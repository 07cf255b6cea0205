"""Makes an agency's home: settings, roster, calendar, register, mailboxes and folders."""

from pathlib import Path

from mailflow import settings
from mailflow.clock import Clock
from mailflow.errors import MailflowError
from mailflow.procedure.people import Roster
from mailflow.registers import office
from mailflow.wiring import CALENDAR_FILE, ROSTER_FILE

MAILDIRS = ("mail/in", "mail/out")
FOLDERS = ("templates/mail", "templates/forms", "backup", "log")


def make_home(
    folder: Path,
    agency: str,
    address: str,
    keeper: str,
    clock: Clock,
    roster: Roster | None = None,
) -> list[Path]:
    """Make a home in a new or empty folder; gives what was made.

    Without a roster a starting one is written, whose example rows the IT officer replaces; the
    register is made by the first sync. Raises MailflowError when something stands there already,
    or the folder cannot be written.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise MailflowError(f"{folder} is not empty; nothing was changed")
        folder.mkdir(parents=True, exist_ok=True)
        return _filled(folder, agency, address, keeper, clock, roster)
    except OSError as error:
        raise MailflowError(f"{error.filename}: {error.strerror}") from error


def _filled(
    folder: Path, agency: str, address: str, keeper: str, clock: Clock, roster: Roster | None
) -> list[Path]:
    made = [_folder(folder / name) for name in FOLDERS]
    made += [_maildir(folder / name) for name in MAILDIRS]
    year = clock().year
    files = {
        settings.FILE: settings.starting_file(agency, address, keeper).encode(),
        ROSTER_FILE: office.roster_workbook(roster),
        CALENDAR_FILE: office.calendar_workbook(range(year, year + 2)),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return [*(folder / name for name in files), *made]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, mode=0o700)
    return path


def _maildir(path: Path) -> Path:
    for name in ("tmp", "new", "cur"):
        _folder(path / name)
    return path
