"""Fills an act that was decided in free sentences with its people, days, choices and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.intake.lines.blocks import Open
from mailflow.intake.lines.fieldlines import read_fields
from mailflow.intake.lines.items import Item, Read, Unclear
from mailflow.intake.lines.values import Problem, Reader
from mailflow.intake.sentences.clauses import Clause, words_in
from mailflow.intake.sentences.pieces import Piece
from mailflow.intake.sentences.roles import Roles, as_unit
from mailflow.phrases import Saying
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.request import Json
from mailflow.procedure.steps import fields_of, step_of
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act

AGREEING = frozenset(
    {
        (Act.APPROVE_SOLUTION, "yes"),
        (Act.CHECK_CORRECTION, "met"),
        (Act.DECIDE_CHANGE, "grant"),
        (Act.VERIFY, "effective"),
        (Act.CLOSE, "yes"),
        (Act.PRESENT, ""),
    }
)
"""Decisions that words beside them can take something back of."""

WITH_EVIDENCE = frozenset({Act.VERIFY, Act.CLOSE})
"""Decisions that come with a description of what was seen."""

HANDED_ON = frozenset({Act.TRANSFER, Act.PASS_UP})
"""Acts whose reason is all that is said."""

LIMITS = {
    "correction_due": "correction_due",
    "analysis_due": "analysis_due",
    "deadline": "deadline",
    "until": "",
    "change_deadline": "deadline",
}
"""Which limit in force a field moves."""

COVERED = (
    "assign", "doing", "checking", "due", "coordinating", "why", "and", "self", "more_time",
    "done_by",
)  # fmt: skip
"""Cues that say who, until when and why: they leave a decision as it is."""


@dataclass(frozen=True)
class Decided:
    """A clause with what it decides; place -1 where no clause names it.

    `confidence` is what the decision by itself deserves, from 0 to 1.
    """

    place: int
    saying: Saying
    words: str
    confidence: float = 1.0


@dataclass(frozen=True)
class _Case:
    """The clauses about one act with all that was found in them."""

    step: Step
    found: Sequence[Clause]
    decided: Decided
    said: Roles
    one: Open
    reader: Reader

    def besides(self) -> list[Clause]:
        """The clauses that say more than the decision, a limit, a name or a greeting."""
        return [c for n, c in enumerate(self.found) if not self._bare(c, n)]

    def _bare(self, clause: Clause, place: int) -> bool:
        known = all(
            harmless(p) or p.cue("contrasts", "conditions") or p.has("percent")
            for p in clause.pieces
        )
        shown = self.step.act in WITH_EVIDENCE and clause.cue("seen", "evidence")
        return known and not shown and place not in self.said.why_clauses


def filled(
    found: Sequence[Clause], decided: Decided, said: Roles, one: Open, reader: Reader
) -> Item:
    """Turn a decision into an act; words beside a yes that take something back make it a doubt."""
    saying = decided.saying
    case = _Case(step_of(saying.act, saying.answer), found, decided, said, one, reader)
    contrary = _contrary(case) if saying.means in AGREEING else ""
    if contrary:
        return Unclear(one.request, "condition", contrary)
    values, problems = _fields(case)
    return Read(
        one.request,
        saying.act,
        saying.answer,
        {**dict(saying.sets), **values},
        {"act": decided.words, **{k: v for k, v in said.words.items() if v}},
        tuple(problems),
        one.allows(saying),
        decided.confidence * _understood(found),
    )


def harmless(piece: Piece) -> bool:
    """Tell whether a piece beside a decision leaves it as it is."""
    if piece.cue("negations", "not_done"):
        return False
    known = any(piece.has(kind) for kind in ("polite", "party", "day", "choice", "say"))
    covered = piece.cue("fillers", "objects", "assent", "pronouns", "seen", *COVERED)
    return known or covered or not any(letter.isalnum() for letter in piece.text)


def _understood(found: Sequence[Clause]) -> float:
    """Give a figure from 0.8 to 1 for the share of the words that are known."""
    pieces = [p for c in found for p in c.pieces]
    return 0.8 + 0.2 * sum(bool(p.tags) for p in pieces) / max(len(pieces), 1)


# --- words that take something back --------------------------------------------------------------


def _contrary(case: _Case) -> str:
    """Find words beside a yes that take something of it back."""
    labelled = {c.sentence for n, c in enumerate(case.found) if _labels(n, case.found)}
    for place, clause in enumerate(case.found):
        aside = place == case.decided.place or place in case.said.why_clauses
        softened = clause.cue("soften") or clause.sentence in labelled
        if not aside and not softened and _takes_back(clause, case.step.act):
            return clause.text
    return ""


def _labels(place: int, found: Sequence[Clause]) -> bool:
    """Tell whether a sentence begins with "Nhãn:": what stands in it was asked for."""
    first = place == 0 or found[place - 1].sentence != found[place].sentence
    return first and found[place].end == ":"


def _takes_back(clause: Clause, act: Act) -> bool:
    """Find "riêng …", "chưa …" that no "đã" makes a tale; of evidence less is said against."""
    lists = ("contrary_evidence",) if act in WITH_EVIDENCE else ("contrary", "negations")
    for piece in clause.pieces:
        if piece.cue("done"):
            return False
        if piece.cue(*lists):
            return True
    return False


# --- fields --------------------------------------------------------------------------------------


def _fields(case: _Case) -> tuple[dict[str, Json], list[Problem]]:
    names = fields_of(case.step)
    read = {name: _value(name, case) for name in names}
    values = {name: value for name, value in read.items() if value not in (None, "", [])}
    faults = ((_field_of(names, why), words, why) for why, words in case.said.faults)
    problems = [Problem(name, words, why) for name, words, why in faults if name]
    problems += _not_one_person(values, case.said)
    problems += _not_taken(case, names)
    return values | _told(case) | _labelled(case), problems


def _not_taken(case: _Case, names: Sequence[str]) -> list[Problem]:
    """A yes beside a new limit that it does not carry contradicts itself: "Đạt, hạn mới 20/6"."""
    dated = any(FIELDS[name].type is Type.DATE for name in names)
    if dated or case.decided.saying.means not in AGREEING or not case.said.due:
        return []
    strict = any(c.cue("strict_due") for c in case.found)
    return [Problem("until", case.said.words["due"], "not_taken")] if strict else []


def _field_of(names: Sequence[str], why: str) -> str:
    """Name the field that a fault is about, empty where the act has none of the kind."""
    people = (Type.PERSON, Type.PARTIES, Type.UNIT)
    wanted = (Type.DATE,) if why in ("bad_date", "twice") else people
    return next((name for name in names if FIELDS[name].type in wanted), "")


def _value(name: str, case: _Case) -> Json:
    read = _VALUES.get(FIELDS[name].type)
    return read(name, case) if read else ""


def _parties(_name: str, case: _Case) -> Json:
    return list(case.said.doers) or list(case.said.units)


def _person(name: str, case: _Case) -> Json:
    people = case.said.checkers if name == "checker" else case.said.doers
    return next(iter(people), "")


def _date(name: str, case: _Case) -> Json:
    if name not in LIMITS:
        return ""
    day: date | None = case.said.limits.until(case.one.limit(LIMITS[name]), case.reader)
    return day.isoformat() if day else ""


def _unit(_name: str, case: _Case) -> Json:
    return as_unit(case.said.units[0], case.reader) if case.said.units else ""


def _choice(name: str, case: _Case) -> Json:
    chosen = case.said.choices.get(name, [])
    return chosen[0] if len(chosen) == 1 else ""


def _choices(name: str, case: _Case) -> Json:
    return case.said.choices.get(name, [])


_VALUES = {
    Type.PARTIES: _parties,
    Type.PERSON: _person,
    Type.DATE: _date,
    Type.UNIT: _unit,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
}


def _not_one_person(values: dict[str, Json], said: Roles) -> list[Problem]:
    problems = []
    for name in ("performer", "checker"):
        party = values.get(name, "")
        if party.startswith(UNIT_PREFIX):
            del values[name]
            problems.append(Problem(name, party.removeprefix(UNIT_PREFIX), "not_a_person"))
    if "performer" in values and len(said.doers) > 1:
        problems.append(Problem("performer", said.words.get("doer", ""), "several_people"))
    return problems


# --- words ---------------------------------------------------------------------------------------


def _told(case: _Case) -> dict[str, Json]:
    """Fill the fields of words: the reason behind "vì", and what is said besides the decision."""
    step, names = case.step, fields_of(case.step)
    rest = words_in(case.found, _said_besides(case))
    values: dict[str, Json] = {"reason": _reason(case)} if "reason" in names else {}
    if (step.act, step.answer) == (Act.DECIDE_CHANGE, "grant"):
        values |= _granted(case.found)
    if "shortfall" in names:
        values |= _verdict(case)
    elif step.free == "direction":
        values["direction"] = words_in(case.found, case.found)
    elif rest and step.free != "reason" and FIELDS[step.free].type is Type.TEXT:
        values[step.free] = rest
    return {name: value for name, value in values.items() if value}


def _said_besides(case: _Case) -> list[Clause]:
    """What goes into the act's own words; sent back, the words that send it back say for what."""
    besides = case.besides()
    if case.step.act is not Act.RETURN_FOR_MORE:
        return besides
    own = case.found[max(case.decided.place, 0) :]
    unknown = any(not p.tags for c in own for p in c.pieces)
    told = [*besides, *own] if besides or unknown else []
    return [c for c in case.found if any(c is t for t in told)]


