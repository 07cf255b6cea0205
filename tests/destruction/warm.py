"""Loads what a daemon loads, and checks the templates once, so that its children start at once."""

import tempfile
from pathlib import Path

from mailflow.cli import main
from mailflow.clock import system_clock
from mailflow.daemon import jobs, loop
from mailflow.demo import cast
from mailflow.home import make_home
from mailflow.wiring import open_service

__all__ = ["jobs", "loop", "main"]


def _once() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        people = (cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email)
        make_home(home, *people, system_clock, cast.ROSTER)
        service = open_service(home, system_clock, with_pdf=False)
        service.close()
        service.engine.dispose()


_once()
