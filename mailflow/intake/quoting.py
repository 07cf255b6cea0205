"""What the person wrote now: the words of a reply without the old mail and without a signature."""

import re
from dataclasses import dataclass, replace

from mailflow.intake import clients
from mailflow.intake.hypertext import DIVIDER
from mailflow.intake.letter import Letter
from mailflow.outbox.address import MARKER, TOKEN_LABEL
from mailflow.procedure.folding import folded

DOUBTFUL = frozenset({"html", "text_differs", "parts", "depth"})
"""Problems of a letter that may hide other words."""

_MOST_LINES = 1_000
_MOST_LETTERS = 200_000
_LONGEST_HEADER_LINE = 200
_MARKER_CORE = folded(MARKER).strip("# ")
_SPACES = re.compile("[\u00a0\u2007\u202f\u2000-\u200a\u3000]")
_RULE = re.compile(r"[>\s]{0,10}[-_=*]{3,200}\s*")
_REPLY = re.compile(r"(\[[^\]]{0,60}\]\s*)?(re|aw|tl|tr|fw|fwd|ct|tra loi|chuyen tiep)\s?:")
_REPLY_CODE = re.compile(rf"{folded(TOKEN_LABEL)}\s?:|[a-z2-7]{{26}}$")  # ours, not the person's
_ADDRESSED_COLON = re.compile(r".{0,300}(<[^<>]{0,100}@[^<>]{0,100}>|\b\d{4}\b).{0,60}:[\s*]{0,3}")
_FOREIGN_DIVIDER = re.compile(r"-{3,40}\s?\w.{2,40}\w\s?-{3,40}")
_MOST_SIGNATURE_LINES = 12


@dataclass(frozen=True)
class NewWords:
    """A reply cut in two.

    `certain` is False where acting on `text` would be a guess: a quote shows but no place to cut
    was found, nothing but a quote is left, answers stand between the quoted lines, the letter is
    too long, or its two forms differ. `inline` holds what was typed in or under the quote, while
    words stand above it too or in several places. `signature` was cut off the end of `text`.
    """

    text: str
    quoted: str
    certain: bool
    inline: tuple[str, ...] = ()
    signature: str = ""


def new_words(letter: Letter) -> NewWords:
    """Cut a letter's body into new words and quote (first our marker, then what programs write).

    The HTML's structure decides where it shows a quote, the patterns in the text otherwise.
    """
    by_structure = any(line[:1] in (">", DIVIDER) for line in letter.marked.split("\n"))
    body = letter.marked if by_structure else letter.text
    head = _SPACES.sub(" ", body[:_MOST_LETTERS])
    lines = [line.rstrip() for line in head.split("\n")]
    read = [line for line in lines[:_MOST_LINES] if not _REPLY_CODE.match(folded(line))]
    words = _Body(read, _is_reply(letter)).cut()
    rest = "\n".join(lines[_MOST_LINES:]) + body[_MOST_LETTERS:]
    certain = words.certain and (bool(words.quoted) or not rest)
    certain = certain and DOUBTFUL.isdisjoint(letter.problems)
    return replace(words, quoted=f"{words.quoted}\n{rest}".strip("\n"), certain=certain)


def _is_reply(letter: Letter) -> bool:
    answers = bool(letter.in_reply_to or letter.references)
    return answers or bool(_REPLY.match(folded(letter.subject)))


@dataclass(frozen=True)
class _Cut:
    """Where the old mail begins, where its first own line is, and whether all below is old."""

    start: int
    body: int
    to_the_end: bool


