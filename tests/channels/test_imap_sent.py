"""Copies of sent mail on a real Dovecot: which folder, once, and what a full mailbox does."""

import contextlib
import datetime
from collections.abc import Iterator

import pytest
from imap_tools.utils import encode_folder

from mailflow.channels import imap_sent
from mailflow.channels.base import Server
from mailflow.channels.imap_sent import ImapSentFolder
from mailflow.errors import Temporary
from tests.channels.inbox import folders, letter, opened, post
from tests.servers import Dovecot, DovecotKind, dovecot

WHOLE = "(FLAGS INTERNALDATE BODY.PEEK[])"
AT = datetime.datetime(2026, 11, 27, 3, 0, tzinfo=datetime.UTC)


@contextlib.contextmanager
def sent(server: Server, folder: str | None = None) -> Iterator[ImapSentFolder]:
    """Open the folder of sent mail and let it go afterwards."""
    copies = ImapSentFolder(server, folder=folder)
    try:
        yield copies
    finally:
        copies.close()


def test_a_copy_lies_as_read_where_the_server_says_sent_mail_lies(user: str) -> None:
    r"""The folder marked \Sent, whatever it is called; bytes and date are those of the mail."""
    raw = letter("phiếu")
    with dovecot(DovecotKind(sent="Thư gửi đi")) as office, sent(office.server(user)) as copies:
        copies.save(raw, "phiếu@coquan.test", AT)
        assert folders(office, user) == {"INBOX": 0, "Thư gửi đi": 1}
        with office.client(user, encode_folder("Thư gửi đi").decode()) as client:
            (copy,) = (item for item in client.fetch("1", WHOLE)[1] if isinstance(item, tuple))
        assert copy[1] == raw
        assert b"\\Seen" in copy[0]
        assert b'"27-Nov-2026 03:00:00 +0000"' in copy[0]


@pytest.mark.parametrize("there", ["Sent Items", "Đã gửi"])
def test_without_a_mark_a_folder_of_a_usual_name_is_taken(
    post_office: Dovecot, user: str, there: str
) -> None:
    """Mail programs made it before us."""
    with opened(post_office.server(user)) as mailbox:
        post(post_office, user, letter("cũ"))
        mailbox.file_away(next(mailbox.waiting()), there)
    with sent(post_office.server(user)) as copies:
        copies.save(letter("mới"), "moi@coquan.test", AT)
    assert folders(post_office, user) == {"INBOX": 0, there: 2}


@pytest.mark.parametrize(
    ("named", "shown"), [(None, "Sent"), ("Đã gửi", "Đã gửi"), ("Lưu/Gửi", "Lưu/Gửi")]
)
def test_a_folder_that_is_absent_is_made(
    post_office: Dovecot, user: str, named: str | None, shown: str
) -> None:
    """The name of the settings, else one that every program knows; subscribed."""
    with sent(post_office.server(user), named) as copies:
        copies.save(letter("phiếu"), "a@coquan.test", AT)
    assert folders(post_office, user)[shown] == 1
    with post_office.client(user) as client:
        assert client.lsub()[1] != [None]


def test_a_copy_that_is_there_is_not_laid_there_again(post_office: Dovecot, user: str) -> None:
    """By its Message-ID: also one that the server itself kept, or a run that was killed then."""
    for name in ("mot", "hai", "mot", "hai"):
        with sent(post_office.server(user)) as copies:
            copies.save(letter(name), f"{name}@coquan.test", AT)
    assert folders(post_office, user)["Sent"] == 2


def test_copies_of_other_days_and_many_of_one_are_found_again(
    post_office: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail of last week tried after one of today; a week's copies are asked for in steps."""
    monkeypatch.setattr(imap_sent, "_STEP", 2)
    ages = {"cu": 9, "moi": 0, "hom-qua": 1, "hom-kia": 2, "tuan-truoc": 7}
    for _ in range(2):
        with sent(post_office.server(user)) as copies:
            for name, days in [*ages.items(), *reversed(ages.items())]:
                at = AT - datetime.timedelta(days=days)
                copies.save(letter(name), f"{name}@coquan.test", at)
    assert folders(post_office, user)["Sent"] == len(ages)


def test_a_folder_that_cannot_be_made_is_named_with_what_to_write(
    post_office: Dovecot, user: str
) -> None:
    """The operator may name another, or do without."""
    with (
        sent(post_office.server(user), "x" * 300) as copies,
        pytest.raises(Temporary, match=r"name another in \[mail\] sent_folder"),
    ):
        copies.save(letter("phieu"), "a@coquan.test", AT)


def test_a_full_mailbox_takes_no_copy_and_says_so_until_there_is_room(user: str) -> None:
    """The small mail still fits; the large one once somebody has made room."""
    large = letter("lon", "x" * 30_000)
    with dovecot(DovecotKind(quota="20K")) as office, sent(office.server(user)) as copies:
        with pytest.raises(Temporary, match="make room in it"):
            copies.save(large, "lon@coquan.test", AT)
        copies.save(letter("nho"), "nho@coquan.test", AT)
        assert folders(office, user)["Sent"] == 1
