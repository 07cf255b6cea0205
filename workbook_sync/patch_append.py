"""Adding rows at the end of a list: where they go, how they look, what must not be in the way."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from workbook_sync.address import Range, cell_name
from workbook_sync.errors import Reason, Refusal
from workbook_sync.locate import locate, match_headers
from workbook_sync.package import Package
from workbook_sync.parts import Table
from workbook_sync.patch_cells import SheetPatch
from workbook_sync.read import Sheet, SheetNotes, Workbook, shared_strings, stream_rows
from workbook_sync.values import Value


@dataclass(frozen=True)
class Append:
    """Rows to add to a list, each {header: value}.

    The list is the table named `table`, else the sheet's only table, else the list whose header
    matches. `after` is the last row the caller regards as the list's own (`Grid.last`): rows
    typed right under a table become part of it. Without it the table's own end counts. `heights`
    in points fit the rows, where the row above has none set by hand.
    """

    sheet: str
    rows: tuple[Mapping[str, Value], ...]
    table: str | None = None
    after: int | None = None
    heights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Target:
    """A list as the patcher sees it: columns by header, first data row, range."""

    key: str
    ref: Range
    first: int
    columns: Mapping[str, int]
    table: Table | None


@dataclass(frozen=True)
class Growth:
    """A list that reaches further down than before."""

    old: Range
    bottom: int
    table: Table | None


def append(patch: SheetPatch, package: Package, wanted: Append) -> Growth | None:
    """Plan the rows; returns how the list grows, None when blank rows of it were enough.

    Raises Refusal, with the plan as it was, when the rows cannot all be added.
    """
    if not wanted.rows:
        return None
    target = _target(patch, wanted)
    end = max(target.ref.bottom, wanted.after or 0)
    start = end + 1 if end > target.ref.bottom else _first_blank(patch, target)
    bottom = max(end, start + len(wanted.rows) - 1)
    area = target.ref._replace(top=start, bottom=bottom)
    patch.refuse_outside(bottom, target.ref.right)
    _refuse_obstacles(patch, target, area, end)
    formulas = _calculated(package, target)
    before = patch.saved()
    try:
        for number, row in enumerate(wanted.rows, start=start):
            _write_row(patch, target, number, row, formulas)
        for number, points in enumerate(wanted.heights, start=start):
            patch.fit(number, points)
    except Refusal:
        patch.restore(before)
        raise
    if bottom == target.ref.bottom:
        return None
    patch.lists[target.key] = target.ref._replace(bottom=bottom)
    return Growth(target.ref, bottom, target.table)


def _target(patch: SheetPatch, wanted: Append) -> Target:
    headers = list(dict.fromkeys(header for row in wanted.rows for header in row))
    table = _table(patch, wanted)
    target = _loose(patch, headers) if table is None else _in_table(patch, table, headers)
    missing = [header for header in headers if header not in target.columns]
    if missing:
        raise Refusal(Reason.NO_COLUMN, patch.part.name, detail=", ".join(missing))
    return target


def _table(patch: SheetPatch, wanted: Append) -> Table | None:
    tables = patch.part.tables
    if wanted.table is not None:
        named = [t for t in tables if t.name.casefold() == wanted.table.casefold()]
        if not named and not tables:
            return None  # a program may have turned the table into a plain range
        if not named:
            raise Refusal(Reason.NO_TABLE, patch.part.name, detail=wanted.table)
        return named[0]
    if len(tables) > 1:
        raise Refusal(Reason.NO_TABLE, patch.part.name, detail="several tables: name one")
    return tables[0] if tables else None


def _in_table(patch: SheetPatch, table: Table, headers: list[str]) -> Target:
    if table.linked:
        raise Refusal(Reason.LINKED_TABLE, patch.part.name, detail=table.name)
    if table.totals_rows:
        raise Refusal(Reason.TOTALS, patch.part.name, detail=table.name)
    texts = {table.ref.left + place: (text,) for place, text in enumerate(table.headers)}
    columns, _ = match_headers(texts, headers)
    ref = patch.lists[table.part]
    return Target(table.part, ref, table.ref.top + table.header_rows, columns, table)


def _loose(patch: SheetPatch, headers: list[str]) -> Target:
    """The list without a table; its sheet is read whole to know where it ends."""
    notes = SheetNotes()
    rows = tuple(stream_rows(patch.book, patch.part, shared_strings(patch.book), notes))
    sheet = Sheet(patch.part.name, "visible", (), rows, tuple(notes.merges), frozenset())
    workbook = Workbook((sheet,), patch.book.styles, patch.book.date1904, ())
    grid = locate(workbook, headers)
    columns = [*grid.columns.values(), *grid.others.values()]
    key = f"header in row {grid.header_row}"
    found = Range(grid.header_row, min(columns), grid.last, max(columns))
    ref = patch.lists.setdefault(key, found)
    return Target(key, ref, grid.header_row + 1, grid.columns, None)


def _first_blank(patch: SheetPatch, target: Target) -> int:
    """The first of the blank rows at the list's end, else the row under it."""
    row = target.ref.bottom
    while row >= target.first and _is_blank(patch, row, target.ref):
        row -= 1
    return row + 1


