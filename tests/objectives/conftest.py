"""A home in January 2027, and what the cast usually says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.objectives.year import Year


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    """The sample agency on Monday, 4 January 2027, before anything was asked."""
    made = Year(tmp_path / "home")
    yield made
    made.service.close()
