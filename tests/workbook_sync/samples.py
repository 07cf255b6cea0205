"""Small workbooks made from raw XML, so that every oddity can be put in on purpose."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="49"/>'
    '<xf numFmtId="10"/></cellXfs></styleSheet>'
)


def sheet(rows: str, before: str = "", after: str = "", space: str = MAIN, prefix: str = "") -> str:
    """A worksheet part around the given rows."""
    p = f"{prefix}:" if prefix else ""
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    return (
        f'<{p}worksheet {name}="{space}" xmlns:r="{OFFICE}">{before}'
        f"<{p}sheetData>{rows}</{p}sheetData>{after}</{p}worksheet>"
    )


def table(name: str, ref: str, headers: Sequence[str], attributes: str = "") -> str:
    """A table part with its own filter."""
    columns = "".join(
        f'<tableColumn id="{n}" name="{escape(text)}"/>' for n, text in enumerate(headers, start=1)
    )
    return (
        f'<table xmlns="{MAIN}" id="1" name="{name}" displayName="{name}" ref="{ref}" {attributes}>'
        f'<autoFilter ref="{ref}"/><tableColumns count="{len(headers)}">{columns}</tableColumns>'
        "</table>"
    )


def text(ref: str, words: str, style: int = 0) -> str:
    """A cell with inline text."""
    shown = f"<is><t>{escape(words)}</t></is>"
    return f'<c r="{ref}" s="{style}" t="inlineStr">{shown}</c>'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of parts, the same bytes whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(
    sheets: Mapping[str, str],
    strings: Sequence[str] = (),
    *,
    tables: Mapping[str, str] | None = None,
    flags: str = "",
    names: str = "",
    calc: str = "",
    styles: str = STYLES,
    space: str = MAIN,
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook of the given sheet parts; `tables` are table parts by sheet name."""
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in numbered)
    rels = [_rel(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i, _ in numbered]
    rels.append(_rel("s1", "styles", "styles.xml"))
    rels.append(_rel("s2", "sharedStrings", "sharedStrings.xml"))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _rels([_rel("r1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{OFFICE}">{flags}'
        f"<sheets>{listed}</sheets>{names}{calc}</workbook>",
        "xl/_rels/workbook.xml.rels": _rels(rels),
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">'
        + "".join(f"<si>{item}</si>" for item in strings)
        + "</sst>",
    }
    for number, name in numbered:
        parts[f"xl/worksheets/sheet{number}.xml"] = sheets[name]
        if tables and name in tables:
            parts[f"xl/tables/table{number}.xml"] = tables[name]
            hanging = _rels([_rel("t", "table", f"../tables/table{number}.xml")])
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = hanging
    return package(parts | dict(extra or {}))


def _rel(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _rels(entries: Sequence[str]) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(entries)}</Relationships>'


def parts_of(data: bytes) -> dict[str, bytes]:
    """Every part of a workbook, unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


REGISTER_ROWS = (
    '<row r="1">' + text("A1", "SỔ THEO DÕI") + "</row>"
    '<row r="3" ht="30" customHeight="1">'
    + text("A3", "Mã")
    + text("B3", "Nội dung")
    + text("C3", "Hạn")
    + "</row>"
    '<row r="4" spans="1:3" ht="20" customHeight="1">'
    + text("A4", "P-1-K", 2)
    + text("B4", "máy in hỏng")
    + '<c r="C4" s="1"><v>46086</v></c></row>'
    '<row r="5" spans="1:3" hidden="1">'
    + text("A5", "P-2-M", 2)
    + text("B5", "thiếu biểu mẫu")
    + '<c r="C5" s="1"/></row>'
)


def register(
    rows: str = REGISTER_ROWS,
    after: str = "",
    attributes: str = "",
    ref: str = "A3:C5",
    others: Mapping[str, str] | None = None,
    *,
    names: str = "",
    calc: str = "",
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A register of two rows in the table tblPhieu on the sheet Phiếu."""
    return workbook(
        {"Phiếu": sheet(rows, '<dimension ref="A1:C5"/>', after), **(others or {})},
        tables={"Phiếu": table("tblPhieu", ref, ("Mã", "Nội dung", "Hạn"), attributes)},
        names=names,
        calc=calc,
        extra=extra,
    )
