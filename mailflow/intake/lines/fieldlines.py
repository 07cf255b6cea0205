"""Reads the lines under a phrase: "Nhãn: nội dung" into fields, other words into the free field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailflow.intake.lines import parties, work
from mailflow.intake.lines.dates import date_in
from mailflow.intake.lines.matching import is_closing, is_polite
from mailflow.intake.lines.values import Problem, Reader, Unread
from mailflow.intake.lines.work import PIECES
from mailflow.phrases import Phrases
from mailflow.procedure.fields import FIELDS, NUMBERED, TABLES, Type
from mailflow.procedure.folding import folded
from mailflow.procedure.request import Json
from mailflow.procedure.steps import fields_of
from mailflow.procedure.table import Step

LONGEST_LABEL = 70
_COLON = re.compile(r"[:：=]")
_DASH = re.compile(r"\s[-–]\s")
_COUNTED = re.compile(r"(.{1,60}?) ?(?:s[oố] ?)?(\d{1,2})", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]{0,20}(?:[-–+*•]{1,3}\s?|\(?\d{1,2}[.)/]\s)[ \t]{0,20}")
_JOINT = {
    Type.TEXT: "\n",
    Type.WORK: "\n- ",
    Type.OBJECTIVES: "\n",
    Type.RESULTS: "\n",
    **dict.fromkeys((Type.PARTIES, Type.CODES, Type.CHOICES, Type.NUMBERS), "; "),
}
"""What stands between the words of a field that was given several times."""

_FLOWING = (Type.TEXT, *TABLES)
_DECIDING = (Type.DATE, Type.PERSON, Type.PARTIES, Type.CHOICE)
"""Labels of these decide an act: they are never mere remarks."""


@dataclass(frozen=True)
class Fields:
    """What a block carries: values, the typed words each rests on, what could not be taken.

    `free` are the words without a label; they are in the act's free field as well. `labelled`
    are the typed words behind labels.
    """

    values: dict[str, Json]
    words: dict[str, str]
    problems: tuple[Problem, ...]
    free: str
    labelled: Mapping[str, str]


@dataclass
class _Sorted:
    """Lines sorted by the field they belong to, in the order of the letter."""

    labelled: list[tuple[str, list[str]]] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def labelled_line(line: str, labels: Mapping[str, str], phrases: Phrases) -> tuple[str, str] | None:
    """Read "Nhãn: nội dung" as (field, words); None when no known label stands in front."""
    label, words = _label(_BULLET.sub("", line, count=1))
    if not label:
        return None
    name = labels.get(phrases.key(label))
    return (name, words) if name else _counted(label, words, labels, phrases)


def _label(line: str) -> tuple[str, str]:
    """Cut a line at its first colon, or dash between spaces; ("", "") without one."""
    head = line[:LONGEST_LABEL]
    mark = _COLON.search(head) or _DASH.search(head)
    if not mark:
        return "", ""
    return head[: mark.start()].strip(" *_\t"), line[mark.end() :].strip(" *_\t")


def _counted(
    label: str, words: str, labels: Mapping[str, str], phrases: Phrases
) -> tuple[str, str] | None:
    """Read "Biện pháp 2: …": a row of a table with its number, which some tables keep."""
    found = _COUNTED.fullmatch(label)
    name = labels.get(phrases.key(found[1])) if found else None
    if not found or not name or FIELDS[name].type not in TABLES:
        return None
    return name, f"{found[2]}. {words}" if FIELDS[name].type in NUMBERED else words


def read_fields(
    step: Step, first: str, lines: Sequence[str], reader: Reader, *, strict: bool
) -> Fields:
    """Read a block's fields; `first` are the words after the phrase's colon, `lines` the rest.

    With `strict`, labels of days, people and choices that the act does not carry, and days and
    names in free words while the act lacks them, are problems: they may change what was meant.
    """
    labels = reader.phrases.labelled(step)
    first, *more = _pieces(first, labels, reader.phrases)
    found = _sort([*more, *lines], labels, reader, _numbered_table(step))
    if first:
        name = _meant_by_colon(step, first, found, reader)
        if name:
            found.labelled.insert(0, (name, [first]))
        else:
            found.free.insert(0, first)
    return _read(step, found, reader, strict=strict)


def _numbered_table(step: Step) -> str:
    """Name the field of an act whose rows people write as "1. …", "2. …", without a label."""
    return next((name for name in fields_of(step) if FIELDS[name].type in NUMBERED), "")


def _sort(lines: Sequence[str], labels: Mapping[str, str], reader: Reader, table: str) -> _Sorted:
    found = _Sorted()
    current: list[str] | None = None
    blank = False
    for line in (piece for whole in lines for piece in _pieces(whole, labels, reader.phrases)):
        if not line.strip():
            blank = True
            continue
        known = labelled_line(line, labels, reader.phrases) or _bare_label(line, labels, reader)
        if table and work.is_numbered(line) and (known is None or known[0] == table):
            known = table, line
        if known:
            current = [known[1]]
            found.labelled.append((known[0], current))
        elif current is not None and _goes_on(found.labelled[-1], line, reader, blank=blank):
            current.append(line)
        else:
            current = None
            _set_free(line, found, reader)
        blank = False
    return found


def _pieces(line: str, labels: Mapping[str, str], phrases: Phrases) -> list[str]:
    """Cut "Người thực hiện: Nam; thời hạn: 15/6" before each label of the act."""
    pieces: list[str] = []
    for part in PIECES.split(line):
        if not pieces or labelled_line(part, labels, phrases):
            pieces.append(part)
        else:
            pieces[-1] += part
    return [*(piece.rstrip(" ;,") for piece in pieces[:-1]), pieces[-1]]


def _bare_label(line: str, labels: Mapping[str, str], reader: Reader) -> tuple[str, str] | None:
    """Read "Hạn 15/6": a label without a colon, only before a value that reads clearly."""
    words = line.split()
    for length in range(min(4, len(words) - 1), 0, -1):
        name = labels.get(reader.phrases.key(" ".join(words[:length])))
        if name and FIELDS[name].type not in (*_FLOWING, Type.CHOICES):
            value = " ".join(words[length:])
            return (name, value) if _reads(name, value, reader) else None
    return None


def _reads(name: str, words: str, reader: Reader) -> bool:
    try:
        reader.value(name, words)
    except Unread:
        return False
    return True


def _goes_on(labelled: tuple[str, list[str]], line: str, reader: Reader, *, blank: bool) -> bool:
    """A label's words go on: at once for text, over blank lines while nothing was said yet."""
    name, said = labelled
    if not any(text.strip() for text in said):
        return True
    kind = FIELDS[name].type
    if kind in TABLES:
        return not blank or bool(_BULLET.match(line))
    if blank or kind in (Type.TEXT, Type.CHOICES):
        return not blank
    return kind in _JOINT and _reads(name, line, reader)


