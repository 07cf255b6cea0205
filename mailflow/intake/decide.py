"""What a letter means: commands in order, questions, or a word to a challenge; pure."""

from collections.abc import Sequence

from mailflow.actions.disposing import MATTER as DISPOSAL
from mailflow.actions.guesses import GUESS
from mailflow.forms.boxes import MOST_ROWS, boxes
from mailflow.intake.agreed import AGREEING, agreed
from mailflow.intake.beside import asked_for, begins_report, unclear, wish
from mailflow.intake.forms.drafted import with_drafts
from mailflow.intake.forms.pages import read_papers
from mailflow.intake.forms.with_letter import together
from mailflow.intake.lines.blocks import opening_lines
from mailflow.intake.lines.items import Paper
from mailflow.intake.lines.values import Lookup, Reader
from mailflow.intake.meaning import Acts, Confirm, Decision, Doubt, Facts, Help, Triage, proof
from mailflow.intake.opening import read_report
from mailflow.intake.quotes.quoting import DOUBTFUL
from mailflow.intake.wishes import Beside, answered, matter
from mailflow.intake.wording import Open, Read, Unclear, read_acts, word_said
from mailflow.phrases import Phrases
from mailflow.procedure import machine
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Request
from mailflow.procedure.terms import Act
from mailflow.record import Ask

SHUT = ("encrypted", "signed_opaque")
"""Problems of a letter whose words cannot be reached at all."""


def decide(facts: Facts, world: World, phrases: Phrases, prefix: str) -> Decision | Beside:
    """Decide what a person's letter means. Screening of machines comes before, acting after.

    `prefix` is that of the agency's codes.
    """
    waiting = _not_yet(facts)
    if waiting:
        return waiting
    shut = next((p for p in SHUT if p in facts.letter.problems), None)
    if shut:
        return Acts((Doubt("asked", shut),))
    person = facts.sender.person
    if person is None:
        return Acts((Doubt("asked", "which_person"),))
    lookup = Lookup(world.roster, person.id, prefix, world.calendar)
    papers = read_papers(facts, person, world, Reader(phrases, lookup, world.today))
    challenged = facts.ask and facts.ask.commands is not None and matter(facts.ask) != GUESS
    if papers and not challenged:
        return _with_papers(facts, papers, person, world, phrases, prefix)
    return _one_word(facts, person, world, phrases) or _read(facts, person, world, phrases, prefix)


def _one_word(
    facts: Facts, person: Person, world: World, phrases: Phrases
) -> Decision | Beside | None:
    """Take a letter that answers an ask of commands, or asks for help; None for any other."""
    said = word_said(facts.words.text, phrases)
    if facts.ask and matter(facts.ask) == GUESS:
        agreement = _agreement(facts, facts.ask, person, world, phrases)
        if agreement:
            return agreement
    elif facts.ask and facts.ask.commands is not None:
        return _challenge(facts, facts.ask, said, world, phrases)
    if facts.spent and (said in (*AGREEING, "not_me") or matter(facts.spent) == DISPOSAL):
        return Acts((Doubt("refused", "already_answered"),))
    return Help(person) if said == "help" else None


def _read(
    facts: Facts, person: Person, world: World, phrases: Phrases, prefix: str
) -> Decision | Beside:
    if _says_nothing(facts, phrases) and facts.enclosed.files and len(facts.requests) == 1:
        return _only_files(facts, person)
    unreadable = _unreadable(facts)
    if unreadable:
        return Acts((unreadable,))
    items = _acts(facts, person, world, phrases, prefix)
    asked = asked_for(facts, items, person, world, phrases)
    return asked or wish(facts, items, person, world, phrases, prefix) or Acts(items)


def _with_papers(
    facts: Facts,
    papers: Sequence[Paper],
    person: Person,
    world: World,
    phrases: Phrases,
    prefix: str,
) -> Acts:
    """Take what the letter and the forms filled in with it say together."""
    nothing = _says_nothing(facts, phrases)
    unreadable = None if nothing else _unreadable(facts)
    if unreadable:
        letter: Sequence[Read | Unclear] = (Unclear("", unreadable.reason, ""),)
    else:
        letter = () if nothing else _words_beside(facts, person, world, phrases, prefix)
    items = together(papers, letter, facts.words.text, phrases)
    faulty = [_of_paper(paper, facts) for paper in papers if paper.read is None]
    return Acts((*_commands(items, facts, person), *faulty), forms=tuple(papers))


