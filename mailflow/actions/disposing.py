"""Records whose years are over (VII): offered to the ISO secretary, decided by one word."""

from collections.abc import Collection, Sequence
from datetime import date

from mailflow.actions import notices, words
from mailflow.actions.context import FormAttachment, Row, Table
from mailflow.actions.house import House
from mailflow.actions.notices import Remark, remark
from mailflow.actions.offers import Offer, Way, offer
from mailflow.phrases import Phrases
from mailflow.procedure import labels, retention
from mailflow.procedure.machine import World
from mailflow.procedure.people import UNIT_PREFIX, Person
from mailflow.procedure.request import Json, Via
from mailflow.procedure.terms import Role
from mailflow.record import RequestRow, Work

MATTER = "disposal"
LISTED = ["Phiếu", "Loại", "Đơn vị", "Tình trạng", "Ngày kết thúc"]
MOST_SHOWN = 40
"""Rows of a table in a mail; a longer list goes with it as a workbook."""

WAYS = (
    Way("accept", "hủy hồ sơ của các phiếu trong danh sách"),
    Way("refuse", "giữ thêm một năm"),
    Way("pack", "gửi tôi gói hồ sơ để xem trước"),
)


def due(work: Work, house: House, world: World) -> list[RequestRow]:
    """List what may be disposed of today and was not decided on, oldest end first."""
    years = house.settings.retention.years
    ended = [row for row in work.requests.rows() if row.closed_at is not None]
    past = [r for r in ended if retention.is_due(_ended_on(r, world), years, world.today)]
    return sorted(
        (row for row in past if not work.disposals.decided(row.code)),
        key=lambda row: (_ended_on(row, world), row.code),
    )


def _ended_on(row: RequestRow, world: World) -> date:
    closed = row.closed_at or row.opened_at
    return closed.astimezone(world.now.tzinfo).date()


def ask(work: Work, house: House, world: World) -> int:
    """Put what is due before the ISO secretary, once a year; gives how many there are."""
    rows = due(work, house, world)
    years = house.settings.retention.years
    for secretary in world.roster.holders(Role.ISO_SECRETARY) if rows else ():
        said = disposal_offer(house.phrases, [row.code for row in rows])
        details = [
            Row(label="Thời hạn lưu", value=f"{years} năm, tính từ cuối năm kết thúc (mục VII)"),
            Row(label="Số phiếu đến hạn", value=str(len(rows))),
        ]
        table = _table(rows, world)
        key = f"{MATTER}:{world.today.year}:{secretary.id}"
        said_to = Remark(
            "disposal_list",
            secretary,
            key,
            details,
            table=table,
            files=attached(table, "Danh sách hồ sơ đến hạn hủy"),
            asks=[said.ask],
            commands=said.kept,
        )
        remark(work, house, said_to, world)
    return len(rows)


def disposal_offer(phrases: Phrases, codes: Sequence[str]) -> Offer:
    """Offer to dispose of requests' records; `codes` are kept with it, no others count."""
    kept: dict[str, Json] = {"matter": MATTER, "codes": list(codes)}
    return offer(phrases, "Quyết định về hồ sơ đến hạn hủy", WAYS, kept)


def attached(table: Table, title: str) -> list[FormAttachment]:
    """Attach a list as a workbook where the mail does not show all of it."""
    if len(table["rows"]) <= MOST_SHOWN:
        return []
    view = {"title": title, "columns": table["columns"], "rows": table["rows"]}
    return [FormAttachment(form=notices.LIST, view=view, entries=0)]


def _table(rows: Sequence[RequestRow], world: World) -> Table:
    return Table(columns=LISTED, rows=[_shown(row, world) for row in rows])


def _shown(row: RequestRow, world: World) -> list[str]:
    title = words.title(row.content)
    return [
        f"{row.code} ({row.number}): {title}",
        labels.KIND[row.kind],
        row.unit,
        labels.STATE[row.state],
        words.day(_ended_on(row, world)),
    ]


def decide(
    work: Work, house: House, codes: Collection[str], person: Person, via: Via, world: World
) -> tuple[str, ...]:
    """Decide that the records of requests go, those that are due; tells the units' heads.

    Gives the codes decided on now. Nothing is removed here.
    """
    rows = [row for row in due(work, house, world) if row.code in codes]
    heads = _by_head(work, rows, world)
    decided = work.disposals.decide(rows, via, world.now, person.id)
    for head, theirs in heads.items():
        to = world.roster.person(head)
        if to and head != person.id:
            details = [Row(label="Người quyết định", value=f"{person.name}, {person.position}")]
            table = _table(theirs, world)
            key = f"disposal_told:{via.id}:{head}"
            files = attached(table, "Danh sách hồ sơ được hủy")
            said = Remark("disposal_told", to, key, details, table=table, files=files)
            remark(work, house, said, world)
    return decided


def _by_head(work: Work, rows: Sequence[RequestRow], world: World) -> dict[str, list[RequestRow]]:
    """Sort requests by the heads of the units that carried them out, else of their own."""
    heads: dict[str, list[RequestRow]] = {}
    for row in rows:
        for unit in _units(work, row, world):
            head = world.roster.head_of(unit)
            if head and row not in heads.setdefault(head.id, []):
                heads[head.id].append(row)
    return heads


def _units(work: Work, row: RequestRow, world: World) -> list[str]:
    request = work.requests.load(row.code)
    parties = request.parties.get(Role.IMPLEMENTER, ()) if request else ()
    people = (world.everyone.person(p) for p in parties if not p.startswith(UNIT_PREFIX))
    units = [p.removeprefix(UNIT_PREFIX) for p in parties if p.startswith(UNIT_PREFIX)]
    return list(dict.fromkeys([*units, *(p.unit for p in people if p)])) or [row.unit]
