"""One way to compare Vietnamese: NFC at the door, and a folded key without case or marks."""

import re
import unicodedata
from itertools import filterfalse

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")


def nfc(text: str) -> str:
    """Normalise to NFC, Ð and ð (Icelandic) to Đ and đ, and drop invisible format characters."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).replace("\u00d0", "Đ").replace("\u00f0", "đ")
    return _INVISIBLE.sub("", text)


def folded(text: str) -> str:
    """Make the key by which words match: lower case, đ->d, marks off, runs of space as one."""
    text = nfc(text).casefold().replace("đ", "d")
    if not text.isascii():
        text = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFD", text)))
    return " ".join(text.split())
