"""Gathers the verbs and turns errors into a sentence and an exit code."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mailflow.cli import (
    forms,
    letters,
    reading,
    record,
    rehearsing,
    requests,
    rollup,
    working,
)
from mailflow.errors import MailflowError, Misconfigured

app = typer.Typer(
    help="Carries an agency's ISO 9001 improvement procedure by email and shared workbooks.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.command("init")(working.init)
app.command("demo")(working.demo)
app.command("check")(working.check)
app.command("run")(working.run)
app.command("rehearse")(rehearsing.rehearse)
app.command("rollup")(rollup.rollup)
app.command("status")(reading.status)
app.command("health")(reading.health)
app.command("procedure")(reading.procedure)
app.add_typer(requests.app, name="request")
app.add_typer(letters.app, name="letter")
app.add_typer(forms.app, name="forms")
app.add_typer(record.app, name="record")


@app.callback()
def at_home(
    context: typer.Context,
    home: Annotated[
        Path,
        typer.Option(envvar="MAILFLOW_HOME", help="The agency's folder, made by `init`."),
    ] = Path(),
) -> None:
    """Say whose folder the verb is about."""
    context.obj = home.resolve()


def main() -> None:
    """Run the console; every error of ours becomes a sentence, never a traceback."""
    try:
        app()
    except Misconfigured as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        sys.exit(2)
    except MailflowError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
