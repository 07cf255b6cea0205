"""Waiting for letters, against a real Dovecot: heard at once, and never longer than told."""

from collections.abc import Iterator
from threading import Event, Timer
from time import monotonic

import pytest

from mailflow.channels.imap import ImapMailbox
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
