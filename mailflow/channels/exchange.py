"""A mailbox on Exchange (on premises), and sending from it, by EWS."""

import email
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import policy
from threading import Event
from time import monotonic
from typing import Any

from exchangelib import Folder, Message
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorContentConversionFailed,
    ErrorCreateSubfolderAccessDenied,
    ErrorFolderExists,
    ErrorInvalidRecipients,
    ErrorItemNotFound,
    ErrorMessageSizeExceeded,
    ErrorMimeContentConversionFailed,
    ErrorMimeContentInvalid,
    ErrorMimeContentInvalidBase64String,
    ErrorMissingRecipients,
    ErrorUnsupportedMimeConversion,
    ErrorUnsupportedTypeForConversion,
    EWSError,
)
from exchangelib.folders import BaseFolder, SingleFolderQuerySet
from exchangelib.items import Item
from exchangelib.properties import FolderId, ItemId
from exchangelib.services import CreateFolder

from mailflow.channels.base import HEADER_CAP, MESSAGE_CAP, Envelope, only_headers
from mailflow.channels.ews import Exchange, edge, let_go, open_account, said
from mailflow.channels.ews_stream import Stream
from mailflow.channels.wire import envelope_address, header_bytes, wire_form
from mailflow.errors import MailflowError, Permanent, Temporary

TURN = 0.25
"""Seconds between two looks at what the stream has heard, and at `stop`."""

NO_RIGHT = (ErrorAccessDenied, ErrorCreateSubfolderAccessDenied)

NO_MIME = (
    ErrorContentConversionFailed,
    ErrorUnsupportedMimeConversion,
    ErrorUnsupportedTypeForConversion,
)
"""What the server has against one letter, beside what exchangelib gives back among its answers."""

OF_THE_LETTER = (
    ErrorInvalidRecipients,
    ErrorMessageSizeExceeded,
    ErrorMimeContentConversionFailed,
    ErrorMimeContentInvalid,
    ErrorMimeContentInvalidBase64String,
    ErrorMissingRecipients,
)
"""Refusals that no further try changes; all others are about us or the server."""

TOO_LARGE = "Code: 413"
"""How exchangelib tells that the web server in front of Exchange takes no request so long."""


class _Kinds(dict[str, Any]):
    """exchangelib's kinds of items; one that it does not know would hold up the whole mailbox."""

    def __missing__(self, tag: str) -> Any:
        return Item


BaseFolder.ITEM_MODEL_MAP = _Kinds(BaseFolder.ITEM_MODEL_MAP)


class _Unreadable(Temporary):
    """One letter that the server cannot give; the others it can."""


