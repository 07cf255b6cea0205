"""A register that stays open: tried again at a growing pace, its keeper told once a day."""

from datetime import datetime
from itertools import pairwise

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.record import Notice
from mailflow.registers import sync
from tests.registers.keeping import MINUTE, REPORTED, Keeping
from workbook_sync import files

EXCEL, OFFICE = "~$Sổ theo dõi.xlsx", ".~lock.Sổ theo dõi.xlsx#"
HONG = ",Hồng,KETOAN-03,03.03.2026 08:00,file:///C:/Users/hong;".encode()
HOUR = 60 * MINUTE


def told(keeping: Keeping) -> list[Notice]:
    """List the mails about the open register, oldest first."""
    return keeping.mails(cast.SECRETARY.id, "register_open")[::-1]


def said(notice: Notice) -> dict[str, str]:
    """Give the labelled lines of a mail."""
    return {row["label"]: row["value"] for row in notice.context["details"]}


def minutes(keeping: Keeping, count: int) -> list[str]:
    """Do a round a minute; gives the outcomes."""
    return [keeping.sync().outcome for _ in range(count)]


def decided(keeping: Keeping, code: str) -> None:
    """Let a letter change the request, so that there is something to write."""
    head, act = cast.ONE_STOP_HEAD.id, Act.DECIDE_DISPOSITION
    keeping.acts(head, act, "no_work", code, disposition="accept", reason="Nhẹ")


@pytest.fixture
def tries(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Note when the program tries to write."""
    when: list[datetime] = []
    plain = files.write_back

    def write_back(*args: object) -> object:
        when.append(keeping.now)
        return plain(*args)  # type: ignore[arg-type] # handed on as they come

    monkeypatch.setattr(sync, "write_back", write_back)
    return when


def test_it_is_tried_again_after_one_two_five_and_then_every_ten_minutes(
    keeping: Keeping, tries: list[datetime]
) -> None:
    """The pace is kept over the rounds of every minute."""
    decided(keeping, keeping.opens())
    tries.clear()
    keeping.opened_by(OFFICE, HONG)

    assert set(minutes(keeping, 29)) == {"waiting"}
    apart = [(b - a) // MINUTE for a, b in pairwise(tries)]
    assert apart == [1, 2, 5, 10, 10]


def test_the_keeper_is_told_who_has_it_open_where_and_how_much_waits(keeping: Keeping) -> None:
    """Once after the first tries, and again once a day while it stays so."""
    decided(keeping, keeping.opens())
    keeping.opened_by(OFFICE, HONG)
    minutes(keeping, 18)
    assert told(keeping) == []

    minutes(keeping, 20)
    (mail,) = told(keeping)
    assert said(mail) == {
        "Sổ": "Sổ theo dõi.xlsx",
        "Nơi để": str(keeping.path),
        "Đang mở": "trên máy KETOAN-03 (Hồng)",
        "Chờ ghi": "4 thay đổi",
        "Từ lúc": "03/3/2026 08:03",
    }

    for _ in range(25):
        keeping.opened_by(OFFICE, HONG)  # still at work: the owner file stays young
        keeping.now += HOUR
        keeping.sync()
    assert len(told(keeping)) == 2


def test_a_file_that_is_open_while_there_is_nothing_to_write_bothers_nobody(
    keeping: Keeping,
) -> None:
    """The keeper works in it all day."""
    keeping.opens()
    keeping.opened_by(OFFICE, HONG)
    assert set(minutes(keeping, 20)) == {"quiet"}
    assert told(keeping) == []


def test_once_it_is_closed_what_is_newest_is_written_at_once(keeping: Keeping) -> None:
    """Not what was wanted at the first try: it is found anew, and the pace is no hindrance."""
    code = keeping.opens()
    decided(keeping, code)
    lock = keeping.opened_by(EXCEL, b"")
    minutes(keeping, 30)
    second = keeping.acts(cast.CLERK.id, Act.REPORT, content="Mới", kind="nonconformity").code
    assert second

    lock.unlink()
    assert keeping.sync().outcome == "written"
    assert keeping.row(code)["Hình thức xử lý"] == "Chấp nhận"
    assert keeping.row(second)["Nội dung"] == "Mới"
    assert minutes(keeping, 2) == ["quiet", "quiet"]


def test_what_the_keeper_saves_while_it_is_open_stays_beside_what_waits(keeping: Keeping) -> None:
    """Both sides are kept: the note typed into the open file, the decision that came by mail."""
    code = keeping.opens()
    decided(keeping, code)
    lock = keeping.opened_by(EXCEL, b"")
    minutes(keeping, 5)
    keeping.types(code, Ghi_chú="gọi lại")
    keeping.adds(REPORTED | {"Nội dung": "Thêm trong lúc mở"})
    minutes(keeping, 5)
    (first, second) = keeping.codes()

    lock.unlink()
    keeping.sync()
    row = keeping.row(first)
    assert (row["Hình thức xử lý"], row["Ghi chú"]) == ("Chấp nhận", "gọi lại")
    assert keeping.row(second)["Nội dung"] == "Thêm trong lúc mở"
    assert keeping.sync().outcome == "quiet"


def test_after_it_was_written_a_new_wait_begins_anew(
    keeping: Keeping, tries: list[datetime]
) -> None:
    """The pace and the mails of the last time are forgotten."""
    code = keeping.opens()
    decided(keeping, code)
    lock = keeping.opened_by(OFFICE, HONG)
    minutes(keeping, 30)
    lock.unlink()
    keeping.sync()
    keeping.acts(cast.CLERK.id, Act.REPORT, content="Mới", kind="nonconformity")
    keeping.opened_by(OFFICE, HONG)
    tries.clear()

    minutes(keeping, 4)
    assert [(t - tries[0]) // MINUTE for t in tries] == [0, 1, 3]
    minutes(keeping, 30)
    assert len(told(keeping)) == 2


def test_a_synchronised_folder_is_given_more_time(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`synced = true` makes it ten seconds instead of three; our own file is read at once."""
    waited: list[float] = []
    monkeypatch.setattr("workbook_sync.files.pause", waited.append)
    keeping.sync()
    assert keeping.sync().outcome == "quiet"
    assert waited == []
    keeping.adds(dict(REPORTED))
    keeping.sync()
    keeping.adds(REPORTED | {"Nội dung": "Hai"})
    (register,) = keeping.house.settings.registers
    synced = register.model_copy(update={"synced": True})
    sync.sync(keeping.open_work, keeping.house, synced, keeping.now + MINUTE)
    assert waited == [3, 10]
    assert len(keeping.codes()) == 2
