"""A real LibreOffice has the register open, edits, sorts and saves it while the service goes on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.registers.columns import CODE, SHEET
from tests.office import Office, office
from tests.registers.keeping import Keeping
from workbook_sync import files

PATIENCE = 30


@contextmanager
def working(keeping: Keeping) -> Iterator[None]:
    """Let the service do one round after the other, as its loop does, only faster."""
    stop, failed = Event(), list[BaseException]()

    def rounds() -> None:
        try:
            while not stop.wait(0.1):
                keeping.sync()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failed.append(error)

    thread = Thread(target=rounds)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failed == []


def until(holds: Callable[[], bool]) -> None:
    """Wait for what the service does in the background."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "the service did not get there"
        time.sleep(0.05)


class Desk:
    """The keeper before the open window."""

    def __init__(self, session: Office, keeping: Keeping) -> None:
        self.session = session
        session("open", str(keeping.path))
        shown = session("cells", SHEET)
        self.header = next(n for n, row in enumerate(shown) if row[0] == CODE)
        self.columns = {name: n for n, name in enumerate(shown[self.header]) if name}

    def row_of(self, text: str) -> int:
        """Find the row that shows a text."""
        shown = self.session("cells", SHEET)
        return next(n for n, row in enumerate(shown) if text in row)

    def types(self, row: int, **cells: str) -> None:
        """Type into a row, `Ghi_chú="…"` for the column `Ghi chú`."""
        for header, text in cells.items():
            self.session("type", SHEET, row, self.columns[header.replace("_", " ")], text)


def test_typed_sorted_and_saved_in_a_real_office_nothing_is_lost(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two saves with a decision by mail between them; then it is closed, and both sides agree."""
    monkeypatch.setattr(files, "pause", lambda _seconds: time.sleep(0.3))
    one, two, three = (keeping.opens(Nội_dung=text) for text in ("Một", "Hai", "Ba"))
    with office() as session, working(keeping):
        desk = Desk(session, keeping)
        until(lambda: keeping.reports[-1].outcome == "quiet")
        keeping.acts(
            cast.ONE_STOP_HEAD.id,
            Act.DECIDE_DISPOSITION,
            "no_work",
            one,
            disposition="accept",
            reason="Nhẹ",
        )
        until(lambda: keeping.reports[-1].outcome == "waiting")

        desk.types(desk.row_of(two), Ghi_chú="gọi lại khách")
        new = desk.row_of(three)
        session("insert", SHEET, new)
        desk.types(
            new,
            Loại="Xử lý sự không phù hợp",
            Người_phát_hiện=cast.CLERK.name,
            Nội_dung="Bốn",
            Ghi_chú="gõ khi đang mở",
        )
        session("sort", SHEET, desk.header, desk.columns["Nội dung"])
        session("save")
        until(lambda: len(keeping.codes()) == 4)

        desk.types(desk.row_of(three), Ghi_chú="lần lưu thứ hai", Trạng_thái="xong rồi")
        session("save")
        assert keeping.reports[-1].outcome == "waiting"
        session("close")
        until(lambda: keeping.reports[-1].outcome == "written")
        until(lambda: keeping.reports[-1].outcome == "quiet")
        assert_in_step(keeping, session)


def assert_in_step(keeping: Keeping, session: Office) -> None:
    """Check that record and file hold what was done on either side, and that it opens again."""
    one, two, three, four = keeping.codes()
    assert keeping.row(one)["Hình thức xử lý"] == "Chấp nhận"
    assert keeping.row(two)["Ghi chú"] == "gọi lại khách"
    assert keeping.row(three)["Ghi chú"] == "lần lưu thứ hai"
    added = keeping.row(four)
    assert (added["Nội dung"], added["Ghi chú"]) == ("Bốn", "gõ khi đang mở")
    assert keeping.request(four).values["content"] == "Bốn"
    assert [line["Đã gõ"] for line in keeping.told()] == ["xong rồi"]

    desk = Desk(session, keeping)
    shown = session("cells", SHEET)[desk.header + 1 :]
    contents = [row[desk.columns["Nội dung"]] for row in shown]
    assert contents == sorted(contents, reverse=True) == ["Một", "Hai", "Bốn", "Ba"]
    assert {row[0] for row in shown} == {one, two, three, four}
    session("close")
