"""A mailbox full of letters: everybody has their turn, and no answer waits for the last letter."""

import signal
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from threading import Event

import pytest
from schedule import Scheduler

from mailflow.channels.base import Envelope
from mailflow.daemon import jobs, loop
from mailflow.daemon.jobs import JOBS, Job
from mailflow.demo import cast
from mailflow.errors import Temporary
from mailflow.outbox import copies
from tests.conversations.agency import REPORT, Agency


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds of two letters and of three mails."""
    monkeypatch.setattr(jobs, "LETTERS", 2)
    monkeypatch.setattr(jobs, "BATCH", 3)
    monkeypatch.setattr(copies, "BATCH", 3)


class _Folder:
    """A folder of sent mail."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def save(self, message: bytes, message_id: str, at: datetime) -> None:
        """Keep a copy."""
        self.names.append(message_id)

    def close(self) -> None:
        """Nothing is open."""


def write(agency: Agency, letters: int) -> None:
    """So many reports come in at once."""
    for number in range(letters):
        agency.post.write(cast.CLERK, f"Việc {number}", f"{REPORT} Lần {number}.")


def answered(agency: Agency) -> int:
    """How many reports were answered by a mail that went out since the last look."""
    mails = agency.post.fetch()
    return sum(mail.to == cast.CLERK.email for mail in mails if not mail.lists)


def test_the_first_are_answered_while_others_still_wait(agency: Agency) -> None:
    """Five reports: two a round, answered before the next two are read; the last round says so."""
    standing, opened = loop.Standing(), []
    write(agency, 5)
    loop.begin(agency.service, standing)
    for _ in range(3):
        opened.append((len(agency.codes()), sorted(standing.more)))
        loop.run_due(agency.service, standing, Scheduler())
    assert opened == [(2, ["mail_in", "mail_out"]), (4, ["mail_in", "mail_out"]), (5, ["mail_out"])]
    while standing.more:
        loop.run_due(agency.service, standing, Scheduler())
    assert answered(agency) == 5


def test_one_call_works_off_all_that_waits(agency: Agency) -> None:
    """`run --once`: five reports, ten mails, nothing left."""
    write(agency, 5)
    agency.work()
    assert len(agency.codes()) == 5
    assert list((agency.home / "mail/in/new").iterdir()) == []
    with agency.service.open_work(reading=True) as work:
        assert work.notices.due(agency.clock(), 99) == ()


def test_letters_that_cannot_be_filed_hold_nobody_up(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest three stay in the mailbox for ever: those behind them are read all the same."""
    mailbox, met = agency.service.mailbox, Counter[str]()
    file_away: Callable[[Envelope, str], None] = mailbox.file_away

    def stuck(envelope: Envelope, folder: str) -> None:
        met[envelope.place] += 1
        if list(met).index(envelope.place) < 3:
            raise Temporary("this letter cannot be moved")
        file_away(envelope, folder)

    monkeypatch.setattr(mailbox, "file_away", stuck)
    write(agency, 8)
    standing = loop.Standing()
    for _ in range(3):
        assert set(loop.run_once(agency.service, standing)) == {"mail_in"}
        assert standing.more == set()
    assert len(agency.codes()) == 8
    assert len(list((agency.home / "mail/in/new").iterdir())) == 3


def test_a_letter_that_is_heard_of_is_answered_at_once(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IDLE tells of it: it is read and its answer sent, whatever the pace of the jobs is."""
    heard = iter((False, True, False))

    def listen(_seconds: float, stop: Event) -> bool:
        came = next(heard, None)
        if came is None:
            stop.set()
        if came:
            write(agency, 1)
        return bool(came)

    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name, job in JOBS.items():
        monkeypatch.setitem(JOBS, name, Job(job.run, 3600, job.alone))
    monkeypatch.setattr(agency.service.mailbox, "listen", listen)
    loop.run_forever(agency.service)
    agency.service.stop.clear()
    assert answered(agency) == 1


def test_copies_of_sent_mail_keep_pace(agency: Agency) -> None:
    """More than a round's worth of copies: the job wants its turn again until all lie there."""
    folder = _Folder()
    agency.service.sent_folder = folder
    write(agency, 4)
    jobs.collect_mail(agency.service)
    jobs.collect_mail(agency.service)
    while jobs.send_mail(agency.service):
        pass
    sent = len(agency.post.fetch())
    rounds = [jobs.keep_copies(agency.service) for _ in range(sent // 3 + 1)]
    assert rounds == [True] * (sent // 3) + [False]
    assert len(folder.names) == len(set(folder.names)) == sent >= 8
