"""What goes wrong between an IMAP mailbox and its server, with a real Dovecot."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailflow.channels.base import Envelope, LoginRefused, NoAnswer, Server
from mailflow.errors import Temporary
from tests.channels.inbox import DONE, folders, letter, opened, post, subjects
from tests.servers import PASSWORD, Certificates, Dovecot, dovecot, free_port


@pytest.mark.threat("TLS")
@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_server_with_an_unknown_authority_is_refused(
    post_office: Dovecot, user: str, certificates: Certificates, way: str
) -> None:
    """Without the right CA no password leaves the house."""
    server = post_office.server(user) if way == "tls" else post_office.starttls_server(user)
    for ca_file in (None, certificates.ca):
        with (
            opened(replace(server, ca_file=ca_file)) as mailbox,
            pytest.raises(Temporary, match="CERTIFICATE_VERIFY_FAILED") as caught,
        ):
            list(mailbox.waiting())
        assert not isinstance(caught.value, LoginRefused)


def test_a_ca_file_that_is_missing_is_named(post_office: Dovecot, user: str) -> None:
    """A wrong path is a fault the operator can read, not a crash."""
    server = replace(post_office.server(user), ca_file=Path("/không/có.pem"))
    with opened(server) as mailbox, pytest.raises(Temporary, match="No such file"):
        list(mailbox.waiting())


@pytest.mark.threat("secrets in logs and errors")
def test_a_wrong_password_is_a_refused_login_without_the_password(
    post_office: Dovecot, user: str
) -> None:
    """The caller can tell it from an outage, and no log line shows the secret."""
    server = replace(post_office.server(user), password="bí-mật-sai")
    with opened(server) as mailbox, pytest.raises(LoginRefused) as caught:
        list(mailbox.waiting())
    assert "bí-mật-sai" not in str(caught.value) + repr(server)
    assert user in str(caught.value)


def test_a_missing_folder_is_answered_with_those_that_exist(
    post_office: Dovecot, user: str
) -> None:
    """The operator sees what to write instead."""
    missing = pytest.raises(Temporary, match=rf"{DONE}.*there are: INBOX")
    with opened(post_office.server(user), folder=DONE) as mailbox, missing:
        list(mailbox.waiting())


def test_nobody_listening_is_temporary() -> None:
    """A server that is down is asked again later."""
    server = Server("127.0.0.1", free_port(), "ai", PASSWORD, timeout=2)
    with opened(server) as mailbox, pytest.raises(Temporary):
        list(mailbox.waiting())


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    """A half-dead server cannot hold the daemon for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        server = Server("127.0.0.1", port, "ai", PASSWORD, timeout=0.2)
        with opened(server) as mailbox, pytest.raises(NoAnswer, match="timed out"):
            list(mailbox.waiting())


def test_a_connection_lost_midway_is_temporary_and_costs_one_letter(
    post_office: Dovecot, user: str
) -> None:
    """The other letters still come, the fault is told, the next round is whole again."""
    post(post_office, user, letter("một"), letter("hai"), letter("ba"))
    with opened(post_office.server(user)) as mailbox:
        round_ = mailbox.waiting()
        found = [next(round_)]
        post_office.kill_sessions()
        with pytest.raises(Temporary):
            found.extend(round_)
        assert subjects(found) == ["một", "ba"]
        assert subjects(list(mailbox.waiting())) == ["một", "hai", "ba"]


def test_a_server_that_dies_midway_ends_the_round(user: str) -> None:
    """Two failures in a row are the server's, not the letter's."""
    with dovecot() as server:
        post(server, user, *[letter(f"thư {number}") for number in range(5)])
        with opened(replace(server.server(user), timeout=0.3)) as mailbox:
            round_ = mailbox.waiting()
            next(round_)
            server.stop()
            with socket.create_server(("127.0.0.1", server.tls_port)) as deaf:
                with pytest.raises(Temporary):
                    next(round_)
                assert knocks(deaf) == 1


