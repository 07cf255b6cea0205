"""A home with a fresh record for each story."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.record import open_record
from tests.databases import copy_record, new_record
from tests.registers import planned
from tests.registers.keeping import Keeping


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    """Open the sample agency's home; its register is made by the first sync."""
    engine = open_record(new_record(tmp_path / "record.sqlite"))
    yield Keeping(tmp_path, engine)
    engine.dispose()


@pytest.fixture(scope="session")
def planned_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with objectives, that each story about them begins with a copy of."""
    made = tmp_path_factory.mktemp("planned")
    planned.make(made)
    return made


@pytest.fixture
def book(planned_home: Path, tmp_path: Path) -> Iterator[planned.Planned]:
    """The register: rows 1 and 2 are the agency's own, kept by its keeper, the others a unit's."""
    shutil.copytree(planned_home, tmp_path, dirs_exist_ok=True)
    engine = open_record(copy_record(planned_home / "record.sqlite", tmp_path / "record.sqlite"))
    yield planned.Planned(tmp_path, engine, planned.JANUARY + timedelta(hours=1))
    engine.dispose()
