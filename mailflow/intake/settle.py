"""Acts on a decision inside one unit of work, and answers the letter with every result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailflow.actions import glance, guesses, held, helping, joining, notices, offers, rates, words
from mailflow.actions.context import BlobAttachment, LetterGlance, Recipient, Row
from mailflow.actions.context import Result as Line
from mailflow.actions.execute import Result, execute
from mailflow.actions.house import House
from mailflow.actions.notices import UNPROVEN, Remark, remark
from mailflow.actions.review_papers import invitation
from mailflow.forms.boxes import PageView
from mailflow.intake.forms.sent_back import sent_back
from mailflow.intake.lines.items import Paper
from mailflow.intake.meaning import Acts, Confirm, Decision, Doubt, Facts, Help, Triage
from mailflow.intake.reading import attachments
from mailflow.intake.understood import restored, show
from mailflow.intake.wishes import matter
from mailflow.procedure import judge, labels, machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Missing, Refused, Via
from mailflow.procedure.terms import Role
from mailflow.record import Letter, Outcome, Work

ORDER = (Outcome.ASKED, Outcome.HELD, Outcome.REFUSED, Outcome.DONE)
"""The first of these found among its acts is the letter's outcome."""

SET_ASIDE = frozenset({"unreadable", "crashed"})
"""Reasons of [triage] that set a letter aside; the others hold it."""

MOST_CHOICES = 8
STRANGER = "unknown_sender"
SIGNED = "smime"
"""The mark of a signature that was acted on: a copy of the letter proves nothing any more."""


@dataclass(frozen=True)
class Settled:
    """What a letter came to, as `letters.settle` keeps it."""

    outcome: Outcome
    request: str | None
    reason: str
    acts: Sequence[Mapping[str, str | None]]
    person: str


@dataclass(frozen=True)
class _Case:
    """One letter on the desk: everything its settling reads."""

    work: Work
    house: House
    letter: Letter
    glance: LetterGlance
    world: World
    silent: bool = False
    remarks: Sequence[Row] = ()
    paper: bool = False
    guesses: Sequence[Command] = ()
    forms: Sequence[Paper] = ()


def glance_of(letter: Letter, excerpt: str, house: House) -> LetterGlance:
    """Show a kept letter in a mail; `excerpt` is cut to a few lines."""
    return LetterGlance(
        id=letter.id,
        message_id=f"<{letter.message_id}>" if "@no-id" not in letter.message_id else "",
        subject=letter.subject,
        sender=letter.from_address,
        received_at=words.moment(house.local(letter.received_at)),
        excerpt="\n".join(excerpt.strip().splitlines()[:6])[:400],
    )


def for_secretary(
    work: Work, house: House, letter: Letter, excerpt: str, reason: str, world: World
) -> None:
    """Tell the ISO secretary of a letter that waits for a person; `reason` is a key of [triage]."""
    kind = "set_aside" if reason in SET_ASIDE else "triage"
    details = [Row(label="Lý do", value=house.reasons.say("triage", reason))]
    glance = glance_of(letter, excerpt, house)
    offered = offers.letter_offer(house, letter.id) if reason == STRANGER else None
    asks, kept = ([offered.ask], offered.kept) if offered else ([], None)
    for secretary in world.roster.holders(Role.ISO_SECRETARY):
        key = f"{kind}:{letter.id}:{reason}:{secretary.id}"
        said = Remark(kind, secretary, key, details, glance, asks=asks, commands=kept)
        remark(work, house, said, world)


def triage(
    work: Work, house: House, letter: Letter, excerpt: str, reason: str, world: World
) -> Settled:
    """Hold a letter for the ISO secretary, or set aside one that cannot be worked off."""
    for_secretary(work, house, letter, excerpt, reason, world)
    outcome = Outcome.SET_ASIDE if reason in SET_ASIDE else Outcome.HELD
    return Settled(outcome, None, reason, (), "")


