"""Finds known words in a typed line: phrases, greetings, conditions; nothing about requests."""

from collections.abc import Container, Sequence
from functools import cache

from mailflow.phrases import Phrases, Words, fold, said, tokens, written_out

LONGEST = 24
"""Words beyond which a line is no phrase, with all politeness around it."""

LONGEST_LINE = 300
AROUND = frozenset(".,;:!…*_-–—\"“”'‘’()[]~+•")
"""Marks that may stand around a phrase; a question mark or a quote's > may not."""


@cache
def _by_head(entries: Words) -> dict[str, list[Words]]:
    """Sort entries, cut into words, by their folded first word."""
    found: dict[str, list[Words]] = {}
    for entry in entries:
        parts = tuple(tokens(entry))
        found.setdefault(fold(parts[0]), []).append(parts)
    return found


@cache
def _turned(entries: Words) -> Words:
    return tuple(" ".join(reversed(tokens(entry))) for entry in entries)


def _starts(words: Sequence[str], entries: Words) -> list[Words]:
    """List the entries that words begin with, see `phrases.said`."""
    listed = _by_head(entries).get(fold(words[0]), []) if words else []
    return [
        parts
        for parts in listed
        if len(parts) <= len(words) and all(map(said, words[: len(parts)], parts))
    ]


def longest_start(words: Sequence[str], entries: Words) -> int:
    """Count the words of the longest entry that words begin with, 0 if with none."""
    return max(map(len, _starts(words, entries)), default=0)


def mentioned(text: str, entries: Words) -> str:
    """Give the first entry said anywhere in a text, empty if none is."""
    words = tokens(text)
    heads = _by_head(entries)
    for place, word in enumerate(words):
        if fold(word) in heads:
            found = _starts(words[place : place + LONGEST], entries)
            if found:
                longest = max(found, key=len)
                return " ".join(longest)
    return ""


def phrase_in(line: str, phrases: Phrases, known: Container[str]) -> str:
    """Give the key of the phrase in `known` that a line is, politeness aside; empty if none.

    The longest phrase wins: "xin gia hạn" before "gia hạn".
    """
    words = _words(line)
    if not words:
        return ""
    words = written_out(words, phrases.short)
    polite = phrases.reading["polite"]
    fronts = _edges(words, polite)
    backs = [len(words) - n for n in _edges(words[::-1], _turned(polite))]
    spans = ((a, b) for a in fronts for b in backs if a < b)
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        key = " ".join(map(fold, words[start:end]))
        if key in known:
            return key
    return ""


def _words(line: str) -> list[str]:
    """Cut a line into words; a line too long to be a phrase has none."""
    if len(line) > LONGEST_LINE:
        return []
    words = tokens(line)
    return words if len(words) <= LONGEST else []


def _edges(words: Sequence[str], entries: Words) -> list[int]:
    """List how many words may be taken off the start: marks and polite words, none first."""
    reached = [0]
    for place in reached:
        rest = words[place:]
        steps = {len(parts) for parts in _starts(rest, entries)}
        steps |= {1} if rest and rest[0] in AROUND else set()
        reached.extend(place + n for n in steps if place + n not in reached)
    return reached


def is_polite(line: str, phrases: Phrases) -> bool:
    """Tell whether a line holds nothing but politeness: "Dạ, em chào anh ạ"."""
    words = _words(line)
    entries = (*phrases.reading["polite"], *phrases.reading["greetings"])
    return bool(words) and len(words) in _edges(words, entries)


def is_closing(line: str, phrases: Phrases) -> bool:
    """Tell whether a line is nothing but the end of a letter: "Trân trọng cảm ơn anh,"."""
    words = _words(line)
    closings = phrases.reading["closings"]
    entries = (*closings, *phrases.reading["polite"])
    return longest_start(words, closings) > 0 and len(words) in _edges(words, entries)


def is_thanks(line: str, phrases: Phrases) -> bool:
    """Tell whether a sentence begins with thanks or another end of a letter."""
    return longest_start(_words(line), phrases.reading["closings"]) > 0


def without_greeting(line: str, phrases: Phrases) -> str:
    """Take a greeting off a line: "Chào em, đồng ý" gives "đồng ý"; all of it when no comma."""
    if not longest_start(tokens(line[:LONGEST_LINE]), phrases.reading["greetings"]):
        return line
    ends = [place for place in map(line.find, ",:!.;") if place >= 0]
    return line[min(ends) + 1 :].strip() if ends else ""
