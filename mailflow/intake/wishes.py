"""What a letter can mean beside acts on a request: standing in, an answer to one of our offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailflow.intake.asking import Asking
from mailflow.intake.lines import parties
from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.items import Unclear
from mailflow.intake.lines.matching import is_polite, mentioned
from mailflow.intake.sentences.standing import Appointing, Revoking
from mailflow.phrases import Phrases, tokens
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Json
from mailflow.record import Ask

ANSWERS = {
    "stand_in": {"confirm": "yes", "accept": "yes", "not_me": "no", "refuse": "no"},
    "revoke": {"confirm": "yes", "accept": "yes", "not_me": "no", "refuse": "no"},
    "proposal": {"confirm": "yes", "accept": "yes", "refuse": "no"},
    "merge": {"merge": "yes"},
    "register": {"right": "yes", "confirm": "yes", "accept": "yes", "refuse": "no", "not_me": "no"},
    "rows_gone": {"right": "yes", "confirm": "yes", "refuse": "no"},
    "disposal": {"accept": "yes", "refuse": "no", "pack": "pack"},
    "asking": {"confirm": "yes", "accept": "yes", "not_me": "no"},
    "letter": {"feedback": "feedback", "ignore": "ignore", "forward": "forward"},
}
"""By what was offered: the words of [words] that answer it, and what each says."""

ASKING = "asking"
"""The matter of a wish that waits for its sender's word."""

_MARKS = " \t.,;:!-–"
_MOST_WORDS = 12


@dataclass(frozen=True)
class Arranged:
    """The sender wants somebody to act for somebody, or no longer; it waits for confirmation."""

    wish: Appointing | Revoking


@dataclass(frozen=True)
class Answered:
    """An answer to an offer: yes, no, feedback, ignore or forward, with the unit or reason."""

    ask: Ask
    word: str
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Wanted:
    """The sender asks for something that the record has."""

    asking: Asking


Beside = Arranged | Answered | Wanted


def matter(ask: Ask) -> str:
    """Name what an ask offers, one of ANSWERS; empty where it holds commands to confirm."""
    first = _first(ask)
    return str(first.get("matter", ""))


def _first(ask: Ask) -> dict[str, Json]:
    return dict(next(iter(ask.commands or ()), {}))


def answered(ask: Ask, text: str, roster: Roster, phrases: Phrases) -> Answered | Unclear:
    """Read the answer to an offer: its word first, then a unit or a reason; nothing else counts."""
    meanings = ANSWERS[matter(ask)]
    choices = tuple(phrases.word(name) for name in _shown(meanings))
    lines = opening_lines(text, phrases)
    if not lines:
        return Unclear("", "empty", "", choices)
    word, rest = _beginning(lines[0], phrases)
    said = meanings.get(word, "")
    after = [line for line in (rest, *lines[1:]) if line and not is_polite(line, phrases)]
    whole = "\n".join([rest, *lines[1:]])
    if not said or "?" in lines[0]:
        return Unclear("", "not_understood", lines[0], choices)
    if mentioned(whole, phrases.reading["conditions"]):
        return Unclear("", "condition", whole, choices)
    if said in ("feedback", "forward"):
        return _about_unit(ask, said, after, roster, phrases)
    if said != "ignore" and after:
        return Unclear("", "not_understood", after[0], choices)
    return Answered(ask, said, reason=_without_label("reason", after, phrases))


def _shown(meanings: Mapping[str, str]) -> list[str]:
    """Name the words to show: those that say the same as another are left out, "right" first."""
    names = [name for name in meanings if name not in ("confirm", "accept")]
    said = {meanings[name] for name in names}
    return [name for name, meaning in meanings.items() if name in names or meaning not in said]


def _beginning(line: str, phrases: Phrases) -> tuple[str, str]:
    """Name the longest phrase of [words] that a line begins with, and what stands behind it."""
    words = tokens(line)[:_MOST_WORDS]
    for length in range(len(words), 0, -1):
        name = phrases.words.get(phrases.key(" ".join(words[:length])), "")
        if name:
            return name, " ".join(tokens(line)[length:]).strip(_MARKS)
    return "", line


def _about_unit(
    ask: Ask, said: str, after: Sequence[str], roster: Roster, phrases: Phrases
) -> Answered | Unclear:
    """Take the one unit that is named behind the word or on a line "Đơn vị: …"."""
    names = tuple(unit.name for unit in roster.units)
    if not after:
        return Unclear("", "which_unit", "", names)
    unit = parties.unit_named(_without_label("unit", after[:1], phrases), roster)
    if not unit or len(after) > 1:
        return Unclear("", "which_unit", " ".join(after), names)
    return Answered(ask, said, unit)


def _without_label(field: str, lines: Sequence[str], phrases: Phrases) -> str:
    """Join lines, the label before the first one's colon taken off."""
    text = "\n".join(lines).strip()
    head, colon, rest = text.replace("：", ":").partition(":")
    labelled = colon and field in phrases.label_keys.get(phrases.key(head.strip()), ())
    return rest.strip(_MARKS) if labelled else text.strip(_MARKS)
