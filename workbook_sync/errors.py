"""What may go wrong with a workbook: typed refusals, and the problems that reading collects."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a workbook, a sheet or a cell could not be read or may not be written."""

    NOT_A_WORKBOOK = "not a workbook"
    ENCRYPTED = "encrypted"
    OLD_FORMAT = "old format"
    OTHER_FORMAT = "other format"
    WEB_PAGE = "web page"
    SIGNED = "signed"
    TOO_BIG = "too big"
    BAD_PACKAGE = "bad package"
    DOCTYPE = "doctype"
    BAD_XML = "bad xml"
    BAD_ENCODING = "bad encoding"
    UNUSUAL_XML = "unusual xml"
    NO_SHEET = "no such sheet"
    SHEET_THERE = "a sheet of that name is there"
    NO_TABLE = "no such table"
    NO_COLUMN = "no such column"
    SAME_HEADER_TWICE = "same header twice"
    OUTSIDE = "outside the sheet"
    MERGED = "inside a merged cell"
    FORMULA = "formula"
    ARRAY = "array formula"
    PIVOT = "pivot table"
    HEADER = "table header"
    TOTALS = "totals row"
    BELOW = "something below the table"
    LINKED_TABLE = "table filled by a query"
    ROW_ORDER = "rows or cells out of order"
    BAD_VALUE = "value cannot be written"
    TWICE = "planned twice"
    BAD_DATE = "date out of range"
    BAD_CELL = "cell cannot be read"
    NOT_PROVEN = "written file differs from the plan"


@dataclass(frozen=True)
class Problem:
    """One thing that reading met and went past; `cell` is like "B3", or "" for the whole sheet."""

    reason: Reason
    sheet: str = ""
    cell: str = ""
    detail: str = ""


class WorkbookError(Exception):
    """Root of every error of this package."""


class Refusal(WorkbookError):
    """Nothing was changed, and why: `reason`, where (`sheet`, `cell`) and `detail`, in English."""

    def __init__(self, reason: Reason, sheet: str = "", cell: str = "", detail: str = "") -> None:
        self.reason, self.sheet, self.cell, self.detail = reason, sheet, cell, detail
        place = f"{sheet}!{cell}" if cell else sheet
        super().__init__(": ".join(word for word in (place, reason.value, detail) if word))


@dataclass(frozen=True)
class Owner:
    """Who has a file open, as its owner file says; each may be empty."""

    name: str
    machine: str = ""


class Busy(WorkbookError):
    """Somebody has the file open; `owner` is what an owner file says of them, if there is one."""

    def __init__(self, owner: Owner | None = None) -> None:
        self.owner = owner
        super().__init__("open elsewhere")


class Changed(WorkbookError):
    """The file is no longer the one that was read; nothing was written."""
