"""Reads a letter about a new matter: what kind of request it opens, and its box 1."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.fieldlines import Fields, read_fields
from mailflow.intake.lines.matching import is_polite, mentioned, phrase_in
from mailflow.intake.lines.values import Lookup, Reader, Unread
from mailflow.intake.sentences.clauses import Clause, clauses, trouble
from mailflow.intake.sentences.roles import as_unit
from mailflow.intake.wording import OPENING, Read, Unclear
from mailflow.phrases import Phrases, Saying, tokens, written_out
from mailflow.procedure.folding import folded, nfc
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.steps import step_of
from mailflow.procedure.terms import REQUESTS, Act, Kind

HANDLED = Saying(Act.REPORT, "handled")
PLAIN = Saying(Act.REPORT, "")
MOST_CLAUSES = 2
"""Clauses up to which a letter may be no report at all, but a question or a promise."""

MOST_WORDS = 60
"""Words of a subject or first line in which an opening phrase is looked for."""

_PREFIX = re.compile(
    r"\s*(?:(?:re|fw|fwd|tr|ct|trả lời|chuyển tiếp)\s*:\s*|\[[^\]]{0,60}\]\s*)*", re.IGNORECASE
)
_SOURCE = re.compile(r"\bnguồn (?:là|từ) ([^.;\n]{3,80})", re.IGNORECASE)
_FILE_NUMBER = re.compile(r"(?:hồ sơ|ho so|hs)(?: số| so| mã)?\s(\d[\w.-]{6,40}\d)", re.IGNORECASE)
_AFTER_PHRASE = " \t.,;:-–—_!"


def read_report(
    subject: str, text: str, phrases: Phrases, lookup: Lookup, received: datetime
) -> Read | Unclear:
    """Read a new report from its subject and words; `fields` always has the kind.

    The kind comes from a phrase in the subject or the first line, or from "Loại:"; without any,
    only words that speak of a nonconformity make it one.
    """
    title = _PREFIX.sub("", nfc(subject), count=1).strip()
    lines = opening_lines(text, phrases)
    if not lines and not title:
        return Unclear("", "empty", "")
    first = lines[0] if lines else ""
    reader = Reader(phrases, lookup, received.date())
    found = clauses("\n".join(lines), reader)
    doubt = _no_report(found, reader)
    if doubt:
        return doubt
    meant = {s: words for words in (title, first) for s in _openings(words, phrases)}
    if HANDLED in meant and all(s.act is Act.REPORT and s.sets in _HANDLES for s in meant):
        meant = {HANDLED: meant[HANDLED]}
    if len(meant) > 1:
        return Unclear("", "two_readings", " / ".join(meant.values()))
    if not meant and phrase_in(first, phrases, phrases.sayings):
        return Unclear("", "no_request", first)
    saying, words = next(iter(meant.items()), (PLAIN, ""))
    return _report(saying, words, title, lines, found, reader)


def _no_report(found: Sequence[Clause], reader: Reader) -> Unclear | None:
    """Tell a letter that only asks, promises, sets a condition or passes something on."""
    if len(found) > MOST_CLAUSES:
        return None
    wrong = trouble(found)
    if wrong and wrong[0] in ("question", "postponed", "forward", "quoted"):
        return Unclear("", *wrong, _kinds_to_type(reader.phrases))
    conditional = found and found[0].pieces[0].cue("conditions")
    if not conditional:
        return None
    return Unclear("", "condition", found[0].text, _kinds_to_type(reader.phrases))


def _kinds_to_type(phrases: Phrases) -> tuple[str, ...]:
    return tuple(phrases.kind_type(k) for k in REQUESTS)


_HANDLES = ((), (("kind", Kind.NONCONFORMITY.value),))
"""What a report handled at once may be: it is a nonconformity (5.1.1)."""


def _openings(words: str, phrases: Phrases) -> list[Saying]:
    """List what the opening phrases in a line say; a phrase within a longer one says nothing."""
    spans = _spans(words, phrases)
    whole = [s for s in spans if not any(_within(s[:2], other[:2]) for other in spans)]
    return list(dict.fromkeys(saying for _, _, saying in whole))


def _spans(words: str, phrases: Phrases) -> list[tuple[int, int, Saying]]:
    typed = [folded(w) for w in written_out(tokens(words)[:MOST_WORDS], phrases.short)]
    return [
        (start, end, saying)
        for start in range(len(typed))
        for end in range(start + 1, min(len(typed), start + 16) + 1)
        for saying in phrases.sayings.get(" ".join(typed[start:end]), ())
        if saying.act in OPENING and (saying.sets or saying.answer == HANDLED.answer)
    ]


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _report(
    saying: Saying,
    words: str,
    title: str,
    lines: Sequence[str],
    found: Sequence[Clause],
    reader: Reader,
) -> Read | Unclear:
    """Read box 1 for what the letter opens; a line "Đã tự xử lý: …" makes it a handled one."""
    first, rest = _after_phrase(lines, reader.phrases)
    rest, handled = _handled(rest, reader.phrases)
    handled = handled or any(c.cue("handled") for c in clauses(title, reader))
    done = [c for c in found if c.cue("handled") or (c.cue("remedied") and c.cue("done"))]
    handled = handled or bool(done)
    if handled and saying.act is Act.REPORT and saying.sets in _HANDLES:
        saying = HANDLED
    step = step_of(saying.act, saying.answer)
    fields = read_fields(step, first, rest, reader, strict=False)
    if handled and not fields.values.get("correction"):
        fields.values["correction"] = _what_was_done(found)
    _found_on(fields, found, reader)
    _proposed(fields, found)
    _file_numbers(fields, "\n".join(lines))
    _graded(fields, found)
    _from_source(fields, "\n".join(lines), reader)
    _placed(fields, found, reader)
    _add_title(fields, title, reader.phrases)
    kind = _kind(saying, fields, " ".join((title, *lines)), reader.phrases)
    if isinstance(kind, Unclear):
        return kind
    typed = words or fields.words.get("kind", "") or title or lines[0]
    return Read(
        "",
        step.act,
        step.answer,
        {**fields.values, "kind": kind},
        {"act": typed, **fields.words},
        fields.problems,
    )


def _after_phrase(lines: Sequence[str], phrases: Phrases) -> tuple[str, Sequence[str]]:
    """Take the first line off where it is only an opening phrase, or a phrase and a colon."""
    if not lines:
        return "", lines
    head, _, tail = lines[0].replace("：", ":").partition(":")
    for words, left in ((lines[0], ""), (head, tail.strip())):
        if _is_opening(words, phrases):
            return left, lines[1:]
    return "", lines


def _is_opening(words: str, phrases: Phrases) -> bool:
    key = phrase_in(words, phrases, phrases.sayings)
    return any(s.act in OPENING for s in phrases.sayings.get(key, ()))


def _what_was_done(found: Sequence[Clause]) -> str:
    """The clauses that tell what was done, all of the words when none does by itself."""
    told = [c.text for c in found if c.cue("done", "remedied") and not c.cue("handled")]
    return ", ".join(told) or ", ".join(c.text for c in found)


def _found_on(fields: Fields, found: Sequence[Clause], reader: Reader) -> None:
    """Take the day beside "phát hiện" for the day on which it was found."""
    if "found_on" in fields.values:
        return
    for clause in found:
        days = [d for p in clause.pieces for d in p.all("day") if d <= reader.today]
        if clause.cue("noticed") and days:
            fields.values["found_on"] = days[0].isoformat()
            return


def _proposed(fields: Fields, found: Sequence[Clause]) -> None:
    """ "Đề nghị làm lại": what the reporter would have done."""
    for clause in found:
        chosen = {o for p in clause.pieces for f, o in p.all("choice") if f == "disposition"}
        if clause.cue("pleas") and len(chosen) == 1:
            fields.values.setdefault("proposed_disposition", chosen.pop())


def _graded(fields: Fields, found: Sequence[Clause]) -> None:
    """ "mức độ nặng" anywhere in the words."""
    for clause in found:
        grades = {o for p in clause.pieces for f, o in p.all("choice") if f == "severity"}
        if clause.cue("grade") and len(grades) == 1:
            fields.values.setdefault("severity", grades.pop())


def _from_source(fields: Fields, text: str, reader: Reader) -> None:
    """ "Nguồn là kết quả đánh giá nội bộ": one of the twelve inputs of 5.1.2."""
    named = _SOURCE.search(text)
    if named and "sources" not in fields.values:
        with suppress(Unread):
            fields.values["sources"] = reader.value("sources", named[1])


def _placed(fields: Fields, found: Sequence[Clause], reader: Reader) -> None:
    """The one unit behind "tại", or named by itself: where it happened."""
    units = {
        as_unit(party[0], reader)
        for clause in found
        for place, piece in enumerate(clause.pieces)
        for party in piece.all("party")
        if len(party) == 1 and party[0].startswith(UNIT_PREFIX) and _at(clause, place)
    }
    if len(units) == 1:
        fields.values.setdefault("unit", units.pop())


def _at(clause: Clause, place: int) -> bool:
    before = clause.pieces[place - 1] if place else None
    return len(clause.pieces) == 1 or (before is not None and before.cue("places"))


def _file_numbers(fields: Fields, text: str) -> None:
    """The numbers behind "hồ sơ": "000.12.H05-260521-0007"."""
    numbers = list(dict.fromkeys(_FILE_NUMBER.findall(text)))
    if numbers:
        fields.values.setdefault("file_numbers", ", ".join(numbers))


def _handled(lines: Sequence[str], phrases: Phrases) -> tuple[list[str], bool]:
    """Turn "Đã tự xử lý: …" into the labelled line of what was done."""
    label = phrases.label_of("correction", HANDLED.act, HANDLED.answer)
    turned = []
    for line in lines:
        head, _, tail = line.replace("：", ":").partition(":")
        key = phrase_in(head, phrases, phrases.sayings)
        handled = any(s.means == HANDLED.means for s in phrases.sayings.get(key, ()))
        turned.append(f"{label}: {tail.strip()}" if handled else line)
    return turned, any(new != old for new, old in zip(turned, lines, strict=True))


def _add_title(fields: Fields, title: str, phrases: Phrases) -> None:
    """Put the subject before the content, unless it is only a phrase or stands there already."""
    rest = _without_phrase(title, phrases)
    content = str(fields.values.get("content", ""))
    if rest and not is_polite(rest, phrases) and folded(rest) not in folded(content):
        fields.values["content"] = f"{rest}\n{content}".strip()
        fields.words["content"] = fields.values["content"]


def _without_phrase(title: str, phrases: Phrases) -> str:
    """Take the opening phrase off the start of a subject."""
    words = title.split()
    for length in range(len(words), 0, -1):
        if _is_opening(" ".join(words[:length]), phrases):
            return " ".join(words[length:]).lstrip(_AFTER_PHRASE)
    return title


def _kind(saying: Saying, fields: Fields, text: str, phrases: Phrases) -> str | Unclear:
    said = dict(saying.sets).get("kind")
    if saying == HANDLED:
        said = Kind.NONCONFORMITY.value
    labelled = fields.values.get("kind")
    if said and labelled and said != labelled:
        return Unclear("", "two_readings", f"{phrases.kinds[said]} / {phrases.kinds[labelled]}")
    if said or labelled:
        return str(said or labelled)
    meant = [
        kind
        for kind, list_ in (
            (Kind.NONCONFORMITY, "nonconforming"),
            (Kind.IMPROVEMENT, "improving"),
            (Kind.POTENTIAL, "threatening"),
        )
        if mentioned(text, phrases.reading[list_])
    ]
    if len(meant) == 1 or (meant and meant[0] is Kind.NONCONFORMITY and len(meant) < 3):
        return meant[-1].value if Kind.POTENTIAL in meant else meant[0].value
    return Unclear("", "which_kind", text[:120], _kinds_to_type(phrases))
