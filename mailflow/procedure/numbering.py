"""Codes and numbers of requests: gapless per year, with a check letter against slips."""

import re
from dataclasses import dataclass

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY"
"""23 letters, a prime count, none mistaken for a digit: a slip or a swap changes the letter."""


@dataclass(frozen=True)
class Code:
    """A code as somebody wrote it: `right` is the code its year and number really have."""

    written: str
    right: str

    @property
    def valid(self) -> bool:
        """Say whether the check letter is right."""
        return self.written == self.right


def check_letter(year: int, seq: int) -> str:
    """Give the letter for a year and running number: a weighted sum modulo 23."""
    digits = f"{year:04d}{seq:04d}"
    total = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=2))
    return LETTERS[total % len(LETTERS)]


def code(prefix: str, year: int, seq: int) -> str:
    """Write a request's code, e.g. `CTCL-2026-0007-K`."""
    return f"{prefix}-{year:04d}-{seq:04d}-{check_letter(year, seq)}"


def number(pattern: str, year: int, seq: int) -> str:
    """Write the number the agency shows (Số phiếu) by its own pattern, e.g. `07/2026`."""
    return pattern.format(seq=seq, year=year)


def parse(text: str, prefix: str) -> Code | None:
    """Read one code, tolerant of case, spaces and dashes; None when it is no code at all."""
    pattern = rf"{re.escape(prefix)}[\s\-–]*(\d{{4}})[\s\-–]+(\d{{4,6}})[\s\-–]*([A-Za-z])"
    found = re.fullmatch(pattern, text.strip(" []"), re.IGNORECASE)
    if not found:
        return None
    year, seq = int(found[1]), int(found[2])
    return Code(f"{prefix}-{year:04d}-{seq:04d}-{found[3].upper()}", code(prefix, year, seq))
