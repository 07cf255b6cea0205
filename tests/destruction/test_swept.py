"""Killed at every point of the code and started again: everything happened once, nothing is left.

`python -m tests.destruction --sweep` kills at every passing of every point on every stage.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.destruction.boundaries import points
from tests.destruction.stages import SIGKILLED, Stage, stage_of

PASSINGS = (
    *(f"work.after_commit:{number}" for number in range(2, 13)),
    *("desk.after_keep:2", "desk.before_commit:2", "outbox.after_claim:3"),
    *("outbox.after_compose:3", "outbox.after_send:3", "maildir.before_rename:3"),
    *("maildir.after_rename:2", "maildir.after_rename:4", "work.before_commit:2"),
    "work.before_commit:9",
)
"""Later passings, where another letter, notice or row is at hand."""

# The sink wants no login, which aiosmtpd does not count as safe.
pytestmark = [
    pytest.mark.kills,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]

Opened = Callable[[str], Stage]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Open the stage of a point, once for all its points."""
    with ExitStack() as opened:
        known: dict[object, Stage] = {}

        def open_stage(point: str) -> Stage:
            make = stage_of(point)
            if make not in known:
                folder = tmp_path_factory.mktemp(make.__name__)
                known[make] = opened.enter_context(make(folder))
            return known[make]

        yield open_stage


@pytest.mark.parametrize("point", sorted([*points(), *PASSINGS]))
def test_killed_and_started_again_everything_happened_once(stage: Opened, point: str) -> None:
    """As if nothing had been; a mail may have gone out twice, as the same bytes."""
    code, faults = stage(point).killed(point)
    assert code == SIGKILLED, f"{point} is not passed on its stage: see PLACES in stages.py"
    assert faults == []
