"""A new report alike an open request: taken as its own, and offered to be merged into that one."""

from collections.abc import Sequence

from mailflow.actions import held, words
from mailflow.actions.context import Row
from mailflow.actions.execute import Result
from mailflow.actions.house import House
from mailflow.actions.notices import Remark, alike, remark
from mailflow.actions.offers import Offer, Way, offer
from mailflow.phrases import Phrases
from mailflow.procedure import machine, repeats
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.terms import Act, Role
from mailflow.record import Matter, Work

MOST_NAMED = 5
"""Alike requests that a mail names; the newest is the one to merge into."""


def offer_joining(work: Work, house: House, results: Sequence[Result], world: World) -> list[Row]:
    """Ask the ISO secretary about each new report that is alike an open request.

    Gives what its reporter is told. Nothing is merged without the secretary's word.
    """
    told: list[Row] = []
    for result in results:
        new = result.after if result.before is None else None
        if new is None or result.command.act is not Act.REPORT:
            continue
        rows = open_alike(work, new)[:MOST_NAMED]
        if rows:
            _ask(work, house, new, rows, world)
            told.append(_for_reporter(new, rows))
    return told


def open_alike(work: Work, request: Request) -> list[Matter]:
    """List the open requests of one kind and unit that are about the same matter, newest first."""
    this = repeats.Recorded(
        request.code,
        str(request.values.get("category", "")),
        str(request.values.get("content", "")),
    )
    rows = work.requests.at_unit(request.unit, request.kind)
    return [
        row
        for row in reversed(rows)
        if row.open
        and row.code != request.code
        and repeats.same_matter(this, repeats.Recorded(row.code, row.category, row.content), alike)
    ]


def _for_reporter(new: Request, rows: Sequence[Matter]) -> Row:
    codes = ", ".join(row.code for row in rows)
    value = (
        f"{codes} ({new.unit}). Báo cáo của anh/chị vẫn là phiếu riêng; Thư ký ISO sẽ xem "
        "có gộp hay không."
    )
    return Row(label="Phiếu tương tự đang mở", value=value)


def _ask(work: Work, house: House, new: Request, rows: Sequence[Matter], world: World) -> None:
    for secretary in map(
        world.roster.person, machine.people_for(Role.ISO_SECRETARY, None, world.roster)
    ):
        if secretary is None:
            continue
        into = rows[0].code
        reason = f"Trùng nội dung với phiếu {into}"
        command = Command(
            Act.MERGE, "", new.code, {"into": into, "reason": reason}, secretary.id, Via("", "")
        )
        kept: dict[str, Json] = {"matter": "merge", **held.to_json(command)}
        said = merge_offer(house.phrases, new.code, into, kept)
        key = f"joining:{new.code}:{secretary.id}"
        details = _details(new, rows)
        remark(
            work,
            house,
            Remark("joining", secretary, key, details, asks=[said.ask], commands=said.kept),
            world,
        )


def merge_offer(phrases: Phrases, new: str, into: str, kept: dict[str, Json]) -> Offer:
    """Offer to merge the request `new` into another; both are codes."""
    way = Way("merge", f"gộp phiếu {new} vào phiếu {into}")
    return offer(phrases, "Xem có gộp hai phiếu không", [way], kept)


def _details(new: Request, rows: Sequence[Matter]) -> list[Row]:
    content = words.title(str(new.values.get("content", "")))
    known = [Row(label="Phiếu đang mở", value=f"{r.code}: {words.title(r.content)}") for r in rows]
    return [
        Row(label="Đơn vị", value=new.unit),
        Row(label="Phiếu mới", value=f"{new.code}: {content}"),
        *known,
    ]
