"""A home with a fresh record for each story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.record import migrate, open_record
from tests.registers.keeping import Keeping


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    """Open the sample agency's home; its register is made by the first sync."""
    engine = open_record(f"sqlite:///{tmp_path / 'record.sqlite'}")
    migrate(engine)
    yield Keeping(tmp_path, engine)
    engine.dispose()
