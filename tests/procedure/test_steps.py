"""The tables held against the procedure's own text, and against themselves."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS, TABLES, Type, keys
from mailflow.procedure.steps import STEPS, WAITS, states_of
from mailflow.procedure.table import Step, Wait, When
from mailflow.procedure.terms import (
    ENDS,
    REVIEWS,
    Act,
    Disposition,
    Kind,
    Role,
    Sign,
    Source,
    State,
)

ROOT = Path(__file__).parents[2]
TEXT = " ".join((ROOT / "tests/data/procedure.txt").read_text(encoding="utf-8").split())


def _places(step: Step) -> list[tuple[State | None, Kind]]:
    return [(source, kind) for source in step.sources or (None,) for kind in step.kinds]


@pytest.mark.parametrize("step", STEPS, ids=lambda s: f"{s.act}-{s.answer}-{s.clause}")
def test_each_clause_and_title_stands_in_the_procedure(step: Step) -> None:
    """A row of the text carries its clause and title word for word; a house rule has neither."""
    if not step.clause:
        assert step.title == ""
        return
    assert f"{step.clause} {step.title}" in TEXT


@pytest.mark.parametrize("wait", WAITS, ids=lambda w: f"{w.state}-{w.act}")
def test_each_wait_names_a_clause_of_the_procedure(wait: Wait) -> None:
    """A wait's clause is the clause of a step that settles it."""
    clauses = {s.clause for s in STEPS if s.act is wait.act and wait.state in (s.sources or ())}
    assert wait.clause in clauses


def test_every_clause_of_5_1_to_5_7_has_a_step() -> None:
    """No clause that asks somebody to act on form BM.CTCL.01 is left out of the table."""
    asked = set(re.findall(r"\b5\.[1-7](?:\.\d)?(?= [A-ZĐ])", TEXT)) - {"5.1", "5.2", "5.1.2"}
    assert asked <= {step.clause for step in STEPS}


def test_state_kind_act_and_answer_lead_one_way() -> None:
    """No two arrows leave the same place by the same act and answer."""
    ways = Counter(
        (place, kind, step.act, step.answer) for step in STEPS for place, kind in _places(step)
    )
    assert [way for way, count in ways.items() if count > 1] == []


BEFORE_ROUTE: dict[Kind, tuple[Kind, ...]] = {
    kind: (Kind.REVIEW,) for kind in REVIEWS if kind is not Kind.REVIEW
}
"""What a matter was while it could still become one of several kinds."""

LIVED = tuple(kind for kind in Kind if kind is not Kind.REVIEW)
"""The kinds as which a matter comes to its end."""

EITHER = (
    {When.NOTHING_LACKING, When.SOMETHING_LACKING},
    {When.COMMENTS_OPEN, When.COMMENTS_IN},
)
"""Conditions of which one holds."""


def _reached(kind: Kind) -> set[State]:
    """Give the states to which the arrows lead from the opening of a matter of a kind."""
    kinds = {kind, *BEFORE_ROUTE.get(kind, ())}
    reached: set[State | None] = {None}
    while True:
        more = {
            step.target or place
            for step in STEPS
            for place, of in _places(step)
            if of in kinds and place in reached
        }
        if more <= reached:
            return {state for state in reached if state}
        reached |= more


@pytest.mark.parametrize("kind", LIVED)
def test_every_state_can_be_reached(kind: Kind) -> None:
    """From opening a matter of each kind, the arrows lead to wherever somebody is to act on it."""
    assert {wait.state for wait in WAITS if kind in wait.kinds} <= _reached(kind)
    assert _reached(kind) & ENDS


def test_no_state_is_of_no_kind() -> None:
    """Each state is one that some kind comes to."""
    assert set().union(*map(_reached, Kind)) == set(State)


@pytest.mark.parametrize("kind", LIVED)
def test_only_ends_have_no_way_out(kind: Kind) -> None:
    """Every state that is no end has a step that changes the state; an end has no step at all."""
    kinds = {kind, *BEFORE_ROUTE.get(kind, ())}
    for state in _reached(kind):
        steps = [s for s in STEPS if {(state, of) for of in kinds} & set(_places(s))]
        if state in ENDS:
            assert steps == []
        else:
            assert any(step.target not in (None, state) for step in steps), state


