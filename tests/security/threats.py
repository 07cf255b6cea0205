"""The threat model, and the tests for each line: `python -m tests.security.threats`.

A test says which threat it is about by `@pytest.mark.threat("forged sender")`.
"""

import tomllib

from tests.components import ROOT
from tests.marked import lines, shown

MODEL = tomllib.loads((ROOT / "tests/data/threats.toml").read_text(encoding="utf-8"))
THREATS: dict[str, str] = MODEL["threats"]
"""What is done about each threat."""


def page() -> str:
    """Write the page: a heading a threat, what is done, a line a test."""
    tests = shown("threat")
    parts = [MODEL["head"]]
    for threat, answer in THREATS.items():
        title = threat[:1].upper() + threat[1:]
        parts.append("\n".join([f"## {title}", "", answer, "", *lines(tests.get(threat, [])), ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is what is asked for
