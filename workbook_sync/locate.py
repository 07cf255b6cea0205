"""Finding a list inside a sheet: by its table's name, else by the header that matches best."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from workbook_sync.address import MAX_ROW, Range
from workbook_sync.errors import Problem, Reason, Refusal
from workbook_sync.read import Cell, Sheet, SheetRow, Workbook, uncollected
from workbook_sync.values import Kind, fold, same_words, shown

HEADER_ROWS = 20
MOST_HEADER_ROWS = 5  # a taller merge is no part of a header
MOST_SIGNING = 3  # cells of a row of the signature block
MOST_HEADERS = 300  # cells of a header row, and merges that are looked at for one
MOST_SHEETS = 50  # and tables of one sheet
MOST_COVERED = 500_000  # rows times merges; only a hostile sheet has more
ENOUGH = 0.7  # of the wanted headers must be found for a header row to count


@dataclass(frozen=True)
class Row:
    """One line of a list: cells by wanted header, and by text of the headers nobody asked for.

    A blank cell is there with kind BLANK; a cell covered by a merge is left out: it says nothing.
    """

    index: int
    hidden: bool
    cells: Mapping[str, Cell]
    others: Mapping[str, Cell]

    def text(self, header: str) -> str:
        """The cell's content as people type it ("05/03/2026"), "" when blank or absent."""
        cell = self.cells.get(header)
        return shown(cell.value) if cell else ""


@dataclass(frozen=True)
class Grid:
    """A list found in a sheet; columns count from 1.

    `rows` are all that stand under its header. `last` is the last one that belongs to it: of a
    table the last that follows on without a gap. `signatures` are left out of both.
    """

    sheet: str
    table: str | None
    header_row: int
    columns: Mapping[str, int]
    others: Mapping[str, int]
    missing: tuple[str, ...]
    rows: tuple[Row, ...]
    signatures: tuple[Row, ...]
    last: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Header:
    """A candidate: the row under which data starts, and the texts each column goes by."""

    row: int
    texts: Mapping[int, tuple[str, ...]]


def locate(
    workbook: Workbook,
    headers: Sequence[str],
    table: str | None = None,
    sheet: str | None = None,
) -> Grid:
    """Find the list with these headers.

    A table of the given name wins, in whatever sheet. Else, within `sheet` when it exists and
    otherwise over all sheets, the header row that matches most headers in the first 20 rows;
    at least 70 % must match, or Refusal(NO_TABLE) says so; TOO_BIG: merged beyond reason.
    Only the first 50 sheets are searched, and 300 columns of a header.
    Headers match as written but for case and spaces, then without diacritics and punctuation.
    Two-row and merged headers are read.
    """
    for page in workbook.sheets:
        for found in page.tables:
            if table and found.name.casefold() == table.casefold() and found.header_rows:
                return _grid(page, _table_header(page, found.ref), headers, found.name, found.ref)
    pages = [s for s in workbook.sheets if sheet and s.name.casefold() == sheet.casefold()]
    best = _best(pages or workbook.sheets[:MOST_SHEETS], headers)
    if best is None:
        raise Refusal(Reason.NO_TABLE, sheet or "", detail=", ".join(headers))
    page, header = best
    own = next((t for t in page.tables if t.ref.top == header.row and t.header_rows), None)
    return _grid(page, header, headers, own.name if own else None, own.ref if own else None)


def twins(workbook: Workbook, grid: Grid, headers: Sequence[str]) -> tuple[str, ...]:
    """Name the other lists with enough of these headers: a sheet, or "Sheet!A9:C20" beside ours.

    People copy a sheet or a table to keep an old state of it, and may then type into either.
    """
    others = [page for page in workbook.sheets[:MOST_SHEETS] if page.name != grid.sheet]
    found = [page.name for page in others if _best([page], headers)]
    return (*found, *_tables_alike(workbook.sheet(grid.sheet), grid, headers))


def _tables_alike(page: Sheet, grid: Grid, headers: Sequence[str]) -> Iterator[str]:
    for table in page.tables[:MOST_SHEETS]:
        texts = {column: (text,) for column, text in enumerate(table.headers[:MOST_HEADERS])}
        known, _ = match_headers(texts, headers)
        if table.name != grid.table and len(known) >= len(headers) * ENOUGH:
            yield f"{page.name}!{table.ref}"