def _set_free(line: str, found: _Sorted, reader: Reader) -> None:
    label, words = _label(line)
    key = reader.phrases.key(label)
    if key in map(reader.phrases.key, reader.phrases.reading["skip"]):
        return
    names = reader.phrases.label_keys.get(key, ())
    deciding = [name for name in names if FIELDS[name].type in _DECIDING]
    if words and deciding:
        found.refused.append(Problem(deciding[0], line.strip(), "not_taken"))
    found.free.append(line)


def _meant_by_colon(step: Step, first: str, found: _Sorted, reader: Reader) -> str:
    """Tell which one field the words after "phrase:" give, if they can only be that one."""
    given = {name for name, _ in found.labelled}
    must = [n for need in step.must for n in need.split("|") if n not in given and n != "files"]
    kinds = (*_FLOWING, Type.CHOICES)
    names = [n for n in must if FIELDS[n].type not in kinds and _reads(n, first, reader)]
    return names[0] if len(names) == 1 else ""


def _read(step: Step, found: _Sorted, reader: Reader, *, strict: bool) -> Fields:
    values: dict[str, Json] = {}
    words = _gathered(found.labelled)
    problems = list(found.refused) if strict else []
    for name, typed in words.items():
        try:
            values[name] = reader.value(name, typed)
        except Unread as unread:
            problems.append(unread.problem)
    problems += _twice(found.labelled)
    free = "\n".join(line for line in found.free if not _is_end(line, reader)).strip()
    problems += _unlabelled(step, words, free, reader) if strict else []
    if free:
        words[step.free] = "\n".join(filter(None, (words.get(step.free), free)))
        values[step.free] = words[step.free]
    return Fields(values, words, tuple(problems), free, _gathered(found.labelled))


def _gathered(labelled: Sequence[tuple[str, list[str]]]) -> dict[str, str]:
    """Join the words of each field; of a field with one value the first are taken."""
    typed: dict[str, str] = {}
    for name, lines in labelled:
        text = "\n".join(lines).strip()
        kind = FIELDS[name].type
        if text and name not in typed:
            typed[name] = text
        elif text and kind in _JOINT:
            typed[name] += _JOINT[kind] + text
    return typed


def _twice(labelled: Sequence[tuple[str, list[str]]]) -> list[Problem]:
    """Find a field of one value that was given two."""
    first: dict[str, str] = {}
    problems = []
    for name, lines in labelled:
        text = "\n".join(lines).strip()
        if not text or FIELDS[name].type in _JOINT:
            continue
        other = first.setdefault(name, text)
        if other != text:
            problems.append(Problem(name, f"{other} / {text}", "twice"))
    return problems


def _is_end(line: str, reader: Reader) -> bool:
    """Tell a line that is only politeness or the sender's own name or post from words."""
    if is_polite(line, reader.phrases) or is_closing(line, reader.phrases):
        return True
    person = reader.lookup.roster.person(reader.lookup.sender)
    if person is None:
        return False
    bare = line.strip(" .,;-–_*()")
    own = (person.position, person.unit, person.email)
    return folded(bare) in map(folded, filter(None, own)) or parties.is_name(
        bare, person, reader.phrases
    )


def _unlabelled(step: Step, words: Mapping[str, str], free: str, reader: Reader) -> list[Problem]:
    """Find a day or a name in free words that may be meant for a field left out."""
    problems = []
    for name in (n for need in step.must for n in need.split("|") if n not in words):
        kind = FIELDS[name].type
        said = date_in(free) if kind is Type.DATE else ""
        if kind in (Type.PERSON, Type.PARTIES):
            said = parties.named_in(free, reader.lookup.roster)
        if said:
            problems.append(Problem(name, said, "unlabelled"))
    return problems
