"""Shares a reply to several requests out among them: "1 duyệt, phiếu 2 giao Phòng B hạn 15/6"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailflow.intake.lines.blocks import Open
from mailflow.phrases import fold
from mailflow.procedure.folding import nfc

_ORDINALS = {
    "nhat": 1, "mot": 1, "dau": 1, "dau tien": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "bon": 4,
    "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip
_LIST = r"\d{1,2}(?:\s?(?:,|va|&|\+|voi)\s?(?:phieu\s|so\s|muc\s)?\d{1,2}(?![\d/]))*"
_NAMED = r"(?:phieu|ho so|muc|viec|cau|cai|so)\s(?:so\s|thu\s)?"
_START = r"(?:^|\n|(?<=[.;,!?:])\s)[ \t>*\-–•+(]{0,8}"
_ORDINAL = r"dau tien|dau|cuoi cung|cuoi|sau|nhat|nhi|hai|ba|tu|nam"
_WHICH = r"dau|con lai|cuoi|tren|kia|cho chi dao|cho phe duyet"
_NO_NUMBER = r"ngay|tuan|thang|lan|gio|phieu|bien phap|nguoi|nam\b|%"
_REFERENCE = re.compile(
    _START + r"(?:"
    r"(?P<code>(?:phieu\s(?:so\s)?)?\[?[a-z]{1,12}-\d{4}-\d{4,6}-[a-z]\b\]?)"
    rf"|(?P<number>{_NAMED}\d{{1,4}}/20\d\d)"
    rf"|(?P<named>{_NAMED}{_LIST})(?!\d|/20)"
    rf"|(?P<ordinal>(?:phieu|cai|viec|muc)\s(?:thu\s)?(?:{_ORDINAL})(?!\s(?:phieu|nay))\b)"
    rf"|(?P<group>(?:ca hai|ca 2|ca ba|ca 3|hai|2|ba|3)\sphieu(?:\s(?:{_WHICH}))?\b"
    r"|(?:ca hai|ca 2)\b|(?:phieu )?con lai\b"
    r"|tat ca(?:\scac)?(?:\sphieu)?\b|toan bo(?:\scac)?\sphieu\b)"
    rf"|(?P<bare>{_LIST})(?=[.)/:]\s?\D|\s(?:la\s|thi\s)?(?!{_NO_NUMBER})[^\W\d])"
    r")[ \t]{0,3}[.):/\-–]{0,2}"
)
_MARKED = re.compile(r"[.,;\n]")
_ANYWHERE = re.compile(
    rf"(?:^|(?<=\s))(?P<code>(?!))?(?P<number>(?!))?(?P<ordinal>(?!))?(?P<group>(?!))?(?P<bare>(?!))?"
    rf"(?P<named>(?:phieu|viec|muc)\s(?:so\s)?{_LIST})(?!\d|/20)[ \t]{{0,3}}"
)
"""Mentions in words without any mark, as they are dictated: "việc số 1 … việc số 2 …"."""

MOST_PARTS = 60


@dataclass(frozen=True)
class Part:
    """Words about some of the requests, as typed; `places` are theirs in the ask, 0 first.

    A place that no request has stands for one that was never asked about.
    """

    places: tuple[int, ...]
    text: str


def parts(text: str, opens: Sequence[Open]) -> list[Part]:
    """Cut a reply at every mention of a request; empty where none is mentioned first.

    Words before the first mention are left out when they say nothing but a greeting is for the
    reader of the parts to see: they come as a part without places.
    """
    text = nfc(text)
    key = "".join(fold(c) or c for c in text)
    if len(key) != len(text):
        return []
    mention = _REFERENCE if _MARKED.search(key) else _ANYWHERE
    hits = [hit for hit in mention.finditer(key) if _is_one(hit, opens)][:MOST_PARTS]
    if not hits:
        return []
    found = [Part((), text[: hits[0].start()])] if text[: hits[0].start()].strip() else []
    taken: set[int] = set()
    for hit, end in zip(hits, [*(h.start() for h in hits[1:]), len(text)], strict=True):
        places = tuple(_places(hit, opens, taken))
        taken |= set(places)
        found.append(Part(places, text[hit.end() : end].strip(" \n\t;,")))
    return _joined(found)


def _is_one(hit: re.Match[str], opens: Sequence[Open]) -> bool:
    """A bare number beyond those of the mail is no mention: "20 giấy hẹn"."""
    bare = hit.groupdict().get("bare")
    return not bare or all(1 <= int(n) <= len(opens) for n in re.findall(r"\d{1,2}", bare))


def _joined(found: Sequence[Part]) -> list[Part]:
    """A mention with no words of its own belongs to the next: "Phiếu 1, phiếu 2: duyệt"."""
    joined: list[Part] = []
    waiting: tuple[int, ...] = ()
    for part in found:
        if part.places and not part.text:
            waiting += part.places
            continue
        joined.append(Part(tuple(dict.fromkeys((*waiting, *part.places))), part.text))
        waiting = ()
    return [*joined, Part(waiting, "")] if waiting else joined


def _places(hit: re.Match[str], opens: Sequence[Open], taken: set[int]) -> Iterator[int]:
    if hit["code"]:
        wanted = re.search(r"[a-z]{1,12}-\d{4}-\d{4,6}-[a-z]", hit["code"])
        yield _by_code(wanted[0].upper() if wanted else "", opens)
    elif hit["number"]:
        wanted = re.search(r"0*(\d{1,4}/20\d\d)", hit["number"])
        yield next(
            (i for i, o in enumerate(opens) if wanted and o.number.lstrip("0") == wanted[1]),
            len(opens),
        )
    elif hit["ordinal"]:
        yield _by_ordinal(hit["ordinal"], opens)
    elif hit["group"]:
        yield from _of_group(hit["group"], opens, taken)
    else:
        numbers = map(int, re.findall(r"\d{1,2}", hit["named"] or hit["bare"]))
        yield from (n - 1 if n else len(opens) for n in numbers)


def _by_code(code: str, opens: Sequence[Open]) -> int:
    return next((i for i, o in enumerate(opens) if o.request == code), len(opens))


def _by_ordinal(words: str, opens: Sequence[Open]) -> int:
    name = re.sub(r"^(?:phieu|cai|viec|muc) (?:thu )?", "", words).strip()
    if name.startswith("cuoi") or (name == "sau" and len(opens) == 2):
        return len(opens) - 1
    return _ORDINALS.get(name, len(opens) + 1) - 1


def _of_group(words: str, opens: Sequence[Open], taken: set[int]) -> Iterator[int]:
    everyone = range(len(opens))
    if "con lai" in words or words.endswith(" kia"):
        yield from (i for i in everyone if i not in taken)
        return
    count = 2 if words.startswith(("ca hai", "ca 2", "hai", "2")) else 3
    if words.startswith(("tat ca", "toan bo")) or count == len(opens):
        yield from everyone
    elif "dau" in words:
        yield from range(count)
    elif "cuoi" in words:
        yield from range(len(opens) - count, len(opens))
    else:
        alike = _alike(opens)
        yield from (alike if len(alike) == count else (len(opens),))


def _alike(opens: Sequence[Open]) -> list[int]:
    """The places of the most requests that wait for one and the same act."""
    by_act: dict[tuple[str, ...], list[int]] = {}
    for place, one in enumerate(opens):
        by_act.setdefault(tuple(a.value for a in one.asked), []).append(place)
    return max(by_act.values(), key=len)
