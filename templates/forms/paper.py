"""What our Word templates are made of: lines, ticks, boxes and tables, each written by a name.

A template prints what its view gives under that name; `{%p %}` and `{%tr %}` take away the
paragraph or the row they stand in.
"""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT, TICK_FONT = "Times New Roman", "Segoe UI Symbol"
BODY, SMALL, PROOF = 11, 10, 9
WIDTH = 175  # mm between the margins of a form: 210 - 20 - 15
GRID = 12
GREY = RGBColor(0x59, 0x59, 0x59)
BUILT = datetime(2026, 1, 1, tzinfo=UTC)

SIGN_HERE = "(ngày, ký, ghi rõ họ tên)"

Fill = Callable[[_Cell], None]


# --- words ----------------------------------------------------------------------------------------


def run(line: Paragraph, text: str, size: float = BODY, font: str = FONT, **look: bool) -> None:
    """Add a run of text; look: bold, italic, caps, grey."""
    piece = line.add_run(text)
    if size != BODY:
        piece.font.size = Pt(size)
    if font != FONT:
        piece.font.name = font
        fonts = piece._element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:eastAsia", "w:cs"):
            fonts.set(qn(script), font)
    piece.bold, piece.italic = look.get("bold"), look.get("italic")
    piece.font.all_caps = look.get("caps")
    if look.get("grey"):
        piece.font.color.rgb = GREY


def paragraph(cell: _Cell) -> Paragraph:
    """Give the cell's first paragraph while it is empty, else one more."""
    first: Paragraph = cell.paragraphs[0]
    return first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()


def answer(label: str, name: str) -> Fill:
    """Write a bold label and a value after it."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        run(line, f"{label}: ", bold=True)
        run(line, f"{{{{ {name} }}}}")

    return fill


def heading(label: str, hint: str = "") -> Fill:
    """Write a bold label with a hint in grey."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        run(line, label, bold=True)
        if hint:
            run(line, f" {hint}", PROOF, italic=True, grey=True)

    return fill


def value(name: str) -> Fill:
    """Write a value in a paragraph of its own."""
    return lambda cell: run(paragraph(cell), f"{{{{ {name} }}}}")


def optional(name: str) -> Fill:
    """Write a value in a paragraph of its own, none while it is empty."""

    def fill(cell: _Cell) -> None:
        run(paragraph(cell), f"{{%p if {name} %}}")
        run(paragraph(cell), f"{{{{ {name} }}}}")
        run(paragraph(cell), "{%p endif %}")

    return fill


def by_hand(label: str) -> Fill:
    """Write a box that only people tick, on paper or in Word."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        run(line, "☐", SMALL, TICK_FONT)
        run(line, f" {label}", SMALL)

    return fill


def lines(name: str) -> Fill:
    """Write a list of lines, one paragraph each, in small type."""

    def fill(cell: _Cell) -> None:
        run(paragraph(cell), f"{{%p for line in {name} %}}")
        run(paragraph(cell), "{{ line }}", SMALL)
        run(paragraph(cell), "{%p endfor %}")

    return fill


def ticks(name: str) -> Fill:
    """Write boxes to tick under each other."""

    def fill(cell: _Cell) -> None:
        run(paragraph(cell), f"{{%p for tick in {name} %}}")
        line = cell.add_paragraph()
        line.paragraph_format.left_indent = Mm(4.5)
        line.paragraph_format.first_line_indent = Mm(-4.5)
        run(line, "{{ tick.mark }}", SMALL, TICK_FONT)
        run(line, " {{ tick.label }}", SMALL)
        run(paragraph(cell), "{%p endfor %}")

    return fill


def ticks_in_line(label: str, name: str, note: tuple[str, str] | None = None) -> Fill:
    """Write a bold label and boxes to tick after it, then a note given as (label, name)."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        run(line, f"{label}: ", bold=True)
        run(line, f"{{% for tick in {name} %}}")
        run(line, "{{ tick.mark }}", SMALL, TICK_FONT)
        run(line, "\u00a0{{ tick.label }}{% if not loop.last %}    {% endif %}")
        run(line, "{% endfor %}")
        if note:
            run(line, f"    {note[0]}: ", bold=True)
            run(line, f"{{{{ {note[1]} }}}}")

    return fill