def test_a_letter_cut_off_in_the_middle_of_its_bytes_is_not_taken_for_a_letter(
    post_office: Dovecot, user: str
) -> None:
    """The line goes dead inside the literal: nothing half comes, the next round has it whole."""
    raw = letter("dài", "chữ " * 40_000)
    post(post_office, user, raw)
    with cut_after(post_office.port, 60_000) as port:
        server = replace(post_office.server(user), port=port, tls="none")
        with opened(server) as mailbox:
            found: list[Envelope] = []
            with pytest.raises(Temporary, match="cannot be fetched"):
                found.extend(mailbox.waiting())
            assert found == []
    with opened(post_office.server(user)) as mailbox:
        (envelope,) = mailbox.waiting()
    assert envelope.raw == raw


@contextlib.contextmanager
def cut_after(port: int, octets: int) -> Iterator[int]:
    """Carry one connection to a server on loopback, and drop it after so many octets from there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_carry, args=(door, port, octets), daemon=True)
        thread.start()
        yield door.getsockname()[1]
        thread.join(10)


def _carry(door: socket.socket, port: int, octets: int) -> None:
    client, _ = door.accept()
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        left = octets
        while left > 0:
            ready, _, _ = select.select([client, server], [], [], 5)
            if client in ready:
                server.sendall(client.recv(65_536))
            if server in ready:
                data = server.recv(min(left, 65_536))
                client.sendall(data)
                left -= len(data)


def knocks(listener: socket.socket) -> int:
    """Return how many connections wait to be accepted."""
    listener.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


def test_filing_over_a_lost_connection_is_temporary_and_works_the_next_time(
    post_office: Dovecot, user: str
) -> None:
    """The letter stays waiting until it has been filed."""
    post(post_office, user, letter("một"))
    with opened(post_office.server(user)) as mailbox:
        envelope = next(mailbox.waiting())
        post_office.kill_sessions()
        with pytest.raises(Temporary):
            mailbox.file_away(envelope, DONE)
        mailbox.file_away(envelope, DONE)
    assert folders(post_office, user) == {"INBOX": 0, DONE: 1}


def test_a_renumbered_folder_never_has_the_wrong_letter_filed(user: str) -> None:
    """When UIDVALIDITY changes an old UID means another letter: nothing is moved by it."""
    with dovecot() as server:
        post(server, user, letter("một"), letter("hai"))
        with opened(server.server(user)) as mailbox:
            before = list(mailbox.waiting())
            stale = replace(before[0], uidvalidity=before[0].uidvalidity - 1)
            with pytest.raises(Temporary, match="UIDVALIDITY"):
                mailbox.file_away(stale, DONE)
            assert subjects(list(mailbox.waiting())) == ["một", "hai"]


FILE_ONE = """
import sys
from pathlib import Path
from mailflow.channels.base import Server
from mailflow.channels.imap import ImapMailbox
port, user, password, ca_file, folder = sys.argv[1:]
mailbox = ImapMailbox(Server("127.0.0.1", int(port), user, password, ca_file=Path(ca_file)))
mailbox.file_away(next(mailbox.waiting()), folder)
"""


@pytest.mark.parametrize(("point", "left"), [("imap.before_change", 1), ("imap.after_change", 0)])
def test_killed_while_filing_the_letter_is_in_one_place(
    post_office: Dovecot, user: str, point: str, left: int
) -> None:
    """Before the move it waits, after it is filed; it is never lost and never doubled."""
    post(post_office, user, letter("một"))
    server = post_office.server(user)
    arguments = [str(server.port), user, PASSWORD, str(server.ca_file), DONE]
    ended = subprocess.run(
        [sys.executable, "-c", FILE_ONE, *arguments],
        env={**os.environ, "MAILFLOW_FAILPOINT": point},
        timeout=30,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    with opened(server) as mailbox:
        assert len(list(mailbox.waiting())) == left
    assert sum(folders(post_office, user).values()) == 1
