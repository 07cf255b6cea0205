"""What a register waits for, kept in the record: its file gone for a moment, or open elsewhere.

What is to be written while a file is open is not kept: it is found anew at every try, as the
difference between the record and the file.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mailflow.actions import words
from mailflow.actions.context import Row
from mailflow.actions.notices import Remark, remark
from mailflow.record import Wait, Work
from mailflow.registers.case import Case
from workbook_sync.errors import Busy, Owner
from workbook_sync.files import owner

GONE, OPEN = "gone", "open"
A_MINUTE = timedelta(minutes=1)
RETRIES = (A_MINUTE, 2 * A_MINUTE, 5 * A_MINUTE, 10 * A_MINUTE)
"""From one try to write to the next, the last again and again; after it the keeper is told."""

AGAIN = timedelta(days=1)
"""How often the keeper of a register that stays open is told."""


def gone_for_a_minute(case: Case) -> bool:
    """Note that the file is not there; say whether it has been so for a minute."""
    with case.open_work() as work:
        wait = work.registers.wait(case.register_id, GONE)
        if wait is None or wait.since > case.world.now:
            wait = Wait(since=case.world.now, tries=0, next_at=case.world.now + A_MINUTE)
            work.registers.start_wait(case.register_id, GONE, wait)
            work.keep()
    return case.world.now >= wait.next_at


def over(case: Case, what: str) -> None:
    """Note that the register waits for this no more."""
    if _wait(case, what):
        with case.open_work() as work:
            work.registers.end_wait(case.register_id, what)
            work.keep()


def in_turn(case: Case) -> bool:
    """Say whether to try and write now: it is time, or the owner file that was there is gone."""
    wait = _wait(case, OPEN)
    now = case.world.now
    if wait is None or not now < wait.next_at <= now + RETRIES[-1]:
        return True
    return bool(wait.held_by) and owner(case.place, case.world.now) is None


def put_off(case: Case, busy: Busy, changes: int | None) -> None:
    """Note a write that found the file open, and tell the keeper of it when that goes on.

    `changes` wait for it; None where the file could not even be read.
    """
    now = case.world.now
    with case.open_work() as work:
        wait = work.registers.wait(case.register_id, OPEN) or Wait(now, 0, now)
        pause = RETRIES[min(wait.tries, len(RETRIES) - 1)]
        held_by = _named(busy.owner) if busy.owner else ""
        wait = replace(wait, tries=wait.tries + 1, next_at=now + pause, held_by=held_by)
        if now >= _tell_from(wait):
            _tell(case, work, wait, changes)
            wait = replace(wait, told_at=now)
        work.registers.start_wait(case.register_id, OPEN, wait)
        work.keep()


def _tell_from(wait: Wait) -> datetime:
    return wait.told_at + AGAIN if wait.told_at else wait.since + sum(RETRIES, timedelta())


def _wait(case: Case, what: str) -> Wait | None:
    with case.open_work(reading=True) as work:
        return work.registers.wait(case.register_id, what)


def _named(found: Owner) -> str:
    if found.machine:
        return f"trên máy {found.machine}" + (f" ({found.name})" if found.name else "")
    return f"bởi {found.name}" if found.name else "trên một máy không rõ tên"


def _tell(case: Case, work: Work, wait: Wait, changes: int | None) -> None:
    waits = f"{changes} thay đổi" if changes is not None else "chưa rõ, vì chưa đọc được sổ"
    details = [
        Row(label="Sổ", value=case.place.name),
        Row(label="Nơi để", value=str(case.place)),
        Row(label="Đang mở", value=wait.held_by or "trên một máy không rõ tên"),
        Row(label="Chờ ghi", value=waits),
        Row(label="Từ lúc", value=words.moment(wait.since.astimezone(case.world.now.tzinfo))),
    ]
    key = f"register_open:{case.register_id}:{wait.since.isoformat()}:{case.world.now.isoformat()}"
    remark(work, case.house, Remark("register_open", case.keeper, key, details), case.world)
