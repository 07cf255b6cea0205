"""A bounce finds the notice it speaks of; a dead address is told, a delay only noted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from hmac import compare_digest
from typing import Literal

from mailflow.actions.house import House
from mailflow.actions.unreached import tell_undelivered
from mailflow.intake.reading import parts
from mailflow.intake.reading.letter import Letter
from mailflow.intake.settle import Settled
from mailflow.outbox.address import clean, return_tag, returned_to
from mailflow.procedure.folding import folded
from mailflow.procedure.machine import World
from mailflow.record import Notice, Outcome, Work

Standing = Literal["permanent", "temporary", "delivered"]

LATEST = timedelta(days=6)
"""How long servers try to deliver, and a day; an older notice is not looked for by address."""

_MOST_BYTES = 400_000  # of a bounce that are searched for our Message-IDs
_MOST_TEXT = 20_000  # characters of its words
_MOST_IDS = 40
_UNPARSED = {"size", "tangled"}
_ENVELOPE = (
    *("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to"),
    *("x-forwarded-to", "x-delivered-to"),
)
_TELLING = ("action", "status", "diagnostic-code")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_BASIC = re.compile(r"(?<![\d.])([45])\d\d(?=[ \-#])")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_ADDRESS = re.compile(r"[^\s<>;,:\"()]{1,64}@[\w.-]{1,250}\w")
_STILL_TRIED = re.compile(
    r"(will|continue|continues) (be |to )?(be )?(try|tried|trying|retr\w+|made)"
    r"|delivery (attempts )?will continue|has been (delayed|postponed)|warning message only"
    r"|se tiep tuc (thu|gui)"
)


@dataclass(frozen=True)
class Bounce:
    """What a bounce says.

    `ids` are Message-IDs of mail it may speak of, the surest first; `recipients` the addresses its
    report names, else the first in its words; `code` the enhanced status (RFC 3463) or "", `why`
    the server's words in one line.
    """

    standing: Standing
    ids: tuple[str, ...]
    recipients: tuple[str, ...]
    code: str
    why: str


def settle_bounce(
    work: Work, house: House, raw: bytes, letter: Letter, world: World, *, sure: bool
) -> Settled | None:
    """Note on its notice what a bounce says; None when it speaks of no mail of ours.

    One that only sounds like a bounce must name the mail, not just an address. A permanent failure
    marks the notice undelivered and is told; nobody is ever answered.
    """
    own = house.settings.mail.address
    bounce = read_bounce(raw, letter, house.settings.mail.domain)
    notice = _returned(work, letter, own) or _named(work, bounce)
    if notice is None and sure:
        notice = _to(work, bounce, world)
    if notice is None:
        return None
    said = " ".join(filter(None, (bounce.standing, bounce.code, bounce.why)))
    if bounce.standing == "permanent":
        work.notices.undelivered(notice.id, said, world.now)
        tell_undelivered(work, house, notice, bounce.why or letter.subject, world)
    elif bounce.standing == "temporary" and notice.status != "undelivered":
        work.notices.delayed(notice.id, said)
    code = f" {bounce.code}" if bounce.code else ""
    reason = f"bounce: {bounce.standing}{code} of notice {notice.id}"
    return Settled(Outcome.IGNORED, notice.request, reason, (), "")


def read_bounce(raw: bytes, letter: Letter, domain: str) -> Bounce:
    """Read a bounce by its delivery report (RFC 3464), else by its words; raises nothing.

    `domain` is that of our Message-IDs. Where a report says that the server gave up, a code that
    would be temporary (4.4.7, expired) is final as well: nobody tries any more.
    """
    report = [] if _UNPARSED & set(letter.problems) else _report(parts.parse(raw))
    failed = next((b for b in report if _action(b) == "failed"), None)
    block = failed or next((b for b in report if any(map(b.get, _TELLING))), Message())
    text = letter.text[:_MOST_TEXT]
    said = str(block.get("diagnostic-code", "")) or _said(text)
    code = _code(said, str(block.get("status", "")), text)
    named = [str(b.get(n, "")) for b in report for n in ("final-recipient", "original-recipient")]
    named += letter.every("x-failed-recipients")
    named = named if any(named) else _ADDRESS.findall(text)[:1]
    envelope = [str(b.get("original-envelope-id", "")) for b in report]
    return Bounce(
        standing=_standing(_action(block), code, said, text),
        ids=_ids(raw, letter, envelope, domain),
        recipients=tuple(dict.fromkeys(a.lower() for n in named for a in _ADDRESS.findall(n))),
        code=code,
        why=clean(said.partition(";")[2] or said, 300),
    )


def _report(message: Message) -> list[Message]:
    """Give the blocks of the delivery reports: the first is of the whole mail."""
    found: list[Message] = []
    for part in _own_parts(message, 0):
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            found += [block for block in blocks if isinstance(block, Message)]
    return found[:50]


def _own_parts(message: Message, depth: int) -> Iterator[Message]:
    """Walk the parts of a mail, not those of the mail it returns."""
    children = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(children, list) and depth < 10:
        for child in children:
            if isinstance(child, Message):
                yield from _own_parts(child, depth + 1)
    else:
        yield message


def _action(block: Message) -> str:
    return str(block.get("action", "")).partition("(")[0].strip().lower()


def _said(text: str) -> str:
    """Give the line in which a server refuses, when no report holds it."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if _BASIC.search(line) or _ENHANCED.search(line)), "")


