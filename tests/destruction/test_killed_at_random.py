"""A real daemon over real servers, killed at random: the short form of `make destroy`."""

from pathlib import Path

import pytest

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
