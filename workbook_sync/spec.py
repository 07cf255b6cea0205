"""The plain description of a workbook that `build` turns into a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workbook_sync.parts import PropertyValue
from workbook_sync.values import Value


class ColumnKind(StrEnum):
    """What a column is for: it decides format, alignment and validation."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    PERCENT = "percent"  # a fraction shown as a percentage: 0.95 reads 95%
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `width` in characters. `choices` names a list of the spec. `note` (at most 255 characters)
    appears when a cell is chosen. `system`: written by the program, grey, typing is stopped.
    Not `strict`: what does not fit the kind draws a warning that may be overridden. `ends_page`:
    on paper the next column begins a new page.
    """

    header: str
    width: float = 14
    kind: ColumnKind = ColumnKind.TEXT
    choices: str = ""
    note: str = ""
    system: bool = False
    strict: bool = True
    ends_page: bool = False


@dataclass(frozen=True)
class Highlight:
    """A colour for rows where a formula holds.

    `formula` names the row's cells by header in braces: 'AND({Due}<>"",{Due}<TODAY())'. `fill` and
    `font` are RRGGBB, "" leaves the colour alone. Empty `columns` means the whole row.
    """

    formula: str
    fill: str = ""
    font: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListSheet:
    """A sheet holding one list: title rows, the header, then rows by header.

    With `table` it is a real table of that name. Validation and colours reach `spare_rows` below
    the last row, so that rows typed there behave. `frozen_columns` stay in sight on the left.
    `paper` is "A4" or "A3"; printing is landscape, the header repeated. It is one page wide, or,
    where a column ends a page, at `scale` per cent with the frozen columns repeated as well.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Value]] = ()
    table: str = ""
    titles: tuple[str, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    frozen_columns: int = 1
    spare_rows: int = 300
    protected: bool = False
    paper: str = "A4"
    scale: int = 72


@dataclass(frozen=True)
class Formula:
    """A cell computed by the spreadsheet program; `text` starts with "="."""

    text: str


class LineStyle(StrEnum):
    """How a line of a free sheet looks."""

    TITLE = "title"
    HEADING = "heading"
    PLAIN = "plain"
    GRID = "grid"  # bordered, as in a small table


@dataclass(frozen=True)
class Line:
    """One row of a free sheet, its cells from column A."""

    cells: tuple[Value | Formula, ...] = ()
    style: LineStyle = LineStyle.PLAIN


class ChartKind(StrEnum):
    """The native charts that can be made."""

    COLUMN = "column"
    BAR = "bar"
    LINE = "line"
    PIE = "pie"


@dataclass(frozen=True)
class Chart:
    """A native chart over ranges of its own sheet ("A4:A9"), each range one column of cells.

    `labels` are the categories without a header; each of `series` starts with its header cell.
    `anchor` is the top left cell; sizes in centimetres.
    """

    kind: ChartKind
    title: str
    labels: str
    series: tuple[str, ...]
    anchor: str
    width: float = 16
    height: float = 8


@dataclass(frozen=True)
class FreeSheet:
    """A sheet of free lines: help texts, summaries with formulas and charts.

    `widths` of the columns from A, in characters; long text wraps. `protected` without password.
    Printed one page wide, and one page high if it is a `single_page`.
    """

    name: str
    lines: Sequence[Line]
    widths: tuple[float, ...] = (100,)
    charts: tuple[Chart, ...] = ()
    protected: bool = False
    landscape: bool = False
    paper: str = "A4"
    single_page: bool = False


class FormStyle(StrEnum):
    """How the locked text of a form looks."""

    TITLE = "title"
    HEADING = "heading"
    LABEL = "label"
    OPTION = "option"  # what a tick beside it stands for
    PLAIN = "plain"
    NOTE = "note"
    HINT = "hint"
    FAULT = "fault"  # red: what is wrong beside it


@dataclass(frozen=True)
class Blank:
    """One cell of a form that is open to whoever fills it; `name` is its defined name.

    `title` and `note` appear when the cell is chosen. `choices` names a list of the spec. Not
    `strict`: what does not fit the kind draws a warning that may be overridden. `faulty`: red.
    """

    name: str
    title: str = ""
    kind: ColumnKind = ColumnKind.TEXT
    value: Value = None
    choices: str = ""
    note: str = ""
    strict: bool = False
    faulty: bool = False


@dataclass(frozen=True)
class FormCell:
    """A cell of a form over `span` columns: an open one, or locked text in a style."""

    content: str | Blank
    span: int = 1
    style: FormStyle = FormStyle.PLAIN


@dataclass(frozen=True)
class FormRow:
    """A row of a form, its cells from column A; at least `lines` of text high."""

    cells: tuple[FormCell, ...]
    lines: float = 1


@dataclass(frozen=True)
class FormSheet:
    """A sheet to be filled in: protected without password, only its blanks are open.

    `widths` of the columns from A, in characters. Printed one page wide, lying where it is wide.
    """

    name: str
    rows: Sequence[FormRow]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class WorkbookSpec:
    """A whole workbook: sheets in order, lists for the dropdowns, custom properties.

    `lists` maps a list's name to its entries; they stand on the hidden sheet `lists_sheet`.
    """

    sheets: tuple[ListSheet | FreeSheet | FormSheet, ...]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lists_sheet: str = "Lists"
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)
    title: str = ""
    creator: str = ""
