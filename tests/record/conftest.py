"""A fresh record for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.record import Engine, open_record
from tests.databases import new_record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name the record, and its file where it is one."""
    return tmp_path / "record.sqlite"


@pytest.fixture
def record(path: Path) -> Iterator[Engine]:
    """Open a fresh record with the newest schema."""
    engine = open_record(new_record(path))
    yield engine
    engine.dispose()
