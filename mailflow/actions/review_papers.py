"""The papers and the invitation that go with a mail about a management review (5.8)."""

from datetime import datetime, time

from mailflow.actions.context import BlobAttachment, FormAttachment
from mailflow.actions.house import House
from mailflow.forms import review_view
from mailflow.forms.review_view import Frame
from mailflow.procedure import machine, review
from mailflow.procedure.people import Person
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act, Kind, Role, State

INVITATION = "invitation"
USUAL_HOUR = time(8)
"""When a meeting begins of which only the day was said."""

_AFTER = (State.DISTRIBUTED, State.REVIEW_FINISHED)
_MINUTES = (State.HELD, State.MINUTES_DRAFTED, State.MINUTES_APPROVED, *_AFTER)
_REPORT = (State.REPORT_DRAFTED, State.COMMENTING, State.NOTICE_DRAFTED, State.NOTICE_ENDORSED)
_NOTICE = (State.NOTICE_DRAFTED, State.NOTICE_ENDORSED, State.NOTICE_APPROVED, *_AFTER)


def papers(request: Request, house: House) -> list[FormAttachment | BlobAttachment]:
    """List the papers of a review as it stands, filled from the record."""
    frame, kind = frame_of(house), request.kind
    found: list[tuple[str, dict[str, object]]] = []
    if kind in MEETINGS and request.state is State.AGENDA_SENT:
        found.append(("review_agenda", dict(review_view.agenda_view(request, frame))))
    if kind is Kind.REVIEW_MEETING and request.state in _MINUTES:
        found.append(("review_minutes", dict(review_view.minutes_view(request, frame))))
    if kind is Kind.REVIEW_REPORT and request.state in _REPORT:
        found.append(("review_report", dict(review_view.report_view(request, frame))))
    if kind is Kind.REVIEW_REPORT and request.state in _NOTICE:
        found.append(("review_notice", dict(review_view.notice_view(request, frame))))
    sent = [FormAttachment(form=form, view=view, entries=0) for form, view in found]
    return [*sent, *(_of_combined(request) if request.state in _AFTER else ())]


MEETINGS = (Kind.REVIEW_MEETING, Kind.REVIEW_COMBINED)


def _of_combined(request: Request) -> list[BlobAttachment]:
    """Give the minutes that the secretary sent of a combined meeting, as they are."""
    received = (e for e in reversed(request.entries) if e.act is Act.RECEIVE_MINUTES)
    entry = next(received, None)
    files = entry.fields.get("files", ()) if entry else ()
    return [BlobAttachment(name=file["name"], sha256=file["sha256"]) for file in files]


def frame_of(house: House) -> Frame:
    """Say whose papers they are."""
    agency = house.settings.agency
    return Frame(
        agency=agency.name,
        parent=agency.parent or "",
        place=agency.place or "",
        short=agency.short or "",
        bases=house.settings.review.bases,
        roster=house.roster,
        zone=agency.zone,
    )


INVITING = (Act.PLAN_REVIEW, Act.MOVE_MEETING, Act.CANCEL_REVIEW)


def invitation(
    request: Request, entry: Entry, person: Person, house: House
) -> list[FormAttachment]:
    """Invite one person to a meeting, move it or take it back, as their calendar knows it."""
    if entry.act not in INVITING or not _is_meeting(request):
        return []
    roles = (Role.PARTICIPANT, Role.CHAIR, Role.MEETING_SECRETARY)
    coming = {p for role in roles for p in machine.people_for(role, request, house.roster)}
    if person.id not in coming:
        return []
    return [FormAttachment(form=INVITATION, view=_view(request, entry, person, house), entries=0)]


def _is_meeting(request: Request) -> bool:
    """Say whether the review was last planned as a meeting; a cancelled one has no route now."""
    plans = (e for e in reversed(request.entries) if e.act is Act.PLAN_REVIEW)
    return bool(next(plans).fields.get("meeting_on"))


def _view(request: Request, entry: Entry, person: Person, house: House) -> dict[str, object]:
    plan, sequence = review.invitation(request)
    agency = house.agency
    content = str(request.values["content"])
    return {
        "uid": f"{request.code}.{plan}@{agency['domain']}",
        "sequence": sequence,
        "starts": _starts(request, house).isoformat(),
        "place": str(request.values.get("place") or ""),
        "title": f"[{request.code}] {content}",
        "organizer": [agency["display_name"], agency["address"]],
        "invited": [[person.name, person.email]],
        "at": entry.at.isoformat(),
        "cancelled": entry.act is Act.CANCEL_REVIEW,
    }


def _starts(request: Request, house: House) -> datetime:
    hour = review.clock(str(request.values.get("meeting_time") or "")) or USUAL_HOUR
    meeting = request.day("meeting_on")
    if meeting is None:
        raise ValueError(f"{request.code} has no meeting to invite to")
    return datetime.combine(meeting, hour, house.settings.agency.zone)
