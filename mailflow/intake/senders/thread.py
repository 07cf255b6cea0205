"""What a letter answers: the tokens it brings back and the request codes it names."""

import re

from mailflow.intake.quotes.quoting import NewWords
from mailflow.intake.reading.letter import Letter
from mailflow.outbox.address import TOKEN_LABEL, token_in
from mailflow.procedure import numbering
from mailflow.procedure.folding import folded

_TOKEN_LINE = re.compile(rf"{folded(TOKEN_LABEL)}\s?:?\s?([a-z2-7]{{26}})(?![a-z0-9])")
_BEGINNING = r"^[ \t>*\-\[(]{0,8}"
_MOST_LETTERS = 200_000  # of the body that are searched
_MOST_IDS = 50  # of References, newest first


def tokens(letter: Letter, domain: str) -> tuple[str, ...]:
    """List the reply tokens of a letter: In-Reply-To, References newest first, then the body.

    A token counts in a message id of our own `domain` and after the words `Mã trả lời:`.
    """
    ids = (*letter.in_reply_to, *reversed(letter.references[-_MOST_IDS:]))
    ours = (i for i in ids if i.rpartition("@")[2].casefold() == domain.casefold())
    returned = [token for i in ours if (token := token_in(f"<{i.lower()}>"))]
    bodies = (letter.text[:_MOST_LETTERS], letter.marked[:_MOST_LETTERS])
    typed = _TOKEN_LINE.findall(folded("\n".join(bodies)))
    return tuple(dict.fromkeys([*returned, *typed]))


def codes(letter: Letter, words: NewWords, prefix: str) -> tuple[str, ...]:
    """List the codes of the requests a letter is about, written as we write them.

    They stand in the subject or begin a line of the new words; only where there are none does a
    code elsewhere in the words count, since there it is mostly the value of a line ("Gộp vào
    phiếu: …"). Case, spaces and dashes are free; the check letter is not judged here.
    """
    begun = _found(_BEGINNING + _code(prefix), words.text)
    found = _found(_code(prefix), letter.subject) + begun
    return tuple(dict.fromkeys(found or _found(_code(prefix), words.text)))


def signed_codes(letter: Letter, words: NewWords, prefix: str) -> tuple[str, ...]:
    """List the codes for which a signed letter speaks whatever its subject says.

    No signature covers the subject, so the code must stand in the words: at the beginning of a
    line, or as the only one of the new words, or of the whole letter with what it quotes.
    """
    begun = _found(_BEGINNING + _code(prefix), words.text)
    if begun:
        return tuple(dict.fromkeys(begun))
    for text in (words.text, letter.text[:_MOST_LETTERS]):
        if named := set(_found(_code(prefix), text)):
            return tuple(named) if len(named) == 1 else ()
    return ()


def _code(prefix: str) -> str:
    gap = r"[ \t\u00a0\-–—_]"
    known = "|".join(map(re.escape, numbering.prefixes(prefix)))
    return (
        rf"(?<!\w)({known}){gap}{{0,3}}(\d{{4}}){gap}{{1,3}}(\d{{4,6}}){gap}{{0,3}}"
        r"([A-Za-z])(?!\w)"
    )


def _found(pattern: str, text: str) -> list[str]:
    hits = re.findall(pattern, text, re.IGNORECASE | re.MULTILINE)
    return [
        f"{begin.upper()}-{year}-{int(seq):04d}-{end.upper()}" for begin, year, seq, end in hits
    ]
