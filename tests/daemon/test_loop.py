"""The loop: one fault never stops the rest, and what is wrong is said until it is mended."""

import errno
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest

from mailflow.channels.base import Envelope, LoginRefused, NoAnswer
from mailflow.daemon import health, jobs, loop
from mailflow.daemon.jobs import JOBS, Job
from mailflow.demo import cast
from mailflow.errors import MailflowError, Permanent, Temporary
from mailflow.intake import desk
from mailflow.procedure.people import Roster
from mailflow.registers import office
from mailflow.settings.sections import Register
from mailflow.wiring import ROSTER_FILE, Service
from tests.conversations.agency import REPORT, Agency
from tests.daemon.wall import Wall


def _problem(agency: Agency) -> str:
    found = health.read(agency.home)
    assert found is not None
    return found.problem(agency.clock())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Temporary("the disk is full"), "office: the disk is full"),
        (KeyError("Hoàng Văn Nam"), "office: KeyError, see the log"),
    ],
)
def test_a_failing_job_does_not_stop_the_next(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    """The letter is worked off all the same; health names the job until it is well again."""

    def fails(service: Service) -> None:
        raise error

    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    with monkeypatch.context() as broken:
        broken.setitem(JOBS, "office", Job(fails, 60))
        assert set(loop.run_once(agency.service)) == {"office"}
    assert len(agency.codes()) == 1
    assert _problem(agency) == said
    agency.work()
    assert _problem(agency) == ""


def test_a_health_file_that_cannot_be_written_stops_no_job(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: it is a failure by itself, gone with the next good round."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    standing = loop.Standing()
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    with monkeypatch.context() as broken:
        broken.setattr(health, "write", full)
        said = loop.run_once(agency.service, standing)
    assert said == {"health": "the health file cannot be written: No space left on device"}
    assert len(agency.codes()) == 1
    assert loop.run_once(agency.service, standing) == {}
    assert _problem(agency) == ""


class _Shut:
    """A mailbox or a mail server that refuses the login."""

    def __init__(self) -> None:
        self.tried = 0

    def _refuse(self) -> LoginRefused:
        self.tried += 1
        return LoginRefused("mail.coquan.test refused the login of iso")

    def waiting(self) -> Iterator[Envelope]:
        """Refuse."""
        raise self._refuse()

    def file_away(self, envelope: Envelope, folder: str) -> None:
        """Refuse."""
        raise self._refuse()

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Refuse."""
        raise self._refuse()

    def listen(self, seconds: float, stop: Event) -> bool:
        """Hear nothing."""
        return False

    def close(self) -> None:
        """Nothing is open."""


def test_a_server_that_refuses_the_login_is_left_alone_a_while(agency: Agency) -> None:
    """One try, then a quarter of an hour of rest for that job only; health says so all along."""
    shut, standing = _Shut(), loop.Standing()
    agency.service.mailbox = shut
    for minutes in (0, 1, 5, 14):
        agency.clock.now += timedelta(minutes=minutes and 1)
        assert set(loop.run_once(agency.service, standing)) == {"mail_in"}
    assert shut.tried == 1
    agency.clock.now += loop.PAUSE
    loop.run_once(agency.service, standing)
    assert shut.tried == 2
    assert "refused the login" in _problem(agency)


def test_a_refused_login_to_send_stops_the_sending_at_once(agency: Agency) -> None:
    """Two mails wait: one try, not two; after the rest both go out once, and nothing is lost."""
    shut, open_server = _Shut(), agency.service.transport
    standing = loop.Standing()
    agency.service.transport = shut
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    loop.run_once(agency.service, standing)
    loop.run_once(agency.service, standing)
    assert shut.tried == 1
    assert set(standing.failures) == {"mail_out"}
    agency.service.transport = open_server
    agency.clock.now += loop.PAUSE
    assert loop.run_once(agency.service, standing) == {}
    mails = [mail for mail in agency.post.fetch() if not mail.lists]
    assert sorted(mail.to for mail in mails) == [cast.ONE_STOP_HEAD.email, cast.CLERK.email]


def test_a_silent_server_holds_up_nobody_for_long(agency: Agency) -> None:
    """Mails wait, one try: then it is left for five minutes, while all else goes on."""

    class _Silent(_Shut):
        def send(self, mail_from: str, recipient: str, message: bytes) -> str:
            self.tried += 1
            raise NoAnswer("mail.coquan.test: no connection: timed out")

    silent, open_server = _Silent(), agency.service.transport
    standing = loop.Standing()
    agency.service.transport = silent
    for _ in range(2):
        agency.post.write(cast.CLERK, "Việc mới", REPORT)
        assert set(loop.run_once(agency.service, standing)) == {"mail_out"}
        agency.clock.now += timedelta(minutes=1)
    assert silent.tried == 1
    assert len(agency.codes()) == 2
    agency.service.transport = open_server
    agency.clock.now += loop.SILENCE
    assert loop.run_once(agency.service, standing) == {}
    mails = [mail for mail in agency.post.fetch() if not mail.lists]
    assert {mail.code for mail in mails} >= set(agency.codes())


def test_other_trouble_with_the_server_is_tried_again_next_round(agency: Agency) -> None:
    """A server that is away costs no time; what is refused or silent makes a job rest."""
    standing = loop.Standing()

    class _Away(_Shut):
        def waiting(self) -> Iterator[Envelope]:
            self.tried += 1
            raise Temporary("the server is away")

    away = _Away()
    agency.service.mailbox = away
    for _ in range(3):
        loop.run_once(agency.service, standing)
    assert away.tried == 3


def test_a_letter_that_cannot_be_filed_does_not_stop_the_next(agency: Agency) -> None:
    """All three are worked off, the fault is said once, and nothing is worked off twice."""
    mailbox = agency.service.mailbox

    class _Stuck(_Shut):
        def waiting(self) -> Iterator[Envelope]:
            return mailbox.waiting()

        def file_away(self, envelope: Envelope, folder: str) -> None:
            raise Permanent("the mailbox allows neither moves nor keywords")

    agency.service.mailbox = _Stuck()
    for number in range(3):
        agency.post.write(cast.CLERK, f"Việc {number}", REPORT)
    for _ in range(2):
        failures = loop.run_once(agency.service)
        assert failures == {"mail_in": "the mailbox allows neither moves nor keywords"}
        assert len(agency.codes()) == 3


def test_a_register_in_trouble_does_not_stop_the_next(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are tried; the fault of the first is said."""
    (one,) = agency.service.settings.registers
    two = one.model_copy(update={"path": agency.home / "Sổ hai.xlsx"})
    both = agency.service.settings.model_copy(update={"registers": (one, two)})
    agency.service.settings = both
    tried: list[str] = []

    def sync(open_work: object, house: object, register: Register, *others: object) -> None:
        tried.append(register.path.name)
        if register.path == one.path:
            raise Temporary(f"{one.path.name}: its folder is away")

    monkeypatch.setattr("mailflow.registers.sync.sync", sync)
    assert loop.run_once(agency.service) == {"registers": "Sổ theo dõi.xlsx: its folder is away"}
    assert tried == ["Sổ theo dõi.xlsx", "Sổ hai.xlsx"]


def _save(agency: Agency, roster: Roster) -> None:
    (agency.home / ROSTER_FILE).write_bytes(office.roster_workbook(roster))


def test_a_faulty_roster_keeps_the_last_good_one_and_says_so(agency: Agency) -> None:
    """As long as the file is at fault; the mended one is taken up and journaled."""
    without_lead = replace(
        cast.ROSTER, people=tuple(p for p in cast.ROSTER.people if p is not cast.LEAD)
    )
    _save(agency, without_lead)
    for _ in range(2):
        agency.post.write(cast.CLERK, "Việc mới", REPORT)
        assert set(loop.run_once(agency.service)) == {"office"}
        assert "Lãnh đạo Ban ISO" in _problem(agency)
    assert agency.service.house.roster.person(cast.LEAD.id) == cast.LEAD
    assert len(agency.codes()) == 2
    moved = replace(cast.LEAD, position="Quyền Giám đốc")
    people = tuple(moved if p is cast.LEAD else p for p in cast.ROSTER.people)
    _save(agency, replace(cast.ROSTER, people=people))
    agency.work()
    assert _problem(agency) == ""
    found = agency.service.house.roster.person(cast.LEAD.id)
    assert found is not None
    assert found.position == "Quyền Giám đốc"


def test_letters_left_behind_are_worked_off_though_the_mailbox_is_away(agency: Agency) -> None:
    """What is kept needs no mailbox: its lease run out, the letter gets its effect."""
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    (envelope,) = agency.service.mailbox.waiting()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("mailflow.intake.desk._settle", _temporary)
        assert loop.run_once(agency.service) == {}
    assert agency.codes() == ()
    agency.service.mailbox = _Shut()
    agency.clock.now += timedelta(minutes=6)
    assert set(loop.run_once(agency.service)) == {"mail_in"}
    assert len(agency.codes()) == 1
    assert envelope.place


def _temporary(*_: object, **__: object) -> None:
    raise Temporary("the record is locked")


def test_a_service_told_to_stop_ends_after_the_letter_at_hand(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two letters wait and the word to stop comes during the first: the second is left whole."""
    receive = desk.receive

    def told_meanwhile(at: desk.Desk, envelope: Envelope, now: datetime) -> str | None:
        place = receive(at, envelope, now)
        agency.service.stop.set()
        return place

    for number in range(2):
        agency.post.write(cast.CLERK, f"Việc {number}", REPORT)
    monkeypatch.setattr("mailflow.intake.desk.receive", told_meanwhile)
    assert loop.run_once(agency.service) == {}
    assert len(agency.codes()) == 1
    assert agency.post.fetch() == []
    assert len(list((agency.home / "mail/in/new").iterdir())) == 1
    agency.service.stop.clear()
    monkeypatch.undo()
    agency.work()
    assert len(agency.codes()) == 2


def test_what_goes_wrong_with_several_is_said_together() -> None:
    """Each fault once, in order."""
    seen: list[int] = []

    def fails(number: int) -> None:
        seen.append(number)
        raise Temporary(f"number {number % 2}")

    with pytest.raises(MailflowError) as raised:
        jobs._each([1, 2, 3], fails)
    assert str(raised.value) == "number 1; number 0"
    assert seen == [1, 2, 3]


def test_a_clock_set_back_a_day_stops_no_job(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library of the pace goes by the wall clock; the jobs go on at their pace all the same."""
    wall = Wall(monkeypatch)
    ran: list[datetime] = []

    class _Turning(_Shut):
        def listen(self, seconds: float, stop: Event) -> bool:
            self.tried += 1
            wall.turn(seconds=10)
            if self.tried == 3:
                wall.turn(days=-1)
            if self.tried == 12:
                stop.set()
            return False

    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name, job in JOBS.items():
        monkeypatch.setitem(JOBS, name, Job(lambda _: None, job.seconds))
    monkeypatch.setitem(JOBS, "mail_out", Job(lambda _: ran.append(wall.now), 10))
    agency.service.mailbox = _Turning()
    loop.run_forever(agency.service)
    assert len(ran) >= 8
