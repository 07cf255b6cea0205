"""`mailflow letter list|show|retry|read`: letters as they came, what became of them, or would."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailflow.cli.showing import AsJson, say_json, say_rows, say_tree, when
from mailflow.clock import system_clock, to_text
from mailflow.errors import MailflowError

if TYPE_CHECKING:  # the record is slow to import, `health` in the same console must stay light
    from mailflow.procedure.terms import Act
    from mailflow.record import Letter, Outcome

app = typer.Typer(help="Letters that came in.", no_args_is_help=True)
LARGEST = 64 * 2**20
"""Octets of a file that are read; the intake itself refuses letters far below."""

Id = Annotated[int, typer.Argument(help="The letter's id, from `letter list`.", min=1)]


@app.command("list")
def list_(
    context: typer.Context,
    *,
    outcome: Annotated[
        str | None,
        typer.Option(help="Only letters that ended so: done, asked, refused, held, …"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 200,
    as_json: AsJson = False,
) -> None:
    """List letters, the newest first."""
    from mailflow.wiring import open_reading

    ended = _outcome(outcome) if outcome else None
    house, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        rows = [shown(letter) for letter in work.letters.list(limit, ended)]
    if as_json:
        say_json(rows)
        return
    zone = house.settings.agency.zone
    say_rows(
        [{**row, "received_at": when(row["received_at"], zone)} for row in rows],
        {
            "id": "Số",
            "received_at": "Nhận lúc",
            "from": "Từ",
            "subject": "Tiêu đề",
            "outcome": "Kết quả",
            "request": "Phiếu",
            "reason": "Lý do",
        },
    )


@app.command()
def show(
    context: typer.Context,
    letter_id: Id,
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Print the letter's own bytes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one letter."""
    from mailflow.wiring import open_reading

    _, open_work = open_reading(context.obj, system_clock)
    with open_work(reading=True) as work:
        letter = shown(work.letters.get(letter_id))
        body = work.letters.raw(letter_id)
    if raw:
        sys.stdout.buffer.write(body)
    elif as_json:
        say_json(letter)
    else:
        for name, value in letter.items():
            typer.echo(f"{name}: {value}")


@app.command()
def retry(context: typer.Context, letter_id: Id) -> None:
    """Work off once more a letter that was set aside or held."""
    from mailflow.intake import desk
    from mailflow.record import Outcome
    from mailflow.wiring import open_service

    service = open_service(context.obj, system_clock)
    try:
        with service.open_work() as work:
            found = work.letters.get(letter_id)
            if found.outcome not in (Outcome.SET_ASIDE, Outcome.HELD):
                raise MailflowError(f"letter {letter_id} is {found.outcome}; nothing to retry")
            work.letters.reopen(letter_id)
            work.keep()
        outcome = desk.work_off(service.desk, letter_id, system_clock())
    finally:
        service.close()
    typer.echo(f"letter {letter_id}: {outcome or 'waits for another try'}")


@app.command()
def read(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="A letter as it came (.eml).", exists=True, dir_okay=False)
    ],
    *,
    step: Annotated[
        str | None,
        typer.Option(help="What the mail answered had asked: an act, or act:answer."),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%d %H:%M"],
            help="When it arrived, local time; else its own Date, else today.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how a letter would be read; nothing is kept and nothing done."""
    from mailflow.cli.letter_reading import read_letter
    from mailflow.intake.reading.letter import read as parsed

    asked = _asked(step) if step else None
    with file.open("rb") as stream:
        letter = parsed(stream.read(LARGEST))
    found = read_letter(context.obj, letter, asked, at, system_clock)
    if as_json:
        say_json(found)
    else:
        say_tree(found)


def _asked(step: str) -> "tuple[Act, str] | None":
    """Read an act, or act:answer; None for one that opens a request: a new matter is read so."""
    from mailflow.procedure.steps import STEPS
    from mailflow.procedure.terms import Role

    act, colon, answer = step.partition(":")
    asked = answer if colon else "*"
    typed = [s for s in STEPS if Role.PROGRAM not in s.who]
    for known in typed:
        if known.act == act and asked in (known.answer, "*"):
            return (known.act, asked) if known.sources else None
    names = ", ".join(dict.fromkeys(s.act.value for s in typed))
    raise typer.BadParameter(f"{step!r} is no step; acts: {names}", param_hint="--step")


def _outcome(text: str) -> "Outcome":
    from mailflow.record import Outcome

    if text not in list(Outcome):
        raise typer.BadParameter(f"{text!r} is none of {', '.join(Outcome)}")
    return Outcome(text)


def shown(letter: "Letter") -> dict[str, Any]:
    """Give a letter as the console contract names it."""
    return {
        "id": letter.id,
        "received_at": to_text(letter.received_at),
        "from": letter.from_address,
        "subject": letter.subject,
        "outcome": letter.outcome.value if letter.outcome else None,
        "request": letter.request,
        "reason": letter.reason,
        "acts": [dict(act) for act in letter.acts],
    }
