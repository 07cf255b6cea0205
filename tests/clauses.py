"""Which test shows which clause of the procedure: `python -m tests.clauses > docs/clauses.md`.

A test says so by `@pytest.mark.clause("5.2.2")`; nothing else is kept, so the page cannot go stale.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.components import ROOT

PROCEDURE = ROOT / "tests/data/procedure.txt"
SECTIONS = ("V. NỘI DUNG", "VI. BIỂU MẪU", "VII. HỒ SƠ LƯU")
HEAD = """# The procedure, clause by clause, with the tests that show it

Made by `python -m tests.clauses > docs/clauses.md` from the tests' own marks; a test compares.
"""


@dataclass(frozen=True)
class Shown:
    """A test that shows a clause: where it stands, its name, the first line it says of itself."""

    file: str
    name: str
    says: str


def clauses() -> dict[str, str]:
    """Give every clause of sections V, VI and VII with its title, in the procedure's own words.

    Those of V have their numbers, the rows of VI and VII are called `VI.1`, `VII.3`.
    """
    lines = [line.strip() for line in PROCEDURE.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line]
    five, six, seven = (next(n for n, li in enumerate(lines) if li == s) for s in SECTIONS)
    return {
        **_numbered(lines[five:six], r"5\.\d(\.\d)*", ""),
        **_numbered(lines[six:seven], r"\d", "VI."),
        **_numbered(lines[seven:], r"\d", "VII."),
    }


def _numbered(lines: Sequence[str], number: str, before: str) -> dict[str, str]:
    """A number stands alone on its line, its title on the next (a form's sign comes first)."""
    places = [n for n, line in enumerate(lines) if re.fullmatch(number, line)]
    return {
        before + lines[n]: " ".join(lines[n + 1 : n + (3 if before == "VI." else 2)])
        for n in places
    }


def shown() -> dict[str, list[Shown]]:
    """List the tests that show each clause."""
    found: dict[str, list[Shown]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for clause, test in _marked(path):
            found[clause].append(test)
    return found


def _marked(path: Path) -> Iterator[tuple[str, Shown]]:
    source = path.read_text(encoding="utf-8")
    if "mark.clause" not in source:
        return
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            says = (ast.get_docstring(node) or "").splitlines()[:1]
            test = Shown(str(path.relative_to(ROOT)), node.name, "".join(says))
            yield from ((clause, test) for clause in _clauses_of(node))


def _clauses_of(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.clause":
            yield from (str(ast.literal_eval(argument)) for argument in mark.args)


def page() -> str:
    """Write the page: a heading a clause, a line a test."""
    tests = shown()
    parts = [HEAD]
    for clause, title in clauses().items():
        lines = [f"- {t.says} (`{t.file}::{t.name}`)" for t in tests.get(clause, [])]
        parts.append("\n".join([f"## {clause} {title}", "", *lines, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is what is asked for
