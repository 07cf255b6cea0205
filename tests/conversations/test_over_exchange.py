"""The same conversation over an Exchange server of ours, by EWS; and what `check` says of one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.checking.home import looked, looks
from mailflow.checking.roundtrip import there_and_back
from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.demo.post import Mail, Moved, Post, read_mail
from mailflow.procedure.terms import State
from mailflow.record import Outcome
from mailflow.settings import FILE, load
from mailflow.wiring import channels
from tests.cli.homes import replace
from tests.conversations.agency import MALLORY, REPORT, Agency, to
from tests.ews import ACCOUNT, FIXED, ExchangeBox, away, exchange_server
from tests.servers import PASSWORD, Certificates, make_certificates

DECISION = "Không xử lý thêm\nHình thức xử lý: Chấp nhận\nLý do: Không ảnh hưởng"
DONE, REVIEW = "Đã xử lý", "Cần xem"


class ExchangePost(Post):
    """People's letters lie in the Exchange mailbox; what they get was sent by Exchange."""

    def __init__(self, home: Path, clock: Moved, box: ExchangeBox) -> None:
        super().__init__(home, cast.MAILBOX, clock)
        self.box = box

    def fetch(self) -> list[Mail]:
        """Take up what Exchange sent since the last time."""
        mails = [read_mail(taken.content) for taken in self.box.taken[len(self.mails) :]]
        self.mails.extend(mails)
        return mails

    def _drop(self, raw: bytes) -> None:
        wire = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.box.deliver(wire, self._clock())


class ExchangeAgency(Agency):
    """The sample agency with a mailbox on Exchange instead of Maildirs."""

    def __init__(self, home: Path, box: ExchangeBox, keys: str = "") -> None:
        super().__init__(home)
        self.service.close()
        keys = keys or f'endpoint = "{box.endpoint}"\nauth = "ntlm"'
        ca = f'ca_file = "{box.certificates.ca}"'
        user = f"user = '{ACCOUNT}'"
        replace(home, 'kind = "maildir"', f'kind = "exchange"\n{keys}\n{user}\n{ca}')
        self.post: ExchangePost = ExchangePost(home, self.clock, box)
        self.service = self._open()

    def round(self) -> dict[str, str]:
        """Let one round pass; gives the failures by job."""
        return loop.run_once(self.service)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority of the agency's own."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def box(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExchangeBox]:
    """The ISO mailbox on Exchange; its password has Vietnamese letters."""
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", PASSWORD)
    with exchange_server(certificates, cast.MAILBOX) as running:
        yield running


@pytest.fixture
def agency(tmp_path: Path, box: ExchangeBox) -> Iterator[ExchangeAgency]:
    """The agency on it."""
    wired = ExchangeAgency(tmp_path / "home", box)
    yield wired
    wired.close()


@pytest.mark.clause("5.1.1")
def test_a_report_and_its_decision_travel_by_exchange(
    agency: ExchangeAgency, box: ExchangeBox
) -> None:
    """In, and out to one person each with the form, in thread, filed, copies in Sent Items."""
    mails = agency.writes(cast.CLERK, REPORT)
    (code,) = agency.codes()
    assert f"[{code}]" in to(mails, cast.ONE_STOP_HEAD).subject
    receipt = to(mails, cast.CLERK)
    assert [name for name, _ in receipt.files] == [f"BM.CTCL.01 {code}.docx"]
    (reported,) = box.letters(DONE)
    theirs = reported.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    assert theirs in receipt.message["References"]
    assert sorted(taken.recipients for taken in box.taken) == [
        [cast.ONE_STOP_HEAD.email],
        [cast.CLERK.email],
    ]
    assert box.letters("sentitems") == [mail.raw for mail in mails]
    agency.replies(cast.ONE_STOP_HEAD, DECISION)
    assert agency.outcome() is Outcome.DONE
    assert agency.request(code).state is State.CHECKED
    assert agency.request(code).entries[-1].proof == "token"
    assert (len(box.letters("inbox")), len(box.letters(DONE))) == (0, 2)
    assert {user for _, user in box.logins} == {ACCOUNT}
    _a_filed_letter_is_dragged_back(agency, box)
    _a_stranger_writes(agency, box)


def _a_filed_letter_is_dragged_back(agency: ExchangeAgency, box: ExchangeBox) -> None:
    """On Exchange it has another id then: it is known by itself, and filed again."""
    before = agency.letter()
    filed = next(item for item in box.items.values() if item.folder not in FIXED)
    filed.folder = "inbox"
    assert agency.wait(hours=0.1) == []
    assert agency.letter() == before
    assert (len(box.letters("inbox")), len(box.letters(DONE))) == (0, 2)


