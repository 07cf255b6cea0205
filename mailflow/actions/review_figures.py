"""What the record can say for a review (5.8.1.1): figures with their source and trend."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mailflow.actions import objectives
from mailflow.actions.house import House
from mailflow.forms.papers import Bar, Figure, Part
from mailflow.forms.words import day, moment
from mailflow.procedure import labels, review
from mailflow.procedure.machine import World
from mailflow.procedure.objectives import Line, lines
from mailflow.procedure.people import UNIT_PREFIX
from mailflow.procedure.request import Json, Request
from mailflow.procedure.targets import Verdict
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
ENDED_WELL = (State.CLOSED, State.NO_ACTION_NEEDED)


@dataclass(frozen=True)
class Period:
    """The days that are counted, and the same ones of the year before."""

    since: date
    until: date

    @property
    def before(self) -> "Period":
        """The same days a year earlier; 29 February becomes the 28th."""
        return Period(*map(_year_earlier, (self.since, self.until)))

    def __contains__(self, found: date) -> bool:
        return self.since <= found <= self.until

    def __str__(self) -> str:
        return f"{day(self.since)} đến {day(self.until)}"


def _year_earlier(found: date) -> date:
    last = 28 if (found.month, found.day) == (2, 29) else found.day
    return date(found.year - 1, found.month, last)


def period_of(year: int, today: date) -> Period:
    """Give the days of the year reviewed: all of it, or until today while it lasts."""
    return Period(date(year, 1, 1), min(today, date(year, 12, 31)))


@dataclass(frozen=True)
class Counted:
    """A request as it is counted: when it was opened, by the agency's own days."""

    request: Request
    opened: date


@dataclass(frozen=True)
class Case:
    """Everything that the parts are made of."""

    now: Sequence[Counted]
    before: Sequence[Counted]
    period: Period
    register: str


def compiled(work: Work, house: House, request: Request, world: World) -> dict[str, Json]:
    """Compile what the record has for each input that it fills, by section, JSON as it is kept.

    `notes` says of which generation of the consolidated register the figures are, and which
    requests are not in it yet.
    """
    case = _case(work, house, int(request.values["review_year"]), world)
    parts = {
        Section.EARLIER: _earlier(work, request),
        Section.SATISFACTION: _by_source(case, Section.SATISFACTION, Source.FEEDBACK, FEEDBACK),
        Section.OBJECTIVES: _objectives(work, house, int(request.values["review_year"])),
        Section.NONCONFORMITIES: _nonconformities(case),
        Section.AUDITS: _by_source(case, Section.AUDITS, Source.INTERNAL_AUDIT, AUDITED),
        Section.IMPROVEMENTS: _improvements(case),
    }
    known = {section.value: part for section, part in parts.items() if part}
    return {"parts": known, "notes": _notes(work, house, case)}


FEEDBACK, AUDITED = "Phản ánh thành phiếu", "Điểm nêu khi đánh giá nội bộ thành phiếu"


def _case(work: Work, house: House, year: int, world: World) -> Case:
    period = period_of(year, world.today)
    rows = work.requests.rows(kinds=REQUESTS)
    opened = ((row.code, house.local(row.opened_at).date()) for row in rows)
    wanted = [(code, at) for code, at in opened if at in period or at in period.before]
    loaded = ((work.requests.load(code), at) for code, at in wanted)
    counted = [Counted(found, at) for found, at in loaded if found]
    return Case(
        [c for c in counted if c.opened in period],
        [c for c in counted if c.opened in period.before],
        period,
        _generation(work, house),
    )


def _generation(work: Work, house: House) -> str:
    """Say which generation of the consolidated register the record is in step with."""
    kept = work.registers.get(house.consolidated) if house.consolidated else None
    if kept is None or not kept.generation:
        return ""
    return f"bản số {kept.generation}, {moment(house.local(kept.at))}"


