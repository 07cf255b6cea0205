"""Adds a sheet of a workbook we made to one that people edit; every other part stays as it was."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from workbook_sync.address import column_letters, whole_number
from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import Package, parse_xml, rewrite
from workbook_sync.parts import TYPES, Book, SheetPart, open_book
from workbook_sync.proof import prove_parts
from workbook_sync.read import Workbook, read
from workbook_sync.values import Value

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATED = f'<Relationships xmlns="{_PACKAGE}"/>'.encode()
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_GROUPS = ("fonts", "fills", "borders")
_LONGEST_LIST = 255
"""Characters that Excel takes as a dropdown's own list."""

_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_BEFORE_DXFS = ("numFmts", *_GROUPS, "cellStyleXfs", "cellXfs", "cellStyles")


def graft(target: bytes, source: bytes, name: str) -> bytes:
    """The workbook `target` with the sheet `name` of `source` as its last one, with its table.

    Formats are added to those there are. A dropdown whose list stands on another sheet takes that
    list from the sheet of the same name in `target`, by the list's first cell; where there is no
    such list its words go into the dropdown itself, and where they do not fit it is left out.
    Raises Refusal where that cannot be done or proven; nothing of the result may be used then.
    """
    old, new = open_book(target), open_book(source)
    if any(part.casefold().startswith("_xmlsignatures/") for part in old.package.names):
        raise Refusal(Reason.SIGNED)
    if name.casefold() in {sheet.name.casefold() for sheet in old.sheets}:
        raise Refusal(Reason.SHEET_THERE, name)
    changed = _Graft(old, new, new.sheet(name), _lists(target, source)).parts()
    data = rewrite(old.package, changed)
    _prove(target, source, data, name, frozenset(changed))
    return data


def _lists(target: bytes, source: bytes) -> dict[str, str]:
    """By ranges of lists in the source: those of the same lists in the target, or their words."""
    ours, theirs = _columns(source), _columns(target)
    found = {
        column.place: theirs[key].place if key in theirs else column.said
        for key, column in ours.items()
    }
    return {place: there for place, there in found.items() if there}


@dataclass(frozen=True)
class _Column:
    """A list on a hidden sheet: where it stands, and what it says."""

    place: str
    words: tuple[str, ...]

    @property
    def said(self) -> str:
        """Its words as a dropdown's own formula, "" where they cannot be said so."""
        text = ",".join(self.words)
        fits = len(text) <= _LONGEST_LIST and text.count(",") == len(self.words) - 1
        return f'"{text}"' if text and fits and '"' not in text else ""


def _columns(data: bytes) -> dict[tuple[str, str], _Column]:
    """The columns of hidden sheets, by sheet and first cell."""
    book, skeleton = read(data), open_book(data)
    found = {}
    for sheet in skeleton.sheets:
        rows = book.sheet(sheet.name).rows if sheet.state != "visible" else ()
        cells = [cell for row in rows for cell in row.cells if cell.value is not None]
        for head in (cell for cell in cells if cell.row == 1):
            under = [cell for cell in cells if cell.column == head.column and cell.row > 1]
            last = max((cell.row for cell in under), default=2)
            letters = column_letters(head.column)
            place = f"'{sheet.name}'!${letters}$2:${letters}${last}"
            found[sheet.name, str(head.value)] = _Column(place, tuple(str(c.value) for c in under))
    return found


