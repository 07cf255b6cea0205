"""Who sent this: a person, or a machine, a list, a bounce, a calendar, ourselves."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mailflow.intake.reading.letter import Letter
from mailflow.outbox.address import is_daemon, is_machine, without_tag
from mailflow.procedure.folding import folded

Kind = Literal["person", "auto_reply", "bounce", "bulk", "loop", "calendar", "receipt"]

_FIRST_WORDS = 3_000  # characters of a body in which a bounce says what it is
_MOST_HOPS = 25  # Received lines; more is mail going in circles
_AUTO_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from"),
    *("x-mail-autoreply", "x-fc-machinegenerated"),
)
_NO = {"", "no", "false", "0"}
_OF_INVITATIONS = {"text/calendar", "application/ics", "text/plain", "text/html"}
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "feedback-id")
_BEFORE_SUBJECT = re.compile(r"((\[[^\]]{0,60}\]|re|aw|fw|fwd|tl|ct|tra loi)\s?:?\s){0,5}")
_AUTO_SUBJECT = re.compile(
    r"(thu )?(tra loi|phan hoi|hoi dap) tu dong\s?(:|$)|tu dong (tra loi|phan hoi)\s?(:|$)"
    r"|(automatic reply|auto|autoreply|auto reply|auto response|auto-reply)\s?:"
)
_AWAY_SUBJECT = re.compile(
    r"(thu )?(tra loi|phan hoi|hoi dap) tu dong\b|tu dong (tra loi|phan hoi)\b"
    r"|(vang mat|ngoai van phong|ra khoi van phong|ben ngoai co quan|khong co mat tai co quan)\b"
    r"|out of (the )?office\b|vacation\b"
)
_WEAK_AWAY_SUBJECT = re.compile(r"(dang )?(nghi phep|di cong tac|nghi om)\b")
_RECEIPT_SUBJECT = re.compile(r"(da doc|chua doc|read|not read|khong doc)\s?:")
_BOUNCE_SUBJECT = re.compile(
    r"(mail|message|permanent)?\s?(delivery|delivered) (failure|failed|error|warning|status)"
    r"|(mail|message) (delivery|error\b|could not be delivered|not delivered|undeliverable)"
    r"|(undeliver(able|ed)|non-?delivery|returned mail|failure notice|delivery (failure|failed))\b"
    r"|automatically rejected mail\b|warning: .{1,200} user unknown"
    r"|(thu |khong )*khong (gui|chuyen|phat) duoc\b|thong bao (trang thai )?(gui|chuyen) thu\b"
)
_BOUNCE_WORDS = re.compile(
    r"((could|can|would|was|were) ?(not|n't)|unable to|failed to) (be )?deliver"
    r"|undeliverable|did not reach|no such user|(user|recipient|address) (is )?unknown"
    r"|unknown (user|recipient|address)|failed recipients?|failed permanently|returned mail"
    r"|delivery (to|of|attempts?|failed|has failed|failure)|delevery to the following"
    r"|was automatically rejected|has been postponed|mailbox (is )?(full|unavailable)"
    r"|khong (gui|chuyen|phat) duoc|hop thu (day|khong ton tai)|nguoi nhan khong ton tai"
)


@dataclass(frozen=True)
class OwnAddresses:
    """Our mailboxes (lower case) and the value our mails carry in X-Mailflow-Id."""

    addresses: frozenset[str]
    instance: str = ""


@dataclass(frozen=True)
class Screened:
    """The strongest kind found, and every rule that hit as `kind: reason`.

    `sure` is False when only words speak for a machine, which people may write as well.
    """

    kind: Kind
    hits: tuple[str, ...]
    sure: bool = True


def screen(letter: Letter, own: OwnAddresses) -> Screened:
    """Judge a letter by every rule (RFC 3834, RFC 3464 and what mail programs do)."""
    hits = [(kind, why, rule) for kind, rule in _RULES if (why := rule(letter, own))]
    kind = hits[0][0] if hits else "person"
    proofs = [rule for hit, _, rule in hits if rule not in _GUESSES and hit != "bulk"]
    sure = kind in ("person", "bulk") or bool(proofs)
    return Screened(kind, tuple(f"{kind}: {why}" for kind, why, _ in hits), sure)


def _own_sender(letter: Letter, own: OwnAddresses) -> str:
    senders = (*letter.from_addresses, letter.sender or "", letter.return_path or "")
    ours = own.addresses.intersection(map(without_tag, senders))
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
    whole = next(iter(letter.part_types), "")
    told = "message/delivery-status" in letter.part_types and whole == "multipart/report"
    if letter.report_type == "delivery-status" or told:
        return "a delivery report"
    return "X-Failed-Recipients" if letter.first("x-failed-recipients") else ""


def _daemon(letter: Letter, own: OwnAddresses) -> str:
    daemons = filter(is_daemon, letter.from_addresses)
    return next((f"from {address.partition('@')[0]}" for address in daemons), "")


def _failure_words(letter: Letter, own: OwnAddresses) -> str:
    """Words of a bounce in subject and body, or a report among other parts: no proof by itself."""
    if "message/delivery-status" in letter.part_types:
        return "a delivery report among its parts"
    if not _subject_is(_BOUNCE_SUBJECT, letter, replied=False):
        return ""
    words = _BOUNCE_WORDS.search(folded(letter.text[:_FIRST_WORDS]))
    return f"words of a bounce ({words[0]})" if words else ""


def _rejected(letter: Letter, own: OwnAddresses) -> str:
    """Dovecot's filters refuse a mail by a disposition notification, which is no read receipt."""
    value = letter.first("auto-submitted").lower()
    return "rejected by a filter" if value.startswith("auto-replied (rejected)") else ""


