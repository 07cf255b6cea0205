"""How high a row must be for its wrapped texts: programs do not agree on finding out themselves."""

import textwrap
from collections.abc import Iterable

from workbook_sync.values import Value, shown

LINE = 15.0
"""Points of one line of text at 11 points."""

HIGHEST = 405.0
"""Points of the highest row: Excel knows none above 409."""


def fitting(cells: Iterable[tuple[Value, float]]) -> float:
    """Give the height in points for the values of a row, each with its column's width."""
    return min(HIGHEST, LINE * max((_lines(shown(v), width) for v, width in cells), default=1))


def _lines(text: str, width: float) -> int:
    """Count the lines of a text in a column of `width` digits: letters are somewhat narrower."""
    room = max(1, int(width * 1.05))
    if len(text) <= room and not {"\n", "\t"} & set(text):
        return 1
    return sum(max(1, len(textwrap.wrap(line, room))) for line in text.split("\n"))
