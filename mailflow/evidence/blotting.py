"""Tokens by which somebody could still act are blotted out: a pack is read by others than them."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

from mailflow.outbox.address import token_in
from mailflow.record import Ask, Work

_BASE64 = re.compile(
    rb"(?:^[A-Za-z0-9+/]{20,998}={0,2}\r?\n?)+(?:^[A-Za-z0-9+/]{1,20}={0,2}$)?", re.MULTILINE
)
_LINE = re.compile(rb"[^\r\n]+")


def usable(work: Work, notices: Iterable[int]) -> Iterator[bytes]:
    """Give the tokens in these notices' mails that prove something, or did until they ran out."""
    for number in notices:
        ask = work.asks.of_notice(number)
        message_id = work.notices.get(number).message_id
        token = token_in(f"<{message_id}>") if message_id else None
        if ask and token and _holds(work, ask):
            yield token.encode()


def _holds(work: Work, ask: Ask) -> bool:
    if ask.closed_at is not None:
        return False
    if ask.commands is not None:
        return True
    rows = ((line, work.requests.row(line.request)) for line in ask.lines if not line.used_at)
    return any(row is not None and row.state == line.state for line, row in rows)


def blotted(mail: bytes, tokens: Iterable[bytes]) -> bytes:
    """Put x for the letters of tokens, in quoted-printable and in base64 as well."""
    tokens = tuple(tokens)
    mail = _crossed_out(mail, tokens)
    return _BASE64.sub(lambda block: _encoded(block[0], tokens), mail) if tokens else mail


def _crossed_out(text: bytes, tokens: tuple[bytes, ...]) -> bytes:
    """Cross out tokens, also where a soft line break stands in them."""
    for token in tokens:
        letters = (re.escape(token[i : i + 1]) for i in range(len(token)))
        text = re.sub(rb"(?:=\r?\n)?".join(letters), _crossed, text, flags=re.IGNORECASE)
    return text


def _crossed(found: re.Match[bytes]) -> bytes:
    return re.sub(rb"[A-Za-z0-9]", b"x", found[0])


def _encoded(block: bytes, tokens: tuple[bytes, ...]) -> bytes:
    """Cross out tokens inside a block of base64; one that has none stays byte for byte."""
    try:
        plain = base64.b64decode(b"".join(block.split()), validate=True)
    except binascii.Error:
        return block
    crossed = _crossed_out(plain, tokens)
    if crossed == plain:
        return block
    again = base64.b64encode(crossed)
    place = 0

    def line(found: re.Match[bytes]) -> bytes:
        nonlocal place
        start, place = place, place + len(found[0])
        return again[start:place]

    return _LINE.sub(line, block)