def _reason(case: _Case) -> str:
    """The words behind "vì", else what is said besides the decision; to hand on, all of it."""
    hands_on = case.step.act in HANDED_ON
    place = case.decided.place
    own = case.found[place] if place >= 0 and not hands_on else None
    besides = words_in(case.found, [c for c in case.besides() if c is not own])
    return besides if hands_on else case.said.why or besides


def _granted(found: Sequence[Clause]) -> dict[str, Json]:
    named = {
        name: ", ".join(c.text for c in found if c.cue(name))
        for name in ("change_resources", "change_measure")
    }
    return {name: words for name, words in named.items() if words}


def _verdict(case: _Case) -> dict[str, Json]:
    """Share the words of a failed verification: what was looked at, and what falls short (5.6)."""
    besides = case.besides()
    told = [c for c in case.found if any(c is b for b in besides) or c.cue("seen")]
    seen = [c for c in told if c.cue("seen", "evidence") and not c.cue("short_of")]
    short = [c for c in told if not any(c is s for s in seen)]
    seen = seen or [c for c in told if c.cue("seen")]
    return {"evidence_seen": words_in(case.found, seen), "shortfall": words_in(case.found, short)}


def _labelled(case: _Case) -> dict[str, Json]:
    """Take texts and choices that stand behind their labels: "Bằng chứng đã kiểm tra: …"."""
    lines = case.found[0].source.splitlines() if case.found else []
    fields = read_fields(case.step, "", lines, case.reader, strict=False)
    kinds = (Type.TEXT, Type.CHOICE, Type.CHOICES)
    free = case.step.free
    values = {n: v for n, v in fields.values.items() if FIELDS[n].type in kinds and n != free}
    return values | {n: words for n, words in fields.labelled.items() if n == free}
