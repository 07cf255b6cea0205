"""Writes pages to be filled in as a workbook: named cells, lists, dates, locked text."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from mailflow.forms.boxes import (
    ANSWER,
    HOW,
    OTHER,
    Box,
    PageView,
    blank,
    boxes,
    heading_lines,
    mark_of,
    rows_of,
    told_of,
)
from mailflow.procedure import labels
from mailflow.procedure.fields import TABLES, Type
from mailflow.procedure.people import Roster
from mailflow.procedure.terms import Act
from workbook_sync.build import build
from workbook_sync.spec import (
    Blank,
    ColumnKind,
    FormCell,
    FormRow,
    FormSheet,
    FormStyle,
    WorkbookSpec,
)

HIDDEN = "_mailflow"
PAGES = "pages"
_WIDTHS = (5.0, 29.0, 22.0, 18.0, 13.0, 28.0)
_LABEL = 2
_KINDS = {
    Type.DATE: ColumnKind.DATE,
    Type.NUMBER: ColumnKind.NUMBER,
    Type.CHOICE: ColumnKind.CHOICE,
}
_CHOSEN = {Type.PERSON: "people", Type.PARTIES: "parties", Type.UNIT: "units"}
_TICKS = "ticks"
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_S = FormStyle


def workbook(pages: Sequence[PageView], roster: Roster) -> bytes:
    """Give the .xlsx of pages, one sheet each; `roster` is who can be chosen from."""
    rows = {n: tuple(_rows(n, view)) for n, view in enumerate(pages, start=1)}
    names = {n: sheet_name(n, view) for n, view in enumerate(pages, start=1)}
    marks = [str(mark_of(v, _locked(rows[n]))) for n, v in enumerate(pages, start=1)]
    options = {
        f"p{n}_{box.name}": list(box.options)
        for n, view in enumerate(pages, start=1)
        for box in _boxes(view)
        if box.type is Type.CHOICE
    }
    people, units = [p.name for p in roster.people], [u.name for u in roster.units]
    spec = WorkbookSpec(
        sheets=tuple(FormSheet(names[n], rows[n], _widths(pages[n - 1])) for n in rows),
        lists={
            PAGES: marks,
            "people": people,
            "units": units,
            "parties": [*people, *units],
            _TICKS: ["x"],
            **options,
        },
        lists_sheet=HIDDEN,
        title="Phiếu điền",
    )
    return build(spec)


def _boxes(view: PageView) -> tuple[Box, ...]:
    return boxes(Act(view["act"]), view["answers"])


def _widths(view: PageView) -> tuple[float, ...]:
    """Give the widths of a page's columns: those of its widest table, where it has more."""
    tables = [TABLES[box.type] for box in _boxes(view) if box.type in TABLES]
    widest = max(tables, key=len, default=())
    if len(widest) < len(_WIDTHS):
        return _WIDTHS
    return (_WIDTHS[0], *(column.width for column in widest))


def sheet_name(number: int, view: PageView) -> str:
    """Name a page's sheet as Excel takes it: short, without its special signs, never twice."""
    plain = re.sub(r"[\\/?*\[\]:']", " ", labels.ACT[Act(view["act"])])
    return f"{number}. {plain}"[:31].strip()


def _locked(rows: Sequence[FormRow]) -> Iterator[str]:
    return (c.content for row in rows for c in row.cells if isinstance(c.content, str))


def _rows(number: int, view: PageView) -> Iterator[FormRow]:
    every = len(_widths(view))
    yield FormRow((FormCell(labels.ACT[Act(view["act"])], every, _S.TITLE),), 1.5)
    for line in heading_lines(view):
        yield FormRow((FormCell(line, every),))
    yield FormRow((FormCell(HOW, every, _S.NOTE),))
    for box in _boxes(view):
        yield from _of_box(number, box, view, every)


