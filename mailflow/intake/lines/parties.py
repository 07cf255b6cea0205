"""Finds people and units of the roster in the words that name them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from mailflow.phrases import Phrases, said, tokens
from mailflow.procedure.folding import folded, nfc
from mailflow.procedure.people import UNIT_PREFIX, Person, Roster

_ADDRESS = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")
_IN_UNIT = re.compile(r"(.+?)(?:\s*\(([^()]+)\)|\s+[-–]\s+(.+))")
_BETWEEN = re.compile(r"[,;\n&+]")
LONGEST = 500
"""Characters beyond which words are no list of parties."""
MOST_COMMAS = 4
"""Separators that one name may hold, as a ministry's unit does."""


def found(words: str, roster: Roster, sender: str, phrases: Phrases) -> tuple[str, ...]:
    """Give the parties that words may name: person ids, `unit:<name>`; several are ambiguous.

    By address, "tôi", unit name or alias, full name, or the last words of a name; titles are
    left out; a unit in brackets or after a dash tells people of one name apart.
    """
    words = nfc(words).strip(" .,;:-*")
    if len(words) > LONGEST:
        return ()
    address = _ADDRESS.search(words)
    if address:
        return tuple(p.id for p in roster.at(address[0]))
    if words and _is_one(tokens(words), phrases.reading["myself"]):
        return (sender,)
    unit = unit_named(words, roster)
    if unit:
        return (UNIT_PREFIX + unit,)
    return tuple(p.id for p in _people(words, roster, phrases))


def unit_named(words: str, roster: Roster) -> str:
    """Give the unit whose name or alias these words are, empty if there is none."""
    key = _key(words)
    for unit in roster.units:
        if any(key == _key(name) for name in (unit.name, *unit.aliases)):
            return unit.name
    return ""


def split(words: str, roster: Roster, sender: str, phrases: Phrases) -> list[str]:
    """Split words that name several parties; a unit's own name may hold a comma or "và"."""
    words = nfc(words)
    pieces = _pieces(words, phrases) if len(words) <= LONGEST else [words]
    parties: list[str] = []
    while pieces:
        heads = {n: _trimmed("".join(pieces[:n]), phrases) for n in range(MOST_COMMAS, 0, -1)}
        known = (n for n, head in heads.items() if found(head, roster, sender, phrases))
        length = next(known, 1)
        parties.append(heads[length])
        pieces = pieces[length:]
    return [party for party in parties if party]


def named_in(text: str, roster: Roster) -> str:
    """Give the first full name of a person or unit that stands in a text, empty if none does."""
    key = f" {_key(text)} "
    names = [p.name for p in roster.people] + [u.name for u in roster.units]
    return next((name for name in names if " " in name and f" {_key(name)} " in key), "")


def _pieces(words: str, phrases: Phrases) -> list[str]:
    """Cut before every separator or joining word; each piece but the first starts with one."""
    cuts = [m.start() for m in _BETWEEN.finditer(words)]
    joiners = {w for w in phrases.reading["joiners"] if " " not in w}
    cuts += [
        m.start()
        for m in re.finditer(r"(?<=\s)\w+(?=\s)", words)
        if any(said(m[0], joiner) for joiner in joiners)
    ]
    edges = [0, *sorted(cuts), len(words)]
    return [words[a:b] for a, b in pairwise(edges) if words[a:b].strip()]


def _trimmed(piece: str, phrases: Phrases) -> str:
    piece = piece.strip(" .,;:\n\t&+-–*•")
    for joiner in phrases.reading["joiners"]:
        head = piece[: len(joiner)]
        if piece[len(joiner) : len(joiner) + 1].isspace() and folded(head) == folded(joiner):
            return piece[len(joiner) :].strip()
    return piece


def _people(words: str, roster: Roster, phrases: Phrases) -> list[Person]:
    people = _by_name(words, roster, phrases)
    within = _IN_UNIT.fullmatch(words)
    if people or not within:
        return people
    unit = unit_named(within[2] or within[3], roster)
    return [p for p in _by_name(within[1], roster, phrases) if p.unit == unit]


def _by_name(words: str, roster: Roster, phrases: Phrases) -> list[Person]:
    """List who is called so: the full name first, else the end of a name ("chị Lan").

    "Lan" may stand for "Lân", but "Lân", typed with its marks, never for "Lan".
    """
    typed = _without_title(tokens(words), phrases)
    alike = [p for p in roster.people if _ends_with(p.name, typed)]
    full = [p for p in alike if len(tokens(p.name)) == len(typed)]
    return full or alike


def is_name(words: str, person: Person, phrases: Phrases) -> bool:
    """Tell whether words are a person's name or the end of it, with or without a title."""
    return _ends_with(person.name, _without_title(tokens(words), phrases))


def _ends_with(name: str, typed: Sequence[str]) -> bool:
    end = tokens(name)[-len(typed) :]
    return bool(typed) and len(end) == len(typed) and all(map(said, typed, end))


def _without_title(words: Sequence[str], phrases: Phrases) -> Sequence[str]:
    for title in sorted(phrases.reading["titles"], key=len, reverse=True):
        length = len(tokens(title))
        if length < len(words) and _is_one(words[:length], (title,)):
            return words[length:]
    return words


def _is_one(words: Sequence[str], entries: Sequence[str]) -> bool:
    for entry in entries:
        parts = tokens(entry)
        if len(parts) == len(words) and all(map(said, words, parts)):
            return True
    return False


def _key(text: str) -> str:
    return " ".join(folded(word) for word in tokens(text) if word.isalnum())
