"""Codes and numbers: gapless per year and series, with a check letter against slips."""

import re
from dataclasses import dataclass

from mailflow.procedure.terms import REQUESTS, Kind

SERIES: dict[Kind, str] = {Kind.OBJECTIVES: "MTCL", Kind.REVIEW: "XXLD"}
"""How the codes of what is no request begin: XXLD of management reviews, MTCL of objectives."""

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


def check_letter(year: int, seq: int, line: str = "") -> str:
    """Give the letter for a year and running number: a weighted sum modulo 23.

    `line` are the digits of a line of a plan, when the code is that of one.
    """
    digits = f"{year:04d}{seq:04d}{line}"
    total = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=2))
    return LETTERS[total % len(LETTERS)]


def code(prefix: str, year: int, seq: int) -> str:
    """Write a request's code, e.g. `CTCL-2026-0007-K`."""
    return f"{prefix}-{year:04d}-{seq:04d}-{check_letter(year, seq)}"


def line_code(matter: str, no: int) -> str:
    """Write the code of a line of a plan: MTCL-2026-0003-02-R is line 2 of MTCL-2026-0003-G.

    It ends in a letter of its own: spreadsheets count on what ends in a number when it is dragged.
    """
    begins, year, seq, _ = matter.rsplit("-", 3)
    line = f"{no:02d}"
    return f"{begins}-{year}-{seq}-{line}-{check_letter(int(year), int(seq), line)}"


def parse_line(text: str) -> Code | None:
    """Read the code of a line of a plan, as tolerantly as `parse`; None when it is none."""
    begins = SERIES[Kind.OBJECTIVES]
    pattern = rf"{begins}[\s\-–]*(\d{{4}})[\s\-–]+(\d{{4,6}})[\s\-–]+(\d{{2,4}})[\s\-–]*([A-Za-z])"
    found = re.fullmatch(pattern, text.strip(" []"), re.IGNORECASE)
    if not found:
        return None
    year, seq, line = found[1], found[2], found[3]
    right = f"{begins}-{year}-{seq}-{line}-{check_letter(int(year), int(seq), line)}"
    return Code(f"{right[:-1]}{found[4].upper()}", right)


def matter_of(line: str) -> tuple[str, int]:
    """Give a matter's code and the number of its line from that line's code, a good one."""
    begins, year, seq, no, _ = line.rsplit("-", 4)
    return code(begins, int(year), int(seq)), int(no)


def number(pattern: str, year: int, seq: int) -> str:
    """Write the number the agency shows (Số phiếu) by its own pattern, e.g. `07/2026`."""
    return pattern.format(seq=seq, year=year)


def series(kind: Kind, agency: str) -> str:
    """Give the beginning of the codes of one kind; `agency` is that of its requests."""
    return agency if kind in REQUESTS else SERIES[kind]


def prefixes(agency: str) -> tuple[str, ...]:
    """List the beginnings of the codes of all that is run: the agency's for requests, then ours."""
    return (agency, *sorted(set(SERIES.values())))


def parse(text: str, *begins: str) -> Code | None:
    """Read one code that begins in one of these ways; None when it is no code at all.

    Tolerant of case, spaces and dashes.
    """
    known = "|".join(map(re.escape, begins))
    pattern = rf"({known})[\s\-–]*(\d{{4}})[\s\-–]+(\d{{4,6}})[\s\-–]*([A-Za-z])"
    found = re.fullmatch(pattern, text.strip(" []"), re.IGNORECASE)
    if not found:
        return None
    prefix, year, seq = found[1].upper(), int(found[2]), int(found[3])
    return Code(f"{prefix}-{year:04d}-{seq:04d}-{found[4].upper()}", code(prefix, year, seq))
