"""The jobs of the daemon, each one round; the loop wraps them and sets their pace."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from mailflow.actions import notices, request_form, stand_ins
from mailflow.actions.execute import execute
from mailflow.channels.base import Envelope, LoginRefused, NoAnswer, Transport
from mailflow.daemon import lease, notify
from mailflow.daemon.disposing import dispose
from mailflow.daemon.reviewing import carry_on_reviews
from mailflow.daemon.yearly import keep_the_year
from mailflow.errors import MailflowError, Temporary
from mailflow.intake import desk
from mailflow.outbox.copies import save_copies
from mailflow.outbox.filler import REVIEW_PAPERS
from mailflow.outbox.send import send_one
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Request, Via
from mailflow.procedure.terms import Act, Role, State
from mailflow.record import Work, back_up, backups, day_of, rotate
from mailflow.registers import otherfiles, sync
from mailflow.registers.places import RegisterSettings
from mailflow.reminders import daily, due, presenting
from mailflow.wiring import Service, refresh

T = TypeVar("T")

LETTERS = 100
"""Letters worked off in one round before their answers go out and other jobs have their turn."""

BATCH = 200
"""Notices sent in one round before mail is looked for again."""

TOGETHER = 30
"""Notices whose documents are printed in one start of LibreOffice, before they are sent."""

PRINTED = frozenset({"action_request", "presented_list", *REVIEW_PAPERS})
"""Documents that go out as PDF too."""


def take_up_office(service: Service) -> None:
    """Take up a changed roster or calendar."""
    refresh(service)


def collect_mail(service: Service) -> bool:
    """Work off the letters an earlier run left behind, then those in the mailbox, oldest first.

    Those left behind come first: they are in the record and need no mailbox. True when letters
    are left: they wait for the answers to the first LETTERS to go out.
    """
    with service.open_work(reading=True) as work:
        left = work.letters.unsettled(service.clock())
    for letter_id in _until_stopped(service, left):
        desk.work_off(service.desk, letter_id, service.clock())
    filed: list[Envelope] = []
    waiting = _until_stopped(service, service.mailbox.waiting())
    _each(_until_full(waiting, filed), partial(_take_in, service, filed))
    return len(filed) >= LETTERS


def _until_full(envelopes: Iterable[Envelope], filed: Sequence[Envelope]) -> Iterator[Envelope]:
    """Give letters until enough are filed: those that cannot be hold nobody up."""
    for envelope in envelopes:
        yield envelope
        if len(filed) >= LETTERS:
            return


def _take_in(service: Service, filed: list[Envelope], envelope: Envelope) -> None:
    mail = service.settings.mail
    folders = {"done": mail.done_folder, "review": mail.review_folder}
    place = desk.receive(service.desk, envelope, service.clock())
    if place:
        service.mailbox.file_away(envelope, folders[place])
        filed.append(envelope)


def _until_stopped(service: Service, items: Iterable[T]) -> Iterator[T]:
    """Give one item after the other until the service is told to stop."""
    for item in items:
        if service.stop.is_set():
            return
        notify.tell(notify.ALIVE)
        lease.renew(service)
        yield item


def _each(items: Iterable[T], do: Callable[[T], object]) -> None:
    """Do the same to each; errors of ours stop that one only and are raised together at the end.

    A refused login stops at once, since every further try counts against the account; so does a
    server that lets the time run out, since every further try would wait as long.
    """
    errors: list[MailflowError] = []
    for item in items:
        try:
            do(item)
        except (LoginRefused, NoAnswer):
            raise
        except MailflowError as error:
            errors.append(error)
    if errors:
        raise MailflowError("; ".join(dict.fromkeys(map(str, errors))))


def sync_registers(service: Service) -> None:
    """Bring each shared register and the record into step."""
    _each(
        _until_stopped(service, service.settings.registers),
        lambda register: _in_step(service, register),
    )


def _in_step(service: Service, register: RegisterSettings) -> None:
    """One register's round, then the files of other formats that lie beside it."""
    rounds, name = service.rounds, str(register.path)
    rounds[name] = sync.sync(
        service.open_work, service.house, register, service.clock(), rounds.get(name)
    )
    otherfiles.take_note(service.open_work, service.house, register, service.clock())


def open_verifications(service: Service) -> None:
    """Ask for the verification of every request whose deadline has come (5.6), once each."""
    with service.open_work() as work:
        world = service.house.world(service.clock())
        for request in _in_state(work, State.IMPLEMENTING):
            if due.deadline_come(request, world):
                _ask_to_verify(work, service, request, world)
        work.keep()


def _ask_to_verify(work: Work, service: Service, request: Request, world: World) -> None:
    key = f"{request.code}:{request.values['deadline']}"
    if not work.marks.set_once("deadline", key, world.now):
        return
    for document in due.deadline_notices(service.house, request, world):
        person = document["person"]["id"]
        notices.post(work, document, world, key=f"deadline:{key}:{person}")


def present_submitted(service: Service) -> None:
    """On the weekday set, put the list of submitted requests before the secretary (5.3).

    Under a standing order of the secretary they are presented without asking, the order named.
    """
    world = service.house.world(service.clock())
    if not _presenting_hour(service, world):
        return
    with service.open_work() as work:
        submitted = _in_state(work, State.SUBMITTED)
        if submitted and work.marks.set_once("present", world.today.isoformat(), world.now):
            _present(work, service, submitted, world)
        work.keep()


