"""Reading and filing on Exchange: exchangelib against a server of ours, over HTTPS and NTLM."""

import unicodedata
from datetime import UTC, datetime

import pytest

from mailflow.channels.base import Envelope
from mailflow.errors import Permanent, Temporary
from tests.channels.exchanges import ISO, opened, post
from tests.channels.inbox import DONE, letter, subjects
from tests.ews import ACCOUNT, ExchangeBox


def test_letters_come_oldest_first_as_they_lie(box: ExchangeBox) -> None:
    """By the time of arrival; bytes and time are the server's, the places differ."""
    post(box, "ba", "một", "hai", days=(3, 1, 2))
    with opened(box.exchange()) as mailbox:
        found = list(mailbox.waiting())
    assert subjects(found) == ["một", "hai", "ba"]
    first = found[0]
    assert first.raw == letter("một")
    assert (first.folder, first.uid, first.size) == ("INBOX", None, len(first.raw))
    assert first.received_at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert not first.truncated
    assert len({envelope.place for envelope in found}) == 3


@pytest.mark.parametrize("user", [ISO, ACCOUNT])
def test_looking_changes_nothing_on_the_server(box: ExchangeBox, user: str) -> None:
    """The mailbox opens to its address and to the Windows account; letters stay unread."""
    post(box, "chưa đọc")
    with opened(box.exchange(user=user)) as mailbox:
        places = [envelope.place for _ in range(2) for envelope in mailbox.waiting()]
    assert places[0] == places[1]
    assert set(box.asked) == {"ConvertId", "GetFolder", "FindItem", "GetItem"}
    assert box.logins == [("NTLM", user)]


def test_more_letters_than_a_page_holds(box: ExchangeBox) -> None:
    """Exchange lists a hundred at a time."""
    for number in range(103):
        box.deliver(letter(f"thư {number}"), datetime(2026, 11, 1, 8, number % 60, tzinfo=UTC))
    with opened(box.exchange()) as mailbox:
        found = list(mailbox.waiting())
    assert len(found) == 103
    assert box.asked.count("FindItem") == 2
    assert [one.received_at for one in found] == sorted(one.received_at for one in found)


def test_a_letter_that_arrives_later_is_found_by_the_same_connection(box: ExchangeBox) -> None:
    """Each round looks afresh, without a new login."""
    with opened(box.exchange()) as mailbox:
        assert list(mailbox.waiting()) == []
        post(box, "mới")
        assert subjects(list(mailbox.waiting())) == ["mới"]
    assert len(box.logins) == 1


def test_invitations_and_posts_are_letters_too(box: ExchangeBox) -> None:
    """Exchange has other kinds of items, some that exchangelib does not know: all come as MIME."""
    kinds = ("MeetingRequest", "MeetingResponse", "PostItem", "Item", "SharingMessage")
    for kind in kinds:
        post(box, kind, kind=kind)
    with opened(box.exchange()) as mailbox:
        found = list(mailbox.waiting())
        assert sorted(subjects(found)) == sorted(kinds)
        mailbox.file_away(found[-1], DONE)


@pytest.mark.parametrize(
    ("folder", "made"),
    [(DONE, [DONE]), (f"Lưu/{DONE}", ["Lưu", DONE]), (f"INBOX/{DONE}", [DONE])],
)
def test_filing_moves_into_a_folder_made_on_the_way(
    box: ExchangeBox, folder: str, made: list[str]
) -> None:
    """Beside the inbox, or in it when its name begins so; made once, the whole mailbox unwalked."""
    post(box, "một", "hai")
    with opened(box.exchange()) as mailbox:
        for envelope in mailbox.waiting():
            mailbox.file_away(envelope, folder)
        assert list(mailbox.waiting()) == []
    assert box.tree() == made
    assert box.letters(folder.replace("INBOX", "Hộp thư đến")) == [letter("một"), letter("hai")]


def test_a_folder_whose_accents_are_written_apart_is_the_same(box: ExchangeBox) -> None:
    """A Mac made “Đã xử lý” in NFD: no second folder of that name appears."""
    box.folders["AAFk="] = ("msgfolderroot", unicodedata.normalize("NFD", DONE))
    post(box, "một")
    with opened(box.exchange()) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), DONE)
    assert len(box.tree()) == 1


