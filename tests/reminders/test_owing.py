"""Who carries what is owed, and who above is told, for every person of the sample agency."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.demo import cast
from mailflow.procedure.calendar import Calendar
from mailflow.procedure.machine import World
from mailflow.procedure.people import Roster, StandIn
from mailflow.procedure.terms import Act
from mailflow.reminders import owing
from mailflow.reminders.owing import Round
from mailflow.settings.sections import Reminders

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY = NOW.date()


def a_round(roster: Roster = cast.ROSTER, dead: frozenset[str] = frozenset()) -> Round:
    """Monday's round, the last one on Friday."""
    world = World(roster.on(TODAY), Calendar(), {}, NOW, TODAY)
    hindered = {p.id: "dead" if p.id in dead else "" for p in roster.people}
    return Round(world, Reminders(), TODAY - timedelta(days=3), {}, hindered)


def with_stand_in(since: date, until: date | None, acts: frozenset[Act] | None = None) -> Roster:
    """The roster with the deputy in the unit's head's place."""
    stand_in = StandIn(cast.ONE_STOP_HEAD.id, cast.DEPUTY.id, acts, since, until)
    return replace(cast.ROSTER, stand_ins=(stand_in,))


people = st.sampled_from([p.id for p in cast.ROSTER.people])
days = st.integers(0, 30)


@given(people, days, days, st.frozensets(people, max_size=4))
def test_who_once_heard_hears_as_long_as_it_is_late(
    person: str, one: int, other: int, dead: frozenset[str]
) -> None:
    """Escalation only climbs; nobody is told of themselves, twice, or at a dead address."""
    made = a_round(dead=dead)
    less, more = (owing.superiors(person, late, made) for late in sorted((one, other)))
    assert more[: len(less)] == less
    assert len(set(more)) == len(more)
    assert not {person, *dead} & set(more)


def test_the_three_rungs_of_an_officer_a_head_and_a_leader() -> None:
    """A unit's head has no head above in the unit; the agency head's lateness the lead hears."""
    made = a_round()
    above = (cast.PLANNING_HEAD.id, cast.LEAD.id, cast.HEAD.id)
    told = {late: owing.superiors(cast.PLANNER.id, late, made) for late in (2, 3, 5, 10)}
    assert told == {2: (), 3: above[:1], 5: above[:2], 10: above}
    assert owing.superiors(cast.PLANNING_HEAD.id, 10, made) == above[1:]
    assert owing.superiors(cast.LEAD.id, 10, made) == above[2:]
    assert owing.superiors(cast.HEAD.id, 10, made) == above[1:2]


def test_only_a_rung_with_somebody_on_it_is_a_day_of_its_own() -> None:
    """Late by three on Monday: the officer is reminded with their head; the head is not."""
    made = a_round()
    due = TODAY - timedelta(days=5)  # Wednesday
    assert made.reminds(due, cast.PLANNER.id)
    assert not made.reminds(due, cast.PLANNING_HEAD.id)


@pytest.mark.parametrize(
    ("until", "acts", "carried"),
    [
        (TODAY, None, [(cast.DEPUTY.id, cast.ONE_STOP_HEAD.id)]),
        (None, None, [(cast.ONE_STOP_HEAD.id, ""), (cast.DEPUTY.id, cast.ONE_STOP_HEAD.id)]),
        (
            TODAY,
            frozenset({Act.DECIDE_NEED}),
            [(cast.ONE_STOP_HEAD.id, ""), (cast.DEPUTY.id, cast.ONE_STOP_HEAD.id)],
        ),
        (TODAY, frozenset({Act.VERIFY}), [(cast.ONE_STOP_HEAD.id, "")]),
        (TODAY - timedelta(days=1), None, [(cast.ONE_STOP_HEAD.id, "")]),
    ],
)
def test_only_an_absence_takes_the_mail_away(
    until: date | None, acts: frozenset[Act] | None, carried: list[tuple[str, str]]
) -> None:
    """All acts until a day that is set; a delegation is told to both, one that is over to none."""
    roster = with_stand_in(TODAY - timedelta(days=9), until, acts).on(TODAY)
    assert owing.carriers(cast.ONE_STOP_HEAD.id, Act.DECIDE_NEED, roster) == carried


def test_a_boss_who_is_away_is_stood_in_for_above_as_well() -> None:
    """What the head would be told is told to whoever stands in."""
    made = a_round(with_stand_in(TODAY, TODAY))
    assert owing.superiors(cast.CLERK.id, 3, made) == (cast.DEPUTY.id,)


def test_whoever_came_back_hears_from_the_day_before_they_left() -> None:
    """Away from Tuesday to Sunday: on Monday all since the Monday before."""
    roster = with_stand_in(date(2026, 3, 3), date(2026, 3, 8))
    world = a_round(roster).world
    back = owing.came_back(roster.stand_ins, date(2026, 3, 6), world)
    assert back == {cast.ONE_STOP_HEAD.id: date(2026, 3, 2)}
    assert owing.came_back(roster.stand_ins, date(2026, 3, 9), world) == {}
