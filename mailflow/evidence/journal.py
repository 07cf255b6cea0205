"""The journal in a pack: the rows of a request as stored, the same to be read, and the chain."""

from collections.abc import Iterator, Sequence
from typing import Any

from mailflow.actions.house import House
from mailflow.evidence import words
from mailflow.forms.words import doer, moment, reference, value_text
from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.request import Entry
from mailflow.record import Work, canonical, row_body


def stored(rows: Sequence[dict[str, Any]]) -> bytes:
    """Write a request's rows as they are stored, one JSON object a line, with seal and salt."""
    return "".join(f"{canonical(row)}\n" for row in rows).encode()


def chain(work: Work, first: int, last: int) -> Iterator[bytes]:
    """Give a line for each row from `first` to `last`: number, hash of its body, its hash.

    Rows of other requests are in it as hashes only. The line before them holds the hash before.
    """
    before = ""
    for row in work.journal.written(max(1, first - 1)):
        if row["seq"] == first - 1:
            before = row["hash"]
            continue
        if row["seq"] == first:
            yield f"{canonical({'before': before})}\n".encode()
        if row["seq"] > last:
            return
        line = {"seq": row["seq"], "body": row_body(row), "hash": row["hash"]}
        yield f"{canonical(line)}\n".encode()


def readable(house: House, entries: Sequence[Entry]) -> bytes:
    """Write a request's entries as a person reads them."""
    parts = ["\n".join(_entry(house, n, entry)) for n, entry in enumerate(entries, 1)]
    return ("\n\n".join(parts) + "\n").encode("utf-8-sig")


def _entry(house: House, number: int, entry: Entry) -> Iterator[str]:
    zone = house.settings.agency.zone
    yield f"{number}. {moment(entry.at, zone)}  {labels.act_label(entry.act, entry.answer)}"
    yield f"   Người thực hiện: {doer(entry, house.roster)} ({labels.ROLE[entry.role]})"
    if entry.entered_by:
        yield f"   Người nhập: {house.roster.name_of(entry.entered_by)}"
    yield f"   Căn cứ: {_behind(entry)}; {labels.PROOF.get(entry.proof, entry.proof)}"
    if entry.clause:
        yield f"   Quy trình: mục {entry.clause}"
    if entry.target:
        yield f"   Trạng thái: {labels.STATE[entry.target]}"
    for name, field in FIELDS.items():
        value = entry.fields.get(name)
        if value not in (None, "", []):
            said = value_text(name, value, house.roster).replace("\n", "\n      ")
            yield f"   {field.label}: {said or words.EMPTY}"


def _behind(entry: Entry) -> str:
    said = words.BEHIND.get(entry.via.kind)
    return said.format(id=entry.via.id) if said else reference(entry)
