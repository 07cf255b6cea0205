"""Addresses and header values of our own mail: tokens, Message-IDs, threads and mailto buttons."""

import base64
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from mailflow.procedure.folding import nfc

MARKER = "## Trả lời phía trên dòng này ##"
TOKEN_LABEL = "Mã trả lời"  # noqa: S105 - the label people see, not a secret
MAILTO_LIMIT = 1000
"""Octets of a whole mailto address that Outlook and Windows still hand over uncut."""

_TOKEN_ID = re.compile(r"<a\.([a-z2-7]{26})@[^<>\s@]+>")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{3,250}")
_DAEMONS = {"mailer-daemon", "mailerdaemon", "mdaemon", "postmaster", "mail-daemon"}
_MACHINES = re.compile(r"(no-?reply|do-?not-?reply|khong-?tra-?loi|bounces?)([+._=-].{0,200})?")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def new_token() -> str:
    """Make 128 random bits as 26 letters of lower-case base32 without padding."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def new_message_id(token: str, notice_id: int, domain: str) -> str:
    """Make `<a.TOKEN@domain>` for a mail that asks, else `<n.ID.RANDOM@domain>`."""
    local = f"a.{token}" if token else f"n.{notice_id}.{secrets.token_hex(8)}"
    return f"<{local}@{domain}>"


def token_in(message_id: str) -> str | None:
    """Read the token back from a Message-ID of `new_message_id`."""
    match = _TOKEN_ID.fullmatch(message_id.strip())
    return match[1] if match else None


def without_tag(address: str) -> str:
    """Take what follows a plus in its local part off an address, in lower case."""
    local, _, domain = _plain(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def is_daemon(address: str) -> bool:
    """Say whether a mail server itself stands behind an address: MAILER-DAEMON, postmaster."""
    return without_tag(address).partition("@")[0] in _DAEMONS


def is_machine(address: str) -> bool:
    """Say whether an address is one that nobody reads: no-reply, khong-tra-loi, bounces."""
    return bool(_MACHINES.fullmatch(_plain(address).partition("@")[0]))


def _plain(address: str) -> str:
    return unicodedata.normalize("NFKC", address).strip(" \t<>").replace('"', "").casefold()


def forbidden(address: str, own: str) -> str:
    """Say why nothing may ever be sent to an address; "" where it may.

    `own` is our mailbox. To answer the null sender, a server, a machine or ourselves is how mail
    begins to go in circles (RFC 3834, section 2).
    """
    if not _plain(address):
        return "the null sender"
    if is_daemon(address) or is_machine(address):
        return "an address that nobody reads"
    return "our own address" if without_tag(address) == without_tag(own) else ""


def return_address(own: str, notice_id: int, message_id: str) -> str:
    """Make the envelope sender that names a notice (VERP): `iso+b.ID.TAG@domain`.

    The tag follows from the notice's Message-ID, which only its readers know.
    """
    local, _, domain = own.rpartition("@")
    return f"{local}+b.{notice_id}.{return_tag(message_id)}@{domain}"


def return_tag(message_id: str) -> str:
    """Make the tag of `return_address`, 64 bits in figures of base 16."""
    return hashlib.sha256(message_id.strip("<>").encode()).hexdigest()[:16]


def returned_to(headers: str, own: str) -> list[tuple[int, str]]:
    """List the notices and tags of every `return_address` of ours in the words of headers."""
    local, _, domain = own.casefold().rpartition("@")
    found = re.findall(
        rf"(?<![\w.+-]){re.escape(local)}\+b\.(\d{{1,12}})\.([0-9a-f]{{16}})@{re.escape(domain)}",
        headers.casefold(),
    )
    return [(int(number), tag) for number, tag in found]


def thread_root(code: str, domain: str) -> str:
    """Name the thread of a request, as `<r.ctcl-2026-0007-k@domain>`; it proves nothing."""
    return f"<r.{code.lower()}@{domain}>"


def thread_headers(root: str, answered: str) -> dict[str, str]:
    """Give In-Reply-To and References (RFC 5322, 3.6.4) from a root and an answered letter.

    Either may be empty; an answered Message-ID, with or without its angle brackets, that is not
    plainly one is left out.
    """
    bare = answered.strip().strip("<>")
    known = [root] if root else []
    known += [f"<{bare}>"] if _MESSAGE_ID.fullmatch(bare) else []
    return {"In-Reply-To": known[-1], "References": " ".join(known)} if known else {}


def clean(value: str, limit: int = 200) -> str:
    """Make a value safe for one header line or file name: NFC, no control or line break.

    Longer values end in "…" after at most `limit` characters. What looks like an encoded word
    (RFC 2047) is broken up, since readers would decode it into anything.
    """
    line = " ".join(nfc(_BREAKS.sub(" ", value)).replace("=?", "= ?").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def mailto(address: str, subjects: Sequence[str], lines: Sequence[str], token: str) -> str:
    """Make a mailto address (RFC 6068) of at most `MAILTO_LIMIT` octets, empty if none fits.

    `subjects` go from the fullest to the shortest; `lines` are the phrase to type and the labels
    under it, the most needed first. Labels give way to length, the phrase and the token never.
    """
    for subject, kept in _shrinking(subjects, lines):
        body = "\r\n".join([*kept, "", f"{TOKEN_LABEL}: {token}"])
        link = f"mailto:{quote(address, safe='@')}?subject={_quoted(subject)}&body={_quoted(body)}"
        if len(link) <= MAILTO_LIMIT:
            return link
    return ""


def _shrinking(subjects: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for subject in subjects:
        yield subject, list(lines)
    for count in range(len(lines) - 1, 0, -1):
        yield subjects[-1], list(lines[:count])


def _quoted(text: str) -> str:
    return quote(text, safe="")
