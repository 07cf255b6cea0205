"""Fills a template with a view, in a sandbox, and says what is wrong with a template."""

import base64
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from docx.opc.exceptions import OpcError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, Template, meta, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from mailflow.errors import Permanent
from mailflow.forms.documents import DOCUMENTS, FORM, TEMPLATES, WORKBOOKS
from mailflow.forms.fill_sheet import fill_workbook, workbook_faults
from mailflow.forms.names import Tick
from mailflow.procedure.terms import Source

MAX_UNPACKED = 20_000_000
"""Bytes of XML a template may hold unpacked; ours has less than a hundredth of it."""

BAR, BAR_HEIGHT = Mm(70), Mm(3.6)
"""Length of a chart's bar of 100 per cent, and how high each bar is."""

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGOQ96sEAAF2AOe2j1NWAAAAAElFTkSuQmCC"
)
"""One blue point as PNG: stretched, it is a bar that every program shows."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"  # not allowed in XML
)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would print a name in another order
_EPOCH = (1980, 1, 1, 0, 0, 0)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BROKEN = (
    TemplateError, OpcError, etree.LxmlError, zipfile.BadZipFile, OSError,
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What docxtpl and a template's own expressions raise; to us all of them say: a bad template."""


def _undrawn(_share: int) -> object:
    raise TypeError("a bar is drawn in the document it is filled into")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, strict; what it once compiled it does not compile again."""

    def __init__(self, bar: Callable[[int], object] = _undrawn) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.filters["bar"] = bar

    def from_string(self, source: Any, *_: Any) -> Template:
        """Make a template of our own words, which docxtpl hands over part by part."""
        return Template.from_code(self, _compiled(source), self.make_globals(None))


@lru_cache(maxsize=64)
def _compiled(source: str) -> CodeType:
    """Compile a part; its code finds filters by name, so that it fits any sandbox."""
    return _Sandbox().compile(source)


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl ships no types
    """A docxtpl template that never repairs in silence what rendering made of its XML."""

    def fix_tables(self, xml: str) -> Any:
        """Refuse XML that is not well formed, or a table that Word would call corrupt."""
        body = etree.fromstring(xml)
        for cell in body.iter(f"{_W}tc"):
            if not len(cell) or cell[-1].tag != f"{_W}p":
                raise ValueError("a table cell is left without its last paragraph")
        if any(table.find(f"{_W}tr") is None for table in body.iter(f"{_W}tbl")):
            raise ValueError("a table is left without rows")
        return super().fix_tables(xml)


def find_template(folders: Sequence[Path], name: str = FORM) -> Path:
    """Find a template in the first folder that has it: the agency's own before ours.

    Raises Permanent when no folder has it.
    """
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise Permanent(f"no template {name} in {', '.join(map(str, folders))}")


def fill_document(view: Mapping[str, Any], template: bytes | Path) -> bytes:
    """Fill a template and give the .docx or .xlsx; an equal .docx is the same bytes each time.

    `view` is of the kind that `TEMPLATES` says. Raises Permanent when the template is broken, names
    what the view has not, or tries to leave the sandbox.
    """
    if isinstance(template, Path) and template.name in WORKBOOKS:
        return fill_workbook(view, template)
    try:
        return _filled(view, template)
    except _BROKEN as error:
        raise Permanent(f"template {_name(template)}: {_reason(error)}") from error


def _name(template: bytes | Path) -> str:
    return template.name if isinstance(template, Path) else FORM


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _filled(view: Mapping[str, Any], template: bytes | Path) -> bytes:
    document = _opened(template)
    document.render(_safe(dict(view)), _environment(document))
    packed = io.BytesIO()
    document.save(packed)
    return _repacked(packed.getvalue())


def _opened(template: bytes | Path) -> _Template:
    data = template.read_bytes() if isinstance(template, Path) else template
    _check_package(data)
    document = _Template(io.BytesIO(data))
    document.init_docx()
    return document


def _check_package(data: bytes) -> None:
    """Refuse a zip bomb, an XML part with a DOCTYPE, and macros, before anything is parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
            raise ValueError(f"holds more than {MAX_UNPACKED} bytes unpacked")
        for part in package.namelist():
            if part.lower().endswith("vbaproject.bin"):
                raise ValueError("holds macros")
            if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.read(part):
                raise ValueError(f"{part} declares a DOCTYPE")


