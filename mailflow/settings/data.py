"""Where the files that ship with Mailflow lie: its templates and its config."""

import tomllib
from functools import cache
from pathlib import Path

from mailflow.errors import Misconfigured

PACKAGE = Path(__file__).resolve().parents[1]


def data_root(override: Path | None = None) -> Path:
    """Return the folder that holds `templates/` and `config/`.

    An override wins, then the repository, then the copy inside the wheel: an editable install
    has both, and there the copy is the older one. Raises Misconfigured where neither exists.
    """
    places = (override, PACKAGE.parent, PACKAGE / "_data")
    for place in places:
        if place and (place / "config").is_dir() and (place / "templates").is_dir():
            return place
    raise Misconfigured(
        [f"no templates/ and config/ in {PACKAGE / '_data'}: install Mailflow anew"]
    )


@cache
def default_limits() -> dict[str, int]:
    """Return the internal limits (hạn nội bộ) of config/limits.toml: wait name -> working days."""
    with (data_root() / "config" / "limits.toml").open("rb") as stream:
        return tomllib.load(stream)
