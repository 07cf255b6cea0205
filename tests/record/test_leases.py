"""Leases: one holder at a time, taken over when it runs out, and who was too late cannot write."""

from datetime import timedelta

import pytest

from mailflow.errors import Temporary
from mailflow.record import Engine, Held, Lease, Work
from tests.record.samples import HOUR, NOW, PHONG, SO, open_request

MINUTE = timedelta(minutes=1)
ONE, OTHER = "một", "hai"


def take(record: Engine, holder: str, minutes: int, agency: str = SO) -> Lease | None:
    """Take the agency's work for five minutes, so many minutes from now."""
    now = NOW + minutes * MINUTE
    with Work(record, agency) as work:
        lease = work.leases.take("work", holder, now, now + 5 * MINUTE)
        work.keep()
    return lease


def test_one_holder_until_it_runs_out(record: Engine) -> None:
    """The other waits, then takes over and is told from whom; agencies do not hinder each other."""
    first = take(record, ONE, 0)
    assert first
    assert take(record, OTHER, 4) is None
    assert take(record, OTHER, 4, PHONG)
    second = take(record, OTHER, 5)
    assert second
    assert (first.before, second.before) == ("", ONE)
    assert second.fence > first.fence
    assert take(record, ONE, 6) is None


def test_what_is_renewed_is_kept_and_what_is_let_go_is_free(record: Engine) -> None:
    """At once, and nothing is said of a takeover."""
    lease = take(record, ONE, 0)
    assert lease
    with Work(record, SO) as work:
        lease = work.leases.renew(lease, NOW + 9 * MINUTE)
        work.keep()
    assert take(record, OTHER, 8) is None
    with Work(record, SO) as work:
        work.leases.let_go(lease)
        work.keep()
    next_one = take(record, OTHER, 8)
    assert next_one
    assert next_one.before == ""


def test_a_lease_of_a_clock_that_was_ahead_is_over(record: Engine) -> None:
    """No lease runs for hours; who took it lived in another time."""
    assert take(record, ONE, 600)
    assert take(record, OTHER, 0)


def test_whose_lease_was_taken_writes_nothing(record: Engine) -> None:
    """Also where it slept in the middle: the unit of work that it begins is refused."""
    held = Held(take(record, ONE, 0))
    with Work(record, SO, held=held) as work:
        open_request(work)
        work.keep()
    assert take(record, OTHER, 6)
    with (
        pytest.raises(Temporary, match="another daemon has taken over"),
        Work(record, SO, held=held) as work,
    ):
        open_request(work)
        work.keep()
    with Work(record, SO, reading=True, held=held) as work:
        assert len(work.requests.codes()) == 1


def test_a_late_one_neither_renews_nor_lets_go_what_is_anothers(record: Engine) -> None:
    """Its number is of before."""
    first = take(record, ONE, 0)
    assert take(record, OTHER, 6)
    assert first
    with Work(record, SO) as work:
        work.leases.renew(first, NOW + HOUR)
        work.leases.let_go(first)
        work.keep()
    assert take(record, ONE, 7) is None
