"""Reads the value of one field from the words somebody typed after its label."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from mailflow.intake.lines import parties, work
from mailflow.intake.lines.dates import read_date
from mailflow.intake.lines.matching import is_thanks, mentioned
from mailflow.phrases import Phrases, said, tokens
from mailflow.procedure import numbering
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.fields import FIELDS, TABLES, Type, keys
from mailflow.procedure.folding import nfc
from mailflow.procedure.people import UNIT_PREFIX, Roster
from mailflow.procedure.request import Json

DONE_ON = ("found_on", "actual_date")
"""Fields for a day on which something was done or seen."""

LONGEST = 2000
"""Characters beyond which words are no date, no name, no choice."""

NEAR = 3
"""Words before a choice in which a negation denies it: "chưa được chấp nhận"."""

MOST_NUMBERS = 50
MOST_ITEMS = 50
_CODE = re.compile(r"[A-Za-z]{1,12}[\s\-–]*\d{4}[\s\-–]+\d{4,6}[\s\-–]*[A-Za-z]\b")
_PERCENT = re.compile(r"(\d{1,4})\s*(?:%|phan tram|phần trăm)?", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?(\d{1,2})(?:[).:\-–\s]+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Lookup:
    """Who and what words may name: the roster of the day, the sender, codes, working days."""

    roster: Roster
    sender: str
    prefix: str = "CTCL"
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True)
class Problem:
    """Words of a field that could not be taken: `why` is a key, `candidates` what may be meant."""

    field: str
    words: str
    why: str
    candidates: tuple[str, ...] = ()


class Unread(ValueError):
    """Words that give no value; carries the Problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.why)


@dataclass(frozen=True)
class Reader:
    """All that reading a letter's values needs: `today` is the day the letter came."""

    phrases: Phrases
    lookup: Lookup
    today: date

    def value(self, field: str, words: str) -> Json:
        """Read a field's JSON value, see `fields.Type`. Raises Unread."""
        kind = FIELDS[field].type
        if kind is not Type.TEXT and kind not in TABLES and len(words) > LONGEST:
            raise Unread(Problem(field, words[:80], _TOO_LONG[kind]))
        return _READERS[kind](field, nfc(words).strip(), self)

    def piece(self, field: str, key: str, words: str) -> Json:
        """Read one cell of a field that is a table, `key` is one of its own. Raises Unread."""
        column = next(c for c in TABLES[FIELDS[field].type] if c.key == key)
        return _READERS[column.type](field, nfc(words).strip(), self)


def _text(_field: str, words: str, _reader: Reader) -> Json:
    return words


def _date(field: str, words: str, reader: Reader) -> Json:
    calendar = reader.lookup.calendar
    day = read_date(words, reader.today, reader.phrases, past=field in DONE_ON, calendar=calendar)
    if day is None:
        raise Unread(Problem(field, words, "bad_date"))
    return day.isoformat()


def _number(field: str, words: str, _reader: Reader) -> Json:
    found = _PERCENT.fullmatch(_without_filler(words))
    if not found:
        raise Unread(Problem(field, words, "bad_number"))
    return int(found[1])


def _without_filler(words: str) -> str:
    """Take "được", "đạt", "khoảng" off a figure."""
    kept = tokens(words)
    while kept and any(said(kept[0], filler) for filler in ("được", "đạt", "khoảng", "số")):
        kept = kept[1:]
    return " ".join(kept).strip(" .,;")


def _numbers(field: str, words: str, reader: Reader) -> Json:
    found: list[int] = []
    for piece in re.split(r"[,;\s]+", words):
        span = re.fullmatch(r"(\d{1,2})(?:[-–](\d{1,2}))?\.?", piece)
        if span:
            last = int(span[2] or span[1])
            found.extend(range(int(span[1]), last + 1))
        elif piece and not _joins(piece, reader):
            raise Unread(Problem(field, words, "bad_number"))
    if not found or len(found) > MOST_NUMBERS:
        raise Unread(Problem(field, words, "bad_number"))
    return list(dict.fromkeys(found))


def _joins(piece: str, reader: Reader) -> bool:
    fillers = ("số", "biện", "pháp", "và", "&", *reader.phrases.reading["joiners"])
    return any(said(piece, filler) for filler in fillers)


