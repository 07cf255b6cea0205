"""Stories of the shared register: typed rows, acts, refusals, crashes and files in use."""

from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from tests.registers.keeping import REPORTED, Keeping


def opened(keeping: Keeping) -> str:
    """Open a request by a row of the register, and give its code."""
    keeping.sync()
    keeping.adds(dict(REPORTED))
    return keeping.sync().opened[0]


def test_the_first_round_makes_the_register(keeping: Keeping) -> None:
    """A register that is not there is made with every request of the record."""
    done = keeping.acts(cast.CLERK.id, Act.REPORT, content="Thiếu biển chỉ dẫn")

    assert keeping.sync().outcome == "created"
    assert done.code
    assert keeping.row(done.code)["Nội dung"] == "Thiếu biển chỉ dẫn"
    assert keeping.sync().outcome == "quiet"


def test_a_row_typed_by_the_keeper_opens_a_request(keeping: Keeping) -> None:
    """The reporter named in it is the reporter and gets the receipt; the keeper entered it."""
    code = opened(keeping)
    entry = keeping.request(code).entries[0]

    assert (entry.by, entry.entered_by) == (cast.CLERK.id, cast.SECRETARY.id)
    assert (entry.via.kind, entry.proof) == ("register", "keeper")
    assert [n.request for n in keeping.mails(cast.CLERK.id, "report")] == [code]
    row = keeping.row(code)
    assert row["Đơn vị"] == cast.ONE_STOP
    assert row["Trạng thái"] == "Chờ trưởng đơn vị xem xét"
    assert row["Đang chờ ai"] == cast.ONE_STOP_HEAD.name
    assert keeping.request(code).state is State.REPORTED
    assert keeping.told() == []


def test_a_second_round_writes_nothing(keeping: Keeping) -> None:
    """Once both sides are equal the file is left as it is, byte for byte."""
    opened(keeping)
    before = keeping.path.read_bytes()

    assert keeping.sync().outcome == "quiet"
    assert keeping.path.read_bytes() == before
