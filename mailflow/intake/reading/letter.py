"""A letter as values: bytes in, headers, words and attachments out, whatever the bytes are."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from mailflow.errors import Permanent
from mailflow.intake.reading import decoding, hypertext, smime
from mailflow.intake.reading.addresses import mailboxes
from mailflow.intake.reading.parts import (
    Attachment,
    Found,
    Nested,
    Segment,
    message_id,
    param,
    parse,
    walk,
)
from mailflow.intake.reading.signatures import Sealed
from mailflow.procedure.folding import words_in

__all__ = ["Attachment", "Letter", "Limits", "Nested", "Unreadable", "content_hash", "read"]

_MOST_NESTING = 300  # boundaries and attached mails named anywhere in the bytes
_MOST_WORK = 20_000_000  # lines times nesting: what the parser compares
_TRANSPORT = re.compile(
    rb"(received|x-received|received-spf|delivered-to|x-delivered-to|envelope-to|x-original-to"
    rb"|return-path|authentication-results|arc-.*|x-ms-exchange-.*|x-spam.*|x-.*-spam.*"
    rb"|x-virus.*|x-forwarded-.*|x-gm-.*|x-uid.*|status|x-status)",
    re.IGNORECASE,
)
_LONGEST_NAME = 200  # of a header; a longer one is nobody's
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_OUR_PARTS = re.compile(rb'^Content-Type: (multipart/\w+);\s+boundary="([^"]+)"', re.MULTILINE)
_ID = re.compile(r"<([^<>\s]{1,250})>")


class Unreadable(Permanent):
    """There are no bytes to read at all."""


@dataclass(frozen=True)
class Limits:
    """What a letter may be: bytes, parts, levels of parts, lines of its header."""

    size: int = 35 * 2**20
    parts: int = 100
    depth: int = 10
    header_lines: int = 1_000


@dataclass(frozen=True)
class Letter:
    """A letter read; every header value is one line of NFC text, every address lower case.

    `text` is the whole body with its quotes. `marked` is the same where the letter has HTML, with
    the quotes that mail programs marked as `> ` lines (see hypertext); "" without HTML.
    `problems` are keys: size, tangled, parts, depth, header_lines, html, text_differs, encrypted,
    signed_opaque, tnef, `charset: ...`. `return_path` is "" for the null sender, None when absent.
    Of a letter that is `sealed` nothing but the signed content is read, beside its headers.
    """

    message_id: str
    content_hash: str
    subject: str
    from_headers: tuple[str, ...]
    from_addresses: tuple[str, ...]
    sender: str | None
    return_path: str | None
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str | None
    marked: str
    attachments: tuple[Attachment, ...]
    nested: tuple[Nested, ...]
    part_types: tuple[str, ...]
    report_type: str
    problems: tuple[str, ...]
    sealed: Sealed | None

    def every(self, name: str) -> tuple[str, ...]:
        """Return the values of a header (named in lower case), top to bottom."""
        return tuple(value for key, value in self.headers if key == name)

    def first(self, name: str) -> str:
        """Return the topmost value of a header (named in lower case), "" when absent."""
        return next(iter(self.every(name)), "")


def read(raw: bytes, limits: Limits | None = None) -> Letter:
    """Read a letter; what is wrong with it stands in `problems`.

    Raises Unreadable when there is nothing but white space, and nothing else on any bytes.
    """
    if not raw.strip():
        raise Unreadable("the letter has no content")
    limits = limits or Limits()
    message, problems = _parsed(raw, limits)
    opened = smime.opened(message, _split(raw)[1])
    problems += [opened.problem] if opened.problem else []
    found = walk(_within(opened, message, limits, problems), limits.parts, limits.depth)
    text, marked, html, more = _body(found)
    problems += [*found.problems, *more]
    return _assembled(
        message, content_hash(raw), found, (text, marked, html), problems, opened.sealed
    )


@dataclass(frozen=True)
class Outside:
    """What tells one letter from another before it is opened; see Letter."""

    message_id: str
    content_hash: str
    subject: str
    from_address: str


def outside(raw: bytes) -> Outside:
    """Read a letter's header block only, as `read` reads it; raises nothing on any bytes."""
    content = content_hash(raw)
    lines = _split(raw)[0].split(b"\n")[: Limits.header_lines]
    found = _head(parse(b"\n".join(lines)[: Limits.size] + b"\n\n")) if raw.strip() else _Head(())
    return Outside(
        message_id(found.first("message-id")) or f"sha256:{content}@no-id",
        content,
        decoding.words(found.first("subject")),
        next(iter(found.addresses("from")), ""),
    )


@dataclass(frozen=True)
class Sent:
    """One of our own mails, as it was sent."""

    raw: bytes

    def forms(self) -> Iterator[str]:
        """Give its text, then its HTML as text: that is made only where it is asked for."""
        words = _first_part(self.raw, "multipart/mixed")  # the files follow them
        yield _words_of(_first_part(words, "multipart/alternative"))[0]
        yield _words_of(words)[1]


def _words_of(raw: bytes) -> tuple[str, str]:
    """Give the text and the marked text of a part of our own mail."""
    text, marked, _, _ = _body(walk(parse(raw), Limits.parts, Limits.depth))
    return text, marked


def _first_part(raw: bytes, kind: str) -> bytes:
    """Cut the first part out of a multipart of our own; anything else is left as it is."""
    head, body = _split(raw)
    named = _OUR_PARTS.search(head)
    mark = b"--" + named[2] if named and named[1] == kind.encode() else b""
    first, more, _ = body.partition(b"\n" + mark)
    if mark and first.startswith(mark) and more:
        return first.partition(b"\n")[2].removesuffix(b"\r")
    return raw


