"""`mailflow rehearse`: what would be otherwise with this program, templates and phrases."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from mailflow.cli.showing import AsJson, say_json
from mailflow.clock import system_clock

if TYPE_CHECKING:  # the record is slow to import, `health` in the same console must stay light
    from mailflow.rehearsal.differences import Difference
    from mailflow.rehearsal.rehearse import Rehearsed

MOST_LINES = 12
"""Lines of a mail that are shown of one that differs; `--json` has them all."""


def rehearse(
    context: typer.Context,
    *,
    templates: Annotated[
        Path | None,
        typer.Option(help="Mail templates to try before the home's.", file_okay=False, exists=True),
    ] = None,
    phrases: Annotated[
        Path | None, typer.Option(help="A table of phrases to try.", dir_okay=False, exists=True)
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only what came from this day on.", formats=["%Y-%m-%d"])
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let the home's letters and days pass again in a scratch copy; says what would be otherwise.

    Sends nothing and writes nothing in the home. Exit code 1 when anything differs.
    """
    from mailflow.daemon import log
    from mailflow.rehearsal import With
    from mailflow.rehearsal import rehearse as rehearsed

    log.to_stderr()
    use = With(templates, phrases, since.date() if since else None)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Rehearsing")
        done = rehearsed(
            context.obj,
            system_clock,
            use,
            lambda number, many: bar.update(task, completed=number, total=many),
        )
    if as_json:
        say_json({"differs": bool(done.differences), **asdict(done)})
    else:
        typer.echo("\n".join(_told(done)))
    raise typer.Exit(1 if done.differences else 0)


def _told(done: "Rehearsed") -> Iterator[str]:
    yield f"{done.letters} letters and {done.moments} moments of the jobs were lived again"
    if done.emptied:
        yield f"{done.emptied} letters are left out: their content is disposed of"
    yield from done.notes
    cause = ""
    for found in done.differences:
        if found["cause"] != cause:
            cause = found["cause"]
            yield f"\n{cause}"
        yield from _line(found)
    if done.waiting:
        yield "\nLetters that wait in the mailbox would end so:"
    for letter in done.waiting:
        yield f"  {letter['ends']}: {letter['subject']} ({letter['sender']}) {letter['reason']}"
    many = len(done.differences)
    yield f"\n{many} differences" if many else "\nnothing would be otherwise"


def _line(found: "Difference") -> Iterator[str]:
    said = f"  {found['what']} {found['which']}: {found['say']}"
    both = f": {found['was']} -> {found['now']}" if found["was"] != found["now"] else ""
    yield said + both
    for line in found["lines"][:MOST_LINES]:
        yield f"    {line}"
    if len(found["lines"]) > MOST_LINES:
        yield f"    … {len(found['lines']) - MOST_LINES} more lines"
