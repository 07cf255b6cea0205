"""Reads pages that somebody filled in: what stands in each blank, and what was altered.

The file is hostile until proven otherwise: it is measured before it is unpacked, its XML is read
without entities, and a formula's result is nobody's word.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from lxml import etree

from mailflow.forms.blank_cells import TICKS, mark_in, pieces
from mailflow.forms.blank_sheet import HIDDEN, PAGES
from mailflow.forms.boxes import (
    MOST_ROWS,
    OURS,
    Mark,
    blank,
    boxes,
    hashed,
    hashed_blanks,
    read_mark,
)
from mailflow.forms.fillable import MOST_PAGES, clean
from mailflow.forms.returned import BROKEN, MOST_PARTS, parsed, unpacked
from mailflow.procedure.fields import TABLES, Type
from workbook_sync.cells import Cell
from workbook_sync.errors import WorkbookError
from workbook_sync.package import Caps
from workbook_sync.read import Workbook
from workbook_sync.read import read as read_workbook
from workbook_sync.values import from_serial

CAPS = Caps(packed=20 * 2**20, parts=MOST_PARTS, total=12 * 2**20)
"""A filled form has some 100 kB unpacked."""

MOST_WORDS = 20_000
"""Characters of one blank; what is longer belongs into a file of its own."""

_BODY = "word/document.xml"


@dataclass(frozen=True)
class Page:
    """One page that came back.

    `words` are those of its blanks by name, empty ones left out; `formulas` name the blanks that
    hold a formula, `long` those with too many words. `altered`: its locked words are not as sent;
    `touched`: what stands in its blanks is not as sent.
    """

    mark: Mark
    words: Mapping[str, str]
    formulas: tuple[str, ...] = ()
    long: tuple[str, ...] = ()
    altered: bool = False
    touched: bool = True


def read(document: bytes) -> tuple[Page, ...]:
    """Read the pages of a .xlsx or .docx, () when it is none of ours or no sound file."""
    if document.count(b"PK\x01\x02") > MOST_PARTS:  # counted first: each becomes an object
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as package:
            names = package.namelist()
            if _BODY in names:
                body = unpacked(package, _BODY)
                return _of_paper(parsed(body)) if OURS.encode() in body else ()
            if "xl/workbook.xml" not in names or HIDDEN.encode() not in unpacked(
                package, "xl/workbook.xml"
            ):
                return ()
        return _of_workbook(read_workbook(document, CAPS))
    except (*BROKEN, WorkbookError):
        return ()


def _page(
    mark: Mark, words: Mapping[str, str], locked: Sequence[str], formulas: Sequence[str] = ()
) -> Page:
    known = {n for box in boxes(mark.act, mark.answers) for n in box.blanks(MOST_ROWS)}
    kept = ((name, clean(text).strip()) for name, text in words.items() if name in known)
    said = {name: text for name, text in kept if text}
    return Page(
        mark,
        {name: text[:MOST_WORDS] for name, text in said.items()},
        tuple(formulas),
        tuple(name for name, text in said.items() if len(text) > MOST_WORDS),
        altered=hashed(locked) != mark.locked,
        touched=bool(formulas) or hashed_blanks(said) != mark.filled,
    )


def _of_paper(body: etree._Element) -> tuple[Page, ...]:
    """Read a document: each id closes the page above it, and names its number."""
    pages: list[Page] = []
    words: dict[tuple[int, str], str] = {}
    locked: list[str] = []
    for told in pieces(body):
        ended = None if told.name else mark_in(told.words)
        if ended and len(pages) < MOST_PAGES:
            number, mark = ended
            own = {name: text for (page, name), text in words.items() if page == number}
            pages.append(_page(mark, _ticked(mark, own), locked))
            locked = []
        elif told.name:
            words.setdefault((told.page, told.name), told.words)
        else:
            locked.append(told.words)
    return tuple(pages)


def _ticked(mark: Mark, words: Mapping[str, str]) -> dict[str, str]:
    """Write every tick as the workbook has it; what is no tick stays as it is."""
    ticks = {
        name
        for box in boxes(mark.act, mark.answers)
        if box.type is Type.CHOICES
        for name in box.blanks()[:-1]
    }
    return {n: "x" if n in ticks and w in TICKS else w for n, w in words.items()}


def _of_workbook(book: Workbook) -> tuple[Page, ...]:
    cells = {sheet.name: sheet.cells() for sheet in book.sheets}
    hidden = cells.get(HIDDEN, {})
    pages = next((c for (r, c), cell in hidden.items() if r == 1 and cell.value == PAGES), 0)
    places = book.named()
    found = []
    for number in range(1, MOST_PAGES + 1):
        cell = hidden.get((number + 1, pages))
        mark = read_mark(str(cell.value)) if cell else None
        if mark:
            found.append(_of_sheet(mark, number, places, cells, book.styles.percents))
    return tuple(found)


Cells = Mapping[tuple[int, int], Cell]


def _of_sheet(
    mark: Mark,
    number: int,
    places: Mapping[str, tuple[str, int, int]],
    cells: Mapping[str, Cells],
    percents: Set[int],
) -> Page:
    prefix = f"p{number}_"
    own = {n.removeprefix(prefix): p for n, p in places.items() if n.startswith(prefix)}
    dates = _dates(mark)
    words, formulas = {}, []
    for name, (sheet, row, column) in own.items():
        cell = cells.get(sheet, {}).get((row, column))
        if cell and cell.formula is not None:
            formulas.append(name)
        elif cell:
            words[name] = _words(cell, name in dates, cell.style in percents)
    sheet = next((place[0] for place in own.values()), "")
    taken = {(row, column) for _, row, column in own.values()}
    locked = [str(c.value) for p, c in sorted(cells.get(sheet, {}).items()) if p not in taken]
    return _page(mark, _ticked(mark, words), locked, formulas)


def _dates(mark: Mark) -> set[str]:
    """Name the blanks of a page in which a day is wanted."""
    found = boxes(mark.act, mark.answers)
    days = {box.name for box in found if box.type is Type.DATE}
    columns = (
        (b.name, c.key) for b in found for c in TABLES.get(b.type, ()) if c.type is Type.DATE
    )
    return days | {blank(n, row, key) for n, key in columns for row in range(1, MOST_ROWS + 1)}


def _words(cell: Cell, is_date: bool, is_percent: bool) -> str:
    """Write a cell's content as somebody would type it."""
    value = cell.value
    if is_date and isinstance(value, int) and not isinstance(value, bool):
        value = from_serial(value, date1904=False) if value in _DAYS else value
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and is_percent:
        value = round(value * 100, 6)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


_DAYS = range(36_526, 73_051)
"""The serial numbers of 1 January 2000 to 2100, which a program may leave without its format."""
