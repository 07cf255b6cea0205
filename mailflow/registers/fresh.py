"""A register as it is now, to go out with a mail."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from mailflow.actions.house import House
from mailflow.errors import MailflowError
from mailflow.record import Work
from mailflow.registers import specs
from mailflow.registers.case import Case, case_of
from mailflow.registers.columns import REQUESTS
from mailflow.registers.places import RegisterSettings, place_of
from mailflow.registers.sheets import ALL
from mailflow.registers.sides import load_sides
from mailflow.registers.sync import sync
from mailflow.settings import register_id
from workbook_sync.errors import Busy, Refusal
from workbook_sync.files import take_copy


def fresh(
    open_work: Callable[..., Work], house: House, name: str, now: datetime
) -> list[tuple[str, bytes]]:
    """Give file name and bytes of the register of an id, brought up to date before.

    Where its file cannot be read just now it is made anew from the record. Nothing is given when
    the settings name it no more. Raises Temporary when its share cannot be reached.
    """
    named = (r for r in house.settings.registers if register_id(house.settings, r.path) == name)
    return [_now(open_work, house, register, now) for register in named]


def _now(
    open_work: Callable[..., Work], house: House, register: RegisterSettings, now: datetime
) -> tuple[str, bytes]:
    with contextlib.suppress(MailflowError):  # the register's own job meets the same and says so
        sync(open_work, house, register, now)
    with place_of(house.settings, register) as place:
        try:
            return place.name, take_copy(place, rest=timedelta(0)).data
        except (OSError, Busy, Refusal):
            return place.name, _made_anew(case_of(open_work, house, register, place, now))


def _made_anew(case: Case) -> bytes:
    sides = {sheet: load_sides(case, sheet) for sheet in ALL}
    rows = {sheet: list(one.ours.values()) for sheet, one in sides.items()}
    generation = sides[REQUESTS].generation or 1
    return specs.register_workbook(case.house, case.register_id, rows, case.unit, generation)
