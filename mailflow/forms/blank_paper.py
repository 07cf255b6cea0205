"""Writes pages to be filled in as a Word document: a code, a label and a content control a row.

The code in the first column stays whatever program saves the file; the controls help in Word.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from mailflow.forms.blank_cells import locked_words
from mailflow.forms.boxes import (
    EMPTY,
    HOW,
    OTHER,
    TICKED,
    UNTICKED,
    WRITE,
    WRITE_SHORT,
    Box,
    PageView,
    blank,
    boxes,
    heading_lines,
    mark_of,
    rows_of,
    told_of,
)
from mailflow.forms.returned import parsed
from mailflow.procedure import labels
from mailflow.procedure.fields import TABLES, Column, Type
from mailflow.procedure.people import Roster
from mailflow.procedure.terms import Act

_EPOCH = (1980, 1, 1, 0, 0, 0)  # fixed, so that equal papers are equal bytes
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OPEN, _FAULTY, _SHADED = "FFF9E5", "FFC7CE", "D9E2F3"
_CODE, _LABEL = 680, 3300  # widths in twentieths of a point
_UPRIGHT, _LYING = 9920, 14_850
"""Room on a page that stands, and on one that lies, between its margins."""

_MOST_UPRIGHT = 6
"""Columns of a table, without its number's, from which the pages lie."""
MOST_CHOICES = 200
"""Names in one control's list; a longer one is no help, and would stand in every row."""

_ROOM = 850  # for words: some three lines
_TICK_FONT = "Segoe UI Symbol"


def document(pages: Sequence[PageView], roster: Roster) -> bytes:
    """Give the .docx of pages, one after the other; `roster` is who can be chosen from."""
    wide = any(len(columns) > _MOST_UPRIGHT for view in pages for columns in _tables_of(view))
    room = _LYING if wide else _UPRIGHT
    parts = [_Writer(n, view, roster, room).page() for n, view in enumerate(pages, start=1)]
    body = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'.join(parts)
    return _packed({**_PARTS, "word/document.xml": _framed(body, lying=wide)})


def _tables_of(view: PageView) -> list[tuple[Column, ...]]:
    found = boxes(Act(view["act"]), view["answers"])
    return [TABLES[box.type] for box in found if box.type in TABLES]


