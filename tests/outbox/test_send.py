"""Sending: composed once, the same bytes however often, put off, given up, killed on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from mailflow.actions.context import BlobAttachment, Context, FormAttachment
from mailflow.clock import to_text
from mailflow.errors import MailflowError, Permanent, Temporary
from mailflow.outbox.address import return_tag, returned_to, token_in
from mailflow.outbox.compose import Attached
from mailflow.outbox.send import WAITS, Outgoing, send_one
from mailflow.record import Engine, NewAsk, NewNotice, Notice, Work, open_record
from tests.components import ROOT
from tests.databases import new_record, url_of
from tests.outbox.build import AGENCY, CODE
from tests.outbox.samples import samples

NOW = datetime(2026, 3, 10, 9, 31, tzinfo=UTC)
FORM: FormAttachment = {"form": "action_request", "view": {"number": "07/2026"}, "entries": 1}


@dataclass
class Post:
    """A mail server that answers as told; by default it takes everything."""

    answers: list[Exception] = field(default_factory=list)
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Raise the next answer, or take the mail."""
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append((mail_from, recipient, message))
        return "250 2.0.0 queued as 4F1"

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Office:
    """One agency's record, its outgoing desk and what was told."""

    engine: Engine
    outgoing: Outgoing
    told: list[tuple[str, str]]
    filled: list[FormAttachment]
    now: datetime = NOW

    def open_work(self, *, reading: bool = False, claiming: bool = False) -> Work:
        """Open a unit of work."""
        return Work(self.engine, "so-noi-vu", reading=reading, claiming=claiming)

    def store(self, name: str, **more: object) -> int:
        """Store a sample notice, with an ask when it asks."""
        context: Context = {**samples()[name], **more}  # type: ignore[typeddict-item] # its keys
        request = context["request"]
        lines = [{"request": CODE, "state": "proposed", "act": a["act"]} for a in context["asks"]]
        with self.open_work() as work:
            notice_id = work.notices.add(
                NewNotice(
                    kind=context["kind"],
                    person=context["person"]["id"],
                    address=context["person"]["email"],
                    request=request["code"] if request else None,
                    context=context,
                    at=self.now,
                    ask=NewAsk(lines, self.now + timedelta(days=180)) if lines else None,
                )
            )
            work.keep()
        return notice_id

    def notice(self, notice_id: int) -> Notice:
        """Read a notice as it stands."""
        with self.open_work() as work:
            return work.notices.get(notice_id)

    def send(self, notice_id: int, post: Post) -> str:
        """Send one notice now."""
        return send_one(self.open_work, notice_id, post, self.outgoing, lambda: self.now)


@pytest.fixture
def office(tmp_path: Path, environment: Environment) -> Iterator[Office]:
    """An office with a fresh record."""
    engine = open_record(new_record(tmp_path / "record.sqlite"))
    told: list[tuple[str, str]] = []
    filled: list[FormAttachment] = []

    def fill(form: FormAttachment) -> list[Attached]:
        filled.append(form)
        return [("Phiếu 07-2026.docx", b"docx"), ("Phiếu 07-2026.pdf", b"pdf")]

    def tell(work: Work, notice: Notice, reason: str) -> None:
        told.append((notice.kind, reason))
        work.marks.set_once("told", str(notice.id), NOW)

    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    yield Office(engine, Outgoing(environment, fill, tell, zone), told, filled)
    engine.dispose()


def test_a_notice_is_composed_stored_and_sent(office: Office) -> None:
    """The bytes sent are the bytes kept, under the Message-ID noted with the notice."""
    notice_id, post = office.store("propose_solution_lead", attachments=[FORM]), Post()
    assert office.send(notice_id, post) == "sent"
    ((mail_from, recipient, sent),) = post.taken
    assert (mail_from, recipient) == (AGENCY["address"], "hung@sonoivu.binhan.gov.vn")
    notice = office.notice(notice_id)
    assert (notice.status, notice.answer, notice.sent_at) == (
        "sent",
        "250 2.0.0 queued as 4F1",
        NOW,
    )
    assert notice.mime == sha256(sent).hexdigest()
    mail = message_from_bytes(sent, policy=default)
    assert mail["Message-ID"] == f"<{notice.message_id}>"
    assert mail["Date"] == "Tue, 10 Mar 2026 16:31:00 +0700"
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["Phiếu 07-2026.docx", "Phiếu 07-2026.pdf"]


@pytest.mark.threat("secrets in logs and errors")
def test_the_token_is_born_with_the_mail_and_kept_only_as_a_hash(office: Office) -> None:
    """The ask is found by the token in the Message-ID; the record's file holds no clear token."""
    notice_id, post = office.store("propose_solution_lead"), Post()
    office.send(notice_id, post)
    mail = message_from_bytes(post.taken[0][2], policy=default)
    token = token_in(mail["Message-ID"])
    assert token
    with office.open_work() as work:
        ask = work.asks.by_token(token)
        assert ask
        assert (ask.notice_id, ask.lines[0].act) == (notice_id, "approve_solution")
        assert token not in str(work.notices.get(notice_id).context)
    html = mail.get_body(("html",))
    assert html
    assert f"%3A%20{token}" in html.get_content()