def _a_stranger_writes(agency: ExchangeAgency, box: ExchangeBox) -> None:
    """What a person must see goes to “Cần xem”, and the secretary hears."""
    agency.post.write(MALLORY, "Chào", "Tôi muốn biết một việc")
    assert to(agency.wait(hours=0.1), cast.SECRETARY)
    assert agency.outcome() is Outcome.HELD
    assert (len(box.letters("inbox")), len(box.letters(REVIEW))) == (0, 1)


def test_a_server_in_trouble_costs_time_alone(agency: ExchangeAgency, box: ExchangeBox) -> None:
    """Busy, silent after taking a mail, restarted: each round says so, and all is done once."""
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    box.answers["FindItem"] = ["ErrorServerBusy"]
    assert "ErrorServerBusy" in agency.round()["mail_in"]
    box.answers["CreateItem"] = ["ErrorServerBusy", "taken, hang up"]
    assert set(agency.round()) == {"mail_out"}
    agency.wait(hours=0.1)
    readers = [mail.to for mail in agency.post.mails]
    assert sorted(readers) == [cast.ONE_STOP_HEAD.email, cast.CLERK.email]
    with away(box):
        asked = agency.post.last(cast.ONE_STOP_HEAD)
        agency.post.reply(cast.ONE_STOP_HEAD, asked, DECISION)
        assert set(agency.round()) == {"mail_in"}
    agency.wait(hours=0.1)
    (code,) = agency.codes()
    assert agency.request(code).state is State.CHECKED


def test_a_wrong_password_is_said_and_nothing_is_lost(
    agency: ExchangeAgency, box: ExchangeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job fails with a sentence that shows no password; the letter waits for the right one."""
    agency.post.write(cast.CLERK, "Việc mới", REPORT)
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "sai-mật-khẩu")
    agency.restart()
    failures = agency.round()
    assert set(failures) == {"mail_in"}
    assert f"login of {ACCOUNT} refused" in failures["mail_in"]
    assert "sai-mật-khẩu" not in failures["mail_in"]
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", PASSWORD)
    agency.restart()
    assert len(agency.wait(hours=0.1)) == 2


# What `mailflow check` says


@pytest.fixture(scope="module")
def checked(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[ExchangeAgency]:
    """One agency for all that changes nothing but a line of its settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILFLOW_MAIL_PASSWORD", PASSWORD)
        with exchange_server(certificates, cast.MAILBOX) as box:
            wired = ExchangeAgency(tmp_path_factory.mktemp("checked") / "home", box)
            yield wired
            wired.close()


def _says(agency: ExchangeAgency) -> tuple[str, str]:
    (row,) = looked("mailbox", looks(load(agency.home), agency.clock)["mailbox"])
    return row["standing"], row["say"]


def test_a_letter_to_ourselves_comes_back(checked: ExchangeAgency) -> None:
    """`check --send`: sent by Exchange, found in its inbox under its own Message-ID, filed."""
    mailbox, transport = channels(load(checked.home), checked.clock)
    rows = there_and_back(
        load(checked.home), mailbox, transport, lambda _: False, checked.clock, lambda _: None
    )
    mailbox.close()
    transport.close()
    box = checked.post.box
    assert rows == []
    assert len(box.letters(DONE)) == len(box.letters("sentitems")) == 1
    assert _says(checked)[0] == "well"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('inbox = "INBOX"', 'inbox = "Hộp ISO"', "there are: Hộp thư đến, Mục đã gửi"),
        ('\nauth = "ntlm"', '\nauth = "basic"', 'needs [mail] auth = "ntlm"'),
        ('.asmx"\nauth', '.asp"\nauth', "Code: 404"),
        ("\nca_file", "\n# ca_file", "certificate verify failed"),
        ("\nendpoint", '\nhost = "localhost"\nport = {port}\n# endpoint', ""),
    ],
)
def test_a_mailbox_that_cannot_be_had_is_a_fault_with_its_reason(
    checked: ExchangeAgency, old: str, new: str, said: str
) -> None:
    """Wrong folder, login, address or authority; without an address autodiscover is asked."""
    settings = checked.home / FILE
    before = settings.read_text(encoding="utf-8")
    replace(checked.home, old, new.format(port=checked.post.box.port))
    standing, say = _says(checked)
    settings.write_text(before, encoding="utf-8")
    assert standing == ("fault" if said else "well")
    assert said in say
