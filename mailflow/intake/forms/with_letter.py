"""A letter and the forms filled in that came with it: what they say together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailflow.intake.lines.items import Item, Paper, Read, Unclear
from mailflow.intake.lines.matching import mentioned
from mailflow.intake.wording import clash
from mailflow.phrases import Phrases
from mailflow.procedure.fields import FIELDS, TABLES, Type
from mailflow.procedure.terms import Act

PLAIN = ("empty", "not_understood", "no_request")
"""Why words say nothing of their own: beside a form they are its covering letter."""

WARNING = ("negations", "defer", "questions", "takeback", "contrasts", "hearsay", "contrary")
"""Lists of [spoken]: words that may take back what a form says."""

_REFERS = re.compile(
    r"đính kèm|kèm theo|gửi kèm|trong (?:tệp|file|phiếu)|phiếu điền", re.IGNORECASE
)
_FLOWING = (Type.TEXT, *TABLES)


def together(
    papers: Sequence[Paper], letter: Sequence[Item], text: str, phrases: Phrases
) -> tuple[Item, ...]:
    """Put the acts of a letter and of its forms together, in this order.

    Where they speak of one act they must agree; words that leave a doubt make every form a guess.
    """
    doubts = [item for item in letter if isinstance(item, Unclear) and not _is_plain(item)]
    if not doubts and any(isinstance(i, Unclear) for i in letter):
        doubts = [Unclear("", "form_words", said)] if (said := _warning(text, phrases)) else []
    if doubts:
        return tuple(_guesses(doubts[0], papers))
    reads = [item for item in letter if isinstance(item, Read)]
    return tuple(_agreed(reads, papers))


def _is_plain(item: Unclear) -> bool:
    return item.why in PLAIN and item.guess is None


def _warning(text: str, phrases: Phrases) -> str:
    """Give words of a covering letter that may change what the form says."""
    lists = [phrases.reading["conditions"], *(phrases.spoken[name] for name in WARNING)]
    for sentence in re.split(r"[.;!\n]", text):
        if any(mentioned(sentence, entries) for entries in lists) or "?" in sentence:
            return sentence.strip()[:200]
    return ""


def _guesses(doubt: Unclear, papers: Sequence[Paper]) -> Iterator[Item]:
    for paper in papers:
        if paper.read:
            yield replace(doubt, request=paper.read.request, guess=paper.read)


def _agreed(reads: Sequence[Read], papers: Sequence[Paper]) -> Iterator[Item]:
    """Give each act once: as the letter says it, as a form does, or as both do."""
    forms: dict[tuple[str, Act], list[tuple[Paper, Read]]] = {}
    for paper in papers:
        if paper.read:
            forms.setdefault(_key(paper.read), []).append((paper, paper.read))
    concerned = [r for r in reads if any(_concerns(r, one[0][1]) for one in forms.values())]
    yield from (r for r in reads if r not in concerned)
    for found in forms.values():
        yield _one(found, [r for r in concerned if _concerns(r, found[0][1])])


def _concerns(letter: Read, form: Read) -> bool:
    """Tell whether words of a letter are on a form's own act, or against it."""
    if letter.request != form.request:
        return False
    return letter.act is form.act or clash(letter, form)


def _one(found: Sequence[tuple[Paper, Read]], letter: Sequence[Read]) -> Item:
    """Give the act of the forms of one step, with what the letter says of it."""
    paper, read = found[0]
    if len(found) > 1:
        files = "”, “".join(paper.file for paper, _ in found)
        return Unclear(read.request, "forms_differ", files)
    against = next((r for r in letter if r.act is not read.act), None)
    if against:
        said = f"{against.words['act']} / {paper.file}"
        return Unclear(read.request, "two_readings", said, guess=read)
    return _both(letter[0], read, paper) if letter else read


def _key(read: Read) -> tuple[str, Act]:
    return read.request, read.act


def _both(letter: Read, form: Read, paper: Paper) -> Item:
    """Complete the form by the letter's words on the same act; where they differ, ask."""
    if letter.problems:
        return letter
    if letter.answer != form.answer and letter.act is not Act.REPORT_COMPLETION:
        said = f"{letter.words['act']} / {paper.file}"
        return Unclear(form.request, "two_readings", said, guess=form)
    differ = [n for n, v in letter.fields.items() if n in form.fields and form.fields[n] != v]
    sharp = [n for n in differ if FIELDS[n].type not in _FLOWING]
    if sharp:
        labels = ", ".join(FIELDS[n].label for n in sharp)
        return Unclear(form.request, "form_contradicts", labels, guess=form)
    beside = {n: v for n, v in letter.fields.items() if n not in form.fields and _says(v)}
    joined = {
        n: f"{form.fields[n]}\n{letter.fields[n]}"
        for n in differ
        if FIELDS[n].type is Type.TEXT and _says(letter.fields[n])
    }
    return replace(form, fields={**form.fields, **beside, **joined})


def _says(value: object) -> bool:
    """Tell words from a mere "xem phiếu đính kèm"."""
    return not (isinstance(value, str) and len(value) < 200 and _REFERS.search(value))
