"""What differs between two workbooks: cells by sheet, and the parts of the package."""

from dataclasses import dataclass

from workbook_sync.package import Source, open_package
from workbook_sync.read import Cell, Workbook, read
from workbook_sync.values import Kind


@dataclass(frozen=True)
class Change:
    """One cell that differs; None where the workbook has nothing there."""

    sheet: str
    cell: str
    before: Cell | None
    after: Cell | None


@dataclass(frozen=True)
class Diff:
    """All differences. `recalculated` are formulas that only lost, or only got, a result."""

    cells: tuple[Change, ...]
    recalculated: tuple[Change, ...]
    parts_changed: tuple[str, ...]
    parts_added: tuple[str, ...]
    parts_removed: tuple[str, ...]


def diff(before: Source, after: Source) -> Diff:
    """Read both workbooks whole and compare; Refusal when one of them cannot be opened."""
    olds, news = _checksums(before), _checksums(after)
    found = _changes(read(before), read(after))
    return Diff(
        cells=tuple(change for change in found if not _is_recalculated(change)),
        recalculated=tuple(change for change in found if _is_recalculated(change)),
        parts_changed=tuple(n for n in olds if n in news and olds[n] != news[n]),
        parts_added=tuple(name for name in news if name not in olds),
        parts_removed=tuple(name for name in olds if name not in news),
    )


def _checksums(source: Source) -> dict[str, tuple[int, int]]:
    return {info.filename: (info.CRC, info.file_size) for info in open_package(source).infos}


def _changes(old: Workbook, new: Workbook) -> list[Change]:
    was = {sheet.name: sheet.cells() for sheet in old.sheets}
    now = {sheet.name: sheet.cells() for sheet in new.sheets}
    changes = []
    for sheet in dict.fromkeys([*was, *now]):
        one, other = was.get(sheet, {}), now.get(sheet, {})
        for place in sorted(one.keys() | other.keys()):
            before, after = one.get(place), other.get(place)
            cell = before or after
            if cell is not None and _content(before) != _content(after):
                changes.append(Change(sheet, cell.name, before, after))
    return changes


def differs(before: Cell | None, after: Cell | None) -> bool:
    """Whether two cells hold something else; a formula that only lacks a result does not."""
    cell = before or after
    if cell is None or _content(before) == _content(after):
        return False
    return not _is_recalculated(Change("", cell.name, before, after))


def _content(cell: Cell | None) -> tuple[object, ...] | None:
    return (cell.kind, cell.value, cell.formula) if cell else None


def _is_recalculated(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or after is None or before.formula is None:
        return False
    return before.formula == after.formula and Kind.BLANK in (before.kind, after.kind)
