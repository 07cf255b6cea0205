"""What was typed into a row, or into all rows of one plan, and which cell each part of it is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailflow.registers.columns import REQUESTS, Sheet
from workbook_sync.values import Value

NEW = "+"
"""How the key begins by which a row without a code goes among the rows of a plan."""


@dataclass(frozen=True)
class RowEdit:
    """What was typed into a row: {column: value}; no `code` is a new row, `twin` counts its likes.

    A note that stands beside it belongs to `typed` as well. Of several rows that are of one matter
    `code` is the matter's, `typed` {`named(key, column)`: value}, `rows` their numbers by key.
    """

    row: int
    code: str
    typed: Mapping[str, Value]
    twin: int = 0
    sheet: Sheet = REQUESTS
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def new_rows(self) -> tuple[int, ...]:
        """List the rows that have no code yet."""
        if self.rows:
            return tuple(row for key, row in self.rows.items() if key.startswith(NEW))
        return () if self.code else (self.row,)

    def cell(self, name: str, code: str = "") -> tuple[int, str, str]:
        """Give row, key and column of what was typed under a name; `code` is a new row's since."""
        key, header = cell_of(code or self.code, name)
        return self.rows.get(key, self.row), key, header

    def by_row(
        self, names: Collection[str], code: str
    ) -> Iterator[tuple[int, str, dict[str, str]]]:
        """Sort names by row: its number, its key ("" while it has no code), {column: name}."""
        rows: dict[tuple[int, str], dict[str, str]] = {}
        for name in names:
            row, key, header = self.cell(name, code)
            rows.setdefault((row, "" if key.startswith(NEW) else key), {})[header] = name
        yield from ((row, key, headers) for (row, key), headers in rows.items())

    def without(self, rows: Collection[int]) -> "RowEdit | None":
        """Leave new rows out; None where nothing is left."""
        if not self.rows:
            return None if self.row in rows and not self.code else self
        gone = {key for key, row in self.rows.items() if row in rows and key.startswith(NEW)}
        kept = {name: v for name, v in self.typed.items() if cell_of("", name)[0] not in gone}
        return replace(self, typed=kept) if kept else None


def named(key: str, header: str) -> str:
    """Name a cell among those of several rows."""
    return f"{key}|{header}"


def cell_of(code: str, name: str) -> tuple[str, str]:
    """Give the key of the row and the column that a name means; a bare column is of row `code`."""
    key, between, header = name.partition("|")
    return (key, header) if between else (code, name)