def _code(said: str, status: str, text: str) -> str:
    """Choose the enhanced code: the server's own words first, since Status is often a default."""
    for where in (said, status, text):
        if found := _ENHANCED.search(where):
            return found[1]
    return ""


def _standing(action: str, code: str, said: str, text: str) -> Standing:
    if action in ("delivered", "relayed", "expanded"):
        return "delivered"
    if action in ("failed", "delayed"):
        return "permanent" if action == "failed" else "temporary"
    basic = _BASIC.search(said)
    figure = code[:1] or (basic[1] if basic else "")
    if figure in ("4", "5"):
        return "permanent" if figure == "5" else "temporary"
    return "temporary" if _STILL_TRIED.search(folded(text)) else "permanent"


def _ids(raw: bytes, letter: Letter, envelope: list[str], domain: str) -> tuple[str, ...]:
    """List the Message-IDs: envelope id, returned mail, anywhere in the bytes, what it answers."""
    ours = re.compile(rf"\b[an]\.[a-z0-9.]{{4,60}}@{re.escape(domain)}(?![\w-])", re.IGNORECASE)
    text = raw[:_MOST_BYTES].decode("latin-1")
    unfolded = re.sub(r"=\r?\n", "", text)
    ids = [_from_xtext(value) for value in envelope]
    ids += [nested.message_id for nested in letter.nested]
    ids += [*ours.findall(unfolded), *ours.findall(letter.text[:_MOST_TEXT])]
    ids += [*letter.in_reply_to, *reversed(letter.references)]
    return tuple(dict.fromkeys(i for i in ids if i))[:_MOST_IDS]


def _from_xtext(value: str) -> str:
    """Read an envelope id back (RFC 3461, 4): `+2B` for `+`."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), value).strip(" <>")


def _returned(work: Work, letter: Letter, own: str) -> Notice | None:
    """Find the notice whose own return address the bounce came to (VERP)."""
    headers = " ".join(value for name in _ENVELOPE for value in letter.every(name))
    for number, tag in returned_to(headers, own)[:_MOST_IDS]:
        notice = work.notices.find(number)
        if notice and notice.message_id and compare_digest(return_tag(notice.message_id), tag):
            return notice
    return None


def _named(work: Work, bounce: Bounce) -> Notice | None:
    found = (work.notices.by_message_id(message_id) for message_id in bounce.ids)
    return next((notice for notice in found if notice), None)


def _to(work: Work, bounce: Bounce, world: World) -> Notice | None:
    """Find the last notice to somebody on the roster whom the bounce names."""
    people = (p for address in bounce.recipients for p in world.everyone.at(address))
    found = (work.notices.last_sent_to(p.email, world.now - LATEST) for p in people)
    return next((notice for notice in found if notice), None)
