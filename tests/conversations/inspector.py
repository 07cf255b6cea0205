"""An inspector with Excel: sets the filters a paper names, of its words alone, and counts."""

import io
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

GENERATION = r"^Sổ theo dõi, trang .+; bản số \d+, ghi lúc \d\d/\d+/\d{4} \d\d:\d\d$"
"""What the source of every figure says: the register's sheet, and in which generation."""

Row = dict[str, Any]


def rows_of(register: Path, sheet: str) -> list[Row]:
    """Read a sheet with openpyxl alone: each row that has a code, by header, days as dates."""
    page = load_workbook(io.BytesIO(register.read_bytes()))[sheet]
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    at = next(n for n, line in enumerate(lines) if "Mã" in line)
    rows = [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :]]
    return [{str(h): _day(v) for h, v in row.items()} for row in rows if row["Mã"]]


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def by_hand(rows: list[Row], figure: Mapping[str, str], years: tuple[str, str] = ("", "")) -> str:
    """Count a figure as its source says; `years` puts one year in place of another."""
    _, *said, _ = figure["source"].replace(*years).split("; ")
    of = chosen(rows, [words for words in said if not words.startswith(PART)])
    part = [words for words in said if words.startswith(PART)]
    if part:
        return f"{len(chosen(of, part))}/{len(of)}" if of else "không phát sinh"
    return f"{len(of):02d}" if of else "0"


PART = "trong đó "


def chosen(rows: list[Row], filters: list[str]) -> list[Row]:
    """Give the rows that fit all filters."""
    for said in filters:
        rows = list(filter(_read(said), rows))
    return rows


def _read(said: str) -> Callable[[Row], bool]:
    """Read one filter: {column} {how it is set}."""
    matches = ((fits, re.fullmatch(pattern, said)) for pattern, fits in FILTERS.items())
    fits, found = next((fits, found) for fits, found in matches if found)
    return lambda row: fits(row, *found.groups())


def _date(text: str) -> date:
    return date(*map(int, reversed(text.split("/"))))


def _is_one(row: Row, column: str, names: str) -> bool:
    blank = names.endswith("để trống")
    shown = "" if row[column] is None else str(row[column])
    return shown in re.findall(r"“([^”]+)”", names) or (blank and not shown)


FILTERS: dict[str, Callable[..., bool]] = {
    r"(.+) từ (\S+) đến (\S+)": lambda row, c, since, to: _date(since) <= row[c] <= _date(to),
    r"(.+) không là “(.+)”": lambda row, c, name: row[c] != name,
    r"(.+?) là (“.+”(?: hoặc để trống)?)": _is_one,
    r"(.+) có chữ “(.+)”": lambda row, c, text: text.lower() in str(row[c] or "").lower(),
    r"(.+) để trống": lambda row, c: row[c] is None,
    r"(.+) có ngày": lambda row, c: isinstance(row[c], date),
    r"trong đó (.+) không sau (.+)": lambda row, c, other: bool(row[c] <= row[other]),
}
