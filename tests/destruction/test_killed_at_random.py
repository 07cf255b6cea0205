"""A real daemon over real servers, killed: the short forms of `make destroy` and `make soak`."""

from pathlib import Path

import pytest

from tests.destruction import soak
from tests.destruction.chaos import Plan, destroy

# The sink wants a login over STARTTLS too, which aiosmtpd does not count as TLS.
pytestmark = [
    pytest.mark.kills,
    pytest.mark.filterwarnings(
        "ignore:Requiring AUTH while not requiring TLS:UserWarning",
        "ignore:Session.login_data is deprecated:DeprecationWarning",
    ),
]


def test_nothing_lost_nothing_twice(tmp_path: Path) -> None:
    """Twenty letters and eight kills: each letter one effect, each notice out, the record whole."""
    short = Plan(letters=20, kills=8, pace=400, usual_life=0.4)
    came = destroy(tmp_path, short, lambda _line: None)
    assert came.faults == ()
    assert came.deliveries >= came.letters == 20
    assert came.mails >= 20


def test_a_stretch_of_a_year(tmp_path: Path) -> None:
    """Eighty letters, a kill after every forty: all settled, nothing lost, the memory looked at."""
    said: list[str] = []
    came = soak.soak(tmp_path, soak.Plan(letters=80, every=40, pace=60), said.append)
    assert came.faults == ()
    assert (came.kills, came.letters) == (2, 80)
    assert [line.partition(" ")[0] for line in said] == ["40", "80"]
