"""Kills a daemon at random, over real Dovecot and a mail server, and looks at what is left.

`python -m tests.destruction [--letters 500] [--kills 300] [--seed 1]`, or with `--sweep` at every
passing of every failpoint on every stage, or with `--soak` after every 5,000 of 100,000 letters of
a year. Exit code 1 on any fault.
"""

import logging
import sys
import tempfile
import warnings
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from tests.destruction import soak
from tests.destruction.boundaries import points
from tests.destruction.chaos import Plan, destroy
from tests.destruction.stages import STAGES, Stage
from workbook_sync import files


def main(arguments: Sequence[str]) -> int:
    """Destroy and say what came of it."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("--every", type=int, default=5_000, help="letters from kill to kill")
    wanted = parser.parse_args(arguments)
    logging.disable(logging.ERROR)  # of the mail server's library
    warnings.simplefilter("ignore")
    if wanted.sweep:
        return _swept()
    with tempfile.TemporaryDirectory(prefix="destroy-") as folder:
        if wanted.soak:
            year = soak.Plan(wanted.letters or 100_000, wanted.every, wanted.seed)
            came = soak.soak(Path(folder), year, _say)
        else:
            plan = Plan(wanted.letters or 500, wanted.kills, wanted.seed)
            came = destroy(Path(folder), plan, _say)
    _faults(came.faults)
    _say(
        f"{came.kills} kills survived; {came.letters} letters in {came.deliveries} deliveries, "
        f"{came.rows} register edits, {came.mails} mails, {came.again} of them sent again; "
        f"letters over which three daemons died, set aside and told: {came.set_aside}; "
        f"faults: {len(came.faults)}"
    )
    return 1 if came.faults else 0


def _swept() -> int:
    """Kill at every passing; a point that no stage passes is a fault as well."""
    files.pause = lambda _seconds: None
    kills, faults, never = 0, list[str](), set(points())
    for make in STAGES:
        with tempfile.TemporaryDirectory(prefix="sweep-") as folder, make(Path(folder)) as stage:
            for point in sorted(set(points())):
                passed, found = _passings(stage, point)
                kills += passed
                faults += [f"{make.__name__}, {fault}" for fault in found]
                if passed:
                    never.discard(point)
            _say(f"{make.__name__}: {kills} kills so far, faults: {len(faults)}")
    faults += [f"{point} is passed on no stage" for point in sorted(never)]
    _faults(faults)
    _say(f"{len(set(points()))} points, killed {kills} times; faults: {len(faults)}")
    return 1 if faults else 0


def _passings(stage: Stage, point: str) -> tuple[int, list[str]]:
    """Kill at the first, the second … passing of a point, until it is not passed any more."""
    faults: list[str] = []
    number = 0
    while True:
        code, found = stage.killed(f"{point}:{number + 1}")
        faults += [f"{point}:{number + 1}: {fault}" for fault in found]
        if not code:
            return number, faults
        number += 1


def _faults(faults: Sequence[str]) -> None:
    for fault in faults:
        _say(f"FAULT: {fault}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
