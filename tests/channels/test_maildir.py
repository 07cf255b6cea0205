"""Mail as files, in and out."""

import contextlib
import datetime
import mailbox
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailflow.channels.base import Envelope
from mailflow.channels.imap import ImapMailbox
from mailflow.channels.maildir import MaildirMailbox, MaildirTransport
from mailflow.errors import Permanent, Temporary
from tests.servers import NOBODY, Dovecot

NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
DONE = "Đã xử lý"
DONE_ON_DISK = ".&ARAA4w- x&Hu0- l&AP0-"
MESSAGE = (
    "Message-ID: <a.token@coquan.test>\nTo: lan@coquan.test\nBcc: ai-do@coquan.test\n"
    "Subject: Phiếu\n\nKính gửi chị Lan\nBcc: chữ này thuộc nội dung\n"
).encode()


def clock() -> datetime.datetime:
    """The run's clock, standing still."""
    return NOW


def lay(root: Path, name: str, *, raw: bytes = b"Subject: x\n\nchao\n", age: int = 0) -> Path:
    """Put a file that is `age` seconds old below the root."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return path


def maildir(root: Path) -> MaildirMailbox:
    """Open a folder as a mailbox."""
    return MaildirMailbox(root, clock=clock)


def files(root: Path) -> list[str]:
    """Return every file below the root."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def names(envelopes: list[Envelope]) -> list[str]:
    """Return the last parts of the letters' places."""
    return [envelope.place.rpartition("/")[2] for envelope in envelopes]


def test_letters_come_by_age_then_name_from_everywhere(tmp_path: Path) -> None:
    """new/, cur/ and plain .eml files make one queue; other files are no letters."""
    lay(tmp_path, "new/3.new", age=30)
    lay(tmp_path, "cur/1.old:2,S", age=90)
    lay(tmp_path, "b.EML", age=60)
    lay(tmp_path, "a.eml", age=60)
    lay(tmp_path, "new/.hidden")
    lay(tmp_path, "tmp/half")
    lay(tmp_path, "note.txt")
    lay(tmp_path, "cur/deleted:2,ST")
    lay(tmp_path, ".Sub/cur/other:2,")
    (tmp_path / "folder.eml").mkdir()
    found = list(maildir(tmp_path).waiting())
    assert names(found) == ["1.old", "a.eml", "b.EML", "3.new"]
    assert {envelope.received_at for envelope in found} == {NOW}
    assert {(e.folder, e.uidvalidity, e.uid, e.truncated) for e in found} == {
        ("INBOX", 0, None, False)
    }


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """No file is moved, renamed, made or touched by reading."""
    path = lay(tmp_path, "new/1.a", raw=b"Subject: \xff\r\n\r\n\x00tho\xcc\x81")
    before = (files(tmp_path), path.stat().st_mtime_ns)
    (envelope,) = maildir(tmp_path).waiting()
    assert envelope.raw == path.read_bytes()
    assert (files(tmp_path), path.stat().st_mtime_ns) == before
    assert not (tmp_path / "cur").exists()


def test_a_letter_keeps_its_place_while_other_programs_handle_it(tmp_path: Path) -> None:
    """From new/ to cur/ and with new flags it is still the same letter, and is filed."""
    path = lay(tmp_path, "new/1.a")
    box = maildir(tmp_path)
    (before,) = box.waiting()
    (tmp_path / "cur").mkdir()
    path.rename(tmp_path / "cur" / "1.a:2,FS")
    (after,) = maildir(tmp_path).waiting()
    assert after.place == before.place
    box.file_away(before, DONE)
    assert f"{DONE_ON_DISK}/cur/1.a:2,FS" in files(tmp_path)


def test_a_reused_file_name_is_another_letter(tmp_path: Path) -> None:
    """Someone drops a second a.eml: it has another place, and the first's filing leaves it."""
    box = maildir(tmp_path)
    lay(tmp_path, "a.eml", raw=b"Subject: 1\n\n", age=60)
    (first,) = box.waiting()
    lay(tmp_path, "a.eml", raw=b"Subject: 2\n\n", age=30)
    box.file_away(first, DONE)
    (second,) = box.waiting()
    assert second.raw == b"Subject: 2\n\n"
    assert second.place != first.place


