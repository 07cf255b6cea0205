"""The parts that say what a workbook consists of: sheets, tables, styles, names, properties."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from lxml import etree

from workbook_sync.address import Range, parse_range, whole_number
from workbook_sync.errors import Problem, Reason, Refusal
from workbook_sync.formats import other_in_zip
from workbook_sync.oldfonts import kind_of_font
from workbook_sync.package import CAPS, Caps, Package, Source, open_package

_REL_ID = re.compile(r"\{[^}]*/relationships\}id")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_MOST_STYLES = 65_536  # Excel stops at 65,490
CUSTOM, TYPES, RELS = "docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"


@dataclass(frozen=True)
class Table:
    """A table as its part declares it; `headers` are the column names from left to right."""

    name: str
    part: str
    ref: Range
    headers: tuple[str, ...]
    header_rows: int
    totals_rows: int
    linked: bool  # filled by a query or an XML map


@dataclass(frozen=True)
class SheetPart:
    """One sheet of the workbook: where it is and what hangs on it."""

    name: str
    number: int  # place in the workbook's list, from 0
    part: str
    state: str  # visible, hidden, veryHidden
    is_grid: bool  # a worksheet, not a chart, dialog or macro sheet
    tables: tuple[Table, ...]
    pivots: tuple[Range, ...]


@dataclass(frozen=True)
class Styles:
    """Which style ids (a cell's `s`) show dates, and which show percentages.

    `old_fonts` names the kind of those that are set in a font from before Unicode.
    """

    dates: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()
    part: str | None = None
    old_fonts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """A workbook's skeleton; rows are read from it sheet by sheet."""

    package: Package
    main: str
    date1904: bool
    sheets: tuple[SheetPart, ...]
    styles: Styles
    strings_part: str | None
    names: tuple[tuple[str, str], ...]  # defined names and their text
    problems: list[Problem] = field(default_factory=list)

    def sheet(self, name: str) -> SheetPart:
        """The sheet of that name, whatever its case; Refusal when there is none."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise Refusal(Reason.NO_SHEET, name)


@dataclass(frozen=True)
class Relation:
    """One relationship: `kind` is the last word of its type, `target` a part name."""

    id: str
    kind: str
    target: str


def open_book(source: Source, caps: Caps = CAPS) -> Book:
    """Read the skeleton of a workbook; Refusal when there is no workbook in it."""
    package = open_package(source, caps)
    main = next((r.target for r in relations(package, "") if r.kind == "officeDocument"), "")
    main = package.name_of(main) or package.name_of("xl/workbook.xml") or ""
    other = other_in_zip(package)
    if other is not None:
        raise Refusal(Reason.OTHER_FORMAT, detail=other)
    if not main:
        raise Refusal(Reason.NOT_A_WORKBOOK, detail="no workbook part")
    root = package.xml(main)
    related = {r.id: r for r in relations(package, main)}
    by_kind = {r.kind: r.target for r in related.values()}
    problems: list[Problem] = []
    sheets = tuple(_sheets(package, root, related, problems))
    flags = root.find("{*}workbookPr")
    names = root.iterfind("{*}definedNames/{*}definedName")
    return Book(
        package=package,
        main=main,
        date1904=flags is not None and flags.get("date1904") in ("1", "true", "on"),
        sheets=sheets,
        styles=_styles(package, by_kind.get("styles"), problems),
        strings_part=by_kind.get("sharedStrings"),
        names=tuple((n.get("name", ""), n.text or "") for n in names),
        problems=problems,
    )


def relations(package: Package, part: str) -> list[Relation]:
    """The part's relationships inside the package ("" is the package itself)."""
    folder, _, name = part.rpartition("/")
    rels = package.name_of(f"{folder}/_rels/{name}.rels")
    if rels is None:
        return []
    return [
        Relation(r.get("Id", ""), r.get("Type", "").rpartition("/")[2], _target(folder, r))
        for r in package.xml(rels).iterfind("{*}Relationship")
        if r.get("TargetMode") != "External"
    ]


def _target(folder: str, relation: etree._Element) -> str:
    """The part name a relationship points to, `..` and a leading slash resolved."""
    target = relation.get("Target", "").replace("\\", "/")
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)


def _sheets(
    package: Package,
    root: etree._Element,
    related: dict[str, Relation],
    problems: list[Problem],
) -> Iterator[SheetPart]:
    for number, element in enumerate(root.iterfind("{*}sheets/{*}sheet")):
        name = element.get("name", "")
        relation = related.get(
            next((str(v) for k, v in element.items() if _REL_ID.match(str(k))), "")
        )
        part = package.name_of(relation.target) if relation else None
        if relation is None or part is None:
            problems.append(Problem(Reason.BAD_PACKAGE, name, detail="the sheet's part is missing"))
            continue
        tables, pivots = _hangers(package, name, part, problems)
        state, is_grid = element.get("state", "visible"), relation.kind == "worksheet"
        yield SheetPart(name, number, part, state, is_grid, tables, pivots)