class _Graft:
    """The parts that change and those that are new."""

    def __init__(self, old: Book, new: Book, sheet: SheetPart, lists: Mapping[str, str]) -> None:
        self.old, self.new, self.sheet, self.lists = old, new, sheet, lists
        self.styles = _part(old.package, old.styles.part)
        self.part = _free(old.package, "xl/worksheets/sheet")
        self.table = _free(old.package, "xl/tables/table")

    def parts(self) -> dict[str, bytes]:
        """Every part by name."""
        root = self.new.package.xml(self.sheet.part)
        for view in root.iter(f"{{{_MAIN}}}sheetView"):
            view.set("tabSelected", "0")  # two selected sheets would both get what is typed
        self._restyle(root)
        self._relist(root)
        folder, _, file = self.part.rpartition("/")
        rels = {f"{folder}/_rels/{file}.rels": self._related(root)} if self.sheet.tables else {}
        return {
            **self._known(),
            str(self.old.styles.part): _bytes(self.styles),
            self.part: _bytes(root),
            **rels,
            **({self.table: self._table()} if self.sheet.tables else {}),
        }

    # --- formats

    def _restyle(self, root: etree._Element) -> None:
        """Point the sheet's cells at formats that are added to the target's."""
        source = _part(self.new.package, self.new.styles.part)
        first = {group: len(_group(self.styles, group)) for group in (*_GROUPS, "cellXfs", "dxfs")}
        numbers = self._numbers(source)
        for group in (*_GROUPS, "dxfs"):
            _add(_group(self.styles, group), _group(source, group))
        for xf in _group(source, "cellXfs"):
            copy = deepcopy(xf)
            for group in _GROUPS:
                key = f"{group[:-1]}Id"
                copy.set(key, str(whole_number(copy.get(key)) + first[group]))
            number = copy.get("numFmtId", "0")
            copy.set("numFmtId", numbers.get(number, number))
            copy.set("xfId", "0")
            _add(_group(self.styles, "cellXfs"), [copy])
        styled = (row for row in root.iter(f"{{{_MAIN}}}row") if row.get("s"))
        _shift((*root.iter(f"{{{_MAIN}}}c"), *styled), "s", first["cellXfs"])
        _shift(root.iter(f"{{{_MAIN}}}col"), "style", first["cellXfs"])
        _shift(root.iter(f"{{{_MAIN}}}cfRule"), "dxfId", first["dxfs"])

    def _numbers(self, source: etree._Element) -> dict[str, str]:
        """Add number formats of the source's own; their ids there and here."""
        known = self.styles.find(f"{{{_MAIN}}}numFmts")
        used = [
            163,
            *(whole_number(f.get("numFmtId")) for f in (known if known is not None else ())),
        ]
        found = {}
        for one in source.iterfind(f"{{{_MAIN}}}numFmts/{{{_MAIN}}}numFmt"):
            if known is None:
                known = etree.Element(f"{{{_MAIN}}}numFmts")
                self.styles.insert(0, known)
            used.append(max(used) + 1)
            copy = deepcopy(one)
            copy.set("numFmtId", str(used[-1]))
            _add(known, [copy])
            found[one.get("numFmtId", "")] = str(used[-1])
        return found

    # --- lists and the table

    def _relist(self, root: etree._Element) -> None:
        for validation in list(root.iter(f"{{{_MAIN}}}dataValidation")):
            formula = validation.find(f"{{{_MAIN}}}formula1")
            if (
                validation.get("type") != "list"
                or formula is None
                or "!" not in (formula.text or "")
            ):
                continue
            place = self.lists.get(formula.text or "")
            if place:
                formula.text = place
                continue
            group = validation.getparent()
            if group is not None:
                group.remove(validation)
                group.set("count", str(len(group)))

    def _related(self, root: etree._Element) -> bytes:
        """The new sheet's relationship to its table."""
        (part,) = root.iter(f"{{{_MAIN}}}tablePart")
        part.set(f"{{{_OFFICE}}}id", "rId1")
        rels = parse_xml(_RELATED, self.part)
        _relation(rels, "rId1", "table", f"/{self.table}")
        return _bytes(rels)

    def _table(self) -> bytes:
        root = self.new.package.xml(self.sheet.tables[0].part)
        ids = [
            whole_number(self.old.package.xml(table.part).get("id"))
            for sheet in self.old.sheets
            for table in sheet.tables
        ]
        root.set("id", str(max([0, *ids]) + 1))
        return _bytes(root)

    # --- parts that name the others

    def _known(self) -> dict[str, bytes]:
        """Workbook, its relationships and the content types, the new sheet in them."""
        package, main = self.old.package, self.old.main
        workbook, types = package.xml(main), package.xml(TYPES)
        folder, _, file = main.rpartition("/")
        rels_name = package.name_of(f"{folder}/_rels/{file}.rels") or ""
        rels = _part(package, rels_name)
        ids = {rel.get("Id") for rel in rels}
        own = next(f"rIdSheet{n}" for n in range(1, len(ids) + 2) if f"rIdSheet{n}" not in ids)
        _relation(rels, own, "worksheet", f"/{self.part}")
        self._listed(workbook, own)
        kinds = {self.part: "worksheet", **({self.table: "table"} if self.sheet.tables else {})}
        for part, kind in kinds.items():
            override = f"{{{etree.QName(types).namespace}}}Override"
            said = {"PartName": f"/{part}", "ContentType": f"{_TYPE}.{kind}+xml"}
            etree.SubElement(types, override, said)
        types_name = package.name_of(TYPES) or TYPES
        return {main: _bytes(workbook), rels_name: _bytes(rels), types_name: _bytes(types)}

    def _listed(self, workbook: etree._Element, relation: str) -> None:
        sheets = workbook.find(f"{{{_MAIN}}}sheets")
        if sheets is None:
            raise Refusal(Reason.UNUSUAL_XML, detail="not the usual namespace")
        number = max([0, *(whole_number(sheet.get("sheetId")) for sheet in sheets)]) + 1
        listed = etree.SubElement(sheets, f"{{{_MAIN}}}sheet", name=self.sheet.name)
        listed.set("sheetId", str(number))
        listed.set(f"{{{_OFFICE}}}id", relation)
        source = self.new.package.xml(self.new.main)
        for name in source.iterfind(f"{{{_MAIN}}}definedNames/{{{_MAIN}}}definedName"):
            if name.get("localSheetId") == str(self.sheet.number):
                copy = deepcopy(name)
                copy.set("localSheetId", str(len(sheets) - 1))
                _add(_group(workbook, "definedNames", _BEFORE_NAMES), [copy])


