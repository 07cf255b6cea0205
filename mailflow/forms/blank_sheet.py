"""Writes pages to be filled in as a workbook: named cells, lists, dates, locked text."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from mailflow.forms.boxes import (
    ANSWER,
    HOW,
    OTHER,
    WORK_HEADS,
    WORK_TYPES,
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
from mailflow.procedure.fields import WORK_KEYS, Type
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
_ALL, _LABEL, _OPEN = 6, 2, 3
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
        sheets=tuple(FormSheet(names[n], rows[n], _WIDTHS) for n in rows),
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


def sheet_name(number: int, view: PageView) -> str:
    """Name a page's sheet as Excel takes it: short, without its special signs, never twice."""
    plain = re.sub(r"[\\/?*\[\]:']", " ", labels.ACT[Act(view["act"])])
    return f"{number}. {plain}"[:31].strip()


def _locked(rows: Sequence[FormRow]) -> Iterator[str]:
    return (c.content for row in rows for c in row.cells if isinstance(c.content, str))


def _rows(number: int, view: PageView) -> Iterator[FormRow]:
    yield FormRow((FormCell(labels.ACT[Act(view["act"])], _ALL, _S.TITLE),), 1.5)
    for line in heading_lines(view):
        yield FormRow((FormCell(line, _ALL),))
    yield FormRow((FormCell(HOW, _ALL, _S.NOTE),))
    for box in _boxes(view):
        yield from _of_box(number, box, view)


def _of_box(number: int, box: Box, view: PageView) -> Iterator[FormRow]:
    told, fault = told_of(box), view["faults"].get(box.name, "")
    if box.type in (Type.WORK, Type.CHOICES):
        yield FormRow((FormCell(f"{box.label} ({told})", _ALL, _S.HEADING),))
        yield from _faults(fault)
        yield from (_table if box.type is Type.WORK else _ticks)(number, box, view)
        return
    hint = FormCell(fault, 1, _S.FAULT) if fault else FormCell(_sentence(told), 1, _S.HINT)
    open_cell = FormCell(_blank(number, box.name, box, view, _sentence(told)), _OPEN)
    lines = 4 if box.type is Type.TEXT else 2
    yield FormRow((FormCell(box.label, _LABEL, _S.LABEL), open_cell, hint), lines)


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."


def _faults(fault: str) -> Iterator[FormRow]:
    if fault:
        yield FormRow((FormCell(fault, _ALL, _S.FAULT),))


def _ticks(number: int, box: Box, view: PageView) -> Iterator[FormRow]:
    for place, option in enumerate(box.options, start=1):
        name = f"{box.name}_{place}"
        tick = Blank(
            f"p{number}_{name}", box.label[:32], ColumnKind.CHOICE, view["values"].get(name),
            _TICKS, "Chọn hoặc gõ x.", faulty=name in view["faults"],
        )  # fmt: skip
        yield FormRow((FormCell(tick), FormCell(f"{place}. {option}", 5, _S.OPTION)))
    name = f"{box.name}_{OTHER}"
    words = _blank(number, name, Box(name, box.label, Type.TEXT, ""), view, "Khác: ghi bằng lời.")
    yield FormRow((FormCell("Khác:", _LABEL, _S.LABEL), FormCell(words, 4)), 2)


def _table(number: int, box: Box, view: PageView) -> Iterator[FormRow]:
    heads = (FormCell(head, 1, _S.LABEL) for head in ("TT", *WORK_HEADS))
    yield FormRow(tuple(heads))
    for row in range(1, rows_of(box, view) + 1):
        names = {key: blank(box.name, row, key) for key in WORK_KEYS}
        cells = [
            FormCell(_blank(number, n, Box(n, head, WORK_TYPES[key], ""), view, _told(key)))
            for (key, n), head in zip(names.items(), WORK_HEADS, strict=True)
        ]
        yield FormRow((FormCell(str(row), 1, _S.LABEL), *cells), 2)
        said = [view["faults"][n] for n in names.values() if n in view["faults"]]
        yield from _faults(" ".join(dict.fromkeys(said)))


def _told(key: str) -> str:
    return {"who": "Chọn trong danh sách, hoặc ghi họ tên.", "by": "Ngày/tháng/năm."}.get(key, "")


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