def _hangers(
    package: Package, sheet: str, part: str, problems: list[Problem]
) -> tuple[tuple[Table, ...], tuple[Range, ...]]:
    """The sheet's tables and the places its pivot tables fill; broken ones become problems."""
    tables, pivots = [], []
    try:
        hanging = relations(package, part)
    except Refusal as refusal:
        problems.append(Problem(refusal.reason, sheet, detail=refusal.detail))
        hanging = []
    for relation in hanging:
        try:
            if relation.kind == "table":
                tables.append(_table(package, relation.target))
            elif relation.kind == "pivotTable":
                pivots.append(_pivot(package, relation.target))
        except Refusal as refusal:
            problems.append(Problem(refusal.reason, sheet, detail=refusal.detail))
    return tuple(tables), tuple(pivots)


def _table(package: Package, part: str) -> Table:
    root = package.xml(part)
    ref = parse_range(root.get("ref", ""))
    if ref is None:
        raise Refusal(Reason.BAD_PACKAGE, detail=f"{part}: no range")
    columns = root.findall("{*}tableColumns/{*}tableColumn")
    return Table(
        name=root.get("displayName", root.get("name", "")),
        part=package.name_of(part) or part,
        ref=ref,
        headers=tuple(unescape(column.get("name", "")) for column in columns),
        header_rows=whole_number(root.get("headerRowCount"), 1),
        totals_rows=whole_number(root.get("totalsRowCount")),
        linked=root.get("tableType", "worksheet") != "worksheet",
    )


def _pivot(package: Package, part: str) -> Range:
    location = package.xml(part).find("{*}location")
    ref = parse_range(location.get("ref", "")) if location is not None else None
    if ref is None:
        raise Refusal(Reason.BAD_PACKAGE, detail=f"{part}: no range")
    return ref


def _styles(package: Package, part: str | None, problems: list[Problem]) -> Styles:
    part = package.name_of(part) if part else None
    if part is None:
        return Styles()
    try:
        root = package.xml(part)
    except Refusal as refusal:
        problems.append(Problem(refusal.reason, detail=refusal.detail))
        return Styles()
    own = {
        f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind("{*}numFmts/{*}numFmt")
    }
    dates, percents = set(), set()
    for index, xf in enumerate(islice(root.iterfind("{*}cellXfs/{*}xf"), _MOST_STYLES)):
        number = xf.get("numFmtId", "0")
        code = own.get(number)
        if is_date_format(code) if code is not None else number in map(str, _DATE_FORMATS):
            dates.add(index)
        elif "%" in code if code is not None else number in ("9", "10"):
            percents.add(index)
    return Styles(frozenset(dates), frozenset(percents), part, _old_fonts(root))


def _old_fonts(root: etree._Element) -> dict[int, str]:
    """Name the kind of each style's font, where it is one from before Unicode."""
    names = [font.find("{*}name") for font in root.iterfind("{*}fonts/{*}font")]
    kinds = [kind_of_font(n.get("val", "")) if n is not None else "" for n in names]
    fonts = (xf.get("fontId", "0") for xf in root.iterfind("{*}cellXfs/{*}xf"))
    places = (int(font) if font.isdigit() else 0 for font in fonts)
    return {n: kinds[at] for n, at in enumerate(places) if at < len(kinds) and kinds[at]}


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date, a time or a duration: d, m, y, h or s unquoted."""
    bare = _QUOTED.sub("", code.partition(";")[0]).casefold()
    return "general" not in bare and any(letter in bare for letter in "dmyhs")


_ESCAPE = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")  # no halves of a pair


def unescape(text: str) -> str:
    """Text with `_xHHHH_` turned back into the character it stands for (ECMA-376 ST_Xstring)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


PropertyValue = str | int | float | bool | datetime


def properties(source: Source) -> dict[str, PropertyValue]:
    """The workbook's custom document properties by name; times are as stored, with their zone."""
    return book_properties(open_package(source))


def book_properties(package: Package) -> dict[str, PropertyValue]:
    """Custom document properties of an opened package; {} when it has none."""
    if package.name_of(CUSTOM) is None:
        return {}
    found = {}
    for element in package.xml(CUSTOM).iterfind("{*}property"):
        for value in element:
            found[element.get("name", "")] = _property(value)
    return found


def _property(element: etree._Element) -> PropertyValue:
    """A variant (`vt:` element) as a value; text when its content does not fit its type."""
    kind, text = etree.QName(element).localname, (element.text or "").strip()
    try:
        if kind in ("i1", "i2", "i4", "i8", "int", "ui1", "ui2", "ui4", "ui8", "uint"):
            return int(text)
        if kind in ("r4", "r8", "decimal"):
            return float(text)
        if kind in ("filetime", "date"):
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return text.casefold() in ("1", "true") if kind == "bool" else unescape(element.text or "")
