"""Date styles: adds to styles.xml, by bytes, a variant of a style that shows a date or a time."""

import re
from datetime import date, datetime, time

from workbook_sync.address import whole_number
from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import Package
from workbook_sync.parts import Styles
from workbook_sync.splice import ATTRIBUTES, attribute, without

_FORMATS = {date: b"dd/mm/yyyy", datetime: b"dd/mm/yyyy hh:mm", time: b"hh:mm"}
_ROOT = re.compile(rb"<((?:[\w.-]+:)?)styleSheet(" + ATTRIBUTES + rb")>")
_FIRST_OWN = 164  # number formats below are built in


class StyleBook:
    """The workbook's styles while it is being patched; `data` is None until something is added."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._package, self.part = package, styles.part
        self.dates = set(styles.dates)
        self.data: bytes | None = None
        self._made: dict[tuple[int, type], int] = {}

    def dated(self, style: int, moment: date | datetime | time) -> int:
        """A style like `style` that shows this kind of moment; Refusal when none can be made."""
        key = (style, type(moment))
        if key not in self._made:
            self._made[key] = self._add(style, _FORMATS[type(moment)])
            self.dates.add(self._made[key])
        return self._made[key]

    def _add(self, style: int, code: bytes) -> int:
        if self.part is None:
            raise Refusal(Reason.BAD_VALUE, detail="no style part: a date would show as a number")
        data = self.data if self.data is not None else self._package.read(self.part)
        root = _ROOT.search(data)
        if root is None or b"<!" in data or b"\0" in data[:4]:
            raise Refusal(Reason.UNUSUAL_XML, detail=self.part)
        data, number = _with_format(data, root[1], code)
        self.data, made = _with_xf(data, root[1], style, number)
        return made


def _with_format(data: bytes, prefix: bytes, code: bytes) -> tuple[bytes, bytes]:
    """The styles with a number format of this code, and its number."""
    formats = re.compile(rb"<" + prefix + rb"numFmt(?=\s)(" + ATTRIBUTES + rb")>")
    used = [_FIRST_OWN - 1]
    for match in formats.finditer(data):
        number = attribute(match[1], b"numFmtId") or b""
        if attribute(match[1], b"formatCode") == code:
            return data, number
        used.append(whole_number(number))
    number = b"%d" % (max(used) + 1)
    entry = b'<%snumFmt numFmtId="%s" formatCode="%s"/>' % (prefix, number, code)
    group = re.search(rb"<" + prefix + rb"numFmts(?=[\s/>])(" + ATTRIBUTES + rb")>", data)
    if group is not None and not group[1].endswith(b"/"):
        start = _counted(prefix + b"numFmts", group[1], len(used))
        return data[: group.start()] + start + entry + data[group.end() :], number
    root = _ROOT.search(data)
    place = root.end() if root else 0
    entry = b'<%snumFmts count="1">%s</%snumFmts>' % (prefix, entry, prefix)
    rest = data[group.end() :] if group else data[place:]
    return data[:place] + entry + rest, number


def _counted(name: bytes, attributes: bytes, count: int) -> bytes:
    """A group's start tag with its count renewed."""
    return b'<%s count="%d"%s>' % (name, count, without(attributes, b"count"))


def _with_xf(data: bytes, prefix: bytes, style: int, number: bytes) -> tuple[bytes, int]:
    """The styles with a copy of cell format `style` that uses the number format, and its id."""
    group = re.compile(
        rb"<%scellXfs(?=[\s>])(%s)>(.*?)</%scellXfs>" % (prefix, ATTRIBUTES, prefix), re.DOTALL
    ).search(data)
    if group is None:
        raise Refusal(Reason.UNUSUAL_XML, detail="no cell formats")
    one = re.compile(rb"<%sxf(?=[\s/>])(%s)>" % (prefix, ATTRIBUTES))
    closing = b"</%sxf>" % prefix
    formats = []
    for match in one.finditer(group[2]):
        inner = b""
        if not match[1].endswith(b"/"):
            inner = group[2][match.end() : group[2].find(closing, match.end())]
        formats.append((match[1], inner))
    attributes, inner = formats[style] if style < len(formats) else formats[0]
    kept = without(attributes, b"numFmtId", b"applyNumberFormat")
    copy = b'<%sxf numFmtId="%s" applyNumberFormat="1"%s>%s%s' % (
        prefix,
        number,
        kept,
        inner,
        closing,
    )
    start = _counted(prefix + b"cellXfs", group[1], len(formats) + 1)
    whole = start + group[2] + copy + b"</%scellXfs>" % prefix
    return data[: group.start()] + whole + data[group.end() :], len(formats)
