"""The health file: when each job last ended and how; `mailflow health` reads nothing else."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mailflow.clock import from_text, to_text
from mailflow.errors import failpoint

NAME = "health.json"
STALE = timedelta(minutes=10)


@dataclass(frozen=True)
class Health:
    """When the loop last went round, and the jobs that failed then with their reasons."""

    at: datetime
    failures: dict[str, str]

    def problem(self, now: datetime) -> str:
        """Say what is wrong, empty when nothing is."""
        if abs(now - self.at) > STALE:  # before or after: a clock may have been set back
            return f"the loop has not gone round since {to_text(self.at)}"
        return "; ".join(f"{job}: {why}" for job, why in sorted(self.failures.items()))


def write(home: Path, now: datetime, failures: dict[str, str]) -> None:
    """Write the file whole or not at all."""
    new = home / f".{NAME}.new"
    new.write_text(json.dumps({"at": to_text(now), "failures": failures}), encoding="utf-8")
    failpoint("health.before_rename")
    new.replace(home / NAME)
    failpoint("health.after_rename")


def read(home: Path) -> Health | None:
    """Read the file; None when the loop never went round or the file is damaged."""
    try:
        said = json.loads((home / NAME).read_text(encoding="utf-8"))
        return Health(from_text(said["at"]), dict(said["failures"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
