"""A register attached to a mail: a copy, whose rows are what its sender wants done.

What somebody may do this way is what they may do by a letter: their own acts, where the letter is
proven to be theirs; everything else is told to them, and proposed to the register's keeper.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from mailflow.actions import held, notices, rates, words
from mailflow.actions.context import LetterGlance, Row
from mailflow.actions.context import Result as Line
from mailflow.actions.execute import Result
from mailflow.actions.house import House
from mailflow.actions.notices import Remark, remark
from mailflow.intake import settle
from mailflow.intake.decide import hindrance
from mailflow.intake.lines.matching import is_polite
from mailflow.intake.meaning import Facts, Triage
from mailflow.intake.reading.letter import Attachment
from mailflow.intake.settle import Settled
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Via
from mailflow.record import Letter, Outcome, Work
from mailflow.registers import lines as said
from mailflow.registers.case import Case
from mailflow.registers.cells import as_text
from mailflow.registers.columns import TABLE
from mailflow.registers.edits import Desk
from mailflow.registers.lines import mail_table
from mailflow.registers.page import Page, read_pages
from mailflow.registers.places import RegisterSettings
from mailflow.registers.replica import (
    COPIED_ROW,
    Replica,
    news,
    says_more,
    sheet_of,
    whole,
)
from mailflow.registers.rows import RowDone, via_of, work_off
from mailflow.registers.sides import load_sides
from mailflow.registers.typed import RowEdit
from mailflow.settings import register_id
from workbook_sync.errors import Refusal
from workbook_sync.parts import book_properties, open_book
from workbook_sync.places import Local

ENDINGS = (".xlsx", ".xlsm")
MOST_EDITS = 200
"""Rows of one letter that are worked off; the others are asked for again."""


MOST_SHOWN = 300
"""Things that one answer lists."""


@dataclass(frozen=True)
class _Sent:
    """One register that came: which it is, and how it reads."""

    register: RegisterSettings
    replica: Replica


@dataclass
class _Came:
    """What came of the registers of one letter."""

    results: list[Result] = field(default_factory=list)
    waiting: list[Command] = field(default_factory=list)
    lines: list[said.Line] = field(default_factory=list)
    left: int = 0
    unsaid: int = 0


@dataclass(frozen=True)
class _Desk:
    """One letter with a register in it, and all that its settling reads."""

    work: Work
    house: House
    letter: Letter
    glance: LetterGlance
    facts: Facts
    person: Person
    world: World


def settled(work: Work, house: House, kept: Letter, facts: Facts, world: World) -> Settled | None:
    """Work off the registers attached to a letter; None for a letter without one.

    Also None where nothing of the letter may be acted on, or it answers an ask in a word.
    """
    person = facts.sender.person
    if person is None or not any(map(_may_be_one, facts.letter.attachments)):
        return None
    if isinstance(hindrance(facts), Triage) or (facts.ask and facts.ask.commands is not None):
        return None
    sent = [found for a in facts.letter.attachments if (found := _register(a, house))]
    if not sent:
        return None
    glance = settle.glance_of(kept, facts.words.text, house)
    desk = _Desk(work, house, kept, glance, facts, person, world)
    return _answered(desk, sent)


def _may_be_one(attachment: Attachment) -> bool:
    return attachment.name.casefold().endswith(ENDINGS) and attachment.data.startswith(b"PK")


def _register(attachment: Attachment, house: House) -> _Sent | None:
    """Read an attachment as one of our registers; None when it is none, or cannot be read."""
    if not _may_be_one(attachment):
        return None
    registers = {register_id(house.settings, r.path): r for r in house.settings.registers}
    try:
        register = _which(attachment.data, registers)
        if register is None:
            return None
        pages = read_pages(attachment.data, house.settings.agency.code_prefix)
    except Refusal:
        return None
    return _Sent(register, Replica(attachment.name, attachment.sha256, pages))


def _which(data: bytes, registers: Mapping[str, RegisterSettings]) -> RegisterSettings | None:
    """Say which register a workbook is: by its id, or where that is lost the first of all.

    Only the skeleton is read: most workbooks that come are somebody's evidence.
    """
    book = open_book(data)
    name = str(book_properties(book.package).get("register_id") or "")
    tables = (table.name for sheet in book.sheets for table in sheet.tables)
    if name or not any(table.casefold() == TABLE.casefold() for table in tables):
        return registers.get(name)
    return next(iter(registers.values()), None)


def _answered(desk: _Desk, sent: Sequence[_Sent]) -> Settled:
    came = _Came()
    for one in sent:
        _take(desk, one, came)
    notices.tell(
        desk.work,
        desk.house,
        came.results,
        desk.world,
        letter_id=desk.letter.id,
        sender=desk.person.id,
    )
    if came.waiting:
        held.hold(desk.work, desk.house, desk.person, came.waiting, desk.glance, desk.world)
    for one in sent:
        _propose(desk, one, came)
    return _say(desk, sent, came)


# --- taking up -----------------------------------------------------------------------------------


def _take(desk: _Desk, sent: _Sent, came: _Came) -> None:
    for page in sent.replica.pages:
        before = len(came.lines)
        _take_sheet(desk, sent, page, came)
        told = [replace(line, sheet=sheet_of(page)) for line in came.lines[before:]]
        came.lines[before:] = told


def _take_sheet(desk: _Desk, sent: _Sent, page: Page, came: _Came) -> None:
    case = _case(desk, sent)
    sides = load_sides(case, page.sheet, page)
    found = news(case, desk.work, sent.replica, page, sides)
    came.lines += found.lines
    for edit in found.edits[:MOST_EDITS]:
        done = _work_off(desk, case, sent, page, edit)
        came.results += done.results
        came.waiting += done.unproven
        came.lines += done.lines
        for number in edit.new_rows:
            taken = done.codes.get(number) or done.unproven
            if not (taken and not says_more(page, found.rows[number])):
                came.lines.append(whole(found.rows[number]))
    came.left += max(0, len(found.edits) - MOST_EDITS)
    for (code, header), value in found.notes.items():
        ours = as_text(sides.ours[code].get(header))
        came.lines.append(said.line("own_column", 0, code, header, value, ours=ours))


def _case(desk: _Desk, sent: _Sent) -> Case:
    """Read a register within the letter's own unit of work, as its sender."""
    return Case(
        lambda **_: nullcontext(desk.work),
        desk.house,
        desk.world,
        desk.person,
        register_id(desk.house.settings, sent.register.path),
        Local(Path(sent.replica.name)),
        sent.register.unit,
        is_copy=True,
    )


