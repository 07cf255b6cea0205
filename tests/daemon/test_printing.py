"""The documents of many mails are printed in one start of LibreOffice, and no mail waits for it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.daemon import jobs
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.outbox.filler import FormFiller
from mailflow.wiring import form_folders
from tests.conversations.agency import Agency

OFFICE = """#!/bin/sh
echo start >> "{log}"
for file in "$@"; do
  case "$file" in *.docx) {print} ;; esac
done
"""
PRINT = 'printf %%PDF- > "${file%.docx}.pdf"'
ALONE = f"test $# -lt 9 && {PRINT}"


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """Three reports are in the mailbox of an agency that prints."""
    agency = Agency(tmp_path / "home")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    agency.service.filler = FormFiller(form_folders(agency.home), agency.home)
    for number in range(3):
        agency.post.write(
            cast.CLERK, "Việc mới", f"Báo cáo không phù hợp\nHồ sơ số {number} trả trễ hẹn"
        )
    jobs.collect_mail(agency.service)
    yield agency
    agency.service.close()


def office(folder: Path, printing: str) -> Path:
    """Put a program called soffice on PATH; gives the file that counts its starts."""
    program, log = folder / "soffice", folder / "starts"
    program.write_text(OFFICE.format(log=log, print=printing))
    program.chmod(0o755)
    return log


def sent(agency: Agency) -> list[set[str]]:
    """Send what is due; gives the kinds of files of each mail that carries a form."""
    jobs.send_mail(agency.service)
    return [kinds_of(mail) for mail in agency.post.fetch() if mail.files]


def kinds_of(mail: Mail) -> set[str]:
    """Give the endings of a mail's files."""
    return {Path(name).suffix for name, _ in mail.files}


def test_one_start_prints_the_forms_of_all_mails(agency: Agency, tmp_path: Path) -> None:
    """Each report has its receipt and its notice to the head, the form in both."""
    log = office(tmp_path, PRINT)
    mails = sent(agency)
    assert len(mails) == 6
    assert all({".docx", ".pdf"} <= kinds for kinds in mails)
    assert log.read_text().split() == ["start"]


def test_where_a_batch_fails_each_form_is_tried_by_itself(agency: Agency, tmp_path: Path) -> None:
    """One that cannot be printed keeps no other from its PDF."""
    log = office(tmp_path, ALONE)
    mails = sent(agency)
    assert all({".docx", ".pdf"} <= kinds for kinds in mails)
    assert len(log.read_text().split()) == 4


def test_mails_go_out_without_pdf_when_nothing_can_be_printed(
    agency: Agency, tmp_path: Path
) -> None:
    """The .docx is there all the same."""
    office(tmp_path, "false")
    mails = sent(agency)
    assert len(mails) == 6
    assert all(".docx" in kinds and ".pdf" not in kinds for kinds in mails)


@pytest.mark.kills
def test_nothing_stays_of_a_daemon_that_was_killed_while_it_printed(
    agency: Agency, tmp_path: Path
) -> None:
    """The next one removes where it printed, and the mails go out with their PDF."""
    office(tmp_path, "kill -9 $PPID")
    assert daemon(agency, minutes=1) == -signal.SIGKILL
    assert len(list(agency.home.glob(".printing-*"))) == 1

    office(tmp_path, PRINT)
    assert daemon(agency, minutes=20) == 0
    assert list(agency.home.glob(".printing-*")) == []
    mails = [mail for mail in agency.post.fetch() if mail.files]
    assert len(mails) == 6
    assert all({".docx", ".pdf"} <= kinds_of(mail) for mail in mails)


def daemon(agency: Agency, minutes: int) -> int:
    """Let one round of a daemon run so much later; gives its exit code."""
    at = agency.clock.now + timedelta(minutes=minutes)
    said = ["--home", str(agency.home), "run", "--once", "--at", f"{at:%Y-%m-%d %H:%M}"]
    command = [sys.executable, "-c", "from mailflow.cli import main; main()", *said]
    return subprocess.run(command, check=False, capture_output=True).returncode
