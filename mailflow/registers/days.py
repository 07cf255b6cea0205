"""The agency's working days: the holidays of the library under the table the agency keeps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from holidays.calendars.gregorian import JAN
from holidays.countries.vietnam import Vietnam

from mailflow.errors import Misconfigured
from mailflow.procedure.calendar import SATURDAY, Calendar
from mailflow.procedure.folding import folded
from mailflow.registers.officebook import Line, open_book
from workbook_sync.build import build
from workbook_sync.spec import Column, ColumnKind, FreeSheet, LineStyle, ListSheet, WorkbookSpec
from workbook_sync.spec import Line as TextLine
from workbook_sync.values import Value

SHEET = "Lịch làm việc"
DAY, KIND, WORKED_ON, NAME, BASIS = "Ngày", "Loại", "Làm bù vào ngày", "Tên ngày", "Căn cứ"
HOLIDAY, IN_LIEU, SWAP, MAKE_UP = "nghỉ lễ", "nghỉ bù", "hoán đổi", "làm bù"
KINDS = (HOLIDAY, IN_LIEU, SWAP, MAKE_UP)

COLUMNS = (
    Column(DAY, 13, ColumnKind.DATE, note="Ngày/tháng/năm. Mỗi ngày một dòng."),
    Column(
        KIND,
        14,
        ColumnKind.CHOICE,
        "Loại",
        "nghỉ lễ, nghỉ bù: ngày không làm việc. hoán đổi: nghỉ ngày này, làm bù ngày khác. làm bù: "
        "ngày này làm việc, kể cả ngày lễ hoặc cuối tuần.",
    ),
    Column(WORKED_ON, 18, ColumnKind.DATE, note="Chỉ dùng cho “hoán đổi”: ngày đi làm thay."),
    Column(NAME, 40, note="Tên ngày nghỉ, để người xem dễ hiểu."),
    Column(BASIS, 48, note="Văn bản quy định hoặc thông báo."),
)
HELP = (
    "Chương trình tính mọi thời hạn bằng ngày làm việc: bỏ thứ Bảy, Chủ nhật và các ngày nghỉ ở "
    "đây, tính cả ngày làm bù.",
    "Những ngày nghỉ lễ theo luật đã ghi sẵn. Hằng năm, khi có thông báo nghỉ Tết và hoán đổi ngày "
    "làm việc, xin kiểm tra và sửa lại cho đúng.",
    "Dòng trong bảng này được dùng thay lịch có sẵn của chương trình cho đúng ngày đó. Ngày có sẵn "
    "mà cơ quan vẫn làm việc: đổi loại thành “làm bù”, đừng xóa dòng.",
    "Năm chưa ghi ngày nào thì chương trình dùng các ngày lễ theo luật.",
)
LABOUR_CODE = "Bộ luật Lao động số 45/2019/QH14, Điều 112"
CULTURE_DAY = "Nghị quyết số 80-NQ/TW về Ngày Văn hóa Việt Nam"
SWAP_NOTICE = "Thông báo hoán đổi ngày làm việc năm {year}"


class StateHolidays(Vietnam):
    """The library's holidays of Vietnam with the swap of 2 and 10 January 2026 that it lacks."""

    def _populate_public_holidays(self) -> None:
        super()._populate_public_holidays()  # type: ignore[no-untyped-call] # the library's own
        if self._year == 2026:
            self._add_holiday("Ngày nghỉ (thay cho ngày 10/01/2026)", date(2026, JAN, 2))
            self.weekend_workdays.add(date(2026, JAN, 10))


@dataclass(frozen=True)
class Entry:
    """One row of the table: `worked_on` is set for a swap only."""

    day: date
    kind: str
    worked_on: date | None = None
    name: str = ""
    basis: str = ""


def state_days(years: Iterable[int]) -> list[Entry]:
    """List what the library knows of these years, in order; a swap with the day worked for it."""
    wanted = sorted(set(years))
    days = StateHolidays(  # type: ignore[no-untyped-call] # the library leaves its arguments open
        years=wanted, language="vi"
    )
    worked = sorted(days.weekend_workdays)
    found = [_state_day(day, name, worked) for day, name in sorted(days.items())]
    return [entry for entry in found if entry.day.year in wanted]