def _notes(work: Work, house: House, case: Case) -> list[str]:
    if not case.register:
        return ["Chưa có sổ theo dõi chung; số liệu lấy từ hồ sơ của chương trình."]
    written = work.registers.base(house.consolidated)
    absent = [c.request.code for c in case.now if c.request.code not in written]
    notes = [f"Số liệu đối chiếu với sổ theo dõi chung, {case.register}."]
    return notes + ([f"Chưa có trong bản sổ này: {', '.join(absent)}."] if absent else [])


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


Test = Callable[[Request], bool]


def _figure(case: Case, name: str, filters: str, test: Test) -> Figure:
    """Count the requests of this period and of the one before; `filters` says how to check it."""
    now, before = (sum(test(c.request) for c in of) for of in (case.now, case.before))
    return Figure(
        name=name, value=_number(now), before=_number(before), source=_source(case, filters)
    )


def _number(count: int) -> str:
    """Write a count as papers do: two digits at least."""
    return f"{count:02d}" if count else "0"


def _source(case: Case, filters: str) -> str:
    parts = [SHEET, f"Ngày lập {case.period}", filters, case.register]
    return "; ".join(part for part in parts if part)


def _closed(request: Request) -> bool:
    return request.state in ENDED_WELL


def _nonconformities(case: Case) -> Part:
    figures = [
        _figure(case, "Phiếu BM.CTCL.01", "", lambda _: True),
        *(_of_kind(case, kind) for kind in REQUESTS),
        _figure(case, "Đã đóng, kết thúc", "Trạng thái: đã đóng, không cần khắc phục", _closed),
        _figure(case, "Đang thực hiện", "Trạng thái: chưa kết thúc", lambda r: not r.ended),
        _figure(case, "Không đạt, mở phiếu mới", f"Trạng thái: {labels.STATE[State.FAILED]}",
                lambda r: r.state is State.FAILED),
        _figure(case, "Nội dung lặp lại", "Phiếu trước có mã", lambda r: bool(r.repeats)),
        _on_time(case),
    ]  # fmt: skip
    units = Counter(c.request.unit for c in case.now)
    chart = f"Số phiếu theo đơn vị, {case.period} (nguồn: trang Phiếu, cột Đơn vị)"
    return _part(
        Section.NONCONFORMITIES, _told(case), figures, chart if units else "", _bars(units)
    )


def _of_kind(case: Case, kind: Kind) -> Figure:
    return _figure(case, labels.KIND[kind], f"Loại: {labels.KIND[kind]}", lambda r: r.kind is kind)


def _told(case: Case) -> list[str]:
    """Say the trend and the months in words."""
    now, before = len(case.now), len(case.before)
    if not now and not before:
        return [f"Không có phiếu nào được lập từ {case.period} và cùng kỳ năm trước."]
    change = f"tăng {now - before}" if now > before else f"giảm {before - now}"
    trend = "bằng" if now == before else change + " phiếu so với"
    months = Counter(c.opened.month for c in case.now)
    by_month = ", ".join(f"tháng {m}: {_number(months[m])}" for m in sorted(months))
    said = f"{_number(now)} phiếu được lập từ {case.period}, {trend} cùng kỳ năm trước."
    return [said, *([f"Theo tháng: {by_month}."] if by_month else [])]


def _bars(units: Counter[str]) -> list[Bar]:
    most = max(units.values(), default=0)
    return [
        Bar(label=unit, value=str(count), share=round(100 * count / most))
        for unit, count in units.most_common()
    ]


def _on_time(case: Case) -> Figure:
    """Share of the requests whose work was done, that was done by the deadline."""
    now, before = (_share_on_time(c.request for c in of) for of in (case.now, case.before))
    filters = "Ngày hoàn thành không sau Hạn hoàn thành"
    return Figure(
        name="Hoàn thành đúng hạn", value=now, before=before, source=_source(case, filters)
    )


def _share_on_time(requests: Iterable[Request]) -> str:
    done = [
        max(m.done_on for m in r.measures if m.done_on) <= deadline
        for r in requests
        if (deadline := r.day("deadline")) and r.measures and all(m.done_on for m in r.measures)
    ]
    return f"{sum(done)}/{len(done)}" if done else "không phát sinh"


