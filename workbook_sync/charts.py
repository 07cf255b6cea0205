"""Makes the native charts of a new workbook: bars with their numbers on them, lines, a pie."""

import re
from typing import Any

from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.worksheet.worksheet import Worksheet

from workbook_sync.spec import Chart, ChartKind

COLOURS = ("1F4E79", "9DC3E6", "A5A5A5", "F4B183")
TITLE_SIZE = 1200  # hundredths of a point
NO_ZEROS = "#,##0;-#,##0;;"
NARROW_GAP = 40
"""Percent of a bar between two groups."""


class _Numbers(DataLabelList):
    """Labels with a number format of their own: openpyxl forgets to say that it is their own."""

    tagname = "dLbls"
    # openpyxl gathers these from a class's own body; a heir has to name them again
    __elements__ = DataLabelList.__elements__
    __nested__ = DataLabelList.__nested__
    __attrs__ = DataLabelList.__attrs__

    def to_tree(self, *args: Any, **more: Any) -> Any:
        tree = DataLabelList.to_tree(self, *args, **more)
        for form in tree.iter("numFmt"):
            form.set("sourceLinked", "0")
        return tree


def native_chart(page: Worksheet, chart: Chart) -> BarChart | LineChart | PieChart:
    """Make a chart of cells of the page."""
    made: BarChart | LineChart | PieChart
    if chart.kind is ChartKind.PIE:
        made = PieChart()
    elif chart.kind is ChartKind.LINE:
        made = _with_axes(LineChart())
    else:
        made = _bars(chart)
    for cells in chart.series:
        made.add_data(_reference(page, cells), titles_from_data=True)
    made.set_categories(_reference(page, chart.labels))
    made.title = _title(chart.title)
    made.width, made.height = chart.width, chart.height  # type: ignore[assignment] # cm, not int
    _legend(made, chart)
    if not isinstance(made, PieChart):
        for series, colour in zip(made.series, COLOURS, strict=False):
            _paint(series, colour)
    return made


def _with_axes(made: LineChart) -> LineChart:
    """Switch the axes on: openpyxl leaves them hidden."""
    made.x_axis.delete = made.y_axis.delete = False
    made.y_axis.numFmt = "General"
    return made


def _bars(chart: Chart) -> BarChart:
    """Bars carry their numbers, so that they need neither a scale nor lines behind them."""
    made = BarChart()
    made.x_axis.delete, made.y_axis.delete = False, True
    made.y_axis.majorGridlines = None
    made.y_axis.scaling.min = 0
    made.gapWidth = NARROW_GAP
    made.type = "bar" if chart.kind is ChartKind.BAR else "col"
    if chart.kind is ChartKind.BAR:  # the first on top
        made.x_axis.scaling.orientation = "maxMin"
        made.y_axis.crosses = "max"
    made.dataLabels = _Numbers(
        numFmt=NO_ZEROS,
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        showBubbleSize=False,
    )
    return made


def _title(text: str) -> Title:
    size = CharacterProperties(sz=TITLE_SIZE, b=True)
    line = Paragraph(pPr=ParagraphProperties(defRPr=size), r=[RegularTextRun(rPr=size, t=text)])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)


def _legend(made: BarChart | LineChart | PieChart, chart: Chart) -> None:
    """Under the chart, where it takes no width; none where there is one series."""
    if len(chart.series) == 1 and chart.kind is not ChartKind.PIE:
        made.legend = None
    elif made.legend:
        made.legend.position = "b"


def _paint(series: Series, colour: str) -> None:
    series.graphicalProperties.solidFill = colour
    series.graphicalProperties.line.solidFill = colour


def _reference(page: Worksheet, cells: str) -> Reference:
    first, _, last = cells.partition(":")
    absolute = ":".join(re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", end) for end in (first, last or first))
    title = page.title.replace("'", "''")
    return Reference(range_string=f"'{title}'!{absolute}")
