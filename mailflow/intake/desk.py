"""The desk: every letter is kept first, then worked off once, and ends in one of six ways."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from mailflow.actions.house import House
from mailflow.actions.seen import Unseen
from mailflow.channels.base import Envelope
from mailflow.errors import Temporary, failpoint
from mailflow.intake import arrange, settle, workbooks
from mailflow.intake.decide import decide
from mailflow.intake.machines import endings, invited
from mailflow.intake.meaning import Decision, Facts
from mailflow.intake.quotes import quoting
from mailflow.intake.reading import attachments, signatures
from mailflow.intake.reading import letter as reading
from mailflow.intake.reading.attachments import Enclosed
from mailflow.intake.reading.certificates import Authorities
from mailflow.intake.reading.letter import Attachment, Letter, Sent, Unreadable
from mailflow.intake.reading.signatures import Signature
from mailflow.intake.senders import thread
from mailflow.intake.senders.screen import OwnAddresses, screen
from mailflow.intake.senders.sender import Sender, who
from mailflow.intake.settle import Settled
from mailflow.intake.wishes import Answered, Arranged, Beside, Wanted
from mailflow.outbox.send import SENT_FORM
from mailflow.procedure import numbering
from mailflow.procedure.machine import World
from mailflow.procedure.request import Request, Via
from mailflow.record import Arrival, Ask, Draft, Outcome, Work
from mailflow.record import Letter as Kept
from mailflow.registers import consolidated

LOG = structlog.get_logger()
LEASE = timedelta(minutes=5)
"""Longer than any letter takes; a letter whose worker died is taken up again after it."""

MOST_ATTEMPTS = 3
REVIEW = frozenset({Outcome.HELD, Outcome.SET_ASIDE})


@dataclass(frozen=True)
class Desk:
    """What the intake needs: the record, the agency, which addresses are our own.

    `authorities` vouch for signatures; None: no signature is a proof.
    """

    open_work: Callable[..., Work]
    house: House
    own: OwnAddresses
    authorities: Authorities | None = None


def receive(desk: Desk, envelope: Envelope, now: datetime) -> str | None:
    """Keep a letter and work it off; says where to file it: done, review, or None for not yet.

    A letter kept before is not worked off again: replaying a mailbox changes nothing.
    """
    with desk.open_work() as work:
        kept = work.letters.keep(arrival(envelope), now + LEASE)
        work.keep()
    failpoint("desk.after_keep")
    known = kept.standing == "same"
    outcome = work_off(desk, kept.id, now) if known else _worked_off(desk, kept.id, 1, now)
    if outcome is None:
        return None
    return "review" if outcome in REVIEW else "done"


def arrival(envelope: Envelope) -> Arrival:
    """Say what is kept of a letter; its body is opened only once it is in the record."""
    return Arrival(
        raw=envelope.raw,
        channel=envelope.place.partition(":")[0],
        folder=envelope.folder,
        uidvalidity=envelope.uidvalidity,
        uid=envelope.uid,
        place=envelope.place,
        received_at=envelope.received_at,
        **vars(reading.outside(envelope.raw)),
        truncated=envelope.truncated,
    )


def work_off(desk: Desk, letter_id: int, now: datetime) -> Outcome | None:
    """Work off a letter kept before; gives its outcome, None while another try is to come."""
    with desk.open_work() as work:
        attempts = work.letters.claim(letter_id, now, LEASE)
        work.keep()
    if attempts is None:
        with desk.open_work(reading=True) as work:
            return work.letters.get(letter_id).outcome
    return _worked_off(desk, letter_id, attempts, now)


def _worked_off(desk: Desk, letter_id: int, attempts: int, now: datetime) -> Outcome | None:
    """Settle a letter whose attempt is counted.

    It is counted before the letter is read, so a letter that kills its reader is set aside the
    third time. Whatever goes wrong here stops this letter only.
    """
    try:
        return _settle(desk, letter_id, now, given_up=attempts > MOST_ATTEMPTS)
    except Temporary as error:
        LOG.warning("letter waits", letter=letter_id, error=str(error))
    except Exception:
        LOG.exception("letter failed", letter=letter_id, attempt=attempts)
        if attempts >= MOST_ATTEMPTS:
            return _settle(desk, letter_id, now, given_up=True)
    return None


def _settle(desk: Desk, letter_id: int, now: datetime, *, given_up: bool) -> Outcome:
    """Settle a letter; one that compiles a paper is begun anew once the register was looked into.

    A round of a register is transactions of its own, so it comes before the letter's.
    """
    try:
        return _settle_once(desk, letter_id, now, given_up=given_up)
    except Unseen:
        seen = consolidated.look(desk.open_work, desk.house, now)
        failpoint("desk.after_look")
        looked = replace(desk, house=replace(desk.house, seen=seen))
        return _settle_once(looked, letter_id, now, given_up=given_up)


def _settle_once(desk: Desk, letter_id: int, now: datetime, *, given_up: bool) -> Outcome:
    """Everything a letter causes, in one transaction."""
    with desk.open_work() as work:
        kept = work.letters.get(letter_id)
        world = desk.house.world(now, work.stand_ins.appointed())
        if given_up:
            settled = settle.triage(work, desk.house, kept, "", "crashed", world)
        else:
            settled = _come_to(work, desk, kept, world)
        work.letters.settle(
            letter_id,
            settled.outcome,
            settled.request,
            settled.reason,
            settled.acts,
            now,
            settled.person,
        )
        failpoint("desk.before_commit")
        work.keep()
    return settled.outcome


def _come_to(work: Work, desk: Desk, kept: Kept, world: World) -> Settled:
    house = desk.house
    try:
        letter = reading.read(work.blobs.get(kept.blob))
    except Unreadable:
        return settle.triage(work, house, kept, "", "unreadable", world)
    if kept.truncated:
        letter = replace(letter, problems=(*letter.problems, "size"))
    if kept.standing == "conflict":
        return settle.triage(work, house, kept, letter.text, "conflict", world)
    screened = screen(letter, desk.own)
    if screened.kind == "calendar" and invited.answers(letter):
        signature = _signature(work, desk, kept, letter)
        facts = _facts(work, house, kept, letter, signature, world)
        answered_for = invited.settled(work, house, kept, facts, world)
        if answered_for:
            return answered_for
    by_machine = endings.settled(work, house, kept, letter, screened, world)
    if by_machine:
        return by_machine
    signature = _signature(work, desk, kept, letter)
    facts = _facts(work, house, kept, letter, signature, world)
    if screened.kind == "bulk":
        decision = _decided(house, facts, world)
        return endings.over_a_list(work, house, kept, facts, decision, world)
    with_register = workbooks.settled(work, house, kept, facts, world)
    return with_register or _by_words(work, house, kept, facts, world)


def _decided(house: House, facts: Facts, world: World) -> Decision | Beside:
    return decide(facts, world, house.phrases, house.settings.agency.code_prefix)


def _by_words(work: Work, house: House, kept: Kept, facts: Facts, world: World) -> Settled:
    decision = _decided(house, facts, world)
    if isinstance(decision, Arranged | Answered | Wanted):
        return arrange.settle_beside(work, house, kept, facts, decision, world)
    return settle.settle(work, house, kept, facts, decision, world)


def _signature(work: Work, desk: Desk, kept: Kept, letter: Letter) -> Signature:
    """Judge the letter's signature; one that was acted on already is somebody's copy."""
    found = signatures.verify(letter.sealed, desk.authorities, kept.received_at)
    if found.verdict == "pass" and work.marks.get(settle.SIGNED, found.once):
        return found.rejected("repeated")
    return found


def _facts(
    work: Work, house: House, kept: Kept, letter: Letter, signature: Signature, world: World
) -> Facts:
    words = quoting.new_words(letter, answered(work, letter))
    settings = house.settings
    asks = [a for a in map(work.asks.by_token, thread.tokens(letter, settings.mail.domain)) if a]
    owners = [ask.person for ask in asks]
    sender = who(
        letter,
        words,
        world.roster,
        settings.mail.trusted_authserv,
        owners[0] if owners else None,
        signature,
    )
    ask = _own_ask(asks, sender, world)
    spent = None if ask else _spent(asks, sender)
    enclosed = _enclosed(work, house, letter)
    typed = thread.codes(letter, words, settings.agency.code_prefix)
    if not ask and not typed and not words.text.strip():
        typed = tuple(form.code for _, form in enclosed.forms[:1])
    requests, wrong, unknown = _requests(work, house, ask, typed)
    return Facts(
        letter=letter,
        words=words,
        sender=sender,
        ask=ask,
        requests=requests,
        wrong=wrong,
        unknown=tuple(code for code in unknown if not work.disposals.decided(code)),
        disposed=tuple(code for code in unknown if work.disposals.decided(code)),
        enclosed=enclosed,
        via=Via("letter", str(kept.id)),
        signed=thread.signed_codes(letter, words, settings.agency.code_prefix),
        spent=spent,
        paged=_paged(work, enclosed),
        drafts=_drafts(work, [*requests, *_coded(enclosed)], sender),
    )


def _paged(work: Work, enclosed: Enclosed) -> dict[str, Request]:
    """Load the requests of the pages that were filled in."""
    loaded = ((code, work.requests.load(code)) for code in _coded(enclosed))
    return {code: request for code, request in loaded if request}


def _coded(enclosed: Enclosed) -> list[str]:
    return list(dict.fromkeys(page.mark.code for _, page in enclosed.pages))


def _drafts(work: Work, codes: Iterable[str], sender: Sender) -> dict[tuple[str, str], Draft]:
    """Load what the sender filled in before of these requests' steps, by code and act."""
    if sender.person is None:
        return {}
    person = sender.person.id
    return {
        (code, act): draft
        for code in dict.fromkeys(codes)
        for act, draft in work.drafts.of(code, person).items()
    }


