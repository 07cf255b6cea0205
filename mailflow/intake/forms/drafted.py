"""Words typed for a step whose form was left half filled: both together, at one word of the person.

What somebody wrote days ago is never done unasked: it is shown with what they type now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailflow.actions import filling
from mailflow.forms.boxes import mark_of
from mailflow.forms.filled import Page
from mailflow.intake.forms.pages import flawless, lacking
from mailflow.intake.lines.items import Item, Read, Unclear
from mailflow.intake.lines.values import Reader
from mailflow.intake.meaning import Facts, proof
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Json, Request


def with_drafts(
    items: Sequence[Item], facts: Facts, person: Person, world: World, reader: Reader
) -> tuple[Item, ...]:
    """Complete each act that lacks something by its writer's draft, where that makes it whole.

    An act that needs nothing more, contradicts its draft or lacks something all the same stays.
    """
    return tuple(
        _with_draft(item, facts, person, world, reader) if isinstance(item, Read) else item
        for item in items
    )


def _with_draft(read: Read, facts: Facts, person: Person, world: World, reader: Reader) -> Item:
    request = facts.requests.get(read.request)
    if request is None or not read.sure or proof(facts, read.request, read.act) == "none":
        return read
    if not _lacks(read, read.fields, request, facts, person, world):
        return read
    kept = _kept(read, request, facts, person, world, reader)
    both = {**kept, **read.fields}
    agree = all(kept.get(name, value) == value for name, value in read.fields.items())
    if not kept or not agree or _lacks(read, both, request, facts, person, world):
        return read
    taken = ", ".join(FIELDS[name].label for name in kept if name not in read.fields)
    return Unclear(read.request, "with_draft", taken, guess=replace(read, fields=both))


def _lacks(
    read: Read,
    fields: Mapping[str, Json],
    request: Request,
    facts: Facts,
    person: Person,
    world: World,
) -> bool:
    files = bool(facts.enclosed.files)
    return bool(lacking(read.act, read.answer, request, fields, person, world, with_files=files))


def _kept(
    read: Read, request: Request, facts: Facts, person: Person, world: World, reader: Reader
) -> Mapping[str, Json]:
    """Give what stands without a fault in the draft of an act and answer, {} without one."""
    draft = facts.drafts.get((read.request, read.act.value))
    if draft is None or filling.moved_on(request, draft.entries, read.act, person.id):
        return {}
    view = filling.page(request, read.act, person.id, world, draft)
    page = Page(mark_of(view, ()), view["values"])
    return flawless(page, read.answer, request, person, world, reader)
