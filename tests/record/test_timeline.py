"""The order of a record's life: what each letter and each hour caused, and what was before it."""

from mailflow.clock import from_text
from mailflow.record.timeline import Cut, Event, timeline

NINE, TEN, LATE = (f"2026-03-02T{hour:02d}:00:00.000000+00:00" for hour in (9, 10, 22))


def test_a_letter_is_tried_before_what_it_caused() -> None:
    """Its entries, what the program does at once after them, and its mails are its own."""
    (event,) = timeline(
        [(1, NINE, NINE)],
        [(1, NINE, "letter", "1"), (2, NINE, "program", "follow_up:X")],
        [(1, NINE, 1, "answer"), (2, NINE, None, "told")],
        ("follow_up:",),
        ("reminder",),
    )
    assert event == Event(Cut(from_text(NINE), 1, 1, 1), 1, (1, 2), (1, 2))


def test_what_time_sets_off_comes_after_the_letters_of_its_moment() -> None:
    """A reminder in the round that took a letter in sees what the letter did."""
    letter, hour = timeline(
        [(1, NINE, NINE)],
        [(1, NINE, "letter", "1"), (2, NINE, "program", "review:2026")],
        [(1, NINE, 1, "answer"), (2, NINE, None, "reminder"), (3, TEN, None, "register_notes")],
        (),
        ("reminder",),
    )
    assert (letter.letter, letter.entries, letter.mails) == (1, (1,), (1,))
    assert hour == Event(Cut(from_text(NINE), 2, 2, 2), None, (2,), (2,))


def test_what_was_confirmed_later_was_caused_by_the_letter_that_confirmed() -> None:
    """Held acts keep the letter they came in; done they were when somebody said yes."""
    first, second = timeline(
        [(1, NINE, NINE), (2, TEN, TEN)],
        [(1, TEN, "letter", "1")],
        [(1, NINE, 1, "confirm"), (2, TEN, 2, "answer")],
        (),
        (),
    )
    assert (first.entries, second.entries) == ((), (1,))
    assert second.cut.seq == 1


def test_a_stranger_judged_later_was_worked_off_when_it_came() -> None:
    """Its end was written by another letter; its first mail says when it was on the desk."""
    first, _ = timeline([(1, NINE, LATE), (2, LATE, LATE)], [], [(1, NINE, 1, "triage")], (), ())
    assert (first.letter, first.cut.at) == (1, from_text(NINE))


def test_a_clock_set_back_never_takes_back_what_is_there() -> None:
    """Numbers only grow, whatever moments stand beside them."""
    events = timeline(
        [(1, LATE, LATE), (2, NINE, NINE)],
        [(1, LATE, "letter", "1"), (2, NINE, "letter", "2")],
        [],
        (),
        (),
    )
    assert [(event.cut.letter, event.cut.seq) for event in events] == [(2, 2), (2, 2)]
    assert events[0].cut.at < events[1].cut.at
