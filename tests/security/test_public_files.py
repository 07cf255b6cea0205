"""Public mails and workbooks, bent ones among them, laid before the desk: each comes to an end.

`MAILFLOW_FUZZ=20` takes all of them; otherwise a part, so that a run stays short.
"""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from mailflow.channels.base import Envelope
from mailflow.demo import cast
from mailflow.intake.desk import receive
from tests.components import cases, corpus
from tests.conversations.agency import Agency

STEP = max(1, 20 // cases(1))
"""Every so manieth file is taken."""

MANY = "[mail]\nmost_letters = 10000"


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """An agency with one request open, where nobody is held for writing much."""
    made = Agency(tmp_path_factory.mktemp("public") / "home", MANY)
    made.reported()
    yield made
    made.service.close()


def _mails() -> list[bytes]:
    found = (p for p in corpus("eml").rglob("*") if p.suffix in (".eml", ".txt"))
    return [path.read_bytes() for path in sorted(found)[::STEP]]


def _workbooks() -> list[bytes]:
    """Write a letter of a colleague's around each workbook."""
    found = sorted(p for p in corpus("xlsx").rglob("*.*") if p.suffix != ".tsv")
    return [_around(path) for path in found[:: max(1, STEP // 2)]]


def _around(path: Path) -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = cast.CLERK.email, cast.MAILBOX
    letter["Subject"], letter["Message-ID"] = "Gửi sổ", f"<{path.stat().st_ino}@x.example>"
    letter.set_content("Em gửi sổ ạ")
    data = path.read_bytes()
    letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=path.name)
    return letter.as_bytes()


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_every_public_file_comes_to_an_end(
    agency: Agency, capsys: pytest.CaptureFixture[str]
) -> None:
    """None crashes its reader, and nothing in it moves a request."""
    (code,) = agency.codes()
    before = agency.request(code)
    mails, workbooks = _mails(), _workbooks()
    for number, raw in enumerate([*mails, *workbooks]):
        agency.clock.now += timedelta(minutes=1)
        now = agency.clock.now
        receive(agency.service.desk, Envelope(raw, "in", 0, None, str(number), now, len(raw)), now)
        letter = agency.letter()
        assert letter.outcome is not None, raw[:500]
        assert letter.reason != "crashed", raw[:500]
    assert agency.request(code) == before
    with capsys.disabled():
        tried = f"{len(mails)} public mails and {len(workbooks)} workbooks"
        print(f"\n{tried} laid before the desk, all answered")  # noqa: T201 - the count is asked for