@pytest.mark.parametrize("kind", LIVED)
def test_somebody_owes_the_next_act_in_every_open_state(kind: Kind) -> None:
    """No open state is without a wait that holds always, or without two of which one holds.

    Unless the program itself leads on when the time has come or nothing is left.
    """
    kinds = {kind, *BEFORE_ROUTE.get(kind, ())}
    for state in _reached(kind) - ENDS:
        whens = {w.when for w in WAITS if w.state is state and kinds & set(w.kinds)}
        leads = {(s.who, s.target) for s in STEPS if state in (s.sources or ())}
        ours = any(who == (Role.PROGRAM,) and target for who, target in leads)
        assert When.ALWAYS in whens or ours or any(pair <= whens for pair in EITHER), state


@pytest.mark.parametrize("wait", WAITS, ids=lambda w: f"{w.state}-{w.act}")
def test_whoever_owes_an_act_may_do_it(wait: Wait) -> None:
    """Each wait is settled by a step that its role may take, for each of its kinds."""
    for kind in wait.kinds:
        assert any(
            step.act is wait.act
            and wait.state in (step.sources or ())
            and kind in step.kinds
            and wait.who in step.who
            for step in STEPS
        )


def test_every_field_of_a_step_is_a_field_of_the_form() -> None:
    """`must`, `may` and `free` name fields with a label and a type."""
    used = {
        name
        for step in STEPS
        for need in (*step.must, *step.may, *([step.free] if step.free else []))
        for name in need.split("|")
    }
    assert used <= set(FIELDS)


def test_free_words_fill_a_field_of_the_step() -> None:
    """Words without a label never land outside what the act can carry."""
    for step in STEPS:
        names = {n for need in (*step.must, *step.may) for n in need.split("|")}
        assert not step.free or step.free in names


def test_everything_shown_has_a_vietnamese_label() -> None:
    """Acts, states, roles, kinds, inputs, signs and answers all have words for people."""
    assert set(labels.ACT) == set(Act)
    assert set(labels.STATE) == set(State)
    assert set(labels.ROLE) == set(Role)
    assert set(labels.KIND) == set(Kind)
    assert set(labels.SOURCE) == set(Source)
    assert set(labels.SIGN) == set(Sign)
    assert set(labels.DISPOSITION) == set(Disposition)
    assert set(labels.ANSWER) == {(s.act, s.answer) for s in STEPS if s.answer}


@pytest.mark.clause("5.1.2", "5.2.2")
def test_the_lists_are_as_long_as_the_procedures() -> None:
    """5.1.2 names twelve inputs, 5.2.2 eight signs, 5.1.1 four dispositions."""
    inputs = TEXT.split("không hạn chế thông tin đầu vào):")[1].split("5.2 Mở phiếu")[0]
    signs = TEXT.split("các dấu hiệu sau:")[1].split("- Gửi phiếu yêu cầu")[0]
    assert inputs.count("- ") == len(Source) == 12
    assert signs.count("- ") == len(Sign) == 8
    assert "Làm lại, sửa chữa/khắc phục, chấp nhận hoặc loại bỏ" in TEXT
    assert len(Disposition) == 4


def test_every_limit_of_a_wait_is_in_the_settings() -> None:
    """Each internal limit named by WAITS has a default number of working days."""
    limits = tomllib.loads((ROOT / "config/limits.toml").read_text(encoding="utf-8"))
    assert {w.limit for w in WAITS if w.limit} - {"month"} <= set(limits)


def test_the_states_of_kinds_are_those_their_steps_name() -> None:
    """In the procedure's order; all kinds together have every state."""
    assert states_of(list(Kind)) == tuple(State)
    assert states_of([Kind.OBJECTIVES])[:2] == (State.PLAN_ASKED, State.PLAN_DRAFTING)
    assert State.REPORTED not in states_of(REVIEWS)


def test_a_tables_rows_are_known_by_the_keys_of_its_columns() -> None:
    """In the order in which they stand on a page."""
    assert keys(Type.RESULTS) == tuple(column.key for column in TABLES[Type.RESULTS])
    assert {"what", "who", "by"} <= set(keys(Type.WORK))
