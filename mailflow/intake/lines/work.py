"""Takes the rows of a table apart as they stand in a letter: a line or more for each, labelled."""

import re
from collections.abc import Iterator

from mailflow.phrases import Phrases
from mailflow.procedure.fields import NUMBERED, Type

_ITEM = re.compile(
    r"\s{0,20}(?:(?:\(?\d{1,2}(?:[.)/:]\s|[.)](?=[^\W\d]))|[-–+*•]\s)\s{0,20}){1,3}(?=\S)"
)
PIECES = re.compile(
    r"(?<=[;,])|(?<=[^\W\d]\.)(?=\s)|(?<=\d\d\.)(?=\s)|(?<=[/.-]\d\.)(?=\s)|(?<=%\.)"
)
"""Where the next label may begin on one line."""

_NUMBERED = re.compile(
    r"\s{0,20}(?:[-–+*•]\s{1,5})?(?:(?:mục tiêu|mtcl|chỉ tiêu)\s+(?:số\s+)?)?\(?(\d{1,2})"
    r"(?:[.)/]\s|[.)](?=[^\W\d])|\s{0,2}[:：]\s{0,5})(?=\S)",
    re.IGNORECASE,
)
"""A row that keeps its number: "2. 98%", "Mục tiêu 2: 98%"."""

_COLON = re.compile(r"[:：=]")
LONGEST_LABEL = 60


LEAD = ""
"""The key of words without a label."""


def items(words: str, phrases: Phrases, table: Type = Type.WORK) -> list[dict[str, str]]:
    """Split words into items with the keys of a table, all as typed, `LEAD` without a label.

    "Sửa mẫu; người thực hiện: Nam; hạn: 15/6" or one sub-label on each line; a numbered or
    dashed line starts the next item. Rows that keep their number have it as `no`.
    """
    labels = phrases.tables[table].items()
    inner = {phrases.key(label): key for key, listed in labels for label in listed}
    numbered = table in NUMBERED
    found: list[dict[str, str]] = []
    for starts, key, text in _pieces(words, inner, phrases, numbered=numbered):
        if starts or not found:
            found.append({})
        item = found[-1]
        item[key] = f"{item[key]}; {text}" if item.get(key) else text
    return [item for item in found if any(value for key, value in item.items() if key != "no")]


def is_numbered(line: str) -> bool:
    """Tell whether a line begins a row that keeps its number: "2. 98%", "Mục tiêu 2: 98%"."""
    return _NUMBERED.match(line) is not None


def _pieces(
    words: str, inner: dict[str, str], phrases: Phrases, *, numbered: bool
) -> Iterator[tuple[bool, str, str]]:
    """Give each piece: whether it starts an item, which key it fills, its words.

    A piece without a sub-label goes on with the one before it on its line.
    """
    for line in words.splitlines():
        number = _NUMBERED.match(line) if numbered else None
        bullet = number or _ITEM.match(line)
        body = line[bullet.end() :] if bullet else line
        if number:
            yield True, "no", number[1]
            yield from ((False, key, text) for key, text in _of_line(body, inner, phrases))
            continue
        starts = bool(bullet) and _sub_label(body, inner, phrases) is None
        for key, text in _of_line(body, inner, phrases):
            yield starts, key, text
            starts = False


def _of_line(line: str, inner: dict[str, str], phrases: Phrases) -> list[tuple[str, str]]:
    merged: list[tuple[str, str]] = []
    for piece in PIECES.split(line):
        labelled = _sub_label(piece, inner, phrases)
        if labelled:
            merged.append(labelled)
        elif merged:
            merged[-1] = (merged[-1][0], merged[-1][1] + piece)
        else:
            merged.append((LEAD, piece))
    stripped = ((key, text.strip(" ;,.\t")) for key, text in merged)
    return [(key, text) for key, text in stripped if text]


def _sub_label(piece: str, inner: dict[str, str], phrases: Phrases) -> tuple[str, str] | None:
    colon = _COLON.search(piece[:LONGEST_LABEL])
    key = inner.get(phrases.key(piece[: colon.start()].strip(" -–*•+"))) if colon else None
    return (key, piece[colon.end() :]) if colon and key else None
