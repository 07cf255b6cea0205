"""The consolidated list of submitted requests as it is put before the ISO lead (5.3)."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from mailflow.forms import words
from mailflow.forms.current import current
from mailflow.forms.papers import PresentedListView, PresentedRow
from mailflow.procedure import labels
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Request


def presented_list_view(
    requests: Sequence[Request],
    roster: Roster,
    agency: str,
    parent: str,
    place: str,
    tz: ZoneInfo,
) -> PresentedListView:
    """Show requests that were presented together, at least one, as the list of 5.3.

    `place` stands before the day ("" for none); whoever presented the last one presented all.
    """
    presented = current(requests[-1]).present
    at = (presented or requests[-1].entries[-1]).at.astimezone(tz).date()
    return PresentedListView(
        parent=parent,
        agency=agency,
        place_date=place_and_date(place, at),
        rows=[_row(no, request, roster, tz) for no, request in enumerate(requests, start=1)],
        remarks=str(presented.fields.get("remarks") or "") if presented else "",
        said=words.said(presented, roster, tz),
    )


def place_and_date(place: str, day: date) -> str:
    """Write place and day as the decree does: "An Khê, ngày 05 tháng 01 năm 2026".

    A day below 10 and the months 1 and 2 take a zero, the others none.
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    written = f"ngày {day.day:02d} tháng {month} năm {day.year}"
    return f"{place}, {written}" if place else written.capitalize()


def _row(no: int, request: Request, roster: Roster, tz: ZoneInfo) -> PresentedRow:
    now = current(request)
    return PresentedRow(
        no=str(no),
        number=f"{request.number}\n{request.code}",
        kind=labels.KIND[request.kind],
        unit=request.unit,
        content=str(now.opening.fields.get("content") or request.values.get("content") or ""),
        correction=_said_in(now.correction, roster, "correction"),
        reasons=_said_in(now.need, roster, "signs", "reason"),
        sent_on=words.local_day(now.sent.at, tz) if now.sent else "",
    )


def _said_in(entry: Entry | None, roster: Roster, *names: str) -> str:
    """Give the named values of an entry, one under the other."""
    given = [(name, entry.fields.get(name)) for name in names] if entry else []
    return "\n".join(words.value_text(name, value, roster) for name, value in given if value)
