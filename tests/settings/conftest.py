"""What the tests of the settings share: a machine without passwords."""

from pathlib import Path

import pytest

from mailflow.settings import read


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin without any password, whatever the machine running the tests has."""
    for name in ("CREDENTIALS_DIRECTORY", "MAILFLOW_MAIL_PASSWORD", "MAILFLOW_SMTP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(read, "RUN_SECRETS", tmp_path / "run" / "secrets")
