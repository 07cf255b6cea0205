"""The rows of the table that `mailflow check` prints."""

from typing import TypedDict


class Row(TypedDict):
    """One finding: which part, how it stands (well, warning, fault), what to do."""

    what: str
    standing: str
    say: str


def fault(say: str) -> Row:
    """What keeps the home from working."""
    return Row(what="", standing="fault", say=say)


def warning(say: str) -> Row:
    """What works, but not as it should."""
    return Row(what="", standing="warning", say=say)
