"""The same conversation over a real Dovecot and a mail server that keeps what it gets."""

import imaplib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from imap_tools.utils import encode_folder
from structlog.testing import capture_logs

from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.demo.post import Mail, Moved, Post, read_mail
from mailflow.outbox.copies import PATIENCE
from mailflow.outbox.send import UNSAVED
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from mailflow.settings import FILE
from tests.channels.inbox import flags, folders
from tests.conversations.agency import MALLORY, REPORT, Agency, to
from tests.servers import PASSWORD, Dovecot, dovecot
from tests.smtp_sink import SmtpSink, Taken, smtp_sink

# The sink wants a login over STARTTLS too, which aiosmtpd does not count as TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"


class WirePost(Post):
    """People's letters come by IMAP; what they get was taken by the mail server."""

    def __init__(self, home: Path, clock: Moved, office: Dovecot, sink: SmtpSink) -> None:
        super().__init__(home, cast.MAILBOX, clock)
        self.office = office
        self.sink = sink

    def fetch(self) -> list[Mail]:
        """Take up what the server took since the last time."""
        fresh = self.sink.taken[len(self.mails) :]
        mails = [read_mail(taken.content) for taken in fresh]
        self.mails.extend(mails)
        return mails

    def _drop(self, raw: bytes) -> None:
        with self.office.client(cast.MAILBOX) as client:
            moment = imaplib.Time2Internaldate(self._clock())
            wire = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            assert client.append("INBOX", "", moment, wire)[0] == "OK"


class WiredAgency(Agency):
    """The sample agency with servers instead of Maildirs."""

    def __init__(self, home: Path, office: Dovecot, sink: SmtpSink) -> None:
        super().__init__(home)
        self.service.close()
        text = (home / FILE).read_text(encoding="utf-8")
        servers = (
            f'kind = "imap"\nhost = "127.0.0.1"\nport = {office.tls_port}\n'
            f'ca_file = "{office.certificates.ca}"\nsmtp_port = {sink.port}'
        )
        (home / FILE).write_text(text.replace('kind = "maildir"', servers), encoding="utf-8")
        self.post = WirePost(home, self.clock, office, sink)
        self.service = self._open()

    def sets(self, line: str) -> None:
        """Write a line into [mail] and start again."""
        text = (self.home / FILE).read_text(encoding="utf-8")
        text = re.sub(r"^sent_folder = .*\n", "", text, flags=re.MULTILINE)
        text = text.replace("[mail]\n", f"[mail]\n{line}\n")
        (self.home / FILE).write_text(text, encoding="utf-8")
        self.restart()


@pytest.fixture(scope="module")
def office() -> Iterator[Dovecot]:
    """One Dovecot for the file."""
    with dovecot() as server:
        yield server


@pytest.fixture
def sink(office: Dovecot) -> Iterator[SmtpSink]:
    """A mail server that wants STARTTLS and a login."""
    with smtp_sink(office.certificates, tls="starttls", auth_required=True) as server:
        yield server


@pytest.fixture
def wired(
    tmp_path: Path, office: Dovecot, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WiredAgency]:
    """The agency on both servers, its mailbox empty."""
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", PASSWORD)
    agency = WiredAgency(tmp_path / "home", office, sink)
    yield agency
    agency.service.close()
    with office.client(cast.MAILBOX) as client:
        for folder in ("INBOX", "Đã xử lý", "Cần xem"):
            if client.select(encode_folder(folder).decode())[0] == "OK":
                client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()
        client.select("INBOX")
        for folder in ("Sent", "Đã gửi"):  # one that is there is where the next agency's mail goes
            client.delete(encode_folder(folder).decode())


@pytest.mark.clause("5.1.1")
def test_a_report_and_its_decision_travel_over_real_servers(
    wired: WiredAgency, office: Dovecot, sink: SmtpSink
) -> None:
    """In by IMAP, out by SMTP to the envelope's one recipient, filed where people find them."""
    mails = wired.writes(cast.CLERK, REPORT)
    (code,) = wired.codes()
    assert f"[{code}]" in to(mails, cast.ONE_STOP_HEAD).subject
    assert [name for name, _ in to(mails, cast.CLERK).files] == [f"BM.CTCL.01 {code}.docx"]
    assert sorted(taken.recipients for taken in sink.taken) == [
        [cast.ONE_STOP_HEAD.email],
        [cast.CLERK.email],
    ]
    assert {login for login, _ in sink.logins} == {cast.MAILBOX}
    wired.replies(cast.ONE_STOP_HEAD, DECISION)
    assert wired.outcome() is Outcome.DONE
    assert wired.request(code).state is State.CHECKED
    assert wired.request(code).entries[-1].proof == "token"
    found = folders(office, cast.MAILBOX)
    assert (found["INBOX"], found["Đã xử lý"]) == (0, 2)
    assert copies(office, "Sent") == {raw_of(taken) for taken in sink.taken}
    assert found["Sent"] == len(sink.taken)


