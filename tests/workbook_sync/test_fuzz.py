"""Damaged and hostile workbooks: whatever the bytes, a refusal or a result, never another error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.components import cases
from tests.workbook_sync.samples import REGISTER_ROWS, package, parts_of, register, sheet
from workbook_sync.errors import WorkbookError
from workbook_sync.locate import locate
from workbook_sync.parts import properties
from workbook_sync.patch import Append, Plan, attempt
from workbook_sync.read import read

ROWS = (
    REGISTER_ROWS
    + '<row r="9"><c r="H9"><f t="shared" si="0" ref="H9:H9">A1:A2</f><v>2</v></c></row>'
)
TAIL = '<autoFilter ref="A3:C5"/><mergeCells><mergeCell ref="E4:F5"/></mergeCells>'
WHOLE = attempt(
    register(
        ROWS, TAIL, others={"Tổng hợp": sheet('<row r="1"><c r="A1"><f>Phiếu!A1</f></c></row>')}
    ),
    Plan(properties={"register_id": "sổ", "generation": 1}),
).data
PARTS = parts_of(WHOLE)
PIECES = [b"", b'"', b"<", b">", b"/", b"'", b"9" * 5_000, b"-1", b"\xff", b"A1:XFD1048576", b"x"]
PLAN = Plan(
    {("Phiếu", "B4"): "mới", ("Phiếu", "C5"): "x"},
    (Append("Phiếu", ({"Mã": "P-3-X"},), "tblPhieu"),),
    {"generation": 2},
)


def use(data: bytes) -> None:
    """Everything that is done with a foreign file."""
    try:
        properties(data)
        locate(read(data), ["Mã", "Nội dung", "Hạn"], table="tblPhieu")
        attempt(data, PLAN)
    except WorkbookError:
        pass


@pytest.mark.fuzz
@settings(max_examples=cases(50))
@given(
    st.sampled_from(sorted(PARTS)),
    st.floats(0, 1),
    st.integers(0, 12),
    st.sampled_from(PIECES) | st.binary(max_size=4),
)
def test_any_damage_inside_a_part_ends_in_a_result_or_a_refusal(
    part: str, place: float, length: int, piece: bytes
) -> None:
    """Some bytes of one part are replaced by others."""
    data = PARTS[part]
    at = int(place * len(data))
    use(package({**PARTS, part: data[:at] + piece + data[at + length :]}))


@pytest.mark.fuzz
@settings(max_examples=cases(50))
@given(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 8))
def test_any_damage_of_the_zip_ends_in_a_result_or_a_refusal(
    place: float, piece: bytes, length: int
) -> None:
    """Some bytes of the file itself are replaced by others."""
    at = int(place * len(WHOLE))
    use(WHOLE[:at] + piece + WHOLE[at + length :])


@given(st.sampled_from(sorted(PARTS)))
def test_a_missing_part_ends_in_a_result_or_a_refusal(part: str) -> None:
    """Relationships that point nowhere."""
    use(package({name: data for name, data in PARTS.items() if name != part}))
