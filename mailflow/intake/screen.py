"""Who sent this: a person, or a machine, a list, a bounce, a calendar, ourselves."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mailflow.intake.letter import Letter
from mailflow.procedure.folding import folded

Kind = Literal["person", "auto_reply", "bounce", "bulk", "loop", "calendar", "receipt"]

_MOST_HOPS = 25  # Received lines; more is mail going in circles
_AUTO_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from"),
    *("x-mail-autoreply", "x-fc-machinegenerated"),
)
_NO = {"", "no", "false", "0"}
_OF_INVITATIONS = {"text/calendar", "application/ics", "text/plain", "text/html"}
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "feedback-id")
_DAEMONS = {"mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon"}
_MACHINES = re.compile(r"(no-?reply|do-?not-?reply|khong-?tra-?loi|bounces?)([+._=-].{0,200})?")
_BEFORE_SUBJECT = re.compile(r"((\[[^\]]{0,60}\]|re|aw|fw|fwd|tl|ct|tra loi)\s?:?\s){0,5}")
_AWAY_SUBJECT = re.compile(
    r"(thu )?(tra loi|phan hoi|hoi dap) tu dong\b|tu dong (tra loi|phan hoi)\b"
    r"|(vang mat|ngoai van phong|ra khoi van phong|ben ngoai co quan|khong co mat tai co quan)\b"
    r"|(automatic reply|auto|autoreply|auto reply|auto response|auto-reply)\s?:"
    r"|out of (the )?office\b|vacation\b"
)
_WEAK_AWAY_SUBJECT = re.compile(r"(dang )?(nghi phep|di cong tac|nghi om)\b")
_RECEIPT_SUBJECT = re.compile(r"(da doc|chua doc|read|not read|khong doc)\s?:")


@dataclass(frozen=True)
class OwnAddresses:
    """Our mailboxes (lower case) and the value our mails carry in X-Mailflow-Id."""

    addresses: frozenset[str]
    instance: str = ""


@dataclass(frozen=True)
class Screened:
    """The strongest kind found, and every rule that hit as `kind: reason`."""

    kind: Kind
    hits: tuple[str, ...]


def screen(letter: Letter, own: OwnAddresses) -> Screened:
    """Judge a letter by every rule (RFC 3834, RFC 3464 and what mail programs do)."""
    hits = [(kind, why) for kind, rule in _RULES if (why := rule(letter, own))]
    kind = hits[0][0] if hits else "person"
    return Screened(kind, tuple(f"{kind}: {why}" for kind, why in hits))


def _own_sender(letter: Letter, own: OwnAddresses) -> str:
    ours = own.addresses.intersection(
        (*letter.from_addresses, letter.sender or "", letter.return_path or "")
    )
    return f"sent by our own {min(ours)}" if ours else ""


def _own_instance(letter: Letter, own: OwnAddresses) -> str:
    """Our own header on an automatic mail: a person's reply never carries it."""
    ours = own.instance and letter.first("x-mailflow-id") == own.instance
    automatic = _token(letter.first("auto-submitted")).startswith("auto")
    return "one of our own mails come back" if ours and automatic else ""


def _hops(letter: Letter, own: OwnAddresses) -> str:
    hops = len(letter.every("received"))
    return f"{hops} hops" if hops > _MOST_HOPS else ""


def _delivery_report(letter: Letter, own: OwnAddresses) -> str:
    if letter.report_type == "delivery-status" or "message/delivery-status" in letter.part_types:
        return "a delivery report"
    return "X-Failed-Recipients" if letter.first("x-failed-recipients") else ""


def _daemon(letter: Letter, own: OwnAddresses) -> str:
    locals_ = (a.partition("@")[0] for a in letter.from_addresses)
    return next((f"from {name}" for name in locals_ if name in _DAEMONS), "")


def _receipt(letter: Letter, own: OwnAddresses) -> str:
    if letter.report_type == "disposition-notification":
        return "a read receipt"
    if "message/disposition-notification" in letter.part_types:
        return "a read receipt"
    return "subject of a read receipt" if _subject_is(_RECEIPT_SUBJECT, letter) else ""


