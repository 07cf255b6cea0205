"""A register on a file server: kept there, while another machine has it open and saves it."""

import signal
from collections.abc import Iterator

import pytest

from mailflow.demo import cast
from mailflow.errors import Misconfigured, Temporary
from mailflow.procedure.terms import Act
from tests.registers.keeping import MINUTE, REPORTED, Keeping
from tests.samba import PASSWORD, Samba, samba
from workbook_sync.patch import Append, Plan, patch

NAME = "Sổ theo dõi.xlsx"


@pytest.fixture(scope="module")
def server() -> Iterator[Samba]:
    """One server for all stories of this file."""
    with samba() as running:
        yield running


@pytest.fixture
def shared(keeping: Keeping, server: Samba, monkeypatch: pytest.MonkeyPatch) -> Keeping:
    """The agency's register lies on the share; its keeper works there from another machine."""
    for left in server.folder.iterdir():
        left.unlink()
    monkeypatch.setenv("MAILFLOW_SHARE_PASSWORD", PASSWORD)
    keeping.where, keeping.disk = str(server.address(NAME)), server.folder / NAME
    return keeping


def decided(keeping: Keeping, code: str) -> None:
    """Let a letter change the request, so that there is something to write."""
    head, act = cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION
    keeping.acts(head, act, "no_work", code, disposition="accept", reason="Nhẹ")


def test_both_ways_over_the_share(shared: Keeping, server: Samba) -> None:
    """Made there, a row read from there, its code and a decision written there."""
    code = shared.opens(Ghi_chú="gọi lại")
    decided(shared, code)
    assert shared.sync().outcome == "written"
    row = shared.row(code)
    assert (row["Hình thức xử lý"], row["Ghi chú"]) == ("Chấp nhận", "gọi lại")
    assert shared.sync().outcome == "quiet"
    assert not (shared.home / NAME).exists()


def test_held_open_by_another_machine_nothing_is_lost_on_either_side(
    shared: Keeping, server: Samba
) -> None:
    """Excel has it open and lets nobody write. A decision comes by mail; Excel saves and closes."""
    code = shared.opens()
    with server.client(NAME) as excel:
        decided(shared, code)
        before = shared.path.read_bytes()
        assert [shared.sync().outcome for _ in range(3)] == ["waiting"] * 3
        assert shared.path.read_bytes() == before

        grid = shared.grid()
        row = REPORTED | {"Nội dung": "Gõ trong lúc mở", "Ghi chú": "từ máy khác"}
        theirs = patch(before, Plan(appends=(Append(grid.sheet, (row,), grid.table),)))
        excel.write(theirs)
        excel.truncate(len(theirs))
        assert shared.sync().outcome == "waiting"
        (_, second) = shared.codes()

    shared.now += 10 * MINUTE
    assert shared.sync().outcome == "written"
    assert shared.row(code)["Hình thức xử lý"] == "Chấp nhận"
    added = shared.row(second)
    assert (added["Nội dung"], added["Ghi chú"]) == ("Gõ trong lúc mở", "từ máy khác")
    assert shared.sync().outcome == "quiet"
    assert len(shared.codes()) == 2


def test_the_keeper_hears_where_the_open_register_lies(shared: Keeping, server: Samba) -> None:
    """Its address on the share; that nobody knows whose machine it is."""
    decided(shared, shared.opens())
    with server.client(NAME):
        for _ in range(20):
            shared.sync()
    (mail,) = shared.mails(cast.SECRETARY.id, "register_open")
    said = {row["label"]: row["value"] for row in mail.context["details"]}
    assert said["Nơi để"] == shared.where
    assert said["Đang mở"] == "trên một máy không rõ tên"


def test_a_register_nobody_else_may_even_read_is_told_too(shared: Keeping, server: Samba) -> None:
    """A program that keeps it to itself: the keeper hears, and nothing is guessed."""
    code = shared.opens()
    with server.client(NAME, share=None):
        assert {shared.sync().outcome for _ in range(20)} == {"waiting"}
    (mail,) = shared.mails(cast.SECRETARY.id, "register_open")
    said = {row["label"]: row["value"] for row in mail.context["details"]}
    assert said["Chờ ghi"] == "chưa rõ, vì chưa đọc được sổ"
    assert shared.sync().outcome == "quiet"
    assert shared.row(code)["Mã"] == code


@pytest.mark.parametrize("failpoint", ["register.after_intent", "register.before_base"])
def test_killed_in_between_everything_happened_once(shared: Keeping, failpoint: str) -> None:
    """The server drops the handle of the dead; the next round ends what was begun."""
    decided(shared, shared.opens())
    shared.adds(REPORTED | {"Nội dung": "Hai"})
    assert shared.killed(failpoint) == -signal.SIGKILL

    shared.sync()
    one, two = shared.codes()
    assert shared.row(one)["Hình thức xử lý"] == "Chấp nhận"
    assert shared.row(two)["Nội dung"] == "Hai"
    assert shared.sync().outcome == "quiet"


def test_a_share_that_lets_us_read_only_is_said_and_written_once_it_may(
    shared: Keeping, server: Samba
) -> None:
    """What was typed is taken up; what is to be written waits, and the file stays as it is."""
    code = shared.opens()
    decided(shared, code)
    before = shared.path.read_bytes()
    shared.where = str(server.read_only(NAME))
    del shared.house
    with pytest.raises(Temporary, match=r"register smb://.*ACCESS_DENIED"):
        shared.sync()
    assert shared.path.read_bytes() == before
    shared.where = str(server.address(NAME))
    del shared.house
    assert shared.sync().outcome == "written"
    assert shared.row(code)["Hình thức xử lý"] == "Chấp nhận"


def test_torn_on_the_share_it_comes_back_from_its_copy(shared: Keeping) -> None:
    """The line went dead in the middle of the bytes."""
    decided(shared, shared.opens())
    assert shared.killed("register.after_intent") == -signal.SIGKILL
    shared.path.write_bytes(shared.path.read_bytes()[:5000])

    shared.sync()
    (code,) = shared.codes()
    assert shared.row(code)["Hình thức xử lý"] == "Chấp nhận"


def test_a_server_that_is_down_is_for_later(
    shared: Keeping, server: Samba, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither it nor a wrong password makes a new register anywhere; both are said."""
    code = shared.opens()
    monkeypatch.setenv("MAILFLOW_SHARE_PASSWORD", "wrong")
    del shared.house
    with pytest.raises(Temporary, match=r"smb://.*LOGON_FAILURE"):
        shared.sync()
    monkeypatch.delenv("MAILFLOW_SHARE_PASSWORD")
    del shared.house
    with pytest.raises(Misconfigured, match="MAILFLOW_SHARE_PASSWORD"):
        shared.sync()
    monkeypatch.setenv("MAILFLOW_SHARE_PASSWORD", PASSWORD)
    del shared.house
    assert shared.sync().outcome == "quiet"
    assert shared.row(code)["Mã"] == code
