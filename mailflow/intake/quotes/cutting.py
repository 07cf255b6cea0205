"""Where the old mail begins in a body: at what mail programs write above what they quote."""

import re
from dataclasses import dataclass

from mailflow.intake.quotes import closing
from mailflow.intake.reading import clients
from mailflow.intake.reading.hypertext import DIVIDER
from mailflow.outbox.address import MARKER
from mailflow.procedure.folding import folded

_LONGEST_HEADER_LINE = 200
_MARKER_CORE = folded(MARKER).strip("# ")
_ADDRESSED_COLON = re.compile(r".{0,300}(<[^<>]{0,100}@[^<>]{0,100}>|\b\d{4}\b).{0,60}:[\s*]{0,3}")
_FOREIGN_DIVIDER = re.compile(r"[>\s]{0,10}-{3,40}\s?\w.{2,60}\w\s?-{3,40}")
_YAHOO_FORWARD = re.compile(r"-{3,40}\s?\w.{2,60}\w\s?-{3,40}\s?[^\W\d_ ].{0,20}:.{0,200}@")
_MOMENT = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d\d?/\d\d?/\d\d\b")
_MOST_FOREIGN_HEADERS = 8


@dataclass(frozen=True)
class Pieces:
    """A body taken apart: what stands above the quote, the quote, what was typed in or under it.

    `typed` are (words, signature) in order; `unclear` tells that the quote has no clear place or
    typed words no clear bounds.
    """

    above: str
    signature: str
    quoted: str = ""
    typed: tuple[tuple[str, str], ...] = ()
    unclear: bool = False


@dataclass(frozen=True)
class _Cut:
    """Where the old mail begins, where its first own line is, and whether all below is old."""

    start: int
    body: int
    to_the_end: bool


