"""What an Exchange server keeps of one mailbox, and what it answers to each operation of EWS."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import getaddresses
from itertools import count
from threading import Condition
from typing import Any

from mailflow.channels.base import Server
from mailflow.channels.ews import Auth, Exchange
from tests.ews import soap
from tests.servers import PASSWORD, Certificates, free_port

FIXED = {
    "root": ("", "Root"),
    "msgfolderroot": ("root", "Top of Information Store"),
    "inbox": ("msgfolderroot", "Hộp thư đến"),
    "sentitems": ("msgfolderroot", "Mục đã gửi"),
}
"""The folders that EWS has names for: what they lie in, and how people see them."""

ACCOUNT = "COQUAN\\iso"
"""The account in Windows, beside the address, that opens the mailbox."""


@dataclass
class Item:
    """A letter in a folder; `refused` is why the server cannot give it.

    `size` is what the server says, which is of its own form of the letter, not of the MIME.
    """

    folder: str
    raw: bytes
    received: datetime
    kind: str = "Message"
    refused: str = ""
    size: int = 0

    @property
    def headers(self) -> Message:
        """Its headers."""
        return BytesParser(policy=SMTP).parsebytes(self.raw, headersonly=True)


@dataclass
class Taken:
    """A letter the server sent on: to whom, and its bytes."""

    recipients: list[str]
    content: bytes


@dataclass
class ExchangeBox:
    """One mailbox, with PASSWORD, and what was asked of it.

    `answers` maps an operation to the answers to give first: a code of EWS ("ErrorServerBusy" is
    a SOAP fault, others stand in the message), an HTTP status ("503"), "garbled", "not gzip" or
    "hang up"; after "taken, " what was asked is done all the same.
    """

    address: str
    certificates: Certificates
    password: str = PASSWORD
    auth: Auth = "ntlm"
    port: int = field(default_factory=free_port)
    folders: dict[str, tuple[str, str]] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    discovered: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, int] = field(default_factory=dict)
    front: Any = None

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.news = Condition()
        self.events: list[str] = []
        self.folders |= FIXED
        self.discovered = {"InternalEwsUrl": self.endpoint}

    @property
    def endpoint(self) -> str:
        """Where its EWS is."""
        return f"https://127.0.0.1:{self.port}/EWS/Exchange.asmx"

    def exchange(self, user: str = "", password: str = "", **other: Any) -> Exchange:
        """Return how Mailflow reaches the mailbox."""
        server = Server(
            "127.0.0.1",
            self.port,
            user or self.address,
            password or self.password,
            ca_file=self.certificates.ca,
            timeout=30,
        )
        known = {"endpoint": self.endpoint, "auth": self.auth}
        return Exchange(server, self.address, **(known | other))

    # What people and other programs do

    def deliver(self, raw: bytes, at: datetime | None = None, **other: Any) -> str:
        """Lay a letter into the inbox and tell whoever listens; gives its id."""
        item_id = self._keep(Item("inbox", raw, at or datetime.now(UTC), **other))
        with self.news:
            self.events.append(item_id)
            self.news.notify_all()
        return item_id

    def letters(self, folder: str) -> list[bytes]:
        """Return the letters of a folder, by its name or path from the top."""
        key = self._below("msgfolderroot", folder) if folder not in FIXED else folder
        return [item.raw for item in self.items.values() if item.folder == key]

    def tree(self) -> list[str]:
        """Return the names of the folders that were made."""
        return [name for key, (_, name) in self.folders.items() if key not in FIXED]

    def _below(self, above: str, path: str) -> str:
        for name in path.split("/"):
            above = next(key for key, found in self.folders.items() if found == (above, name))
        return above

    def _keep(self, item: Item) -> str:
        item_id = f"AAMk{next(self.numbers):04d}="
        self.items[item_id] = item
        return item_id

    # The operations of EWS

    def answer(self, operation: str, asked: Any) -> str:
        """Do what a request's body asks and give the answer's body."""
        return str(getattr(self, f"_{operation}", _unknown)(asked))

    def _ConvertId(self, asked: Any) -> str:  # noqa: N802 - EWS names its operations so
        return soap.response("ConvertId", [soap.error("ConvertId", "ErrorInvalidIdMalformed")])

    def _GetUserSettingsRequestMessage(self, asked: Any) -> str:  # noqa: N802 - the same
        return soap.discovered(self.discovered)

    def _GetFolder(self, asked: Any) -> str:  # noqa: N802 - the same
        return soap.response("GetFolder", [self._folder(key) for key in _folder_ids(asked)])

    def _folder(self, key: str) -> str:
        if key not in self.folders:
            return soap.error("GetFolder", "ErrorFolderNotFound")
        shown = soap.folder(key, self.folders[key][1])
        return soap.success("GetFolder", f"<m:Folders>{shown}</m:Folders>")

    def _FindFolder(self, asked: Any) -> str:  # noqa: N802 - the same
        (above,) = _folder_ids(asked)
        assert asked.get("Traversal") == "Shallow", "a whole mailbox is never walked"
        found = [(key, name) for key, (parent, name) in self.folders.items() if parent == above]
        shown = "".join(soap.folder(key, name) for key, name in found)
        page = soap.page("Folders", shown, after=len(found), total=len(found))
        return soap.response("FindFolder", [soap.success("FindFolder", page)])

    def _CreateFolder(self, asked: Any) -> str:  # noqa: N802 - the same
        (above,) = _folder_ids(asked.find(f"{{{soap.M}}}ParentFolderId"))
        name = asked.findtext(f".//{{{soap.T}}}DisplayName")
        if (above, name) in self.folders.values():
            return soap.response("CreateFolder", [soap.error("CreateFolder", "ErrorFolderExists")])
        key = f"AAFk{next(self.numbers):04d}="
        self.folders[key] = (above, name)
        made = soap.success("CreateFolder", f"<m:Folders>{soap.folder(key, name)}</m:Folders>")
        return soap.response("CreateFolder", [made])

    def _FindItem(self, asked: Any) -> str:  # noqa: N802 - the same
        (folder,) = _folder_ids(asked)
        found = [(key, item) for key, item in self.items.items() if item.folder == folder]
        wanted = asked.find(f".//{{{soap.T}}}Constant")
        if wanted is not None:
            found = [(k, i) for k, i in found if i.headers["Message-ID"] == wanted.get("Value")]
        if asked.find(f".//{{{soap.T}}}FieldOrder[@Order='Ascending']") is not None:
            found.sort(key=lambda one: one[1].received)
        view = asked.find(f"{{{soap.M}}}IndexedPageItemView")
        start = int(view.get("Offset"))
        some = found[start : start + int(view.get("MaxEntriesReturned"))]
        shown = "".join(_shown(item, key, asked) for key, item in some)
        page = soap.page("Items", shown, after=start + len(some), total=len(found))
        return soap.response("FindItem", [soap.success("FindItem", page)])

    def _GetItem(self, asked: Any) -> str:  # noqa: N802 - the same
        return soap.response("GetItem", [self._item(key, asked) for key in _item_ids(asked)])

    def _item(self, key: str, asked: Any) -> str:
        item = self.items.get(key)
        if item is None or item.refused:
            return soap.error("GetItem", item.refused if item else "ErrorItemNotFound")
        return soap.success("GetItem", f"<m:Items>{_shown(item, key, asked)}</m:Items>")

    def _MoveItem(self, asked: Any) -> str:  # noqa: N802 - the same
        (folder,) = _folder_ids(asked.find(f"{{{soap.M}}}ToFolderId"))
        return soap.response("MoveItem", [self._moved(key, folder) for key in _item_ids(asked)])

    def _moved(self, key: str, folder: str) -> str:
        if folder not in self.folders:
            return soap.error("MoveItem", "ErrorToFolderNotFound")
        if key not in self.items:
            return soap.error("MoveItem", "ErrorItemNotFound")
        item = self.items.pop(key)
        item.folder = folder
        shown = soap.item(item.kind, self._keep(item))
        return soap.success("MoveItem", f"<m:Items>{shown}</m:Items>")

    def _CreateItem(self, asked: Any) -> str:  # noqa: N802 - the same
        assert asked.get("MessageDisposition") == "SendAndSaveCopy"
        (folder,) = _folder_ids(asked.find(f"{{{soap.M}}}SavedItemFolderId"))
        raw = base64.b64decode(asked.findtext(f".//{{{soap.T}}}MimeContent"))
        letter = Item(folder, raw, datetime.now(UTC))
        people = [letter.headers.get_all(name, []) for name in ("To", "Cc", "Bcc")]
        to = [address for headers in people for _, address in getaddresses(headers)]
        self.taken.append(Taken(to, raw))
        self._keep(letter)
        if self.address in to:
            self.deliver(raw)
        return soap.response("CreateItem", [soap.success("CreateItem", "<m:Items/>")])

    def _Subscribe(self, asked: Any) -> str:  # noqa: N802 - the same
        assert _folder_ids(asked) == ["inbox"]
        name = f"subscription-{next(self.numbers)}"
        with self.news:
            self.subscriptions[name] = len(self.events)
            self.news.notify_all()
        inner = f"<m:SubscriptionId>{name}</m:SubscriptionId>"
        return soap.response("Subscribe", [soap.success("Subscribe", inner)])

    def stream(self, subscription: str) -> Iterator[str]:
        """Give the answers of one GetStreamingEvents, as they come."""
        operation = "GetStreamingEvents"
        if subscription not in self.subscriptions:
            yield soap.error(operation, "ErrorSubscriptionNotFound")
            return
        yield soap.success(operation, "<m:ConnectionStatus>OK</m:ConnectionStatus>")
        while subscription in self.subscriptions:
            with self.news:
                self.news.wait(0.2)
                seen = self.subscriptions.get(subscription)
                if seen is None:
                    break
                fresh = self.events[seen:]
                self.subscriptions[subscription] = len(self.events)
            for item_id in fresh:
                yield soap.success(operation, soap.new_mail(subscription, item_id))
        yield soap.success(operation, "<m:ConnectionStatus>Closed</m:ConnectionStatus>")


def _unknown(asked: Any) -> str:
    return soap.fault("ErrorInvalidRequest")


def _folder_ids(asked: Any) -> list[str]:
    tags = (f"{{{soap.T}}}{kind}" for kind in ("FolderId", "DistinguishedFolderId"))
    return [one.get("Id") for tag in tags for one in asked.iter(tag)]


def _item_ids(asked: Any) -> list[str]:
    return [one.get("Id") for one in asked.iter(f"{{{soap.T}}}ItemId")]


def _shown(item: Item, key: str, asked: Any) -> str:
    """Show of an item just what the request names."""
    wanted = {one.get("FieldURI") for one in asked.find(f"{{{soap.M}}}ItemShape").iter()}
    inner = ""
    if "item:MimeContent" in wanted:
        inner += f"<t:MimeContent>{base64.b64encode(item.raw).decode()}</t:MimeContent>"
    if "item:DateTimeReceived" in wanted:
        inner += f"<t:DateTimeReceived>{item.received:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
    if "item:Size" in wanted:
        inner += f"<t:Size>{item.size or len(item.raw)}</t:Size>"
    if "item:InternetMessageHeaders" in wanted:
        lines = "".join(map(soap.header, *zip(*item.headers.items(), strict=True)))
        inner += f"<t:InternetMessageHeaders>{lines}</t:InternetMessageHeaders>"
    return soap.item(item.kind, key, inner)
