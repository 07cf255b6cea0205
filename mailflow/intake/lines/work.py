"""Takes lines on measures or steps of work apart: what, who, with whom, by when, which output."""

import re
from collections.abc import Iterator

from mailflow.phrases import Phrases

_ITEM = re.compile(
    r"\s{0,20}(?:(?:\(?\d{1,2}(?:[.)/:]\s|[.)](?=[^\W\d]))|[-–+*•]\s)\s{0,20}){1,3}(?=\S)"
)
PIECES = re.compile(
    r"(?<=[;,])|(?<=[^\W\d]\.)(?=\s)|(?<=\d\d\.)(?=\s)|(?<=[/.-]\d\.)(?=\s)|(?<=%\.)"
)
"""Where the next label may begin on one line."""

_COLON = re.compile(r"[:：=]")
LONGEST_LABEL = 60


def items(words: str, phrases: Phrases) -> list[dict[str, str]]:
    """Split words into items with the keys of WORK_KEYS, all as typed.

    "Sửa mẫu; người thực hiện: Nam; hạn: 15/6" or one sub-label on each line; a numbered or
    dashed line starts the next item.
    """
    inner = {phrases.key(label): key for key, labels in phrases.work.items() for label in labels}
    found: list[dict[str, str]] = []
    for starts, key, text in _pieces(words, inner, phrases):
        if starts or not found:
            found.append({})
        item = found[-1]
        item[key] = f"{item[key]}; {text}" if item.get(key) else text
    return [item for item in found if any(item.values())]


def _pieces(words: str, inner: dict[str, str], phrases: Phrases) -> Iterator[tuple[bool, str, str]]:
    """Give each piece: whether it starts an item, which key it fills, its words.

    A piece without a sub-label goes on with the one before it on its line.
    """
    for line in words.splitlines():
        bullet = _ITEM.match(line)
        body = line[bullet.end() :] if bullet else line
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
            merged.append(("what", piece))
    stripped = ((key, text.strip(" ;,.\t")) for key, text in merged)
    return [(key, text) for key, text in stripped if text]


def _sub_label(piece: str, inner: dict[str, str], phrases: Phrases) -> tuple[str, str] | None:
    colon = _COLON.search(piece[:LONGEST_LABEL])
    key = inner.get(phrases.key(piece[: colon.start()].strip(" -–*•+"))) if colon else None
    return (key, piece[colon.end() :]) if colon and key else None
