"""Public samples: patched, exactly the planned cells differ, or a typed refusal says why not."""

import resource
import time
from functools import cache
from pathlib import Path

import pytest

from tests.components import corpus
from workbook_sync.diff import diff
from workbook_sync.errors import Refusal
from workbook_sync.package import open_package
from workbook_sync.patch import Append, Plan, attempt
from workbook_sync.read import Workbook, read
from workbook_sync.values import Kind

WORDS = "Đã sửa = <ổn> & _x0041_ 'xong'"


@cache
def samples() -> tuple[Path, ...]:
    """Every workbook of the samples, readable or not."""
    return tuple(sorted(p for p in corpus("xlsx").rglob("*") if p.suffix.startswith(".xl")))


def plan_for(workbook: Workbook) -> Plan:
    """Three cells of the first sheet that has any (one with text first), and a row per table."""
    plan = Plan()
    for sheet in workbook.sheets:
        cells = [c for row in sheet.rows for c in row.cells if c.formula is None]
        cells.sort(key=lambda cell: cell.kind is not Kind.TEXT)
        if cells:
            sets = {(sheet.name, cell.name): WORDS for cell in cells[:3]}
            plan = Plan(sets)
            break
    rows = tuple(
        Append(sheet.name, ({table.headers[0]: "dòng mới"},), table.name)
        for sheet in workbook.sheets
        for table in sheet.tables
    )
    return Plan(plan.sets, rows)


def test_every_sample_is_patched_exactly_or_refused_with_a_reason() -> None:
    """An independent whole reading finds the planned cells and no other; other parts are equal."""
    written = 0
    for path in samples():
        try:
            workbook = read(path)
            done = attempt(path, plan_for(workbook))
        except Refusal:
            continue
        found = diff(path, done.data)
        calculated = [c for c in found.cells if c.before is None and c.after and c.after.formula]
        changed = {(c.sheet, c.cell) for c in found.cells if c not in calculated}
        wanted = {
            (sheet, place): value
            for sheet, cells in done.cells.items()
            for place, value in cells.items()
        }
        now = {(s.name, k): c for s in read(done.data).sheets for k, c in s.cells().items()}
        assert {key: now[key].value for key in wanted} == wanted, path.name
        assert changed <= {(sheet, now[sheet, place].name) for sheet, place in wanted}, path.name
        assert not found.parts_added, path.name
        assert not found.parts_removed, path.name
        old, new = open_package(path), open_package(done.data)
        for info in old.infos:
            if info.filename not in found.parts_changed:
                match = next(i for i in new.infos if i.filename == info.filename)
                assert old.raw(info)[1] == new.raw(match)[1], path.name
        written += bool(wanted)
    assert written > len(samples()) / 2


def test_no_sample_takes_long_or_much_memory() -> None:
    """Encrypted, broken and odd ones included: the slowest is done in five seconds."""
    for path in samples():
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            read(path)
        except Refusal:
            continue
        finally:
            assert time.monotonic() - start < 5, path.name
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, path.name


@pytest.mark.parametrize(
    ("name", "formula"),
    [("ClosedXML/CubeFromRange-Input.xlsx", True), ("npoi/DateFormatTests.xlsx", True)],
)
def test_formulas_of_samples_are_seen(name: str, formula: bool) -> None:
    """A cell with a formula is told from one with a constant."""
    cells = (c for s in read(corpus("xlsx") / name).sheets for c in s.cells().values())
    assert any(cell.formula for cell in cells) is formula