def test_a_folder_that_somebody_makes_meanwhile_is_used(box: ExchangeBox) -> None:
    """Between looking and making it was there: no error, no second one."""
    post(box, "một")
    box.answers["CreateFolder"] = ["taken, ErrorFolderExists"]
    with opened(box.exchange()) as mailbox:
        mailbox.file_away(next(mailbox.waiting()), DONE)
    assert box.tree() == [DONE]
    assert box.letters(DONE) == [letter("một")]


def test_a_folder_that_somebody_removes_is_made_anew(box: ExchangeBox) -> None:
    """The filing under way fails and says so; the next look finds the letter, and it is filed."""
    post(box, "một", "hai")
    with opened(box.exchange()) as mailbox:
        first, second = mailbox.waiting()
        mailbox.file_away(first, DONE)
        box.folders.popitem()
        with pytest.raises(Temporary, match="ErrorToFolderNotFound"):
            mailbox.file_away(second, DONE)
        mailbox.file_away(next(mailbox.waiting()), DONE)
    assert box.letters(DONE) == [letter("hai")]


def test_letters_wait_in_the_folder_that_is_named(box: ExchangeBox) -> None:
    """Another inbox than Exchange's own; a wrong name is said with those that are there."""
    box.folders["AAFk="] = ("msgfolderroot", "Hòm thư ISO")
    post(box, "một")
    box.items["AAMk0001="].folder = "AAFk="
    with opened(box.exchange(), folder="Hòm thư ISO") as mailbox:
        assert subjects(list(mailbox.waiting())) == ["một"]
    with (
        opened(box.exchange(), folder="Hòm thư IS0") as mailbox,
        pytest.raises(Temporary, match="there are: Hộp thư đến, Mục đã gửi, Hòm thư ISO"),
    ):
        list(mailbox.waiting())


def test_letters_gone_meanwhile_are_no_error(box: ExchangeBox) -> None:
    """Somebody deletes one between listing and fetching, and one before it is filed."""
    post(box, "một", "hai", "ba")
    with opened(box.exchange()) as mailbox:
        letters = mailbox.waiting()
        first = next(letters)
        box.items.pop("AAMk0002=")
        assert subjects(list(letters)) == ["ba"]
        box.items.pop("AAMk0001=")
        mailbox.file_away(first, DONE)
    assert box.letters(DONE) == []


@pytest.mark.parametrize("told", [0, 50])
@pytest.mark.threat("huge letters")
def test_a_letter_over_the_cap_comes_as_headers_alone(box: ExchangeBox, told: int) -> None:
    """By the size Exchange tells it is not even fetched; where that was less, it is cut."""
    post(box, "một")
    box.deliver(letter("lớn", "x" * 5_000), size=told)
    with opened(box.exchange(), cap=1_000) as mailbox:
        small, large = mailbox.waiting()
        mailbox.file_away(large, DONE)
    assert not small.truncated
    assert large.truncated
    assert b"Subject: l\xe1\xbb\x9bn\r\n" in large.raw
    assert large.raw.endswith(b"\r\n\r\n")
    assert b"xxx" not in large.raw
    assert large.size == len(letter("lớn", "x" * 5_000))
    assert len(box.letters(DONE)) == 1


def test_letters_the_server_cannot_give_hold_up_no_other(box: ExchangeBox) -> None:
    """Two in a row that Exchange cannot convert: the others come, then it is said of when."""
    post(box, "một")
    post(box, "hai", days=(2,), refused="ErrorContentConversionFailed")
    post(box, "ba", days=(3,), refused="ErrorMimeContentConversionFailed")
    post(box, "bốn", days=(4,))
    found: list[Envelope] = []
    with (
        opened(box.exchange()) as mailbox,
        pytest.raises(Temporary, match="a letter of 2026-11-03 08:30 UTC cannot be fetched"),
    ):
        found.extend(mailbox.waiting())
    assert subjects(found) == ["một", "bốn"]


def test_a_mailbox_that_allows_no_moves_says_so(box: ExchangeBox) -> None:
    """No further try would help: the operator must give the right."""
    post(box, "một")
    box.answers["MoveItem"] = ["ErrorAccessDenied"]
    with (
        opened(box.exchange()) as mailbox,
        pytest.raises(Permanent, match=f"{ISO} allows no moves to {DONE}"),
    ):
        mailbox.file_away(next(mailbox.waiting()), DONE)
