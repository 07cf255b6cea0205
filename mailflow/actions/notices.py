"""Stores the notices that acts cause: one for each person and request, with what they owe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from rapidfuzz import fuzz

from mailflow.actions import filling, glance, objectives, review_papers
from mailflow.actions.context import (
    Ask,
    BlobAttachment,
    Context,
    FormAttachment,
    Happened,
    LetterGlance,
    Recipient,
    Row,
    Table,
)
from mailflow.actions.context import Result as ResultLine
from mailflow.actions.execute import Result
from mailflow.actions.house import House
from mailflow.actions.request_form import form
from mailflow.forms.boxes import PageView
from mailflow.forms.presented import presented_list_view
from mailflow.procedure import labels, machine, repeats
from mailflow.procedure.folding import folded
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Entry, Json, Request
from mailflow.procedure.terms import REQUESTS, REVIEWS, Act, Kind
from mailflow.record import Matter, NewAsk, NewNotice, Work

ASK_LIFE = timedelta(days=180)
UNPROVEN = frozenset({Act.REPORT, Act.COMMENT, Act.ADD_EVIDENCE})
"""Acts that move nothing: taken from anyone on the roster without proof ("Who may act")."""

ALIKE = 80.0
"""Share (0-100) of words in common from which two contents count as the same matter."""


def context(house: House, kind: str, person: Recipient) -> Context:
    """Make an empty document of a kind for one person."""
    return Context(
        kind=kind,
        agency=house.agency,
        person=person,
        request=None,
        happened=None,
        letter=None,
        details=[],
        results=[],
        asks=[],
        table=None,
        attachments=[],
    )


def recipient(person: Person) -> Recipient:
    """Show a person of the roster as the one a mail goes to."""
    return Recipient(id=person.id, name=person.name, email=person.email, position=person.position)


def tell(
    work: Work,
    house: House,
    results: Sequence[Result],
    world: World,
    *,
    letter_id: int | None = None,
    sender: str = "",
) -> None:
    """Store the notices of what was done; `sender` gets an answer instead and is left out.

    Someone told of several acts on one request gets one mail: of the last act, the earlier ones
    noted in it.
    """
    presented = [r for r in results if r.entry and r.entry.act is Act.PRESENT]
    together = presented if len(presented) > 1 else []
    for person_id in dict.fromkeys(p for r in together for p in _hearing(r, world)):
        if person_id != sender:
            _store_list(work, house, person_id, together, world)
    single = [result for result in results if result not in together]
    for (person_id, _), heard in _by_person(single, world).items():
        person = world.roster.person(person_id)
        if person and person_id != sender:
            _store(work, house, person, heard, world, letter_id)


def _store_list(
    work: Work, house: House, person_id: str, results: Sequence[Result], world: World
) -> None:
    """One mail for all that was presented at once: the list, the asks, the forms (5.3)."""
    person = world.roster.person(person_id)
    requests = [r.after for r in results if r.after]
    if person is None or results[-1].entry is None:
        return
    document = context(house, Act.PRESENT.value, recipient(person))
    document["happened"] = glance.happened(results[-1].entry, world)
    document["table"] = glance.listed(requests, world)
    document["asks"] = [a for r in requests for a in glance.asks_for(person.id, r, world, house)]
    forms = [form(request) for request in requests]
    document["attachments"] = [_presented_list(requests, house), *forms]
    last = requests[-1]
    post(work, document, world, key=f"present:{last.code}:{len(last.entries)}:{person.id}")


def _by_person(results: Sequence[Result], world: World) -> dict[tuple[str, str], list[Result]]:
    heard: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.step and result.after:
            for person in _hearing(result, world):
                heard.setdefault((person, result.after.code), []).append(result)
    return heard


def _hearing(result: Result, world: World) -> tuple[str, ...]:
    if result.step is None or result.after is None:
        return ()
    told = machine.told(result.step, result.before, result.after, world)
    owed = machine.owed(result.after, world)
    asked = (([p for p in o.people if p in told], o.wait.act) for o in owed)
    stand_ins = (p for of in asked for p in machine.with_stand_ins(*of, world.roster))
    return tuple(dict.fromkeys([*told, *stand_ins]))


def _store(
    work: Work,
    house: House,
    person: Person,
    heard: Sequence[Result],
    world: World,
    letter_id: int | None,
) -> None:
    last = heard[-1]
    if last.entry is None or last.after is None:
        return
    request = work.requests.load(last.after.code) or last.after
    document = context(house, last.entry.act.value, recipient(person))
    document["request"] = glance.request_glance(request, world)
    document["happened"] = _happened(work, house, heard, request, world)
    document["asks"] = glance.asks_for(person.id, request, world, house)
    document["details"] = objectives.given(work, request, house)
    document["attachments"] = [
        *papers(request, house),
        *review_papers.invitation(request, last.entry, person, house),
    ]
    key = f"{request.code}:{len(request.entries)}:{last.entry.act}:{person.id}"
    post(work, document, world, letter_id=letter_id, key=key)


def _happened(
    work: Work, house: House, heard: Sequence[Result], request: Request, world: World
) -> Happened:
    *earlier, last = (r.entry for r in heard if r.entry)
    shown = glance.happened(last, world)
    shown["notes"] += [f"Cùng lúc: {labels.act_label(e.act, e.answer)}." for e in earlier]
    note = repeat_note(work, house, request, world) or count_note(work, last, request)
    if note:
        shown["notes"].append(note)
    return shown


def papers(request: Request, house: House) -> list[FormAttachment | BlobAttachment]:
    """Attach what the procedure prescribes for a matter, as it stands."""
    if request.kind in REQUESTS:
        return [form(request)]
    if request.kind in REVIEWS:
        return review_papers.papers(request, house)
    return [*objectives.papers(request, house)]


def _presented_list(requests: Sequence[Request], house: House) -> FormAttachment:
    """Attach the consolidated list that is put before the ISO lead (5.3)."""
    agency = house.settings.agency
    names = (agency.name, agency.parent or "", agency.place or "")
    view = presented_list_view(requests, house.roster, *names, agency.zone)
    return FormAttachment(form="presented_list", view=dict(view), entries=0)


def post(
    work: Work,
    document: Context,
    world: World,
    *,
    letter_id: int | None = None,
    key: str | None = None,
    commands: list[dict[str, Json]] | None = None,
    lines: list[dict[str, str]] | None = None,
) -> int:
    """Store one notice and give its number.

    It has an ask when its person owes something or is to confirm `commands`; what they owe goes
    with it as pages to be filled in.
    """
    filling.attach(work, document, world)
    lines = _lines(work, document, world) if lines is None else lines
    request = document["request"]
    return work.notices.add(
        NewNotice(
            kind=document["kind"],
            person=document["person"]["id"],
            address=document["person"]["email"],
            request=request["code"] if request else None,
            context=document,
            at=world.now,
            letter_id=letter_id,
            ask=_ask(lines, commands, world),
            dedup=key,
        )
    )


def _ask(
    lines: list[dict[str, str]], commands: list[dict[str, Json]] | None, world: World
) -> NewAsk | None:
    if not lines and not commands:
        return None
    return NewAsk(lines=lines, expires_at=world.now + ASK_LIFE, commands=commands)


def _lines(work: Work, document: Context, world: World) -> list[dict[str, str]]:
    codes = [ask["request"] for ask in document["asks"]]
    codes += [document["request"]["code"]] if document["request"] else []
    return lines_for(work, document["person"]["id"], codes, world)


def lines_for(work: Work, person: str, codes: Sequence[str], world: World) -> list[dict[str, str]]:
    """List what a person may do now on these requests: their token will prove these acts."""
    requests = [r for r in map(work.requests.load, dict.fromkeys(filter(None, codes))) if r]
    return [
        {"request": request.code, "state": request.state.value, "act": act.value}
        for request in requests
        for act in dict.fromkeys(s.act for s in machine.possible(request, person, world))
        if act not in UNPROVEN
    ]


def repeat_note(work: Work, house: House, request: Request, world: World) -> str:
    """Propose the need where a need is owed and the matter was recorded too often (5.2.2)."""
    if not any(o.wait.act is Act.DECIDE_NEED for o in machine.owed(request, world)):
        return ""
    run = earlier_alike(work, request)
    if not repeats.proposed(run, house.settings.iso.repeat_threshold):
        return ""
    return (
        f"Nội dung này đã lập hồ sơ {len(run) + 1} lần liên tiếp tại {request.unit} "
        f"(các phiếu trước: {', '.join(run)}). Theo mục 5.2.2, đề nghị xác định cần thực hiện "
        "HĐKP; xin xác nhận các phiếu này có đúng là lặp lại."
    )


def count_note(work: Work, entry: Entry, request: Request) -> str:
    """Say with a new report of a nonconformity how often running it was recorded (5.2.2)."""
    if entry.act is not Act.REPORT or request.kind is not Kind.NONCONFORMITY:
        return ""
    run = earlier_alike(work, request)
    if not run:
        return ""
    return (
        f"Đây là lần thứ {len(run) + 1} liên tiếp nội dung này được lập hồ sơ tại {request.unit} "
        f"(các phiếu trước: {', '.join(run)}; mục 5.2.2)."
    )


def earlier_alike(work: Work, request: Request) -> tuple[str, ...]:
    """List the unbroken run of like records of the request's unit before it, newest first."""
    rows = [r for r in work.requests.at_unit(request.unit, request.kind) if _before(r, request)]
    this = repeats.Recorded(
        request.code,
        str(request.values.get("category", "")),
        str(request.values.get("content", "")),
    )
    earlier = [repeats.Recorded(r.code, r.category, r.content) for r in reversed(rows)]
    return repeats.consecutive(this, earlier, alike)


