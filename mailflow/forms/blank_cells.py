"""Finds what stands where in a paper to be filled in, whatever program saved it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from mailflow.forms.boxes import EMPTY, TICKED, UNTICKED, WRITE, WRITE_SHORT, Mark, blank, read_mark
from mailflow.procedure.fields import FIELDS, TABLES, keys

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CODE = re.compile(r"p(\d{1,2})\.([a-z][a-z_0-9]{1,40})")
_SAYING = (f"{_W}t", f"{_W}br", f"{_W}cr", f"{_W}tab", f"{_W}p")
_PLACEHOLDERS = frozenset({WRITE, WRITE_SHORT, UNTICKED, *EMPTY.values()})
TICKS = frozenset({TICKED, "☑", "✓", "✔", "✗", "✘", "x", "X", "v", "V", "1", "có"})


@dataclass(frozen=True)
class Told:
    """A piece of a paper: a blank of a page with its words, or locked words (`name` empty)."""

    words: str
    page: int = 0
    name: str = ""


def locked_words(body: etree._Element) -> list[str]:
    """List the words that are not to be changed, in their order."""
    return [piece.words for piece in pieces(body) if not piece.name]


def mark_in(words: str) -> tuple[int, Mark] | None:
    """Read the line that ends a page: its number and its id."""
    head, _, rest = words.strip().partition(".")
    mark = read_mark(rest) if re.fullmatch(r"p\d{1,2}", head) else None
    return (int(head[1:]), mark) if mark else None


def pieces(root: etree._Element) -> Iterator[Told]:
    """Give what a document says, piece by piece: paragraphs, and the cells of each row."""
    row: tuple[int, str, int] | None = None
    for element in root.iter(f"{_W}tr", f"{_W}p"):
        if element.tag == f"{_W}tr":
            found = list(_of_row(element, row))
            row = next((_table_row(told) for told in reversed(found) if told.name), None)
            yield from found
        elif next(element.iterancestors(f"{_W}tr"), None) is None:
            row = None if words_of(element).strip() else row
            yield Told(words_of(element))


def _table_row(told: Told) -> tuple[int, str, int] | None:
    """Tell the page, table and number of a table's row by one of its blanks."""
    found = re.match(r"([a-z_]+)_(\d{1,2})_", told.name)
    return (told.page, found[1], int(found[2])) if found and _columns(found[1]) else None


def _columns(table: str) -> tuple[str, ...]:
    """List the keys of the columns of a field that is a table, none for another one."""
    field = FIELDS.get(table)
    return keys(field.type) if field and field.type in TABLES else ()


def _of_row(row: etree._Element, before: tuple[int, str, int] | None) -> Iterator[Told]:
    """Read one row; one without a code below a row of a table is one more of it."""
    cells = [c for c in row.iter(f"{_W}tc") if next(c.iterancestors(f"{_W}tr")) is row]
    first = _code(cells[0]) if cells else None
    if first and _has_columns(cells, first[1].rpartition("_")[0]):
        yield Told(words_of(cells[0]))
        yield from _of_table(cells[1:], first[0], first[1])
    elif first and len(cells) > 1:
        yield from (Told(words_of(cell)) for cell in cells[:-1])
        yield Told(blank_words(cells[-1]), *first)
    elif before and _has_columns(cells, before[1]) and not words_of(cells[0]).strip():
        yield from _of_table(cells[1:], before[0], f"{before[1]}_{before[2] + 1}")
    else:
        yield from (Told(words_of(cell)) for cell in cells)


def _has_columns(cells: list[etree._Element], table: str) -> bool:
    """Tell whether a row has a cell for its number and one for each column of a table."""
    columns = _columns(table)
    return bool(columns) and len(cells) == len(columns) + 1


def _of_table(cells: list[etree._Element], page: int, name: str) -> Iterator[Told]:
    table, _, number = name.rpartition("_")
    for cell, key in zip(cells, _columns(table), strict=True):
        yield Told(blank_words(cell), page, blank(table, int(number or 0), key))


def _code(cell: etree._Element) -> tuple[int, str] | None:
    lines = words_of(cell).split()
    found = _CODE.fullmatch(lines[-1]) if lines else None
    return (int(found[1]), found[2]) if found else None


def blank_words(cell: etree._Element) -> str:
    """Give what somebody wrote into a cell, "" while its placeholder stands there."""
    for control in cell.iter(f"{_W}sdt"):
        if control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
            return ""
    words = words_of(cell).strip()
    return "" if words in _PLACEHOLDERS else words


def words_of(element: etree._Element) -> str:
    """Give the words of a cell or paragraph, a line for each break; deleted ones are no words."""
    parts: list[str] = []
    for piece in element.iter(*_SAYING):
        if piece.tag == f"{_W}t":
            parts.append(piece.text or "")
        elif piece.tag == f"{_W}p":
            parts.append("\n" if parts else "")
        elif piece.tag == f"{_W}tab":
            parts.append(" " if next(piece.iterancestors()).tag == f"{_W}r" else "")
        else:
            parts.append("\n")
    return "".join(parts)
