"""`python -m workbook_sync`: read, patch and diff from a terminal."""

import json
from pathlib import Path

import pytest

from tests.workbook_sync.samples import register
from workbook_sync.__main__ import main
from workbook_sync.read import read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A register on disk."""
    register_path = tmp_path / "sổ.xlsx"
    register_path.write_bytes(register(after='<mergeCells><mergeCell ref="D4:D5"/></mergeCells>'))
    return register_path


def test_read_shows_every_cell_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With kinds, tables, merges, hidden rows and problems."""
    assert main(["read", str(path), "--sheet", "phiếu", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    (sheet,) = shown["sheets"]
    assert sheet["cells"]["C4"] == {"kind": "date", "value": "2026-03-05", "style": 1}
    assert sheet["tables"] == [
        {"name": "tblPhieu", "ref": "A3:C5", "headers": ["Mã", "Nội dung", "Hạn"]}
    ]
    assert (sheet["merges"], sheet["hidden_rows"], shown["problems"]) == (["D4:D5"], [5], [])


def test_read_without_json_is_one_line_a_sheet(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a person in a hurry."""
    assert main(["read", str(path)]) == 0
    assert capsys.readouterr().out == "Phiếu (visible): 4 rows, 9 cells, tblPhieu A3:C5\n"


def test_patch_sets_cells_and_adds_rows_and_diff_shows_them(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The original stays; values may hold an equals sign."""
    out = path.with_name("mới.xlsx")
    arguments = ["--set", "'Phiếu'!B4=a=b", "--set", "Phiếu!B5=", "--append"]
    arguments.append('Phiếu:{"Mã": "P-3-X", "Hạn": 5}')
    assert main(["patch", str(path), str(out), *arguments]) == 0
    assert read(out).sheet("Phiếu").cells()[4, 2].value == "a=b"
    assert main(["diff", str(path), str(out)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Phiếu",
        "  B4  P-1-K, Nội dung: máy in hỏng → a=b",
        "  B5  P-2-M, Nội dung: thiếu biểu mẫu → (trống)",
        "  dòng 6 mới: Mã: P-3-X; Hạn: 05/01/1900",
        "phần của tệp đã đổi: xl/worksheets/sheet1.xml, xl/tables/table1.xml",
    ]
    assert main(["diff", str(path), str(path)]) == 0


def test_a_refusal_ends_with_three_and_says_why(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And no file is written."""
    out = path.with_name("mới.xlsx")
    assert main(["patch", str(path), str(out), "--set", "Phiếu!D5=x"]) == 3
    assert capsys.readouterr().err == "refused: Phiếu!D5: inside a merged cell: D4:D5\n"
    assert not out.exists()


def test_a_missing_file_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said in one line, without a traceback."""
    assert main(["read", str(tmp_path / "không có.xlsx")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "wrong", [["--set", "B3=x"], ["--append", "S:[1]"], ["--append", "S:{"], ["--append", "x"]]
)
def test_wrong_usage_ends_with_two(path: Path, wrong: list[str]) -> None:
    """A setting without a sheet, rows that are no JSON object."""
    with pytest.raises(SystemExit) as stop:
        main(["patch", str(path), "out.xlsx", *wrong])
    assert stop.value.code == 2


def test_a_text_file_is_read_like_a_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And so is any spreadsheet that is only read."""
    path = tmp_path / "sổ.csv"
    path.write_bytes("\ufeffMã;Nội dung\nP-1-K;máy in hỏng\n".encode())
    assert main(["read", str(path)]) == 0
    assert capsys.readouterr().out == "csv (visible): 2 rows, 4 cells\n"