def _before(row: Matter, request: Request) -> bool:
    return (row.year, row.seq) < (request.year, request.seq)


def alike(one: str, other: str) -> bool:
    """Say whether two contents are the same matter, by the words they have in common."""
    return fuzz.token_set_ratio(_words(one), _words(other), score_cutoff=ALIKE) > 0


@lru_cache(maxsize=2_000)
def _words(content: str) -> str:
    """Fold a content, which a new one of its unit will be compared with again."""
    return folded(content)


@dataclass(frozen=True)
class Answer:
    """What the sender of a letter gets back: the letter, each result, what they owe now.

    `remarks` are about the letter as a whole; `asks` come before what they owe, `commands` are
    what the record keeps for them. The `registers` of these ids go with it as they are then,
    `pages` are filled-in ones sent back with their faults, `table` and `files` what was asked for.
    """

    letter: LetterGlance
    results: Sequence[ResultLine]
    requests: Sequence[str] = ()
    remarks: Sequence[Row] = ()
    asks: Sequence[Ask] = ()
    commands: list[dict[str, Json]] | None = None
    registers: Sequence[str] = ()
    pages: Sequence[PageView] = ()
    table: Table | None = None
    files: Sequence[FormAttachment] = ()


def answer(
    work: Work, house: House, to: Recipient, said: Answer, world: World, letter_id: int
) -> int:
    """Store our one answer to a letter, with fresh asks for what its sender owes now.

    Gives the notice's number.
    """
    document = context(house, "answer", to)
    document["letter"] = said.letter
    document["results"], document["details"] = list(said.results), list(said.remarks)
    loaded = [r for r in map(work.requests.load, dict.fromkeys(said.requests)) if r]
    owed = [a for r in loaded for a in glance.asks_for(to["id"], r, world, house)]
    document["asks"] = [*said.asks, *owed]
    if loaded:
        document["request"] = glance.request_glance(loaded[0], world)
        few = loaded[:FORMS_IN_ANSWER]
        document["attachments"] = [paper for r in few for paper in papers(r, house)]
    document["table"] = said.table
    document["attachments"] += [*said.files, *(register(name) for name in said.registers)]
    key = f"answer:{letter_id}"
    document["attachments"] += filling.attached(said.pages)
    return post(work, document, world, letter_id=letter_id, key=key, commands=said.commands)


