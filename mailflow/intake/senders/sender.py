"""Who wrote a letter, as far as it proves it; never by display name, Reply-To or Sender."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mailflow.intake.quotes.quoting import NewWords
from mailflow.intake.reading.addresses import Mailbox, mailbox, split_list, unquoted
from mailflow.intake.reading.letter import Letter
from mailflow.intake.reading.signatures import UNSIGNED, Signature
from mailflow.intake.senders.proof import Authentication, authentication
from mailflow.procedure.folding import folded
from mailflow.procedure.people import Person, Roster

Standing = Literal["known", "unknown", "shared", "invalid"]

_FIRST_LINES = 3  # of the new words: where people say who they are
_LAST_LINES = 4  # where they sign without a mark
_LONGEST_FROM = 1_000  # characters; more hides something
# What is left of From without quotes and comments: an address alone, or a name and <address>.
_WHOLE_FROM = re.compile(
    r'([^<>:"()]|""|\(\))*<[^<>"():\s]+@[^<>"():\s]+>(\s|\(\))*'
    r'|(\s|\(\))*[^<>":()\s]+(\s|\(\))*'
)
_SIGNS = re.compile(
    r"(?:(?:toi|em|minh|la|ten|nguoi gui|nguoi viet|ky ten)[\s:.,-]{1,3}){0,4}"
    r"([^-,(|:]{1,60})(?:[-,(|]\s?\w.{0,100})?"
)


@dataclass(frozen=True)
class Sender:
    """A letter's sender: one person when known, the candidates when a shared mailbox is unsettled.

    `signature` passes only where its certificate names `address`.
    `warnings`: `name_of:<person id>` (a stranger under a name of the roster), `reply_to_differs`,
    `sender_differs`, `token_of_another`, `from:<why>` (with standing "invalid").
    """

    address: str | None
    people: tuple[Person, ...]
    standing: Standing
    authentication: Authentication
    display_name: str
    warnings: tuple[str, ...] = ()
    signature: Signature = UNSIGNED

    @property
    def person(self) -> Person | None:
        """The one person who wrote, when that is settled."""
        return self.people[0] if self.standing == "known" else None


def who(
    letter: Letter,
    words: NewWords,
    roster: Roster,
    trusted_authserv: str | None,
    token_person: str | None = None,
    signature: Signature = UNSIGNED,
) -> Sender:
    """Find the sender by the strict From rule; `roster` is the one in force that day.

    A mailbox shared by several people is settled by the one name in the first lines or the
    signature; `token_person` (whose token the letter carries) settles nothing. The letter's S/MIME
    `signature` counts for From's address alone.
    """
    try:
        box = strict_from(letter.from_headers)
    except ValueError as why:
        name = mailbox(next(iter(letter.from_headers), "")).name
        return Sender(None, (), "invalid", "none", name, (f"from:{why}",), signature.naming(""))
    people = roster.at(box.address)
    standing: Standing = "known" if people else "unknown"
    if len(people) > 1:
        named = name_in(words, people)
        people, standing = ((named,), "known") if named else (people, "shared")
    verdict = authentication(letter, trusted_authserv, box.address.rpartition("@")[2])
    warnings = _warnings(letter, box, people, roster, token_person)
    own = signature.naming(box.address)
    return Sender(box.address, people, standing, verdict, box.name, warnings, own)


def strict_from(headers: Sequence[str]) -> Mailbox:
    """Read the one mailbox of the one From header.

    Raises ValueError with a key: "none", "several_headers", "several_mailboxes", "several_at"
    (an unquoted @ in the display name, which mail servers and readers judge differently),
    "address" (anything else that is not plainly `address` or `name <address>`).
    """
    if len(headers) != 1:
        raise ValueError("several_headers" if headers else "none")
    header = unicodedata.normalize("NFKC", headers[0])
    if len(header) > _LONGEST_FROM:
        raise ValueError("address")
    bare = unquoted(header).strip()
    if bare.count("@") > 1:
        raise ValueError("several_mailboxes" if "," in bare or ";" in bare else "several_at")
    item = next((i for i in split_list(header) if "@" in i), "")
    box = mailbox(item)
    if not box.address or not _WHOLE_FROM.fullmatch(bare):
        raise ValueError("address")
    return box


def name_in(words: NewWords, people: Sequence[Person]) -> Person | None:
    """Find the only one of `people` who names himself at the top, at the end or in the signature.

    A line is a name when it holds nothing else but `tôi là` before it or a position after it:
    `Chị Lan,`, `giao Lan` and the line under `Người thực hiện:` name somebody else. Two names
    settle nothing.
    """
    lines = [line for line in map(folded, words.text.split("\n")) if line]
    alone = [line for above, line in zip(["", *lines], lines, strict=False) if above[-1:] != ":"]
    signature = [line for line in map(folded, words.signature.split("\n")) if line]
    signed = {_signed(line) for line in (*alone[:_FIRST_LINES], *alone[-_LAST_LINES:], *signature)}
    named = [p for p in people if signed & _names(p)]
    return named[0] if len(named) == 1 else None


def _signed(line: str) -> str:
    """Return what a line names when it is nothing but somebody's name."""
    found = _SIGNS.fullmatch(line.strip(" *_."))
    return found[1].strip(" .!") if found else ""


def _names(person: Person) -> set[str]:
    """List a person's full name and given name (the last word of a Vietnamese name), folded."""
    name = folded(person.name)
    return {name, name.rpartition(" ")[2]}


def _warnings(
    letter: Letter,
    box: Mailbox,
    people: Sequence[Person],
    roster: Roster,
    token_person: str | None,
) -> tuple[str, ...]:
    found = []
    if not people and (shown := folded(box.name)):
        names = (p for p in roster.people if shown in (folded(p.name), p.email))
        found += [f"name_of:{p.id}" for p in names]
    if letter.reply_to and letter.reply_to != (box.address,):
        found.append("reply_to_differs")
    if letter.sender and letter.sender.rpartition("@")[2] != box.address.rpartition("@")[2]:
        found.append("sender_differs")
    if token_person and token_person not in {p.id for p in people}:
        found.append("token_of_another")
    return tuple(found)
