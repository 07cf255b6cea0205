"""What reading a reply gives: an act, words that must not be acted on, a page filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailflow.forms.filled import Page
from mailflow.intake.lines.values import Problem
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


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a blank: a sentence of reasons.toml with its details."""

    table: str
    key: str
    details: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One page as it was understood, from the file of that name.

    `read` is its act, None where it has flaws or is not to be taken: `why` says so (unknown,
    stale). `words` are those of its blanks, with what an earlier draft had; `flaws` by blank.
    """

    file: str
    page: Page
    words: Mapping[str, str]
    read: Read | None = None
    why: str = ""
    flaws: Mapping[str, Flaw] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Name what the page is of: a request's code and an act."""
        return self.page.mark.code, self.page.mark.act.value