def test_a_mail_that_asks_nothing_carries_no_token(office: Office) -> None:
    """There is nothing its reader could settle."""
    notice_id, post = office.store("close_told"), Post()
    office.send(notice_id, post)
    mail = message_from_bytes(post.taken[0][2], policy=default)
    assert mail["Message-ID"].startswith(f"<n.{notice_id}.")


def test_kept_files_are_attached_by_their_hash(office: Office) -> None:
    """A file of the record travels under the name people gave it."""
    with office.open_work() as work:
        kept = BlobAttachment(name="Bằng chứng.pdf", sha256=work.blobs.put(b"%PDF-1.7"))
        work.keep()
    notice_id, post = office.store("close_told", attachments=[kept]), Post()
    office.send(notice_id, post)
    (part,) = message_from_bytes(post.taken[0][2], policy=default).iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Bằng chứng.pdf", b"%PDF-1.7")


def test_a_busy_server_gets_the_same_bytes_again_after_growing_waits(office: Office) -> None:
    """1 minute first, a day at last; composed and filled once, told once when a day is reached."""
    notice_id = office.store("propose_solution_lead", attachments=[FORM])
    for wait in [*WAITS, WAITS[-1]]:
        assert office.send(notice_id, Post([Temporary("451 4.7.1 try later")])) == "retry"
        notice = office.notice(notice_id)
        assert (notice.next_at, notice.error) == (office.now + wait, "451 4.7.1 try later")
        assert office.send(notice_id, Post()) == "taken"  # not yet due
        office.now += wait
    first = office.notice(notice_id)
    post = Post()
    assert office.send(notice_id, post) == "sent"
    assert sha256(post.taken[0][2]).hexdigest() == first.mime
    assert len(office.filled) == 1
    assert office.told == [("propose_solution", "451 4.7.1 try later")]
    assert (WAITS[0], WAITS[-1]) == (timedelta(minutes=1), timedelta(days=1))


def test_a_refused_mail_is_given_up_and_told(office: Office) -> None:
    """What `tell` stores is kept together with the failure; nothing tries again."""
    notice_id = office.store("close_told")
    assert office.send(notice_id, Post([Permanent("550 5.1.1 no such user")])) == "failed"
    notice = office.notice(notice_id)
    assert (notice.status, notice.error) == ("failed", "550 5.1.1 no such user")
    assert office.told == [("close", "550 5.1.1 no such user")]
    with office.open_work() as work:
        assert work.marks.get("told", str(notice_id)) == NOW
    assert office.send(notice_id, Post()) == "taken"


def test_a_failure_to_tell_is_told_as_well(office: Office) -> None:
    """A secretary out of reach is news for the ISO lead; who hears is not chosen here."""
    notice_id = office.store("undelivered")
    assert office.send(notice_id, Post([Permanent("550 5.1.1 no such user")])) == "failed"
    assert office.told == [("undelivered", "550 5.1.1 no such user")]


@pytest.mark.parametrize(
    "address",
    ["no-reply@bo.gov.vn", "MAILER-DAEMON@so.vn", "iso+b@so.vn", " ", "<>", AGENCY["address"]],
)
def test_nothing_is_ever_sent_to_a_machine_or_to_ourselves(office: Office, address: str) -> None:
    """It fails with its reason before anything is composed, and somebody hears."""
    person = {**samples()["close_told"]["person"], "email": address}
    own = {**AGENCY, "address": "iso@so.vn"} if "iso" in address else AGENCY
    notice_id, post = office.store("close_told", person=person, agency=own), Post()
    assert office.send(notice_id, post) == "failed"
    assert post.taken == []
    assert office.notice(notice_id).error.startswith("nothing is sent to ")
    assert len(office.told) == 1


def test_with_verp_the_envelope_names_the_notice_and_an_answer_stays_without(
    office: Office,
) -> None:
    """Each mail has its own return address; what asks nothing has none, so that no loop starts."""
    usable, post = office.outgoing, Post()
    office.outgoing = Outgoing(
        usable.environment, usable.fill_form, usable.tell, usable.zone, verp=True
    )
    told, answered = office.store("close_told"), office.store("receipt_stranger")
    office.send(told, post)
    office.send(answered, post)
    (first, _, _), (second, _, _) = post.taken
    message_id = office.notice(told).message_id
    assert message_id
    assert returned_to(f"Delivered-To: {first}", AGENCY["address"]) == [
        (told, return_tag(message_id))
    ]
    assert second == ""


