"""Reads the forms that somebody filled in: each page is an act, or says what is wrong where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mailflow.actions import filling
from mailflow.forms.boxes import ANSWER, MOST_ROWS, OTHER, Box, answer_label, blank, boxes, steps_of
from mailflow.forms.filled import MOST_WORDS, Page
from mailflow.intake.lines.items import Flaw, Paper, Read
from mailflow.intake.lines.values import Problem, Reader, Unread
from mailflow.intake.meaning import Facts
from mailflow.procedure import faults, judge
from mailflow.procedure.fault import Fault
from mailflow.procedure.fields import FIELDS, NUMBERED, TABLES, Type, keys
from mailflow.procedure.folding import folded
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act

TICK = "x"
FIELD_OF = {
    "bad_percent": "percent",
    "not_later": "until",
    "no_such_measure": "measure_numbers",
    "needs_work": "disposition",
    "same_unit": "unit",
    "merge_into_itself": "into",
    "one_performer": "to",
}
"""Faults of an act that name no field: the box they are about."""


def read_papers(facts: Facts, person: Person, world: World, reader: Reader) -> tuple[Paper, ...]:
    """Read the pages that came with a letter and were filled in, in their order.

    The same page twice, as workbook and as document, is taken once; two that differ stay both.
    """
    papers: list[Paper] = []
    for name, page in facts.enclosed.pages:
        paper = _paper(name, page, facts, person, world, reader)
        if not any(_alike(paper, other) for other in papers):
            papers.append(paper)
    return tuple(papers)


def _alike(one: Paper, other: Paper) -> bool:
    """Tell whether two pages say the same, if not in the same words."""
    if one.key != other.key:
        return False
    acts = [(p.read.answer, p.read.fields) for p in (one, other) if p.read]
    return one.words == other.words or (acts[1:] != [] and acts[0] == acts[1])


def _paper(
    name: str, page: Page, facts: Facts, person: Person, world: World, reader: Reader
) -> Paper:
    mark, request = page.mark, facts.paged.get(page.mark.code)
    if request is None:
        return Paper(name, page, page.words, why="unknown")
    over = filling.moved_on(request, mark.entries, mark.act, person.id)
    if over or request.state is not mark.state:
        return Paper(name, page, page.words, why="stale")
    sheet = _Sheet(request, page, _with_draft(request, page, facts, person, world), person, world)
    read = sheet.read(reader, with_files=bool(facts.enclosed.files))
    return Paper(name, page, sheet.words, None if sheet.flaws else read, flaws=sheet.flaws)


def _with_draft(
    request: Request, page: Page, facts: Facts, person: Person, world: World
) -> Mapping[str, str]:
    """Complete a page by what was kept of an earlier one, unless that stood in it when sent.

    What somebody takes out of a page that we had filled in stays out.
    """
    draft = facts.drafts.get((page.mark.code, page.mark.act.value))
    if draft is None or filling.moved_on(request, draft.entries, page.mark.act, person.id):
        return page.words
    only = page.mark.answers if page.mark.act in filling.APART else ()
    sent = filling.page(request, page.mark.act, person.id, world, draft, only=only)
    if filling.hashed_view(sent) == page.mark.filled:
        return page.words
    return {**draft.words, **page.words}


@dataclass
class _Sheet:
    """One page while it is read; flaws are gathered, so that all are told at once."""

    request: Request
    page: Page
    words: Mapping[str, str]
    person: Person
    world: World
    flaws: dict[str, Flaw] = field(default_factory=dict)
    values: dict[str, Json] = field(default_factory=dict)

    def read(self, reader: Reader, *, with_files: bool) -> Read | None:
        """Read every box, check the values, and give the act they make up."""
        mark = self.page.mark
        self.flaws |= {name: Flaw("form", "formula") for name in self.page.formulas}
        most = {"most": str(MOST_WORDS)}
        self.flaws |= {name: Flaw("form", "long", most) for name in self.page.long}
        answer = self._answer()
        steps = steps_of(mark.act, (answer,) if answer is not None else mark.answers)
        for box in boxes(mark.act, mark.answers):
            if box.name != ANSWER:
                self._box(box, steps, reader)
        if answer is None:
            return None
        self._missing(steps[0], with_files=with_files)
        said = {"act": answer_label(mark.act, answer) if len(mark.answers) > 1 else ""}
        return Read(mark.code, mark.act, answer, self.values, said)

    def _answer(self) -> str | None:
        """Give the answer that was chosen, None where it is not sure."""
        answers, said = self.page.mark.answers, self.words.get(ANSWER, "")
        if len(answers) == 1:
            return answers[0]
        labels = {folded(answer_label(self.page.mark.act, a)): a for a in answers}
        chosen = labels.get(folded(said.strip(" .")))
        if chosen is None:
            self.flaws.setdefault(ANSWER, Flaw("form", "bad_answer" if said else "no_answer"))
        return chosen

    def _box(self, box: Box, steps: Sequence[Step], reader: Reader) -> None:
        found = {n: self.words[n] for n in box.blanks(MOST_ROWS) if n in self.words}
        found = {n: text for n, text in found.items() if n not in self.flaws}
        if found and not any(judge.carries(step, box.name, found) for step in steps):
            self._not_taken(found, steps[0])
            return
        value = self._value(box, found, reader) if found else None
        if value:
            self.values[box.name] = value

    def _not_taken(self, found: Mapping[str, str], step: Step) -> None:
        """Ask about words in a box that the answer has no use for, unless we wrote them."""
        ours = filling.known(self.request, step.act, self.person.id, self.world)
        details = {"answer": answer_label(step.act, step.answer)}
        strange = (name for name, text in found.items() if ours.get(name) != text)
        self.flaws |= {name: Flaw("form", "not_taken", details) for name in strange}

    def _value(self, box: Box, found: Mapping[str, str], reader: Reader) -> Json:
        if box.type in TABLES:
            return self._table(box, found, reader)
        if box.type is Type.CHOICES:
            return self._ticks(box, found, reader)
        return self._read(box.name, found[box.name], reader)

    def _read(self, name: str, text: str, reader: Reader) -> Json:
        try:
            return reader.value(name, text)
        except Unread as unread:
            self.flaws[name] = _flaw(unread.problem)
            return None

    def _ticks(self, box: Box, found: Mapping[str, str], reader: Reader) -> Json:
        options = dict(zip(box.blanks(), FIELDS[box.name].options, strict=False))
        ticked = [options[name] for name in found if name in options]
        no_tick = [name for name, text in found.items() if name in options and text != TICK]
        self.flaws |= {name: Flaw("form", "tick") for name in no_tick}
        other = found.get(f"{box.name}_{OTHER}", "")
        return [*ticked, *([other] if other else [])]

    def _table(self, box: Box, found: Mapping[str, str], reader: Reader) -> Json:
        said = [c for c in TABLES[box.type] if not c.given]
        rows = range(1, MOST_ROWS + 1)
        filled = (r for r in rows if any(blank(box.name, r, c.key) in found for c in said))
        return [self._item(box, row, found, reader) for row in filled]

    def _item(
        self, box: Box, row: int, found: Mapping[str, str], reader: Reader
    ) -> dict[str, Json]:
        item: dict[str, Json] = {"no": row} if box.type in NUMBERED else {}
        for column in TABLES[box.type]:
            item[column.key] = [] if column.type is Type.PARTIES else ""
            name = blank(box.name, row, column.key)
            if name in found:
                try:
                    item[column.key] = reader.piece(box.name, column.key, found[name])
                except Unread as unread:
                    self.flaws[name] = _flaw(unread.problem)
            elif column.needed:
                self.flaws.setdefault(name, Flaw("form", "missing"))
        return item

    def _missing(self, step: Step, *, with_files: bool) -> None:
        """Find what the answer needs and nobody wrote, then what is wrong with the values."""
        fields = _with_defaults(step, self.request, self.values, self.person, self.world)
        for names in _unmet(step, fields, with_files=with_files):
            if not any(n.startswith(name) for n in self.flaws for name in names):
                self.flaws[names[0]] = Flaw("form", "missing")
        for fault in faults.every(step, self.request, fields, self.world):
            self.flaws |= {n: _of_fault(fault) for n in self._blanks(fault) if n not in self.flaws}

    def _blanks(self, fault: Fault) -> Iterator[str]:
        """Name the blanks that a fault is about: its field, or the rows of work with its day."""
        name = fault.details.get("field") or FIELD_OF.get(fault.reason, "")
        if fault.details.get("column"):
            yield blank(name, int(fault.details["line"]), fault.details["column"])
            return
        work = [n for n in self.values if FIELDS[n].type is Type.WORK]
        day = fault.details.get("date")
        if name and name not in work:
            yield name
        for table in work if day and (not name or name in work) else ():
            cells = (n for n in self.words if n.startswith(f"{table}_") and n.endswith("_by"))
            items = [item for item in self.values[table] if item["by"] == day]
            days = {self._row_of(table, item) for item in items}
            yield from (cell for cell in cells if cell in days)

    def _row_of(self, table: str, item: Mapping[str, Json]) -> str:
        """Name the blank of an item's day: items stand in the order of their rows."""
        rows = [r for r in range(1, MOST_ROWS + 1) if self._has_row(table, r)]
        return blank(table, rows[self.values[table].index(item)], "by")

    def _has_row(self, table: str, row: int) -> bool:
        return any(blank(table, row, key) in self.words for key in keys(Type.WORK))


