"""Makes of a pattern the texts that would keep it busy: each of its repeats pumped, then no match.

A pattern that needs more than linear time on some text mostly does so on one of these.
"""

import re
from collections.abc import Iterator, Sequence
from re import _constants as c  # type: ignore[attr-defined]  # the standard library's own parser
from re import _parser  # type: ignore[attr-defined]  # has no public name
from typing import Any

ENDS = ("\x00", "!", "\n", "ê")
CATEGORIES = {
    c.CATEGORY_DIGIT: "1",
    c.CATEGORY_NOT_DIGIT: "a",
    c.CATEGORY_SPACE: " ",
    c.CATEGORY_NOT_SPACE: "a",
    c.CATEGORY_WORD: "a",
    c.CATEGORY_NOT_WORD: "-",
}
Node = tuple[Any, Any]


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Give hostile texts of about `length` letters: what leads to a repeat, it pumped, an end."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = _parser.parse(text, pattern.flags)
    seen = set()
    for before, body in _repeats(list(tree), ""):
        for pump in _samples(body):
            if pump and (before, pump) not in seen:
                seen.add((before, pump))
                yield from (before + pump * (length // len(pump)) + end for end in ENDS)
                yield (before + pump) * (length // len(before + pump)) + ENDS[0]


def _repeats(nodes: Sequence[Node], before: str) -> Iterator[tuple[str, Sequence[Node]]]:
    for operation, value in nodes:
        if operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            _, most, body = value
            if most > 10:
                yield before, list(body)
        for inner in _inside(operation, value):
            yield from _repeats(inner, before)
        before += next(iter(_samples([(operation, value)])), "")


def _inside(operation: Any, value: Any) -> Iterator[Sequence[Node]]:
    """The sequences of nodes within a node."""
    if operation is c.BRANCH:
        yield from map(list, value[1])
    elif operation is c.SUBPATTERN:
        yield list(value[3])
    elif operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        yield list(value[2])
    elif operation in (c.ASSERT, c.ASSERT_NOT):
        yield list(value[1])
    elif operation is c.ATOMIC_GROUP:
        yield list(value)


def _samples(nodes: Sequence[Node]) -> tuple[str, ...]:
    """Give up to three short texts that a sequence matches, as far as can be seen of it."""
    made = [""]
    for operation, value in nodes:
        made = [text + more for text in made for more in _of_node(operation, value)][:3]
    return tuple(dict.fromkeys(made))


def _of_node(operation: Any, value: Any) -> tuple[str, ...]:
    if operation is c.LITERAL:
        return (chr(value),)
    if operation is c.NOT_LITERAL:
        return ("a" if value != ord("a") else "b",)
    if operation is c.ANY:
        return ("a",)
    if operation is c.IN:
        return _of_set(value)
    if operation is c.BRANCH:
        return tuple(text for branch in value[1] for text in _samples(list(branch)))[:3] or ("",)
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        least, _, body = value
        return tuple(text * max(least, 1) for text in _samples(list(body)))
    if operation in (c.SUBPATTERN, c.ATOMIC_GROUP):
        return next((_samples(inner) for inner in _inside(operation, value)), ("",))
    return ("",)


def _of_set(items: Sequence[Node]) -> tuple[str, ...]:
    if items and items[0][0] is c.NEGATE:
        return ("a", " ", "\u1ec7")
    found = [_of_item(operation, value) for operation, value in items]
    return tuple(dict.fromkeys(found))[:3]


def _of_item(operation: Any, value: Any) -> str:
    if operation is c.LITERAL:
        return chr(value)
    if operation is c.RANGE:
        return chr(value[0])
    return CATEGORIES.get(value, "a")
