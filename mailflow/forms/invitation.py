"""Invitations to meetings as calendars know them: written (RFC 5545, 5546), and answers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

MOST_BYTES = 200_000
"""A calendar's answer is a few hundred bytes; what is much longer is none."""

LASTS = timedelta(hours=2)

Answer = Literal["yes", "no"]


@dataclass(frozen=True)
class Invitation:
    """One meeting as it stands: `uid` never changes, `sequence` grows with each change.

    `starts` and `at` are aware; `organizer` and each of `invited` are a name and an address.
    """

    uid: str
    sequence: int
    starts: datetime
    place: str
    title: str
    organizer: tuple[str, str]
    invited: Sequence[tuple[str, str]]
    at: datetime
    cancelled: bool = False


@dataclass(frozen=True)
class Replied:
    """What a calendar answered for one person: to which invitation, as which address."""

    uid: str
    address: str
    answer: Answer


def written(invitation: Invitation) -> tuple[str, str]:
    """Write an invitation; gives its METHOD (REQUEST or CANCEL) and the text of the calendar."""
    method = "CANCEL" if invitation.cancelled else "REQUEST"
    calendar = Calendar()
    calendar.add("PRODID", "-//Mailflow//XXLD//VI")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    calendar.add_component(_event(invitation))
    return method, calendar.to_ical().decode()


def _event(invitation: Invitation) -> Event:
    event = Event()
    event.add("UID", invitation.uid)
    event.add("SEQUENCE", invitation.sequence)
    event.add("DTSTAMP", invitation.at)
    event.add("DTSTART", invitation.starts.astimezone(UTC))
    event.add("DTEND", (invitation.starts + LASTS).astimezone(UTC))
    event.add("SUMMARY", invitation.title)
    event.add("LOCATION", invitation.place)
    event.add("STATUS", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("ORGANIZER", _address(*invitation.organizer), encode=False)
    for name, address in invitation.invited:
        attendee = _address(name, address)
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
        event.add("ATTENDEE", attendee, encode=False)
    return event


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = vText(name)
    return found


_ANSWERS: dict[str, Answer] = {"ACCEPTED": "yes", "DECLINED": "no"}


def replied(data: bytes) -> Replied | None:
    """Read a calendar's METHOD:REPLY with one clear answer; anything else is None."""
    if len(data) > MOST_BYTES:
        return None
    try:
        calendar = Calendar.from_ical(data)
        return _reply(calendar)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None


def _reply(calendar: object) -> Replied | None:
    if not isinstance(calendar, Calendar) or str(calendar.get("METHOD", "")).upper() != "REPLY":
        return None
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        return None
    attendees = events[0].get("ATTENDEE")
    attendee = attendees[0] if isinstance(attendees, list) and len(attendees) == 1 else attendees
    if isinstance(attendee, list) or attendee is None:
        return None
    answer = _ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    address = str(attendee).strip()
    if answer is None or not address.lower().startswith("mailto:"):
        return None
    return Replied(str(events[0].get("UID", "")), address[7:].strip().casefold(), answer)
