"""The parts of a mail: which are its words, which are attached, which are mails of their own."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any

from mailflow.intake.reading import decoding, tnef
from mailflow.intake.reading.names import clean_name, distinct

_LONGEST_HEADER = 16_000  # characters; more is cut
_LONGEST_CONTENT_HEADER = 4_000  # the standard library is quadratic in the parameters of these
_WORDS = {"text/plain", "text/enriched", "text/richtext"}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CID = re.compile(r"\bcid:([^\"'>\s]{1,200})", re.IGNORECASE)


class _Readable(Compat32):
    """Headers as text whatever bytes they hold, and never long enough to be a burden."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        content = name.lower().startswith("content-")
        longest = _LONGEST_CONTENT_HEADER if content else _LONGEST_HEADER
        return decoding.from_header(value[:longest])


class Part(Message):
    """A part whose boundary never raises, whatever charset the sender claims for it."""

    def get_boundary(self, failobj: Any = None) -> Any:
        """Return the boundary, or `failobj` where it cannot be read."""
        try:
            return super().get_boundary(failobj)
        except (ValueError, LookupError):
            return failobj


@dataclass(frozen=True)
class Attachment:
    """A file of a letter, or a mail attached to it.

    `name` is safe to show, `inline` says that it stands in the text: a picture that the HTML shows.
    """

    name: str
    content_type: str
    data: bytes
    sha256: str
    inline: bool
    content_id: str = ""


@dataclass(frozen=True)
class Nested:
    """A mail attached to a letter; it is never read, only named.

    `sha256` is that of the attachment which holds it, "" of returned headers.
    """

    subject: str
    message_id: str
    sha256: str = ""


@dataclass(frozen=True)
class Segment:
    """A stretch of the body in one or both of its two forms."""

    plain: str = ""
    html: str = ""


@dataclass
class Found:
    """What the walk has found so far."""

    segments: tuple[Segment, ...] = ()
    outlook: list[tnef.Unpacked] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    nested: list[Nested] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def parse(raw: bytes) -> Message:
    """Parse bytes to a tree of parts; RecursionError when it nests hundreds deep."""
    return BytesParser(_class=Part, policy=_Readable()).parsebytes(raw)


def param(part: Message, name: str, header: str = "content-type") -> str:
    """Return a parameter as one readable line, after RFC 2231 and RFC 2047; "" when absent."""
    value = part.get_param(name, "", header)
    if isinstance(value, tuple):
        charset, _, text = value
        value = decoding.decode(text.encode("latin-1", "replace"), charset).text
    return decoding.words(str(value))


def message_id(text: str) -> str:
    """Return the first message id of a header without `<>`, or ""."""
    found = re.search(r"<([^<>]{1,500})>", text)
    return re.sub(r"\s+", "", found[1] if found else text.strip()[:500])


def walk(message: Message, most_parts: int, most_depth: int) -> Found:
    """Sort the parts of a mail; a mail attached to it is named and not entered."""
    found = Found()
    found.segments = _Walk(found, most_parts, most_depth).segments(message, 0)
    if not any(s.plain.strip() or s.html.strip() for s in found.segments):
        found.segments += tuple(Segment(each.text, each.html) for each in found.outlook)
        found.problems += ["tnef"] if any(each.rtf_only for each in found.outlook) else []
    cids = {cid for segment in found.segments for cid in _CID.findall(segment.html)}
    found.attachments = [_placed(attachment, cids) for attachment in found.attachments]
    return found


def _placed(attachment: Attachment, cids: set[str]) -> Attachment:
    """Mark a picture as inline when the HTML shows it; the reference beats the disposition."""
    return replace(attachment, inline=attachment.inline or attachment.content_id in cids)