class ExchangeMailbox:
    """One folder of one mailbox; the connection is opened when first needed and after each fault.

    Faults are Temporary or LoginRefused, as those of `ImapMailbox`. `folder` takes "/" between
    levels, from the top of the mailbox ("INBOX" is the inbox in any language); letters of more
    than `cap` octets come as headers alone.
    """

    def __init__(
        self, exchange: Exchange, *, folder: str = "INBOX", cap: int = MESSAGE_CAP
    ) -> None:
        self._exchange = exchange
        self._folder = folder
        self._cap = cap
        self._account: Any = None
        self._opened: dict[str, Any] = {}
        self._stream: Stream | None = None
        self._may_listen = False

    def waiting(self) -> Iterator[Envelope]:
        """Give the letters by arrival; see `Mailbox`.

        A letter the server cannot give is passed over until the end, a broken connection once.
        """
        fault: Temporary | None = None
        broken = False
        for listed in self._survey():
            try:
                envelope = self._fetch(listed)
            except Temporary as error:
                if broken and not isinstance(error, _Unreadable):
                    raise
                fault, broken = error, not isinstance(error, _Unreadable)
                continue
            broken = False
            if envelope is not None:
                yield envelope
        if fault is not None:
            raise fault

    def file_away(self, envelope: Envelope, folder: str) -> None:
        """Move one letter, whose id changes by that; see `Mailbox`."""
        item = ItemId(id=envelope.place.rpartition(";ID=")[2])
        with self._edge("a letter cannot be filed"):
            account = self._connected()
            try:
                target = self._open(account, folder, make=True)
                answers = account.bulk_move([item], to_folder=target)
            except NO_RIGHT as fault:
                right = f"{self._exchange.address} allows no moves to {folder}"
                raise Permanent(f"{self._exchange.host}: {right}: {said(fault)}") from fault
            _raise_first(answers, but=ErrorItemNotFound)

    def listen(self, seconds: float, stop: Event) -> bool:
        """Wait by streaming notifications where the server has them; see `Mailbox`."""
        end = monotonic() + seconds
        stream = self._listening()
        while stream is not None and not stop.is_set() and monotonic() < end:
            if stream.heard():
                return True
            if not stream.alive:
                break
            stop.wait(min(TURN, max(0.0, end - monotonic())))
        stop.wait(max(0.0, end - monotonic()))
        return False

    def close(self) -> None:
        """Drop the connections."""
        account, self._account = self._account, None
        stream, self._stream = self._stream, None
        self._opened.clear()
        self._may_listen = False
        if stream is not None:
            stream.close()
        if account is not None:
            let_go(account)

    # Reading

    def _survey(self) -> list[Any]:
        with self._edge("the mailbox cannot be read"):
            folder = self._open(self._connected(), self._folder)
            found = list(
                folder.all().only("size", "datetime_received").order_by("datetime_received")
            )
            _raise_first(found)
        self._may_listen = True
        return found

    def _fetch(self, listed: Any) -> Envelope | None:
        """Return the letter, or None when it went away meanwhile."""
        whole = listed.size <= self._cap
        field = "mime_content" if whole else "headers"
        with self._edge("a letter cannot be fetched"):
            account = self._connected()
            item = _fetched(account, listed.id, field)
            if isinstance(item, ErrorItemNotFound):
                return None
            if isinstance(item, Exception):
                raise _Unreadable(f"{self._exchange.host}: {_name(listed)}: {said(item)}") from item
            raw = item.mime_content if whole else _headers(item.headers)
        if not raw:
            raise _Unreadable(f"{self._exchange.host}: {_name(listed)} is empty")
        return self._envelope(listed, raw, whole=whole)

    def _envelope(self, listed: Any, raw: bytes, *, whole: bool) -> Envelope:
        truncated = not whole or len(raw) > self._cap
        return Envelope(
            raw=only_headers(raw) if truncated else raw,
            folder=self._folder,
            uidvalidity=0,
            uid=None,
            place=f"ews://{self._exchange.address}/{self._folder};ID={listed.id}",
            received_at=datetime.fromtimestamp(listed.datetime_received.timestamp(), UTC),
            size=max(listed.size, len(raw)) if truncated else len(raw),
            truncated=truncated,
        )

    # Folders

    def _open(self, account: Any, name: str, *, make: bool = False) -> Any:
        """Return a folder by its path; raises Temporary when it is not there."""
        if name not in self._opened:
            levels = unicodedata.normalize("NFC", name).split("/")
            in_inbox = levels[0].upper() == "INBOX"
            folder = account.inbox if in_inbox else account.msg_folder_root
            for level in levels[in_inbox:]:
                folder = self._below(account, folder, level, make=make)
            self._opened[name] = folder
        return self._opened[name]

    def _below(self, account: Any, parent: Any, name: str, *, make: bool) -> Any:
        there = _children(account, parent)
        if name not in there and make:
            folder = Folder(root=account.root, name=name, folder_class="IPF.Note")
            try:
                return CreateFolder(account=account).get(parent_folder=parent, folders=[folder])
            except ErrorFolderExists:  # somebody made it meanwhile
                there = _children(account, parent)
        if name not in there:
            raise Temporary(
                f"{self._exchange.host}: folder {name} cannot be opened; "
                f"there are: {', '.join(there)}"
            )
        return there[name]

    # Connecting

    @contextmanager
    def _edge(self, doing: str) -> Iterator[None]:
        """Turn the libraries' errors into ours, and begin anew after any but a letter's own."""
        try:
            with edge(self._exchange, doing):
                yield
        except _Unreadable:
            raise
        except MailflowError:
            self.close()
            raise

    def _connected(self) -> Any:
        if self._account is None:
            self._account = open_account(self._exchange)
        return self._account

    def _listening(self) -> Stream | None:
        """Give the stream, begun anew at most once after each look that went well."""
        alive = self._stream is not None and self._stream.alive
        if not alive and self._may_listen:
            self._may_listen = False
            inbox = self._opened[self._folder]
            self._stream = Stream(self._exchange, FolderId(id=inbox.id, changekey=inbox.changekey))
        return self._stream


