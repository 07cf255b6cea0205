"""The console as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

MAILFLOW = (sys.executable, "-c", "from mailflow.cli import main; main()")


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the console on a home and wait for its end; the environment is ours and more."""
    return subprocess.run(
        [*MAILFLOW, "--home", str(home), *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
