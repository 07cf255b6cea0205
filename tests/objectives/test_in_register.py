"""The register's sheet of objectives and the mail together."""

from pathlib import Path

import pytest

from mailflow.procedure.numbering import line_code
from mailflow.procedure.terms import Act
from mailflow.record import Outcome
from mailflow.registers.columns import CODE
from tests.conversations.agency import to
from tests.objectives.year import OWNER, Year
from tests.registers.keeping import Book
from tests.registers.planned import grid_of
from workbook_sync.locate import Grid

pytestmark = pytest.mark.clause("5.9")


class Sheet(Book):
    """The sheet of objectives of a workbook somebody has."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        path.write_bytes(data)

    def grid(self) -> Grid:
        """Read the sheet of objectives."""
        return grid_of(self.path)


def test_a_head_mails_a_register_back_with_months_in_it(year: Year, tmp_path: Path) -> None:
    """Proven by the mail it answers, done as the head's; the answer brings the register along."""
    year.planned()
    year.comes("2027-04-01")
    path = Path(str(year.service.settings.registers[0].path))
    copy = Sheet(tmp_path / "Sổ gửi về.xlsx", path.read_bytes())
    one, two = (line_code(year.matter().code, number) for number in (1, 2))
    copy.types(one, T1="45/50", T2="48/50", T3="50/50")
    copy.types(two, T1="nhiều quá")
    mails = year.replies(
        OWNER, "Em gửi lại sổ ạ", year.matter().code, ((copy.path.name, copy.path.read_bytes()),)
    )
    entry = year.matter().entries[-1]
    assert (entry.act, entry.by, entry.proof) == (Act.RECORD_ACTUALS, OWNER.id, "token")
    assert year.line(1).actuals == {1: "143/150"}
    answer = to(mails, OWNER)
    assert "chưa so được" in answer.text
    assert year.outcome() is Outcome.ASKED
    (data,) = (data for name, data in answer.files if name.endswith(".xlsx"))
    fresh = Sheet(tmp_path / "về.xlsx", data)
    assert fresh.row(one)["Quý I"] == "143/150"
    assert [row.text(CODE) for row in fresh.grid().rows if row.text(CODE) == two]
    assert year.comes("2027-04-02") == []


def test_the_head_confirms_in_one_word_what_the_secretary_typed(year: Year, tmp_path: Path) -> None:
    """The mail shows which months of which objective; "Đúng" records them as the head's."""
    year.planned()
    year.work()
    path = Path(str(year.service.settings.registers[0].path))
    book = Sheet(path, path.read_bytes())
    one = line_code(year.matter().code, 1)
    book.types(one, T1="45/50")
    year.wait(hours=0.1)
    asked = year.post.last(OWNER)
    assert "Trả kết quả đúng hạn (T1: 45/50)" in asked.text
    year.replies(OWNER, "Đúng")
    entry = year.matter().entries[-1]
    assert (entry.act, entry.by, entry.proof) == (Act.RECORD_ACTUALS, OWNER.id, "challenge")
    year.wait(hours=0.1)
    assert book.row(one)["Quý I"] == "45/50"
