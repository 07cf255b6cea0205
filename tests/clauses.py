"""Which test shows which clause of the procedure: `python -m tests.clauses > docs/clauses.md`.

A test says so by `@pytest.mark.clause("5.2.2")`; nothing else is kept, so the page cannot go stale.
"""

import re
from collections.abc import Sequence

from tests.components import ROOT
from tests.marked import lines, shown

PROCEDURE = ROOT / "tests/data/procedure.txt"
SECTIONS = ("V. NỘI DUNG", "VI. BIỂU MẪU", "VII. HỒ SƠ LƯU")
HEAD = """# The procedure, clause by clause, with the tests that show it

Made by `python -m tests.clauses > docs/clauses.md` from the tests' own marks; a test compares.
"""


def clauses() -> dict[str, str]:
    """Give every clause of sections V, VI and VII with its title, in the procedure's own words.

    Those of V have their numbers, the rows of VI and VII are called `VI.1`, `VII.3`.
    """
    text = PROCEDURE.read_text(encoding="utf-8")
    said = [line.strip() for line in text.splitlines() if line.strip()]
    five, six, seven = map(said.index, SECTIONS)
    return {
        **_numbered(said[five:six], r"5\.\d(\.\d)*", ""),
        **_numbered(said[six:seven], r"\d", "VI."),
        **_numbered(said[seven:], r"\d", "VII."),
    }


def _numbered(said: Sequence[str], number: str, before: str) -> dict[str, str]:
    """A number stands alone on its line, its title on the next (a form's sign comes first)."""
    places = [n for n, line in enumerate(said) if re.fullmatch(number, line)]
    words = 2 if before == "VI." else 1
    return {before + said[n]: " ".join(said[n + 1 : n + 1 + words]) for n in places}


def page() -> str:
    """Write the page: a heading a clause, a line a test."""
    tests = shown("clause")
    parts = [HEAD]
    for clause, title in clauses().items():
        parts.append("\n".join([f"## {clause} {title}", "", *lines(tests.get(clause, [])), ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is what is asked for
