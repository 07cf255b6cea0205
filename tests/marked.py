"""What tests say of themselves by their marks: `@pytest.mark.clause("5.2.2")`, `.threat("…")`."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.components import ROOT


@dataclass(frozen=True)
class Shown:
    """A test that shows a clause: where it stands, its name, the first line it says of itself."""

    file: str
    name: str
    says: str


def shown(mark: str) -> dict[str, list[Shown]]:
    """List the tests that carry a mark, by each thing they name in it."""
    found: dict[str, list[Shown]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for named, test in _marked(path, f"pytest.mark.{mark}"):
            found[named].append(test)
    return found


def lines(tests: list[Shown]) -> list[str]:
    """Write a line for each test, as the pages in `docs/` list them."""
    return [f"- {t.says} (`{t.file}::{t.name}`)" for t in tests]


def _marked(path: Path, mark: str) -> Iterator[tuple[str, Shown]]:
    source = path.read_text(encoding="utf-8")
    if mark not in source:
        return
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            says = (ast.get_docstring(node) or "").splitlines()[:1]
            test = Shown(str(path.relative_to(ROOT)), node.name, "".join(says))
            yield from ((named, test) for named in _named(node, mark))


def _named(test: ast.FunctionDef, mark: str) -> Iterator[str]:
    for made in test.decorator_list:
        if isinstance(made, ast.Call) and ast.unparse(made.func) == mark:
            yield from (str(ast.literal_eval(argument)) for argument in made.args)
