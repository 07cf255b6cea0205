"""What is known of a letter and what it can come to, as values; and what proves its sender."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailflow.intake.lines.items import Paper
from mailflow.intake.quotes.quoting import NewWords
from mailflow.intake.reading.attachments import Enclosed
from mailflow.intake.reading.letter import Letter
from mailflow.intake.senders.sender import Sender
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Request, Via
from mailflow.procedure.terms import Act
from mailflow.record import Ask, Draft

OPENS = frozenset({Act.OPEN_FROM_REVIEW, Act.OPEN_FROM_OBJECTIVE})


@dataclass(frozen=True)
class Facts:
    """A letter with what the record knows about it.

    `ask` belongs to the sender and still holds. `requests` are those it can speak of, by code;
    `wrong` are codes typed with a wrong check letter (typed, right), `unknown` name no request,
    `disposed` one whose records were disposed of.
    `enclosed` are its attachments, judged and kept; `signed` are the codes in what was signed.
    `spent` is an ask of the sender's with commands that was answered before. `paged` are the
    requests of the pages that came filled in, `drafts` the sender's by request and act.
    """

    letter: Letter
    words: NewWords
    sender: Sender
    ask: Ask | None
    requests: Mapping[str, Request]
    wrong: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    enclosed: Enclosed
    via: Via
    signed: tuple[str, ...] = ()
    spent: Ask | None = None
    paged: Mapping[str, Request] = field(default_factory=dict)
    drafts: Mapping[tuple[str, str], Draft] = field(default_factory=dict)
    disposed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Triage:
    """A letter that waits for the ISO secretary; `reason` is a key of WHY_HELD."""

    reason: str


@dataclass(frozen=True)
class Confirm:
    """The person confirms the commands that their ask holds, or says it was not them."""

    ask: Ask
    yes: bool


@dataclass(frozen=True)
class Doubt:
    """Something that cannot be acted on: `table` is asked or refused, `reason` a key in it.

    `guess` is what was understood all the same, to be done at one word if it is shown.
    """

    table: str
    reason: str
    request: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    act: Act | None = None
    answer: str = ""
    guess: Command | None = None


@dataclass(frozen=True)
class Acts:
    """Commands and doubts in the order of the letter; `paper`: all it says stands on a scan.

    `forms` are the pages filled in that came with it, as they were understood.
    """

    items: tuple[Command | Doubt, ...]
    paper: bool = False
    forms: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Help:
    """The person asks what they can do and what to type."""

    person: Person


Decision = Triage | Confirm | Help | Acts


def proof(facts: Facts, request: str, act: Act) -> str:
    """Name what shows that the sender is who From says, for an act on a request.

    Their own token with an unused line of that request; else their signature over words with the
    request's code; else that code anywhere with an aligned pass of the trusted server; else none.
    An act that opens a request has no code yet.
    """
    if facts.ask and any(
        line.request == request and line.used_at is None for line in facts.ask.lines
    ):
        return "token"
    signed = request in facts.signed if request else act in OPENS
    if facts.sender.signature.verdict == "pass" and signed:
        return "smime"
    if facts.sender.authentication == "pass" and (request or act in OPENS):
        return "authentication_results"
    return "none"
