"""Finds in clauses who is to do, who checks, which unit, why, and the choices that are made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mailflow.intake.lines.values import Reader
from mailflow.intake.sentences.clauses import Clause
from mailflow.intake.sentences.limits import Limits, limits
from mailflow.intake.sentences.pieces import Piece
from mailflow.phrases import fold
from mailflow.procedure.people import UNIT_PREFIX

Run = tuple[int, int, list[tuple[str, ...]]]
"""People named one after the other: from which piece to which, and whom each may mean."""


@dataclass
class Roles:
    """What clauses say besides their decision; `faults` are (why, words).

    `doers`, `checkers`, `units` are parties; `words` what they rest on, by doer, checker, unit,
    due. `doer_clauses` and `why_clauses` are places of clauses.
    """

    doers: list[str] = field(default_factory=list)
    checkers: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    choices: dict[str, list[str]] = field(default_factory=dict)
    why: str = ""
    oversight: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    doer_clauses: set[int] = field(default_factory=set)
    why_clauses: set[int] = field(default_factory=set)

    @property
    def due(self) -> list[date]:
        """The days named as limits, in order."""
        return self.limits.due


def roles(found: Sequence[Clause], reader: Reader) -> Roles:
    """Sort people, days, choices and reasons of clauses into their roles."""
    result = Roles()
    for place, clause in enumerate(found):
        _people(result, place, found, reader)
        _choices(result, clause)
    for place in range(len(found)):
        _reasons(result, place, found)
    working = result.doer_clauses if result.doers or result.choices else set()
    result.limits = limits(found, reader, working, result.why_clauses)
    result.faults += result.limits.faults
    result.words.update(result.limits.words)
    _only_named(result, found)
    return result


def _only_named(result: Roles, found: Sequence[Clause]) -> None:
    """ "PCM - 12/6": nothing but somebody and a day gives that one the work until then."""
    pieces = [p for c in found for p in c.core if any(letter.isalnum() for letter in p.text)]
    names = [p for p in pieces if p.has("party")]
    days = [d for p in pieces for d in p.all("day")]
    if len(names) == len(days) == 1 and len(pieces) == 2 and not result.doers:
        party = names[0].all("party")[0]
        result.doers.extend(party if len(party) == 1 else ())
        result.limits.due = result.limits.due or days


# --- people --------------------------------------------------------------------------------------


def _people(result: Roles, place: int, found: Sequence[Clause], reader: Reader) -> None:
    named = ("pronouns", "titles_of_self")
    pieces = [p for p in found[place].before_why() if p.cue(*named) or not p.cue("fillers")]
    for run in _runs(pieces, reader):
        role = _role(pieces, run, result) or _by_context(pieces, place, found, result)
        for party in run[2] if role != "skip" else ():
            _give(result, role, party, pieces[run[0] : run[1]], place, found)


def _runs(pieces: Sequence[Piece], reader: Reader) -> list[Run]:
    """Group people named one after the other; a word for oneself stands for the sender."""
    runs: list[Run] = []
    for place, piece in enumerate(pieces):
        party = _party(piece, pieces, place, reader)
        if party is None:
            continue
        last = runs[-1][1] if runs else 0
        if runs and place - last <= 1 and _joins(pieces[last:place]):
            runs[-1] = (runs[-1][0], place + 1, [*runs[-1][2], party])
        else:
            runs.append((place, place + 1, [party]))
    return runs


def _joins(between: Sequence[Piece]) -> bool:
    return all(p.cue("and", "coordinating") for p in between)


def _party(
    piece: Piece, pieces: Sequence[Piece], place: int, reader: Reader
) -> tuple[str, ...] | None:
    named = piece.all("party")
    if named:
        return tuple(named[0])
    before, after = _around(pieces, place, place + 1)
    itself = after is not None and after.cue("self", "checking")
    left_to = before is not None and before.cue("assign")
    left_to_me = left_to and before is not None and fold(before.said) == "de"
    checks = before is not None and before.cue("checking")
    oneself = piece.cue("pronouns") and (left_to or itself or checks)
    if oneself or (piece.cue("titles_of_self") and (itself or left_to_me)):
        return (reader.lookup.sender,)
    return None


def _around(pieces: Sequence[Piece], start: int, end: int) -> tuple[Piece | None, Piece | None]:
    before = pieces[start - 1] if start else None
    return before, next(iter(pieces[end:]), None)


def _role(pieces: Sequence[Piece], run: Run, result: Roles) -> str:
    """Say by the words beside them what people are named for; empty when those do not tell."""
    start, end, _ = run
    before = pieces[start - 1] if start else None
    behind = [p for p in pieces[end:] if not p.has("polite")]
    after = behind[0] if behind else None
    checking = behind[1] if len(behind) > 1 and behind[0].cue("self") else after
    if before and before.cue("transfer"):
        return "unit"
    if (before and before.cue("checking")) or (checking and checking.cue("checking")):
        return "checker"
    if (before and before.cue("assign", "self")) or (after and after.cue("doing", "self")):
        return "doer"
    if before and before.cue("coordinating") and result.doers:
        return "doer"
    return "skip" if before and (before.has("polite") or before.cue("owners")) else ""


def _by_context(pieces: Sequence[Piece], place: int, found: Sequence[Clause], result: Roles) -> str:
    """A clause that is only a name goes on with the one before it: "giao anh Nam, chị Bích"."""
    alone = all(p.has("polite") or p.has("party") or p.cue("and", "coordinating") for p in pieces)
    before = found[place - 1] if place else None
    goes_on = before and before.sentence == found[place].sentence and before.end == ","
    return "doer" if alone and goes_on and place - 1 in result.doer_clauses else "skip"


def _give(
    result: Roles,
    role: str,
    party: tuple[str, ...],
    named: Sequence[Piece],
    place: int,
    found: Sequence[Clause],
) -> None:
    words = " ".join(p.text for p in named)
    if len(party) != 1:
        result.faults.append(("several_people" if party else "unknown_person", words))
        return
    if role == "unit" and not party[0].startswith(UNIT_PREFIX):
        role = "doer"
    if role == "doer":
        _oversees(result, place, found[place], words)
        result.doer_clauses.add(place)
    target = {"doer": result.doers, "checker": result.checkers, "unit": result.units}[role]
    target.extend(() if party[0] in target else party)
    result.words.setdefault(role, words)


def _oversees(result: Roles, place: int, clause: Clause, words: str) -> None:
    """Where one directs and others are to do it, nobody can tell who was given the work."""
    directs = any(p.cue("directing") for p in clause.pieces)
    others = bool(result.doers) and place not in result.doer_clauses
    if others and (directs or result.oversight):
        result.faults.append(("several_people", words))
    result.oversight = result.oversight or directs


# --- choices and reasons -------------------------------------------------------------------------


def _choices(result: Roles, clause: Clause) -> None:
    for n, piece in enumerate(clause.pieces):
        denied = any(p.cue("negations") for p in clause.pieces[max(0, n - 2) : n])
        for name, option in piece.all("choice") if not denied else ():
            chosen = result.choices.setdefault(name, [])
            chosen.extend(() if option in chosen else (option,))


def _reasons(result: Roles, place: int, found: Sequence[Clause]) -> None:
    """Take the words behind "vì" to the end of the sentence."""
    clause = found[place]
    at = len(clause.before_why())
    if result.why or at == len(clause.pieces):
        return
    start = clause.pieces[at].end - clause.pieces[0].start
    words = [clause.text[start:].strip(" :,-")]
    result.why_clauses.add(place)
    for n in range(place + 1, len(found)):
        if found[n].sentence != clause.sentence or n in result.doer_clauses or _answers(found[n]):
            break
        words.append(found[n].text)
        result.why_clauses.add(n)
    result.why = ", ".join(w for w in words if w)


def _answers(clause: Clause) -> bool:
    """Tell a clause in which the writer speaks of a decision: "…, tôi chấp thuận"."""
    core = [p for p in clause.pieces if not p.cue("fillers") or p.cue("pronouns", "titles_of_self")]
    speaks = bool(core) and core[0].cue("pronouns", "titles_of_self")
    return speaks and len(core) > 1 and core[1].has("say")


def as_unit(party: str, reader: Reader) -> str:
    """Give the unit meant by a party: itself, or the unit of a person."""
    if party.startswith(UNIT_PREFIX):
        return party.removeprefix(UNIT_PREFIX)
    person = reader.lookup.roster.person(party)
    return person.unit if person else ""
