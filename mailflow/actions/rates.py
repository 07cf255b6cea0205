"""How often one address is answered by itself: beyond it answers stay in, so that no loop lasts."""

from datetime import timedelta

from mailflow.actions.context import Row
from mailflow.actions.house import House
from mailflow.actions.unreached import HELD_BACK, News, tell
from mailflow.procedure.machine import World
from mailflow.record import Destined, Work

AUTOMATIC = ("answer", "receipt_stranger", "confirm", "confirm_stand_in", "help")
"""Kinds of notices that a letter sets off without a person's doing."""

WINDOWS = tuple(timedelta(minutes=m) for m in (10, 30, 60, 180, 600))
ONE_REQUEST = (10, 15, 25, 50, 100)
"""Answers about one request to one address within each of `WINDOWS`."""

ALL_REQUESTS = (30, 60, 120, 240, 360)
"""Answers to one address within each of `WINDOWS`, whatever they are about."""


def hold_back(work: Work, house: House, notice_id: int, world: World) -> None:
    """Keep an automatic notice, just stored, from going out when its address has had too many.

    Its row stays, failed, with the reason; the ISO secretary hears of it once a day for an address.
    """
    notice = work.notices.destined(notice_id)
    if notice.status != "waiting" or not _too_many(work, notice, world):
        return
    work.notices.failed(notice_id, HELD_BACK, world.now)
    details = [
        Row(label="Địa chỉ", value=notice.address),
        Row(label="Người nhận", value=world.everyone.name_of(notice.person)),
        Row(label="Phiếu", value=notice.request or ""),
    ]
    key = f"answers_paused:{notice.address}:{world.today}"
    tell(work, house, News("answers_paused", key, details), world)


def _too_many(work: Work, notice: Destined, world: World) -> bool:
    """Say whether what is stored, this notice among it, passes a limit in one of the windows."""
    since = [world.now - window for window in WINDOWS]
    counted = work.notices.stored_since(notice.address, AUTOMATIC, notice.request, since, world.now)
    limits = zip(counted, ALL_REQUESTS, ONE_REQUEST, strict=True)
    return any(every > most or about > most_about for (every, about), most, most_about in limits)