def _with_defaults(
    step: Step, request: Request, values: Mapping[str, Json], person: Person, world: World
) -> dict[str, Json]:
    command = Command(step.act, step.answer, request.code, values, person.id, Via("", ""))
    return {**judge.defaults_for(step, request, command, world), **values}


def _unmet(step: Step, fields: Mapping[str, Json], *, with_files: bool) -> Iterator[list[str]]:
    """Give the needs of a step that nothing meets, each with the fields that would."""
    for need in step.must:
        names = need.split("|")
        if not any(fields.get(name) for name in names) and not ("files" in names and with_files):
            yield names


def lacking(
    act: Act,
    answer: str,
    request: Request,
    values: Mapping[str, Json],
    person: Person,
    world: World,
    *,
    with_files: bool,
) -> list[str]:
    """Name what an act needs and has not, what the program fills in left out."""
    step = next(iter(steps_of(act, (answer,))), None)
    if step is None:
        return []
    fields = _with_defaults(step, request, values, person, world)
    return [names[0] for names in _unmet(step, fields, with_files=with_files)]


def flawless(
    page: Page, answer: str, request: Request, person: Person, world: World, reader: Reader
) -> dict[str, Json]:
    """Read what stands on a page without a fault; {} where it gives another answer."""
    sheet = _Sheet(request, page, page.words, person, world)
    read = sheet.read(reader, with_files=True)
    if read and read.answer != answer:
        return {}
    return {
        name: value
        for name, value in sheet.values.items()
        if not any(flawed == name or flawed.startswith(f"{name}_") for flawed in sheet.flaws)
    }


def _flaw(problem: Problem) -> Flaw:
    details = {"field": problem.field, "value": problem.words[:80]}
    return Flaw("asked", f"value_{problem.why}", details, problem.candidates)


def _of_fault(fault: Fault) -> Flaw:
    return Flaw("refused", fault.reason, fault.details)
