"""What the machine gives a home: room, rights, passwords nobody else reads, the time, fonts."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from mailflow.checking.rows import Row, fault, warning
from mailflow.forms import pdf
from mailflow.settings import Settings, secret_files

MEGABYTE = 2**20
LEAST, SCARCE = 200 * MEGABYTE, 2_000 * MEGABYTE
"""Octets free without which a home is at fault, and below which the operator is warned."""

NATIVE = ("Times New Roman", "Tinos", "Liberation Serif")
"""Fonts of the measures that Decree 30/2020 wants, with all Vietnamese letters."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def room(home: Path) -> list[Row]:
    """Look at the space left where the record grows."""
    free = shutil.disk_usage(home).free
    said = f"{free // MEGABYTE} MB are left on the disk of {home}"
    if free < LEAST:
        return [fault(f"{said}; make room before starting: nothing can be kept on a full disk")]
    return [warning(f"{said}; a year of letters takes a few hundred")] if free < SCARCE else []


def rights(home: Path, copies: Path) -> list[Row]:
    """The home is ours to write and nobody else's to read, nor is the folder of its copies."""
    return list(_rights(home, copies))


def _rights(home: Path, copies: Path) -> Iterator[Row]:
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        who = f"the user of this process (uid {os.getuid()})"
        yield fault(f"{home} cannot be written by {who}; {_cure(home)}")
    for path in (home, *sorted(home.glob("record.sqlite*")), copies):
        if path.exists() and path.stat().st_mode & _OTHERS:
            seen = f"{path} can be read by other users of this machine"
            yield warning(f"{seen}; run: chmod -R go= {path}")


def _cure(home: Path) -> str:
    if home.is_dir() and os.statvfs(home).f_flag & os.ST_RDONLY:
        return (
            "its file system is read-only: after a fault of the disk the system sets it so (dmesg)"
        )
    return f"run as its owner, or: chown -R {os.getuid()} {home}"


def secrets(home: Path) -> list[Row]:
    """No password lies in a file that everybody on the machine may read."""
    seen = "can be read by everybody on this machine; change the password, then: chmod 600"
    return [
        fault(f"{file} {seen} {file}")
        for file in secret_files(home)
        if file.is_file() and file.stat().st_mode & stat.S_IRWXO
    ]


def time(found: Settings, now: datetime, last: datetime | None) -> list[Row]:
    """The clock shows the agency's time, not one before the record's last entry."""
    local = now.astimezone(found.agency.zone)
    shown = f"it is {local:%d/%m/%Y %H:%M} in {found.agency.time_zone}"
    if last and last > now:
        entry = f"the record's last entry is of {last.astimezone(found.agency.zone):%d/%m/%Y %H:%M}"
        return [fault(f"{shown} by this machine, but {entry}; set the clock before starting")]
    return [Row(what="", standing="well", say=shown)]


def printing() -> list[Row]:
    """LibreOffice makes the PDF, with a font that has all Vietnamese letters."""
    if not pdf.available():
        return [warning("LibreOffice is not installed: forms go out as .docx without PDF")]
    if not any(name in _fonts() for name in NATIVE):
        none = f"none of the fonts {', '.join(NATIVE)} is installed"
        return [warning(f"{none}: PDFs will look unlike the Word files; install fonts-croscore")]
    return []


def _fonts() -> str:
    program = shutil.which("fc-list")
    if program is None:
        return "".join(NATIVE)  # nobody to ask: LibreOffice without fontconfig has its own
    asked = [program, ":lang=vi", "family"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own words
    return done.stdout
