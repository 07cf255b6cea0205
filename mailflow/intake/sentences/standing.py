"""Reads who is to act for whom: "tôi nghỉ 10-20/6, ủy quyền chị Lan", "hủy ủy quyền"; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.items import Unclear
from mailflow.intake.lines.matching import longest_start, mentioned
from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.clauses import Clause, clauses, trouble
from mailflow.intake.sentences.pieces import Piece
from mailflow.intake.sentences.stretches import Stretch, stretch, written_out
from mailflow.intake.sentences.words import Word, words_of
from mailflow.procedure import labels
from mailflow.procedure.folding import nfc
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.steps import OURS
from mailflow.procedure.terms import Act, Role

MOST_CLAUSES = 12
"""Clauses beyond which a letter is about something else, whatever it says of standing in."""

_DECISION = re.compile(
    r"(?:\b(?:theo|tại|căn cứ)\s)?(?P<words>\b(?:quyết định|QĐ|QD|văn bản|công văn|giấy ủy quyền)"
    r"(?: ủy quyền)?(?: số)?\s?:?\s?\d{1,5}(?:/[\w/-]{1,40})?|\b\d{1,5}/QĐ[\w/-]{0,40})"
    r"(?:,?\s(?:ngày\s)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4})?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Appointing:
    """Somebody is to act for `for_whom`; `acts` None means every act; `missing` is asked for."""

    for_whom: str
    who: str
    acts: frozenset[Act] | None
    since: date
    until: date | None
    decision: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revoking:
    """The sender takes back whom they appointed by mail: `who`, or everybody when it is empty.

    `for_whom` is the person whose stand-in `who` is, where it is not the sender.
    """

    who: str
    for_whom: str = ""


Wish = Appointing | Revoking | Unclear


@dataclass(frozen=True)
class _Cue:
    """A list of [standing_in] whose words stand from `start` to `end` in the text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Text:
    """A letter cut up: its clauses, its words and where the words of [standing_in] are."""

    text: str
    found: list[Clause]
    words: list[Word]
    cues: list[_Cue]
    reader: Reader

    def has(self, *names: str) -> bool:
        """Tell whether words of one of these lists stand in the letter."""
        return any(cue.name in names for cue in self.cues)

    def within(self, clause: Clause, *names: str) -> list[_Cue]:
        """List the words of these lists that a clause holds."""
        start, end = clause.pieces[0].start, clause.pieces[-1].end
        return [c for c in self.cues if c.name in names and start <= c.start < end]


def read_wish(subject: str, text: str, reader: Reader) -> Wish | None:
    """Read a letter about standing in; None when it is about something else.

    Whatever is read counts only when the person confirms it; in doubt it is asked about.
    """
    lines = "\n".join(opening_lines(text, reader.phrases))
    whole = _cut(lines, reader)
    if not whole.has("delegating", "in_place", "revoking") and subject:
        lines = f"{nfc(subject)}\n{lines}"
        whole = _cut(lines, reader)
    if not 0 < len(whole.found) <= MOST_CLAUSES:
        return None
    if whole.has("revoking"):
        return _revoking(whole)
    if not whole.has("delegating") and not (whole.has("in_place") and whole.has("away")):
        return None
    return _appointing(whole, lines)


def _cut(text: str, reader: Reader) -> _Text:
    bare = written_out(_DECISION.sub(" ", nfc(text)))
    words = words_of(bare, reader.phrases)
    return _Text(bare, clauses(bare, reader), words, list(_cues(words, reader)), reader)


def _cues(words: Sequence[Word], reader: Reader) -> Iterator[_Cue]:
    """Find the words of [standing_in], at each place the longest; "được ủy quyền" is no cue."""
    place = 0
    typed = [word.text for word in words]
    names = ("delegating", "in_place", "revoking", "papers", "away")
    while place < len(words):
        sizes = {n: longest_start(typed[place:], reader.phrases.standing_in[n]) for n in names}
        name = max(sizes, key=lambda n: sizes[n])
        if sizes[name]:
            yield _Cue(name, words[place].start, words[place + sizes[name] - 1].end)
        place += sizes[name] or 1


