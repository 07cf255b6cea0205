"""What changed in a request's rows of registers: who, when, which file, cells before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailflow.actions.house import House
from mailflow.evidence import words
from mailflow.forms.words import doer, moment
from mailflow.procedure.numbering import SERIES, matter_of, parse_line
from mailflow.procedure.request import Entry
from mailflow.procedure.terms import Kind
from mailflow.record import RowVersion, Work, canonical
from mailflow.registers.cells import as_text, from_json
from mailflow.registers.columns import CODE


@dataclass(frozen=True)
class Edit:
    """One change of a row; `cells` are {column: (before, after)} as people read them."""

    at: datetime
    register: str
    generation: int
    who: str
    cells: dict[str, tuple[str, str]]
    first: bool


def edits_of(work: Work, house: House, code: str, entries: Sequence[Entry]) -> list[Edit]:
    """List the changes of a request's rows, oldest first.

    Acts done from a register stand in the journal with the moment of its round; cells that changed
    without one were written by the program, or are the keeper's own.
    """
    found = [edit for key in _keys(work, code) for edit in _of_row(work, house, key, entries)]
    return sorted(found, key=lambda edit: (edit.at, edit.register))


def _keys(work: Work, code: str) -> tuple[str, ...]:
    """Give the keys of the rows that are of a request, or of a year's objectives."""
    if not code.startswith(SERIES[Kind.OBJECTIVES]):
        return (code,)
    lines = work.registers.keys_like(code.rsplit("-", 1)[0] + "-")
    return tuple(key for key in lines if parse_line(key))


def _of_row(work: Work, house: House, key: str, entries: Sequence[Entry]) -> Iterator[Edit]:
    before: dict[str, RowVersion] = {}
    for version in work.registers.history(key):
        earlier = before.get(version.register_id)
        cells = _changed(earlier.cells if earlier else None, version.cells)
        cells = {_column(key, name): pair for name, pair in cells.items()}
        before[version.register_id] = version
        if cells:
            who = _doers(house, version, entries)
            at, name = version.at, version.register_id
            yield Edit(at, name, version.generation, who, cells, earlier is None)


def _column(key: str, name: str) -> str:
    """Name a column, of objectives with the number of the line."""
    return f"{matter_of(key)[1]}. {name}" if parse_line(key) else name


def _changed(before: Any, after: Any) -> dict[str, tuple[str, str]]:
    old, new = dict(before or {}), dict(after or {})
    names = [name for name in dict.fromkeys([*old, *new]) if name != CODE]
    pairs = {name: (_text(old.get(name)), _text(new.get(name))) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _text(cell: Any) -> str:
    return as_text(from_json(cell))


def _doers(house: House, version: RowVersion, entries: Sequence[Entry]) -> str:
    mine = f"{version.register_id}:"
    names = (
        doer(entry, house.roster)
        for entry in entries
        if entry.via.kind == "register" and entry.via.id.startswith(mine) and entry.at == version.at
    )
    return "; ".join(dict.fromkeys(names)) or words.PROGRAM


def as_lines(edits: Sequence[Edit]) -> bytes:
    """Write the changes as JSON, one a line."""
    lines = (
        canonical(
            {
                "at": edit.at.isoformat(),
                "register": edit.register,
                "generation": edit.generation,
                "who": edit.who,
                "cells": {name: list(pair) for name, pair in edit.cells.items()},
            }
        )
        for edit in edits
    )
    return "".join(f"{line}\n" for line in lines).encode()


def readable(house: House, edits: Sequence[Edit]) -> bytes:
    """Write the changes as a person reads them."""
    return ("\n".join(_readable(house, edits)) + "\n").encode("utf-8-sig")


def _readable(house: House, edits: Sequence[Edit]) -> Iterator[str]:
    for edit in edits:
        at = moment(edit.at, house.settings.agency.zone)
        file = edit.register.partition(":")[2]
        yield f"{at}  {file}, bản {edit.generation}, {edit.who}"
        if edit.first:
            yield f"   {words.FIRST}"
        for column, (before, after) in edit.cells.items():
            pair = {"before": before or words.EMPTY, "after": after or words.EMPTY}
            said = words.CHANGED.format(column=column, **pair)
            yield "   " + said.replace("\n", "\n      ")
