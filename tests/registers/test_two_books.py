"""The agency's register and one of a unit: each its own file, in step through the record."""

from dataclasses import dataclass
from pathlib import Path

from mailflow.demo import cast
from mailflow.registers import sync
from mailflow.settings.sections import Register
from tests.registers.keeping import MINUTE, REPORTED, Book, Keeping


@dataclass
class UnitBook(Book):
    """The register of the one-stop desk, kept by its head."""

    path: Path


def both(keeping: Keeping, book: UnitBook) -> tuple[str, str]:
    """Do one round of each, as the job does."""
    (agency,) = keeping.house.settings.registers
    changed = {"path": book.path, "keeper": cast.ONE_STOP_HEAD.email, "unit": cast.ONE_STOP}
    unit: Register = agency.model_copy(update=changed)
    keeping.now += MINUTE
    first, second = (
        sync.sync(keeping.open_work, keeping.house, register, keeping.now).outcome
        for register in (unit, agency)
    )
    return first, second


def in_step(keeping: Keeping, book: UnitBook, code: str) -> dict[str, object]:
    """Check that both show a request alike; gives its row."""
    row = book.row(code)
    assert row == keeping.row(code)
    return dict(row)


def test_what_the_unit_types_stands_in_the_agencys_book_a_round_later(keeping: Keeping) -> None:
    """A new row with its code, then the decision of the unit's head, without anybody copying."""
    book = UnitBook(keeping.home / "Sổ Một cửa.xlsx")
    assert both(keeping, book) == ("created", "created")
    book.adds(dict(REPORTED))
    assert both(keeping, book) == ("written", "written")
    (code,) = keeping.codes()
    assert in_step(keeping, book, code)["Nội dung"] == REPORTED["Nội dung"]

    book.types(code, Hình_thức_xử_lý="Làm lại", Người_xử_lý=cast.CLERK.name)
    book.types(code, Hạn_xử_lý=keeping.day(3))
    both(keeping, book)
    both(keeping, book)
    row = in_step(keeping, book, code)
    assert (row["Hình thức xử lý"], row["Trạng thái"]) == ("Làm lại", "Đang xử lý")
    assert both(keeping, book) == ("quiet", "quiet")


def test_each_book_shows_its_own_and_notes_stay_where_they_were_typed(keeping: Keeping) -> None:
    """What is another unit's is in the agency's book alone; a keeper's note is nobody else's."""
    book = UnitBook(keeping.home / "Sổ Một cửa.xlsx")
    both(keeping, book)
    keeping.adds(REPORTED | {"Người phát hiện": cast.PLANNER.name, "Nội dung": "Của phòng khác"})
    book.adds(REPORTED | {"Ghi chú": "của một cửa"})
    both(keeping, book)
    both(keeping, book)
    theirs = [row.text("Mã") for row in book.grid().rows]
    assert len(keeping.codes()) == 2
    assert len(theirs) == 1
    assert book.row(theirs[0])["Ghi chú"] == "của một cửa"
    assert keeping.row(theirs[0])["Ghi chú"] is None