def _of_box(number: int, box: Box, view: PageView, every: int) -> Iterator[FormRow]:
    told, fault = told_of(box), view["faults"].get(box.name, "")
    if box.type in TABLES or box.type is Type.CHOICES:
        yield FormRow((FormCell(f"{box.label} ({told})", every, _S.HEADING),))
        yield from _faults(fault, every)
        yield from (_ticks if box.type is Type.CHOICES else _table)(number, box, view, every)
        return
    open_ = every // 2
    style, said = (_S.FAULT, fault) if fault else (_S.HINT, _sentence(told))
    hint = FormCell(said, every - open_ - _LABEL, style)
    open_cell = FormCell(_blank(number, box.name, box, view, _sentence(told)), open_)
    lines = 4 if box.type is Type.TEXT else 2
    yield FormRow((FormCell(box.label, _LABEL, _S.LABEL), open_cell, hint), lines)


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."


def _faults(fault: str, every: int) -> Iterator[FormRow]:
    if fault:
        yield FormRow((FormCell(fault, every, _S.FAULT),))


def _ticks(number: int, box: Box, view: PageView, every: int) -> Iterator[FormRow]:
    for place, option in enumerate(box.options, start=1):
        name = f"{box.name}_{place}"
        tick = Blank(
            f"p{number}_{name}", box.label[:32], ColumnKind.CHOICE, view["values"].get(name),
            _TICKS, "Chọn hoặc gõ x.", faulty=name in view["faults"],
        )  # fmt: skip
        yield FormRow((FormCell(tick), FormCell(f"{place}. {option}", every - 1, _S.OPTION)))
    name = f"{box.name}_{OTHER}"
    words = _blank(number, name, Box(name, box.label, Type.TEXT, ""), view, "Khác: ghi bằng lời.")
    yield FormRow((FormCell("Khác:", _LABEL, _S.LABEL), FormCell(words, every - _LABEL)), 2)


def _table(number: int, box: Box, view: PageView, every: int) -> Iterator[FormRow]:
    columns = TABLES[box.type]
    heads = (FormCell(head, 1, _S.LABEL) for head in ("TT", *(c.head for c in columns)))
    yield FormRow(tuple(heads))
    for row in range(1, rows_of(box, view) + 1):
        names = {column: blank(box.name, row, column.key) for column in columns}
        cells = [
            FormCell(_blank(number, n, Box(n, c.head, c.type, ""), view, _TOLD.get(c.type, "")))
            for c, n in names.items()
        ]
        yield FormRow((FormCell(str(row), 1, _S.LABEL), *cells), 2)
        said = [view["faults"][n] for n in names.values() if n in view["faults"]]
        yield from _faults(" ".join(dict.fromkeys(said)), every)


_TOLD = {Type.PARTIES: "Chọn trong danh sách, hoặc ghi họ tên.", Type.DATE: "Ngày/tháng/năm."}


def _blank(number: int, name: str, box: Box, view: PageView, told: str) -> Blank:
    value = view["values"].get(name, "")
    choices = f"p{number}_{box.name}" if box.type is Type.CHOICE else _CHOSEN.get(box.type, "")
    kind = ColumnKind.CHOICE if choices else _KINDS.get(box.type, ColumnKind.TEXT)
    return Blank(
        f"p{number}_{name}",
        box.label[:32],
        kind,
        _typed(value, box.type) if value else None,
        choices,
        told[:255],
        strict=box.type is Type.CHOICE or name == ANSWER,
        faulty=name in view["faults"],
    )


def _typed(words: str, kind: Type) -> str | int | date:
    """Put a day or a number into its cell as one; words that are none stay words."""
    day = _DAY.fullmatch(words) if kind is Type.DATE else None
    if day:
        try:
            return date(int(day[3]), int(day[2]), int(day[1]))
        except ValueError:
            return words
    digits = words.isascii() and words.isdigit() and len(words) < 4
    return int(words) if kind is Type.NUMBER and digits else words