def _work_off(desk: _Desk, case: Case, sent: _Sent, page: Page, edit: RowEdit) -> RowDone:
    via = Via("letter", str(desk.letter.id))
    proof = _proof(desk.facts, edit.code)
    as_keeper = _keeps(desk.person, sent)
    done = RowDone(edit.code)
    generation = page.generation or 0
    by = Desk(desk.person, via, desk.world, proof=proof, for_others=as_keeper)
    work_off(case, desk.work, edit, by, done, generation)
    if not edit.code and (done.code or done.unproven):
        mark = via_of(case, generation, edit).id
        desk.work.marks.set_once(COPIED_ROW, mark, desk.world.now)
    return done


def _keeps(person: Person, sent: _Sent) -> bool:
    return person.email.casefold() == sent.register.keeper.casefold()


def _proof(facts: Facts, code: str) -> str:
    """Name what shows that the sender sent the rows of a request; they are part of the letter."""
    if facts.ask and any(li.request == code and li.used_at is None for li in facts.ask.lines):
        return "token"
    if facts.sender.signature.verdict == "pass":
        return "smime"
    return "authentication_results" if facts.sender.authentication == "pass" else "none"


# --- telling -------------------------------------------------------------------------------------


def _propose(desk: _Desk, sent: _Sent, came: _Came) -> None:
    """Tell the keeper what somebody else's copy says that was not taken up."""
    keepers = desk.world.roster.at(sent.register.keeper)
    if not came.lines or not keepers or _keeps(desk.person, sent):
        return
    details = [
        Row(label="Sổ", value=sent.replica.name),
        Row(label="Gửi kèm thư của", value=f"{desk.person.name} <{desk.person.email}>"),
    ]
    key = f"register_mailed:{desk.letter.id}:{sent.replica.sha256}"
    table = mail_table(came.lines)
    note = Remark("register_notes", keepers[0], key, details, desk.glance, table)
    remark(desk.work, desk.house, note, desk.world)


