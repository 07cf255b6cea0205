"""Two agencies in one record, alike to the last code and address: nothing crosses."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from mailflow.demo import cast
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from mailflow.upkeep import verify_record
from tests.cli.conftest import Mailflow, mailflow
from tests.conversations.agency import REPORT, Agency
from tests.conversations.test_who_may_act import DECISION, plain
from workbook_sync.read import read

__all__ = ["mailflow"]

THEIRS = "Bể nước rò rỉ ở kho lưu trữ tầng hầm"
"""What only the neighbour knows."""

SERVER = "mail.ankhe.example"
VOUCHED = f"{SERVER}; dmarc=pass header.from={cast.DOMAIN}"
TRUSTED = f'[mail]\ntrusted_authserv = "{SERVER}"'


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Agency, Agency]]:
    """An agency and its neighbour: the same people, addresses and codes, one record."""
    ours = Agency(tmp_path / "ours", TRUSTED)
    theirs = Agency(tmp_path / "theirs", TRUSTED, ours.home, "ban-ben")
    with closing(ours), closing(theirs):
        ours.writes(cast.CLERK, REPORT)
        for who, what in ((cast.CLERK, THEIRS), (cast.PLANNER, "Gửi nhầm thư mời họp")):
            theirs.writes(who, f"Báo cáo không phù hợp\n{what}.")
        assert theirs.codes()[0] == ours.codes()[0]
        yield ours, theirs
        assert [verify_record(agency.home) for agency in (ours, theirs)] == [[], []]
        assert THEIRS not in heard(ours)
        assert THEIRS in heard(theirs)


def heard(agency: Agency) -> str:
    """All that anybody got from an agency: mails, their files, its register."""
    agency.post.fetch()
    told = [mail.text for mail in agency.post.mails]
    files = [data for mail in agency.post.mails for _, data in mail.files]
    register = read(agency.home / "Sổ theo dõi.xlsx")
    cells = [str(cell) for sheet in register.sheets for row in sheet.rows for cell in row]
    return "\n".join([*told, *cells, *map(_words, files)])


def _words(data: bytes | str) -> str:
    """Give what stands in a file, also in the parts of a Word or Excel file or a pack."""
    if isinstance(data, str) or not zipfile.is_zipfile(io.BytesIO(data)):
        return data if isinstance(data, str) else data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "\n".join(_words(book.read(name)) for name in book.namelist())


@contextmanager
def asking_only_for(agency: Agency, other: Agency) -> Iterator[None]:
    """While this goes on, no statement has the other agency's id among its values."""
    asked: list[object] = []
    look = ("before_cursor_execute", lambda *said: asked.append(said[3]))
    event.listen(agency.service.engine, *look)
    yield
    event.remove(agency.service.engine, *look)
    assert any(agency.service.settings.agency.id in str(values) for values in asked)
    assert not any(repr(other.service.settings.agency.id) in str(values) for values in asked)


def as_they_were(agency: Agency) -> object:
    """All that an act could change: every request, letter and notice of an agency."""
    with agency.service.open_work(reading=True) as work:
        requests = [work.requests.load(code) for code in work.requests.codes()]
        return requests, work.letters.list(99), work.notices.list(99), work.journal.latest()


@pytest.mark.threat("another agency of the same record")
def test_by_code(both: tuple[Agency, Agency]) -> None:
    """The neighbour's second request has a code that is nobody's here; the first is our own."""
    ours, theirs = both
    before = as_they_were(theirs)
    first, second = theirs.codes()
    with asking_only_for(ours, theirs):
        for words in (DECISION, f"Xin gói hồ sơ phiếu {second}", "Danh sách phiếu đang mở"):
            letter = plain(
                cast.SECRETARY.email, f"[{second}]", words, Authentication_Results=VOUCHED
            )
            ours.receives(letter)
        ours.receives(
            plain(cast.ONE_STOP_HEAD.email, f"[{first}]", DECISION, Authentication_Results=VOUCHED)
        )
    assert ours.outcome() is Outcome.DONE
    assert ours.codes() == (first,)
    assert ours.request(first).state is State.CHECKED
    assert as_they_were(theirs) == before


@pytest.mark.threat("another agency of the same record")
def test_by_token(both: tuple[Agency, Agency]) -> None:
    """The neighbour's mail is answered to us: its mark proves nothing here and stays unused."""
    ours, theirs = both
    (code,) = ours.codes()
    before = as_they_were(theirs)
    asks = theirs.post.last(cast.ONE_STOP_HEAD, code)
    with asking_only_for(ours, theirs):
        ours.post.reply(cast.ONE_STOP_HEAD, asks, DECISION)
        ours.wait(hours=0.1)
    assert ours.outcome() is Outcome.HELD
    assert ours.request(code).state is State.REPORTED
    assert as_they_were(theirs) == before
    theirs.post.reply(cast.ONE_STOP_HEAD, asks, DECISION)
    theirs.wait(hours=0.1)
    assert theirs.outcome() is Outcome.DONE


@pytest.mark.threat("another agency of the same record")
def test_by_the_same_letter(both: tuple[Agency, Agency]) -> None:
    """One letter to both mailboxes, under one Message-ID: each has its own, in either order."""
    letter = plain(cast.PLANNER.email, "Việc chung", "Đề xuất cải tiến\nLấy số qua tin nhắn.")
    for agency in both:
        numbers = len(agency.codes())
        agency.receives(letter)
        agency.receives(letter)
        assert len(agency.codes()) == numbers + 1
        assert agency.outcome() is not Outcome.HELD
        with agency.service.open_work(reading=True) as work:
            seqs = sorted(row.seq for row in work.requests.rows())
        assert seqs == list(range(1, numbers + 2))


@pytest.mark.threat("another agency of the same record")
def test_by_register(both: tuple[Agency, Agency]) -> None:
    """Both registers have one name; what each shows and remembers is its own agency's."""
    shown = []
    for agency in both:
        agency.wait(hours=0.1)
        with agency.service.open_work(reading=True) as work:
            known = [work.registers.history(code) for code in both[1].codes()]
        shown.append(str([version.cells for versions in known for version in versions]))
    assert [THEIRS in cells for cells in shown] == [False, True]
    assert "Trả thiếu dấu" in shown[0]


@pytest.mark.threat("another agency of the same record")
def test_by_console(both: tuple[Agency, Agency], mailflow: Mailflow, tmp_path: Path) -> None:
    """Whoever runs our console sees nothing of the neighbour's, by whatever number or code."""
    ours, theirs = both
    second, letter = theirs.codes()[1], str(theirs.letter().id)
    before = as_they_were(theirs)
    pack = tmp_path / "year.zip"
    for words, code in (
        (("request", "show", second), 1),
        (("letter", "show", letter), 1),
        (("letter", "show", letter, "--raw"), 1),
        (("letter", "retry", letter), 1),
        (("record", "pack", second, str(tmp_path / "one.zip")), 1),
        (("record", "pack", "2026", str(pack)), 0),
        (("request", "list", "--json"), 0),
        (("letter", "list", "--json"), 0),
        (("record", "disposals", "--json"), 0),
        (("status", "--json"), 0),
    ):
        said = mailflow("--home", ours.home, *words)
        assert said.code == code, (words, said.err)
        assert THEIRS not in said.out + said.err
        assert second not in said.out
    assert THEIRS not in _words(pack.read_bytes())
    assert as_they_were(theirs) == before
