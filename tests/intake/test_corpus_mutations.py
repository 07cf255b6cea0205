"""Public mails bent and broken: whatever is done to one, it is read in moderate time or refused."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailflow.intake.quotes.quoting import new_words
from mailflow.intake.reading.letter import Sent, Unreadable, read
from mailflow.intake.senders import thread
from mailflow.intake.senders.screen import OwnAddresses, screen
from mailflow.intake.senders.sender import who
from mailflow.procedure.people import Roster
from tests.components import cases, corpus

LONGEST = 10.0  # seconds of the processor: far above the need, far below what a quadratic costs
HEAD = b"From: An <an@so.vn>\nSubject: Re: KPH\nIn-Reply-To: <1@so.vn>\n"
CHARSETS = (b"windows-1258", b"viscii", b"tcvn", b"utf-16", b"utf-7", b"hz", b"punycode", b"x-\xff")
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"base64 ;x")
TYPES = (b"text/html", b"multipart/mixed", b"message/rfc822", b"multipart/alternative", b"text")


@cache
def mails() -> tuple[bytes, ...]:
    """Take the mails of all sets that are small enough to be bent often."""
    paths: list[Path] = sorted(p for p in corpus("eml").rglob("*") if p.suffix in (".eml", ".txt"))
    whole = [path.read_bytes() for path in paths]
    return tuple(data for data in whole if 200 < len(data) < 60_000)


@dataclass(frozen=True)
class Itself(Sent):
    """The letter taken for the mail that it answers: the most there is to compare."""

    read: tuple[str, str]

    def forms(self) -> Iterator[str]:
        """Give what was read of it already; a mail of our own is never bent."""
        return iter(self.read)


def work(data: bytes) -> None:
    """Do all that the desk does with a letter before it decides; check what always holds."""
    begun = time.process_time()
    try:
        letter = read(data)
    except Unreadable:
        assert not data.strip()
        return
    found = new_words(letter, Itself(data, (letter.text, letter.marked)))
    screen(letter, OwnAddresses(frozenset()))
    assert who(letter, found, Roster(()), "mx.so.vn").person is None
    thread.tokens(letter, "so.vn")
    thread.codes(letter, found, "CTCL")
    assert time.process_time() - begun < LONGEST
    for text in (letter.subject, letter.text, found.text, found.quoted, found.signature):
        text.encode()
    assert all("\n" not in value for _, value in letter.headers)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A public mail after one to four changes of its structure."""
    data = draw(st.sampled_from(mails()))
    for _ in range(draw(st.integers(1, 4))):
        data = draw(st.sampled_from(CHANGES))(data, draw)
    return data


def shuffled(data: bytes, draw: st.DrawFn) -> bytes:
    """Put the header lines into another order, some twice, some not at all."""
    head, gap, body = data.partition(b"\n\n")
    lines = head.split(b"\n")
    return b"\n".join(draw(st.lists(st.sampled_from(lines), max_size=len(lines)))) + gap + body


def cut_short(data: bytes, draw: st.DrawFn) -> bytes:
    """Lose what lies between two places."""
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
    return data[:start] + data[end:]


def renamed(data: bytes, draw: st.DrawFn) -> bytes:
    """Say another charset, another encoding, another type than is there."""
    old, new = draw(
        st.sampled_from(
            [(b"utf-8", n) for n in CHARSETS]
            + [(b"us-ascii", n) for n in CHARSETS]
            + [(b"iso-8859-1", n) for n in CHARSETS]
            + [(b"7bit", n) for n in ENCODINGS]
            + [(b"base64", n) for n in ENCODINGS]
            + [(b"text/plain", n) for n in TYPES]
            + [(b"multipart/mixed", n) for n in TYPES]
        )
    )
    return data.replace(old, new).replace(old.upper(), new)


def nested(data: bytes, draw: st.DrawFn) -> bytes:
    """Wrap the mail into others, as parts or as attached mails."""
    for level in range(draw(st.integers(1, 30))):
        kind = draw(st.sampled_from([b"multipart/mixed", b"multipart/alternative"]))
        b = b"b%d" % level
        data = b"Content-Type: %s; boundary=%s\n\n--%s\n%s\n--%s--\n" % (kind, b, b, data, b)
    return data


