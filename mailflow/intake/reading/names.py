"""Names of attached files, made safe to show, to store and to send on."""

import re

from mailflow.intake.reading.decoding import one_line

_LONGEST = 150  # bytes in UTF-8
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(name: str, content_type: str, number: int) -> str:
    """Return the last component of a file name without what file systems and readers trip over.

    `number` names a part that has no name: `dinh-kem-3.png`.
    """
    last = re.split(r"[\\/]", one_line(name))[-1]
    last = _FORBIDDEN.sub("_", last).strip(" .")
    if not last:
        subtype = content_type.partition("/")[2]
        kind = subtype if subtype.isalnum() and len(subtype) <= 5 else "bin"
        return f"dinh-kem-{number}.{kind}"
    return _shortened(f"_{last}" if _DEVICES.match(last) else last)


def _shortened(name: str) -> str:
    """Cut a long name before its ending, never within a letter."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = _LONGEST - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + ending


def distinct(name: str, taken: set[str]) -> str:
    """Return the name, with a number where the mail has the same name already, and note it."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}"
    taken.add(free.casefold())
    return free
