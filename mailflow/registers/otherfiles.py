"""Files of other formats beside a register: read once, told of to its keeper, nothing taken up."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mailflow.actions.house import House
from mailflow.errors import Temporary
from mailflow.record import Work
from mailflow.registers import lines as said
from mailflow.registers.booking import tell
from mailflow.registers.case import Case, case_of
from mailflow.registers.lines import Line
from mailflow.registers.page import pages_of
from mailflow.registers.places import RegisterSettings, place_of
from mailflow.registers.replica import MOST_COPIES, MOST_LINES, Replica, news, sheet_of
from mailflow.registers.sides import load_sides
from workbook_sync.errors import Busy, Reason, Refusal
from workbook_sync.files import sha256
from workbook_sync.foreign import LIMITS, read_foreign
from workbook_sync.places import Place

ENDINGS = {".xls", ".xlsb", ".ods", ".csv"}
READ = "other_file"
"""Name of the marks of such files that were read."""


def take_note(
    open_work: Callable[..., Work], house: House, register: RegisterSettings, now: datetime
) -> tuple[Line, ...]:
    """Read what lies beside a register under its name in another format; gives what was told.

    Each is read once as long as it stays as it is. Raises Misconfigured and Temporary as the
    register's round does.
    """
    with place_of(house.settings, register) as place:
        case = case_of(open_work, house, register, place, now)
        try:
            return tuple(line for file in _beside(place) for line in _noted(case, file))
        except OSError as error:
            raise Temporary(f"register {register.path}: {error.strerror}") from error


def _beside(place: Place) -> Iterator[Place]:
    """Give the files whose name begins with the register's own."""
    stem = Path(place.name).stem.casefold()
    names = [name for name in sorted(place.listing()) if Path(name).suffix.casefold() in ENDINGS]
    alike = [name for name in names if name.casefold().startswith(stem)]
    yield from map(place.beside, alike[:MOST_COPIES])


def _noted(case: Case, file: Place) -> tuple[Line, ...]:
    """Tell of one file, unless it was told of in this state; first told, then marked."""
    try:
        sight = file.look()
        mark = f"{case.register_id}:{file.name}:{sight.size}:{sight.changed_ns}"
        with case.open_work(reading=True) as work:
            if work.marks.get(READ, mark):
                return ()
        lines = tell(case, _lines(case, file, sight.size), mark)
    except (Busy, OSError):
        return ()
    with case.open_work() as work:
        work.marks.set_once(READ, mark, case.world.now)
        work.keep()
    return lines


def _lines(case: Case, file: Place, size: int) -> list[Line]:
    """What the file says that the register does not, as proposals, or why it cannot be read."""
    try:
        if size > LIMITS.packed:
            raise Refusal(Reason.TOO_BIG)
        found = _proposals(case, file.name, file.read())
    except Refusal as refusal:
        why = said.why_not(refusal.reason)
        return [_of(file, said.line("other_unread", file=file.name, why=why))]
    told = said.line("other_format", file=file.name, left=str(len(found)))
    return [_of(file, told), *found[:MOST_LINES]]


def _of(file: Place, line: Line) -> Line:
    return replace(line, where=file.name)


def _proposals(case: Case, name: str, data: bytes) -> tuple[Line, ...]:
    pages = pages_of(read_foreign(data), {}, case.house.settings.agency.code_prefix)
    copy = Replica(name, sha256(data), pages)
    found: list[Line] = []
    for page in pages:
        sides = load_sides(case, page.sheet, page)
        with case.open_work(reading=True) as work:
            lines = news(case, work, copy, page, sides).lines
        found += (replace(line, sheet=sheet_of(page)) for line in lines)
    return tuple(found)
