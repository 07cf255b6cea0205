"""What a mail of many requests shows: asks answered by number, lists with their own headings."""

from collections.abc import Iterable, Sequence
from datetime import date

from mailflow.actions import glance, words
from mailflow.actions.context import Ask, Listed, Section
from mailflow.actions.house import House
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Request
from mailflow.reminders import rhythm
from mailflow.reminders.owing import Item, Mine

MOST_ASKS = 20
"""Requests that one mail asks about; what is over comes when these are answered."""

MOST_ROWS = 20
PHIEU, VIEC, NGUOI, HAN = "Phiếu", "Việc", "Đang chờ", "Hạn"
OTHERS = "Việc quá hạn của người khác, báo để anh/chị biết"
UNREACHED = "Việc chưa nhắc được ai, nhờ anh/chị xem giúp"
LATE = "Đang quá hạn"
NOBODY = {
    "nobody": "Không có ai trong danh bạ nhận việc này",
    "dead": "Thư gửi {name} không tới được",
    "paused": "Đang tạm ngừng tự động gửi thư cho {name}",
}
"""Why something reaches nobody, by `Share.unreached`."""


def asks(own: Sequence[Mine], person: Person, world: World, house: House) -> tuple[list[Ask], int]:
    """List what a person owes, the most pressing request first, and count the requests left out.

    A request has one number, as the reader of replies counts: in the order of the asks.
    """
    by_code: dict[str, list[Mine]] = {}
    for mine in sorted(own, key=_pressing):
        by_code.setdefault(mine.item.request.code, []).append(mine)
    shown = list(by_code.values())[:MOST_ASKS]
    listed = [
        ask
        for number, group in enumerate(shown, start=1)
        for ask in _of_request(number, group, person, world, house)
    ]
    return listed, len(by_code) - len(shown)


def _pressing(mine: Mine) -> tuple[date, str]:
    return (mine.item.owed.due or date.max, mine.item.request.code)


def _of_request(
    number: int, group: Sequence[Mine], person: Person, world: World, house: House
) -> Iterable[Ask]:
    request = group[0].item.request
    known = {mine.item.owed.wait.act.value: mine for mine in reversed(group)}
    name = title(request, world)
    for ask in glance.asks_for(person.id, request, world, house):
        mine = known.get(ask["act"])
        if mine:
            yield {**ask, "others": [], "listed": _listed(number, name, mine, world)}
            name = ""


def _listed(number: int, title: str, mine: Mine, world: World) -> Listed:
    name = world.everyone.name_of
    return Listed(
        number=number,
        title=title,
        unit=mine.item.request.unit,
        late=_late(mine.item, world),
        place_of=name(mine.place_of) if mine.place_of else "",
        told=[name(boss) for boss in mine.told],
    )


def _late(item: Item, world: World) -> int:
    due = item.owed.due
    if due is None or item.late:
        return item.late or -1
    return 0 if rhythm.last_day(due, world.calendar) <= world.today else -1


def title(request: Request, world: World) -> str:
    """Name a request in a few words, as the request at a glance does."""
    return glance.request_glance(request, world)["title"]


def section(heading: str, columns: list[str], rows: Sequence[list[str]], more: int = 0) -> Section:
    """Make a list under a heading, with the number of requests that it leaves out."""
    return Section(title=heading, columns=columns, rows=list(rows), more=more)


def others(late: Iterable[tuple[Item, str]], world: World, heading: str = OTHERS) -> Section:
    """List what is late and whose it is, the latest first, each act on a request once."""
    held: dict[tuple[str, str], tuple[Item, list[str]]] = {}
    for item, person in sorted(late, key=lambda one: (-one[0].late, one[0].request.code)):
        key = (item.request.code, item.owed.wait.act.value)
        held.setdefault(key, (item, []))[1].append(world.everyone.name_of(person))
    shown = list(held.values())[:MOST_ROWS]
    rows = [[*_told(item, world), ", ".join(names)] for item, names in shown]
    return section(heading, [PHIEU, VIEC, HAN, NGUOI], rows, _left_out(held, shown))


def _left_out(held: Iterable[tuple[str, str]], shown: Sequence[tuple[Item, object]]) -> int:
    codes = {item.request.code for item, _ in shown}
    return len({code for code, _ in held} - codes)


def _told(item: Item, world: World) -> list[str]:
    due = words.day(item.owed.due)
    return [
        f"{item.request.code}: {title(item.request, world)}",
        labels.ACT[item.owed.wait.act],
        f"{due}, quá {item.late} ngày làm việc" if item.late else due,
    ]


def unreached(missed: Sequence[tuple[Item, str, str]], world: World) -> Section:
    """List what no mail is sent about, with the reason."""
    rows = [
        [*_told(item, world), NOBODY[why].format(name=world.everyone.name_of(person))]
        for item, person, why in missed[:MOST_ROWS]
    ]
    codes = {item.request.code for item, _, _ in missed}
    shown = {item.request.code for item, _, _ in missed[:MOST_ROWS]}
    return section(UNREACHED, [PHIEU, VIEC, HAN, "Lý do"], rows, len(codes - shown))
