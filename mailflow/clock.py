"""The only place that asks the machine for the time; everything else is given it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the current moment as an aware datetime in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Write an aware datetime as ISO-8601 UTC text with microseconds, so that texts sort as times.

    Raises ValueError on a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place in the record")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Read back what `to_text` wrote, as an aware datetime in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
