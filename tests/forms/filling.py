"""Fills in the forms we send, as Excel, Word and phones do."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree
from openpyxl import load_workbook

from mailflow.demo.post import Attached, Mail
from mailflow.forms.boxes import PageView, to_fill
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import Act, State

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def sent(mail: Mail, ending: str = ".xlsx") -> Attached:
    """The form to be filled in that came with a mail."""
    (found,) = [f for f in mail.files if f[0].startswith("Phiếu điền") and f[0].endswith(ending)]
    return found


def typed(form: Attached, words: Mapping[str, Any], page: int = 1) -> Attached:
    """Type into the cells of a workbook by their names, and save it."""
    name, data = form
    book = load_workbook(io.BytesIO(data))
    for blank, value in words.items():
        ((sheet, place),) = book.defined_names[f"p{page}_{blank}"].destinations
        book[sheet][place.replace("$", "")].value = value
    saved = io.BytesIO()
    book.save(saved)
    return name, saved.getvalue()


def written(form: Attached, words: Mapping[str, str], page: int = 1) -> Attached:
    """Write into the controls of a document by their codes, and save it."""
    name, data = form
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    body = etree.fromstring(parts["word/document.xml"])
    for blank, text in words.items():
        _write(_cell(body, blank, page), text)
    parts["word/document.xml"] = etree.tostring(body)
    return name, packed(parts)


def _cell(body: Any, blank: str, page: int) -> Any:
    """The cell of a blank, found by the control's tag within the page's own rows."""
    for row in body.iter(f"{W}tr"):
        code = "".join(t.text or "" for t in next(row.iter(f"{W}tc")).iter(f"{W}t"))
        tags = [tag for tag in row.iter(f"{W}tag") if tag.get(f"{W}val") == blank]
        if f"p{page}." in code and tags:
            return tags[0].getparent().getparent()
    raise LookupError(blank)


def _write(control: Any, text: str) -> None:
    for flag in control.iter(f"{W}showingPlcHdr"):
        flag.getparent().remove(flag)
    first, *others = list(control.iter(f"{W}t"))
    first.text = text
    for other in others:
        other.text = ""


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Zip parts into a package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def red(form: Attached) -> dict[str, str]:
    """The blanks of a workbook that came back marked, each with what stands beside or below."""
    book = load_workbook(io.BytesIO(form[1]))
    found = {}
    for name, defined in book.defined_names.items():
        ((sheet, place),) = defined.destinations
        cell = book[sheet][place.replace("$", "")]
        if cell.fill.fgColor.rgb.endswith("FFC7CE"):
            told = [c.value for c in book[sheet][cell.row] if _is_told(c)]
            below = [c.value for c in book[sheet][cell.row + 1] if _is_told(c)]
            found[name.partition("_")[2]] = " ".join(told or below)
    return found


def _is_told(cell: Any) -> bool:
    return (
        bool(cell.value)
        and (cell.font.color is not None)
        and cell.font.color.rgb.endswith("C00000")
    )


def values(form: Attached) -> dict[str, Any]:
    """What stands in the blanks of a workbook."""
    book = load_workbook(io.BytesIO(form[1]))
    cells = {}
    for name, defined in book.defined_names.items():
        ((sheet, place),) = defined.destinations
        cells[name.partition("_")[2]] = book[sheet][place.replace("$", "")].value
    return {name: value for name, value in cells.items() if value is not None}


def view(act: Act, answers: Sequence[str], state: State, **others: Any) -> PageView:
    """A page of one step, empty unless told otherwise."""
    page = PageView(
        code="CTCL-2026-0007-K",
        title="Lấy số thứ tự qua tin nhắn",
        unit="Bộ phận Một cửa",
        due="05/3/2026",
        act=act.value,
        answers=list(answers),
        state=state.value,
        entries=3,
        about=[],
        values={},
        faults={},
    )
    page.update(others)  # type: ignore[typeddict-item]  # the names are those of the page
    return page


def every_page() -> list[PageView]:
    """A page of each step of the procedure's table that can be written on a form."""
    found: dict[tuple[Act, tuple[str, ...]], PageView] = {}
    places = dict.fromkeys((s.act, state) for s in STEPS for state in s.sources or ())
    for act, state in places:
        steps = [s for s in STEPS if s.act is act and state in (s.sources or ())]
        answers = tuple(dict.fromkeys(s.answer for s in steps if s.answer != "part"))
        if any(map(to_fill, steps)):
            found.setdefault((act, answers), view(act, answers, state))
    return list(found.values())


def marked_page() -> PageView:
    """A proposal that came back: what was written, and what is wrong beside it."""
    no_day = "Biện pháp: “31/2/2026” không phải là ngày; xin ghi như 15/6/2026."
    empty = "Còn trống; xin ghi ô này."
    return view(
        Act.PROPOSE_SOLUTION,
        ("",),
        State.ASSIGNED,
        values={
            "root_cause": "Chờ lâu vì chỉ có một quầy tiếp nhận, số thứ tự phát bằng giấy.",
            "measures_1_what": "Lập quy trình lấy số qua tin nhắn, phân công người trực",
            "measures_1_who": "Đặng Thị Mai",
            "measures_1_by": "31/2/2026",
            "measures_2_what": "Tập huấn",
        },
        faults={
            "measures_1_by": no_day,
            "measures_2_who": empty,
            "measures_2_by": empty,
            "resources": empty,
        },
    )