def content_hash(raw: bytes) -> str:
    """Hash a letter without what servers add on its way and without its line ends (SHA-256 hex).

    The same mail delivered to two aliases, or by IMAP and as a file, gives the same value.
    """
    head, body = _split(raw)
    kept: list[bytes] = []
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            kept += [line] if kept and kept[-1] else []
        else:
            kept.append(b"" if _added_on_the_way(line) else line)
    text = b"\n".join(line for line in kept if line)
    return hashlib.sha256(text + b"\n\n" + body.replace(b"\r\n", b"\n").rstrip()).hexdigest()


def _added_on_the_way(line: bytes) -> bool:
    name, colon, _ = line[:_LONGEST_NAME].partition(b":")
    return bool(colon and _TRANSPORT.fullmatch(name))


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Cut a letter into its header block and its body."""
    end = _HEAD_END.search(raw)
    return (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")


def _parsed(raw: bytes, limits: Limits) -> tuple[Message, list[str]]:
    """Parse within the limits; beyond them only the headers are read."""
    problems: list[str] = []
    head, body = _split(raw)
    lines = head.split(b"\n")
    if len(lines) > limits.header_lines:
        problems.append("header_lines")
        head = b"\n".join(lines[: limits.header_lines])
        raw = head + b"\n\n" + body
    if len(raw) > limits.size:
        return parse(head[: limits.size] + b"\n\n"), [*problems, "size"]
    if _is_tangled(raw):
        return parse(head + b"\n\n"), [*problems, "tangled"]
    try:
        return parse(raw), problems
    except RecursionError:
        return parse(head + b"\n\n"), [*problems, "tangled"]


def _within(opened: smime.Opened, message: Message, limits: Limits, problems: list[str]) -> Message:
    """Give what is to be read: of a signed letter what was signed, else all of it."""
    if opened.content is None:
        return message
    inner, more = _parsed(opened.content, limits)
    problems += more
    return inner


def _is_tangled(raw: bytes) -> bool:
    """Tell whether parsing would take minutes: many lines inside many nested parts."""
    lower = raw.lower()
    nesting = lower.count(b"boundary") + lower.count(b"message/")
    lines = raw.count(b"\n") + raw.count(b"\r")
    return nesting > _MOST_NESTING or lines * (1 + nesting) > _MOST_WORK


def _body(found: Found) -> tuple[str, str, str | None, list[str]]:
    """Choose the words people saw: (text, marked, html, problems).

    Plain text is preferred unless it is empty or says something else than the HTML.
    """
    problems: list[str] = []
    texts: list[str] = []
    marked: list[str] = []
    for segment in found.segments:
        seen = _seen(segment, problems)
        texts.append(_chosen(segment.plain, seen, problems))
        marked.append(seen or segment.plain)
    html = "\n".join(s.html for s in found.segments if s.html) or None
    text = "\n".join(texts).replace(f"{hypertext.DIVIDER}\n", "").replace(hypertext.DIVIDER, "")
    return text, "\n".join(marked) if html else "", html, list(dict.fromkeys(problems))


def _seen(segment: Segment, problems: list[str]) -> str:
    """Turn the HTML of a stretch into marked text."""
    if not segment.html.strip():
        return ""
    if len(segment.html) > hypertext.LONGEST:
        problems.append("html")
    try:
        return hypertext.to_text(segment.html)
    except hypertext.NoTree:
        words = hypertext.bare(segment.html).strip()
        problems += ["html"] if words else []
        return words


def _chosen(plain: str, seen: str, problems: list[str]) -> str:
    if not plain.strip():
        return seen
    if seen and _differ(plain, seen):
        problems.append("text_differs")
        return seen
    return plain


def _differ(plain: str, seen: str) -> bool:
    """Tell whether the plain form shares less than half of its words with the HTML form."""
    one, other = (set(words_in(t[:20_000])) for t in (plain, seen))
    return len(one & other) * 2 < min(len(one), len(other))


@dataclass(frozen=True)
class _Head:
    """The headers of a letter, names in lower case, values readable but not yet decoded."""

    items: tuple[tuple[str, str], ...]

    def every(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.items if key == name)

    def first(self, name: str) -> str:
        return next(iter(self.every(name)), "")

    def addresses(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(box.address for box in mailboxes(self.every(name))))

    def ids(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(i for value in self.every(name) for i in _ID.findall(value)))


def _head(message: Message) -> _Head:
    return _Head(tuple((name.lower(), str(value)) for name, value in message.items()))


def _assembled(
    message: Message,
    content: str,
    found: Found,
    body: tuple[str, str, str | None],
    problems: list[str],
    sealed: Sealed | None,
) -> Letter:
    head = _head(message)
    return Letter(
        message_id=message_id(head.first("message-id")) or f"sha256:{content}@no-id",
        content_hash=content,
        subject=decoding.words(head.first("subject")),
        from_headers=head.every("from"),
        from_addresses=head.addresses("from"),
        sender=next(iter(head.addresses("sender")), None),
        return_path=_return_path(head),
        reply_to=head.addresses("reply-to"),
        to=head.addresses("to"),
        cc=head.addresses("cc"),
        in_reply_to=head.ids("in-reply-to"),
        references=head.ids("references"),
        date=decoding.one_line(head.first("date")),
        headers=tuple((name, decoding.words(value)) for name, value in head.items),
        text=body[0],
        marked=body[1],
        html=body[2],
        attachments=tuple(found.attachments),
        nested=tuple(found.nested),
        part_types=tuple(found.types),
        report_type=param(message, "report-type").lower(),
        problems=tuple(problems),
        sealed=sealed,
    )


def _return_path(head: _Head) -> str | None:
    if not head.every("return-path"):
        return None
    return next(iter(head.addresses("return-path")), "")
