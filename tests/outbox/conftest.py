"""What the outbox's tests share: the shipped templates."""

from pathlib import Path

import pytest
from jinja2 import Environment

from mailflow.outbox.templates import open_templates
from tests.components import ROOT


@pytest.fixture
def shipped() -> Path:
    """The folder of the mail templates that ship."""
    return ROOT / "templates" / "mail"


@pytest.fixture
def environment(shipped: Path) -> Environment:
    """The templates as the service opens them, without an agency's own."""
    return open_templates([shipped])