def copies(office: Dovecot, folder: str) -> set[bytes]:
    """Give the mails that lie in a folder, as read by somebody."""
    with office.client(cast.MAILBOX, folder) as client:
        assert client.search(None, "UNSEEN")[1] == [b""]
        found = client.fetch("1:*", "(BODY.PEEK[])")[1]
    return {item[1] for item in found if isinstance(item, tuple)}


def raw_of(taken: Taken) -> bytes:
    """Give a mail as it went over the wire."""
    return taken.content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_copies_that_cannot_be_kept_hold_no_mail_up_and_lie_there_once_later(
    wired: WiredAgency, office: Dovecot, sink: SmtpSink
) -> None:
    """The operator hears what to write; nobody gets a mail twice; a kill in between is nothing."""
    wired.sets(f'sent_folder = "{"x" * 300}"')
    wired.post.write(cast.CLERK, "Việc mới", REPORT)
    failures = loop.run_once(wired.service)
    assert set(failures) == {"sent_copies"}
    assert "name another in [mail] sent_folder" in failures["sent_copies"]
    assert len(sink.taken) == 2
    wired.sets('sent_folder = "Đã gửi"')
    assert loop.run_once(wired.service) == {}
    with wired.service.open_work() as work:  # as after a kill: laid there, and not noted
        for notice in work.notices.list(10):
            work.marks.set_once(UNSAVED, str(notice.id), wired.clock())
        work.keep()
    assert loop.run_once(wired.service) == {}
    assert folders(office, cast.MAILBOX)["Đã gửi"] == len(sink.taken) == 2


def test_copies_are_given_up_after_a_week_and_the_record_has_the_mails(
    wired: WiredAgency, sink: SmtpSink
) -> None:
    """A server that never takes them is not asked for ever."""
    wired.sets(f'sent_folder = "{"x" * 300}"')
    wired.post.write(cast.CLERK, "Việc mới", REPORT)
    assert set(loop.run_once(wired.service)) == {"sent_copies"}
    wired.clock.now += PATIENCE
    with capture_logs() as said:
        loop.run_once(wired.service)
    kept = [line["notice"] for line in said if line["event"].startswith("no copy of a sent mail")]
    assert len(kept) == 2
    with wired.service.open_work(reading=True) as work:
        mimes = [work.notices.get(notice).mime or "" for notice in kept]
        assert {work.blobs.get(mime) for mime in mimes} <= {taken.content for taken in sink.taken}


def test_where_the_server_keeps_sent_mail_itself_nothing_is_laid_there(
    wired: WiredAgency, office: Dovecot
) -> None:
    """Said so in the settings; sending goes on."""
    before = folders(office, cast.MAILBOX).get("Sent", 0)
    wired.sets('sent_folder = ""')
    assert len(wired.writes(cast.CLERK, REPORT)) == 2
    assert folders(office, cast.MAILBOX).get("Sent", 0) == before


def test_what_a_person_must_see_is_filed_apart(wired: WiredAgency, office: Dovecot) -> None:
    """A stranger's letter goes to “Cần xem”, and the secretary hears."""
    wired.post.write(MALLORY, "Chào", "Tôi muốn biết một việc")
    mails = wired.wait(hours=0.1)
    assert wired.outcome() is Outcome.HELD
    assert to(mails, cast.SECRETARY)
    found = folders(office, cast.MAILBOX)
    assert (found["INBOX"], found["Cần xem"]) == (0, 1)


def test_a_letter_left_in_the_inbox_is_not_worked_off_twice(
    wired: WiredAgency, office: Dovecot
) -> None:
    """Somebody moves a filed letter back: it is filed again, nothing else happens."""
    wired.writes(cast.CLERK, REPORT)
    before = wired.letter()
    with office.client(cast.MAILBOX, '"&ARAA4w- x&Hu0- l&AP0-"') as client:
        assert client.uid("MOVE", "1:*", "INBOX")[0] == "OK"
    assert folders(office, cast.MAILBOX)["INBOX"] == 1
    assert "\\Seen" not in flags(office, cast.MAILBOX)
    assert wired.wait(hours=0.1) == []
    assert wired.letter() == before
    assert folders(office, cast.MAILBOX)["INBOX"] == 0


def test_a_server_that_drops_us_is_found_again(wired: WiredAgency, office: Dovecot) -> None:
    """The connection dies between two rounds: one round says so, the next works on."""
    code = wired.reported()
    asked = wired.post.last(cast.ONE_STOP_HEAD)
    wired.post.reply(cast.ONE_STOP_HEAD, asked, DECISION)
    office.kill_sessions()
    assert set(loop.run_once(wired.service)) == {"mail_in"}
    wired.wait(hours=0.1)
    assert wired.request(code).state is State.CHECKED


