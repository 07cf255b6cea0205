"""What a letter comes to that no person wrote, that came over a list, or of which are too many."""

from datetime import timedelta

from mailflow.actions.context import Row
from mailflow.actions.house import House
from mailflow.actions.notices import UNPROVEN
from mailflow.actions.unreached import Absence, News, tell, tell_absence
from mailflow.intake import settle
from mailflow.intake.machines.absence import days_away
from mailflow.intake.machines.bounce import settle_bounce
from mailflow.intake.meaning import Acts, Decision, Facts, Triage
from mailflow.intake.quotes import quoting
from mailflow.intake.reading.letter import Letter
from mailflow.intake.senders.screen import Screened
from mailflow.intake.senders.sender import who
from mailflow.intake.settle import Settled
from mailflow.intake.wishes import Beside
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command
from mailflow.record import Letter as Kept
from mailflow.record import Outcome, Work

WINDOW = timedelta(minutes=10)
"""Within which the letters of one sender are counted."""

_GUESSED = {"bounce": "maybe_bounce", "auto_reply": "maybe_automatic", "receipt": "maybe_automatic"}


def settled(
    work: Work, house: House, kept: Kept, letter: Letter, screened: Screened, world: World
) -> Settled | None:
    """Settle a letter of a machine, or one too many of its sender; None when it is to be read.

    What only sounds like a machine waits for the secretary instead of being ignored.
    """
    if work.notices.by_message_id(letter.message_id):
        return _ignored("loop: our own mail has come back")
    if screened.kind in ("person", "bulk"):
        return _one_too_many(work, house, kept, world)
    if screened.kind == "bounce" and not screened.sure and world.roster.at(kept.from_address):
        return None
    if screened.kind == "bounce":
        raw = work.letters.raw(kept.id)
        bounced = settle_bounce(work, house, raw, letter, world, sure=screened.sure)
        if bounced:
            return bounced
    if not screened.sure:
        return settle.triage(work, house, kept, letter.text, _GUESSED[screened.kind], world)
    if screened.kind == "auto_reply" and _told_of_absence(work, house, letter, world):
        return _ignored(f"{'; '.join(screened.hits)}; absence told")
    return _ignored("; ".join(screened.hits))


def _ignored(reason: str) -> Settled:
    return Settled(Outcome.IGNORED, None, reason, (), "")


def _told_of_absence(work: Work, house: House, letter: Letter, world: World) -> bool:
    """Tell of somebody on the roster who is away while something waits on them."""
    if letter.first("auto-submitted").strip().lower().startswith("auto-generated"):
        return False
    words = quoting.new_words(letter)
    sender = who(letter, words, world.roster, house.settings.mail.trusted_authserv)
    if sender.person is None or sender.authentication == "fail":
        return False
    since, until = days_away(f"{letter.subject}\n{words.text}", world.today, house.phrases)
    said = "\n".join(words.text.strip().splitlines()[:6])[:400]
    return tell_absence(work, house, Absence(sender.person, said, since, until), world)


def _one_too_many(work: Work, house: House, kept: Kept, world: World) -> Settled | None:
    """Hold what a sender writes beyond the limit, so that a loop nobody knew ends by itself.

    One tried again (`mailflow letter retry`) passes: a person has looked at it.
    """
    most = house.settings.mail.most_letters
    since = kept.received_at - WINDOW
    if work.letters.count_from(kept.from_address, since, kept.received_at, kept.id) < most:
        return None
    if not work.marks.set_once("many_letters", str(kept.id), world.now):
        return None
    why = house.reasons.say("triage", "many_letters", {"most": str(most)})
    details = [Row(label="Lý do", value=why), Row(label="Người gửi", value=kept.from_address)]
    key = f"many_letters:{kept.from_address}:{world.today}"
    tell(work, house, News("triage", key, details), world)
    return Settled(Outcome.HELD, None, "many_letters", (), "")


def over_a_list(
    work: Work, house: House, kept: Kept, facts: Facts, decision: Decision | Beside, world: World
) -> Settled:
    """Settle what came over a list: what moves nothing is taken, in silence; the rest is held.

    A list's mail is never answered, since the answer might go to all of it, and never an approval.
    """
    if facts.sender.standing in ("unknown", "invalid"):
        return _ignored("bulk: of nobody on the roster")
    if isinstance(decision, Triage):
        return settle.settle(work, house, kept, facts, decision, world)
    if isinstance(decision, Acts) and all(map(_moves_nothing, decision.items)):
        done = settle.settle(work, house, kept, facts, decision, world, silent=True)
        if done.outcome is Outcome.DONE:
            return done
    return settle.triage(work, house, kept, facts.words.text, "over_a_list", world)


def _moves_nothing(item: object) -> bool:
    return isinstance(item, Command) and item.act in UNPROVEN