def spliced(data: bytes, draw: st.DrawFn) -> bytes:
    """Go on in the middle with another mail."""
    other = draw(st.sampled_from(mails()))
    return data[: draw(st.integers(0, len(data)))] + other[draw(st.integers(0, len(other))) :]


def dirtied(data: bytes, draw: st.DrawFn) -> bytes:
    """Have any bytes anywhere."""
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.binary(max_size=40)) + data[at:]


def other_line_ends(data: bytes, draw: st.DrawFn) -> bytes:
    """Arrive with the line ends of another system, or of two."""
    return data.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r", b"\n\r", b"\r\r\n"])))


CHANGES = (shuffled, cut_short, renamed, nested, spliced, dirtied, other_line_ends)


@pytest.mark.fuzz
@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=cases(150),
)
@given(bent())
def test_no_public_mail_however_bent_stops_the_reading(data: bytes) -> None:
    """Each is read to its end within two seconds, and gives text that can be stored."""
    work(data)


@pytest.mark.fuzz
@settings(max_examples=cases(50))
@given(st.binary(max_size=3_000))
def test_no_bytes_stop_the_reading(data: bytes) -> None:
    """Any bytes at all."""
    work(data)


@pytest.mark.fuzz
@settings(max_examples=cases(50))
@given(st.binary(max_size=2_000), st.sampled_from(["text/plain", "text/html", "multipart/mixed"]))
def test_no_body_stops_the_reading(data: bytes, kind: str) -> None:
    """Any bytes behind a plausible header."""
    work(
        f"From: a@b.vn\nContent-Type: {kind}; boundary=a\nIn-Reply-To: <1@b.vn>\n\n".encode() + data
    )


PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
PAGE = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"


@pytest.mark.threat("huge letters")
@pytest.mark.parametrize(
    "data",
    [
        PLAIN + "Đồng ý\n".encode() * 200_000,
        PLAIN + "> Đồng ý\n\n".encode() * 200_000,
        PLAIN + b"On 1 Jan 2025 a@b wrote:\n" * 200_000,
        PLAIN + "Thư này chỉ danh riêng cho\n".encode() * 100_000,
        PLAIN + ("Thư này " * 60 + "\n").encode() * 3_000,
        PLAIN + ("Canh bao: thu " * 25 + "\n").encode() * 3_000,
        PLAIN + "§ång ý ".encode("cp1252") * 200_000,
        PLAIN + "ñoàng yù\n".encode("cp1252") * 200_000,
        PLAIN + "Ä‘á»“ng".encode() * 200_000,
        PLAIN + b"<mailto:" * 300_000,
        PLAIN + b"[cid:" * 300_000,
        PLAIN + b"-----x" * 300_000,
        PLAIN + b"de: 1@a\n" * 200_000,
        PAGE + b"<b>" * 50_000,
        PAGE + b"<div>x" * 50_000 + b"</div>" * 50_000,
        PAGE + b"<blockquote type=cite>x" * 50_000,
        PAGE + b"<ol><li>x" * 50_000,
        PAGE + b"<li>" * 90_000,
        PAGE + b"<font face='.VnTime'>\xc2\xa7 " * 40_000,
        PAGE + b"<style>msonormal" + b"{font-family:" * 60_000,
        PAGE + b"<p style='font-family:" + b" " * 500_000 + b"'>x",
        PAGE + b"<table>" + b"<tr><td>x" * 30_000,
        PAGE + b"<!--[if mso]>" * 100_000,
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * 1_300_000,
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJDR=\n" * 750_000,
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=C4=90=\n" * 600_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 200_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 100_000,
    ],
    ids=lambda data: ascii(data[-40:]),
)
def test_hostile_sizes_end_fast(data: bytes) -> None:
    """Hundreds of thousands of lines, tags, parts; five megabytes of base64 that never ends."""
    work(data)
