"""How a letter would be read, as JSON: who wrote, what is new, which acts; nothing is done."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailflow.actions.house import House
from mailflow.intake.decide import decide, hindrance
from mailflow.intake.lines.blocks import Open
from mailflow.intake.lines.items import Item, Read, Unclear
from mailflow.intake.lines.values import Lookup
from mailflow.intake.meaning import Doubt, Facts, Triage
from mailflow.intake.opening import read_report
from mailflow.intake.quotes import quoting
from mailflow.intake.quotes.quoting import NewWords
from mailflow.intake.reading import attachments
from mailflow.intake.reading.attachments import Judged
from mailflow.intake.reading.letter import Letter, Sent
from mailflow.intake.reading.signatures import Signature
from mailflow.intake.senders import thread
from mailflow.intake.senders.screen import OwnAddresses, Screened, screen
from mailflow.intake.senders.sender import Sender, who
from mailflow.intake.wishes import Answered, Arranged
from mailflow.intake.wording import read_acts, word_said
from mailflow.procedure import machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Request, Via
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import ROSTER_ROLES, Act, Role

READ_ON = frozenset({"person", "bulk"})
"""Kinds of letters whose words are read; the others are machines'."""

ALSO = {
    Role.UNIT_HEAD: frozenset({Role.DECIDER, Role.CHECKER, Role.SUBMITTER}),
    Role.AGENCY_HEAD: frozenset({Role.VERIFIER}),
}
"""Parts in a request that fall to these while nobody else is named, see `machine.people_for`."""

NAMELESS = "?"
"""Stands for the code of a request that the letter does not name."""


@dataclass(frozen=True)
class Known:
    """What is known besides the letter.

    `signature` is that of the letter, judged. `asked` is the step that the mail answered had asked
    for, an act with its answer or "*". `requests` are those of the record that the letter speaks
    of, `sent` is the mail of ours that it answers; both only without `asked`.
    """

    house: House
    world: World
    own: OwnAddresses
    signature: Signature
    asked: tuple[Act, str] | None = None
    requests: Mapping[str, Request] | None = None
    sent: Sent | None = None


def read_out(letter: Letter, known: Known) -> dict[str, Any]:
    """Tell how a letter would be read on the day of `known.world`; keys as README documents them.

    Whatever the letter holds, nothing is raised and nothing kept.
    """
    screened = screen(letter, known.own)
    words = quoting.new_words(letter, known.sent)
    mail = known.house.settings.mail
    roster = known.world.roster
    sender = who(letter, words, roster, mail.trusted_authserv, None, known.signature)
    caps = attachments.caps(known.house.settings)
    judged = attachments.judge(letter, caps, lambda _: False)
    outcome, why, items = _read(_facts(letter, words, sender, judged, known), screened, known)
    return {
        "day": known.world.today.isoformat(),
        "subject": letter.subject,
        "problems": list(letter.problems),
        "screening": {"kind": screened.kind, "sure": screened.sure, "hits": list(screened.hits)},
        "sender": _sender(sender),
        "certain": words.certain,
        "new_words": words.text,
        "inline": list(words.inline),
        "quote": words.quoted,
        "signature": words.signature,
        "attachments": [_attachment(one) for one in judged],
        "requests": list(known.requests or ()),
        "outcome": outcome,
        "why": why,
        "acts": _acts(items),
        "asks": [ask for ask in map(_ask, items) if ask],
    }


def _facts(
    letter: Letter, words: NewWords, sender: Sender, judged: Sequence[Judged], known: Known
) -> Facts:
    enclosed = attachments.enclosed(letter, judged, lambda data: hashlib.sha256(data).hexdigest())
    via = Via("console", "letter read")
    return Facts(letter, words, sender, None, known.requests or {}, (), (), enclosed, via)


def _read(
    facts: Facts, screened: Screened, known: Known
) -> tuple[str, str | None, tuple[Item, ...]]:
    """Give the outcome, why it is no other, and what was read of the words."""
    if screened.kind not in READ_ON:
        return ("ignored" if screened.sure else "held"), screened.kind, ()
    hindered = hindrance(facts)
    if isinstance(hindered, Triage):
        return "held", hindered.reason, ()
    person = facts.sender.person
    if isinstance(hindered, Doubt) or person is None:
        return "asked", hindered.reason if hindered else "which_person", ()
    if word_said(facts.words.text, known.house.phrases) == "help":
        return "done", "help", ()
    prefix = known.house.settings.agency.code_prefix
    meant = None if known.asked else decide(facts, known.world, known.house.phrases, prefix)
    if isinstance(meant, Arranged | Answered):
        return "stand_in", None, ()
    items = _items(facts, person, known)
    first = next((ask["why"] for ask in map(_ask, items) if ask), None)
    return ("asked" if first else "done"), first, items