FORMS_IN_ANSWER = 3
REGISTER, LIST = "register", "list"
"""The forms of attachments that are a whole register, and a list as a workbook."""


def register(register_id: str) -> FormAttachment:
    """Attach a register as it is when the mail is composed."""
    return FormAttachment(form=REGISTER, view={"id": register_id}, entries=0)


@dataclass(frozen=True)
class Remark:
    """Something to tell one person that is no act: triage, set_aside, register_notes.

    `files` go with it. `asks` are offers, `commands` what the record keeps for them.
    """

    kind: str
    person: Person
    key: str
    details: Sequence[Row] = ()
    letter: LetterGlance | None = None
    table: Table | None = None
    files: Sequence[BlobAttachment | FormAttachment] = ()
    asks: Sequence[Ask] = ()
    commands: list[dict[str, Json]] | None = None


def remark(work: Work, house: House, said: Remark, world: World) -> int:
    """Store a notice without an act, once for its key; gives its number."""
    document = context(house, said.kind, recipient(said.person))
    document["letter"], document["table"] = said.letter, said.table
    document["details"], document["attachments"] = list(said.details), list(said.files)
    document["asks"] = list(said.asks)
    letter_id = said.letter["id"] if said.letter else None
    lines: list[dict[str, str]] | None = [] if said.commands else None
    return post(
        work,
        document,
        world,
        letter_id=letter_id,
        key=said.key,
        commands=said.commands,
        lines=lines,
    )