def test_what_cannot_be_composed_is_given_up_and_told(office: Office) -> None:
    """A missing template, a missing file, no address: never an endless loop, never silent."""
    gone: BlobAttachment = {"name": "x.pdf", "sha256": "0" * 64}
    broken = [
        office.store("close_told", kind="khong_co"),
        office.store("close_told", attachments=[gone]),
        office.store("close_told", person={**samples()["close_told"]["person"], "email": "lan"}),
    ]
    assert [office.send(notice_id, Post()) for notice_id in broken] == ["failed"] * 3
    assert len(office.told) == 3


def test_a_form_that_cannot_be_filled_just_now_is_tried_later(office: Office) -> None:
    """LibreOffice may be busy; the mail waits for its form."""

    def busy(form: FormAttachment) -> list[Attached]:
        raise Temporary("soffice did not answer in time")

    notice_id, post = office.store("close_told", attachments=[FORM]), Post()
    usable = office.outgoing
    office.outgoing = Outgoing(usable.environment, busy, usable.tell, usable.zone)
    assert office.send(notice_id, post) == "retry"
    assert office.notice(notice_id).mime is None
    office.outgoing, office.now = usable, office.now + WAITS[0]
    assert office.send(notice_id, post) == "sent"


def test_a_notice_in_other_hands_is_left_alone(office: Office) -> None:
    """Two senders never send the same notice at the same time."""
    notice_id, post = office.store("close_told"), Post()
    with office.open_work() as work:
        assert work.notices.claim(notice_id, NOW, timedelta(minutes=15))
        work.keep()
    assert office.send(notice_id, post) == "taken"
    assert post.taken == []


def test_an_answer_that_asks_nothing_leaves_with_a_null_sender(office: Office) -> None:
    """Nobody's machine answers it (RFC 3834); one that asks must hear of a bounce."""
    post = Post()
    for name in ("answer_receipt", "receipt_stranger", "answer_mixed", "confirm"):
        office.send(office.store(name), post)
    address = AGENCY["address"]
    assert [mail_from for mail_from, _, _ in post.taken] == ["", "", address, address]


CHILD = """
import sys
from datetime import timedelta
from pathlib import Path
from functools import partial
from zoneinfo import ZoneInfo
from mailflow.channels.maildir import MaildirTransport
from mailflow.clock import from_text
from mailflow.outbox.send import Outgoing, send_one
from mailflow.outbox.templates import open_templates
from mailflow.record import Work, open_record
url, templates, out, now, notice_id = sys.argv[1:]
clock = lambda: from_text(now)
outgoing = Outgoing(open_templates([Path(templates)]), None, None, ZoneInfo("Asia/Ho_Chi_Minh"))
engine = open_record(url)
transport = MaildirTransport(Path(out), clock=clock)
print(send_one(partial(Work, engine, "so-noi-vu"), int(notice_id), transport, outgoing, clock))
"""


@pytest.mark.parametrize(
    ("point", "sent_before"),
    [("outbox.after_claim", 0), ("outbox.after_compose", 0), ("outbox.after_send", 1)],
)
def test_killed_on_the_way_a_notice_still_goes_out_recognisably(
    point: str, sent_before: int, office: Office, tmp_path: Path, shipped: Path
) -> None:
    """After the lease the next run sends it; were it sent twice, both are byte for byte alike."""
    notice_id, out = office.store("propose_solution_lead"), tmp_path / "out"

    def run(now: datetime, failpoint: str) -> subprocess.CompletedProcess[str]:
        url = url_of(tmp_path / "record.sqlite")
        arguments = [url, str(shipped), str(out), to_text(now), str(notice_id)]
        return subprocess.run(
            [sys.executable, "-c", CHILD, *arguments],
            cwd=ROOT,
            env={**os.environ, "MAILFLOW_FAILPOINT": failpoint},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert run(NOW, point).returncode == -signal.SIGKILL
    assert len(_delivered(out)) == sent_before
    assert run(NOW + timedelta(minutes=1), "").stdout == "taken\n"
    assert run(NOW + timedelta(minutes=20), "").stdout == "sent\n"
    mails = _delivered(out)
    assert len(mails) == sent_before + 1
    assert len({mail.partition(b"From: ")[2] for mail in mails}) == 1
    assert office.notice(notice_id).status == "sent"


def _delivered(out: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(out.glob("new/*"))]


def test_a_record_that_fails_is_not_hidden(office: Office) -> None:
    """A broken record is the caller's to handle: nothing was sent, nothing is claimed sent."""

    def broken(**_how: bool) -> Work:
        raise MailflowError("the record is gone")

    post = Post()
    opened: Callable[..., Work] = broken
    with pytest.raises(MailflowError, match="gone"):
        send_one(opened, office.store("close_told"), post, office.outgoing, lambda: NOW)
    assert post.taken == []
