"""One thing wrong with the fields of an act."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """Why the fields cannot be taken: a key of the refusal texts and what fills it in.

    `details` may name the `field` it is about, in a table its `line` (a number) and `column`.
    """

    reason: str
    details: Mapping[str, str] = field(default_factory=dict)
