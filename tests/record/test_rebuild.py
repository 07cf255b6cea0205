"""A record made anew from an old one: what is held back, what is refused, what is left aside."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mailflow.errors import MailflowError, Permanent
from mailflow.procedure.request import Request
from mailflow.procedure.terms import Act
from mailflow.record import (
    Draft,
    Engine,
    Known,
    NewAsk,
    Outcome,
    Rebuilt,
    Wait,
    Work,
    open_record,
    rebuild,
    verify,
)
from tests.record.samples import AN, HOUR, NOW, SO, arrival, notice, open_request, tamper

pytestmark = pytest.mark.sqlite("what is left of a damaged file is read")


def outside(raw: bytes) -> dict[str, str]:
    """Read a sample's headers."""
    head, _, words = raw.decode().partition("\r\n\r\n")
    number = head.removeprefix("Message-ID: <").removesuffix(">")
    said = {"content_hash": f"hash of {words}", "from_address": AN, "subject": "Báo cáo"}
    return {"message_id": number, **said}


def owed(request: Request, *_: Any) -> list[tuple[Act, list[str], date | None]]:
    """Nobody owes anything."""
    return []


KNOWN = Known(outside, owed, "iso@so.vn", NOW)


@pytest.fixture
def waiting(record: Engine) -> Engine:
    """A record with a letter not read yet, a mail composed and not sent, a draft, a wait."""
    with Work(record, SO) as work:
        code = open_request(work).code
        letter = work.letters.keep(arrival()).id
        ask = NewAsk([{"request": code, "state": "reported", "act": "withdraw"}], NOW + HOUR)
        number = work.notices.add(notice(request=code, letter_id=letter, ask=ask))
        work.notices.composed(number, "n.1@so.vn", work.blobs.put(b"mail"), "token")
        work.drafts.keep(code, "withdraw", AN, Draft({"reason": "x"}, 1, NOW))
        work.registers.start_wait("register", "open", Wait(NOW, 1, NOW + HOUR))
        work.keep()
    return record


def made(record: Engine, path: Path) -> tuple[Rebuilt, Engine]:
    """Make the new record of the agency."""
    new = path.with_name("new.sqlite")
    record.dispose()
    told = rebuild(record, new, SO, KNOWN)
    return told, open_record(f"sqlite:///{new}")


def test_what_waits_goes_on_waiting(waiting: Engine, path: Path) -> None:
    """The letter is still to be read, the mail to be sent as it was composed, its mark known."""
    told, new = made(waiting, path)
    assert (told.whole, told.righted) == (True, [])
    with Work(new, SO, reading=True) as work:
        assert work.letters.unsettled(NOW) == (1,)
        kept = work.notices.get(1)
        assert (kept.status, kept.message_id) == ("waiting", "n.1@so.vn")
        assert work.blobs.get(str(kept.mime)) == b"mail"
        ask = work.asks.by_token("token")
        assert ask
        assert [line.act for line in ask.lines] == ["withdraw"]
        assert work.drafts.of(ask.lines[0].request, AN)
        assert work.registers.wait("register", "open")
    new.dispose()


def test_what_was_altered_neither_acts_nor_goes_out(waiting: Engine, path: Path) -> None:
    """The letter is set aside, the mail is composed anew."""
    tamper(path, "UPDATE blobs SET data = x'00'")
    told, new = made(waiting, path)
    assert len(told.lost) == len(told.faults) == 2
    with Work(new, SO, reading=True) as work:
        assert work.letters.get(1).outcome is Outcome.SET_ASIDE
        kept = work.notices.get(1)
        assert (kept.status, kept.mime, kept.message_id) == ("waiting", None, None)
    new.dispose()


def test_bytes_that_are_gone_leave_an_empty_place(waiting: Engine, path: Path) -> None:
    """Letters and mails stay on the list; what is missing is told now and by every `verify`."""
    tamper(path, "DELETE FROM blobs")
    told, new = made(waiting, path)
    assert [line.split(":")[0] for line in told.lost] == ["letters 1", "notices 1"]
    assert [fault.split()[0] for fault in told.faults] == ["blob"]
    assert verify(new, SO) == told.faults
    new.dispose()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE letters SET acts = '{'", "letters 1 (message_id m1@so.vn): damaged"),
        ("UPDATE notices SET context = '{'", "status waiting): damaged"),
        ("UPDATE notices SET next_at = 'x'", "status waiting): damaged"),
        ("DELETE FROM letters", "notices 1: its letter_id in letters is lost"),
        ("DELETE FROM asks", "ask_lines 1: what it belongs to in asks is lost"),
        ("DELETE FROM agencies", "where the journal ended is lost; taken for 1"),
        ("UPDATE journal SET fields = '{'", "its journal cannot be read"),
        ("UPDATE drafts SET agency_id = 'x'", "drafts: 1 rows of other agencies are not taken"),
        ("UPDATE drafts SET words = '{'", "cannot be read; it is not in the new record"),
        ("DELETE FROM alembic_version", "schema: its number cannot be read"),
        ("DROP TABLE drafts", "drafts: the whole table is gone"),
    ],
)
def test_whatever_is_not_whole_is_told(
    waiting: Engine, path: Path, statement: str, said: str
) -> None:
    """By table and row, in a sentence."""
    tamper(path, statement)
    told, new = made(waiting, path)
    new.dispose()
    assert any(said in line for line in told.lost), told.lost
    assert not told.whole


def test_a_mail_whose_words_are_gone_is_not_guessed(waiting: Engine, path: Path) -> None:
    """Nobody knows whether it went: it counts as failed, and says why."""
    tamper(path, "UPDATE notices SET context = '{'")
    _, new = made(waiting, path)
    with Work(new, SO, reading=True) as work:
        kept = work.notices.get(1)
    new.dispose()
    assert (kept.status, kept.person) == ("failed", AN)
    assert kept.error == "the record was damaged; whether it went is not known"


def test_what_cannot_be_rebuilt_is_refused(waiting: Engine, path: Path, tmp_path: Path) -> None:
    """No file that is there is written over; noise is no record; a server has its own means."""
    there = path.with_name("new.sqlite")
    there.write_text("mine")
    with pytest.raises(MailflowError, match="is there already"):
        made(waiting, path)
    assert there.read_text() == "mine"
    there.unlink()
    waiting.dispose()
    path.write_bytes(b"no database at all" * 999)
    with pytest.raises(Permanent, match=r"use the newest backup.*record restore"):
        made(waiting, path)
    path.write_bytes(b"")
    with pytest.raises(Permanent, match="holds nothing of a record; use the newest backup"):
        made(waiting, path)
    path.unlink()
    with pytest.raises(Permanent, match="there is no file"):
        made(waiting, path)
    assert not [file.name for file in tmp_path.iterdir() if "new" in file.name]
