"""What was typed into the rows of a year's plan, and that plan as it stands; pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mailflow.procedure import machine
from mailflow.procedure.numbering import matter_of
from mailflow.procedure.objectives import Line
from mailflow.procedure.request import Json, Request
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act
from mailflow.registers import edits
from mailflow.registers import objective_columns as columns
from mailflow.registers.cells import as_text
from mailflow.registers.edits import Denied, Desk, Doing, Waiting
from mailflow.registers.objective_rows import shown_lines
from mailflow.registers.rules import Row
from mailflow.registers.typed import NEW, cell_of

Names = tuple[str, ...]
"""Cells by their names among those of all rows of a plan, see `typed.named`."""

KEYS = {header: key for key, header in {**columns.PLAN, **columns.RESULTS}.items()}


@dataclass(frozen=True)
class Said:
    """What was typed into a plan's rows, and the plan as it stands."""

    request: Request
    typed: Row
    desk: Desk

    @cached_property
    def lines(self) -> Mapping[int, Line]:
        """Give the plan's lines as they are shown, by number."""
        return {line.no: line for line in shown_lines(self.request)}

    def names(self, headers: Collection[str], *, known: bool = False) -> Names:
        """List the cells of some columns, with `known` those of rows that have a code."""
        cells = ((name, *cell_of("", name)) for name in self.typed)
        return tuple(n for n, key, h in cells if h in headers and not (known and is_new(key)))

    def step(self, act: Act, answer: str = "") -> Step | None:
        """Give the step of an act, where it is possible now."""
        now = machine.steps_now(self.request, self.desk.world)
        return next((s for s in now if (s.act, s.answer) == (act, answer)), None)

    def text(self, name: str) -> str:
        """Give what stands in a cell as words."""
        return as_text(self.typed[name])

    def rows(self, names: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """Give what some cells say by row: its key, {column: text}."""
        rows: dict[str, dict[str, str]] = {}
        for name in names:
            key, header = cell_of("", name)
            rows.setdefault(key, {})[header] = self.text(name)
        yield from rows.items()

    def not_now(self, act: Act, names: Names) -> Denied:
        """Say that an act has no place where the plan stands."""
        step = next(s for s in STEPS if s.act is act)
        said = {"act": act.value, "state": self.request.state.value}
        return Denied(names, "refused", "out_of_state", said, step.clause)

    def done(
        self, step: Step, fields: Mapping[str, Json], names: Names
    ) -> Doing | Waiting | Denied:
        """Make the command, in the name of the keeper or of whose act it is."""
        person = edits.doer(step, self.request, self.desk)
        if person is None:
            return edits.not_entitled(step, self.request, names, self.desk)
        return edits.by(person, step.act, step.answer, self.request, fields, names, self.desk)

    def wrong_day(self, names: Names, column: str) -> Denied | None:
        """Find a day that is none, or has not come: an act is done, not announced."""
        for name in self.names({column}):
            value = self.typed[name]
            if not isinstance(value, date):
                return Denied(
                    names, "asked", "value_bad_date", {"field": column, "value": as_text(value)}
                )
            if value > self.desk.world.today:
                said = {"field": column, "date": value.isoformat()}
                return Denied(names, "refused", "date_ahead", said)
        return None


def is_new(key: str) -> bool:
    """Say whether a row has no code yet, by the key it goes by."""
    return key.startswith(NEW)


def number_in(key: str) -> int:
    """Give the number of a row's line, 0 of a new one."""
    return 0 if is_new(key) else matter_of(key)[1]
