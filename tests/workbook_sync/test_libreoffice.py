"""A real LibreOffice opens what was built and patched, shows the values and computes anew."""

import csv
import io
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.components import need
from tests.workbook_sync.patched_samples import Tried, tried
from workbook_sync.build import build
from workbook_sync.locate import locate
from workbook_sync.parts import properties
from workbook_sync.patch import Append, Plan, patch
from workbook_sync.read import read
from workbook_sync.spec import Column, ColumnKind, Formula, FreeSheet, Line, ListSheet, WorkbookSpec
from workbook_sync.values import Value

SPEC = WorkbookSpec(
    (
        FreeSheet(
            "Tổng hợp", [Line(("Mới", Formula('=COUNTIFS(tblPhieu[Trạng thái],"Mới")')))], (20, 10)
        ),
        ListSheet(
            "Phiếu",
            (
                Column("Mã", system=True),
                Column("Nội dung", 40),
                Column("Hạn", 12, ColumnKind.DATE),
                Column("Trạng thái", 12, ColumnKind.CHOICE, choices="Trạng thái"),
            ),
            ({"Mã": "P-1-K", "Nội dung": "một", "Hạn": date(2026, 3, 5), "Trạng thái": "Mới"},),
            table="tblPhieu",
            titles=("SỔ",),
        ),
    ),
    lists={"Trạng thái": ["Mới", "Đóng"]},
    properties={"register_id": "sổ-1", "generation": 7},
)

EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of a LibreOffice with a profile of its own."""
    profile = tmp_path_factory.mktemp("profile").as_uri()
    return [need("soffice"), f"-env:UserInstallation={profile}", "--headless", "--norestore"]


def converted(office: list[str], data: bytes, kind: str, folder: Path) -> dict[str, bytes]:
    """The files that LibreOffice makes of a workbook, by name."""
    source = folder / "so.xlsx"
    source.write_bytes(data)
    out = folder / "out"
    command = [*office, "--convert-to", kind, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_a_patched_register_shows_its_values_and_its_summary_is_computed(
    office: list[str], tmp_path: Path
) -> None:
    """LibreOffice saves it first (so results are stored), then we patch, then it opens it again."""
    saved = converted(office, build(SPEC), "xlsx", tmp_path)["so.xlsx"]
    assert read(saved).sheet("Tổng hợp").cells()[1, 2].value == 1
    row: dict[str, Value] = {
        "Mã": "P-2-M",
        "Nội dung": "=1+1",
        "Hạn": date(2026, 4, 1),
        "Trạng thái": "Mới",
    }
    plan = Plan(
        {("Phiếu", "B3"): " Đã sửa <ổn> ", ("Phiếu", "C3"): date(2026, 12, 31)},
        (Append("Phiếu", (row,), "tblPhieu"),),
        {"generation": 8},
    )
    new = patch(saved, plan)
    assert properties(new)["generation"] == 8
    shown = {
        name: list(csv.reader(io.StringIO(text.decode("utf-8"))))
        for name, text in converted(office, new, EVERY_SHEET, tmp_path / "..").items()
        if name.endswith(".csv")
    }
    assert shown["so-Tổng hợp.csv"] == [["Mới", "2"]]
    assert shown["so-Phiếu.csv"][2:] == [
        ["P-1-K", " Đã sửa <ổn> ", "31/12/2026", "Mới"],
        ["P-2-M", "=1+1", "01/04/2026", "Mới"],
    ]


def test_a_built_register_survives_being_saved_by_libreoffice(
    office: list[str], tmp_path: Path
) -> None:
    """Table, identity, validation and the hidden lists are still there, and it can be patched."""
    saved = converted(office, build(SPEC), "xlsx", tmp_path)["so.xlsx"]
    assert properties(saved) == {"register_id": "sổ-1", "generation": 7}
    found = locate(read(saved), ["Mã", "Hạn"], table="tblPhieu")
    assert found.table == "tblPhieu"
    assert found.rows[0].cells["Hạn"].value == date(2026, 3, 5)
    assert patch(saved, Plan({("Phiếu", "B3"): "sửa"})) != saved


def test_patched_samples_open_and_show_what_was_written(
    office: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of them in one run; a sheet that LibreOffice fills itself (a pivot) may differ."""
    written = {f"s{number:02d}": one for number, one in enumerate(tried()) if one.wrote}
    for name, one in written.items():
        assert one.done is not None
        (tmp_path / f"{name}{one.path.suffix}").write_bytes(one.done.data)
    out = tmp_path / "out"
    files = sorted(map(str, tmp_path.glob("s*.*")))
    command = [*office, "--convert-to", EVERY_SHEET, "--outdir", str(out), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    hidden = [one.path.name for name, one in written.items() if not shows(out, name, one)]
    with capsys.disabled():
        print(f"\n{len(written)} patched, shown all but {hidden}")  # noqa: T201 - figures to be reported
    assert len(hidden) <= len(written) * 0.05


def shows(out: Path, name: str, one: Tried) -> bool:
    """Whether every text that was written stands in the sheets as LibreOffice shows them."""
    assert one.done is not None
    shown = Counter(
        cell
        for path in out.glob(f"{name}-*.csv")
        for row in csv.reader(io.StringIO(path.read_text("utf-8")))
        for cell in row
    )
    wanted = Counter(v for cells in one.done.cells.values() for v in cells.values() if v)
    return wanted <= shown
