"""The order in which a record came to be: each letter, each moment that time set something off."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, NamedTuple

from mailflow.clock import from_text

Happened = tuple[Any, ...]
"""A row: its number, its moment as text, and what is known of its cause."""


@dataclass(frozen=True)
class Cut:
    """A place in a record's life: there is what has lower numbers, and nothing from `at` on."""

    at: datetime
    letter: int
    seq: int
    notice: int


@dataclass(frozen=True)
class Event:
    """A letter worked off, or (None) what time set off; `cut` is right before it.

    `entries` and `mails` are the numbers of what it caused in journal and notices.
    """

    cut: Cut
    letter: int | None
    entries: tuple[int, ...]
    mails: tuple[int, ...]


class _Caused(NamedTuple):
    """The number and moment of a row, and its cause: a letter, time alone, or neither."""

    number: int
    at: str
    letter: int | None
    time: bool


NOTES = ("roster:", "disposals")
"""How the ids begin of what the program only notes."""

BEGIN = Cut(datetime(1, 1, 2, tzinfo=UTC), 0, 0, 0)
END = Cut(datetime(9999, 12, 30, tzinfo=UTC), 2**62, 2**62, 2**62)


def timeline(
    letters: Sequence[Happened],
    journal: Sequence[Happened],
    notices: Sequence[Happened],
    afterwards: tuple[str, ...],
    timed: Collection[str],
) -> list[Event]:
    """Put events in order: by their moments, letters before what time sets off.

    Letters are (id, received, settled), rows of the journal (seq, at, via, id), notices (id, at,
    letter, kind), each by number.
    """
    moments = _moments(letters, journal, notices)
    entries = _Rows([*_entries(journal, moments, afterwards)])
    mails = _Rows([*_mails(notices, moments, timed, entries.timed)])
    by_moment: dict[str, list[int]] = defaultdict(list)
    for letter, at in sorted(moments.items()):
        by_moment[at].append(letter)
    events: list[Event] = []
    last = 0
    for at in sorted({*by_moment, *entries.timed, *mails.timed}):
        for letter in by_moment.get(at, ()):
            cut = Cut(from_text(at), letter, entries.before(at, letter), mails.before(at, letter))
            events.append(Event(cut, letter, entries.of(letter), mails.of(letter)))
            last = max(last, letter)
        if at in entries.timed or at in mails.timed:
            cut = Cut(from_text(at), last + 1, entries.before_time(at), mails.before_time(at))
            events.append(Event(cut, None, entries.timed_at(at), mails.timed_at(at)))
    return list(_onward(events))


def _onward(events: Iterable[Event]) -> Iterator[Event]:
    """Never go back, whatever a clock that was set back has left in the record."""
    far = BEGIN
    for event in events:
        pairs = zip(_numbers(far), _numbers(event.cut), strict=True)
        far = Cut(max(far.at, event.cut.at), *(max(pair) for pair in pairs))
        yield replace(event, cut=far)


def _numbers(cut: Cut) -> tuple[int, int, int]:
    return cut.letter, cut.seq, cut.notice


def _moments(
    letters: Sequence[Happened], journal: Sequence[Happened], notices: Sequence[Happened]
) -> dict[int, str]:
    """Say when each letter was worked off for the first time, by what it did then."""
    found = {number: settled or received for number, received, settled in letters}
    did = [(int(name), at) for _, at, via, name in journal if via == "letter"]
    did += [(letter, at) for _, at, letter, _ in notices if letter is not None]
    for letter, at in did:
        found[letter] = min(at, found.get(letter, at))
    return found


def _entries(
    journal: Sequence[Happened], moments: Mapping[int, str], afterwards: tuple[str, ...]
) -> Iterator[_Caused]:
    """Find what caused each row; what a person confirmed later was caused by the letter then."""
    at_last = {at: letter for letter, at in sorted(moments.items())}
    before = _Caused(0, "", None, False)
    for number, at, via, name in journal:
        letter, time = None, False
        if via == "letter":
            letter = int(name) if moments.get(int(name)) == at else at_last.get(at)
        elif via == "program" and name.startswith(afterwards) and before.at == at:
            letter, time = before.letter, before.time
        elif via == "program":
            time = not name.startswith(NOTES)
        before = _Caused(number, at, letter, time)
        yield before


def _mails(
    notices: Sequence[Happened],
    moments: Mapping[int, str],
    timed: Collection[str],
    acted: Collection[str],
) -> Iterator[_Caused]:
    """Find what caused each mail; at the moments `acted` time did more than post its own kinds."""
    at_last = {at: letter for letter, at in sorted(moments.items())}
    for number, at, letter, kind in notices:
        time = letter is None and (kind in timed or at in acted)
        own = letter if letter is not None and moments.get(letter) == at else None
        yield _Caused(number, at, at_last.get(at) if letter is None and not time else own, time)


class _Rows:
    """Rows by their numbers, asked for those of a cause, and where to cut to have those before."""

    def __init__(self, rows: Sequence[_Caused]) -> None:
        self._of: dict[int, list[int]] = defaultdict(list)
        self.timed: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            if row.letter is not None:
                self._of[row.letter].append(row.number)
            if row.time:
                self.timed[row.at].append(row.number)
        by_time = sorted((row.at, row.number) for row in rows)
        self._times = [at for at, _ in by_time]
        self._highest = [0, *accumulate((number for _, number in by_time), max)]

    def of(self, letter: int) -> tuple[int, ...]:
        """Give the rows that a letter caused."""
        return tuple(self._of.get(letter, ()))

    def timed_at(self, at: str) -> tuple[int, ...]:
        """Give the rows that time caused at a moment."""
        return tuple(self.timed.get(at, ()))

    def before(self, at: str, letter: int) -> int:
        """Give the first number that is not there yet when a letter is worked off."""
        own = self.of(letter)
        return own[0] if own else self._highest[bisect_left(self._times, at)] + 1

    def before_time(self, at: str) -> int:
        """Give the first number that is not there yet when time sets something off."""
        own = self.timed_at(at)
        return own[0] if own else self._highest[bisect_right(self._times, at)] + 1
