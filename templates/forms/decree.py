"""Typesetting by Decree 30/2020/NĐ-CP, appendix I, as builders: each writes one of its blocks.

Sizes are points, lengths millimetres. Rules are borders of empty paragraphs, never underscores.
"""

from collections.abc import Sequence

from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from .paper import FONT, page, paragraph, row, run, shade, table, thin

TEXT, HEAD, TABLE, DENSE = 13, 14, 12, 9
"""Body; type and subject; cells of a table; cells of the wide tables of appendix 3."""

WIDTH = 165  # mm between the margins of a page that stands: 210 - 30 - 15
WIDE = 252  # mm between the margins of a page that lies: 297 - 30 - 15
FIRST_LINE = 12.7
MOTTO = 56  # mm that "Độc lập - Tự do - Hạnh phúc" takes in bold 13 point Times New Roman
LEFT = 72 / WIDTH  # of the width goes to the agency's names, the rest to the country's

Column = tuple[str, str, float]
"""Head, name in the item (none: left blank, to write on), width in mm."""


# --- the page -------------------------------------------------------------------------------------


def a4(paper: Paper, *, lying: bool = False) -> None:
    """Set the page, and its number from the second page on, centred in the top margin."""
    page(paper, left=30, upright=20)
    section = paper.sections[0]
    if lying:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.style = paper.styles["Normal"]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "/>')
    line._element.append(field)
    run(line, "2", TEXT)
    field.append(line.runs[-1]._element)


def width_of(paper: Paper) -> float:
    """Give the width between the margins."""
    return WIDE if paper.sections[0].orientation == WD_ORIENT.LANDSCAPE else WIDTH


