"""Filters of the sheet `Phiếu` that a person can set in Excel: said in words, and applied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.actions.seen import Row
from mailflow.forms.words import day


@dataclass(frozen=True)
class Filter:
    """Which rows are meant: the words a reader sets it by, and whether one row fits."""

    words: str
    fits: Callable[[Row], bool]

    def __and__(self, other: "Filter") -> "Filter":
        words = "; ".join(filter(None, (self.words, other.words)))
        return Filter(words, lambda row: self.fits(row) and other.fits(row))


ALL = Filter("", lambda _: True)


def equal(header: str, values: Sequence[str]) -> Filter:
    """Ask for cells that say one of these."""
    said = " hoặc ".join(f"“{value}”" for value in values)
    return Filter(f"{header} là {said}", lambda row: str(row.get(header, "")) in values)


def other_than(header: str, value: str) -> Filter:
    """Ask for cells that say something else, or nothing."""
    return Filter(f"{header} không là “{value}”", lambda row: row.get(header) != value)


def containing(header: str, text: str) -> Filter:
    """Ask for cells in which these words stand, in capitals or not, as Excel does."""
    wanted = text.casefold()
    return Filter(
        f"{header} có chữ “{text}”", lambda row: wanted in str(row.get(header, "")).casefold()
    )


def blank(header: str) -> Filter:
    """Ask for cells that are left blank."""
    return Filter(f"{header} để trống", lambda row: row.get(header) is None)


def filled(header: str) -> Filter:
    """Ask for cells that hold a day."""
    return Filter(f"{header} có ngày", lambda row: isinstance(row.get(header), date))


def not_after(header: str, other: str) -> Filter:
    """Ask for days that are not after those of another column; both are there."""
    return Filter(f"{header} không sau {other}", lambda row: bool(row[header] <= row[other]))


def within(header: str, since: date, until: date) -> Filter:
    """Ask for days from one to another, both included."""
    return Filter(
        f"{header} từ {day(since)} đến {day(until)}", lambda row: since <= row[header] <= until
    )


def number(count: int) -> str:
    """Write a count as papers do: two digits at least."""
    return f"{count:02d}" if count else "0"
