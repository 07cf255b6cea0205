"""Stories of the shared register: typed rows, acts, refusals, crashes and files in use."""

from mailflow.demo import cast
from mailflow.procedure.terms import Act
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
