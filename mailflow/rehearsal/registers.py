"""What the next round would write into the registers: their cells as this program shows them."""

from collections.abc import Iterator

from mailflow.actions.house import House
from mailflow.errors import Misconfigured
from mailflow.record import Trial
from mailflow.registers.case import Case, case_of
from mailflow.registers.cells import as_text
from mailflow.registers.columns import Sheet
from mailflow.registers.places import RegisterSettings
from mailflow.registers.sheets import ALL
from mailflow.registers.sides import load_sides
from mailflow.rehearsal.differences import Difference, difference
from mailflow.settings import register_id
from workbook_sync.places import Local
from workbook_sync.values import same


def cells(work: Trial, house: House) -> Iterator[Difference]:
    """Compare each register as last agreed on with what the record would have shown in it then.

    The files are not opened. A register whose keeper has left the roster is passed over: `check`
    says so.
    """
    for register in house.settings.registers:
        yield from _of_register(work, house, register)


def _of_register(work: Trial, house: House, register: RegisterSettings) -> Iterator[Difference]:
    kept = work.registers.get(register_id(house.settings, register.path))
    if kept is None:
        return
    nowhere = Local(house.settings.home / register.path.name)
    try:
        case = case_of(lambda **_: work, house, register, nowhere, kept.at)
    except Misconfigured:
        return
    for sheet in ALL:
        yield from _of_sheet(case, sheet)


def _of_sheet(case: Case, sheet: Sheet) -> Iterator[Difference]:
    sides = load_sides(case, sheet)
    shown = {column for row in sides.base.values() for column in row}
    for key, row in sides.ours.items():
        agreed = sides.base.get(key)
        if agreed is None:
            yield difference("register", f"{sheet.name} {key}", case.register_id, "row", "", "new")
            continue
        for column in (name for name in row if name in shown):
            before, after = agreed.get(column), row[column]
            if not same(before, after):
                which = f"{sheet.name} {key}"
                yield difference(
                    "register", which, case.register_id, column, as_text(before), as_text(after)
                )