def said(label: str, name: str, *, role: bool = False) -> Fill:
    """Write who stands behind it, where the paper had a signature; blank paper keeps its room."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        run(line, f"{label}: ", bold=True)
        run(line, f"{{{{ {name}.who }}}}")
        if role:
            run(line, f"{{% if {name}.role %}} – {{{{ {name}.role }}}}{{% endif %}}")
        proof = f"{{% if {name}.who %}}. {{{{ {name}.proof }}}}{{% else %}}{SIGN_HERE}{{% endif %}}"
        run(line, proof, PROOF, italic=True, grey=True)
        room(f"{name}.who")(cell)

    return fill


def room(name: str) -> Fill:
    """Leave a line to write on by hand while a value is empty."""

    def fill(cell: _Cell) -> None:
        run(paragraph(cell), f"{{%p if not {name} %}}")
        cell.add_paragraph()
        run(cell.add_paragraph(), "{%p endif %}")

    return fill


# --- tables ---------------------------------------------------------------------------------------


def table(paper: Paper, widths: Sequence[float], air: int = 10) -> Table:
    """Add a bordered table of fixed column widths (mm), a hair below what stands before.

    `air` is the room above and below a cell's words, in twentieths of a point.
    """
    thin(paper.add_paragraph())
    grid: Table = paper.add_table(rows=0, cols=len(widths))
    grid.style = "Table Grid"
    grid.autofit = False
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    margins = "".join(
        f'<w:{side} w:w="{twips}" w:type="dxa"/>'
        for side, twips in (("top", air), ("left", 70), ("bottom", air), ("right", 70))
    )
    for layout in grid._tbl.tblPr.findall(qn("w:tblLayout")):
        layout.addnext(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))
    return grid


def thin(line: Paragraph) -> None:
    """Make an empty paragraph as low as a hair; Word wants one between two tables."""
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = Pt(3)


def row(grid: Table, *cells: tuple[int, Sequence[Fill]], height: float = 0) -> _Row:
    """Add a row of cells given as (columns spanned, what to write); height in mm is the least.

    A row stays on one page; one taller than a page is broken all the same, and nothing is lost.
    """
    new: _Row = grid.add_row()  # type: ignore[no-untyped-call]  # python-docx leaves it untyped
    new._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if height:
        new.height, new.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    start = 0
    for span, fills in cells:
        cell = new.cells[start].merge(new.cells[start + span - 1])
        for fill in fills:
            fill(cell)
        start += span
    return new


def shade(new: _Row, colour: str) -> None:
    """Colour a row and repeat it on every page the table reaches."""
    for cell in new.cells:
        properties = cell._tc.get_or_add_tcPr()
        if properties.find(qn("w:shd")) is None:
            shading = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>'
            properties.append(parse_xml(shading))
        for line in cell.paragraphs:
            line.paragraph_format.keep_with_next = True
    new._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def box(paper: Paper, title: str) -> Table:
    """Start a box with its grey heading."""
    grid = table(paper, [WIDTH / GRID] * GRID)
    shade(row(grid, (GRID, [heading(title.upper())])), "D9D9D9")
    return grid


def when(grid: Table, condition: str, fills: Sequence[Fill]) -> None:
    """Add a row over the whole width, printed only when a condition of the template holds."""
    row(grid, (GRID, [heading(f"{{%tr if {condition} %}}")]))
    row(grid, (GRID, fills))
    row(grid, (GRID, [heading("{%tr endif %}")]))


def earlier(grid: Table, name: str) -> None:
    """Add the row of acts that are no longer current, printed once there are any."""
    when(grid, name, [heading("Các lần trước và diễn biến khác:"), lines(name)])


def listing(
    paper: Paper,
    title: str,
    name: str,
    columns: Sequence[tuple[str, str, float]],
    foot: Sequence[Fill] = (),
) -> None:
    """Add a table with one row for each item; columns are (head, name in the item, width in mm)."""
    grid = table(paper, [width for _, _, width in columns])
    shade(row(grid, (len(columns), [heading(title)])), "F2F2F2")
    shade(row(grid, *((1, [column_head(head)]) for head, _, _ in columns)), "F2F2F2")
    row(grid, (len(columns), [heading(f"{{%tr for item in {name} %}}")]))
    cells = [(1, [item(field, width)]) for _, field, width in columns]
    row(grid, *cells, height=5)
    row(grid, (len(columns), [heading("{%tr endfor %}")]))
    if foot:
        row(grid, (len(columns), foot))


def column_head(text: str) -> Fill:
    """Write the head of a column."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run(line, text, SMALL, bold=True)

    return fill