def _calendar(letter: Letter, own: OwnAddresses) -> str:
    """An invitation; a person's letter with an .ics among its files is none."""
    body = {t for t in letter.part_types if not t.startswith("multipart/")}
    if "text/calendar" in body and body <= _OF_INVITATIONS:
        return "a calendar message"
    outlook = letter.first("content-class").lower() == "urn:content-classes:calendarmessage"
    return "a meeting" if outlook else ""


def _auto_submitted(letter: Letter, own: OwnAddresses) -> str:
    value = _token(letter.first("auto-submitted"))
    return f"Auto-Submitted: {value}" if value not in _NO else ""


def _auto_precedence(letter: Letter, own: OwnAddresses) -> str:
    value = _precedence(letter)
    return f"Precedence: {value}" if value in ("auto_reply", "auto-reply") else ""


def _auto_header(letter: Letter, own: OwnAddresses) -> str:
    present = (n for n in _AUTO_HEADERS if _token(letter.first(n)) not in _NO)
    return next(present, "") or _exchange_auto(letter)


def _exchange_auto(letter: Letter) -> str:
    """Exchange marks what its rules send; X-Auto-Response-Suppress alone proves nothing."""
    if letter.first("x-ms-exchange-inbox-rules-loop"):
        return "X-MS-Exchange-Inbox-Rules-Loop"
    marked = letter.first("x-auto-response-suppress")
    source = letter.first("x-ms-exchange-generated-message-source")
    return "X-MS-Exchange-Generated-Message-Source" if marked and source else ""


def _auto_subject(letter: Letter, own: OwnAddresses) -> str:
    if _subject_is(_AWAY_SUBJECT, letter):
        return "subject of an automatic reply"
    weak = letter.first("x-auto-response-suppress") or letter.return_path == ""
    return "subject of an absence" if weak and _subject_is(_WEAK_AWAY_SUBJECT, letter) else ""


def _null_sender(letter: Letter, own: OwnAddresses) -> str:
    return "null sender" if letter.return_path == "" else ""


def _machine_address(letter: Letter, own: OwnAddresses) -> str:
    addresses = (*letter.from_addresses, letter.return_path or "")
    machine = (a for a in addresses if _MACHINES.fullmatch(a.partition("@")[0]))
    return next((f"address {a}" for a in machine), "")


def _reaction(letter: Letter, own: OwnAddresses) -> str:
    reactions = (t for t in letter.part_types if "reaction+json" in t)
    return next((f"a reaction ({t})" for t in reactions), "")


def _bulk_precedence(letter: Letter, own: OwnAddresses) -> str:
    value = _precedence(letter)
    return f"Precedence: {value}" if value in ("bulk", "list", "junk") else ""


def _list(letter: Letter, own: OwnAddresses) -> str:
    return next((name for name in _LIST_HEADERS if letter.first(name)), "")


def _token(value: str) -> str:
    """Return a header's first word in lower case, without comments and parameters."""
    return re.sub(r"\([^()]{0,200}\)", "", value).partition(";")[0].strip().lower()


def _precedence(letter: Letter) -> str:
    return _token(letter.first("precedence") or letter.first("x-precedence"))


def _subject_is(pattern: re.Pattern[str], letter: Letter) -> bool:
    subject = folded(letter.subject[:500])
    before = _BEFORE_SUBJECT.match(subject)
    return bool(pattern.match(subject, before.end() if before else 0) or pattern.match(subject))


_RULES: tuple[tuple[Kind, Callable[[Letter, OwnAddresses], str]], ...] = (
    ("loop", _own_sender),
    ("loop", _own_instance),
    ("loop", _hops),
    ("bounce", _delivery_report),
    ("receipt", _receipt),
    ("bounce", _daemon),
    ("calendar", _calendar),
    ("auto_reply", _auto_submitted),
    ("auto_reply", _auto_precedence),
    ("auto_reply", _auto_header),
    ("auto_reply", _auto_subject),
    ("auto_reply", _null_sender),
    ("auto_reply", _machine_address),
    ("auto_reply", _reaction),
    ("bulk", _bulk_precedence),
    ("bulk", _list),
)
