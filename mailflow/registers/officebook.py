"""Reads the sheets of the roster and the calendar row by row, every fault with its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from mailflow.errors import Misconfigured
from mailflow.procedure.folding import nfc
from workbook_sync.errors import Refusal
from workbook_sync.locate import Row, locate
from workbook_sync.read import Workbook, read
from workbook_sync.values import read_date

EXAMPLE = "["
"""What a cell of an example row begins with; the officer puts the real thing in its place."""


@dataclass(frozen=True)
class Line:
    """One row of a sheet; what is wrong with it goes to `faults` with book, sheet and row."""

    book: str
    sheet: str
    row: Row
    faults: list[str]

    @property
    def place(self) -> str:
        """Name the row."""
        return f"{self.book}, sheet {self.sheet!r}, row {self.row.index}"

    @property
    def is_example(self) -> bool:
        """Say whether this is a row of the starting file that nobody has filled in yet."""
        return any(self.text(header).startswith(EXAMPLE) for header in self.row.cells)

    def fault(self, header: str, what: str) -> None:
        """Note what is wrong with one cell."""
        self.faults.append(f"{self.place}, {header}: {what}")

    def text(self, header: str) -> str:
        """Give a cell's text: NFC, runs of space as one, line ends kept."""
        lines = nfc(self.row.text(header)).splitlines()
        return "\n".join(" ".join(line.split()) for line in lines).strip()

    def wanted(self, header: str) -> str:
        """Give a cell's text; an empty one is a fault."""
        text = self.text(header)
        if not text:
            self.fault(header, "is empty")
        return text

    def day(self, header: str) -> date | None:
        """Give a cell's day, None when it is blank; what is no day is a fault."""
        cell = self.row.cells.get(header)
        value = read_date(cell.value) if cell and isinstance(cell.value, str) else None
        value = cell.value if cell and isinstance(cell.value, date) else value
        if value is None and self.text(header):
            self.fault(header, f"{self.text(header)!r} is no date; write it like 05/03/2026")
        return value.date() if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Book:
    """A workbook of the office that could be opened."""

    name: str
    workbook: Workbook
    faults: list[str]

    def lines(self, sheet: str, headers: Sequence[str], *, needed: bool = True) -> list[Line]:
        """Give the rows of a sheet; without `needed` the whole sheet may be absent."""
        names = {page.name.casefold() for page in self.workbook.sheets}
        if sheet.casefold() not in names and not needed:
            return []
        try:
            grid = locate(self.workbook, headers, sheet=sheet)
        except Refusal:
            wanted = ", ".join(headers)
            self.faults.append(f"{self.name}: no sheet {sheet!r} with the columns {wanted}")
            return []
        for header in grid.missing:
            self.faults.append(f"{self.name}, sheet {grid.sheet!r}: the column {header!r} is gone")
        return [Line(self.name, grid.sheet, row, self.faults) for row in grid.rows]


def open_book(path: Path) -> Book:
    """Open a workbook of the office. Raises Misconfigured when it is absent or no workbook."""
    try:
        return Book(path.name, read(path), [])
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be read: {error.strerror}"]) from error
    except Refusal as error:
        raise Misconfigured([f"{path}: is no workbook that can be opened: {error}"]) from error