def _is_blank(patch: SheetPatch, row: int, ref: Range) -> bool:
    """Whether no cell of the list holds a constant in this row; formulas do not count."""
    if any(ref.left <= column <= ref.right for column in patch.cells.get(row, ())):
        return False
    cells = patch.text.cells(row).values()
    return not any(
        ref.left <= c.column <= ref.right and c.has_value and not c.has_formula for c in cells
    )


def _refuse_obstacles(patch: SheetPatch, target: Target, area: Range, end: int) -> None:
    """Refusal when rows under the list hold something, or the new rows' place is reserved."""
    name = patch.part.name
    under = area._replace(top=target.ref.bottom + 1)
    if area.bottom > end:
        for row in patch.text.numbers[bisect_right(patch.text.numbers, end) :]:
            if _holds_any(patch, row, target.ref):
                raise Refusal(Reason.BELOW, name, cell_name(row, target.ref.left))
        for table in patch.part.tables:
            if table is not target.table and patch.lists[table.part].meets(under):
                raise Refusal(Reason.BELOW, name, str(table.ref), table.name)
    for merge in patch.merges:
        if merge.meets(area):
            raise Refusal(Reason.MERGED, name, str(merge))
    patch.refuse_reserved(area)


def _holds_any(patch: SheetPatch, row: int, ref: Range) -> bool:
    cells = patch.text.cells(row).values()
    return any(ref.left <= c.column <= ref.right and (c.has_value or c.has_formula) for c in cells)


def _calculated(package: Package, target: Target) -> dict[int, str]:
    """The formulas a table declares for its calculated columns, by column."""
    if target.table is None:
        return {}
    found = {}
    columns = package.xml(target.table.part).iterfind("{*}tableColumns/{*}tableColumn")
    for place, column in enumerate(columns):
        formula = column.find("{*}calculatedColumnFormula")
        if formula is not None and formula.text:
            if formula.get("array") in ("1", "true"):
                raise Refusal(Reason.ARRAY, detail=column.get("name", ""))
            found[target.ref.left + place] = formula.text
    return found


def _write_row(
    patch: SheetPatch,
    target: Target,
    number: int,
    values: Mapping[str, Value],
    formulas: Mapping[int, str],
) -> None:
    """Plan one row: values, calculated columns, and the look of the row above."""
    given = {target.columns[header]: value for header, value in values.items()}
    if len(given) < len(values):
        raise Refusal(Reason.SAME_HEADER_TWICE, patch.part.name, detail=", ".join(values))
    for column in given.keys() & formulas.keys():
        raise Refusal(Reason.FORMULA, patch.part.name, cell_name(number, column))
    source = _row_above(patch, target, number)
    patch.copy_row_look(source, number)
    own, above = patch.text.cells(number), patch.text.cells(source)
    computed = {column for column, cell in own.items() if cell.has_formula}
    for column in range(target.ref.left, target.ref.right + 1):
        place = (number, column)
        style = above[column].style if column in above and column not in own else None
        if column in given:
            patch.write(place, given[column], style)
        elif column in formulas.keys() - computed:
            patch.formula(place, formulas[column], style)
        elif style:
            patch.styled(place, style)


def _row_above(patch: SheetPatch, target: Target, number: int) -> int:
    """The nearest data row above that the sheet already has; 0 when there is none."""
    source = number - 1
    while source >= target.first and patch.text.row(source) is None:
        source -= 1
    return source if source >= target.first else 0
