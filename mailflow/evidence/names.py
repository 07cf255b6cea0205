"""File names of a pack: ASCII, short, numbered, without anything a file system could trip over."""

import re

from mailflow.procedure.folding import folded

LONGEST = 48
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Write words in lower-case letters, digits and hyphens; "tep" where nothing is left."""
    return _OTHER.sub("-", folded(text))[:LONGEST].strip("-") or "tep"


def file_slug(name: str) -> str:
    """Write a file's name so that its ending stays; an odd ending becomes part of the name."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        return f"{slug(name)}.bin"
    return f"{slug(stem)}.{ending.lower()}"
