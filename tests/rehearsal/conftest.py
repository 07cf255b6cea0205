"""What the console has set up in this process is undone after each test."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """The console writes its log to the stderr of one call, which is closed afterwards."""
    yield
    structlog.reset_defaults()