def _items(facts: Facts, person: Person, known: Known) -> tuple[Item, ...]:
    house, world = known.house, known.world
    prefix = house.settings.agency.code_prefix
    lookup = Lookup(world.roster, person.id, prefix, world.calendar)
    if known.asked:
        codes = thread.codes(facts.letter, facts.words, prefix) or (NAMELESS,)
        opens = [opened(code, known.asked, person) for code in codes]
    else:
        opens = [_as_it_stands(r, person, world) for r in facts.requests.values()]
    text = facts.words.text
    if not opens:
        return (read_report(facts.letter.subject, text, house.phrases, lookup, world.now),)
    return read_acts(text, opens, house.phrases, lookup, world.now)


def _as_it_stands(request: Request, person: Person, world: World) -> Open:
    owed = machine.owed(request, world)
    asked = (
        o.wait.act
        for o in owed
        if person.id in machine.with_stand_ins(o.people, o.wait.act, world.roster)
    )
    return Open.of(request, person.id, world, tuple(asked))


def opened(code: str, asked: tuple[Act, str], person: Person) -> Open:
    """Make a request in which a person was asked for a step, from the procedure's table alone.

    It stands in every state, and is of every kind, in which they can take that step; they can take
    there what the roles of that step and their own on the roster allow.
    """
    act, answer = asked
    steps = [s for s in STEPS if s.act is act and answer in (s.answer, "*") and s.sources]
    wanted = [s for s in steps if _may(s, person, frozenset())] or steps
    roles = frozenset(role for step in wanted for role in step.who) | {Role.PARTY}
    places = {place for step in wanted for place in _places(step)}
    theirs = tuple(s for s in STEPS if _may(s, person, roles))
    now = tuple(s for s in theirs if places & _places(s))
    return Open(code, now, (act,), theirs=theirs)


def _may(step: Step, person: Person, roles: frozenset[Role]) -> bool:
    """Tell whether a step is open to somebody by the roster or by their part in the request.

    Without `roles` every part in a request counts, since the roster cannot deny it.
    """
    held = person.roles | roles | {Role.STAFF}
    held = held.union(*(ALSO[role] for role in held & ALSO.keys()))
    by_part = not roles and any(r not in (*ROSTER_ROLES, Role.PROGRAM) for r in step.who)
    return by_part or not held.isdisjoint(step.who)


def _places(step: Step) -> set[tuple[str, str]]:
    return {(state.value, kind.value) for state in step.sources or () for kind in step.kinds}


def _sender(sender: Sender) -> dict[str, Any]:
    person, signature = sender.person, sender.signature
    return {
        "from": sender.address,
        "display_name": sender.display_name,
        "person": person.id if person else None,
        "name": person.name if person else None,
        "unit": person.unit if person else None,
        "candidates": [p.id for p in sender.people if not person],
        "standing": sender.standing,
        "authentication": sender.authentication,
        "signature": {"verdict": signature.verdict, "why": signature.why},
        "warnings": list(sender.warnings),
    }


def _attachment(one: Judged) -> dict[str, Any]:
    attachment = one.attachment
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": len(attachment.data),
        "sha256": attachment.sha256,
        "kind": one.kind,
        "evidence": not one.why,
        "why": one.why or None,
        "form": one.form.code if one.form else None,
    }


def _acts(items: Sequence[Item]) -> list[dict[str, Any]]:
    """List what was read; behind an act that is not sure nothing on its request is done."""
    unsure: set[str] = set()
    acts = []
    for read in (item for item in items if isinstance(item, Read)):
        unsure |= set() if read.sure else {read.request}
        acts.append(_act(read) | {"done": read.request not in unsure})
    return acts


def _act(read: Read) -> dict[str, Any]:
    return {
        "request": _code(read.request),
        "act": read.act.value,
        "answer": read.answer,
        "fields": dict(read.fields),
        "words": dict(read.words),
        "confidence": read.confidence,
        "problems": [
            {"field": p.field, "words": p.words, "why": p.why, "candidates": list(p.candidates)}
            for p in read.problems
        ],
        "possible_now": read.here,
    }


def _ask(item: Item) -> dict[str, Any] | None:
    """Say what is asked back about an item; None where nothing is."""
    code = _code(item.request)
    if isinstance(item, Unclear):
        guess = _act(item.guess) if item.guess else None
        choices = list(item.choices)
        return {
            "request": code, "why": item.why, "words": item.words, "choices": choices,
            "guess": guess,
        }  # fmt: skip
    if item.sure:
        return None
    first = next(iter(item.problems), None)
    why, words = (f"value_{first.why}", first.words) if first else ("unsure", item.words.get("act"))
    choices = list(first.candidates) if first else []
    return {"request": code, "why": why, "words": words, "choices": choices, "guess": _act(item)}


def _code(request: str) -> str | None:
    return None if request in ("", NAMELESS) else request