def _say(desk: _Desk, sent: Sequence[_Sent], came: _Came) -> Settled:
    """Answer with each row and what became of it, the register as it is now beside it."""
    shown = [
        *(_done(result, desk) for result in came.results),
        *(_waits(command, desk) for command in came.waiting),
        *map(_left, came.lines),
    ]
    reasons = desk.house.reasons
    if not shown:
        text = reasons.say("done", "register_same")
        shown = [Line(request="", act_label="", outcome="done", text=text, possible=[])]
    came.unsaid = max(0, len(shown) - MOST_SHOWN)
    shown = shown[:MOST_SHOWN]
    ids = tuple(dict.fromkeys(register_id(desk.house.settings, s.register.path) for s in sent))
    answer = notices.Answer(desk.glance, shown, remarks=_remarks(desk, came), registers=ids)
    to = notices.recipient(desk.person)
    stored = notices.answer(desk.work, desk.house, to, answer, desk.world, desk.letter.id)
    rates.hold_back(desk.work, desk.house, stored, desk.world)
    outcomes = [Outcome(line["outcome"]) for line in shown]
    outcome = next(o for o in settle.ORDER if o in outcomes)
    codes = [line["request"] for line in shown if line["request"]]
    return Settled(outcome, codes[0] if codes else None, "register", (), desk.person.id)


def _remarks(desk: _Desk, came: _Came) -> list[Row]:
    reasons, phrases = desk.house.reasons, desk.house.phrases
    texts = [reasons.say("done", "register_sent")]
    if came.left:
        texts.append(
            reasons.say("done", "register_more", {"most": str(MOST_EDITS), "left": str(came.left)})
        )
    if came.unsaid:
        texts.append(reasons.say("done", "register_unsaid", {"left": str(came.unsaid)}))
    lines = desk.facts.words.text.splitlines()
    if any(line.strip() and not is_polite(line, phrases) for line in lines):
        texts.append(reasons.say("done", "register_words"))
    return [Row(label="Sổ gửi kèm", value="\n".join(texts))]


def _done(result: Result, desk: _Desk) -> Line:
    command = result.command
    line = Line(
        request=result.code or "",
        act_label=labels.act_label(command.act, command.answer),
        outcome=result.outcome,
        text=desk.house.reasons.say("done", "done"),
        possible=[],
    )
    if result.entry:
        line["understood"] = words.rows(result.entry.fields, desk.world.everyone)
    return line


def _waits(command: Command, desk: _Desk) -> Line:
    return Line(
        request=command.request or "",
        act_label=labels.act_label(command.act, command.answer),
        outcome="held",
        text=desk.house.reasons.say("held", "unproven"),
        possible=[],
    )


def _left(line: said.Line) -> Line:
    """Show one thing of the copy that was not taken up: where it stands, what was typed, why."""
    place = f"Dòng {line.row}: " if line.row else ""
    typed = f"“{line.typed}”. " if line.typed else ""
    return Line(
        request=line.code,
        act_label=line.column,
        outcome="asked",
        text=f"{place}{typed}{line.why} {line.do}".strip(),
        possible=[],
    )