def item(name: str, width: float) -> Fill:
    """Write one value of a row; narrow columns are centred."""

    def fill(cell: _Cell) -> None:
        line = paragraph(cell)
        if width <= 22:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run(line, f"{{{{ item.{name} }}}}", SMALL)

    return fill


def sign(grid: Table, label: str, name: str, *, role: bool = False) -> None:
    """Add a row that says who stands behind the rows above it."""
    row(grid, (GRID, [said(label, name, role=role)]))


def choice(grid: Table, label: str, hint: str, name: str, left: int) -> None:
    """Add a row of boxes to tick in two columns, the first `left` of them left."""
    columns = (5, [ticks(f"{name}[:{left}]")]), (5, [ticks(f"{name}[{left}:]")])
    row(grid, (2, [heading(label, hint)]), *columns)


def page_number(line: Paragraph, label: str, size: float = BODY) -> None:
    """Write page and number of pages as fields that Word counts."""
    run(line, label, size)
    for number, code in enumerate(("PAGE", "NUMPAGES")):
        if number:
            run(line, "/", size)
        field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {code} "/>')
        line._element.append(field)
        run(line, "1", size)
        field.append(line.runs[-1]._element)


def centred(cell: _Cell) -> Paragraph:
    """Add a centred paragraph to a cell."""
    line = paragraph(cell)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return line


def rule(cell: _Cell) -> None:
    """Draw the short rule under the agency's name as a paragraph's border."""
    line = cell.add_paragraph()
    border = '<w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/>'
    line._element.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>"))
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(36)
    line.paragraph_format.space_before = Pt(4)
    thin(line)


def page(paper: Paper, *, left: float = 20, upright: float = 15) -> None:
    """Set A4 upright, the margins (mm; `upright` is top and bottom), font, and the language.

    A form is filled, not written: it leaves 20 mm to bind it; papers take those of the decree.
    """
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(left), Mm(15)
    section.top_margin = section.bottom_margin = Mm(upright)
    section.header_distance = section.footer_distance = Mm(upright / 2)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1
    properties = normal.element.get_or_add_rPr()
    for script in ("w:eastAsia", "w:cs"):
        properties.get_or_add_rFonts().set(qn(script), FONT)
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="vi-VN" w:eastAsia="vi-VN"/>'))
    mode = "w:compat/w:compatSetting[@w:name='compatibilityMode']"
    for setting in paper.settings.element.xpath(mode):
        setting.set(qn("w:val"), "15")  # Word opens it as its own, not in compatibility mode


def packed(paper: Paper, subject: str) -> bytes:
    """Give the document's bytes, with fixed times so that equal documents are equal bytes."""
    about = paper.core_properties
    about.title, about.author, about.comments = subject, "", ""
    about.created = about.modified = BUILT
    raw, target = io.BytesIO(), io.BytesIO()
    paper.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return target.getvalue()
