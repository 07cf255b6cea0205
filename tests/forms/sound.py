"""What makes Word or Excel offer to repair a file, looked for in the file itself."""

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator

from lxml import etree

CONTENT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind "
    "contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color kern sz szCs u vertAlign lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "trPr": "cantSplit trHeight tblHeader jc",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}
"""The order of properties in ISO 29500; those of trPr may stand in any."""


def faults(document: bytes) -> list[str]:
    """List what is unsound about a .docx or .xlsx; an empty list is a sound one."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        names = package.namelist()
        twice = [f"{name} is there twice" for name, n in Counter(names).items() if n > 1]
        parts = {name: package.read(name) for name in names}
    try:
        trees = {n: etree.fromstring(d) for n, d in parts.items() if n.endswith((".xml", ".rels"))}
    except etree.XMLSyntaxError as error:
        return [*twice, f"bad XML: {error}"]
    return [
        *twice,
        *_types(trees, set(parts)),
        *_relations(trees, set(parts)),
        *_ids(trees),
        *_order(trees),
    ]


def _types(trees: dict[str, etree._Element], names: set[str]) -> Iterator[str]:
    """Every part has a content type, and every type named a part."""
    types = trees["[Content_Types].xml"]
    endings = {e.get("Extension", "").lower() for e in types.iter(f"{CONTENT}Default")}
    named = {str(e.get("PartName"))[1:] for e in types.iter(f"{CONTENT}Override")}
    for name in names - named - {"[Content_Types].xml"}:
        if name.rpartition(".")[2].lower() not in endings:
            yield f"{name} has no content type"
    yield from (f"{name} has a content type but is not there" for name in named - names)


def _relations(trees: dict[str, etree._Element], names: set[str]) -> Iterator[str]:
    """Every relation leads to a part, every part but the roots is led to, every r:id is known."""
    reached = {"[Content_Types].xml"} | {name for name in names if name.endswith(".rels")}
    for name, tree in trees.items():
        if name.endswith(".rels"):
            owner = name.replace("_rels/", "").removesuffix(".rels")
            ids = [str(e.get("Id")) for e in tree.iter(RELATION)]
            if len(ids) != len(set(ids)):
                yield f"{name}: an Id stands twice"
            targets = {_target(owner, e) for e in tree.iter(RELATION) if not e.get("TargetMode")}
            reached |= targets
            yield from (f"{name} leads to {target}" for target in targets - names)
            used = _references(trees[owner]) if owner in trees else set()
            yield from (f"{owner} uses {known}" for known in used - set(ids))
    yield from (f"{name} belongs to nothing" for name in names - reached)


def _target(owner: str, relation: etree._Element) -> str:
    target = str(relation.get("Target"))
    folder = posixpath.dirname(owner)
    return target[1:] if target[0] == "/" else posixpath.normpath(posixpath.join(folder, target))


def _references(tree: etree._Element) -> set[str]:
    return {
        str(value)
        for element in tree.iter()
        for name, value in element.attrib.items()
        if str(name).startswith(REFERENCE)
    }


def _ids(trees: dict[str, etree._Element]) -> Iterator[str]:
    """Drawings and bookmarks of a document have ids of their own."""
    for name, tree in trees.items():
        for tag, key in ((DRAWING, "id"), (f"{W}bookmarkStart", f"{W}id")):
            ids = [element.get(key) for element in tree.iter(tag)]
            if len(ids) != len(set(ids)):
                yield f"{name}: an id stands twice among {tag}"
        for cell in tree.iter(f"{W}tc"):
            if not len(cell) or cell[-1].tag != f"{W}p":
                yield f"{name}: a cell without its last paragraph"


def _order(trees: dict[str, etree._Element]) -> Iterator[str]:
    """Properties stand in the order that the schema says, and every row fills its grid."""
    for name in ("word/document.xml", "word/header1.xml", "word/header2.xml"):
        tree = trees.get(name)
        for kind, order in ORDER.items() if tree is not None else ():
            known = order.split()
            for properties in tree.iter(f"{W}{kind}"):  # type: ignore[union-attr]  # not None here
                found = [etree.QName(child).localname for child in properties]
                ranks = [known.index(child) if child in known else -1 for child in found]
                if -1 in ranks or (kind != "trPr" and ranks != sorted(ranks)):
                    yield f"{name}: {kind} holds {found}"
        for table in tree.iter(f"{W}tbl") if tree is not None else ():
            columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
            if {_width(row) for row in table.findall(f"{W}tr")} != {columns}:
                yield f"{name}: a row does not fill the {columns} columns of its table"


def _width(row: etree._Element) -> int:
    spans = (cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(f"{W}tc"))
    return sum(1 if span is None else int(span.get(f"{W}val") or 0) for span in spans)
