"""Settles what is beside acts on a request: stand-ins, and the secretary's word on a letter."""

from mailflow.actions import disposing, stand_ins
from mailflow.actions.context import BlobAttachment, Row
from mailflow.actions.house import House
from mailflow.actions.notices import Remark, remark
from mailflow.intake import handing, settle
from mailflow.intake.meaning import Acts, Facts
from mailflow.intake.onedesk import OneDesk, refused, say
from mailflow.intake.quotes import quoting
from mailflow.intake.reading import letter as reading
from mailflow.intake.sentences.standing import Appointing, Revoking
from mailflow.intake.settle import Settled
from mailflow.intake.wishes import ASKING, Answered, Beside, Wanted, matter
from mailflow.procedure.machine import World
from mailflow.procedure.people import Person, StandIn
from mailflow.procedure.request import Command, Via
from mailflow.procedure.terms import Act, Kind, Role, Source
from mailflow.record import KeptStandIn, Letter, Outcome, Work, stand_in_of

MOST_WORDS = 8_000
"""Characters of a stranger's letter that are taken as words; the raw letter stays beside them."""


def settle_beside(
    work: Work, house: House, kept: Letter, facts: Facts, decision: Beside, world: World
) -> Settled:
    """Act on a wish or on the answer to an offer. Raises TypeError when nobody is known to write.

    A stand-in never counts before the person, or the superior of who is away, confirmed it by
    the token of the mail that asked them.
    """
    person = facts.sender.person
    if person is None:
        raise TypeError("only somebody on the roster is read that far")
    glance = settle.glance_of(kept, facts.words.text, house)
    desk = OneDesk(work, house, kept, glance, facts, person, world)
    if isinstance(decision, Answered):
        return _answered(desk, decision)
    if isinstance(decision, Wanted):
        return handing.wanted(desk, decision.asking)
    if isinstance(decision.wish, Revoking):
        return _wants_to_revoke(desk, decision.wish)
    return _wants_to_appoint(desk, decision.wish)


def _answered(desk: OneDesk, answer: Answered) -> Settled:
    """Settle the answer to an offer; what can be answered several times closes by itself."""
    about = matter(answer.ask)
    if about == "letter":
        return _judged(desk, answer)
    if about == disposing.MATTER:
        return handing.about_disposal(desk, answer)
    desk.work.asks.close(answer.ask.id, desk.world.now)
    if about == ASKING:
        return handing.confirmed(desk, answer)
    if about in ("register", "rows_gone"):
        return _about_register(desk, answer)
    if answer.word == "no":
        return _denied(desk)
    return {"proposal": _accepted, "stand_in": _confirmed, "revoke": _revoked}[about](desk, answer)


# --- stand-ins -----------------------------------------------------------------------------------


def _wants_to_appoint(desk: OneDesk, wish: Appointing) -> Settled:
    stand_in = StandIn(wish.for_whom, wish.who, wish.acts, wish.since, wish.until, wish.decision)
    to = desk.world.roster.person(wish.for_whom)
    if to is None:
        return say(desk, Outcome.REFUSED, refused(desk, "stand_in_over"))
    return _ask(desk, stand_in, to)


def _ask(desk: OneDesk, stand_in: StandIn, to: Person) -> Settled:
    """Send the challenge; whoever asked for it hears that, unless the challenge is theirs."""
    work, house, world = desk.work, desk.house, desk.world
    stand_ins.ask_to_appoint(work, house, stand_in, to, desk.person, desk.glance, world)
    said = house.reasons.say("held", "appointing", {"person": to.name})
    if to.id == desk.person.id:
        return Settled(Outcome.HELD, None, said, (), desk.person.id)
    return say(desk, Outcome.HELD, said)


