"""Reads an out-of-office answer: from which day to which somebody is away."""

import re
from datetime import date

from mailflow.intake.lines.dates import date_in, read_date
from mailflow.phrases import Phrases
from mailflow.procedure.folding import folded, nfc

_MOST_TEXT = 2_000  # characters in which an absence is told
_MOST_DAYS = 6
_UNTIL = re.compile(r"(den|toi|het|until|till|through|to|-|–)( het| cuoi)?( ngay)?[ :]*$")
_SINCE = re.compile(r"(tu|ke tu|from|since|starting)( ngay)?[ :]*$")


def days_away(text: str, today: date, phrases: Phrases) -> tuple[date | None, date | None]:
    """Read the first and the last day of an absence; None for a day that is not told.

    Only a day after a word such as từ, đến counts; two that contradict each other are none.
    """
    rest = nfc(text)[:_MOST_TEXT]
    since: date | None = None
    until: date | None = None
    for _ in range(_MOST_DAYS):
        typed = date_in(rest)
        before, _, rest = rest.partition(typed) if typed else ("", "", "")
        day = read_date(typed, today, phrases) if typed else None
        if day and not until and _UNTIL.search(folded(before[-30:])):
            until = day
        elif day and not since and _SINCE.search(folded(before[-30:])):
            since = day
    return (since, until) if not (since and until and until < since) else (None, None)
