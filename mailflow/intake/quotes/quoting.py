"""What the person wrote now: the words of a reply without the old mail and without a signature."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mailflow.intake.quotes import closing, typed
from mailflow.intake.quotes.cutting import Body, Pieces
from mailflow.intake.reading.hypertext import DIVIDER
from mailflow.intake.reading.letter import Letter, Sent
from mailflow.outbox.address import TOKEN_LABEL
from mailflow.procedure.folding import folded

DOUBTFUL = frozenset({"html", "text_differs", "parts", "depth"})
"""Problems of a letter that may hide other words."""

_MOST_LINES = 1_000
_MOST_LETTERS = 200_000
_SPACES = re.compile("[\u00a0\u2007\u202f\u2000-\u200a\u3000]")
_REPLY = re.compile(
    r"(\[[^\]]{0,60}\]\s*)?(re|aw|tl|tr|fw|fwd|ct|tra loi|chuyen tiep"  # and those of abroad:
    r"|sv|vs|wg|rv|vl|vb|pd|enc|i|ilt|doorst|videresend|redir\.?|odp|antw)\s?:"
)
_REPLY_CODE = re.compile(rf"{folded(TOKEN_LABEL)}\s?:|[a-z2-7]{{26}}$")  # ours, not the person's


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


def new_words(letter: Letter, sent: Sent | None = None) -> NewWords:
    """Cut a letter's body into new words and quote (first our marker, then what programs write).

    The HTML's structure decides where it shows a quote, the patterns in the text otherwise. With
    the mail of ours that it answers, what was typed anywhere into the quote is found by comparing.
    """
    by_structure = any(line[:1] in (">", DIVIDER) for line in letter.marked.split("\n"))
    forms = (letter.marked, letter.text) if by_structure else (letter.text, letter.marked)
    pieces = _cut(forms[0], letter)
    if sent:
        pieces = _compared(pieces, sent.forms())
    words = _assembled(pieces)
    certain = words.certain and DOUBTFUL.isdisjoint(letter.problems)
    if certain and letter.html and forms[1]:
        certain = _agree(words, _assembled(_cut(forms[1], letter)))
    return replace(words, certain=certain)


def _agree(one: NewWords, other: NewWords) -> bool:
    """Tell whether the letter's two forms say the same, so that neither hides a word."""
    return typed.agree(
        (one.text, f"{one.signature}\n{one.quoted}"),
        (other.text, f"{other.signature}\n{other.quoted}"),
    )


def _cut(body: str, letter: Letter) -> Pieces:
    """Take a body apart; beyond a thousand lines it is not looked at, only kept."""
    head = _SPACES.sub(" ", body[:_MOST_LETTERS])
    lines = [line.rstrip() for line in head.split("\n")]
    keys = {line: folded(line) for line in lines[:_MOST_LINES]}
    read = [line for line in lines[:_MOST_LINES] if not _REPLY_CODE.match(keys[line])]
    pieces = Body(read, [keys[line] for line in read], _is_reply(letter)).cut()
    rest = "\n".join(lines[_MOST_LINES:]) + body[_MOST_LETTERS:]
    unclear = pieces.unclear or bool(rest and not pieces.quoted)
    return replace(pieces, quoted=f"{pieces.quoted}\n{rest}".strip("\n"), unclear=unclear)


def _compared(pieces: Pieces, forms: Iterable[str]) -> Pieces:
    """Replace what seems typed into the quote by what our own mail did not have."""
    found = typed.typed_inside(pieces.quoted, forms) if pieces.quoted else None
    if found is None:
        return pieces
    stretches = tuple(closing.split(list(stretch)) for stretch in found.stretches)
    return replace(pieces, typed=stretches, unclear=pieces.unclear or found.mixed)


def _assembled(pieces: Pieces) -> NewWords:
    """Judge the pieces: words above the quote, or the one stretch in or under it, are certain."""
    inline = tuple(text for text, _ in pieces.typed if text)
    signatures = (pieces.signature, *(signature for _, signature in pieces.typed))
    signature = "\n".join(s for s in signatures if s)
    if pieces.above or not pieces.quoted:
        return NewWords(pieces.above, pieces.quoted, not pieces.unclear, inline, signature)
    text = "\n\n".join(inline)
    certain = len(inline) == 1 and not pieces.unclear
    return NewWords(text, pieces.quoted, certain, inline if len(inline) > 1 else (), signature)


def _is_reply(letter: Letter) -> bool:
    answers = bool(letter.in_reply_to or letter.references)
    return answers or bool(_REPLY.match(folded(letter.subject)))
