"""`mailflow rollup YEAR --homes DIR`: the year of many agencies as one table and one letter."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mailflow.cli.showing import AsJson, say_json
from mailflow.clock import system_clock
from mailflow.errors import MailflowError


def rollup(
    year: Annotated[int, typer.Argument(help="The year that is counted.", min=2000, max=2999)],
    *,
    homes: Annotated[Path, typer.Option(help="The folder whose homes are counted.")],
    into: Annotated[
        Path | None, typer.Option(help="The table (.xlsx) to write, beside the text printed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count a year over every home in a folder; exit code 1 when one could not be read."""
    from mailflow.daemon.homes import found
    from mailflow.evidence import rollup as counting
    from mailflow.wiring import open_reading

    lines, unread = [], []
    now = system_clock()
    today = now.date()
    for home in found(homes.resolve()):
        try:
            house, open_work = open_reading(home, system_clock)
            today = house.local(now).date()
            with open_work(reading=True) as work:
                lines.append(counting.line_of(work, house, year, house.world(now)))
        except MailflowError as error:
            unread.append(home.name)
            typer.echo(f"{home.name}: {error}", err=True)
    if into:
        into.write_bytes(counting.workbook(lines, year, today))
    if as_json:
        say_json([asdict(line) for line in lines])
    else:
        typer.echo(counting.letter(lines, unread, year, today))
    raise typer.Exit(1 if unread else 0)