def _best(pages: Sequence[Sheet], headers: Sequence[str]) -> tuple[Sheet, _Header] | None:
    """The header row that matches most headers; None where none matches enough."""
    best: tuple[int, Sheet, _Header] | None = None
    enough = max(1, len(headers) * ENOUGH)
    for page in pages:
        for header in _candidates(page):
            if sum(map(len, header.texts.values())) < enough:
                continue
            score = sum(map(len, match_headers(header.texts, headers)))
            if best is None or score > best[0]:
                best = (score, page, header)
    return best[1:] if best and best[0] >= enough else None


def _candidates(sheet: Sheet) -> Iterator[_Header]:
    """Every row of the first twenty as a header, alone and then joined with the row above it."""
    cells = {row.number: row.cells[:MOST_HEADERS] for row in _top(sheet)}
    merges = [area for area in sheet.merges if area.top <= HEADER_ROWS][:MOST_HEADERS]
    above: dict[int, str] = {}
    for index in range(1, HEADER_ROWS + 1):
        texts = _row_texts(cells, merges, index)
        if texts:
            yield _Header(index, {c: (text,) for c, text in texts.items()})
        if texts and above:
            yield _Header(index, _joined(above, texts))
        above = texts


def _top(sheet: Sheet) -> Iterator[SheetRow]:
    for row in sheet.rows:
        if row.number > HEADER_ROWS:
            return
        yield row


def _row_texts(
    cells: Mapping[int, Sequence[Cell]], merges: Sequence[Range], row: int
) -> dict[int, str]:
    """The row's texts by column; a merged cell speaks for every cell it covers."""
    texts = {cell.column: str(cell.value) for cell in cells.get(row, ()) if cell.value}
    for area in merges:
        if not area.top <= row <= area.bottom <= area.top + MOST_HEADER_ROWS:
            continue
        owner = next((c for c in cells.get(area.top, ()) if c.column == area.left), None)
        if owner is not None and owner.value:
            spread = range(area.left, min(area.right, area.left + 200) + 1)
            texts |= dict.fromkeys(spread, str(owner.value))
    return texts


