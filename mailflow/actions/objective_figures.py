"""How far a year's objectives are met, as a review says it (5.8.1.1): figures, failures, gaps."""

from collections.abc import Iterator, Sequence

from mailflow.actions import objectives
from mailflow.actions.filters import ALL, Filter, equal, number, other_than
from mailflow.actions.house import House
from mailflow.actions.seen import Counted, Row
from mailflow.forms.papers import Figure
from mailflow.forms.words import day, names
from mailflow.procedure import labels
from mailflow.procedure.objectives import Line, lines
from mailflow.procedure.request import Request
from mailflow.procedure.targets import Verdict
from mailflow.record import Work

SHEET = "Sổ theo dõi, trang Mục tiêu"
YEAR, STATE, VERDICT = "Năm", "Trạng thái", "Đánh giá"
_JUDGED = {labels.VERDICT[v] for v in Verdict if v is not Verdict.OPEN}


def compiled(
    work: Work, house: House, year: int, counted: Counted, register: str
) -> tuple[list[str], list[Figure]]:
    """Count a year's objectives by what came of them; name those not met, and what is owed.

    Counted over the register's sheet where it has one, else over the record.
    """
    now, before = (objectives.matters(work, of) for of in (year, year - 1))
    found, earlier = ([line for m in of for line in lines(m)] for of in (now, before))
    rows = [row for row in counted.objectives if row.get(YEAR) in (year, year - 1)]
    if rows and not _lacks_verdicts(rows, [*found, *earlier]):
        figures = list(_of_sheet(rows, year, register))
    else:
        figures = list(_of_record(found, earlier, year)) if found or earlier else []
    return [*_unmet(house, now), *_owed(work, house, now)], figures


def _lacks_verdicts(rows: Sequence[Row], known: Sequence[Line]) -> bool:
    """Say whether the sheet's column is gone, and the record could fill it."""
    judged = any(line.verdict is not Verdict.OPEN for line in known)
    return judged and not any(VERDICT in row for row in rows)


def _of_sheet(rows: Sequence[Row], year: int, register: str) -> Iterator[Figure]:
    wanted = {"Mục tiêu": ALL, **{labels.VERDICT[v]: _verdict(v) for v in Verdict}}
    of_year, of_before = (_of_plan(of) for of in (year, year - 1))
    for name, told in wanted.items():
        now, before = (number(sum(map((of & told).fits, rows))) for of in (of_year, of_before))
        source = "; ".join(filter(None, (SHEET, (of_year & told).words, register)))
        yield Figure(name=name, value=now, before=before, source=source)


def _of_plan(year: int) -> Filter:
    return equal(YEAR, [str(year)]) & other_than(STATE, labels.UNPLANNED)


def _verdict(verdict: Verdict) -> Filter:
    """Ask for a verdict; until there is one a cell may say that it is in danger, or nothing."""
    if verdict is not Verdict.OPEN:
        return equal(VERDICT, [labels.VERDICT[verdict]])
    said = equal(VERDICT, [labels.VERDICT[verdict], labels.AT_RISK])
    return Filter(f"{said.words} hoặc để trống", lambda row: row.get(VERDICT) not in _JUDGED)


def _of_record(found: Sequence[Line], earlier: Sequence[Line], year: int) -> Iterator[Figure]:
    wanted = {"Mục tiêu": list(Verdict), **{labels.VERDICT[v]: [v] for v in Verdict}}
    for name, verdicts in wanted.items():
        counts = (sum(line.verdict in verdicts for line in of) for of in (found, earlier))
        now, before = map(number, counts)
        filters = "" if name == "Mục tiêu" else f"; Đánh giá là “{name}”"
        source = f"Hồ sơ mục tiêu chất lượng năm {year}{filters}"
        yield Figure(name=name, value=now, before=before, source=source)


def _unmet(house: House, matters: Sequence[Request]) -> Iterator[str]:
    for matter in matters:
        owner = objectives.owner_of(matter.unit, house)
        for line in lines(matter):
            if line.verdict is Verdict.NOT_MET:
                what, actual = line.planned.get("objective", ""), line.result.get("actual", "")
                yield f"Không đạt: {owner}, mục tiêu {line.no}: {what} ({actual})."


def _owed(work: Work, house: House, matters: Sequence[Request]) -> Iterator[str]:
    """Name what of the year's objectives is not there, with who was asked for it and when."""
    for matter in matters:
        row, owner = work.requests.row(matter.code), objectives.owner_of(matter.unit, house)
        since = day(house.local(matter.since).date())
        for wait in row.waiting if row else ():
            act, due = labels.ACT[wait.act], f", hạn {day(wait.due)}" if wait.due else ""
            people = names(wait.people, house.roster)
            yield f"{owner}, {act}: đã hỏi {people} ngày {since}{due}, chưa trả lời."