def _part(package: Package, name: str | None) -> etree._Element:
    if not name:
        raise Refusal(Reason.UNUSUAL_XML, detail="a part that every workbook has is not there")
    return parse_xml(package.read(name), name)


def _free(package: Package, stem: str) -> str:
    """A part name that is not taken."""
    return next(
        name
        for number in range(1, len(package.names) + 2)
        if package.name_of(name := f"{stem}{number}.xml") is None
    )


def _group(root: etree._Element, name: str, after: Iterable[str] = _BEFORE_DXFS) -> etree._Element:
    """A group of a part; made behind those that stand before it where there is none."""
    found = root.find(f"{{{_MAIN}}}{name}")
    if found is None:
        found = etree.Element(f"{{{_MAIN}}}{name}")
        tags = {f"{{{_MAIN}}}{before}" for before in after}
        places = [place for place, child in enumerate(root, start=1) if child.tag in tags]
        root.insert(max([0, *places]), found)
    return found


def _add(group: etree._Element, more: Iterable[etree._Element]) -> None:
    group.extend(deepcopy(one) for one in more)
    if "definedNames" not in str(group.tag):
        group.set("count", str(len(group)))


def _shift(elements: Iterable[etree._Element], key: str, by: int) -> None:
    for element in elements:
        element.set(key, str(whole_number(element.get(key, "0")) + by))


def _relation(rels: etree._Element, name: str, kind: str, target: str) -> None:
    tag = f"{{{_PACKAGE}}}Relationship"
    etree.SubElement(rels, tag, Id=name, Type=f"{_OFFICE}/{kind}", Target=target)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _prove(target: bytes, source: bytes, data: bytes, name: str, changed: frozenset[str]) -> None:
    """Read again: the old sheets as they were, the new one as made, no other part touched."""
    old, new, made = read(target), read(data), read(source)
    prove_parts(open_book(target).package, open_book(data).package, changed)
    same = [new.sheet(sheet.name).rows == sheet.rows for sheet in old.sheets]
    if (
        not all(same)
        or len(new.sheets) != len(old.sheets) + 1
        or _said(new, name) != _said(made, name)
    ):
        raise Refusal(Reason.NOT_PROVEN, name)


def _said(workbook: Workbook, name: str) -> list[tuple[int, int, Value]]:
    rows = workbook.sheet(name).rows
    return [(cell.row, cell.column, cell.value) for row in rows for cell in row.cells]
