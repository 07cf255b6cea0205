"""A calendar's answer to the invitation to a review: read as its person's own act."""

from mailflow.actions.house import House
from mailflow.forms.invitation import Replied, replied
from mailflow.intake import settle
from mailflow.intake.meaning import Acts, Facts, proof
from mailflow.intake.reading.letter import Letter
from mailflow.intake.settle import Settled
from mailflow.procedure.machine import World
from mailflow.procedure.request import Command, Request
from mailflow.procedure.review import invitation
from mailflow.procedure.terms import REVIEWS, Act
from mailflow.record import Letter as Kept
from mailflow.record import Work


def answers(letter: Letter) -> bool:
    """Say whether a letter carries a calendar's answer to an invitation."""
    return _reply(letter) is not None


def _reply(letter: Letter) -> Replied | None:
    found = (replied(file.data) for file in letter.attachments if "calendar" in file.content_type)
    return next(filter(None, found), None)


def settled(work: Work, house: House, kept: Kept, facts: Facts, world: World) -> Settled | None:
    """Take an answer as an act of the person it is from; None when it is of no invitation of ours.

    It must come from the address that was invited, and be proven like any other act; what is
    unproven is asked back. A proven one is not answered: a calendar reads no mail.
    """
    reply, person = _reply(facts.letter), facts.sender.person
    if reply is None or person is None or reply.address != person.email.casefold():
        return None
    request = _invited_to(work, reply.uid)
    if request is None:
        return None
    shown = proof(facts, request.code, Act.ANSWER_INVITATION)
    command = Command(
        Act.ANSWER_INVITATION, reply.answer, request.code, {}, person.id, facts.via, shown
    )
    decision = Acts((command,))
    return settle.settle(work, house, kept, facts, decision, world, silent=shown != "none")


def _invited_to(work: Work, uid: str) -> Request | None:
    """Find the review that an invitation of this UID is to, as it is planned now."""
    code, _, plan = uid.partition("@")[0].rpartition(".")
    request = work.requests.load(code) if code else None
    if request is None or request.kind not in REVIEWS:
        return None
    return request if plan == str(invitation(request)[0]) else None
