"""Describes the register's sheet `Tổng hợp`: counts by formula over the table, and charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailflow.procedure import labels
from mailflow.procedure.steps import states_of
from mailflow.procedure.terms import REQUESTS as KINDS
from mailflow.registers.columns import REQUESTS, Sheet
from mailflow.registers.objective_columns import OBJECTIVES, VERDICT, YEAR
from workbook_sync.address import column_letters
from workbook_sync.spec import Chart, ChartKind, Formula, FreeSheet, Line, LineStyle

LAST_ROW = 120_000
"""Rows of the register that the formulas look at."""

THIS_YEAR = "YEAR(TODAY())"


@dataclass(frozen=True)
class _Cells:
    """Ranges of a sheet's columns below its header."""

    header_row: int
    sheet: Sheet = REQUESTS

    def of(self, header: str) -> str:
        """Name a column's cells: plain ranges, which every program and old Excel understand."""
        letters = column_letters(self.sheet.headers.index(header) + 1)
        return f"'{self.sheet.name}'!${letters}${self.header_row + 1}:${letters}${LAST_ROW}"

    def in_year(self, year: str) -> str:
        """Give the conditions of COUNTIFS that a request was opened in a year, a plan is of it."""
        if self.sheet is not REQUESTS:
            return f"{self.of(YEAR)},{year}"
        opened = self.of("Ngày lập")
        return f'{opened},">="&DATE({year},1,1),{opened},"<"&DATE({year}+1,1,1)'


def summary_sheet(units: Sequence[str], header_row: int) -> FreeSheet:
    """Count requests and objectives for this year, last year and altogether."""
    cells = _Cells(header_row)
    states = [labels.STATE[state] for state in states_of(KINDS)]
    lines: list[Line] = [
        Line(("TỔNG HỢP",), LineStyle.TITLE),
        Line(("Tính từ trang Phiếu, theo năm của Ngày lập, và trang Mục tiêu, theo Năm.",)),
        Line(),
        *_general(cells),
        Line(),
    ]
    charts = []
    blocks = (
        ("Trạng thái", states, ChartKind.BAR, 12.0),
        ("Đơn vị", units, ChartKind.COLUMN, 8.0),
        ("Nguồn", list(labels.SOURCE.values()), ChartKind.BAR, 9.0),
        ("Loại", [labels.KIND[kind] for kind in KINDS], ChartKind.COLUMN, 7.5),
    )
    place = 2
    for header, names, kind, height in blocks:
        top = len(lines) + 1
        lines += [_heading(header), *_counts(cells, header, names, top), Line()]
        charts.append(_chart(header, kind, top, len(names), place, height))
        place += round(height * 2) + 1
    lines += _objectives(_Cells(header_row, OBJECTIVES))
    return FreeSheet(
        "Tổng hợp",
        lines,
        (52, 12, 12, 12, 3),
        tuple(charts),
        protected=True,
        landscape=True,
        paper="A3",
        single_page=True,
    )


def _heading(first: str) -> Line:
    year = Formula(f'="Năm "&{THIS_YEAR}')
    before = Formula(f'="Năm "&({THIS_YEAR}-1)')
    return Line((first, year, before, "Tất cả"), LineStyle.HEADING)


def _general(cells: _Cells) -> Iterable[Line]:
    yield _heading("Chung")
    code, ended = cells.of("Mã"), cells.of("Lưu đến ngày")
    yield _row("Số phiếu đã lập", [f'{code},"?*"'], cells)
    yield _row("Đã kết thúc", [f'{ended},">0"'], cells)
    yield _row("Đang mở", [f'{code},"?*",{ended},""'], cells)
    yield _row("Đang mở, quá hạn bước hiện tại", [f'{cells.of("Số ngày quá hạn")},">0"'], cells)
    signs = cells.of("Dấu hiệu/lý do")
    yield _row("Lặp lại quá 03 lần (5.2.2)", [f'{signs},"*quá 03 lần*"'], cells)
    yield _row("Không đạt, phải mở phiếu mới", [f'{cells.of("Phiếu trước/sau")},"*sau:*"'], cells)
    yield _on_time(cells)


def _row(label: str, conditions: Sequence[str], cells: _Cells) -> Line:
    said = ",".join(conditions)
    years = [f"=COUNTIFS({said},{cells.in_year(year)})" for year in (THIS_YEAR, f"({THIS_YEAR}-1)")]
    return Line((label, *map(Formula, years), Formula(f"=COUNTIFS({said})")), LineStyle.GRID)


def _objectives(cells: _Cells) -> Iterable[Line]:
    """Count objectives by how they stand."""
    yield _heading(cells.sheet.name)
    yield _row("Số mục tiêu", [f'{cells.of("Mã")},"?*"'], cells)
    for label in (*labels.VERDICT.values(), labels.AT_RISK):
        yield _row(label, [f'{cells.of(VERDICT)},"{label}"'], cells)


def _on_time(cells: _Cells) -> Line:
    """Give the share of requests completed by their deadline; a dash where none was completed."""
    done, deadline = cells.of("Ngày hoàn thành"), cells.of("Hạn hoàn thành")
    both = f'({done}<>"")*({deadline}<>"")'
    opened = cells.of("Ngày lập")
    scopes = [f"*(YEAR({opened})={year})" for year in (THIS_YEAR, f"{THIS_YEAR}-1")]
    formulas = (
        f"=IFERROR(ROUND(100*SUMPRODUCT({both}*({done}<={deadline}){scope})"
        f'/SUMPRODUCT({both}{scope}),0)&"%","-")'
        for scope in (*scopes, "")
    )
    return Line(("Hoàn thành đúng hạn", *map(Formula, formulas)), LineStyle.GRID)


def _counts(cells: _Cells, header: str, names: Sequence[str], top: int) -> Iterable[Line]:
    """Count each name; a cell of `Nguồn` may hold several."""
    for row, name in enumerate(names, start=top + 1):
        wanted = f'"*"&$A{row}&"*"' if header == "Nguồn" else f"$A{row}"
        yield _row(name, [f"{cells.of(header)},{wanted}"], cells)


def _chart(header: str, kind: ChartKind, top: int, count: int, place: int, height: float) -> Chart:
    first, last = top + 1, top + count
    return Chart(
        kind,
        f"Số phiếu theo {header[0].lower()}{header[1:]}",
        f"A{first}:A{last}",
        (f"B{top}:B{last}", f"C{top}:C{last}"),
        f"F{place}",
        width=20,
        height=height,
    )
