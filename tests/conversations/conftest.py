"""The agency as a fixture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.agency import Agency


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """A fresh agency, closed at the end."""
    made = Agency(tmp_path / "home")
    yield made
    made.service.close()