def _revoking(whole: _Text) -> Wish:
    wrong = _trouble(whole)
    if wrong:
        return wrong
    named = [p for clause in whole.found for p in clause.pieces if p.has("party")]
    if len(named) > 2 or any(len(_ids(piece)) != 1 for piece in named):
        return Unclear("", "several_people", ", ".join(p.text for p in named))
    for_whom, who = ("", "", *(_ids(piece)[0] for piece in named))[-2:]
    return Revoking(who, for_whom)


def _trouble(whole: _Text) -> Unclear | None:
    """A question, a condition, words taken back; "anh Minh duyệt thay" is nobody's hearsay."""
    for clause in whole.found:
        wrong = trouble([clause])
        ours = whole.within(clause, "delegating", "in_place") and not clause.cue("defer")
        if wrong and not (ours and wrong[0] in ("forward", "quoted", "postponed")):
            return Unclear("", *wrong)
        halting = [p for p in clause.pieces if p.cue("conditions", "negations")]
        if not all(_inside(p, whole.within(clause, "away")) for p in halting):
            return Unclear("", "condition", clause.text)
    return None


def _inside(piece: Piece, cues: Sequence[_Cue]) -> bool:
    """Tell whether a piece belongs to longer words: "không có mặt" denies nothing."""
    return any(cue.start <= piece.start < cue.end for cue in cues)


def _appointing(whole: _Text, lines: str) -> Wish | None:
    reader, sender = whole.reader, whole.reader.lookup.sender
    who, for_whom = _sides(whole)
    told = mentioned(lines, reader.phrases.reading["nonconforming"])
    own = all(_ids(p) == (sender,) for p in for_whom)
    if (told or not whole.has("delegating")) and not (own and who):
        return None if told or not _is_secretary(reader) else _complete(whole, who, for_whom, lines)
    return _complete(whole, who, for_whom, lines)


def _is_secretary(reader: Reader) -> bool:
    person = reader.lookup.roster.person(reader.lookup.sender)
    return person is not None and Role.ISO_SECRETARY in person.roles


def _complete(whole: _Text, who: Sequence[Piece], for_whom: Sequence[Piece], lines: str) -> Wish:
    """Put together what is said; what is told twice or not known is asked about."""
    named = [_one(side) for side in (who, for_whom)]
    doubt = _trouble(whole) or next((n for n in named if isinstance(n, Unclear)), None)
    days = stretch([p for c in whole.found for p in c.pieces], whole.reader)
    acts = _scope(whole) if who else None
    if days.fault:
        doubt = doubt or Unclear("", "stand_in_days", days.fault)
    doubt = doubt or (acts if isinstance(acts, Unclear) else None)
    if doubt:
        return doubt
    ids = [str(n) for n in named]
    decision = _DECISION.search(nfc(lines))
    return _checked(ids[0], ids[1], acts, days, decision["words"] if decision else "", whole.reader)


def _checked(
    who: str, for_whom: str, acts: object, days: Stretch, decision: str, reader: Reader
) -> Wish:
    for_whom = for_whom or reader.lookup.sender
    if who == for_whom:
        return Unclear("", "stand_in_oneself", reader.lookup.roster.name_of(who))
    if days.until and days.until < reader.today:
        return Unclear("", "stand_in_days", f"{days.until:%d/%m/%Y}")
    since = days.since or reader.today
    missing = [name for name, value in (("who", who), ("until", days.until)) if not value]
    scope = acts if isinstance(acts, frozenset) else None
    return Appointing(for_whom, who, scope, since, days.until, decision, tuple(missing))


# --- who, and for whom ----------------------------------------------------------------------------


