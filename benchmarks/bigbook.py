"""A register of 50,000 rows as Excel saves one: shared strings, a table, a summary that counts."""

import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from workbook_sync.address import cell_name, column_letters
from workbook_sync.values import to_serial

HEADERS = (
    *("Mã", "Số phiếu", "Ngày lập", "Đơn vị", "Người lập", "Nội dung", "Nguồn", "Mức độ"),
    *("Nguyên nhân", "Biện pháp", "Phụ trách", "Hạn", "Hoàn thành", "Tỷ lệ", "Số lượt"),
    *("Đã kiểm tra", "Trạng thái", "Ngày đóng", "Kinh phí", "Ghi chú"),
)
SHEET, TABLE = "Phiếu", "tblPhieu"
STATES = ("Mới", "Đang làm", "Chờ kiểm tra", "Đóng")
_DAY, _TEXT, _SHARE = 1, 2, 3
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_START = date(2020, 1, 2)


def make(path: Path, rows: int) -> None:
    """Write the workbook: 20 columns of texts, days, numbers, shares and truths, two sheets."""
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types())
        archive.writestr("_rels/.rels", _rels({"officeDocument": "xl/workbook.xml"}))
        archive.writestr("xl/workbook.xml", _workbook())
        archive.writestr("xl/_rels/workbook.xml.rels", _rels(_WORKBOOK_RELS))
        archive.writestr("xl/styles.xml", _styles())
        with archive.open("xl/worksheets/sheet1.xml", "w") as out:
            for piece in _sheet(rows, strings):
                out.write(piece.encode())
        archive.writestr("xl/worksheets/sheet2.xml", _summary(rows))
        hanging = _rels({"table": "../tables/table1.xml"})
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", hanging)
        archive.writestr("xl/tables/table1.xml", _table(rows))
        archive.writestr("xl/sharedStrings.xml", _strings(strings))


def row_values(number: int) -> tuple[object, ...]:
    """The twenty values of a row; days are days, the code's number is that of the row."""
    day = _START + timedelta(days=number % 2000)
    return (
        *(f"CTCL-{number:06d}-K", f"{number}/CTCL", day, f"Phòng số {number % 40}"),
        *(f"Người lập thứ {number % 300}", f"Máy in ở quầy số {number} hỏng, dân phải chờ lâu"),
        *("Phản ánh của khách hàng", ("Nhẹ", "Nặng")[number % 2]),
        *(f"Chưa bảo trì theo kế hoạch quý {number % 4 + 1}", "Sửa máy và lập lịch bảo trì"),
        *(f"Tổ {number % 90}", day + timedelta(days=30), day + timedelta(days=number % 40)),
        *(number % 101 / 100, number % 977, number % 3 == 0, STATES[number % 4]),
        *(day + timedelta(days=60), number * 1250.5, f"Ghi chú {number}" if number % 3 else None),
    )


def _sheet(rows: int, strings: dict[str, int]) -> Iterator[str]:
    last = cell_name(rows + 1, len(HEADERS))
    yield (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}" '
        f'xmlns:r="{_OFFICE}"><dimension ref="A1:{last}"/><sheetViews><sheetView tabSelected="1" '
        'workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
        '</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="20" '
        'width="16" customWidth="1"/></cols><sheetData>'
    )
    yield _row(1, HEADERS, strings)
    for number in range(2, rows + 2):
        yield _row(number, row_values(number), strings)
    yield (
        f'</sheetData><conditionalFormatting sqref="A2:T{rows + 1}"><cfRule type="expression" '
        'priority="1"><formula>$Q2="Đóng"</formula></cfRule></conditionalFormatting>'
        '<dataValidations count="1"><dataValidation type="list" allowBlank="1" '
        f'sqref="Q2:Q{rows + 1}"><formula1>"{",".join(STATES)}"</formula1></dataValidation>'
        '</dataValidations><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" '
        'header="0.3" footer="0.3"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
        "</worksheet>"
    )


def _row(number: int, values: tuple[object, ...], strings: dict[str, int]) -> str:
    cells = (
        _cell(f"{column_letters(column)}{number}", value, strings)
        for column, value in enumerate(values, start=1)
    )
    return f'<row r="{number}" spans="1:{len(HEADERS)}">{"".join(cells)}</row>'


def _cell(name: str, value: object, strings: dict[str, int]) -> str:
    if value is None:
        return f'<c r="{name}" s="{_TEXT}"/>'
    if isinstance(value, str):
        index = strings.setdefault(value, len(strings))
        return f'<c r="{name}" s="{_TEXT}" t="s"><v>{index}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{name}" s="{_DAY}"><v>{to_serial(value)}</v></c>'
    style = f' s="{_SHARE}"' if isinstance(value, float) and value <= 1 else ""
    return f'<c r="{name}"{style}><v>{value!r}</v></c>'


def _summary(rows: int) -> str:
    lines = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{state}</t></is></c><c r="B{n}"><f>'
        f'COUNTIF({TABLE}[Trạng thái],"{state}")</f><v>{rows // 4}</v></c></row>'
        for n, state in enumerate(STATES, start=1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _table(rows: int) -> str:
    area = f"A1:{cell_name(rows + 1, len(HEADERS))}"
    columns = "".join(
        f'<tableColumn id="{n}" name="{escape(header)}"/>'
        for n, header in enumerate(HEADERS, start=1)
    )
    return (
        f'<table xmlns="{_MAIN}" id="1" name="{TABLE}" displayName="{TABLE}" ref="{area}">'
        f'<autoFilter ref="{area}"/><tableColumns count="{len(HEADERS)}">{columns}</tableColumns>'
        "</table>"
    )


def _strings(strings: dict[str, int]) -> str:
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return f'<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'


_WORKBOOK_RELS = {
    "worksheet": "worksheets/sheet1.xml",
    "worksheet ": "worksheets/sheet2.xml",
    "styles": "styles.xml",
    "sharedStrings": "sharedStrings.xml",
}
_PARTS = {
    "workbook": "sheet.main",
    "worksheets/sheet1": "worksheet",
    "worksheets/sheet2": "worksheet",
    "styles": "styles",
    "sharedStrings": "sharedStrings",
    "tables/table1": "table",
}


def _rels(kinds: dict[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind.strip()}" Target="{target}"/>'
        for n, (kind, target) in enumerate(kinds.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _types() -> str:
    parts = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_CONTENT}.{kind}+xml"/>'
        for part, kind in _PARTS.items()
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _workbook() -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr/><sheets>'
        f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/>'
        '<sheet name="Tổng hợp" sheetId="2" r:id="rId2"/></sheets><calcPr calcId="191029"/>'
        "</workbook>"
    )


def _styles() -> str:
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
        'formatCode="dd/mm/yyyy"/></numFmts><fonts count="1"><font><sz val="11"/>'
        '<name val="Times New Roman"/></font></fonts><fills count="2"><fill><patternFill/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/>'
        '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/>'
        '<xf numFmtId="164" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" xfId="0" '
        'applyNumberFormat="1"/><xf numFmtId="9" xfId="0" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    )
