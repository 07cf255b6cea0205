"""What `letter read` takes from the table alone agrees with what the request itself would give."""

from mailflow.intake.lines.values import Lookup
from mailflow.intake.quotes.quoting import new_words
from mailflow.intake.reading.letter import read
from mailflow.intake.readout import opened
from mailflow.intake.wording import Item, Read, read_acts
from mailflow.procedure.steps import STEPS
from mailflow.procedure.terms import Act, Role
from tests.intake.office import phrases
from tests.intake.replies import (
    MONDAY,
    ROSTER,
    Case,
    Situation,
    cases,
    items_of,
    letter_of,
    situations,
)


def test_a_step_asked_for_is_read_as_on_a_request_that_waits_for_it() -> None:
    """The same acts and the same questions, for one reply in three of the whole set."""
    single = [c for c in cases() if len(situations()[c.situation].stories) == 1]
    differ = {
        case.id: (_short(items_of(case)), _short(made_up))
        for case in single[::3]
        if _short(items_of(case)) != _short(made_up := _by_step(case, situations()[case.situation]))
    }
    assert len(single) > 800
    assert differ == {}


def test_what_a_step_opens_is_what_its_roles_may_do_there() -> None:
    """A clerk asked to report a correction may not check it; the unit's head asked may."""
    clerk, head = (ROSTER.people[n] for n in (7, 6))
    asked = opened("?", (Act.REPORT_CORRECTION, "*"), clerk)
    assert {s.act for s in asked.steps} == {Act.REPORT_CORRECTION, Act.COMMENT, Act.ADD_EVIDENCE}
    need = opened("?", (Act.DECIDE_NEED, "yes"), head)
    assert {Act.DECIDE_NEED, Act.CONFIRM_REPEAT} <= {s.act for s in need.steps}
    assert need.asked == (Act.DECIDE_NEED,)


def test_every_step_that_leads_on_can_be_asked_of_anybody() -> None:
    """The sender is taken as entitled: the step itself is among what they may do."""
    steps = [s for s in STEPS if s.sources and Role.PROGRAM not in s.who]
    for person in ROSTER.people:
        for step in steps:
            found = opened("?", (step.act, step.answer), person)
            assert (step.act, step.answer) in {(s.act, s.answer) for s in found.steps}


def _by_step(case: Case, situation: Situation) -> tuple[Item, ...]:
    words = new_words(read(letter_of(case, situation.who)))
    lookup = Lookup(ROSTER.on(MONDAY.date()), situation.who.id)
    one = opened("CTCL-2026-0001-B", (situation.asked[0], "*"), situation.who)
    return read_acts(words.text, [one], phrases(), lookup, case.at)


def _short(items: tuple[Item, ...]) -> list[tuple[str, str]]:
    return [(i.act.value, i.answer) if isinstance(i, Read) else ("asked", i.why) for i in items]
