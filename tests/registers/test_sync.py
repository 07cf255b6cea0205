"""Stories of the shared register: typed rows, acts, refusals, crashes and files in use."""

from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.registers.columns import CODE, SHEET, SYNC_SHEET
from tests.registers.keeping import Keeping


def test_the_first_round_makes_the_register(keeping: Keeping) -> None:
    """A register that is not there is made with every request of the record."""
    done = keeping.acts(cast.CLERK.id, Act.REPORT, content="Thiếu biển chỉ dẫn")

    assert keeping.sync().outcome == "created"
    assert done.code
    assert keeping.row(done.code)["Nội dung"] == "Thiếu biển chỉ dẫn"
    assert keeping.sync().outcome == "quiet"


def test_a_second_round_writes_nothing(keeping: Keeping) -> None:
    """Once both sides are equal the file is left as it is, byte for byte."""
    keeping.opens()
    before = keeping.path.read_bytes()

    assert keeping.sync().outcome == "quiet"
    assert keeping.path.read_bytes() == before


def test_a_row_is_as_high_as_its_texts_and_grows_with_them(keeping: Keeping) -> None:
    """In rows added later too, and in the sheet of notes."""
    long = "Trả hồ sơ chậm, công dân phải đi lại nhiều lần trong tháng. " * 5
    first, second = keeping.opens(Nội_dung=long), keeping.opens(Nội_dung="ngắn")
    keeping.types(second, Số_phiếu="9")
    keeping.sync()

    book = load_workbook(keeping.path)
    rows = {row.text(CODE): row.index for row in keeping.grid().rows}
    heights = {code: book[SHEET].row_dimensions[row].height or 0 for code, row in rows.items()}
    assert heights[first] >= 90
    assert heights[first] > heights[second] >= 15
    assert book[SYNC_SHEET].row_dimensions[3].height >= 30