def _wants_to_revoke(desk: OneDesk, wish: Revoking) -> Settled:
    """Ask whose stand-ins they are to confirm that it ends; the secretary may ask it of others."""
    ending = _ending(desk, wish)
    owners = dict.fromkeys(one.stand_in.for_whom for one in ending)
    to = desk.world.roster.person(next(iter(owners), ""))
    if to is None:
        return say(desk, Outcome.REFUSED, refused(desk, "no_stand_in"))
    if len(owners) > 1:
        return say(desk, Outcome.REFUSED, refused(desk, "several_stand_ins"))
    stand_ins.ask_to_revoke(desk.work, desk.house, ending, to, desk.glance, desk.world)
    said = desk.house.reasons.say("held", "appointing", {"person": to.name})
    if to.id == desk.person.id:
        return Settled(Outcome.HELD, None, said, (), desk.person.id)
    return say(desk, Outcome.HELD, said)


def _ending(desk: OneDesk, wish: Revoking) -> list[KeptStandIn]:
    """List the sender's own that are meant, else, for the secretary, those of who is named."""
    today = desk.world.today
    standing = [
        one for one in desk.work.stand_ins.standing() if (one.stand_in.until or today) >= today
    ]
    owner = wish.for_whom or desk.person.id
    own = [
        one
        for one in standing
        if one.stand_in.for_whom == owner and wish.who in ("", one.stand_in.who)
    ]
    if own or wish.for_whom or not wish.who or Role.ISO_SECRETARY not in desk.person.roles:
        return own
    return [one for one in standing if wish.who in (one.stand_in.for_whom, one.stand_in.who)]


def _accepted(desk: OneDesk, answer: Answered) -> Settled:
    """The secretary wants somebody's usual stand-in: the superior of who is away is asked."""
    stand_in = _offered(answer)
    away = desk.world.roster.person(stand_in.for_whom)
    superior = desk.world.roster.superior_of(away) if away else None
    if superior is None or not _holds(stand_in, desk.world):
        return say(desk, Outcome.REFUSED, refused(desk, "stand_in_over"))
    return _ask(desk, stand_in, superior)


def _confirmed(desk: OneDesk, answer: Answered) -> Settled:
    stand_in = _offered(answer)
    if not _holds(stand_in, desk.world):
        return say(desk, Outcome.REFUSED, refused(desk, "stand_in_over"))
    stand_ins.appoint(desk.work, desk.house, stand_in, desk.person, desk.glance, desk.world)
    said = desk.house.reasons.say("done", "appointed")
    return say(desk, Outcome.DONE, said, stand_ins.rows(stand_in, desk.world))


def _offered(answer: Answered) -> StandIn:
    return stand_in_of((answer.ask.commands or [])[0]["stand_in"])


def _holds(stand_in: StandIn, world: World) -> bool:
    people = (world.roster.person(stand_in.for_whom), world.roster.person(stand_in.who))
    return all(people) and stand_in.until is not None and stand_in.until >= world.today


def _revoked(desk: OneDesk, answer: Answered) -> Settled:
    numbers = (answer.ask.commands or [])[0]["numbers"]
    for one in desk.work.stand_ins.standing():
        if one.id in numbers:
            stand_ins.revoke(desk.work, desk.house, one, desk.person, desk.letter.id, desk.world)
    return say(desk, Outcome.DONE, desk.house.reasons.say("done", "revoked"))


def _denied(desk: OneDesk) -> Settled:
    """Nothing changes; the secretary hears that somebody's name may have been used."""
    words = desk.facts.words.text
    settle.for_secretary(desk.work, desk.house, desk.letter, words, "denied_stand_in", desk.world)
    return say(desk, Outcome.DONE, desk.house.reasons.say("done", "not_appointed"))


# --- a register ----------------------------------------------------------------------------------


def _about_register(desk: OneDesk, answer: Answered) -> Settled:
    """Let the next round of the register do what its keeper, or whose act it is, has said."""
    kept = (answer.ask.commands or [])[0]
    key = _REGISTER_ANSWERS[kept["matter"], answer.word]
    if key == "rows_gone_yes":
        for code in kept["codes"]:
            desk.work.marks.set_once("row_gone", f"{kept['register']}:{code}", desk.world.now)
    return say(desk, Outcome.DONE, desk.house.reasons.say("done", key))


