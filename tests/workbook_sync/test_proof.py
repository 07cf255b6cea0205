"""The proof after patching must catch whatever a faulty patch could do."""

from collections.abc import Callable

import pytest

from tests.workbook_sync.samples import MAIN, REGISTER_ROWS, parts_of, register
from workbook_sync.address import Range
from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import rewrite
from workbook_sync.parts import CUSTOM, RELS, TYPES, open_book
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.proof import Claims, prove

SHEET, TABLE, STYLES = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/styles.xml"
VALIDATED = (
    '<dataValidations><dataValidation type="list" sqref="C4:C5"><formula1>"a"</formula1>'
    "</dataValidation></dataValidations>"
)
OLD = register(REGISTER_ROWS + '<row r="9"><c r="H9"><f>1+1</f><v>2</v></c></row>', after=VALIDATED)
PLAN = Plan(
    {("Phiếu", "B4"): "mới"}, (Append("Phiếu", ({"Mã": "P-3-X"},), after=5),), {"generation": 7}
)
CLAIMS = Claims(
    parts=frozenset({SHEET, TABLE, CUSTOM, TYPES, RELS, "xl/workbook.xml"}),
    properties={"generation": 7},
    cells={"Phiếu": {(4, 2): "mới", (6, 1): "P-3-X"}},
    looks={"Phiếu": frozenset({(4, 2), (6, 1), (6, 3)})},
    tables={TABLE: Range(3, 1, 6, 3)},
)


def tampered(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The rightly patched file with one more thing done to it."""
    right = patch(OLD, PLAN)
    parts = parts_of(right)
    before = dict(parts)
    change(parts)
    changed = {name: data for name, data in parts.items() if before.get(name) != data}
    assert changed
    return rewrite(open_book(right).package, changed)


def swap(part: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """A change of some bytes of a part, which must be there."""

    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


def test_a_right_patch_is_proven() -> None:
    """The claims of the patcher are what these tests claim, too."""
    prove(open_book(OLD), patch(OLD, PLAN), CLAIMS)


@pytest.mark.parametrize(
    "change",
    [
        swap(SHEET, "mới".encode(), b"moi"),
        swap(SHEET, b"P-1-K", b"P-1-L"),
        swap(SHEET, b"<f>1+1</f>", b"<f>1+2</f>"),
        swap(SHEET, b'<c r="C4" s="1"><v>46086</v></c>', b""),
        swap(SHEET, b'<c r="C4" s="1">', b'<c r="C4" s="2">'),
        swap(SHEET, b'<c r="B4" t', b'<c r="B4" s="2" t'),
        swap(SHEET, b'<c r="C6" s="1"/>', b'<c r="C6" s="1"><v>5</v></c>'),
        swap(SHEET, b'hidden="1"', b""),
        swap(SHEET, b'<row r="9">', b'<row r="8">'),
        swap(SHEET, b"</sheetData>", b'<row r="10"><c r="A10"><v>1</v></c></row></sheetData>'),
        swap(SHEET, b"</sheetData>", b'</sheetData><sheetProtection sheet="1"/>'),
        swap(SHEET, b"P-3-X", b"P-3-Y"),
        swap(SHEET, b'sqref="C4:C6"', b'sqref="C4:C7"'),
        swap(SHEET, b'sqref="C4:C6"', b'sqref="B4:C6"'),
        swap(SHEET, b'sqref="C4:C6"', b'sqref="C4:C6 A9"'),
        swap(SHEET, b'<dimension ref="A1:C6"/>', b'<dimension ref="X1:Z9"/>'),
        swap(CUSTOM, b"<vt:i4>7", b"<vt:i4>8"),
        swap(TYPES, b"<Override", b'<Default Extension="exe" ContentType="x"/><Override'),
        swap(TABLE, b'ref="A3:C6"', b'ref="A3:C7"'),
        swap(TABLE, "Hạn".encode(), b"Han"),
        swap(STYLES, b"dd/mm/yyyy", b"mm/dd/yyyy"),
        swap("xl/workbook.xml", b'name="Phi', b'name="phi'),
        lambda parts: parts.update({"xl/extra.xml": b"<x/>"}),
    ],
)
def test_a_wrong_patch_is_never_proven(change: Callable[[dict[str, bytes]], None]) -> None:
    """Another value, cell, formula, style, row, range, part: each is seen."""
    with pytest.raises(Refusal) as refusal:
        prove(open_book(OLD), tampered(change), CLAIMS)
    assert refusal.value.reason is Reason.NOT_PROVEN


def test_a_planned_cell_that_was_not_written_is_seen() -> None:
    """The old file is no patch of itself."""
    with pytest.raises(Refusal):
        prove(open_book(OLD), OLD, CLAIMS)


def test_a_row_of_another_prefix_behind_a_changed_one_is_not_passed_over() -> None:
    """What stands up to the next row is taken for that row only when it is one element."""
    foreign = f'<x:row xmlns:x="{MAIN}" r="7"><x:c r="A7"><x:v>1</x:v></x:c></x:row>'
    with pytest.raises(Refusal) as refused:
        patch(register(REGISTER_ROWS + foreign), Plan({("Phiếu", "B5"): "mới"}))
    assert refused.value.reason is Reason.NOT_PROVEN
