"""A pack that was asked for by mail: attached where it fits, else left where it can be fetched."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mailflow.actions.house import House
from mailflow.actions.packing import FOLDER, most
from mailflow.errors import failpoint
from mailflow.evidence import words
from mailflow.evidence.pack import write_pack
from mailflow.record import Work

MAKING = ".making-"
"""How folders begin in which a pack is made; one that is there already, somebody was killed in."""


def pack_files(
    open_work: Callable[..., Work], house: House, view: Mapping[str, Any]
) -> list[tuple[str, bytes]]:
    """Give the files of a pack {codes, title, file, mailed}: the zip, or a word where it lies.

    Composed once more after a kill, it is made anew: the same record makes the same bytes.
    """
    for left in _folder(house).glob(f"{MAKING}*"):
        shutil.rmtree(left)
    with TemporaryDirectory(dir=_folder(house), prefix=MAKING) as folder:
        made = Path(folder) / view["file"]
        with open_work(reading=True) as work:
            write_pack(work, house, view["codes"], view["title"], made)
        if view["mailed"] and made.stat().st_size <= most(house):
            return [(view["file"], made.read_bytes())]
        failpoint("pack.before_leaving")
        place = made.replace(_folder(house) / view["file"])
        failpoint("pack.after_leaving")
    said = words.LEFT.format(file=place.name, folder=place.parent)
    return [(words.LEFT_FILE, said.encode("utf-8-sig"))]


def _folder(house: House) -> Path:
    folder = house.settings.home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