_REGISTER_ANSWERS = {
    ("register", "no"): "register_no",
    ("rows_gone", "yes"): "rows_gone_yes",
    ("rows_gone", "no"): "rows_gone_no",
}
"""What is said to each word about each matter; a yes to a register's act is the act itself."""


# --- a stranger's letter -------------------------------------------------------------------------


def _judged(desk: OneDesk, answer: Answered) -> Settled:
    """Do what the secretary says about a stranger's letter, once."""
    stranger = desk.work.letters.get((answer.ask.commands or [])[0]["letter"])
    if (stranger.outcome, stranger.reason) != (Outcome.HELD, settle.STRANGER):
        said = refused(desk, "letter_settled", number=str(stranger.id))
        return say(desk, Outcome.REFUSED, said)
    if answer.word == "feedback":
        return _taken(desk, answer, stranger)
    if answer.word == "forward":
        return _forwarded(desk, answer, stranger)
    _note(desk, answer, stranger, Outcome.IGNORED, None, answer.reason)
    return say(desk, Outcome.DONE, desk.house.reasons.say("done", "ignored"))


def _taken(desk: OneDesk, answer: Answered, stranger: Letter) -> Settled:
    """Open a report with the stranger's words, the raw letter beside them as evidence."""
    evidence = {"name": f"thu-goc-{stranger.id}.eml", "sha256": stranger.blob}
    fields = {
        "kind": Kind.NONCONFORMITY.value,
        "content": _words(desk.work, stranger),
        "unit": answer.unit,
        "sources": [Source.FEEDBACK.value],
        "files": [evidence, *map(dict, desk.facts.enclosed.files)],
    }
    via = Via("letter", str(desk.letter.id))
    command = Command(Act.REPORT, "", None, fields, desk.person.id, via, "token")
    settled = settle.settle(
        desk.work, desk.house, desk.letter, desk.facts, Acts((command,)), desk.world
    )
    if settled.outcome is Outcome.DONE:
        _note(desk, answer, stranger, Outcome.DONE, settled.request, answer.unit)
    return settled


def _forwarded(desk: OneDesk, answer: Answered, stranger: Letter) -> Settled:
    head = desk.world.roster.head_of(answer.unit)
    if head is None:
        return say(desk, Outcome.REFUSED, refused(desk, "no_head", unit=answer.unit))
    words = _words(desk.work, stranger)
    sha256 = desk.work.blobs.put(words.encode())
    file = BlobAttachment(name=f"noi-dung-thu-{stranger.id}.txt", sha256=sha256)
    details = [Row(label="Nguyên văn", value=words)]
    glance = settle.glance_of(stranger, "", desk.house)
    key = f"forwarded:{stranger.id}"
    said = Remark("forwarded", head, key, details, glance, files=[file])
    remark(desk.work, desk.house, said, desk.world)
    _note(desk, answer, stranger, Outcome.DONE, None, answer.unit)
    return say(
        desk, Outcome.DONE, desk.house.reasons.say("done", "forwarded", {"person": head.name})
    )


def _words(work: Work, stranger: Letter) -> str:
    """Give a stranger's subject and words, without quote and signature."""
    letter = reading.read(work.letters.raw(stranger.id))
    words = quoting.new_words(letter).text.strip() or letter.text.strip()
    return "\n".join(filter(None, (letter.subject.strip(), words)))[:MOST_WORDS]


def _note(
    desk: OneDesk,
    answer: Answered,
    stranger: Letter,
    outcome: Outcome,
    request: str | None,
    why: str,
) -> None:
    """Write down what became of the stranger's letter, and use the offer up."""
    work, now = desk.work, desk.world.now
    work.asks.close(answer.ask.id, now)
    reason = f"{stranger.reason}: {answer.word}: {why}"
    work.letters.settle(stranger.id, outcome, request, reason, (), now, None)
    fields = {"letter": stranger.id, "word": answer.word, "why": why, "request": request}
    via = Via("letter", str(desk.letter.id))
    work.journal.note("letter", fields, via, now, desk.person.id)


# --- answers -------------------------------------------------------------------------------------
