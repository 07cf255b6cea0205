"""Workbooks made to exhaust whoever opens them: each ends soon, in little memory, by its name."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.workbook_sync.samples import (
    MAIN,
    OFFICE,
    PACKAGE,
    package,
    parts_of,
    register,
    sheet,
    workbook,
)
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read

USE = """
import re, sys
from pathlib import Path
from time import process_time
from workbook_sync.errors import WorkbookError
from workbook_sync.locate import locate
from workbook_sync.patch import Append, Plan, attempt
from workbook_sync.read import read
start, data, said = process_time(), Path(sys.argv[1]).read_bytes(), "done"
plan = Plan({("S", "B4"): "x"}, (Append("S", ({"Mã": "x"},)),))
works = [lambda: locate(read(data), ["Mã", "Hạn"]), lambda: attempt(data, plan)]
for work in works[: int(sys.argv[2])]:
    try:
        work()
    except WorkbookError as error:
        said = str(error)
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(process_time() - start, int(peak) // 1024, said)
"""
CELL = '<c r="A1"><v>1</v></c>'
MEGA = 2**20


def filled(unit: str, size: int) -> str:
    """A unit over and over, up to a size in bytes."""
    return unit * (size // len(unit))


def one_endless_row() -> bytes:
    """All cells in a single row, which a parser would hold whole."""
    return workbook({"S": sheet(f'<row r="1">{filled(CELL, 12 * MEGA)}</row>')})


def rows_said_in_comments() -> bytes:
    """The same, with the word for a row in comments and CDATA between."""
    unit = f"{CELL}<!--<row --><c r='B1'><v><![CDATA[<row ]]></v></c>"
    return workbook({"S": sheet(f'<row r="1">{filled(unit, 12 * MEGA)}</row>')})


def merged_endlessly() -> bytes:
    """Merged cells by the million."""
    merges = filled('<mergeCell ref="A1:B2"/>', 12 * MEGA)
    return workbook({"S": sheet("", after=f"<mergeCells>{merges}</mergeCells>")})


def one_endless_string() -> bytes:
    """A shared string of a million runs."""
    return workbook({"S": sheet("")}, [filled("<r><t>x</t></r>", 12 * MEGA)])


def one_part_for_every_sheet() -> bytes:
    """Hundreds of sheets that are all the same part, its first rows full."""
    row = "".join(f'<row r="{n}">{filled("<c><v>1</v></c>", 40_000)}</row>' for n in range(1, 21))
    parts = parts_of(workbook({"S": sheet(row)}))
    listed = "".join(
        f'<sheet name="S{n or ""}" sheetId="{n + 1}" r:id="rId1"/>' for n in range(500)
    )
    main = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    return package({**parts, "xl/workbook.xml": main})


def more_cells_than_may_be() -> bytes:
    """Two million cells in small rows."""
    row = "<row>" + "<c><v>1</v></c>" * 20 + "</row>"
    return workbook({f"S{n or ''}": sheet(filled(row, 9 * MEGA)) for n in range(4)})


def one_table_hung_up_endlessly() -> bytes:
    """A hundred thousand relationships to one table."""
    table = f'<table xmlns="{MAIN}" name="t" displayName="t" ref="A1:B2"/>'
    kind = f'Type="{OFFICE}/table" Target="../tables/t.xml"'
    rels = filled(f'<Relationship Id="r" {kind}/>', 9 * MEGA)
    parts = parts_of(workbook({"S": sheet("")}))
    return package(
        {
            **parts,
            "xl/tables/t.xml": table,
            "xl/worksheets/_rels/sheet1.xml.rels": (
                f'<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>'
            ),
        }
    )


def endless_styles() -> bytes:
    """Styles that would be parsed whole."""
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs>{filled("<xf/>", 9 * MEGA)}</cellXfs></styleSheet>'
    )
    return workbook({"S": sheet("")}, styles=styles)


def formulas_that_never_end() -> bytes:
    """Cells that begin like a computed one over and over."""
    cells = filled('<c r="A4"><f>1', 5 * MEGA)
    return workbook({"S": sheet(f'<row r="4">{cells}')})


MAKERS: list[Callable[[], bytes]] = [
    one_endless_row,
    rows_said_in_comments,
    merged_endlessly,
    one_endless_string,
    one_part_for_every_sheet,
    more_cells_than_may_be,
    one_table_hung_up_endlessly,
    endless_styles,
    formulas_that_never_end,
]


def spent(path: Path, works: int) -> Iterator[float]:
    """Processor seconds and MB that reading, and patching, took in a process of their own."""
    command = [sys.executable, "-c", USE, str(path), str(works)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    print(run.stdout)  # noqa: T201 - shown when the test fails
    yield from map(float, re.findall(r"[\d.]+", run.stdout)[:2])


@pytest.mark.threat("zip and XML bombs")
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_hostile_workbook_ends_soon_and_small(make: Callable[[], bytes], tmp_path: Path) -> None:
    """Within 300 MB, and in seconds: the bound on time is loose, since machines are."""
    path = tmp_path / "so.xlsx"
    with zipfile.ZipFile(path, "w") as archive:  # not packed, so that no ratio gives it away
        for name, data in parts_of(make()).items():
            archive.writestr(name, data)
    seconds, megabytes = spent(path, 1 if make is more_cells_than_may_be else 2)
    assert megabytes < 300
    assert seconds < 15


def test_a_register_with_fifty_thousand_links_is_no_hostile_one() -> None:
    """Excel makes a link of every address that is typed; they are many, and none is a danger."""
    links = "".join(f'<hyperlink ref="D{n}" r:id="rId{n}"/>' for n in range(1, 50_001))
    kind = f'Type="{OFFICE}/hyperlink" TargetMode="External"'
    rels = "".join(
        f'<Relationship Id="rId{n}" {kind} Target="mailto:nguoi.{n}@don-vi.example"/>'
        for n in range(1, 50_001)
    )
    data = register(after=f"<hyperlinks>{links}</hyperlinks>")
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    parts = parts_of(data)
    parts[name] = parts[name].replace(b"</Relationships>", f"{rels}</Relationships>".encode())
    linked = package(parts)
    assert not read(linked).problems
    new = patch(linked, Plan({("Phiếu", "B4"): "mới"}, (Append("Phiếu", ({"Mã": "P-3-X"},)),)))
    assert read(new).sheet("Phiếu").tables[0].ref.bottom == 6