class _Body:
    """The lines of a body and their folded copies, searched for the first sign of an old mail."""

    def __init__(self, lines: list[str], is_reply: bool) -> None:
        self.lines = lines
        self.folded = [folded(line) for line in lines]
        self.is_reply = is_reply

    def cut(self) -> NewWords:
        """Cut at the first sign of an old mail."""
        cut = next((c for c in map(self._cut_at, range(len(self.lines))) if c), None)
        if cut is None:
            text, signature = _split_signature(self.lines)
            return NewWords(text, "", not self._shows_a_quote(), (), signature)
        typed = [] if cut.to_the_end else self._typed(cut.body)
        pieces = tuple(text for text, _ in typed if text)
        start = self._rule_above(cut.start)
        quoted = "\n".join(self.lines[start:]).replace(DIVIDER, "").strip("\n")
        above, signature = _split_signature(self.lines[:start])
        signature = "\n".join(s for s in (signature, *(s for _, s in typed)) if s)
        if above:
            return NewWords(above, quoted, True, pieces, signature)
        several = len(pieces) > 1
        text = "\n\n".join(pieces)
        return NewWords(text, quoted, len(pieces) == 1, pieces if several else (), signature)

    def _cut_at(self, i: int) -> _Cut | None:
        """Tell whether an old mail begins at line `i`."""
        line = self.folded[i]
        if not line:
            return None
        if line == DIVIDER or clients.is_divider(line) or _MARKER_CORE in line:
            return _Cut(i, i + 1, not line.startswith(">"))
        if clients.header_kind(line) == "from" and self._is_header_block(i):
            return _Cut(i, i + 1, not line.startswith(">"))
        end = self._attribution_end(i)
        if end is not None:
            return _Cut(i, end + 1, not self._quote_follows(end + 1))
        if line.startswith(">") and self._is_quote(i):
            return _Cut(self._introduction(i), i, to_the_end=False)
        return None

    def _is_quote(self, i: int) -> bool:
        """One stray `>` line in a mail that answers nothing is something typed."""
        return self.is_reply or any(f.startswith(">") for f in self.folded[i + 1 : i + 3])

    def _introduction(self, i: int) -> int:
        """Return the first line of an attribution in any language just above a quote."""
        for first in range(i - 1, max(i - 4, -1), -1):
            joined = " ".join(line for line in self.folded[first:i] if line)
            if _ADDRESSED_COLON.fullmatch(joined):
                return first
        return i

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
        while start and (not self.folded[start - 1] or _RULE.fullmatch(self.folded[start - 1])):
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
        return [_split_signature(piece) for piece in pieces]

    def _ends_typing(self, i: int) -> bool:
        line = self.folded[i]
        headers = clients.header_kind(line) == "from" and self._is_header_block(i)
        return line == DIVIDER or clients.is_divider(line) or headers

    def _shows_a_quote(self) -> bool:
        """Tell whether a reply looks as if an old mail stood in it although no cut was found."""
        labels = sum(clients.header_kind(line) in ("from", "date", "to") for line in self.folded)
        signs = any(
            _FOREIGN_DIVIDER.fullmatch(line) or ("@" in line and _ADDRESSED_COLON.fullmatch(line))
            for line in self.folded
        )
        return self.is_reply and (labels > 1 or signs)


def _split_signature(lines: list[str]) -> tuple[str, str]:
    """Cut a signature off: after `-- `, after a closing with only names below, phones' lines."""
    kept: list[str] = []
    cut: list[str] = []
    for i, line in enumerate(lines):
        key = folded(line)
        if kept and _begins_signature(lines, i, key):
            cut += lines[i:]
            break
        (cut if clients.is_device_line(key) else kept).append(line)
    return "\n".join(kept).rstrip().strip("\n"), "\n".join(cut).strip("\n")


def _begins_signature(lines: list[str], i: int, key: str) -> bool:
    below = [line for line in lines[i + 1 :] if line.strip()]
    if len(below) > _MOST_SIGNATURE_LINES:
        return False
    if key in ("--", "—"):
        return True
    return clients.is_closing(key) and all(_is_signature_line(line) for line in below)


def _is_signature_line(line: str) -> bool:
    key = folded(line)
    return (
        clients.is_device_line(key)
        or clients.is_signature_line(line, key)
        or bool(_RULE.fullmatch(key))
    )
