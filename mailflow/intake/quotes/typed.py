"""Compares word by word: a quote with the mail we sent, one form of a letter with the other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Indel

from mailflow.intake.reading import clients
from mailflow.procedure.folding import folded, words_in

_MOST_WORDS = 8_000  # of a mail that are compared
_MOST_LETTERS = 200_000  # of a quote; a longer one has more than our mail
_SEEN_SHARE = 0.6  # of our words that a quote must bring back before it is judged
_ADDED = re.compile(  # what programs add that turn HTML into text
    r"<(?:mailto|https?|tel|file):[^<>]{0,4000}>|\b(?:mailto:|https?://)[^\s<>\"]{1,4000}"
    r"|\[(?:cid|image)\b[^\[\]]{0,300}\]|<image\d{1,4}\.\w{3,4}>",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^[>\s]{0,40}(?:[a-z]|[ivx]{1,4})[.)]\s", re.IGNORECASE | re.MULTILINE)
_QUOTE = re.compile(r"^[>\s]{0,40}")


def stream(text: str) -> list[str]:
    """Return the words of a text as they compare: folded, without link targets and bullets."""
    return words_in(_ITEM.sub("", _without_added(text)))


def _without_added(text: str) -> str:
    return _ADDED.sub(" ", text) if any(map(text.__contains__, "<[:")) else text


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a quote of our mail, in stretches.

    `mixed` tells that some stand on a line with our own words, so that they are no whole answer.
    """

    stretches: tuple[tuple[str, ...], ...]
    mixed: bool


def typed_inside(quoted: str, forms: Iterable[str]) -> Typed | None:
    """Find the lines of a quote that have words which our mail did not.

    `forms` are our mail's text and its HTML as text: the first that has all words of the quote is
    taken, and no further one made, else the one nearer to it. None when the quote brings back too
    little of it to say. What stands above our first words is the attribution; below our last ones,
    what was typed under the quote.
    """
    if len(quoted) > _MOST_LETTERS:
        return None
    lines = _without_added(quoted).split("\n")
    words = [stream(line) for line in lines]
    flat = [word for line in words for word in line]
    if len(flat) > 4 * _MOST_WORDS:
        return None
    ours: list[list[str]] = []
    for sent in (stream(form)[:_MOST_WORDS] for form in forms):
        found = _against(sent, flat, lines, words) if sent else None
        if found and not found.stretches:
            return found
        ours += [sent] if sent else []
    nearest = min(ours, key=lambda sent: Indel.normalized_distance(sent, flat), default=None)
    return _against(nearest, flat, lines, words) if nearest else None


def _against(
    sent: list[str], flat: list[str], lines: list[str], words: list[list[str]]
) -> Typed | None:
    known = _known(sent, flat)
    return None if sum(known) < _SEEN_SHARE * len(sent) else _judged(lines, words, known)


def _known(sent: list[str], quoted: list[str]) -> list[bool]:
    """Tell of each quoted word whether it is one of ours, both read from top to bottom."""
    known = [False] * len(quoted)
    for step in Indel.opcodes(sent, quoted):
        if step.tag == "equal":
            known[step.dest_start : step.dest_end] = [True] * (step.dest_end - step.dest_start)
    return known


def _judged(lines: list[str], words: list[list[str]], known: list[bool]) -> Typed:
    """Group the lines below the attribution that have words of their own."""
    shares: list[tuple[int, int]] = []
    at = 0
    for line in words:
        shares.append((sum(known[at : at + len(line)]), len(line)))
        at += len(line)
    ours_from = next((i for i, (ours, all_) in enumerate(shares) if ours == all_ >= 3), len(lines))
    start = _below_attribution(lines[:ours_from])
    filled = [i for i in range(start, len(lines)) if words[i]]
    new = {i for i in filled if shares[i][0] < shares[i][1]}
    mixed = any(2 * shares[i][0] > shares[i][1] for i in new)
    groups = (tuple(group) for is_new, group in groupby(filled, new.__contains__) if is_new)
    stretches = tuple(tuple(_QUOTE.sub("", lines[i]) for i in group) for group in groups)
    return Typed(stretches, mixed)


def _below_attribution(head: list[str]) -> int:
    """Return the line below what a program wrote over our words: labels, names, a divider."""
    keys = [folded(line) for line in head]
    written = [
        i + 1
        for i, key in enumerate(keys)
        if clients.header_kind(key) or clients.is_divider(key) or key.endswith(":")
    ]
    end = max(written, default=len(head))
    while end < len(head) and keys[end].strip("> "):  # a label's value, wrapped
        end += 1
    return end


def agree(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two forms of a letter say the same; each is (new words, all the rest).

    One may hold more at its end where that is what the other cut off as signature or quote.
    """
    (short, rest), (long, _) = sorted(
        ((stream(text), rest) for text, rest in (one, other)), key=lambda f: len(f[0])
    )
    if long[: len(short)] != short:
        return False
    more = long[len(short) :]
    return not more or f" {' '.join(more)} " in f" {' '.join(stream(rest))} "
