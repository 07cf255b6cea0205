"""The tables held against the procedure's own text, and against themselves."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.steps import STEPS, WAITS
from mailflow.procedure.table import Step, Wait
from mailflow.procedure.terms import (
    ENDS,
    REQUESTS,
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


FAMILIES = (REQUESTS, (Kind.OBJECTIVES,))
ONLY_NONCONFORMITY = {State.CORRECTING, State.CORRECTED, State.CHECKED}


def _states_of(kind: Kind) -> set[State]:
    """Give the states that a kind's family has; three are for nonconformities alone."""
    family = next(kinds for kinds in FAMILIES if kind in kinds)
    steps = [step for step in STEPS if set(step.kinds) & set(family)]
    named = {s for step in steps for s in (step.target, *(step.sources or ())) if s}
    others = kind in REQUESTS and kind is not Kind.NONCONFORMITY
    return named - ONLY_NONCONFORMITY if others else named


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


@pytest.mark.parametrize("kind", Kind)
def test_every_state_can_be_reached(kind: Kind) -> None:
    """From opening a request of each kind, the arrows lead to every state that kind has."""
    reached: set[State | None] = {None}
    while True:
        more = {
            step.target or place
            for step in STEPS
            for place, of in _places(step)
            if of is kind and place in reached
        }
        if more <= reached:
            break
        reached |= more
    assert _states_of(kind) <= reached


def test_every_state_is_of_some_kind() -> None:
    """No state is left over that nothing leads to."""
    assert {state for kind in Kind for state in _states_of(kind)} == set(State)
    assert {kind for kinds in FAMILIES for kind in kinds} == set(Kind)


@pytest.mark.parametrize(("state", "kind"), [(s, k) for k in Kind for s in sorted(_states_of(k))])
def test_only_ends_have_no_way_out(state: State, kind: Kind) -> None:
    """Every state that is no end has a step that changes the state; an end has no step at all."""
    steps = [s for s in STEPS if (state, kind) in _places(s)]
    if state in ENDS:
        assert steps == []
    else:
        assert any(step.target not in (None, state) for step in steps)


@pytest.mark.parametrize("state", sorted(set(State) - ENDS))
def test_somebody_owes_the_next_act_in_every_open_state(state: State) -> None:
    """No open state is without a wait for each kind that can be there.

    It holds always, unless the program itself leads on when the time has come or nothing is left.
    """
    kinds = {k for s in STEPS if s.target is state for k in s.kinds}
    out = [s for s in STEPS if state in (s.sources or ()) and s.target and s.target is not state]
    ours = {k for s in out if s.who == (Role.PROGRAM,) for k in s.kinds}
    waits = [w for w in WAITS if w.state is state]
    waited = {k for w in waits for k in w.kinds if w.when == "always" or k in ours}
    assert kinds <= waited


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
