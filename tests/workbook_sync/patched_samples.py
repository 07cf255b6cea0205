"""Every public sample with three cells changed and a row added, or why not; made once."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.components import corpus
from workbook_sync.errors import Refusal
from workbook_sync.patch import Append, Patched, Plan, attempt
from workbook_sync.read import Sheet, Workbook, read
from workbook_sync.values import Kind

WORDS = "Đã sửa = <ổn> & _x0041_ 'xong'"
NEW_ROW = "Dòng mới thêm"
OURS = (".xlsx", ".xlsm", ".xltx", ".xltm")


@dataclass(frozen=True)
class Tried:
    """One sample: `done` is None where it could not be opened or written at all."""

    path: Path
    done: Patched | None
    refusals: tuple[Refusal, ...]

    @property
    def wrote(self) -> bool:
        """Whether anything was written into it."""
        return bool(self.done and self.done.cells)


@cache
def tried() -> tuple[Tried, ...]:
    """Every workbook of the samples, whatever came of it."""
    paths = sorted(p for p in corpus("xlsx").rglob("*") if p.suffix in OURS)
    return tuple(_tried(path) for path in paths)


def figures() -> str:
    """How many were patched, and what was refused and why, in words."""
    patched = sum(t.wrote for t in tried())
    unopened = [t.refusals[0].reason for t in tried() if t.done is None]
    single = Counter(r.reason for t in tried() if t.done for r in t.refusals)
    return (
        f"{len(tried())} files, {patched} patched, not opened: {dict(Counter(unopened))}, "
        f"cells and rows refused: {dict(single)}"
    )


def _tried(path: Path) -> Tried:
    try:
        done = attempt(path, plan_for(read(path)))
    except Refusal as refusal:
        return Tried(path, None, (refusal,))
    return Tried(path, done, done.refusals)


def plan_for(workbook: Workbook) -> Plan:
    """Three cells of the first sheet with text, or of a blank one, and a row for a list."""
    if not workbook.sheets:
        return Plan()
    sheet = max(workbook.sheets, key=lambda sheet: min(len(_changeable(sheet)), 3))
    cells = [*_changeable(sheet), "A1", "B2", "C3"]
    return Plan({(sheet.name, cell): WORDS for cell in cells[:3]}, _rows(workbook, sheet))


def _changeable(sheet: Sheet) -> list[str]:
    """Cells with a text that is neither computed nor a table's header."""
    heads = {row for t in sheet.tables for row in range(t.ref.top, t.ref.top + t.header_rows)}
    cells = (cell for row in sheet.rows for cell in row.cells if row.number not in heads)
    return [c.name for c in cells if c.formula is None and c.kind is Kind.TEXT]


def _rows(workbook: Workbook, first: Sheet) -> tuple[Append, ...]:
    """A row for every table; without one, for the list that the sheet's first text heads."""
    rows = tuple(
        Append(sheet.name, ({table.headers[0]: NEW_ROW},), table.name)
        for sheet in workbook.sheets
        for table in sheet.tables
    )
    texts = [c for row in first.rows for c in row.cells if c.kind is Kind.TEXT]
    if rows or first.tables or not texts:
        return rows
    return (Append(first.name, ({str(texts[0].value): NEW_ROW},)),)
