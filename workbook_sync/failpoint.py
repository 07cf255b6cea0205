"""Named points on both sides of whatever changes something outside: a test may kill there."""

import os
import signal


def failpoint(name: str) -> None:
    """Die here as by SIGKILL when MAILFLOW_FAILPOINT names this point; otherwise do nothing.

    `MAILFLOW_FAILPOINT=name` kills at the first pass, `name:3` at the third.
    """
    wanted = os.environ.get("MAILFLOW_FAILPOINT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    left = int(count or 1) - 1
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.environ["MAILFLOW_FAILPOINT"] = f"{point}:{left}"
