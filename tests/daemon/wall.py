"""The clock on the wall, by which `schedule` goes: a test turns its hands."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from types import SimpleNamespace

import pytest
import schedule


class Wall:
    """A clock that stands still until somebody turns it, forward or back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        wall = self

        class WallClock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "WallClock":
                return cls.fromtimestamp(wall.now.timestamp(), tz)

        seen = SimpleNamespace(datetime=WallClock, timedelta=timedelta, timezone=timezone)
        monkeypatch.setattr(schedule, "datetime", seen)

    def turn(self, **by: int) -> None:
        """Turn the hands by so many `days` or `seconds`."""
        self.now += timedelta(**by)

    def seconds(self) -> float:
        """Give its moment as seconds, as `time.monotonic` would."""
        return self.now.timestamp()
