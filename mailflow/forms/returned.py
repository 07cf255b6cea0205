"""The hidden mark of every form we send, and what a file that carries it says when it comes back.

The mark is a custom document property `mailflow_form` (docProps/custom.xml): the request's code,
how many entries its journal had, and a hash of the words as they were sent. It proves nothing and
names no person: whoever sends a form back is known by the letter alone.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from mailflow.procedure.folding import nfc

PROPERTY = "mailflow_form"
MOST_READ = 20_000_000
"""Bytes of one part of a returned file; more is not read."""

MOST_PARTS = 2_000

_EPOCH = (1980, 1, 1, 0, 0, 0)  # fixed, so that equal forms are equal bytes
_PART = "docProps/custom.xml"
_BODY = "word/document.xml"
_SAYING = (_BODY, "word/comments.xml", "word/footnotes.xml", "word/endnotes.xml")
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # ECMA-376 22.3.2.1, user-defined
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip",
    "{urn:schemas-microsoft-com:vml}imagedata",
    "{urn:schemas-microsoft-com:office:office}OLEObject",
)
_MARK = re.compile(r"1/([A-Z]{2,8}-\d{4}-\d{4,6}-[A-Z])/(\d{1,6})/([0-9a-f]{64})")
BROKEN = (
    zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, EOFError, NotImplementedError,
    RuntimeError, ValueError, OSError,
)  # fmt: skip
"""What zipfile and lxml raise on bytes that are no sound package."""


@dataclass(frozen=True)
class Returned:
    """A form of ours that came back: `entries` the request had when it was sent.

    `changed` is False where it says word for word what was sent, without a comment or picture more,
    whoever saved it again; of a workbook it is always True.
    """

    code: str
    entries: int
    changed: bool


def stamp(document: bytes, code: str, entries: int) -> bytes:
    """Write the mark into a .docx of our own making; other custom properties stay.

    Raises KeyError, LxmlError or BadZipFile when it is no Word document.
    """
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    mark = f"1/{code}/{entries}/{_hash(parts)}"
    parts[_PART] = _with_mark(parts.get(_PART), mark)
    parts[_TYPES] = _with_type(parts[_TYPES])
    parts[_RELATIONS] = _with_relation(parts[_RELATIONS])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, data)
    return target.getvalue()


def read(document: bytes) -> Returned | None:
    """Tell which form of ours a .docx or .xlsx is; None when it is none, or is no sound file.

    The file is hostile until proven otherwise: parts are counted and measured before they are
    unpacked, and their XML is read without entities.
    """
    if document.count(b"PK\x01\x02") > MOST_PARTS:  # counted first: each becomes an object
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as package:
            return _read(package)
    except BROKEN:
        return None


def _read(package: zipfile.ZipFile) -> Returned | None:
    names = package.namelist()
    if _PART not in names:
        return None
    marks = (_MARK.fullmatch(text) for text in _marked(unpacked(package, _PART)))
    mark = next(marks, None)
    if mark is None:
        return None
    code, entries, words = mark.groups()
    said = {name: unpacked(package, name) for name in _SAYING if name in names}
    changed = _BODY not in said or _hash(said) != words
    return Returned(code, int(entries), changed)


def unpacked(package: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part. Raises ValueError, or one of `BROKEN`, when it is too large or unsound."""
    if package.getinfo(name).file_size > MOST_READ:
        raise ValueError(f"{name} is too large")
    return package.read(name)


def parsed(xml: bytes) -> etree._Element:
    """Parse XML without entities or network. Raises ValueError for a DOCTYPE, LxmlError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml, parser)
    if b"<!DOCTYPE" in xml or root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("declares a DOCTYPE")
    return root


def _hash(parts: Mapping[str, bytes]) -> str:
    """Hash what a document says: its words and how many pictures; saving it again changes neither.

    Raises KeyError when it has no body.
    """
    trees = [parsed(parts[name]) for name in _SAYING if name in parts or name == _BODY]
    text = "".join(element.text or "" for tree in trees for element in tree.iter(_WORDS))
    pictures = sum(1 for tree in trees for _ in tree.iter(*_PICTURES))
    said = f"{pictures}:{''.join(nfc(text).split())}"
    return hashlib.sha256(said.encode()).hexdigest()


def _marked(custom: bytes) -> list[str]:
    found = parsed(custom).findall(f"{{{_CUSTOM}}}property[@name='{PROPERTY}']")
    return ["".join(str(text) for text in element.itertext()).strip() for element in found]


def _with_mark(custom: bytes | None, mark: str) -> bytes:
    if custom is None:
        root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap={"vt": _VALUES})
    else:
        root = parsed(custom)
    for element in root.findall(f"{{{_CUSTOM}}}property[@name='{PROPERTY}']"):
        root.remove(element)
    pids = (str(element.get("pid", "")) for element in root)
    taken = [int(pid) for pid in pids if pid.isdecimal()]
    told = {"fmtid": _FORMAT_ID, "pid": str(max(taken, default=1) + 1), "name": PROPERTY}
    entry = etree.SubElement(root, f"{{{_CUSTOM}}}property", told)
    etree.SubElement(entry, f"{{{_VALUES}}}lpwstr").text = mark
    return _written(root)


def _with_type(types: bytes) -> bytes:
    root = parsed(types)
    space = f"{{{_PACKAGE}/content-types}}"
    if root.find(f"{space}Override[@PartName='/{_PART}']") is None:
        told = {"PartName": f"/{_PART}", "ContentType": _TYPE}
        etree.SubElement(root, f"{space}Override", told)
    return _written(root)


def _with_relation(relations: bytes) -> bytes:
    root = parsed(relations)
    space = f"{{{_PACKAGE}/relationships}}"
    if root.find(f"{space}Relationship[@Type='{_RELATION}']") is None:
        told = {"Id": "rIdMailflowForm", "Type": _RELATION, "Target": _PART}
        etree.SubElement(root, f"{space}Relationship", told)
    return _written(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
