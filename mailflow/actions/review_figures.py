"""What the register and the record say for a review (5.8.1.1): figures with source and trend."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from mailflow.actions import objective_figures
from mailflow.actions.filters import (
    ALL,
    Filter,
    blank,
    containing,
    equal,
    filled,
    not_after,
    number,
    within,
)
from mailflow.actions.house import House
from mailflow.actions.seen import Counted, Row, Seen
from mailflow.forms.papers import Bar, Figure, Part
from mailflow.forms.words import day, moment
from mailflow.procedure import labels, review
from mailflow.procedure.machine import World
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.request import Json, Request
from mailflow.procedure.terms import (
    REQUESTS,
    REVIEWS,
    Head,
    Kind,
    Section,
    Source,
    State,
)
from mailflow.record import Work

SHEET = "Sổ theo dõi, trang Phiếu"
OPENED, STATE, ENDED, UNIT = "Ngày lập", "Trạng thái", "Lưu đến ngày", "Đơn vị"
DONE, DEADLINE = "Ngày hoàn thành", "Hạn hoàn thành"
LACKING = (
    "Trang Phiếu của sổ không còn cột {names} hoặc để trống cả cột, nên số liệu lấy từ hồ sơ của "
    "chương trình."
)
MOST_NAMED = 30
"""Codes that one note names."""


@dataclass(frozen=True)
class Period:
    """The days that are counted, and the same ones of the year before."""

    since: date
    until: date

    @property
    def before(self) -> "Period":
        """The same days a year earlier; 29 February becomes the 28th."""
        return Period(*map(_year_earlier, (self.since, self.until)))

    @property
    def opened(self) -> Filter:
        """Ask for the requests opened in it."""
        return within(OPENED, self.since, self.until)

    def __str__(self) -> str:
        return f"{day(self.since)} đến {day(self.until)}"


def _year_earlier(found: date) -> date:
    last = 28 if (found.month, found.day) == (2, 29) else found.day
    return date(found.year - 1, found.month, last)


def period_of(year: int, today: date) -> Period:
    """Give the days of the year reviewed: all of it, or until today while it lasts."""
    return Period(date(year, 1, 1), min(today, date(year, 12, 31)))


@dataclass(frozen=True)
class Case:
    """Everything that the parts are made of; `place` and `register` say where rows stand."""

    now: Sequence[Row]
    before: Sequence[Row]
    period: Period
    place: str
    register: str


def compiled(
    work: Work, house: House, request: Request, world: World, seen: Seen
) -> dict[str, Json]:
    """Compile what the register has for each input that it fills, by section, JSON as it is kept.

    `notes` name the requests of the record that these figures leave out.
    """
    period = period_of(int(request.values["review_year"]), world.today)
    counted = seen.count(work, period.before.since)
    case = _case(counted, period, generation(work, house))
    parts = {
        Section.EARLIER: _earlier(work, request),
        Section.SATISFACTION: _by_source(case, Section.SATISFACTION, Source.FEEDBACK, FEEDBACK),
        Section.OBJECTIVES: _objectives(work, house, counted, case),
        Section.NONCONFORMITIES: _nonconformities(case),
        Section.AUDITS: _by_source(case, Section.AUDITS, Source.INTERNAL_AUDIT, AUDITED),
        Section.IMPROVEMENTS: _improvements(case),
    }
    known = {section.value: part for section, part in parts.items() if part}
    return {"parts": known, "notes": list(_apart(work, house, case, counted, seen))}


FEEDBACK, AUDITED = "Phản ánh thành phiếu", "Điểm nêu khi đánh giá nội bộ thành phiếu"


def _case(counted: Counted, period: Period, register: str) -> Case:
    now, before = (list(filter(p.opened.fits, counted.rows)) for p in (period, period.before))
    if counted.own:
        return Case(now, before, period, "Hồ sơ của chương trình", "")
    return Case(now, before, period, SHEET, register)


def generation(work: Work, house: House) -> str:
    """Say which generation of the consolidated register the record is in step with."""
    kept = work.registers.get(house.consolidated) if house.consolidated else None
    if kept is None or not kept.generation:
        return ""
    return f"bản số {kept.generation}, ghi lúc {moment(house.local(kept.at))}"


def _apart(work: Work, house: House, case: Case, counted: Counted, seen: Seen) -> Iterator[str]:
    """Name what the figures leave out: requests without a row, and what has happened since."""
    if counted.lacking:
        yield LACKING.format(names=", ".join(counted.lacking))
    if counted.own:
        return
    yield from _named(
        "Không có dòng trong sổ nên không tính", _without_row(work, house, case, counted)
    )
    kept = work.registers.get(house.consolidated)
    if seen.trouble and kept:
        ended = [r.code for r in work.requests.ended_since(kept.at, REQUESTS)]
        yield from _named("Kết thúc sau bản sổ này nên chưa tính là kết thúc", ended)


def _named(said: str, codes: Sequence[str]) -> Iterator[str]:
    if codes:
        more = f" và {len(codes) - MOST_NAMED} phiếu khác" if len(codes) > MOST_NAMED else ""
        yield f"{said}: {', '.join(codes[:MOST_NAMED])}{more}."


def _without_row(work: Work, house: House, case: Case, counted: Counted) -> list[str]:
    there = {row["Mã"] for row in counted.rows}
    begin = datetime.combine(case.period.since, time(), house.settings.agency.zone)
    opened = work.requests.opened_since(begin, REQUESTS)
    return [code for code in opened if code not in there]


def _part(
    section: Section,
    paragraphs: Sequence[str],
    figures: Sequence[Figure],
    chart: str = "",
    bars: Sequence[Bar] = (),
) -> Part:
    return Part(
        title=labels.SECTION[section],
        paragraphs=list(paragraphs),
        figures=list(figures),
        chart=chart,
        bars=list(bars),
    )


def _figure(case: Case, name: str, wanted: Filter) -> Figure:
    """Count the requests of this period and of the one before; the source says how to check it."""
    now, before = (number(sum(map(wanted.fits, of))) for of in (case.now, case.before))
    return Figure(name=name, value=now, before=before, source=_source(case, wanted.words))


def _source(case: Case, filters: str) -> str:
    parts = [case.place, case.period.opened.words, filters, case.register]
    return "; ".join(part for part in parts if part)


def _states(*states: State) -> Filter:
    return equal(STATE, [labels.STATE[state] for state in states])


ENDED_WELL = _states(State.CLOSED, State.NO_ACTION_NEEDED)
REPEATED = containing("Dấu hiệu/lý do", "quá 03 lần")


def _of_kind(kind: Kind) -> Filter:
    return equal("Loại", [labels.KIND[kind]])


TOO_OFTEN = "Lặp lại quá 03 lần (5.2.2)"
OF_REQUESTS: dict[str, Filter] = {
    "Phiếu BM.CTCL.01": ALL,
    **{labels.KIND[kind]: _of_kind(kind) for kind in REQUESTS},
    "Đã đóng, kết thúc": ENDED_WELL,
    "Đang thực hiện": blank(ENDED),
    "Không đạt, mở phiếu mới": _states(State.FAILED),
    TOO_OFTEN: REPEATED,
}
"""What is counted of the requests opened in a year, and by which rows."""

IN_TIME = {
    "Hoàn thành, có thời hạn": filled(DONE) & filled(DEADLINE),
    "trong đó đúng hạn": filled(DONE) & filled(DEADLINE) & not_after(DONE, DEADLINE),
}


def _nonconformities(case: Case) -> Part:
    figures = [_figure(case, name, wanted) for name, wanted in OF_REQUESTS.items()]
    figures.append(_on_time(case))
    units = Counter(str(row.get(UNIT, "")) for row in case.now)
    chart = f"Số phiếu theo cột {UNIT} ({_source(case, '')})"
    return _part(
        Section.NONCONFORMITIES, _told(case), figures, chart if units else "", _bars(units)
    )


def _told(case: Case) -> list[str]:
    """Say the trend and the months in words."""
    now, before = len(case.now), len(case.before)
    if not now and not before:
        return [f"Không có phiếu nào được lập từ {case.period} và cùng kỳ năm trước."]
    change = f"tăng {now - before}" if now > before else f"giảm {before - now}"
    trend = "bằng" if now == before else change + " phiếu so với"
    months = Counter(row[OPENED].month for row in case.now)
    by_month = ", ".join(f"tháng {m}: {number(months[m])}" for m in sorted(months))
    said = f"{number(now)} phiếu được lập từ {case.period}, {trend} cùng kỳ năm trước."
    compared = f"Số của kỳ trước lọc như trong kỳ, với {case.period.before.opened.words}."
    return [
        said,
        *([f"Theo tháng của {OPENED}, cùng nguồn với bảng dưới: {by_month}."] if by_month else []),
        compared,
    ]


def _bars(units: Counter[str]) -> list[Bar]:
    most = max(units.values(), default=0)
    return [
        Bar(label=unit, value=str(count), share=round(100 * count / most))
        for unit, count in units.most_common()
    ]


def _on_time(case: Case) -> Figure:
    """Share of the requests whose work was done, that was done by the deadline."""
    dated = filled(DONE) & filled(DEADLINE)
    in_time = not_after(DONE, DEADLINE)
    now, before = (_share(of, dated, in_time) for of in (case.now, case.before))
    source = _source(case, f"{dated.words}; trong đó {in_time.words}")
    return Figure(name="Hoàn thành đúng hạn", value=now, before=before, source=source)


def _share(rows: Sequence[Row], whole: Filter, part: Filter) -> str:
    of = list(filter(whole.fits, rows))
    return f"{sum(map(part.fits, of))}/{len(of)}" if of else "không phát sinh"


def _by_source(case: Case, section: Section, source: Source, name: str) -> Part | None:
    """Count the requests of one source, where there are any in either period."""
    wanted = containing("Nguồn", labels.SOURCE[source])
    if not any(map(wanted.fits, (*case.now, *case.before))):
        return None
    closed = _figure(case, "Trong đó đã đóng, kết thúc", wanted & ENDED_WELL)
    return _part(section, [], [_figure(case, name, wanted), closed])


def _improvements(case: Case) -> Part:
    wanted = _of_kind(Kind.IMPROVEMENT)
    dropped = _states(State.DECLINED, State.NO_ACTION_NEEDED)
    figures = [
        _figure(case, "Đề xuất cải tiến", wanted),
        _figure(case, "Đã thực hiện xong", wanted & _states(State.CLOSED)),
        _figure(case, "Không thực hiện", wanted & dropped),
    ]
    open_still = list(filter((wanted & blank(ENDED)).fits, case.now))
    told = [
        f"{row['Mã']}: {row.get('Nội dung', '')} ({row.get(STATE, '')})"
        for row in open_still[:MOST_NAMED]
    ]
    more = len(open_still) - MOST_NAMED
    told += [f"Và {more} đề xuất khác đang thực hiện."] if more > 0 else []
    return _part(Section.IMPROVEMENTS, told, figures)


def _objectives(work: Work, house: House, counted: Counted, case: Case) -> Part | None:
    year = case.period.since.year
    told, figures = objective_figures.compiled(work, house, year, counted, generation(work, house))
    return _part(Section.OBJECTIVES, told, figures) if told or figures else None


# --- what earlier reviews decided ----------------------------------------------------------------


def _earlier(work: Work, request: Request) -> Part:
    """Say where each decision of the review before stands; its own word is the first input."""
    rows = [
        row
        for row in work.requests.rows(kinds=REVIEWS)
        if row.code != request.code and row.state in (State.DISTRIBUTED, State.REVIEW_FINISHED)
    ]
    last = work.requests.load(rows[-1].code) if rows else None
    if last is None:
        return _part(Section.EARLIER, ["Chưa có cuộc xem xét nào trước đó trong hồ sơ."], [])
    decisions = list(review.numbered(last, *Head))
    told = [f"{number}. {_standing(work, last, number)}" for number, _ in decisions]
    source = f"Hồ sơ xem xét {last.code}"
    closed = sum(_is_closed(work, last, number) for number, _ in decisions)
    figures = [
        Figure(name="Hành động được quyết định", value=number(len(decisions)), before="",
               source=source),
        Figure(name="Đã hoàn thành", value=number(closed), before="",
               source=f"{source}; phiếu đã đóng, rủi ro đã cập nhật"),
    ]  # fmt: skip
    return _part(Section.EARLIER, told or ["Lần trước không quyết định hành động nào."], figures)


def _standing(work: Work, last: Request, number: int) -> str:
    decision = last.measures[number - 1]
    leads = ", ".join(who.removeprefix(UNIT_PREFIX) for who in decision.who)
    named = decision.what + (f" (hạn {day(decision.by)})" if decision.by else "")
    opened = work.requests.load(decision.result) if decision.result else None
    if opened:
        return f"{named}: phiếu {opened.code}, {labels.STATE[opened.state].lower()}."
    if decision.head is Head.RISK:
        done = f"đã cập nhật ngày {day(decision.done_on)}" if decision.done_on else "chưa cập nhật"
        return f"{named}: {done}."
    why = decision.result.rstrip(" .")
    said = f"không mở phiếu ({why})" if why else f"chưa mở phiếu ({leads})"
    return f"{named}: {said}."


def _is_closed(work: Work, last: Request, number: int) -> bool:
    decision = last.measures[number - 1]
    if decision.head is Head.RISK:
        return decision.done_on is not None
    opened = work.requests.load(decision.result) if decision.result else None
    return opened is not None and opened.state is State.CLOSED