def _state_day(day: date, name: str, worked: Sequence[date]) -> Entry:
    swapped = next((d for d in worked if f"{d:%d/%m/%Y}" in name), None)
    if swapped:
        return Entry(day, SWAP, swapped, name, SWAP_NOTICE.format(year=day.year))
    kind = IN_LIEU if "nghỉ bù" in name else HOLIDAY
    return Entry(day, kind, None, name, CULTURE_DAY if "Văn hóa" in name else LABOUR_CODE)


def read_calendar(path: Path, years: Iterable[int]) -> Calendar:
    """Read `Lịch làm việc.xlsx` over the library's days of `years`; the table wins.

    Raises Misconfigured with every fault, by sheet and row.
    """
    book = open_book(path)
    entries: dict[date, Entry] = {}
    for line in book.lines(SHEET, (DAY, KIND, WORKED_ON, NAME, BASIS)):
        entry = _entry(line)
        if entry and entry.day in entries:
            line.fault(DAY, f"{entry.day:%d/%m/%Y} stands in an earlier row already")
        elif entry:
            entries[entry.day] = entry
    if book.faults:
        raise Misconfigured(book.faults)
    known = {entry.day: entry for entry in state_days(years)}
    return _calendar({**known, **entries})


def _entry(line: Line) -> Entry | None:
    day, kind, worked_on = line.day(DAY), _kind(line), line.day(WORKED_ON)
    if not line.text(DAY):
        line.fault(DAY, "is empty")
    if kind == SWAP and worked_on is None and not line.text(WORKED_ON):
        line.fault(WORKED_ON, "is empty; a swap needs the day that is worked instead")
    if kind == SWAP and worked_on and worked_on.weekday() < SATURDAY:
        line.fault(WORKED_ON, f"{worked_on:%d/%m/%Y} is no Saturday or Sunday")
    if kind != SWAP and line.text(WORKED_ON):
        line.fault(WORKED_ON, f"is only for {SWAP!r}")
    return Entry(day, kind, worked_on if kind == SWAP else None) if day and kind else None


def _kind(line: Line) -> str:
    words = line.wanted(KIND)
    found = next((kind for kind in KINDS if folded(kind) == folded(words)), "")
    if words and not found:
        line.fault(KIND, f"{words!r} is not one of {', '.join(KINDS)}")
    return found


def _calendar(entries: Mapping[date, Entry]) -> Calendar:
    off = frozenset(e.day for e in entries.values() if e.kind != MAKE_UP)
    made_up = {e.day for e in entries.values() if e.kind == MAKE_UP}
    swapped = {e.worked_on for e in entries.values() if e.worked_on}
    return Calendar(off, frozenset(made_up | (swapped - off)))


def calendar_workbook(years: Iterable[int]) -> bytes:
    """Make `Lịch làm việc.xlsx` with the state's holidays of these years."""
    rows = [_row(entry) for entry in state_days(years)]
    spec = WorkbookSpec(
        sheets=(
            ListSheet(SHEET, COLUMNS, rows, "tblLich", frozen_columns=1),
            FreeSheet("Hướng dẫn", list(_help()), widths=(4, 100), protected=True),
        ),
        lists={"Loại": KINDS},
        lists_sheet="DanhMuc",
        title="Lịch làm việc",
    )
    return build(spec)


def _row(entry: Entry) -> dict[str, Value]:
    return {
        DAY: entry.day,
        KIND: entry.kind,
        WORKED_ON: entry.worked_on,
        NAME: entry.name,
        BASIS: entry.basis,
    }


def _help() -> Iterator[TextLine]:
    yield TextLine(("Cách ghi lịch làm việc",), LineStyle.TITLE)
    for number, text in enumerate(HELP, start=1):
        yield TextLine((number, text))