def receipt_for_stranger(
    work: Work, house: House, letter: Letter, address: str, world: World
) -> None:
    """Tell a stranger that the letter came in: once a day, and only to a proven address."""
    if not work.marks.set_once("stranger", f"{address}:{world.today}", world.now):
        return
    to = Recipient(id="", name="", email=address, position="")
    document = notices.context(house, "receipt_stranger", to)
    document["letter"] = glance_of(letter, "", house)
    notices.post(work, document, world, letter_id=letter.id, key=f"stranger:{letter.id}")


def settle(
    work: Work,
    house: House,
    letter: Letter,
    facts: Facts,
    decision: Decision,
    world: World,
    *,
    silent: bool = False,
) -> Settled:
    """Act on what a person's letter was decided to mean, and answer it unless `silent`."""
    if isinstance(decision, Triage):
        if decision.reason == STRANGER and facts.sender.authentication == "pass":
            receipt_for_stranger(work, house, letter, facts.sender.address or "", world)
        return triage(work, house, letter, facts.words.text, decision.reason, world)
    if isinstance(decision, Help):
        helping.send(work, house, decision.person, glance_of(letter, "", house), world)
        return Settled(Outcome.DONE, None, "help", (), decision.person.id)
    glance, remarks = glance_of(letter, facts.words.text, house), _remarks(house, facts, decision)
    paper = isinstance(decision, Acts) and decision.paper
    forms = decision.forms if isinstance(decision, Acts) else ()
    case = _Case(work, house, letter, glance, world, silent, remarks, paper, forms=forms)
    settled = _settled(case, decision, facts)
    noted = " ".join(filter(None, (settled.reason, *(row["value"] for row in remarks))))
    return replace(settled, reason=noted)


def _settled(case: _Case, decision: Confirm | Acts, facts: Facts) -> Settled:
    person = facts.sender.person
    if isinstance(decision, Confirm):
        return _confirmed(case, decision, facts)
    if person is None:
        return _ask_mailbox(case, decision, facts)
    return _acted(case, decision.items, facts, person)


def _remarks(house: House, facts: Facts, decision: Confirm | Acts) -> list[Row]:
    """Say why the letter's signature proves nothing; without a signature nothing is said."""
    signature = facts.sender.signature
    items = decision.items if isinstance(decision, Acts) else ()
    unproven = (c for c in items if isinstance(c, Command) and c.proof == "none")
    if signature.verdict == "pass" and any(c.act not in UNPROVEN for c in unproven):
        said = house.reasons.say("signature", "code_unsigned")
    elif signature.why:
        said = house.reasons.say("signature", signature.why)
    else:
        return []
    return [Row(label="Chữ ký số", value=said)]


def _ask_mailbox(case: _Case, decision: Acts, facts: Facts) -> Settled:
    """Ask a shared mailbox which of its people wrote."""
    to = Recipient(id="", name="", email=facts.sender.address or "", position="")
    lines = [_doubt_line(case, item, None) for item in decision.items if isinstance(item, Doubt)]
    remarks = [*case.remarks, *_about_files(case, facts, [])]
    said = notices.Answer(case.glance, lines, remarks=remarks)
    _say(case, to, said)
    return Settled(Outcome.ASKED, None, lines[0]["text"], (), "")


def _confirmed(case: _Case, decision: Confirm, facts: Facts) -> Settled:
    work, world = case.work, case.world
    work.asks.close(decision.ask.id, world.now)
    if not decision.yes:
        for_secretary(work, case.house, case.letter, facts.words.text, "denied", world)
        return Settled(Outcome.DONE, None, "denied", (), decision.ask.person)
    person = world.roster.person(decision.ask.person)
    if person is None:
        return triage(work, case.house, case.letter, facts.words.text, "unknown_sender", world)
    kept = decision.ask.commands or []
    via = Via("letter", str(case.letter.id))
    if matter(decision.ask) == guesses.GUESS:
        return _acted(case, restored(work, kept, via), facts, person)
    commands = tuple(held.from_json(command, confirmed_by=via) for command in kept)
    return _acted(case, commands, facts, person)


