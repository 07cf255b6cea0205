"""Reading and filing by IMAP, against a real Dovecot."""

import datetime
import unicodedata
from collections.abc import Iterator

import pytest
from imap_tools.imap_utf7 import utf7_encode

from mailflow.channels.imap import COPIED_KEYWORD, DONE_KEYWORD
from mailflow.errors import Permanent
from tests.channels.inbox import DONE, flags, folders, letter, opened, post, subjects
from tests.servers import Dovecot, DovecotKind, dovecot

KINDS = {
    "all": DovecotKind(),
    "no move": DovecotKind(capability="IMAP4rev1 UIDPLUS NAMESPACE"),
    "bare": DovecotKind(capability="IMAP4rev1"),
    "dotted": DovecotKind(separator=".", prefix="INBOX."),
    "may not delete": DovecotKind(inbox_rights="lrwsi"),
    "may only read": DovecotKind(inbox_rights="lrsi"),
}


@pytest.fixture
def office(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """A Dovecot of the kind the test names."""
    with dovecot(KINDS[request.param]) as server:
        yield server


def test_letters_come_oldest_first_as_they_lie(post_office: Dovecot, user: str) -> None:
    """INTERNALDATE orders, not the UID; bytes, numbers and time are the server's."""
    post(post_office, user, letter("ba"), letter("một"), letter("hai"), days=(3, 1, 2))
    with opened(post_office.server(user)) as mailbox:
        found = list(mailbox.waiting())
    assert subjects(found) == ["một", "hai", "ba"]
    first = found[0]
    assert first.raw == letter("một")
    assert (first.folder, first.uid, first.size) == ("INBOX", 2, len(first.raw))
    assert first.received_at == datetime.datetime(2026, 11, 1, 8, 30, tzinfo=datetime.UTC)
    assert first.uidvalidity > 0
    assert not first.truncated
    assert len({envelope.place for envelope in found}) == 3


def test_looking_leaves_letters_unseen(post_office: Dovecot, user: str) -> None:
    """Reading the waiting letters sets no flag that another program would see."""
    post(post_office, user, letter("chưa đọc"))
    with opened(post_office.server(user)) as mailbox:
        assert len(list(mailbox.waiting())) == 1
        assert len(list(mailbox.waiting())) == 1
    assert "\\Seen" not in flags(post_office, user)


def test_letters_others_have_read_still_wait(post_office: Dovecot, user: str) -> None:
    r"""A phone that opened the letter (\Seen) takes it from nobody; a deleted one is gone."""
    post(post_office, user, letter("đã mở"), letter("đã xoá"))
    with post_office.client(user) as client:
        client.uid("STORE", "1", "+FLAGS", r"(\Seen \Flagged)")
        client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    with opened(post_office.server(user)) as mailbox:
        assert subjects(list(mailbox.waiting())) == ["đã mở"]


def test_a_letter_that_arrives_later_is_found_by_the_same_connection(
    post_office: Dovecot, user: str
) -> None:
    """Each round looks afresh."""
    with opened(post_office.server(user)) as mailbox:
        assert list(mailbox.waiting()) == []
        post(post_office, user, letter("mới"))
        assert subjects(list(mailbox.waiting())) == ["mới"]


@pytest.mark.parametrize(
    ("office", "folder", "shown"),
    [
        ("all", DONE, DONE),
        ("no move", DONE, DONE),
        ("dotted", DONE, f"INBOX.{DONE}"),
        ("dotted", f"INBOX.{DONE}", f"INBOX.{DONE}"),
        ("dotted", f"Lưu/{DONE}", f"INBOX.Lưu.{DONE}"),
    ],
    indirect=["office"],
)
def test_filing_moves_into_a_folder_made_on_the_way(
    office: Dovecot, user: str, folder: str, shown: str
) -> None:
    """With MOVE or without, under any separator, letters end in the Vietnamese folder only."""
    post(office, user, letter("một"), letter("hai"))
    with opened(office.server(user)) as mailbox:
        for envelope in mailbox.waiting():
            mailbox.file_away(envelope, folder)
        assert list(mailbox.waiting()) == []
    assert folders(office, user) == {"INBOX": 0, shown: 2}
    with office.client(user) as client:
        subscribed = str(client.lsub()[1])
    assert "&ARAA4w- x&Hu0- l&AP0-" in subscribed


def test_a_folder_under_a_folder_gets_the_servers_separator(
    post_office: Dovecot, user: str
) -> None:
    """A "/" in the name stands between levels."""
    post(post_office, user, letter("một"))
    with opened(post_office.server(user)) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), f"Lưu/{DONE}")
    with opened(post_office.server(user), folder=f"Lưu/{DONE}") as mailbox:
        assert subjects(list(mailbox.waiting())) == ["một"]


@pytest.mark.parametrize("office", ["all", "no move", "bare"], indirect=True)
def test_filing_spares_what_another_program_has_marked_deleted(office: Dovecot, user: str) -> None:
    """No plain EXPUNGE: the mail another client may still undelete stays."""
    post(office, user, letter("của ta"), letter("của người khác"))
    with office.client(user) as client:
        client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    with opened(office.server(user)) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), DONE)
        assert list(mailbox.waiting()) == []
    with office.client(user) as client:
        assert b"2" in client.uid("SEARCH", "DELETED")[1][0].split()


@pytest.mark.parametrize("office", ["bare", "may not delete"], indirect=True)
def test_where_moves_are_not_allowed_a_keyword_marks_the_letter(office: Dovecot, user: str) -> None:
    """The letter stays where it is and does not come a second time."""
    post(office, user, letter("một"), letter("hai"))
    with opened(office.server(user)) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), DONE)
        assert subjects(list(mailbox.waiting())) == ["hai"]
    assert flags(office, user).count(DONE_KEYWORD) == 1
    assert folders(office, user)["INBOX"] == 2


