"""Records whose three years are over (VII): asked in January, gone on the secretary's yes only."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.record import Disposal, Outcome, open_record, verify
from mailflow.settings import load
from tests.conversations.agency import REPORT, Agency, to

NO_WORK = "Không phải xử lý\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"
NO_NEED = "Không cần thực hiện\nLý do: Đã xử lý xong"
JANUARY = datetime.fromisoformat("2030-01-03T09:00:00+07:00")
DECEMBER = datetime.fromisoformat("2029-12-31T09:00:00+07:00")


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """A fresh agency, closed at the end."""
    made = Agency(tmp_path / "home")
    yield made
    made.service.close()


def ended(agency: Agency) -> str:
    """A nonconformity that ended in March 2026 without a need; gives its code."""
    agency.writes(cast.CLERK, REPORT, files=(("anh.txt", b"ten dan: Nguyen Thi Bi Mat"),))
    code = agency.codes()[-1]
    agency.replies(cast.ONE_STOP_HEAD, NO_WORK, code)
    agency.replies(cast.ONE_STOP_HEAD, NO_NEED, code)
    assert agency.request(code).ended
    return code


def in_january(agency: Agency) -> Mail:
    """January 2030 comes; gives the list that the secretary gets."""
    agency.clock.now = JANUARY
    mails = agency.work()
    (asked,) = [m for m in mails if "đến hạn hủy" in m.subject]
    assert asked.to == cast.SECRETARY.email
    return asked


def disposals(agency: Agency) -> tuple[Disposal, ...]:
    """What is listed as disposed of, or about to be."""
    with agency.service.open_work(reading=True) as work:
        return work.disposals.everything()


def is_kept(agency: Agency, code: str) -> bool:
    """Whether a request's records are there."""
    with agency.service.open_work(reading=True) as work:
        return work.requests.load(code) is not None


def faults(agency: Agency) -> list[str]:
    """What `record verify` finds."""
    found = load(agency.home)
    engine = open_record(found.record.database_url)
    said = list(verify(engine, found.agency.id))
    engine.dispose()
    return said


@pytest.mark.clause("VII.1")
def test_nothing_is_asked_before_the_years_are_over(agency: Agency) -> None:
    """Kept to the last day of 2029; in January the secretary is asked once, in office hours."""
    code = ended(agency)
    still_open = agency.reported()
    agency.clock.now = DECEMBER
    assert not any("đến hạn hủy" in mail.subject for mail in agency.work())
    agency.clock.now = datetime.fromisoformat("2030-01-02T05:00:00+07:00")
    assert not any("đến hạn hủy" in mail.subject for mail in agency.work())
    asked = in_january(agency)
    assert code in asked.text
    assert still_open not in asked.text
    assert not any("đến hạn hủy" in mail.subject for mail in agency.wait(days=20))
    assert is_kept(agency, code)
    assert disposals(agency) == ()


@pytest.mark.clause("VII.1")
def test_a_longer_time_by_setting(tmp_path: Path) -> None:
    """Five years by [retention]: nothing in the fourth January."""
    agency = Agency(tmp_path / "home")
    file = agency.home / "mailflow.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count("years = 3") == 1
    file.write_text(text.replace("years = 3", "years = 5"), encoding="utf-8")
    agency.restart()
    ended(agency)
    agency.clock.now = JANUARY
    assert not any("đến hạn hủy" in mail.subject for mail in agency.work())
    agency.clock.now = JANUARY.replace(year=2032, day=5)
    assert any("đến hạn hủy" in mail.subject for mail in agency.work())
    agency.service.close()


@pytest.mark.clause("VII.1")
def test_on_a_yes_the_contents_go_and_the_heads_are_told(agency: Agency) -> None:
    """Who decided, when and by which letter stays; the record is whole; the register as it was."""
    code = ended(agency)
    kept = agency.reported()
    asked = in_january(agency)
    before = (agency.home / "Sổ theo dõi.xlsx").read_bytes()
    agency.post.reply(cast.SECRETARY, asked, "Đồng ý")
    mails = agency.wait(hours=0.1)
    yes = agency.letter()
    assert yes.outcome is Outcome.DONE
    assert "hủy hồ sơ 1 phiếu" in to(mails, cast.SECRETARY).text
    assert code in to(mails, cast.ONE_STOP_HEAD).text
    assert not is_kept(agency, code)
    assert is_kept(agency, kept)
    (listed,) = disposals(agency)
    assert (listed.code, listed.by, listed.via.id) == (code, cast.SECRETARY.id, str(yes.id))
    assert listed.at is not None
    assert faults(agency) == []
    agency.wait(hours=1)
    assert (agency.home / "Sổ theo dõi.xlsx").read_bytes() == before
    answer = to(agency.writes(cast.CLERK, f"{code}\nTrao đổi\nNội dung: Sao rồi ạ"), cast.CLERK)
    assert "đã được hủy" in answer.text


@pytest.mark.parametrize("text", ["Không đồng ý", "Đồng ý nếu anh Thành cho phép", "Để xem đã"])
def test_without_a_clear_yes_nothing_goes(agency: Agency, text: str) -> None:
    """A no keeps it a year longer and is asked about again; what is unclear is asked."""
    code = ended(agency)
    asked = in_january(agency)
    agency.post.reply(cast.SECRETARY, asked, text)
    agency.wait(hours=0.1)
    assert agency.outcome() is (Outcome.DONE if text == "Không đồng ý" else Outcome.ASKED)
    assert is_kept(agency, code)
    assert disposals(agency) == ()
    agency.clock.now = JANUARY.replace(year=2031)
    assert any("đến hạn hủy" in mail.subject for mail in agency.work())


def test_only_the_secretarys_yes_counts(agency: Agency) -> None:
    """A colleague who got the mail forwarded, a plain letter without the token: nothing."""
    code = ended(agency)
    asked = in_january(agency)
    agency.post.reply(cast.CLERK, asked, "Đồng ý")
    agency.wait(hours=0.1)
    agency.writes(cast.SECRETARY, "Đồng ý", subject=asked.subject)
    assert is_kept(agency, code)
    assert disposals(agency) == ()


def test_the_pack_first_then_the_yes_twice(agency: Agency) -> None:
    """One word gets the pack and leaves the question open; a second yes does nothing more."""
    code = ended(agency)
    asked = in_january(agency)
    agency.post.reply(cast.SECRETARY, asked, "Gói hồ sơ")
    packed = to(agency.wait(hours=0.1), cast.SECRETARY)
    assert any(name.endswith(".zip") for name, _ in packed.files)
    assert is_kept(agency, code)
    for outcome in (Outcome.DONE, Outcome.REFUSED):
        agency.post.reply(cast.SECRETARY, asked, "Đồng ý")
        agency.wait(hours=0.1)
        assert agency.outcome() is outcome
    assert len(disposals(agency)) == 1
    assert faults(agency) == []
    with agency.service.open_work(reading=True) as work:
        sent = [n for n in work.notices.list(99) if n.kind == "answer" and n.mime is None]
    assert sent, "the mail with the pack's copy of the letters is emptied as well"
