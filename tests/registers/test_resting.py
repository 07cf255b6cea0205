"""A register in which nothing has changed is not worked through again; whatever changes, is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Act
from mailflow.registers.columns import NOTE
from tests.registers.keeping import Keeping


@pytest.fixture
def at_rest(keeping: Keeping) -> Keeping:
    """A register with one request, both sides equal."""
    keeping.opens()
    while keeping.sync().outcome != "quiet":
        pass
    return keeping


def rests(keeping: Keeping) -> bool:
    """Do a round; says whether it was what the last one came to, given back."""
    before = keeping.reports[-1]
    return keeping.sync() is before


def the_keeper_types(keeping: Keeping) -> None:
    """Type a note into the first request's row."""
    keeping.types(keeping.codes()[0], Ghi_chú="gọi lại thứ Ba")


def somebody_reports_by_letter(keeping: Keeping) -> None:
    """Let a clerk's letter open another request."""
    keeping.acts(cast.CLERK.id, Act.REPORT, content="Thiếu biển chỉ dẫn")


def a_copy_is_laid_beside(keeping: Keeping) -> None:
    """Copy the register into its own folder."""
    copy = keeping.path.with_name("Sổ theo dõi - Bản sao.xlsx")
    copy.write_bytes(keeping.path.read_bytes())


def a_night_passes(keeping: Keeping) -> None:
    """Let the next day begin."""
    keeping.now += timedelta(days=1)


def a_clerk_leaves(keeping: Keeping) -> None:
    """Take somebody off the roster."""
    people = tuple(p for p in cast.ROSTER.people if p.id != cast.CLERK.id)
    keeping.__dict__["house"] = replace(keeping.house, roster=replace(cast.ROSTER, people=people))


def test_a_register_at_rest_stays_at_rest(at_rest: Keeping) -> None:
    """Round after round, however often."""
    assert [rests(at_rest) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize(
    "change",
    [
        the_keeper_types,
        somebody_reports_by_letter,
        a_copy_is_laid_beside,
        a_night_passes,
        a_clerk_leaves,
    ],
)
def test_whatever_changes_wakes_it(at_rest: Keeping, change: Callable[[Keeping], None]) -> None:
    """The next round is a whole one, and once both sides are equal it rests again."""
    assert rests(at_rest)
    change(at_rest)

    assert not rests(at_rest)
    while at_rest.reports[-1].outcome != "quiet":
        at_rest.sync()
    assert rests(at_rest)


def test_what_was_typed_into_a_copy_is_taken_up(at_rest: Keeping) -> None:
    """Also where the register itself is as it was."""
    assert rests(at_rest)
    book = at_rest.path.with_name("Sổ theo dõi (1).xlsx")
    before = at_rest.path.read_bytes()
    the_keeper_types(at_rest)
    book.write_bytes(at_rest.path.read_bytes())
    at_rest.path.write_bytes(before)

    assert not rests(at_rest)
    assert at_rest.row(at_rest.codes()[0])[NOTE] == "gọi lại thứ Ba"
