"""Custom document properties set in an existing workbook; the part is made when there is none."""

from collections.abc import Mapping
from datetime import datetime

from lxml import etree

from workbook_sync.address import whole_number
from workbook_sync.package import Package, parse_xml
from workbook_sync.parts import CUSTOM, RELS, TYPES, PropertyValue

_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_NAMESPACE = f"{_OFFICE}/custom-properties"
_VT = f"{_OFFICE}/docPropsVTypes"
_NEW = f'<Properties xmlns="{_NAMESPACE}" xmlns:vt="{_VT}"/>'
_REL_TYPE = f"{_OFFICE}/relationships/custom-properties"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"


def set_properties(package: Package, values: Mapping[str, PropertyValue]) -> dict[str, bytes]:
    """The parts that change when these custom properties are set; others of the file stay."""
    if not values:
        return {}
    part = package.name_of(CUSTOM)
    if part is None:
        root = parse_xml(_NEW.encode(), CUSTOM)
        changed = _announced(package)
    else:
        root = parse_xml(package.read(part), part)
        changed = {}
    for name, value in values.items():
        _set(root, name, value)
    return {part or CUSTOM: _bytes(root), **changed}


def _set(root: etree._Element, name: str, value: PropertyValue) -> None:
    space = etree.QName(root).namespace or _NAMESPACE
    own = [p for p in root if p.get("name") == name]
    pids = [whole_number(p.get("pid")) for p in root]
    element = own[0] if own else etree.SubElement(root, f"{{{space}}}property")
    if not own:
        element.set("fmtid", _FMTID)
        element.set("pid", str(max([1, *pids]) + 1))
        element.set("name", name)
    old = next((etree.QName(child).namespace for child in element), None)
    for child in list(element):
        element.remove(child)
    kind, text = _variant(value)
    etree.SubElement(element, f"{{{old or _VT}}}{kind}").text = text


def _variant(value: PropertyValue) -> tuple[str, str]:
    """The `vt:` type and text of a value."""
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    if isinstance(value, int):
        return ("i4" if abs(value) < 2**31 else "i8"), str(value)
    if isinstance(value, float):
        return "r8", repr(value)
    if isinstance(value, datetime):
        return "filetime", value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return "lpwstr", value


def _announced(package: Package) -> dict[str, bytes]:
    """Content types and package relationships that know the new part."""
    types, rels = package.xml(TYPES), package.xml(RELS)
    space = etree.QName(types).namespace
    etree.SubElement(
        types, f"{{{space}}}Override", PartName=f"/{CUSTOM}", ContentType=_CONTENT_TYPE
    )
    ids = {rel.get("Id") for rel in rels}
    free = next(f"rIdCustom{n}" for n in range(1, len(ids) + 2) if f"rIdCustom{n}" not in ids)
    etree.SubElement(
        rels,
        f"{{{etree.QName(rels).namespace}}}Relationship",
        Id=free,
        Type=_REL_TYPE,
        Target=CUSTOM,
    )
    return {
        package.name_of(TYPES) or TYPES: _bytes(types),
        package.name_of(RELS) or RELS: _bytes(rels),
    }


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
