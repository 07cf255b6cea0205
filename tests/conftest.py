"""What every test shares: golden files, Hypothesis profiles, and the need for real programs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.bound import watch
from tests.components import compare_golden, corpus, need
from tests.databases import POSTGRESQL, server
from workbook_sync import files

__all__ = ["corpus", "need"]

GOLDEN = Path(__file__).parent / "data" / "golden"

settings.register_profile(
    "default", max_examples=50, deadline=None, derandomize=bool(os.environ.get("CI"))
)
settings.register_profile("long", max_examples=5_000, deadline=None)
settings.load_profile("default")  # the option --hypothesis-profile=long chooses the other


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes golden files anew instead of comparing with them."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/data/golden from what the program says now, then read the difference",
    )


watch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what is about SQLite's file, and the other way round."""
    for item in items:
        about = item.get_closest_marker("sqlite")
        if POSTGRESQL and about:
            item.add_marker(pytest.mark.skip(reason=f"SQLite: {about.args[0]}"))
        if not POSTGRESQL and item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.skip(reason="about PostgreSQL: make test-postgres"))


if POSTGRESQL:

    @pytest.fixture(autouse=True)
    def _databases() -> Iterator[None]:
        """A test's databases go with it; those of a module or a session stay."""
        before = len(server().databases)
        yield
        server().drop(before)


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test saved a moment ago is read at once; tests/workbook_sync/test_files.py waits."""
    monkeypatch.setattr(files, "pause", lambda _seconds: None)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in tests/data/golden."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str) -> None:
        compare_golden(GOLDEN / name, text, update=update)

    return compare