def _joined(above: Mapping[int, str], below: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    """Names of the columns of a two-row header: below, above and both, or the only one."""
    joined: dict[int, tuple[str, ...]] = {}
    for column in sorted(above.keys() | below.keys()):
        up, down = above.get(column, ""), below.get(column, "")
        names = (up or down,) if not up or not down or up == down else (f"{up} {down}", down)
        joined[column] = names
    return joined


def _table_header(sheet: Sheet, ref: Range) -> _Header:
    row = next((r for r in sheet.rows if r.number == ref.top), None)
    cells = row.cells if row else ()
    inside = (c for c in cells if ref.left <= c.column <= ref.right and c.value is not None)
    return _Header(ref.top, {c.column: (str(c.value),) for c in inside})


def match_headers(
    texts: Mapping[int, tuple[str, ...]], wanted: Sequence[str]
) -> tuple[dict[str, int], list[str]]:
    """Column of each wanted header, and those that two columns claim.

    `texts` are the names each column goes by. As written first, then without diacritics.
    """
    found: dict[str, int] = {}
    doubtful = []
    taken: set[int] = set()
    for alike, written in _ways(tuple(wanted)):
        claims: dict[str, list[int]] = {}
        for column, names in texts.items():
            for name in names if column not in taken else ():
                claims.setdefault(alike(name), []).append(column)
        for name in wanted:
            columns = sorted(set(claims.get(written[name], []))) if name not in found else []
            if len(columns) == 1:
                found[name] = columns[0]
            elif columns and name not in doubtful:
                doubtful.append(name)
        taken |= set(found.values())
    return found, [name for name in doubtful if name not in found]


@lru_cache(maxsize=64)
def _ways(wanted: tuple[str, ...]) -> tuple[tuple[Callable[[str], str], dict[str, str]], ...]:
    """Each way of taking two headers for alike, with the wanted ones written that way."""
    return tuple((alike, {name: alike(name) for name in wanted}) for alike in (same_words, fold))


def _grid(
    sheet: Sheet, header: _Header, wanted: Sequence[str], table: str | None, ref: Range | None
) -> Grid:
    columns, doubtful = match_headers(header.texts, wanted)
    others = {
        names[0]: column
        for column, names in header.texts.items()
        if column not in columns.values() and (ref is None or ref.left <= column <= ref.right)
    }
    with uncollected():
        rows, signatures = _lines(sheet, header, columns, others, ref)
    problems = [Problem(Reason.SAME_HEADER_TWICE, sheet.name, detail=name) for name in doubtful]
    missing = tuple(name for name in wanted if name not in columns)
    return Grid(
        sheet=sheet.name,
        table=table,
        header_row=header.row,
        columns=MappingProxyType(columns),
        others=MappingProxyType(others),
        missing=missing,
        rows=tuple(rows),
        signatures=tuple(signatures),
        last=_last(header.row, ref, rows),
        problems=tuple(problems),
    )


def _last(header: int, ref: Range | None, rows: Sequence[Row]) -> int:
    """The last row that belongs to the list."""
    if ref is None:
        return max([header, *(row.index for row in rows)])
    last = ref.bottom
    for row in rows:
        if row.index == last + 1:
            last = row.index
    return last


def _lines(
    sheet: Sheet,
    header: _Header,
    columns: Mapping[str, int],
    others: Mapping[str, int],
    ref: Range | None,
) -> tuple[list[Row], list[Row]]:
    """The list's rows, blank ones left out, and the signature block under it.

    Rows under a table are read too, after a gap as well: people type where they see room, and not
    every program widens the table. Another table is a list of its own.
    """
    rows: list[Row] = []
    signatures: list[Row] = []
    seen = {*columns.values(), *others.values()}
    merges = _merges_by_row(sheet)
    taken = _rows_of_others(sheet, ref)
    for line in sheet.rows:
        if line.number <= header.row or not _speaks(line, seen):
            continue
        if any(line.number in numbers for numbers in taken):
            continue
        cells = _cells(line, columns, merges.get(line.number, []))
        rest = _cells(line, others, merges.get(line.number, []))
        row = Row(line.number, line.hidden, cells, rest)
        signed = not _inside(ref, line.number) and _is_signed(line, after=bool(signatures))
        (signatures if signed else rows).append(row)
    return rows, signatures


def _rows_of_others(sheet: Sheet, ref: Range | None) -> list[range]:
    """The rows under a table that another table has cells of in the same columns."""
    if ref is None:
        return []
    under = Range(ref.bottom + 1, ref.left, MAX_ROW, ref.right)
    areas = (table.ref for table in sheet.tables if table.ref.meets(under))
    return [range(max(area.top, under.top), area.bottom + 1) for area in areas]


def _is_signed(row: SheetRow, *, after: bool) -> bool:
    """Whether a row is part of a signature block: begins one, or stands under one as names do."""
    return is_signature(row) or (after and len(_said(row)) <= MOST_SIGNING)


def _inside(ref: Range | None, row: int) -> bool:
    return ref is not None and row <= ref.bottom


def _speaks(row: SheetRow, columns: set[int]) -> bool:
    """Whether a cell of the list's columns holds more than blanks."""
    return any(c.column in columns and _is_said(c) for c in row.cells)


def _is_said(cell: Cell) -> bool:
    return cell.value is not None and (cell.kind is not Kind.TEXT or bool(str(cell.value).strip()))


def _merges_by_row(sheet: Sheet) -> dict[int, list[Range]]:
    """The merges that reach into each row that the sheet has."""
    numbers = [row.number for row in sheet.rows]
    found: dict[int, list[Range]] = {}
    total = 0
    for area in sheet.merges:
        rows = numbers[bisect_left(numbers, area.top) : bisect_right(numbers, area.bottom)]
        total += len(rows)
        if total > MOST_COVERED:
            raise Refusal(Reason.TOO_BIG, sheet.name, detail="merged cells over and over")
        for number in rows:
            found.setdefault(number, []).append(area)
    return found


def _cells(row: SheetRow, columns: Mapping[str, int], merges: list[Range]) -> Mapping[str, Cell]:
    """The row's cells by header, but those that a merge covers and that are not its top left."""
    own = {cell.column: cell for cell in row.cells}
    covered = {
        column
        for area in merges
        for column in columns.values()
        if area.holds(row.number, column) and (row.number, column) != (area.top, area.left)
    }
    return MappingProxyType(
        {
            header: own.get(column) or Cell(row.number, column, Kind.BLANK, None)
            for header, column in columns.items()
            if column not in covered
        }
    )


_SIGNATURE = re.compile(
    r"nguoi lap( bieu| so| bang)?|ky( va)? ghi ro.*|ky ten.*|thu truong.*|lanh dao.*"
    r"|.*\bngay .{0,3} ?thang .{0,3} ?nam( \d{4})?"
)


def is_signature(row: SheetRow) -> bool:
    """Whether a row looks like the block under a list: place and date, or who signs.

    At most three cells, and each says such a thing: a full row of data never matches.
    """
    said = [fold(words) for words in _said(row)]
    return 0 < len(said) <= MOST_SIGNING and all(_SIGNATURE.fullmatch(text) for text in said)


def _said(row: SheetRow) -> list[str]:
    return [str(cell.value) for cell in row.cells if _is_said(cell)]