def _words_beside(
    facts: Facts, person: Person, world: World, phrases: Phrases, prefix: str
) -> tuple[Read | Unclear, ...]:
    """Read the words that came with a form: on the requests of the letter, or of a new matter."""
    lookup = Lookup(world.roster, person.id, prefix, world.calendar)
    text = facts.words.text
    opens = [_open(r, person, world, facts.ask) for r in facts.requests.values()]
    if opens:
        return read_acts(text, opens, phrases, lookup, world.now)
    if begins_report(facts, phrases):
        return (read_report(facts.letter.subject, text, phrases, lookup, world.now),)
    return (Unclear("", "no_request", text[:200]),)


def _of_paper(paper: Paper, facts: Facts) -> Doubt:
    """Say what is wrong with a page; what has no proof is not kept either."""
    code, act = paper.page.mark.code, paper.page.mark.act
    details = (("name", paper.file), ("code", code), ("fields", _flawed(paper)))
    if paper.why == "unknown":
        return Doubt("refused", "no_such_request", code, details, (), act)
    if paper.why == "stale":
        return Doubt("refused", "form_stale", code, details, (), act)
    reason = "form_unkept" if proof(facts, code, act) == "none" else "form_flaws"
    return Doubt("asked", reason, code, details, (), act)


def _flawed(paper: Paper) -> str:
    """List the boxes of a page that have flaws, by their labels."""
    mark = paper.page.mark
    found = (
        box.label
        for box in boxes(mark.act, mark.answers)
        if any(name == box.name or name in box.blanks(MOST_ROWS) for name in paper.flaws)
    )
    return ", ".join(found)


def hindrance(facts: Facts) -> Triage | Doubt | None:
    """Say what keeps a letter's words from being acted on, whatever they say."""
    shut = next((p for p in SHUT if p in facts.letter.problems), None)
    if waiting := _not_yet(facts):
        return waiting
    if shut:
        return Doubt("asked", shut)
    if facts.sender.person is None:
        return Doubt("asked", "which_person")
    return _unreadable(facts)


def _not_yet(facts: Facts) -> Triage | None:
    if facts.sender.authentication == "fail":
        return Triage("failed_authentication")
    if facts.sender.signature.why == "tampered":
        return Triage("tampered_signature")
    if facts.sender.standing in ("unknown", "invalid"):
        return Triage(f"{facts.sender.standing}_sender")
    return None


def _challenge(
    facts: Facts, ask: Ask, said: str, world: World, phrases: Phrases
) -> Decision | Beside:
    if matter(ask):
        return _offered(facts, ask, world, phrases)
    if said in (*AGREEING, "not_me"):
        return Confirm(ask, said in AGREEING)
    words = (("yes", phrases.word("confirm")), ("no", phrases.word("not_me")))
    return Acts((Doubt("asked", "challenge", details=words),))


def _agreement(
    facts: Facts, ask: Ask, person: Person, world: World, phrases: Phrases
) -> Confirm | Acts | None:
    """Take the word that our guess was right; None: the letter is read as any other."""
    if _unreadable(facts):
        return None
    steps = (s for r in facts.requests.values() for s in machine.possible(r, person.id, world))
    said = agreed(facts.words.text, ask, {(s.act, s.answer) for s in steps}, phrases)
    if said == "either":
        typed = opening_lines(facts.words.text, phrases)[0]
        return Acts((Doubt("asked", "negation", details=(("words", typed),)),))
    return Confirm(ask, yes=True) if said == "yes" else None


def _offered(facts: Facts, ask: Ask, world: World, phrases: Phrases) -> Decision | Beside:
    """Read the answer to an offer; what holds a command is confirmed as any command is."""
    unreadable = _unreadable(facts)
    if unreadable:
        return Acts((unreadable,))
    answer = answered(ask, facts.words.text, world.roster, phrases)
    if isinstance(answer, Unclear):
        return Acts((unclear(answer),))
    return Confirm(ask, yes=True) if answer.word == "yes" and matter(ask) in HOLDING else answer


HOLDING = ("merge", "register")
"""Offers whose yes carries out the command that the record keeps."""


def _unreadable(facts: Facts) -> Doubt | None:
    if "size" in facts.letter.problems:
        return Doubt("asked", "too_large")
    if not facts.words.certain:
        return Doubt("asked", "only_quote")
    if facts.words.inline:
        return Doubt("asked", "inline")
    return None


