"""Every pattern that reads what strangers write comes to an end on hostile text."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

import mailflow
import workbook_sync
from tests.security.pumping import attacks

LENGTH = 3_000
SHORT = {
    "mailflow.registers.names._IN_UNIT.0": 500,
    "mailflow.intake.lines.parties._IN_UNIT.0": 500,
    "mailflow.intake.reading.letter._TRANSPORT.0": 200,
    "mailflow.intake.senders.sender._WHOLE_FROM.0": 1_000,
    "workbook_sync.proof._NUMBER.0": 500,
}
"""Patterns given only so many letters whatever comes, as their modules say, or at one place."""

MOST_SECONDS = 2.0
"""Of the processor, for one text: a quadratic pattern uses half of it, a worse one does not end."""


def _modules() -> Iterator[ModuleType]:
    for package in (mailflow, workbook_sync):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def _held(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from _held(item, depth + 1)
    elif depth < 4 and isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _held(item, depth + 1)


@cache
def _patterns() -> dict[str, re.Pattern[Any]]:
    """Find the patterns that modules hold, under the names they have there."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if not name.startswith("__"):
                for number, pattern in enumerate(_held(value)):
                    found.setdefault(f"{module.__name__}.{name}.{number}", pattern)
    return found


def test_there_are_patterns_to_try() -> None:
    """The walk finds them: were it to find none, nothing below would be tried."""
    assert len(_patterns()) > 150


@pytest.mark.threat("patterns kept busy")
@pytest.mark.parametrize("name", sorted(_patterns()))
def test_a_pattern_is_not_kept_busy(name: str) -> None:
    """Each of its repeats pumped, with what leads to it once and with it again and again."""
    pattern = _patterns()[name]
    for text in attacks(pattern, SHORT.get(name, LENGTH)):
        hostile: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
        begun = time.process_time()
        pattern.search(hostile)
        spent = time.process_time() - begun
        assert spent < MOST_SECONDS, f"{spent:.1f} s on {text[:40]!r}… of {len(text)} letters"
