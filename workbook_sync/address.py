"""Cell addresses: column letters, "B3", ranges, and lists of ranges."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


@lru_cache(maxsize=MAX_COLUMN)
def column_number(letters: str) -> int:
    """1 for "A", 28 for "AB"."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=MAX_COLUMN)
def column_letters(number: int) -> str:
    """ "A" for 1, "AB" for 28."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """ "B3" for row 3, column 2."""
    return f"{column_letters(column)}{row}"


def cell_place(name: str) -> tuple[int, int] | None:
    """(row, column) of "B3" or "$B$3"; None when it is no address inside a sheet."""
    match = _CELL.fullmatch(name)
    if not match:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


def whole_number(text: str | bytes | None, default: int = 0) -> int:
    """The number of an attribute in plain digits, at most nine; `default` for anything else."""
    if not text or len(text) > 9 or not (text.isdigit() and text.isascii()):
        return default
    return int(text)


class Range(NamedTuple):
    """A rectangle of cells, both ends included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: "Range") -> bool:
        """Whether the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


def parse_range(text: str) -> Range | None:
    """The rectangle of "A1:C9" or "A1"; None when it is neither."""
    first, _, last = text.partition(":")
    start, end = cell_place(first), cell_place(last or first)
    if start is None or end is None:
        return None
    (top, left), (bottom, right) = start, end
    return Range(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def parse_ranges(text: str) -> list[Range]:
    """The rectangles of a space-separated list (`sqref`); what is no address is left out."""
    return [found for part in text.split() if (found := parse_range(part)) is not None]