@pytest.mark.parametrize("name", ["new/1.a", "cur/1.a:2,S", "thư số 1.eml", "new/b\udcff.odd"])
def test_filing_moves_the_file_once(tmp_path: Path, name: str) -> None:
    """Filed twice is filed once; the bytes stay; nothing waits any more."""
    raw = lay(tmp_path, name).read_bytes()
    box = maildir(tmp_path)
    (envelope,) = box.waiting()
    envelope.place.encode()
    box.file_away(envelope, DONE)
    box.file_away(envelope, DONE)
    assert list(box.waiting()) == []
    (filed,) = (tmp_path / DONE_ON_DISK / "cur").iterdir()
    assert filed.read_bytes() == raw
    assert ":2," in filed.name


def test_two_letters_of_one_name_both_survive_filing(tmp_path: Path) -> None:
    """The second a.eml does not overwrite the first in the folder."""
    box = maildir(tmp_path)
    for text in (b"Subject: 1\n\n", b"Subject: 2\n\n"):
        lay(tmp_path, "a.eml", raw=text)
        for envelope in box.waiting():
            box.file_away(envelope, DONE)
    kept = {path.read_bytes() for path in (tmp_path / DONE_ON_DISK / "cur").iterdir()}
    assert kept == {b"Subject: 1\n\n", b"Subject: 2\n\n"}


def test_a_file_that_vanishes_is_no_error(tmp_path: Path) -> None:
    """A person deletes one letter before it is read, and one before it is filed."""
    for name in ("new/1", "new/2", "new/3"):
        lay(tmp_path, name)
    box = maildir(tmp_path)
    round_ = box.waiting()
    first = next(round_)
    (tmp_path / "new" / "2").unlink()
    (tmp_path / "new" / "1").unlink()
    assert names(list(round_)) == ["3"]
    box.file_away(first, DONE)
    assert files(tmp_path) == ["new/3"]


def test_letters_may_be_filed_while_the_round_goes_on(tmp_path: Path) -> None:
    """The desk files each letter before it takes the next."""
    for number in range(5):
        lay(tmp_path, f"new/{number}")
    box = maildir(tmp_path)
    for envelope in box.waiting():
        box.file_away(envelope, "Cần xem/Tháng 11")
    (folder,) = tmp_path.glob(".*")
    assert len(list((folder / "cur").iterdir())) == 5
    assert folder.name.count(".") == 2


def test_a_letter_over_the_cap_comes_as_its_headers(tmp_path: Path) -> None:
    """The mark and the true size come along, and it can be filed."""
    raw = b"Subject: to\r\nFrom: a@b.test\r\n\r\n" + b"x" * 1000
    lay(tmp_path, "new/1", raw=raw)
    lay(tmp_path, "new/2", raw=raw[:-1])
    box = MaildirMailbox(tmp_path, clock=clock, cap=len(raw) - 1)
    big, whole = list(box.waiting())
    assert (big.truncated, big.size) == (True, len(raw))
    assert big.raw == b"Subject: to\r\nFrom: a@b.test\r\n\r\n"
    assert (whole.truncated, whole.raw) == (False, raw[:-1])
    box.file_away(big, "Cần xem")
    assert names(list(box.waiting())) == ["2"]


def test_headers_without_end_are_cut(tmp_path: Path) -> None:
    """A letter that is one endless header cannot fill the memory."""
    lay(tmp_path, "new/1", raw=b"X: " + b"y" * 3_000_000)
    (envelope,) = MaildirMailbox(tmp_path, clock=clock, cap=2_000_000).waiting()
    assert len(envelope.raw) == 1024 * 1024


def test_a_missing_folder_is_temporary_and_named(tmp_path: Path) -> None:
    """A share that is not mounted is asked again later, and not made anew beside it."""
    with pytest.raises(Temporary, match="nowhere"):
        list(maildir(tmp_path / "nowhere").waiting())
    assert not (tmp_path / "nowhere").exists()