@pytest.mark.parametrize("office", ["may only read"], indirect=True)
def test_a_mailbox_without_moves_and_keywords_says_so(office: Dovecot, user: str) -> None:
    """Filing is refused for good, and reading goes on."""
    post(office, user, letter("một"))
    with opened(office.server(user)) as mailbox:
        envelope = next(mailbox.waiting())
        with pytest.raises(Permanent, match="neither moves nor keywords"):
            mailbox.file_away(envelope, DONE)
        assert subjects(list(mailbox.waiting())) == ["một"]


def test_filing_a_letter_that_is_gone_is_no_error(post_office: Dovecot, user: str) -> None:
    """Another program moved it first, or it was filed already."""
    post(post_office, user, letter("một"), letter("hai"))
    with opened(post_office.server(user)) as mailbox:
        gone, other = list(mailbox.waiting())
        with post_office.client(user) as client:
            client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
            client.expunge()
        mailbox.file_away(gone, DONE)
        mailbox.file_away(other, DONE)
        mailbox.file_away(other, DONE)
    assert folders(post_office, user) == {"INBOX": 0, DONE: 1}


@pytest.mark.parametrize("office", ["no move", "bare"], indirect=True)
def test_filing_what_is_gone_is_no_error_without_move_either(office: Dovecot, user: str) -> None:
    """COPY and STORE of a vanished letter do nothing."""
    post(office, user, letter("một"))
    with opened(office.server(user)) as mailbox:
        envelope = next(mailbox.waiting())
        with office.client(user) as client:
            client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
            client.expunge()
        mailbox.file_away(envelope, DONE)
    assert folders(office, user)["INBOX"] == 0


@pytest.mark.parametrize("office", ["no move"], indirect=True)
def test_a_move_that_was_cut_short_is_ended_by_the_next_look(office: Dovecot, user: str) -> None:
    """Copied and marked, not yet removed; what somebody else has marked as deleted stays."""
    post(office, user, letter("của ta"), letter("của người khác"), letter("mới"))
    with office.client(user) as client:
        done = f'"{utf7_encode(DONE).decode()}"'
        client.create(done)
        client.uid("COPY", "1", done)
        client.uid("STORE", "1", "+FLAGS", rf"(\Deleted {COPIED_KEYWORD})")
        client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    with opened(office.server(user)) as mailbox:
        (new,) = mailbox.waiting()
        mailbox.file_away(new, DONE)
    assert folders(office, user) == {"INBOX": 1, DONE: 2}


def test_a_letter_deleted_while_the_round_goes_on_is_passed_over(
    post_office: Dovecot, user: str
) -> None:
    """Between the survey and the fetch a person removes a letter and reads another."""
    post(post_office, user, letter("một"), letter("hai"), letter("ba"))
    with opened(post_office.server(user)) as mailbox:
        round_ = mailbox.waiting()
        found = [next(round_)]
        with post_office.client(user) as client:
            client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
            client.expunge()
            client.uid("STORE", "3", "+FLAGS", r"(\Seen \Answered)")
        found += list(round_)
    assert subjects(found) == ["một", "ba"]


def test_a_letter_over_the_cap_comes_as_its_headers(post_office: Dovecot, user: str) -> None:
    """The size probe keeps the body on the server; the mark and the true size come along."""
    huge = letter("khổng lồ", body="x" * 20_000)
    post(post_office, user, huge, letter("nhỏ"))
    with opened(post_office.server(user), cap=10_000) as mailbox:
        big, small = list(mailbox.waiting())
        assert big.truncated
        assert big.size == len(huge)
        assert big.raw == huge[: huge.index(b"\r\n\r\n") + 4]
        assert not small.truncated
        mailbox.file_away(big, DONE)
    assert folders(post_office, user) == {"INBOX": 1, DONE: 1}


@pytest.mark.threat("huge letters")
def test_the_body_of_a_letter_over_the_cap_is_never_asked_for(
    post_office: Dovecot, user: str
) -> None:
    """A hundred such letters cost neither the line nor the memory."""
    post(post_office, user, letter("khổng lồ", body="x" * 200_000))
    with opened(post_office.server(user), cap=10_000) as mailbox:
        assert len(list(mailbox.waiting())) == 1
    assert max(post_office.octets_sent(user, sessions=2)) < 20_000


def test_a_letter_of_exactly_the_cap_comes_whole(post_office: Dovecot, user: str) -> None:
    """The cap itself is allowed."""
    raw = letter("vừa đủ")
    post(post_office, user, raw)
    with opened(post_office.server(user), cap=len(raw)) as mailbox:
        assert next(mailbox.waiting()).raw == raw


def test_starttls_reads_as_well(post_office: Dovecot, user: str) -> None:
    """Both ways into TLS show the same letters."""
    post(post_office, user, letter("một"))
    with opened(post_office.starttls_server(user)) as mailbox:
        assert subjects(list(mailbox.waiting())) == ["một"]


def test_a_decomposed_folder_name_is_the_same_folder(post_office: Dovecot, user: str) -> None:
    """Settings typed on a Mac (NFD) do not make a second folder of the same look."""
    post(post_office, user, letter("một"), letter("hai"))
    with opened(post_office.server(user)) as mailbox:
        first, second = list(mailbox.waiting())
        mailbox.file_away(first, DONE)
        mailbox.file_away(second, unicodedata.normalize("NFD", DONE))
    assert folders(post_office, user) == {"INBOX": 0, DONE: 2}
