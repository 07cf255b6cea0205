"""The steps to be filled in that go with a mail: which, with what in them already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from mailflow.actions import glance, words
from mailflow.actions.context import Context, FormAttachment
from mailflow.actions.glance import USUAL_OTHERS
from mailflow.forms.boxes import (
    ANSWER,
    PageView,
    blank,
    boxes,
    hashed_blanks,
    steps_of,
    to_fill,
)
from mailflow.forms.fillable import MOST_PAGES, clean
from mailflow.procedure import judge, labels, machine, objectives
from mailflow.procedure.fields import FIELDS, NUMBERED, TABLES, Type
from mailflow.procedure.machine import World
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Command, Json, Request, Via
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act, Kind, Role
from mailflow.record import Draft, Work

FORM = "pages"
SEVERAL = 2
"""Things to write from which even an act that nobody waits for is put on a page."""


def attach(work: Work, document: Context, world: World) -> None:
    """Add to a mail the pages for what its person owes, but for those that it has already."""
    files = document["attachments"]
    given = [cast(FormAttachment, a) for a in files if a.get("form") == FORM]
    pages = [page for a in given for page in a["view"]["pages"]]
    known = [_which(page) for page in pages]
    fresh = (p for p in _fresh(work, document, world) if _which(p) not in known)
    others = [a for a in files if a not in given]
    document["attachments"] = [*others, *attached([*pages, *fresh])]


def _which(page: PageView) -> tuple[str, str, list[str]]:
    return page["code"], page["act"], page["answers"] if page["act"] in APART else []


APART = (Act.GIVE_INPUT,)
"""Acts of which each answer is a page of its own: an input of a review has one owner."""


def attached(pages: Sequence[PageView]) -> list[FormAttachment]:
    """Put pages together as the one thing attached, nothing where there are none."""
    view = {"pages": list(pages)[:MOST_PAGES]}
    return [FormAttachment(form=FORM, view=view, entries=0)] if pages else []


def _fresh(work: Work, document: Context, world: World) -> Iterator[PageView]:
    person = document["person"]["id"]
    asked: dict[str, dict[str, str]] = {}
    for ask in document["asks"]:
        if ask["request"] and ask["act"] in set(Act):
            asked.setdefault(ask["request"], {})[ask["act"]] = ask["due"]
    for code, acts in asked.items():
        request = work.requests.load(code)
        if request:
            yield from _of_request(work, request, person, acts, world)


def _of_request(
    work: Work, request: Request, person: str, asked: Mapping[str, str], world: World
) -> Iterator[PageView]:
    possible: dict[Act, list[Step]] = {}
    for step in machine.possible(request, person, world):
        possible.setdefault(step.act, []).append(step)
    others = [act for act in possible if act in USUAL_OTHERS and act.value not in asked]
    for act in (*map(Act, asked), *others):
        least = SEVERAL if act in others else 1
        if any(len(s.must) >= least and to_fill(s) for s in possible.get(act, ())):
            draft = work.drafts.get(request.code, act.value, person)
            due = asked.get(act.value, "")
            yield from _pages(request, act, person, world, draft, due)


def _pages(
    request: Request, act: Act, person: str, world: World, draft: Draft | None, due: str
) -> Iterator[PageView]:
    if act not in APART:
        yield page(request, act, person, world, draft, due)
        return
    mine = (s for s in machine.possible(request, person, world) if s.act is act)
    for step in mine:
        if glance.is_asked(step, request, person, world):
            yield page(request, act, person, world, draft, due, only=(step.answer,))


def answers(request: Request | None, act: Act, person: str, world: World) -> list[str]:
    """List the answers a person may give to an act now; what the program works out is none."""
    if request is None:
        steps: Iterable[Step] = (s for s in STEPS if s.sources is None and s.act is act)
    else:
        steps = (s for s in machine.possible(request, person, world) if s.act is act)
    return list(dict.fromkeys(s.answer for s in steps if s.answer != "part"))


def page(
    request: Request,
    act: Act,
    person: str,
    world: World,
    draft: Draft | None = None,
    due: str = "",
    *,
    only: Sequence[str] = (),
) -> PageView:
    """Show one step of a request as it is to be filled in, with a draft's words in it.

    `only` leaves out all other answers.
    """
    kept = draft.words if draft and not moved_on(request, draft.entries, act, person) else {}
    given = [a for a in answers(request, act, person, world) if not only or a in only]
    if only:
        names = [f"{box.name}" for box in boxes(act, given)]
        kept = {name: text for name, text in kept.items() if name in names}
    return PageView(
        code=request.code,
        title=words.title(str(request.values.get("content", ""))),
        unit=request.unit,
        due=due,
        act=act.value,
        answers=given,
        state=request.state.value,
        entries=len(request.entries),
        about=_about(request, act, world),
        values={**known(request, act, person, world), **kept},
        faults={},
    )


def _about(request: Request, act: Act, world: World) -> list[str]:
    """List what to know for an act: the change asked for, the measures it speaks of."""
    roster, pending = world.everyone, request.pending_change
    if act is Act.DECIDE_CHANGE and pending:
        rows = words.rows(pending.fields, roster)
        return [f"{row['label']}: {row['value']}" for row in rows]
    if request.kind is Kind.OBJECTIVES:
        return _so_far(request) if act in (Act.RECORD_ACTUALS, Act.EVALUATE) else []
    measures = request.values.get("measures")
    if not measures or act is Act.PROPOSE_SOLUTION:
        return []
    lines = words.value_text("measures", measures, roster).splitlines()
    return [f"{FIELDS['measures'].label}:", *lines]


def _so_far(request: Request) -> list[str]:
    """List what the quarters gave so far, a line for each objective that has something."""
    return [
        f"{line.no}. "
        + "; ".join(
            labels.SO_FAR.format(quarter=q, actual=said) for q, said in sorted(line.actuals.items())
        )
        for line in objectives.lines(request)
        if line.actuals
    ]


def hashed_view(view: PageView) -> str:
    """Hash what stands in a page when it is sent, as its hidden id does."""
    return hashed_blanks({name: clean(text) for name, text in view["values"].items()})


OWN = (Act.ANSWER_INVITATION, Act.COMMENT_REPORT, Act.UPDATE_RISK)
"""Acts that each does for themselves, beside those of implementers."""


def moved_on(request: Request, entries: int, act: Act, person: str) -> bool:
    """Tell whether a page of after `entries` is of a step that is over.

    The request has left its state since, or the act was done: by anyone, or where each does their
    own, by this person.
    """
    own = act in OWN or all(s.who == (Role.IMPLEMENTER,) for s in STEPS if s.act is act)
    if act in APART:
        return any(entry.target is not None for entry in request.entries[entries:])
    return any(
        entry.target is not None or (entry.act is act and (not own or entry.by == person))
        for entry in request.entries[entries:]
    )


def known(request: Request | None, act: Act, person: str, world: World) -> dict[str, str]:
    """Give the words that stand in the blanks of a step before anybody writes.

    They are what the mail says is taken, and of work that goes back to its writer what was last
    written.
    """
    given = answers(request, act, person, world)
    found = {box.name: box for box in boxes(act, given) if box.name != ANSWER}
    values: dict[str, Json] = {}
    for step in steps_of(act, given):
        command = Command(
            act, step.answer, request.code if request else None, {}, person, Via("", "")
        )
        values |= judge.defaults_for(step, request, command, world)
    if request and act in request.marks and any(b.type in TABLES for b in found.values()):
        values |= {name: request.values.get(name) for name in found}
    values |= objectives.prefilled(request, act) if request else {}
    today = world.today.isoformat()
    shown = {n: v for n, v in values.items() if n in found and v not in (None, "", [], today)}
    return {name: text for n, v in shown.items() for name, text in written(n, v, world.everyone)}


def written(name: str, value: Json, roster: Roster) -> Iterator[tuple[str, str]]:
    """Write a field's value into the blanks of its box: their names and words."""
    kind = FIELDS[name].type
    if kind in TABLES:
        for place, item in enumerate(value, start=1):
            row = item["no"] if kind in NUMBERED else place
            cells = ((c.key, _cell(c.type, item.get(c.key), roster)) for c in TABLES[kind])
            yield from ((blank(name, row, key), text) for key, text in cells if text)
    elif kind is Type.CHOICES:
        options = list(labels.option_labels(name))
        yield from ((f"{name}_{options.index(v) + 1}", "x") for v in value if v in options)
    else:
        yield name, _words(name, value, roster)


def _cell(kind: Type, value: Json, roster: Roster) -> str:
    if kind is Type.PARTIES:
        return _parties(value or (), roster)
    return _day(value) if kind is Type.DATE else str(value or "")


def _words(name: str, value: Json, roster: Roster) -> str:
    kind = FIELDS[name].type
    if kind is Type.DATE:
        return _day(value)
    if kind in (Type.PERSON, Type.PARTIES):
        return _parties([value] if isinstance(value, str) else value, roster)
    if kind is Type.NUMBER:
        return str(value)
    return words.value_text(name, value, roster)


def _day(value: str) -> str:
    """Write a day as a workbook shows it: 05/06/2026."""
    return "/".join(reversed(value.split("-"))) if value else ""


def _parties(parties: Iterable[str], roster: Roster) -> str:
    return "; ".join(_party(party, roster) for party in parties)


def _party(party: str, roster: Roster) -> str:
    """Name a party so that it reads back: with the unit where two have one name."""
    name, person = roster.name_of(party), roster.person(party)
    alike = sum(p.name == name for p in roster.people)
    return f"{name} ({person.unit})" if person and alike > 1 else name