def test_one_unreadable_letter_does_not_stop_the_others(tmp_path: Path) -> None:
    """The rest comes first, the fault is told after the last."""
    for name in ("new/0", "new/1", "new/2"):
        lay(tmp_path, name)
    round_ = maildir(tmp_path).waiting()
    found = [next(round_)]
    (tmp_path / "new" / "1").unlink()
    (tmp_path / "new" / "1").mkdir()
    with pytest.raises(Temporary, match="cannot be read"):
        found.extend(round_)
    assert names(found) == ["0", "2"]


def test_a_real_server_shows_the_filed_letters(
    tmp_path: Path, post_office: Dovecot, user: str
) -> None:
    """Dovecot serving the same folder knows the Vietnamese folder and what lies in it."""
    root = tmp_path / "in"
    lay(root, "new/1.a", raw=b"Subject: da xong\n\n")
    lay(root, "new/2.b", raw=b"Subject: con cho\n\n", age=-60)
    box = maildir(root)
    box.file_away(next(box.waiting()), DONE)
    served = post_office.maildir(user)
    shutil.copytree(root, served)
    if os.getuid() == 0:
        for path in [served.parent, served, *served.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    for folder, subject in ((DONE, b"da xong"), ("INBOX", b"con cho")):
        seen = ImapMailbox(post_office.server(user), folder=folder)
        (envelope,) = seen.waiting()
        seen.close()
        assert subject in envelope.raw


@pytest.mark.threat("path tricks")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(folder=st.text(min_size=1, max_size=30).filter(lambda name: name.strip("/. \0")))
def test_no_folder_name_leads_out_of_the_mailbox(tmp_path: Path, folder: str) -> None:
    """Whatever settings call the folder, filing makes one hidden folder inside the mailbox."""
    root = tmp_path / "in"
    shutil.rmtree(root, ignore_errors=True)
    lay(root, "new/1")
    outside = set(tmp_path.iterdir())
    box = maildir(root)
    with contextlib.suppress(Temporary):
        box.file_away(next(box.waiting()), folder)
    assert set(tmp_path.iterdir()) == outside
    assert len(files(root)) == 1


def sent(root: Path) -> list[bytes]:
    """Return what lies in the way out."""
    return [path.read_bytes() for path in sorted((root / "new").iterdir())]


def test_a_sent_letter_lies_in_a_maildir_others_can_read(tmp_path: Path) -> None:
    """Python's own Maildir reader finds it, with the envelope above it and the clock's time."""
    out = tmp_path / "mail" / "out"
    answer = MaildirTransport(out, clock=clock).send("bot@coquan.test", "lan@coquan.test", MESSAGE)
    (path,) = (out / "new").iterdir()
    assert path.name == answer
    assert path.stat().st_mtime == NOW.timestamp()
    box = mailbox.Maildir(out, create=False)
    (letter,) = list(box)
    box.close()
    assert letter["Return-Path"] == "<bot@coquan.test>"
    assert letter["Delivered-To"] == "lan@coquan.test"
    assert letter["Bcc"] is None
    assert letter["Message-ID"] == "<a.token@coquan.test>"


def test_the_letter_itself_keeps_its_bytes_and_loses_its_bcc(tmp_path: Path) -> None:
    """Only two header lines above and the Bcc tell it from what was composed."""
    for message in (MESSAGE, MESSAGE.replace(b"\n", b"\r\n")):
        out = tmp_path / str(len(message))
        MaildirTransport(out, clock=clock).send("", "lan@coquan.test", message)
        eol = b"\r\n" if b"\r" in message else b"\n"
        (content,) = sent(out)
        head = b"Return-Path: <>" + eol + b"Delivered-To: lan@coquan.test" + eol
        assert content == head + message.replace(b"Bcc: ai-do@coquan.test" + eol, b"")


def test_the_same_letter_sent_twice_is_recognisable(tmp_path: Path) -> None:
    """The name's digest is the same, the counter and the Message-ID tell of the second time."""
    transport = MaildirTransport(tmp_path, clock=clock)
    first = transport.send("", "lan@coquan.test", MESSAGE)
    (tmp_path / "new" / first).rename(tmp_path / "cur" / f"{first}:2,S")
    second = transport.send("", "lan@coquan.test", MESSAGE)
    other = transport.send("", "an@coquan.test", MESSAGE)
    assert first.replace("_1.mailflow", "") == second.replace("_2.mailflow", "")
    assert other.endswith("_1.mailflow")
    assert len({first, second, other}) == 3
    repeated = MaildirTransport(tmp_path / "again", clock=clock)
    assert repeated.send("", "lan@coquan.test", MESSAGE) == first


def test_letters_without_message_id_are_told_apart_by_content(tmp_path: Path) -> None:
    """No name clash, whatever is sent."""
    transport = MaildirTransport(tmp_path, clock=clock)
    sent_names = {transport.send("", "a@b.test", text) for text in (b"\n\n1", b"\n\n2", b"")}
    assert len(sent_names) == 3
    assert all(name.endswith("_1.mailflow") for name in sent_names)


@pytest.mark.threat("file permissions")
def test_outgoing_mail_is_for_the_owner_alone(tmp_path: Path) -> None:
    """Folders are 0700, letters 0600, whatever the umask."""
    out = tmp_path / "out"
    before = os.umask(0)
    try:
        MaildirTransport(out, clock=clock).send("", "lan@coquan.test", MESSAGE)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in [out, *out.iterdir()]} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in (out / "new").iterdir()} == {0o600}


