"""Two keepers who type into their registers, as Excel does: the file is theirs while it is open."""

import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mailflow.registers.columns import CODE
from tests.registers.keeping import REPORTED, Book
from workbook_sync.errors import Refusal
from workbook_sync.values import Value


@dataclass
class Keepers:
    """Who keeps the agency's register adds rows; who keeps the unit's decides on them.

    `rows` and `decided` are the marks that were saved; each must have one effect.
    """

    agency: Path
    unit: Path
    random: random.Random
    typed: int = 0
    rows: list[str] = field(default_factory=list)
    decided: dict[str, str] = field(default_factory=dict)

    def types(self) -> None:
        """One of them types something, unless the file is not there or cannot be read now."""
        if self.random.random() < 0.5:
            self._saves(self.agency, self._adds)
        else:
            self._saves(self.unit, self._decides)

    def _saves(self, path: Path, type_into: Callable[[Book], None]) -> None:
        """Hold the file open while typing, so that nobody else writes meanwhile."""
        book = Book()
        book.path = path
        try:
            with path.open("r+b"):
                type_into(book)
        except (FileNotFoundError, Refusal, zipfile.BadZipFile):
            return

    def _adds(self, book: Book) -> None:
        self.typed += 1
        mark = f"Dòng số {self.typed}:"
        cells: dict[str, Value] = {**REPORTED, "Nội dung": f"{mark} trả hồ sơ chậm"}
        book.adds(cells)
        self.rows.append(mark)

    def _decides(self, book: Book) -> None:
        """Decide on the first row of the register's own that is not decided yet."""
        for row in book.grid().rows:
            code = row.text(CODE)
            if code and code not in self.decided and row.text("Nội dung").startswith("Dòng số"):
                self.typed += 1
                reason = f"Lý do số {self.typed}."
                book.types_into(code, {"Hình thức xử lý": "Chấp nhận", "Dấu hiệu/lý do": reason})
                self.decided[code] = reason
                return