class _Writer:
    """Writes one page."""

    def __init__(self, number: int, view: PageView, roster: Roster, room: int) -> None:
        self._number, self._view, self._room = number, view, room
        self._alone = (_CODE, _LABEL, room - _CODE - _LABEL)
        self._ids = count(number * 10_000)
        self._chosen = {
            Type.PERSON: [p.name for p in roster.people],
            Type.UNIT: [u.name for u in roster.units],
        }
        self._chosen[Type.PARTIES] = self._chosen[Type.PERSON] + self._chosen[Type.UNIT]

    def page(self) -> str:
        """Give the page's paragraphs and tables."""
        act = Act(self._view["act"])
        lines = [_paragraph(_run(labels.ACT[act], size=30, bold=True, colour="1F4E79"))]
        lines += [_paragraph(_run(line)) for line in heading_lines(self._view)]
        lines.append(_paragraph(_run(HOW, size=18, italic=True, colour="595959")))
        tables = "".join(self._tables(boxes(act, self._view["answers"])))
        page = "".join(lines) + tables
        mark = str(mark_of(self._view, locked_words(parsed(_framed(page).encode()))))
        return page + _paragraph(_run(f"p{self._number}.{mark}", size=8, colour="A6A6A6"))

    def _tables(self, found: Sequence[Box]) -> Iterator[str]:
        """Give the tables in their order: boxes that follow one another share one."""
        rows: list[str] = []
        for number, box in enumerate(found, start=1):
            if box.type in TABLES:
                yield _table(self._alone, rows)
                rows = []
                yield _table(self._widths(box), list(self._of_table(box, number)))
            else:
                told = self._ticks if box.type is Type.CHOICES else self._single
                rows += told(box, number)
        yield _table(self._alone, rows)

    def _widths(self, box: Box) -> tuple[int, ...]:
        """Share the page's room out to the columns of a table."""
        shares = [column.width for column in TABLES[box.type]]
        room = self._room - _CODE
        return (_CODE, *(int(room * share / sum(shares)) for share in shares))

    def _single(self, box: Box, number: int) -> Iterator[str]:
        label = self._label(box.label, told_of(box), self._fault(box.name))
        height = _ROOM if box.type is Type.TEXT else 0
        code = self._code(box.name, str(number))
        yield self._row(code, box.name, label, self._control(box.name, box), height)

    def _ticks(self, box: Box, number: int) -> Iterator[str]:
        head = self._label(f"{number}. {box.label}", told_of(box), self._fault(box.name))
        yield _row(_cell(self._room, head, span=3, fill=_SHADED))
        for place, option in enumerate(box.options, start=1):
            name = f"{box.name}_{place}"
            told = _run(f"{place}. {option}")
            control = _tick(name, self._view["values"].get(name, ""), next(self._ids))
            yield self._row(self._code(name), name, _paragraph(told), control)
        other = f"{box.name}_{OTHER}"
        told = _paragraph(_run("Khác:", bold=True))
        words = self._control(other, Box(other, box.label, Type.TEXT, ""))
        yield self._row(self._code(other), other, told, words)

    def _of_table(self, box: Box, number: int) -> Iterator[str]:
        columns, widths = TABLES[box.type], self._widths(box)
        head = self._label(f"{number}. {box.label}", told_of(box), self._fault(box.name))
        yield _row(_cell(self._room, head, span=len(widths), fill=_SHADED), header=True)
        size = 18 if len(columns) > _MOST_UPRIGHT else 22
        said = (
            _paragraph(_run(h, bold=True, size=size)) for h in ("TT", *(c.head for c in columns))
        )
        cells = (_cell(width, text) for width, text in zip(widths, said, strict=True))
        yield _row("".join(cells), header=True)
        for row in range(1, rows_of(box, self._view) + 1):
            yield from self._table_row(box, row, size)

    def _table_row(self, box: Box, row: int, size: int) -> Iterator[str]:
        columns, widths = TABLES[box.type], self._widths(box)
        names = [blank(box.name, row, column.key) for column in columns]
        cells = [_cell(_CODE, self._code(f"{box.name}_{row}", str(row)))]
        for name, column, width in zip(names, columns, widths[1:], strict=True):
            box_ = Box(name, column.head, column.type, "")
            control = self._control(name, box_, WRITE_SHORT, size)
            cells.append(_cell(width, _paragraph(control), fill=self._colour(name)))
        yield _row("".join(cells))
        faults = " ".join(dict.fromkeys(filter(None, map(self._fault, names))))
        if faults:
            red = _run(faults, size=18, bold=True, colour="C00000")
            yield _row(_cell(self._room, _paragraph(red), span=len(widths)))

    def _row(self, code: str, name: str, label: str, control: str, height: int = 0) -> str:
        narrow, width, room = self._alone
        return _row(
            _cell(narrow, code)
            + _cell(width, label)
            + _cell(room, _paragraph(control), fill=self._colour(name)),
            height=height,
        )

    def _code(self, name: str, number: str = "") -> str:
        code = f"p{self._number}.{name}"
        shown = _run(number) if number else ""
        return _paragraph(shown) * bool(number) + _paragraph(_run(code, size=8, colour="A6A6A6"))

    def _label(self, label: str, told: str, fault: str) -> str:
        lines = [_run(label, bold=True)]
        if told:
            lines.append(_run(told, size=17, italic=True, colour="595959"))
        if fault:
            lines.append(_run(fault, size=18, bold=True, colour="C00000"))
        return "".join(map(_paragraph, lines))

    def _control(self, name: str, box: Box, empty: str = "", size: int = 22) -> str:
        words = self._view["values"].get(name, "")
        shown = empty or EMPTY.get(box.type, WRITE)
        if len(self._chosen.get(box.type, ())) in range(1, MOST_CHOICES):
            inner = _choices("comboBox", self._chosen[box.type])
        elif box.type is Type.CHOICE:
            inner = _choices("dropDownList", box.options)
        else:
            inner = _DATE if box.type is Type.DATE else '<w:text w:multiLine="1"/>'
        text = _run(words, size=size) if words else _run(shown, size=size, style="Placeholder")
        flag = "" if words else "<w:showingPlcHdr/>"
        return _sdt(name, box.label, next(self._ids), flag + inner, text)

    def _fault(self, name: str) -> str:
        return self._view["faults"].get(name, "")

    def _colour(self, name: str) -> str:
        return _FAULTY if self._fault(name) else _OPEN


