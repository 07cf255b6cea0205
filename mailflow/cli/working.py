"""`mailflow init|demo|check|run`: the verbs that make or move something."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows
from mailflow.clock import Clock, system_clock
from mailflow.errors import Misconfigured

if TYPE_CHECKING:
    from mailflow.settings import Settings
    from mailflow.wiring import Service

MINUTES = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; must not exist or be empty.")],
    *,
    agency: Annotated[str, typer.Option(help="The agency's name.")] = "Tên cơ quan",
    address: Annotated[str, typer.Option(help="The ISO mailbox.")] = "iso@coquan.gov.vn",
    keeper: Annotated[
        str, typer.Option(help="The ISO secretary's address, who keeps the register.")
    ] = "thuky@coquan.gov.vn",
    sample: Annotated[
        bool, typer.Option("--sample", help="The sample agency and its people, to try it out.")
    ] = False,
) -> None:
    """Make an agency's home: settings, roster, calendar, register, mailboxes, folders."""
    from mailflow.demo import cast
    from mailflow.home import make_home

    roster = cast.ROSTER if sample else None
    if sample:
        agency, address, keeper = cast.AGENCY, cast.MAILBOX, cast.SECRETARY.email
    for path in make_home(folder.resolve(), agency, address, keeper, system_clock, roster):
        typer.echo(path)


def check(
    context: typer.Context,
    *,
    send: Annotated[
        bool, typer.Option("--send", help="Send a letter to the ISO mailbox and wait for it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check machine, settings, people, templates, record, mailbox; exit code 2 on any fault."""
    from mailflow.checking import check_home

    rows = check_home(context.obj, system_clock, send=send)
    if as_json:
        say_json(rows)
    else:
        say_rows(rows, {"what": "What", "standing": "Standing", "say": "What to do"})
    raise typer.Exit(2 if any(row["standing"] == "fault" for row in rows) else 0)


def run(
    context: typer.Context,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Every job until no mail waits, then end.")
    ] = False,
    at: Annotated[
        datetime | None,
        typer.Option(formats=MINUTES, help="Take this local time as now (Maildir homes only)."),
    ] = None,
    homes: Annotated[
        Path | None,
        typer.Option(help="Run every home in this folder, shared with other daemons that do."),
    ] = None,
) -> None:
    """Run the service until it is told to stop; exit code 1 when --once met a fault."""
    from mailflow.daemon import log

    log.to_stderr()
    if homes:
        failures = _run_homes(homes.resolve(), at, once=once)
    else:
        failures = _run_home(context.obj, at, once=once)
    for job, why in failures.items():
        typer.echo(f"{job}: {why}", err=True)
    raise typer.Exit(1 if failures and once else 0)


def _run_home(home: Path, at: datetime | None, *, once: bool) -> dict[str, str]:
    from mailflow import settings
    from mailflow.daemon import lock, loop
    from mailflow.outbox.filler import sweep
    from mailflow.wiring import open_service

    found = settings.load(home)  # before the lock, which would be made in any folder
    clock = _clock_at(found, at) if at else system_clock
    with lock.only_one(home):
        sweep(home)
        service = open_service(home, clock)
        try:
            if once:
                return loop.run_once(service)
            loop.run_forever(service)
        finally:
            service.close()
    return {}


def _run_homes(folder: Path, at: datetime | None, *, once: bool) -> dict[str, str]:
    from mailflow import settings
    from mailflow.daemon import homes
    from mailflow.wiring import open_service

    def open_home(home: Path) -> "Service":
        return open_service(home, _clock_at(settings.load(home), at) if at else system_clock)

    return homes.run(folder, open_home, once=once)


def _clock_at(found: "Settings", at: datetime) -> Clock:
    """Give a clock that shows this local time now and goes on from there."""
    if found.mail.kind != "maildir":
        raise Misconfigured(["--at moves the clock only where [mail] kind is maildir"])
    ahead = at.replace(tzinfo=found.agency.zone) - system_clock()
    return lambda: system_clock() + ahead


def demo(
    *,
    folder: Annotated[Path, typer.Option(help="Where the sample agency lives; made anew.")] = Path(
        "demo"
    ),
) -> None:
    """Let a sample agency live through its requests, and show what came of them."""
    from mailflow.demo.play import play

    play(folder.resolve())
