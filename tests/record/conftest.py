"""A fresh record for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.record import Engine, migrate, open_record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name the file of the record."""
    return tmp_path / "record.sqlite"


@pytest.fixture
def record(path: Path) -> Iterator[Engine]:
    """Open a fresh record with the newest schema."""
    engine = open_record(f"sqlite:///{path}")
    migrate(engine)
    yield engine
    engine.dispose()
