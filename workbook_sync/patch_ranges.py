"""Ranges that follow a growing list: table, filters, validations, conditional formats."""

import re

from workbook_sync.address import Range, parse_range, parse_ranges, whole_number
from workbook_sync.splice import ATTRIBUTES, SheetText, attribute, without

_FOLLOWERS = re.compile(
    rb"(<(?:[\w.-]+:)?(?:autoFilter|conditionalFormatting|dataValidation)(?=\s)"
    + ATTRIBUTES
    + rb">)"
)
_REFERENCE = re.compile(rb"(\s(?:ref|sqref)" + rb"""\s*=\s*["'])([^"']*)""")
_EXTENDED = re.compile(rb"(<(?:[\w.-]+:)?sqref(?:\s[^<>]*)?>)([^<]*)")  # the x14 ones, in extLst
_DIMENSION = re.compile(rb"(<(?:[\w.-]+:)?dimension\s+ref" + rb"""\s*=\s*["'])([^"']*)""")
_TABLE = re.compile(rb"<((?:[\w.-]+:)?table)(?=\s)(" + ATTRIBUTES + rb")>")
_INNER_FILTER = re.compile(rb"(<(?:[\w.-]+:)?autoFilter(?=\s)" + ATTRIBUTES + rb">)")


def grow_sheet(text: SheetText, old: Range, bottom: int) -> None:
    """Let what ended with the list's last row end with row `bottom`, in the sheet's tail."""
    tail = _FOLLOWERS.sub(lambda tag: _grown_reference(tag[1], old, bottom), text.tail)
    text.tail = _EXTENDED.sub(lambda m: m[1] + _grown(m[2], old, bottom), tail)


def _grown_reference(tag: bytes, old: Range, bottom: int) -> bytes:
    return _REFERENCE.sub(lambda m: m[1] + _grown(m[2], old, bottom), tag, count=1)


def _grown(text: bytes, old: Range, bottom: int) -> bytes:
    """A list of ranges in which those that end with the list reach down to `bottom`."""
    ranges = parse_ranges(text.decode("utf-8", "replace"))
    if len(ranges) != len(text.split()):
        return text
    grown = [
        area._replace(bottom=bottom) if area.bottom == old.bottom and area.meets(old) else area
        for area in ranges
    ]
    return " ".join(map(str, grown)).encode() if grown != ranges else text


def widen_dimension(text: SheetText, area: Range) -> None:
    """Let the sheet's hint of its used range take in `area`."""

    def wider(match: re.Match[bytes]) -> bytes:
        known = parse_range(match[2].decode("utf-8", "replace")) or area
        both = Range(
            min(known.top, area.top),
            min(known.left, area.left),
            max(known.bottom, area.bottom),
            max(known.right, area.right),
        )
        return match[1] + str(both).encode() if both != known else match[0]

    text.head = _DIMENSION.sub(wider, text.head, count=1)


def grow_table(data: bytes, old: Range, bottom: int) -> bytes:
    """A table part that reaches down to `bottom`, its own filter too; it is no longer empty."""
    new = str(old._replace(bottom=bottom)).encode()

    def table(match: re.Match[bytes]) -> bytes:
        attributes = without(match[2], b"insertRow", b"insertRowShift")
        return b"<%s%s>" % (match[1], _REFERENCE.sub(rb"\g<1>" + new, attributes, count=1))

    data = _TABLE.sub(table, data, count=1)
    return _INNER_FILTER.sub(lambda tag: _grown_reference(tag[1], old, bottom), data, count=1)


def grow_filter_name(workbook: bytes, sheet: int, old: Range, bottom: int) -> bytes:
    """The workbook part with the hidden name of sheet number `sheet`'s filter (from 0) grown."""

    def name(match: re.Match[bytes]) -> bytes:
        local = attribute(match[1], b"localSheetId")
        if b"_xlnm._FilterDatabase" not in match[1] or whole_number(local, -1) != sheet:
            return match[0]
        place, mark, cells = match[2].rpartition(b"!")
        area = parse_range(cells.decode("utf-8", "replace"))
        if area is None or area.bottom != old.bottom or not area.meets(old):
            return match[0]
        return match[1] + place + mark + _absolute(area._replace(bottom=bottom))

    pattern = rb"(<(?:[\w.-]+:)?definedName(?=\s)" + ATTRIBUTES + rb">)([^<]*)"
    return re.sub(pattern, name, workbook)


def _absolute(area: Range) -> bytes:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", str(area)).encode()
