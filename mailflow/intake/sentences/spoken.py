"""Reads decisions from free sentences: "ok em, giao Phòng Một cửa làm, xong trước 15/6"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mailflow.intake.lines.blocks import Open
from mailflow.intake.lines.items import Item, Unclear
from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.besides import guessed
from mailflow.intake.sentences.clauses import Clause, clauses, trouble
from mailflow.intake.sentences.filled import Decided, filled, harmless
from mailflow.intake.sentences.implied import implied
from mailflow.intake.sentences.pieces import Piece
from mailflow.intake.sentences.roles import roles
from mailflow.intake.sentences.told import tells, told
from mailflow.phrases import Saying
from mailflow.procedure.terms import Act

EXPLAINED = frozenset(
    {
        "no", "not_met", "refuse", "decline", "back", "not_done", "incomplete", "not_effective",
        "no_work",
    }
)  # fmt: skip
"""Answers that are explained: words behind them are the reason, not a part of the answer."""

EXPLAINED_ACTS = frozenset(
    {
        Act.DECIDE_NEED, Act.PASS_UP, Act.TRANSFER, Act.RETURN_FOR_MORE, Act.WITHDRAW, Act.REASSIGN,
        Act.EXTEND, Act.MERGE, Act.SUPPLY, Act.REQUEST_CHANGE, Act.DIRECT,
    }
)  # fmt: skip
"""The same for every answer of these acts."""

PAST = ("đã", "được", "đã được")
DENIALS = ("không", "khong", "chưa", "chua", "khỏi", "khoi")
SHORT = 4
"""Pieces up to which a doubtful clause contradicts a decision rather than telling of something."""

IMPLIED = 0.9
"""Confidence in an act that is not named but done by saying its fields."""


def spoken(text: str, one: Open, reader: Reader) -> tuple[Item, ...]:
    """Read free sentences about one request; empty when they decide nothing that is known."""
    found = clauses(text, reader)
    wrong = trouble(found)
    if wrong and not (tells(one) and wrong[0] in ("forward", "several_people")):
        return (Unclear(one.request, *wrong),)
    if tells(one):
        return _tale(text, found, one, reader)
    decided = _decided(found, one, reader)
    if isinstance(decided, Unclear):
        return (decided,)
    halting = _halting(found, decided, one)
    if halting:
        return (guessed(halting, found, decided, one, reader),)
    if not decided:
        return ()
    return tuple(_item(part, first, one, reader) for part, first in _parts(found, decided))


def _item(part: Sequence[Clause], first: Decided, one: Open, reader: Reader) -> Item:
    item = filled(part, first, roles(part, reader), one, reader)
    return guessed(item, part, [first], one, reader)


def _tale(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    conditions = next((c for c in found if c.cue("conditions") and not c.cue("contrasts")), None)
    if conditions:
        return (Unclear(one.request, "condition", conditions.text),)
    return told(text, found, one, reader)


def _decided(found: Sequence[Clause], one: Open, reader: Reader) -> list[Decided] | Unclear:
    """List what clauses decide; words around a decision that are not known make it none."""
    decided: list[Decided] = []
    unclean: list[tuple[Clause, Saying]] = []
    reasons = roles(found, reader).why_clauses
    for place, clause in enumerate(found):
        past = clause.cue("soften") or _is_past(clause)
        said = [] if past else _sayings(clause, one, decided, reason=place in reasons)
        if not said:
            continue
        said = [said[0]] if _denies(clause, said[0]) else _plainest(said)
        clean = _clean(clause, said[0])
        if clean and len({s.means for s in said}) > 1:
            return Unclear(one.request, "two_readings", clause.text)
        if clean:
            decided.append(Decided(place, said[0], clause.text))
        else:
            unclean.append((clause, said[0]))
    return _with_implied(found, decided, unclean, one, reader)


def _is_past(clause: Clause) -> bool:
    """Tell a tale of what was done from a decision: "hồ sơ đã được làm lại"."""
    beside = pairwise(clause.pieces)
    return any(before.said.casefold() in PAST and piece.cue("doing") for before, piece in beside)


def _plainest(said: Sequence[Saying]) -> list[Saying]:
    """Leave general words out beside a phrase: "ok duyệt", "được, đạt"."""
    return [s for s in said if not s.only_asked] or list(said)


def _denies(clause: Clause, saying: Saying) -> bool:
    """Tell a phrase that begins with a negation: what it denies stands behind it."""
    piece = next(p for p in clause.pieces if _says(p, saying))
    return piece.said.casefold().startswith(DENIALS)


def _with_implied(
    found: Sequence[Clause],
    decided: list[Decided],
    unclean: Sequence[tuple[Clause, Saying]],
    one: Open,
    reader: Reader,
) -> list[Decided] | Unclear:
    """Put what was asked for first where its own fields are said; ask where words are doubtful."""
    later = bool(decided) and not one.allows(decided[0].saying)
    other = bool(decided) and not later and decided[0].saying.act not in one.asked
    if not decided or later or other:
        end = decided[0].place if later else len(found)
        meant = implied(roles(found[:end], reader), found[:end], one)
        if meant:
            first = Decided(-1, meant, _text(found[:end]), IMPLIED)
            return [first] if other else [first, *decided]
        if later or (unclean and not other):
            words = decided[0].words if later else unclean[0][0].text
            return Unclear(one.request, "not_understood", words)
    for clause, saying in unclean:
        for d in decided:
            if d.saying.act is saying.act and d.saying.answer != saying.answer and _short(clause):
                return Unclear(one.request, "two_readings", f"{d.words} / {clause.text}")
    return decided


def _short(clause: Clause) -> bool:
    return len(clause.core) <= SHORT


def _sayings(
    clause: Clause, one: Open, decided: Sequence[Decided], *, reason: bool
) -> list[Saying]:
    """Give what a clause says: of what was asked, of what comes after it, of nothing else.

    An act that nobody asked for counts only where the clause is nothing but its phrase.
    """
    asked, later, other = [], [], []
    why = next((i for i, p in enumerate(clause.pieces) if p.cue("why")), 0)
    for piece in clause.pieces[:why] if reason else clause.pieces:
        for saying in piece.all("say"):
            if saying.act in one.asked and one.allows(saying):
                asked.append(saying)
            elif _comes_after(saying, one, decided):
                later.append(saying)
            elif one.allows(saying) and not piece.has("choice") and _is_all(piece, clause):
                other.append(saying)
    return asked or later or other[:1]


def _comes_after(saying: Saying, one: Open, decided: Sequence[Decided]) -> bool:
    if decided and one.follows(decided[-1].saying, saying):
        return True
    return not decided and not one.allows(saying) and one.leads_to(saying)


def _is_all(piece: Piece, clause: Clause) -> bool:
    """Tell whether a phrase of several words is all that a clause says, reasons aside."""
    place = clause.pieces.index(piece)
    return " " in piece.said and all(harmless(p) for p in clause.pieces[:place])


def _clean(clause: Clause, saying: Saying) -> bool:
    """Tell whether every word around a decision is known to leave it as it is."""
    pieces = clause.pieces
    at = next(i for i, p in enumerate(pieces) if _says(p, saying))
    explained = saying.answer in EXPLAINED or saying.act in EXPLAINED_ACTS
    why = next((i for i, p in enumerate(pieces) if i > at and p.cue("why")), len(pieces))
    subject = saying.act is Act.PASS_UP and not any(p.cue("negations") for p in pieces[:at])
    before = subject or all(harmless(p) or p.cue("contrasts") for p in pieces[:at])
    after = explained or all(harmless(p) for p in pieces[at + 1 : why])
    return before and after


def _says(piece: Piece, saying: Saying) -> bool:
    return any(s.means == saying.means for s in piece.all("say"))


def _text(found: Sequence[Clause]) -> str:
    return " ".join(c.text for c in found)


def _halting(found: Sequence[Clause], decided: Sequence[Decided], one: Open) -> Unclear | None:
    """Find a condition, or two decisions that exclude each other."""
    places = {d.place: d.saying for d in decided}
    for place, clause in enumerate(found):
        conditions = [p for p in clause.pieces if p.cue("conditions") and not p.cue("contrasts")]
        if conditions:
            return Unclear(one.request, "condition", clause.text)
        if clause.cue("contrasts") and not _only_contrasts(place, clause, places, found):
            return Unclear(one.request, "condition", clause.text)
    for first, other in pairwise(decided):
        if first.saying.act is other.saying.act and first.saying.answer != other.saying.answer:
            return Unclear(one.request, "two_readings", f"{first.words} / {other.words}")
    return None


def _only_contrasts(
    place: int, clause: Clause, places: dict[int, Saying], found: Sequence[Clause]
) -> bool:
    """ "Đạt. Tuy nhiên cần HĐKP", "Hay, nhưng không cần" decide; "Đạt nhưng bổ sung" does not."""
    if clause.cue("soften") or any(c.cue("soften") for c in found[place : place + 2]):
        return True
    earlier = [p for p in places if p < place]
    later = [p for p in places if p >= place]
    if not later:
        return False
    return not earlier or places[later[0]].act is not places[earlier[-1]].act


def _sentence_start(place: int, after: int, found: Sequence[Clause]) -> int:
    """The first clause, behind `after`, of the sentence in which something is decided."""
    while place - 1 > after and found[place - 1].sentence == found[place].sentence:
        place -= 1
    return place


def _parts(
    found: Sequence[Clause], decided: Sequence[Decided]
) -> list[tuple[list[Clause], Decided]]:
    """Share the clauses out among the acts that are decided, in order."""
    acts: list[Decided] = []
    for d in decided:
        if not acts or acts[-1].saying.act is not d.saying.act:
            acts.append(d)
    starts = [0, *(_sentence_start(d.place, before.place, found) for before, d in pairwise(acts))]
    ends = [*starts[1:], len(found)]
    parts = []
    for d, start, end in zip(acts, starts, ends, strict=True):
        parts.append((list(found[start:end]), replace(d, place=d.place - start)))
    return parts
