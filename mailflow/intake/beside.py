"""Letters that are neither an act nor a report: standing in, asking for records; pure."""

from collections.abc import Sequence

from mailflow.intake.asking import Known, read_asking
from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.items import Unclear
from mailflow.intake.lines.matching import phrase_in
from mailflow.intake.lines.values import Lookup, Reader
from mailflow.intake.meaning import Acts, Doubt, Facts
from mailflow.intake.sentences.standing import Appointing, Revoking, read_wish
from mailflow.intake.wishes import Arranged, Wanted
from mailflow.intake.wording import OPENING
from mailflow.phrases import Phrases
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command
from mailflow.procedure.terms import Role


def unclear(read: Unclear, guess: Command | None = None) -> Doubt:
    """Turn what could not be read into a question, with what was guessed of it all the same."""
    table = "refused" if read.why == "no_such_request" else "asked"
    details = (("words", read.words), ("code", read.words))
    act, answer = (guess.act, guess.answer) if guess else (None, "")
    return Doubt(table, read.why, read.request or None, details, read.choices, act, answer, guess)


MISSING = {
    ("who",): "stand_in_who",
    ("until",): "stand_in_until",
    ("who", "until"): "stand_in_who_until",
}
"""By what a wish to be stood in for leaves out: the question."""


def wish(
    facts: Facts,
    items: Sequence[Command | Doubt],
    person: Person,
    world: World,
    phrases: Phrases,
    prefix: str,
) -> Acts | Arranged | None:
    """Read who is to act for whom, where the letter is neither an act nor a report by its words."""
    acted = any(isinstance(item, Command) for item in items)
    if (facts.requests and acted) or begins_report(facts, phrases):
        return None
    reader = Reader(phrases, Lookup(world.roster, person.id, prefix, world.calendar), world.today)
    found = read_wish("" if facts.requests else facts.letter.subject, facts.words.text, reader)
    if found is None:
        return None
    if isinstance(found, Unclear):
        return Acts((unclear(found),))
    secretary = Role.ISO_SECRETARY in person.roles
    if isinstance(found, Revoking) and found.for_whom not in ("", person.id) and not secretary:
        return Acts((Doubt("refused", "stand_in_not_yours"),))
    if isinstance(found, Appointing):
        if found.for_whom != person.id and not secretary:
            return Acts((Doubt("refused", "stand_in_not_yours"),))
        if found.missing:
            return Acts((Doubt("asked", MISSING[found.missing]),))
    return Arranged(found)


def begins_report(facts: Facts, phrases: Phrases) -> bool:
    """Tell whether subject or first line is a phrase that opens a request."""
    lines = opening_lines(facts.words.text, phrases)[:1]
    for line in (facts.letter.subject, *lines):
        for words in (line, line.partition(":")[0]):
            said = phrases.sayings.get(phrase_in(words, phrases, phrases.sayings), ())
            if any(saying.act in OPENING for saying in said):
                return True
    return False


def asked_for(
    facts: Facts,
    items: Sequence[Command | Doubt],
    person: Person,
    world: World,
    phrases: Phrases,
) -> Acts | Wanted | None:
    """Read what the letter asks of the record; an act it says, or a report it begins, comes first.

    Who says more than is understood is asked only as the secretary, who has most to ask for.
    """
    acted = any(isinstance(item, Command) for item in items)
    lost = facts.wrong or facts.unknown or facts.disposed
    if facts.enclosed.files or lost or (facts.requests and acted) or begins_report(facts, phrases):
        return None
    text = facts.words.text
    typed = tuple(code for code in facts.requests if code in text.upper())
    known = Known(phrases, world.roster, world.today, typed, tuple(facts.requests))
    asking = read_asking(facts.letter.subject, text, known)
    if isinstance(asking, Unclear):
        other = asking.words and Role.ISO_SECRETARY not in person.roles
        return None if other else Acts((unclear(asking),))
    return Wanted(asking) if asking else None
