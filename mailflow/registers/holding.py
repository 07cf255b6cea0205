"""Acts typed into a register that belong to somebody else: held until that person says so by mail.

What was typed stays in its cells. The record keeps of each held edit the number of the notice that
asks, and once it is over the generation of the file it stood in.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count
from typing import Literal

from mailflow.actions import held, offers, words
from mailflow.actions.context import Row
from mailflow.actions.notices import Remark, remark
from mailflow.actions.offers import Way
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Request
from mailflow.procedure.terms import REQUESTS
from mailflow.record import Ask, Work
from mailflow.registers.case import Case
from mailflow.registers.cells import from_json, to_json
from mailflow.registers.typed import cell_of
from workbook_sync.merge import Clash
from workbook_sync.values import Value, same

MATTER = "register"
HELD, OVER = "held", "over"
WAYS = (Way("right", "đúng, thực hiện như trên"), Way("refuse", "không thực hiện"))


@dataclass(frozen=True)
class Wish:
    """An act read from a row for somebody else to confirm, with what was typed {column: value}."""

    code: str
    command: Command
    typed: Mapping[str, Value]


@dataclass(frozen=True)
class Held:
    """An edit that was held; `kept` is what the record has of it, `ask` as it stands now."""

    key: str
    code: str
    kept: Mapping[str, Json]
    ask: Ask

    @property
    def typed(self) -> dict[tuple[str, str], Value]:
        """Give what was typed, by the key of the row and the column."""
        said: Mapping[str, Json] = self.kept["typed"]
        return {cell_of(self.code, name): from_json(value) for name, value in said.items()}

    def done_in(self, request: Request) -> bool:
        """Say whether the person's word has carried the act out."""
        since = request.entries[self.kept["entries"] :]
        said = (self.kept["act"], self.kept["by"], self.kept["entered_by"])
        return any((entry.act.value, entry.by, entry.entered_by) == said for entry in since)


def hold(
    work: Work, case: Case, wish: Wish, person: Person, generation: int
) -> tuple[Literal["held", "over"], str]:
    """Ask a person about an act, once; "over" when they were asked and it was not done.

    Gives the edit's key too. Over is over for the file as it is; typed again later it is asked
    about again.
    """
    attempts = (_key(case, wish, attempt) for attempt in count())
    for key in attempts:
        kind, _, number = (work.registers.edit_outcome(key) or "").partition(":")
        if not kind:
            notice = _ask(work, case, wish, person, key)
            said = f"{HELD}:{notice}"
            work.registers.edit_done(key, case.register_id, wish.code, said, case.world.now)
            return "held", key
        if kind == HELD and _is_open(work.asks.of_notice(int(number)), case):
            return "held", key
        if kind == HELD:
            work.registers.change_edit(key, f"{OVER}:{generation}")
        if kind == HELD or number == str(generation):
            return "over", key
    raise AssertionError


def _key(case: Case, wish: Wish, attempt: int) -> str:
    typed = {header: to_json(value) for header, value in sorted(wish.typed.items())}
    command = wish.command
    said = [case.register_id, wish.code, command.act, command.answer, command.by, typed, attempt]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _is_open(ask: Ask | None, case: Case) -> bool:
    return ask is not None and ask.closed_at is None and ask.expires_at > case.world.now


def _ask(work: Work, case: Case, wish: Wish, person: Person, key: str) -> int:
    request = work.requests.load(wish.code)
    kept: dict[str, Json] = {
        "matter": MATTER,
        **held.to_json(wish.command),
        "typed": {header: to_json(value) for header, value in wish.typed.items()},
        "entries": len(request.entries) if request else 0,
    }
    due = offers.within(case.world, held.CONFIRM)
    offer = offers.offer(case.house.phrases, "Xác nhận việc ghi trong sổ", WAYS, kept, due)
    details = [
        Row(label="Sổ", value=case.place.name),
        Row(label="Người ghi", value=case.keeper.name),
        Row(label=_called(request), value=f"{wish.code}: {_title(request)}"),
        *held.understood(wish.command, case.world),
    ]
    said = Remark(
        "register_confirm",
        person,
        f"register:{key}",
        details,
        asks=[offer.ask],
        commands=offer.kept,
    )
    return remark(work, case.house, said, case.world)


def _called(request: Request | None) -> str:
    return "Phiếu" if request is None or request.kind in REQUESTS else "Hồ sơ"


def _title(request: Request | None) -> str:
    return words.title(str(request.values.get("content", ""))) if request else ""


def standing(work: Work, register_id: str) -> tuple[Held, ...]:
    """List the edits of a register that are held, those answered since the last round too."""
    found = []
    for key, code, outcome in work.registers.edits_like(register_id, f"{HELD}:"):
        ask = work.asks.of_notice(int(outcome.partition(":")[2]))
        if ask and ask.commands:
            found.append(Held(key, code, ask.commands[0], ask))
    return tuple(found)


def is_confirmed(clash: Clash, edits: Sequence[Held], request: Request) -> bool:
    """Say whether what stands in a cell was held, and done meanwhile in the record's own words."""
    return any(
        (clash.key, clash.field) in typed
        and same(typed[clash.key, clash.field], clash.theirs)
        and one.done_in(request)
        for one in edits
        for typed in [one.typed]
    )


def let_go(
    case: Case,
    before: Sequence[Held],
    seen: AbstractSet[str],
    clashing: Callable[[Held], bool],
    generation: int,
) -> None:
    """End held edits that no longer stand in the file: taken back by the keeper, or done.

    One that clashes this round is left to the next, which finds the file as it is then.
    """
    gone = [one for one in before if one.key not in seen and not clashing(one)]
    if not gone:
        return
    with case.open_work() as work:
        for one in gone:
            if one.ask.closed_at is None:
                work.asks.close(one.ask.id, case.world.now)
            work.registers.change_edit(one.key, f"{OVER}:{generation}")
        work.keep()
