"""Address headers: which addresses stand in them, read in one pass whatever they contain."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from mailflow.intake.reading.decoding import one_line, words

_LONGEST = 16_000  # characters of one header that are looked at
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3


@dataclass(frozen=True)
class Mailbox:
    """One mailbox of a header: its display name, readable, and its address in lower case."""

    name: str
    address: str


def scan(text: str) -> Iterator[tuple[str, str]]:
    """Yield each letter of a structured header with where it stands: plain, quoted, comment.

    Quotation marks and parentheses are plain themselves; an escaped letter is one with its
    backslash; what is left open stays open to the end.
    """
    quoted, depth = False, 0
    letters = iter(text)
    for letter in letters:
        where = "comment" if depth else "quoted" if quoted else "plain"
        if letter == "\\" and where != "plain":
            yield letter + next(letters, ""), where
        elif letter == '"' and not depth:
            quoted = not quoted
            yield letter, "plain"
        elif letter in "()" and not quoted:
            depth = max(0, depth + (1 if letter == "(" else -1))
            yield letter, "comment" if depth + (letter == ")") > 1 else "plain"
        else:
            yield letter, where


def unquoted(text: str) -> str:
    """Return a structured header without what stands in quotes and comments."""
    return "".join(letter for letter, where in scan(text) if where == "plain")


def split_list(header: str) -> tuple[str, ...]:
    """Cut an address header at the commas and semicolons outside quotes, comments and `<>`.

    Quoted strings are kept, comments are dropped.
    """
    items: list[list[str]] = [[]]
    angle = False
    for letter, where in scan(header[:_LONGEST]):
        plain = where == "plain"
        if plain and letter in "<>":
            angle = letter == "<"
        if plain and letter in ",;" and not angle:
            items.append([])
        elif where != "comment" and not (plain and letter in "()"):
            items[-1].append(letter)
    texts = ("".join(item).strip() for item in items)
    return tuple(text for text in texts if text)


def mailbox(item: str) -> Mailbox:
    """Read one item of `split_list`; the address is empty where none can be seen."""
    head, angle, tail = item.rpartition("<")
    address = tail.partition(">")[0] if angle else item
    address = address.rpartition(":")[2]  # before it a group's name, or a route of old
    name = head.strip() if angle else ""
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Mailbox(words(name).strip('" '), normal(address))


def mailboxes(headers: tuple[str, ...]) -> tuple[Mailbox, ...]:
    """Read every mailbox of the headers that has an address."""
    found = [mailbox(item) for header in headers for item in split_list(header)]
    return tuple(box for box in found if box.address)


def normal(address: str) -> str:
    """Make an address comparable: NFKC, IDNA domain, lower case; "" when it is none."""
    text = unicodedata.normalize("NFKC", one_line(address)).strip("'\" ")
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or " " in text or len(text) > _LONGEST_ADDRESS:
        return ""
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{local}@{domain}".casefold()
