"""Rows of requests whose records were disposed of (VII): they stay as they are."""

import pytest

from mailflow.demo import cast
from mailflow.procedure.request import Via
from mailflow.procedure.terms import Act
from mailflow.registers.columns import CODE
from tests.registers.keeping import Keeping

BY_LETTER, BY_JOB = Via("letter", "1"), Via("program", "disposals")


@pytest.fixture
def code(keeping: Keeping) -> str:
    """A request that was reported, withdrawn and disposed of, and one that is open."""
    gone = keeping.opens(Nội_dung="Việc đã xong từ lâu")
    keeping.opens(Nội_dung="Việc đang làm")
    keeping.acts(cast.CLERK.id, Act.WITHDRAW, code=gone, reason="Nhầm")
    keeping.sync()
    with keeping.open_work() as work:
        row = work.requests.row(gone)
        assert row
        work.disposals.decide([row], BY_LETTER, keeping.now, cast.SECRETARY.id)
        work.disposals.carry_out([gone], BY_JOB, keeping.now)
        work.keep()
    return gone


def test_the_row_stays_as_it_is(keeping: Keeping, code: str) -> None:
    """No cell is emptied or asked about, in this file or in one made anew."""
    before = keeping.row(code)
    assert keeping.sync().outcome == "quiet"
    assert keeping.row(code) == before
    assert before["Nội dung"] == "Việc đã xong từ lâu"
    assert keeping.told() == []


def test_what_is_typed_into_it_is_answered_and_taken_back(keeping: Keeping, code: str) -> None:
    """No new request is opened from the old row, and the keeper is told why."""
    keeping.types(code, Nội_dung="Sửa lại", Số_phiếu="99/2026")
    keeping.sync()
    keeping.sync()
    assert len(keeping.codes()) == 2
    assert keeping.row(code)["Nội dung"] == "Việc đã xong từ lâu"
    said = [line["Vì sao"] for line in keeping.told() if line[CODE] == code]
    assert any("đã hủy" in why for why in said)


def test_the_keepers_own_note_is_still_kept(keeping: Keeping, code: str) -> None:
    """Whatever the agency writes beside it is the agency's."""
    keeping.types(code, Ghi_chú="Đã nộp lưu trữ cơ quan")
    keeping.sync()
    assert keeping.row(code)["Ghi chú"] == "Đã nộp lưu trữ cơ quan"
    assert keeping.sync().outcome == "quiet"
    assert keeping.told() == []