def test_a_mail_refused_for_now_goes_out_later(wired: WiredAgency, sink: SmtpSink) -> None:
    """451 to the first: the second goes out; minutes later the first does, once."""
    sink.answers["RCPT"] = ["451 4.3.0 try later"]
    first = wired.writes(cast.CLERK, REPORT)
    assert len(first) == 1
    later = wired.wait(hours=0.1)
    assert {mail.to for mail in first + later} == {cast.CLERK.email, cast.ONE_STOP_HEAD.email}
    assert wired.wait(hours=1) == []


def test_greylisted_mails_go_out_at_the_next_try(wired: WiredAgency, sink: SmtpSink) -> None:
    """Every first try is put off: the round says so once, minutes later both go, once each."""
    sink.answers["RCPT"] = ["450 4.7.1 greylisted"] * 2
    wired.post.write(cast.CLERK, "Việc mới", REPORT)
    assert loop.run_once(wired.service) == {
        "mail_out": "none of 2 notices could be sent; they will be tried again"
    }
    later = wired.wait(hours=0.1)
    assert {mail.to for mail in later} == {cast.CLERK.email, cast.ONE_STOP_HEAD.email}
    assert wired.wait(hours=1) == []


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "552 5.2.2 mailbox full"])
def test_one_refused_recipient_among_good_ones_is_told(
    wired: WiredAgency, sink: SmtpSink, answer: str
) -> None:
    """The others get theirs; the refused one is not tried again, and the secretary hears why."""
    sink.answers["RCPT"] = ["", answer]
    went = wired.writes(cast.CLERK, REPORT) + wired.wait(hours=0.1)
    assert len(went) == 2
    (reached,) = {cast.CLERK.email, cast.ONE_STOP_HEAD.email} & {mail.to for mail in went}
    (refused,) = {cast.CLERK.email, cast.ONE_STOP_HEAD.email} - {reached}
    assert refused in to(went, cast.SECRETARY).text
    assert wired.wait(hours=1) == []


def test_a_mailbox_counted_anew_and_full_of_old_letters_is_filed_again(
    wired: WiredAgency, office: Dovecot
) -> None:
    """A new UIDVALIDITY, all letters in the inbox again: each is known by itself."""
    wired.writes(cast.CLERK, REPORT)
    wired.replies(cast.ONE_STOP_HEAD, DECISION)
    before = _validity(office)
    requests = [wired.request(code) for code in wired.codes()]
    with office.client(cast.MAILBOX, '"&ARAA4w- x&Hu0- l&AP0-"') as client:
        assert client.uid("MOVE", "1:*", "INBOX")[0] == "OK"
    office.kill_sessions()
    for index in office.maildir(cast.MAILBOX).glob("dovecot*"):
        index.unlink()
    (office.maildir(cast.MAILBOX) / "dovecot-uidlist").write_text(f"3 V{before + 7} N1\n")
    assert _validity(office) == before + 7
    assert loop.run_once(wired.service).keys() <= {"mail_in"}  # the connection was cut
    assert wired.wait(hours=0.1) == []
    assert [wired.request(code) for code in wired.codes()] == requests
    found = folders(office, cast.MAILBOX)
    assert (found["INBOX"], found["Đã xử lý"]) == (0, 2)


def _validity(office: Dovecot) -> int:
    with office.client(cast.MAILBOX) as client:
        return int(client.response("UIDVALIDITY")[1][0] or 0)


def test_a_mail_taken_without_an_answer_is_sent_again_as_it_was(
    wired: WiredAgency, sink: SmtpSink
) -> None:
    """The server hung up after DATA: the same bytes go out once more, under the same id."""
    sink.answers["DATA"] = ["hang up"]
    first, _ = wired.writes(cast.CLERK, REPORT)
    (again,) = wired.wait(hours=0.1)
    assert again.message_id == first.message_id
    assert [t.content for t in sink.taken].count(sink.taken[0].content) == 2
    assert wired.wait(hours=1) == []


def test_a_wrong_password_is_said_and_nothing_is_lost(
    wired: WiredAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job fails with a sentence that shows no password; the letter waits for the right one."""
    wired.post.write(cast.CLERK, "Việc mới", REPORT)
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "sai-mật-khẩu")
    wired.restart()
    failures = loop.run_once(wired.service)
    assert set(failures) == {"mail_in"}
    assert "sai-mật-khẩu" not in failures["mail_in"]
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", PASSWORD)
    wired.restart()
    assert len(wired.wait(hours=0.1)) == 2
