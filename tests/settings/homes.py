"""Homes with one mailflow.toml each, and what loading them says."""

from pathlib import Path

import pytest

from mailflow.errors import Misconfigured
from mailflow.settings import Settings, load

GOOD = """
[agency]
name = "Sở Nội vụ"
[mail]
address = "iso@coquan.test"
"""
IMAP = """
[agency]
name = "Sở Nội vụ"
[mail]
address = "iso@coquan.test"
kind = "imap"
host = "mail.coquan.test"
"""


def settings_of(home: Path, text: str) -> Settings:
    """Load a home whose mailflow.toml holds this text."""
    (home / "mailflow.toml").write_text(text, encoding="utf-8")
    return load(home)


def faults_of(home: Path, text: str) -> tuple[str, ...]:
    """Load a home that must be refused, and return what the officer is told."""
    with pytest.raises(Misconfigured) as refused:
        settings_of(home, text)
    return refused.value.faults
