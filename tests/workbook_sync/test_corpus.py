"""Public samples: patched, exactly the planned cells differ, or a typed refusal says why not."""

import re
import subprocess
import sys

import pytest

from tests.components import corpus
from tests.workbook_sync.patched_samples import Tried, figures, tried
from tests.workbook_sync.second_reader import Seen, cells, packed_parts
from workbook_sync.address import cell_name
from workbook_sync.diff import diff
from workbook_sync.read import read

MOST_SECONDS, MOST_MEGABYTES = 5, 300
EACH = """
import re, sys
from pathlib import Path
from time import process_time
from workbook_sync.errors import WorkbookError
from workbook_sync.foreign import read_any
for path in map(Path, sys.argv[1:]):
    start = process_time()
    try:
        read_any(path.read_bytes())
    except WorkbookError:
        pass
    peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
    print(process_time() - start, int(peak) / 1024)
"""


def planned(one: Tried) -> dict[tuple[str, str], str]:
    """What was meant to be written, by sheet and address, as the second reader sees it."""
    assert one.done is not None
    return {
        (sheet, cell_name(*place)): str(value or "")
        for sheet, found in one.done.cells.items()
        for place, value in found.items()
    }


def is_emptied_formula(before: Seen | None, after: Seen | None) -> bool:
    """Whether a formula only lost its result, to be computed again."""
    if before is None or after is None or before.formula is None:
        return False
    return (before.formula, before.style, "") == (after.formula, after.style, after.text)


def unplanned(one: Tried) -> dict[tuple[str, str], tuple[Seen | None, Seen | None]]:
    """The cells that differ without being planned, calculated columns of new rows left out."""
    assert one.done is not None
    before, after = cells(one.path.read_bytes()), cells(one.done.data)
    wanted = planned(one)
    assert {key: after[key].text for key in wanted} == wanted, one.path.name
    rows = {(sheet, row_of(cell)) for sheet, cell in wanted}
    pairs = {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()}
    return {
        (sheet, cell): (old, new)
        for (sheet, cell), (old, new) in pairs.items()
        if old != new and (sheet, cell) not in wanted and not is_emptied_formula(old, new)
        if not (old is None and new and new.formula and (sheet, row_of(cell)) in rows)
    }


def row_of(cell: str) -> str:
    """The row's number in an address."""
    return re.sub("[A-Z]", "", cell)


def test_every_sample_is_patched_exactly_or_refused_with_a_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By a reader of its own, exactly the planned cells differ."""
    for one in tried():
        if one.done is not None:
            assert unplanned(one) == {}, one.path.name
    with capsys.disabled():
        print(f"\n{figures()}")  # noqa: T201 - figures to be reported
    assert sum(one.wrote for one in tried()) > len(tried()) * 0.9


def test_every_part_that_was_not_to_change_is_the_same_packed_bytes() -> None:
    """A patch touches sheets, their tables, styles and the workbook part; nothing comes or goes."""
    for one in tried():
        if one.done is None:
            continue
        old, new = packed_parts(one.path.read_bytes()), packed_parts(one.done.data)
        assert list(old) == list(new), one.path.name
        changed = {name for name in old if old[name] != new[name]}
        assert changed == set(diff(one.path, one.done.data).parts_changed), one.path.name
        allowed = ("worksheets/", "tables/", "styles.xml", "workbook.xml")
        assert all(any(word in name for word in allowed) for name in changed), one.path.name


def test_no_sample_takes_long_or_much_memory() -> None:
    """All of them in one process: encrypted, broken and odd ones included."""
    paths = sorted(p for p in corpus("xlsx").rglob("*.*") if p.suffix != ".tsv")
    command = [sys.executable, "-c", EACH, *map(str, paths)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    for path, line in zip(paths, run.stdout.splitlines(), strict=True):
        seconds, megabytes = map(float, line.split())
        assert seconds < MOST_SECONDS, path.name
        assert megabytes < MOST_MEGABYTES, path.name


@pytest.mark.parametrize(
    ("name", "formula"),
    [("ClosedXML/CubeFromRange-Input.xlsx", True), ("npoi/DateFormatTests.xlsx", True)],
)
def test_formulas_of_samples_are_seen(name: str, formula: bool) -> None:
    """A cell with a formula is told from one with a constant."""
    cells = (c for s in read(corpus("xlsx") / name).sheets for c in s.cells().values())
    assert any(cell.formula for cell in cells) is formula
