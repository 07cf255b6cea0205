"""Reads what people tell in sentences: work done, how far it is, more time asked for, causes."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from mailflow.intake.lines.blocks import Open
from mailflow.intake.lines.fieldlines import Fields, read_fields
from mailflow.intake.lines.items import Item, Read, Unclear
from mailflow.intake.lines.values import Problem, Reader
from mailflow.intake.sentences.clauses import Clause
from mailflow.intake.sentences.measures import measures
from mailflow.intake.sentences.roles import Roles, roles
from mailflow.procedure.folding import folded
from mailflow.procedure.request import Json
from mailflow.procedure.steps import step_of
from mailflow.procedure.terms import Act

_MEASURE = re.compile(
    r"\b(?:bien phap|bp)\s?(?:so)?\s?(\d{1,2}(?:\s?(?:,|va|&)\s?(?:bien phap|bp)?\s?\d{1,2})*)"
)
_ALL = re.compile(
    r"\b(?:ca hai|ca 2|toan bo|tat ca|het cac|cac) (?:cac )?(?:bien phap|giai phap)|xong toan bo"
)
_HEADS = (
    r"(nguyên nhân|nguyen nhan|các giải pháp|giải pháp|giai phap|các biện pháp|biện pháp|bien phap"
    r"|nguồn lực|nguon luc)"
)
_LED = re.compile(
    rf"^[\s\d.)\-IVX]{{0,8}}(?:[^\n:.;,]{{1,24}}\s)?{_HEADS}(?: gốc)?"
    r"\s+(?:là do|la do|là tại|la tai|là|la|do|thì|thi)\s+",
    re.IGNORECASE,
)
_PROPOSED = re.compile(
    r"^\s*(?:(?:dạ|em|tôi|phòng em|phòng|mình|xin|vì vậy|do đó)\s){0,3}"
    r"(?:đề xuất|de xuat)\s+(?:(?:biện pháp|giải pháp|bien phap|giai phap)\s?(?::|là|la)?\s)?"
    r"(?=\w)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"^\s*[IVX]{1,4}[.)]\s+")
_HEADED = re.compile(
    rf"(?<=[^\d][.;!])\s+(?=(?:[^\n:.;,]{{1,20}}\s)?(?:{_HEADS}|đề xuất|de xuat)\b)", re.IGNORECASE
)
_HEAD_ALONE = re.compile(rf"^\s*{_HEADS}(?: gốc)?\s*$", re.IGNORECASE)


def told(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    """Read a tale about the act that was asked for; empty where it tells none of it."""
    for act in one.asked:
        if act in _TELLERS:
            return _TELLERS[act](text, found, one, reader)
    return ()


def tells(one: Open) -> bool:
    """Tell whether the mail asked for something that is told rather than decided."""
    return any(act in _TELLERS for act in one.asked)


# --- work done -----------------------------------------------------------------------------------


def _correction(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    aside = _comment(text, found, one, reader)
    if aside or _undone(found) or not _done(found):
        return aside
    fields = _labelled(Act.REPORT_CORRECTION, "", text, reader)
    values = dict(fields.values)
    values.setdefault("correction", text.strip())
    _evidence(values, found)
    return (_read(one, Act.REPORT_CORRECTION, "", values, fields, text),)


def _done(found: Sequence[Clause]) -> bool:
    spoken_of = any(p.said.startswith("đã ") for c in found for p in c.pieces)
    return spoken_of or any(c.cue("done", "remedied") for c in found)


def _undone(found: Sequence[Clause]) -> str:
    """Find words that say that something is not done yet."""
    for clause in found:
        if clause.cue("not_done") and not clause.cue("evidence"):
            return clause.text
        if clause.cue("not_done") and clause.cue("done") and not clause.cue("evidence"):
            return clause.text
    return ""


def _evidence(values: dict[str, Json], found: Sequence[Clause]) -> None:
    """Take the sentences that name a paper, a picture, a signature as evidence."""
    if values.get("evidence"):
        return
    shown = [c for c in found if c.cue("evidence")]
    if shown:
        values["evidence"] = ", ".join(c.text for c in shown)


def _work(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    """Read what an implementer tells: a change asked for, a plan, progress, or completion."""
    for tell in (_comment, _change, _plan, _progress, _completion):
        items = tell(text, found, one, reader)
        if items:
            return items
    return ()


def _comment(text: str, found: Sequence[Clause], one: Open, _reader: Reader) -> tuple[Item, ...]:
    """A letter that begins with the phrase of a comment or of evidence is just that."""
    first = found[0] if found else None
    if first is None:
        return ()
    for act in (Act.ADD_EVIDENCE, Act.COMMENT):
        if any(s.act is act for p in first.pieces for s in p.all("say") if " " in p.said):
            return (_read(one, act, "", {"text": text.strip()}, None, text),)
    return ()


def _change(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    said = roles(found, reader)
    said_so = any(
        s.act is Act.REQUEST_CHANGE for c in found for p in c.pieces for s in p.all("say")
    )
    lists = ("more_time", "gives_time", "change_measure", "change_resources")
    asked = any(c.cue(*lists) for c in found)
    pleads = any(c.cue("pleas", "more_time", "gives_time") for c in found)
    if not said_so and not (asked and pleads):
        return ()
    if any(p.cue("or") and p.said.startswith("ho") for c in found for p in c.pieces):
        return (Unclear(one.request, "two_readings", text.strip()[:200]),)
    fields = _labelled(Act.REQUEST_CHANGE, "", text, reader)
    values: dict[str, Json] = {}
    day = said.limits.until(one.limit("deadline"), reader)
    if day is not None:
        values["change_deadline"] = day.isoformat()
    for name in ("change_measure", "change_resources"):
        told_of = [c.text for c in found if c.cue(name)]
        if told_of:
            values[name] = ", ".join(_from(found, name))
    reason = said.why or str(fields.values.get("reason", ""))
    if reason and _explains(said, fields):
        values["reason"] = reason
    problems = [
        Problem("change_deadline", words, why)
        for why, words in said.faults
        if why != "several_people"
    ]
    return (_read(one, Act.REQUEST_CHANGE, "", values, None, text, problems),)


def _explains(said: Roles, fields: Fields) -> bool:
    return bool(said.why) or ("reason" in fields.words and "\n" in fields.words["reason"])


def _from(found: Sequence[Clause], name: str) -> list[str]:
    """The clauses from the one that names a change to the reason or the end of the sentence."""
    start = next(n for n, c in enumerate(found) if c.cue(name))
    taken: list[str] = []
    for clause in found[start:]:
        if clause.sentence != found[start].sentence or (taken and clause.cue("why")):
            break
        taken.append(clause.text)
    return taken


def _plan(text: str, _found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    head, _, rest = text.partition(":")
    if not rest.strip() or "ke hoach" not in folded(head) or len(head) > 60:
        return ()
    fields = _labelled(Act.PLAN_WORK, "", rest, reader)
    steps, problems = measures(fields.words.get("steps") or rest, "steps", reader)
    return (_read(one, Act.PLAN_WORK, "", {"steps": steps} if steps else {}, None, text, problems),)


def _progress(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    percents = [p.all("percent")[0] for c in found for p in c.pieces if p.has("percent")]
    named = any(c.cue("progress") for c in found)
    if not percents or (percents[0] == 100 and not named) or any(c.cue("irony") for c in found):
        return ()
    fields = _labelled(Act.REPORT_PROGRESS, "", text, reader)
    values = {k: v for k, v in fields.values.items() if k in ("difficulties", "percent")}
    values.setdefault("percent", percents[0])
    hard = [c.text for c in found if c.cue("difficulty")]
    if hard and "difficulties" not in values:
        values["difficulties"] = ", ".join(hard)
    values["progress"] = str(fields.values.get("progress") or text).strip()
    if len(set(percents)) > 1:
        return (Unclear(one.request, "two_readings", text.strip()[:200]),)
    return (_read(one, Act.REPORT_PROGRESS, "", values, fields, text),)


def _completion(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    if _undone(found) or not any(c.cue("completed") for c in found):
        return ()
    fields = _labelled(Act.REPORT_COMPLETION, "all", text, reader)
    values = {k: v for k, v in fields.values.items() if k in ("result", "evidence", "actual_date")}
    values.setdefault("result", text.strip())
    numbers = _numbers(text, one)
    if numbers:
        values["measure_numbers"] = numbers
    day = _done_on(found, reader)
    if day is not None:
        values.setdefault("actual_date", day.isoformat())
    _evidence(values, found)
    return (_read(one, Act.REPORT_COMPLETION, "all", values, fields, text),)


def _numbers(text: str, one: Open) -> list[int]:
    key = folded(text)
    if says_all(text):
        return every_measure(one)
    named = [int(n) for found in _MEASURE.findall(key) for n in re.findall(r"\d+", found)]
    return list(dict.fromkeys(named))


def every_measure(one: Open) -> list[int]:
    """List the numbers of all measures of a request."""
    return list(range(1, one.measures + 1))


def says_all(text: str) -> bool:
    """Tell whether words speak of every measure: "cả hai biện pháp", "toàn bộ các biện pháp"."""
    return bool(_ALL.search(folded(text)))


def _done_on(found: Sequence[Clause], reader: Reader) -> date | None:
    """The day beside "xong" or "hoàn thành", or in the clause behind it."""
    for place, clause in enumerate(found):
        if not clause.cue("completed"):
            continue
        for near in (clause, *found[place + 1 : place + 2]):
            days: list[date] = [d for p in near.pieces for d in p.all("day") if d <= reader.today]
            if days and not near.cue("evidence"):
                return days[0]
    return None


# --- causes and measures -------------------------------------------------------------------------


def _solution(text: str, found: Sequence[Clause], one: Open, reader: Reader) -> tuple[Item, ...]:
    aside = _comment(text, found, one, reader)
    if aside or _pending(found):
        return aside
    fields = _labelled(Act.PROPOSE_SOLUTION, "", _led(text), reader)
    words = fields.words
    if "measures" not in words or not words.get("root_cause"):
        return ()
    values = {k: v for k, v in fields.values.items() if k in ("root_cause", "resources")}
    values["measures"], problems = measures(words["measures"], "measures", reader)
    return (_read(one, Act.PROPOSE_SOLUTION, "", values, None, text, problems),)


def _pending(found: Sequence[Clause]) -> bool:
    return any(c.cue("defer") for c in found)


def _led(text: str) -> str:
    """Turn "Nguyên nhân là do …" into the labelled line, one sentence a line."""
    lines = [_ROMAN.sub("", line) for line in text.splitlines()]
    sentences = _HEADED.sub("\n", "\n".join(lines)).splitlines()
    led = (_LED.sub(lambda m: f"{m[1]}: ", line) for line in sentences)
    led = (_PROPOSED.sub("Biện pháp: ", line) for line in led)
    return "\n".join(_HEAD_ALONE.sub(lambda m: f"{m[1]}:", line) for line in led)


# --- what was missing ----------------------------------------------------------------------------


def _supplied(text: str, found: Sequence[Clause], one: Open, _reader: Reader) -> tuple[Item, ...]:
    denied = any(p.cue("negations") and c.cue("assign") for c in found for p in c.pieces)
    told_of = [c for c in found if any(p.text.strip() and not p.has("polite") for p in c.pieces)]
    words = sum(len(c.core) for c in told_of)
    figures = any(letter.isdigit() for letter in text)
    names = any(c.cue("supplied", "evidence") for c in found)
    if denied or words < ENOUGH or not (figures or names):
        return ()
    return (_read(one, Act.SUPPLY, "", {"supplied": text.strip()}, None, text),)


ENOUGH = 4
"""Pieces below which nothing can have been supplied."""


# --- shared --------------------------------------------------------------------------------------


def _labelled(act: Act, answer: str, text: str, reader: Reader) -> Fields:
    return read_fields(step_of(act, answer), "", text.splitlines(), reader, strict=False)


def _read(
    one: Open,
    act: Act,
    answer: str,
    values: dict[str, Json],
    fields: Fields | None,
    text: str,
    problems: Sequence[Problem] = (),
) -> Read:
    words = {"act": text.strip()[:300], **(fields.words if fields else {})}
    found = (*problems, *(fields.problems if fields else ()))
    here = any((s.act, s.answer) == (act, answer) for s in one.steps)
    return Read(one.request, act, answer, values, words, found, here)


_Tell = Callable[[str, Sequence[Clause], Open, Reader], tuple[Item, ...]]
_TELLERS: dict[Act, _Tell] = {
    Act.REPORT_CORRECTION: _correction,
    Act.REPORT_COMPLETION: _work,
    Act.PLAN_WORK: _work,
    Act.REPORT_PROGRESS: _work,
    Act.PROPOSE_SOLUTION: _solution,
    Act.SUPPLY: _supplied,
}
