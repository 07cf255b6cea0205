"""Splits text into words that stand in their places, short forms written out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailflow.phrases import Phrases, marks, meant, said

CANNOT = ("không", "khong", "chưa", "chua")
"""Before "thể": "chưa thể duyệt" denies as "chưa duyệt" does."""

MARKS = frozenset(",;.!?\n:()…–—")
_WORD = re.compile(r"[đĐdD]/[cC]\b|[^\W_]+(?:@[\w.-]+\w)?|\n|[^\w\s]|_")


@dataclass(frozen=True)
class Word:
    """A word with its marks, short forms written out, and where it stands in the text."""

    text: str
    start: int
    end: int


def words_of(text: str, phrases: Phrases) -> list[Word]:
    """Split a text into words; short forms ("ko") stand as the words they mean.

    Capitals in a text not written in capitals ("Phòng KH") are initials, no short form.
    """
    found: list[Word] = []
    loud = text.isupper()
    for match in _WORD.finditer(text):
        if found and found[-1].text.casefold() in CANNOT and said(match[0], "thể"):
            continue
        whole = _whole(match[0], phrases, loud=loud)
        found.extend(Word(part, match.start(), match.end()) for part in whole)
    return found


def _whole(typed: str, phrases: Phrases, *, loud: bool) -> Sequence[str]:
    if len(typed) > 1 and "/" in typed:
        return ("đồng", "chí")
    if typed.isupper() and len(typed) == 2 and not loud:
        return (typed,)
    return meant(typed, phrases.short)


def is_marked(words: Sequence[Word]) -> bool:
    """Tell whether a text is written with its marks: at least one word in four has some."""
    letters = [w.text for w in words if w.text.isalpha() and w.end - w.start == len(w.text)]
    return sum(bool(marks(text)) for text in letters) * 4 >= max(len(letters), 1)


def until(words: Sequence[Word], place: int, end: int) -> int:
    """Count the words from a place that begin before a position of the text."""
    length = 1
    while place + length < len(words) and words[place + length].start < end:
        length += 1
    return length
