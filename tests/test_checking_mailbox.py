"""`check` and a round of the daemon where the mail server is at fault: what to do is said."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mailflow.checking import check_home
from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.demo.post import Moved
from mailflow.wiring import open_service
from tests.channels.inbox import letter, post
from tests.cli.homes import replace
from tests.conversations.agency import START, Agency
from tests.servers import PASSWORD, Dovecot, DovecotKind, dovecot


@pytest.fixture(scope="module")
def office() -> Iterator[Dovecot]:
    """A mail server in order."""
    with dovecot() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An agency whose mailbox is still a folder; its password is right."""
    agency = Agency(tmp_path / "home")
    agency.service.close()
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", PASSWORD)
    return agency.home


def serve(home: Path, office: Dovecot) -> None:
    """Let the home's settings name a mail server by TLS."""
    lines = (
        f'kind = "imap"\nhost = "127.0.0.1"\nport = {office.tls_port}\n'
        f'ca_file = "{office.certificates.ca}"\nsmtp_port = 9'
    )
    replace(home, 'kind = "maildir"', lines)


def said(home: Path) -> str:
    """What `check` says of the mailbox, and the daemon's round says the same."""
    rows = [row for row in check_home(home, Moved(START)) if row["what"] == "mailbox"]
    assert {row["standing"] for row in rows} == {"fault"}
    (says,) = (row["say"] for row in rows)
    with closing(open_service(home, Moved(START), with_pdf=False)) as service:
        failures = loop.run_once(service, names=["mail_in"])
    assert failures["mail_in"].partition(":")[0] == says.partition(":")[0] == "127.0.0.1"
    return says


def left(office: Dovecot) -> int:
    """How many letters lie in the inbox."""
    with office.client(cast.MAILBOX) as client:
        return int(client.select("INBOX")[1][0] or 0)


def test_a_certificate_that_ran_out(home: Path) -> None:
    """No password is shown to the server, and the letter stays where it is."""
    with dovecot(DovecotKind(days=-1)) as office:
        post(office, cast.MAILBOX, letter("đợi"))
        serve(home, office)
        assert "certificate has expired" in said(home)
        assert left(office) == 1


def test_a_wrong_password(home: Path, office: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose login was refused is said, not with what."""
    monkeypatch.setenv("MAILFLOW_MAIL_PASSWORD", "Nhầm-rồi")
    serve(home, office)
    says = said(home)
    assert f"login of {cast.MAILBOX} refused" in says
    assert "Nhầm" not in says


def test_a_folder_that_is_not_there(home: Path, office: Dovecot) -> None:
    """The folders that are there are listed."""
    serve(home, office)
    replace(home, 'inbox = "INBOX"', 'inbox = "Thư đến ISO"')
    assert "folder Thư đến ISO cannot be opened; there are: INBOX" in said(home)
