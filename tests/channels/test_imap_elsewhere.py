"""The story of a mailbox on servers where every folder is `INBOX.name`: Cyrus, and a Dovecot."""

import datetime
from collections.abc import Iterator
from threading import Event, Timer

import pytest

from mailflow.channels.imap import DONE_KEYWORD
from mailflow.channels.imap_sent import ImapSentFolder
from mailflow.errors import Temporary
from tests.channels.inbox import DONE, flags, folders, letter, opened, post, subjects
from tests.cyrus import cyrus
from tests.servers import DovecotKind, ImapServer, dovecot

REVIEW = "Cần xem"
AT = datetime.datetime(2026, 11, 27, 3, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module", params=["cyrus", "dovecot"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[ImapServer]:
    """A server with the prefix "INBOX." and "." between levels."""
    dotted = DovecotKind(separator=".", prefix="INBOX.")
    with cyrus() if request.param == "cyrus" else dovecot(dotted) as server:
        yield server


def test_letters_wait_and_are_filed_under_the_servers_own_names(
    elsewhere: ImapServer, user: str
) -> None:
    """Oldest first, unseen, into Vietnamese folders made and subscribed on the way."""
    post(elsewhere, user, letter("ba"), letter("một"), letter("hai"), days=(3, 1, 2))
    with opened(elsewhere.server(user)) as mailbox:
        one, two, three = mailbox.waiting()
        assert subjects([one, two, three]) == ["một", "hai", "ba"]
        assert one.raw == letter("một")
        assert "\\Seen" not in flags(elsewhere, user)
        mailbox.file_away(one, DONE)
        mailbox.file_away(two, f"Lưu/{REVIEW}")
        mailbox.file_away(three, DONE)
        assert list(mailbox.waiting()) == []
    found = folders(elsewhere, user)
    assert {name: many for name, many in found.items() if many} == {
        f"INBOX.{DONE}": 2,
        f"INBOX.Lưu.{REVIEW}": 1,
    }
    with elsewhere.client(user) as client:
        assert "INBOX.&ARAA4w- x&Hu0- l&AP0-" in str(client.lsub()[1])


@pytest.mark.parametrize("folder", [f"Lưu/{DONE}", f"INBOX.Lưu.{DONE}", f"INBOX/Lưu/{DONE}"])
def test_any_folder_can_be_the_one_that_is_read(
    elsewhere: ImapServer, user: str, folder: str
) -> None:
    """Named as people say it, or as the server does."""
    post(elsewhere, user, letter("một"))
    with opened(elsewhere.server(user)) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), f"Lưu/{DONE}")
    with opened(elsewhere.server(user), folder=folder) as mailbox:
        assert subjects(list(mailbox.waiting())) == ["một"]
        mailbox.file_away(next(mailbox.waiting()), "INBOX")
    assert folders(elsewhere, user)["INBOX"] == 1


def test_a_folder_whose_name_begins_like_the_prefix_is_another(
    elsewhere: ImapServer, user: str
) -> None:
    """A folder "INBOXES" lies under the prefix like any other."""
    post(elsewhere, user, letter("một"))
    with opened(elsewhere.server(user)) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), "INBOXES")
    assert folders(elsewhere, user)["INBOX.INBOXES"] == 1


def test_a_letter_that_comes_while_we_listen_is_heard(elsewhere: ImapServer, user: str) -> None:
    """IDLE on the open folder."""
    with opened(elsewhere.server(user)) as mailbox:
        assert list(mailbox.waiting()) == []
        knock = Timer(0.3, post, (elsewhere, user, letter("mới")))
        knock.start()
        assert mailbox.listen(20, Event())
        knock.join()
        assert subjects(list(mailbox.waiting())) == ["mới"]


def test_others_deleted_letters_are_neither_read_nor_removed(
    elsewhere: ImapServer, user: str
) -> None:
    """What another program may still take back stays."""
    post(elsewhere, user, letter("của ta"), letter("của người khác"))
    with elsewhere.client(user) as client:
        client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    with opened(elsewhere.server(user)) as mailbox:
        (ours,) = mailbox.waiting()
        mailbox.file_away(ours, DONE)
    assert folders(elsewhere, user) == {"INBOX": 1, f"INBOX.{DONE}": 1}


def test_copies_of_sent_mail_lie_under_the_prefix_once(elsewhere: ImapServer, user: str) -> None:
    """The folder is made beside the others; a second try finds the copy."""
    for _ in range(2):
        copies = ImapSentFolder(elsewhere.server(user))
        copies.save(letter("phieu"), "phieu@coquan.test", AT)
        copies.close()
    assert folders(elsewhere, user) == {"INBOX": 0, "INBOX.Sent": 1}


def test_where_cyrus_lets_nobody_delete_a_keyword_marks_the_letter(user: str) -> None:
    """A shared mailbox whose letters we may read and mark only."""
    with cyrus() as server:
        post(server, user, letter("một"))
        with server.client(user) as client:
            assert client.setacl("INBOX", user, "lrswia")[0] == "OK"
        with opened(server.server(user)) as mailbox:
            mailbox.file_away(next(mailbox.waiting()), DONE)
            assert list(mailbox.waiting()) == []
        assert DONE_KEYWORD.lower() in flags(server, user).lower()


NO_MOVE = "IMAP4rev1 UIDPLUS NAMESPACE AUTH=PLAIN"


@pytest.mark.parametrize("capability", ["", NO_MOVE])
def test_a_full_mailbox_loses_no_letter_and_work_goes_on(user: str, capability: str) -> None:
    """Moved where moving costs no room; else the letter stays, unmarked, until there is some."""
    with dovecot(DovecotKind(quota="40K", capability=capability)) as office:
        post(office, user, letter("lớn", "x" * 30_000), letter("nhỏ"))
        with opened(office.server(user)) as mailbox:
            large, small = mailbox.waiting()
            if capability:
                with pytest.raises(Temporary, match="the mailbox is full: make room in it"):
                    mailbox.file_away(large, DONE)
            else:
                mailbox.file_away(large, DONE)
            mailbox.file_away(small, DONE)
            assert subjects(list(mailbox.waiting())) == ["lớn"] * bool(capability)
        assert sum(folders(office, user).values()) == 2