def bare(paper: Paper, widths: Sequence[float]) -> Table:
    """Add a table without borders and without room beside its texts, by which blocks stand."""
    grid: Table = paper.add_table(rows=0, cols=len(widths))
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    zero = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    for layout in grid._tbl.tblPr.findall(qn("w:tblLayout")):
        layout.addnext(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{zero}</w:tblCellMar>"))
    return grid


def stroke(line: Paragraph, width: float, length: float) -> None:
    """Make an empty paragraph a rule of some length in the middle of a width."""
    border = '<w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/>'
    line._element.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>"))
    line.paragraph_format.left_indent = Mm((width - length) / 2)
    line.paragraph_format.right_indent = Mm((width - length) / 2)
    line.paragraph_format.space_before = Pt(4)
    thin(line)


# --- the head -------------------------------------------------------------------------------------


def header_block(paper: Paper, *, number: bool = True, place: bool = True) -> None:
    """Write the agency's names left, the country's right; number and place-date on one row.

    The number is the registry's: it is left blank.
    """
    width = width_of(paper)
    left, right = width * LEFT, width * (1 - LEFT)
    grid = bare(paper, [left, right])
    names, country = row(grid, (1, []), (1, [])).cells
    _names(names, left)
    _country(country, right)
    if number or place:
        cells = row(grid, (1, []), (1, [])).cells
        if number:
            run(_centred(cells[0]), "Số:        /{{ symbol }}", TEXT)
        if place:
            run(_centred(cells[1]), "{{ place_date }}", TEXT, italic=True)


def _names(cell: _Cell, width: float) -> None:
    run(paragraph(cell), "{%p if parent %}")
    run(_centred(cell), "{{ parent }}", TABLE, caps=True)
    run(paragraph(cell), "{%p endif %}")
    run(_centred(cell), "{{ agency }}", TABLE, caps=True, bold=True)
    stroke(cell.add_paragraph(), width, 24)


def _country(cell: _Cell, width: float) -> None:
    run(_centred(cell), "Cộng hòa xã hội chủ nghĩa Việt Nam", TABLE, caps=True, bold=True)
    run(_centred(cell), "Độc lập - Tự do - Hạnh phúc", TEXT, bold=True)
    stroke(cell.add_paragraph(), width, MOTTO)


def _centred(cell: _Cell) -> Paragraph:
    line = paragraph(cell)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return line


def title(paper: Paper, kind: str, subject: str) -> None:
    """Write the type's name in capitals and the subject below it, with its rule."""
    for text, caps in ((kind, True), (subject, False)):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(12 if caps else 0)
        line.paragraph_format.keep_with_next = True
        run(line, text, HEAD, bold=True, caps=caps)
    stroke(paper.add_paragraph(), width_of(paper), 50)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


# --- the body -------------------------------------------------------------------------------------


def body(paper: Paper, text: str, *, keep: bool = False, **look: bool) -> Paragraph:
    """Write a paragraph of the body: justified, its first line set in, 6 points after it."""
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    line.paragraph_format.first_line_indent = Mm(FIRST_LINE)
    line.paragraph_format.space_after = Pt(6)
    line.paragraph_format.keep_with_next = keep or None
    run(line, text, TEXT, FONT, **look)
    return line


def head(paper: Paper, text: str) -> None:
    """Write the head of a part; it stays with what follows."""
    body(paper, text, keep=True, bold=True)


def bases(paper: Paper) -> None:
    """Write the `bases` in italics, each ending in a semicolon, the last in a full stop."""
    each(paper, "bases", "{{ item }}{% if loop.last %}.{% else %};{% endif %}", italic=True)


def each(paper: Paper, name: str, text: str = "{{ item }}", **look: bool) -> None:
    """Write a paragraph for each item of a list."""
    tag(paper, f"for item in {name}")
    body(paper, text, **look)
    tag(paper, "endfor")


def tag(paper: Paper, words: str) -> None:
    """Write a paragraph that only steers the template and goes with it."""
    run(paper.add_paragraph(), f"{{%p {words} %}}")


def either(paper: Paper, name: str) -> None:
    """Say "Không có." where a list is empty; `endif` follows what shows the list."""
    tag(paper, f"if not {name}")
    body(paper, "Không có.")
    tag(paper, "else")


def closing(paper: Paper, text: str = "{{ closing }}") -> None:
    """Write the last sentence with its "./."; it stays with the signatures."""
    body(paper, f"{text}./.", keep=True)


def listing(paper: Paper, name: str, columns: Sequence[Column], size: float = TABLE) -> None:
    """Write a table with a row for each item of a list; its head is repeated on every page."""
    grid = table(paper, [width for _, _, width in columns], air=30)
    paper.paragraphs[-1].paragraph_format.keep_with_next = True  # the hair above the table
    heads = row(grid, *((1, []) for _ in columns))
    for cell, (text, _, _) in zip(heads.cells, columns, strict=True):
        run(_centred(cell), text, size, bold=True)
    shade(heads, "F2F2F2")
    for steer in (f"tr for item in {name}", None, "tr endfor"):
        if steer:
            cell = row(grid, (len(columns), [])).cells[0]
            run(paragraph(cell), f"{{%{steer} %}}")
            continue
        cells = row(grid, *((1, []) for _ in columns)).cells
        for cell, (_, field, width) in zip(cells, columns, strict=True):
            line = paragraph(cell)
            if width <= 16:
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run(line, f"{{{{ item.{field} }}}}" if field else "", size)
    paper.add_paragraph().paragraph_format.line_spacing = Pt(6)


def bars(paper: Paper, name: str) -> None:
    """Draw a chart: a row for each item with its `label`, a bar for its `share`, its `value`."""
    grid = bare(paper, [60, 72, 33])
    run(paragraph(row(grid, (3, [])).cells[0]), f"{{%tr for bar in {name} %}}")
    label, picture, value = row(grid, (1, []), (1, []), (1, [])).cells
    for cell, text in (
        (label, "{{ bar.label }}"),
        (picture, "{{ bar.share | bar }}"),
        (value, "{{ bar.value }}"),
    ):
        line = paragraph(cell)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.left_indent = Mm(2)
        run(line, text, TABLE)
    run(paragraph(row(grid, (3, [])).cells[0]), "{%tr endfor %}")
    line = paper.add_paragraph()
    thin(line)
    line.paragraph_format.space_after = Pt(6)


# --- the end --------------------------------------------------------------------------------------


def signatures(paper: Paper, *signers: str) -> None:
    """Write the signers side by side, each from `lines` (authority, title) and `name`; kept whole.

    The room between title and name is for the signature and the seal.
    """
    _above(paper)
    grid = bare(paper, [width_of(paper) / len(signers)] * len(signers))
    titles = row(grid, *((1, []) for _ in signers)).cells
    names = row(grid, *((1, []) for _ in signers)).cells
    for title, cell, signer in zip(titles, names, signers, strict=True):
        _title(title, signer)
        _name(cell, signer)


def recipients_and_signer(paper: Paper, signer: str = "signer") -> None:
    """Write Nơi nhận left and the signer right, in one row that no page break parts."""
    _above(paper)
    width = width_of(paper)
    grid = bare(paper, [width * 0.47, width * 0.53])
    left, right = row(grid, (1, []), (1, [])).cells
    _recipients(left)
    _title(right, signer)
    _name(right, signer)


def recipients(paper: Paper) -> None:
    """Write Nơi nhận alone, below signatures that take the whole width; kept with them."""
    _above(paper)
    grid = bare(paper, [width_of(paper)])
    _recipients(row(grid, (1, [])).cells[0])


def _above(paper: Paper) -> None:
    """Leave some room above a block, and keep it with what stands before."""
    line = paper.add_paragraph()
    thin(line)
    line.paragraph_format.space_after = Pt(6)
    line.paragraph_format.keep_with_next = True


def _recipients(cell: _Cell) -> None:
    run(_kept(cell), "Nơi nhận:", TABLE, bold=True, italic=True)
    run(_kept(cell), "{%p for item in recipients %}")
    run(_kept(cell), "- {{ item }}{% if loop.last %}.{% else %};{% endif %}", 11)
    run(_kept(cell), "{%p endfor %}")


def _title(cell: _Cell, signer: str) -> None:
    run(_kept(cell), f"{{%p for line in {signer}.lines %}}")
    line = _kept(cell)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(line, "{{ line }}", TEXT, bold=True, caps=True)
    run(_kept(cell), "{%p endfor %}")


def _name(cell: _Cell, signer: str) -> None:
    for _ in range(4):
        cell.add_paragraph().paragraph_format.keep_with_next = True
    last = _kept(cell)
    last.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(last, f"{{{{ {signer}.name }}}}", TEXT, bold=True)


def _kept(cell: _Cell) -> Paragraph:
    line = paragraph(cell)
    line.paragraph_format.keep_with_next = True
    return line
