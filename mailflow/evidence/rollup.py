"""A year over many agencies: what their own papers count, a row an agency, and the sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.actions import objectives
from mailflow.actions.house import House
from mailflow.actions.review_figures import IN_TIME, OF_REQUESTS, TOO_OFTEN, period_of
from mailflow.evidence.index import rendered
from mailflow.forms.fillable import clean
from mailflow.forms.words import day
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.objectives import lines
from mailflow.procedure.targets import Verdict
from mailflow.procedure.terms import REQUESTS, REVIEWS, State
from mailflow.record import Work
from mailflow.registers import consolidated
from workbook_sync.build import build
from workbook_sync.spec import Column, ColumnKind, ListSheet, WorkbookSpec
from workbook_sync.values import Value

AGENCY, REVIEWED, LATE = "Cơ quan", "Đã xem xét của lãnh đạo", "Đang quá hạn"
PLANNED = "Mục tiêu"
OF_VERDICT = {v: f"{PLANNED} {labels.VERDICT[v].lower()}" for v in Verdict}
OBJECTIVES = {PLANNED: tuple(Verdict), **{name: (v,) for v, name in OF_VERDICT.items()}}
COUNTED = (*OF_REQUESTS, LATE, *IN_TIME, *OBJECTIVES, REVIEWED)
"""The columns of the table behind the agency's name."""

SHEET, SUM = "Tổng hợp", "Cộng"


@dataclass(frozen=True)
class Line:
    """An agency and its figures by the names in COUNTED."""

    agency: str
    figures: Mapping[str, int]


def line_of(work: Work, house: House, year: int, world: World) -> Line:
    """Count the year of one agency: the register as last agreed on, objectives, review.

    What is late is late today, whenever it was opened.
    """
    period = period_of(year, world.today)
    rows = consolidated.counted(house, world, work, period.since).rows
    opened = [row for row in rows if period.opened.fits(row)]
    wanted = {**OF_REQUESTS, **IN_TIME}
    figures = {name: sum(map(of.fits, opened)) for name, of in wanted.items()}
    return Line(
        house.settings.agency.name,
        {
            **figures,
            **_objectives(work, year),
            LATE: _late(work, world.today),
            REVIEWED: _held(work, year),
        },
    )


def _objectives(work: Work, year: int) -> dict[str, int]:
    found = [line.verdict for matter in objectives.matters(work, year) for line in lines(matter)]
    return {name: sum(v in of for v in found) for name, of in OBJECTIVES.items()}


def _late(work: Work, today: date) -> int:
    rows = work.requests.rows(kinds=list(REQUESTS))
    return sum(row.closed_at is None and row.due is not None and row.due < today for row in rows)


def _held(work: Work, year: int) -> int:
    """Say 1 where a review of the year came to its end."""
    rows = work.requests.rows(kinds=list(REVIEWS), states=[State.REVIEW_FINISHED])
    held = (work.requests.load(row.code) for row in rows)
    return int(any(r and int(r.values.get("review_year", r.year)) == year for r in held))


def sums(found: Sequence[Line]) -> dict[str, int]:
    """Add up every figure."""
    return {name: sum(line.figures[name] for line in found) for name in COUNTED}


def workbook(found: Sequence[Line], year: int, today: date) -> bytes:
    """Set the table as .xlsx: numbers stay numbers, the sums stand last."""
    title = f"Tổng hợp cải tiến chất lượng năm {year}, tính đến {day(today)}"
    columns = [Column(AGENCY, width=40), *(Column(n, 14, ColumnKind.NUMBER) for n in COUNTED)]
    whole = (*found, Line(SUM, sums(found)))
    rows: list[dict[str, Value]] = [{AGENCY: clean(one.agency), **one.figures} for one in whole]
    sheet = ListSheet(SHEET, tuple(columns), rows, titles=(title,), spare_rows=0, paper="A3")
    return build(WorkbookSpec(sheets=(sheet,), title=title))


def letter(found: Sequence[Line], unread: Sequence[str], year: int, today: date) -> str:
    """Write the text of a mail to the province's leader, with the agencies that stand out."""
    return rendered(
        "rollup.txt",
        year=year,
        today=day(today),
        many=len(found),
        sums=sums(found),
        late=list(_with(found, LATE)),
        repeated=list(_with(found, TOO_OFTEN)),
        unmet=list(_with(found, OF_VERDICT[Verdict.NOT_MET])),
        unreviewed=[line.agency for line in found if not line.figures[REVIEWED]],
        unread=unread,
    )


def _with(found: Sequence[Line], name: str) -> Iterator[str]:
    most = sorted(found, key=lambda line: -line.figures[name])
    return (f"{line.agency}: {line.figures[name]}" for line in most if line.figures[name])
