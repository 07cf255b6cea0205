"""Describes the register workbook: its sheets, dropdowns, colours and instructions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mailflow.actions.house import House
from mailflow.procedure import labels
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import REQUESTS as KINDS
from mailflow.procedure.terms import Act
from mailflow.registers import columns as register
from mailflow.registers.columns import REQUESTS, SYSTEM, RegisterColumn, Sheet
from mailflow.registers.instructions import HELP
from mailflow.registers.names import shown
from mailflow.registers.objective_columns import (
    OBJECTIVES,
    PLAN,
    PLAN_OWNERS,
    SETTLED,
    SETTLING,
    VERDICT,
)
from mailflow.registers.project import verdict_label
from mailflow.registers.summary import summary_sheet
from workbook_sync.build import build
from workbook_sync.spec import (
    Column,
    ColumnKind,
    FreeSheet,
    Highlight,
    Line,
    LineStyle,
    ListSheet,
    WorkbookSpec,
)
from workbook_sync.values import Value

LISTS = "DanhMuc"
OBJECTIVES_TITLE = "MỤC TIÊU CHẤT LƯỢNG: KẾ HOẠCH VÀ KẾT QUẢ THỰC HIỆN"
ITSELF = PLAN["objective"]
LATE, SOON, ENDED, MET = "FFC7CE", "FFEB9C", "E2E2E2", "C6EFCE"
HIGHLIGHTS = (
    Highlight('{Lưu đến ngày}<>""', fill=ENDED, font="595959"),
    Highlight('AND({Hạn bước này}<>"",{Hạn bước này}<TODAY())', fill=LATE, font="9C0006"),
    Highlight('AND({Hạn bước này}<>"",{Hạn bước này}<=TODAY()+2)', fill=SOON, font="7F6000"),
)
OBJECTIVE_HIGHLIGHTS = (
    Highlight('{Lưu đến ngày}<>""', fill=ENDED, font="595959"),
    *(
        Highlight(f'{{{VERDICT}}}="{label}"', fill=fill, font=font, columns=(ITSELF, VERDICT))
        for label, fill, font in (
            (labels.VERDICT[Verdict.NOT_MET], LATE, "9C0006"),
            (labels.VERDICT[Verdict.MET], MET, "006100"),
            (labels.AT_RISK, SOON, "7F6000"),
        )
    ),
    *(replace(late, columns=("Việc tiếp theo", "Hạn bước này")) for late in HIGHLIGHTS[1:]),
)
WHEN, WHERE, ROW, CELL, TYPED, WHY, DO = (
    "Lúc",
    "Trang",
    "Dòng",
    "Cột",
    "Đã gõ",
    "Vì sao",
    "Cách xử lý",
)
SYNC_COLUMNS = (
    Column(WHEN, 17, note="Lúc chương trình đọc sổ."),
    Column(WHERE, 10),
    Column(ROW, 7, ColumnKind.NUMBER, note="Dòng lúc đó; sau khi sắp xếp lại có thể đã khác."),
    Column(register.CODE, 20),
    Column(CELL, 22),
    Column(TYPED, 34, note="Chữ đã gõ, giữ lại ở đây để không mất."),
    Column(WHY, 46),
    Column(DO, 46),
)
NOTES = ListSheet(
    register.SYNC_SHEET,
    SYNC_COLUMNS,
    (),
    register.SYNC_TABLE,
    ("NHỮNG CHỖ CHƯƠNG TRÌNH KHÔNG GHI NHẬN ĐƯỢC",),
    paper="A3",
)


def register_workbook(
    house: House,
    register_id: str,
    rows: Mapping[Sheet, Sequence[Mapping[str, Value]]],
    unit: str | None = None,
    generation: int = 1,
) -> bytes:
    """Make the register of the agency, or of one unit, with these rows of each sheet by header.

    The dropdowns hold the people and units of the roster; other names may be typed as well.
    """
    name = unit or house.agency["name"]
    titles = ("SỔ THEO DÕI YÊU CẦU HÀNH ĐỘNG KHẮC PHỤC, CẢI TIẾN", name)
    spec = WorkbookSpec(
        sheets=(
            list_sheet(REQUESTS, rows.get(REQUESTS, ()), titles),
            list_sheet(OBJECTIVES, rows.get(OBJECTIVES, ()), (OBJECTIVES_TITLE, name)),
            summary_sheet([u.name for u in house.roster.units], len(titles) + 1),
            NOTES,
            FreeSheet("Hướng dẫn", list(_help()), widths=(4, 110), protected=True),
        ),
        lists=_lists(house),
        lists_sheet=LISTS,
        properties={"register_id": register_id, "generation": generation},
        title=titles[0],
    )
    return build(spec)


def sheet_alone(house: House, sheet: Sheet, unit: str | None) -> bytes:
    """Make a workbook of one sheet without rows, to be added to a register that lacks it.

    Its dropdowns use the lists that registers have always had.
    """
    titles = (OBJECTIVES_TITLE, unit or house.agency["name"])
    page = list_sheet(sheet, (), titles)
    lists = _lists(house)
    older = {PLAN_OWNERS: register.UNITS}
    columns = tuple(replace(c, choices=older.get(c.choices, c.choices)) for c in page.columns)
    sheets = (replace(page, columns=columns),)
    return build(WorkbookSpec(sheets=sheets, lists=lists, lists_sheet=LISTS))


def list_sheet(
    sheet: Sheet, rows: Sequence[Mapping[str, Value]], titles: tuple[str, str]
) -> ListSheet:
    """Describe a sheet that is kept in step, with its rows."""
    columns = tuple(_column(sheet, column) for column in sheet.columns)
    colours, frozen = _LOOKS[sheet]
    return ListSheet(
        sheet.name, columns, rows, sheet.table, titles, colours, frozen_columns=frozen, paper="A3"
    )


_LOOKS = {REQUESTS: (HIGHLIGHTS, 1), OBJECTIVES: (OBJECTIVE_HIGHLIGHTS, 3)}
"""The colours of each sheet, and how many of its columns stay in sight."""


def _column(sheet: Sheet, column: RegisterColumn) -> Column:
    """Describe one column; what does not fit its kind draws a warning, not a stop."""
    return Column(
        column.header,
        column.width,
        column.kind,
        column.choices,
        column.note,
        system=sheet.owners.get(column.header, SYSTEM) is SYSTEM,
        strict=False,
        ends_page=column.ends_page,
    )


def _lists(house: House) -> dict[str, list[str]]:
    fields = {
        "Nguồn": "sources",
        "Mức độ": "severity",
        "Hình thức xử lý": "disposition",
        "Dấu hiệu": "signs",
    }
    units = [unit.name for unit in house.roster.units]
    answers = (answer for act, answer in labels.ANSWER if act is Act.VERIFY)
    return {
        "Loại": [labels.KIND[kind] for kind in KINDS],
        register.UNITS: units,
        PLAN_OWNERS: [*units, labels.AGENCY],
        register.PEOPLE: [shown(person.id, house.roster) for person in house.roster.people],
        register.YES_NO: [register.YES, register.NO],
        "Kết luận": list(map(verdict_label, answers)),
        SETTLED: list(SETTLING.values()),
        **{name: list(labels.option_labels(field).values()) for name, field in fields.items()},
    }


def _help() -> Iterator[Line]:
    yield Line(("Cách dùng sổ theo dõi",), LineStyle.TITLE)
    for number, text in enumerate(HELP, start=1):
        yield Line((number, text))
