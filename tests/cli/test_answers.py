"""docs/answers.md is what the program does: every outcome, every reason, and who hears of it."""

from typing import get_args

from mailflow.actions import reasons
from mailflow.cli import answers
from mailflow.intake.senders.screen import Kind
from mailflow.intake.settle import ORDER, SET_ASIDE
from mailflow.record import Outcome
from tests.cli.conftest import Mailflow
from tests.components import ROOT

REASONS = reasons.load(ROOT / "config/reasons.toml")
ROWS = list(answers.rows(REASONS))


def test_the_page_is_up_to_date(mailflow: Mailflow) -> None:
    """Printed anew it is the same, to the letter; `mailflow procedure --answers` writes it."""
    page = (ROOT / "docs/answers.md").read_text(encoding="utf-8")
    assert answers.markdown(REASONS) == page
    assert mailflow("procedure", "--answers").out == page


def test_every_outcome_reaches_a_person_except_ignored() -> None:
    """All six are there; each has words and somebody who gets them, ignored says why nobody."""
    assert {row.outcome for row in ROWS} == set(Outcome)
    for row in ROWS:
        if row.outcome is Outcome.IGNORED:
            assert row.why
            assert not row.says
        else:
            assert row.says
            assert row.to


def test_every_reason_is_on_the_page() -> None:
    """No sentence of reasons.toml is left out, no key is made up."""
    listed = {row.reason for row in ROWS}
    wanted = {f"{table}.{key}" for table in answers.TABLES for key in REASONS.tables[table]}
    assert wanted <= listed
    assert {*answers.TABLES, *answers.BESIDE} == set(REASONS.tables)
    assert {f"{table}.{key}" for table, key in answers.APART} <= wanted


def test_whatever_no_person_wrote_is_explained() -> None:
    """Every kind that the screen knows but a person has its reason."""
    assert set(answers.IGNORED) == set(get_args(Kind)) - {"person"}


def test_what_is_set_aside_is_what_settling_sets_aside() -> None:
    """The page's outcomes are the code's: those of acts, and those of triage."""
    aside = {row.reason for row in ROWS if row.outcome is Outcome.SET_ASIDE}
    assert aside == {f"triage.{key}" for key in SET_ASIDE}
    assert set(answers.TABLES) - {"triage"} == {o.value for o in ORDER}
