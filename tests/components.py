"""What tests are compared with: real programs, public samples, golden files."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
SERVER_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"  # a user's PATH often lacks these


def cases(usual: int) -> int:
    """How many cases a fuzz test tries: `usual`, or MAILFLOW_FUZZ times as many."""
    return usual * int(os.environ.get("MAILFLOW_FUZZ", "1"))


def _absent(what: str) -> NoReturn:
    """Skip with a word; with `CI` set a missing component is a failure of the run."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; with CI set nothing may be skipped", pytrace=False)
    pytest.skip(what)


def need(program: str) -> str:
    """Return the full path of an installed program such as `dovecot`, `soffice` or `chromium`.

    Absent: the test is skipped, and fails when `CI` is set.
    """
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:{SERVER_FOLDERS}")
    return found or _absent(f"the program {program} is not installed here")


def need_module(name: str) -> str:
    """Return the system's Python where it has a module that no package index has, such as `uno`.

    Absent: the test is skipped, and fails when `CI` is set.
    """
    python = "/usr/bin/python3"
    asked = [python, "-c", f"import {name}"]
    if (
        Path(python).exists()
        and not subprocess.run(asked, capture_output=True, check=False).returncode
    ):
        return python
    return _absent(f"{python} has no module {name} here")


def corpus(name: str = ".") -> Path:
    """Return a folder or file of the public samples, in $MAILFLOW_CORPUS or beside the checkout.

    Absent: the test is skipped, and fails when `CI` is set.
    """
    named = os.environ.get("MAILFLOW_CORPUS")
    folder = Path(named) if named else ROOT.parent / "shared" / "corpus"
    path = folder / name
    return path if path.exists() else _absent(f"the samples {name} are not in {folder}")


def compare_golden(path: Path, text: str, *, update: bool) -> None:
    """Fail unless the file holds exactly this text; with `update`, write it first."""
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    if not path.exists():
        pytest.fail(f"{path} is absent: run pytest with --update-golden and read what it wrote")
    with path.open(encoding="utf-8", newline="") as stream:
        assert text == stream.read(), f"{path.name} differs; --update-golden writes it anew"
