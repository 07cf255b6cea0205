"""What differs between two workbooks, in the words of the people who keep them.

Rows are matched by their key, not by their place: sorting a register, or putting a row in, changes
nothing that anybody typed. Headers and keys stand beside the addresses, days as Vietnamese write
them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbook_sync.address import cell_name
from workbook_sync.diff import differs
from workbook_sync.locate import HEADER_ROWS
from workbook_sync.read import Cell, Sheet, SheetRow, Workbook
from workbook_sync.values import Kind, shown

WORDS = {
    "blank": "(trống)",
    "cell": "  {place}  {label}{before} → {after}",
    "from": " (trước ở dòng {row})",
    "new": "  dòng {row} mới: {cells}",
    "gone": "  mất dòng {row}: {cells}",
    "moved": "  {count} dòng đổi chỗ, nội dung giữ nguyên",
    "sheet_new": "Trang mới: {sheet} ({count} ô)",
    "sheet_gone": "Mất trang: {sheet} ({count} ô)",
}
_MOST_SHOWN = 200  # characters of a cell, and the rest is cut
Cells = Mapping[int, Cell]


@dataclass(frozen=True)
class _List:
    """The list of a sheet: header texts by column, and its rows by number."""

    headers: Mapping[int, str]
    rows: Mapping[int, Cells]


def told(before: Workbook, after: Workbook) -> Iterator[str]:
    """Lines that say what became of every sheet; none where nothing differs."""
    was = {sheet.name: sheet for sheet in before.sheets}
    now = {sheet.name: sheet for sheet in after.sheets}
    for name in dict.fromkeys([*was, *now]):
        old, new = was.get(name), now.get(name)
        if old is not None and new is not None:
            lines = list(_sheet(old, new))
            yield from [name, *lines] if lines else []
        elif found := old or new:
            key = "sheet_gone" if new is None else "sheet_new"
            yield WORDS[key].format(sheet=name, count=len(found.cells()))


def _sheet(old: Sheet, new: Sheet) -> Iterator[str]:
    one, other = _list(old), _list(new)
    key = _key_column(one, other)
    pairs = _pairs(one.rows, other.rows, key)
    moved = 0
    for before, after in pairs:
        if before is None or after is None:
            row = other.rows[after] if after else one.rows[before or 0]
            yield _whole(row, {**one.headers, **other.headers}, "new" if after else "gone")
            continue
        changes = list(_row(one.rows[before], other.rows[after], before, other.headers, key))
        yield from changes
        moved += before != after and not changes and bool(key)
    if moved:
        yield WORDS["moved"].format(count=moved)


def _list(sheet: Sheet) -> _List:
    """The sheet's table, or what stands under the first row of texts; all rows belong to it."""
    rows = {
        row.number: {cell.column: cell for cell in row.cells} for row in sheet.rows if row.cells
    }
    table = next((t for t in sheet.tables if t.header_rows), None)
    top = table.ref.top if table else _header_row(sheet.rows)
    headers = {c: str(cell.value) for c, cell in rows.get(top, {}).items() if cell.value}
    return _List(headers, rows)


def _header_row(rows: Sequence[SheetRow]) -> int:
    """The first of the top rows with the most texts; 0 when none has two."""
    counts = {
        row.number: sum(cell.kind is Kind.TEXT for cell in row.cells)
        for row in rows[:HEADER_ROWS]
        if row.number <= HEADER_ROWS
    }
    best = max(counts, key=lambda number: counts[number], default=0)
    return best if counts.get(best, 0) > 1 else 0


def _key_column(one: _List, other: _List) -> int:
    """The leftmost column under a header that names most rows, each once, on both sides; or 0."""
    for column in sorted(one.headers.keys() & other.headers.keys()):
        if one.headers[column] == other.headers[column] and all(
            _names_rows(side, column) for side in (one, other)
        ):
            return column
    return 0


def _names_rows(side: _List, column: int) -> bool:
    keys = [_text(cells.get(column)) for cells in side.rows.values()]
    named = [key for key in keys if key != WORDS["blank"]]
    return len(named) * 2 > len(keys) and len(set(named)) == len(named)


def _pairs(
    old: Mapping[int, Cells], new: Mapping[int, Cells], key: int
) -> list[tuple[int | None, int | None]]:
    """Row numbers that belong together: by key, else by their place where they look alike."""
    places = {_name(cells, key) or number: number for number, cells in old.items()}
    found = {number: places.pop(_name(cells, key) or number, None) for number, cells in new.items()}
    left = {number: name for name, number in places.items()}
    for number, place in found.items():
        if place is None and number in left and _alike(old[number], new[number]):
            found[number] = number
            del places[left[number]]
    pairs = [(place, number) for number, place in found.items()]
    return [*pairs, *((number, None) for number in places.values())]


def _alike(old: Cells, new: Cells) -> bool:
    """Whether at least half of a row's cells stayed: then its key was corrected."""
    columns = old.keys() | new.keys()
    same = sum(not differs(old.get(column), new.get(column)) for column in columns)
    return same * 2 >= len(columns)


def _name(cells: Cells, key: int) -> str:
    return _text(cells[key]) if key in cells else ""


def _row(old: Cells, new: Cells, was: int, headers: Mapping[int, str], key: int) -> Iterator[str]:
    """A line for each cell of a row that differs."""
    for column in sorted(old.keys() | new.keys()):
        before, after = old.get(column), new.get(column)
        found = after or before
        if found is None or not differs(before, after):
            continue
        row = next(iter(new.values())).row
        if row != was and before and after and before.formula and after.formula:
            continue  # it moved with its row
        names = [_name(new, key) if column != key else "", headers.get(column, "")]
        label = ", ".join(filter(None, names))
        where = WORDS["from"].format(row=was) if row != was else ""
        yield WORDS["cell"].format(
            place=cell_name(row, column) + where,
            label=f"{label}: " if label else "",
            before=_text(before),
            after=_text(after),
        )


def _whole(cells: Cells, headers: Mapping[int, str], word: str) -> str:
    said = "; ".join(
        f"{headers[column]}: {_text(cell)}" if column in headers else _text(cell)
        for column, cell in sorted(cells.items())
    )
    return WORDS[word].format(row=next(iter(cells.values())).row, cells=said)


def _text(cell: Cell | None) -> str:
    """What a person sees in a cell, on one line; its formula where it has one."""
    if cell is None or (cell.value is None and cell.formula is None):
        return WORDS["blank"]
    text = f"={cell.formula}" if cell.formula is not None else shown(cell.value)
    line = " ⏎ ".join(text.splitlines())
    return line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}…"