def _acted(case: _Case, items: Sequence[Command | Doubt], facts: Facts, person: Person) -> Settled:
    results: list[Result] = []
    lines: list[Line] = []
    waiting: list[Command] = []
    for item in items:
        if isinstance(item, Doubt):
            lines.append(_doubt_line(case, item, person))
            continue
        if _must_wait(case, item):
            waiting.append(item)
            lines.append(_held_line(case, item))
            continue
        done = execute(case.work, case.house, item, case.world)
        results.extend(done)
        lines.append(_line(case, done[0], person))
    _use_ask(case, facts, results)
    if facts.sender.signature.verdict == "pass":
        case.work.marks.set_once(SIGNED, facts.sender.signature.once, case.world.now)
    notices.tell(
        case.work,
        case.house,
        results,
        case.world,
        letter_id=case.letter.id,
        sender=person.id,
    )
    entered = [result.command for result in results if result.entry]
    understood = show(case.work, case.house, items, lines, case.world)
    remarks = [*case.remarks, *_about_files(case, facts, [*entered, *waiting, *understood])]
    remarks += joining.offer_joining(case.work, case.house, results, case.world)
    told = replace(case, remarks=remarks, guesses=understood)
    back = sent_back(case.work, case.house, case.forms, results, facts, case.world)
    _answer(told, results, lines, waiting, person, back)
    if case.paper and entered:
        _to_enter(case, facts, entered[0].request or "")
    return _summed_up(items, lines, person)


def _about_files(case: _Case, facts: Facts, taken: Sequence[Command]) -> list[Row]:
    """Tell what became of the attachments; `taken` are the commands done or held."""
    house = case.house
    used = {file["sha256"] for command in taken for file in command.fields.get("files") or ()}
    caps = attachments.caps(house.settings)
    lines = attachments.told(facts.enclosed, caps, house.reasons, facts.requests, used)
    if not case.forms:
        names = dict.fromkeys(name for name, _ in facts.enclosed.pages)
        lines += [house.reasons.say("files", "form_beside", {"name": name}) for name in names]
    if case.paper and used:
        lines.append(house.reasons.say("files", "paper"))
    return [Row(label="Tệp đính kèm", value="\n".join(lines))] if lines else []


def _to_enter(case: _Case, facts: Facts, code: str) -> None:
    """Ask the ISO secretary to enter what stands on the paper form that was sent as a scan."""
    files = [BlobAttachment(name=f["name"], sha256=f["sha256"]) for f in facts.enclosed.files]
    details = [Row(label="Phiếu", value=code)]
    for secretary in case.world.roster.holders(Role.ISO_SECRETARY):
        key = f"scanned:{case.letter.id}:{secretary.id}"
        said = Remark("scanned", secretary, key, details, case.glance, files=files)
        remark(case.work, case.house, said, case.world)


def _must_wait(case: _Case, command: Command) -> bool:
    """Hold what would move a request on the word of someone unproven; the rest is judged."""
    if command.proof != "none" or command.act in UNPROVEN:
        return False
    request = case.work.requests.load(command.request) if command.request else None
    if command.request and request is None:
        return False
    return isinstance(judge.judge(request, command, case.world), judge.Judged)


def _use_ask(case: _Case, facts: Facts, results: Sequence[Result]) -> None:
    if facts.ask is None:
        return
    for index, line in enumerate(facts.ask.lines):
        if any(r.entry and r.code == line.request and r.entry.act == line.act for r in results):
            case.work.asks.use(facts.ask.id, index, case.letter.id, case.world.now)


def _answer(
    case: _Case,
    results: Sequence[Result],
    lines: Sequence[Line],
    waiting: Sequence[Command],
    person: Person,
    back: Sequence[PageView],
) -> None:
    if waiting:
        held.hold(case.work, case.house, person, waiting, case.glance, case.world, case.remarks)
    if len(waiting) == len(lines):
        return
    codes = [r.after.code for r in results if r.after]
    codes += [line["request"] for line in lines if line["request"]]
    mine = [code for code in codes if _is_party(case, code, person)]
    ask, kept = guesses.shown(case.work, case.house, case.guesses)
    done = [(r.after, r.entry) for r in results if r.after and r.entry]
    ours = [file for of in done for file in invitation(*of, person, case.house)]
    said = notices.Answer(case.glance, lines, mine, case.remarks, ask, kept, pages=back, files=ours)
    _say(case, notices.recipient(person), said)


