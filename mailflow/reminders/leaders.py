"""The leaders' digest on the days set: what waits for them, what is late, what ended, figures."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailflow.actions import notices, objectives, words
from mailflow.actions.context import Bar, Context, Digest, Row, Section
from mailflow.actions.house import House
from mailflow.procedure import labels, repeats
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, Roster
from mailflow.procedure.terms import REQUESTS, Kind, Role
from mailflow.record import RequestRow, Work
from mailflow.reminders import listing, owing
from mailflow.reminders.listing import MOST_ROWS, PHIEU
from mailflow.reminders.owing import Item, Round, Share

DIGEST = "digest"
"""The mark of a day on which the leaders had their digest; its key is the day."""

WHOLE = (Role.AGENCY_HEAD, Role.ISO_LEAD, Role.ISO_SECRETARY)
"""Those whose digest is about the whole agency; a unit's head has the unit's."""

WAITING = "Việc đang chờ người nhận thư"
ENDED, REPEATED = "Đã kết thúc từ lần tổng hợp trước", "Lặp lại nhiều lần (mục 5.2.2)"
AT_RISK = "Mục tiêu chất lượng có nguy cơ không đạt"
MOST_COMPARED = 200
"""The newest requests that are compared with those before them, which takes its time."""

NOT_SINCE = timedelta(days=7)
"""How far the first digest looks back."""


@dataclass(frozen=True)
class News:
    """What the record tells all leaders: rows opened or ended lately, since the last digest."""

    rows: Sequence[RequestRow]
    since: datetime
    found: Sequence[Item]
    repeated: Sequence[tuple[RequestRow, Sequence[str]]]
    months: tuple[date, date]
    unit: str = ""

    def of_unit(self, unit: str, roster: Roster) -> "News":
        """Keep what is of one unit; an item also when somebody of the unit owes it."""
        own = {p.id for p in roster.people if p.unit == unit}
        return News(
            [row for row in self.rows if row.unit == unit],
            self.since,
            [i for i in self.found if i.request.unit == unit or own & set(i.owed.people)],
            [(row, run) for row, run in self.repeated if row.unit == unit],
            self.months,
            unit,
        )


def due(weekdays: Iterable[int], since: date, today: date) -> bool:
    """Say whether one of the weekdays set has come since the last round."""
    days = (since + timedelta(days=n) for n in range(1, (today - since).days + 1))
    return any(day.weekday() in weekdays for day in days)


def digests(
    work: Work,
    house: House,
    found: Sequence[Item],
    told: Mapping[str, Share],
    a_round: Round,
) -> dict[str, Context]:
    """Give the digest of each leader by their id; none on other days than those set."""
    world = a_round.world
    if not due(house.settings.digest.weekdays, a_round.since, world.today):
        return {}
    news = _news(work, house, found, world)
    work.marks.set_once(DIGEST, world.today.isoformat(), world.now)
    return {
        person.id: digest(work, house, person, told[person.id], _seen(news, unit, world), world)
        for person, unit in leaders(world.roster)
        if not a_round.hindered[person.id] and not owing.away(person.id, world.roster)
    }


def preview(
    work: Work,
    house: House,
    found: Sequence[Item],
    told: Mapping[str, Share],
    reader: Person,
    world: World,
) -> Context:
    """Write the digest that the first of the leaders would get now, for somebody else to see.

    Nothing in it can be answered: what waits for the leader is listed, not asked.
    """
    leader = next((p for p, unit in leaders(world.roster) if not unit), reader)
    share = told[leader.id]
    document = digest(work, house, leader, share, _news(work, house, found, world), world)
    document["person"], document["asks"] = notices.recipient(reader), []
    waiting = [(mine.item, leader.id) for mine in share.own]
    if document["digest"] and waiting:
        document["digest"]["sections"].insert(0, listing.others(waiting, world, WAITING))
    said = f"Thư tổng hợp mà {leader.name} sẽ nhận, theo số liệu lúc này."
    document["details"] = [Row(label="Bản xem trước", value=said)]
    return document


def leaders(roster: Roster) -> Iterator[tuple[Person, str]]:
    """List who gets a digest, each once, with the unit it is about ("" for the agency)."""
    known: set[str] = set()
    for role in (*WHOLE, Role.UNIT_HEAD):
        for person in roster.holders(role):
            if person.id not in known:
                yield person, "" if role in WHOLE else person.unit
            known.add(person.id)


def _seen(news: News, unit: str, world: World) -> News:
    return news.of_unit(unit, world.roster) if unit else news


def _news(work: Work, house: House, found: Sequence[Item], world: World) -> News:
    last = work.marks.latest(DIGEST, world.today.isoformat())
    at = work.marks.get(DIGEST, last) if last else None
    since = at or world.now - NOT_SINCE
    month = world.today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    begun = datetime.combine(before, time(), world.now.tzinfo)
    moved = work.requests.moved_since(min(since, begun))
    rows = [row for row in moved if row.kind in REQUESTS]
    return News(rows, since, found, list(_repeated(work, house, rows, since)), (before, month))


def _repeated(
    work: Work, house: House, rows: Iterable[RequestRow], since: datetime
) -> Iterator[tuple[RequestRow, Sequence[str]]]:
    """Find the nonconformities opened lately that their unit recorded too often in a row."""
    new = [r for r in rows if r.kind is Kind.NONCONFORMITY and r.opened_at >= since]
    for row in new[-MOST_COMPARED:]:
        request = work.requests.load(row.code)
        run = notices.earlier_alike(work, request) if request else ()
        if repeats.proposed(run, house.settings.iso.repeat_threshold):
            yield row, run


def digest(
    work: Work, house: House, person: Person, share: Share, news: News, world: World
) -> Context:
    """Write one leader's digest; `news` is what they see."""
    document = notices.context(house, "digest", notices.recipient(person))
    document["asks"], more = listing.asks(share.own, person, world, house)
    sections = [s for s in _sections(work, person, share, news, world) if s["rows"]]
    empty = not document["asks"] and not sections
    document["digest"] = Digest(
        day=words.day(world.today),
        more=more,
        sections=sections,
        figures=[] if empty else _figures(news, world),
    )
    return document