def _presenting_hour(service: Service, world: World) -> bool:
    """The weekday set, or the first working day after it when the agency is closed that day."""
    opening, _ = service.settings.agency.office_hours
    weekday = service.settings.iso.present_weekday
    back = (world.today.weekday() - weekday) % 7
    day = world.today.fromordinal(world.today.toordinal() - back)
    first = day if world.calendar.is_working(day) else world.calendar.after(day, 1)
    return world.today == first and world.now.time() >= opening


def _present(work: Work, service: Service, submitted: list[Request], world: World) -> None:
    order = service.settings.iso.standing_order
    secretary = next(iter(world.roster.holders(Role.ISO_SECRETARY)), None)
    if secretary is None:
        return
    if not order:
        document = presenting.present_list(service.house, secretary, submitted, world)
        lines = [
            {"request": r.code, "state": r.state.value, "act": Act.PRESENT.value} for r in submitted
        ]
        notices.post(work, document, world, key=f"present:{world.today}", lines=lines)
        return
    via = Via("program", f"standing_order:{order}")
    results = [
        result
        for request in submitted
        for result in execute(
            work,
            service.house,
            Command(Act.PRESENT, "", request.code, {}, secretary.id, via, "program"),
            world,
        )
    ]
    notices.tell(work, service.house, results, world)


def _in_state(work: Work, state: State) -> list[Request]:
    rows = work.requests.rows(states=[state])
    return [r for r in (work.requests.load(row.code) for row in rows) if r]


def remind(service: Service) -> None:
    """Write the reminders and the leaders' digests of a working day, once, in office hours."""
    world = service.house.world(service.clock())
    if not service.house.in_office(world.now):
        return
    with service.open_work() as work:
        if work.marks.set_once(daily.DAY, world.today.isoformat(), world.now):
            for document in list(daily.mails(work, service.house, world)):
                person = document["person"]["id"]
                notices.post(work, document, world, key=f"{daily.DAY}:{world.today}:{person}")
        work.keep()


def hand_over(service: Service) -> None:
    """Ask who stands in from today on for what waits on the one they stand in for, once each."""
    with service.open_work() as work:
        world = service.house.world(service.clock())
        for kept in work.stand_ins.standing():
            stand_ins.hand_over(work, service.house, kept, world)
        work.keep()


def back_up_daily(service: Service) -> None:
    """Copy the record once a day, into the home's backup folder or the one set; rotate the copies.

    A record on a database server is its administrator's to back up.
    """
    if service.shared:
        return
    kept, now = service.settings.backup, service.house.local(service.clock())
    if not any(day_of(copy) == now.date() for copy in backups(kept.folder)):
        back_up(service.engine, kept.folder, now)
        rotate(kept.folder, kept.days, kept.months)


def send_mail(service: Service) -> bool:
    """Send the notices that are due; True when there are more than go out in one round.

    Raises Temporary when the mail server took none of them, LoginRefused at the first refusal,
    NoAnswer when it lets the time run out once.
    """
    with service.open_work(reading=True) as work:
        waiting = work.notices.due(service.clock(), BATCH)
    transport = _Watched(service.transport)
    results: list[str] = []
    for place, notice in enumerate(_until_stopped(service, waiting)):
        if place % TOGETHER == 0 and service.filler.prints:
            _print_together(service, waiting[place : place + TOGETHER])
        sent = send_one(service.open_work, notice, transport, service.outgoing, service.clock)
        results.append(sent)
        if transport.refused:
            raise transport.refused
    if results and set(results) == {"retry"}:
        raise Temporary(f"none of {len(results)} notices could be sent; they will be tried again")
    return len(waiting) >= BATCH


def keep_copies(service: Service) -> bool:
    """Lay copies of what was sent into the mailbox's folder of sent mail, where there is one.

    True when there are more than are laid away in one round.
    """
    folder = service.sent_folder
    return folder is not None and save_copies(service.open_work, folder, service.clock)


def _print_together(service: Service, waiting: Sequence[int]) -> None:
    """Print what these notices carry at once; a notice composed before has its files already."""
    with service.open_work(reading=True) as work:
        found = [work.notices.get(notice) for notice in waiting]
        attached = (a for n in found if n.mime is None for a in n.context["attachments"])
        printed = (a for a in attached if a.get("form") in PRINTED)
        forms = [request_form.written(work, service.house, a) for a in printed]
    service.filler.prepare(forms)


class _Watched:
    """A transport that remembers what to a notice is a delay like any other, but ends the round."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.refused: LoginRefused | NoAnswer | None = None

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Send as the transport does."""
        try:
            return self._transport.send(mail_from, recipient, message)
        except (LoginRefused, NoAnswer) as error:
            self.refused = error
            raise

    def close(self) -> None:
        """Leave the connection to its owner."""


@dataclass(frozen=True)
class Job:
    """A job and the seconds between its rounds; `alone`: one daemon at a time does an agency's.

    A round gives True when it did something and has to come again at once to do the rest.
    """

    run: Callable[[Service], bool | None]
    seconds: int
    alone: bool = True


JOBS: dict[str, Job] = {
    "office": Job(take_up_office, 60, alone=False),
    "mail_in": Job(collect_mail, 30),
    "registers": Job(sync_registers, 60),
    "verifications": Job(open_verifications, 300),
    "presenting": Job(present_submitted, 300),
    "stand_ins": Job(hand_over, 300),
    "disposals": Job(dispose, 300),
    "objectives": Job(keep_the_year, 300),
    "reviews": Job(carry_on_reviews, 300),
    "reminders": Job(remind, 300),
    "mail_out": Job(send_mail, 10, alone=False),
    "sent_copies": Job(keep_copies, 60),
    "backup": Job(back_up_daily, 3600, alone=False),
}
"""In the order of one round."""