def _sides(whole: _Text) -> tuple[list[Piece], list[Piece]]:
    """Find who is to act, behind "ủy quyền" or before "thay", and whom they are to act for."""
    who: list[Piece] = []
    for_whom: list[Piece] = []
    for clause in whole.found:
        parties = [p for p in clause.pieces if p.has("party")]
        for cue in whole.within(clause, "delegating"):
            who += [p for p in parties if p.start >= cue.end]
            for_whom += [p for p in parties if p.end <= cue.start]
        for cue in whole.within(clause, "in_place"):
            behind = [p for p in parties if p.start >= cue.end]
            before = [p for p in parties if p.end <= cue.start]
            who += [p for p in before if p not in who]
            for_whom += [p for p in behind if p not in who]
        if not whole.within(clause, "delegating", "in_place") and whole.within(clause, "away"):
            for_whom += parties
    return who or _behind(whole), for_whom


def _behind(whole: _Text) -> list[Piece]:
    """Whom a mark parts from the word: "Ủy quyền: chị Lan", "Người thay: anh Nam"."""
    for clause, after in zip(whole.found, whole.found[1:], strict=False):
        if whole.within(clause, "delegating") and clause.end in (":", "\n"):
            return [p for p in after.pieces if p.has("party")]
    return []


def _ids(piece: Piece) -> tuple[str, ...]:
    return tuple(piece.all("party")[0])


def _one(named: Sequence[Piece]) -> str | Unclear:
    """Give the one person who is named, empty when nobody is."""
    parties = list(dict.fromkeys(_ids(p) for p in named))
    words = ", ".join(p.text for p in named)
    if len(parties) > 1 or any(len(ids) > 1 for ids in parties):
        return Unclear("", "several_people", words)
    party = next((ids[0] for ids in parties if ids), "")
    return Unclear("", "stand_in_unit", words) if party.startswith(UNIT_PREFIX) else party


# --- which acts -----------------------------------------------------------------------------------


def _scope(whole: _Text) -> frozenset[Act] | Unclear | None:
    """Read which acts are handed on, all (None) unless some are named; unknown words are asked."""
    region = list(_left_over(whole))
    names = _names(whole.reader)
    lists = whole.reader.phrases.standing_in
    acts: set[Act] = set()
    place = 0
    typed = [word.text for word in region]
    while place < len(region):
        sizes = {act: longest_start(typed[place:], words) for act, words in names.items()}
        act = max(sizes, key=lambda a: sizes[a])
        plain = max(longest_start(typed[place:], lists[name]) for name in ("all_acts", "only"))
        if sizes[act] and sizes[act] >= plain:
            acts.add(act)
        elif not plain and not _says_nothing(region[place], whole):
            words = whole.text[region[place].start : region[-1].end]
            return Unclear("", "stand_in_acts", " ".join(words.split()))
        place += max(sizes[act], plain, 1)
    return frozenset(acts) or None


def _names(reader: Reader) -> dict[Act, tuple[str, ...]]:
    own = reader.phrases.delegated
    return {act: (labels.ACT[act], *own.get(act, ())) for act in Act if act not in OURS}


def _left_over(whole: _Text) -> Iterator[Word]:
    """Give the words that may name acts: behind the first word of handing on, in its sentence.

    A clause that tells of being away names none.
    """
    handed: tuple[int, int] | None = None
    for clause in whole.found:
        cues = whole.within(clause, "delegating", "in_place")
        if cues:
            handed = min(c.start for c in cues), clause.sentence
        elif whole.within(clause, "away"):
            continue
        if handed and handed[1] == clause.sentence:
            yield from _words_left(clause, handed[0], whole)


def _words_left(clause: Clause, start: int, whole: _Text) -> Iterator[Word]:
    first, end = max(clause.pieces[0].start, start), clause.pieces[-1].end
    for word in whole.words:
        if first <= word.start < end and not _accounted_for(word, clause, whole):
            yield word


def _accounted_for(word: Word, clause: Clause, whole: _Text) -> bool:
    piece = next(p for p in clause.pieces if p.start <= word.start < p.end)
    known = piece.has("party") or piece.has("day") or piece.cue("since")
    return known or any(c.start <= word.start < c.end for c in whole.cues)


def _says_nothing(word: Word, whole: _Text) -> bool:
    pieces = (p for c in whole.found for p in c.pieces if p.start <= word.start < p.end)
    piece = next(pieces)
    return piece.has("polite") or piece.cue("fillers", "pronouns", "and") or not word.text.isalnum()