def _codes(field: str, words: str, reader: Reader) -> Json:
    begins = numbering.prefixes(reader.lookup.prefix)
    found = [numbering.parse(m[0], *begins) for m in _CODE.finditer(words)]
    codes = [code for code in found if code]
    for code in codes:
        if not code.valid:
            raise Unread(Problem(field, code.written, "wrong_code", (code.right,)))
    if not codes or len(codes) != len(found):
        raise Unread(Problem(field, words, "wrong_code"))
    return list(dict.fromkeys(code.right for code in codes))


def _code(field: str, words: str, reader: Reader) -> Json:
    codes = _codes(field, words, reader)
    if len(codes) != 1:
        raise Unread(Problem(field, words, "wrong_code"))
    return codes[0]


def _choice(field: str, words: str, reader: Reader) -> Json:
    exact = _exactly(field, words, reader)
    found = [exact] if exact else _mentioned(field, words, reader)
    if len(found) != 1:
        labels = (listed[0] for listed in reader.phrases.options[field].values())
        raise Unread(Problem(field, words, "bad_option", tuple(labels)))
    return found[0]


def _choices(field: str, words: str, reader: Reader) -> Json:
    found: list[str] = []
    for piece in re.split(r"[;\n]|(?<=[^\W\d])\.\s", words):
        remark = is_thanks(piece, reader.phrases) or mentioned(
            piece, reader.phrases.spoken["soften"]
        )
        if piece.strip() and not remark:
            found.extend(_of_piece(field, piece.strip(" .,-–+*•\t"), reader))
    if not found:
        raise Unread(Problem(field, words, "bad_option"))
    return list(dict.fromkeys(found))


def _of_piece(field: str, piece: str, reader: Reader) -> list[str]:
    """Read one of several choices: by number, by its words, else kept as typed."""
    numbered = _by_numbers(field, piece, reader)
    if numbered:
        return numbered
    exact = _exactly(field, piece, reader)
    if exact:
        return [exact]
    parts = [p.strip() for p in piece.split(",") if p.strip()]
    read = [_exactly(field, p, reader) or p for p in parts]
    known = any(r != p for r, p in zip(read, parts, strict=True))
    mentioned = _mentioned(field, piece, reader)
    if not known and len(mentioned) == 1:
        return mentioned
    return read if known else [piece]


def _by_numbers(field: str, piece: str, reader: Reader) -> list[str]:
    """Read "2", "1, 3 và 5" or "2. Lặp lại": the number and the words must agree."""
    options = FIELDS[field].options
    found = _NUMBERED.fullmatch(piece)
    if found and found[2] and not found[2][0].isdigit():
        option = _exactly(field, found[2].strip(" )"), reader)
        if option and options.index(option) != int(found[1]) - 1:
            raise Unread(Problem(field, piece, "bad_option"))
        if option:
            return [option]
    if not re.fullmatch(r"[\d,\s()&.]+|[\d,\s()&.]*\d\s+\w{2}\s+\d{1,2}", piece):
        return []
    numbers = _numbers(field, piece.replace("(", "").replace(")", ""), reader)
    if not all(1 <= n <= len(options) for n in numbers):
        raise Unread(Problem(field, piece, "bad_option"))
    return [options[n - 1] for n in numbers]


def _exactly(field: str, words: str, reader: Reader) -> str:
    """Give the option whose words these are, empty if they are no option's."""
    typed = reader.phrases.key(words.strip(" .,;:!"))
    return next((option for key, option in _keys(reader.phrases, field) if key == typed), "")


@lru_cache(maxsize=64)
def _keys(phrases: Phrases, field: str) -> tuple[tuple[str, str], ...]:
    """List the keys of a field's options as they are written, each with its option."""
    options = phrases.options[field].items()
    return tuple((phrases.key(word), option) for option, listed in options for word in listed)


def _mentioned(field: str, words: str, reader: Reader) -> list[str]:
    """List the options named among other words, unless a negation stands close before."""
    typed = reader.phrases.key(words).split()
    spans = [
        (place, place + len(key), option)
        for key, option in ((key.split(), o) for key, o in _keys(reader.phrases, field))
        for place in range(len(typed))
        if typed[place : place + len(key)] == key
    ]
    whole = [s for s in spans if not any(_within(s, other) for other in spans)]
    denied = any(_negated(typed[:start], reader) for start, _, _ in whole)
    return [] if denied else list(dict.fromkeys(option for _, _, option in whole))