def _environment(document: _Template) -> _Sandbox:
    """Make the sandbox; `{{ share | bar }}` draws a picture as long as that share of `BAR`."""

    def bar(share: int) -> InlineImage | str:
        width = BAR * min(max(share, 0), 100) // 100
        return InlineImage(document, io.BytesIO(_PIXEL), width, BAR_HEIGHT) if width else ""

    return _Sandbox(bar)


def _safe(value: Any) -> Any:
    """Make every value fit for XML: what it forbids becomes U+FFFD, nothing at all is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return _UNSAFE.sub("\ufffd", _TURNING.sub("", text))
    if isinstance(value, Mapping):
        return {name: _safe(item) for name, item in value.items()}
    if isinstance(value, int):
        return value
    return [_safe(item) for item in value]


def _repacked(data: bytes) -> bytes:
    """Pack anew with fixed times, so that equal papers are equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return target.getvalue()


def template_faults(folders: Sequence[Path]) -> list[str]:
    """List what is wrong with the templates in use, one line each; an empty list is a good one."""
    return [*strangers(folders), *(f for name in TEMPLATES for f in faults_of(folders, name))]


def strangers(folders: Sequence[Path]) -> list[str]:
    """Name files in an agency's own folders that would never be used, for a slip in a name."""
    files = (path for folder in folders[:-1] for path in sorted(folder.glob("*.*")))
    return [
        f"{path}: no template has this name; they are {', '.join(TEMPLATES)}"
        for path in files
        if path.suffix.lower().startswith((".doc", ".xls"))
        and path.name not in TEMPLATES
        and not path.name.startswith("~$")
    ]


def faults_of(folders: Sequence[Path], name: str) -> list[str]:
    """List what is wrong with one template.

    Looks for a broken or hostile file, names that no view has, names that the template never
    prints, and, by filling it with a specimen, whatever else would fail.
    """
    try:
        path = find_template(folders, name)
    except Permanent as absent:
        return [str(absent)]
    try:
        faults = _faults_inside(path, name)
    except _BROKEN as error:
        return [f"{path}: {_reason(error)}"]
    return [f"{path}: {fault}" for fault in faults] or _trial_faults(path)


def _faults_inside(path: Path, name: str) -> list[str]:
    if name in WORKBOOKS:
        return workbook_faults(path, WORKBOOKS[name])
    return _name_faults(_parsed(_opened(path)), DOCUMENTS[name])


def _parsed(document: _Template) -> nodes.Template:
    parts = [document.patch_xml(document.get_xml())]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            parts.append(document.patch_xml(document.get_part_xml(part)))
    return _environment(document).parse("\n".join(parts))


def _name_faults(tree: nodes.Template, view: Any) -> list[str]:
    known = get_type_hints(view)
    used = meta.find_undeclared_variables(tree) - set(DEFAULT_NAMESPACE)
    inner = {str(node.attr) for node in tree.find_all(nodes.Getattr)}
    unknown = inner - set(_inner_names(view)) - _LOOP
    return [
        *(f"unknown name {{{{ {name} }}}}" for name in sorted(used - set(known))),
        *(f"unknown name .{name}" for name in sorted(unknown)),
        *(f"never prints {{{{ {name} }}}}" for name in sorted(set(known) - used)),
    ]


_LOOP = {"index", "index0", "first", "last", "length", "revindex", "revindex0"}


def _inner_names(view: Any) -> Iterator[str]:
    """Give the names inside a view's parts, however deep."""
    for hint in get_type_hints(view).values():
        kind = get_args(hint)[0] if get_origin(hint) is list else hint
        if is_typeddict(kind):
            yield from get_type_hints(kind)
            yield from _inner_names(kind)


def _trial_faults(path: Path) -> list[str]:
    try:
        fill_document(_specimen(TEMPLATES[path.name]), path)
    except Permanent as error:
        return [f"{path.parent}: {error}"]
    return []


def _specimen(kind: Any) -> Any:
    """Make a value of the shape that a type of a view says."""
    if is_typeddict(kind):
        return {name: _specimen(hint) for name, hint in get_type_hints(kind).items()}
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return [_specimen(item)] * (_MOST if item is Tick else 2)
    return 50 if kind is int else "x"


_MOST = len(Source) + 1
"""The longest row of ticks: the twelve sources and "khác"; a template may number them."""
