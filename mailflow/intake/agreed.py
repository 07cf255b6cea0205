"""Reads whether a reply says that what we showed as understood is right, and nothing else."""

from collections.abc import Set
from typing import Literal

from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.matching import is_closing, is_polite, phrase_in
from mailflow.intake.wording import word_said
from mailflow.phrases import Means, Phrases
from mailflow.procedure.terms import Act
from mailflow.record import Ask

AGREEING = ("right", "confirm")
"""Names of [words] that say so."""


def agreed(
    text: str, guess: Ask, possible: Set[Means], phrases: Phrases
) -> Literal["yes", "either", "other"]:
    """Judge a reply to a guess: yes, or other words, which are read as any reply.

    Either: the word also says another act that is `possible` now ("Xác nhận" that a correction is
    met, under a guess that it is not).
    """
    if word_said(text, phrases) not in AGREEING:
        return "other"
    first, *rest = opening_lines(text, phrases)
    if any(line.strip() and not _says_nothing(line, phrases) for line in rest):
        return "other"
    sayings = phrases.sayings.get(phrase_in(first, phrases, phrases.sayings), ())
    shown = {(Act(kept["act"]), str(kept["answer"])) for kept in guess.commands or ()}
    others = {saying.means for saying in sayings} & possible - shown
    return "either" if others else "yes"


def _says_nothing(line: str, phrases: Phrases) -> bool:
    return is_polite(line, phrases) or is_closing(line, phrases)
