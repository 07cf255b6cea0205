"""The house around the code: locks, import layers, Makefile and limits agree with one another."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mailflow.procedure import review_defaults
from mailflow.procedure.steps import WAITS
from mailflow.settings import default_limits
from tests.components import ROOT

LOCKS = (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock")
CALENDAR_LIMITS = {"month"}  # 5.5 counts these in months, not in the agency's working days


def config() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Read a lock: package -> (version, hashes)."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {
        canonicalize_name(name): (version, hashes)
        for pin, *hashes in rows
        for name, _, version in [pin.partition("==")]
    }


@pytest.mark.parametrize("lock", LOCKS, ids=["runtime", "tests"])
def test_a_lock_pins_each_file_by_hash_and_names_no_index(lock: Path) -> None:
    """Installing takes exactly these files, from wherever the machine gets its packages."""
    text = lock.read_text(encoding="utf-8")

    assert all(
        version and hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes)
        for version, hashes in pins(lock).values()
    )
    assert not re.search(r"^\s*-(?!-hash)|://", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("lock", "table", "key"),
    [(LOCKS[0], "project", "dependencies"), (LOCKS[1], "dependency-groups", "test")],
    ids=["runtime", "tests"],
)
def test_a_lock_holds_what_pyproject_asks_for(lock: Path, table: str, key: str) -> None:
    """A dependency added or raised without `make lock` is noticed."""
    pinned = pins(lock)
    wanted = [Requirement(text) for text in config()[table][key]]

    missing = [
        str(need)
        for need in wanted
        if (name := canonicalize_name(need.name)) not in pinned
        or not need.specifier.contains(pinned[name][0])
    ]
    assert wanted
    assert missing == []


def test_both_locks_install_together() -> None:
    """A package in both locks has the same version and files in both."""
    runtime, tools = (pins(lock) for lock in LOCKS)

    assert {n for n in runtime.keys() & tools.keys() if runtime[n] != tools[n]} == set()


@pytest.mark.threat("privilege of the service")
def test_the_image_carries_no_test_tool() -> None:
    """What only tests need is not among the service's own packages."""
    assert {"pytest", "mypy", "hypothesis", "ruff", "aiosmtpd", "uv"} & pins(
        LOCKS[0]
    ).keys() == set()


@pytest.mark.threat("privilege of the service")
def test_the_image_gives_the_service_no_rights() -> None:
    """It runs as nobody in particular, on a root that cannot be written, and can gain nothing."""
    users = re.findall(
        r"^USER (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert users[-1] == "10001:10001"
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for line in ("read_only: true", "cap_drop:\n      - ALL", "- no-new-privileges:true"):
        assert line in compose


def test_every_room_has_its_layer() -> None:
    """The import layers name exactly the rooms there are, none in the brackets of optional ones."""
    layers = " ".join(config()["tool"]["importlinter"]["contracts"][0]["layers"])
    named = set(re.findall(r"\w+", layers))
    rooms = (ROOT / "mailflow").iterdir()
    existing = {
        path.stem for path in rooms if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert named == existing - {"__init__"}
    assert "(" not in layers


def test_a_sentence_stands_above_every_target() -> None:
    """Whoever opens the Makefile can read what each target is for."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    targets = [n for n, line in enumerate(lines) if re.match(r"\.?[a-z][\w./-]*:(?!=)", line)]

    assert targets
    assert [lines[n] for n in targets if not re.fullmatch(r"# .+\.", lines[n - 1])] == []


def test_every_wait_has_its_limit_and_every_limit_its_wait() -> None:
    """A limit the procedure's table counts with can be set, and none stands there for nothing."""
    counted = {wait.limit for wait in WAITS if wait.limit} - CALENDAR_LIMITS

    assert counted | {"confirm", *review_defaults.LIMITS} == set(default_limits())
