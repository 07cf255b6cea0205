"""What a reader of replies gives: an act as it was read, or words that must not be acted on."""

from dataclasses import dataclass

from mailflow.intake.values import Problem
from mailflow.procedure.request import Json
from mailflow.procedure.terms import Act

SURE = 0.7
"""Confidence below which an act is asked about instead of done."""


@dataclass(frozen=True)
class Read:
    """An act as it was read; `request` is a code, empty for an act that opens one.

    `words` gives what it rests on: "act" -> the typed line, field -> the typed words. With
    problems it must not be done. `here` is False where the phrase says no step open now.
    `confidence` goes from 0 to 1; below SURE the person is asked.
    """

    request: str
    act: Act
    answer: str
    fields: dict[str, Json]
    words: dict[str, str]
    problems: tuple[Problem, ...] = ()
    here: bool = True
    confidence: float = 1.0

    @property
    def sure(self) -> bool:
        """Tell whether the act may be done without asking."""
        return not self.problems and self.confidence >= SURE


@dataclass(frozen=True)
class Unclear:
    """Words that must not be acted on: `why` is a key, `choices` what can be typed instead.

    `guess` is what was understood besides the doubt: shown, done only at the person's word.
    """

    request: str
    why: str
    words: str
    choices: tuple[str, ...] = ()
    guess: Read | None = None


Item = Read | Unclear