def _sections(
    work: Work, person: Person, share: Share, news: News, world: World
) -> Iterator[Section]:
    late = [(i, p) for i in news.found if i.late for p in i.owed.people if p != person.id]
    known = {item.request.code for item, _ in late}
    yield listing.unreached(share.unreached, world)
    yield listing.others(
        late + [o for o in share.others if o[0].request.code not in known], world, listing.LATE
    )
    yield _ended(news)
    yield _repeats(news)
    at_risk = objectives.at_risk(work, news.unit or None, world)
    yield listing.section(AT_RISK, ["Mục tiêu", "Chỉ tiêu", "Đạt được", "Của"], at_risk)


def _ended(news: News) -> Section:
    ended = [r for r in news.rows if r.closed_at and r.closed_at >= news.since]
    rows = [
        [f"{r.code}: {words.title(r.content)}", r.unit, labels.STATE[r.state]]
        for r in ended[-MOST_ROWS:]
    ]
    columns = [PHIEU, "Đơn vị", "Kết quả"]
    return listing.section(ENDED, columns, rows, len(ended) - len(rows))


def _repeats(news: News) -> Section:
    shown = news.repeated[-MOST_ROWS:]
    rows = [
        [
            f"{row.code}: {words.title(row.content)}",
            row.unit,
            f"Lần thứ {len(run) + 1} liên tiếp (các phiếu trước: {', '.join(run[:5])})",
        ]
        for row, run in shown
    ]
    return listing.section(
        REPEATED, [PHIEU, "Đơn vị", "Nhận xét"], rows, len(news.repeated) - len(shown)
    )


def _figures(news: News, world: World) -> list[Bar]:
    """Count this month and the last: opened, ended; and what is open and late today."""
    before, month = (f"tháng {day.month}" for day in news.months)
    open_now = {i.request.code for i in news.found}
    late = {i.request.code for i in news.found if i.late}
    counted = {
        f"Mở mới {before}": _within(news, lambda row: row.opened_at, world, last=True),
        f"Mở mới {month}": _within(news, lambda row: row.opened_at, world, last=False),
        f"Kết thúc {before}": _within(news, lambda row: row.closed_at, world, last=True),
        f"Kết thúc {month}": _within(news, lambda row: row.closed_at, world, last=False),
        "Đang mở": len(open_now),
        "Đang quá hạn": len(late),
    }
    most = max(counted.values())
    return [
        Bar(label=label, value=value, share=round(100 * value / most) if most else 0)
        for label, value in counted.items()
    ]


def _within(
    news: News, moment: Callable[[RequestRow], datetime | None], world: World, *, last: bool
) -> int:
    before, month = news.months
    days = (at.astimezone(world.now.tzinfo).date() for at in map(moment, news.rows) if at)
    return sum(before <= day < month if last else day >= month for day in days)
