"""Finds a nonconformity recorded again and again at one unit (5.2.2, fourth sign)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailflow.procedure.folding import folded


@dataclass(frozen=True)
class Recorded:
    """What is compared of a record: its code, category and content."""

    code: str
    category: str
    content: str


def consecutive(
    this: Recorded, earlier: Sequence[Recorded], alike: Callable[[str, str], bool]
) -> tuple[str, ...]:
    """List the codes of the unbroken run of like records before this one, newest first.

    `earlier` are the unit's nonconformity records, newest first. Records of another category do
    not break the run; one of the same category with other content does. Two records without a
    category are compared by content alone. `alike` compares two texts.
    """
    run: list[str] = []
    for record in earlier:
        if folded(record.category) != folded(this.category):
            continue
        if not alike(record.content, this.content):
            break
        run.append(record.code)
    return tuple(run)


def proposed(run: Sequence[str], threshold: int) -> bool:
    """Say whether the need is proposed: with this one, more than `threshold` records in a row."""
    return len(run) + 1 > threshold


def same_matter(this: Recorded, other: Recorded, alike: Callable[[str, str], bool]) -> bool:
    """Say whether two records may be one matter: the same category, or contents alike."""
    category = folded(this.category)
    return (category != "" and category == folded(other.category)) or alike(
        this.content, other.content
    )
