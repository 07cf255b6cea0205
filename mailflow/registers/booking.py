"""What the record keeps of a register besides its requests: what was told, what was agreed on."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from mailflow.actions import offers
from mailflow.actions.context import Row
from mailflow.actions.notices import Remark, remark
from mailflow.actions.offers import Way
from mailflow.procedure.request import Json
from mailflow.record import Work
from mailflow.registers import lines as said
from mailflow.registers.case import Case
from mailflow.registers.cells import to_json
from mailflow.registers.columns import REQUESTS, Sheet
from mailflow.registers.lines import Line
from mailflow.registers.page import Page
from mailflow.registers.sides import Base

MOST_SHOWN = 30
"""Codes that one mail lists."""

A_MINUTE = timedelta(seconds=60)
"""How long a file must be gone or unreadable before that counts: programs save in two moves."""


def tell(case: Case, lines: Iterable[Line], key: str) -> tuple[Line, ...]:
    """Mail the keeper what is new among the lines, once for a `key`; gives those.

    `key` names the state of the file. While it stays the same, what was new is new still: the
    file may not have been written since.
    """
    lines = tuple(lines)
    if not lines:
        return ()
    with case.open_work() as work:
        fresh = tuple(line for line in lines if not line.once or _is_new(case, work, line, key))
        if fresh:
            digests = "".join(line.digest(case.register_id) for line in fresh)
            digest = hashlib.sha256(digests.encode()).hexdigest()[:16]
            details = [Row(label="Sổ", value=case.place.name)]
            mail_key = f"register:{case.register_id}:{key}:{digest}"
            table = said.mail_table(fresh)
            note = Remark("register_notes", case.keeper, mail_key, details, None, table)
            remark(work, case.house, note, case.world)
        work.keep()
    return fresh


GONE_WAYS = (Way("right", "đúng, bỏ các dòng ấy khỏi sổ"), Way("refuse", "không, đó là nhầm"))


def ask_about_gone(case: Case, sheet: Sheet, line: Line, codes: Sequence[str], key: str) -> None:
    """Ask the keeper whether a sheet's rows that are gone are meant to be; once for a `key`."""
    kept: dict[str, Json] = {
        "matter": "rows_gone",
        "register": case.register_id,
        "codes": list(codes),
    }
    asked = offers.offer(case.house.phrases, "Xem các dòng không còn trong sổ", GONE_WAYS, kept)
    shown = ", ".join(codes[:MOST_SHOWN]) + (" …" if len(codes) > MOST_SHOWN else "")
    details = [
        Row(label="Sổ", value=case.place.name),
        Row(label="Vì sao", value=line.why),
        Row(label="Các phiếu" if sheet is REQUESTS else "Các mục tiêu", value=shown),
    ]
    name = f"register_rows:{case.register_id}:{sheet.key}:{key}"
    said = Remark(
        "register_rows", case.keeper, name, details, asks=[asked.ask], commands=asked.kept
    )
    with case.open_work() as work:
        remark(work, case.house, said, case.world)
        work.keep()


def meant(case: Case, codes: Iterable[str]) -> set[str]:
    """Give those rows of which the keeper said that they are gone on purpose."""
    with case.open_work(reading=True) as work:
        return {c for c in codes if work.marks.get("row_gone", f"{case.register_id}:{c}")}


RENAMED = "renamed_column"


def known_again(case: Case, page: Page, base: Base) -> Page:
    """Find a register's renamed columns, and remember how they are called."""
    if not page.grid.missing:
        return page
    keys = {
        (header, name): f"{case.register_id}:{_in(page)}{header}:{name}"
        for header in page.grid.missing
        for name in page.grid.others
    }
    with case.open_work(reading=True) as work:
        names = {h: name for (h, name), key in keys.items() if work.marks.get(RENAMED, key)}
    found = page.known_again(base, names)
    new = [pair for pair in found.names.items() if pair not in names.items()]
    if new:
        with case.open_work() as work:
            for pair in new:
                work.marks.set_once(RENAMED, keys[pair], case.world.now)
            work.keep()
    return found


def _in(page: Page) -> str:
    """Name the sheet in the mark of a renamed column, "" for that of requests."""
    return "" if page.sheet is REQUESTS else f"{page.sheet.key}:"


def _is_new(case: Case, work: Work, line: Line, key: str) -> bool:
    digest, told = line.digest(case.register_id), f"told at {key}"
    if work.registers.edit_done(digest, case.register_id, line.code, told, case.world.now):
        return True
    return work.registers.edit_outcome(digest) == told


def agree(
    case: Case, bases: Sequence[tuple[Sheet, Base, Base]], generation: int, digest: str
) -> None:
    """Move the bases to what the file holds now; nothing is stored where nothing changed.

    `bases` are for each sheet the base now and the one there was.
    """
    moved = [(sheet, _moved(now, before)) for sheet, now, before in bases]
    with case.open_work() as work:
        kept = work.registers.get(case.register_id)
        known = (kept.generation, kept.sha256, kept.intent_sha256) if kept else None
        if any(rows for _, rows in moved) or known != (generation, digest, None):
            at = case.world.now
            for sheet, rows in moved:
                work.registers.move_base(case.register_id, generation, rows, (), at, sheet.key)
            save(case, work, generation, digest, None)
            work.keep()


def _moved(base: Base, before: Base) -> dict[str, dict[str, Json]]:
    return {
        code: {header: to_json(value) for header, value in row.items()}
        for code, row in base.items()
        if code not in before or before[code] != row
    }


def save(case: Case, work: Work, generation: int, digest: str, intent: str | None) -> None:
    """Keep where the file is and what it holds, `intent` while it is being written (SHA-256)."""
    now, path = case.world.now, str(case.place)
    work.registers.save(case.register_id, path, generation, digest, intent, now)


def for_a_minute(case: Case, name: str, key: str) -> bool:
    """Say whether something has been so for a minute; the first look starts the clock."""
    with case.open_work() as work:
        now = case.world.now
        work.marks.set_once(name, f"{case.register_id}:{key}", now)
        since = work.marks.get(name, f"{case.register_id}:{key}") or now
        work.keep()
    return abs(now - since) >= A_MINUTE  # a clock that was ahead set a moment yet to come
