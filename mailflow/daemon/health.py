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


def write(home: Path, now: datetime, failures: dict[str, str], by: str = "") -> None:
    """Write the file whole or not at all: one of its own for each that share the home (`by`)."""
    name = f"health.{by}.json" if by else NAME
    new = home / f".{name}.new"
    new.write_text(json.dumps({"at": to_text(now), "failures": failures}), encoding="utf-8")
    failpoint("health.before_rename")
    new.replace(home / name)
    failpoint("health.after_rename")


def read(home: Path) -> Health | None:
    """Read the files: the last time round, and what failed in any loop that still goes round.

    None when no loop ever went round or what there is is damaged.
    """
    found = [said for file in sorted(home.glob("health*.json")) if (said := _read(file))]
    if not found:
        return None
    last = max(said.at for said in found)
    going = (said.failures for said in found if last - said.at <= STALE)
    return Health(last, {job: why for failures in going for job, why in failures.items()})


def sweep(home: Path) -> None:
    """Remove what killed daemons left that shared the home; only while none works there."""
    for left in home.glob("health.*.json"):
        left.unlink(missing_ok=True)


def leave(home: Path, by: str) -> None:
    """Remove the file of one that shared the home and ends."""
    (home / f"health.{by}.json").unlink(missing_ok=True)


def _read(file: Path) -> Health | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return Health(from_text(said["at"]), dict(said["failures"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