def _within(span: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return span[:2] != other[:2] and other[0] <= span[0] and span[1] <= other[1]


def _negated(before: list[str], reader: Reader) -> bool:
    denials = {reader.phrases.key(word) for word in reader.phrases.reading["negations"]}
    return bool(denials & set(before[-NEAR:]))


def _unit(field: str, words: str, reader: Reader) -> Json:
    unit = parties.unit_named(words, reader.lookup.roster)
    if not unit:
        names = tuple(u.name for u in reader.lookup.roster.units)
        raise Unread(Problem(field, words, "unknown_unit", names))
    return unit


def _person(field: str, words: str, reader: Reader) -> Json:
    one = _party(field, words, reader)
    if one.startswith(UNIT_PREFIX):
        head = reader.lookup.roster.head_of(one.removeprefix(UNIT_PREFIX))
        raise Unread(Problem(field, words, "not_a_person", (head.name,) if head else ()))
    return one


def _party(field: str, words: str, reader: Reader) -> str:
    lookup = reader.lookup
    found = parties.found(words, lookup.roster, lookup.sender, reader.phrases)
    if len(found) == 1:
        return found[0]
    people = (lookup.roster.person(party) for party in found)
    candidates = tuple(f"{p.name} ({p.unit})" for p in people if p)
    raise Unread(Problem(field, words, "several_people" if found else "unknown_person", candidates))


def _parties(field: str, words: str, reader: Reader) -> Json:
    lookup = reader.lookup
    named = parties.split(words, lookup.roster, lookup.sender, reader.phrases)
    if not named:
        raise Unread(Problem(field, words, "unknown_person"))
    return list(dict.fromkeys(_party(field, name, reader) for name in named))


def _work(field: str, words: str, reader: Reader) -> Json:
    found = work.items(words, reader.phrases)
    nameless = next((item for item in found if not item.get(work.LEAD)), None)
    if not found or nameless or len(found) > MOST_ITEMS:
        raise Unread(Problem(field, words, "bad_value"))
    return [_item(field, item, reader) for item in found]


def _item(field: str, item: dict[str, str], reader: Reader) -> dict[str, Json]:
    return {
        "what": item[work.LEAD],
        "who": _parties(field, item["who"], reader) if item.get("who") else [],
        "with": item.get("with", ""),
        "by": _date(field, item["by"], reader) if item.get("by") else "",
        "output": item.get("output", ""),
    }


def _numbered(field: str, words: str, reader: Reader) -> Json:
    """Read the rows of a plan or of its results; a row without a number has the number 0."""
    table = FIELDS[field].type
    found = work.items(words, reader.phrases, table)
    if not found or len(found) > MOST_ITEMS:
        raise Unread(Problem(field, words[:80], "bad_lines"))
    return [_row(item, table) for item in found]


def _row(item: dict[str, str], table: Type) -> dict[str, Json]:
    """Words without a label are the objective, in results the actual value unless that is named."""
    lead = "actual" if table is Type.RESULTS and not item.get("actual") else "objective"
    said = {key: item.get(key, "") for key in keys(table)}
    if item.get(work.LEAD):
        said[lead] = "; ".join(filter(None, (said[lead], item[work.LEAD])))
    return {"no": int(item.get("no") or 0), **said}


_TOO_LONG = {
    Type.DATE: "bad_date",
    Type.NUMBER: "bad_number",
    Type.NUMBERS: "bad_number",
    Type.CODE: "wrong_code",
    Type.CODES: "wrong_code",
    Type.CHOICE: "bad_option",
    Type.CHOICES: "bad_option",
    Type.UNIT: "unknown_unit",
    Type.PERSON: "unknown_person",
    Type.PARTIES: "unknown_person",
}
"""Why words far too long are no value, by what was wanted."""

_READERS: dict[Type, Callable[[str, str, Reader], Json]] = {
    Type.TEXT: _text,
    Type.DATE: _date,
    Type.NUMBER: _number,
    Type.NUMBERS: _numbers,
    Type.CODE: _code,
    Type.CODES: _codes,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.UNIT: _unit,
    Type.PERSON: _person,
    Type.PARTIES: _parties,
    Type.WORK: _work,
    Type.OBJECTIVES: _numbered,
    Type.RESULTS: _numbered,
}