class ExchangeTransport:
    """Sends as the mailbox and keeps a copy in its Sent Items.

    Exchange itself makes the envelope: sender is the mailbox, so `mail_from` has no say;
    recipients are those of the headers, so a letter whose headers name anybody else is refused.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._account: Any = None
        self._in_doubt: set[str] = set()

    def send(self, mail_from: str, recipient: str, message: bytes) -> str:
        """Send one letter as it is; see `Transport`."""
        letter = wire_form(message, eight_bit=True)
        message_id = _for_one(letter, envelope_address(recipient))
        with self._edge(recipient):
            account = self._connected()
            if message_id in self._in_doubt and _sent_before(account, message_id):
                return f"{self._exchange.host}: had been sent, as its Sent Items show"
            self._in_doubt.add(message_id)
            Message(account=account, mime_content=letter).send_and_save()
            self._in_doubt.discard(message_id)
        return f"{self._exchange.host}: sent, and kept in Sent Items"

    def close(self) -> None:
        """Drop the connection."""
        account, self._account = self._account, None
        if account is not None:
            let_go(account)

    def _connected(self) -> Any:
        if self._account is None:
            self._account = open_account(self._exchange)
        return self._account

    @contextmanager
    def _edge(self, to: str) -> Iterator[None]:
        try:
            with edge(self._exchange, f"the letter to {to} was not taken, or nobody knows"):
                yield
        except MailflowError as error:
            self.close()
            fault = error.__cause__ or error
            if isinstance(fault, OF_THE_LETTER) or TOO_LARGE in str(fault):
                refused = f"letter to {to} refused: {said(fault)}"
                raise Permanent(f"{self._exchange.host}: {refused}") from fault
            raise


def _raise_first(answers: list[Any], but: type[EWSError] | tuple[()] = ()) -> None:
    """Raise what exchangelib puts among its answers instead of raising it."""
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, but):
            raise answer


def _fetched(account: Any, item_id: str, field: str) -> Any:
    """Give an item, or what the server has against giving it."""
    try:
        (item,) = account.fetch([ItemId(id=item_id)], only_fields=[field])
    except NO_MIME as fault:
        return fault
    return item


def _name(listed: Any) -> str:
    return f"a letter of {listed.datetime_received:%Y-%m-%d %H:%M} UTC cannot be fetched"


def _headers(found: Any) -> bytes:
    """Write the headers that Exchange lists as lines; a value that was folded is one line."""
    lines = [f"{header.name}: {' '.join((header.value or '').split())}\r\n" for header in found]
    return "".join([*lines, "\r\n"]).encode()[:HEADER_CAP]


def _children(account: Any, parent: Any) -> dict[str, Any]:
    """Give the folders right below one, by their names in NFC."""
    found = list(SingleFolderQuerySet(account, parent).depth("Shallow").only("name"))
    _raise_first(found)
    return {unicodedata.normalize("NFC", folder.name): folder for folder in found}


def _for_one(letter: bytes, recipient: str) -> str:
    """Check that the headers name exactly this recipient; give the Message-ID.

    Raises Permanent: Exchange would send the letter to whomever the headers name.
    """
    head = email.message_from_bytes(header_bytes(letter) + b"\r\n", policy=policy.SMTP)
    named = [
        address.addr_spec
        for field in ("To", "Cc", "Resent-To", "Resent-Cc")
        for header in head.get_all(field, [])
        for address in header.addresses
    ]
    if [envelope_address(one).lower() for one in named] != [recipient.lower()]:
        raise Permanent(f"Exchange would send to {named}, as the headers say, not to {recipient}")
    return str(head.get("Message-ID", "")).strip()


def _sent_before(account: Any, message_id: str) -> bool:
    return bool(account.sent.filter(message_id=message_id).exists())
