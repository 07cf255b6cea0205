"""What IMAP servers answer, read with care: other clients' news may stand between the lines."""

import imaplib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

from imap_tools import BaseMailBox

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]*)"')
_NAMESPACE = re.compile(rb'\(\("((?:[^"\\]|\\.)*)" "\\?(.)"')
_TRY_LATER = re.compile(rb"\[(?:UNAVAILABLE|INUSE|SERVERBUG|LIMIT|TRYCREATE|OVERQUOTA)\b")
_FULL = re.compile(rb"\[OVERQUOTA\]|\bquota\b", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Listed:
    """One line of the survey: when a letter arrived, its UID, its octets."""

    received_at: datetime
    uid: int
    size: int


def namespace(box: BaseMailBox) -> tuple[str, str]:
    """Return prefix and separator of the personal namespace."""
    if "NAMESPACE" in box.client.capabilities:
        found = _NAMESPACE.match(box.client.namespace()[1][0] or b"")
        if found:
            return found[1].decode("ascii"), found[2].decode("ascii")
    root = box.folder.list("", "")
    return "", root[0].delim if root else "/"


def ask(box: BaseMailBox, *command: str) -> list[Any]:
    """Send a UID command and return its data; raises IMAP4.error unless it ends with OK."""
    kind, data = box.client.uid(*command)
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{command[0]} {command[1]}: {data}")
    return data


def allowed(box: BaseMailBox, *command: str) -> bool:
    """Send a UID command; False when it is refused for good, IMAP4.error when for now."""
    kind, data = box.client.uid(*command)
    if kind != "OK" and _TRY_LATER.search(data[0] or b""):
        raise imaplib.IMAP4.error(f"{command[0]} {command[1]}: {explained(data[0])}")
    return bool(kind == "OK")


def explained(refusal: bytes) -> str:
    """Give a server's refusal as text, with what to do where the mailbox is over its quota."""
    full = "; the mailbox is full: make room in it, or have its quota raised"
    return refusal.decode("utf-8", "replace") + full * bool(_FULL.search(refusal))


def listing(answer: list[Any], asked: set[int]) -> list[Listed]:
    """Read a FETCH answer, leaving out what was not asked for (other clients' flag changes)."""
    found: dict[int, Listed] = {}
    for item in answer:
        if not isinstance(item, bytes):
            continue
        uid, size, date = _UID.search(item), _SIZE.search(item), _DATE.search(item)
        if uid and size and date and int(uid[1]) in asked:
            found[int(uid[1])] = Listed(_moment(date[1]), int(uid[1]), int(size[1]))
    return list(found.values())


def _moment(internal_date: bytes) -> datetime:
    """Read INTERNALDATE into UTC; raises IMAP4.error, since an unread date would hide a letter."""
    try:
        moment = parsedate_to_datetime(internal_date.decode("ascii"))
    except ValueError as fault:
        raise imaplib.IMAP4.error(f"INTERNALDATE {internal_date!r}") from fault
    # "-0000" says UTC with the zone unknown, and parses without a zone.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def literal(answer: list[Any], uid: int) -> bytes | None:
    """Return the letter in a FETCH answer; its UID stands before or (Exchange) after the bytes."""
    for item, after in pairwise([*answer, b""]):
        if not isinstance(item, tuple) or b"BODY[" not in item[0].upper():
            continue
        found = _UID.search(item[0]) or _UID.search(after if isinstance(after, bytes) else b"")
        if found and int(found[1]) == uid:
            return bytes(item[1])
    return None
