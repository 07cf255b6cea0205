"""Guesses what was decided besides a condition: to be shown, and done only at the person's word."""

from collections.abc import Sequence
from dataclasses import replace

from mailflow.intake.lines.blocks import Open
from mailflow.intake.lines.items import Item, Read, Unclear
from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.clauses import Clause
from mailflow.intake.sentences.filled import Decided, filled
from mailflow.intake.sentences.roles import roles

REMARKS = ("remarks", "granted")
"""Fields for words beside a yes: where a condition stands, they are left out."""


def guessed(
    item: Item, found: Sequence[Clause], decided: Sequence[Decided], one: Open, reader: Reader
) -> Item:
    """Add to a condition what the other sentences decide, where that is one decision and whole.

    A condition before the decision ("nếu …, thì duyệt") leaves nothing besides it, and neither
    does one that goes on to the opposite ("duyệt, nhưng thôi, trả lại").
    """
    if not isinstance(item, Unclear) or item.why != "condition":
        return item
    place = next((n for n, clause in enumerate(found) if clause.text == item.words), -1)
    said = {d.saying.means for d in decided}
    if len(said) != 1 or not 0 <= decided[0].place < place:
        return item
    kept = [
        clause
        for n, clause in enumerate(found)
        if n < place or clause.sentence != found[place].sentence
    ]
    if _qualified(kept) or _opposed(found[place:], decided[0]):
        return item
    return replace(item, guess=besides(filled(kept, decided[0], roles(kept, reader), one, reader)))


def besides(item: Item) -> Read | None:
    """Give an act without its remarks, if it lacks nothing and can be done now."""
    if not isinstance(item, Read) or item.problems or not item.here:
        return None
    fields = {name: value for name, value in item.fields.items() if name not in REMARKS}
    return replace(item, fields=fields)


def _qualified(found: Sequence[Clause]) -> bool:
    return any(clause.cue("conditions", "contrasts") for clause in found)


def _opposed(found: Sequence[Clause], decided: Decided) -> bool:
    act, answer = decided.saying.means
    sayings = (s for clause in found for piece in clause.pieces for s in piece.all("say"))
    return any(s.act is act and s.answer != answer for s in sayings)