def _by_source(case: Case, section: Section, source: Source, name: str) -> Part | None:
    """Count the requests of one source, where there are any in either period."""
    label = labels.SOURCE[source]

    def of_source(request: Request) -> bool:
        return source.value in request.values.get("sources", ())

    if not any(of_source(c.request) for c in (*case.now, *case.before)):
        return None
    figures = [
        _figure(case, name, f"Nguồn: {label}", of_source),
        _figure(
            case,
            "Trong đó đã đóng, kết thúc",
            f"Nguồn: {label}; Trạng thái: đã đóng",
            lambda r: of_source(r) and _closed(r),
        ),
    ]
    return _part(section, [], figures)


def _improvements(case: Case) -> Part:
    kind = labels.KIND[Kind.IMPROVEMENT]

    def is_one(request: Request) -> bool:
        return request.kind is Kind.IMPROVEMENT

    figures = [
        _figure(case, "Đề xuất cải tiến", f"Loại: {kind}", is_one),
        _figure(case, "Đã thực hiện xong", f"Loại: {kind}; Trạng thái: Đã đóng",
                lambda r: is_one(r) and r.state is State.CLOSED),
        _figure(case, "Không thực hiện", f"Loại: {kind}; Trạng thái: không thực hiện",
                lambda r: is_one(r) and r.state in (State.DECLINED, State.NO_ACTION_NEEDED)),
    ]  # fmt: skip
    open_still = [c.request for c in case.now if is_one(c.request) and not c.request.ended]
    return _part(Section.IMPROVEMENTS, [*map(_named, open_still)], figures)


def _named(request: Request) -> str:
    return f"{request.code}: {request.values.get('content', '')} ({labels.STATE[request.state]})"


# --- how far the objectives are met --------------------------------------------------------------


def _objectives(work: Work, house: House, year: int) -> Part | None:
    """Count the year's objectives by what came of them, and name those that were not met."""
    now, before = (objectives.matters(work, of) for of in (year, year - 1))
    found, earlier = ([line for m in of for line in lines(m)] for of in (now, before))
    if not found and not earlier:
        return None
    figures = [
        _of_lines("Mục tiêu", "", found, earlier, year, list(Verdict)),
        *(
            _of_lines(
                labels.VERDICT[v], f"; Đánh giá: {labels.VERDICT[v]}", found, earlier, year, [v]
            )
            for v in Verdict
        ),
    ]
    unmet = [
        f"{objectives.owner_of(matter.unit, house)}, mục tiêu {line.no}: "
        f"{line.planned.get('objective', '')} ({line.result.get('actual', '')})"
        for matter in now
        for line in lines(matter)
        if line.verdict is Verdict.NOT_MET
    ]
    return _part(Section.OBJECTIVES, [f"Không đạt: {words}." for words in unmet], figures)


def _of_lines(
    name: str,
    filters: str,
    now: Sequence[Line],
    before: Sequence[Line],
    year: int,
    verdicts: Sequence[Verdict],
) -> Figure:
    counts = (sum(line.verdict in verdicts for line in of) for of in (now, before))
    value, earlier = map(_number, counts)
    source = f"Hồ sơ mục tiêu chất lượng năm {year}{filters}"
    return Figure(name=name, value=value, before=earlier, source=source)


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
        Figure(name="Hành động được quyết định", value=_number(len(decisions)), before="",
               source=source),
        Figure(name="Đã hoàn thành", value=_number(closed), before="",
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
    said = f"không mở phiếu, {decision.result}" if decision.result else f"chưa mở phiếu ({leads})"
    return f"{named}: {said}."


def _is_closed(work: Work, last: Request, number: int) -> bool:
    decision = last.measures[number - 1]
    if decision.head is Head.RISK:
        return decision.done_on is not None
    opened = work.requests.load(decision.result) if decision.result else None
    return opened is not None and opened.state is State.CLOSED