def _receipt(letter: Letter, own: OwnAddresses) -> str:
    if letter.report_type == "disposition-notification":
        return "a read receipt"
    if "message/disposition-notification" in letter.part_types:
        return "a read receipt"
    return ""


def _receipt_subject(letter: Letter, own: OwnAddresses) -> str:
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
    return "subject of an automatic reply" if _subject_is(_AUTO_SUBJECT, letter) else ""


def _away_subject(letter: Letter, own: OwnAddresses) -> str:
    """Words of an absence, with which people begin subjects as well."""
    if _subject_is(_AWAY_SUBJECT, letter):
        return "subject of an absence"
    weak = letter.first("x-auto-response-suppress") or letter.return_path == ""
    return "subject of an absence" if weak and _subject_is(_WEAK_AWAY_SUBJECT, letter) else ""


def _null_sender(letter: Letter, own: OwnAddresses) -> str:
    return "null sender" if letter.return_path == "" else ""


def _machine_address(letter: Letter, own: OwnAddresses) -> str:
    return next((f"address {a}" for a in letter.from_addresses if is_machine(a)), "")


def _list_address(letter: Letter, own: OwnAddresses) -> str:
    """A list or a mailing service takes the bounces of what people send through it."""
    through = letter.return_path or ""
    return f"return path {through}" if through and is_machine(through) else ""


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


def _subject_is(pattern: re.Pattern[str], letter: Letter, *, replied: bool = True) -> bool:
    """Match the beginning of the subject, also after `Re:` and tags unless `replied` is False."""
    subject = folded(letter.subject[:500])
    before = _BEFORE_SUBJECT.match(subject)
    start = before.end() if before and replied else 0
    return bool(pattern.match(subject, start) or pattern.match(subject))


_RULES: tuple[tuple[Kind, Callable[[Letter, OwnAddresses], str]], ...] = (
    ("loop", _own_sender),
    ("loop", _own_instance),
    ("loop", _hops),
    ("bounce", _delivery_report),
    ("bounce", _rejected),
    ("receipt", _receipt),
    ("bounce", _daemon),
    ("bounce", _failure_words),
    ("receipt", _receipt_subject),
    ("calendar", _calendar),
    ("auto_reply", _auto_submitted),
    ("auto_reply", _auto_precedence),
    ("auto_reply", _auto_header),
    ("auto_reply", _auto_subject),
    ("auto_reply", _away_subject),
    ("auto_reply", _null_sender),
    ("auto_reply", _machine_address),
    ("auto_reply", _reaction),
    ("bulk", _bulk_precedence),
    ("bulk", _list),
    ("bulk", _list_address),
)
_GUESSES = {_failure_words, _receipt_subject, _away_subject}
