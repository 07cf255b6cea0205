"""Waiting for letters, against a real Dovecot: heard at once, and never longer than told."""

from collections.abc import Iterator
from threading import Event, Timer
from time import monotonic
from unittest.mock import Mock

import pytest

from mailflow.channels.imap import ImapMailbox
from mailflow.channels.imap_idle import more_came
from tests.channels.inbox import letter, opened, post, subjects
from tests.servers import Dovecot, dovecot

LONG = 30.0


@pytest.fixture
def mailbox(post_office: Dovecot, user: str) -> Iterator[ImapMailbox]:
    """A mailbox that has been looked into, as the daemon does before it waits."""
    with opened(post_office.server(user)) as found:
        assert list(found.waiting()) == []
        yield found


def test_a_letter_ends_the_waiting(post_office: Dovecot, user: str, mailbox: ImapMailbox) -> None:
    """Long before the time is over; then it is found, and the waiting can begin again."""
    begun = monotonic()
    sender = Timer(0.3, post, (post_office, user, letter("mới")))
    sender.start()
    assert mailbox.listen(LONG, Event())
    sender.join()
    assert monotonic() - begun < LONG / 2
    assert subjects(list(mailbox.waiting())) == ["mới"]
    assert not mailbox.listen(0.2, Event())


def test_a_letter_that_comes_while_another_is_filed(
    post_office: Dovecot, user: str, mailbox: ImapMailbox
) -> None:
    """The server tells of it with the answer to the move; nobody has to wait for the next look."""
    post(post_office, user, letter("trước"))
    (first,) = mailbox.waiting()
    post(post_office, user, letter("trong lúc ấy"))
    mailbox.file_away(first, "Đã xử lý")
    begun = monotonic()
    assert mailbox.listen(LONG, Event())
    assert monotonic() - begun < LONG / 2
    assert subjects(list(mailbox.waiting())) == ["trong lúc ấy"]
    assert not mailbox.listen(0.2, Event())


def test_what_we_file_away_ourselves_is_no_news(
    post_office: Dovecot, user: str, mailbox: ImapMailbox
) -> None:
    """Nor a letter that stays: the daemon does not look again and again."""
    post(post_office, user, letter("đi"), letter("ở lại"))
    first, _ = mailbox.waiting()
    mailbox.file_away(first, "Đã xử lý")
    assert not mailbox.listen(0.2, Event())
    assert not mailbox.listen(0.2, Event())


@pytest.mark.parametrize(
    ("said", "gone", "more"),
    [((), 0, False), ((5,), 0, False), ((6,), 0, True), ((4, 5), 1, True), ((4,), 1, False)],
)
def test_more_came_only_when_more_are_there(said: tuple[int, ...], gone: int, more: bool) -> None:
    """Servers that say the same number at every command are not believed; five were there."""
    box = Mock()
    box.client.untagged_responses = {
        "EXISTS": [b"%d" % number for number in said],
        "EXPUNGE": [b"1"] * gone,
    }
    assert more_came(box, 5) is more


def test_told_to_stop_it_waits_no_longer(mailbox: ImapMailbox) -> None:
    """A daemon that is told to stop is not kept by a silent server."""
    stop, begun = Event(), monotonic()
    Timer(0.1, stop.set).start()
    assert not mailbox.listen(LONG, stop)
    assert monotonic() - begun < LONG / 2
    assert list(mailbox.waiting()) == []


def test_a_server_that_goes_away_meanwhile() -> None:
    """The time is waited out, so that nobody logs in again and again; the next look connects."""
    with dovecot() as office, opened(office.server("van-thu")) as mailbox:
        assert list(mailbox.waiting()) == []
        Timer(0.2, office.kill_sessions).start()
        begun = monotonic()
        assert not mailbox.listen(1.5, Event())
        assert monotonic() - begun >= 1.4
        assert list(mailbox.waiting()) == []


def test_before_the_first_look_it_only_waits(post_office: Dovecot, user: str) -> None:
    """Nothing is connected for the sake of waiting."""
    with opened(post_office.server(user)) as mailbox:
        assert not mailbox.listen(0.01, Event())