class Body:
    """The lines of a body and their folded copies, searched for the first sign of an old mail."""

    def __init__(self, lines: list[str], keys: list[str], is_reply: bool) -> None:
        self.lines = lines
        self.folded = keys
        self.is_reply = is_reply

    def cut(self) -> Pieces:
        """Cut at the first sign of an old mail."""
        cut = next((c for c in map(self._cut_at, range(len(self.lines))) if c), None)
        if cut is None:
            above, signature = closing.split(self.lines)
            return Pieces(above, signature, unclear=self._shows_a_quote())
        start = self._rule_above(cut.start)
        quoted = "\n".join(self.lines[start:]).replace(DIVIDER, "").strip("\n")
        above, signature = closing.split(self.lines[:start])
        typed_ = () if cut.to_the_end else tuple(self._typed(cut.body))
        return Pieces(above, signature, quoted, typed_)

    def _cut_at(self, i: int) -> _Cut | None:
        """Tell whether an old mail begins at line `i`."""
        line = self.folded[i]
        if not line:
            return None
        if line == DIVIDER or clients.is_divider(line) or _MARKER_CORE in line:
            return _Cut(i, i + 1, not line.startswith(">"))
        if self._begins_headers(i):
            return _Cut(i, i + 1, not line.startswith(">"))
        end = self._attribution_end(i)
        if end is not None:
            return _Cut(i, end + 1, not self._quote_follows(end + 1))
        if self._introduces_indented(i):
            return _Cut(i, i + 1, to_the_end=True)
        if line.startswith(">") and self._is_quote(i):
            wrapped = line == ">:"  # the end of an attribution, not a quote
            return _Cut(self._introduction(i + wrapped), i, to_the_end=False)
        return None

    def _introduces_indented(self, i: int) -> bool:
        """Tell whether line `i` is an attribution in any language above an indented old mail."""
        line = self.folded[i]
        if not (self.is_reply and line.endswith(":") and len(line) <= _LONGEST_HEADER_LINE):
            return False
        below = next((raw for raw in self.lines[i + 1 : i + 4] if raw), "")
        indented = below.startswith(("  ", "\t"))
        return indented and "@" in line and len(_MOMENT.findall(line)) > 1

    def _is_quote(self, i: int) -> bool:
        """One stray `>` line in a mail that answers nothing is something typed."""
        return self.is_reply or any(f.startswith(">") for f in self.folded[i + 1 : i + 3])

    def _begins_headers(self, i: int) -> bool:
        """Tell whether the header block of an old mail begins at line `i`, in any language."""
        line = self.folded[i]
        if clients.header_kind(line) == "from":
            return self._is_header_block(i)
        if not self.is_reply:
            return False
        if _YAHOO_FORWARD.match(line):
            return True
        if _FOREIGN_DIVIDER.fullmatch(line):
            block = " ".join(self.folded[i + 1 : i + 1 + _MOST_FOREIGN_HEADERS])
            return "@" in block and self._are_foreign_headers(i + 1)
        return clients.is_foreign_from(line) and self._are_foreign_headers(i)

    def _are_foreign_headers(self, i: int) -> bool:
        """Judge by shape: three labelled lines together with an address, or four with a moment."""
        labelled = []
        for line in self.folded[i : i + _MOST_FOREIGN_HEADERS]:
            if clients.label(line):
                labelled.append(line)
            elif labelled:
                break
        block = " ".join(labelled)
        fewest = 3 if "@" in block else 4
        return len(labelled) >= fewest and ("@" in block or bool(_MOMENT.search(block)))

    def _introduction(self, i: int) -> int:
        """Return the first line of an attribution in any language just above line `i`.

        A wrapped one goes on up, within its paragraph, until it has an address and a moment.
        """
        start = next(
            (first for first in range(i - 1, max(i - 4, -1), -1) if self._ends(first, i)), i
        )
        joined = " ".join(self.folded[start:i])
        if start == i or ("@" in joined and _MOMENT.search(joined)):
            return start
        for first in range(start - 1, max(start - 3, -1), -1):
            line = self.folded[first]
            if not line:
                break
            if len(_MOMENT.findall(line)) > 1 if "@" in joined else "@" in line:
                return first
        return start

    def _ends(self, first: int, i: int) -> bool:
        """Tell whether the lines before `i` end an attribution: an address or a year, a colon."""
        joined = " ".join(line for line in self.folded[first:i] if line)
        return bool(_ADDRESSED_COLON.fullmatch(joined))

    def _is_header_block(self, i: int) -> bool:
        """From, and within 12 lines two other labels, one of them date or to, one blank at most.

        A mail that answers nothing may list such labels itself: then an address must stand there.
        """
        kinds: set[str] = set()
        blanks = 0
        last = i
        for j in range(i + 1, min(i + 13, len(self.folded))):
            kind = clients.header_kind(self.folded[j])
            blanks += not self.folded[j].strip("> ")
            if blanks > 1:
                break
            if kind and kind != "from":
                kinds.add(kind)
                last = j
        is_block = len(kinds) >= 2 and bool(kinds & {"date", "to"})
        return is_block and (self.is_reply or "@" in "".join(self.lines[i : last + 1]))

    def _attribution_end(self, i: int) -> int | None:
        """Return the last line of `Vào ... đã viết:` that begins at line `i`, else None."""
        joined = ""
        for j in range(i, min(i + 4, len(self.folded))):
            line = self.folded[j]
            if not line or len(line) > _LONGEST_HEADER_LINE:
                return None
            joined = f"{joined} {line}".strip()
            if clients.DATED_ATTRIBUTION.match(joined):
                return j
            if clients.CLOSES_ATTRIBUTION.search(joined):
                return j if self._is_attribution(joined, j) else None
            open_address = joined.count("<") > joined.count(">")
            if not open_address and not clients.OPENS_ATTRIBUTION.match(joined):
                return None
        return None

    def _is_attribution(self, joined: str, end: int) -> bool:
        """`Anh Nam đã viết:` alone is a sentence; a date, an address or a quote make it more."""
        if self._quote_follows(end + 1):
            return True
        opened = clients.OPENS_ATTRIBUTION.match(joined)
        return "@" in joined or bool(opened and re.search(r"\d", joined))

    def _quote_follows(self, i: int) -> bool:
        after = next((line for line in self.folded[i : i + 4] if line), "")
        return after.startswith(">")

    def _rule_above(self, start: int) -> int:
        """Move a cut up over blank lines and the rule (`____`) that belongs to the old mail."""
        while start and (
            not self.folded[start - 1] or closing.RULE.fullmatch(self.folded[start - 1])
        ):
            start -= 1
        return start

    def _typed(self, start: int) -> list[tuple[str, str]]:
        """Collect the stretches without `>` from line `start` on, up to a further old mail.

        Each is (words, signature); either may be empty.
        """
        pieces: list[list[str]] = [[""]]
        for i in range(start, len(self.lines)):
            if self.folded[i].startswith(">"):
                pieces.append([""])
            elif self._ends_typing(i):
                break
            else:
                pieces[-1].append(self.lines[i])
        return [closing.split(piece) for piece in pieces]

    def _ends_typing(self, i: int) -> bool:
        line = self.folded[i]
        return line == DIVIDER or clients.is_divider(line) or self._begins_headers(i)

    def _shows_a_quote(self) -> bool:
        """Tell whether a reply looks as if an old mail stood in it although no cut was found."""
        labels = sum(clients.header_kind(line) in ("from", "date", "to") for line in self.folded)
        signs = any(
            _FOREIGN_DIVIDER.fullmatch(line) or ("@" in line and _ADDRESSED_COLON.fullmatch(line))
            for line in self.folded
        )
        return self.is_reply and (labels > 1 or signs)
