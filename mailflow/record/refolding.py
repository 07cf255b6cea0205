"""What follows from the journal, made anew: requests, numbers, disposals; letters found loose."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mailflow.procedure.machine import replay
from mailflow.procedure.request import Request
from mailflow.record import tables
from mailflow.record.disposals import CARRIED_OUT, DECIDED, Disposal, listed
from mailflow.record.letters import Outcome
from mailflow.record.mending import Known, Told
from mailflow.record.requests import RequestRow, projected
from mailflow.record.work import Work

_rows, _letters = tables.requests, tables.letters
NO_ID = "@no-id"
"""How the Message-ID ends that a letter without one is given."""
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What a request raises whose journal is not whole."""


def refold(work: Work, known: Known, told: Told) -> None:
    """Set right, in a record whose rows were copied, all that the journal tells."""
    disposed = _redecided(work, told)
    for code in work.journal.codes():
        _refold(work, code, known, told)
    for disposal in disposed:
        _relist(work, disposal, told)
    _renumber(work, told)
    _take_loose_letters(work, known, told)


def _redecided(work: Work, told: Told) -> list[Disposal]:
    """Bring the list of disposals back, by the notes of who decided and what was carried out.

    Gives those that were carried out, as far as their notes are there.
    """
    done = {
        code: note.at for note in work.journal.notes(CARRIED_OUT) for code in note.fields["codes"]
    }
    noted = set()
    for note in work.journal.notes(DECIDED):
        for said in note.fields["requests"]:
            noted.add(said["code"])
            row = {"code": said["code"], "note": note.seq, "at": done.get(said["code"])}
            if work.scope.insert_once(tables.disposals, ("code",), **row):
                told.righted.append(f"disposals: {said['code']} stands on the list again")
    found = work.scope.rows_of(tables.disposals, ("code",), ("code", "at"))
    carried_out = [row.code for row in found if row.at and row.code in noted]
    return [d for d in map(work.disposals.of, carried_out) if d]


def _refold(work: Work, code: str, known: Known, told: Told) -> None:
    try:
        request = replay(work.journal.of_request(code))
    except _UNREADABLE as error:
        told.lost.append(
            f"requests {code}: its journal cannot be read: {error!r}; its row is as it was"
        )
        return
    wrong = list(_wrong(request, _row(work, code)))
    if wrong:
        work.requests.save(request, known.owed(request, work.stand_ins.appointed()))
        told.righted.extend(f"requests {code}: {what}" for what in wrong)


def _row(work: Work, code: str) -> RequestRow | None:
    try:
        return work.requests.row(code)
    except _UNREADABLE:
        return None


def _wrong(request: Request, row: RequestRow | None) -> Iterator[str]:
    if row is None:
        yield "its row was missing"
        return
    for name, value in projected(request).items():
        if getattr(row, name) != value:
            yield f"{name} was {getattr(row, name)!r}, by its journal it is {value!r}"


def _relist(work: Work, disposal: Disposal, told: Told) -> None:
    """Give a request that was disposed of the row that was listed then."""
    row = _row(work, disposal.code)
    if row is None or listed(row) != disposal.listed:
        nothing = {"category": "", "content": "", "reporter": "", "waiting": []}
        work.scope.put(
            tables.requests,
            {"code": disposal.code},
            **_said(disposal),
            **nothing,
            next_act=None,
            due=None,
        )
        told.righted.append(f"requests {disposal.code}: listed again as disposed of")


def _said(disposal: Disposal) -> dict[str, Any]:
    said = {name: value for name, value in disposal.listed.items() if name != "code"}
    for name in ("opened_at", "closed_at"):
        said[name] = datetime.fromisoformat(str(said[name])) if said[name] else None
    return said


def _renumber(work: Work, told: Told) -> None:
    """Bring the counters up to the numbers that were given; a higher one stays."""
    rows = work.scope.rows(work.scope.select(_rows, _rows.c.code, _rows.c.year, _rows.c.seq))
    last: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row.code.partition(f"-{row.year:04d}-")[0], row.year)
        last[key] = max(row.seq, last.get(key, 0))
    for (series, year), seq in last.items():
        key_of = {"series": series, "year": year}
        counter = work.scope.row_of(tables.counters, ("last",), series=series, year=year)
        if counter is None or counter.last < seq:
            work.scope.put(tables.counters, key_of, last=seq)
            told.righted.append(f"numbers of {series} {year}: {seq} were given")


def _take_loose_letters(work: Work, known: Known, told: Told) -> None:
    """Set aside, under numbers of their own, the raw letters whose rows are gone without a trace.

    So that each is known when it comes again, and nothing is done by it that was done before.
    """
    number = _highest(work)
    there = {row.id for row in work.scope.rows_of(_letters, (), ("id",))}
    if number == len(there):
        return
    names = {row.sha256 for row in work.scope.rows_of(tables.blobs, (), ("sha256",))}
    for name in sorted(names - work.papers.named_anywhere(names)):
        values = known.outside(work.blobs.get(name))
        if _is_letter(work, values, known.own):
            number += 1
            _set_aside(work, number, name, values, known)
            told.lost.append(
                f"letters {number}: its row was gone, what became of it is not known; it is set"
                f" aside: mailflow letter show {number}"
            )


def _highest(work: Work) -> int:
    """Give the highest number that a letter had, by its row or by what it did."""
    rows = work.scope.rows_of(_letters, (), ("id",))
    acted = work.scope.rows_of(tables.journal, (), ("via_id",), via_kind="letter")
    numbers = (int(row.via_id) for row in acted if row.via_id.isdecimal())
    return max([*(row.id for row in rows), *numbers], default=0)


def _is_letter(work: Work, values: Mapping[str, str], own: str) -> bool:
    if values["from_address"] in ("", own) or values["message_id"].endswith(NO_ID):
        return False
    return work.scope.row_of(_letters, ("id",), message_id=values["message_id"]) is None


def _set_aside(work: Work, number: int, name: str, values: Mapping[str, str], known: Known) -> None:
    empty = {"channel": "", "folder": "", "uidvalidity": 0, "place": ""}
    rest = {"standing": "new", "attempts": 1, "truncated": 0, "reason": "", "acts": []}
    at = {"received_at": known.now, "settled_at": known.now}
    outcome = Outcome.SET_ASIDE.value
    work.scope.insert(
        _letters, id=number, blob=name, outcome=outcome, **values, **empty, **rest, **at
    )