def _says_nothing(facts: Facts, phrases: Phrases) -> bool:
    """Tell that nobody typed anything: the letter is empty, or the quoted mail is all of it."""
    if facts.words.inline or "size" in facts.letter.problems:
        return False
    sound = DOUBTFUL.isdisjoint(facts.letter.problems)
    return sound and not opening_lines(facts.words.text, phrases)


def _only_files(facts: Facts, person: Person) -> Acts:
    """Take files without a word as evidence of the one request, and ask for the words.

    Evidence moves nothing. What may be a scan of the paper form is not asked about: the secretary
    enters it.
    """
    (code,) = facts.requests
    read = Read(code, Act.ADD_EVIDENCE, "", {}, {})
    taken = _commands([read], facts, person)
    if facts.enclosed.paper:
        return Acts(taken, paper=True)
    return Acts((*taken, Doubt("asked", "only_files", code)))


def _acts(
    facts: Facts, person: Person, world: World, phrases: Phrases, prefix: str
) -> tuple[Command | Doubt, ...]:
    lookup = Lookup(world.roster, person.id, prefix, world.calendar)
    lost = _lost_codes(facts)
    opens = [_open(r, person, world, facts.ask) for r in facts.requests.values()]
    if not opens and lost:
        return lost
    if not opens:
        read = read_report(facts.letter.subject, facts.words.text, phrases, lookup, world.now)
        return _commands([read], facts, person)
    together = facts.ask is not None and _one_word_for_all(facts.ask)
    reads = read_acts(facts.words.text, opens, phrases, lookup, world.now, together=together)
    reader = Reader(phrases, lookup, world.today)
    reads = with_drafts(reads, facts, person, world, reader)
    return (*_commands(reads, facts, person), *lost)


def _one_word_for_all(ask: Ask) -> bool:
    return len(ask.lines) > 1 and all(line.act == Act.PRESENT for line in ask.lines)


def _open(request: Request, person: Person, world: World, ask: Ask | None) -> Open:
    """A request with what the person may do, and which of it their mail asked them for."""
    owed = {
        o.wait.act
        for o in machine.owed(request, world)
        if person.id in machine.with_stand_ins(o.people, o.wait.act, world.roster)
    }
    asked = tuple(
        Act(line.act)
        for line in (ask.lines if ask else ())
        if line.request == request.code and line.used_at is None and line.act in owed
    )
    return Open.of(request, person.id, world, asked)


def _lost_codes(facts: Facts) -> tuple[Doubt, ...]:
    wrong = (
        Doubt("refused", "wrong_code", details=(("code", typed), ("nearest", right)))
        for typed, right in facts.wrong
    )
    unknown = (
        Doubt("refused", "no_such_request", details=(("code", code),)) for code in facts.unknown
    )
    gone = (Doubt("refused", "disposed", details=(("code", code),)) for code in facts.disposed)
    return (*wrong, *unknown, *gone)


def _commands(
    reads: Sequence[Read | Unclear], facts: Facts, person: Person
) -> tuple[Command | Doubt, ...]:
    """Turn what was read into commands; behind one that is not sure nothing is done unasked."""
    items: list[Command | Doubt] = []
    files: list[Json] = [dict(file) for file in facts.enclosed.files]
    unsure: set[str] = set()
    for read in reads:
        meant = read.guess if isinstance(read, Unclear) else read
        if isinstance(read, Read) and read.problems:
            items.append(_problem(read))
            continue
        command = _command(meant, facts, person, files) if meant else None
        files = [] if meant else files
        if isinstance(read, Unclear):
            items.append(unclear(read, command))
        elif command and read.sure and read.request not in unsure:
            items.append(command)
        else:
            unsure.add(read.request)
            items.append(_unsure(read, command))
    return tuple(items)


def _unsure(read: Read, guess: Command | None) -> Doubt:
    details = (("words", read.words.get("act", "")[:200]),)
    code = read.request or None
    return Doubt("asked", "unsure", code, details, (), read.act, read.answer, guess)


def _problem(read: Read) -> Doubt:
    first = read.problems[0]
    details = (("field", first.field), ("value", first.words))
    return Doubt(
        "asked",
        f"value_{first.why}",
        read.request or None,
        details,
        first.candidates,
        read.act,
        read.answer,
    )


def _command(read: Read, facts: Facts, person: Person, files: list[Json]) -> Command:
    fields = {**read.fields, "files": files} if files else dict(read.fields)
    return Command(
        act=read.act,
        answer=read.answer,
        request=read.request or None,
        fields=fields,
        by=person.id,
        via=facts.via,
        proof=proof(facts, read.request, read.act),
    )
