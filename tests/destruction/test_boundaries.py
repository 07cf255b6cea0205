"""Whatever changes something outside stands between two points where a test may kill."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.destruction.boundaries import bare, crossings, points, sources


def test_no_boundary_is_without_its_points() -> None:
    """A new commit, rename, word to a server or write into a shared file needs two failpoints."""
    assert [fault for path in sources() for fault in bare(path)] == []
    assert sum(map(crossings, sources())) > 20


def test_every_point_has_a_name_of_its_own() -> None:
    """A name says one place, so that a sweep by name goes everywhere."""
    assert [name for name, times in Counter(points()).items() if times > 1] == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(part, out):\n    part.rename(out)",
        "def f(part, out):\n    failpoint('a')\n    part.replace(out)",
        "def f(part, out):\n    failpoint('a')\n    x = 1\n    part.rename(2)\n    failpoint('b')",
        "def f(work):\n    failpoint('a')\n    return work.commit()",
        "def f(smtp, data):\n    smtp.data(data)\n    failpoint('b')",
        "def f():\n    failpoint('a')\n    with engine.begin():\n        x = 1\n    failpoint('b')",
        "def f(box):\n    failpoint('a')\n    return allowed(box, 'MOVE')",
        "def f(self, data):\n    self._handle.write(data)",
    ],
)
def test_a_boundary_left_bare_is_found(code: str) -> None:
    """The finder itself can fail."""
    assert list(bare(Path("workbook_sync/some.py"), ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "def f(part, out):\n    failpoint('a')\n    part.rename(out)\n    failpoint('b')",
        "def f(e):\n    with e, engine.begin():\n        failpoint('a')\n    failpoint('b')",
        "def f(p):\n    failpoint('a')\n    try:\n        p.rename(1)\n    except OSError:\n"
        "        raise\n    failpoint('b')",
        "def f(text, day):\n    return text.replace('a', 'b') or day.replace(year=2027)",
    ],
)
def test_a_boundary_between_its_points_is_well(code: str) -> None:
    """Right before and right after, a block that it is the edge of counted as itself."""
    assert list(bare(Path("workbook_sync/some.py"), ast.parse(code))) == []