_DATE = (
    '<w:date><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="vi-VN"/>'
    '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
)


def _choices(kind: str, options: Sequence[str]) -> str:
    values = map(quoteattr, dict.fromkeys(options))  # Word takes no value twice
    items = "".join(f"<w:listItem w:displayText={v} w:value={v}/>" for v in values)
    return f"<w:{kind}>{items}</w:{kind}>"


def _tick(name: str, words: str, number: int) -> str:
    ticked = bool(words)
    inner = (
        f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/>'
        f'<w14:checkedState w14:val="2612" w14:font="{_TICK_FONT}"/>'
        f'<w14:uncheckedState w14:val="2610" w14:font="{_TICK_FONT}"/></w14:checkbox>'
    )
    shown = _run(TICKED if ticked else UNTICKED, font=_TICK_FONT)
    return _sdt(name, name, number, inner, shown)


def _sdt(tag: str, label: str, number: int, inner: str, content: str) -> str:
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(label)}/><w:tag w:val={quoteattr(tag)}/>"
        f'<w:id w:val="{number}"/><w:lock w:val="sdtLocked"/>{inner}</w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def _run(
    text: str,
    *,
    size: int = 22,
    bold: bool = False,
    italic: bool = False,
    colour: str = "",
    font: str = "",
    style: str = "",
) -> str:
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>' if font else ""
    look += "<w:b/>" * bold + "<w:i/>" * italic
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    lines = text.split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{look}</w:rPr>{said}</w:r>"


def _paragraph(runs: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>{runs}</w:p>'


def _cell(width: int, content: str, *, span: int = 1, fill: str = "") -> str:
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    look += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    look += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def _row(cells: str, *, header: bool = False, height: int = 0) -> str:
    look = "<w:cantSplit/>"
    look += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    look += "<w:tblHeader/>" * header
    return f"<w:tr><w:trPr>{look}</w:trPr>{cells}</w:tr>"


def _table(widths: Sequence[int], rows: Sequence[str]) -> str:
    """Give a bordered table with a hair of room below it; nothing where there are no rows."""
    if not rows:
        return ""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>' for s in sides)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f'{"".join(rows)}</w:tbl><w:p><w:pPr><w:spacing w:line="120" w:lineRule="exact"/></w:pPr>'
        "</w:p>"
    )


def _framed(body: str, *, lying: bool = False) -> str:
    size = 'w:w="16838" w:h="11906" w:orient="landscape"' if lying else 'w:w="11906" w:h="16838"'
    page = (
        f'<w:sectPr><w:pgSz {size}/><w:pgMar w:top="1134" w:right="851" '
        'w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    return f"{_HEAD}<w:document {_SPACES}><w:body>{body}{page}</w:body></w:document>"


def _packed(parts: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, text.encode())
    return target.getvalue()


_PARTS = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "word/styles.xml": (
        f"{_HEAD}<w:styles {_SPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" '
        'w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="22"/>'
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '</w:style><w:style w:type="character" w:styleId="Placeholder">'
        '<w:name w:val="Placeholder Text"/><w:rPr><w:color w:val="8C8C8C"/></w:rPr>'
        "</w:style></w:styles>"
    ),
}
