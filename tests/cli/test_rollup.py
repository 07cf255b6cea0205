"""`mailflow rollup YEAR --homes DIR`: the year of many agencies in one table and one letter."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.evidence.rollup import COUNTED, REVIEWED
from tests.cli.conftest import Mailflow
from tests.conversations.agency import IMPROVEMENT, REPORT, Agency
from tests.databases import POSTGRESQL


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two agencies: one with a report and an improvement that nobody took up, one with neither."""
    folder = tmp_path_factory.mktemp("province")
    one = Agency(folder / "ban-a", agency_id="ban-a")
    one.writes(cast.CLERK, REPORT)
    one.writes(cast.PLANNER, IMPROVEMENT)
    one.close()
    Agency(folder / "ban-b", beside=one.home if POSTGRESQL else None, agency_id="ban-b").close()
    file = folder / "ban-b" / "mailflow.toml"
    text = file.read_text(encoding="utf-8").replace(cast.AGENCY, "=Sở Nội vụ")
    file.write_text(text, encoding="utf-8")
    return folder


def test_a_row_an_agency_and_the_sums(mailflow: Mailflow, province: Path, tmp_path: Path) -> None:
    """Numbers are numbers, a name that looks like a formula is a name."""
    table = tmp_path / "tong-hop.xlsx"
    said = mailflow("rollup", "2026", "--homes", province, "--into", table, "--json")
    assert (said.code, [line["agency"] for line in said.json]) == (0, [cast.AGENCY, "=Sở Nội vụ"])
    first, second = (line["figures"] for line in said.json)
    assert set(first) == set(COUNTED)
    assert (first["Phiếu BM.CTCL.01"], first["Đang thực hiện"], first["Đang quá hạn"]) == (2, 2, 2)
    assert first[REVIEWED] == 0
    assert set(second.values()) == {0}
    sheet = load_workbook(io.BytesIO(table.read_bytes())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[-3:]] == [cast.AGENCY, "=Sở Nội vụ", "Cộng"]
    assert sheet.cell(sheet.max_row - 1, 1).data_type == "s"
    assert rows[-1][1:] == [first[name] + second[name] for name in COUNTED]


def test_the_letter_names_who_stands_out(mailflow: Mailflow, province: Path) -> None:
    """Late ones with their number, reviews not ended; nothing about a person or matter."""
    said = mailflow("rollup", "2026", "--homes", province)
    assert said.code == 0
    assert f"Phiếu đang quá hạn:\n- {cast.AGENCY}: 2\n" in said.out
    assert f"Chưa kết thúc:\n- {cast.AGENCY}\n- =Sở Nội vụ\n" in said.out
    assert "lập trong năm: 2;" in said.out
    assert cast.CLERK.name not in said.out
    assert "giấy phép" not in said.out


def test_another_year_is_empty(mailflow: Mailflow, province: Path) -> None:
    """What was opened in 2026 is not of 2025."""
    said = mailflow("rollup", "2025", "--homes", province, "--json")
    assert [line["figures"]["Phiếu BM.CTCL.01"] for line in said.json] == [0, 0]


def test_a_home_at_fault_is_named_and_left_out(mailflow: Mailflow, province: Path) -> None:
    """Exit code 1; the letter says whose figures are missing."""
    broken = province / "ban-c"
    broken.mkdir()
    (broken / "mailflow.toml").write_text("[agency]\n", encoding="utf-8")
    try:
        said = mailflow("rollup", "2026", "--homes", province)
    finally:
        (broken / "mailflow.toml").unlink()
        broken.rmdir()
    assert said.code == 1
    assert "không có trong bảng:\n- ban-c\n" in said.out
    assert "ban-c: agency.name" in said.err
