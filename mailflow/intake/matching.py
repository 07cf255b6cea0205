"""Finds known words in a typed line: phrases, greetings, conditions; nothing about requests."""

from collections.abc import Collection, Container, Iterable, Sequence
from functools import cache

from mailflow.phrases import Phrases, said, tokens, written_out
from mailflow.procedure.folding import folded

LONGEST = 24
"""Words beyond which a line is no phrase, with all politeness around it."""

AROUND = frozenset(".,;:!…*_-–—\"“”'‘’()[]~+•")
"""Marks that may stand around a phrase; a question mark or a quote's > may not."""


@cache
def _parts(entry: str) -> tuple[str, ...]:
    return tuple(tokens(entry))


def phrase_in(line: str, phrases: Phrases, known: Container[str]) -> str:
    """Give the key of the phrase in `known` that a line is, politeness aside; empty if none.

    The longest phrase wins: "xin gia hạn" before "gia hạn".
    """
    words = tokens(line[: LONGEST * 12])
    if not words or len(words) > LONGEST:
        return ""
    words = written_out(words, phrases.short)
    polite = phrases.reading["polite"]
    fronts = _edges(words, polite)
    backs = [len(words) - n for n in _edges(words[::-1], [_turned(e) for e in polite])]
    spans = ((a, b) for a in fronts for b in backs if a < b)
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        key = " ".join(map(folded, words[start:end]))
        if key in known:
            return key
    return ""


def _turned(entry: str) -> str:
    return " ".join(reversed(_parts(entry)))


def _edges(words: Sequence[str], entries: Iterable[str]) -> list[int]:
    """List how many words may be taken off the start: marks and polite words, none first."""
    reached = [0]
    for place in reached:
        rest = words[place:]
        steps = {1} if rest and rest[0] in AROUND else set()
        steps |= {len(_parts(e)) for e in entries if starts_with(rest, e)}
        reached.extend(place + n for n in steps if place + n not in reached)
    return reached


def starts_with(words: Sequence[str], entry: str) -> bool:
    """Tell whether words begin with an entry, see `phrases.said`."""
    parts = _parts(entry)
    return len(parts) <= len(words) and all(map(said, words[: len(parts)], parts))


def longest_start(words: Sequence[str], entries: Iterable[str]) -> int:
    """Count the words of the longest entry that words begin with, 0 if with none."""
    return max((len(_parts(e)) for e in entries if starts_with(words, e)), default=0)


def mentioned(text: str, entries: Collection[str]) -> str:
    """Give the first entry said anywhere in a text, empty if none is."""
    words = tokens(text)
    heads = {folded(_parts(entry)[0]) for entry in entries}
    for place, word in enumerate(words):
        if folded(word) in heads:
            found = [e for e in entries if starts_with(words[place:], e)]
            if found:
                return max(found, key=len)
    return ""


def is_polite(line: str, phrases: Phrases) -> bool:
    """Tell whether a line holds nothing but politeness: "Dạ, em chào anh ạ"."""
    entries = (*phrases.reading["polite"], *phrases.reading["greetings"])
    words = tokens(line[: LONGEST * 12])
    return len(words) <= LONGEST and len(words) in _edges(words, entries)


def is_closing(line: str, phrases: Phrases) -> bool:
    """Tell whether a line is nothing but the end of a letter: "Trân trọng cảm ơn anh,"."""
    entries = (*phrases.reading["closings"], *phrases.reading["polite"])
    words = tokens(line[: LONGEST * 12])
    starts = longest_start(words, phrases.reading["closings"]) > 0
    return starts and len(words) <= LONGEST and len(words) in _edges(words, entries)


def without_greeting(line: str, phrases: Phrases) -> str:
    """Take a greeting off a line: "Chào em, đồng ý" gives "đồng ý"; all of it when no comma."""
    words = tokens(line[: LONGEST * 12])
    if not longest_start(words, phrases.reading["greetings"]):
        return line
    ends = [place for place in map(line.find, ",:!.;\n") if place >= 0]
    return line[min(ends) + 1 :].strip() if ends else ""
