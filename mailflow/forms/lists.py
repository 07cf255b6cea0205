"""A list of anything as a workbook: what does not fit into a mail goes with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from mailflow.forms.fillable import clean
from workbook_sync.build import build
from workbook_sync.spec import Column, ListSheet, WorkbookSpec

WIDEST = 60.0


def list_workbook(view: Mapping[str, Any]) -> bytes:
    """Give the list {title, columns, rows} as .xlsx; words stay text, a formula's sign too."""
    columns: Sequence[str] = view["columns"]
    rows = [dict(zip(columns, map(clean, row), strict=True)) for row in view["rows"]]
    sheet = ListSheet(
        name="Danh sách",
        columns=tuple(Column(name, width=_width(name, rows)) for name in columns),
        rows=rows,
        titles=(clean(view["title"]),),
        spare_rows=0,
    )
    return build(WorkbookSpec(sheets=(sheet,), title=clean(view["title"])))


def _width(name: str, rows: Sequence[Mapping[str, str]]) -> float:
    longest = max((len(row[name]) for row in rows), default=0)
    return min(WIDEST, max(len(name), longest) + 2.0)