def _say(case: _Case, to: Recipient, said: notices.Answer) -> None:
    """Answer the letter, unless it came over a list or its sender has had too many answers."""
    if not case.silent:
        stored = notices.answer(case.work, case.house, to, said, case.world, case.letter.id)
        rates.hold_back(case.work, case.house, stored, case.world)


def _is_party(case: _Case, code: str, person: Person) -> bool:
    """Only those with a part in a request are shown it."""
    request = case.work.requests.load(code)
    if request is None:
        return False
    return person.id in machine.people_for(Role.PARTY, request, case.world.roster)


def _line(case: _Case, result: Result, person: Person) -> Line:
    command, problem = result.command, result.problem
    line = Line(
        request=result.code or "",
        act_label=labels.act_label(command.act, command.answer),
        outcome=result.outcome,
        text=_text(case.house, result),
        possible=_possible(case, result.code, person) if problem or _opened(result) else [],
    )
    if result.entry:
        line["understood"] = words.rows(result.entry.fields, case.world.everyone)
    return line


def _opened(result: Result) -> bool:
    """A reporter is told what they can still do with the request they opened."""
    return result.before is None and result.after is not None


def _text(house: House, result: Result) -> str:
    problem = result.problem
    if isinstance(problem, Missing):
        command = result.command
        names = [
            house.phrases.label_of(need.split("|")[0], command.act, command.answer)
            for need in problem.fields
        ]
        return house.reasons.say("asked", "missing", {"fields": ", ".join(names)})
    if isinstance(problem, Refused):
        return house.reasons.refused(problem.reason, problem.details, problem.clause)
    return house.reasons.noted(result.entry, result.after)


def _doubt_line(case: _Case, doubt: Doubt, person: Person | None) -> Line:
    text = case.house.reasons.say(doubt.table, doubt.reason, dict(doubt.details))
    possible = [f"gõ “{choice}”" for choice in doubt.choices]
    if not possible and person:
        possible = _possible(case, doubt.request, person)
    return Line(
        request=doubt.request or "",
        act_label=labels.act_label(doubt.act, doubt.answer) if doubt.act else "",
        outcome="refused" if doubt.table == "refused" else "asked",
        text=text,
        possible=possible[:MOST_CHOICES],
    )


def _held_line(case: _Case, command: Command) -> Line:
    return Line(
        request=command.request or "",
        act_label=labels.act_label(command.act, command.answer),
        outcome="held",
        text=case.house.reasons.say("held", "unproven"),
        possible=[],
    )


def _possible(case: _Case, code: str | None, person: Person) -> list[str]:
    """Say what this person can do on the request besides what the answer asks of them anyway."""
    request = case.work.requests.load(code) if code else None
    if request is None or not _is_party(case, request.code, person):
        return []
    asks = glance.asks_for(person.id, request, case.world, case.house)
    shown = {ask["act"] for ask in asks} | (set(glance.USUAL_OTHERS) if asks else set())
    steps = (s for s in machine.possible(request, person.id, case.world) if s.act not in shown)
    phrases = case.house.phrases
    said = (
        f"{labels.act_label(s.act, s.answer)}: gõ “{phrases.type_of(s.act, s.answer)}”"
        for s in steps
    )
    return list(dict.fromkeys(said))[:MOST_CHOICES]


def _summed_up(items: Sequence[Command | Doubt], lines: Sequence[Line], person: Person) -> Settled:
    outcomes = [Outcome(line["outcome"]) for line in lines]
    outcome = next(o for o in ORDER if o in outcomes)
    reasons = [line["text"] for line in lines if line["outcome"] == outcome]
    acts = [_act(item, line) for item, line in zip(items, lines, strict=True)]
    codes = [line["request"] for line in lines if line["request"]]
    reason = "" if outcome is Outcome.DONE else reasons[0]
    return Settled(outcome, codes[0] if codes else None, reason, acts, person.id)


def _act(item: Command | Doubt, line: Line) -> dict[str, str | None]:
    act = item.act.value if item.act else None
    return {
        "request": line["request"] or None,
        "act": act,
        "answer": item.answer,
        "outcome": line["outcome"],
        "reason": "" if line["outcome"] == "done" else line["text"],
    }