@pytest.mark.parametrize(
    "recipient", ["", "a@b\nBcc: x@y", "hai địa chỉ", "a@b, c@d", "<a@b>", "@b"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, recipient: str) -> None:
    """Nothing is written for an address that could carry a second header."""
    with pytest.raises(Permanent):
        MaildirTransport(tmp_path / "out", clock=clock).send("", recipient, MESSAGE)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_temporary(tmp_path: Path) -> None:
    """A file where the folder should be: said, and tried again later."""
    (tmp_path / "out").write_text("")
    with pytest.raises(Temporary, match="cannot be written"):
        MaildirTransport(tmp_path / "out", clock=clock).send("", "a@b.test", MESSAGE)


SCRIPT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from mailflow.channels.maildir import MaildirMailbox, MaildirTransport
root, clock = Path(sys.argv[1]), lambda: datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
if sys.argv[2] == "send":
    MaildirTransport(root, clock=clock).send("", "a@b.test", b"Message-ID: <1@b.test>\\n\\nchao")
else:
    box = MaildirMailbox(root, clock=clock)
    box.file_away(next(box.waiting()), "Xong")
"""


def killed_at(point: str, root: Path, act: str) -> None:
    """Run one act in a process of its own that dies at a failpoint."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(root), act],
        env={**os.environ, "MAILFLOW_FAILPOINT": point},
        timeout=30,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("point", "count"), [("before", 0), ("after", 1)])
def test_killed_while_sending_nothing_half_lies_in_new(
    tmp_path: Path, point: str, count: int
) -> None:
    """Readers see the whole letter or none, and the next try leaves no draft behind."""
    killed_at(f"maildir.{point}_rename", tmp_path, "send")
    assert len(sent(tmp_path)) == count
    assert all(content.endswith(b"chao") for content in sent(tmp_path))
    message = b"Message-ID: <1@b.test>\n\nchao"
    name = MaildirTransport(tmp_path, clock=clock).send("", "a@b.test", message)
    assert name.endswith(f"_{count + 1}.mailflow")
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(("point", "waiting"), [("before", 1), ("after", 0)])
def test_killed_while_filing_the_letter_is_in_one_place(
    tmp_path: Path, point: str, waiting: int
) -> None:
    """It waits or it is filed, never both, never neither."""
    lay(tmp_path, "new/1", raw=b"Subject: x\n\n")
    killed_at(f"maildir.{point}_rename", tmp_path, "file")
    assert len(list(maildir(tmp_path).waiting())) == waiting
    assert len([name for name in files(tmp_path) if "/1" in name]) == 1