@dataclass
class _Walk:
    found: Found
    most_parts: int
    most_depth: int

    def segments(self, part: Message, depth: int, related: bool = False) -> tuple[Segment, ...]:
        """Return the words of a part and note its attachments and nested mails."""
        kind = part.get_content_type()
        if len(self.found.types) >= self.most_parts:
            self.problem("parts")
            return ()
        self.found.types.append(kind)
        if kind.startswith("message/") or kind == "text/rfc822-headers":
            self.name_nested(part)
            return ()
        if not part.is_multipart():
            return self.leaf(part, kind, related)
        if depth >= self.most_depth:
            self.problem("depth")
            return ()
        return self.children(part, kind, depth)

    def children(self, part: Message, kind: str, depth: int) -> tuple[Segment, ...]:
        """Return the words of a multipart: of an alternative the two forms, else all in order."""
        of_each = [
            self.segments(child, depth + 1, kind == "multipart/related")
            for child in part.get_payload()
            if isinstance(child, Message)
        ]
        if kind != "multipart/alternative":
            return tuple(segment for segments in of_each for segment in segments)
        plain = (_together([s.plain for s in segments]) for segments in of_each)
        html = [_together([s.html for s in segments]) for segments in of_each]
        shown = next((text for text in plain if text.strip()), "")
        return (Segment(shown, next((text for text in reversed(html) if text), "")),)

    def leaf(self, part: Message, kind: str, related: bool) -> tuple[Segment, ...]:
        """Read a part without parts: words, or else an attachment."""
        data = payload(part)
        outlook = tnef.unpack(data)
        if outlook:
            return self.winmail(outlook)
        disposition = decoding.words(part.get("content-disposition", "")).lower()
        named = param(part, "filename", "content-disposition") or param(part, "name")
        attached = disposition.startswith("attachment") or bool(named)
        if (kind in _WORDS or kind.startswith("multipart/")) and not attached:
            return (Segment(plain=self.plain(part, data)),)
        if kind == "text/html" and not attached:
            return (Segment(html=self.html(part, data)),)
        if data or named:
            inline = related and disposition.startswith("inline") and kind.startswith("image/")
            self.attach(named, kind, data, message_id(part.get("content-id", "")), inline=inline)
        return ()

    def winmail(self, outlook: tnef.Unpacked) -> tuple[Segment, ...]:
        """Take the files out of a winmail.dat; its words count where the mail has none."""
        self.found.outlook.append(outlook)
        for file in outlook.files:
            self.attach(file.name, file.content_type, file.data, file.content_id)
        return ()

    def attach(
        self, named: str, kind: str, data: bytes, cid: str = "", *, inline: bool = False
    ) -> Attachment:
        """Note a file under a safe name of its own."""
        name = clean_name(named, kind, len(self.found.attachments) + 1)
        name = distinct(name, self.found.names)
        attachment = Attachment(name, kind, data, hashlib.sha256(data).hexdigest(), inline, cid)
        self.found.attachments.append(attachment)
        return attachment

    def plain(self, part: Message, data: bytes) -> str:
        """Decode plain text and join the lines that `format=flowed` broke (RFC 3676)."""
        text = self.decoded(data, param(part, "charset"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if param(part, "format").lower() != "flowed":
            return text
        return _unflowed(text, param(part, "delsp").lower() == "yes")

    def html(self, part: Message, data: bytes) -> str:
        """Decode HTML: the charset of the part, else the one it names itself."""
        charset = param(part, "charset")
        if not charset and (named := _META_CHARSET.search(data[:4_000])):
            charset = named[1].decode("ascii", "replace")
        return self.decoded(data, charset, tidy=False)

    def decoded(self, data: bytes, charset: str, *, tidy: bool = True) -> str:
        """Decode and note when the charset was a guess."""
        decoded = decoding.decode(data, charset, tidy=tidy)
        if decoded.guessed:
            self.problem(f"charset: {charset[:40] or 'none'} read as {decoded.charset}")
        return decoded.text

    def name_nested(self, part: Message) -> None:
        """Note an attached mail as a file, with its subject and id; of returned headers these."""
        inner: Any = part.get_payload()
        if isinstance(inner, list) and inner:
            inner = inner[0]
        if part.get_content_type() == "text/rfc822-headers":
            inner = parse(payload(part))
        if not isinstance(inner, Message) or part.get_content_type() == "message/delivery-status":
            return
        subject = decoding.words(inner.get("subject", ""))
        sha256 = ""
        if part.get_content_type() in ("message/rfc822", "message/global"):
            named = param(part, "filename", "content-disposition") or param(part, "name")
            named = named or f"{subject[:100] or 'thư đính kèm'}.eml"
            sha256 = self.attach(named, "message/rfc822", _bytes_of(inner)).sha256
        self.found.nested.append(Nested(subject, message_id(inner.get("message-id", "")), sha256))

    def problem(self, key: str) -> None:
        """Note a problem once."""
        if key not in self.found.problems:
            self.found.problems.append(key)


def payload(part: Message) -> bytes:
    """Return the bytes of a part after its transfer encoding, however the header is written."""
    encoding = part.get("content-transfer-encoding", "")
    clean = encoding.partition(";")[0].partition("(")[0].strip(" \t\r\n\"'").lower()
    if clean != encoding:
        del part["content-transfer-encoding"]
        part["content-transfer-encoding"] = clean
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _bytes_of(message: Message) -> bytes:
    """Write an attached mail as a file of its own; as text where its headers defy the library."""
    try:
        return message.as_bytes()
    except (LookupError, ValueError, TypeError, AttributeError):
        head = "".join(f"{name}: {value}\n" for name, value in message.items())
        return f"{head}\n".encode(errors="replace") + payload(message)


def _together(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text)


def _unflowed(text: str, delsp: bool) -> str:
    """Join flowed lines; a signature mark and a change of quote depth end a paragraph."""
    paragraphs: list[tuple[int, list[str]]] = []
    flowing = False
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body.removeprefix(" ")
        if flowing and paragraphs[-1][0] == depth:
            paragraphs[-1][1].append(body)
        else:
            paragraphs.append((depth, [body]))
        flowing = body.endswith(" ") and body != "-- "
        if flowing and delsp:
            paragraphs[-1][1][-1] = body[:-1]
    return "\n".join((">" * d + " " if d else "") + "".join(pieces) for d, pieces in paragraphs)