def answered(work: Work, letter: Letter) -> Sent | None:
    """Find the mail of ours that a letter answers, to see what was typed into its quote."""
    ids = (*letter.in_reply_to[:5], *reversed(letter.references[-5:]))
    mime = next(filter(None, map(work.notices.mail_of, ids)), None)
    return Sent(work.blobs.get(mime)) if mime else None


def _own_ask(asks: list[Ask], sender: Sender, world: World) -> Ask | None:
    """The sender's own ask that still holds; another's token counts for nothing."""
    person = sender.person
    return next(
        (
            ask
            for ask in asks
            if person
            and ask.person == person.id
            and ask.closed_at is None
            and ask.expires_at > world.now
        ),
        None,
    )


def _spent(asks: list[Ask], sender: Sender) -> Ask | None:
    """The sender's own ask whose commands were confirmed or denied before."""
    own = (ask for ask in asks if sender.person and ask.person == sender.person.id)
    return next((ask for ask in own if ask.closed_at and ask.commands is not None), None)


def _requests(
    work: Work, house: House, ask: Ask | None, typed: tuple[str, ...]
) -> tuple[dict[str, Request], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Load the requests a letter can speak of: those of its ask, those whose code it names."""
    begins = numbering.prefixes(house.settings.agency.code_prefix)
    parsed = [c for c in (numbering.parse(code, *begins) for code in typed) if c]
    wrong = tuple((code.written, code.right) for code in parsed if not code.valid)
    asked = [line.request for line in ask.lines] if ask else []
    codes = dict.fromkeys([*asked, *(code.right for code in parsed if code.valid)])
    found = {code: work.requests.load(code) for code in codes}
    unknown = tuple(code for code, request in found.items() if request is None)
    return {c: r for c, r in found.items() if r}, wrong, unknown


def _enclosed(work: Work, house: House, letter: Letter) -> Enclosed:
    """Judge what is attached and keep what is evidence; what we sent ourselves is none."""
    mails = {n.sha256 for n in letter.nested if work.notices.by_message_id(n.message_id)}

    def is_ours(attachment: Attachment) -> bool:
        sent = work.marks.get(SENT_FORM, attachment.sha256)
        return sent is not None or attachment.sha256 in mails

    judged = attachments.judge(letter, attachments.caps(house.settings), is_ours)
    return attachments.enclosed(letter, judged, work.blobs.put)
